/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/base/source.h"

#define BYTES 20000

/* Lines of many lengths; every byte's line with an index is the one that counting gives. */
static void index_agrees_with_counting(void **state)
{
	(void)state;
	static char text[BYTES];
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 8191, 8192, 12288, BYTES };
	for (size_t i = 0; i < BYTES; i++)
		text[i] = i % 97 == 3 || i % 41 == 0 || (i >= 4094 && i <= 4097) ? '\n' : 'x';
	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++) {
		struct arena *arena = arena_new(0);
		struct source counted = { .path = "f", .bytes = { text, sizes[s] } };
		struct source indexed = counted;
		uint32_t line = 1;
		assert_true(source_index_lines(&indexed, arena));
		for (size_t at = 0; at <= sizes[s]; at++) {
			struct origin slow = { .source = &counted, .first = at, .end = at };
			struct origin quick = { .source = &indexed, .first = at, .end = at };
			assert_int_equal(origin_line(quick), line);
			if (at % 61 == 0 || at % 4096 < 2)
				assert_int_equal(origin_line(slow), line);
			if (at < sizes[s] && text[at] == '\n')
				line++;
		}
		arena_free(arena);
	}
}

/* A copy with other bytes must not use the counts of the first ones. */
static void other_bytes_are_counted_anew(void **state)
{
	(void)state;
	static char text[BYTES], other[BYTES];
	struct arena *arena = arena_new(0);
	for (size_t i = 0; i < BYTES; i++)
		text[i] = '\n', other[i] = 'x';
	struct source source = { .path = "f", .bytes = { text, BYTES } };
	assert_true(source_index_lines(&source, arena));
	source.bytes.data = other;
	assert_int_equal(origin_line((struct origin){ .source = &source, .first = 9000 }), 1);
	arena_free(arena);
}

static void no_memory_is_told(void **state)
{
	(void)state;
	static char text[BYTES];
	struct arena *arena = arena_new(0);
	struct source source = { .path = "f", .bytes = { text, BYTES } };
	arena_fail_at(arena, 1);
	assert_false(source_index_lines(&source, arena));
	assert_null(source.lines.before);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_agrees_with_counting),
		cmocka_unit_test(other_bytes_are_counted_anew),
		cmocka_unit_test(no_memory_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
