/* SPDX-License-Identifier: Apache-2.0
 *
 * A tariff that somebody gives: what parses finds each of its own prefixes again. Reaches
 * tariff_parse and tariff_find.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/model/tariff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct slice bytes = { .data = (const char *)data, .size = size };
	struct tariff tariff;
	struct error error = { 0 };
	struct arena *arena = arena_new(0);
	if (arena && tariff_parse(arena, "fuzz", bytes, &tariff, &error)) {
		for (size_t i = 0; i < tariff.count; i++)
			if (!slice_starts_with(tariff.rows[i].prefix, "0") &&
			    tariff_find(&tariff, tariff.rows[i].prefix) != &tariff.rows[i])
				abort();
		(void)tariff_find(&tariff, bytes);
	}
	arena_free(arena);
	return 0;
}
