/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reports/escape.h"
#include "reports/terminal.h"
#include "tests/filled_result.h"

/* No byte that a terminal acts on but the line end; ASCII where it was asked for. */
static void nothing_controls_the_terminal(void **state)
{
	(void)state;
	for (size_t i = 0; i < NASTY_COUNT; i++)
		for (unsigned int utf8 = 0; utf8 < 2; utf8++) {
			struct arena *arena = arena_new(0);
			struct filling filling = { .arena = arena,
						   .text = nasty_texts[i],
						   .markdown = "m",
						   .command = nasty_texts[i],
						   .items = 6 };
			struct result result = filled_result(&filling);
			const struct terminal_style style = { .width = 80,
							      .verbose = true,
							      .utf8 = utf8 };
			BUFFER_AUTO out = { 0 };
			terminal_write_summary(&result, &style, &out);
			struct slice text = buffer_slice(&out);
			assert_true(text.size && slice_is_utf8(text));
			for (size_t j = 0; j < text.size; j++) {
				unsigned char byte = (unsigned char)text.data[j];
				assert_true(byte == '\n' || (byte >= 0x20 && byte != 0x7f));
				assert_true(utf8 || byte < 0x80);
			}
			assert_int_equal(slice_find(text, SLICE("\xe2\x80\xae")), text.size);
			arena_free(arena);
		}
}

/* Words of ordinary length stay within the width. */
static void lines_fit(void **state)
{
	(void)state;
	static const unsigned int widths[] = { 10, 40, 60, 80, 100, 400 };
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		struct arena *arena = arena_new(0);
		struct filling filling = { .arena = arena,
					   .text = "some words of a text that takes more than a "
						   "line of every terminal that people use",
					   .markdown = "m",
					   .command = "a command that is long too, and is cut at "
						      "the end of the line, however wide it is",
					   .items = 3 };
		struct result result = filled_result(&filling);
		const struct terminal_style style = { .width = widths[i], .utf8 = true };
		BUFFER_AUTO out = { 0 };
		terminal_write_summary(&result, &style, &out);
		struct slice rest = buffer_slice(&out), line;
		while (slice_next_line(&rest, &line)) {
			size_t most = widths[i] < 40 ? 40 : widths[i];
			if (escape_columns(line) > most)
				fail_msg("%u: %.*s", widths[i], SLICE_ARG(line));
		}
		arena_free(arena);
	}
}

static void colour_is_asked_for(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct filling filling = {
		.arena = arena, .text = "t", .markdown = "m", .command = "c", .items = 1
	};
	struct result result = filled_result(&filling);
	struct terminal_style style = { .width = 80, .utf8 = true };
	BUFFER_AUTO plain = { 0 };
	BUFFER_AUTO colored = { 0 };
	terminal_write_summary(&result, &style, &plain);
	style.color = true;
	terminal_write_summary(&result, &style, &colored);
	assert_null(strchr(buffer_string(&plain), 0x1b));
	assert_non_null(strchr(buffer_string(&colored), 0x1b));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_controls_the_terminal),
		cmocka_unit_test(lines_fit),
		cmocka_unit_test(colour_is_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
