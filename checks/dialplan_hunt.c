/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/dialplan_hunt.h"

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/dialplan_cost.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

/* Most memory of one walk: 60,000 steps with their variables stay far under it. */
#define SCRATCH_BYTES ((size_t)512 * 1024 * 1024)
/* Most lines of a path that stand in the evidence. */
#define PATH_LINES_MAX 14

static const struct slice costly_numbers[] = {
	{ "00441632960000", 14 },  { "011441632960000", 15 },  { "+441632960000", 13 },
	{ "900441632960000", 15 }, { "9011441632960000", 16 }, { "000441632960000", 15 },
	{ "19005550100", 11 },     { "919005550100", 12 },     { "09001234567", 11 },
	{ "00870770000000", 14 },  { "0088216000000", 13 },
};

const struct slice *dialplan_costly_numbers(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(costly_numbers);
	return costly_numbers;
}

bool dialplan_is_there(const struct model *model, struct verdict *verdict)
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

void dialplan_note_unread(const struct dialplan_model *dialplan, const struct dialplan_gaps *gaps,
			  struct verdict *verdict)
{
	if (dialplan->file->is_incomplete)
		verdict_unknown(verdict, dialplan->file->incomplete);
	if (dialplan->other_file)
		verdict_unknown_because(verdict, dialplan->other_file,
					"this part of the dialplan is not read",
					"look at the output of `dialplan show`");
	if (gaps->unread_switch)
		verdict_unknown_because(verdict, verdict_text(verdict, gaps->unread_switch->text),
					"a switch takes extensions from elsewhere",
					"look at the output of `dialplan show`");
	if (gaps->unknown_step) {
		BUFFER_AUTO place = { 0 };
		buffer_format(&place, "line %u of %s", origin_line(gaps->unknown_step->origin),
			      origin_path(gaps->unknown_step->origin));
		verdict_unknown_because(verdict, verdict_text(verdict, buffer_slice(&place)),
					"where this step leads only a running call can tell",
					"follow it by hand");
	}
	if (gaps->is_cut)
		verdict_unknown_because(verdict, "the dialplan",
					"it is too large to be followed "
					"to its end",
					"simplify it");
}

void dialplan_hunt_walk(struct verdict *verdict, const struct dialplan_walk *walk,
			const struct dialplan_context *context, struct dialplan_gaps *gaps)
{
	struct dialplan_walk own = *walk;
	if (!context)
		return;
	own.arena = arena_new(SCRATCH_BYTES);
	if (!own.arena) {
		verdict->memory_failed = true;
		return;
	}
	dialplan_walk_run(&own, context);
	dialplan_gaps_add(gaps, &own.gaps);
	verdict->memory_failed |= own.memory_failed;
	arena_free(own.arena);
}

const char *dialplan_hunt_subject(struct dialplan_hunt *hunt)
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
static void tell_path(struct dialplan_hunt *hunt, const struct dialplan_node *node,
		      const char *subject)
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

bool dialplan_hunt_first_time(struct dialplan_hunt *hunt, const struct dialplan_step *step)
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

bool dialplan_find_outbound(void *context, const struct dialplan_event *event)
{
	struct dialplan_hunt *hunt = context;
	if (!event->target.text.size || !trunk_takes_dialled(&hunt->judge, &event->target))
		return false;
	const char *subject = dialplan_hunt_subject(hunt);
	const struct dialplan_node *node = event->node;
	verdict_fail(hunt->verdict, hunt->entry->exposure, node->step->origin, subject,
		     "dialling %s in context %s places a call over %s%s",
		     verdict_text(hunt->verdict, node->number),
		     verdict_text(hunt->verdict, node->entry->name),
		     trunk_target_text(hunt->verdict, event->target.text),
		     hunt->entry->kind == ENTRY_PHONE ? ", and no PIN is asked"
						      : ", and nobody is asked for a password");
	tell_path(hunt, node, subject);
	dialplan_note_cost(hunt->model, hunt->verdict, node->entry, subject);
	hunt->is_found = true;
	return true;
}

void dialplan_hunt_from_entries(const struct model *model, struct verdict *verdict,
				unsigned int kinds, dialplan_visit *visit,
				const struct dialplan_walk *options, const char *good)
{
	if (!dialplan_is_there(model, verdict))
		return;
	const struct dialplan_model *dialplan = model->asterisk->dialplan;
	struct dialplan_entries entries = dialplan_entries_of(model, verdict);
	struct dialplan_hunt hunt = {
		.verdict = verdict,
		.model = model,
		.judge = { .model = model, .verdict = verdict },
	};
	size_t walked = 0;
	for (size_t i = 0; i < entries.count; i++) {
		if (!(kinds & 1u << entries.items[i].kind))
			continue;
		struct dialplan_walk walk = *options;
		walk.model = dialplan;
		walk.visit = visit;
		walk.context = &hunt;
		hunt.entry = &entries.items[i];
		walked++;
		dialplan_hunt_walk(verdict, &walk,
				   dialplan_find_context(dialplan, hunt.entry->context),
				   &hunt.gaps);
	}
	hunt.gaps.is_cut |= entries.is_cut;
	if (!walked && !entries.is_cut) {
		verdict_not_applicable(verdict, "no such callers: nobody comes in that way");
		return;
	}
	dialplan_note_unread(dialplan, &hunt.gaps, verdict);
	if (!hunt.is_found)
		verdict_pass(verdict, ORIGIN_NONE, "dialplan", "%s (%zu contexts followed)", good,
			     walked);
}

enum dialplan_reach dialplan_reaches_trunk(struct dialplan_hunt *hunt, struct slice name,
					   bool only_costly)
{
	const struct dialplan_model *dialplan = hunt->model->asterisk->dialplan;
	const struct dialplan_walk walk = {
		.model = dialplan,
		.visit = dialplan_find_outbound,
		.context = hunt,
		.numbers = costly_numbers,
		.number_count = ARRAY_SIZE(costly_numbers),
		.only_numbers = only_costly,
	};
	struct dialplan_gaps gaps = { .is_cut = false };
	hunt->is_found = false;
	dialplan_hunt_walk(hunt->verdict, &walk, dialplan_find_context(dialplan, name), &gaps);
	if (hunt->is_found)
		return DIALPLAN_REACH_TRUNK;
	dialplan_gaps_add(&hunt->gaps, &gaps);
	return dialplan_gaps_none(&gaps) ? DIALPLAN_REACH_NOTHING : DIALPLAN_REACH_UNKNOWN;
}

struct question {
	struct trunk_judge *judge;
	bool is_found;
};

static bool find_trunk(void *context, const struct dialplan_event *event)
{
	struct question *question = context;
	question->is_found |=
		event->target.text.size && trunk_takes_dialled(question->judge, &event->target);
	return question->is_found;
}

bool dialplan_leads_out(struct dialplan_hunt *hunt, struct slice name)
{
	const struct dialplan_model *dialplan = hunt->model->asterisk->dialplan;
	const struct dialplan_context *context = dialplan_find_context(dialplan, name);
	if (!context)
		return false;
	for (size_t i = 0; i < hunt->outlet_count; i++)
		if (hunt->outlets[i].context == context)
			return hunt->outlets[i].leads_out;
	struct question question = { .judge = &hunt->judge };
	const struct dialplan_walk walk = {
		.model = dialplan,
		.visit = find_trunk,
		.context = &question,
		.numbers = costly_numbers,
		.number_count = ARRAY_SIZE(costly_numbers),
	};
	struct dialplan_gaps gaps = { .is_cut = false };
	dialplan_hunt_walk(hunt->verdict, &walk, context, &gaps);
	if (!question.is_found)
		dialplan_gaps_add(&hunt->gaps, &gaps);
	struct dialplan_outlet *outlets =
		arena_grow(hunt->verdict->arena, hunt->outlets, hunt->outlet_count,
			   &hunt->outlet_capacity, sizeof(*outlets));
	if (!outlets) {
		hunt->verdict->memory_failed = true;
		return question.is_found;
	}
	hunt->outlets = outlets;
	outlets[hunt->outlet_count++] = (struct dialplan_outlet){
		.context = context,
		.leads_out = question.is_found,
	};
	return question.is_found;
}

void dialplan_remedy(const struct check *check, const struct model *model,
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
