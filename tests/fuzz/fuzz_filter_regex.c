/* SPDX-License-Identifier: Apache-2.0
 *
 * Expressions and date patterns of a hostile filter, and hostile lines: the first line is the
 * expression, the second the date pattern, the rest are lines of a log. Reaches filter_run_line.
 */
#include <stddef.h>
#include <stdint.h>

#include "audit/base/arena.h"
#include "audit/fail2ban/filter_run.h"
#include "audit/fail2ban/jail_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = { .data = (const char *)data, .size = size }, line;
	struct filter_failure failures[FILTER_FAILURES_MAX];
	struct jail_filter filter = { .max_lines = 1 };
	const struct filter_options options = { .clock = { .now = 1800000000 },
						.tries_all = size % 2 };
	struct filter_run *run;
	const char *why;
	size_t count;
	struct arena *arena = size <= 4096 ? arena_new((size_t)64 * 1024 * 1024) : NULL;
	if (!arena)
		return 0;
	if (!slice_next_line(&rest, &filter.fail_regex) ||
	    !slice_next_line(&rest, &filter.date_pattern))
		goto done;
	filter.prefix_regex = SLICE("^<F-MLFID>\\S* </F-MLFID>?<F-CONTENT>.+</F-CONTENT>$");
	if (!filter_run_new(arena, &filter, &options, &run, &why))
		goto done;
	while (slice_next_line(&rest, &line))
		(void)filter_run_line(run, line, failures, &count);
	filter_run_free(run);
done:
	arena_free(arena);
	return 0;
}
