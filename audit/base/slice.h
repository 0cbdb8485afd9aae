/* SPDX-License-Identifier: Apache-2.0
 *
 * A view of bytes that somebody else owns: never NUL-terminated, never copied to be compared. All
 * classes of characters are those of the C locale, whatever the environment says.
 */
#ifndef RINGFENCE_BASE_SLICE_H
#define RINGFENCE_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "audit/base/attributes.h"

struct arena;

struct slice {
	const char *data;
	size_t size;
};

/* A slice of a string literal. */
#define SLICE(literal) ((struct slice){ .data = "" literal, .size = sizeof(literal) - 1 })

/* For printf: "%.*s", SLICE_ARG(slice). Only for text known to be short and harmless. */
#define SLICE_ARG(slice)                                                                           \
	((int)((slice).size > 4096 ? 4096 : (slice).size)), ((slice).data ? (slice).data : "")

/* The bytes of a NUL-terminated TEXT; NULL gives the empty slice. */
struct slice slice_of(const char *text);

static inline bool byte_is_digit(unsigned char byte)
{
	return byte >= '0' && byte <= '9';
}

static inline bool byte_is_upper(unsigned char byte)
{
	return byte >= 'A' && byte <= 'Z';
}

static inline bool byte_is_lower(unsigned char byte)
{
	return byte >= 'a' && byte <= 'z';
}

static inline bool byte_is_alpha(unsigned char byte)
{
	return byte_is_upper(byte) || byte_is_lower(byte);
}

/* isspace(3) of the C locale. */
static inline bool byte_is_space(unsigned char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static inline unsigned char byte_to_lower(unsigned char byte)
{
	return byte_is_upper(byte) ? (unsigned char)(byte + 32) : byte;
}

/* The part from FIRST on, of at most SIZE bytes; clipped to what is there. */
struct slice slice_part(struct slice slice, size_t first, size_t size);
struct slice slice_from(struct slice slice, size_t first);

/* Without byte_is_space bytes at both ends, at the left, at the right. */
struct slice slice_trim(struct slice slice);
struct slice slice_trim_left(struct slice slice);
struct slice slice_trim_right(struct slice slice);

bool slice_equal(struct slice a, struct slice b);
bool slice_equal_ignore_case(struct slice a, struct slice b);
bool slice_is(struct slice slice, const char *text);
bool slice_is_ignore_case(struct slice slice, const char *text);
bool slice_starts_with(struct slice slice, const char *prefix);
bool slice_ends_with(struct slice slice, const char *suffix);

/* memcmp order, the shorter first on a tie: under 0, 0, over 0. */
int slice_compare(struct slice a, struct slice b);

/* Index of the first BYTE, the last BYTE, the first NEEDLE; slice.size when there is none. */
size_t slice_find_byte(struct slice slice, char byte);
size_t slice_find_last_byte(struct slice slice, char byte);
size_t slice_find(struct slice slice, struct slice needle);
size_t slice_find_last(struct slice slice, struct slice needle);

/* Takes the next line off *REST: bytes up to '\n' (not included; a '\r' before it stays). False at
 * the end. A last line without '\n' counts. */
bool slice_next_line(struct slice *rest, struct slice *ret_line);

/* Takes the next field off *REST, separated by SEPARATOR; fields may be empty. False when *REST is
 * exhausted (its data is NULL then). "a,,b" gives a, empty, b. */
bool slice_next_field(struct slice *rest, char separator, struct slice *ret_field);

/* Takes the next run of bytes that are not byte_is_space. False when only spaces are left. */
bool slice_next_word(struct slice *rest, struct slice *ret_word);

/* A decimal number that fills the whole slice, with an optional sign in the signed form; false on
 * anything else and on overflow. */
bool slice_to_uint64(struct slice slice, uint64_t *ret_value) MUST_CHECK;
bool slice_to_int64(struct slice slice, int64_t *ret_value) MUST_CHECK;

/* One to DIGITS_MAX octal digits that fill the whole slice, as a file's mode is
 * written; false on anything else. More than 10 digits may not fit. */
bool slice_to_octal(struct slice slice, size_t digits_max, uint32_t *ret_value) MUST_CHECK;

/* Seconds since 1970 of a time as buffer_append_time writes it ("2026-02-03T12:00:00Z", RFC 3339);
 * false on anything else. */
bool slice_to_time(struct slice slice, int64_t *ret_seconds) MUST_CHECK;

/* Does TEXT match PATTERN as a shell glob with only '*' and '?' ? Linear in practice, never
 * exponential. */
bool slice_glob(struct slice pattern, struct slice text);

/* A NUL-terminated copy in ARENA; NULL when memory is short. Embedded NUL bytes are kept, so C
 * functions see a shorter string. */
char *slice_to_string(struct arena *arena, struct slice slice) MUST_CHECK;

/* Length in bytes of the UTF-8 character that SLICE begins with; 0 when it is empty or does not
 * begin with a valid one (RFC 3629). */
size_t slice_utf8_length(struct slice slice);

/* Is all of it valid UTF-8 (RFC 3629: no surrogates, no overlong forms)? */
bool slice_is_utf8(struct slice slice);

#endif
