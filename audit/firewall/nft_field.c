/* SPDX-License-Identifier: Apache-2.0
 *
 * Fields by their names in nft(8), "PAYLOAD EXPRESSIONS" and "PRIMARY EXPRESSIONS".
 */
#include "audit/firewall/nft_field.h"

#include <netinet/in.h>

#define IP4 .family = 4
#define IP6 .family = 6
#define TCP .protocol = IPPROTO_TCP
#define UDP .protocol = IPPROTO_UDP

/* clang-format off */
static const struct nft_field fields[] = {
	{ .scope = "ip", .name = "saddr", .type = NFT_TYPE_IPV4, .field = FIELD_SOURCE, IP4 },
	{ .scope = "ip", .name = "daddr", .type = NFT_TYPE_IPV4, .field = FIELD_DESTINATION, IP4 },
	{ .scope = "ip", .name = "protocol", .type = NFT_TYPE_PROTOCOL, .field = FIELD_PROTOCOL, IP4 },
	{ .scope = "ip", .name = "ttl", .type = NFT_TYPE_NUMBER, .field = FIELD_TTL, IP4 },
	{ .scope = "ip", .name = "length", .type = NFT_TYPE_NUMBER, .field = FIELD_LENGTH, IP4 },
	{ .scope = "ip", .name = "dscp", .type = NFT_TYPE_DSCP, .field = FIELD_TOS, .shift = 2, .mask = 0x3f, IP4 },
	{ .scope = "ip", .name = "frag-off", .type = NFT_TYPE_NUMBER, .field = FIELD_FRAGMENT, IP4 },
	{ .scope = "ip", .name = "hdrlength", .type = NFT_TYPE_NUMBER, .field = FIELD_HEADER_WORDS, IP4 },
	{ .scope = "ip", .name = "id", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP4 },
	{ .scope = "ip", .name = "ecn", .type = NFT_TYPE_NUMBER, .field = FIELD_TOS, .mask = 3, IP4 },
	{ .scope = "ip", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP4, .is_condition = true },
	{ .scope = "ip6", .name = "saddr", .type = NFT_TYPE_IPV6, .field = FIELD_SOURCE, IP6 },
	{ .scope = "ip6", .name = "daddr", .type = NFT_TYPE_IPV6, .field = FIELD_DESTINATION, IP6 },
	{ .scope = "ip6", .name = "nexthdr", .type = NFT_TYPE_PROTOCOL, .field = FIELD_PROTOCOL, IP6 },
	{ .scope = "ip6", .name = "hoplimit", .type = NFT_TYPE_NUMBER, .field = FIELD_TTL, IP6 },
	{ .scope = "ip6", .name = "dscp", .type = NFT_TYPE_DSCP, .field = FIELD_TOS, .shift = 2, .mask = 0x3f, IP6 },
	{ .scope = "ip6", .name = "length", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP6 },
	{ .scope = "ip6", .name = "flowlabel", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP6 },
	{ .scope = "tcp", .name = "sport", .type = NFT_TYPE_PORT, .field = FIELD_SOURCE_PORT, TCP },
	{ .scope = "tcp", .name = "dport", .type = NFT_TYPE_PORT, .field = FIELD_DESTINATION_PORT, TCP },
	{ .scope = "tcp", .name = "flags", .type = NFT_TYPE_TCP_FLAGS, .field = FIELD_TCP_FLAGS, TCP },
	{ .scope = "tcp", .name = "sequence", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, TCP },
	{ .scope = "tcp", .name = "window", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, TCP },
	{ .scope = "tcp", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, TCP, .is_condition = true },
	{ .scope = "tcp option", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_TCP_OPTION, TCP },
	{ .scope = "udp", .name = "sport", .type = NFT_TYPE_PORT, .field = FIELD_SOURCE_PORT, UDP },
	{ .scope = "udp", .name = "dport", .type = NFT_TYPE_PORT, .field = FIELD_DESTINATION_PORT, UDP },
	{ .scope = "udp", .name = "length", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, UDP },
	{ .scope = "udp", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, UDP, .is_condition = true },
	{ .scope = "udplite", .name = "sport", .type = NFT_TYPE_PORT, .field = FIELD_SOURCE_PORT, .protocol = IPPROTO_UDPLITE },
	{ .scope = "udplite", .name = "dport", .type = NFT_TYPE_PORT, .field = FIELD_DESTINATION_PORT, .protocol = IPPROTO_UDPLITE },
	{ .scope = "udplite", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .protocol = IPPROTO_UDPLITE, .is_condition = true },
	{ .scope = "sctp", .name = "sport", .type = NFT_TYPE_PORT, .field = FIELD_SOURCE_PORT, .protocol = IPPROTO_SCTP },
	{ .scope = "sctp", .name = "dport", .type = NFT_TYPE_PORT, .field = FIELD_DESTINATION_PORT, .protocol = IPPROTO_SCTP },
	{ .scope = "sctp", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .protocol = IPPROTO_SCTP, .is_condition = true },
	{ .scope = "dccp", .name = "sport", .type = NFT_TYPE_PORT, .field = FIELD_SOURCE_PORT, .protocol = IPPROTO_DCCP },
	{ .scope = "dccp", .name = "dport", .type = NFT_TYPE_PORT, .field = FIELD_DESTINATION_PORT, .protocol = IPPROTO_DCCP },
	{ .scope = "dccp", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .protocol = IPPROTO_DCCP, .is_condition = true },
	{ .scope = "th", .name = "sport", .type = NFT_TYPE_PORT, .field = FIELD_SOURCE_PORT, .is_raw = true },
	{ .scope = "th", .name = "dport", .type = NFT_TYPE_PORT, .field = FIELD_DESTINATION_PORT, .is_raw = true },
	{ .scope = "icmp", .name = "type", .type = NFT_TYPE_ICMP, .field = FIELD_ICMP_TYPE, .protocol = IPPROTO_ICMP },
	{ .scope = "icmp", .name = "code", .type = NFT_TYPE_ICMP_CODE, .field = FIELD_ICMP_CODE, .protocol = IPPROTO_ICMP },
	{ .scope = "icmp", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .protocol = IPPROTO_ICMP, .is_condition = true },
	{ .scope = "icmpv6", .name = "type", .type = NFT_TYPE_ICMP6, .field = FIELD_ICMP_TYPE, .protocol = IPPROTO_ICMPV6 },
	{ .scope = "icmpv6", .name = "code", .type = NFT_TYPE_ICMP_CODE, .field = FIELD_ICMP_CODE, .protocol = IPPROTO_ICMPV6 },
	{ .scope = "icmpv6", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .protocol = IPPROTO_ICMPV6, .is_condition = true },
	{ .scope = "igmp", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .protocol = IPPROTO_IGMP, .is_condition = true },
	{ .scope = "ether", .name = "saddr", .type = NFT_TYPE_MAC, .field = FIELD_SOURCE_MAC },
	{ .scope = "ether", .name = "daddr", .type = NFT_TYPE_MAC, .field = FIELD_DESTINATION_MAC },
	{ .scope = "ether", .name = "type", .type = NFT_TYPE_ETHERTYPE, .field = FIELD_NFPROTO },
	{ .scope = "esp", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .protocol = IPPROTO_ESP },
	{ .scope = "ah", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .protocol = IPPROTO_AH },
	{ .scope = "comp", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .protocol = IPPROTO_COMP },
	{ .scope = "vlan", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_never = true },
	{ .scope = "frag", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP6, .is_never = true },
	{ .scope = "hbh", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP6, .is_never = true },
	{ .scope = "rt0", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP6, .is_never = true },
	{ .scope = "rt", .name = "type", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP6, .is_never = true },
	{ .scope = "rt", .name = "seg-left", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP6, .is_never = true },
	{ .scope = "rt", .name = "hdrlength", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP6, .is_never = true },
	{ .scope = "exthdr", .name = NULL, .type = NFT_TYPE_BOOLEAN, .field = FIELD_FREE, IP6, .is_zero = true },
	{ .scope = "mh", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP6, .is_never = true },
	{ .scope = "dst", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, IP6, .is_never = true },
	{ .scope = "ip option", .name = NULL, .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_never = true },
	{ .scope = "meta", .name = "iifname", .type = NFT_TYPE_INTERFACE, .field = FIELD_IN_INTERFACE },
	{ .scope = "meta", .name = "iif", .type = NFT_TYPE_INTERFACE, .field = FIELD_IN_INTERFACE },
	{ .scope = "meta", .name = "iiftype", .type = NFT_TYPE_DEVICE, .field = FIELD_IN_INTERFACE },
	{ .scope = "meta", .name = "oifname", .type = NFT_TYPE_INTERFACE, .field = FIELD_OUT_INTERFACE },
	{ .scope = "meta", .name = "oif", .type = NFT_TYPE_INTERFACE, .field = FIELD_OUT_INTERFACE },
	{ .scope = "meta", .name = "l4proto", .type = NFT_TYPE_PROTOCOL, .field = FIELD_PROTOCOL },
	{ .scope = "meta", .name = "nfproto", .type = NFT_TYPE_NFPROTO, .field = FIELD_NFPROTO },
	{ .scope = "meta", .name = "protocol", .type = NFT_TYPE_ETHERTYPE, .field = FIELD_NFPROTO },
	{ .scope = "meta", .name = "mark", .type = NFT_TYPE_NUMBER, .field = FIELD_MARK },
	{ .scope = "meta", .name = "pkttype", .type = NFT_TYPE_PACKET, .field = FIELD_PACKET_TYPE },
	{ .scope = "meta", .name = "length", .type = NFT_TYPE_NUMBER, .field = FIELD_LENGTH },
	{ .scope = "meta", .name = "cpu", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_condition = true },
	{ .scope = "meta", .name = "random", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_condition = true },
	{ .scope = "meta", .name = "time", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_condition = true },
	{ .scope = "meta", .name = "hour", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_condition = true },
	{ .scope = "meta", .name = "day", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_condition = true },
	/* No socket is known yet of a first packet. */
	{ .scope = "meta", .name = "skuid", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_never = true },
	{ .scope = "meta", .name = "skgid", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_never = true },
	{ .scope = "meta", .name = "cgroup", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_never = true },
	{ .scope = "meta", .name = "secpath", .type = NFT_TYPE_BOOLEAN, .field = FIELD_FREE, .is_zero = true },
	{ .scope = "meta", .name = "ipsec", .type = NFT_TYPE_BOOLEAN, .field = FIELD_FREE, .is_zero = true },
	{ .scope = "meta", .name = "priority", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE },
	{ .scope = "ct", .name = "state", .type = NFT_TYPE_CT_STATE, .field = FIELD_CT_STATE },
	{ .scope = "ct", .name = "status", .type = NFT_TYPE_CT_STATUS, .field = FIELD_CT_STATUS },
	{ .scope = "ct", .name = "mark", .type = NFT_TYPE_NUMBER, .field = FIELD_CT_MARK },
	{ .scope = "ct", .name = "direction", .type = NFT_TYPE_CT_DIRECTION, .field = FIELD_CT_DIRECTION },
	{ .scope = "ct", .name = "l3proto", .type = NFT_TYPE_NFPROTO, .field = FIELD_NFPROTO },
	{ .scope = "ct", .name = "protocol", .type = NFT_TYPE_PROTOCOL, .field = FIELD_PROTOCOL },
	{ .scope = "ct", .name = "original saddr", .type = NFT_TYPE_IPV4, .field = FIELD_SOURCE },
	{ .scope = "ct", .name = "original daddr", .type = NFT_TYPE_IPV4, .field = FIELD_DESTINATION },
	{ .scope = "ct", .name = "original ip saddr", .type = NFT_TYPE_IPV4, .field = FIELD_SOURCE, IP4 },
	{ .scope = "ct", .name = "original ip daddr", .type = NFT_TYPE_IPV4, .field = FIELD_DESTINATION, IP4 },
	{ .scope = "ct", .name = "original ip6 saddr", .type = NFT_TYPE_IPV6, .field = FIELD_SOURCE, IP6 },
	{ .scope = "ct", .name = "original ip6 daddr", .type = NFT_TYPE_IPV6, .field = FIELD_DESTINATION, IP6 },
	{ .scope = "ct", .name = "original proto-src", .type = NFT_TYPE_PORT, .field = FIELD_SOURCE_PORT, .is_tuple = true },
	{ .scope = "ct", .name = "original proto-dst", .type = NFT_TYPE_PORT, .field = FIELD_DESTINATION_PORT, .is_tuple = true },
	{ .scope = "ct", .name = "reply proto-src", .type = NFT_TYPE_PORT, .field = FIELD_DESTINATION_PORT, .is_tuple = true },
	{ .scope = "ct", .name = "reply proto-dst", .type = NFT_TYPE_PORT, .field = FIELD_SOURCE_PORT, .is_tuple = true },
	{ .scope = "ct", .name = "reply ip saddr", .type = NFT_TYPE_IPV4, .field = FIELD_DESTINATION, IP4 },
	{ .scope = "ct", .name = "reply ip daddr", .type = NFT_TYPE_IPV4, .field = FIELD_SOURCE, IP4 },
	{ .scope = "ct", .name = "reply ip6 saddr", .type = NFT_TYPE_IPV6, .field = FIELD_DESTINATION, IP6 },
	{ .scope = "ct", .name = "reply ip6 daddr", .type = NFT_TYPE_IPV6, .field = FIELD_SOURCE, IP6 },
	{ .scope = "ct", .name = "helper", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_never = true },
	{ .scope = "ct", .name = "zone", .type = NFT_TYPE_NUMBER, .field = FIELD_FREE, .is_zero = true },
	{ .scope = "fib", .name = "saddr type", .type = NFT_TYPE_ADDRESS, .field = FIELD_SOURCE_TYPE },
	{ .scope = "fib", .name = "daddr type", .type = NFT_TYPE_ADDRESS, .field = FIELD_DESTINATION_TYPE },
	{ .scope = "fib", .name = "daddr . iif type", .type = NFT_TYPE_ADDRESS, .field = FIELD_DESTINATION_TYPE_HERE },
	{ .scope = "fib", .name = "iif . daddr type", .type = NFT_TYPE_ADDRESS, .field = FIELD_DESTINATION_TYPE_HERE },
	{ .scope = "fib", .name = "saddr . iif oif", .type = NFT_TYPE_BOOLEAN, .field = FIELD_REVERSE_PATH },
	{ .scope = "fib", .name = "iif . saddr oif", .type = NFT_TYPE_BOOLEAN, .field = FIELD_REVERSE_PATH },
	{ .scope = "fib", .name = "saddr . mark . iif oif", .type = NFT_TYPE_BOOLEAN, .field = FIELD_REVERSE_PATH },
	{ .scope = "fib", .name = "mark . saddr . iif oif", .type = NFT_TYPE_BOOLEAN, .field = FIELD_REVERSE_PATH },
	{ .scope = "fib", .name = "saddr . iif . mark oif", .type = NFT_TYPE_BOOLEAN, .field = FIELD_REVERSE_PATH },
};
/* clang-format on */

const struct nft_field *nft_find_field(const struct nft_expression *expression)
{
	if (expression->kind != NFT_FIELD)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (slice_is(expression->text, fields[i].scope) &&
		    (!fields[i].name || slice_is(expression->text2, fields[i].name)))
			return &fields[i];
	return NULL;
}

void nft_type_of(const struct nft_expression *expression, struct nft_set_type *ret_type)
{
	ret_type->count = 0;
	size_t count = expression->kind == NFT_CONCAT ? expression->count : 1;
	for (size_t i = 0; i < count && i < MATCH_PARTS_MAX; i++) {
		const struct nft_expression *part =
			expression->kind == NFT_CONCAT ? expression->items[i] : expression;
		const struct nft_field *field = nft_find_field(part);
		ret_type->types[ret_type->count++] = field ? field->type : NFT_TYPE_UNKNOWN;
	}
}
