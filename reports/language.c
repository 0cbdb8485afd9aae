/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/language.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "audit/base/attributes.h"
#include "messages_bn.h"
#include "messages_de.h"
#include "messages_es.h"
#include "messages_fr.h"

struct language {
	const char *code;
	/* gettext's compiled catalogue; NULL: English. */
	const unsigned char *messages;
	char decimal_sign;
	/* None is said as one is, not as many are. */
	bool zero_is_one;
};

/* Sorted by code. */
static const struct language languages[] = {
	{
		.code = "bn",
		.messages = messages_bn,
		.decimal_sign = '.',
	},
	{
		.code = "de",
		.messages = messages_de,
		.decimal_sign = ',',
	},
	{
		.code = "en",
		.messages = NULL,
		.decimal_sign = '.',
	},
	{
		.code = "es",
		.messages = messages_es,
		.decimal_sign = ',',
	},
	{
		.code = "fr",
		.messages = messages_fr,
		.decimal_sign = ',',
		.zero_is_one = true,
	},
};

const struct language *language_find(struct slice code)
{
	for (size_t i = 0; i < ARRAY_SIZE(languages); i++)
		if (slice_is(code, languages[i].code))
			return &languages[i];
	return NULL;
}

const char *language_code(const struct language *language)
{
	return language ? language->code : "en";
}

/* The file's format: gettext's manual, "The Format of GNU MO Files". The Makefile asks for little
 * endian; what is linked in is our own, so its offsets are taken as they are. */
static uint32_t word_at(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

/* Positions in the file's head: how many texts, the table of keys, the table of texts. Each entry
 * of a table is a size and an offset. */
#define HEAD_COUNT 8
#define HEAD_KEYS 12
#define HEAD_TEXTS 16
#define ENTRY_SIZE 8

static const char *entry_text(const unsigned char *file, uint32_t table, size_t index)
{
	return (const char *)file + word_at(file + table + index * ENTRY_SIZE + 4);
}

/* A plural's key is its two forms with a NUL between them: strcmp() sees the first. */
static const char *look_up(const struct language *language, const char *key)
{
	const unsigned char *file = language ? language->messages : NULL;
	if (!file || !key[0])
		return NULL;
	uint32_t keys = word_at(file + HEAD_KEYS);
	size_t low = 0, high = word_at(file + HEAD_COUNT);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(key, entry_text(file, keys, middle));
		if (order == 0)
			return entry_text(file, word_at(file + HEAD_TEXTS), middle);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *language_text(const struct language *language, const char *text)
{
	const char *found = look_up(language, text);
	return found ? found : text;
}

const char *language_plural(const struct language *language, const char *one, const char *many,
			    double count)
{
	const char *found = look_up(language, one);
	bool is_one = count == 1 || (count < 1 && language && language->zero_is_one);
	if (!found)
		return is_one ? one : many;
	return is_one ? found : found + strlen(found) + 1;
}

/* N of %N at AT; 0: there is none. */
static size_t argument_at(const char *at)
{
	return at[0] == '%' && at[1] >= '1' && at[1] <= '9' ? (size_t)(at[1] - '0') : 0;
}

void language_fill(struct buffer *out, const char *format, const struct slice *arguments,
		   size_t count)
{
	while (*format) {
		size_t plain = 1 + strcspn(format + 1, "%");
		size_t number = argument_at(format);
		if (number > 0 && number <= count) {
			buffer_append_slice(out, arguments[number - 1]);
			format += 2;
			continue;
		}
		buffer_append(out, format, plain);
		format += plain;
	}
}

/* Where SHAPE has 'd', TEXT has a digit, and elsewhere the same byte. */
static bool has_shape(struct slice text, const char *shape)
{
	if (text.size != strlen(shape))
		return false;
	for (size_t i = 0; i < text.size; i++)
		if (shape[i] == 'd' ? !byte_is_digit((unsigned char)text.data[i])
				    : text.data[i] != shape[i])
			return false;
	return true;
}

#define DAY_SHAPE "dddd-dd-dd"

bool language_append_time(struct buffer *out, const struct language *language, struct slice text)
{
	bool is_time = has_shape(text, DAY_SHAPE "Tdd:dd:ddZ");
	if (!is_time && !has_shape(text, DAY_SHAPE))
		return false;
	const struct slice parts[] = {
		slice_part(text, 0, 4),  slice_part(text, 5, 2),  slice_part(text, 8, 2),
		slice_part(text, 11, 2), slice_part(text, 14, 2),
	};
	/* Year, month, day, hour, minute. */
	const char *format = is_time ? MESSAGE("%1-%2-%3 %4:%5 UTC") : MESSAGE("%1-%2-%3");
	language_fill(out, language_text(language, format), parts, ARRAY_SIZE(parts));
	return true;
}

bool language_append_day(struct buffer *out, const struct language *language, struct slice text)
{
	return language_append_time(out, language, slice_part(text, 0, strlen(DAY_SHAPE)));
}

void language_append_decimal(struct buffer *out, const struct language *language, struct slice text)
{
	for (size_t i = 0; i < text.size; i++)
		buffer_append_byte(out, text.data[i] == '.' && language ? language->decimal_sign
									: text.data[i]);
}

bool language_match(struct buffer *out, const struct language *language, const char *format,
		    struct slice text)
{
	struct slice arguments[LANGUAGE_ARGUMENTS_MAX] = { 0 };
	const char *at = format;
	while (*at) {
		size_t number = argument_at(at);
		at += number ? 2 : 0;
		size_t size = *at ? 1 + strcspn(at + 1, "%") : 0;
		struct slice plain = { .data = at, .size = size };
		size_t found = !number     ? 0
			       : size == 0 ? text.size
			       /* The last words end the text. */
			       : !at[size] ? (text.size > size ? text.size - size : 0)
					   : slice_find(text, plain);
		if (number && found == 0)
			return false;
		if (number)
			arguments[number - 1] = slice_part(text, 0, found);
		text = slice_from(text, found);
		if (size && !slice_equal(slice_part(text, 0, size), plain))
			return false;
		text = slice_from(text, size);
		at += size;
	}
	if (text.size > 0)
		return false;
	language_fill(out, language_text(language, format), arguments, ARRAY_SIZE(arguments));
	return true;
}
