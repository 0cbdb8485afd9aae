/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/source.h"

#include "audit/base/arena.h"

/* Bytes between two remembered counts: a line costs half of it on average, the index a thousandth
 * of the file. */
#define BLOCK_BYTES ((size_t)4096)

struct origin origin_of(const struct source *source, struct slice part)
{
	struct origin origin = { .source = source };
	if (!source)
		return origin;
	uintptr_t begin = (uintptr_t)source->bytes.data;
	uintptr_t at = (uintptr_t)part.data;
	if (part.data && at >= begin && at - begin <= source->bytes.size &&
	    part.size <= source->bytes.size - (at - begin)) {
		origin.first = at - begin;
		origin.end = origin.first + part.size;
	} else {
		origin.end = source->bytes.size;
	}
	return origin;
}

/* Index of the first byte of the line that holds byte FIRST. */
static size_t line_start(struct origin origin)
{
	struct slice before = slice_part(origin.source->bytes, 0, origin.first);
	size_t newline = slice_find_last_byte(before, '\n');
	return newline < before.size ? newline + 1 : 0;
}

static uint32_t count_newlines(struct slice bytes)
{
	uint32_t count = 0;
	for (;;) {
		size_t newline = slice_find_byte(bytes, '\n');
		if (newline == bytes.size)
			return count;
		count++;
		bytes = slice_from(bytes, newline + 1);
	}
}

bool source_index_lines(struct source *source, struct arena *arena)
{
	struct slice bytes = source->bytes;
	if (bytes.size < BLOCK_BYTES)
		return true;
	uint32_t *before = ARENA_ARRAY(arena, bytes.size / BLOCK_BYTES + 1, uint32_t);
	if (!before)
		return false;
	for (size_t i = 1; i <= bytes.size / BLOCK_BYTES; i++)
		before[i] = before[i - 1] +
			    count_newlines(slice_part(bytes, (i - 1) * BLOCK_BYTES, BLOCK_BYTES));
	source->lines = (struct source_lines){ .data = bytes.data, .before = before };
	return true;
}

uint32_t origin_line(struct origin origin)
{
	if (!origin.source)
		return 0;
	struct slice before = slice_part(origin.source->bytes, 0, origin.first);
	const struct source_lines *lines = &origin.source->lines;
	if (!lines->before || lines->data != before.data)
		return count_newlines(before) + 1;
	size_t block = before.size / BLOCK_BYTES;
	return lines->before[block] + count_newlines(slice_from(before, block * BLOCK_BYTES)) + 1;
}

uint32_t origin_column(struct origin origin)
{
	if (!origin.source)
		return 0;
	return (uint32_t)(origin.first - line_start(origin)) + 1;
}

struct slice origin_line_text(struct origin origin)
{
	if (!origin.source)
		return SLICE("");
	struct slice rest = slice_from(origin.source->bytes, line_start(origin));
	struct slice line = slice_part(rest, 0, slice_find_byte(rest, '\n'));
	return slice_ends_with(line, "\r") ? slice_part(line, 0, line.size - 1) : line;
}

const char *origin_path(struct origin origin)
{
	return origin.source ? origin.source->path : "";
}
