/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/source.h"

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

uint32_t origin_line(struct origin origin)
{
	if (!origin.source)
		return 0;
	uint32_t line = 1;
	struct slice before = slice_part(origin.source->bytes, 0, origin.first);
	for (;;) {
		size_t newline = slice_find_byte(before, '\n');
		if (newline == before.size)
			return line;
		line++;
		before = slice_from(before, newline + 1);
	}
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
