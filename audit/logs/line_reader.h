/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole lines out of a log, in chunks, in bounded memory: plain files by pread(2), so that a file
 * that shrinks while it is read is only shorter (mmap would be SIGBUS), everything else by the
 * stream; gzip, xz, zstd and bzip2 through libarchive. Budget: a copy into a buffer that stays in
 * the cache, nothing else.
 */
#ifndef RINGFENCE_LOGS_LINE_READER_H
#define RINGFENCE_LOGS_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/loader.h"
#include "audit/base/slice.h"

/* Also the longest line: sshd and Asterisk write a few KiB at most. The rest of a longer line is
 * skipped and counted. */
#define LINE_READER_BYTES ((size_t)256 * 1024)

struct line_reader;

struct line_reader_range {
	/* Lines that begin from FIRST on and before END; plain files with a descriptor only. */
	uint64_t first;
	uint64_t end;
};

/* A reader over STREAM, which must outlive it. RANGE NULL: all of it. NULL when memory is short.
 */
struct line_reader *line_reader_open(const struct stream *stream,
				     const struct line_reader_range *range) MUST_CHECK;
void line_reader_close(struct line_reader *reader);

/* The next lines, each ended by '\n' except perhaps the last of the file. They are valid until the
 * next call. False at the end. */
bool line_reader_next(struct line_reader *reader, struct slice *ret_lines);

/* After the end: lines whose tail was skipped; bytes given; whether the file broke off (a read
 * error, a damaged or truncated archive). */
uint64_t line_reader_cut_lines(const struct line_reader *reader);
uint64_t line_reader_bytes(const struct line_reader *reader);
bool line_reader_broke_off(const struct line_reader *reader);

/* Is STREAM a plain file that can be read in ranges? */
bool line_reader_can_split(const struct stream *stream);

#endif
