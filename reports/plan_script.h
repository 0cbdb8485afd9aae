/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan as a shell script: what it does in comments, the rules, and the steps that test, apply,
 * confirm, keep and undo them (templates/plan_*.sh). Plain POSIX sh.
 */
#ifndef RINGFENCE_REPORTS_PLAN_SCRIPT_H
#define RINGFENCE_REPORTS_PLAN_SCRIPT_H

#include "audit/base/buffer.h"
#include "checks/plan.h"

/* Seconds until a change that nobody confirmed is taken back: long enough for a second login. */
#define PLAN_UNDO_SECONDS 300

/* Appends the script of PLAN, which has services. */
void plan_script_write(const struct plan *plan, struct buffer *out);

#endif
