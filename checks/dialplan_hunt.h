/* SPDX-License-Identifier: Apache-2.0
 *
 * What checks of the dialplan share: a walk from every place where calls come in, the telling of a
 * path, the hunt for a call over a trunk.
 */
#ifndef RINGFENCE_CHECKS_DIALPLAN_HUNT_H
#define RINGFENCE_CHECKS_DIALPLAN_HUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/asterisk/dialplan_walk.h"
#include "checks/dialplan_entries.h"

struct check;
struct dialplan_model;
struct model;
struct remedy;
struct verdict;

/* Bits of the kinds of callers that dialplan_hunt_from_entries takes. */
#define DIALPLAN_STRANGERS (1u << ENTRY_STRANGER | 1u << ENTRY_TRUNK)
#define DIALPLAN_PHONES (1u << ENTRY_PHONE)

struct dialplan_outlet {
	const struct dialplan_context *context;
	bool leads_out;
};

/* The visitor's context of each walk. */
struct dialplan_hunt {
	struct verdict *verdict;
	const struct model *model;
	struct trunk_judge judge;
	/* Where this walk began. */
	const struct dialplan_entry *entry;
	/* An entry that only a check knows, such as a voicemail's context. */
	struct dialplan_entry own_entry;
	/* Results of one walk, added up over all. */
	bool is_found;
	struct dialplan_gaps gaps;
	/* Contexts of which it was asked whether they lead to a trunk. */
	struct dialplan_outlet *outlets;
	size_t outlet_count;
	size_t outlet_capacity;
	/* Steps that were told already. */
	const struct dialplan_step **told;
	size_t told_count;
	size_t told_capacity;
};

/* Numbers that cost: international ones by the usual prefixes, with and without a 9 for a line,
 * and premium ones. The subscriber parts are of ranges that regulators keep for fiction. */
const struct slice *dialplan_costly_numbers(size_t *ret_count);

/* The dialplan is known, or what keeps it from being is recorded and false comes back. */
bool dialplan_is_there(const struct model *model, struct verdict *verdict);

/* Records what of the dialplan was not seen: what Asterisk takes from elsewhere, and GAPS. */
void dialplan_note_unread(const struct dialplan_model *dialplan, const struct dialplan_gaps *gaps,
			  struct verdict *verdict);

/* Runs WALK, whose model, visit, context and numbers are set, from CONTEXT (NULL: nothing runs) in
 * memory of its own, and adds what it could not see to *GAPS. */
void dialplan_hunt_walk(struct verdict *verdict, const struct dialplan_walk *walk,
			const struct dialplan_context *context, struct dialplan_gaps *gaps);

/* "PJSIP endpoint 1001 and 3 more": the callers of the walk, in the verdict's arena. */
const char *dialplan_hunt_subject(struct dialplan_hunt *hunt);

/* Was STEP not told before in this hunt? Notes it. */
bool dialplan_hunt_first_time(struct dialplan_hunt *hunt, const struct dialplan_step *step);

/* A dialplan_visit: a call over a trunk with the caller's number is a failure, with the number to
 * dial and the lines that it runs through, and ends the walk. */
bool dialplan_find_outbound(void *context, const struct dialplan_event *event);

/* Walks with OPTIONS from each entry whose kind has a bit in KINDS, and records GOOD as a pass when
 * VISIT found nothing. */
void dialplan_hunt_from_entries(const struct model *model, struct verdict *verdict,
				unsigned int kinds, dialplan_visit *visit,
				const struct dialplan_walk *options, const char *good);

enum dialplan_reach {
	/* A failure was recorded. */
	DIALPLAN_REACH_TRUNK,
	DIALPLAN_REACH_NOTHING,
	/* Nothing was found, and not all could be seen; that is added to HUNT's gaps. */
	DIALPLAN_REACH_UNKNOWN,
};

/* Does context NAME lead to a trunk? Failures are recorded as of HUNT's entry. ONLY_COSTLY: dials
 * only numbers that cost. */
enum dialplan_reach dialplan_reaches_trunk(struct dialplan_hunt *hunt, struct slice name,
					   bool only_costly);

/* The same question without a record; each context is walked once in a hunt. Where it is not known,
 * false and HUNT's gaps. */
bool dialplan_leads_out(struct dialplan_hunt *hunt, struct slice name);

/* The remedy of most rows: the lines to change, a reload, and how to see that it helped. */
void dialplan_remedy(const struct check *check, const struct model *model,
		     const struct verdict *verdict, struct remedy *remedy);

#endif
