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

#include "audit/base/slice.h"

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

/* Line and column of the first byte, both from 1; 0 for ORIGIN_NONE. Cost linear in the offset. */
uint32_t origin_line(struct origin origin);
uint32_t origin_column(struct origin origin);

/* The whole line that holds the first byte, without its end. */
struct slice origin_line_text(struct origin origin);

/* The path, or "" for ORIGIN_NONE. */
const char *origin_path(struct origin origin);

#endif
