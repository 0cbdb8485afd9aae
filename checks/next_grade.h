/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest set of remedies that reaches the next grade: for an owner who asks what has to be
 * done at least.
 */
#ifndef RINGFENCE_CHECKS_NEXT_GRADE_H
#define RINGFENCE_CHECKS_NEXT_GRADE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "checks/result.h"
#include "checks/score.h"

struct arena;

/* FINDINGS and INPUTS are side by side, COUNT of them; SCORE is what they make now. *RET_NEXT
 * becomes the smallest set whose remedies reach the grade above (fewest findings; those that hold a
 * cap first, then those that deduct most), ordered by points off D per disruption; NULL at grade A,
 * or where the coverage keeps the score under that grade. False when memory is short. */
bool next_grade(struct arena *arena, const struct finding *findings,
		const struct score_input *inputs, size_t count, unsigned int score,
		const struct result_next **ret_next) MUST_CHECK;

#endif
