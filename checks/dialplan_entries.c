/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/dialplan_entries.h"

#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/iax_model.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/base/secret.h"
#include "audit/firewall/reach_model.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/exposure_of.h"
#include "checks/verdict.h"

/* A source list that lets no wider network in counts as a fixed address. */
#define NARROW_IPV4_BITS 24
#define NARROW_IPV6_BITS 48

struct collecting {
	const struct model *model;
	struct verdict *verdict;
	struct dialplan_entry *items;
	size_t count;
	size_t capacity;
	bool is_cut;
};

/* The row of KIND and CONTEXT, counted; NULL: memory. The first to come in gives its name. */
static void add_entry(struct collecting *collecting, enum dialplan_entry_kind kind,
		      struct slice context, const char *what, struct slice name,
		      struct origin origin, enum exposure exposure)
{
	for (size_t i = 0; i < collecting->count; i++) {
		struct dialplan_entry *item = &collecting->items[i];
		if (item->kind != kind || !slice_equal(item->context, context))
			continue;
		item->count++;
		item->exposure = exposure_wider(item->exposure, exposure);
		return;
	}
	if (collecting->count >= DIALPLAN_ENTRIES_MAX) {
		collecting->is_cut = true;
		return;
	}
	struct dialplan_entry *items =
		arena_grow(collecting->verdict->arena, collecting->items, collecting->count,
			   &collecting->capacity, sizeof(*items));
	BUFFER_AUTO who = { 0 };
	buffer_format(&who, "%s%s%s", what, name.size ? " " : "",
		      verdict_text(collecting->verdict, name));
	char *kept = slice_to_string(collecting->verdict->arena, buffer_slice(&who));
	if (!items || !kept) {
		collecting->verdict->memory_failed = true;
		return;
	}
	collecting->items = items;
	items[collecting->count++] = (struct dialplan_entry){
		.kind = kind,
		.who = kept,
		.count = 1,
		.context = context,
		.origin = origin,
		.exposure = exposure,
	};
}

static void add_sip(struct collecting *collecting)
{
	const struct asterisk_model *asterisk = collecting->model->asterisk;
	const struct sip_model *sip = asterisk->sip;
	if (!sip || !sip->is_loaded ||
	    asterisk_module_state(asterisk->settings, "chan_sip.so", NULL) == MODULE_NOT_LOADED)
		return;
	const struct sip_general *general = &sip->general;
	enum exposure exposure =
		exposure_of_port(collecting->model, IPPROTO_UDP, general->udp.port);
	if (general->allow_guest.is_on) {
		const struct conf_variable *line = general->allow_guest.variable;
		struct origin origin = line ? line->origin : asterisk_file_origin(sip->file);
		add_entry(collecting, ENTRY_STRANGER, sip_general_text(general, SIP_CONTEXT),
			  "guests of chan_sip", SLICE(""), origin, exposure);
		for (size_t i = 0; i < general->domain_count; i++)
			if (general->domains[i].context.size)
				add_entry(collecting, ENTRY_STRANGER, general->domains[i].context,
					  "guests of the SIP domain", general->domains[i].name,
					  general->domains[i].variable->origin, exposure);
	}
	for (size_t i = 0; i < sip->peer_count; i++) {
		const struct sip_peer *peer = &sip->peers[i];
		bool is_open =
			sip_peer_is_open(peer) || (peer->flags.values & SIP_INSECURE_INVITE) != 0;
		bool is_static = sip_peer_is_static(peer);
		/* A peer alone is known by its address, so that is asked of a fixed one. */
		enum dialplan_entry_kind kind = is_static && !peer->is_user ? ENTRY_TRUNK
						: is_open                   ? ENTRY_STRANGER
									    : ENTRY_PHONE;
		if (is_open && acl_is_narrow(&peer->acl, NARROW_IPV4_BITS, NARROW_IPV6_BITS))
			kind = ENTRY_TRUNK;
		add_entry(collecting, kind, sip_peer_text(sip, peer, SIP_CONTEXT),
			  peer->is_user ? "SIP friend or user" : "SIP peer", peer->name,
			  peer->origin, exposure);
	}
}

static bool is_anonymous(struct slice name)
{
	return slice_is(name, "anonymous") || slice_starts_with(name, "anonymous@");
}

/* Does IDENTIFY take callers of a wide network, or of what they write into a header? */
static bool identify_is_wide(const struct pjsip_identify *identify)
{
	if (identify->header)
		return true;
	for (size_t i = 0; i < identify->match_count; i++) {
		const struct pjsip_match *match = &identify->matches[i];
		bool is_ipv6 = match->network.address.family == ADDRESS_IPV6;
		if (match->kind == PJSIP_MATCH_NETWORK &&
		    match->network.length < (is_ipv6 ? NARROW_IPV6_BITS : NARROW_IPV4_BITS))
			return true;
	}
	return false;
}

static bool has_narrow_acl(const struct pjsip_model *pjsip, const struct pjsip_endpoint *endpoint)
{
	for (size_t i = 0; i < pjsip->acl_count; i++)
		if (acl_is_narrow(&pjsip->acls[i].acl, NARROW_IPV4_BITS, NARROW_IPV6_BITS))
			return true;
	return acl_is_narrow(&endpoint->acl, NARROW_IPV4_BITS, NARROW_IPV6_BITS);
}

/* What is asked of callers that res_pjsip takes for ENDPOINT; false: nobody is taken for it. */
static bool pjsip_kind(const struct pjsip_model *pjsip, const struct pjsip_endpoint *endpoint,
		       enum dialplan_entry_kind *ret_kind)
{
	bool is_stranger = (endpoint->identify_by & PJSIP_BY_USERNAME) != 0 ||
			   is_anonymous(endpoint->object.name);
	bool is_known = is_stranger;
	for (const struct pjsip_identify *identify = pjsip_next_identify(pjsip, endpoint, NULL);
	     identify; identify = pjsip_next_identify(pjsip, endpoint, identify)) {
		is_known = true;
		is_stranger |= identify_is_wide(identify);
	}
	for (size_t i = 0; i < pjsip->registration_count && !is_known; i++)
		is_known = slice_equal(pjsip->registrations[i].endpoint, endpoint->object.name);
	*ret_kind = pjsip_endpoint_asks(endpoint)                     ? ENTRY_PHONE
		    : is_stranger && !has_narrow_acl(pjsip, endpoint) ? ENTRY_STRANGER
								      : ENTRY_TRUNK;
	return is_known;
}

static void add_pjsip(struct collecting *collecting)
{
	const struct asterisk_model *asterisk = collecting->model->asterisk;
	const struct pjsip_model *pjsip = asterisk->pjsip;
	if (!pjsip || !pjsip->is_loaded ||
	    asterisk_module_state(asterisk->settings, "chan_pjsip.so", NULL) == MODULE_NOT_LOADED)
		return;
	enum exposure exposure = EXPOSURE_HOST;
	for (size_t i = 0; i < pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &pjsip->transports[i];
		uint8_t protocol = slice_is(transport->protocol, "udp") ? IPPROTO_UDP : IPPROTO_TCP;
		exposure = exposure_wider(
			exposure, exposure_of_port(collecting->model, protocol, transport->port));
	}
	for (size_t i = 0; i < pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &pjsip->endpoints[i];
		enum dialplan_entry_kind kind;
		if (!pjsip_kind(pjsip, endpoint, &kind))
			continue;
		add_entry(collecting, kind, endpoint->context, "PJSIP endpoint",
			  endpoint->object.name, endpoint->object.origin, exposure);
	}
}

static void add_iax(struct collecting *collecting)
{
	const struct asterisk_model *asterisk = collecting->model->asterisk;
	const struct iax_model *iax = asterisk->iax;
	if (!iax || !iax->is_loaded ||
	    asterisk_module_state(asterisk->settings, "chan_iax2.so", NULL) == MODULE_NOT_LOADED)
		return;
	enum exposure exposure = exposure_of_port(collecting->model, IPPROTO_UDP, iax->port);
	for (size_t i = 0; i < iax->entry_count; i++) {
		const struct iax_entry *entry = &iax->entries[i];
		if (!entry->is_user)
			continue;
		enum dialplan_entry_kind kind =
			!iax_entry_is_open(entry) ? ENTRY_PHONE
			: acl_is_narrow(&entry->acl, NARROW_IPV4_BITS, NARROW_IPV6_BITS)
				? ENTRY_TRUNK
				: ENTRY_STRANGER;
		add_entry(collecting, kind, iax_entry_context(entry), "IAX user", entry->name,
			  entry->origin, exposure);
	}
}

struct dialplan_entries dialplan_entries_of(const struct model *model, struct verdict *verdict)
{
	struct collecting collecting = { .model = model, .verdict = verdict };
	add_sip(&collecting);
	add_pjsip(&collecting);
	add_iax(&collecting);
	return (struct dialplan_entries){
		.items = collecting.items,
		.count = collecting.count,
		.is_cut = collecting.is_cut,
	};
}

/* "peer/number", "number@peer", "user:secret@host", "peer": whom it names. NUMBER is empty where
 * the target has none. */
static struct slice party_of(struct slice resource, struct slice *ret_number)
{
	size_t slash = slice_find_byte(resource, '/');
	size_t at = slice_find_byte(resource, '@');
	*ret_number = (struct slice){ 0 };
	if (slash < resource.size && (slash < at || at == resource.size)) {
		*ret_number = slice_from(resource, slash + 1);
		return slice_part(resource, 0, slash);
	}
	if (at < resource.size) {
		*ret_number = slice_part(resource, 0, at);
		struct slice host = slice_from(resource, at + 1);
		size_t port = slice_find_byte(host, ':');
		size_t path = slice_find_byte(host, '/');
		if (path < host.size)
			*ret_number = slice_from(host, path + 1);
		return slice_part(host, 0, port < path ? port : path);
	}
	return resource;
}

/* Some of TEXT could not be told. */
static bool is_not_known(struct slice text)
{
	return slice_find_byte(text, EXPAND_UNKNOWN) < text.size;
}

static bool sip_is_trunk(struct trunk_judge *judge, struct slice resource)
{
	const struct sip_model *sip = judge->model->asterisk->sip;
	struct slice number, party = party_of(resource, &number);
	if (!number.size || is_not_known(party))
		return false;
	for (size_t i = 0; !judge->has_sip && sip && i < sip->peer_count; i++)
		if (!conf_index_add(&judge->sip, judge->verdict->arena, sip->peers[i].name))
			judge->verdict->memory_failed = true;
	judge->has_sip = true;
	uint32_t index = conf_index_first(&judge->sip, party);
	/* A name that is no entry is a host on the network. */
	return index == CONF_NONE || !sip || !sip->peers[index].is_dynamic;
}

static bool pjsip_is_trunk(struct trunk_judge *judge, struct slice resource)
{
	const struct pjsip_model *pjsip = judge->model->asterisk->pjsip;
	struct slice number, party = party_of(resource, &number);
	if (!number.size || !pjsip || is_not_known(party))
		return false;
	const struct pjsip_endpoint *endpoint = pjsip_find_endpoint(pjsip, party);
	if (!endpoint || !endpoint->aors)
		return endpoint != NULL;
	struct slice names = endpoint->aors->value, name;
	while (slice_next_field(&names, ',', &name)) {
		const struct pjsip_aor *aor = pjsip_find_aor(pjsip, slice_trim(name));
		if (aor && (aor->has_static_contact || !aor->max_contacts))
			return true;
	}
	return false;
}

static bool iax_is_trunk(struct trunk_judge *judge, struct slice resource)
{
	const struct iax_model *iax = judge->model->asterisk->iax;
	struct slice number, party = party_of(resource, &number);
	if (!number.size || is_not_known(party))
		return false;
	for (size_t i = 0; iax && i < iax->entry_count; i++)
		if (iax->entries[i].is_peer && slice_equal(iax->entries[i].name, party))
			return !iax->entries[i].is_dynamic;
	return true;
}

bool trunk_takes_dialled(struct trunk_judge *judge, const struct dialplan_value *target)
{
	/* Lines and cards: a number behind the line goes out. */
	static const char *const lines[] = { "DAHDI",   "Zap",     "mISDN",  "Dongle", "Datacard",
					     "Quectel", "Khomp",   "OOH323", "H323",   "Sofia",
					     "CAPI",    "Woomera", "LTE",    "Motif",  "Vpb" };
	if (!target->is_dialled)
		return false;
	size_t slash = slice_find_byte(target->text, '/');
	struct slice technology = slice_part(target->text, 0, slash);
	struct slice resource = slice_from(target->text, slash + 1);
	if (slice_is_ignore_case(technology, "SIP"))
		return sip_is_trunk(judge, resource);
	if (slice_is_ignore_case(technology, "PJSIP"))
		return pjsip_is_trunk(judge, resource);
	if (slice_is_ignore_case(technology, "IAX2") || slice_is_ignore_case(technology, "IAX"))
		return iax_is_trunk(judge, resource);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (slice_is_ignore_case(technology, lines[i]))
			return slice_find_byte(resource, '/') + 1 < resource.size;
	return false;
}

const char *trunk_target_text(struct verdict *verdict, struct slice target)
{
	size_t at = slice_find_last_byte(target, '@');
	size_t slash = slice_find_byte(target, '/');
	struct slice user = slice_part(target, 0, at);
	size_t colon = slice_find_byte(slice_from(user, slash), ':') + slash;
	if (at == target.size || colon >= at)
		return verdict_text(verdict, target);
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, slice_part(target, 0, colon + 1));
	buffer_append_string(&text, SECRET_MASK);
	buffer_append_slice(&text, slice_from(target, at));
	return verdict_text(verdict, buffer_slice(&text));
}
