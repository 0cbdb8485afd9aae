/* SPDX-License-Identifier: Apache-2.0
 *
 * A table of holes that somebody gives by --advisories, and versions of packages: what parses must
 * be answerable, and the order of versions must be one. Reaches advisory_table_parse, advisory_next
 * and version_compare.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "audit/advisory/advisory_table.h"
#include "audit/advisory/version_compare.h"
#include "audit/base/arena.h"

static void compare_all(const struct slice *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (version_compare_dpkg(words[i], words[k]) !=
				    -version_compare_dpkg(words[k], words[i]) ||
			    version_compare_rpm(words[i], words[k]) !=
				    -version_compare_rpm(words[k], words[i]))
				abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct slice bytes = { .data = (const char *)data, .size = size };
	struct slice words[6], rest = bytes;
	struct advisory_table table;
	struct error error = { 0 };
	size_t count = 0;
	if (size > 20000)
		return 0;
	while (count < 6 && slice_next_word(&rest, &words[count]))
		count++;
	compare_all(words, count);
	struct arena *arena = arena_new(0);
	if (arena && advisory_table_parse(arena, "fuzz", bytes, &table, &error)) {
		for (int style = VERSION_UPSTREAM; style <= VERSION_RPM; style++) {
			const struct version_subject subject = {
				.product = "openssh",
				.version = count ? words[count - 1] : SLICE("1"),
				.style = (enum version_style)style,
				.scope = SLICE("debian-12"),
			};
			size_t index = 0;
			enum hole_answer answer;
			struct slice fixed;
			while (advisory_next(&table, &subject, &index, &answer, &fixed))
				;
		}
		(void)advisory_end_of_life(&table, SLICE("debian"), SLICE("12"));
	}
	arena_free(arena);
	return 0;
}
