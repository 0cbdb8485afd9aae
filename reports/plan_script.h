/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan as a shell script: what it does in comments, the rules, and the steps that test, apply,
 * confirm, keep and undo them (templates/plan_*.sh). Plain POSIX sh.
 */
#ifndef RINGFENCE_REPORTS_PLAN_SCRIPT_H
#define RINGFENCE_REPORTS_PLAN_SCRIPT_H

#include "audit/base/buffer.h"
#include "checks/plan.h"

struct result;

/* Seconds until a change that nobody confirmed is taken back: long enough for a second login. */
#define PLAN_UNDO_SECONDS 300

struct plan_script_options {
	/* Its other remedies follow as comments, in the order of their gain; NULL: none. */
	const struct result *remedies;
};

/* Appends the script of PLAN, which has services. */
void plan_script_write(const struct plan *plan, const struct plan_script_options *options,
		       struct buffer *out);

#endif
