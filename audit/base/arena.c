/* SPDX-License-Identifier: Apache-2.0
 *
 * Chunks straight from mmap: pages come zeroed, are kept out of core dumps, and go back to the
 * kernel as a whole, so nothing of a host's secrets stays in a heap.
 */
#include "audit/base/arena.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "audit/base/slice.h"

#define CHUNK_BYTES ((size_t)256 * 1024)
#define PAGE_BYTES ((size_t)4096)
#define ALIGNMENT ((size_t)16)

struct chunk {
	struct chunk *next;
	size_t size;
	size_t used;
	bool is_secret;
};

/* Allocations begin behind the chunk's own head. */
#define CHUNK_HEAD ((sizeof(struct chunk) + ALIGNMENT - 1) & ~(ALIGNMENT - 1))

struct arena {
	struct chunk *plain;
	struct chunk *secret;
	size_t limit;
	size_t used;
	/* Allocations until failure, for tests; 0: never. */
	size_t fail_at;
	bool is_failing;
};

/* The arena itself lives in its first chunk. */
static struct chunk *chunk_map(size_t payload, bool is_secret)
{
	size_t size;
	if (__builtin_add_overflow(payload, CHUNK_HEAD + PAGE_BYTES - 1, &size))
		return NULL;
	size &= ~(PAGE_BYTES - 1);
	if (size < CHUNK_BYTES)
		size = CHUNK_BYTES;
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return NULL;
	/* Both are best effort: an old kernel or a low RLIMIT_MEMLOCK is no reason to fail. */
	(void)madvise(memory, size, MADV_DONTDUMP);
	if (is_secret)
		(void)mlock(memory, size);
	struct chunk *chunk = memory;
	chunk->size = size;
	chunk->used = CHUNK_HEAD;
	chunk->is_secret = is_secret;
	return chunk;
}

static void chunks_unmap(struct chunk *chunk)
{
	while (chunk) {
		struct chunk *next = chunk->next;
		if (chunk->is_secret)
			explicit_bzero((char *)chunk + CHUNK_HEAD, chunk->used - CHUNK_HEAD);
		(void)munmap(chunk, chunk->size);
		chunk = next;
	}
}

struct arena *arena_new(size_t limit_bytes)
{
	struct chunk *chunk = chunk_map(sizeof(struct arena), false);
	if (!chunk)
		return NULL;
	struct arena *arena = (struct arena *)(void *)((char *)chunk + chunk->used);
	chunk->used += (sizeof(*arena) + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	arena->plain = chunk;
	arena->limit = limit_bytes;
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	struct chunk *plain = arena->plain;
	chunks_unmap(arena->secret);
	chunks_unmap(plain);
}

void arena_free_pointer(struct arena **arena)
{
	arena_free(*arena);
	*arena = NULL;
}

static void *allocate_from(struct arena *arena, struct chunk **list, size_t size, bool is_secret)
{
	size_t rounded;
	if (__builtin_add_overflow(size ? size : 1, ALIGNMENT - 1, &rounded))
		return NULL;
	rounded &= ~(ALIGNMENT - 1);
	if (arena->fail_at && --arena->fail_at == 0)
		arena->is_failing = true;
	if (arena->is_failing)
		return NULL;
	if (arena->limit && (rounded > arena->limit || arena->used > arena->limit - rounded))
		return NULL;
	struct chunk *chunk = *list;
	if (!chunk || chunk->size - chunk->used < rounded) {
		struct chunk *fresh = chunk_map(rounded, is_secret);
		if (!fresh)
			return NULL;
		/* A chunk made for one large allocation has no room left: keep filling the old one.
		 */
		if (chunk && rounded >= CHUNK_BYTES / 4) {
			fresh->next = chunk->next;
			chunk->next = fresh;
		} else {
			fresh->next = chunk;
			*list = fresh;
		}
		chunk = fresh;
	}
	void *memory = (char *)chunk + chunk->used;
	chunk->used += rounded;
	arena->used += rounded;
	return memory;
}

void *arena_allocate(struct arena *arena, size_t size)
{
	return allocate_from(arena, &arena->plain, size, false);
}

void *arena_allocate_secret(struct arena *arena, size_t size)
{
	return allocate_from(arena, &arena->secret, size, true);
}

void *arena_allocate_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	return arena_allocate(arena, bytes);
}

char *arena_copy(struct arena *arena, const void *data, size_t size)
{
	if (size == SIZE_MAX)
		return NULL;
	char *copy = arena_allocate(arena, size + 1);
	if (copy && size)
		memcpy(copy, data, size);
	return copy;
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
	if (items && count < *capacity)
		return items;
	size_t wanted = *capacity ? *capacity : 8;
	if (*capacity && __builtin_mul_overflow(*capacity, 2, &wanted))
		return NULL;
	void *grown = arena_allocate_array(arena, wanted, size);
	if (!grown)
		return NULL;
	if (items && count)
		memcpy(grown, items, count * size);
	*capacity = wanted;
	return grown;
}

void arena_fail_at(struct arena *arena, size_t count)
{
	arena->fail_at = count;
	arena->is_failing = false;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}
