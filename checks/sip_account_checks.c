/* SPDX-License-Identifier: Apache-2.0
 *
 * Users, peers and friends of chan_sip, one by one: who may call as them, from where, with what
 * proof.
 */
#include <limits.h>
#include <string.h>

#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/sip_entries.h"
#include "checks/verdict.h"

#define DENY_ALL_THEN_PHONES "deny=0.0.0.0/0.0.0.0\ndeny=::/0\npermit=" ASTERISK_PHONES

/* What one entry does to a check. */
enum outcome {
	/* It is none of the check's kind. */
	SKIPPED,
	PASSED,
	FAILED,
	/* The firewall decides it, and is not known. */
	UNDECIDED,
};

/* Pure: a remedy asks the same question again. */
typedef enum outcome judge_peer(const struct sip_view *view, const struct sip_peer *peer);

static bool has_invite(const struct sip_peer *peer)
{
	return (peer->flags.values & SIP_INSECURE_INVITE) != 0;
}

static bool is_friend(const struct sip_peer *peer)
{
	return peer->is_user && peer->is_peer;
}

static enum outcome judge_friend_invite(const struct sip_view *view, const struct sip_peer *peer)
{
	(void)view;
	if (!has_invite(peer))
		return PASSED;
	return peer->is_user ? FAILED : PASSED;
}

static enum outcome judge_peer_invite(const struct sip_view *view, const struct sip_peer *peer)
{
	if (!has_invite(peer) || peer->is_user)
		return SKIPPED;
	if (peer->is_dynamic)
		return FAILED;
	if (sip_sources_are_narrow(view->families, &peer->acl))
		return PASSED;
	if (view->exposure == EXPOSURE_ANYWHERE)
		return FAILED;
	return view->exposure == EXPOSURE_UNKNOWN ? UNDECIDED : PASSED;
}

static enum outcome judge_static_type(const struct sip_view *view, const struct sip_peer *peer)
{
	(void)view;
	if (!sip_peer_is_static(peer))
		return SKIPPED;
	return peer->is_user ? FAILED : PASSED;
}

static enum outcome judge_dynamic_friend(const struct sip_view *view, const struct sip_peer *peer)
{
	if (!peer->is_dynamic)
		return SKIPPED;
	return is_friend(peer) && !sip_sources_are_limited(view->families, &peer->acl) ? FAILED
										       : PASSED;
}

static enum outcome judge_secret(const struct sip_view *view, const struct sip_peer *peer)
{
	/* A type=peer with a fixed host is recognised by its address alone. */
	if (!peer->is_user && !peer->is_dynamic)
		return SKIPPED;
	if (!sip_peer_is_open(peer))
		return PASSED;
	return sip_sources_are_narrow(view->families, &peer->acl) ? PASSED : FAILED;
}

static enum outcome judge_sources(const struct sip_view *view, const struct sip_peer *peer)
{
	if (!peer->is_dynamic && !peer->is_user)
		return SKIPPED;
	return sip_sources_are_limited(view->families, &peer->acl) ? PASSED : FAILED;
}

/* Runs JUDGE over all entries; TEXT says what is wrong, LINE which line shows it. */
typedef const struct conf_variable *line_of_peer(const struct sip_peer *peer);

struct survey {
	judge_peer *judge;
	line_of_peer *line;
	const char *wrong;
	/* When nothing failed. */
	const char *right;
};

static const struct conf_variable *insecure_line(const struct sip_peer *peer)
{
	return peer->insecure;
}

static const struct conf_variable *type_line(const struct sip_peer *peer)
{
	return peer->type;
}

static const struct conf_variable *no_line(const struct sip_peer *peer)
{
	(void)peer;
	return NULL;
}

static const struct conf_variable *secret_line(const struct sip_peer *peer)
{
	return peer->texts[SIP_SECRET];
}

static void evaluate_survey(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	const struct survey *survey = check->parameters;
	struct sip_view view;
	size_t looked_at = 0;
	if (!sip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		enum outcome outcome = survey->judge(&view, peer);
		looked_at += outcome != SKIPPED;
		if (outcome == FAILED)
			verdict_fail(verdict, sip_peer_exposure(&view, peer),
				     sip_line_or_section(survey->line(peer), peer),
				     sip_peer_subject(verdict, peer), "%s", survey->wrong);
		else if (outcome == UNDECIDED)
			verdict_unknown_because(verdict, sip_peer_subject(verdict, peer),
						"who reaches the SIP port is not known",
						"make sockets and firewall rules readable");
	}
	sip_view_end(&view, verdict, looked_at, survey->right);
}

/* High only, where each such entry has a tight source list. */
static void evaluate_friend_invite(const struct check *check, const struct model *model,
				   struct verdict *verdict)
{
	struct sip_view view;
	bool all_narrow = true;
	evaluate_survey(check, model, verdict);
	if (!verdict->fail_count)
		return;
	view = (struct sip_view){ 0 };
	if (!sip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		if (judge_friend_invite(&view, peer) == FAILED)
			all_narrow =
				all_narrow && sip_sources_are_narrow(view.families, &peer->acl);
	}
	if (all_narrow)
		verdict_severity(verdict, 85);
}

/* Begins a remedy: false when there is nothing to see any more. */
static bool begin(struct sip_view *view, struct asterisk_remedy *edit, const struct model *model,
		  struct remedy *remedy)
{
	struct verdict ignored = { .arena = remedy->arena };
	asterisk_remedy_begin(edit, remedy, model);
	return sip_view_begin(view, &ignored, model);
}

typedef void mend_peer(struct asterisk_remedy *edit, const struct sip_view *view,
		       const struct sip_peer *peer);

static void mend_all(const struct check *check, const struct model *model, struct remedy *remedy,
		     mend_peer *mend, const char *const *verify)
{
	const struct survey *survey = check->parameters;
	struct asterisk_remedy edit;
	struct sip_view view;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.sip->peer_count; i++)
		if (survey->judge(&view, &view.sip->peers[i]) == FAILED)
			mend(&edit, &view, &view.sip->peers[i]);
	asterisk_remedy_end(&edit, "sip reload", verify);
}

static void mend_type(struct asterisk_remedy *edit, const struct sip_view *view,
		      const struct sip_peer *peer)
{
	(void)view;
	struct asterisk_place place = sip_peer_place(peer, peer->type);
	/* A line of the template or of the section: nothing but replacing it takes the bit away. */
	asterisk_remedy_set(edit, &place, "type", "peer");
}

static void mend_insecure(struct asterisk_remedy *edit, const struct sip_view *view,
			  const struct sip_peer *peer)
{
	(void)view;
	bool is_own = peer->insecure && !peer->insecure->is_inherited;
	struct asterisk_place place = sip_peer_place(peer, is_own ? peer->insecure : NULL);
	bool keeps_port = (peer->flags.values & SIP_INSECURE_PORT) != 0;
	asterisk_remedy_set(edit, &place, "insecure", keeps_port ? "port" : "no");
}

static void mend_sources(struct asterisk_remedy *edit, const struct sip_view *view,
			 const struct sip_peer *peer)
{
	(void)view;
	struct asterisk_place place = sip_peer_place(peer, NULL);
	asterisk_remedy_add(edit, &place, DENY_ALL_THEN_PHONES);
}

static void mend_secret(struct asterisk_remedy *edit, const struct sip_view *view,
			const struct sip_peer *peer)
{
	(void)view;
	struct asterisk_place place = sip_peer_place(peer, peer->texts[SIP_SECRET]);
	asterisk_remedy_set(edit, &place, "secret", ASTERISK_NEW_SECRET);
}

static const char *const verify_users[] = { "sip show users", NULL };
static const char *const verify_peers[] = { "sip show peers", NULL };

static void remedy_friend_invite(const struct check *check, const struct model *model,
				 const struct verdict *verdict, struct remedy *remedy)
{
	(void)verdict;
	mend_all(check, model, remedy, mend_insecure, verify_users);
}

static void remedy_type(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	(void)verdict;
	mend_all(check, model, remedy, mend_type, verify_users);
}

static void remedy_sources(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	(void)verdict;
	mend_all(check, model, remedy, mend_sources, verify_peers);
}

static void remedy_secret(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	(void)verdict;
	mend_all(check, model, remedy, mend_secret, verify_peers);
}

static const struct survey friend_invite = {
	.judge = judge_friend_invite,
	.line = insecure_line,
	.wrong = "insecure=invite on an entry that is found by its From name: whoever writes this "
		 "name there calls without a password",
	.right = "no user or friend has insecure=invite",
};

static const struct survey peer_invite = {
	.judge = judge_peer_invite,
	.line = insecure_line,
	.wrong = "insecure=invite without a fixed host and a source list: calls from its address "
		 "are taken without a password",
	.right = "every peer with insecure=invite is held to fixed addresses",
};

static const struct survey static_type = {
	.judge = judge_static_type,
	.line = type_line,
	.wrong = "a fixed host, and not type=peer: the From name selects it from any address",
	.right = "every entry with a fixed host is type=peer",
};

static const struct survey dynamic_friend = {
	.judge = judge_dynamic_friend,
	.line = type_line,
	.wrong = "type=friend with host=dynamic and no source list: its name can be tried, and its "
		 "password guessed, from any address",
	.right = "every registering phone is type=peer or has a source list",
};

static const struct survey secrets = {
	.judge = judge_secret,
	.line = secret_line,
	.wrong = "no secret and no md5secret: whoever uses this name is let in",
	.right = "every entry that may call has a secret",
};

static const struct survey sources = {
	.judge = judge_sources,
	.line = no_line,
	.wrong = "no permit, deny or acl that keeps anybody out",
	.right = "every entry limits its source addresses",
};

static const struct check rows[] = {
	{
		.id = "SIP-002",
		.title = "No friend has insecure=invite",
		.why = "insecure=invite switches the password off for calls, and a friend is found "
		       "by the name in From, which the caller writes. Together they let anybody "
		       "call at the owner's cost.",
		.evaluates =
			"Every entry whose effective type has the user bit (type lines of "
			"templates and of the section add up, nothing takes a bit away) and whose "
			"last insecure line, its own, a template's or that of [general], has "
			"invite. A source list of single networks makes it high instead of "
			"critical.",
		.likelihood = 10,
		.impact = 10,
		.is_seed = true,
		.references = { "seed 4.6", "chan_sip.c set_insecure_flags",
				"chan_sip.c check_peer_ok" },
		.evaluate = evaluate_friend_invite,
		.remedy = remedy_friend_invite,
		.parameters = &friend_invite,
	},
	{
		.id = "SIP-003",
		.title = "insecure=invite is held to fixed trunk addresses",
		.why = "A trunk that is recognised by its address alone is as safe as the address: "
		       "forged or reassigned addresses call without a password.",
		.evaluates = "Entries of type peer with invite in their effective insecure: they "
			     "need a fixed host, and a source list or a firewall that holds the "
			     "SIP port to it.",
		.likelihood = 8,
		.impact = 9,
		.is_seed = true,
		.references = { "seed 4.6", "chan_sip.c" },
		.evaluate = evaluate_survey,
		.remedy = remedy_friend_invite,
		.parameters = &peer_invite,
	},
	{
		.id = "SIP-004",
		.title = "Trunks and fixed hosts are type=peer",
		.why = "An entry that is a user too can be selected by the From name from "
		       "anywhere; a trunk has to be recognised by its address.",
		.evaluates = "Entries with a host that is not dynamic whose effective type has the "
			     "user bit, by their own line or a template's.",
		.likelihood = 6,
		.impact = 7,
		.is_seed = true,
		.references = { "seed 4.6", "chan_sip.c build_peer" },
		.evaluate = evaluate_survey,
		.remedy = remedy_type,
		.parameters = &static_type,
	},
	{
		.id = "SIP-005",
		.title = "Registering phones that are friends are guarded",
		.why = "A friend is found by its name from any address, so names can be tried and "
		       "passwords guessed from everywhere; a source list ends that.",
		.evaluates = "Entries with host=dynamic whose type has both bits, and the set of "
			     "addresses that their permit, deny and acl lines let through. Weak "
			     "secrets are the business of the SEC group.",
		.likelihood = 6,
		.impact = 5,
		.is_seed = true,
		.references = { "seed 4.6", "chan_sip.c check_peer_ok" },
		.evaluate = evaluate_survey,
		.remedy = remedy_sources,
		.parameters = &dynamic_friend,
	},
	{
		.id = "SIP-006",
		.title = "Every entry that may call has a secret",
		.why = "chan_sip lets an entry without secret in unasked, for calls and for "
		       "registrations.",
		.evaluates =
			"Entries that a stranger can select (by From name, or by registering) "
			"with neither secret nor md5secret. remotesecret is for calls out only, "
			"an empty secret is none; users.conf's [general] gives its secret to its "
			"entries, sip.conf's never does. Entries held to single networks pass.",
		.likelihood = 10,
		.impact = 9,
		.references = { "chan_sip.c check_auth" },
		.evaluate = evaluate_survey,
		.remedy = remedy_secret,
		.parameters = &secrets,
	},
	{
		.id = "SIP-007",
		.title = "Each entry limits its source addresses",
		.why = "A stolen or guessed password is worth nothing from an address that the "
		       "entry does not take.",
		.evaluates =
			"permit, deny and acl of every dynamic entry and of every entry with the "
			"user bit, after templates, as the set of addresses that they let "
			"through. permit and deny in sip.conf's [general] do not exist.",
		.likelihood = 7,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.6", "acl.c" },
		.evaluate = evaluate_survey,
		.remedy = remedy_sources,
		.parameters = &sources,
	},
};

CHECK_LIST(sip_account_checks, rows);
