/* SPDX-License-Identifier: Apache-2.0
 *
 * Names to the categories that have them, case ignored, in the order of their making.
 */
#ifndef RINGFENCE_ASTERISK_CONF_INDEX_H
#define RINGFENCE_ASTERISK_CONF_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

struct arena;

/* No category. */
#define CONF_NONE UINT32_MAX

struct conf_index {
	/* The categories' names and, by category, the next one of the same bucket. */
	struct slice *names;
	uint32_t *next;
	size_t count;
	size_t capacity;
	/* First and last category of each bucket; a power of two. */
	uint32_t *first;
	uint32_t *last;
	size_t bucket_count;
};

/* Adds the name of the next category: its number is the count before. Amortised constant cost.
 * False when memory is short. */
bool conf_index_add(struct conf_index *index, struct arena *arena, struct slice name) MUST_CHECK;

/* The first category called NAME, and the next one after AFTER; CONF_NONE when there is none. */
uint32_t conf_index_first(const struct conf_index *index, struct slice name);
uint32_t conf_index_next(const struct conf_index *index, struct slice name, uint32_t after);

#endif
