/* SPDX-License-Identifier: Apache-2.0
 *
 * Features that Dial and Queue give the far end during a call: transfer to where it could not dial.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "checks/check.h"
#include "checks/dialplan_hunt.h"
#include "checks/verdict.h"

static const char transfer_variable[] = "TRANSFER_CONTEXT=";

/* The letters of Dial's or Queue's options, without what stands in parentheses. */
static bool has_letter(struct slice options, char letter)
{
	unsigned int depth = 0;
	for (size_t i = 0; i < options.size; i++) {
		if (options.data[i] == '(')
			depth++;
		else if (options.data[i] == ')' && depth)
			depth--;
		else if (!depth && options.data[i] == letter)
			return true;
	}
	return false;
}

/* Dial(target,timeout,options), Queue(name,options). */
static struct slice options_of(const struct dialplan_event *event)
{
	struct slice rest = event->arguments, options = { 0 };
	size_t index = slice_is_ignore_case(event->application, "Queue") ? 1 : 2;
	for (size_t i = 0; i <= index; i++)
		if (!dialplan_next_argument(&rest, &options))
			return (struct slice){ 0 };
	return options;
}

/* Where a transfer dials: TRANSFER_CONTEXT as set on the way, else the context of the call
 * (get_transfer_context of main/bridge_basic.c). */
static struct slice transfer_context(const struct dialplan_node *node)
{
	struct slice context = node->context->name;
	for (; node; node = node->parent) {
		struct slice arguments = node->step->arguments;
		size_t at = slice_find(arguments, SLICE("TRANSFER_CONTEXT="));
		if (!slice_is_ignore_case(node->step->application, "Set") || at == arguments.size)
			continue;
		return slice_trim(slice_from(arguments, at + sizeof(transfer_variable) - 1));
	}
	return context;
}

static bool find_transfer(void *context, const struct dialplan_event *event)
{
	struct dialplan_hunt *hunt = context;
	bool is_queue = slice_is_ignore_case(event->application, "Queue");
	if (!is_queue && !slice_is_ignore_case(event->application, "Dial"))
		return false;
	if (!has_letter(options_of(event), 'T') ||
	    !dialplan_hunt_first_time(hunt, event->node->step))
		return false;
	struct slice target = transfer_context(event->node);
	if (!dialplan_leads_out(hunt, target))
		return false;
	verdict_fail(hunt->verdict, hunt->entry->exposure, event->node->step->origin,
		     dialplan_hunt_subject(hunt),
		     "the caller may transfer the call (T) into context %s, which leads to a trunk",
		     verdict_text(hunt->verdict, target));
	hunt->is_found = true;
	return false;
}

static void evaluate_transfer(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	const struct dialplan_walk options = { .number_count = 0 };
	dialplan_hunt_from_entries(model, verdict, DIALPLAN_STRANGERS, find_transfer, &options,
				   "no outside caller can transfer himself to a trunk");
}

static const struct check rows[] = {
	{
		.id = "DIAL-007",
		.title = "The far end gets no feature codes",
		.why = "A caller who may press the transfer code sends himself on to a number "
		       "abroad, and hangs up: the call goes on at the owner's cost.",
		.evaluates =
			"Dial and Queue with the option T (the caller may transfer) that callers "
			"without a password and trunks reach, where the context of the transfer, "
			"TRANSFER_CONTEXT or else that of the call, leads to a trunk.",
		.likelihood = 5,
		.impact = 8,
		.references = { "features.conf.sample", "main/bridge_basic.c" },
		.evaluate = evaluate_transfer,
		.remedy = dialplan_remedy,
	},
};

CHECK_LIST(dialplan_feature_checks, rows);
