/* SPDX-License-Identifier: Apache-2.0
 *
 * Rulesets against each other as functions, and rules against those before them.
 */
#ifndef RINGFENCE_FIREWALL_RULE_COMPARE_H
#define RINGFENCE_FIREWALL_RULE_COMPARE_H

#include "audit/firewall/firewall_model.h"

/* Fills differences and unreached of MODEL, whose rules are loaded. False when memory is short. */
bool rule_compare(struct arena *arena, struct firewall_model *model) MUST_CHECK;

#endif
