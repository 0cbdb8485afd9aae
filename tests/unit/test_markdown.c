/* SPDX-License-Identifier: Apache-2.0
 *
 * The report is parsed back with cmark: with texts that try to break out it must be the same blocks
 * as with harmless ones, and its headings and commands must be those of the result.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmark.h>
#include <cmocka.h>

#include "reports/escape.h"
#include "reports/markdown_html.h"
#include "reports/report.h"
#include "reports/writers.h"
#include "tests/filled_result.h"

static void write_report(struct arena *arena, const char *text, const char *markdown, size_t items,
			 struct buffer *out)
{
	struct filling filling = {
		.arena = arena, .text = text, .markdown = markdown, .command = text, .items = items
	};
	struct result result = filled_result(&filling);
	const struct report_options options = { .templates = NULL };
	struct error error;
	if (!markdown_write(&result, &options, out, &error))
		fail_msg("%s", error.message);
}

/* Blocks and inlines that are more than words. */
static void structure_of(const struct buffer *report, struct buffer *out)
{
	cmark_node *document = cmark_parse_document(report->data, report->size, CMARK_OPT_DEFAULT);
	cmark_iter *iterator = cmark_iter_new(document);
	cmark_event_type event;
	while ((event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iterator);
		cmark_node_type type = cmark_node_get_type(node);
		if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
			continue;
		buffer_format(out, "%s%s", event == CMARK_EVENT_ENTER ? "(" : ")",
			      cmark_node_get_type_string(node));
	}
	cmark_iter_free(iterator);
	cmark_node_free(document);
}

/* How many cells GitHub sees in a line of a table: bars that no backslash stands before. */
static size_t bars(struct slice line)
{
	size_t count = 0;
	for (size_t i = 0; i < line.size; i++) {
		if (line.data[i] == '\\')
			i++;
		else if (line.data[i] == '|')
			count++;
	}
	return count;
}

static void compare_tables(const struct buffer *plain, const struct buffer *nasty)
{
	struct slice rest = buffer_slice(plain), others = buffer_slice(nasty), line, other;
	while (slice_next_line(&rest, &line)) {
		if (!slice_starts_with(line, "|"))
			continue;
		do
			assert_true(slice_next_line(&others, &other));
		while (!slice_starts_with(other, "| ") && !slice_starts_with(other, "|--"));
		assert_int_equal(bars(line), bars(other));
	}
}

static void texts_stay_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < NASTY_COUNT; i++) {
		struct arena *arena = arena_new(0);
		BUFFER_AUTO plain = { 0 };
		BUFFER_AUTO nasty = { 0 };
		BUFFER_AUTO plain_structure = { 0 };
		BUFFER_AUTO nasty_structure = { 0 };
		write_report(arena, "word", "word", 1 + i % 6, &plain);
		write_report(arena, nasty_texts[i], "word", 1 + i % 6, &nasty);
		structure_of(&plain, &plain_structure);
		structure_of(&nasty, &nasty_structure);
		if (strcmp(buffer_string(&plain_structure), buffer_string(&nasty_structure)) != 0)
			fail_msg("text %zu changed the report:\n%s", i, buffer_string(&nasty));
		/* Commands keep their lines, so lines can be compared only where there are none
		 * more. */
		if (!strchr(nasty_texts[i], '\n'))
			compare_tables(&plain, &nasty);
		arena_free(arena);
	}
}

/* The words of DOCUMENT's first paragraph. */
static void words_of(const char *markdown, struct buffer *out)
{
	cmark_node *document = cmark_parse_document(markdown, strlen(markdown), CMARK_OPT_DEFAULT);
	cmark_node *paragraph = cmark_node_first_child(document);
	assert_int_equal(cmark_node_get_type(paragraph), CMARK_NODE_PARAGRAPH);
	assert_null(cmark_node_next(paragraph));
	for (cmark_node *node = cmark_node_first_child(paragraph); node;
	     node = cmark_node_next(node)) {
		cmark_node_type type = cmark_node_get_type(node);
		if (type != CMARK_NODE_TEXT && type != CMARK_NODE_CODE)
			fail_msg("%s from %s", cmark_node_get_type_string(node), markdown);
		buffer_append_string(out, cmark_node_get_literal(node));
	}
	cmark_node_free(document);
}

/* What a reader sees is what the host wrote, made visible. */
static void words_come_back(void **state)
{
	(void)state;
	static void (*const escapes[])(struct buffer *, struct slice) = { escape_markdown,
									  escape_markdown_code,
									  escape_markdown_cell };
	for (size_t i = 0; i < NASTY_COUNT; i++)
		for (size_t j = 0; j < sizeof(escapes) / sizeof(escapes[0]); j++) {
			BUFFER_AUTO seen = { 0 };
			BUFFER_AUTO markdown = { 0 };
			BUFFER_AUTO words = { 0 };
			escape_visible(&seen, slice_of(nasty_texts[i]), ESCAPE_ONE_LINE);
			escapes[j](&markdown, slice_of(nasty_texts[i]));
			words_of(buffer_string(&markdown), &words);
			assert_true(slice_equal(slice_trim(buffer_slice(&seen)),
						slice_trim(buffer_slice(&words))));
		}
}

static void markdown_is_tamed(void **state)
{
	(void)state;
	static const char *const examples[][3] = {
		{ "a *b* `c`", "<p>a <em>b</em> <code>c</code></p>\n", "a *b* `c`" },
		{ "# a\n\nb", "<p>a</p>\n<p>b</p>\n", "a b" },
		{ "x <b>y</b> z", "<p>x y z</p>\n", "x y z" },
		{ "<script>\na\n</script>", "", "" },
		{ "![a](https://example.com/x.png)", "<p>a</p>\n", "a" },
		{ "[a](javascript:b)", "<p>a</p>\n", "a" },
		{ "[a](http://example.com)", "<p>a</p>\n", "a" },
		{ "[a](https://example.com)", "<p><a href=\"https://example.com\">a</a></p>\n",
		  "a" },
		{ "[![a](b)](c)", "<p>a</p>\n", "a" },
		{ "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", "a b" },
	};
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		BUFFER_AUTO html = { 0 };
		BUFFER_AUTO line = { 0 };
		markdown_html_append(&html, slice_of(examples[i][0]));
		markdown_inline_append(&line, slice_of(examples[i][0]));
		assert_string_equal(buffer_string(&html), examples[i][1]);
		assert_string_equal(buffer_string(&line), examples[i][2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_stay_texts),
		cmocka_unit_test(words_come_back),
		cmocka_unit_test(markdown_is_tamed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
