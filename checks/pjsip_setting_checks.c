/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings of PJSIP: the authenticator, bounds on registrations, what strangers and phones may do,
 * and whether the configuration loads as it is written.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/pjsip_entries.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

#define CONTACTS_MAX 5
#define CONTACTS_MAX_STRICT 2
/* unidentified_request_count: so many unknown requests of one address stay unlogged. */
#define UNIDENTIFIED_MAX 50

static const char *const verify_endpoints[] = { "pjsip show endpoints", NULL };
static const char *const verify_aors[] = { "pjsip show aors", NULL };

static bool begin(struct pjsip_view *view, struct asterisk_remedy *edit, const struct model *model,
		  struct remedy *remedy)
{
	struct verdict ignored = { .arena = remedy->arena };
	asterisk_remedy_begin(edit, remedy, model);
	return pjsip_view_begin(view, &ignored, model);
}

static struct slice line_value(const struct conf_variable *line)
{
	return line ? line->value : SLICE("");
}

/* PJSIP-004 */

static void evaluate_digest(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	struct pjsip_view view;
	struct origin origin = ORIGIN_NONE;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	switch (asterisk_module_state(model->asterisk->settings,
				      "res_pjsip_authenticator_digest.so", &origin)) {
	case MODULE_NOT_LOADED:
		verdict_fail(verdict, view.exposure, origin, "res_pjsip_authenticator_digest",
			     "the module is not loaded: without an authenticator res_pjsip takes "
			     "every request as authenticated");
		break;
	case MODULE_UNKNOWN:
		verdict_unknown_because(verdict, "res_pjsip_authenticator_digest",
					"neither modules.conf nor the loaded modules are known",
					"run as root, or give --allow-asterisk-cli");
		break;
	default:
		verdict_pass(verdict, origin, "res_pjsip_authenticator_digest", "it is loaded");
		break;
	}
}

static void remedy_digest(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	static const char *const verify[] = { "module show like authenticator", NULL };
	struct asterisk_remedy edit;
	struct pjsip_view view;
	struct origin origin = ORIGIN_NONE;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	(void)asterisk_module_state(model->asterisk->settings, "res_pjsip_authenticator_digest.so",
				    &origin);
	struct asterisk_place place = {
		.file = "modules.conf",
		.section = SLICE("modules"),
		.header = ORIGIN_NONE,
		.line = origin,
	};
	if (origin.source)
		asterisk_remedy_drop(&edit, &place);
	else
		remedy_command(remedy, "asterisk -rx 'module load "
				       "res_pjsip_authenticator_digest.so'");
	asterisk_remedy_end(&edit, "module load res_pjsip_authenticator_digest.so", verify);
}

/* PJSIP-006 */

static uint32_t contacts_allowed(const struct model *model)
{
	bool is_strict = model->site && model->site->level == SITE_STRICT;
	return is_strict ? CONTACTS_MAX_STRICT : CONTACTS_MAX;
}

static void evaluate_contacts(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	struct pjsip_view view;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->aor_count; i++) {
		const struct pjsip_aor *aor = &view.pjsip->aors[i];
		if (aor->max_contacts > contacts_allowed(model))
			verdict_fail(verdict, view.exposure,
				     aor->max_contacts_line ? aor->max_contacts_line->origin
							    : aor->object.origin,
				     pjsip_subject(verdict, "aor", aor->object.name),
				     "max_contacts=%u: so many devices may register at once",
				     aor->max_contacts);
	}
	pjsip_view_end(&view, verdict, view.pjsip->aor_count,
		       "registrations are bounded for every aor", "PJSIP has no aor");
}

static void remedy_contacts(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct pjsip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.pjsip->aor_count; i++) {
		const struct pjsip_aor *aor = &view.pjsip->aors[i];
		if (aor->max_contacts <= contacts_allowed(model))
			continue;
		bool is_own = aor->max_contacts_line && !aor->max_contacts_line->is_inherited;
		struct asterisk_place place =
			pjsip_place(&aor->object, is_own ? aor->max_contacts_line : NULL);
		asterisk_remedy_set(&edit, &place,
				    aor->object.is_from_wizard && !is_own ? "aor/max_contacts"
									  : "max_contacts",
				    "1");
	}
	asterisk_remedy_end(&edit, "pjsip reload", verify_aors);
}

/* PJSIP-007 */

static void evaluate_refusals(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	struct pjsip_view view;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->refusal_count; i++) {
		const struct pjsip_refusal *refusal = &view.pjsip->refusals[i];
		const char *type = pjsip_type_name(refusal->type);
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, refusal->origin,
			     pjsip_subject(verdict, type, refusal->name),
			     refusal->is_whole_type
				     ? "%s: Asterisk loads no object of this type at all"
				     : "%s: Asterisk drops the object",
			     refusal->why);
	}
	if (view.pjsip->unknown_type)
		verdict_note(verdict, view.pjsip->unknown_type->origin, "pjsip.conf",
			     "section \"%s\" has no type that a module knows: it is ignored",
			     verdict_text(verdict, view.pjsip->unknown_type->name));
	pjsip_view_end(&view, verdict, 1, "every object loads as it is written", "");
}

/* PJSIP-008 */

static bool answers_options(const struct pjsip_endpoint *endpoint)
{
	return conf_is_true(
		line_value(conf_last(endpoint->object.category, "allow_unauthenticated_options")));
}

static bool counts_too_many(const struct pjsip_view *view, const struct conf_variable **ret_line)
{
	uint64_t count;
	*ret_line = pjsip_global_line(view->pjsip, "unidentified_request_count");
	return *ret_line && slice_to_uint64((*ret_line)->value, &count) && count > UNIDENTIFIED_MAX;
}

static void evaluate_strangers(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	struct pjsip_view view;
	const struct conf_variable *line;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &view.pjsip->endpoints[i];
		if (answers_options(endpoint))
			verdict_fail(verdict, pjsip_endpoint_exposure(&view, endpoint),
				     conf_last(endpoint->object.category,
					       "allow_unauthenticated_options")
					     ->origin,
				     pjsip_subject(verdict, "endpoint", endpoint->object.name),
				     "OPTIONS in its name are answered without a password");
	}
	if (counts_too_many(&view, &line))
		verdict_fail(verdict, view.exposure, line->origin, "pjsip.conf [global]",
			     "unidentified_request_count is over %d: scanners stay unlogged",
			     UNIDENTIFIED_MAX);
	pjsip_view_end(&view, verdict, 1, "strangers are asked and logged", "");
}

static void remedy_strangers(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct pjsip_view view;
	const struct conf_variable *line;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &view.pjsip->endpoints[i];
		if (!answers_options(endpoint))
			continue;
		struct asterisk_place place =
			pjsip_place(&endpoint->object, conf_last(endpoint->object.category,
								 "allow_unauthenticated_options"));
		asterisk_remedy_drop(&edit, &place);
	}
	if (counts_too_many(&view, &line)) {
		struct asterisk_place place = {
			.file = "pjsip.conf",
			.section = SLICE("global"),
			.line = line->origin,
		};
		asterisk_remedy_set(&edit, &place, "unidentified_request_count", "5");
	}
	asterisk_remedy_end(&edit, "pjsip reload", verify_endpoints);
}

/* PJSIP-009 */

static const struct conf_variable *open_redirect(const struct pjsip_endpoint *endpoint)
{
	const struct conf_variable *line = conf_last(endpoint->object.category, "redirect_method");
	return slice_is_ignore_case(line_value(line), "uri_core") ||
			       slice_is_ignore_case(line_value(line), "uri_pjsip")
		       ? line
		       : NULL;
}

/* Does some aor of ENDPOINT take registrations? */
static bool registers(const struct pjsip_view *view, const struct pjsip_endpoint *endpoint)
{
	struct slice rest = line_value(endpoint->aors), item;
	while (slice_next_field(&rest, ',', &item)) {
		const struct pjsip_aor *aor = pjsip_find_aor(view->pjsip, slice_trim(item));
		if (aor && aor->max_contacts)
			return true;
	}
	return false;
}

static const struct conf_variable *trusted_identity(const struct pjsip_view *view,
						    const struct pjsip_endpoint *endpoint)
{
	const struct conf_variable *line = conf_last(endpoint->object.category, "trust_id_inbound");
	return conf_is_true(line_value(line)) && registers(view, endpoint) ? line : NULL;
}

static void evaluate_trust(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	struct pjsip_view view;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &view.pjsip->endpoints[i];
		const struct conf_variable *redirect = open_redirect(endpoint);
		const struct conf_variable *identity = trusted_identity(&view, endpoint);
		const char *subject = pjsip_subject(verdict, "endpoint", endpoint->object.name);
		if (redirect)
			verdict_fail(verdict, pjsip_endpoint_exposure(&view, endpoint),
				     redirect->origin, subject,
				     "redirect_method=%s: a 302 answer sends the call anywhere",
				     verdict_text(verdict, redirect->value));
		if (identity)
			verdict_fail(verdict, pjsip_endpoint_exposure(&view, endpoint),
				     identity->origin, subject,
				     "trust_id_inbound is on for a registering endpoint: it may "
				     "call under any number");
	}
	pjsip_view_end(&view, verdict, view.pjsip->endpoint_count,
		       "no endpoint may redirect anywhere or choose its number",
		       "PJSIP has no endpoint");
}

static void remedy_trust(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct pjsip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &view.pjsip->endpoints[i];
		const struct conf_variable *lines[] = { open_redirect(endpoint),
							trusted_identity(&view, endpoint) };
		for (size_t j = 0; j < ARRAY_SIZE(lines); j++) {
			struct asterisk_place place = pjsip_place(&endpoint->object, lines[j]);
			if (lines[j])
				asterisk_remedy_drop(&edit, &place);
		}
	}
	asterisk_remedy_end(&edit, "pjsip reload", verify_endpoints);
}

/* PJSIP-011 */

/* A method beside MD5 that every phone of the site can, by its settings; empty: none. */
static struct slice phones_digest(const struct site *site)
{
	static const char *const methods[] = { "SHA-256", "SHA-512-256" };
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		for (size_t k = 0; site && k < site->phone_digest_count; k++)
			if (slice_is_ignore_case(site->phone_digests[k], methods[i]))
				return slice_of(methods[i]);
	return SLICE("");
}

static bool names_digest(struct slice list, struct slice method)
{
	struct slice item;
	while (slice_next_field(&list, ',', &item))
		if (slice_equal_ignore_case(slice_trim(item), method))
			return true;
	return false;
}

/* Is METHOD in the challenges for AUTH? Its lines add up (config_auth.c); without one the global
 * list counts. *RET_LINE decides; NULL: none. */
static bool auth_offers(const struct pjsip_view *view, const struct pjsip_auth *auth,
			struct slice method, const struct conf_variable **ret_line)
{
	const struct conf_category *category = auth->object.category;
	bool is_offered = false;
	*ret_line = NULL;
	for (size_t i = 0; category && i < category->variable_count; i++) {
		const struct conf_variable *line = &category->variables[i];
		if (!slice_is(line->name, "supported_algorithms_uas") || !line->value.size)
			continue;
		*ret_line = line;
		is_offered |= names_digest(line->value, method);
	}
	if (*ret_line)
		return is_offered;
	*ret_line = pjsip_global_line(view->pjsip, "default_auth_algorithms_uas");
	return names_digest(line_value(*ret_line), method);
}

/* The next auth that callers of ENDPOINT are asked for: *REST is what is left of its auth line. */
static const struct pjsip_auth *next_auth(const struct pjsip_view *view, struct slice *rest)
{
	struct slice name;
	while (slice_next_field(rest, ',', &name)) {
		const struct pjsip_auth *auth = pjsip_find_auth(view->pjsip, slice_trim(name));
		if (auth)
			return auth;
	}
	return NULL;
}

static void judge_algorithms(const struct pjsip_view *view, const struct pjsip_endpoint *endpoint,
			     const struct pjsip_auth *auth, struct slice method,
			     struct verdict *verdict)
{
	const struct conf_variable *line;
	const char *subject = pjsip_subject(verdict, "endpoint", endpoint->object.name);
	if (auth_offers(view, auth, method, &line))
		return;
	if (!view->pjsip->asterisk_version && !line)
		verdict_unknown_because(verdict, subject,
					"whether this Asterisk has more than MD5 depends on its "
					"version",
					"make the version readable");
	else
		verdict_fail(verdict, pjsip_endpoint_exposure(view, endpoint),
			     line ? line->origin : auth->object.origin, subject,
			     "%s, while every phone can do %s",
			     line ? "only other digests are offered"
				  : "MD5 alone is offered, the default",
			     verdict_text(verdict, method));
}

static void evaluate_algorithms(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	struct pjsip_view view;
	size_t looked_at = 0;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	struct slice method = phones_digest(model->site);
	unsigned int version = view.pjsip->asterisk_version;
	if (version && !pjsip_has_digests(version)) {
		verdict_not_applicable(verdict, "this Asterisk has MD5 only: the options came with "
						"20.12, 22.2 and 23.0");
		return;
	}
	if (!method.size) {
		verdict_not_applicable(verdict,
				       "the settings do not say that every phone can do more than "
				       "MD5 (phone_digests in [site])");
		return;
	}
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &view.pjsip->endpoints[i];
		struct slice rest = line_value(endpoint->auth);
		const struct pjsip_auth *auth;
		while ((auth = next_auth(&view, &rest))) {
			judge_algorithms(&view, endpoint, auth, method, verdict);
			looked_at++;
		}
	}
	pjsip_view_end(&view, verdict, looked_at, "challenges offer more than MD5",
		       "PJSIP has no auth that callers are asked for");
}

static void remedy_algorithms(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	static const char *const verify[] = { "pjsip show auths", "pjsip set logger on", NULL };
	struct asterisk_remedy edit;
	struct pjsip_view view;
	bool is_global = false;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	struct slice method = phones_digest(model->site);
	const char *list = slice_is(method, "SHA-256") ? "SHA-256,MD5" : "SHA-512-256,MD5";
	const struct conf_variable *global =
		pjsip_global_line(view.pjsip, "default_auth_algorithms_uas");
	remedy_command(remedy, "# first: an auth that keeps md5_cred alone needs password= or a "
			       "password_digest= of the other method, else Asterisk drops it");
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++) {
		struct slice rest = line_value(view.pjsip->endpoints[i].auth);
		const struct pjsip_auth *auth;
		while ((auth = next_auth(&view, &rest))) {
			const struct conf_variable *line;
			if (auth_offers(&view, auth, method, &line))
				continue;
			if (!line || line == global) {
				is_global = true;
				continue;
			}
			struct asterisk_place place =
				pjsip_place(&auth->object, line->is_inherited ? NULL : line);
			asterisk_remedy_set(&edit, &place, "supported_algorithms_uas", list);
		}
	}
	const struct conf_category *section = view.pjsip->global_section;
	struct asterisk_place place = {
		.file = "pjsip.conf",
		.section = section ? section->name : SLICE("global"),
		.header = section ? section->origin : ORIGIN_NONE,
		.line = global ? global->origin : ORIGIN_NONE,
		.page = "Settings, Asterisk SIP Settings, SIP Settings [chan_pjsip]",
	};
	if (is_global && section)
		asterisk_remedy_set(&edit, &place, "default_auth_algorithms_uas", list);
	else if (is_global)
		asterisk_remedy_add(&edit, &place,
				    slice_is(method, "SHA-256")
					    ? "type=global\ndefault_auth_algorithms_uas=SHA-256,MD5"
					    : "type=global\n"
					      "default_auth_algorithms_uas=SHA-512-256,MD5");
	asterisk_remedy_end(&edit, "module reload res_pjsip.so", verify);
}

static const struct check rows[] = {
	{
		.id = "PJSIP-004",
		.title = "The digest authenticator is loaded",
		.why = "Without an authenticator module, res_pjsip takes every request as "
		       "authenticated.",
		.evaluates = "res_pjsip_authenticator_digest.so: modules.conf, the modules on disk "
			     "and those that run, while res_pjsip is loaded.",
		.likelihood = 3,
		.impact = 10,
		.references = { "res_pjsip.c ast_sip_check_authentication" },
		.evaluate = evaluate_digest,
		.remedy = remedy_digest,
	},
	{
		.id = "PJSIP-006",
		.title = "Registrations per account are bounded",
		.why = "A stolen account is noticed sooner when it pushes the owner's phone out "
		       "than when it registers beside it.",
		.evaluates = "max_contacts of every aor: more than 5, at the strict level more "
			     "than 2.",
		.likelihood = 5,
		.impact = 5,
		.references = { "res_pjsip/location.c" },
		.evaluate = evaluate_contacts,
		.remedy = remedy_contacts,
	},
	{
		.id = "PJSIP-007",
		.title = "The configuration loads as written",
		.why = "What Asterisk drops silently is not there: a dropped acl guards nothing, "
		       "and two sections of one name take all objects of their type away.",
		.evaluates =
			"Sections of pjsip.conf and what pjsip_wizard.conf makes: two of one name "
			"and type, unknown options, values that Asterisk does not take, objects "
			"that lack what their type needs.",
		.likelihood = 4,
		.impact = 7,
		.references = { "res_sorcery_config.c" },
		.evaluate = evaluate_refusals,
	},
	{
		.id = "PJSIP-008",
		.title = "Options and messages need a known sender",
		.why = "What is answered without a password tells scanners that there is "
		       "something to attack, and what is not logged is not banned.",
		.evaluates = "allow_unauthenticated_options of endpoints, and the global "
			     "unidentified_request_count.",
		.likelihood = 4,
		.impact = 4,
		.level = LEVEL_STRICT,
		.references = { "pjsip_configuration.c", "config_global.c" },
		.evaluate = evaluate_strangers,
		.remedy = remedy_strangers,
	},
	{
		.id = "PJSIP-009",
		.title = "Callers cannot redirect or impersonate",
		.why = "An endpoint that may redirect or name its own number makes calls that look "
		       "like somebody else's, at the owner's cost.",
		.evaluates = "redirect_method uri_core and uri_pjsip, and trust_id_inbound of "
			     "endpoints that register.",
		.likelihood = 4,
		.impact = 7,
		.references = { "pjsip_configuration.c" },
		.evaluate = evaluate_trust,
		.remedy = remedy_trust,
	},
	{
		.id = "PJSIP-011",
		.title = "SIP digests use SHA-256 where phones can",
		.why = "Whoever records one login can try passwords against it at home, and MD5 "
		       "is the fastest of all digests to try.",
		.evaluates =
			"supported_algorithms_uas of every auth that an endpoint asks for, else "
			"the global default_auth_algorithms_uas (MD5 if not set), where phone_"
			"digests in the settings says that every phone can do SHA-256 or "
			"SHA-512-256. The options exist from Asterisk 20.12, 22.2 and 23.0.",
		.likelihood = 2,
		.impact = 5,
		.level = LEVEL_STRICT,
		.references = { "RFC 8760", "res_pjsip/config_auth.c" },
		.evaluate = evaluate_algorithms,
		.remedy = remedy_algorithms,
	},
};

CHECK_LIST(pjsip_setting_checks, rows);
