/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

static void times_are_rfc_3339(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 1770120000, "2026-02-03T12:00:00Z" },
		{ 1709164799, "2024-02-28T23:59:59Z" },
		/* No such year. */
		{ INT64_MAX, "" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		BUFFER_AUTO text = { 0 };
		buffer_append_time(&text, rows[i].seconds);
		assert_string_equal(buffer_string(&text), rows[i].text);
	}
}

static void what_is_kept_outlives_the_buffer(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	BUFFER_AUTO text = { 0 };
	assert_string_equal(buffer_keep(&text, arena), "");
	buffer_append_string(&text, "kept");
	char *kept = buffer_keep(&text, arena);
	buffer_done(&text);
	assert_string_equal(kept, "kept");
	text.failed = true;
	assert_null(buffer_keep(&text, arena));
	text.failed = false;
	arena_fail_at(arena, 1);
	assert_null(buffer_keep(&text, arena));
	arena_free(arena);
}

static void printable_text_is_harmless(void **state)
{
	(void)state;
	BUFFER_AUTO text = { 0 };
	buffer_append_printable(&text, SLICE("caf\xc3\xa9 \x1b[0m\x7f\xff\xc2\x85"));
	assert_string_equal(buffer_string(&text), "caf\xc3\xa9 \\x1b[0m\\x7f\\xff\\xc2\\x85");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_rfc_3339),
		cmocka_unit_test(what_is_kept_outlives_the_buffer),
		cmocka_unit_test(printable_text_is_harmless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
