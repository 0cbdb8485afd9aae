/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/shadow_index.h"

#include <stdlib.h>
#include <string.h>

/* Ranges that wait to be sorted in: each question looks at all of them, each batch moves the rest.
 */
#define BATCH 256

struct shadow_entry {
	struct value_range range;
	const struct rule *rule;
};

/* ENTRIES: sorted by first, none within another, so that their last values rise too; behind them up
 * to BATCH that came since. */
struct shadow_field {
	struct match_part part;
	struct shadow_entry *entries;
	size_t sorted;
	size_t count;
};

static bool covers(const struct value_range *outer, const struct value_range *inner)
{
	return outer->first <= inner->first && outer->last >= inner->last;
}

static struct shadow_field *find_field(const struct shadow_index *index,
				       const struct match_part *part)
{
	for (size_t i = 0; i < index->count; i++)
		if (match_part_equal(&index->fields[i].part, part))
			return &index->fields[i];
	return NULL;
}

/* Of those that begin together, the widest first. */
static int compare_entries(const void *a, const void *b)
{
	const struct shadow_entry *first = a, *second = b;
	if (first->range.first != second->range.first)
		return first->range.first < second->range.first ? -1 : 1;
	if (first->range.last != second->range.last)
		return first->range.last > second->range.last ? -1 : 1;
	return 0;
}

/* Puts the newest in their places, and drops what lies within another. */
static bool sort_in(struct shadow_field *field)
{
	size_t fresh = field->count - field->sorted, left = field->sorted, at = field->count;
	struct shadow_entry *batch = malloc(BATCH * sizeof(*batch));
	if (!batch)
		return false;
	memcpy(batch, field->entries + field->sorted, fresh * sizeof(*batch));
	qsort(batch, fresh, sizeof(*batch), compare_entries);
	while (fresh > 0) {
		bool is_old = left > 0 &&
			      compare_entries(&field->entries[left - 1], &batch[fresh - 1]) > 0;
		field->entries[--at] = is_old ? field->entries[--left] : batch[--fresh];
	}
	free(batch);
	size_t kept = 0;
	for (size_t i = 0; i < field->count; i++)
		if (kept == 0 || field->entries[i].range.last > field->entries[kept - 1].range.last)
			field->entries[kept++] = field->entries[i];
	field->sorted = field->count = kept;
	return true;
}

bool shadow_index_add(struct shadow_index *index, const struct match_part *part,
		      const struct value_range *range, const struct rule *rule)
{
	if (!index->fields)
		index->fields = calloc(SHADOW_FIELDS_MAX, sizeof(*index->fields));
	if (!index->fields)
		return false;
	struct shadow_field *field = find_field(index, part);
	if (!field && index->count == SHADOW_FIELDS_MAX)
		return true;
	if (!field) {
		field = &index->fields[index->count++];
		field->part = *part;
	}
	if (field->count == field->sorted) {
		struct shadow_entry *entries =
			reallocarray(field->entries, field->sorted + BATCH, sizeof(*entries));
		if (!entries)
			return false;
		field->entries = entries;
	}
	field->entries[field->count++] = (struct shadow_entry){ .range = *range, .rule = rule };
	return field->count - field->sorted < BATCH || sort_in(field);
}

const struct rule *shadow_index_find(const struct shadow_index *index,
				     const struct match_part *part, const struct value_range *range)
{
	const struct shadow_field *field = find_field(index, part);
	if (!field)
		return NULL;
	for (size_t i = field->sorted; i < field->count; i++)
		if (covers(&field->entries[i].range, range))
			return field->entries[i].rule;
	/* The last that begins no later: of all such, it ends last. */
	size_t low = 0, high = field->sorted;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (field->entries[middle].range.first <= range->first)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && covers(&field->entries[low - 1].range, range)
		       ? field->entries[low - 1].rule
		       : NULL;
}

void shadow_index_done(struct shadow_index *index)
{
	for (size_t i = 0; i < index->count; i++)
		free(index->fields[i].entries);
	free(index->fields);
	*index = (struct shadow_index){ .fields = NULL };
}
