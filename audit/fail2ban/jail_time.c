/* SPDX-License-Identifier: Apache-2.0
 *
 * Times as fail2ban writes them (server/mytime.py, str2seconds): numbers with units, in sums.
 */
#include "audit/fail2ban/jail_model.h"

#include "audit/fail2ban/ini_file.h"

/* Brackets in brackets. */
#define DEPTH_MAX 16
/* Larger numbers are no times that anybody means. */
#define SECONDS_MAX 1e15

struct time_parse {
	struct slice rest;
	unsigned int depth;
};

static const struct {
	double seconds;
	const char *names[7];
} units[] = {
	{ 1, { "s", "ss", "se", "sec", "second", "seconds", NULL } },
	{ 60, { "m", "mm", "mi", "min", "minute", "minutes", NULL } },
	{ 3600, { "h", "hh", "ho", "hou", "hour", "hours", NULL } },
	{ 86400, { "d", "dd", "da", "day", "days", NULL } },
	{ 604800, { "w", "ww", "we", "wee", "week", "weeks", NULL } },
	/* A year has 365.25 days, a month is a twelfth of it. */
	{ 2629800, { "mo", "mon", "month", "months", NULL } },
	{ 31557600, { "y", "yy", "ye", "yea", "year", "years", NULL } },
};

static void skip_space(struct time_parse *parse)
{
	while (parse->rest.size && ini_is_space((unsigned char)parse->rest.data[0]))
		parse->rest = slice_from(parse->rest, 1);
}

static char next_byte(struct time_parse *parse)
{
	skip_space(parse);
	return parse->rest.size ? parse->rest.data[0] : '\0';
}

static bool parse_sum(struct time_parse *parse, double *ret_value);

/* The unit that comes next, perhaps behind blanks: its seconds; 1 when none comes. False: a word
 * that is no unit. */
static bool parse_unit(struct time_parse *parse, double *ret_seconds)
{
	size_t letters = 0;
	skip_space(parse);
	while (letters < parse->rest.size &&
	       byte_is_alpha((unsigned char)parse->rest.data[letters]))
		letters++;
	struct slice word = slice_part(parse->rest, 0, letters);
	*ret_seconds = 1;
	if (!letters)
		return true;
	parse->rest = slice_from(parse->rest, letters);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		for (size_t j = 0; units[i].names[j]; j++)
			if (slice_is_ignore_case(word, units[i].names[j])) {
				*ret_seconds = units[i].seconds;
				return true;
			}
	return false;
}

static bool parse_number(struct time_parse *parse, double *ret_value)
{
	double value = 0, scale = 1, seconds;
	bool has_digits = false, has_point = false;
	while (parse->rest.size) {
		unsigned char byte = (unsigned char)parse->rest.data[0];
		if (byte == '.' && !has_point) {
			has_point = true;
		} else if (byte_is_digit(byte)) {
			has_digits = true;
			value = value * 10 + (byte - '0');
			scale *= has_point ? 10 : 1;
		} else {
			break;
		}
		parse->rest = slice_from(parse->rest, 1);
		if (value > SECONDS_MAX)
			return false;
	}
	if (!has_digits || !parse_unit(parse, &seconds))
		return false;
	*ret_value = value / scale * seconds;
	return true;
}

static bool parse_factor(struct time_parse *parse, double *ret_value)
{
	char byte = next_byte(parse);
	if (byte == '-' || byte == '+') {
		if (++parse->depth > DEPTH_MAX)
			return false;
		parse->rest = slice_from(parse->rest, 1);
		bool good = parse_factor(parse, ret_value);
		parse->depth--;
		if (good && byte == '-')
			*ret_value = -*ret_value;
		return good;
	}
	if (byte != '(')
		return parse_number(parse, ret_value);
	if (++parse->depth > DEPTH_MAX)
		return false;
	parse->rest = slice_from(parse->rest, 1);
	if (!parse_sum(parse, ret_value) || next_byte(parse) != ')')
		return false;
	parse->rest = slice_from(parse->rest, 1);
	parse->depth--;
	return true;
}

static bool parse_product(struct time_parse *parse, double *ret_value)
{
	if (!parse_factor(parse, ret_value))
		return false;
	for (char byte; (byte = next_byte(parse)) == '*' || byte == '/';) {
		double other;
		parse->rest = slice_from(parse->rest, 1);
		if (!parse_factor(parse, &other) || (byte == '/' && other == 0))
			return false;
		*ret_value = byte == '*' ? *ret_value * other : *ret_value / other;
	}
	return true;
}

static bool parse_sum(struct time_parse *parse, double *ret_value)
{
	if (!parse_product(parse, ret_value))
		return false;
	for (;;) {
		double other;
		char byte = next_byte(parse);
		if (byte == '+' || byte == '-')
			parse->rest = slice_from(parse->rest, 1);
		else if (!byte_is_digit((unsigned char)byte))
			return true;
		if (!parse_product(parse, &other))
			return false;
		*ret_value = byte == '-' ? *ret_value - other : *ret_value + other;
	}
}

bool jail_time_parse(struct slice text, int64_t *ret_seconds)
{
	struct time_parse parse = { .rest = text };
	double value;
	if (!parse_sum(&parse, &value) || next_byte(&parse) != '\0' || value > SECONDS_MAX ||
	    value < -SECONDS_MAX)
		return false;
	*ret_seconds = (int64_t)value;
	return true;
}
