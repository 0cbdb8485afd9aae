/* SPDX-License-Identifier: Apache-2.0
 *
 * What calls cost: a table of prefixes and prices that the site's carrier gave. One row a line,
 * three columns with a tab between them: PREFIX, PRICE of a minute, CURRENCY. A '#' begins a
 * comment line. The longest prefix of a number decides.
 */
#ifndef RINGFENCE_MODEL_TARIFF_H
#define RINGFENCE_MODEL_TARIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"

struct arena;

/* The world has some ten thousand prefixes; carriers' lists have a few times that. */
#define TARIFF_ROWS_MAX 200000
/* E.164 numbers have 15 digits at most. */
#define TARIFF_PREFIX_MAX 15
/* A price has six decimals at most, and is kept in millionths. */
#define TARIFF_UNIT 1000000u
/* More than any minute costs; a night of a million channels stays within 64 bits. */
#define TARIFF_PRICE_MAX ((uint64_t)10000 * TARIFF_UNIT)

struct tariff_row {
	/* Digits. */
	struct slice prefix;
	/* Millionths of the currency for a minute. */
	uint64_t price;
};

struct tariff {
	/* By prefix, each one once. */
	const struct tariff_row *rows;
	/* The same rows, the dearest first. */
	const struct tariff_row *dearest;
	size_t count;
	/* "EUR": one for all rows, since prices are compared. */
	struct slice currency;
};

/* Reads BYTES, which must outlive *RET_TARIFF, as of the file NAME. False for a line that is no
 * row, a prefix that stands twice, two currencies, no row at all, or when memory is short. */
bool tariff_parse(struct arena *arena, const char *name, struct slice bytes,
		  struct tariff *ret_tariff, struct error *error) MUST_CHECK;

/* The row for NUMBER as a trunk is given it: "+", "00" and "011" before an international number are
 * passed over, others are taken as they stand. NULL: no row, or no number. */
const struct tariff_row *tariff_find(const struct tariff *tariff, struct slice number);

#endif
