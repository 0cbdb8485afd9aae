/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/escape.h"

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"

struct range {
	uint32_t first;
	uint32_t last;
};

/* Characters that are not seen, or that change how others are seen (Unicode 15, General_Category Cf
 * and the line separators), and the noncharacters that XML 1.0 forbids. */
static const struct range unseen[] = {
	{ 0x80, 0x9f },        { 0xad, 0xad },     { 0x61c, 0x61c },     { 0x115f, 0x1160 },
	{ 0x180e, 0x180e },    { 0x200b, 0x200b }, { 0x200e, 0x200f },   { 0x2028, 0x202e },
	{ 0x2060, 0x206f },    { 0x3164, 0x3164 }, { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },    { 0xfffe, 0xffff }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
	{ 0xf0000, 0x10ffff },
};

static const struct range combining[] = {
	{ 0x300, 0x36f },   { 0x483, 0x489 },   { 0x591, 0x5bd },   { 0x610, 0x61a },
	{ 0x64b, 0x65f },   { 0x93c, 0x93c },   { 0x941, 0x948 },   { 0x94d, 0x94d },
	{ 0x981, 0x981 },   { 0x9bc, 0x9bc },   { 0x9c1, 0x9c4 },   { 0x9cd, 0x9cd },
	{ 0x200c, 0x200d }, { 0x20d0, 0x20f0 }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
};

static const struct range wide[] = {
	{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },   { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff01, 0xff60 },   { 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1faff }, { 0x20000, 0x3fffd },
};

static bool is_within(const struct range *ranges, size_t count, uint32_t character)
{
	for (size_t i = 0; i < count; i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

/* The character of LENGTH bytes, known to be valid, that TEXT begins with. */
static uint32_t decode(struct slice text, size_t length)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t character = (unsigned char)text.data[0] & masks[length];
	for (size_t i = 1; i < length; i++)
		character = character << 6 | ((unsigned char)text.data[i] & 0x3f);
	return character;
}

/* How many bytes at the start of TEXT may stay as they are: printable ASCII, the common case. */
static size_t plain_bytes(struct slice text)
{
	size_t count = 0;
	while (count < text.size && text.data[count] >= 0x20 && text.data[count] < 0x7f)
		count++;
	return count;
}

/* Takes one character that is not plain off TEXT and appends it, visible. */
static struct slice append_one(struct buffer *out, struct slice text, enum escape_lines lines)
{
	unsigned char byte = (unsigned char)text.data[0];
	size_t length = slice_utf8_length(text);
	if (length <= 1) {
		if (lines == ESCAPE_KEEP_LINES && (byte == '\n' || byte == '\t'))
			buffer_append_byte(out, (char)byte);
		else
			buffer_format(out, "\\x%02x", byte);
		return slice_from(text, 1);
	}
	uint32_t character = decode(text, length);
	if (is_within(unseen, ARRAY_SIZE(unseen), character))
		buffer_format(out, "\\u{%x}", character);
	else
		buffer_append(out, text.data, length);
	return slice_from(text, length);
}

void escape_visible(struct buffer *out, struct slice text, enum escape_lines lines)
{
	while (text.size) {
		size_t plain = plain_bytes(text);
		buffer_append(out, text.data, plain);
		text = slice_from(text, plain);
		if (text.size)
			text = append_one(out, text, lines);
	}
}

void escape_ascii(struct buffer *out, struct slice text)
{
	while (text.size) {
		size_t plain = plain_bytes(text);
		buffer_append(out, text.data, plain);
		text = slice_from(text, plain);
		if (text.size == 0)
			return;
		size_t length = slice_utf8_length(text);
		if (length <= 1)
			buffer_format(out, "\\x%02x", (unsigned char)text.data[0]);
		else
			buffer_format(out, "\\u{%x}", decode(text, length));
		text = slice_from(text, length ? length : 1);
	}
}

static const char *xml_entity(char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void escape_xml(struct buffer *out, struct slice text, enum escape_lines lines)
{
	while (text.size) {
		size_t plain = plain_bytes(text);
		size_t first = 0;
		for (size_t i = 0; i < plain; i++) {
			const char *entity = xml_entity(text.data[i]);
			if (!entity)
				continue;
			buffer_append(out, text.data + first, i - first);
			buffer_append_string(out, entity);
			first = i + 1;
		}
		buffer_append(out, text.data + first, plain - first);
		text = slice_from(text, plain);
		if (text.size)
			text = append_one(out, text, lines);
	}
}

/* The first character of a spreadsheet's formula; also the full-width forms of = + - @, which some
 * input methods and spreadsheets take for the same. */
static bool begins_formula(struct slice text)
{
	if (text.size == 0)
		return false;
	switch (text.data[0]) {
	case '=':
	case '+':
	case '-':
	case '@':
	case '\t':
	case '\r':
		return true;
	default:
		return slice_starts_with(text, "\xef\xbc\x9d") ||
		       slice_starts_with(text, "\xef\xbc\x8b") ||
		       slice_starts_with(text, "\xef\xbc\x8d") ||
		       slice_starts_with(text, "\xef\xbc\xa0");
	}
}

void escape_csv(struct buffer *out, struct slice text)
{
	BUFFER_AUTO seen = { 0 };
	escape_visible(&seen, text, ESCAPE_ONE_LINE);
	if (buffer_failed(&seen))
		out->failed = true;
	buffer_append_byte(out, '"');
	if (begins_formula(slice_trim_left(text)))
		buffer_append_byte(out, '\'');
	struct slice rest = buffer_slice(&seen), part;
	bool is_first = true;
	while (slice_next_field(&rest, '"', &part)) {
		if (!is_first)
			buffer_append_string(out, "\"\"");
		is_first = false;
		buffer_append_slice(out, part);
	}
	buffer_append_byte(out, '"');
}

void escape_prometheus(struct buffer *out, struct slice text)
{
	BUFFER_AUTO seen = { 0 };
	escape_visible(&seen, text, ESCAPE_ONE_LINE);
	if (buffer_failed(&seen))
		out->failed = true;
	struct slice rest = buffer_slice(&seen);
	for (size_t i = 0; i < rest.size; i++) {
		if (rest.data[i] == '"' || rest.data[i] == '\\')
			buffer_append_byte(out, '\\');
		buffer_append_byte(out, rest.data[i]);
	}
}

size_t escape_columns(struct slice text)
{
	size_t columns = 0;
	while (text.size) {
		size_t length = slice_utf8_length(text);
		uint32_t character = length ? decode(text, length) : '?';
		if (is_within(wide, ARRAY_SIZE(wide), character))
			columns += 2;
		else if (!is_within(combining, ARRAY_SIZE(combining), character))
			columns++;
		text = slice_from(text, length ? length : 1);
	}
	return columns;
}
