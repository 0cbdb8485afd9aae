/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void buffer_init(struct buffer *buffer)
{
	*buffer = (struct buffer){ .data = NULL };
}

void buffer_done(struct buffer *buffer)
{
	free(buffer->data);
	buffer_init(buffer);
}

void buffer_clear(struct buffer *buffer)
{
	buffer->size = 0;
	buffer->failed = false;
}

bool buffer_failed(const struct buffer *buffer)
{
	return buffer->failed;
}

struct slice buffer_slice(const struct buffer *buffer)
{
	if (buffer->failed || !buffer->data)
		return SLICE("");
	return (struct slice){ .data = buffer->data, .size = buffer->size };
}

char *buffer_reserve(struct buffer *buffer, size_t size)
{
	if (buffer->failed)
		return NULL;
	size_t wanted;
	/* One more for the NUL of buffer_string. */
	if (__builtin_add_overflow(buffer->size, size, &wanted) ||
	    __builtin_add_overflow(wanted, 1, &wanted)) {
		buffer->failed = true;
		return NULL;
	}
	if (wanted > buffer->capacity) {
		size_t capacity = buffer->capacity < 128 ? 128 : buffer->capacity;
		while (capacity < wanted)
			if (__builtin_mul_overflow(capacity, 2, &capacity))
				capacity = wanted;
		char *grown = realloc(buffer->data, capacity);
		if (!grown) {
			buffer->failed = true;
			return NULL;
		}
		buffer->data = grown;
		buffer->capacity = capacity;
	}
	return buffer->data + buffer->size;
}

void buffer_commit(struct buffer *buffer, size_t size)
{
	buffer->size += size;
}

char *buffer_keep(const struct buffer *buffer, struct arena *arena)
{
	return buffer->failed ? NULL : slice_to_string(arena, buffer_slice(buffer));
}

const char *buffer_string(struct buffer *buffer)
{
	if (!buffer_reserve(buffer, 0))
		return "";
	buffer->data[buffer->size] = '\0';
	return buffer->data;
}

void buffer_append(struct buffer *buffer, const void *data, size_t size)
{
	char *room = buffer_reserve(buffer, size);
	if (!room)
		return;
	if (size)
		memcpy(room, data, size);
	buffer_commit(buffer, size);
}

void buffer_append_slice(struct buffer *buffer, struct slice slice)
{
	buffer_append(buffer, slice.data, slice.size);
}

void buffer_append_string(struct buffer *buffer, const char *text)
{
	buffer_append_slice(buffer, slice_of(text));
}

void buffer_append_byte(struct buffer *buffer, char byte)
{
	buffer_append(buffer, &byte, 1);
}

void buffer_append_uint(struct buffer *buffer, uint64_t value)
{
	char digits[20];
	size_t first = sizeof(digits);
	do {
		digits[--first] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	buffer_append(buffer, digits + first, sizeof(digits) - first);
}

void buffer_append_printable(struct buffer *buffer, struct slice text)
{
	while (text.size) {
		size_t length = slice_utf8_length(text);
		unsigned char byte = (unsigned char)text.data[0];
		/* C1 controls are U+0080 to U+009F: c2 80 to c2 9f. */
		bool is_control =
			byte < 0x20 || byte == 0x7f ||
			(byte == 0xc2 && length == 2 && (unsigned char)text.data[1] < 0xa0);
		if (length == 0)
			length = 1;
		else if (!is_control) {
			buffer_append(buffer, text.data, length);
			text = slice_from(text, length);
			continue;
		}
		for (size_t i = 0; i < length; i++)
			buffer_format(buffer, "\\x%02x", (unsigned char)text.data[i]);
		text = slice_from(text, length);
	}
}

void buffer_append_time(struct buffer *buffer, int64_t seconds)
{
	struct tm utc;
	time_t when = (time_t)seconds;
	if (!gmtime_r(&when, &utc))
		return;
	buffer_format(buffer, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1,
		      utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

void buffer_format_list(struct buffer *buffer, const char *format, va_list arguments)
{
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	char *room = length < 0 ? NULL : buffer_reserve(buffer, (size_t)length);
	if (!room) {
		buffer->failed = true;
		return;
	}
	(void)vsnprintf(room, (size_t)length + 1, format, arguments);
	buffer_commit(buffer, (size_t)length);
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	buffer_format_list(buffer, format, arguments);
	va_end(arguments);
}
