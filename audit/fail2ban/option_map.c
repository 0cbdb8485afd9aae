/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/option_map.h"

#include "audit/base/arena.h"

struct option_entry *option_map_find(const struct option_map *map, struct slice name)
{
	for (size_t i = 0; i < map->count; i++)
		if (slice_equal(map->entries[i].name, name))
			return &map->entries[i];
	return NULL;
}

bool option_map_set(struct arena *arena, struct option_map *map, struct option_entry entry)
{
	struct option_entry *known = option_map_find(map, entry.name);
	if (known) {
		*known = entry;
		return true;
	}
	if (map->count == OPTION_MAP_MAX)
		return false;
	struct option_entry *grown =
		arena_grow(arena, map->entries, map->count, &map->capacity, sizeof(*grown));
	if (!grown)
		return false;
	map->entries = grown;
	grown[map->count++] = entry;
	return true;
}

bool option_map_update(struct arena *arena, struct option_map *into, const struct option_map *from)
{
	for (size_t i = 0; i < from->count; i++)
		if (!option_map_set(arena, into, from->entries[i]))
			return false;
	return true;
}

struct slice option_map_text(const struct option_map *map, const char *name)
{
	const struct option_entry *entry = option_map_find(map, slice_of(name));
	return entry && entry->type != FAIL2BAN_NOTHING ? entry->value
							: (struct slice){ .data = "", .size = 0 };
}
