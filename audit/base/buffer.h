/* SPDX-License-Identifier: Apache-2.0
 *
 * The one builder of text. A failure (memory, limit) sticks: callers append freely and look once at
 * the end with buffer_failed. Memory is malloc'ed, owned by the buffer.
 */
#ifndef RINGFENCE_BASE_BUFFER_H
#define RINGFENCE_BASE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

struct arena;

struct buffer {
	char *data;
	size_t size;
	size_t capacity;
	bool failed;
};

/* Makes BUFFER empty; no memory is taken yet. { 0 } does the same. */
void buffer_init(struct buffer *buffer);

/* Frees the bytes; BUFFER is empty and usable afterwards. */
void buffer_done(struct buffer *buffer);

/* Forgets the bytes and a failure, keeps the memory. */
void buffer_clear(struct buffer *buffer);

bool buffer_failed(const struct buffer *buffer);

/* What has been built; valid until the next append. Empty when the buffer failed. */
struct slice buffer_slice(const struct buffer *buffer);

/* A NUL-terminated copy of the bytes in ARENA; NULL when the buffer failed or memory is short. */
char *buffer_keep(const struct buffer *buffer, struct arena *arena) MUST_CHECK;

/* The bytes NUL-terminated; "" when empty or failed. Owned by BUFFER. */
const char *buffer_string(struct buffer *buffer);

void buffer_append(struct buffer *buffer, const void *data, size_t size);
void buffer_append_slice(struct buffer *buffer, struct slice slice);
void buffer_append_string(struct buffer *buffer, const char *text);
void buffer_append_byte(struct buffer *buffer, char byte);
void buffer_append_uint(struct buffer *buffer, uint64_t value);
/* TEXT as valid UTF-8 without control characters: control bytes (C0, DEL, C1) and bytes that are no
 * UTF-8 become \xNN. For anything of a host that people will read. */
void buffer_append_printable(struct buffer *buffer, struct slice text);
/* SECONDS since 1970 as RFC 3339 has it, in UTC: "2026-02-03T12:00:00Z"; nothing for a time that
 * has no such form. */
void buffer_append_time(struct buffer *buffer, int64_t seconds);
void buffer_format(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
void buffer_format_list(struct buffer *buffer, const char *format, va_list arguments)
	PRINTF_LIKE(2, 0);

/* Room for SIZE more bytes at the end, to be written by the caller and then counted with
 * buffer_commit. NULL (and the buffer failed) when memory is short. */
char *buffer_reserve(struct buffer *buffer, size_t size) MUST_CHECK;
void buffer_commit(struct buffer *buffer, size_t size);

#define BUFFER_AUTO CLEANUP(buffer_done) struct buffer

#endif
