/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk under way: states that wait, and what applications do with them. Between dialplan_walk.c,
 * which dials and keeps the states, and dialplan_run.c, which knows the applications.
 */
#ifndef RINGFENCE_ASTERISK_DIALPLAN_RUN_H
#define RINGFENCE_ASTERISK_DIALPLAN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/asterisk/dialplan_expand.h"
#include "audit/asterisk/dialplan_walk.h"

/* Deepest Gosub and Macro; Asterisk stops macros at 7. */
#define DIALPLAN_CALLS_DEEP_MAX 32

/* Where a Gosub or Macro goes back to. */
struct dialplan_call {
	const struct dialplan_call *outer;
	struct slice context;
	struct dialplan_value extension;
	int priority;
	bool is_macro;
	size_t depth;
};

struct dialplan_state {
	const struct dialplan_state *next;
	struct slice context;
	struct dialplan_value extension;
	int priority;
	const struct dialplan_variable *variables;
	const struct dialplan_call *calls;
	const struct dialplan_node *parent;
	struct slice number;
	const struct dialplan_context *entry;
};

/* A context in which the caller can dial. */
struct dialplan_start {
	const struct dialplan_context *context;
	const struct dialplan_node *parent;
};

struct dialplan_running {
	struct dialplan_walk *walk;
	const struct dialplan_state *pending;
	uint64_t *seen;
	struct dialplan_start entries[DIALPLAN_WALK_CONTEXTS_MAX];
	size_t entry_count;
	size_t steps;
	bool is_done;
};

/* Keeps a copy of STATE to be run. */
void dialplan_push(struct dialplan_running *running, const struct dialplan_state *state);

/* The caller of NODE can dial in CONTEXT too (NULL: nothing). */
void dialplan_add_start(struct dialplan_running *running, const struct dialplan_context *context,
			const struct dialplan_node *node);

/* Runs APPLICATION, and pushes the states that follow. */
void dialplan_run_application(struct dialplan_running *running, const struct dialplan_state *state,
			      const struct dialplan_node *node, struct slice application,
			      struct slice arguments);

/* Back to where the newest Gosub or Macro was called; nothing without one. */
void dialplan_go_back(struct dialplan_running *running, const struct dialplan_state *state);

#endif
