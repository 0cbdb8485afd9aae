/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/buffer.h"
#include "reports/escape.h"
#include "tests/filled_result.h"

static void one_line(struct buffer *out, struct slice text)
{
	escape_visible(out, text, ESCAPE_ONE_LINE);
}

static void xml_line(struct buffer *out, struct slice text)
{
	escape_xml(out, text, ESCAPE_ONE_LINE);
}

struct example {
	void (*escape)(struct buffer *out, struct slice text);
	const char *text;
	const char *expected;
};

static const struct example examples[] = {
	{ one_line, "a\x1b[1m\tb\n", "a\\x1b[1m\\x09b\\x0a" },
	{ one_line,
	  "\xe2\x80\xae"
	  "abc",
	  "\\u{202e}abc" },
	{ one_line, "caf\xc3\xa9 \xe0\xa6\xac", "caf\xc3\xa9 \xe0\xa6\xac" },
	{ one_line, "\xff\xc0\xaf", "\\xff\\xc0\\xaf" },
	{ one_line,
	  "\xc2\x9b"
	  "m",
	  "\\u{9b}m" },
	{ escape_ascii, "caf\xc3\xa9\x07", "caf\\u{e9}\\x07" },
	{ xml_line, "<a href='x'>&\"", "&lt;a href=&#39;x&#39;&gt;&amp;&quot;" },
	{ escape_markdown, "# a", "\\# a" },
	{ escape_markdown, "1. a 2. b", "1\\. a 2. b" },
	{ escape_markdown, "-a - b", "\\-a - b" },
	{ escape_markdown, "type=friend", "type=friend" },
	{ escape_markdown, "  x  ", "x" },
	{ escape_markdown, "a@b @@", "a`@`b `@@`" },
	{ escape_markdown, "https://example.com www.example.com",
	  "https\\://example.com www\\.example.com" },
	{ escape_markdown_code, "a", "`a`" },
	{ escape_markdown_code, "a`b``c", "```a`b``c```" },
	{ escape_markdown_code, "`", "`` ` ``" },
	{ escape_markdown_code, "", "" },
	{ escape_markdown_cell, "a|b", "a\\|b" },
	{ escape_csv, "a\"b", "\"a\"\"b\"" },
	{ escape_csv, "=1", "\"'=1\"" },
	{ escape_csv, "  -1", "\"'  -1\"" },
	{ escape_csv, "", "\"\"" },
	{ escape_csv, "a,b\r\n", "\"a,b\\x0d\\x0a\"" },
	{ escape_prometheus, "a\"b\\c\n", "a\\\"b\\\\c\\\\x0a" },
};

static void examples_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		BUFFER_AUTO out = { 0 };
		examples[i].escape(&out, slice_of(examples[i].text));
		assert_string_equal(buffer_string(&out), examples[i].expected);
	}
}

static void block_outlives_its_fences(void **state)
{
	(void)state;
	BUFFER_AUTO out = { 0 };
	escape_markdown_block(&out, SLICE("a\n````\n# b\x1b\n"), "sh", "  ");
	assert_string_equal(buffer_string(&out), "  `````sh\n  a\n  ````\n  # b\\x1b\n  `````\n");
}

/* Nothing comes out that a terminal would act on or an eye would not see. */
static void nothing_unseen_is_left(void **state)
{
	(void)state;
	for (size_t i = 0; i < NASTY_COUNT; i++) {
		BUFFER_AUTO out = { 0 };
		one_line(&out, slice_of(nasty_texts[i]));
		struct slice text = buffer_slice(&out);
		assert_true(slice_is_utf8(text));
		for (size_t j = 0; j < text.size; j++)
			assert_true((unsigned char)text.data[j] >= 0x20 && text.data[j] != 0x7f);
		static const char *const unseen[] = { "\xe2\x80\xae",     "\xe2\x81\xa6",
						      "\xe2\x80\x8b",     "\xef\xbb\xbf",
						      "\xc2\x9b",         "\xc2\xad",
						      "\xf3\xa0\x80\xa1", "\xef\xbf\xbf" };
		for (size_t j = 0; j < sizeof(unseen) / sizeof(unseen[0]); j++)
			assert_int_equal(slice_find(text, slice_of(unseen[j])), text.size);
	}
}

static void columns_are_counted(void **state)
{
	(void)state;
	assert_int_equal(escape_columns(SLICE("abc")), 3);
	assert_int_equal(escape_columns(SLICE("\xe6\x97\xa5\xe6\x9c\xac")), 4);
	assert_int_equal(escape_columns(SLICE("e\xcc\x81")), 1);
	assert_int_equal(escape_columns(SLICE("\xf0\x9f\x93\x9e")), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_hold),
		cmocka_unit_test(block_outlives_its_fences),
		cmocka_unit_test(nothing_unseen_is_left),
		cmocka_unit_test(columns_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
