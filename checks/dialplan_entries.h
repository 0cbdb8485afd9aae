/* SPDX-License-Identifier: Apache-2.0
 *
 * Where calls come into the dialplan, by how much is asked of the caller; and which targets of
 * Dial are trunks.
 */
#ifndef RINGFENCE_CHECKS_DIALPLAN_ENTRIES_H
#define RINGFENCE_CHECKS_DIALPLAN_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/asterisk/conf_index.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/base/exposure.h"
#include "audit/base/source.h"

struct model;
struct verdict;

enum dialplan_entry_kind {
	/* Nothing is asked: guests, entries without a secret, insecure=invite. */
	ENTRY_STRANGER,
	/* A fixed address is all that is asked. */
	ENTRY_TRUNK,
	/* A secret is asked. */
	ENTRY_PHONE,
};

struct dialplan_entry {
	enum dialplan_entry_kind kind;
	/* "chan_sip guests", "SIP peer trunk1". */
	const char *who;
	/* How many such come into this context. */
	size_t count;
	struct slice context;
	/* The line that lets them in. */
	struct origin origin;
	enum exposure exposure;
};

/* Most contexts that calls may begin in; each is walked. */
#define DIALPLAN_ENTRIES_MAX 500

struct dialplan_entries {
	const struct dialplan_entry *items;
	size_t count;
	/* There are more. */
	bool is_cut;
};

/* One row for each kind and context, in VERDICT's arena. Linear in the accounts. */
struct dialplan_entries dialplan_entries_of(const struct model *model, struct verdict *verdict);

/* Answers "is this a trunk?" for the targets of Dial. */
struct trunk_judge {
	const struct model *model;
	struct verdict *verdict;
	/* chan_sip's entries by name; made at the first question. */
	struct conf_index sip;
	bool has_sip;
};

/* Is TARGET a trunk, with a number after it that the caller chose? */
bool trunk_takes_dialled(struct trunk_judge *judge, const struct dialplan_value *target);

/* "SIP/trunk1/0044..." with a password in it masked; in VERDICT's arena. */
const char *trunk_target_text(struct verdict *verdict, struct slice target);

#endif
