/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parsers build a ruleset with. A failure of memory sticks in the builder and is looked at
 * once, at the end.
 */
#ifndef RINGFENCE_FIREWALL_RULE_BUILD_H
#define RINGFENCE_FIREWALL_RULE_BUILD_H

#include "audit/base/attributes.h"
#include "audit/firewall/rule.h"

/* Most rules that are held for one ruleset. A host with more than a million would need a set. */
#define RULES_MAX 1000000
/* Most elements of one set: the largest block lists in use have about 500,000. */
#define RULE_SET_ELEMENTS_MAX 4000000

struct rule_builder {
	struct arena *arena;
	struct ruleset *ruleset;
	/* Memory is short: nothing more is built. */
	bool is_failed;
	/* The rule being built. */
	struct rule rule;
	struct rule_step *steps;
	size_t step_count;
	size_t step_capacity;
};

/* A set being built. */
struct rule_set_draft {
	struct value_range *elements;
	/* Of tuples. */
	size_t count;
	size_t capacity;
	size_t part_count;
	struct rule_verdict *verdicts;
	size_t verdict_capacity;
	bool is_map;
	/* More than RULE_SET_ELEMENTS_MAX. */
	bool is_full;
};

/* NULL when memory is short. */
struct ruleset *ruleset_new(struct arena *arena) MUST_CHECK;

/* Find or make. NULL when memory is short (the builder has failed). */
struct rule_table *build_table(struct rule_builder *builder, enum table_family family,
			       struct slice name, enum rule_backend backend, struct origin origin);
struct rule_chain *build_chain(struct rule_builder *builder, struct rule_table *table,
			       struct slice name, struct origin origin);
/* Find or make, in TABLE or (NULL) outside tables. */
struct rule_set *build_named_set(struct rule_builder *builder, struct rule_table *table,
				 struct slice name, struct origin origin);
/* An anonymous one. */
struct rule_set *build_set(struct rule_builder *builder, struct origin origin);

/* Forgets the rule that was being built. */
void build_rule_begin(struct rule_builder *builder, struct origin origin);
/* Appends the rule to CHAIN, before the rule at POSITION (from 1; 0: at the end). */
void build_rule_end(struct rule_builder *builder, struct rule_chain *chain, size_t position);

/* Appends a step; NULL when memory is short. The step is zeroed but for its kind; a MATCH has its
 * id. */
struct rule_step *build_step(struct rule_builder *builder, enum step_kind kind);
/* Matches of one whole field. */
void build_match_range(struct rule_builder *builder, enum packet_field field,
		       unsigned __int128 first, unsigned __int128 last, bool is_negated);
void build_match_set(struct rule_builder *builder, enum packet_field field,
		     const struct rule_set *set, bool is_negated);
/* (field & mask) in first..last */
void build_match_masked(struct rule_builder *builder, enum packet_field field,
			unsigned __int128 mask, unsigned __int128 first, unsigned __int128 last,
			bool is_negated);
void build_match_rate(struct rule_builder *builder, struct rule_rate rate, bool is_negated);
/* TEXT is copied. */
void build_match_condition(struct rule_builder *builder, struct slice text, struct slice payload,
			   bool is_negated);
void build_match_unknown(struct rule_builder *builder, struct slice text);
/* Never matches. */
void build_match_never(struct rule_builder *builder);
void build_assign(struct rule_builder *builder, enum packet_field field, unsigned __int128 keep,
		  unsigned __int128 change, bool is_unknown);

/* field = (field & keep) ^ (from & from_mask) ^ change */
void build_assign_from(struct rule_builder *builder, enum packet_field field,
		       unsigned __int128 keep, enum packet_field from, unsigned __int128 from_mask,
		       unsigned __int128 change);

/* The parts for one whole field; static. */
const struct match_part *match_part_whole(enum packet_field field);
/* A copy of PARTS in the arena; NULL when memory is short. */
const struct match_part *build_parts(struct rule_builder *builder, const struct match_part *parts,
				     size_t count);

/* Appends the tuple of PART_COUNT ranges. VERDICT is NULL unless the draft is a map. */
void draft_add(struct rule_builder *builder, struct rule_set_draft *draft,
	       const struct value_range *ranges, const struct rule_verdict *verdict);
/* Puts the elements into SET, which keeps them (sorted and joined where it is no map and has one
 * part). */
void draft_finish(struct rule_builder *builder, struct rule_set_draft *draft, struct rule_set *set);

/* Looks up the chains of jumps, numbers the rules, and finds jumps to missing chains and loops:
 * those are diagnostics, and the ruleset is broken. */
void ruleset_finish(struct rule_builder *builder);

/* Marks the ruleset broken; the first cause is kept. */
void ruleset_break(struct rule_builder *builder, struct origin origin, const char *format, ...)
	PRINTF_LIKE(3, 4);

#endif
