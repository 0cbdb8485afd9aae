/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/text_map.h"

#include <stdint.h>

#include "audit/base/arena.h"

/* The first table: enough for most hosts' files without growing often. */
#define TEXT_MAP_SLOTS 256

struct text_map_slot {
	struct slice key;
	void *value;
};

/* FNV-1a, 64 bits. */
static size_t hash_of(struct slice key)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < key.size; i++)
		hash = (hash ^ (unsigned char)key.data[i]) * UINT64_C(0x100000001b3);
	return (size_t)(hash ^ (hash >> 32));
}

/* The slot of KEY, or the empty one where it would go. */
static struct text_map_slot *slot_of(struct text_map_slot *slots, size_t count, struct slice key)
{
	size_t at = hash_of(key) & (count - 1);
	while (slots[at].value && !slice_equal(slots[at].key, key))
		at = (at + 1) & (count - 1);
	return &slots[at];
}

void *text_map_find(const struct text_map *map, struct slice key)
{
	return map->slot_count ? slot_of(map->slots, map->slot_count, key)->value : NULL;
}

static bool grow(struct text_map *map)
{
	size_t count = map->slot_count ? map->slot_count * 2 : TEXT_MAP_SLOTS;
	struct text_map_slot *slots = ARENA_ARRAY(map->arena, count, struct text_map_slot);
	if (!slots)
		return false;
	for (size_t i = 0; i < map->slot_count; i++)
		if (map->slots[i].value)
			*slot_of(slots, count, map->slots[i].key) = map->slots[i];
	map->slots = slots;
	map->slot_count = count;
	return true;
}

bool text_map_put(struct text_map *map, struct slice key, void *value)
{
	/* At most half full, so that a search stays short. */
	if (map->count * 2 >= map->slot_count && !grow(map))
		return false;
	struct text_map_slot *slot = slot_of(map->slots, map->slot_count, key);
	if (!slot->value) {
		char *copy = arena_copy(map->arena, key.data, key.size);
		if (!copy)
			return false;
		slot->key = (struct slice){ .data = copy, .size = key.size };
		map->count++;
	}
	slot->value = value;
	return true;
}
