/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/attributes.h"
#include "reports/language.h"

static const struct language *find(const char *code)
{
	return language_find(slice_of(code));
}

static void test_languages(void **state)
{
	struct slice rest = SLICE(LANGUAGE_CHOICES), code;
	(void)state;
	while (slice_next_field(&rest, ',', &code)) {
		assert_non_null(language_find(code));
		assert_true(slice_is(code, language_code(language_find(code))));
	}
	assert_null(find("xx"));
	assert_null(find(""));
	assert_string_equal(language_code(NULL), "en");
}

static void test_texts(void **state)
{
	(void)state;
	assert_string_equal(language_text(find("de"), "Sources:"), "Quellen:");
	assert_string_equal(language_text(NULL, "Sources:"), "Sources:");
	assert_string_equal(language_text(find("en"), "Sources:"), "Sources:");
	/* The head of the catalogue stands under the empty key. */
	assert_string_equal(language_text(find("de"), ""), "");
	assert_string_equal(language_text(find("de"), "no such text"), "no such text");
}

static void test_plurals(void **state)
{
	const char *one = "+%1 point", *many = "+%1 points";
	(void)state;
	assert_string_equal(language_plural(find("de"), one, many, 0), "+%1 Punkte");
	assert_string_equal(language_plural(find("de"), one, many, 1), "+%1 Punkt");
	assert_string_equal(language_plural(find("fr"), one, many, 0), "+%1 point");
	assert_string_equal(language_plural(find("fr"), one, many, 2), "+%1 points");
	assert_string_equal(language_plural(NULL, one, many, 0), many);
	assert_string_equal(language_plural(find("de"), "a fly", "flies", 2), "flies");
}

struct fill {
	const char *format;
	const char *expected;
};

static void test_fill(void **state)
{
	static const struct fill fills[] = {
		{ "%2 and %1", "two and %2" },
		{ "80 % of it", "80 % of it" },
		{ "%", "%" },
		{ "%9%0%%1", "%9%0%%2" },
		{ "", "" },
	};
	/* What is filled in is not looked at again. */
	const struct slice arguments[] = { SLICE("%2"), SLICE("two") };
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fills); i++) {
		BUFFER_AUTO out = { 0 };
		language_fill(&out, fills[i].format, arguments, ARRAY_SIZE(arguments));
		assert_string_equal(buffer_string(&out), fills[i].expected);
	}
}

struct match {
	const char *text;
	/* NULL: does not match. */
	const char *expected;
};

static void test_match(void **state)
{
	static const struct match matches[] = {
		{ "3 places do not meet this: a, b.", "3 Stellen erf\u00fcllen es nicht: a, b." },
		{ "3 places do not meet this: a. b..", "3 Stellen erf\u00fcllen es nicht: a. b.." },
		{ "3 places do not meet this: a", NULL },
		{ "3 places do not meet this: .", NULL },
		{ " places do not meet this: a.", NULL },
		{ "3 places", NULL },
		{ "", NULL },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(matches); i++) {
		BUFFER_AUTO out = { 0 };
		bool matched = language_match(&out, find("de"), "%1 places do not meet this: %2.",
					      slice_of(matches[i].text));
		assert_int_equal(matched, matches[i].expected != NULL);
		assert_string_equal(buffer_string(&out), matched ? matches[i].expected : "");
	}
}

static void test_times(void **state)
{
	BUFFER_AUTO out = { 0 };
	(void)state;
	assert_true(language_append_time(&out, find("de"), SLICE("2026-11-24T13:48:07Z")));
	assert_string_equal(buffer_string(&out), "24.11.2026, 13:48 UTC");
	buffer_clear(&out);
	assert_true(language_append_day(&out, find("fr"), SLICE("2026-11-24T13:48:07Z")));
	assert_string_equal(buffer_string(&out), "24/11/2026");
	buffer_clear(&out);
	assert_true(language_append_time(&out, NULL, SLICE("2026-11-24")));
	assert_string_equal(buffer_string(&out), "2026-11-24");
	buffer_clear(&out);
	assert_false(language_append_time(&out, NULL, SLICE("2026-11-24T13:48:07+01")));
	assert_false(language_append_time(&out, NULL, SLICE("soon")));
	assert_string_equal(buffer_string(&out), "");
	language_append_decimal(&out, find("es"), SLICE("8.1"));
	assert_string_equal(buffer_string(&out), "8,1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_languages), cmocka_unit_test(test_texts),
		cmocka_unit_test(test_plurals),   cmocka_unit_test(test_fill),
		cmocka_unit_test(test_match),     cmocka_unit_test(test_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
