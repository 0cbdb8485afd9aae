/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/secret_candidates.h"

struct walk {
	struct slice name;
	struct slice last;
	char last_bytes[64];
	unsigned int count;
};

static bool named_too(void *context, struct slice candidate, const char *phrase)
{
	struct walk *walk = context;
	const char *found = candidate_repeats(candidate, walk->name);
	assert_non_null(found);
	assert_non_null(phrase);
	walk->count++;
	return false;
}

static void every_candidate_of_a_name_is_recognised(void **state)
{
	(void)state;
	struct walk walk = { .name = SLICE("2041") };
	assert_false(candidate_each_of_name(walk.name, named_too, &walk));
	assert_in_range(walk.count, 50, 99);
	walk.name = SLICE("Reception");
	assert_false(candidate_each_of_name(walk.name, named_too, &walk));
	walk.name = SLICE("7");
	assert_false(candidate_each_of_name(walk.name, named_too, &walk));
}

static bool in_order(void *context, struct slice candidate, const char *phrase)
{
	struct walk *walk = context;
	(void)phrase;
	assert_true(candidate.size < sizeof(walk->last_bytes));
	assert_true(slice_compare(walk->last, candidate) < 0);
	memcpy(walk->last_bytes, candidate.data, candidate.size);
	walk->last = (struct slice){ .data = walk->last_bytes, .size = candidate.size };
	assert_non_null(candidate_published(candidate));
	walk->count++;
	return false;
}

static void the_published_list_is_sorted(void **state)
{
	(void)state;
	struct walk walk = { .count = 0 };
	assert_false(candidate_each_published(in_order, &walk));
	assert_true(walk.count > 40);
	assert_null(candidate_published(SLICE("")));
	assert_null(candidate_published(SLICE("zzz")));
}

static bool stop_at_once(void *context, struct slice candidate, const char *phrase)
{
	(void)candidate;
	(void)phrase;
	++*(unsigned int *)context;
	return true;
}

static void a_walk_stops_when_told(void **state)
{
	(void)state;
	unsigned int count = 0;
	assert_true(candidate_each_of_name(SLICE("2041"), stop_at_once, &count));
	assert_true(candidate_each_published(stop_at_once, &count));
	assert_int_equal(count, 2);
}

static void short_and_hostile_names_do_no_harm(void **state)
{
	(void)state;
	assert_null(candidate_repeats(SLICE("a long word with a in it"), SLICE("a")));
	assert_null(candidate_repeats(SLICE(""), SLICE("a")));
	assert_null(candidate_repeats(SLICE("a"), SLICE("")));
	assert_non_null(candidate_repeats(SLICE("1111"), SLICE("1")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_candidate_of_a_name_is_recognised),
		cmocka_unit_test(the_published_list_is_sorted),
		cmocka_unit_test(a_walk_stops_when_told),
		cmocka_unit_test(short_and_hostile_names_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
