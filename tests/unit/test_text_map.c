/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/base/text_map.h"

static void keeps_many_keys(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct text_map map = { .arena = arena };
	static int values[5000];
	char key[32];
	assert_null(text_map_find(&map, SLICE("nothing yet")));
	for (size_t i = 0; i < 5000; i++) {
		(void)snprintf(key, sizeof(key), "/etc/file-%zu", i);
		assert_true(text_map_put(&map, slice_of(key), &values[i]));
	}
	assert_int_equal(map.count, 5000);
	for (size_t i = 0; i < 5000; i++) {
		(void)snprintf(key, sizeof(key), "/etc/file-%zu", i);
		assert_ptr_equal(text_map_find(&map, slice_of(key)), &values[i]);
	}
	assert_null(text_map_find(&map, SLICE("/etc/file-5000")));
	arena_free(arena);
}

static void a_second_value_replaces_the_first(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct text_map map = { .arena = arena };
	int first, second;
	assert_true(text_map_put(&map, SLICE("key"), &first));
	assert_true(text_map_put(&map, SLICE("key"), &second));
	assert_int_equal(map.count, 1);
	assert_ptr_equal(text_map_find(&map, SLICE("key")), &second);
	/* Keys are bytes: NUL and the empty text are keys like any other. */
	assert_true(text_map_put(&map, SLICE("a\0b"), &first));
	assert_null(text_map_find(&map, SLICE("a")));
	assert_true(text_map_put(&map, SLICE(""), &first));
	assert_ptr_equal(text_map_find(&map, SLICE("")), &first);
	arena_free(arena);
}

static void short_memory_leaves_it_as_it_was(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct text_map map = { .arena = arena };
	int value;
	arena_fail_at(arena, 1);
	assert_false(text_map_put(&map, SLICE("key"), &value));
	assert_null(text_map_find(&map, SLICE("key")));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_many_keys),
		cmocka_unit_test(a_second_value_replaces_the_first),
		cmocka_unit_test(short_memory_leaves_it_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
