/* SPDX-License-Identifier: Apache-2.0
 *
 * What one night of calls through a context could cost, by the site's tariff.
 */
#ifndef RINGFENCE_CHECKS_DIALPLAN_COST_H
#define RINGFENCE_CHECKS_DIALPLAN_COST_H

#include "audit/base/source.h"

struct dialplan_context;
struct model;
struct verdict;

/* Notes beside a failure of SUBJECT the most that ten hours could cost, and how that is reckoned:
 * the dearest prefixes are dialled in CONTEXT until one reaches a trunk. Nothing without a
 * tariff. */
void dialplan_note_cost(const struct model *model, struct verdict *verdict,
			const struct dialplan_context *context, const char *subject);

#endif
