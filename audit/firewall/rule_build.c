/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/rule_build.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

struct ruleset *ruleset_new(struct arena *arena)
{
	return ARENA_NEW(arena, struct ruleset);
}

/* Appends ITEM to the growing array of pointers *ITEMS. */
static bool append_pointer(struct rule_builder *builder, void ***items, size_t *count,
			   size_t *capacity, void *item)
{
	void **grown = arena_grow(builder->arena, *items, *count, capacity, sizeof(*grown));
	if (!grown || !item) {
		builder->is_failed = true;
		return false;
	}
	grown[(*count)++] = item;
	*items = grown;
	return true;
}

struct rule_table *build_table(struct rule_builder *builder, enum table_family family,
			       struct slice name, enum rule_backend backend, struct origin origin)
{
	struct ruleset *ruleset = builder->ruleset;
	for (size_t i = 0; i < ruleset->table_count; i++)
		if (ruleset->tables[i]->family == family &&
		    ruleset->tables[i]->backend == backend &&
		    slice_equal(ruleset->tables[i]->name, name))
			return ruleset->tables[i];
	struct rule_table *table = ARENA_NEW(builder->arena, struct rule_table);
	if (!append_pointer(builder, (void ***)&ruleset->tables, &ruleset->table_count,
			    &ruleset->table_capacity, table))
		return NULL;
	table->name = name;
	table->family = family;
	table->backend = backend;
	table->origin = origin;
	return table;
}

/* Room for one chain more in the index. */
static bool grow_index(struct rule_builder *builder, struct rule_table *table)
{
	if ((table->chain_count + 1) * 2 <= table->index_size)
		return true;
	size_t size = table->index_size ? table->index_size * 2 : 16;
	struct rule_chain **index = ARENA_ARRAY(builder->arena, size, struct rule_chain *);
	if (!index)
		return false;
	table->index = index;
	table->index_size = size;
	for (size_t i = 0; i < table->chain_count; i++)
		index[table_chain_place(table, table->chains[i]->name)] = table->chains[i];
	return true;
}

struct rule_chain *build_chain(struct rule_builder *builder, struct rule_table *table,
			       struct slice name, struct origin origin)
{
	if (builder->is_failed || !table || !grow_index(builder, table)) {
		builder->is_failed = true;
		return NULL;
	}
	size_t place = table_chain_place(table, name);
	if (table->index[place])
		return table->index[place];
	struct rule_chain *chain = ARENA_NEW(builder->arena, struct rule_chain);
	if (!append_pointer(builder, (void ***)&table->chains, &table->chain_count,
			    &table->chain_capacity, chain))
		return NULL;
	chain->name = name;
	chain->table = table;
	chain->policy = VERDICT_ACCEPT;
	chain->id = builder->ruleset->chain_count++;
	chain->origin = origin;
	chain->policy_origin = origin;
	table->index[place] = chain;
	return chain;
}

struct rule_set *build_set(struct rule_builder *builder, struct origin origin)
{
	struct rule_set *set = ARENA_NEW(builder->arena, struct rule_set);
	if (!set) {
		builder->is_failed = true;
		return NULL;
	}
	set->part_count = 1;
	set->origin = origin;
	return set;
}

struct rule_set *build_named_set(struct rule_builder *builder, struct rule_table *table,
				 struct slice name, struct origin origin)
{
	struct ruleset *ruleset = builder->ruleset;
	struct rule_set **sets = table ? table->sets : ruleset->sets;
	size_t count = table ? table->set_count : ruleset->set_count;
	for (size_t i = 0; i < count; i++)
		if (slice_equal(sets[i]->name, name))
			return sets[i];
	struct rule_set *set = build_set(builder, origin);
	if (!set)
		return NULL;
	set->name = name;
	bool is_added = table ? append_pointer(builder, (void ***)&table->sets, &table->set_count,
					       &table->set_capacity, set)
			      : append_pointer(builder, (void ***)&ruleset->sets,
					       &ruleset->set_count, &ruleset->set_capacity, set);
	return is_added ? set : NULL;
}

void build_rule_begin(struct rule_builder *builder, struct origin origin)
{
	builder->rule = (struct rule){ .origin = origin };
	builder->step_count = 0;
}

void build_rule_end(struct rule_builder *builder, struct rule_chain *chain, size_t position)
{
	struct rule *rule = &builder->rule;
	if (builder->is_failed || !chain)
		return;
	if (builder->ruleset->rule_count >= RULES_MAX) {
		ruleset_break(builder, rule->origin, "more than %d rules: the rest is not read",
			      RULES_MAX);
		return;
	}
	struct rule_step *steps =
		ARENA_ARRAY(builder->arena, builder->step_count, struct rule_step);
	struct rule *rules = arena_grow(builder->arena, chain->rules, chain->rule_count,
					&chain->rule_capacity, sizeof(*rules));
	if (!steps || !rules) {
		builder->is_failed = true;
		return;
	}
	if (builder->step_count)
		memcpy(steps, builder->steps, builder->step_count * sizeof(*steps));
	rule->steps = steps;
	rule->step_count = builder->step_count;
	chain->rules = rules;
	size_t at = position && position <= chain->rule_count ? position - 1 : chain->rule_count;
	memmove(&rules[at + 1], &rules[at], (chain->rule_count - at) * sizeof(*rules));
	rules[at] = *rule;
	chain->rule_count++;
	builder->ruleset->rule_count++;
}

struct rule_step *build_step(struct rule_builder *builder, enum step_kind kind)
{
	struct rule_step *steps = arena_grow(builder->arena, builder->steps, builder->step_count,
					     &builder->step_capacity, sizeof(*steps));
	if (!steps) {
		builder->is_failed = true;
		return NULL;
	}
	builder->steps = steps;
	struct rule_step *step = &steps[builder->step_count++];
	*step = (struct rule_step){ .kind = kind };
	if (kind == STEP_MATCH)
		step->match.id = builder->ruleset->match_count++;
	return step;
}

const struct match_part *match_part_whole(enum packet_field field)
{
#define WHOLE(name) [name] = {.field = name, .mask = MATCH_MASK_ALL }
	static const struct match_part parts[FIELD_COUNT] = {
		WHOLE(FIELD_NFPROTO),
		WHOLE(FIELD_PROTOCOL),
		WHOLE(FIELD_SOURCE),
		WHOLE(FIELD_DESTINATION),
		WHOLE(FIELD_SOURCE_PORT),
		WHOLE(FIELD_DESTINATION_PORT),
		WHOLE(FIELD_IN_INTERFACE),
		WHOLE(FIELD_OUT_INTERFACE),
		WHOLE(FIELD_TCP_FLAGS),
		WHOLE(FIELD_ICMP_TYPE),
		WHOLE(FIELD_ICMP_CODE),
		WHOLE(FIELD_CT_STATE),
		WHOLE(FIELD_CT_STATUS),
		WHOLE(FIELD_CT_DIRECTION),
		WHOLE(FIELD_CT_MARK),
		WHOLE(FIELD_MARK),
		WHOLE(FIELD_PACKET_TYPE),
		WHOLE(FIELD_LENGTH),
		WHOLE(FIELD_TTL),
		WHOLE(FIELD_TOS),
		WHOLE(FIELD_FRAGMENT),
		WHOLE(FIELD_SOURCE_MAC),
		WHOLE(FIELD_DESTINATION_MAC),
		WHOLE(FIELD_SOURCE_TYPE),
		WHOLE(FIELD_DESTINATION_TYPE),
		WHOLE(FIELD_DESTINATION_TYPE_HERE),
		WHOLE(FIELD_REVERSE_PATH),
		WHOLE(FIELD_HEADER_WORDS),
		WHOLE(FIELD_FREE),
		WHOLE(FIELD_TCP_OPTION),
	};
#undef WHOLE
	return &parts[field];
}

const struct match_part *build_parts(struct rule_builder *builder, const struct match_part *parts,
				     size_t count)
{
	if (count == 1 && parts[0].shift == 0 && parts[0].mask == MATCH_MASK_ALL &&
	    !parts[0].is_raw && !parts[0].is_tuple)
		return match_part_whole(parts[0].field);
	struct match_part *copy = ARENA_ARRAY(builder->arena, count, struct match_part);
	if (!copy) {
		builder->is_failed = true;
		return NULL;
	}
	memcpy(copy, parts, count * sizeof(*copy));
	return copy;
}

static struct rule_match *build_match(struct rule_builder *builder, enum match_kind kind,
				      bool is_negated)
{
	struct rule_step *step = build_step(builder, STEP_MATCH);
	if (!step)
		return NULL;
	step->match.kind = kind;
	step->match.is_negated = is_negated;
	return &step->match;
}

void build_match_range(struct rule_builder *builder, enum packet_field field,
		       unsigned __int128 first, unsigned __int128 last, bool is_negated)
{
	build_match_masked(builder, field, MATCH_MASK_ALL, first, last, is_negated);
}

void build_match_masked(struct rule_builder *builder, enum packet_field field,
			unsigned __int128 mask, unsigned __int128 first, unsigned __int128 last,
			bool is_negated)
{
	struct rule_match *match = build_match(builder, MATCH_FIELDS, is_negated);
	if (!match)
		return;
	match->part_count = 1;
	match->parts =
		build_parts(builder, &(struct match_part){ .field = field, .mask = mask }, 1);
	match->range = (struct value_range){ first, last };
}

void build_match_set(struct rule_builder *builder, enum packet_field field,
		     const struct rule_set *set, bool is_negated)
{
	struct rule_match *match = build_match(builder, MATCH_FIELDS, is_negated);
	if (!match)
		return;
	match->part_count = 1;
	match->parts = match_part_whole(field);
	match->set = set;
}

void build_match_rate(struct rule_builder *builder, struct rule_rate rate, bool is_negated)
{
	struct rule_match *match = build_match(builder, MATCH_RATE, is_negated);
	struct rule_rate *copy = ARENA_NEW(builder->arena, struct rule_rate);
	if (!match || !copy) {
		builder->is_failed = true;
		return;
	}
	*copy = rate;
	match->rate = copy;
}

static const char *copy_text(struct rule_builder *builder, struct slice text)
{
	const char *copy = slice_to_string(builder->arena, text);
	if (!copy)
		builder->is_failed = true;
	return copy;
}

void build_match_condition(struct rule_builder *builder, struct slice text, struct slice payload,
			   bool is_negated)
{
	struct rule_match *match = build_match(builder, MATCH_CONDITION, is_negated);
	if (!match)
		return;
	match->payload = payload;
	match->text = copy_text(builder, text);
}

void build_match_unknown(struct rule_builder *builder, struct slice text)
{
	struct rule_match *match = build_match(builder, MATCH_UNKNOWN, false);
	if (match)
		match->text = copy_text(builder, text);
}

void build_match_never(struct rule_builder *builder)
{
	/* No protocol number is that large. */
	build_match_range(builder, FIELD_NFPROTO, 255, 255, false);
}

void build_assign(struct rule_builder *builder, enum packet_field field, unsigned __int128 keep,
		  unsigned __int128 change, bool is_unknown)
{
	struct rule_step *step = build_step(builder, STEP_ASSIGN);
	if (!step)
		return;
	step->assign.field = field;
	step->assign.keep = keep;
	step->assign.change = change;
	step->assign.is_unknown = is_unknown;
}

void build_assign_from(struct rule_builder *builder, enum packet_field field,
		       unsigned __int128 keep, enum packet_field from, unsigned __int128 from_mask,
		       unsigned __int128 change)
{
	struct rule_step *step = build_step(builder, STEP_ASSIGN);
	if (!step)
		return;
	step->assign.field = field;
	step->assign.keep = keep;
	step->assign.from = from;
	step->assign.from_mask = from_mask;
	step->assign.change = change;
}

void draft_add(struct rule_builder *builder, struct rule_set_draft *draft,
	       const struct value_range *ranges, const struct rule_verdict *verdict)
{
	if (draft->count >= RULE_SET_ELEMENTS_MAX) {
		draft->is_full = true;
		return;
	}
	struct value_range *elements =
		arena_grow(builder->arena, draft->elements, draft->count, &draft->capacity,
			   sizeof(*elements) * draft->part_count);
	if (!elements) {
		builder->is_failed = true;
		return;
	}
	draft->elements = elements;
	memcpy(&elements[draft->count * draft->part_count], ranges,
	       sizeof(*elements) * draft->part_count);
	if (draft->is_map) {
		struct rule_verdict *verdicts =
			arena_grow(builder->arena, draft->verdicts, draft->count,
				   &draft->verdict_capacity, sizeof(*verdicts));
		if (!verdicts) {
			builder->is_failed = true;
			return;
		}
		draft->verdicts = verdicts;
		verdicts[draft->count] = *verdict;
	}
	draft->count++;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct value_range *x = a, *y = b;
	return x->first < y->first ? -1 : x->first > y->first;
}

void draft_finish(struct rule_builder *builder, struct rule_set_draft *draft, struct rule_set *set)
{
	set->part_count = draft->part_count;
	set->elements = draft->elements;
	set->element_count = draft->count;
	set->verdicts = draft->verdicts;
	if (draft->is_full) {
		set->is_unknown = true;
		set->unknown = "it has more elements than are read";
		ruleset_break(builder, set->origin, "a set has more than %d elements",
			      RULE_SET_ELEMENTS_MAX);
	}
	if (draft->is_map || draft->part_count != 1 || draft->count == 0)
		return;
	qsort(draft->elements, draft->count, sizeof(*draft->elements), compare_ranges);
	size_t kept = 0;
	for (size_t i = 1; i < draft->count; i++) {
		struct value_range *end = &draft->elements[kept], *next = &draft->elements[i];
		if (end->last == MATCH_MASK_ALL || next->first <= end->last + 1) {
			if (next->last > end->last)
				end->last = next->last;
		} else {
			draft->elements[++kept] = *next;
		}
	}
	set->element_count = kept + 1;
}

void ruleset_break(struct rule_builder *builder, struct origin origin, const char *format, ...)
{
	struct ruleset *ruleset = builder->ruleset;
	BUFFER_AUTO text = { 0 };
	va_list arguments;
	va_start(arguments, format);
	buffer_format_list(&text, format, arguments);
	va_end(arguments);
	const char *message = copy_text(builder, buffer_slice(&text));
	if (!message || !diagnostics_add(&ruleset->diagnostics, builder->arena, DIAGNOSTIC_ERROR,
					 origin, "%s", message)) {
		builder->is_failed = true;
		return;
	}
	if (!ruleset->is_broken)
		ruleset->broken = (struct diagnostic){
			.level = DIAGNOSTIC_ERROR,
			.origin = origin,
			.message = message,
		};
	ruleset->is_broken = true;
}

static void resolve(struct rule_builder *builder, const struct rule_table *table,
		    const struct rule *rule, struct rule_verdict *verdict)
{
	if (verdict->kind != VERDICT_JUMP && verdict->kind != VERDICT_GOTO)
		return;
	verdict->chain = table_find_chain(table, verdict->chain_name);
	if (!verdict->chain)
		ruleset_break(builder, rule->origin, "jump to a chain that is not there: %.*s",
			      SLICE_ARG(verdict->chain_name));
}

static void resolve_rule(struct rule_builder *builder, const struct rule_table *table,
			 struct rule *rule)
{
	resolve(builder, table, rule, &rule->verdict);
	if (!rule->map || !rule->map->verdicts)
		return;
	/* Verdict maps are few; their verdicts were allocated by draft_add and are ours. */
	struct rule_set *map = (struct rule_set *)(uintptr_t)rule->map;
	struct rule_verdict *verdicts = (struct rule_verdict *)(uintptr_t)map->verdicts;
	for (size_t i = 0; i < map->element_count; i++)
		if (!verdicts[i].chain)
			resolve(builder, table, rule, &verdicts[i]);
	resolve(builder, table, rule, &map->default_verdict);
}

/* States of the walk over jumps. */
enum chain_mark {
	CHAIN_NEW,
	CHAIN_OPEN,
	CHAIN_DONE,
};

struct chain_walk {
	const struct rule_chain *chain;
	size_t rule;
	size_t element;
};

/* The chain that the walk goes to next from the place in WALK, which it moves on; NULL at the end.
 */
static const struct rule_chain *next_target(struct chain_walk *walk, struct origin *ret_origin)
{
	for (; walk->rule < walk->chain->rule_count; walk->rule++, walk->element = 0) {
		const struct rule *rule = &walk->chain->rules[walk->rule];
		const struct rule_set *map = rule->map;
		*ret_origin = rule->origin;
		if (walk->element == 0) {
			walk->element = 1;
			if (rule->verdict.chain)
				return rule->verdict.chain;
		}
		if (!map || !map->verdicts)
			continue;
		while (walk->element <= map->element_count + 1) {
			size_t i = walk->element++ - 1;
			const struct rule_chain *chain = i < map->element_count
								 ? map->verdicts[i].chain
								 : map->default_verdict.chain;
			if (chain)
				return chain;
		}
	}
	return NULL;
}

/* Depth-first over the jumps, with a stack of our own: a loop is found, however deep. */
static void find_loops(struct rule_builder *builder, uint8_t *marks, struct chain_walk *stack,
		       const struct rule_chain *start)
{
	size_t depth = 0;
	if (marks[start->id] != CHAIN_NEW)
		return;
	marks[start->id] = CHAIN_OPEN;
	stack[depth++] = (struct chain_walk){ .chain = start };
	while (depth) {
		struct origin origin = ORIGIN_NONE;
		const struct rule_chain *target = next_target(&stack[depth - 1], &origin);
		if (!target) {
			marks[stack[--depth].chain->id] = CHAIN_DONE;
		} else if (marks[target->id] == CHAIN_OPEN) {
			ruleset_break(builder, origin, "the chains jump in a loop at %.*s",
				      SLICE_ARG(target->name));
		} else if (marks[target->id] == CHAIN_NEW) {
			marks[target->id] = CHAIN_OPEN;
			stack[depth++] = (struct chain_walk){ .chain = target };
		}
	}
}

void ruleset_finish(struct rule_builder *builder)
{
	struct ruleset *ruleset = builder->ruleset;
	for (size_t i = 0; i < ruleset->table_count && !builder->is_failed; i++) {
		const struct rule_table *table = ruleset->tables[i];
		for (size_t k = 0; k < table->chain_count; k++) {
			struct rule_chain *chain = table->chains[k];
			for (size_t n = 0; n < chain->rule_count; n++) {
				chain->rules[n].number = (uint32_t)n + 1;
				resolve_rule(builder, table, &chain->rules[n]);
			}
		}
	}
	if (builder->is_failed)
		return;
	size_t chains = ruleset->chain_count;
	uint8_t *marks = ARENA_ARRAY(builder->arena, chains, uint8_t);
	struct chain_walk *stack = ARENA_ARRAY(builder->arena, chains + 1, struct chain_walk);
	if (!marks || !stack) {
		builder->is_failed = true;
		return;
	}
	/* The kernel too looks from base chains on only (nft_table_validate, mark_source_chains):
	 * what nothing reaches may run in circles. */
	for (size_t i = 0; i < ruleset->table_count; i++)
		for (size_t k = 0; k < ruleset->tables[i]->chain_count; k++)
			if (ruleset->tables[i]->chains[k]->hook != HOOK_NONE)
				find_loops(builder, marks, stack, ruleset->tables[i]->chains[k]);
}
