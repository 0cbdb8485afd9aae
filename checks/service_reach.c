/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/service_reach.h"

#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"
#include "checks/verdict.h"

/* Prefixes that a sentence lists before it says "and N more". */
#define NETWORKS_SHOWN 4

static bool set_add_prefix(struct arena *arena, struct address_set *set, struct prefix prefix)
{
	struct address_set one;
	if (prefix.address.family != set->family)
		return true;
	return address_set_of_prefix(arena, prefix, &one) &&
	       address_set_union(arena, *set, one, set);
}

static bool set_add_prefixes(struct arena *arena, struct address_set *set,
			     const struct prefix *prefixes, size_t count)
{
	bool ok = true;
	for (size_t i = 0; ok && i < count; i++)
		ok = set_add_prefix(arena, set, prefixes[i]);
	return ok;
}

static bool private_set(struct arena *arena, enum address_family family, struct address_set *set)
{
	size_t count;
	const struct prefix *networks = address_private_networks(&count);
	*set = address_set_empty(family);
	return set_add_prefixes(arena, set, networks, count);
}

/* The networks of the settings for AUDIENCE; *RET_GIVEN says whether there are any at all. */
static bool audience_set(struct arena *arena, const struct site *site,
			 enum service_audience audience, enum address_family family,
			 struct address_set *set, bool *ret_given)
{
	*set = address_set_empty(family);
	*ret_given = false;
	if (!site)
		return true;
	*ret_given = audience == AUDIENCE_ADMIN ? site->trusted_count > 0
						: site->phone_count + site->trunk_count > 0;
	bool ok = set_add_prefixes(arena, set, site->trusted, site->trusted_count);
	if (ok && audience == AUDIENCE_PHONES)
		ok = set_add_prefixes(arena, set, site->phones, site->phone_count) &&
		     set_add_prefixes(arena, set, site->trunks, site->trunk_count);
	return ok;
}

/* More addresses than a list of networks holds? */
static bool is_wide(struct arena *arena, struct address_set set, bool *ret_wide)
{
	const struct prefix *prefixes;
	size_t count;
	*ret_wide = false;
	if (!address_set_prefixes(arena, set, &prefixes, &count))
		return false;
	unsigned int whole = set.family == ADDRESS_IPV4 ? 32 : 64;
	unsigned int bits = set.family == ADDRESS_IPV4 ? SERVICE_LISTED_IPV4_BITS
						       : SERVICE_LISTED_IPV6_NETWORK_BITS;
	uint64_t sum = 0;
	for (size_t i = 0; i < count && sum <= UINT64_C(1) << bits; i++) {
		unsigned int free_bits =
			prefixes[i].length < whole ? whole - prefixes[i].length : 0;
		if (free_bits > bits) {
			*ret_wide = true;
			return true;
		}
		sum += UINT64_C(1) << free_bits;
	}
	*ret_wide = sum > UINT64_C(1) << bits;
	return true;
}

bool service_sources_are_wide(struct verdict *verdict, struct address_set sources)
{
	bool wide = false;
	if (!is_wide(verdict->arena, sources, &wide))
		verdict->memory_failed = true;
	return wide;
}

bool host_lacks_ipv6(const struct model *model)
{
	const struct system_model *host = model->host;
	if (!host || host->addresses_state != FACT_PRESENT || host->address_count == 0)
		return false;
	for (size_t i = 0; i < host->address_count; i++) {
		struct address address = host->addresses[i].prefix.address;
		if (address.family == ADDRESS_IPV6 && !address_is_loopback(address) &&
		    !address_is_link_local(address))
			return false;
	}
	return true;
}

/* Sources of one family, beyond private networks. */
struct family_view {
	enum address_family family;
	struct address_set private_networks;
	struct address_set audience;
	bool audience_given;
	/* Let in, and not of the audience where one was given. */
	struct address_set beyond;
	struct address_set public_sources;
	const struct reach_part *beyond_part;
	const struct reach_part *unknown_part;
	const struct reach_part *inside_part;
	/* A part of `beyond` has no limit; has none per source. */
	bool is_unlimited;
	bool is_shared;
};

static bool view_add_part(struct arena *arena, struct family_view *view,
			  const struct reach_part *part)
{
	struct address_set outer, beyond;
	if (part->verdict == REACH_BLOCK || address_set_is_empty(part->sources))
		return true;
	if (!address_set_difference(arena, part->sources, view->private_networks, &outer) ||
	    !address_set_difference(arena, outer, view->audience, &beyond))
		return false;
	if (part->verdict == REACH_UNKNOWN) {
		if (!address_set_is_empty(beyond))
			view->unknown_part = part;
		else if (!view->inside_part)
			view->inside_part = part;
		return true;
	}
	if (!view->inside_part)
		view->inside_part = part;
	if (!address_set_union(arena, view->public_sources, outer, &view->public_sources))
		return false;
	if (address_set_is_empty(beyond))
		return true;
	/* The widest is the one to name: mostly the one with the lowest first address, which is
	 * the complement of what other rules take out. */
	if (!view->beyond_part || part->sources.count > view->beyond_part->sources.count)
		view->beyond_part = part;
	if (part->limit == REACH_LIMIT_NONE)
		view->is_unlimited = true;
	if (part->limit != REACH_LIMIT_PER_SOURCE)
		view->is_shared = true;
	return address_set_union(arena, view->beyond, beyond, &view->beyond);
}

static bool view_family(struct arena *arena, const struct model *model,
			const struct reach_part *parts, size_t count,
			enum service_audience audience, struct family_view *view)
{
	enum address_family family = view->family;
	view->beyond = view->public_sources = address_set_empty(family);
	if (!private_set(arena, family, &view->private_networks) ||
	    !audience_set(arena, model->site, audience, family, &view->audience,
			  &view->audience_given))
		return false;
	bool ok = true;
	for (size_t i = 0; ok && i < count; i++)
		if (parts[i].sources.family == family)
			ok = view_add_part(arena, view, &parts[i]);
	return ok;
}

static bool view_openness(struct arena *arena, const struct family_view *view,
			  enum service_openness *ret_openness, const struct reach_part **ret_part)
{
	bool wide = false;
	if (!is_wide(arena, view->beyond, &wide))
		return false;
	if (!address_set_is_empty(view->beyond) && (wide || view->audience_given)) {
		*ret_openness = SERVICE_OPEN;
		*ret_part = view->beyond_part;
	} else if (view->unknown_part) {
		*ret_openness = SERVICE_UNKNOWN;
		*ret_part = view->unknown_part;
	} else if (view->inside_part) {
		*ret_openness = SERVICE_LISTED;
		*ret_part = view->inside_part;
	} else {
		*ret_openness = SERVICE_CLOSED;
		*ret_part = NULL;
	}
	return true;
}

struct service_opening service_opening_of(struct verdict *verdict, const struct model *model,
					  const struct reach_part *parts, size_t count,
					  enum service_audience audience)
{
	struct service_opening opening = {
		.openness = SERVICE_CLOSED,
		.family = ADDRESS_NONE,
		.is_limited = true,
		.is_limited_per_source = true,
		.public_ipv4 = address_set_empty(ADDRESS_IPV4),
		.public_ipv6 = address_set_empty(ADDRESS_IPV6),
	};
	static const enum address_family families[] = { ADDRESS_IPV4, ADDRESS_IPV6 };
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		if (families[i] == ADDRESS_IPV6 && host_lacks_ipv6(model))
			continue;
		struct family_view view = { .family = families[i] };
		enum service_openness openness;
		const struct reach_part *part;
		if (!view_family(verdict->arena, model, parts, count, audience, &view) ||
		    !view_openness(verdict->arena, &view, &openness, &part)) {
			verdict->memory_failed = true;
			continue;
		}
		if (families[i] == ADDRESS_IPV4)
			opening.public_ipv4 = view.public_sources;
		else
			opening.public_ipv6 = view.public_sources;
		opening.is_limited = opening.is_limited && !view.is_unlimited;
		opening.is_limited_per_source = opening.is_limited_per_source && !view.is_shared;
		if (openness > opening.openness) {
			opening.openness = openness;
			opening.part = part;
			opening.family = families[i];
		}
	}
	return opening;
}

static bool takes_ipv4(const struct reach_service *service)
{
	return service->address.family != ADDRESS_IPV6 || service->takes_ipv4;
}

struct service_opening service_opening(struct verdict *verdict, const struct model *model,
				       const struct reach_service *service,
				       enum service_audience audience)
{
	if (service->is_loopback)
		return (struct service_opening){
			.openness = SERVICE_CLOSED,
			.is_limited = true,
			.is_limited_per_source = true,
			.public_ipv4 = address_set_empty(ADDRESS_IPV4),
			.public_ipv6 = address_set_empty(ADDRESS_IPV6),
		};
	struct service_opening opening =
		service_opening_of(verdict, model, service->parts, service->part_count, audience);
	bool ipv4_missing = takes_ipv4(service) && !model->reach->knows_ipv4;
	bool ipv6_missing = service->address.family == ADDRESS_IPV6 && !model->reach->knows_ipv6 &&
			    !host_lacks_ipv6(model);
	if ((ipv4_missing || ipv6_missing) && opening.openness < SERVICE_UNKNOWN) {
		opening.openness = SERVICE_UNKNOWN;
		opening.part = NULL;
		opening.family = ipv4_missing ? ADDRESS_IPV4 : ADDRESS_IPV6;
	}
	return opening;
}

static const char *keep(struct verdict *verdict, struct buffer *text)
{
	char *kept = buffer_keep(text, verdict->arena);
	if (!kept)
		verdict->memory_failed = true;
	return kept ? kept : "";
}

const char *service_subject(struct verdict *verdict, const struct reach_service *service)
{
	BUFFER_AUTO text = { 0 };
	if (service->protocol == IPPROTO_ICMP)
		return "ping by IPv4";
	if (service->protocol == IPPROTO_ICMPV6)
		return "ping by IPv6";
	buffer_format(&text, "%s port %u", service->protocol == IPPROTO_UDP ? "udp" : "tcp",
		      service->port);
	if (service->address.family != ADDRESS_NONE && !address_is_unspecified(service->address)) {
		buffer_append_string(&text, " on ");
		address_format(service->address, &text);
	}
	if (service->process.size)
		buffer_format(&text, " (%s)", verdict_text(verdict, service->process));
	return keep(verdict, &text);
}

const char *service_port_text(struct verdict *verdict, uint8_t protocol, uint16_t port)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%s port %u", protocol == IPPROTO_UDP ? "udp" : "tcp", port);
	return keep(verdict, &text);
}

const char *service_networks(struct verdict *verdict, struct address_set set)
{
	const struct prefix *prefixes;
	size_t count;
	BUFFER_AUTO text = { 0 };
	if (!address_set_prefixes(verdict->arena, set, &prefixes, &count)) {
		verdict->memory_failed = true;
		return "";
	}
	for (size_t i = 0; i < count && i < NETWORKS_SHOWN; i++) {
		if (i)
			buffer_append_string(&text, ", ");
		prefix_format(prefixes[i], &text);
	}
	if (count > NETWORKS_SHOWN)
		buffer_format(&text, " and %zu more", count - NETWORKS_SHOWN);
	return keep(verdict, &text);
}

struct origin service_why(const struct service_opening *opening)
{
	return opening->part ? opening->part->why : ORIGIN_NONE;
}

static const char *family_name(enum address_family family)
{
	return family == ADDRESS_IPV6 ? "IPv6" : "IPv4";
}

const char *service_openness_text(struct verdict *verdict, const struct service_opening *opening)
{
	BUFFER_AUTO text = { 0 };
	struct address_set public_sources =
		opening->family == ADDRESS_IPV6 ? opening->public_ipv6 : opening->public_ipv4;
	bool wide = false;
	if (!is_wide(verdict->arena, public_sources, &wide))
		verdict->memory_failed = true;
	switch (opening->openness) {
	case SERVICE_CLOSED:
		buffer_append_string(&text, "nobody outside this host reaches it");
		break;
	case SERVICE_LISTED:
		if (address_set_is_empty(public_sources))
			buffer_append_string(&text, "reached from private networks only");
		else
			buffer_format(&text, "reached from %s only",
				      service_networks(verdict, public_sources));
		break;
	case SERVICE_UNKNOWN:
		buffer_format(&text, "what the rules do by %s is not known",
			      family_name(opening->family));
		break;
	case SERVICE_OPEN:
		if (wide)
			buffer_format(&text, "open to the Internet by %s",
				      family_name(opening->family));
		else
			buffer_format(&text, "open to %s, beyond the networks of the settings",
				      service_networks(verdict, public_sources));
		break;
	}
	if (opening->part && opening->part->path && *opening->part->path)
		buffer_format(&text, ": %s", opening->part->path);
	else if (opening->part && !opening->part->why.source && opening->openness != SERVICE_CLOSED)
		buffer_append_string(&text, ": no rule stands before it");
	if (opening->part && opening->part->condition && *opening->part->condition)
		buffer_format(&text, " (%s)", opening->part->condition);
	return keep(verdict, &text);
}

bool service_is_declared(const struct model *model, uint8_t protocol, uint16_t port)
{
	BUFFER_AUTO text = { 0 };
	if (!model->site)
		return false;
	buffer_format(&text, "%u/%s", port, protocol == IPPROTO_UDP ? "udp" : "tcp");
	for (size_t i = 0; i < model->site->declared_count; i++)
		if (slice_equal_ignore_case(slice_trim(model->site->declared[i]),
					    buffer_slice(&text)))
			return true;
	return false;
}

bool service_list_is_known(struct verdict *verdict, const struct model *model)
{
	if (!model->sockets || model->sockets->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, model->sockets ? model->sockets->unread : NULL);
		return false;
	}
	if (model->sockets->state == FACT_ABSENT || !model->reach) {
		verdict_unknown_because(verdict, "the list of listening sockets",
					"it was not collected",
					"run on the host itself, or give "
					"probes/ss");
		return false;
	}
	return true;
}

bool service_rules_are_known(struct verdict *verdict, const struct model *model)
{
	if (model->reach)
		return true;
	verdict_unknown_because(verdict, "the firewall's rules", "they were not read",
				SERVICE_READ_RULES);
	return false;
}

struct origin service_place(const struct service_opening *opening,
			    const struct reach_service *service)
{
	struct origin why = service_why(opening);
	return why.source ? why : service->socket_origin;
}

void service_record_none(struct verdict *verdict, const struct model *model, const char *nothing)
{
	if (model->sockets->has_all_processes)
		verdict_not_applicable(verdict, "%s", nothing);
	else
		verdict_unknown_because(verdict, "the programs behind the sockets",
					"permission denied", "run as root");
}

bool service_is_ssh(const struct model *model, const struct reach_service *service)
{
	(void)model;
	if (service->protocol != IPPROTO_TCP)
		return false;
	if (slice_is(service->process, "sshd") || slice_is(service->process, "dropbear"))
		return true;
	/* Socket activation: systemd holds the port for ssh.socket (Ubuntu 22.10 and later). */
	if (slice_is(service->unit, "ssh.socket") || slice_is(service->unit, "sshd.socket"))
		return true;
	return service->process.size == 0 &&
	       (service->port == 22 || (service->name && slice_is(slice_of(service->name), "ssh")));
}

static bool is_bound(const struct sip_bind *bind, const struct reach_service *service)
{
	return bind->is_enabled && bind->port == service->port;
}

/* Does Asterisk's configuration bind SIP to the port of SERVICE? */
static bool is_configured_sip(const struct asterisk_model *asterisk,
			      const struct reach_service *service)
{
	bool is_udp = service->protocol == IPPROTO_UDP;
	if (!asterisk)
		return false;
	if (asterisk->sip) {
		const struct sip_general *general = &asterisk->sip->general;
		if (is_udp ? is_bound(&general->udp, service)
			   : is_bound(&general->tcp, service) || is_bound(&general->tls, service))
			return true;
	}
	for (size_t i = 0; asterisk->pjsip && i < asterisk->pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &asterisk->pjsip->transports[i];
		/* WebSockets come by the HTTP server's ports. */
		bool is_stream = slice_is(transport->protocol, "tcp") ||
				 slice_is(transport->protocol, "tls");
		if (transport->port == service->port &&
		    (is_udp ? slice_is(transport->protocol, "udp") : is_stream))
			return true;
	}
	return false;
}

bool service_is_sip(const struct model *model, const struct reach_service *service)
{
	/* chan_sip beside PJSIP, and other ports that people choose for SIP. */
	enum {
		NEAR_SIP_FIRST = 5050,
		NEAR_SIP_LAST = 5199
	};
	if (service->protocol != IPPROTO_TCP && service->protocol != IPPROTO_UDP)
		return false;
	bool is_asterisk = slice_is(service->process, "asterisk");
	if ((is_asterisk || service->process.size == 0) &&
	    is_configured_sip(model->asterisk, service))
		return true;
	if (is_asterisk && service->protocol == IPPROTO_UDP && service->port >= NEAR_SIP_FIRST &&
	    service->port <= NEAR_SIP_LAST)
		return true;
	if (service->port == 5060 || service->port == 5061)
		return true;
	if (service->name && slice_starts_with(slice_of(service->name), "sip"))
		return true;
	return service->protocol == IPPROTO_TCP && slice_is(service->process, "asterisk") &&
	       (service->port == 8088 || service->port == 8089);
}

bool service_is_web(const struct reach_service *service)
{
	static const char *const servers[] = { "httpd", "apache2", "nginx", "lighttpd" };
	if (service->protocol != IPPROTO_TCP)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(servers); i++)
		if (slice_is(service->process, servers[i]))
			return true;
	return service->process.size == 0 && (service->port == 80 || service->port == 443);
}
