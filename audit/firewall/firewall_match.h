/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of firewall_evaluate.c that tells what one match says of a packet.
 */
#ifndef RINGFENCE_FIREWALL_FIREWALL_MATCH_H
#define RINGFENCE_FIREWALL_FIREWALL_MATCH_H

#include "audit/firewall/firewall_evaluate.h"
#include "audit/firewall/source_space.h"

enum match_answer {
	MATCH_NO,
	MATCH_YES,
	/* Depends on something understood: a rate, a field that is open. */
	MATCH_OPEN,
	/* Not understood. */
	MATCH_UNCERTAIN,
	/* Depends on the source: see the sets. */
	MATCH_BY_SOURCE,
};

struct match_result {
	enum match_answer answer;
	/* BY_SOURCE: matches for these; may match for those (never both); not for the rest. */
	struct source_set yes;
	struct source_set maybe;
	/* The maybe is MATCH_UNCERTAIN rather than MATCH_OPEN. */
	bool is_uncertain;
};

/* What a fresh table or set remembers while one packet passes. */
struct fresh_use {
	/* A rate's name, or the match or set itself. */
	struct slice name;
	const void *owner;
	bool is_per_source;
	uint64_t count;
	/* What was added to a set; NULL: not known. */
	const struct match_part *parts;
	size_t part_count;
	/* Whether the packet came by at all is not certain. */
	bool is_uncertain;
};

/* More tables than this in one packet's way are taken as not known. */
#define FRESH_USES_MAX 64

struct match_context {
	struct source_space *space;
	/* By match id: the sources of matches of the source alone; valid where is_prepared. */
	const struct source_set *prepared;
	const bool *is_prepared;
	/* Sources by RTN_* type, and whether LOCAL is known. */
	struct source_set types[6];
	bool knows_local;
	bool is_fresh;
	struct fresh_use uses[FRESH_USES_MAX];
	size_t use_count;
	/* The packet reaches this match for certain. */
	bool is_certain;
};

struct match_result match_evaluate(struct match_context *context, const struct rule_match *match,
				   const struct packet *packet);

/* The tuple number ELEMENT of SET against PARTS: used for verdict maps. */
struct match_result match_element(struct match_context *context, const struct rule_set *set,
				  size_t element, const struct match_part *parts,
				  const struct packet *packet);

/* A packet adds its PARTS to SET; NULL: it changes the set in a way that is not known. */
void match_add(struct match_context *context, const struct rule_set *set,
	       const struct match_part *parts, size_t part_count);

/* The values of the source that MATCH takes, as ranges: those of its set, or its own (a mask that
 * makes a prefix is turned into it). False: it is not a match of the source alone, or its mask is
 * odd. */
bool match_source_ranges(const struct rule_match *match, enum address_family family,
			 const struct value_range **ret_ranges, size_t *ret_count,
			 struct value_range *own);

#endif
