/* SPDX-License-Identifier: Apache-2.0
 *
 * How long the next ban of an address is that was banned before: bantime.increment with its factor,
 * formula, multipliers and maxtime (fail2ban's server/jail.py, setBanTimeExtra;
 * server/observer.py). A formula is Python there; its arithmetic is evaluated here, without running
 * anything.
 */
#ifndef RINGFENCE_FAIL2BAN_BAN_GROWTH_H
#define RINGFENCE_FAIL2BAN_BAN_GROWTH_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

/* The options bantime.*, as written; empty: fail2ban's default. bantime.rndtime is left out: what
 * it adds is drawn. */
struct ban_growth {
	struct slice factor;
	struct slice formula;
	struct slice multipliers;
	struct slice maxtime;
};

/* Seconds of the ban of one that was banned COUNT times before (at least 1), where a first ban is
 * BAN_TIME seconds (over 0). False: an option is not understood. */
bool ban_growth_seconds(const struct ban_growth *growth, int64_t ban_time, uint32_t count,
			int64_t *ret_seconds) MUST_CHECK;

#endif
