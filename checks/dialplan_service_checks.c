/* SPDX-License-Identifier: Apache-2.0
 *
 * Services of the dialplan that place or hear calls for others: DISA, voicemail, listening in.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/asterisk/voicemail_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/dialplan_hunt.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

static bool find_listening(void *context, const struct dialplan_event *event)
{
	static const char *const names[] = { "ChanSpy", "ExtenSpy", "DAHDIBarge", "DAHDIScan" };
	struct dialplan_hunt *hunt = context;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!slice_is_ignore_case(event->application, names[i]) ||
		    !dialplan_hunt_first_time(hunt, event->node->step))
			continue;
		verdict_fail(hunt->verdict, hunt->entry->exposure, event->node->step->origin,
			     dialplan_hunt_subject(hunt),
			     "dialling %s in context %s runs %s: listening in to calls without "
			     "a password",
			     verdict_text(hunt->verdict, event->node->number),
			     verdict_text(hunt->verdict, event->node->entry->name), names[i]);
		hunt->is_found = true;
	}
	return false;
}

static void evaluate_listening(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	const struct dialplan_walk options = { .number_count = 0 };
	dialplan_hunt_from_entries(model, verdict, DIALPLAN_STRANGERS | DIALPLAN_PHONES,
				   find_listening, &options,
				   "nobody listens in without a password");
}

/* What is wrong with a DISA line's first argument; NULL: it is a file, or a long code. */
static const char *disa_fault(struct slice code)
{
	code = slice_trim(code);
	if (slice_starts_with(code, "no-password"))
		return "asks for no password";
	if (!code.size)
		return "has no code";
	if (code.data[0] == '/' || slice_find_byte(code, '$') < code.size)
		return NULL;
	return code.size < 8 ? "asks for a code of fewer than eight digits" : NULL;
}

static void judge_disa(struct dialplan_hunt *hunt, const struct dialplan_context *context,
		       const struct dialplan_step *step)
{
	struct slice rest = step->arguments, code, target = SLICE("disa");
	if (!dialplan_next_argument(&rest, &code))
		code = (struct slice){ 0 };
	if (!dialplan_next_argument(&rest, &target) || !slice_trim(target).size)
		target = SLICE("disa");
	BUFFER_AUTO who = { 0 };
	buffer_format(&who, "DISA in context %s", verdict_text(hunt->verdict, context->name));
	char *kept = slice_to_string(hunt->verdict->arena, buffer_slice(&who));
	if (!kept) {
		hunt->verdict->memory_failed = true;
		return;
	}
	hunt->own_entry = (struct dialplan_entry){
		.kind = ENTRY_PHONE,
		.who = kept,
		.count = 1,
		.exposure = EXPOSURE_NOT_APPLICABLE,
	};
	const char *fault = disa_fault(code);
	hunt->entry = &hunt->own_entry;
	if (fault)
		verdict_fail(hunt->verdict, EXPOSURE_NOT_APPLICABLE, step->origin, kept, "%s",
			     fault);
	else if (dialplan_reaches_trunk(hunt, slice_trim(target), true) == DIALPLAN_REACH_NOTHING)
		verdict_pass(hunt->verdict, step->origin, kept,
			     "a code guards it, and no costly number is behind it");
}

static void evaluate_disa(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	if (!dialplan_is_there(model, verdict))
		return;
	const struct dialplan_model *dialplan = model->asterisk->dialplan;
	struct dialplan_hunt hunt = {
		.verdict = verdict,
		.model = model,
		.judge = { .model = model, .verdict = verdict },
	};
	for (size_t i = 0; i < dialplan->context_count; i++) {
		const struct dialplan_context *context = &dialplan->contexts[i];
		for (size_t k = 0; k < context->extension_count; k++)
			for (size_t m = 0; m < context->extensions[k].step_count; m++)
				if (slice_is_ignore_case(
					    context->extensions[k].steps[m].application, "DISA"))
					judge_disa(&hunt, context,
						   &context->extensions[k].steps[m]);
	}
	size_t before = verdict->count;
	dialplan_note_unread(dialplan, &hunt.gaps, verdict);
	if (!before && verdict->count == before)
		verdict_not_applicable(verdict, "no line of the dialplan runs DISA");
}

static void judge_voicemail_context(struct dialplan_hunt *hunt, struct slice context,
				    const char *what, struct origin origin, size_t *count)
{
	hunt->own_entry = (struct dialplan_entry){
		.kind = ENTRY_PHONE,
		.who = what,
		.count = 1,
		.origin = origin,
		.exposure = EXPOSURE_NOT_APPLICABLE,
	};
	if (!context.size)
		return;
	++*count;
	hunt->entry = &hunt->own_entry;
	if (dialplan_reaches_trunk(hunt, context, false) == DIALPLAN_REACH_NOTHING)
		verdict_pass(hunt->verdict, origin, what, "context %s leads to no trunk",
			     verdict_text(hunt->verdict, context));
}

static void evaluate_voicemail(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	if (!dialplan_is_there(model, verdict))
		return;
	const struct voicemail_model *voicemail = model->asterisk->voicemail;
	struct dialplan_hunt hunt = {
		.verdict = verdict,
		.model = model,
		.judge = { .model = model, .verdict = verdict },
	};
	size_t count = 0;
	if (voicemail->file->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, voicemail->file->unread);
		return;
	}
	if (voicemail->file->state == FACT_ABSENT) {
		verdict_not_applicable(verdict, "no voicemail.conf");
		return;
	}
	judge_voicemail_context(&hunt, voicemail->dialout.value, "voicemail's dialout",
				voicemail->dialout.origin, &count);
	judge_voicemail_context(&hunt, voicemail->callback.value, "voicemail's callback",
				voicemail->callback.origin, &count);
	/* Mailboxes mostly name the same few contexts: each is looked at once in a row. */
	struct slice last[2] = { voicemail->dialout.value, voicemail->callback.value };
	for (size_t i = 0; i < voicemail->mailbox_count; i++) {
		const struct mailbox *mailbox = &voicemail->mailboxes[i];
		if (mailbox->dialout.size && !slice_equal(mailbox->dialout, last[0]))
			judge_voicemail_context(&hunt, mailbox->dialout, "a mailbox's dialout",
						mailbox->origin, &count);
		if (mailbox->callback.size && !slice_equal(mailbox->callback, last[1]))
			judge_voicemail_context(&hunt, mailbox->callback, "a mailbox's callback",
						mailbox->origin, &count);
		last[0] = mailbox->dialout.size ? mailbox->dialout : last[0];
		last[1] = mailbox->callback.size ? mailbox->callback : last[1];
	}
	asterisk_file_unread(voicemail->file, verdict);
	if (count)
		dialplan_note_unread(model->asterisk->dialplan, &hunt.gaps, verdict);
	if (!count && !verdict->count)
		verdict_pass(verdict, ORIGIN_NONE, "voicemail", "no dialout or callback context");
}

static void remedy_voicemail(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "voicemail show users", NULL };
	const struct voicemail_model *voicemail = model->asterisk->voicemail;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	const struct origin lines[] = { voicemail->dialout.origin, voicemail->callback.origin };
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct asterisk_place place =
			asterisk_place_of(voicemail->file, "general", lines[i]);
		if (lines[i].source)
			asterisk_remedy_drop(&change, &place);
	}
	asterisk_remedy_end(&change, "voicemail reload", verify);
	remedy_command(remedy, "# and drop dialout= and callback= from the mailboxes named in the "
			       "evidence");
}

static const struct check rows[] = {
	{
		.id = "DIAL-005",
		.title = "DISA is off or strongly protected",
		.why = "DISA gives a dial tone to whoever calls in: with a short code, machines "
		       "find it in a night.",
		.evaluates = "Every DISA line: no-password, a code under eight digits, and whether "
			     "its context dials international or premium numbers.",
		.likelihood = 7,
		.impact = 10,
		.references = { "app_disa.c" },
		.evaluate = evaluate_disa,
		.remedy = dialplan_remedy,
	},
	{
		.id = "DIAL-006",
		.title = "Voicemail cannot place calls",
		.why = "A guessed PIN of a mailbox with dialout or callback is a telephone "
		       "account.",
		.evaluates = "dialout and callback in voicemail.conf, general and of each mailbox: "
			     "whether their context leads to a trunk.",
		.likelihood = 6,
		.impact = 9,
		.references = { "voicemail.conf.sample" },
		.evaluate = evaluate_voicemail,
		.remedy = remedy_voicemail,
	},
	{
		.id = "DIAL-011",
		.title = "Listening-in needs authority",
		.why = "ChanSpy lets whoever dials its code hear every call of the house.",
		.evaluates = "ChanSpy, ExtenSpy and their kin that a caller of any kind reaches "
			     "without a password.",
		.likelihood = 4,
		.impact = 7,
		.references = { "app_chanspy" },
		.evaluate = evaluate_listening,
		.remedy = dialplan_remedy,
	},
};

CHECK_LIST(dialplan_service_checks, rows);
