/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/base/arena.h"

static void allocations_are_zeroed_aligned_and_apart(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	char *last = NULL;
	for (size_t size = 0; size < 70000; size = size * 2 + 1) {
		char *memory = arena_allocate(arena, size);
		assert_non_null(memory);
		assert_ptr_not_equal(memory, last);
		assert_int_equal((uintptr_t)memory % 16, 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xa5, size);
		last = memory;
	}
	char *large = arena_allocate_secret(arena, 3 * 1024 * 1024);
	assert_non_null(large);
	memset(large, 1, 3 * 1024 * 1024);
	arena_free(arena);
	arena_free(NULL);
}

static void the_limit_holds(void **state)
{
	(void)state;
	struct arena *arena = arena_new(1024);
	assert_non_null(arena_allocate(arena, 1000));
	assert_null(arena_allocate(arena, 100));
	assert_non_null(arena_allocate(arena, 10));
	assert_null(arena_allocate(arena, SIZE_MAX));
	assert_null(arena_allocate_array(arena, SIZE_MAX / 2, 3));
	arena_free(arena);
}

static void arrays_grow(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	int *items = NULL;
	size_t capacity = 0;
	for (int i = 0; i < 10000; i++) {
		items = arena_grow(arena, items, (size_t)i, &capacity, sizeof(*items));
		assert_non_null(items);
		items[i] = i;
	}
	for (int i = 0; i < 10000; i++)
		assert_int_equal(items[i], i);
	arena_free(arena);
}

static void failure_on_demand(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	arena_fail_at(arena, 2);
	assert_non_null(arena_allocate(arena, 1));
	assert_null(arena_allocate(arena, 1));
	assert_null(arena_allocate(arena, 1));
	arena_fail_at(arena, 0);
	assert_non_null(arena_allocate(arena, 1));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocations_are_zeroed_aligned_and_apart),
		cmocka_unit_test(the_limit_holds),
		cmocka_unit_test(arrays_grow),
		cmocka_unit_test(failure_on_demand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
