/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/model/site.h"
#include "checks/catalogue.h"
#include "checks/verdict.h"
#include "checks/waiver.h"

struct world {
	struct arena *arena;
	const struct check *check;
	struct verdict verdict;
	struct site site;
	struct waiver_book book;
};

static void open_world(struct world *world, const struct site_waiver *waivers, size_t count)
{
	*world = (struct world){ .arena = arena_new(0) };
	world->check = catalogue_find(SLICE("SSH-001"));
	assert_non_null(world->check);
	world->verdict.arena = world->arena;
	world->site = (struct site){ .now = 1000, .waivers = waivers, .waiver_count = count };
	assert_true(waiver_book_open(&world->book, world->arena, &world->site));
}

static void fails_for(struct world *world, enum exposure exposure, const char *subject)
{
	verdict_fail(&world->verdict, exposure, (struct origin){ 0 }, subject, "seen");
}

static const struct result_waiver *decide(struct world *world)
{
	const struct result_waiver *waiver;
	assert_true(waiver_for(&world->book, world->check, &world->verdict, &waiver));
	return waiver;
}

static enum waiver_state state_of(struct world *world, size_t index, size_t of)
{
	const struct result_acceptance *items;
	size_t count;
	waiver_book_close(&world->book, &items, &count);
	assert_int_equal(count, of);
	return items[index].state;
}

#define WAIVER(id, what, ...)                                                                      \
	{                                                                                          \
		.check = SLICE(id), .subject = SLICE(what), .reason = SLICE("r"), __VA_ARGS__      \
	}

static void all_must_be_covered(void **state)
{
	(void)state;
	static const struct site_waiver waivers[] = { WAIVER("SSH-001", "a*") };
	struct world world;
	open_world(&world, waivers, 1);
	fails_for(&world, EXPOSURE_HOST, "a1");
	assert_non_null(decide(&world));
	fails_for(&world, EXPOSURE_HOST, "b1");
	assert_null(decide(&world));
	assert_int_equal(state_of(&world, 0, 1), WAIVER_PARTLY);
	arena_free(world.arena);
}

static void two_may_share(void **state)
{
	(void)state;
	static const struct site_waiver waivers[] = { WAIVER("SSH-*", "a1"),
						      WAIVER("SSH-001", "b1") };
	struct world world;
	open_world(&world, waivers, 2);
	fails_for(&world, EXPOSURE_HOST, "a1");
	fails_for(&world, EXPOSURE_HOST, "b1");
	assert_non_null(decide(&world));
	assert_int_equal(state_of(&world, 0, 2), WAIVER_HOLDS);
	arena_free(world.arena);
}

static void the_day_ends(void **state)
{
	(void)state;
	static const struct site_waiver waivers[] = { WAIVER("SSH-001", "*", .until = 1000) };
	struct world world;
	open_world(&world, waivers, 1);
	fails_for(&world, EXPOSURE_HOST, "a1");
	assert_null(decide(&world));
	assert_int_equal(state_of(&world, 0, 1), WAIVER_EXPIRED);
	arena_free(world.arena);
}

static void changed_evidence_reopens(void **state)
{
	(void)state;
	struct world world;
	open_world(&world, NULL, 0);
	fails_for(&world, EXPOSURE_HOST, "a1");
	fails_for(&world, EXPOSURE_HOST, "a2");
	const char *mark = waiver_fingerprint(world.arena, &world.verdict, SLICE("*"));
	assert_int_equal(strlen(mark), FINGERPRINT_DIGITS);
	const struct site_waiver waivers[] = { WAIVER("SSH-001", "*", .evidence = slice_of(mark)) };
	struct world other;
	/* The order in which they were found does not matter, nor that one was found twice. */
	open_world(&other, waivers, 1);
	fails_for(&other, EXPOSURE_HOST, "a2");
	fails_for(&other, EXPOSURE_HOST, "a1");
	fails_for(&other, EXPOSURE_HOST, "a1");
	assert_non_null(decide(&other));
	assert_int_equal(state_of(&other, 0, 1), WAIVER_HOLDS);
	arena_free(other.arena);
	/* Who reaches it does. */
	open_world(&other, waivers, 1);
	fails_for(&other, EXPOSURE_ANYWHERE, "a2");
	fails_for(&other, EXPOSURE_HOST, "a1");
	assert_null(decide(&other));
	assert_int_equal(state_of(&other, 0, 1), WAIVER_CHANGED);
	arena_free(other.arena);
	arena_free(world.arena);
}

static void unused_and_misspelt_are_told(void **state)
{
	(void)state;
	static const struct site_waiver waivers[] = {
		WAIVER("SSH-001", "nobody"),
		WAIVER("SHH-001", "*"),
		WAIVER("SIP-001", "*"),
	};
	struct world world;
	open_world(&world, waivers, 3);
	fails_for(&world, EXPOSURE_HOST, "a1");
	assert_null(decide(&world));
	/* SIP-001 was not run: nothing can be said of the third. */
	assert_int_equal(state_of(&world, 0, 2), WAIVER_UNUSED);
	assert_int_equal(world.book.acceptances[1].state, WAIVER_MISSPELT);
	arena_free(world.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_must_be_covered),
		cmocka_unit_test(two_may_share),
		cmocka_unit_test(the_day_ends),
		cmocka_unit_test(changed_evidence_reopens),
		cmocka_unit_test(unused_and_misspelt_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
