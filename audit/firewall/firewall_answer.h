/* SPDX-License-Identifier: Apache-2.0
 *
 * From the records of a walk to the parts of an answer: verdict, deciding rule, path and condition.
 */
#ifndef RINGFENCE_FIREWALL_FIREWALL_ANSWER_H
#define RINGFENCE_FIREWALL_FIREWALL_ANSWER_H

#include "audit/firewall/firewall_run.h"

/* FLOWS is what the last base chain accepted. The answer is in ARENA. */
bool answer_build(struct run *run, const struct flows *flows, struct arena *arena,
		  struct evaluate_answer *ret_answer) MUST_CHECK;

#endif
