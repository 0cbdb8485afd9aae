/* SPDX-License-Identifier: Apache-2.0
 *
 * What callers can bring about in the dialplan: calls over trunks without a password, bytes of
 * theirs in commands, listening in. Each finding names a number that can be dialled, and the lines
 * that it runs through.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/dialplan_pattern.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/asterisk/voicemail_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/dialplan_entries.h"
#include "checks/remedy.h"
#include "checks/secret_strength.h"
#include "checks/verdict.h"

/* Most lines of a path that stand in the evidence. */
#define PATH_LINES_MAX 14

/* Numbers that cost: international ones by the usual prefixes, with and without a 9 for a line,
 * and premium ones. The subscriber parts are of ranges that regulators keep for fiction. */
static const struct slice costly_numbers[] = {
	{ "00441632960000", 14 },  { "011441632960000", 15 },  { "+441632960000", 13 },
	{ "900441632960000", 15 }, { "9011441632960000", 16 }, { "000441632960000", 15 },
	{ "19005550100", 11 },     { "919005550100", 12 },     { "09001234567", 11 },
	{ "00870770000000", 14 },  { "0088216000000", 13 },
};

/* The dialplan is known, or what keeps it from being is recorded and false comes back. */
static bool dialplan_is_there(const struct model *model, struct verdict *verdict)
{
	if (!asterisk_is_there(model, verdict))
		return false;
	const struct dialplan_model *dialplan = model->asterisk->dialplan;
	if (dialplan->file->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, dialplan->file->unread);
		return false;
	}
	if (dialplan->file->state == FACT_PRESENT && !dialplan->file->is_refused)
		return true;
	if (dialplan->other_file)
		verdict_unknown_because(verdict, dialplan->other_file, "this dialplan is not read",
					"look at the output of `dialplan show`");
	else
		verdict_not_applicable(verdict, "no extensions.conf that Asterisk loads");
	return false;
}

/* What of the dialplan was not seen. */
static void note_unread(const struct dialplan_model *dialplan, const struct dialplan_walk *walk,
			struct verdict *verdict)
{
	if (dialplan->file->is_incomplete)
		verdict_unknown(verdict, dialplan->file->incomplete);
	if (dialplan->other_file)
		verdict_unknown_because(verdict, dialplan->other_file,
					"this part of the dialplan is not read",
					"look at the output of `dialplan show`");
	if (walk->unread_switch)
		verdict_unknown_because(verdict, verdict_text(verdict, walk->unread_switch->text),
					"a switch takes extensions from elsewhere",
					"look at the output of `dialplan show`");
	if (walk->is_cut)
		verdict_unknown_because(verdict, "the dialplan",
					"it is too large to be followed "
					"to its end",
					"simplify it");
}

struct hunt {
	struct verdict *verdict;
	const struct model *model;
	struct trunk_judge judge;
	const struct dialplan_entry *entry;
	const struct check *check;
	/* Results of one walk, added up over all. */
	bool is_found;
	/* Steps that were told already. */
	const struct dialplan_step **told;
	size_t told_count;
	size_t told_capacity;
};

static const char *entry_subject(struct hunt *hunt)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%s", hunt->entry->who);
	if (hunt->entry->count > 1)
		buffer_format(&text, " and %zu more", hunt->entry->count - 1);
	char *kept = slice_to_string(hunt->verdict->arena, buffer_slice(&text));
	if (!kept)
		hunt->verdict->memory_failed = true;
	return kept ? kept : hunt->entry->who;
}

/* The path to NODE as notes, a line for each step, the first one first. */
static void tell_path(struct hunt *hunt, const struct dialplan_node *node, const char *subject)
{
	const struct dialplan_node *path[PATH_LINES_MAX];
	size_t count = 0, skipped = 0;
	for (; node; node = node->parent) {
		if (count == PATH_LINES_MAX) {
			skipped++;
			path[PATH_LINES_MAX - 1] = node;
			continue;
		}
		path[count++] = node;
	}
	for (size_t i = count; i > 0; i--) {
		const struct dialplan_node *step = path[i - 1];
		if (skipped && i == count - 1)
			verdict_note(hunt->verdict, ORIGIN_NONE, subject, "... %zu steps ...",
				     skipped);
		verdict_note(hunt->verdict, step->step->origin, subject,
			     "[%s] %s,%d runs %s (dialled: %s)",
			     verdict_text(hunt->verdict, step->context->name),
			     verdict_text(hunt->verdict, step->extension->name),
			     step->step->priority,
			     verdict_text(hunt->verdict, step->step->application),
			     verdict_text(hunt->verdict, step->number));
	}
}

static bool first_time(struct hunt *hunt, const struct dialplan_step *step)
{
	for (size_t i = 0; i < hunt->told_count; i++)
		if (hunt->told[i] == step)
			return false;
	const struct dialplan_step **told =
		arena_grow(hunt->verdict->arena, hunt->told, hunt->told_count, &hunt->told_capacity,
			   sizeof(*told));
	if (!told) {
		hunt->verdict->memory_failed = true;
		return false;
	}
	hunt->told = told;
	told[hunt->told_count++] = step;
	return true;
}

/* A call over a trunk with the caller's number: the first one ends the walk. */
static bool find_outbound(void *context, const struct dialplan_event *event)
{
	struct hunt *hunt = context;
	if (!event->target.text.size || !trunk_takes_dialled(&hunt->judge, &event->target))
		return false;
	const char *subject = entry_subject(hunt);
	const struct dialplan_node *node = event->node;
	verdict_fail(hunt->verdict, hunt->entry->exposure, node->step->origin, subject,
		     "dialling %s in context %s places a call over %s%s",
		     verdict_text(hunt->verdict, node->number),
		     verdict_text(hunt->verdict, node->entry->name),
		     trunk_target_text(hunt->verdict, event->target.text),
		     hunt->entry->kind == ENTRY_PHONE ? ", and no PIN is asked"
						      : ", and nobody is asked for a password");
	tell_path(hunt, node, subject);
	hunt->is_found = true;
	return true;
}

/* Walks from each entry of the kinds that TAKES_KIND has a bit for. */
static void hunt_from_entries(const struct check *check, const struct model *model,
			      struct verdict *verdict, unsigned int kinds, dialplan_visit *visit,
			      const struct dialplan_walk *options, const char *good)
{
	if (!dialplan_is_there(model, verdict))
		return;
	const struct dialplan_model *dialplan = model->asterisk->dialplan;
	struct dialplan_entries entries = dialplan_entries_of(model, verdict);
	struct dialplan_walk seen = *options;
	struct hunt hunt = {
		.verdict = verdict,
		.model = model,
		.check = check,
		.judge = { .model = model, .verdict = verdict },
	};
	size_t walked = 0;
	for (size_t i = 0; i < entries.count; i++) {
		if (!(kinds & 1u << entries.items[i].kind))
			continue;
		struct arena *scratch = arena_new((size_t)512 * 1024 * 1024);
		struct dialplan_walk walk = *options;
		walk.model = dialplan;
		walk.arena = scratch;
		walk.visit = visit;
		walk.context = &hunt;
		hunt.entry = &entries.items[i];
		walked++;
		if (scratch)
			dialplan_walk_run(&walk,
					  dialplan_find_context(dialplan, hunt.entry->context));
		seen.is_cut |= walk.is_cut;
		seen.unread_switch = seen.unread_switch ? seen.unread_switch : walk.unread_switch;
		verdict->memory_failed |= walk.memory_failed || !scratch;
		arena_free(scratch);
	}
	seen.is_cut |= entries.is_cut;
	if (!walked && !entries.is_cut) {
		verdict_not_applicable(verdict, "no such callers: nobody comes in that way");
		return;
	}
	note_unread(dialplan, &seen, verdict);
	if (!hunt.is_found)
		verdict_pass(verdict, ORIGIN_NONE, "dialplan", "%s (%zu contexts followed)", good,
			     walked);
}

#define STRANGERS (1u << ENTRY_STRANGER | 1u << ENTRY_TRUNK)
#define PHONES (1u << ENTRY_PHONE)

static void evaluate_strangers(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	const struct dialplan_walk options = {
		.numbers = costly_numbers,
		.number_count = ARRAY_SIZE(costly_numbers),
	};
	hunt_from_entries(check, model, verdict, STRANGERS, find_outbound, &options,
			  "callers without a password reach no trunk");
}

static void evaluate_costly(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	const struct dialplan_walk options = {
		.numbers = costly_numbers,
		.number_count = ARRAY_SIZE(costly_numbers),
		.only_numbers = true,
	};
	hunt_from_entries(check, model, verdict, PHONES, find_outbound, &options,
			  "no phone dials international or premium numbers without a PIN");
}

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
	struct hunt *hunt = context;
	if (!event->target.is_raw || is_command(event->application, event->arguments) ||
	    !event->target.text.size || !first_time(hunt, event->node->step))
		return false;
	verdict_fail(hunt->verdict, hunt->entry->exposure, event->node->step->origin,
		     entry_subject(hunt),
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
	const struct dialplan_walk options = { .number_count = 0 };
	hunt_from_entries(check, model, verdict, STRANGERS | PHONES, find_unfiltered, &options,
			  "what callers dial reaches Dial as digits only");
}

static bool find_command(void *context, const struct dialplan_event *event)
{
	struct hunt *hunt = context;
	if (!event->target.is_raw || !is_command(event->application, event->arguments) ||
	    !first_time(hunt, event->node->step))
		return false;
	verdict_fail(hunt->verdict, hunt->entry->exposure, event->node->step->origin,
		     entry_subject(hunt), "%s runs with bytes that the caller chose, unfiltered",
		     verdict_text(hunt->verdict, event->application));
	hunt->is_found = true;
	return false;
}

static void evaluate_commands(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	const struct dialplan_walk options = { .number_count = 0 };
	hunt_from_entries(check, model, verdict, STRANGERS | PHONES, find_command, &options,
			  "no command runs with what a caller sent");
}

static bool find_listening(void *context, const struct dialplan_event *event)
{
	static const char *const names[] = { "ChanSpy", "ExtenSpy", "DAHDIBarge", "DAHDIScan" };
	struct hunt *hunt = context;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!slice_is_ignore_case(event->application, names[i]) ||
		    !first_time(hunt, event->node->step))
			continue;
		verdict_fail(hunt->verdict, hunt->entry->exposure, event->node->step->origin,
			     entry_subject(hunt),
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
	const struct dialplan_walk options = { .number_count = 0 };
	hunt_from_entries(check, model, verdict, STRANGERS | PHONES, find_listening, &options,
			  "nobody listens in without a password");
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
	struct hunt *hunt = context;
	struct slice options = event->arguments;
	size_t comma = slice_find_byte(options, ',');
	options = slice_from(options, comma + 1);
	bool opens = slice_is_ignore_case(event->application, "DISA") ||
		     (slice_is_ignore_case(event->application, "VoiceMailMain") &&
		      slice_find_byte(options, 's') < options.size) ||
		     (event->target.text.size && trunk_takes_dialled(&hunt->judge, &event->target));
	const struct dialplan_node *condition = opens ? caller_condition(event->node) : NULL;
	if (!condition || !first_time(hunt, event->node->step))
		return false;
	verdict_fail(hunt->verdict, hunt->entry->exposure, condition->step->origin,
		     entry_subject(hunt),
		     "the caller's number, which anybody can forge, decides over %s",
		     verdict_text(hunt->verdict, event->application));
	verdict_note(hunt->verdict, event->node->step->origin, entry_subject(hunt), "%s runs here",
		     verdict_text(hunt->verdict, event->application));
	hunt->is_found = true;
	return false;
}

static void evaluate_caller_proof(const struct check *check, const struct model *model,
				  struct verdict *verdict)
{
	const struct dialplan_walk options = { .number_count = 0 };
	hunt_from_entries(check, model, verdict, STRANGERS, find_caller_proof, &options,
			  "no caller id opens anything to outside callers");
}

/* "_." and "_!" take everything, and "_X." all numbers: to a trunk, from strangers. */
static bool find_catch_all(void *context, const struct dialplan_event *event)
{
	struct hunt *hunt = context;
	const struct dialplan_node *first = event->node;
	if (!event->target.text.size || !trunk_takes_dialled(&hunt->judge, &event->target))
		return false;
	while (first->parent && first->parent->entry == first->entry)
		first = first->parent;
	struct slice name = first->extension->name;
	bool takes_all = slice_is(name, "_.") || slice_is(name, "_!");
	bool takes_numbers = slice_is_ignore_case(name, "_X.") || slice_is_ignore_case(name, "_X!");
	if (!(takes_all || (takes_numbers && hunt->entry->kind != ENTRY_PHONE)) ||
	    !first_time(hunt, first->step))
		return false;
	verdict_fail(hunt->verdict, hunt->entry->exposure, first->step->origin, entry_subject(hunt),
		     "%s in context %s takes %s, and leads to %s",
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
	const struct dialplan_walk options = {
		.numbers = costly_numbers,
		.number_count = ARRAY_SIZE(costly_numbers),
	};
	hunt_from_entries(check, model, verdict, STRANGERS | PHONES, find_catch_all, &options,
			  "no catch-all pattern leads to a trunk");
}

/* Does CONTEXT lead to a trunk? The walk's limits are noted in *WALK. */
static bool context_reaches_trunk(struct hunt *hunt, struct slice name, struct dialplan_walk *walk,
				  bool only_costly)
{
	const struct dialplan_model *dialplan = hunt->model->asterisk->dialplan;
	const struct dialplan_context *context = dialplan_find_context(dialplan, name);
	struct arena *scratch = arena_new((size_t)512 * 1024 * 1024);
	hunt->is_found = false;
	if (context && scratch) {
		*walk = (struct dialplan_walk){
			.model = dialplan,
			.arena = scratch,
			.visit = find_outbound,
			.context = hunt,
			.numbers = costly_numbers,
			.number_count = ARRAY_SIZE(costly_numbers),
			.only_numbers = only_costly,
		};
		dialplan_walk_run(walk, context);
	}
	hunt->verdict->memory_failed |= !scratch || walk->memory_failed;
	arena_free(scratch);
	return hunt->is_found;
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

static void judge_disa(struct hunt *hunt, const struct dialplan_context *context,
		       const struct dialplan_extension *extension, const struct dialplan_step *step)
{
	struct slice rest = step->arguments, code, target = SLICE("disa");
	struct dialplan_walk walk = { .is_cut = false };
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
	const struct dialplan_entry entry = {
		.kind = ENTRY_PHONE,
		.who = kept,
		.count = 1,
		.exposure = EXPOSURE_NOT_APPLICABLE,
	};
	const char *fault = disa_fault(code);
	(void)extension;
	hunt->entry = &entry;
	if (fault)
		verdict_fail(hunt->verdict, EXPOSURE_NOT_APPLICABLE, step->origin, kept, "%s",
			     fault);
	else if (!context_reaches_trunk(hunt, slice_trim(target), &walk, true))
		verdict_pass(hunt->verdict, step->origin, kept,
			     "a code guards it, and no costly number is behind it");
}

static void evaluate_disa(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	if (!dialplan_is_there(model, verdict))
		return;
	const struct dialplan_model *dialplan = model->asterisk->dialplan;
	struct hunt hunt = {
		.verdict = verdict,
		.model = model,
		.check = check,
		.judge = { .model = model, .verdict = verdict },
	};
	for (size_t i = 0; i < dialplan->context_count; i++) {
		const struct dialplan_context *context = &dialplan->contexts[i];
		for (size_t k = 0; k < context->extension_count; k++)
			for (size_t m = 0; m < context->extensions[k].step_count; m++)
				if (slice_is_ignore_case(
					    context->extensions[k].steps[m].application, "DISA"))
					judge_disa(&hunt, context, &context->extensions[k],
						   &context->extensions[k].steps[m]);
	}
	const struct dialplan_walk none = { .is_cut = false };
	size_t before = verdict->count;
	note_unread(dialplan, &none, verdict);
	if (!before && verdict->count == before)
		verdict_not_applicable(verdict, "no line of the dialplan runs DISA");
}

static void judge_voicemail_context(struct hunt *hunt, struct slice context, const char *what,
				    struct origin origin, size_t *count)
{
	struct dialplan_walk walk = { .is_cut = false };
	const struct dialplan_entry entry = {
		.kind = ENTRY_PHONE,
		.who = what,
		.count = 1,
		.origin = origin,
		.exposure = EXPOSURE_NOT_APPLICABLE,
	};
	if (!context.size)
		return;
	++*count;
	hunt->entry = &entry;
	if (!context_reaches_trunk(hunt, context, &walk, false))
		verdict_pass(hunt->verdict, origin, what, "context %s leads to no trunk",
			     verdict_text(hunt->verdict, context));
}

static void evaluate_voicemail(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	if (!dialplan_is_there(model, verdict))
		return;
	const struct voicemail_model *voicemail = model->asterisk->voicemail;
	struct hunt hunt = {
		.verdict = verdict,
		.model = model,
		.check = check,
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
	if (!count && !verdict->count)
		verdict_pass(verdict, ORIGIN_NONE, "voicemail", "no dialout or callback context");
}

static void remedy_dialplan(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	const char *folder = remedy_quote(remedy, slice_of(model->asterisk->directory));
	const char *last = "";
	for (size_t i = 0; i < verdict->count && remedy->commands.count < 40; i++) {
		const struct evidence *evidence = &verdict->evidence[i];
		if (evidence->role != EVIDENCE_FAILS || !*evidence->file)
			continue;
		const char *file = remedy_quote(remedy, slice_of(evidence->file));
		if (!slice_is(slice_of(last), file)) {
			remedy_command(remedy, "cp -a %s %s.rf-bak", file, file);
			remedy_undo(remedy, "cp -a %s.rf-bak %s", file, file);
			last = file;
		}
		remedy_command(remedy, "# line %u of %s: see the advice", evidence->line, file);
	}
	remedy_command(remedy, "asterisk -rx 'dialplan reload'");
	remedy_verify(remedy, "ringfence audit --only 'DIAL-*'");
	remedy_verify(remedy, "grep -n 'include =>' %s/extensions*.conf", folder);
	remedy_undo(remedy, "asterisk -rx 'dialplan reload'");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
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
		.remedy = remedy_dialplan,
	},
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
		.remedy = remedy_dialplan,
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
		.remedy = remedy_dialplan,
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
		.remedy = remedy_dialplan,
	},
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
		.remedy = remedy_dialplan,
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
		.remedy = remedy_dialplan,
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
		.remedy = remedy_dialplan,
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
		.remedy = remedy_dialplan,
	},
};

CHECK_LIST(dialplan_checks, rows);
