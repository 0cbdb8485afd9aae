/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/asterisk/dialplan_pattern.h"
#include "audit/base/attributes.h"

static void patterns_take_what_asterisk_lets_them(void **state)
{
	(void)state;
	static const struct {
		const char *pattern;
		const char *number;
		bool matches;
	} cases[] = {
		{ "100", "100", true },      { "1-00", "100", true },
		{ "100", "1-00", true },     { "100", "1000", false },
		{ "100", "10", false },      { "_1XX", "199", true },
		{ "_1XX", "1999", false },   { "_1xx", "199", true },
		{ "_NXX", "199", false },    { "_NXX", "299", true },
		{ "_ZXX", "099", false },    { "_ZXX", "199", true },
		{ "_9.", "9", false },       { "_9.", "91", true },
		{ "_9!", "9", true },        { "_9!", "91x&y", true },
		{ "_.", "", false },         { "_!", "", true },
		{ "_[135-7]0", "60", true }, { "_[135-7]0", "40", false },
		{ "_[]5", "5", true },       { "_[5", "5", false },
		{ "_9-1X", "915", true },    { "_X.", "5&SIP/x", true },
		{ "_X.", "s", false },       { "_+X.", "+441", true },
		{ "s", "s", true },          { "_X.", "_X.", true },
		{ "_[0-9a-f]", "c", true },  { "_[-5]", "5", true },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (dialplan_pattern_matches(slice_of(cases[i].pattern),
					     slice_of(cases[i].number)) != cases[i].matches)
			fail_msg("%s and %s", cases[i].pattern, cases[i].number);
}

static void the_most_specific_comes_first(void **state)
{
	(void)state;
	/* As `dialplan show` of Asterisk lists them. */
	static const char *const order[] = { "100",  "200",  "_100", "_1[2-5]X", "_1NX", "_1ZX",
					     "_1XX", "_1X.", "_1.",  "_1!",      "_NXX", "_ZXX",
					     "_XXX", "_X.",  "_.",   "_!" };
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		for (size_t k = 0; k < ARRAY_SIZE(order); k++) {
			int expected = (i > k) - (i < k);
			int found =
				dialplan_pattern_compare(slice_of(order[i]), slice_of(order[k]));
			if ((found > 0) - (found < 0) != expected)
				fail_msg("%s and %s: %d", order[i], order[k], found);
		}
	assert_int_equal(dialplan_pattern_compare(SLICE("1-0"), SLICE("10")), 0);
	assert_int_equal(dialplan_pattern_compare(SLICE("_1-X"), SLICE("_1x")), 0);
}

static void examples_match_their_pattern(void **state)
{
	(void)state;
	static const char *const patterns[] = { "100", "_1XX",  "_NZ[5-7]X.",
						"_9!", "_00X.", "_[4-6][3]Z" };
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		BUFFER_AUTO number = { 0 };
		dialplan_pattern_example(slice_of(patterns[i]), SLICE("123"), &number);
		assert_true(dialplan_pattern_matches(slice_of(patterns[i]), buffer_slice(&number)));
	}
	assert_true(dialplan_pattern_is_open(SLICE("_X.")));
	assert_true(dialplan_pattern_is_open(SLICE("_9!")));
	assert_false(dialplan_pattern_is_open(SLICE("_NXX")));
	assert_false(dialplan_pattern_is_open(SLICE("1.")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_take_what_asterisk_lets_them),
		cmocka_unit_test(the_most_specific_comes_first),
		cmocka_unit_test(examples_match_their_pattern),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
