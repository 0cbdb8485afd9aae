/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/rule_runs.h"

#include <string.h>

#include "audit/base/arena.h"

bool rule_run_is_source(const struct prepared_matches *prepared, const struct rule_match *match)
{
	return match->kind == MATCH_FIELDS && prepared->is_prepared[match->id] &&
	       (!match->set || (!match->set->is_dynamic && !match->set->is_unknown));
}

/* Has RULE nothing but matches of fields, and a verdict that ends its way through the chain? */
static bool is_plain(const struct rule *rule)
{
	if (rule->map || rule->step_count == 0 ||
	    (rule->verdict.kind != VERDICT_ACCEPT && rule->verdict.kind != VERDICT_DROP &&
	     rule->verdict.kind != VERDICT_REJECT && rule->verdict.kind != VERDICT_RETURN))
		return false;
	for (size_t i = 0; i < rule->step_count; i++)
		if (rule->steps[i].kind != STEP_MATCH ||
		    rule->steps[i].match.kind != MATCH_FIELDS ||
		    (rule->steps[i].match.set && rule->steps[i].match.set->is_dynamic))
			return false;
	return true;
}

static bool parts_equal(const struct rule_match *a, const struct rule_match *b)
{
	for (size_t i = 0; i < a->part_count; i++)
		if (!match_part_equal(&a->parts[i], &b->parts[i]))
			return false;
	return true;
}

static bool sets_equal(const struct rule_set *a, const struct rule_set *b)
{
	/* Longer ones are the same set or are not compared. */
	enum {
		ELEMENTS_MAX = 32
	};
	if (a == b)
		return true;
	if (!a || !b || a->is_unknown || b->is_unknown || a->verdicts || b->verdicts ||
	    a->part_count != b->part_count || a->element_count != b->element_count ||
	    a->element_count > ELEMENTS_MAX)
		return false;
	for (size_t i = 0; i < a->element_count * a->part_count; i++)
		if (a->elements[i].first != b->elements[i].first ||
		    a->elements[i].last != b->elements[i].last)
			return false;
	return true;
}

static bool matches_equal(const struct rule_match *a, const struct rule_match *b)
{
	if (a->is_negated != b->is_negated || a->part_count != b->part_count || !a->set != !b->set)
		return false;
	return parts_equal(a, b) &&
	       (a->set ? sets_equal(a->set, b->set)
		       : a->range.first == b->range.first && a->range.last == b->range.last);
}

/* Do A and B ask the same at every step that is not about the source alone? */
static bool are_alike(const struct prepared_matches *prepared, const struct rule *a,
		      const struct rule *b)
{
	if (a->step_count != b->step_count || a->verdict.kind != b->verdict.kind)
		return false;
	for (size_t i = 0; i < a->step_count; i++) {
		const struct rule_match *x = &a->steps[i].match, *y = &b->steps[i].match;
		bool is_source = rule_run_is_source(prepared, x);
		if (is_source != rule_run_is_source(prepared, y) ||
		    (!is_source && !matches_equal(x, y)))
			return false;
	}
	return true;
}

static struct source_set rule_sources(const struct rule *rule,
				      const struct prepared_matches *prepared,
				      struct source_space *space)
{
	struct source_set sources = SOURCE_ALL;
	for (size_t i = 0; i < rule->step_count; i++) {
		const struct rule_match *match = &rule->steps[i].match;
		if (!rule_run_is_source(prepared, match))
			continue;
		struct source_set own = prepared->sources[match->id];
		sources = match->is_negated ? source_difference(space, sources, own)
					    : source_intersection(space, sources, own);
	}
	return sources;
}

/* By halves, so that most unions are of small sets. Depth: the logarithm of COUNT. */
static struct source_set union_of(struct source_space *space, const struct source_set *sets,
				  size_t count)
{
	if (count == 1)
		return sets[0];
	size_t half = count / 2;
	struct source_set a = union_of(space, sets, half);
	return source_union(space, a, union_of(space, sets + half, count - half));
}

static bool fill_run(const struct rule_chain *chain, const struct prepared_matches *prepared,
		     struct source_space *space, struct arena *arena, struct rule_run *run)
{
	struct source_set *sets = ARENA_ARRAY(arena, run->count, struct source_set);
	if (!sets)
		return false;
	run->rules = &chain->rules[run->first];
	for (size_t i = 0; i < run->count; i++)
		sets[i] = rule_sources(&run->rules[i], prepared, space);
	run->rule_sources = sets;
	run->verdict = run->rules[0].verdict.kind;
	run->sources = union_of(space, sets, run->count);
	return true;
}

bool rule_runs_find(const struct rule_chain *chain, const struct prepared_matches *prepared,
		    struct source_space *space, struct arena *arena, struct chain_runs *ret_runs)
{
	struct rule_run *runs = NULL;
	size_t count = 0, capacity = 0, next;
	for (size_t i = 0; i < chain->rule_count; i = next) {
		next = i + 1;
		if (!is_plain(&chain->rules[i]))
			continue;
		while (next < chain->rule_count && is_plain(&chain->rules[next]) &&
		       are_alike(prepared, &chain->rules[i], &chain->rules[next]))
			next++;
		if (next - i < RULE_RUN_MIN)
			continue;
		struct rule_run *more = arena_grow(arena, runs, count, &capacity, sizeof(*runs));
		if (!more)
			return false;
		runs = more;
		runs[count] = (struct rule_run){ .first = i, .count = next - i };
		if (!fill_run(chain, prepared, space, arena, &runs[count++]))
			return false;
	}
	*ret_runs = (struct chain_runs){ .runs = runs, .count = count };
	return true;
}
