/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/conf_filter.h"

#include <regex.h>
#include <string.h>

#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/base/buffer.h"

/* Quotes in quotes that ast_strsep keeps apart: char stack[8]. */
#define QUOTE_DEPTH 8

/* Without blanks around, then without one pair of quotes (ast_strip_quoted). */
static struct slice strip_quoted(struct slice text)
{
	text = conf_strip(text);
	if (text.size >= 2 && (text.data[0] == '\'' || text.data[0] == '"') &&
	    text.data[text.size - 1] == text.data[0])
		text = slice_part(text, 1, text.size - 2);
	return text;
}

/* ast_strsep: the next field off *REST; a separator in quotes or behind a backslash is text. */
static bool next_field(struct slice *rest, char separator, struct slice *ret_field)
{
	char stack[QUOTE_DEPTH] = { 0 };
	size_t depth = 0;
	if (rest->size == 0)
		return false;
	size_t at = 0;
	for (; at < rest->size; at++) {
		if (rest->data[at] == '\\') {
			at += 2;
			if (at >= rest->size) {
				at = rest->size;
				break;
			}
		}
		char byte = rest->data[at];
		if (byte == '\'' || byte == '"') {
			if (byte == stack[depth])
				stack[depth--] = '\0';
			else if (++depth >= QUOTE_DEPTH)
				return false;
			else
				stack[depth] = byte;
		}
		if (byte == separator && depth == 0)
			break;
	}
	*ret_field = strip_quoted(slice_part(*rest, 0, at));
	*rest = at < rest->size ? slice_from(*rest, at + 1) : SLICE("");
	return true;
}

/* Repetition counts can make regcomp(3) need gigabytes; they match nothing here. */
static bool compile(struct slice pattern, regex_t *regex)
{
	char text[CONF_FILTER_BYTES + 1];
	if (pattern.size > CONF_FILTER_BYTES || slice_find_byte(pattern, '{') < pattern.size)
		return false;
	memcpy(text, pattern.data, pattern.size);
	text[pattern.size] = '\0';
	return regcomp(regex, text, REG_EXTENDED | REG_NOSUB) == 0;
}

/* TEXT has no NUL: the reader ends a line there. */
static bool matches(const regex_t *regex, struct slice text, struct buffer *copy)
{
	buffer_clear(copy);
	buffer_append_slice(copy, text);
	return !buffer_failed(copy) && regexec(regex, buffer_string(copy), 0, NULL, 0) == 0;
}

static bool some_variable_matches(struct slice name, struct slice value,
				  const struct conf_variable *variables, size_t count)
{
	regex_t name_regex, value_regex;
	if (!compile(name, &name_regex))
		return false;
	if (!compile(value, &value_regex)) {
		regfree(&name_regex);
		return false;
	}
	BUFFER_AUTO copy = { 0 };
	bool found = false;
	for (size_t i = 0; i < count && !found; i++)
		found = matches(&name_regex, variables[i].name, &copy) &&
			matches(&value_regex, variables[i].value, &copy);
	regfree(&name_regex);
	regfree(&value_regex);
	return found;
}

bool conf_filter_matches(struct slice filter, bool is_template,
			 const struct conf_variable *variables, size_t count)
{
	if (filter.size == 0)
		return !is_template;
	if (filter.size > CONF_FILTER_BYTES)
		return false;
	bool template_ok = false;
	struct slice expression;
	while (next_field(&filter, '&', &expression)) {
		struct slice name = SLICE(""), value = SLICE("");
		if (!next_field(&expression, '=', &name))
			return false;
		/* "name=" has an empty value, which ast_strsep gives as none at all. */
		if (!next_field(&expression, '=', &value))
			return false;
		if (slice_is(name, "TEMPLATES")) {
			bool only = slice_is_ignore_case(value, "restrict");
			if (!only && !slice_is_ignore_case(value, "include"))
				return false;
			if (only && !is_template)
				return false;
			template_ok = template_ok || is_template;
		} else if (!some_variable_matches(name, value, variables, count)) {
			return false;
		}
	}
	return !is_template || template_ok;
}
