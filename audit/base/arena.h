/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that dies together. One arena holds everything that one audit learns: sources, models,
 * findings, result. A limit bounds what hostile input can make it hold.
 */
#ifndef RINGFENCE_BASE_ARENA_H
#define RINGFENCE_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"

struct arena;

/* A new arena that gives out at most LIMIT_BYTES in total (0: no limit). NULL when memory is short.
 * The caller frees it with arena_free. */
struct arena *arena_new(size_t limit_bytes) MUST_CHECK;

/* Frees ARENA and all that was allocated from it. Memory that arena_allocate_secret gave is zeroed
 * first. NULL is allowed. */
void arena_free(struct arena *arena);

/* For CLEANUP(): frees *ARENA. */
void arena_free_pointer(struct arena **arena);

/* SIZE zeroed bytes, aligned for any type; NULL when memory or the limit is exhausted. SIZE 0 gives
 * a valid unique pointer. Amortised constant cost. The memory lives as long as ARENA. */
void *arena_allocate(struct arena *arena, size_t size) MUST_CHECK;

/* COUNT * SIZE zeroed bytes; NULL also when the product overflows. */
void *arena_allocate_array(struct arena *arena, size_t count, size_t size) MUST_CHECK;

/* Like arena_allocate, in pages that are locked (as far as RLIMIT_MEMLOCK allows), kept out of core
 * dumps, and zeroed by arena_free. For secrets and for files that hold them. */
void *arena_allocate_secret(struct arena *arena, size_t size) MUST_CHECK;

/* A NUL-terminated copy of SIZE bytes of DATA. NULL as arena_allocate. */
char *arena_copy(struct arena *arena, const void *data, size_t size) MUST_CHECK;

/* A growing array in ARENA. ITEMS is the current array of *COUNT items of SIZE bytes each,
 * *CAPACITY the room in it. Returns the array with room for one more item (ITEMS itself, or a
 * larger copy), or NULL on exhaustion, with nothing changed. Does not change *COUNT: the caller
 * fills the item, then counts it. Amortised constant cost. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity,
		 size_t size) MUST_CHECK;

/* For tests: the COUNT-th allocation from now on, counted from 1, and all after it fail; 0: none
 * does. */
void arena_fail_at(struct arena *arena, size_t count);

/* How many bytes ARENA has given out. */
size_t arena_used(const struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_allocate((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type)                                                            \
	((type *)arena_allocate_array((arena), (count), sizeof(type)))

#endif
