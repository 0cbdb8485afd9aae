/* SPDX-License-Identifier: Apache-2.0
 *
 * Accepted risks of the site's settings. A finding is waived when every subject that fails for it
 * is covered by a waiver that has not expired; one uncovered subject keeps it failed.
 */
#ifndef RINGFENCE_CHECKS_WAIVER_H
#define RINGFENCE_CHECKS_WAIVER_H

#include "checks/check.h"
#include "checks/result.h"

struct arena;
struct model;
struct verdict;

/* The waiver for a failed CHECK with VERDICT, in ARENA; NULL when it is not waived. Where memory is
 * short it is not waived either. */
const struct result_waiver *waiver_for(struct arena *arena, const struct model *model,
				       const struct check *check, const struct verdict *verdict);

#endif
