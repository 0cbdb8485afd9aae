/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "audit/base/arena.h"
#include "checks/next_grade.h"

#define MANY 12

static const enum exposure anywhere[] = { EXPOSURE_ANYWHERE };

struct world {
	struct finding findings[MANY];
	struct score_input inputs[MANY];
	size_t count;
};

static void add(struct world *world, const char *id, enum finding_status status,
		unsigned int severity, enum disruption disruption)
{
	struct score_input *input = &world->inputs[world->count];
	*input = (struct score_input){ status, severity, anywhere, status == STATUS_FAIL };
	world->findings[world->count++] = (struct finding){
		.id = id,
		.status = status,
		.severity = severity,
		.deduction_64ths = status == STATUS_FAIL ? score_deduction(input) : 0,
		.remedy = { .disruption = disruption },
	};
}

static const struct result_next *next_of(const struct world *world, struct arena *arena)
{
	const struct result_next *next;
	unsigned int score =
		score_compute(world->inputs, world->count, SCORE_AS_FOUND, SIZE_MAX).value;
	assert_true(next_grade(arena, world->findings, world->inputs, world->count, score, &next));
	return next;
}

static void caps_go_first(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct world world = { .count = 0 };
	add(&world, "A-1", STATUS_FAIL, 50, DISRUPTION_NONE);
	add(&world, "A-2", STATUS_FAIL, 95, DISRUPTION_RESTART);
	add(&world, "A-3", STATUS_PASS, 95, DISRUPTION_NONE);
	const struct result_next *next = next_of(&world, arena);
	assert_string_equal(next->grade, "D");
	assert_int_equal(next->findings.count, 1);
	assert_string_equal(next->findings.items[0], "A-2");
	assert_int_equal(next->value, 93);
	arena_free(arena);
}

/* No smaller set reaches it: tried over all of them. */
static void it_is_the_smallest(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	static const unsigned int severities[] = { 10, 40, 50, 71, 75, 80, 92, 45, 30, 60, 65, 99 };
	for (size_t count = 1; count <= MANY; count++) {
		struct world world = { .count = 0 };
		for (size_t i = 0; i < count; i++)
			add(&world, "A-1", STATUS_FAIL, severities[i], DISRUPTION_NONE);
		unsigned int score =
			score_compute(world.inputs, count, SCORE_AS_FOUND, SIZE_MAX).value;
		const struct result_next *next = next_of(&world, arena);
		size_t fewest = SIZE_MAX;
		for (unsigned int set = 0; set < 1U << count; set++) {
			struct score_input inputs[MANY];
			size_t size = 0;
			memcpy(inputs, world.inputs, sizeof(inputs));
			for (size_t i = 0; i < count; i++)
				if (set & 1U << i) {
					inputs[i].status = STATUS_PASS;
					size++;
				}
			unsigned int value =
				score_compute(inputs, count, SCORE_AS_FOUND, SIZE_MAX).value;
			if (score_grade(value)->from > score_grade(score)->from && size < fewest)
				fewest = size;
		}
		if (!score_grade_above(score))
			assert_null(next);
		else
			assert_int_equal(next->findings.count, fewest);
	}
	arena_free(arena);
}

static void gain_per_disruption_leads(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct world world = { .count = 0 };
	add(&world, "A-1", STATUS_FAIL, 95, DISRUPTION_LOCKOUT_RISK);
	add(&world, "A-2", STATUS_FAIL, 95, DISRUPTION_NONE);
	const struct result_next *next = next_of(&world, arena);
	assert_string_equal(next->findings.items[0], "A-2");
	assert_string_equal(next->findings.items[1], "A-1");
	arena_free(arena);
}

static void coverage_stands_in_the_way(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct world world = { .count = 0 };
	add(&world, "A-1", STATUS_FAIL, 50, DISRUPTION_NONE);
	add(&world, "A-2", STATUS_UNKNOWN, 50, DISRUPTION_NONE);
	assert_null(next_of(&world, arena));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caps_go_first),
		cmocka_unit_test(it_is_the_smallest),
		cmocka_unit_test(gain_per_disruption_leads),
		cmocka_unit_test(coverage_stands_in_the_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
