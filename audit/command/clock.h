/* SPDX-License-Identifier: Apache-2.0
 *
 * What time it is, for this run.
 */
#ifndef RINGFENCE_COMMAND_CLOCK_H
#define RINGFENCE_COMMAND_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"

struct arena;

/* Seconds since 1970, UTC: SOURCE_DATE_EPOCH where it is set (then *RET_REPEATABLE, which may be
 * NULL: nothing that is written may depend on the clock), else now. False: the variable holds no
 * number of seconds (ERROR_USAGE). */
bool clock_now(int64_t *ret_now, bool *ret_repeatable, struct error *error) MUST_CHECK;

/* RFC 3339 in UTC, in ARENA; "" where WHEN is no time of this era, or memory is short. */
const char *clock_text(struct arena *arena, int64_t when);

#endif
