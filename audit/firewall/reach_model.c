/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/reach_model.h"

#include <netinet/in.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/firewall_model.h"
#include "audit/firewall/port_names.h"
#include "audit/firewall/reach_build.h"

const enum address_family reach_families[REACH_FAMILIES] = { ADDRESS_IPV4, ADDRESS_IPV6 };

/* Addresses that the Internet does not route to or from: IANA's special-purpose registries (RFC
 * 6890); for IPv6, all but the global unicast block (RFC 4291) and NAT64 (RFC 6052). The networks
 * of documentation count as Internet, so that examples work. */
static bool internet_addresses(struct arena *arena, enum address_family family,
			       struct address_set *ret_set)
{
	static const char *const not_ipv4[] = { "0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10",
						"127.0.0.0/8",    "169.254.0.0/16", "172.16.0.0/12",
						"192.168.0.0/16", "224.0.0.0/3" };
	static const char *const ipv6[] = { "2000::/3", "64:ff9b::/96" };
	bool is_ipv4 = family == ADDRESS_IPV4;
	struct address_set set = is_ipv4 ? address_set_all(family) : address_set_empty(family);
	size_t count = is_ipv4 ? ARRAY_SIZE(not_ipv4) : ARRAY_SIZE(ipv6);
	for (size_t i = 0; i < count; i++) {
		struct prefix prefix;
		struct address_set one;
		if (!prefix_parse(slice_of(is_ipv4 ? not_ipv4[i] : ipv6[i]), &prefix) ||
		    !address_set_of_prefix(arena, prefix, &one))
			return false;
		if (is_ipv4 ? !address_set_difference(arena, set, one, &set)
			    : !address_set_union(arena, set, one, &set))
			return false;
	}
	*ret_set = set;
	return true;
}

static bool remove_trusted(struct arena *arena, const struct reach_site *site,
			   struct address_set *set)
{
	for (size_t i = 0; i < site->trusted_count; i++) {
		struct address_set one;
		if (site->trusted[i].address.family != set->family)
			continue;
		if (!address_set_of_prefix(arena, site->trusted[i], &one) ||
		    !address_set_difference(arena, *set, one, set))
			return false;
	}
	return true;
}

/* Sources of the Internet that the site does not trust. */
static bool foreign_part(struct arena *arena, const struct reach_site *site,
			 struct address_set sources, struct address_set *ret_foreign)
{
	struct address_set internet;
	return internet_addresses(arena, sources.family, &internet) &&
	       address_set_intersection(arena, sources, internet, ret_foreign) &&
	       remove_trusted(arena, site, ret_foreign);
}

static bool is_loopback_only(struct arena *arena, struct address_set sources, bool *ret_is)
{
	struct address_set own, rest;
	struct prefix prefix;
	const char *text = sources.family == ADDRESS_IPV4 ? "127.0.0.0/8" : "::1/128";
	if (!prefix_parse(slice_of(text), &prefix) || !address_set_of_prefix(arena, prefix, &own) ||
	    !address_set_difference(arena, sources, own, &rest))
		return false;
	*ret_is = address_set_is_empty(rest);
	return true;
}

enum exposure reach_exposure_of(struct address_set sources, const struct reach_site *site)
{
	enum exposure exposure = EXPOSURE_UNKNOWN;
	struct arena *arena = arena_new(0);
	struct address_set foreign;
	bool is_own;
	if (address_set_is_empty(sources))
		exposure = EXPOSURE_HOST;
	else if (arena && foreign_part(arena, site, sources, &foreign) &&
		 is_loopback_only(arena, sources, &is_own))
		exposure = !address_set_is_empty(foreign) ? EXPOSURE_ANYWHERE
			   : is_own                       ? EXPOSURE_HOST
							  : EXPOSURE_NETWORKS;
	arena_free(arena);
	return exposure;
}

static enum reach_verdict reach_verdict_of(enum evaluate_verdict verdict)
{
	switch (verdict) {
	case EVALUATE_ACCEPT:
		return REACH_ACCEPT;
	case EVALUATE_BLOCK:
		return REACH_BLOCK;
	case EVALUATE_CONDITION:
		return REACH_CONDITION;
	case EVALUATE_UNKNOWN:
		return REACH_UNKNOWN;
	}
	return REACH_UNKNOWN;
}

static enum reach_limit limit_of(const struct rule_rate *rate)
{
	if (!rate)
		return REACH_LIMIT_NONE;
	return rate->is_per_source ? REACH_LIMIT_PER_SOURCE : REACH_LIMIT_GLOBAL;
}

enum exposure reach_part_exposure(const struct reach_part *part, const struct reach_site *site)
{
	if (part->verdict == REACH_BLOCK)
		return EXPOSURE_HOST;
	enum exposure exposure = reach_exposure_of(part->sources, site);
	/* Unknown from the Internet is not "reachable from the Internet". */
	return part->verdict == REACH_UNKNOWN && exposure == EXPOSURE_ANYWHERE ? EXPOSURE_UNKNOWN
									       : exposure;
}

static bool add_part(struct reach_builder *builder, struct reach_parts *parts,
		     struct reach_part part)
{
	struct reach_part *items = arena_grow(builder->arena, parts->items, parts->count,
					      &parts->capacity, sizeof(*items));
	if (!items)
		return false;
	parts->items = items;
	items[parts->count++] = part;
	return true;
}

static bool add_whole(struct reach_builder *builder, struct reach_parts *parts,
		      enum address_family family, enum reach_verdict verdict, const char *path)
{
	return add_part(builder, parts,
			(struct reach_part){
				.sources = address_set_all(family),
				.verdict = verdict,
				.why = ORIGIN_NONE,
				.path = path,
				.condition = "",
			});
}

/* What addresses of FAMILY the host has outside loopback. */
static void own_addresses(const struct reach_builder *builder, enum address_family family,
			  bool *ret_any, bool *ret_routed)
{
	const struct evaluator_host *host = &builder->firewall->host;
	*ret_any = *ret_routed = !host->is_known;
	for (size_t i = 0; i < host->count; i++) {
		const struct host_address *own = &host->addresses[i];
		if (own->prefix.address.family != family ||
		    address_is_loopback(own->prefix.address) || slice_is(own->interface, "lo"))
			continue;
		*ret_any = true;
		*ret_routed = *ret_routed || !address_is_link_local(own->prefix.address);
	}
}

/* With link-local addresses only, just the neighbours on the wire can come. */
static bool restrict_to_neighbours(struct reach_builder *builder, struct reach_parts *parts,
				   enum address_family family)
{
	struct prefix prefix;
	struct address_set near, far;
	const char *text = family == ADDRESS_IPV4 ? "169.254.0.0/16" : "fe80::/10";
	if (!prefix_parse(slice_of(text), &prefix) ||
	    !address_set_of_prefix(builder->arena, prefix, &near) ||
	    !address_set_difference(builder->arena, address_set_all(family), near, &far))
		return false;
	size_t kept = 0;
	for (size_t i = 0; i < parts->count; i++) {
		struct reach_part part = parts->items[i];
		/* The other family's parts stand in the same list. */
		if (part.sources.family == family &&
		    !address_set_intersection(builder->arena, part.sources, near, &part.sources))
			return false;
		if (!address_set_is_empty(part.sources))
			parts->items[kept++] = part;
	}
	parts->count = kept;
	return add_part(builder, parts,
			(struct reach_part){
				.sources = far,
				.verdict = REACH_BLOCK,
				.why = ORIGIN_NONE,
				.path = "the host has no address that is routed",
				.condition = "",
			});
}

bool reach_ask(struct reach_builder *builder, size_t family, const struct trial_question *question,
	       struct reach_parts *parts)
{
	struct evaluate_answer answer;
	bool has_any, has_routed;
	own_addresses(builder, reach_families[family], &has_any, &has_routed);
	bool is_on_loopback = slice_is(question->interface, "lo");
	if (!has_any && !is_on_loopback)
		return add_whole(builder, parts, reach_families[family], REACH_BLOCK,
				 "the host has no such address");
	if (!builder->trials[family])
		return add_whole(builder, parts, reach_families[family], REACH_UNKNOWN,
				 "the rules could not be read");
	if (!trial_ask(builder->trials[family], question, builder->arena, &answer))
		return false;
	for (size_t i = 0; i < answer.count; i++) {
		const struct evaluate_part *part = &answer.parts[i];
		bool is_added = add_part(builder, parts,
					 (struct reach_part){
						 .sources = part->sources,
						 .verdict = reach_verdict_of(part->verdict),
						 .why = part->why,
						 .path = *part->path ? part->path : "no firewall",
						 .condition = part->condition,
						 .limit = limit_of(part->rate),
						 .is_reject = part->is_reject,
					 });
		if (!is_added)
			return false;
	}
	return has_routed || is_on_loopback ||
	       restrict_to_neighbours(builder, parts, reach_families[family]);
}

static bool takes_family(const struct reach_query *query, enum address_family family)
{
	if (query->protocol == IPPROTO_ICMP)
		return family == ADDRESS_IPV4;
	if (query->protocol == IPPROTO_ICMPV6)
		return family == ADDRESS_IPV6;
	return query->address.family == family ||
	       (family == ADDRESS_IPV4 &&
		(query->takes_ipv4 || query->address.family == ADDRESS_NONE));
}

static bool fill_service(struct reach_builder *builder, const struct reach_query *query,
			 struct reach_service *service)
{
	struct reach_parts parts = { .count = 0 };
	const char *name = port_service_name(query->protocol, query->port);
	*service = (struct reach_service){
		.protocol = query->protocol,
		.port = query->port,
		.address = query->address,
		.takes_ipv4 = query->takes_ipv4,
		.is_loopback =
			address_is_loopback(query->address) || slice_is(query->interface, "lo"),
		.process = query->process,
		.user = query->user,
		.unit = query->unit,
		.name = name,
		.socket_origin = query->origin,
		.exposure_ipv4 = EXPOSURE_HOST,
		.exposure_ipv6 = EXPOSURE_HOST,
	};
	for (size_t i = 0; i < REACH_FAMILIES; i++) {
		size_t first = parts.count;
		struct trial_question question = {
			.protocol = query->protocol,
			.port = query->port,
			.address = address_unmap(query->address),
			.interface = query->interface,
		};
		enum exposure *exposure =
			i == 0 ? &service->exposure_ipv4 : &service->exposure_ipv6;
		if (!takes_family(query, reach_families[i]))
			continue;
		if (question.address.family != reach_families[i])
			question.address = (struct address){ .family = ADDRESS_NONE };
		if (service->is_loopback ? !add_whole(builder, &parts, reach_families[i],
						      REACH_BLOCK, "listens on loopback only")
					 : !reach_ask(builder, i, &question, &parts))
			return false;
		for (size_t k = first; k < parts.count; k++)
			*exposure = exposure_wider(
				*exposure, reach_part_exposure(&parts.items[k], builder->site));
	}
	service->exposure = exposure_wider(service->exposure_ipv4, service->exposure_ipv6);
	service->parts = parts.items;
	service->part_count = parts.count;
	return true;
}

static bool build_services(struct reach_builder *builder, const struct reach_query *queries,
			   size_t count, struct reach_model *model)
{
	static const struct reach_query echoes[] = {
		{ .protocol = IPPROTO_ICMP, .address = { .family = ADDRESS_IPV4 } },
		{ .protocol = IPPROTO_ICMPV6, .address = { .family = ADDRESS_IPV6 } },
	};
	struct reach_service *services =
		ARENA_ARRAY(builder->arena, count + ARRAY_SIZE(echoes), struct reach_service);
	if (!services)
		return false;
	for (size_t i = 0; i < count + ARRAY_SIZE(echoes); i++)
		if (!fill_service(builder, i < count ? &queries[i] : &echoes[i - count],
				  &services[i]))
			return false;
	model->services = services;
	model->count = count + ARRAY_SIZE(echoes);
	return reach_build_answers(builder, model) && reach_build_ranges(builder, model) &&
	       reach_build_published(builder, model);
}

struct reach_model *reach_model_load(struct arena *arena, const struct firewall_model *firewall,
				     const struct reach_query *queries, size_t count,
				     const struct reach_site *site)
{
	struct reach_builder builder = { .arena = arena, .firewall = firewall, .site = site };
	struct reach_model *model = ARENA_NEW(arena, struct reach_model);
	if (!model)
		return NULL;
	model->firewall = firewall;
	model->knows_ipv4 = firewall->live && firewall->knows_ipv4;
	model->knows_ipv6 = firewall->live && firewall->knows_ipv6;
	const bool knows[] = { model->knows_ipv4, model->knows_ipv6 };
	bool is_good = true;
	for (size_t i = 0; i < REACH_FAMILIES && is_good; i++) {
		if (!knows[i])
			continue;
		builder.trials[i] =
			trial_new(firewall->live, reach_families[i], &firewall->host, arena);
		is_good = builder.trials[i] != NULL;
	}
	is_good = is_good && build_services(&builder, queries, count, model);
	for (size_t i = 0; i < REACH_FAMILIES; i++)
		trial_free(builder.trials[i]);
	return is_good ? model : NULL;
}

enum exposure reach_of_port(const struct reach_model *model, uint8_t protocol, uint16_t port)
{
	if (!model)
		return EXPOSURE_UNKNOWN;
	enum exposure widest = EXPOSURE_HOST;
	for (size_t i = 0; i < model->count; i++)
		if (model->services[i].protocol == protocol && model->services[i].port == port)
			widest = exposure_wider(widest, model->services[i].exposure);
	return widest;
}
