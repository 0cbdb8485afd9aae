/* SPDX-License-Identifier: Apache-2.0
 *
 * Names with values in the order in which they first came, as fail2ban keeps its options (a dict of
 * Python): a later value takes the earlier one's place.
 */
#ifndef RINGFENCE_FAIL2BAN_OPTION_MAP_H
#define RINGFENCE_FAIL2BAN_OPTION_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/base/source.h"

struct arena;

enum fail2ban_type {
	FAIL2BAN_TEXT,
	/* Not set at all, in a place where a value is expected. */
	FAIL2BAN_NOTHING,
	/* The text is a decimal number. */
	FAIL2BAN_INTEGER,
	/* The text is "True" or "False". */
	FAIL2BAN_BOOLEAN,
};

struct option_entry {
	struct slice name;
	struct slice value;
	enum fail2ban_type type;
	/* Where the value was written. */
	struct origin origin;
};

struct option_map {
	struct option_entry *entries;
	size_t count, capacity;
};

/* Options of one section or one object: an action of fail2ban has some fifty. */
#define OPTION_MAP_MAX 4096

/* NULL: there is none of that name. */
struct option_entry *option_map_find(const struct option_map *map, struct slice name);

/* Sets ENTRY.name to the rest of ENTRY; the bytes are not copied. False when memory is short or
 * there are too many. */
bool option_map_set(struct arena *arena, struct option_map *map,
		    struct option_entry entry) MUST_CHECK;

/* Sets all of FROM in INTO. */
bool option_map_update(struct arena *arena, struct option_map *into,
		       const struct option_map *from) MUST_CHECK;

/* The value of NAME; the empty slice where it is not set. */
struct slice option_map_text(const struct option_map *map, const char *name);

#endif
