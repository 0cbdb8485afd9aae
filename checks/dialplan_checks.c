/* SPDX-License-Identifier: Apache-2.0
 *
 * Which callers reach a trunk in the dialplan, and with what proof. Each finding names a number
 * that can be dialled, and the lines that it runs through.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "checks/check.h"
#include "checks/dialplan_hunt.h"
#include "checks/verdict.h"

static void evaluate_strangers(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	size_t count;
	const struct slice *numbers = dialplan_costly_numbers(&count);
	const struct dialplan_walk options = {
		.numbers = numbers,
		.number_count = count,
	};
	dialplan_hunt_from_entries(model, verdict, DIALPLAN_STRANGERS, dialplan_find_outbound,
				   &options, "callers without a password reach no trunk");
}

static void evaluate_costly(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	size_t count;
	const struct slice *numbers = dialplan_costly_numbers(&count);
	const struct dialplan_walk options = {
		.numbers = numbers,
		.number_count = count,
		.only_numbers = true,
	};
	dialplan_hunt_from_entries(model, verdict, DIALPLAN_PHONES, dialplan_find_outbound,
				   &options,
				   "no phone dials international or premium numbers without a PIN");
}

/* A condition on the caller's number before NODE. */
static const struct dialplan_node *caller_condition(const struct dialplan_node *node)
{
	static const char *const names[] = { "GotoIf", "ExecIf", "GosubIf" };
	for (; node; node = node->parent) {
		bool is_condition = false;
		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			is_condition |= slice_is_ignore_case(node->step->application, names[i]);
		struct slice arguments = node->step->arguments;
		arguments = slice_part(arguments, 0, slice_find_byte(arguments, '?'));
		if (is_condition &&
		    (slice_find(arguments, SLICE("CALLERID(num")) < arguments.size ||
		     slice_find(arguments, SLICE("CALLERID(all")) < arguments.size ||
		     slice_find(arguments, SLICE("CALLERIDNUM")) < arguments.size))
			return node;
		if (node->extension->has_caller)
			return node;
	}
	return NULL;
}

static bool find_caller_proof(void *context, const struct dialplan_event *event)
{
	struct dialplan_hunt *hunt = context;
	struct slice options = event->arguments;
	size_t comma = slice_find_byte(options, ',');
	options = slice_from(options, comma + 1);
	bool opens = slice_is_ignore_case(event->application, "DISA") ||
		     (slice_is_ignore_case(event->application, "VoiceMailMain") &&
		      slice_find_byte(options, 's') < options.size) ||
		     (event->target.text.size && trunk_takes_dialled(&hunt->judge, &event->target));
	const struct dialplan_node *condition = opens ? caller_condition(event->node) : NULL;
	if (!condition || !dialplan_hunt_first_time(hunt, event->node->step))
		return false;
	verdict_fail(hunt->verdict, hunt->entry->exposure, condition->step->origin,
		     dialplan_hunt_subject(hunt),
		     "the caller's number, which anybody can forge, decides over %s",
		     verdict_text(hunt->verdict, event->application));
	verdict_note(hunt->verdict, event->node->step->origin, dialplan_hunt_subject(hunt),
		     "%s runs here", verdict_text(hunt->verdict, event->application));
	hunt->is_found = true;
	return false;
}

static void evaluate_caller_proof(const struct check *check, const struct model *model,
				  struct verdict *verdict)
{
	(void)check;
	const struct dialplan_walk options = { .number_count = 0 };
	dialplan_hunt_from_entries(model, verdict, DIALPLAN_STRANGERS, find_caller_proof, &options,
				   "no caller id opens anything to outside callers");
}

/* "_." and "_!" take everything, and "_X." all numbers: to a trunk, from strangers. */
static bool find_catch_all(void *context, const struct dialplan_event *event)
{
	struct dialplan_hunt *hunt = context;
	const struct dialplan_node *first = event->node;
	if (!event->target.text.size || !trunk_takes_dialled(&hunt->judge, &event->target))
		return false;
	while (first->parent && first->parent->entry == first->entry)
		first = first->parent;
	struct slice name = first->extension->name;
	bool takes_all = slice_is(name, "_.") || slice_is(name, "_!");
	bool takes_numbers = slice_is_ignore_case(name, "_X.") || slice_is_ignore_case(name, "_X!");
	if (!(takes_all || (takes_numbers && hunt->entry->kind != ENTRY_PHONE)) ||
	    !dialplan_hunt_first_time(hunt, first->step))
		return false;
	verdict_fail(hunt->verdict, hunt->entry->exposure, first->step->origin,
		     dialplan_hunt_subject(hunt), "%s in context %s takes %s, and leads to %s",
		     verdict_text(hunt->verdict, name),
		     verdict_text(hunt->verdict, first->context->name),
		     takes_all ? "everything, special extensions too" : "every number",
		     trunk_target_text(hunt->verdict, event->target.text));
	hunt->is_found = true;
	return false;
}

static void evaluate_catch_all(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	size_t count;
	const struct slice *numbers = dialplan_costly_numbers(&count);
	const struct dialplan_walk options = {
		.numbers = numbers,
		.number_count = count,
	};
	dialplan_hunt_from_entries(model, verdict, DIALPLAN_STRANGERS | DIALPLAN_PHONES,
				   find_catch_all, &options,
				   "no catch-all pattern leads to a trunk");
}

static const struct check rows[] = {
	{
		.id = "DIAL-001",
		.title = "Strangers reach no outbound route",
		.why = "A caller who is asked for nothing and reaches a trunk telephones the world "
		       "at the owner's cost, until the month's bill or the credit ends.",
		.evaluates =
			"From the context of every caller that is not asked for a password "
			"(guests, "
			"anonymous endpoints, entries without a secret or with insecure=invite, "
			"trunks) the dialplan is run with numbers made from its own patterns and "
			"with international ones: includes, patterns in Asterisk's order, Goto, "
			"Gosub, Macro, Local channels, menus; both ways where a condition is not "
			"known. A Dial to a trunk with the caller's digits fails; a password on "
			"the "
			"way ends the path. The evidence is a number to dial, and each line.",
		.likelihood = 9,
		.impact = 10,
		.references = { "Asterisk README-SERIOUSLY", "extensions.conf.sample" },
		.evaluate = evaluate_strangers,
		.remedy = dialplan_remedy,
	},
	{
		.id = "DIAL-003",
		.title = "No catch-all pattern faces outside",
		.why = "A pattern that takes everything takes what nobody thought of.",
		.evaluates = "_. and _! that lead to a trunk from any context that calls begin in, "
			     "_X. from those of strangers and trunks.",
		.likelihood = 5,
		.impact = 7,
		.references = { "extensions.conf.sample" },
		.evaluate = evaluate_catch_all,
		.remedy = dialplan_remedy,
	},
	{
		.id = "DIAL-004",
		.title = "International and premium calls are closed or need a PIN",
		.why = "One stolen phone account is enough for thousands of minutes to premium "
		       "numbers abroad.",
		.evaluates =
			"00..., 011..., +..., premium and satellite numbers are dialled in each "
			"context of phones, as DIAL-001 does, and must end before a trunk or ask a "
			"password. Routes in the configuration of FreePBX are followed too.",
		.likelihood = 8,
		.impact = 9,
		.references = { "seed 4.6", "toll-fraud practice" },
		.evaluate = evaluate_costly,
		.remedy = dialplan_remedy,
	},
	{
		.id = "DIAL-012",
		.title = "Caller id is never the proof",
		.why = "The number that a call shows can be set to anything by the caller.",
		.evaluates =
			"Conditions on CALLERID(num), or extensions for single callers, on the "
			"way of outside callers to DISA, to a mailbox without PIN or to a "
			"trunk.",
		.likelihood = 5,
		.impact = 8,
		.references = { "RFC 8224" },
		.evaluate = evaluate_caller_proof,
		.remedy = dialplan_remedy,
	},
};

CHECK_LIST(dialplan_checks, rows);
