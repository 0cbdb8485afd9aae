/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/logs/tally_table.h"

#include <stdlib.h>

#include "audit/base/arena.h"

static uint64_t mix(uint64_t value)
{
	value *= UINT64_C(0x9e3779b97f4a7c15);
	return value ^ value >> 32;
}

uint64_t tally_hash(const struct address *address)
{
	uint64_t low, high;
	memcpy(&low, address->bytes, 8);
	memcpy(&high, address->bytes + 8, 8);
	return mix(low ^ mix(high + address->family));
}

static struct tally_source *source_at(const struct tally *tally, size_t index)
{
	return &tally->blocks[index / TALLY_BLOCK_SOURCES][index % TALLY_BLOCK_SOURCES];
}

static void put_slot(struct tally *tally, size_t index)
{
	size_t mask = tally->slot_count - 1;
	uint64_t hash = tally_hash(&source_at(tally, index)->address);
	size_t at = hash & mask;
	while (tally->slots[at].index)
		at = (at + 1) & mask;
	tally->slots[at] = (struct tally_slot){ (uint32_t)(hash >> 32), (uint32_t)index + 1 };
}

static bool grow_slots(struct tally *tally)
{
	struct tally_slot *slots = calloc(tally->slot_count * 2, sizeof(*slots));
	if (!slots)
		return false;
	free(tally->slots);
	tally->slots = slots;
	tally->slot_count *= 2;
	for (size_t i = 0; i < tally->source_count; i++)
		put_slot(tally, i);
	return true;
}

static uint64_t weight(const struct tally_source *source)
{
	uint64_t sum = (uint64_t)source->bans << 16;
	for (size_t kind = 0; kind < LOG_KIND_COUNT; kind++)
		sum += source->counts[kind];
	return sum;
}

static int compare_weights(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;
	return (first > second) - (first < second);
}

/* Drops the quieter half: with a table this full most addresses were seen once or twice. */
static bool drop_quiet_sources(struct tally *tally)
{
	uint64_t *weights = malloc(tally->source_count * sizeof(*weights));
	if (!weights)
		return false;
	for (size_t i = 0; i < tally->source_count; i++)
		weights[i] = weight(source_at(tally, i));
	qsort(weights, tally->source_count, sizeof(*weights), compare_weights);
	uint64_t limit = weights[tally->source_count / 2];
	free(weights);
	size_t kept = 0, most = tally->source_count / 2;
	for (size_t i = 0; i < tally->source_count; i++) {
		const struct tally_source *source = source_at(tally, i);
		if (weight(source) < limit || kept >= most)
			continue;
		struct tally_source *place = source_at(tally, kept++);
		if (place != source)
			*place = *source;
	}
	tally->dropped += tally->source_count - kept;
	tally->source_count = kept;
	memset(tally->slots, 0, tally->slot_count * sizeof(*tally->slots));
	for (size_t i = 0; i < kept; i++)
		put_slot(tally, i);
	return true;
}

struct tally_source *tally_find_source(struct tally *tally, const struct address *address,
				       uint64_t hash)
{
	size_t mask = tally->slot_count - 1;
	uint32_t tag = (uint32_t)(hash >> 32);
	for (size_t at = hash & mask; tally->slots[at].index; at = (at + 1) & mask) {
		if (tally->slots[at].tag != tag)
			continue;
		struct tally_source *source = source_at(tally, tally->slots[at].index - 1);
		if (memcmp(source->address.bytes, address->bytes, sizeof(address->bytes)) == 0 &&
		    source->address.family == address->family)
			return source;
	}
	return NULL;
}

void tally_fetch_source(const struct tally *tally, uint64_t hash)
{
	const struct tally_slot *slot = &tally->slots[hash & (tally->slot_count - 1)];
	if (!slot->index || slot->tag != (uint32_t)(hash >> 32))
		return;
	const char *source = (const char *)source_at(tally, slot->index - 1);
	for (size_t at = 0; at < offsetof(struct tally_source, accounts); at += 64)
		__builtin_prefetch(source + at, 1);
}

static struct tally_source *add_source(struct tally *tally, const struct address *address)
{
	if (tally->source_count == ACTIVITY_SOURCES_MAX && !drop_quiet_sources(tally))
		goto fail;
	if (tally->source_count * 2 >= tally->slot_count && !grow_slots(tally))
		goto fail;
	size_t index = tally->source_count, block = index / TALLY_BLOCK_SOURCES;
	if (!tally->blocks[block]) {
		tally->blocks[block] =
			ARENA_ARRAY(tally->arena, TALLY_BLOCK_SOURCES, struct tally_source);
		if (!tally->blocks[block])
			goto fail;
	}
	struct tally_source *source = source_at(tally, index);
	memset(source, 0, sizeof(*source));
	source->address = *address;
	tally->source_count++;
	put_slot(tally, index);
	return source;
fail:
	tally->memory_failed = true;
	return NULL;
}

struct tally_source *tally_need_source(struct tally *tally, const struct address *address,
				       uint64_t hash)
{
	struct tally_source *source = tally_find_source(tally, address, hash);
	return source ? source : add_source(tally, address);
}

static uint64_t text_hash(struct slice text)
{
	uint64_t hash = text.size, part;
	for (; text.size >= 8; text = slice_from(text, 8)) {
		memcpy(&part, text.data, 8);
		hash = mix(hash ^ part);
	}
	part = 0;
	if (text.size)
		memcpy(&part, text.data, text.size);
	return mix(hash ^ part);
}

uint32_t tally_account_key(struct slice name)
{
	name = slice_part(name, 0, TALLY_ACCOUNT_BYTES_MAX);
	uint64_t hash = text_hash(name);
	return name.size ? (uint32_t)(hash ^ hash >> 32) | 1 : 0;
}

/* The number of an account's name. */
uint16_t tally_account_number(struct tally *tally, struct slice name)
{
	size_t mask = ARRAY_SIZE(tally->account_slots) - 1;
	if (!name.size)
		return 0;
	name = slice_part(name, 0, TALLY_ACCOUNT_BYTES_MAX);
	size_t at = text_hash(name) & mask;
	for (; tally->account_slots[at]; at = (at + 1) & mask) {
		struct slice known = tally->accounts[tally->account_slots[at]];
		if (known.size == name.size && memcmp(known.data, name.data, name.size) == 0)
			return tally->account_slots[at];
	}
	if (tally->account_count == TALLY_ACCOUNTS_MAX)
		return 0;
	struct slice *grown = arena_grow(tally->arena, tally->accounts, tally->account_count,
					 &tally->account_capacity, sizeof(*tally->accounts));
	char *copy = grown ? slice_to_string(tally->arena, name) : NULL;
	if (grown)
		tally->accounts = grown;
	if (!copy) {
		tally->memory_failed = true;
		return 0;
	}
	uint16_t number = (uint16_t)tally->account_count++;
	tally->accounts[number] = (struct slice){ .data = copy, .size = name.size };
	tally->account_slots[at] = number;
	return number;
}

const struct tally_source *tally_source_at(const struct tally *tally, size_t index)
{
	return source_at(tally, index);
}
