/* SPDX-License-Identifier: Apache-2.0
 *
 * Exact sets of addresses of one family, as sorted, disjoint, non-adjacent inclusive ranges.
 * Values: no function changes its arguments; results live in the given arena. All operations are
 * linear in the number of ranges.
 */
#ifndef RINGFENCE_BASE_ADDRESS_SET_H
#define RINGFENCE_BASE_ADDRESS_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"

struct arena;

struct address_range {
	struct address first;
	struct address last;
};

struct address_set {
	enum address_family family;
	const struct address_range *ranges;
	size_t count;
};

/* No address, and all addresses, of FAMILY. */
struct address_set address_set_empty(enum address_family family);
struct address_set address_set_all(enum address_family family);

/* Sets of one range. False when memory is short. */
bool address_set_of_range(struct arena *arena, struct address first, struct address last,
			  struct address_set *ret_set) MUST_CHECK;
bool address_set_of_prefix(struct arena *arena, struct prefix prefix,
			   struct address_set *ret_set) MUST_CHECK;

/* Of COUNT ranges in any order, overlapping or not; all of FAMILY. O(n log n). */
bool address_set_of_ranges(struct arena *arena, enum address_family family,
			   const struct address_range *ranges, size_t count,
			   struct address_set *ret_set) MUST_CHECK;

/* A and B are of one family. False when memory is short. */
bool address_set_union(struct arena *arena, struct address_set a, struct address_set b,
		       struct address_set *ret_set) MUST_CHECK;
bool address_set_intersection(struct arena *arena, struct address_set a, struct address_set b,
			      struct address_set *ret_set) MUST_CHECK;
bool address_set_difference(struct arena *arena, struct address_set a, struct address_set b,
			    struct address_set *ret_set) MUST_CHECK;

bool address_set_is_empty(struct address_set set);
bool address_set_is_all(struct address_set set);
bool address_set_contains(struct address_set set, struct address address);
bool address_set_equal(struct address_set a, struct address_set b);
/* Is every address of INNER in OUTER? */
bool address_set_covers(struct address_set outer, struct address_set inner);

/* The fewest prefixes that make up SET, in order. */
bool address_set_prefixes(struct arena *arena, struct address_set set,
			  const struct prefix **ret_prefixes, size_t *ret_count) MUST_CHECK;

#endif
