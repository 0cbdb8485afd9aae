/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of the rules so far, of one match each, takes all that another match takes: by field, the
 * widest ranges in order. For chains that are too long to hold each rule against each.
 */
#ifndef RINGFENCE_FIREWALL_SHADOW_INDEX_H
#define RINGFENCE_FIREWALL_SHADOW_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/firewall/rule.h"

/* Fields that are told apart; those beyond are not looked at. */
#define SHADOW_FIELDS_MAX 16

struct shadow_field;

struct shadow_index {
	struct shadow_field *fields;
	size_t count;
};

/* RULE takes the values RANGE of PART. Cost: logarithmic on average, since ranges are sorted in
 * batches. False: memory is short. */
bool shadow_index_add(struct shadow_index *index, const struct match_part *part,
		      const struct value_range *range, const struct rule *rule) MUST_CHECK;

/* A rule that takes all of RANGE; NULL: none does alone. */
const struct rule *shadow_index_find(const struct shadow_index *index,
				     const struct match_part *part,
				     const struct value_range *range);

/* Frees it. */
void shadow_index_done(struct shadow_index *index);

#endif
