/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/logs/time_zone.h"

#include "audit/base/arena.h"

/* RFC 8536, section 3.1: the header. */
#define TZIF_HEADER_BYTES 44
/* Far more than any zone has. */
#define TZIF_CHANGES_MAX 4096

static uint64_t big_endian(const char *data, size_t size)
{
	uint64_t value = 0;
	for (size_t i = 0; i < size; i++)
		value = value << 8 | (unsigned char)data[i];
	return value;
}

struct tzif_header {
	size_t isut, isstd, leap, times, types, chars;
	char version;
};

static bool read_header(struct slice bytes, struct tzif_header *ret_header)
{
	if (bytes.size < TZIF_HEADER_BYTES || !slice_starts_with(bytes, "TZif"))
		return false;
	const char *counts = bytes.data + 20;
	*ret_header = (struct tzif_header){
		.isut = big_endian(counts, 4),
		.isstd = big_endian(counts + 4, 4),
		.leap = big_endian(counts + 8, 4),
		.times = big_endian(counts + 12, 4),
		.types = big_endian(counts + 16, 4),
		.chars = big_endian(counts + 20, 4),
		.version = bytes.data[4],
	};
	return ret_header->times <= TZIF_CHANGES_MAX && ret_header->types >= 1 &&
	       ret_header->types <= 256 && ret_header->chars <= 4096 &&
	       ret_header->leap <= TZIF_CHANGES_MAX && ret_header->isut <= 256 &&
	       ret_header->isstd <= 256;
}

static size_t body_size(const struct tzif_header *header, size_t time_size)
{
	return header->times * time_size + header->times + header->types * 6 + header->chars +
	       header->leap * (time_size + 4) + header->isstd + header->isut;
}

bool time_zone_parse(struct arena *arena, struct slice bytes, struct time_zone *ret_zone)
{
	struct tzif_header header;
	if (!read_header(bytes, &header))
		return false;
	size_t time_size = 4;
	if (header.version >= '2') {
		bytes = slice_from(bytes, TZIF_HEADER_BYTES + body_size(&header, 4));
		if (!read_header(bytes, &header))
			return false;
		time_size = 8;
	}
	bytes = slice_from(bytes, TZIF_HEADER_BYTES);
	if (bytes.size < body_size(&header, time_size))
		return false;
	struct time_zone_change *changes =
		ARENA_ARRAY(arena, header.times, struct time_zone_change);
	if (!changes)
		return false;
	const char *times = bytes.data, *indexes = times + header.times * time_size;
	const char *types = indexes + header.times;
	for (size_t i = 0; i < header.times; i++) {
		size_t type = (unsigned char)indexes[i];
		if (type >= header.types)
			return false;
		uint64_t from = big_endian(times + i * time_size, time_size);
		changes[i].from = time_size == 4 ? (int32_t)(uint32_t)from : (int64_t)from;
		changes[i].offset_seconds = (int32_t)(uint32_t)big_endian(types + type * 6, 4);
	}
	*ret_zone = (struct time_zone){
		.changes = changes,
		.count = header.times,
		.first_offset = (int32_t)(uint32_t)big_endian(types, 4),
	};
	return true;
}

static int32_t offset_at(const struct time_zone *zone, int64_t time)
{
	size_t low = 0, high = zone->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (zone->changes[middle].from <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? zone->changes[low - 1].offset_seconds : zone->first_offset;
}

int64_t time_zone_to_utc(const struct time_zone *zone, int64_t local)
{
	/* The offset in force a day before decides; where it changed since, the newer one. */
	int64_t guess = local - offset_at(zone, local - 86400);
	int32_t offset = offset_at(zone, guess);
	return local - offset_at(zone, local - offset);
}
