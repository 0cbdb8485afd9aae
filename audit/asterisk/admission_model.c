/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/admission_model.h"

#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"

#define SIP_PORT_DEFAULT 5060

/* DEFAULT_ENDPOINT_IDENTIFIER_ORDER of config_global.c. */
#define IDENTIFIER_ORDER_DEFAULT "ip,username,anonymous"

const char *admission_outcome_text(enum admission_outcome outcome)
{
	static const char *const texts[] = {
		[ADMISSION_OPEN] = "open",
		[ADMISSION_CHALLENGED] = "challenged",
		[ADMISSION_REFUSED] = "refused",
		[ADMISSION_UNKNOWN] = "unknown",
	};
	return texts[outcome];
}

static struct admission refused(const char *why)
{
	return (struct admission){ .outcome = ADMISSION_REFUSED, .why = why };
}

static bool is_static(const struct sip_peer *peer)
{
	return peer->is_peer && sip_peer_is_static(peer);
}

/* sip_find_peer by address: first with the port, then those with insecure=port by address alone
 * (peer_ipcmp_cb_full). *RET_UNKNOWN: an entry whose host is a name may be the one. */
static const struct sip_peer *find_by_address(const struct sip_model *sip,
					      const struct admission_request *request,
					      bool *ret_unknown)
{
	const struct sip_peer *without_port = NULL;
	*ret_unknown = false;
	for (size_t i = 0; i < sip->peer_count; i++) {
		const struct sip_peer *peer = &sip->peers[i];
		if (!is_static(peer) || !(peer->transports & SIP_UDP))
			continue;
		uint16_t port = peer->port ? peer->port : SIP_PORT_DEFAULT;
		bool any_port = (peer->flags.values & SIP_INSECURE_PORT) != 0;
		if (port != request->port && !any_port)
			continue;
		if (peer->address.family == ADDRESS_NONE) {
			*ret_unknown = true;
			continue;
		}
		if (address_compare(peer->address, request->address) != 0)
			continue;
		if (port == request->port)
			return peer;
		without_port = without_port ? without_port : peer;
	}
	return without_port;
}

static enum admission_outcome outcome_of(const struct sip_peer *peer, bool is_register)
{
	if (sip_peer_is_open(peer))
		return ADMISSION_OPEN;
	/* insecure=invite asks calls for nothing; a registration is asked all the same. */
	if (!is_register && (peer->flags.values & SIP_INSECURE_INVITE))
		return ADMISSION_OPEN;
	return ADMISSION_CHALLENGED;
}

static struct admission admit(const struct sip_model *sip, const struct sip_peer *peer,
			      const struct admission_request *request, const char *why)
{
	struct admission admission = {
		.entry = peer->name,
		.origin = peer->origin,
		.why = why,
	};
	if (!acl_allows(&peer->acl, request->address)) {
		admission.outcome = ADMISSION_REFUSED;
		admission.why = "source list";
		return admission;
	}
	admission.outcome = outcome_of(peer, request->is_register);
	if (!request->is_register)
		admission.context = sip_peer_text(sip, peer, SIP_CONTEXT);
	return admission;
}

static struct admission sip_registration(const struct sip_model *sip,
					 const struct admission_request *request)
{
	const struct sip_peer *peer = sip_peer_find(sip, request->user);
	if (!peer || !peer->is_peer) {
		if (sip->is_realtime)
			return (struct admission){ .outcome = ADMISSION_UNKNOWN,
						   .why = "database" };
		if (!peer && sip->general.auto_create_peer != SIP_AUTOCREATE_NO)
			return (struct admission){ .outcome = ADMISSION_OPEN,
						   .entry = request->user,
						   .why = "autocreatepeer" };
		return refused("no entry");
	}
	struct admission admission = admit(sip, peer, request, "by name");
	if (admission.outcome != ADMISSION_REFUSED && !peer->is_dynamic) {
		admission.outcome = ADMISSION_REFUSED;
		admission.why = "not dynamic";
	}
	/* parse_register_contact: the contact is taken to be where the request comes from. */
	if (admission.outcome != ADMISSION_REFUSED &&
	    (!acl_allows(&peer->contact_acl, request->address) ||
	     !acl_allows(&sip->general.contact_acl, request->address))) {
		admission.outcome = ADMISSION_REFUSED;
		admission.why = "contact list";
	}
	return admission;
}

struct admission admission_of_sip(const struct sip_model *sip,
				  const struct admission_request *request)
{
	if (!sip->is_loaded)
		return refused("chan_sip is not loaded");
	if (request->is_register)
		return sip_registration(sip, request);
	const struct sip_peer *peer = sip_peer_find(sip, request->user);
	if (peer && peer->is_user)
		return admit(sip, peer, request, "by name");
	bool is_unknown;
	peer = find_by_address(sip, request, &is_unknown);
	if (peer)
		return admit(sip, peer, request, "by address");
	if (is_unknown || sip->is_realtime)
		return (struct admission){ .outcome = ADMISSION_UNKNOWN,
					   .why = is_unknown ? "host name" : "database" };
	if (!sip->general.allow_guest.is_on)
		return refused("no guests");
	const struct conf_variable *line = sip->general.allow_guest.variable;
	return (struct admission){
		.outcome = ADMISSION_OPEN,
		.why = "guest",
		.context = sip_general_text(&sip->general, SIP_CONTEXT),
		.origin = line ? line->origin : ORIGIN_NONE,
	};
}

static bool match_takes(const struct pjsip_match *match, const struct admission_request *request)
{
	return match->kind == PJSIP_MATCH_NETWORK &&
	       prefix_contains(match->network, request->address) &&
	       (!match->port || match->port == request->port);
}

/* By identify objects. More than one may match: which is taken is not defined, so two endpoints
 * make it unknown. */
static const struct pjsip_endpoint *identify_address(const struct pjsip_model *pjsip,
						     const struct admission_request *request,
						     bool *ret_unknown)
{
	const struct pjsip_endpoint *found = NULL;
	for (size_t i = 0; i < pjsip->identify_count; i++) {
		const struct pjsip_identify *identify = &pjsip->identifies[i];
		bool takes = false;
		for (size_t k = 0; k < identify->match_count && !takes; k++) {
			takes = match_takes(&identify->matches[k], request);
			*ret_unknown |= identify->matches[k].kind == PJSIP_MATCH_HOST;
		}
		const struct pjsip_endpoint *endpoint =
			takes ? pjsip_find_endpoint(pjsip, identify->endpoint) : NULL;
		*ret_unknown |= endpoint && found && found != endpoint;
		found = found ? found : endpoint;
	}
	return found;
}

/* "name@domain", then "name". */
static const struct pjsip_endpoint *find_with_domain(const struct pjsip_model *pjsip,
						     struct slice name, struct slice domain)
{
	for (size_t i = 0; domain.size && i < pjsip->endpoint_count; i++) {
		struct slice own = pjsip->endpoints[i].object.name;
		if (own.size == name.size + 1 + domain.size &&
		    slice_equal(slice_part(own, 0, name.size), name) &&
		    own.data[name.size] == '@' &&
		    slice_equal(slice_from(own, name.size + 1), domain))
			return &pjsip->endpoints[i];
	}
	return pjsip_find_endpoint(pjsip, name);
}

static const struct pjsip_endpoint *identify(const struct pjsip_model *pjsip,
					     const struct admission_request *request,
					     const char **ret_why, bool *ret_unknown)
{
	const struct conf_variable *line = pjsip_global_line(pjsip, "endpoint_identifier_order");
	struct slice order = line ? line->value : SLICE(IDENTIFIER_ORDER_DEFAULT), word;
	while (slice_next_field(&order, ',', &word)) {
		const struct pjsip_endpoint *endpoint = NULL;
		word = slice_trim(word);
		if (slice_is_ignore_case(word, "ip")) {
			endpoint = identify_address(pjsip, request, ret_unknown);
			*ret_why = "by address";
		} else if (slice_is_ignore_case(word, "username")) {
			endpoint = find_with_domain(pjsip, request->user, request->domain);
			if (endpoint && !(endpoint->identify_by & PJSIP_BY_USERNAME))
				endpoint = NULL;
			*ret_why = "by name";
		} else if (slice_is_ignore_case(word, "anonymous")) {
			endpoint = find_with_domain(pjsip, SLICE("anonymous"), request->domain);
			*ret_why = "anonymous";
		}
		if (endpoint || *ret_unknown)
			return endpoint;
	}
	return NULL;
}

/* One of ENDPOINT's address records is called like the user, and takes registrations. */
static bool may_register(const struct pjsip_model *pjsip, const struct pjsip_endpoint *endpoint,
			 struct slice user)
{
	struct slice names = endpoint->aors ? endpoint->aors->value : SLICE(""), name;
	while (slice_next_field(&names, ',', &name)) {
		const struct pjsip_aor *aor = pjsip_find_aor(pjsip, slice_trim(name));
		if (aor && slice_equal(aor->object.name, user))
			return aor->max_contacts > 0;
	}
	return false;
}

static bool lists_allow(const struct pjsip_model *pjsip, const struct pjsip_endpoint *endpoint,
			const struct admission_request *request)
{
	for (size_t i = 0; i < pjsip->acl_count; i++)
		if (!acl_allows(&pjsip->acls[i].acl, request->address) ||
		    (request->is_register &&
		     !acl_allows(&pjsip->acls[i].contact_acl, request->address)))
			return false;
	return acl_allows(&endpoint->acl, request->address) &&
	       (!request->is_register || acl_allows(&endpoint->contact_acl, request->address));
}

struct admission admission_of_pjsip(const struct pjsip_model *pjsip,
				    const struct admission_request *request)
{
	if (!pjsip->is_loaded)
		return refused("PJSIP is not loaded");
	const char *why = "no endpoint";
	bool is_unknown = false;
	const struct pjsip_endpoint *endpoint = identify(pjsip, request, &why, &is_unknown);
	if (is_unknown || (!endpoint && pjsip->is_realtime))
		return (struct admission){ .outcome = ADMISSION_UNKNOWN,
					   .why = is_unknown ? "identify" : "database" };
	if (!endpoint)
		return refused("no endpoint");
	struct admission admission = {
		.entry = endpoint->object.name,
		.origin = endpoint->object.origin,
		.why = why,
	};
	if (!lists_allow(pjsip, endpoint, request)) {
		admission.outcome = ADMISSION_REFUSED;
		admission.why = "source list";
		return admission;
	}
	if (request->is_register && !may_register(pjsip, endpoint, request->user)) {
		admission.outcome = ADMISSION_REFUSED;
		admission.why = "no address record of that name";
		return admission;
	}
	admission.outcome = pjsip_endpoint_asks(endpoint) ? ADMISSION_CHALLENGED : ADMISSION_OPEN;
	if (!request->is_register)
		admission.context = endpoint->context;
	return admission;
}
