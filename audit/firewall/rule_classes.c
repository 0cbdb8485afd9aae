/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/rule_classes.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"

struct cut_list {
	struct arena *arena;
	unsigned __int128 limit;
	struct value_range *ranges;
	size_t count;
	size_t capacity;
	bool is_failed;
};

static void cut_range(struct cut_list *list, const struct value_range *range)
{
	struct value_range cut = *range;
	if (cut.first > list->limit || cut.last < cut.first || list->is_failed)
		return;
	if (cut.last > list->limit)
		cut.last = list->limit;
	/* The same ranges come again and again; a repeated last one is dropped at once. */
	if (list->count && list->ranges[list->count - 1].first == cut.first &&
	    list->ranges[list->count - 1].last == cut.last)
		return;
	struct value_range *ranges = arena_grow(list->arena, list->ranges, list->count,
						&list->capacity, sizeof(*ranges));
	if (!ranges) {
		list->is_failed = true;
		return;
	}
	list->ranges = ranges;
	ranges[list->count++] = cut;
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

/* Sorts the ranges, and fills STARTS with where classes begin, sorted and each once. */
static size_t find_starts(struct cut_list *list, unsigned __int128 *starts)
{
	size_t count = 0, kept = 0;
	starts[count++] = 0;
	for (size_t i = 0; i < list->count; i++) {
		starts[count++] = list->ranges[i].first;
		if (list->ranges[i].last < list->limit)
			starts[count++] = list->ranges[i].last + 1;
	}
	qsort(starts, count, sizeof(*starts), compare_values);
	if (list->count)
		/* By the first member, which comparison of the first 16 bytes is. */
		qsort(list->ranges, list->count, sizeof(*list->ranges), compare_values);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || starts[i] != starts[kept - 1])
			starts[kept++] = starts[i];
	return kept;
}

bool rule_classes_of(const struct ruleset *ruleset, enum address_family family,
		     enum packet_field field, unsigned __int128 limit, struct arena *arena,
		     const struct rule_class **ret_classes, size_t *ret_count)
{
	struct cut_list list = { .arena = arena, .limit = limit };
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
	unsigned __int128 *starts = ARENA_ARRAY(arena, list.count * 2 + 1, unsigned __int128);
	if (!starts)
		return false;
	size_t count = find_starts(&list, starts), next = 0;
	struct rule_class *classes = ARENA_ARRAY(arena, count, struct rule_class);
	if (!classes)
		return false;
	/* The last value that a range which began so far holds. */
	unsigned __int128 named_last = 0;
	bool has_named = false;
	for (size_t i = 0; i < count; i++) {
		for (; next < list.count && list.ranges[next].first <= starts[i]; next++) {
			if (!has_named || list.ranges[next].last > named_last)
				named_last = list.ranges[next].last;
			has_named = true;
		}
		classes[i] = (struct rule_class){
			.first = starts[i],
			.last = i + 1 < count ? starts[i + 1] - 1 : limit,
			.is_named = has_named && named_last >= starts[i],
		};
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
