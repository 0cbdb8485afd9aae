/* SPDX-License-Identifier: Apache-2.0
 *
 * The host's time zone, from the bytes of its /etc/localtime (TZif, RFC 8536), so that the stamps
 * of its logs become UTC wherever the audit runs.
 */
#ifndef RINGFENCE_LOGS_TIME_ZONE_H
#define RINGFENCE_LOGS_TIME_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

struct arena;

struct time_zone_change {
	/* From this second on (UTC) the offset holds. */
	int64_t from;
	int32_t offset_seconds;
};

struct time_zone {
	const struct time_zone_change *changes;
	size_t count;
	/* Before the first change. */
	int32_t first_offset;
};

/* Parses BYTES; the zone lives in ARENA. False: no TZif, or memory is short. Past the last listed
 * change the rule of its footer is not evaluated beyond 2037, the last listed year of such files.
 */
bool time_zone_parse(struct arena *arena, struct slice bytes,
		     struct time_zone *ret_zone) MUST_CHECK;

/* UTC of LOCAL, a civil time counted in seconds as if it were UTC. In the hour that comes twice
 * the first is taken. */
int64_t time_zone_to_utc(const struct time_zone *zone, int64_t local);

#endif
