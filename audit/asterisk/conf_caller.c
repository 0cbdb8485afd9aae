/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/conf_caller.h"

#include <string.h>

#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"

/* char cid_name[80], cid_num[80] in build_peer. */
#define PART_BYTES 79
/* char name_buf[128] in ast_callerid_merge. */
#define ESCAPED_BYTES 127

/* ast_strip_quoted(text, "\"", "\"") */
static struct slice strip_quotes(struct slice text)
{
	text = conf_strip(text);
	if (text.size >= 2 && text.data[0] == '"' && text.data[text.size - 1] == '"')
		return slice_part(text, 1, text.size - 2);
	return text;
}

static void append_cut(struct buffer *out, struct slice text)
{
	buffer_append_slice(out, slice_part(text, 0, PART_BYTES));
}

/* ast_unescape_quoted: a backslash goes, what it stands before stays. */
static void append_unescaped(struct buffer *out, struct slice text)
{
	BUFFER_AUTO plain = { 0 };
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '\\' && ++i == text.size)
			break;
		buffer_append_byte(&plain, text.data[i]);
	}
	append_cut(out, buffer_slice(&plain));
	out->failed |= buffer_failed(&plain);
}

/* ast_shrink_phone_number: without blanks, parentheses, dashes and inner dots. */
static void append_shrunk(struct buffer *out, struct slice text)
{
	BUFFER_AUTO plain = { 0 };
	int brackets = 0;
	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];
		if (byte == '[')
			brackets++;
		else if (byte == ']')
			brackets--;
		if ((byte == '-' && !brackets) || (byte == '.' && i + 1 < text.size) ||
		    byte == '(' || byte == ' ' || byte == ')')
			continue;
		buffer_append_byte(&plain, byte);
	}
	append_cut(out, buffer_slice(&plain));
	out->failed |= buffer_failed(&plain);
}

static bool is_phone_number(struct slice text)
{
	if (text.size == 0)
		return false;
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] == '\0' || !strchr("0123456789*#+", text.data[i]))
			return false;
	return true;
}

void conf_caller_split(struct slice text, struct buffer *name, struct buffer *number)
{
	struct slice stripped = conf_strip(text);
	struct slice inner = strip_quotes(stripped);
	size_t open = slice_find_last_byte(inner, '<');
	struct slice found_name = SLICE(""), found_number = SLICE("");
	BUFFER_AUTO shrunk = { 0 };
	if (open < inner.size) {
		found_number = slice_from(inner, open + 1);
		found_number = slice_part(found_number, 0, slice_find_last_byte(found_number, '>'));
		found_name = strip_quotes(slice_part(inner, 0, open));
	} else {
		append_shrunk(&shrunk, inner);
		bool is_number =
			inner.data == stripped.data && is_phone_number(buffer_slice(&shrunk));
		if (is_number)
			found_number = buffer_slice(&shrunk);
		else
			found_name = strip_quotes(inner);
	}
	if (name)
		append_unescaped(name, found_name);
	if (number)
		append_shrunk(number, found_number);
}

static void append_escaped(struct buffer *out, struct slice text)
{
	BUFFER_AUTO escaped = { 0 };
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			buffer_append_byte(&escaped, '\\');
		buffer_append_byte(&escaped, text.data[i]);
	}
	buffer_append_slice(out, slice_part(buffer_slice(&escaped), 0, ESCAPED_BYTES));
	out->failed |= buffer_failed(&escaped);
}

void conf_caller_merge(const struct conf_variable *name, const struct conf_variable *number,
		       struct buffer *out)
{
	BUFFER_AUTO name_text = { 0 };
	BUFFER_AUTO number_text = { 0 };
	if (name && slice_is_ignore_case(name->name, "callerid"))
		conf_caller_split(name->value, &name_text, NULL);
	else if (name && slice_is_ignore_case(name->name, "fullname"))
		buffer_append_slice(&name_text, name->value);
	if (number && slice_is_ignore_case(number->name, "callerid"))
		conf_caller_split(number->value, NULL, &number_text);
	else if (number)
		buffer_append_slice(&number_text, number->value);
	buffer_append_byte(out, '"');
	append_escaped(out, buffer_slice(&name_text));
	buffer_append_string(out, "\" <");
	buffer_append_slice(out, buffer_slice(&number_text));
	buffer_append_byte(out, '>');
	out->failed |= buffer_failed(&name_text) || buffer_failed(&number_text);
}

uint64_t conf_group(struct slice text)
{
	uint64_t group = 0;
	struct slice field;
	bool more = true;
	long first = 0, last = 0;
	while (conf_next_field(&text, &more, &field)) {
		if (!conf_scan_number(field, &first))
			continue;
		last = first;
		struct slice rest = slice_trim_left(field);
		size_t at = 0;
		if (at < rest.size && (rest.data[at] == '-' || rest.data[at] == '+'))
			at++;
		while (at < rest.size && byte_is_digit((unsigned char)rest.data[at]))
			at++;
		if (at < rest.size && rest.data[at] == '-')
			(void)conf_scan_number(slice_from(rest, at + 1), &last);
		for (long i = first < 0 ? 0 : first; i <= last && i < 64; i++)
			group |= UINT64_C(1) << i;
	}
	return group;
}
