/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules out of text, for tests: parsed, finished, and asked.
 */
#ifndef RINGFENCE_TESTS_FIREWALL_TEXT_H
#define RINGFENCE_TESTS_FIREWALL_TEXT_H

#include <netinet/in.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/firewall/firewall_evaluate.h"
#include "audit/firewall/ipset_parse.h"
#include "audit/firewall/iptables_parse.h"
#include "audit/firewall/nft_json.h"
#include "audit/firewall/nft_parse.h"

enum firewall_language {
	FIREWALL_IPTABLES,
	FIREWALL_IP6TABLES,
	FIREWALL_NFT,
	FIREWALL_NFT_JSON,
};

/* The bytes as a source called "rules". */
static inline const struct source *firewall_source(struct arena *arena, struct slice text)
{
	struct source *source = ARENA_NEW(arena, struct source);
	if (source)
		*source = (struct source){ .path = "rules", .bytes = text };
	return source;
}

static inline const struct source *firewall_no_file(void *context, const char *path)
{
	(void)context;
	(void)path;
	return NULL;
}

static inline bool firewall_no_files(void *context, const char *pattern,
				     struct path_list *ret_paths)
{
	(void)context;
	(void)pattern;
	*ret_paths = (struct path_list){ .count = 0 };
	return true;
}

/* NULL when memory is short. */
static inline struct ruleset *firewall_read(struct arena *arena, enum firewall_language language,
					    struct slice rules, struct slice ipsets)
{
	static const struct nft_includes no_includes = {
		.read = firewall_no_file,
		.glob = firewall_no_files,
		.directory = "/etc",
	};
	struct rule_builder builder = { .arena = arena, .ruleset = ruleset_new(arena) };
	const struct source *source = firewall_source(arena, rules);
	const struct source *sets = firewall_source(arena, ipsets);
	if (!builder.ruleset || !source || !sets)
		return NULL;
	if (ipsets.size)
		ipset_parse(&builder, sets);
	switch (language) {
	case FIREWALL_IPTABLES:
		iptables_parse(&builder, source, ADDRESS_IPV4, BACKEND_IPTABLES_LEGACY);
		break;
	case FIREWALL_IP6TABLES:
		iptables_parse(&builder, source, ADDRESS_IPV6, BACKEND_IPTABLES_LEGACY);
		break;
	case FIREWALL_NFT:
		nft_parse(&builder, source, &no_includes);
		break;
	case FIREWALL_NFT_JSON:
		nft_json_parse(&builder, source);
		break;
	}
	ruleset_finish(&builder);
	return builder.is_failed ? NULL : builder.ruleset;
}

/* eth0 with 192.0.2.10 and 2001:db8:1::10. */
static inline struct evaluator_host firewall_host(struct host_address addresses[2])
{
	static const char *const texts[] = { "192.0.2.10", "2001:db8:1::10" };
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		addresses[i].interface = SLICE("eth0");
		(void)!prefix_parse(slice_of(texts[i]), &addresses[i].prefix);
	}
	return (struct evaluator_host){ .addresses = addresses, .count = 2, .is_known = true };
}

/* A packet to the host's own address by eth0; the source stays open. */
static inline void firewall_packet(struct packet *packet, enum address_family family,
				   uint8_t protocol, uint16_t port)
{
	struct address own;
	(void)!address_parse(family == ADDRESS_IPV4 ? SLICE("192.0.2.10") : SLICE("2001:db8:1::10"),
			     &own);
	packet_init(packet, family, protocol);
	packet_set(packet, FIELD_DESTINATION, rule_value_of_address(own));
	packet_set_interface(packet, SLICE("eth0"));
	if (packet->state[FIELD_DESTINATION_PORT] != FIELD_ABSENT) {
		packet_set(packet, FIELD_SOURCE_PORT, 40000);
		packet_set(packet, FIELD_DESTINATION_PORT, port);
	}
	packet_set(packet, FIELD_TTL, 57);
	packet_set(packet, FIELD_TOS, 0);
}

#endif
