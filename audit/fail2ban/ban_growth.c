/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/ban_growth.h"

#include <math.h>

#include "audit/fail2ban/jail_model.h"

/* Brackets in brackets, and signs before signs. */
#define DEPTH_MAX 32
/* Of one call: min, max and pow take two. */
#define ARGUMENTS_MAX 4
/* fail2ban's own formula doubles up to this often. */
#define DOUBLINGS_MAX 20
/* Longer is for ever; also keeps the sum of time and ban in range. */
#define SECONDS_MOST ((double)(INT64_MAX / 4))

struct formula {
	struct slice rest;
	unsigned int depth;
	double ban_time, ban_count, factor;
	bool failed;
};

static double parse_choice(struct formula *formula);

static double fail(struct formula *formula)
{
	formula->failed = true;
	formula->rest = SLICE("");
	return 0;
}

/* Takes TOKEN where it comes next. A word ends where its letters end. */
static bool take(struct formula *formula, const char *token)
{
	size_t size = strlen(token);
	formula->rest = slice_trim(formula->rest);
	if (!slice_starts_with(formula->rest, token))
		return false;
	if (byte_is_alpha((unsigned char)token[size - 1]) && size < formula->rest.size) {
		unsigned char after = (unsigned char)formula->rest.data[size];
		if (byte_is_alpha(after) || byte_is_digit(after) || after == '_' || after == '.')
			return false;
	}
	formula->rest = slice_from(formula->rest, size);
	return true;
}

static double parse_number(struct formula *formula)
{
	double value = 0, scale = 1;
	bool has_digits = false, has_point = false;
	while (formula->rest.size) {
		unsigned char byte = (unsigned char)formula->rest.data[0];
		if (byte == '.' && !has_point) {
			has_point = true;
		} else if (byte_is_digit(byte)) {
			has_digits = true;
			value = value * 10 + (byte - '0');
			scale *= has_point ? 10 : 1;
		} else {
			break;
		}
		formula->rest = slice_from(formula->rest, 1);
	}
	return has_digits ? value / scale : fail(formula);
}

enum function {
	FUNCTION_EXP,
	FUNCTION_LOG,
	FUNCTION_SQRT,
	FUNCTION_POW,
	FUNCTION_FLOAT,
	FUNCTION_INT,
	FUNCTION_ROUND,
	FUNCTION_ABS,
	FUNCTION_MIN,
	FUNCTION_MAX,
};

static const struct {
	const char *name;
	enum function function;
	size_t arguments;
} functions[] = {
	{ "math.exp", FUNCTION_EXP, 1 },   { "math.log", FUNCTION_LOG, 1 },
	{ "math.sqrt", FUNCTION_SQRT, 1 }, { "math.pow", FUNCTION_POW, 2 },
	{ "pow", FUNCTION_POW, 2 },        { "float", FUNCTION_FLOAT, 1 },
	{ "int", FUNCTION_INT, 1 },        { "round", FUNCTION_ROUND, 1 },
	{ "abs", FUNCTION_ABS, 1 },        { "min", FUNCTION_MIN, 2 },
	{ "max", FUNCTION_MAX, 2 },
};

static double call(enum function function, const double *arguments)
{
	switch (function) {
	case FUNCTION_EXP:
		return exp(arguments[0]);
	case FUNCTION_LOG:
		return log(arguments[0]);
	case FUNCTION_SQRT:
		return sqrt(arguments[0]);
	case FUNCTION_POW:
		return pow(arguments[0], arguments[1]);
	case FUNCTION_FLOAT:
		return arguments[0];
	case FUNCTION_INT:
		return trunc(arguments[0]);
	case FUNCTION_ROUND:
		return nearbyint(arguments[0]);
	case FUNCTION_ABS:
		return fabs(arguments[0]);
	case FUNCTION_MIN:
		return fmin(arguments[0], arguments[1]);
	case FUNCTION_MAX:
		return fmax(arguments[0], arguments[1]);
	}
	return 0;
}

static double parse_call(struct formula *formula, size_t index)
{
	double arguments[ARGUMENTS_MAX] = { 0 };
	size_t count = 0;
	if (!take(formula, "("))
		return fail(formula);
	do {
		if (count == functions[index].arguments)
			return fail(formula);
		arguments[count++] = parse_choice(formula);
	} while (take(formula, ","));
	if (!take(formula, ")") || count != functions[index].arguments)
		return fail(formula);
	return call(functions[index].function, arguments);
}

static double parse_atom(struct formula *formula)
{
	if (take(formula, "ban.Time"))
		return formula->ban_time;
	if (take(formula, "ban.Count"))
		return formula->ban_count;
	if (take(formula, "banFactor"))
		return formula->factor;
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (take(formula, functions[i].name))
			return parse_call(formula, i);
	if (!take(formula, "("))
		return parse_number(formula);
	double value = parse_choice(formula);
	return take(formula, ")") ? value : fail(formula);
}

static double parse_sign(struct formula *formula)
{
	if (++formula->depth > DEPTH_MAX)
		return fail(formula);
	double value;
	if (take(formula, "-")) {
		value = -parse_sign(formula);
	} else if (take(formula, "+")) {
		value = parse_sign(formula);
	} else {
		value = parse_atom(formula);
		if (take(formula, "**"))
			value = pow(value, parse_sign(formula));
	}
	formula->depth--;
	return value;
}

static double parse_product(struct formula *formula)
{
	double value = parse_sign(formula);
	for (;;) {
		bool floors = take(formula, "//"), divides = floors || take(formula, "/");
		bool remains = !divides && take(formula, "%");
		if (!divides && !remains && !take(formula, "*"))
			return value;
		double other = parse_sign(formula);
		if ((divides || remains) && other == 0)
			return fail(formula);
		/* Python's remainder has the sign of the divisor. */
		if (remains)
			value -= other * floor(value / other);
		else
			value = divides ? value / other : value * other;
		value = floors ? floor(value) : value;
	}
}

static double parse_sum(struct formula *formula)
{
	double value = parse_product(formula);
	for (;;) {
		if (take(formula, "+"))
			value += parse_product(formula);
		else if (take(formula, "-"))
			value -= parse_product(formula);
		else
			return value;
	}
}

static double parse_shift(struct formula *formula)
{
	double value = parse_sum(formula);
	for (;;) {
		bool is_left = take(formula, "<<");
		if (!is_left && !take(formula, ">>"))
			return value;
		double bits = parse_sum(formula);
		/* Python shifts whole numbers only. */
		if (bits < 0 || bits > 62 || bits != trunc(bits) || value != trunc(value))
			return fail(formula);
		value = is_left ? ldexp(value, (int)bits) : floor(ldexp(value, -(int)bits));
	}
}

static double parse_comparison(struct formula *formula)
{
	double value = parse_shift(formula);
	if (take(formula, "<="))
		return value <= parse_shift(formula);
	if (take(formula, ">="))
		return value >= parse_shift(formula);
	if (take(formula, "=="))
		return value == parse_shift(formula);
	if (take(formula, "!="))
		return value != parse_shift(formula);
	if (take(formula, "<"))
		return value < parse_shift(formula);
	if (take(formula, ">"))
		return value > parse_shift(formula);
	return value;
}

/* "A if CONDITION else B", or a plain value. */
static double parse_choice(struct formula *formula)
{
	if (++formula->depth > DEPTH_MAX)
		return fail(formula);
	double value = parse_comparison(formula);
	if (take(formula, "if")) {
		double condition = parse_comparison(formula);
		if (!take(formula, "else"))
			return fail(formula);
		double other = parse_choice(formula);
		value = condition != 0 ? value : other;
	}
	formula->depth--;
	return value;
}

static bool evaluate(struct formula *formula, struct slice text, double *ret_value)
{
	formula->rest = text;
	formula->depth = 0;
	double value = parse_choice(formula);
	if (formula->failed || slice_trim(formula->rest).size || !isfinite(value))
		return false;
	*ret_value = value;
	return true;
}

/* "1 2 4 8": the COUNTth, or the last. False: fail2ban itself would refuse it, or there is none. */
static bool multiplier(struct slice list, uint32_t count, double *ret_value)
{
	struct slice word;
	uint32_t index = 0;
	int64_t number = 0;
	while (slice_next_word(&list, &word)) {
		if (index > count)
			break;
		if (!slice_to_int64(word, &number))
			return false;
		index++;
	}
	*ret_value = (double)number;
	return index != 0;
}

bool ban_growth_seconds(const struct ban_growth *growth, int64_t ban_time, uint32_t count,
			int64_t *ret_seconds)
{
	double value, most;
	int64_t limit;
	struct formula formula = {
		.ban_time = (double)ban_time,
		.ban_count = count,
		.factor = 1,
	};
	if (growth->factor.size && !evaluate(&formula, growth->factor, &formula.factor))
		return false;
	if (growth->multipliers.size) {
		if (!multiplier(growth->multipliers, count, &value))
			return false;
		value *= (double)ban_time * formula.factor;
	} else if (growth->formula.size) {
		if (!evaluate(&formula, growth->formula, &value))
			return false;
		value = fmax(value, (double)ban_time);
	} else {
		value = fmax(ldexp((double)ban_time,
				   (int)(count < DOUBLINGS_MAX ? count : DOUBLINGS_MAX)) *
				     formula.factor,
			     (double)ban_time);
	}
	most = SECONDS_MOST;
	if (growth->maxtime.size) {
		if (!jail_time_parse(growth->maxtime, &limit))
			return false;
		most = fmin(most, (double)limit);
	}
	/* observer.py, banFound: never shorter than the first, but for maxtime's own -1, for ever.
	 */
	value = fmin(value, most);
	*ret_seconds = value > (double)ban_time ? (int64_t)value : ban_time;
	return true;
}
