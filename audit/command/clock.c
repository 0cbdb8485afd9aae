/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/clock.h"

#include <stdlib.h>
#include <time.h>

#include "audit/base/buffer.h"

bool clock_now(int64_t *ret_now, bool *ret_repeatable, struct error *error)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	bool is_set = epoch && *epoch;
	if (ret_repeatable)
		*ret_repeatable = is_set;
	*ret_now = (int64_t)time(NULL);
	if (!is_set || (slice_to_int64(slice_of(epoch), ret_now) && *ret_now >= 0))
		return true;
	return error_set(error, ERROR_USAGE,
			 "SOURCE_DATE_EPOCH must be a number of seconds, not \"%s\"", epoch);
}

const char *clock_text(struct arena *arena, int64_t when)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_time(&text, when);
	const char *kept = buffer_keep(&text, arena);
	return kept ? kept : "";
}
