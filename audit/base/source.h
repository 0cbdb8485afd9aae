/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a value came from. A source is a loaded file or a probe's answer, with what the file system
 * said of it; an origin is a range of its bytes. Line and column are counted when somebody asks.
 */
#ifndef RINGFENCE_BASE_SOURCE_H
#define RINGFENCE_BASE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

struct arena;

/* Newlines counted once, for files that are large enough. */
struct source_lines {
	/* The bytes that were counted: a source that was copied and given others does without. */
	const char *data;
	/* How many stand before each block of the bytes. */
	const uint32_t *before;
};

struct source {
	/* As people know it on the host: "/etc/ssh/sshd_config", or a command for a probe's answer:
	 * "iptables-save". NUL-terminated. */
	const char *path;
	struct slice bytes;
	/* From stat(2); meaningless where is_probe. Times are seconds since 1970, UTC. */
	uint32_t owner;
	uint32_t group;
	uint32_t mode;
	int64_t modified;
	bool is_probe;
	/* The size limit cut the file: bytes holds the beginning only. */
	bool is_truncated;
	/* Zeroed: lines are counted from the beginning. */
	struct source_lines lines;
};

struct origin {
	/* NULL: no place, such as a compiled-in default. */
	const struct source *source;
	size_t first;
	/* One past the last byte. */
	size_t end;
};

/* No place at all. */
#define ORIGIN_NONE ((struct origin){ .source = NULL })

/* The origin of PART, a slice that points into the bytes of SOURCE. A slice that does not gives the
 * origin of the whole file. */
struct origin origin_of(const struct source *source, struct slice part);

/* Counts the newlines of SOURCE once, in ARENA, so that origin_line costs the same wherever it
 * asks. False when memory is short. */
bool source_index_lines(struct source *source, struct arena *arena) MUST_CHECK;

/* Line and column of the first byte, both from 1; 0 for ORIGIN_NONE. Cost of the line: one block of
 * an indexed source, else linear in the offset; of the column: the length of the line. */
uint32_t origin_line(struct origin origin);
uint32_t origin_column(struct origin origin);

/* The whole line that holds the first byte, without its end. */
struct slice origin_line_text(struct origin origin);

/* The path, or "" for ORIGIN_NONE. */
const char *origin_path(struct origin origin);

#endif
