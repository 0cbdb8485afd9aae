/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/rule_classes.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"

struct cut_list {
	struct arena *arena;
	unsigned __int128 limit;
	unsigned __int128 *starts;
	size_t count;
	size_t capacity;
	bool is_failed;
};

static void cut_at(struct cut_list *list, unsigned __int128 value)
{
	if (value > list->limit || list->is_failed)
		return;
	/* The same cuts come again and again; a repeated last one is dropped at once. */
	if (list->count && list->starts[list->count - 1] == value)
		return;
	unsigned __int128 *starts = arena_grow(list->arena, list->starts, list->count,
					       &list->capacity, sizeof(*starts));
	if (!starts) {
		list->is_failed = true;
		return;
	}
	list->starts = starts;
	starts[list->count++] = value;
}

static void cut_range(struct cut_list *list, const struct value_range *range)
{
	cut_at(list, range->first);
	if (range->last < list->limit)
		cut_at(list, range->last + 1);
}

static void cut_parts(struct cut_list *list, enum packet_field field,
		      const struct match_part *parts, size_t count, const struct rule_set *set,
		      const struct value_range *range)
{
	for (size_t i = 0; i < count; i++) {
		if (parts[i].field != field)
			continue;
		if (!set) {
			cut_range(list, range);
			continue;
		}
		for (size_t k = 0; set->part_count == count && k < set->element_count; k++)
			cut_range(list, &set->elements[k * count + i]);
	}
}

static void cut_rule(struct cut_list *list, enum packet_field field, const struct rule *rule)
{
	for (size_t s = 0; s < rule->step_count; s++) {
		const struct rule_match *match = &rule->steps[s].match;
		if (rule->steps[s].kind == STEP_MATCH && match->kind == MATCH_FIELDS)
			cut_parts(list, field, match->parts, match->part_count, match->set,
				  &match->range);
	}
	if (rule->map)
		cut_parts(list, field, rule->map_parts, rule->map_part_count, rule->map, NULL);
}

static int compare_values(const void *a, const void *b)
{
	unsigned __int128 x, y;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

bool rule_classes_of(const struct ruleset *ruleset, enum address_family family,
		     enum packet_field field, unsigned __int128 limit, struct arena *arena,
		     const struct rule_class **ret_classes, size_t *ret_count)
{
	struct cut_list list = { .arena = arena, .limit = limit };
	cut_at(&list, 0);
	for (size_t t = 0; t < ruleset->table_count; t++) {
		const struct rule_table *table = ruleset->tables[t];
		if (!table_family_sees(table->family, family))
			continue;
		for (size_t c = 0; c < table->chain_count; c++)
			for (size_t r = 0; r < table->chains[c]->rule_count; r++)
				cut_rule(&list, field, &table->chains[c]->rules[r]);
	}
	if (list.is_failed)
		return false;
	qsort(list.starts, list.count, sizeof(*list.starts), compare_values);
	struct rule_class *classes = ARENA_ARRAY(arena, list.count, struct rule_class);
	if (!classes)
		return false;
	size_t count = 0;
	for (size_t i = 0; i < list.count; i++) {
		if (count && classes[count - 1].first == list.starts[i])
			continue;
		if (count)
			classes[count - 1].last = list.starts[i] - 1;
		classes[count++] = (struct rule_class){ .first = list.starts[i], .last = limit };
	}
	*ret_classes = classes;
	*ret_count = count;
	return true;
}

const struct rule_class *rule_class_find(const struct rule_class *classes, size_t count,
					 unsigned __int128 value)
{
	size_t low = 0, high = count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (classes[middle].first <= value)
			low = middle;
		else
			high = middle;
	}
	return &classes[low];
}
