/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/conf_index.h"

#include <string.h>

#include "audit/base/arena.h"

#define BUCKETS_AT_FIRST 64

/* FNV-1a over the lower-case bytes. */
static size_t hash_of(struct slice name)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < name.size; i++) {
		hash ^= byte_to_lower((unsigned char)name.data[i]);
		hash *= 1099511628211u;
	}
	return (size_t)(hash ^ (hash >> 32));
}

static void link_category(struct conf_index *index, uint32_t category)
{
	size_t bucket = hash_of(index->names[category]) & (index->bucket_count - 1);
	index->next[category] = CONF_NONE;
	if (index->first[bucket] == CONF_NONE)
		index->first[bucket] = category;
	else
		index->next[index->last[bucket]] = category;
	index->last[bucket] = category;
}

static bool grow(struct conf_index *index, struct arena *arena)
{
	size_t wanted = index->capacity ? index->capacity * 2 : BUCKETS_AT_FIRST;
	struct slice *names = ARENA_ARRAY(arena, wanted, struct slice);
	uint32_t *next = ARENA_ARRAY(arena, wanted, uint32_t);
	uint32_t *first = ARENA_ARRAY(arena, wanted, uint32_t);
	uint32_t *last = ARENA_ARRAY(arena, wanted, uint32_t);
	if (!names || !next || !first || !last)
		return false;
	if (index->count)
		memcpy(names, index->names, index->count * sizeof(*names));
	memset(first, 0xff, wanted * sizeof(*first));
	index->names = names;
	index->next = next;
	index->first = first;
	index->last = last;
	index->capacity = index->bucket_count = wanted;
	for (size_t i = 0; i < index->count; i++)
		link_category(index, (uint32_t)i);
	return true;
}

bool conf_index_add(struct conf_index *index, struct arena *arena, struct slice name)
{
	if (index->count == index->capacity && !grow(index, arena))
		return false;
	index->names[index->count] = name;
	link_category(index, (uint32_t)index->count);
	index->count++;
	return true;
}

static uint32_t skip_others(const struct conf_index *index, struct slice name, uint32_t category)
{
	while (category != CONF_NONE && !slice_equal_ignore_case(index->names[category], name))
		category = index->next[category];
	return category;
}

uint32_t conf_index_first(const struct conf_index *index, struct slice name)
{
	if (!index->bucket_count)
		return CONF_NONE;
	return skip_others(index, name, index->first[hash_of(name) & (index->bucket_count - 1)]);
}

uint32_t conf_index_next(const struct conf_index *index, struct slice name, uint32_t after)
{
	return skip_others(index, name, index->next[after]);
}
