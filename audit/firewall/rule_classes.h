/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of a field that all rules treat alike. A question that leaves the field open is asked once
 * for a value of each class, and so is answered for all values.
 */
#ifndef RINGFENCE_FIREWALL_RULE_CLASSES_H
#define RINGFENCE_FIREWALL_RULE_CLASSES_H

#include "audit/base/attributes.h"
#include "audit/firewall/rule.h"

struct arena;

struct rule_class {
	/* A run of values that begins with a value of the class's own: every value from FIRST to
	 * LAST is treated as FIRST is. */
	unsigned __int128 first;
	unsigned __int128 last;
	/* Some rule names these values; else they are all others, alike to every rule. */
	bool is_named;
};

/* The runs of values of FIELD, from 0 to LIMIT, that the rules of FAMILY tell apart, in order. They
 * live in ARENA. False: memory is short. */
bool rule_classes_of(const struct ruleset *ruleset, enum address_family family,
		     enum packet_field field, unsigned __int128 limit, struct arena *arena,
		     const struct rule_class **ret_classes, size_t *ret_count) MUST_CHECK;

/* The class that holds VALUE. */
const struct rule_class *rule_class_find(const struct rule_class *classes, size_t count,
					 unsigned __int128 value);

#endif
