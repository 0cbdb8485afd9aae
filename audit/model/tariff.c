/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/model/tariff.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"

#define DECIMALS_MAX 6

static bool is_digits(struct slice text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return text.size > 0;
}

/* "0.085" in millionths. */
static bool parse_price(struct slice text, uint64_t *ret_price)
{
	size_t point = slice_find_byte(text, '.');
	struct slice whole = slice_part(text, 0, point);
	struct slice decimals = slice_from(text, point < text.size ? point + 1 : text.size);
	uint64_t units, fraction = 0;
	if (!is_digits(whole) || !slice_to_uint64(whole, &units) ||
	    units > TARIFF_PRICE_MAX / TARIFF_UNIT)
		return false;
	if (point < text.size && (!is_digits(decimals) || decimals.size > DECIMALS_MAX))
		return false;
	for (size_t i = 0; i < DECIMALS_MAX; i++)
		fraction = fraction * 10 +
			   (i < decimals.size ? (uint64_t)(decimals.data[i] - '0') : 0);
	*ret_price = units * TARIFF_UNIT + fraction;
	return *ret_price <= TARIFF_PRICE_MAX;
}

static bool is_currency(struct slice text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < 'A' || text.data[i] > 'Z')
			return false;
	return text.size == 3;
}

static const char *read_row(struct slice line, struct tariff_row *ret_row,
			    struct slice *ret_currency)
{
	struct slice prefix, price, rest = line;
	if (!slice_next_field(&rest, '\t', &prefix) || !slice_next_field(&rest, '\t', &price) ||
	    !slice_next_field(&rest, '\t', ret_currency) || rest.size)
		return "expected PREFIX, PRICE and CURRENCY with a tab between them";
	if (!is_digits(prefix) || prefix.size > TARIFF_PREFIX_MAX)
		return "a prefix is 1 to 15 digits, without + or 00";
	if (!parse_price(price, &ret_row->price))
		return "a price is written as 0.085, with six decimals at most";
	if (!is_currency(*ret_currency))
		return "a currency is three capital letters";
	ret_row->prefix = prefix;
	return NULL;
}

static int by_prefix(const void *a, const void *b)
{
	const struct tariff_row *first = a, *second = b;
	return slice_compare(first->prefix, second->prefix);
}

static int by_price(const void *a, const void *b)
{
	const struct tariff_row *first = a, *second = b;
	if (first->price != second->price)
		return first->price > second->price ? -1 : 1;
	return by_prefix(a, b);
}

/* Sorts ROWS of TARIFF and makes the second order. */
static bool put_in_order(struct arena *arena, const char *name, struct tariff_row *rows,
			 struct tariff *tariff, struct error *error)
{
	if (!tariff->count)
		return error_set_at(error, ERROR_INPUT, name, 0, "the tariff has no row");
	struct tariff_row *dearest = ARENA_ARRAY(arena, tariff->count, struct tariff_row);
	if (!dearest)
		return error_memory(error);
	qsort(rows, tariff->count, sizeof(*rows), by_prefix);
	for (size_t i = 1; i < tariff->count; i++)
		if (slice_equal(rows[i].prefix, rows[i - 1].prefix))
			return error_set_at(error, ERROR_INPUT, name, 0,
					    "the prefix %.*s stands twice",
					    SLICE_ARG(rows[i].prefix));
	memcpy(dearest, rows, tariff->count * sizeof(*rows));
	qsort(dearest, tariff->count, sizeof(*dearest), by_price);
	tariff->rows = rows;
	tariff->dearest = dearest;
	return true;
}

bool tariff_parse(struct arena *arena, const char *name, struct slice bytes,
		  struct tariff *ret_tariff, struct error *error)
{
	struct tariff tariff = { .count = 0 };
	struct tariff_row *rows = NULL;
	size_t capacity = 0;
	struct slice rest = bytes, line;
	for (unsigned int number = 1; slice_next_line(&rest, &line); number++) {
		struct slice currency;
		line = slice_trim_right(line);
		if (!line.size || line.data[0] == '#')
			continue;
		struct tariff_row *grown =
			arena_grow(arena, rows, tariff.count, &capacity, sizeof(*grown));
		if (!grown)
			return error_memory(error);
		rows = grown;
		const char *wrong = tariff.count < TARIFF_ROWS_MAX
					    ? read_row(line, &rows[tariff.count], &currency)
					    : "the tariff is too long";
		if (!wrong && tariff.count && !slice_equal(currency, tariff.currency))
			wrong = "a tariff has one currency";
		if (wrong)
			return error_set_at(error, ERROR_INPUT, name, number, "%s", wrong);
		tariff.currency = currency;
		tariff.count++;
	}
	if (!put_in_order(arena, name, rows, &tariff, error))
		return false;
	*ret_tariff = tariff;
	return true;
}

const struct tariff_row *tariff_find(const struct tariff *tariff, struct slice number)
{
	if (slice_starts_with(number, "+"))
		number = slice_from(number, 1);
	else if (slice_starts_with(number, "011"))
		number = slice_from(number, 3);
	else if (slice_starts_with(number, "00"))
		number = slice_from(number, 2);
	if (!is_digits(number))
		return NULL;
	size_t length = number.size < TARIFF_PREFIX_MAX ? number.size : TARIFF_PREFIX_MAX;
	for (; length; length--) {
		const struct tariff_row key = { .prefix = slice_part(number, 0, length) };
		const struct tariff_row *row =
			bsearch(&key, tariff->rows, tariff->count, sizeof(key), by_prefix);
		if (row)
			return row;
	}
	return NULL;
}
