/* SPDX-License-Identifier: Apache-2.0
 *
 * Three-valued facts: a thing is there (with the place that says so), it is not there, or it could
 * not be read. A zeroed fact is absent.
 */
#ifndef RINGFENCE_BASE_FACT_H
#define RINGFENCE_BASE_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/slice.h"
#include "audit/base/source.h"

enum fact_state {
	FACT_ABSENT,
	FACT_PRESENT,
	FACT_UNREADABLE,
};

/* What could not be had: the rows of `unread` in the result. Strings are plain sentences' parts,
 * owned by the arena of the audit or literals. */
struct unread {
	/* "/etc/shadow", "the nftables ruleset". */
	const char *what;
	/* "permission denied". */
	const char *why;
	/* "run as root"; may be "". */
	const char *to_read_it;
};

struct fact_bool {
	enum fact_state state;
	bool value;
	struct origin origin;
	const struct unread *unread;
};

struct fact_int {
	enum fact_state state;
	int64_t value;
	struct origin origin;
	const struct unread *unread;
};

struct fact_slice {
	enum fact_state state;
	struct slice value;
	struct origin origin;
	const struct unread *unread;
};

#endif
