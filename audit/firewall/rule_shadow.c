/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/rule_shadow.h"

#include "audit/base/arena.h"
#include "audit/firewall/shadow_index.h"

struct shadow_list {
	struct arena *arena;
	struct firewall_unreached *items;
	size_t count;
	size_t capacity;
	bool is_failed;
};

static void add(struct shadow_list *list, struct firewall_unreached item)
{
	if (list->count >= RULE_UNREACHED_MAX || list->is_failed)
		return;
	struct firewall_unreached *items =
		arena_grow(list->arena, list->items, list->count, &list->capacity, sizeof(*items));
	if (!items) {
		list->is_failed = true;
		return;
	}
	list->items = items;
	items[list->count++] = item;
}

/* The values of a match as sorted ranges; false for one that has more parts or whose set changes.
 */
static bool match_values(const struct rule_match *match, const struct value_range **ret_ranges,
			 size_t *ret_count)
{
	if (match->kind != MATCH_FIELDS || match->part_count != 1)
		return false;
	if (!match->set) {
		*ret_ranges = &match->range;
		*ret_count = 1;
		return true;
	}
	if (match->set->is_dynamic || match->set->is_unknown || match->set->verdicts ||
	    match->set->part_count != 1)
		return false;
	*ret_ranges = match->set->elements;
	*ret_count = match->set->element_count;
	return true;
}

static bool ranges_cover(const struct value_range *outer, size_t outer_count,
			 const struct value_range *inner, size_t inner_count)
{
	size_t j = 0;
	for (size_t i = 0; i < inner_count; i++) {
		while (j < outer_count && outer[j].last < inner[i].first)
			j++;
		if (j == outer_count || outer[j].first > inner[i].first ||
		    outer[j].last < inner[i].last)
			return false;
	}
	return true;
}

/* Does whatever matches INNER match OUTER too? */
static bool match_covers(const struct rule_match *outer, const struct rule_match *inner)
{
	const struct value_range *outer_ranges, *inner_ranges;
	size_t outer_count, inner_count;
	if (!match_values(outer, &outer_ranges, &outer_count) ||
	    !match_values(inner, &inner_ranges, &inner_count))
		return false;
	if (!match_part_equal(&outer->parts[0], &inner->parts[0]) ||
	    outer->is_negated != inner->is_negated)
		return false;
	return outer->is_negated
		       ? ranges_cover(inner_ranges, inner_count, outer_ranges, outer_count)
		       : ranges_cover(outer_ranges, outer_count, inner_ranges, inner_count);
}

/* (state & bits) != 0 holds for more where there are more bits. */
static bool state_covers(const struct rule_match *outer, const struct rule_match *inner)
{
	if (outer->kind != MATCH_FIELDS || inner->kind != MATCH_FIELDS || outer->part_count != 1 ||
	    inner->part_count != 1 || outer->set || inner->set || outer->is_negated ||
	    inner->is_negated)
		return false;
	const struct match_part *a = &outer->parts[0], *b = &inner->parts[0];
	return a->field == FIELD_CT_STATE && b->field == FIELD_CT_STATE &&
	       outer->range.first == 1 && inner->range.first == 1 && (b->mask & ~a->mask) == 0;
}

static bool rule_covers(const struct rule *outer, const struct rule *inner)
{
	for (size_t i = 0; i < outer->step_count; i++) {
		bool is_implied = false;
		if (outer->steps[i].kind != STEP_MATCH)
			return false;
		for (size_t k = 0; k < inner->step_count && !is_implied; k++)
			is_implied =
				inner->steps[k].kind == STEP_MATCH &&
				(match_covers(&outer->steps[i].match, &inner->steps[k].match) ||
				 state_covers(&outer->steps[i].match, &inner->steps[k].match));
		if (!is_implied)
			return false;
	}
	return true;
}

static bool is_final(const struct rule *rule)
{
	switch (rule->verdict.kind) {
	case VERDICT_ACCEPT:
	case VERDICT_DROP:
	case VERDICT_REJECT:
	case VERDICT_RETURN:
	case VERDICT_GOTO:
		return true;
	case VERDICT_CONTINUE:
	case VERDICT_JUMP:
	case VERDICT_UNKNOWN:
		return false;
	}
	return false;
}

static bool contradicts(const struct rule *taken_by, const struct rule *rule)
{
	bool accepts = taken_by->verdict.kind == VERDICT_ACCEPT;
	bool blocks =
		taken_by->verdict.kind == VERDICT_DROP || taken_by->verdict.kind == VERDICT_REJECT;
	if (rule->verdict.kind == VERDICT_ACCEPT)
		return blocks;
	return accepts &&
	       (rule->verdict.kind == VERDICT_DROP || rule->verdict.kind == VERDICT_REJECT);
}

static void tell(struct shadow_list *list, const struct rule_chain *chain, const struct rule *outer,
		 const struct rule *inner)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].rule == inner)
			return;
	add(list, (struct firewall_unreached){
			  .rule = inner,
			  .chain = chain,
			  .taken_by = outer,
			  .is_contradicted = contradicts(outer, inner),
		  });
}

/* Of the rules before RULE, which are in INDEX or in WIDE, one that takes all of it; else NULL. */
static const struct rule *find_outer(const struct shadow_index *index,
				     const struct rule *const *wide, size_t wide_count,
				     const struct rule *rule)
{
	const struct value_range *ranges;
	size_t count;
	for (size_t i = 0; i < wide_count; i++)
		if (rule_covers(wide[i], rule))
			return wide[i];
	for (size_t i = 0; i < rule->step_count; i++) {
		const struct rule_match *match = &rule->steps[i].match;
		if (rule->steps[i].kind != STEP_MATCH || !match_values(match, &ranges, &count) ||
		    match->is_negated || count == 0)
			continue;
		const struct value_range whole = { ranges[0].first, ranges[count - 1].last };
		const struct rule *outer = shadow_index_find(index, &match->parts[0], &whole);
		if (outer)
			return outer;
	}
	return NULL;
}

/* A long chain, in one pass: rules of one plain match are looked up, the rest of those that are
 * told of are few. */
static void find_in_long_chain(struct shadow_list *list, const struct rule_chain *chain)
{
	struct shadow_index index = { .fields = NULL };
	const struct rule *wide[RULE_SHADOW_WIDE_MAX];
	size_t wide_count = 0;
	bool takes_all = false;
	for (size_t i = 0; i < chain->rule_count && list->count < RULE_UNREACHED_MAX; i++) {
		const struct rule *rule = &chain->rules[i];
		const struct rule *outer = find_outer(&index, wide, wide_count, rule);
		if (outer)
			tell(list, chain, outer, rule);
		if (outer || takes_all || !is_final(rule) || rule->step_count > 1)
			continue;
		const struct rule_match *match = rule->step_count ? &rule->steps[0].match : NULL;
		bool is_plain = match && match->kind == MATCH_FIELDS && match->part_count == 1 &&
				!match->set && !match->is_negated;
		if (is_plain)
			list->is_failed |=
				!shadow_index_add(&index, &match->parts[0], &match->range, rule);
		else if (wide_count < RULE_SHADOW_WIDE_MAX)
			wide[wide_count++] = rule;
		else if (takes_all)
			wide[0] = rule;
	}
	shadow_index_done(&index);
}

static void find_in_chain(struct shadow_list *list, const struct rule_chain *chain)
{
	if (chain->rule_count > RULE_SHADOW_RULES_MAX) {
		find_in_long_chain(list, chain);
		return;
	}
	for (size_t i = 0; i < chain->rule_count && list->count < RULE_UNREACHED_MAX; i++) {
		const struct rule *outer = &chain->rules[i];
		if (!is_final(outer))
			continue;
		for (size_t k = i + 1; k < chain->rule_count; k++) {
			const struct rule *inner = &chain->rules[k];
			if (rule_covers(outer, inner))
				tell(list, chain, outer, inner);
			if (list->count >= RULE_UNREACHED_MAX)
				return;
		}
		/* A rule without matches takes all: what follows is told now. */
		if (outer->step_count == 0)
			return;
	}
}

/* Chains that a base chain on the way in leads to. */
static void mark_reached(const struct rule_chain *chain, bool *is_reached,
			 const struct rule_chain **stack)
{
	size_t depth = 0;
	stack[depth++] = chain;
	is_reached[chain->id] = true;
	while (depth) {
		const struct rule_chain *at = stack[--depth];
		for (size_t i = 0; i < at->rule_count; i++) {
			const struct rule *rule = &at->rules[i];
			size_t count =
				rule->map && rule->map->verdicts ? rule->map->element_count : 0;
			for (size_t k = 0; k <= count + 1; k++) {
				const struct rule_chain *target =
					k == 0       ? rule->verdict.chain
					: k <= count ? rule->map->verdicts[k - 1].chain
					: rule->map  ? rule->map->default_verdict.chain
						     : NULL;
				if (!target || is_reached[target->id])
					continue;
				is_reached[target->id] = true;
				stack[depth++] = target;
			}
		}
	}
}

bool rule_shadow_find(const struct ruleset *ruleset, struct arena *arena,
		      const struct firewall_unreached **ret_unreached, size_t *ret_count)
{
	struct shadow_list list = { .arena = arena };
	size_t chains = (size_t)ruleset->chain_count + 1;
	/* What leads in, and what is jumped to from anywhere. */
	bool *leads_in = ARENA_ARRAY(arena, chains, bool);
	bool *is_used = ARENA_ARRAY(arena, chains, bool);
	const struct rule_chain **stack = ARENA_ARRAY(arena, chains, const struct rule_chain *);
	if (!leads_in || !is_used || !stack)
		return false;
	for (size_t t = 0; t < ruleset->table_count; t++)
		for (size_t c = 0; c < ruleset->tables[t]->chain_count; c++) {
			const struct rule_chain *chain = ruleset->tables[t]->chains[c];
			if (chain->hook == HOOK_NONE)
				continue;
			mark_reached(chain, is_used, stack);
			if (chain->hook <= HOOK_INPUT)
				mark_reached(chain, leads_in, stack);
		}
	for (size_t t = 0; t < ruleset->table_count; t++)
		for (size_t c = 0; c < ruleset->tables[t]->chain_count; c++) {
			const struct rule_chain *chain = ruleset->tables[t]->chains[c];
			if (leads_in[chain->id])
				find_in_chain(&list, chain);
			else if (!is_used[chain->id] && chain->rule_count)
				add(&list, (struct firewall_unreached){
						   .rule = &chain->rules[0],
						   .chain = chain,
					   });
		}
	*ret_unreached = list.items;
	*ret_count = list.count;
	return !list.is_failed;
}
