/* SPDX-License-Identifier: Apache-2.0
 *
 * Endpoints and their identification: who may call as whom, from where, with what proof.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/pjsip_entries.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

/* Networks wider than this are no trunk. */
#define MATCH_IPV4_LENGTH 24
#define MATCH_IPV6_LENGTH 48
/* Where an anonymous endpoint is there, and no more is known of its context. */
#define ANONYMOUS_SEVERITY 55

static const char *const verify_endpoints[] = { "pjsip show endpoints", NULL };
static const char *const verify_identifies[] = { "pjsip show identifies", NULL };

static bool begin(struct pjsip_view *view, struct asterisk_remedy *edit, const struct model *model,
		  struct remedy *remedy)
{
	struct verdict ignored = { .arena = remedy->arena };
	asterisk_remedy_begin(edit, remedy, model);
	return pjsip_view_begin(view, &ignored, model);
}

/* Is METHOD in the order in which endpoints are looked for? */
static bool is_identified_by(const struct pjsip_view *view, const char *method)
{
	const struct conf_variable *line =
		pjsip_global_line(view->pjsip, "endpoint_identifier_order");
	struct slice rest = line && line->value.size ? line->value : SLICE("ip,username,anonymous"),
		     item;
	while (slice_next_field(&rest, ',', &item))
		if (slice_is_ignore_case(slice_trim(item), method))
			return true;
	return false;
}

static bool is_anonymous(const struct pjsip_endpoint *endpoint)
{
	struct slice name = endpoint->object.name;
	return slice_is(name, "anonymous") || slice_starts_with(name, "anonymous@");
}

/* PJSIP-001 */

static bool takes_anonymous(const struct pjsip_view *view)
{
	const struct asterisk_settings *settings = view->model->asterisk->settings;
	return is_identified_by(view, "anonymous") &&
	       (!settings ||
		asterisk_module_state(settings, "res_pjsip_endpoint_identifier_anonymous.so",
				      NULL) != MODULE_NOT_LOADED);
}

static bool lets_anybody_in(const struct pjsip_view *view, const struct pjsip_endpoint *endpoint)
{
	return is_anonymous(endpoint) && takes_anonymous(view) && !pjsip_endpoint_asks(endpoint);
}

static void evaluate_anonymous(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	struct pjsip_view view;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &view.pjsip->endpoints[i];
		if (!lets_anybody_in(&view, endpoint))
			continue;
		verdict_fail(verdict, pjsip_endpoint_exposure(&view, endpoint),
			     endpoint->object.origin,
			     pjsip_subject(verdict, "endpoint", endpoint->object.name),
			     "calls that no other endpoint takes start in context \"%s\" without a "
			     "password",
			     verdict_text(verdict, endpoint->context));
		verdict_severity(verdict, ANONYMOUS_SEVERITY);
	}
	pjsip_view_end(&view, verdict, 1, "no anonymous endpoint takes calls", "");
}

static void remedy_anonymous(const struct check *check, const struct model *model,
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
		if (!lets_anybody_in(&view, endpoint))
			continue;
		/* Without its type the section is no object any more. */
		struct asterisk_place place = pjsip_place(
			&endpoint->object, conf_first(endpoint->object.category, "type"));
		asterisk_remedy_drop(&edit, &place);
	}
	asterisk_remedy_end(&edit, "pjsip reload", verify_endpoints);
}

/* PJSIP-002 */

static bool is_open_by_name(const struct pjsip_view *view, const struct pjsip_endpoint *endpoint)
{
	return !pjsip_endpoint_asks(endpoint) && !is_anonymous(endpoint) &&
	       (endpoint->identify_by & PJSIP_BY_USERNAME) && is_identified_by(view, "username") &&
	       !sip_sources_are_narrow(view->families, &endpoint->acl);
}

static void evaluate_open(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	struct pjsip_view view;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &view.pjsip->endpoints[i];
		if (is_open_by_name(&view, endpoint))
			verdict_fail(verdict, pjsip_endpoint_exposure(&view, endpoint),
				     endpoint->object.origin,
				     pjsip_subject(verdict, "endpoint", endpoint->object.name),
				     "no auth, and its From name selects it: whoever writes this "
				     "name there is let in");
	}
	pjsip_view_end(&view, verdict, view.pjsip->endpoint_count,
		       "every endpoint asks for a password or is bound to addresses",
		       "PJSIP has no endpoint");
}

static void remedy_open(const struct check *check, const struct model *model,
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
		if (!is_open_by_name(&view, endpoint))
			continue;
		struct asterisk_place place = pjsip_place(&endpoint->object, NULL);
		if (pjsip_next_identify(view.pjsip, endpoint, NULL)) {
			/* Already known by its address: only by that. */
			asterisk_remedy_set(&edit, &place,
					    endpoint->object.is_from_wizard ? "endpoint/identify_by"
									    : "identify_by",
					    "ip");
			continue;
		}
		struct slice name = endpoint->object.name;
		remedy_command(remedy,
			       "# give %s an auth: a section with type=auth, username and a "
			       "password made by `openssl rand -base64 18`, and auth= here",
			       remedy_quote(remedy, name));
		asterisk_remedy_add(&edit, &place,
				    "deny=0.0.0.0/0.0.0.0\ndeny=::/0\npermit=" ASTERISK_PHONES);
	}
	asterisk_remedy_end(&edit, "pjsip reload", verify_endpoints);
}

/* PJSIP-003 */

static bool is_wide(const struct pjsip_match *match)
{
	unsigned int length = match->network.address.family == ADDRESS_IPV4 ? MATCH_IPV4_LENGTH
									    : MATCH_IPV6_LENGTH;
	return match->kind == PJSIP_MATCH_NETWORK && match->network.length < length;
}

static void judge_identify(const struct pjsip_view *view, const struct pjsip_identify *identify,
			   const struct pjsip_endpoint *endpoint, struct verdict *verdict)
{
	const char *subject = pjsip_subject(verdict, "identify", identify->object.name);
	enum exposure exposure = pjsip_endpoint_exposure(view, endpoint);
	if (identify->header)
		verdict_fail(verdict, exposure, identify->header->origin, subject,
			     "%s chooses an endpoint without auth by what the caller writes",
			     verdict_text(verdict, identify->header->name));
	for (size_t i = 0; i < identify->match_count; i++) {
		const struct pjsip_match *match = &identify->matches[i];
		if (is_wide(match))
			verdict_fail(verdict, exposure, match->variable->origin, subject,
				     "match=%s takes a whole network for the trunk, and the "
				     "endpoint asks for no password",
				     verdict_text(verdict, match->text));
		else if (match->kind == PJSIP_MATCH_HOST)
			verdict_note(verdict, match->variable->origin, subject,
				     "match=%s is a name: who controls its DNS controls who calls "
				     "without a password",
				     verdict_text(verdict, match->text));
	}
}

static void evaluate_identifies(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	struct pjsip_view view;
	size_t looked_at = 0;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->identify_count; i++) {
		const struct pjsip_identify *identify = &view.pjsip->identifies[i];
		const struct pjsip_endpoint *endpoint =
			pjsip_find_endpoint(view.pjsip, identify->endpoint);
		if (!endpoint)
			continue;
		looked_at++;
		if (!pjsip_endpoint_asks(endpoint) &&
		    !sip_sources_are_narrow(view.families, &endpoint->acl))
			judge_identify(&view, identify, endpoint, verdict);
	}
	pjsip_view_end(&view, verdict, looked_at, "every identify names single addresses",
		       "no endpoint is identified by its address");
}

static void remedy_identifies(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct pjsip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	for (size_t i = 0; i < view.pjsip->identify_count; i++) {
		const struct pjsip_identify *identify = &view.pjsip->identifies[i];
		const struct pjsip_endpoint *endpoint =
			pjsip_find_endpoint(view.pjsip, identify->endpoint);
		if (!endpoint || pjsip_endpoint_asks(endpoint))
			continue;
		bool is_faulty = identify->header != NULL;
		for (size_t j = 0; j < identify->match_count; j++)
			is_faulty |= is_wide(&identify->matches[j]);
		struct asterisk_place place = pjsip_place(&endpoint->object, NULL);
		if (is_faulty)
			asterisk_remedy_add(&edit, &place,
					    "deny=0.0.0.0/0.0.0.0\ndeny=::/0\n"
					    "permit=" ASTERISK_PHONES);
	}
	asterisk_remedy_end(&edit, "pjsip reload", verify_identifies);
}

/* PJSIP-005 */

static void judge_list(const struct pjsip_view *view, const struct acl *acl,
		       const struct pjsip_object *object, const char *subject,
		       struct verdict *verdict)
{
	const char *fault = sip_sources_fault(view->families, acl);
	struct origin origin = sip_sources_origin(acl);
	if (fault)
		verdict_fail(verdict, sip_sources_exposure(view->families, acl, view->exposure),
			     origin.source ? origin : object->origin, subject, "%s", fault);
}

static bool needs_list(const struct pjsip_view *view, const struct pjsip_endpoint *endpoint)
{
	return !view->is_limited && !sip_sources_are_limited(view->families, &endpoint->acl) &&
	       view->exposure == EXPOSURE_ANYWHERE;
}

static void evaluate_sources(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	struct pjsip_view view;
	bool is_undecided = false;
	(void)check;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->acl_count; i++)
		judge_list(&view, &view.pjsip->acls[i].acl, &view.pjsip->acls[i].object,
			   pjsip_subject(verdict, "acl", view.pjsip->acls[i].object.name), verdict);
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &view.pjsip->endpoints[i];
		const char *subject = pjsip_subject(verdict, "endpoint", endpoint->object.name);
		bool is_limited =
			view.is_limited || sip_sources_are_limited(view.families, &endpoint->acl);
		judge_list(&view, &endpoint->acl, &endpoint->object, subject, verdict);
		if (needs_list(&view, endpoint) && !endpoint->acl.is_present)
			verdict_fail(verdict, view.exposure, endpoint->object.origin, subject,
				     "no acl object and no permit, deny or acl of its own, and SIP "
				     "is reachable from anywhere");
		is_undecided |= !is_limited && view.exposure == EXPOSURE_UNKNOWN;
	}
	if (is_undecided && !verdict->fail_count)
		verdict_unknown_because(verdict, "endpoints without a source list",
					"who reaches the SIP ports is not known",
					"make sockets and firewall rules readable");
	pjsip_view_end(&view, verdict, view.pjsip->endpoint_count,
		       "source lists or the firewall limit who reaches the endpoints",
		       "PJSIP has no endpoint");
}

static void remedy_sources(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	struct asterisk_remedy edit;
	struct pjsip_view view;
	(void)check;
	(void)verdict;
	if (!begin(&view, &edit, model, remedy))
		return;
	struct asterisk_place place = {
		.file = "pjsip.conf",
		.section = SLICE("ringfence"),
		.page = "Settings, Asterisk SIP Settings",
	};
	if (!view.is_limited)
		asterisk_remedy_add(&edit, &place,
				    "type=acl\ndeny=0.0.0.0/0.0.0.0\ndeny=::/0\n"
				    "permit=" ASTERISK_PHONES);
	asterisk_remedy_end(&edit, "pjsip reload", verify_endpoints);
}

static const struct check rows[] = {
	{
		.id = "PJSIP-001",
		.title = "Unauthenticated callers get no call",
		.why = "An endpoint called anonymous takes every call that no other endpoint "
		       "takes, without asking for anything.",
		.evaluates =
			"Endpoints named anonymous or anonymous@DOMAIN without auth, as long as "
			"endpoint_identifier_order has anonymous (it does by default) and "
			"res_pjsip_endpoint_identifier_anonymous is loaded.",
		.likelihood = 9,
		.impact = 9,
		.references = { "res_pjsip_endpoint_identifier_anonymous.c" },
		.evaluate = evaluate_anonymous,
		.remedy = remedy_anonymous,
	},
	{
		.id = "PJSIP-002",
		.title = "Every endpoint authenticates or is bound to an address",
		.why = "An endpoint without auth that is found by its From name lets in whoever "
		       "writes that name.",
		.evaluates =
			"Endpoints without auth whose identify_by has username (it does by "
			"default, also where an identify object names their address), unless "
			"their own source list holds them to single networks. outbound_auth does "
			"not count; an auth that names nothing lets nobody in.",
		.likelihood = 10,
		.impact = 9,
		.references = { "res_pjsip_authenticator_digest.c", "pjsip_distributor.c" },
		.evaluate = evaluate_open,
		.remedy = remedy_open,
	},
	{
		.id = "PJSIP-003",
		.title = "Address-identified endpoints match only their trunk",
		.why = "Whoever has an address in the matched network, or writes the matched "
		       "header, calls as the trunk.",
		.evaluates = "match, match_header and match_request_uri of identify objects whose "
			     "endpoint has no auth: networks wider than a /24 (IPv6: /48), and "
			     "anything that the caller writes. Names are told beside.",
		.likelihood = 7,
		.impact = 9,
		.references = { "res_pjsip_endpoint_identifier_ip.c", "GHSA-qqxj-v78h-hrf9" },
		.evaluate = evaluate_identifies,
		.remedy = remedy_identifies,
	},
	{
		.id = "PJSIP-005",
		.title = "Source lists guard SIP or the endpoints",
		.why = "A stolen or guessed password is worth nothing from an address that is not "
		       "let in.",
		.evaluates =
			"type=acl objects, which count before anybody is identified, and permit, "
			"deny and acl of each endpoint, as sets of addresses; where neither "
			"limits, the firewall has to. Lists that let in more than they name, or "
			"nobody, fail too.",
		.likelihood = 7,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.6", "res_pjsip_acl.c" },
		.evaluate = evaluate_sources,
		.remedy = remedy_sources,
	},
};

CHECK_LIST(pjsip_checks, rows);
