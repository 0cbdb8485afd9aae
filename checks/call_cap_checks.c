/* SPDX-License-Identifier: Apache-2.0
 *
 * How many calls a stolen account can run at once: chan_sip's call-limit, and the dialplan's count
 * of a group's channels on the way to a trunk.
 */
#include <limits.h>
#include <string.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/dialplan_entries.h"
#include "checks/dialplan_hunt.h"
#include "checks/pjsip_entries.h"
#include "checks/remedy.h"
#include "checks/sip_entries.h"
#include "checks/verdict.h"

/* What stands between a context and the trunks; of several ways out the worst counts. */
enum call_cap {
	CAP_NO_TRUNK,
	CAP_COUNTED,
	/* A number of the database decides. */
	CAP_IN_DATABASE,
	CAP_NONE,
};

struct capped_context {
	struct slice name;
	enum call_cap cap;
	/* Of the worst way. */
	struct origin dial;
	const char *target;
	const char *number;
};

struct cap_review {
	struct verdict *verdict;
	const struct dialplan_model *dialplan;
	struct trunk_judge judge;
	struct capped_context *contexts;
	size_t count;
	size_t capacity;
	struct capped_context *now;
	/* What no walk saw. */
	struct dialplan_gaps seen;
};

/* "GROUP(" where it is set, not where "${GROUP(" reads it. */
static bool sets_group(struct slice arguments)
{
	static const char name[] = "GROUP(";
	for (;;) {
		size_t at = slice_find(arguments, SLICE("GROUP("));
		if (at == arguments.size)
			return false;
		unsigned char before = at ? (unsigned char)arguments.data[at - 1] : ' ';
		if (before == ' ' || before == '(' || before == ',' || before == '?')
			return true;
		arguments = slice_from(arguments, at + sizeof(name) - 1);
	}
}

/* GROUP_COUNT without a GROUP set before counts nothing (funcs/func_groupcount.c). */
static enum call_cap cap_of_path(const struct dialplan_node *node)
{
	enum call_cap cap = CAP_NONE;
	bool has_group = false;
	for (; node; node = node->parent) {
		struct slice arguments = node->step->arguments;
		has_group |= sets_group(arguments);
		if (slice_find(arguments, SLICE("GROUP_COUNT(")) == arguments.size &&
		    slice_find(arguments, SLICE("GROUP_MATCH_COUNT(")) == arguments.size)
			continue;
		if (slice_find(arguments, SLICE("DB(")) == arguments.size)
			cap = CAP_COUNTED;
		else if (cap == CAP_NONE)
			cap = CAP_IN_DATABASE;
	}
	return has_group ? cap : CAP_NONE;
}

static bool find_way_out(void *context, const struct dialplan_event *event)
{
	struct cap_review *review = context;
	if (!event->target.text.size || !trunk_takes_dialled(&review->judge, &event->target))
		return false;
	enum call_cap cap = cap_of_path(event->node);
	if (cap > review->now->cap) {
		review->now->cap = cap;
		review->now->dial = event->node->step->origin;
		review->now->target = trunk_target_text(review->verdict, event->target.text);
		review->now->number = verdict_text(review->verdict, event->node->number);
	}
	return cap == CAP_NONE;
}

/* Each context is walked once. NULL: memory, or more contexts than are walked. */
static const struct capped_context *cap_of_context(struct cap_review *review, struct slice name)
{
	for (size_t i = 0; i < review->count; i++)
		if (slice_equal(review->contexts[i].name, name))
			return &review->contexts[i];
	if (review->count >= DIALPLAN_ENTRIES_MAX) {
		review->seen.is_cut = true;
		return NULL;
	}
	struct capped_context *contexts =
		arena_grow(review->verdict->arena, review->contexts, review->count,
			   &review->capacity, sizeof(*contexts));
	if (!contexts) {
		review->verdict->memory_failed = true;
		return NULL;
	}
	review->contexts = contexts;
	review->now = &contexts[review->count++];
	*review->now = (struct capped_context){ .name = name };
	size_t number_count;
	const struct slice *numbers = dialplan_costly_numbers(&number_count);
	struct dialplan_gaps gaps = { .is_cut = false };
	const struct dialplan_walk walk = {
		.model = review->dialplan,
		.visit = find_way_out,
		.context = review,
		.numbers = numbers,
		.number_count = number_count,
	};
	dialplan_hunt_walk(review->verdict, &walk, dialplan_find_context(review->dialplan, name),
			   &gaps);
	if (review->now->cap != CAP_NONE)
		dialplan_gaps_add(&review->seen, &gaps);
	return review->now;
}

/* Records what is behind CONTEXT for SUBJECT, unless its ways are counted or lead nowhere. */
static void judge_context(struct cap_review *review, struct slice context, enum exposure exposure,
			  struct origin origin, const char *subject, const char *wrong)
{
	const struct capped_context *capped = cap_of_context(review, context);
	if (!capped)
		return;
	if (capped->cap == CAP_IN_DATABASE) {
		verdict_unknown_because(review->verdict, subject,
					"the dialplan counts its calls against a number that "
					"stands in Asterisk's database",
					"look at `database show`: FreePBX keeps the outbound "
					"concurrency limit in AMPUSER");
	} else if (capped->cap == CAP_NONE) {
		verdict_fail(review->verdict, exposure, origin, subject,
			     "%s, and nothing counts the calls in context %s: dialling %s goes "
			     "out over %s as often as one likes",
			     wrong, verdict_text(review->verdict, context), capped->number,
			     capped->target);
		verdict_note(review->verdict, capped->dial, subject, "the call goes out here");
	}
}

static struct cap_review review_of(const struct model *model, struct verdict *verdict)
{
	return (struct cap_review){
		.verdict = verdict,
		.dialplan = model->asterisk->dialplan,
		.judge = { .model = model, .verdict = verdict },
	};
}

/* SIP-013 */

/* callcounter sets the limit to the largest number: it counts, and never refuses. */
static bool has_call_limit(const struct sip_peer *peer)
{
	return peer->numbers[SIP_CALL_LIMIT] > 0 && peer->numbers[SIP_CALL_LIMIT] < INT_MAX;
}

/* An account that a stranger with its secret may use from where he is. */
static bool is_account(const struct sip_peer *peer)
{
	return peer->is_dynamic;
}

static const struct conf_variable *limit_line(const struct sip_peer *peer)
{
	const struct conf_variable *line = conf_last(peer->category, "call-limit");
	return line ? line : conf_last(peer->category, "callcounter");
}

static void evaluate_sip_cap(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	struct sip_view view;
	size_t looked_at = 0, unlimited = 0;
	(void)check;
	if (!sip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		looked_at += is_account(&view.sip->peers[i]);
		unlimited +=
			is_account(&view.sip->peers[i]) && !has_call_limit(&view.sip->peers[i]);
	}
	struct cap_review review = review_of(model, verdict);
	bool walks = unlimited && dialplan_is_there(model, verdict);
	for (size_t i = 0; walks && i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		if (!is_account(peer) || has_call_limit(peer))
			continue;
		judge_context(&review, sip_peer_text(view.sip, peer, SIP_CONTEXT),
			      sip_peer_exposure(&view, peer),
			      sip_line_or_section(limit_line(peer), peer),
			      sip_peer_subject(verdict, peer),
			      peer->numbers[SIP_CALL_LIMIT] == INT_MAX
				      ? "callcounter counts and does not limit"
				      : "no call-limit");
	}
	if (walks)
		dialplan_note_unread(review.dialplan, &review.seen, verdict);
	sip_view_end(&view, verdict, looked_at,
		     "accounts with a way to a trunk can run a limited number of calls");
}

static const char *const verify_inuse[] = { "sip show inuse", NULL };

static void remedy_sip_cap(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	struct verdict ignored = { .arena = remedy->arena };
	struct asterisk_remedy edit;
	struct sip_view view;
	size_t at = 0;
	(void)check;
	asterisk_remedy_begin(&edit, remedy, model);
	if (!sip_view_begin(&view, &ignored, model))
		return;
	/* The evidence names the entries in their order. */
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		while (at < verdict->count && verdict->evidence[at].role != EVIDENCE_FAILS)
			at++;
		if (at == verdict->count)
			break;
		if (!is_account(peer) || has_call_limit(peer) ||
		    strcmp(verdict->evidence[at].subject, sip_peer_subject(&ignored, peer)) != 0)
			continue;
		at++;
		const struct conf_variable *line = conf_last(peer->category, "call-limit");
		struct asterisk_place place =
			sip_peer_place(peer, line && !line->is_inherited ? line : NULL);
		place.page = "Applications, Extensions, Advanced: Outbound Concurrency Limit";
		asterisk_remedy_set(&edit, &place, "call-limit", "2");
	}
	asterisk_remedy_end(&edit, "sip reload", verify_inuse);
}

/* PJSIP-010 */

static void evaluate_pjsip_cap(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	struct pjsip_view view;
	size_t looked_at = 0;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++)
		looked_at += pjsip_endpoint_asks(&view.pjsip->endpoints[i]);
	struct cap_review review = review_of(model, verdict);
	bool walks = looked_at && dialplan_is_there(model, verdict);
	for (size_t i = 0; walks && i < view.pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &view.pjsip->endpoints[i];
		if (!pjsip_endpoint_asks(endpoint))
			continue;
		const struct conf_variable *busy =
			conf_last(endpoint->object.category, "device_state_busy_at");
		judge_context(&review, endpoint->context, pjsip_endpoint_exposure(&view, endpoint),
			      busy ? busy->origin : endpoint->object.origin,
			      pjsip_subject(verdict, "endpoint", endpoint->object.name),
			      busy ? "device_state_busy_at limits nothing"
				   : "PJSIP limits no calls by itself");
	}
	if (walks)
		dialplan_note_unread(review.dialplan, &review.seen, verdict);
	pjsip_view_end(&view, verdict, looked_at,
		       "the dialplan counts the calls of every account that reaches a trunk",
		       "no endpoint of PJSIP asks for a password");
}

/* The lines that are to stand before each Dial of the evidence: nobody but the owner knows which
 * label is free there. */
static void remedy_pjsip_cap(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	const char *last_file = "";
	unsigned int last_line = 0;
	size_t told = 0;
	for (size_t i = 0; i < verdict->count && told < 10; i++) {
		const struct evidence *evidence = &verdict->evidence[i];
		if (evidence->role != EVIDENCE_NOTE || !*evidence->file ||
		    (evidence->line == last_line && slice_is(slice_of(last_file), evidence->file)))
			continue;
		const char *file = remedy_quote(remedy, slice_of(evidence->file));
		bool is_new = !slice_is(slice_of(last_file), evidence->file);
		last_file = evidence->file;
		last_line = evidence->line;
		told++;
		if (asterisk_file_is_generated(model, evidence->file)) {
			remedy_command(remedy,
				       "# line %u of %s is written by the GUI: Connectivity, "
				       "Trunks: Maximum Channels, and Applications, Extensions, "
				       "Advanced: Outbound Concurrency Limit",
				       evidence->line, file);
			continue;
		}
		if (is_new) {
			remedy_command(remedy, "cp -a %s %s.rf-bak", file, file);
			remedy_undo(remedy, "cp -a %s.rf-bak %s", file, file);
		}
		remedy_command(remedy, "# before the Dial in line %u of %s:", evidence->line, file);
		remedy_command(remedy, "#  same => n,Set(GROUP()=ep-${CHANNEL(endpoint)})");
		remedy_command(remedy, "#  same => n,GotoIf($[${GROUP_COUNT()}>2]?cap)");
		remedy_command(remedy, "# and after the last step of that extension:");
		remedy_command(remedy, "#  same => n(cap),Hangup(17)");
	}
	remedy_command(remedy, "asterisk -rx 'dialplan reload'");
	remedy_verify(remedy, "asterisk -rx 'group show channels'");
	remedy_verify(remedy, "ringfence audit --only PJSIP-010");
	remedy_undo(remedy, "asterisk -rx 'dialplan reload'");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

static const struct check rows[] = {
	{
		.id = "SIP-013",
		.title = "A stolen account cannot run many calls",
		.why = "Fraud earns by the number of calls at once. An account that can run two "
		       "loses its owner little in the night until it is noticed.",
		.evaluates =
			"Every entry with host=dynamic whose context reaches a trunk: its "
			"call-limit (none and 0 are no limit; callcounter=yes counts and never "
			"refuses), else GROUP and GROUP_COUNT on every way through the dialplan "
			"to the trunk.",
		.likelihood = 7,
		.impact = 7,
		.references = { "chan_sip.c update_call_counter", "func_groupcount.c" },
		.evaluate = evaluate_sip_cap,
		.remedy = remedy_sip_cap,
	},
	{
		.id = "PJSIP-010",
		.title = "Stolen accounts cannot run many calls",
		.why = "Fraud earns by the number of calls at once. An account that can run two "
		       "loses its owner little in the night until it is noticed.",
		.evaluates =
			"Every endpoint that asks for a password and whose context reaches a "
			"trunk: GROUP and GROUP_COUNT on every way through the dialplan to it. "
			"device_state_busy_at changes what watchers see and limits nothing.",
		.likelihood = 7,
		.impact = 7,
		.references = { "func_groupcount.c", "res_pjsip/pjsip_configuration.c" },
		.evaluate = evaluate_pjsip_cap,
		.remedy = remedy_pjsip_cap,
	},
};

CHECK_LIST(call_cap_checks, rows);
