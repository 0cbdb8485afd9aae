/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of source addresses, made for the evaluator: all addresses that rules name cut the address
 * space into pieces, and a set is an immutable binary tree over the pieces. Sets share what they
 * have in common, so that taking one network out of a set of 100,000 costs about 17 nodes.
 *
 * Budget: O(log pieces) time and memory for union, intersection or difference with one network;
 * O(min(size)) in general.
 */
#ifndef RINGFENCE_FIREWALL_SOURCE_SPACE_H
#define RINGFENCE_FIREWALL_SOURCE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address_set.h"
#include "audit/base/attributes.h"
#include "audit/firewall/rule.h"

struct arena;

/* A set: an index of a node. Valid until the space is reset to an older mark. */
struct source_set {
	uint32_t node;
};

#define SOURCE_NONE ((struct source_set){ 0 })
#define SOURCE_ALL ((struct source_set){ 1 })

struct source_node {
	uint32_t left;
	uint32_t right;
};

struct source_space {
	enum address_family family;
	/* The first values of the pieces, sorted; starts[0] is 0. */
	unsigned __int128 *starts;
	size_t count;
	size_t start_capacity;
	/* 2^levels places are enough for the pieces. */
	unsigned int levels;
	struct source_node *nodes;
	uint32_t node_count;
	uint32_t node_capacity;
	/* Memory was short: sets are meaningless from then on. */
	bool is_failed;
};

/* Empties SPACE for FAMILY. */
void source_space_init(struct source_space *space, enum address_family family);
void source_space_done(struct source_space *space);

/* Before source_space_seal: FIRST..LAST will be asked for. */
void source_space_cut(struct source_space *space, unsigned __int128 first, unsigned __int128 last);
/* No more cuts. False when memory is short. */
bool source_space_seal(struct source_space *space) MUST_CHECK;

/* FIRST..LAST, as far as pieces end there: each must have been cut, or FIRST be LAST. */
struct source_set source_range(struct source_space *space, unsigned __int128 first,
			       unsigned __int128 last);
struct source_set source_union(struct source_space *space, struct source_set a,
			       struct source_set b);
struct source_set source_intersection(struct source_space *space, struct source_set a,
				      struct source_set b);
struct source_set source_difference(struct source_space *space, struct source_set a,
				    struct source_set b);

static inline bool source_is_empty(struct source_set set)
{
	return set.node == 0;
}

/* Is VALUE in SET? */
bool source_contains(const struct source_space *space, struct source_set set,
		     unsigned __int128 value);

/* The lowest address in SET, which is not empty. */
unsigned __int128 source_first(const struct source_space *space, struct source_set set);

/* As an address_set in ARENA. False when memory is short. */
bool source_addresses(const struct source_space *space, struct source_set set, struct arena *arena,
		      struct address_set *ret_set) MUST_CHECK;

/* The nodes made after MARK are given back by reset. */
static inline uint32_t source_mark(const struct source_space *space)
{
	return space->node_count;
}

static inline void source_reset(struct source_space *space, uint32_t mark)
{
	space->node_count = mark;
}

#endif
