/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls that a program may place: over the manager interface (Originate, or a command of the
 * console) and over ARI (POST /channels), by whoever gets hold of one of their users.
 */
#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/iax_model.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/admin_reach.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/dialplan_hunt.h"
#include "checks/remedy.h"
#include "checks/secret_strength.h"
#include "checks/verdict.h"

/* Tenths of log10: what falls to guesses within 10^10 (catalogue, part (c) 3). */
#define GUESSES_MINIMUM 100u
/* Where no trunk is known, calls reach the host's own telephones alone. */
#define SEVERITY_WITHOUT_TRUNK 40u

/* Rights with which a call can be placed: Originate wants the first, Command ("channel originate")
 * the second, and MixMonitor of the third starts any program (main/manager.c, app_mixmonitor.c). */
static const unsigned int calling_rights = MANAGER_ORIGINATE | MANAGER_COMMAND | MANAGER_SYSTEM;

/* What a program would name as its channel, and where that leads. */
struct witness {
	/* "Local/00441632960000@phones", or NULL: no trunk is known. */
	const char *channel;
	/* The trunk, and the line that dials it. */
	const char *target;
	struct origin origin;
};

/* Somebody who may place calls, of either interface. */
struct caller {
	const char *subject;
	struct slice name;
	struct secret secret;
	/* A hash, which is not measured. */
	bool is_hashed;
	struct origin origin;
	/* With what: "Action: Originate". */
	const char *means;
	const struct acl *acl;
	enum address_family family;
	enum service_openness openness;
	enum exposure exposure;
	const char *reach_text;
};

struct judging {
	const struct model *model;
	struct verdict *verdict;
	struct secret_meter *meter;
	struct trunk_judge judge;
	struct witness witness;
	bool has_witness;
};

static const char *text_of(struct verdict *verdict, const char *before, struct slice name,
			   const char *after)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%s%s%s", before, verdict_text(verdict, name), after);
	const char *kept = buffer_keep(&text, verdict->arena);
	if (!kept)
		verdict->memory_failed = true;
	return kept ? kept : before;
}

/* A dialplan_visit: the first call over a trunk is the witness. */
static bool find_witness(void *context, const struct dialplan_event *event)
{
	struct judging *judging = context;
	struct verdict *verdict = judging->verdict;
	if (!event->target.text.size || !trunk_takes_dialled(&judging->judge, &event->target))
		return false;
	const char *number = text_of(verdict, "Local/", event->node->number, "@");
	judging->witness = (struct witness){
		.channel = text_of(verdict, number, event->node->entry->name, ""),
		.target = trunk_target_text(verdict, event->target.text),
		.origin = event->node->step->origin,
	};
	return true;
}

/* By a context in which calls begin: the dialplan shows the way. */
static void witness_in_dialplan(struct judging *judging)
{
	const struct dialplan_model *dialplan = judging->model->asterisk->dialplan;
	size_t count;
	const struct slice *numbers = dialplan_costly_numbers(&count);
	struct dialplan_gaps gaps = { .is_cut = false };
	if (!dialplan || dialplan->file->state != FACT_PRESENT || dialplan->file->is_refused)
		return;
	struct dialplan_entries entries = dialplan_entries_of(judging->model, judging->verdict);
	for (size_t i = 0; i < entries.count && !judging->witness.channel; i++) {
		const struct dialplan_walk walk = {
			.model = dialplan,
			.visit = find_witness,
			.context = judging,
			.numbers = numbers,
			.number_count = count,
		};
		dialplan_hunt_walk(judging->verdict, &walk,
				   dialplan_find_context(dialplan, entries.items[i].context),
				   &gaps);
	}
}

/* TECHNOLOGY/NAME with a number after it is the witness where that is a trunk. */
static void try_trunk(struct judging *judging, const char *technology, struct slice name,
		      struct origin origin)
{
	size_t count;
	struct slice number = dialplan_costly_numbers(&count)[0];
	BUFFER_AUTO text = { 0 };
	if (judging->witness.channel)
		return;
	buffer_append_string(&text, technology);
	buffer_append_slice(&text, name);
	buffer_append_string(&text, "/");
	buffer_append_slice(&text, number);
	const struct dialplan_value target = { .text = buffer_slice(&text), .is_dialled = true };
	if (!trunk_takes_dialled(&judging->judge, &target))
		return;
	const char *channel = text_of(judging->verdict, technology, name, "/");
	judging->witness = (struct witness){
		.channel = text_of(judging->verdict, channel, number, ""),
		.target = text_of(judging->verdict, technology, name, ""),
		.origin = origin,
	};
}

/* By a trunk itself: a program needs no dialplan to name it. PJSIP takes its endpoint after '@',
 * and in this form a URI. */
static void witness_of_trunks(struct judging *judging)
{
	const struct asterisk_model *asterisk = judging->model->asterisk;
	for (size_t i = 0; asterisk->sip && i < asterisk->sip->peer_count; i++)
		if (sip_peer_is_static(&asterisk->sip->peers[i]))
			try_trunk(judging, "SIP/", asterisk->sip->peers[i].name,
				  asterisk->sip->peers[i].origin);
	for (size_t i = 0; asterisk->iax && i < asterisk->iax->entry_count; i++)
		if (asterisk->iax->entries[i].is_peer)
			try_trunk(judging, "IAX2/", asterisk->iax->entries[i].name,
				  asterisk->iax->entries[i].origin);
	const struct pjsip_model *pjsip = asterisk->pjsip;
	for (size_t i = 0; pjsip && i < pjsip->endpoint_count && !judging->witness.channel; i++) {
		const struct pjsip_object *object = &pjsip->endpoints[i].object;
		size_t count;
		const char *head = text_of(judging->verdict, "PJSIP/",
					   dialplan_costly_numbers(&count)[0], "@");
		const char *channel = text_of(judging->verdict, head, object->name, "");
		const struct dialplan_value target = {
			.text = slice_of(channel),
			.is_dialled = true,
		};
		if (trunk_takes_dialled(&judging->judge, &target))
			judging->witness = (struct witness){
				.channel = channel,
				.target = text_of(judging->verdict, "PJSIP/", object->name, ""),
				.origin = object->origin,
			};
	}
}

static const struct witness *witness_of(struct judging *judging)
{
	if (!judging->has_witness) {
		judging->has_witness = true;
		witness_in_dialplan(judging);
		witness_of_trunks(judging);
	}
	return &judging->witness;
}

/* Why CALLER's secret would be guessed; NULL where it would not be. */
static const char *guessable(struct judging *judging, const struct caller *caller)
{
	const struct secret_account account = { .names = &caller->name, .name_count = 1 };
	if (caller->is_hashed)
		return NULL;
	const char *why = secret_published(caller->secret);
	if (!why)
		why = secret_repeats(caller->secret, &account);
	if (!why && secret_guesses(judging->meter, caller->secret, &account) < GUESSES_MINIMUM)
		why = secret_describe(judging->verdict->arena, caller->secret);
	return why;
}

static void fail(struct judging *judging, const struct caller *caller, const char *why,
		 const char *detail)
{
	const struct witness *witness = witness_of(judging);
	struct verdict *verdict = judging->verdict;
	if (!witness->channel) {
		verdict_fail(verdict, caller->exposure, caller->origin, caller->subject,
			     "may place calls (%s), and %s%s; no trunk is known here, so to this "
			     "host's telephones",
			     caller->means, why, detail);
		return;
	}
	verdict_fail(verdict, caller->exposure, caller->origin, caller->subject,
		     "may place calls (%s), and %s%s; for one, Channel: %s", caller->means, why,
		     detail, witness->channel);
	verdict_note(verdict, witness->origin, caller->subject, "%s is called here",
		     witness->target);
}

static void judge(struct judging *judging, const struct caller *caller)
{
	struct verdict *verdict = judging->verdict;
	struct address_set beyond =
		admin_sources_beyond(verdict, judging->model, caller->acl, caller->family);
	if (caller->openness == SERVICE_CLOSED || admin_acl_is_loopback(caller->acl)) {
		verdict_pass(verdict, caller->origin, caller->subject,
			     "may place calls, from this host only");
		return;
	}
	const char *why = guessable(judging, caller);
	bool is_wide = !address_set_is_empty(beyond);
	if (caller->openness == SERVICE_UNKNOWN && (why || is_wide))
		verdict_unknown_because(verdict, caller->subject, caller->reach_text,
					"make sockets and rules readable (run as root)");
	else if (why)
		fail(judging, caller, "its secret would be guessed: ", why);
	else if (caller->openness != SERVICE_OPEN || !is_wide)
		verdict_pass(verdict, caller->origin, caller->subject,
			     "may place calls, from listed networks and with a strong secret");
	else if (caller->acl->is_inexact)
		verdict_unknown_because(verdict, caller->subject,
					"its source list could not be evaluated exactly",
					"look at its permit, deny and acl lines");
	else
		fail(judging, caller, "strangers may log in as it from ",
		     service_networks(verdict, beyond));
}

static const char *means_of(unsigned int rights)
{
	return rights & MANAGER_ORIGINATE ? "Action: Originate"
	       : rights & MANAGER_COMMAND ? "Action: Command, channel originate"
					  : "Action: MixMonitor, which starts programs";
}

static void judge_manager(struct judging *judging)
{
	struct verdict *verdict = judging->verdict;
	if (!admin_manager_is_on(judging->model, verdict))
		return;
	const struct admin_access_model *admin = judging->model->asterisk->admin;
	struct admin_reach plain =
		admin_reach_of(verdict, judging->model, &admin->manager, AUDIENCE_ADMIN);
	struct admin_reach tls =
		admin_reach_of(verdict, judging->model, &admin->manager_tls, AUDIENCE_ADMIN);
	const struct admin_reach *reach = tls.openness > plain.openness ? &tls : &plain;
	bool is_tls = reach == &tls;
	for (size_t i = 0; i < admin->user_count; i++) {
		const struct manager_user *user = &admin->users[i];
		const char *subject = text_of(verdict, "manager user ", user->name, "");
		if (!secret_length(user->secret))
			continue;
		if (!(user->write & calling_rights)) {
			verdict_pass(verdict, user->origin, subject, "may place no call");
			continue;
		}
		const struct caller caller = {
			.subject = subject,
			.name = user->name,
			.secret = user->secret,
			.origin = user->write_origin.source ? user->write_origin : user->origin,
			.means = means_of(user->write),
			.acl = &user->acl,
			.family = is_tls ? admin->manager_tls.address.family
					 : admin->manager.address.family,
			.openness = reach->openness,
			.exposure = reach->exposure,
			.reach_text = reach->text,
		};
		judge(judging, &caller);
	}
	asterisk_file_unread(admin->manager_file, verdict);
}

static void judge_ari(struct judging *judging)
{
	/* What a version that does not know lists makes of them. */
	static const struct acl everybody;
	struct verdict *verdict = judging->verdict;
	if (!admin_ari_is_on(judging->model, verdict))
		return;
	const struct admin_access_model *admin = judging->model->asterisk->admin;
	struct admin_http_reach reach = admin_http_reach(verdict, judging->model, AUDIENCE_ADMIN);
	bool is_tls = reach.tls.openness > reach.plain.openness;
	bool has_lists = admin_ari_knows_acls(judging->model->asterisk->version_number);
	for (size_t i = 0; i < admin->ari_user_count; i++) {
		const struct ari_user *user = &admin->ari_users[i];
		const char *subject = text_of(verdict, "ARI user ", user->name, "");
		if (!secret_length(user->password))
			continue;
		if (user->is_read_only) {
			verdict_pass(verdict, user->origin, subject, "may only read");
			continue;
		}
		const struct caller caller = {
			.subject = subject,
			.name = user->name,
			.secret = user->password,
			.is_hashed = user->is_crypt,
			.origin = user->origin,
			.means = "POST /ari/channels",
			.acl = has_lists ? &user->acl : &everybody,
			.family = (is_tls ? &admin->https : &admin->http)->address.family,
			.openness = reach.openness,
			.exposure = reach.exposure,
			.reach_text = is_tls ? reach.tls.text : reach.plain.text,
		};
		judge(judging, &caller);
	}
	asterisk_file_unread(admin->ari_file, verdict);
}

static void evaluate_originate(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	struct judging judging = {
		.model = model,
		.verdict = verdict,
		.meter = secret_meter_new(verdict->arena, model->site ? model->site->words : NULL,
					  model->site ? model->site->word_count : 0),
		.judge = { .model = model, .verdict = verdict },
	};
	if (!judging.meter) {
		verdict->memory_failed = true;
		return;
	}
	judge_manager(&judging);
	judge_ari(&judging);
	if (verdict->fail_count && !judging.witness.channel)
		verdict_severity(verdict, SEVERITY_WITHOUT_TRUNK);
	verdict_not_applicable(verdict, "neither the manager nor ARI has a user who could place a "
					"call");
}

/* The manager's users are let in from this host alone; ARI goes where the HTTP server goes. */
static void remedy_originate(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	static const char *const verify[] = { "manager show users", "http show status", NULL };
	const struct admin_access_model *admin = model->asterisk->admin;
	struct verdict scratch = { .arena = remedy->arena };
	struct asterisk_remedy change;
	bool has_ari = false;
	(void)check;
	asterisk_remedy_begin(&change, remedy, model);
	for (size_t i = 0; i < verdict->count; i++) {
		const struct evidence *evidence = &verdict->evidence[i];
		if (evidence->role != EVIDENCE_FAILS)
			continue;
		has_ari |= slice_starts_with(slice_of(evidence->subject), "ARI user ");
		for (size_t k = 0; k < admin->user_count; k++)
			if (slice_is(slice_of(evidence->subject),
				     text_of(&scratch, "manager user ", admin->users[k].name, "")))
				admin_limit_user(&change, &admin->users[k]);
	}
	struct asterisk_place bind =
		asterisk_place_of(admin->http_file, "general", admin->http.origin);
	struct asterisk_place tls =
		asterisk_place_of(admin->http_file, "general", admin->https.origin);
	if (has_ari && admin->http.is_enabled)
		asterisk_remedy_set(&change, &bind, "bindaddr", "127.0.0.1");
	if (has_ari && admin->https.is_enabled)
		asterisk_remedy_set(&change, &tls, "tlsbindaddr", "127.0.0.1");
	asterisk_remedy_end(&change, "core reload", verify);
}

static const struct check rows[] = {
	{
		.id = "DIAL-013",
		.title = "Programs that place calls cannot be taken over",
		.why = "Whoever logs in as a manager or ARI user with the right to place calls "
		       "telephones the world without any telephone, and asks no dialplan.",
		.evaluates =
			"Users of manager.conf with write originate, command or system, and of "
			"ari.conf without read_only: reachable beyond the host, with a secret that "
			"is published, follows from the name or falls to 10^10 guesses, or open to "
			"strangers by their list and the firewall. The evidence names a channel to "
			"ask for: a Local one that the dialplan leads to a trunk, else the trunk.",
		.likelihood = 7,
		.impact = 10,
		.references = { "main/manager.c", "res/ari/resource_channels.c" },
		.evaluate = evaluate_originate,
		.remedy = remedy_originate,
	},
};

CHECK_LIST(originate_checks, rows);
