/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies what the logs say into the result: the newest logins, the busiest addresses that failed to
 * get in, the bans; and how attacks end here.
 */
#ifndef RINGFENCE_CHECKS_RESULT_ACTIVITY_H
#define RINGFENCE_CHECKS_RESULT_ACTIVITY_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "checks/result.h"

struct arena;
struct model;

/* Fills *RET_ACTIVITY out of the logs and bans of MODEL into ARENA. False when memory is short. */
bool result_copy_activity(struct arena *arena, const struct model *model,
			  struct result_activity *ret_activity) MUST_CHECK;

#endif
