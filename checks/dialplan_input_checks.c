/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes of the caller's choice in targets of Dial and in commands.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "checks/check.h"
#include "checks/dialplan_hunt.h"
#include "checks/verdict.h"

static bool is_command(struct slice application, struct slice arguments)
{
	static const char *const names[] = { "System",      "TrySystem",  "AGI",
					     "EAGI",        "DeadAGI",    "FastAGI",
					     "ExternalIVR", "MixMonitor", "Monitor" };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_is_ignore_case(application, names[i]))
			return true;
	return slice_find(arguments, SLICE("SHELL(")) < arguments.size ||
	       slice_find(arguments, SLICE("CURL(")) < arguments.size;
}

static bool find_unfiltered(void *context, const struct dialplan_event *event)
{
	struct dialplan_hunt *hunt = context;
	if (!event->target.is_raw || is_command(event->application, event->arguments) ||
	    !event->target.text.size || !dialplan_hunt_first_time(hunt, event->node->step))
		return false;
	verdict_fail(hunt->verdict, hunt->entry->exposure, event->node->step->origin,
		     dialplan_hunt_subject(hunt),
		     "%s takes what the caller sends unfiltered: '&' and '@' in it dial "
		     "elsewhere (pattern %s of context %s)",
		     verdict_text(hunt->verdict, event->application),
		     verdict_text(hunt->verdict, event->node->extension->name),
		     verdict_text(hunt->verdict, event->node->context->name));
	hunt->is_found = true;
	return false;
}

static void evaluate_unfiltered(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	(void)check;
	const struct dialplan_walk options = { .number_count = 0 };
	dialplan_hunt_from_entries(model, verdict, DIALPLAN_STRANGERS | DIALPLAN_PHONES,
				   find_unfiltered, &options,
				   "what callers dial reaches Dial as digits only");
}

static bool find_command(void *context, const struct dialplan_event *event)
{
	struct dialplan_hunt *hunt = context;
	if (!event->target.is_raw || !is_command(event->application, event->arguments) ||
	    !dialplan_hunt_first_time(hunt, event->node->step))
		return false;
	verdict_fail(hunt->verdict, hunt->entry->exposure, event->node->step->origin,
		     dialplan_hunt_subject(hunt),
		     "%s runs with bytes that the caller chose, unfiltered",
		     verdict_text(hunt->verdict, event->application));
	hunt->is_found = true;
	return false;
}

static void evaluate_commands(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	const struct dialplan_walk options = { .number_count = 0 };
	dialplan_hunt_from_entries(model, verdict, DIALPLAN_STRANGERS | DIALPLAN_PHONES,
				   find_command, &options,
				   "no command runs with what a caller sent");
}

static const struct check rows[] = {
	{
		.id = "DIAL-002",
		.title = "Dialled strings are filtered",
		.why = "A SIP caller may dial \"500&SIP/trunk/00...\": unfiltered in Dial, each "
		       "part is a call of its own.",
		.evaluates =
			"The number that a pattern with '.' or '!' took, or a header, in a target "
			"of Dial, Page or Originate without FILTER on its way, from any context "
			"that calls begin in.",
		.likelihood = 6,
		.impact = 10,
		.references = { "Asterisk README-SERIOUSLY" },
		.evaluate = evaluate_unfiltered,
		.remedy = dialplan_remedy,
	},
	{
		.id = "DIAL-008",
		.title = "No shell command takes caller data",
		.why = "A semicolon or backquote in a caller's name becomes a command of "
		       "Asterisk's user.",
		.evaluates = "System, TrySystem, AGI and its kin, MixMonitor, SHELL() and CURL() "
			     "with the dialled string, a caller id or a header unfiltered.",
		.likelihood = 5,
		.impact = 10,
		.references = { "Asterisk README-SERIOUSLY", "AST-2012-012" },
		.evaluate = evaluate_commands,
		.remedy = dialplan_remedy,
	},
};

CHECK_LIST(dialplan_input_checks, rows);
