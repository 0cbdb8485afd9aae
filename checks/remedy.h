/* SPDX-License-Identifier: Apache-2.0
 *
 * What to type on this host to mend a finding, how to see that it worked, and how to take it back.
 * Built by a check's `remedy` function; the standard procedures of the catalogue (P-SSH, P-AST,
 * P-SYS ...) are functions of their own, next to the checks that they serve.
 */
#ifndef RINGFENCE_CHECKS_REMEDY_H
#define RINGFENCE_CHECKS_REMEDY_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

struct arena;

enum disruption {
	DISRUPTION_NONE,
	DISRUPTION_RELOAD,
	DISRUPTION_RESTART,
	DISRUPTION_CALLS_DROP,
	DISRUPTION_LOCKOUT_RISK,
};

struct text_list {
	const char **items;
	size_t count;
	size_t capacity;
};

struct remedy {
	struct arena *arena;
	/* Shell commands in order; a comment line begins with '#'. */
	struct text_list commands;
	struct text_list verify;
	struct text_list undo;
	/* Units that are restarted: "asterisk.service". */
	struct text_list restarts;
	enum disruption disruption;
	bool memory_failed;
};

/* Each adds one line. */
void remedy_command(struct remedy *remedy, const char *format, ...) PRINTF_LIKE(2, 3);
void remedy_verify(struct remedy *remedy, const char *format, ...) PRINTF_LIKE(2, 3);
void remedy_undo(struct remedy *remedy, const char *format, ...) PRINTF_LIKE(2, 3);
void remedy_restarts(struct remedy *remedy, const char *unit);
/* Raises the disruption to at least this. */
void remedy_disrupts(struct remedy *remedy, enum disruption disruption);

/* SLICE as one word of a POSIX shell, in single quotes unless it needs none. In the remedy's arena;
 * every text of the host that goes into a command must pass through it. */
const char *remedy_quote(struct remedy *remedy, struct slice slice);

/* "none", "reload", "restart", "calls-drop", "lockout-risk". */
const char *disruption_name(enum disruption disruption);

#endif
