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
};

CHECK_LIST(pjsip_setting_checks, rows);
