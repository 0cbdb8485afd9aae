/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk over the catalogue: what every row must have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "checks/catalogue.h"

static void every_row_is_whole(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	size_t count;
	const struct check *const *checks = catalogue_checks(arena, &count);
	assert_non_null(checks);
	for (size_t i = 0; i < count; i++) {
		const struct check *check = checks[i];
		print_message("%s\n", check->id);
		assert_non_null(catalogue_group_of(check));
		assert_non_null(check->evaluate);
		assert_true(check->title && strlen(check->title) > 10);
		assert_true(check->title[strlen(check->title) - 1] != '.');
		assert_true(check->why && strlen(check->why) > 20);
		assert_true(check->evaluates && strlen(check->evaluates) > 20);
		assert_non_null(check->references[0]);
		assert_in_range(check->likelihood, 1, 10);
		assert_in_range(check->impact, 1, 10);
		/* Sorted, so a doubled id would be its own neighbour. */
		if (i)
			assert_string_not_equal(check->id, checks[i - 1]->id);
		assert_ptr_equal(catalogue_find(slice_of(check->id)), check);
	}
	arena_free(arena);
}

static void severities_round_as_the_catalogue(void **state)
{
	(void)state;
	static const struct {
		uint8_t likelihood, impact;
		unsigned int tenths;
	} rows[] = { { 10, 10, 100 }, { 7, 6, 65 },  { 5, 2, 32 }, { 8, 7, 75 },
		     { 7, 3, 46 },    { 10, 9, 95 }, { 4, 6, 49 }, { 6, 10, 77 } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct check check = { .likelihood = rows[i].likelihood,
					     .impact = rows[i].impact };
		assert_int_equal(check_severity(&check), rows[i].tenths);
	}
}

static void globs_of_ids(void **state)
{
	(void)state;
	assert_true(catalogue_id_matches("SSH-001", SLICE("ssh-*,SIP-004")));
	assert_true(catalogue_id_matches("SIP-004", SLICE("ssh-*, sip-004")));
	assert_false(catalogue_id_matches("PJSIP-004", SLICE("SIP-*")));
	struct error error;
	assert_false(catalogue_globs_are_known(SLICE("NOSUCH-*"), &error));
	assert_int_equal(error.kind, ERROR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(severities_round_as_the_catalogue),
		cmocka_unit_test(globs_of_ids),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
