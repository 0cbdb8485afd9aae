/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether signalling and media of SIP are encrypted where strangers can listen, and whether this
 * host looks at the certificates of those that it calls.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_fact.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/asterisk_judge.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/pjsip_entries.h"
#include "checks/remedy.h"
#include "checks/sip_entries.h"
#include "checks/verdict.h"

/* Adds what one driver's judgement recorded; why it does not apply must not hide the other's. */
static void take_share(struct verdict *verdict, const struct verdict *share)
{
	verdict->memory_failed |= share->memory_failed;
	for (size_t i = 0; i < share->count; i++) {
		struct evidence *grown =
			arena_grow(verdict->arena, verdict->evidence, verdict->count,
				   &verdict->capacity, sizeof(*grown));
		if (!grown) {
			verdict->memory_failed = true;
			return;
		}
		verdict->evidence = grown;
		grown[verdict->count++] = share->evidence[i];
	}
	verdict->fail_count += share->fail_count;
	verdict->pass_count += share->pass_count;
	verdict->unknown_count += share->unknown_count;
}

static bool is_strict(const struct model *model)
{
	return model->site && model->site->level == SITE_STRICT;
}

static bool is_secure(const struct pjsip_transport *transport)
{
	return slice_is_ignore_case(transport->protocol, "tls") ||
	       slice_is_ignore_case(transport->protocol, "wss");
}

static const struct pjsip_transport *find_transport(const struct pjsip_model *pjsip,
						    struct slice name)
{
	for (size_t i = 0; i < pjsip->transport_count; i++)
		if (slice_equal(pjsip->transports[i].object.name, name))
			return &pjsip->transports[i];
	return NULL;
}

static bool has_secure_transport(const struct pjsip_model *pjsip)
{
	for (size_t i = 0; i < pjsip->transport_count; i++)
		if (is_secure(&pjsip->transports[i]))
			return true;
	return false;
}

/* Without transport= an endpoint may come by any of them. */
static bool may_use_tls(const struct pjsip_model *pjsip, const struct pjsip_endpoint *endpoint)
{
	const struct conf_variable *line = conf_last(endpoint->object.category, "transport");
	if (!line || !line->value.size)
		return has_secure_transport(pjsip);
	const struct pjsip_transport *transport = find_transport(pjsip, line->value);
	return transport && is_secure(transport);
}

static struct origin transport_line(const struct pjsip_endpoint *endpoint)
{
	const struct conf_variable *line = conf_last(endpoint->object.category, "transport");
	return line ? line->origin : endpoint->object.origin;
}

static void judge_sip_signalling(const struct model *model, struct verdict *verdict)
{
	struct sip_view view;
	size_t outside = 0;
	if (!sip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		enum exposure exposure = sip_peer_exposure(&view, peer);
		if (exposure != EXPOSURE_ANYWHERE)
			continue;
		outside++;
		if (!(peer->transports & (SIP_TLS | SIP_WSS)))
			verdict_fail(verdict, exposure, peer->origin,
				     sip_peer_subject(verdict, peer),
				     "open to the Internet, and transport= is without tls");
	}
	sip_view_end(&view, verdict, view.sip->peer_count,
		     outside ? "entries that strangers' networks reach may use TLS"
			     : "no entry is open to the Internet");
}

static void judge_pjsip_signalling(const struct model *model, struct verdict *verdict)
{
	struct pjsip_view view;
	size_t outside = 0;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &view.pjsip->endpoints[i];
		enum exposure exposure = pjsip_endpoint_exposure(&view, endpoint);
		if (exposure != EXPOSURE_ANYWHERE)
			continue;
		outside++;
		if (!may_use_tls(view.pjsip, endpoint))
			verdict_fail(verdict, exposure, transport_line(endpoint),
				     pjsip_subject(verdict, "endpoint", endpoint->object.name),
				     "open to the Internet, and no TLS transport is for it");
	}
	pjsip_view_end(&view, verdict, view.pjsip->endpoint_count,
		       outside ? "endpoints that strangers' networks reach may use TLS"
			       : "no endpoint is open to the Internet",
		       "PJSIP has no endpoint");
}

/* SRTP's key travels in SDES's line of the signalling (RFC 4568, 7): in clear without TLS. */
static void judge_sip_media(const struct model *model, struct verdict *verdict)
{
	struct sip_view view;
	if (!sip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.sip->peer_count; i++) {
		const struct sip_peer *peer = &view.sip->peers[i];
		enum exposure exposure = sip_peer_exposure(&view, peer);
		const struct conf_variable *dtls = conf_last(peer->category, "dtlsenable");
		const struct conf_variable *encryption = conf_last(peer->category, "encryption");
		bool has_dtls = dtls && conf_is_true(dtls->value);
		bool is_encrypted = peer->flags.values & SIP_ENCRYPTION;
		const char *subject = sip_peer_subject(verdict, peer);
		if (is_encrypted && !has_dtls && !(peer->transports & (SIP_TLS | SIP_WSS)))
			verdict_fail(verdict, exposure,
				     encryption ? encryption->origin : peer->origin, subject,
				     "encryption=yes without a TLS transport: the key stands in "
				     "the call's set-up for all to read");
		else if (is_strict(model) && !is_encrypted && !has_dtls &&
			 exposure == EXPOSURE_ANYWHERE)
			verdict_fail(verdict, exposure, peer->origin, subject,
				     "open to the Internet, and its calls are not encrypted");
	}
	sip_view_end(&view, verdict, view.sip->peer_count, "no entry sends a media key in clear");
}

static void judge_endpoint_media(const struct pjsip_view *view, struct verdict *verdict,
				 const struct pjsip_endpoint *endpoint)
{
	const struct conf_variable *line = conf_last(endpoint->object.category, "media_encryption");
	const struct conf_variable *webrtc = conf_last(endpoint->object.category, "webrtc");
	enum exposure exposure = pjsip_endpoint_exposure(view, endpoint);
	const char *subject = pjsip_subject(verdict, "endpoint", endpoint->object.name);
	bool has_dtls = (line && slice_is_ignore_case(line->value, "dtls")) ||
			(webrtc && conf_is_true(webrtc->value));
	bool has_sdes = line && slice_is_ignore_case(line->value, "sdes");
	if (has_sdes && !may_use_tls(view->pjsip, endpoint))
		verdict_fail(verdict, exposure, line->origin, subject,
			     "media_encryption=sdes without a TLS transport: the key stands in the "
			     "call's set-up for all to read");
	else if (is_strict(view->model) && !has_dtls && !has_sdes && exposure == EXPOSURE_ANYWHERE)
		verdict_fail(verdict, exposure, endpoint->object.origin, subject,
			     "open to the Internet, and its calls are not encrypted");
}

static void judge_pjsip_media(const struct model *model, struct verdict *verdict)
{
	struct pjsip_view view;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	for (size_t i = 0; i < view.pjsip->endpoint_count; i++)
		judge_endpoint_media(&view, verdict, &view.pjsip->endpoints[i]);
	pjsip_view_end(&view, verdict, view.pjsip->endpoint_count,
		       "no endpoint sends a media key in clear", "PJSIP has no endpoint");
}

static bool sip_calls_by_tls(const struct sip_model *sip)
{
	for (size_t i = 0; i < sip->peer_count; i++)
		if (!sip->peers[i].is_dynamic && (sip->peers[i].transports & SIP_TLS))
			return true;
	for (size_t i = 0; i < sip->general.registration_count; i++) {
		struct slice text = sip->general.registrations[i].variable->value;
		if (slice_find(text, SLICE("tls://")) < text.size)
			return true;
	}
	return false;
}

static void judge_sip_verification(const struct model *model, struct verdict *verdict)
{
	struct sip_view view;
	if (!sip_view_begin(&view, verdict, model))
		return;
	const struct conf_variable *line =
		conf_last(view.sip->general.category, "tlsdontverifyserver");
	bool calls = sip_calls_by_tls(view.sip);
	if (calls && line && conf_is_true(line->value))
		verdict_fail(
			verdict, EXPOSURE_NOT_APPLICABLE, line->origin, "chan_sip",
			"tlsdontverifyserver=yes: any certificate is taken for the other side");
	sip_view_end(&view, verdict, 1,
		     calls ? "certificates of the other side are looked at"
			   : "calls nobody by TLS");
}

static bool is_tls_uri(struct slice uri)
{
	return slice_starts_with(uri, "sips:") ||
	       slice_find(uri, SLICE("transport=tls")) < uri.size;
}

static bool pjsip_calls_by_tls(const struct pjsip_model *pjsip)
{
	for (size_t i = 0; i < pjsip->registration_count; i++)
		if (is_tls_uri(pjsip->registrations[i].server_uri))
			return true;
	for (size_t i = 0; i < pjsip->aor_count; i++) {
		const struct conf_category *category = pjsip->aors[i].object.category;
		for (size_t k = 0; category && k < category->variable_count; k++)
			if (slice_is_ignore_case(category->variables[k].name, "contact") &&
			    is_tls_uri(category->variables[k].value))
				return true;
	}
	return false;
}

static void judge_pjsip_verification(const struct model *model, struct verdict *verdict)
{
	struct pjsip_view view;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	bool calls = pjsip_calls_by_tls(view.pjsip);
	for (size_t i = 0; calls && i < view.pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &view.pjsip->transports[i];
		if (slice_is_ignore_case(transport->protocol, "tls") && !transport->verifies_server)
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, transport->object.origin,
				     pjsip_subject(verdict, "transport", transport->object.name),
				     "verify_server is off, as by default: any certificate is "
				     "taken for the other side");
	}
	pjsip_view_end(
		&view, verdict, 1,
		calls ? "certificates of the other side are looked at" : "calls nobody by TLS", "");
}

typedef void judge_driver(const struct model *model, struct verdict *verdict);

struct drivers {
	judge_driver *sip;
	judge_driver *pjsip;
};

static const struct drivers signalling = { judge_sip_signalling, judge_pjsip_signalling };
static const struct drivers media = { judge_sip_media, judge_pjsip_media };
static const struct drivers verification = { judge_sip_verification, judge_pjsip_verification };

static void evaluate_drivers(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	const struct drivers *drivers = check->parameters;
	if (!asterisk_is_there(model, verdict))
		return;
	struct verdict sip = { .arena = verdict->arena }, pjsip = sip;
	drivers->sip(model, &sip);
	drivers->pjsip(model, &pjsip);
	take_share(verdict, &sip);
	take_share(verdict, &pjsip);
	if (!verdict->count)
		verdict_not_applicable(verdict, "neither chan_sip nor PJSIP has an entry");
}

static void remedy_verification(const struct check *check, const struct model *model,
				const struct verdict *verdict, struct remedy *remedy)
{
	static const char *const verify[] = { "pjsip show transports", "sip show settings", NULL };
	const struct asterisk_model *asterisk = model->asterisk;
	struct asterisk_remedy change;
	(void)check;
	asterisk_remedy_begin(&change, remedy, model);
	for (size_t i = 0; i < verdict->count; i++) {
		const struct evidence *item = &verdict->evidence[i];
		if (item->role != EVIDENCE_FAILS)
			continue;
		if (slice_is(slice_of(item->subject), "chan_sip")) {
			const struct conf_variable *line =
				conf_last(asterisk->sip->general.category, "tlsdontverifyserver");
			struct asterisk_place place = sip_general_place(asterisk->sip, line);
			asterisk_remedy_set(&change, &place, "tlsdontverifyserver", "no");
		}
	}
	const struct pjsip_model *pjsip = asterisk->pjsip;
	for (size_t i = 0; pjsip && i < pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &pjsip->transports[i];
		if (!slice_is_ignore_case(transport->protocol, "tls") ||
		    transport->verifies_server || !pjsip_calls_by_tls(pjsip))
			continue;
		const struct conf_category *category = transport->object.category;
		struct asterisk_place place =
			pjsip_place(&transport->object, conf_last(category, "verify_server"));
		asterisk_remedy_set(&change, &place, "verify_server", "yes");
		if (!conf_last(category, "ca_list_file")) {
			place.line = ORIGIN_NONE;
			asterisk_remedy_set(&change, &place, "ca_list_file",
					    model->host && model->host->family == SYSTEM_REDHAT
						    ? "/etc/pki/tls/certs/ca-bundle.crt"
						    : "/etc/ssl/certs/ca-certificates.crt");
		}
	}
	/* A transport changes with a restart alone. */
	asterisk_remedy_end(&change, NULL, verify);
}

static const struct check rows[] = {
	{
		.id = "TLS-001",
		.title = "Signalling over the Internet is encrypted",
		.why = "Without TLS everybody on the way reads who calls whom, and the hash of "
		       "each password, which can be guessed at leisure.",
		.evaluates =
			"Entries of chan_sip and endpoints of PJSIP that the Internet reaches, by "
			"the firewall's rules and their own lists: transport= with tls or wss, or "
			"for PJSIP no transport= and a TLS transport that is there.",
		.likelihood = 4,
		.impact = 7,
		.level = LEVEL_STRICT,
		.references = { "RFC 3261 26", "RFC 8996" },
		.evaluate = evaluate_drivers,
		.parameters = &signalling,
	},
	{
		.id = "TLS-004",
		.title = "Outgoing TLS checks the other side",
		.why = "A connection that takes any certificate is encrypted to whoever stands in "
		       "between.",
		.evaluates =
			"Where chan_sip has a peer, or PJSIP a registration or contact, that is "
			"called by TLS: tlsdontverifyserver (no by default), verify_server of "
			"the TLS transports (no by default).",
		.likelihood = 3,
		.impact = 7,
		.references = { "config_transport.c", "sip.conf.sample" },
		.evaluate = evaluate_drivers,
		.remedy = remedy_verification,
		.parameters = &verification,
	},
	{
		.id = "TLS-005",
		.title = "Media over the Internet is encrypted, keys too",
		.why = "SRTP's key stands in the set-up of the call: who reads that hears the "
		       "call.",
		.evaluates =
			"encryption=yes of chan_sip and media_encryption=sdes of PJSIP without "
			"a TLS transport; at strict entries that the Internet reaches without "
			"any encryption of media.",
		.likelihood = 3,
		.impact = 7,
		.references = { "RFC 4568 7", "RFC 5763" },
		.evaluate = evaluate_drivers,
		.parameters = &media,
	},
};

CHECK_LIST(tls_signalling_checks, rows);
