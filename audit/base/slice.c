/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/slice.h"

#include <time.h>

#include "audit/base/arena.h"

struct slice slice_of(const char *text)
{
	return (struct slice){ .data = text ? text : "", .size = text ? strlen(text) : 0 };
}

struct slice slice_part(struct slice slice, size_t first, size_t size)
{
	if (first > slice.size)
		first = slice.size;
	if (size > slice.size - first)
		size = slice.size - first;
	return (struct slice){ .data = slice.data ? slice.data + first : NULL, .size = size };
}

struct slice slice_from(struct slice slice, size_t first)
{
	return slice_part(slice, first, SIZE_MAX);
}

struct slice slice_trim_left(struct slice slice)
{
	size_t first = 0;
	while (first < slice.size && byte_is_space((unsigned char)slice.data[first]))
		first++;
	return slice_from(slice, first);
}

struct slice slice_trim_right(struct slice slice)
{
	while (slice.size && byte_is_space((unsigned char)slice.data[slice.size - 1]))
		slice.size--;
	return slice;
}

struct slice slice_trim(struct slice slice)
{
	return slice_trim_right(slice_trim_left(slice));
}

bool slice_equal(struct slice a, struct slice b)
{
	if (a.size != b.size)
		return false;
	return a.size == 0 || (a.data && b.data && memcmp(a.data, b.data, a.size) == 0);
}

bool slice_equal_ignore_case(struct slice a, struct slice b)
{
	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++)
		if (byte_to_lower((unsigned char)a.data[i]) !=
		    byte_to_lower((unsigned char)b.data[i]))
			return false;
	return true;
}

bool slice_is(struct slice slice, const char *text)
{
	return slice_equal(slice, slice_of(text));
}

bool slice_is_ignore_case(struct slice slice, const char *text)
{
	/* Chains of these are the inner loop of the configuration models: most end at the first
	 * byte, and TEXT is not measured before. */
	for (size_t i = 0; i < slice.size; i++) {
		unsigned char byte = (unsigned char)text[i];
		if (!byte || byte_to_lower((unsigned char)slice.data[i]) != byte_to_lower(byte))
			return false;
	}
	return text[slice.size] == '\0';
}

bool slice_starts_with(struct slice slice, const char *prefix)
{
	struct slice wanted = slice_of(prefix);
	return slice.size >= wanted.size && slice_equal(slice_part(slice, 0, wanted.size), wanted);
}

bool slice_ends_with(struct slice slice, const char *suffix)
{
	struct slice wanted = slice_of(suffix);
	return slice.size >= wanted.size &&
	       slice_equal(slice_from(slice, slice.size - wanted.size), wanted);
}

int slice_compare(struct slice a, struct slice b)
{
	size_t shorter = a.size < b.size ? a.size : b.size;
	int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
	if (order)
		return order;
	return (a.size > b.size) - (a.size < b.size);
}

size_t slice_find_byte(struct slice slice, char byte)
{
	const char *found = slice.size ? memchr(slice.data, byte, slice.size) : NULL;
	return found ? (size_t)(found - slice.data) : slice.size;
}

size_t slice_find_last_byte(struct slice slice, char byte)
{
	const char *found = slice.size ? memrchr(slice.data, byte, slice.size) : NULL;
	return found ? (size_t)(found - slice.data) : slice.size;
}

size_t slice_find(struct slice slice, struct slice needle)
{
	if (needle.size == 0)
		return 0;
	const char *found =
		slice.size ? memmem(slice.data, slice.size, needle.data, needle.size) : NULL;
	return found ? (size_t)(found - slice.data) : slice.size;
}

size_t slice_find_last(struct slice slice, struct slice needle)
{
	if (needle.size > slice.size)
		return slice.size;
	for (size_t at = slice.size - needle.size + 1; at-- > 0;)
		if (slice_equal(slice_part(slice, at, needle.size), needle))
			return at;
	return slice.size;
}

bool slice_next_line(struct slice *rest, struct slice *ret_line)
{
	if (rest->size == 0)
		return false;
	size_t end = slice_find_byte(*rest, '\n');
	*ret_line = slice_part(*rest, 0, end);
	*rest = slice_from(*rest, end < rest->size ? end + 1 : end);
	return true;
}

bool slice_next_field(struct slice *rest, char separator, struct slice *ret_field)
{
	if (!rest->data)
		return false;
	size_t end = slice_find_byte(*rest, separator);
	*ret_field = slice_part(*rest, 0, end);
	if (end < rest->size)
		*rest = slice_from(*rest, end + 1);
	else
		*rest = (struct slice){ .data = NULL };
	return true;
}

bool slice_next_word(struct slice *rest, struct slice *ret_word)
{
	struct slice left = slice_trim_left(*rest);
	if (left.size == 0)
		return false;
	size_t end = 0;
	while (end < left.size && !byte_is_space((unsigned char)left.data[end]))
		end++;
	*ret_word = slice_part(left, 0, end);
	*rest = slice_from(left, end);
	return true;
}

bool slice_to_uint64(struct slice slice, uint64_t *ret_value)
{
	if (slice.size == 0)
		return false;
	uint64_t value = 0;
	for (size_t i = 0; i < slice.size; i++) {
		unsigned char byte = (unsigned char)slice.data[i];
		if (!byte_is_digit(byte) || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(byte - '0'), &value))
			return false;
	}
	*ret_value = value;
	return true;
}

bool slice_to_time(struct slice slice, int64_t *ret_seconds)
{
	char text[sizeof("2026-02-03T12:00:00Z")];
	struct tm time = { .tm_isdst = 0 };
	if (slice.size != sizeof(text) - 1)
		return false;
	memcpy(text, slice.data, slice.size);
	text[slice.size] = '\0';
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &time);
	if (!end || *end)
		return false;
	*ret_seconds = (int64_t)timegm(&time);
	return true;
}

bool slice_to_octal(struct slice slice, size_t digits_max, uint32_t *ret_value)
{
	uint32_t value = 0;
	if (slice.size == 0 || slice.size > digits_max)
		return false;
	for (size_t i = 0; i < slice.size; i++) {
		if (slice.data[i] < '0' || slice.data[i] > '7')
			return false;
		value = value << 3 | (uint32_t)(slice.data[i] - '0');
	}
	*ret_value = value;
	return true;
}

bool slice_to_int64(struct slice slice, int64_t *ret_value)
{
	bool negative = slice.size && slice.data[0] == '-';
	if (slice.size && (slice.data[0] == '-' || slice.data[0] == '+'))
		slice = slice_from(slice, 1);
	uint64_t magnitude;
	if (!slice_to_uint64(slice, &magnitude))
		return false;
	if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0))
		return false;
	*ret_value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return true;
}

/* Greedy with one point of return: the last '*'. Quadratic at worst. */
bool slice_glob(struct slice pattern, struct slice text)
{
	size_t at_pattern = 0, at_text = 0;
	size_t star = SIZE_MAX, star_text = 0;
	while (at_text < text.size) {
		if (at_pattern < pattern.size && pattern.data[at_pattern] == '*') {
			star = at_pattern++;
			star_text = at_text;
		} else if (at_pattern < pattern.size &&
			   (pattern.data[at_pattern] == '?' ||
			    pattern.data[at_pattern] == text.data[at_text])) {
			at_pattern++;
			at_text++;
		} else if (star != SIZE_MAX) {
			at_pattern = star + 1;
			at_text = ++star_text;
		} else {
			return false;
		}
	}
	while (at_pattern < pattern.size && pattern.data[at_pattern] == '*')
		at_pattern++;
	return at_pattern == pattern.size;
}

char *slice_to_string(struct arena *arena, struct slice slice)
{
	return arena_copy(arena, slice.data, slice.size);
}

size_t slice_utf8_length(struct slice slice)
{
	if (slice.size == 0)
		return 0;
	unsigned char first = (unsigned char)slice.data[0];
	if (first < 0x80)
		return 1;
	size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	if (first < 0xc2 || first > 0xf4 || slice.size < length)
		return 0;
	for (size_t i = 1; i < length; i++)
		if (((unsigned char)slice.data[i] & 0xc0) != 0x80)
			return 0;
	unsigned char second = (unsigned char)slice.data[1];
	if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
	    (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
		return 0;
	return length;
}

bool slice_is_utf8(struct slice slice)
{
	while (slice.size) {
		size_t length = slice_utf8_length(slice);
		if (length == 0)
			return false;
		slice = slice_from(slice, length);
	}
	return true;
}
