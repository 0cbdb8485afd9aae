/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/next_grade.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"

/* A failed finding that may be mended. */
struct step {
	const struct finding *finding;
	size_t index;
};

/* More off D first; then the id, so that the order is always the same. */
static int compare_deductions(const void *a, const void *b)
{
	const struct finding *first = ((const struct step *)a)->finding;
	const struct finding *second = ((const struct step *)b)->finding;
	if (first->deduction_64ths != second->deduction_64ths)
		return first->deduction_64ths < second->deduction_64ths ? 1 : -1;
	return strcmp(first->id, second->id);
}

/* What is taken off D for each step of disruption: none counts one. */
static uint64_t worth(const struct finding *finding)
{
	return finding->deduction_64ths / ((uint64_t)finding->remedy.disruption + 1);
}

static int compare_worth(const void *a, const void *b)
{
	uint64_t first = worth(((const struct step *)a)->finding);
	uint64_t second = worth(((const struct step *)b)->finding);
	return first != second ? (first < second ? 1 : -1) : compare_deductions(a, b);
}

static bool keep_next(struct arena *arena, const struct score_grade *grade, unsigned int value,
		      struct step *steps, size_t count, const struct result_next **ret_next)
{
	struct result_next *next = ARENA_NEW(arena, struct result_next);
	const char **ids = ARENA_ARRAY(arena, count, const char *);
	if (!next || !ids)
		return false;
	qsort(steps, count, sizeof(*steps), compare_worth);
	for (size_t i = 0; i < count; i++)
		ids[i] = steps[i].finding->id;
	*next = (struct result_next){
		.grade = grade->name,
		.value = value,
		.findings = { .items = ids, .count = count, .capacity = count },
	};
	*ret_next = next;
	return true;
}

/* Is a finding of INPUT under a cap that lies below WANTED? */
static bool holds_below(const struct score_input *input, unsigned int wanted)
{
	return score_compute(input, 1, SCORE_AS_FOUND, SIZE_MAX).value < wanted &&
	       score_caps(input);
}

bool next_grade(struct arena *arena, const struct finding *findings,
		const struct score_input *inputs, size_t count, unsigned int score,
		const struct result_next **ret_next)
{
	const struct score_grade *wanted = score_grade_above(score);
	*ret_next = NULL;
	struct score_input *mended = ARENA_ARRAY(arena, count, struct score_input);
	struct step *steps = ARENA_ARRAY(arena, count, struct step);
	if (!mended || !steps)
		return false;
	if (!wanted)
		return true;
	size_t chosen = 0, open = 0;
	for (size_t i = 0; i < count; i++) {
		mended[i] = inputs[i];
		if (findings[i].status != STATUS_FAIL)
			continue;
		/* Those that must go stand first, in `chosen`; the others after them. */
		struct step step = { &findings[i], i };
		if (holds_below(&inputs[i], wanted->from)) {
			steps[chosen + open] = steps[chosen];
			steps[chosen++] = step;
			mended[i].status = STATUS_PASS;
		} else {
			steps[chosen + open++] = step;
		}
	}
	qsort(steps + chosen, open, sizeof(*steps), compare_deductions);
	unsigned int value = score_compute(mended, count, SCORE_AS_FOUND, SIZE_MAX).value;
	while (value < wanted->from && open > 0) {
		mended[steps[chosen++].index].status = STATUS_PASS;
		open--;
		value = score_compute(mended, count, SCORE_AS_FOUND, SIZE_MAX).value;
	}
	return value < wanted->from || keep_next(arena, wanted, value, steps, chosen, ret_next);
}
