/* SPDX-License-Identifier: Apache-2.0
 *
 * A table from text to a pointer, in an arena: paths to what is known of them, names to rows.
 */
#ifndef RINGFENCE_BASE_TEXT_MAP_H
#define RINGFENCE_BASE_TEXT_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

struct arena;
struct text_map_slot;

/* Zeroed but for the arena: an empty map. */
struct text_map {
	struct arena *arena;
	struct text_map_slot *slots;
	/* A power of two, or 0. */
	size_t slot_count;
	size_t count;
};

/* The value of KEY, NULL when it has none. */
void *text_map_find(const struct text_map *map, struct slice key);

/* Sets the value (not NULL) of KEY, which is copied when it is new. False when memory is short:
 * then the map is as it was. */
bool text_map_put(struct text_map *map, struct slice key, void *value) MUST_CHECK;

#endif
