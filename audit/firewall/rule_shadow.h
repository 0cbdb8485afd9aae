/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules that no packet gets to: a rule before them takes all that they match, or nothing jumps to
 * their chain.
 */
#ifndef RINGFENCE_FIREWALL_RULE_SHADOW_H
#define RINGFENCE_FIREWALL_RULE_SHADOW_H

#include "audit/firewall/firewall_model.h"

/* Most that are told. */
#define RULE_UNREACHED_MAX 256
/* In a chain with more rules than this, only rules of at most one match are held against the later
 * ones: holding each against each grows with the square. */
#define RULE_SHADOW_RULES_MAX 1000
/* Of those, the ones whose match is a set, a negation or none are held one by one: so many. */
#define RULE_SHADOW_WIDE_MAX 64

/* Of RULESET's chains of the filter kind on the way to INPUT. False: memory is short. */
bool rule_shadow_find(const struct ruleset *ruleset, struct arena *arena,
		      const struct firewall_unreached **ret_unreached,
		      size_t *ret_count) MUST_CHECK;

#endif
