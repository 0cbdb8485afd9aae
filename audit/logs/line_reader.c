/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/logs/line_reader.h"

#include <archive.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Longest magic number of a compressed file: xz. */
#define MAGIC_BYTES 6
/* What libarchive is fed with at a time. */
#define FEED_BYTES ((size_t)64 * 1024)

struct line_reader {
	const struct stream *stream;
	struct archive *archive;
	/* Bytes that were read to see whether the stream is compressed. */
	char magic[MAGIC_BYTES];
	size_t magic_size;
	size_t magic_given;
	char *feed;

	char *buffer;
	size_t filled;
	/* Of the buffer: what the last call gave out. */
	size_t given;
	/* Plain file with a descriptor: the offset of the next pread, and of the buffer's start. */
	bool by_offset;
	uint64_t offset;
	uint64_t base;
	uint64_t end;
	bool at_end;
	/* In the tail of a line that was too long, or of the line before the range. */
	bool skipping;
	uint64_t cut_lines;
	uint64_t bytes;
	bool broke_off;
};

static bool is_compressed(const char *magic, size_t size)
{
	return (size >= 2 && memcmp(magic, "\x1f\x8b", 2) == 0) ||
	       (size >= 6 && memcmp(magic,
				    "\xfd"
				    "7zXZ\0",
				    6) == 0) ||
	       (size >= 4 && memcmp(magic, "\x28\xb5\x2f\xfd", 4) == 0) ||
	       (size >= 3 && memcmp(magic, "BZh", 3) == 0);
}

static ssize_t pread_all(int fd, char *data, size_t size, uint64_t offset)
{
	for (;;) {
		ssize_t got = pread(fd, data, size, (off_t)offset);
		if (got >= 0 || errno != EINTR)
			return got;
	}
}

bool line_reader_can_split(const struct stream *stream)
{
	char magic[MAGIC_BYTES];
	if (stream->fd < 0)
		return false;
	ssize_t got = pread_all(stream->fd, magic, sizeof(magic), 0);
	return got >= 0 && !is_compressed(magic, (size_t)got);
}

/* The stream's own bytes, the magic first. */
static ssize_t read_raw(struct line_reader *reader, char *data, size_t size)
{
	size_t left = reader->magic_size - reader->magic_given;
	if (left) {
		size_t part = left < size ? left : size;
		memcpy(data, reader->magic + reader->magic_given, part);
		reader->magic_given += part;
		return (ssize_t)part;
	}
	ssize_t got;
	if (!reader->by_offset)
		return reader->stream->read(reader->stream->context, data, size);
	got = pread_all(reader->stream->fd, data, size, reader->offset);
	if (got > 0)
		reader->offset += (uint64_t)got;
	return got;
}

static la_ssize_t feed_archive(struct archive *archive, void *context, const void **ret_data)
{
	struct line_reader *reader = context;
	ssize_t got = read_raw(reader, reader->feed, FEED_BYTES);
	if (got < 0)
		archive_set_error(archive, EIO, "read failed");
	*ret_data = reader->feed;
	return got;
}

static bool open_archive(struct line_reader *reader)
{
	struct archive_entry *entry;
	reader->feed = malloc(FEED_BYTES);
	reader->archive = archive_read_new();
	if (!reader->feed || !reader->archive)
		return false;
	archive_read_support_filter_gzip(reader->archive);
	archive_read_support_filter_xz(reader->archive);
	archive_read_support_filter_zstd(reader->archive);
	archive_read_support_filter_bzip2(reader->archive);
	archive_read_support_format_raw(reader->archive);
	archive_read_support_format_empty(reader->archive);
	if (archive_read_open(reader->archive, reader, NULL, feed_archive, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(reader->archive, &entry) != ARCHIVE_OK) {
		reader->at_end = true;
		reader->broke_off = archive_errno(reader->archive) != 0;
	}
	return true;
}

static void read_magic(struct line_reader *reader)
{
	while (reader->magic_size < MAGIC_BYTES) {
		ssize_t got = read_raw(reader, reader->magic + reader->magic_size,
				       MAGIC_BYTES - reader->magic_size);
		if (got <= 0)
			break;
		reader->magic_size += (size_t)got;
		reader->magic_given = reader->magic_size;
	}
	reader->magic_given = 0;
}

struct line_reader *line_reader_open(const struct stream *stream,
				     const struct line_reader_range *range)
{
	struct line_reader *reader = calloc(1, sizeof(*reader));
	if (!reader)
		return NULL;
	reader->stream = stream;
	reader->by_offset = stream->fd >= 0;
	reader->end = UINT64_MAX;
	reader->buffer = malloc(LINE_READER_BYTES);
	if (!reader->buffer)
		goto fail;
	if (range) {
		reader->end = range->end;
		/* The line that holds the byte before the range belongs to another reader. */
		reader->skipping = range->first > 0;
		reader->offset = range->first ? range->first - 1 : 0;
		reader->base = reader->offset;
		return reader;
	}
	read_magic(reader);
	if (is_compressed(reader->magic, reader->magic_size) && !open_archive(reader))
		goto fail;
	return reader;
fail:
	line_reader_close(reader);
	return NULL;
}

void line_reader_close(struct line_reader *reader)
{
	if (!reader)
		return;
	if (reader->archive)
		archive_read_free(reader->archive);
	free(reader->feed);
	free(reader->buffer);
	free(reader);
}

/* Fills the buffer; false when nothing more came. */
static bool fill(struct line_reader *reader)
{
	bool any = false;
	while (!reader->at_end && reader->filled < LINE_READER_BYTES) {
		char *data = reader->buffer + reader->filled;
		size_t room = LINE_READER_BYTES - reader->filled;
		ssize_t got = reader->archive ? archive_read_data(reader->archive, data, room)
					      : read_raw(reader, data, room);
		if (got <= 0) {
			reader->at_end = true;
			reader->broke_off |= got < 0;
			break;
		}
		reader->filled += (size_t)got;
		any = true;
		/* One read a call: a stream gives little at a time, the scanner goes on with it. */
		if (memchr(data, '\n', (size_t)got))
			break;
	}
	return any;
}

static void drop(struct line_reader *reader, size_t count)
{
	memmove(reader->buffer, reader->buffer + count, reader->filled - count);
	reader->filled -= count;
	reader->base += count;
}

/* Skips to behind the next '\n'; false at the end. */
static bool skip_line(struct line_reader *reader)
{
	for (;;) {
		const char *newline =
			reader->filled ? memchr(reader->buffer, '\n', reader->filled) : NULL;
		if (newline) {
			drop(reader, (size_t)(newline - reader->buffer) + 1);
			reader->skipping = false;
			return true;
		}
		drop(reader, reader->filled);
		if (!fill(reader))
			return false;
	}
}

bool line_reader_next(struct line_reader *reader, struct slice *ret_lines)
{
	drop(reader, reader->given);
	reader->given = 0;
	if (reader->skipping && !skip_line(reader))
		return false;
	if (reader->base >= reader->end)
		return false;
	(void)fill(reader);
	if (reader->filled == 0)
		return false;
	const char *newline = memrchr(reader->buffer, '\n', reader->filled);
	size_t size = newline ? (size_t)(newline - reader->buffer) + 1 : reader->filled;
	if (!newline && reader->filled == LINE_READER_BYTES) {
		reader->skipping = true;
		reader->cut_lines++;
	}
	if (reader->base + size > reader->end) {
		size_t inside = (size_t)(reader->end - reader->base);
		const char *last = memchr(reader->buffer + inside - 1, '\n', size - inside + 1);
		if (last)
			size = (size_t)(last - reader->buffer) + 1;
		reader->end = 0;
	}
	reader->given = size;
	reader->bytes += size;
	*ret_lines = (struct slice){ .data = reader->buffer, .size = size };
	return true;
}

uint64_t line_reader_cut_lines(const struct line_reader *reader)
{
	return reader->cut_lines;
}

uint64_t line_reader_bytes(const struct line_reader *reader)
{
	return reader->bytes;
}

bool line_reader_broke_off(const struct line_reader *reader)
{
	return reader->broke_off;
}
