/* SPDX-License-Identifier: Apache-2.0
 *
 * IAX2: whether it runs for nothing, who may call in by it, and how it proves itself.
 */
#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/iax_model.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/asterisk_judge.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/exposure_of.h"
#include "checks/remedy.h"
#include "checks/sip_sources.h"
#include "checks/verdict.h"

/* Ranges without call tokens that are wider than this are no single peer. */
#define TOKEN_IPV4_LENGTH 24
#define TOKEN_IPV6_LENGTH 48
/* A guest whose context is not known to reach outside. */
#define GUEST_SEVERITY 65

static const char *const verify_users[] = { "iax2 show users", NULL };
static const char *const verify_peers[] = { "iax2 show peers", NULL };

struct view {
	const struct model *model;
	const struct iax_model *iax;
	enum exposure exposure;
	struct sip_families families;
};

static bool view_begin(struct view *view, struct verdict *verdict, const struct model *model)
{
	*view = (struct view){ .model = model };
	if (!asterisk_is_there(model, verdict))
		return false;
	const struct asterisk_model *asterisk = model->asterisk;
	view->iax = asterisk->iax;
	if (asterisk->settings &&
	    asterisk_module_state(asterisk->settings, "chan_iax2.so", NULL) == MODULE_NOT_LOADED) {
		verdict_not_applicable(verdict, "chan_iax2 is not loaded");
		return false;
	}
	if (view->iax->file->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, view->iax->file->unread);
		return false;
	}
	if (view->iax->file->state == FACT_ABSENT) {
		verdict_not_applicable(verdict, "there is no iax.conf: chan_iax2 does not load");
		return false;
	}
	if (!view->iax->is_loaded) {
		verdict_unknown_because(verdict, "iax.conf", "Asterisk calls the file invalid",
					"mend the file; what runs now is an older state of it");
		return false;
	}
	view->exposure = exposure_of_port(model, IPPROTO_UDP, view->iax->port);
	/* Without a bindaddr= of IPv6, chan_iax2 binds 0.0.0.0. */
	view->families.ipv4 = true;
	return true;
}

static void view_end(const struct view *view, struct verdict *verdict, size_t count,
		     const char *text)
{
	if (view->iax->is_realtime)
		verdict_unknown_because(verdict, "entries of chan_iax2",
					"extconfig.conf keeps some in a database",
					"export the table into iax.conf");
	if (view->iax->file->is_incomplete)
		verdict_unknown(verdict, view->iax->file->incomplete);
	if (verdict->fail_count || verdict->unknown_count)
		return;
	if (count)
		verdict_pass(verdict, asterisk_file_origin(view->iax->file), "chan_iax2",
			     "%s (%zu)", text, count);
	else
		verdict_not_applicable(verdict, "chan_iax2 has no entry of that kind");
}

static const char *subject(struct verdict *verdict, const struct iax_entry *entry)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, entry->is_user && entry->is_peer ? "IAX friend "
				    : entry->is_user                 ? "IAX user "
								     : "IAX peer ");
	buffer_append_slice(&text, entry->name);
	return verdict_text(verdict, buffer_slice(&text));
}

static struct asterisk_place place_of(const struct iax_entry *entry,
				      const struct conf_variable *line)
{
	return (struct asterisk_place){
		.file = entry->is_from_users ? "users.conf" : "iax.conf",
		.section = entry->name,
		.header = entry->origin,
		.line = line && !line->is_inherited ? line->origin : ORIGIN_NONE,
		.page = "Settings, Asterisk IAX Settings",
	};
}

static bool begin(struct view *view, struct asterisk_remedy *edit, const struct model *model,
		  struct remedy *remedy)
{
	struct verdict ignored = { .arena = remedy->arena };
	asterisk_remedy_begin(edit, remedy, model);
	return view_begin(view, &ignored, model);
}

/* IAX-001 */

static bool is_sample_guest(const struct iax_entry *entry)
{
	return slice_is(entry->name, "guest") && entry->is_user && !entry->is_peer;
}

/* Entries and registrations that somebody made: neither the samples' guest nor their demo. */
static size_t used_entries(const struct iax_model *iax)
{
	size_t count = iax->registration_count;
	for (size_t i = 0; i < iax->entry_count; i++)
		count += !is_sample_guest(&iax->entries[i]) &&
			 !slice_is(iax->entries[i].name, "demo");
	return count;
}

static void evaluate_use(const struct check *check, const struct model *model,
			 struct verdict *verdict)
{
	struct view view;
	(void)check;
	if (!view_begin(&view, verdict, model))
		return;
	size_t used = used_entries(view.iax);
	if (!used && view.iax->is_realtime)
		verdict_unknown_because(verdict, "entries of chan_iax2",
					"extconfig.conf keeps them in a database",
					"export the table into iax.conf");
	else if (!used)
		verdict_fail(verdict, view.exposure, asterisk_file_origin(view.iax->file),
			     "chan_iax2", "it is loaded, and nobody is configured to use it");
	else
		verdict_pass(verdict, asterisk_file_origin(view.iax->file), "chan_iax2",
			     "it is in use (%zu entries and registrations)", used);
}

static void remedy_use(const struct check *check, const struct model *model,
		       const struct verdict *verdict, struct remedy *remedy)
{
	static const char *const verify[] = { "module show like chan_iax2", NULL };
	struct asterisk_remedy edit;
	struct view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	const struct conf_file *modules = model->asterisk->settings->modules_conf;
	struct asterisk_place place = asterisk_place_of(modules, "modules", ORIGIN_NONE);
	asterisk_remedy_set(&edit, &place, "noload", "chan_iax2.so");
	asterisk_remedy_end(&edit, NULL, verify);
}

/* IAX-002 */

static bool is_guest(const struct view *view, const struct iax_entry *entry)
{
	return entry->is_user && iax_entry_is_open(entry) &&
	       !sip_sources_are_narrow(view->families, &entry->acl);
}

static void evaluate_guests(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	struct view view;
	size_t users = 0;
	(void)check;
	if (!view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.iax->entry_count; i++) {
		const struct iax_entry *entry = &view.iax->entries[i];
		users += entry->is_user;
		if (!is_guest(&view, entry))
			continue;
		verdict_fail(verdict,
			     sip_sources_exposure(view.families, &entry->acl, view.exposure),
			     entry->origin, subject(verdict, entry),
			     "no secret and no keys: it is chosen for callers who name nobody, and "
			     "their calls start in context \"%s\"",
			     verdict_text(verdict, iax_entry_context(entry)));
		verdict_severity(verdict, GUEST_SEVERITY);
	}
	view_end(&view, verdict, users, "every IAX user has to prove itself");
}

static void remedy_guests(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.iax->entry_count; i++) {
		const struct iax_entry *entry = &view.iax->entries[i];
		if (!is_guest(&view, entry))
			continue;
		struct asterisk_place place = place_of(entry, entry->secret);
		asterisk_remedy_set(&edit, &place, "secret", ASTERISK_NEW_SECRET);
	}
	asterisk_remedy_end(&edit, "iax2 reload", verify_users);
}

/* IAX-003 */

static bool is_wide_range(const struct acl_rule *rule)
{
	unsigned int length = rule->network.address.family == ADDRESS_IPV4 ? TOKEN_IPV4_LENGTH
									   : TOKEN_IPV6_LENGTH;
	return rule->network.length < length;
}

static void evaluate_tokens(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	struct view view;
	(void)check;
	if (!view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.iax->entry_count; i++) {
		const struct iax_entry *entry = &view.iax->entries[i];
		if (entry->call_token == IAX_TOKEN_NO)
			verdict_fail(verdict, view.exposure, entry->call_token_line->origin,
				     subject(verdict, entry),
				     "requirecalltoken is off: calls from forged addresses use up "
				     "the call numbers");
		else if (entry->call_token == IAX_TOKEN_AUTO)
			verdict_note(verdict, entry->call_token_line->origin,
				     subject(verdict, entry),
				     "requirecalltoken=auto: no token until the other side shows "
				     "that it can");
	}
	for (size_t i = 0; i < view.iax->token_optional_count; i++) {
		const struct acl_rule *rule = &view.iax->token_optional[i];
		if (is_wide_range(rule))
			verdict_fail(verdict, view.exposure, rule->variable->origin,
				     "iax.conf [general]",
				     "calltokenoptional=%s is more than single peers",
				     verdict_text(verdict, rule->variable->value));
	}
	view_end(&view, verdict, view.iax->entry_count, "call tokens are required");
}

static void remedy_tokens(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.iax->entry_count; i++) {
		const struct iax_entry *entry = &view.iax->entries[i];
		struct asterisk_place place = place_of(entry, entry->call_token_line);
		if (entry->call_token == IAX_TOKEN_NO)
			asterisk_remedy_set(&edit, &place, "requirecalltoken", "yes");
	}
	for (size_t i = 0; i < view.iax->token_optional_count; i++) {
		const struct acl_rule *rule = &view.iax->token_optional[i];
		struct asterisk_place place =
			asterisk_place_of(view.iax->file, "general", rule->variable->origin);
		if (is_wide_range(rule))
			asterisk_remedy_drop(&edit, &place);
	}
	asterisk_remedy_end(&edit, "iax2 reload", verify_peers);
}

/* IAX-004 */

static bool has_secret(const struct iax_entry *entry)
{
	return entry->secret && entry->secret->value.size != 0;
}

static bool needs_encryption(const struct view *view, const struct iax_entry *entry)
{
	bool is_strict = view->model->site && view->model->site->level == SITE_STRICT;
	return is_strict && entry->host && !entry->is_dynamic && !entry->forces_encryption;
}

static void evaluate_clear(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	struct view view;
	size_t looked_at = 0;
	(void)check;
	if (!view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.iax->entry_count; i++) {
		const struct iax_entry *entry = &view.iax->entries[i];
		if (!has_secret(entry))
			continue;
		looked_at++;
		const struct conf_variable *line =
			entry->auth_line ? entry->auth_line : view.iax->auth_line;
		if (entry->auth & IAX_PLAINTEXT)
			verdict_fail(verdict, view.exposure, line ? line->origin : entry->origin,
				     subject(verdict, entry),
				     line ? "auth has plaintext: the secret is sent in clear to "
					    "whoever asks for it"
					  : "auth is not set, and this version then takes the "
					    "secret in clear");
		if (needs_encryption(&view, entry))
			verdict_fail(verdict, view.exposure, entry->origin, subject(verdict, entry),
				     "a server to server link without forceencryption");
	}
	view_end(&view, verdict, looked_at, "no IAX secret travels in clear");
}

static void remedy_clear(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.iax->entry_count; i++) {
		const struct iax_entry *entry = &view.iax->entries[i];
		if (!has_secret(entry))
			continue;
		struct asterisk_place place = place_of(entry, entry->auth_line);
		if (entry->auth & IAX_PLAINTEXT)
			asterisk_remedy_set(&edit, &place, "auth", "md5");
		struct asterisk_place section = place_of(entry, NULL);
		if (needs_encryption(&view, entry))
			asterisk_remedy_set(&edit, &section, "forceencryption", "yes");
	}
	asterisk_remedy_end(&edit, "iax2 reload", verify_peers);
}

/* IAX-005 */

static void evaluate_sources(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	struct view view;
	bool is_undecided = false;
	(void)check;
	if (!view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.iax->entry_count; i++) {
		const struct iax_entry *entry = &view.iax->entries[i];
		bool is_limited = sip_sources_are_limited(view.families, &entry->acl);
		const char *fault = sip_sources_fault(view.families, &entry->acl);
		if (fault)
			verdict_fail(verdict, view.exposure, sip_sources_origin(&entry->acl),
				     subject(verdict, entry), "%s", fault);
		else if (!is_limited && view.exposure == EXPOSURE_ANYWHERE)
			verdict_fail(verdict, view.exposure, entry->origin, subject(verdict, entry),
				     "no permit, deny or acl, and port %u/udp is reachable from "
				     "anywhere",
				     view.iax->port);
		is_undecided |= !is_limited && view.exposure == EXPOSURE_UNKNOWN;
	}
	if (is_undecided && !verdict->fail_count)
		verdict_unknown_because(verdict, "IAX entries without a source list",
					"who reaches the IAX port is not known",
					"make sockets and firewall rules readable");
	if (!view.iax->delays_reject)
		verdict_note(verdict,
			     view.iax->delay_reject_line ? view.iax->delay_reject_line->origin
							 : asterisk_file_origin(view.iax->file),
			     "iax.conf [general]",
			     "delayreject is off: passwords can be tried at full speed");
	view_end(&view, verdict, view.iax->entry_count, "IAX sources are limited");
}

static void remedy_sources(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.iax->entry_count; i++) {
		const struct iax_entry *entry = &view.iax->entries[i];
		struct asterisk_place place = place_of(entry, NULL);
		if (!sip_sources_are_limited(view.families, &entry->acl))
			asterisk_remedy_add(&edit, &place,
					    "deny=0.0.0.0/0.0.0.0\npermit=" ASTERISK_PHONES);
	}
	asterisk_remedy_end(&edit, "iax2 reload", verify_peers);
}

static const struct check rows[] = {
	{
		.id = "IAX-001",
		.title = "IAX2 runs only if used",
		.why = "A channel driver that nobody needs is one more port to attack.",
		.evaluates = "chan_iax2 loaded, with no user, peer or registration beside the "
			     "samples' guest and demo.",
		.likelihood = 6,
		.impact = 5,
		.references = { "modules.conf.sample" },
		.evaluate = evaluate_use,
		.remedy = remedy_use,
	},
	{
		.id = "IAX-002",
		.title = "Guests get no call by IAX2",
		.why = "A user without secret is chosen for callers who give no name, and the "
		       "sample configuration ships one.",
		.evaluates = "Users and friends without secret, dbsecret and inkeys whose source "
			     "list is not held to single networks.",
		.likelihood = 8,
		.impact = 9,
		.references = { "chan_iax2.c check_access", "iax.conf.sample" },
		.evaluate = evaluate_guests,
		.remedy = remedy_guests,
	},
	{
		.id = "IAX-003",
		.title = "Call tokens are required",
		.why = "Without call tokens, packets with forged addresses use up the call numbers "
		       "and nobody can call.",
		.evaluates = "requirecalltoken of every entry, and calltokenoptional ranges wider "
			     "than a /24 (IPv6: /48).",
		.likelihood = 5,
		.impact = 5,
		.references = { "AST-2009-006", "iax.conf.sample" },
		.evaluate = evaluate_tokens,
		.remedy = remedy_tokens,
	},
	{
		.id = "IAX-004",
		.title = "IAX secrets never travel in clear",
		.why = "With plaintext among the methods, the other side only has to ask for the "
		       "secret.",
		.evaluates = "auth of every entry with a secret, its own, [general]'s, or the "
			     "default of the version (before 16: md5 and plaintext); at the strict "
			     "level forceencryption of links with a fixed host.",
		.likelihood = 4,
		.impact = 6,
		.references = { "chan_iax2.c get_auth_methods" },
		.evaluate = evaluate_clear,
		.remedy = remedy_clear,
	},
	{
		.id = "IAX-005",
		.title = "IAX sources are limited",
		.why = "A stolen or guessed secret is worth nothing from an address that the entry "
		       "does not take.",
		.evaluates = "permit, deny and acl of every entry as sets of addresses, and who "
			     "reaches the port; delayreject is told beside.",
		.likelihood = 6,
		.impact = 6,
		.references = { "AST-2012-013", "acl.c" },
		.evaluate = evaluate_sources,
		.remedy = remedy_sources,
	},
};

CHECK_LIST(iax_checks, rows);
