/* SPDX-License-Identifier: Apache-2.0
 *
 * What a caller can bring about: from a context, every number that its patterns take is dialled,
 * and the steps are followed as Asterisk would run them, both ways where a condition is not known.
 * Each number is a concrete one, so that what is found can be dialled.
 */
#ifndef RINGFENCE_ASTERISK_DIALPLAN_WALK_H
#define RINGFENCE_ASTERISK_DIALPLAN_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/asterisk/dialplan_expand.h"
#include "audit/asterisk/dialplan_model.h"

struct arena;

/* Most steps that one walk runs, and most contexts that it dials in: bounds conditions that open
 * ever new states. A walk that reaches one says so. */
#define DIALPLAN_WALK_STEPS_MAX 60000u
#define DIALPLAN_WALK_CONTEXTS_MAX 64u

/* A step that runs, and how it was come to. */
struct dialplan_node {
	const struct dialplan_step *step;
	const struct dialplan_context *context;
	const struct dialplan_extension *extension;
	/* The step before; NULL at the beginning. */
	const struct dialplan_node *parent;
	/* The number dialled in the context where this part began. */
	struct slice number;
	/* The context in which it was dialled. */
	const struct dialplan_context *entry;
};

struct dialplan_event {
	const struct dialplan_node *node;
	/* The application's name, and its arguments replaced as far as known. */
	struct slice application;
	struct slice arguments;
	/* One of the targets of Dial, Page or Originate: "SIP/trunk/0044..."; all the arguments of
	 * applications that run commands; empty for others. */
	struct dialplan_value target;
	/* Dial's options, not replaced. */
	struct slice options;
};

/* What a walk could not see: where it passed nothing, more may be behind these. */
struct dialplan_gaps {
	/* A limit was reached. */
	bool is_cut;
	/* The first switch that leads to where this reader cannot look; NULL: none. */
	const struct dialplan_switch *unread_switch;
	/* The first step that goes, or dials, to where only the running call can tell; NULL: none.
	 */
	const struct dialplan_step *unknown_step;
};

/* Told of every step that runs; true ends the walk. */
typedef bool dialplan_visit(void *context, const struct dialplan_event *event);

struct dialplan_walk {
	const struct dialplan_model *model;
	struct arena *arena;
	dialplan_visit *visit;
	void *context;
	/* Numbers that are dialled in the first context beside those made from its patterns. */
	const struct slice *numbers;
	size_t number_count;
	/* Dial only NUMBERS, and nothing made from patterns. */
	bool only_numbers;

	/* Results. */
	struct dialplan_gaps gaps;
	bool memory_failed;
};

/* Runs WALK from CONTEXT. */
void dialplan_walk_run(struct dialplan_walk *walk, const struct dialplan_context *context);

/* Is nothing hidden behind GAPS? */
bool dialplan_gaps_none(const struct dialplan_gaps *gaps);

/* Adds those of MORE to GAPS. */
void dialplan_gaps_add(struct dialplan_gaps *gaps, const struct dialplan_gaps *more);

/* Does APPLICATION ask for a password before it goes on? */
bool dialplan_asks_password(struct slice application, struct slice arguments);

#endif
