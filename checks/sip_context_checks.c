/* SPDX-License-Identifier: Apache-2.0
 *
 * Where chan_sip puts a call that belongs to no entry: the contexts of [general] and what is behind
 * them.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/asterisk/sip_model.h"
#include "audit/asterisk/voicemail_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/dialplan_entries.h"
#include "checks/dialplan_hunt.h"
#include "checks/remedy.h"
#include "checks/sip_entries.h"
#include "checks/verdict.h"

/* Contexts that one context may pull in by include lines, as many as Asterisk nests (AST_PBX_MAX_
 * STACK of main/pbx.c). */
#define INCLUDES_MAX 128
/* While no stranger gets in, an open context is a mistake that waits for the next one. */
#define SEVERITY_WHILE_CLOSED 50u

/* One way into the dialplan without an entry of one's own. */
struct landing {
	/* "guests land in it" */
	const char *who;
	struct slice context;
	struct origin origin;
	enum exposure exposure;
};

struct search {
	struct verdict *verdict;
	const struct model *model;
	struct trunk_judge judge;
	const struct landing *landing;
	const char *subject;
	bool is_found;
};

static bool voicemail_dials(const struct voicemail_model *voicemail)
{
	if (voicemail->dialout.value.size || voicemail->callback.value.size)
		return true;
	for (size_t i = 0; i < voicemail->mailbox_count; i++)
		if (voicemail->mailboxes[i].dialout.size || voicemail->mailboxes[i].callback.size)
			return true;
	return false;
}

/* What a dead context has nothing of; NULL: the step is harmless. */
static const char *danger_of(struct search *search, const struct dialplan_event *event)
{
	static const char *const parking[] = { "Park", "ParkAndAnnounce", "ParkedCall" };
	const struct voicemail_model *voicemail = search->model->asterisk->voicemail;
	if (event->target.text.size && trunk_takes_dialled(&search->judge, &event->target))
		return "places a call over a trunk";
	if (slice_is_ignore_case(event->application, "DISA"))
		return "gives a dial tone";
	if (slice_is_ignore_case(event->application, "VoiceMailMain") && voicemail &&
	    voicemail_dials(voicemail))
		return "opens voicemail, from which calls can be placed";
	for (size_t i = 0; i < ARRAY_SIZE(parking); i++)
		if (slice_is_ignore_case(event->application, parking[i]))
			return "parks or takes parked calls";
	return NULL;
}

static void fail(struct search *search, const char *found, struct origin step)
{
	search->is_found = true;
	verdict_fail(search->verdict, search->landing->exposure, search->landing->origin,
		     search->subject, "%s, and %s", search->landing->who, found);
	if (step.source)
		verdict_note(search->verdict, step, search->subject, "by this line");
}

static bool find_danger(void *context, const struct dialplan_event *event)
{
	struct search *search = context;
	const char *danger = danger_of(search, event);
	if (!danger)
		return false;
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "dialling %s %s", verdict_text(search->verdict, event->node->number),
		      danger);
	fail(search, verdict_text(search->verdict, buffer_slice(&text)), event->node->step->origin);
	return true;
}

/* "parkedcalls" is made by res_parking itself: only an include line shows it. */
static const struct dialplan_include *parking_include(const struct dialplan_model *dialplan,
						      const struct dialplan_context *first)
{
	const struct dialplan_context *seen[INCLUDES_MAX] = { first };
	size_t count = first ? 1 : 0;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < seen[i]->include_count; k++) {
			const struct dialplan_include *include = &seen[i]->includes[k];
			const struct dialplan_context *next =
				dialplan_find_context(dialplan, include->context);
			bool is_new = next != NULL && count < INCLUDES_MAX;
			if (slice_is_ignore_case(include->context, "parkedcalls"))
				return include;
			for (size_t m = 0; m < count && is_new; m++)
				is_new = seen[m] != next;
			if (is_new)
				seen[count++] = next;
		}
	}
	return NULL;
}

static void judge_landing(struct search *search, const struct landing *landing,
			  struct dialplan_gaps *seen)
{
	const struct dialplan_model *dialplan = search->model->asterisk->dialplan;
	const struct dialplan_context *context = dialplan_find_context(dialplan, landing->context);
	BUFFER_AUTO subject = { 0 };
	size_t number_count;
	const struct slice *numbers = dialplan_costly_numbers(&number_count);
	buffer_format(&subject, "context %s", verdict_text(search->verdict, landing->context));
	search->subject = verdict_text(search->verdict, buffer_slice(&subject));
	search->landing = landing;
	search->is_found = false;
	struct dialplan_gaps gaps = { .is_cut = false };
	const struct dialplan_walk walk = {
		.model = dialplan,
		.visit = find_danger,
		.context = search,
		.numbers = numbers,
		.number_count = number_count,
	};
	dialplan_hunt_walk(search->verdict, &walk, context, &gaps);
	const struct dialplan_include *parking = parking_include(dialplan, context);
	if (!search->is_found && parking)
		fail(search, "it includes the context of parked calls", parking->origin);
	if (search->is_found)
		return;
	dialplan_gaps_add(seen, &gaps);
	if (!dialplan_gaps_none(&gaps))
		return;
	verdict_pass(search->verdict, landing->origin, search->subject,
		     context ? "%s, and nothing can be reached there"
			     : "%s, and the dialplan has no such context: calls are refused",
		     landing->who);
}

static struct origin text_origin(const struct sip_view *view, const struct conf_variable *line)
{
	const struct conf_category *category = view->sip->general.category;
	if (line)
		return line->origin;
	return category ? category->origin : (struct origin){ .source = view->sip->file->source };
}

/* Entries that name no context, neither themselves nor a template. */
static size_t count_heirs(const struct sip_model *sip)
{
	size_t count = 0;
	for (size_t i = 0; i < sip->peer_count; i++)
		count += sip->peers[i].texts[SIP_CONTEXT] == NULL;
	return count;
}

static bool lets_strangers_in(const struct sip_general *general)
{
	return general->allow_guest.is_on || general->auto_create_peer != SIP_AUTOCREATE_NO;
}

static const char *who_lands(const struct sip_view *view, struct verdict *verdict)
{
	const struct sip_general *general = &view->sip->general;
	size_t heirs = count_heirs(view->sip);
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text,
			     general->allow_guest.is_on ? "guests land in it"
			     : general->auto_create_peer != SIP_AUTOCREATE_NO
				     ? "peers that autocreatepeer makes land in it"
				     : "whoever is let in without an entry would land in it");
	if (heirs)
		buffer_format(&text, ", and %zu %s without a context of %s own", heirs,
			      heirs == 1 ? "entry" : "entries", heirs == 1 ? "its" : "their");
	return verdict_text(verdict, buffer_slice(&text));
}

static void evaluate_landing(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	struct sip_view view;
	(void)check;
	if (!sip_view_begin(&view, verdict, model) || !dialplan_is_there(model, verdict))
		return;
	const struct sip_general *general = &view.sip->general;
	struct search search = {
		.verdict = verdict,
		.model = model,
		.judge = { .model = model, .verdict = verdict },
	};
	struct dialplan_gaps seen = { .is_cut = false };
	bool is_open = lets_strangers_in(general);
	struct landing landing = {
		.who = who_lands(&view, verdict),
		.context = sip_general_text(general, SIP_CONTEXT),
		.origin = text_origin(&view, general->texts[SIP_CONTEXT]),
		.exposure = is_open ? view.exposure : EXPOSURE_HOST,
	};
	judge_landing(&search, &landing, &seen);
	const struct conf_variable *message = general->texts[SIP_MESSAGE_CONTEXT];
	if (message && message->value.size && general->accept_out_of_call_message.is_on) {
		landing.who = "messages outside of calls run in it";
		landing.context = message->value;
		landing.origin = message->origin;
		judge_landing(&search, &landing, &seen);
	}
	for (size_t i = 0; i < general->domain_count; i++) {
		const struct sip_domain *domain = &general->domains[i];
		if (!domain->context.size)
			continue;
		landing.who = "calls without an entry to one of the SIP domains land in it";
		landing.context = domain->context;
		landing.origin = domain->variable->origin;
		judge_landing(&search, &landing, &seen);
	}
	const struct conf_variable *watched = general->texts[SIP_SUBSCRIBE_CONTEXT];
	if (watched && general->allow_guest.is_on)
		verdict_note(verdict, watched->origin, "subscribecontext",
			     "guests may watch the hints of context %s",
			     verdict_text(verdict, watched->value));
	if (verdict->fail_count && !is_open)
		verdict_severity(verdict, SEVERITY_WHILE_CLOSED);
	dialplan_note_unread(model->asterisk->dialplan, &seen, verdict);
	if (view.sip->file->is_incomplete)
		verdict_unknown(verdict, view.sip->file->incomplete);
}

static void remedy_landing(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	static const char *const verify[] = { "dialplan show public", "sip show settings", NULL };
	static const char *const verify_dead[] = { "dialplan show dead-end", "sip show settings",
						   NULL };
	struct verdict ignored = { .arena = remedy->arena };
	struct asterisk_remedy edit;
	struct sip_view view;
	(void)check;
	(void)verdict;
	asterisk_remedy_begin(&edit, remedy, model);
	if (!sip_view_begin(&view, &ignored, model))
		return;
	const struct conf_variable *line = view.sip->general.texts[SIP_CONTEXT];
	bool is_taken = dialplan_find_context(model->asterisk->dialplan, SLICE("public")) != NULL;
	const char *name = is_taken ? "dead-end" : "public";
	struct asterisk_place general = sip_general_place(view.sip, line);
	struct asterisk_place dead = {
		.file = "extensions.conf",
		.section = slice_of(name),
		.header = ORIGIN_NONE,
		.line = ORIGIN_NONE,
		.page = "Admin, Config Edit",
	};
	size_t heirs = count_heirs(view.sip);
	if (heirs)
		remedy_command(
			remedy,
			"# first give the %zu entries without context= the one that they "
			"use today: context=%s",
			heirs,
			verdict_text(&ignored, sip_general_text(&view.sip->general, SIP_CONTEXT)));
	asterisk_remedy_add(&edit, &dead, "exten => _X.,1,Hangup(21)\nexten => s,1,Hangup(21)");
	asterisk_remedy_set(&edit, &general, "context", name);
	asterisk_remedy_end(&edit, "core reload", is_taken ? verify_dead : verify);
}

static const struct check rows[] = {
	{
		.id = "SIP-010",
		.title = "Guests and strangers land in a dead context",
		.why = "Sooner or later somebody gets in without an account, by a setting, a "
		       "forgotten entry or an update. Where he lands decides whether that costs "
		       "anything.",
		.evaluates =
			"context of sip.conf's [general] (default if not set), which entries "
			"without one of their own take over, outofcall_message_context and the "
			"contexts of domain lines: whether dialling there, through includes and "
			"jumps, reaches a trunk, DISA, voicemail that places calls, or parking. "
			"subscribecontext and regcontext run nothing. While neither allowguest "
			"nor autocreatepeer is on it weighs less.",
		.likelihood = 8,
		.impact = 8,
		.references = { "sip.conf.sample", "chan_sip.c get_destination" },
		.evaluate = evaluate_landing,
		.remedy = remedy_landing,
	},
};

CHECK_LIST(sip_context_checks, rows);
