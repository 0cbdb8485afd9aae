/* SPDX-License-Identifier: Apache-2.0
 *
 * chan_sip as a whole: guests, what strangers learn, source lists that do not mean what they seem,
 * redirects, users.conf.
 */
#include <string.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/sip_entries.h"
#include "checks/verdict.h"

#define DENY_ALL_THEN_PHONES "deny=0.0.0.0/0.0.0.0\ndeny=::/0\npermit=" ASTERISK_PHONES

static struct origin general_origin(const struct sip_view *view, const struct conf_variable *line)
{
	if (line)
		return line->origin;
	const struct conf_category *category = view->sip->general.category;
	return category ? category->origin : (struct origin){ .source = view->sip->file->source };
}

/* For remedies: the model again, with nowhere to record to. */
static bool begin(struct sip_view *view, struct asterisk_remedy *edit, const struct model *model,
		  struct remedy *remedy)
{
	struct verdict ignored = { .arena = remedy->arena };
	asterisk_remedy_begin(edit, remedy, model);
	return sip_view_begin(view, &ignored, model);
}

static void set_general(struct asterisk_remedy *edit, const struct sip_view *view,
			const struct conf_variable *line, const char *key, const char *value)
{
	struct asterisk_place place = sip_general_place(view->sip, line);
	asterisk_remedy_set(edit, &place, key, value);
}

static const char *const verify_settings[] = { "sip show settings", NULL };
static const char *const verify_peers[] = { "sip show peers", NULL };

/* SIP-001 */

static void evaluate_guests(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	struct sip_view view;
	(void)check;
	if (!sip_view_begin(&view, verdict, model))
		return;
	const struct sip_switch *guests = &view.sip->general.allow_guest;
	struct origin origin = general_origin(&view, guests->variable);
	if (guests->is_on)
		verdict_fail(
			verdict, view.exposure, origin, "sip.conf [general]",
			"%s: a call without account is taken, and starts in context \"%s\"",
			guests->variable ? "allowguest is on"
					 : "allowguest is not set, and on by default",
			verdict_text(verdict, sip_general_text(&view.sip->general, SIP_CONTEXT)));
	else
		verdict_pass(verdict, origin, "sip.conf [general]", "allowguest is off");
}

static void remedy_guests(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct sip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	set_general(&edit, &view, view.sip->general.allow_guest.variable, "allowguest", "no");
	asterisk_remedy_end(&edit, "sip reload", verify_settings);
}

/* SIP-008 */

static void judge_list(struct verdict *verdict, const struct sip_view *view, const struct acl *acl,
		       enum exposure exposure, struct origin fallback, const char *subject,
		       size_t *looked_at)
{
	const char *fault = sip_sources_fault(view->families, acl);
	struct origin origin = sip_sources_origin(acl);
	*looked_at += acl->is_present;
	if (fault)
		verdict_fail(verdict, exposure, origin.source ? origin : fallback, subject, "%s",
			     fault);
}

static void evaluate_lists(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	struct sip_view view;
	size_t looked_at = 0;
	(void)check;
	if (!sip_view_begin(&view, verdict, model))
		return;
	const struct sip_general *general = &view.sip->general;
	if (general->ignored_acl)
		verdict_fail(verdict, view.exposure, general->ignored_acl->origin,
			     "sip.conf [general]",
			     "permit, deny and acl do not exist in [general]: the line is ignored");
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		if (peer->acl.is_present)
			judge_list(verdict, &view, &peer->acl, sip_peer_exposure(&view, peer),
				   peer->origin, sip_peer_subject(verdict, peer), &looked_at);
	}
	for (size_t i = 0; i < view.sip->dropped_count; i++) {
		const struct diagnostic *dropped = &view.sip->dropped[i];
		if (strstr(dropped->message, "permit") || strstr(dropped->message, "list"))
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, dropped->origin,
				     "an entry of sip.conf",
				     "%s: chan_sip drops the whole entry, and nobody can use it",
				     dropped->message);
	}
	sip_view_end(&view, verdict, looked_at, "every source list means what it says");
}

static void remedy_lists(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct sip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		if (!sip_sources_fault(view.families, &peer->acl))
			continue;
		for (size_t j = 0; j < peer->acl.rule_count; j++) {
			const struct conf_variable *line = peer->acl.rules[j].variable;
			struct asterisk_place place = sip_peer_place(peer, line);
			if (!line->is_inherited)
				asterisk_remedy_drop(&edit, &place);
		}
		struct asterisk_place place = sip_peer_place(peer, NULL);
		asterisk_remedy_add(&edit, &place, DENY_ALL_THEN_PHONES);
	}
	if (view.sip->general.ignored_acl) {
		struct asterisk_place place =
			sip_general_place(view.sip, view.sip->general.ignored_acl);
		asterisk_remedy_drop(&edit, &place);
	}
	asterisk_remedy_end(&edit, "sip reload", verify_peers);
}

/* SIP-009 */

/* Is the version under 1.6.2.21 or 1.8.7.2 (AST-2011-013)? False when it is not known. */
static bool leaks_names_by_nat(const struct model *model)
{
	static const unsigned int first_good_1_8[] = { 1, 8, 7, 2 };
	struct slice text = model->asterisk->version.value;
	unsigned int number = model->asterisk->version_number;
	if (number == 0 || number > 108)
		return false;
	if (number < 108)
		return true;
	size_t colon = slice_find_byte(text, ':');
	if (colon < text.size)
		text = slice_from(text, colon + 1);
	for (size_t i = 0; i < ARRAY_SIZE(first_good_1_8); i++) {
		struct slice part;
		uint64_t value = 0;
		if (!slice_next_field(&text, '.', &part))
			return true;
		size_t digits = 0;
		while (digits < part.size && byte_is_digit((unsigned char)part.data[digits]))
			digits++;
		if (!slice_to_uint64(slice_part(part, 0, digits), &value))
			return true;
		if (value != first_good_1_8[i])
			return value < first_good_1_8[i];
	}
	return false;
}

static void evaluate_leaks(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	struct sip_view view;
	(void)check;
	if (!sip_view_begin(&view, verdict, model))
		return;
	const struct sip_general *general = &view.sip->general;
	const struct sip_switch *reject = &general->always_auth_reject;
	if (general->allow_guest.is_on)
		verdict_fail(verdict, view.exposure,
			     general_origin(&view, general->allow_guest.variable),
			     "sip.conf [general]",
			     "guests are let in, so an unknown name and a wrong password are "
			     "answered differently whatever alwaysauthreject says");
	if (!reject->variable && reject->is_unknown)
		verdict_unknown_because(verdict, "alwaysauthreject",
					"it is not set, and its default depends on the version",
					"give --allow-asterisk-cli, or set it");
	else if (!reject->is_on)
		verdict_fail(verdict, view.exposure, general_origin(&view, reject->variable),
			     "sip.conf [general]",
			     "alwaysauthreject is off: answers tell which names exist");
	else
		verdict_pass(verdict, general_origin(&view, reject->variable), "sip.conf [general]",
			     "alwaysauthreject is on");
	for (size_t i = 0; leaks_names_by_nat(model) && i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		if ((peer->flags.values ^ general->flags.values) & SIP_FORCE_RPORT)
			verdict_fail(verdict, view.exposure, peer->origin,
				     sip_peer_subject(verdict, peer),
				     "nat differs from [general]: this version answers a known "
				     "name from another port (AST-2011-013)");
	}
}

static void remedy_leaks(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct sip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	const struct sip_general *general = &view.sip->general;
	if (general->allow_guest.is_on)
		set_general(&edit, &view, general->allow_guest.variable, "allowguest", "no");
	if (!general->always_auth_reject.is_on || general->always_auth_reject.is_unknown)
		set_general(&edit, &view, general->always_auth_reject.variable, "alwaysauthreject",
			    "yes");
	asterisk_remedy_end(&edit, "sip reload", verify_settings);
}

/* SIP-011 */

static void evaluate_autocreate(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	struct sip_view view;
	(void)check;
	if (!sip_view_begin(&view, verdict, model))
		return;
	const struct sip_general *general = &view.sip->general;
	struct origin origin = general_origin(&view, general->auto_create_peer_line);
	if (general->auto_create_peer == SIP_AUTOCREATE_NO)
		verdict_pass(verdict, origin, "sip.conf [general]", "autocreatepeer is off");
	else
		verdict_fail(verdict, view.exposure, origin, "sip.conf [general]",
			     "autocreatepeer is on: whoever registers any name becomes a peer, "
			     "without a password");
	if (general->match_auth_username.is_on)
		verdict_note(verdict, general_origin(&view, general->match_auth_username.variable),
			     "sip.conf [general]",
			     "match_auth_username is on: the caller's own Authorization header "
			     "chooses the entry");
}

static void remedy_autocreate(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct sip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	set_general(&edit, &view, view.sip->general.auto_create_peer_line, "autocreatepeer", "no");
	asterisk_remedy_end(&edit, "sip reload", verify_settings);
}

/* SIP-012 */

static void evaluate_contacts(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	struct sip_view view;
	size_t looked_at = 0;
	(void)check;
	if (!sip_view_begin(&view, verdict, model))
		return;
	const struct acl *general = &view.sip->general.contact_acl;
	size_t ignored = 0;
	judge_list(verdict, &view, general, view.exposure, general_origin(&view, NULL),
		   "sip.conf [general]", &ignored);
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		if (!peer->is_dynamic || !peer->is_peer)
			continue;
		looked_at++;
		if (!sip_sources_are_limited(view.families, general) &&
		    !sip_sources_are_limited(view.families, &peer->contact_acl))
			verdict_fail(verdict, sip_peer_exposure(&view, peer), peer->origin,
				     sip_peer_subject(verdict, peer),
				     "it may register any contact address: neither the entry nor "
				     "[general] has a contactpermit and contactdeny that limit it");
	}
	sip_view_end(&view, verdict, looked_at, "every registration's contact is limited");
}

static void remedy_contacts(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct sip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	struct asterisk_place place = sip_general_place(view.sip, NULL);
	asterisk_remedy_add(&edit, &place,
			    "contactdeny=0.0.0.0/0.0.0.0\ncontactdeny=::/0\n"
			    "contactpermit=" ASTERISK_PHONES);
	asterisk_remedy_end(&edit, "sip reload", verify_settings);
}

/* SIP-014 */

struct trust_fault {
	uint32_t flag;
	const char *key;
	const char *text;
};

static const struct trust_fault trust_faults[] = {
	{ SIP_PROMISC_REDIR, "promiscredir",
	  "promiscredir is on: a 302 answer sends the call anywhere" },
	{ SIP_TRUST_RPID, "trustrpid",
	  "trustrpid is on for a registering entry: it may call under any number" },
};

/* The line of PEER that sets KEY, its own or a template's; NULL: [general]'s. */
static const struct conf_variable *line_of(const struct sip_peer *peer, const char *key)
{
	return peer->category ? conf_last(peer->category, key) : NULL;
}

static bool has_trust_fault(const struct sip_peer *peer, const struct trust_fault *fault)
{
	if (!(peer->flags.values & fault->flag))
		return false;
	return fault->flag != SIP_TRUST_RPID || peer->is_dynamic;
}

static bool is_open_for_transfers(const struct model *model, const struct sip_peer *peer)
{
	return model->site && model->site->level == SITE_STRICT && sip_peer_is_static(peer) &&
	       peer->numbers[SIP_TRANSFER] != 0;
}

static void evaluate_trust(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	struct sip_view view;
	(void)check;
	if (!sip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		for (size_t j = 0; j < ARRAY_SIZE(trust_faults); j++)
			if (has_trust_fault(peer, &trust_faults[j]))
				verdict_fail(verdict, sip_peer_exposure(&view, peer),
					     sip_line_or_section(line_of(peer, trust_faults[j].key),
								 peer),
					     sip_peer_subject(verdict, peer), "%s",
					     trust_faults[j].text);
		if (is_open_for_transfers(model, peer))
			verdict_fail(verdict, sip_peer_exposure(&view, peer), peer->origin,
				     sip_peer_subject(verdict, peer),
				     "allowtransfer is on for a trunk: the far end can send its "
				     "calls on with REFER");
	}
	sip_view_end(&view, verdict, view.sip->peer_count,
		     "no entry may redirect anywhere or choose its number");
}

static void remedy_trust(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct sip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		for (size_t j = 0; j < ARRAY_SIZE(trust_faults); j++) {
			const struct conf_variable *line = line_of(peer, trust_faults[j].key);
			if (!has_trust_fault(peer, &trust_faults[j]))
				continue;
			struct asterisk_place place =
				sip_peer_place(peer, line && !line->is_inherited ? line : NULL);
			asterisk_remedy_set(&edit, &place, trust_faults[j].key, "no");
		}
		if (is_open_for_transfers(model, peer)) {
			struct asterisk_place place = sip_peer_place(peer, NULL);
			asterisk_remedy_set(&edit, &place, "allowtransfer", "no");
		}
	}
	asterisk_remedy_end(&edit, "sip reload", verify_peers);
}

/* SIP-015 */

/* hasmanager of the entry, else of users.conf's [general]. */
static bool is_manager_too(const struct sip_view *view, const struct sip_peer *peer)
{
	const struct conf_variable *line = conf_first(peer->category, "hasmanager");
	if (!line)
		line = conf_first(conf_find_category(view->sip->users_file, "general"),
				  "hasmanager");
	return line && conf_is_true(line->value);
}

static const char *users_fault(const struct sip_view *view, const struct sip_peer *peer)
{
	bool is_limited = sip_sources_are_limited(view->families, &peer->acl);
	if (sip_peer_is_open(peer))
		return "users.conf makes it a friend without a secret";
	if (is_manager_too(view, peer) && !is_limited)
		return "users.conf makes it a manager account too, from any address";
	if (!is_limited)
		return "users.conf makes it a friend that may call from any address";
	return NULL;
}

static void evaluate_users(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	struct sip_view view;
	size_t looked_at = 0;
	(void)check;
	if (!sip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		const char *fault = peer->is_from_users ? users_fault(&view, peer) : NULL;
		looked_at += peer->is_from_users;
		if (fault)
			verdict_fail(verdict, sip_peer_exposure(&view, peer), peer->origin,
				     sip_peer_subject(verdict, peer), "%s", fault);
	}
	if (view.sip->users_file->state == FACT_UNREADABLE)
		verdict_unknown(verdict, view.sip->users_file->unread);
	sip_view_end(&view, verdict, looked_at, "users.conf's entries are guarded");
}

static void remedy_users(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct sip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	const struct conf_category *general = conf_find_category(view.sip->users_file, "general");
	const struct conf_variable *line = conf_first(general, "hassip");
	struct asterisk_place place = {
		.file = "users.conf",
		.section = SLICE("general"),
		.header = general ? general->origin : ORIGIN_NONE,
		.line = line ? line->origin : ORIGIN_NONE,
	};
	asterisk_remedy_set(&edit, &place, "hassip", "no");
	asterisk_remedy_end(&edit, "sip reload", verify_peers);
}

static const struct check rows[] = {
	{
		.id = "SIP-001",
		.title = "Unauthenticated callers get no call",
		.why = "With guests let in, anybody who reaches the SIP port can place calls into "
		       "the dialplan; scanners try that within hours.",
		.evaluates = "allowguest of the first [general] section: on by default in every "
			     "version, off with any word that is not yes, true, y, t, 1 or on. A "
			     "second [general] is not looked at by chan_sip.",
		.likelihood = 10,
		.impact = 9,
		.references = { "chan_sip.c", "sip.conf.sample" },
		.evaluate = evaluate_guests,
		.remedy = remedy_guests,
	},
	{
		.id = "SIP-008",
		.title = "Source lists mean what they seem",
		.why = "A list that lets in more than its lines name guards nothing, and one that "
		       "denies everybody is taken out by the next person in a hurry.",
		.evaluates =
			"The set of addresses that each entry's permit, deny and acl lines let "
			"through, against what the permit lines name: everything is allowed at "
			"first, the last matching line wins, lines of one family skip the other, "
			"a named list that is missing denies all, a bad line drops the entry, and "
			"[general] has no such lines.",
		.likelihood = 7,
		.impact = 7,
		.references = { "acl.c ast_apply_ha", "acl.c ast_append_acl" },
		.evaluate = evaluate_lists,
		.remedy = remedy_lists,
	},
	{
		.id = "SIP-009",
		.title = "Unknown and known names fail alike",
		.why = "When the answers differ, a scanner first learns which accounts exist and "
		       "then guesses only their passwords.",
		.evaluates = "alwaysauthreject (on by default from 1.8), allowguest, and for "
			     "versions before 1.6.2.21 and 1.8.7.2 entries whose nat differs from "
			     "[general].",
		.likelihood = 8,
		.impact = 4,
		.references = { "AST-2009-003", "AST-2011-013", "AST-2013-003" },
		.evaluate = evaluate_leaks,
		.remedy = remedy_leaks,
	},
	{
		.id = "SIP-011",
		.title = "Nobody becomes a peer by asking",
		.why = "autocreatepeer makes a peer without password of every REGISTER, with all "
		       "that [general]'s context allows.",
		.evaluates = "autocreatepeer of [general]: yes or persist; match_auth_username is "
			     "told beside.",
		.likelihood = 5,
		.impact = 10,
		.references = { "chan_sip.c temp_peer" },
		.evaluate = evaluate_autocreate,
		.remedy = remedy_autocreate,
	},
	{
		.id = "SIP-012",
		.title = "Registrations cannot point at foreign addresses",
		.why = "A stolen account that registers a contact elsewhere takes the owner's "
		       "incoming calls with it.",
		.evaluates = "contactpermit, contactdeny and contactacl of [general] and of each "
			     "registering entry, as sets of addresses.",
		.likelihood = 3,
		.impact = 6,
		.level = LEVEL_STRICT,
		.references = { "chan_sip.c parse_register_contact" },
		.evaluate = evaluate_contacts,
		.remedy = remedy_contacts,
	},
	{
		.id = "SIP-014",
		.title = "Callers cannot redirect or impersonate",
		.why = "An entry that may redirect or name its own number makes calls that look "
		       "like somebody else's, at the owner's cost.",
		.evaluates = "promiscredir of every entry, trustrpid of registering ones, with "
			     "what [general] gives them; at the strict level allowtransfer of "
			     "entries with a fixed host.",
		.likelihood = 4,
		.impact = 7,
		.references = { "sip.conf.sample" },
		.evaluate = evaluate_trust,
		.remedy = remedy_trust,
	},
	{
		.id = "SIP-015",
		.title = "users.conf creates no silent friends",
		.why = "One line in users.conf's [general] turns every entry into a SIP friend and "
		       "a manager account, with a secret that may be shared.",
		.evaluates = "Entries of users.conf with hassip, their own or that of its "
			     "[general]: their secret, their source list, and hasmanager.",
		.likelihood = 4,
		.impact = 8,
		.references = { "chan_sip.c reload_config", "manager.c" },
		.evaluate = evaluate_users,
		.remedy = remedy_users,
	},
};

CHECK_LIST(sip_transport_checks, rows);
