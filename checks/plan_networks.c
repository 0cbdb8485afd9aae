/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/plan_networks.h"

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/model/site.h"

/* Most peers that one warning names. */
#define PEERS_NAMED_MAX 8

/* An identify that matches a wider network than a provider's own tells nothing of where it is. */
#define PEER_IPV4_BITS_MIN 16
#define PEER_IPV6_BITS_MIN 32

static bool add_prefix(struct arena *arena, struct plan_networks *networks, struct prefix prefix)
{
	struct address_set one;
	struct address_set *set =
		prefix.address.family == ADDRESS_IPV6 ? &networks->ipv6 : &networks->ipv4;
	return address_set_of_prefix(arena, prefix, &one) &&
	       address_set_union(arena, *set, one, set);
}

static bool add_prefixes(struct arena *arena, struct plan_networks *networks,
			 const struct prefix *prefixes, size_t count)
{
	bool is_good = true;
	for (size_t i = 0; is_good && i < count; i++)
		is_good = add_prefix(arena, networks, prefixes[i]);
	return is_good;
}

/* What stands for trusted networks where none are given; no rule of ours touches loopback. */
static bool add_private(struct arena *arena, struct plan_networks *networks)
{
	size_t count;
	const struct prefix *prefixes = address_private_networks(&count);
	bool is_good = true;
	for (size_t i = 0; is_good && i < count; i++)
		is_good = address_is_loopback(prefixes[i].address) ||
			  add_prefix(arena, networks, prefixes[i]);
	return is_good;
}

struct address_set plan_networks_set(const struct plan_networks *networks,
				     enum address_family family)
{
	return family == ADDRESS_IPV6 ? networks->ipv6 : networks->ipv4;
}

bool plan_networks_equal(const struct plan_networks *a, const struct plan_networks *b)
{
	return address_set_equal(a->ipv4, b->ipv4) && address_set_equal(a->ipv6, b->ipv6);
}

/* Addresses of the configuration from which, or to which, calls go. */
struct peer_walk {
	struct arena *arena;
	struct plan_networks *networks;
	/* Joined to the networks; else only looked for in them. */
	bool is_added;
	struct buffer outside;
	size_t outside_count;
};

static bool walk_peer(struct peer_walk *walk, struct prefix prefix)
{
	if (prefix.address.family == ADDRESS_NONE || address_is_unspecified(prefix.address) ||
	    address_is_loopback(prefix.address))
		return true;
	if (prefix.length <
	    (prefix.address.family == ADDRESS_IPV6 ? PEER_IPV6_BITS_MIN : PEER_IPV4_BITS_MIN))
		return true;
	if (walk->is_added)
		return add_prefix(walk->arena, walk->networks, prefix);
	struct address_set set = plan_networks_set(walk->networks, prefix.address.family), one;
	if (!address_set_of_prefix(walk->arena, prefix, &one))
		return false;
	if (address_set_covers(set, one))
		return true;
	if (walk->outside_count++ < PEERS_NAMED_MAX) {
		buffer_append_string(&walk->outside, walk->outside_count > 1 ? ", " : "");
		prefix_format(prefix, &walk->outside);
	}
	return true;
}

static bool walk_peers(struct peer_walk *walk, const struct asterisk_model *asterisk)
{
	bool is_good = true;
	for (size_t i = 0; asterisk->sip && is_good && i < asterisk->sip->peer_count; i++) {
		struct address address = asterisk->sip->peers[i].address;
		is_good = walk_peer(walk, prefix_make(address, address_bits(address.family)));
	}
	for (size_t i = 0; asterisk->pjsip && is_good && i < asterisk->pjsip->identify_count; i++) {
		const struct pjsip_identify *identify = &asterisk->pjsip->identifies[i];
		for (size_t m = 0; is_good && m < identify->match_count; m++)
			if (identify->matches[m].kind == PJSIP_MATCH_NETWORK)
				is_good = walk_peer(walk, identify->matches[m].network);
	}
	return is_good;
}

static bool finish(struct arena *arena, struct plan_networks *networks)
{
	return address_set_prefixes(arena, networks->ipv4, &networks->ipv4_prefixes,
				    &networks->ipv4_count) &&
	       address_set_prefixes(arena, networks->ipv6, &networks->ipv6_prefixes,
				    &networks->ipv6_count);
}

bool plan_networks_fill(const struct plan_request *request, struct plan *plan)
{
	struct arena *arena = request->loader->arena;
	const struct site *site = request->model->site;
	struct plan_networks *admin = &plan->networks[PLAN_ADMIN];
	struct plan_networks *phones = &plan->networks[PLAN_PHONES];
	admin->ipv4 = address_set_empty(ADDRESS_IPV4);
	admin->ipv6 = address_set_empty(ADDRESS_IPV6);
	plan->is_private = site->trusted_count == 0;
	if (plan->is_private ? !add_private(arena, admin)
			     : !add_prefixes(arena, admin, site->trusted, site->trusted_count))
		return false;
	*phones = *admin;
	struct peer_walk walk = {
		.arena = arena,
		.networks = phones,
		.is_added = site->phone_count + site->trunk_count == 0,
	};
	bool is_good = add_prefixes(arena, phones, site->phones, site->phone_count) &&
		       add_prefixes(arena, phones, site->trunks, site->trunk_count) &&
		       (!request->model->asterisk || walk_peers(&walk, request->model->asterisk));
	if (is_good && walk.outside_count)
		is_good =
			plan_say(&plan->warnings, arena,
				 "SIP is closed to these %zu peers of Asterisk's configuration, "
				 "which are neither in the phones' nor the trunks' networks: %s%s",
				 walk.outside_count, buffer_string(&walk.outside),
				 walk.outside_count > PEERS_NAMED_MAX ? " ..." : "");
	buffer_done(&walk.outside);
	return is_good && finish(arena, admin) && finish(arena, phones);
}
