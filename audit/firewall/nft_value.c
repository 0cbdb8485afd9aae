/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/nft_value.h"

#include <netinet/in.h>

#include "audit/firewall/iptables_line.h"
#include "audit/firewall/port_names.h"

struct value_name {
	enum nft_type type;
	const char *name;
	uint32_t value;
};

/* clang-format off */
static const struct value_name names[] = {
	{ NFT_TYPE_CT_STATE, "invalid", 1 }, { NFT_TYPE_CT_STATE, "established", 2 },
	{ NFT_TYPE_CT_STATE, "related", 4 }, { NFT_TYPE_CT_STATE, "new", 8 },
	{ NFT_TYPE_CT_STATE, "untracked", 64 },
	{ NFT_TYPE_CT_STATUS, "expected", 1 }, { NFT_TYPE_CT_STATUS, "seen-reply", 2 },
	{ NFT_TYPE_CT_STATUS, "assured", 4 }, { NFT_TYPE_CT_STATUS, "confirmed", 8 },
	{ NFT_TYPE_CT_STATUS, "snat", 16 }, { NFT_TYPE_CT_STATUS, "dnat", 32 },
	{ NFT_TYPE_CT_STATUS, "dying", 512 },
	{ NFT_TYPE_CT_DIRECTION, "original", 0 }, { NFT_TYPE_CT_DIRECTION, "reply", 1 },
	{ NFT_TYPE_TCP_FLAGS, "fin", 1 }, { NFT_TYPE_TCP_FLAGS, "syn", 2 },
	{ NFT_TYPE_TCP_FLAGS, "rst", 4 }, { NFT_TYPE_TCP_FLAGS, "psh", 8 },
	{ NFT_TYPE_TCP_FLAGS, "ack", 16 }, { NFT_TYPE_TCP_FLAGS, "urg", 32 },
	{ NFT_TYPE_TCP_FLAGS, "ecn", 64 }, { NFT_TYPE_TCP_FLAGS, "cwr", 128 },
	{ NFT_TYPE_PACKET, "host", 0 }, { NFT_TYPE_PACKET, "unicast", 0 },
	{ NFT_TYPE_PACKET, "broadcast", 1 }, { NFT_TYPE_PACKET, "multicast", 2 },
	{ NFT_TYPE_PACKET, "other", 3 },
	{ NFT_TYPE_NFPROTO, "ipv4", 2 }, { NFT_TYPE_NFPROTO, "ipv6", 10 },
	{ NFT_TYPE_ETHERTYPE, "ip", 2 }, { NFT_TYPE_ETHERTYPE, "ip6", 10 },
	/* Frames that are not IP never come to these hooks. */
	{ NFT_TYPE_ETHERTYPE, "arp", 200 }, { NFT_TYPE_ETHERTYPE, "vlan", 201 },
	{ NFT_TYPE_ETHERTYPE, "8021q", 201 }, { NFT_TYPE_ETHERTYPE, "8021ad", 202 },
	{ NFT_TYPE_ETHERTYPE, "0x0800", 2 }, { NFT_TYPE_ETHERTYPE, "0x86dd", 10 },
	{ NFT_TYPE_ADDRESS, "unspec", 0 }, { NFT_TYPE_ADDRESS, "unicast", 1 },
	{ NFT_TYPE_ADDRESS, "local", 2 }, { NFT_TYPE_ADDRESS, "broadcast", 3 },
	{ NFT_TYPE_ADDRESS, "anycast", 4 }, { NFT_TYPE_ADDRESS, "multicast", 5 },
	{ NFT_TYPE_ADDRESS, "blackhole", 6 }, { NFT_TYPE_ADDRESS, "unreachable", 7 },
	{ NFT_TYPE_ADDRESS, "prohibit", 8 },
	{ NFT_TYPE_BOOLEAN, "exists", 1 }, { NFT_TYPE_BOOLEAN, "missing", 0 },
	{ NFT_TYPE_BOOLEAN, "true", 1 }, { NFT_TYPE_BOOLEAN, "false", 0 },
	{ NFT_TYPE_ICMP_CODE, "net-unreachable", 0 }, { NFT_TYPE_ICMP_CODE, "host-unreachable", 1 },
	{ NFT_TYPE_ICMP_CODE, "prot-unreachable", 2 }, { NFT_TYPE_ICMP_CODE, "port-unreachable", 3 },
	{ NFT_TYPE_ICMP_CODE, "frag-needed", 4 }, { NFT_TYPE_ICMP_CODE, "net-prohibited", 9 },
	{ NFT_TYPE_ICMP_CODE, "host-prohibited", 10 }, { NFT_TYPE_ICMP_CODE, "admin-prohibited", 13 },
	{ NFT_TYPE_DSCP, "cs0", 0 }, { NFT_TYPE_DSCP, "cs1", 8 }, { NFT_TYPE_DSCP, "cs2", 16 },
	{ NFT_TYPE_DSCP, "cs3", 24 }, { NFT_TYPE_DSCP, "cs4", 32 }, { NFT_TYPE_DSCP, "cs5", 40 },
	{ NFT_TYPE_DSCP, "cs6", 48 }, { NFT_TYPE_DSCP, "cs7", 56 }, { NFT_TYPE_DSCP, "ef", 46 },
	{ NFT_TYPE_DSCP, "af41", 34 }, { NFT_TYPE_DSCP, "af31", 26 },
};

static const struct {
	const char *name;
	enum nft_type type;
} type_names[] = {
	{ "ipv4_addr", NFT_TYPE_IPV4 }, { "ipv6_addr", NFT_TYPE_IPV6 },
	{ "inet_service", NFT_TYPE_PORT }, { "inet_proto", NFT_TYPE_PROTOCOL },
	{ "ifname", NFT_TYPE_INTERFACE }, { "iface_index", NFT_TYPE_INTERFACE },
	{ "mark", NFT_TYPE_NUMBER }, { "ether_addr", NFT_TYPE_MAC },
	{ "ct_state", NFT_TYPE_CT_STATE }, { "ct_status", NFT_TYPE_CT_STATUS },
	{ "ct_dir", NFT_TYPE_CT_DIRECTION }, { "tcp_flag", NFT_TYPE_TCP_FLAGS },
	{ "icmp_type", NFT_TYPE_ICMP }, { "icmpv6_type", NFT_TYPE_ICMP6 },
	{ "icmp_code", NFT_TYPE_ICMP_CODE }, { "icmpv6_code", NFT_TYPE_ICMP_CODE },
	{ "pkt_type", NFT_TYPE_PACKET }, { "nf_proto", NFT_TYPE_NFPROTO },
	{ "ether_type", NFT_TYPE_ETHERTYPE }, { "fib_addrtype", NFT_TYPE_ADDRESS },
	{ "dscp", NFT_TYPE_DSCP }, { "boolean", NFT_TYPE_BOOLEAN },
};
/* clang-format on */

void nft_type_parse(struct slice text, struct nft_set_type *ret_type)
{
	struct slice word;
	ret_type->count = 0;
	while (slice_next_field(&text, '.', &word) && ret_type->count < MATCH_PARTS_MAX) {
		enum nft_type type = NFT_TYPE_UNKNOWN;
		for (size_t i = 0; i < ARRAY_SIZE(type_names); i++)
			if (slice_is(slice_trim(word), type_names[i].name))
				type = type_names[i].type;
		ret_type->types[ret_type->count++] = type;
	}
}

static bool find_name(enum nft_type type, struct slice text, struct value_range *ret_range)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].type == type && slice_is(text, names[i].name)) {
			*ret_range = (struct value_range){ names[i].value, names[i].value };
			return true;
		}
	return false;
}

static bool parse_address(enum nft_type type, struct slice text, struct value_range *ret_range)
{
	struct prefix prefix;
	enum address_family family = type == NFT_TYPE_IPV4 ? ADDRESS_IPV4 : ADDRESS_IPV6;
	if (!prefix_parse(text, &prefix) || prefix.address.family != family)
		return false;
	*ret_range = rule_range_of_prefix(prefix);
	return true;
}

static bool parse_mac(struct slice text, struct value_range *ret_range)
{
	unsigned __int128 value = 0;
	size_t count = 0;
	struct slice byte;
	while (slice_next_field(&text, ':', &byte)) {
		unsigned int digits = 0;
		for (size_t i = 0; i < byte.size; i++) {
			unsigned char c = byte_to_lower((unsigned char)byte.data[i]);
			if (byte.size > 2 || (!byte_is_digit(c) && (c < 'a' || c > 'f')))
				return false;
			digits = digits * 16 +
				 (unsigned int)(byte_is_digit(c) ? c - '0' : c - 'a' + 10);
		}
		value = value << 8 | digits;
		count++;
	}
	*ret_range = (struct value_range){ value, value };
	return count == 6;
}

static bool parse_icmp(enum nft_type type, struct slice text, struct value_range *ret_range)
{
	uint8_t first, last, first_code, last_code;
	enum address_family family = type == NFT_TYPE_ICMP ? ADDRESS_IPV4 : ADDRESS_IPV6;
	if (!icmp_type_parse(family, text, &first, &last, &first_code, &last_code) ||
	    first_code != 0 || last_code != UINT8_MAX)
		return false;
	*ret_range = (struct value_range){ first, last };
	return true;
}

/* One value as written. */
static bool parse_value(enum nft_type type, const struct nft_expression *expression,
			struct value_range *ret_range)
{
	struct slice text = expression->text;
	uint64_t number;
	uint16_t port;
	uint8_t protocol;
	if (find_name(type, text, ret_range))
		return true;
	switch (type) {
	case NFT_TYPE_IPV4:
	case NFT_TYPE_IPV6:
		return parse_address(type, text, ret_range);
	case NFT_TYPE_PORT:
		if (!port_parse(text, &port))
			break;
		*ret_range = (struct value_range){ port, port };
		return true;
	case NFT_TYPE_PROTOCOL:
		if (!protocol_parse(text, &protocol))
			break;
		*ret_range = (struct value_range){ protocol, protocol };
		return true;
	case NFT_TYPE_INTERFACE: {
		bool is_prefix = slice_ends_with(text, "*");
		if (is_prefix)
			text = slice_part(text, 0,
					  text.size - (slice_ends_with(text, "\\*") ? 2 : 1));
		*ret_range = rule_range_of_interface(text, is_prefix);
		return true;
	}
	case NFT_TYPE_MAC:
		return parse_mac(text, ret_range);
	case NFT_TYPE_ICMP:
	case NFT_TYPE_ICMP6:
		return parse_icmp(type, text, ret_range);
	case NFT_TYPE_UNKNOWN:
	case NFT_TYPE_ETHERTYPE:
	case NFT_TYPE_DEVICE:
		return false;
	case NFT_TYPE_NUMBER:
	case NFT_TYPE_CT_STATE:
	case NFT_TYPE_CT_STATUS:
	case NFT_TYPE_CT_DIRECTION:
	case NFT_TYPE_TCP_FLAGS:
	case NFT_TYPE_ICMP_CODE:
	case NFT_TYPE_PACKET:
	case NFT_TYPE_NFPROTO:
	case NFT_TYPE_ADDRESS:
	case NFT_TYPE_DSCP:
	case NFT_TYPE_BOOLEAN:
		break;
	}
	if (!iptables_parse_number(text, &number))
		return false;
	*ret_range = (struct value_range){ number, number };
	return true;
}

bool nft_value_range(enum nft_type type, const struct nft_expression *expression,
		     struct value_range *ret_range)
{
	struct value_range first, last;
	unsigned __int128 bits;
	switch (expression->kind) {
	case NFT_VALUE:
		return parse_value(type, expression, ret_range);
	case NFT_RANGE:
		if (!nft_value_range(type, expression->items[0], &first) ||
		    !nft_value_range(type, expression->items[1], &last) || first.first > last.last)
			return false;
		*ret_range = (struct value_range){ first.first, last.last };
		return true;
	case NFT_PREFIX: {
		unsigned int width = type == NFT_TYPE_IPV4 ? 32 : type == NFT_TYPE_IPV6 ? 128 : 0;
		if (!parse_value(type, expression->items[0], &first) || !width ||
		    expression->number > width)
			return false;
		unsigned int host = width - (unsigned int)expression->number;
		unsigned __int128 unset =
			host == 128 ? MATCH_MASK_ALL : ((unsigned __int128)1 << host) - 1;
		*ret_range = (struct value_range){ first.first & ~unset, first.first | unset };
		return true;
	}
	case NFT_LIST:
	case NFT_OPERATION:
		if (!nft_value_bits(type, expression, &bits))
			return false;
		*ret_range = (struct value_range){ bits, bits };
		return type == NFT_TYPE_CT_STATE || type == NFT_TYPE_CT_STATUS ||
		       type == NFT_TYPE_TCP_FLAGS || expression->kind == NFT_OPERATION;
	case NFT_SET:
		return expression->count == 1 &&
		       nft_value_range(type, expression->items[0], ret_range);
	case NFT_ANY:
		*ret_range = (struct value_range){ 0, MATCH_MASK_ALL };
		return true;
	case NFT_MAPPING:
	case NFT_CONCAT:
	case NFT_SET_NAME:
	case NFT_FIELD:
	case NFT_VERDICT:
	case NFT_UNKNOWN:
		return false;
	}
	return false;
}

bool nft_value_bits(enum nft_type type, const struct nft_expression *expression,
		    unsigned __int128 *ret_bits)
{
	struct value_range range;
	bool is_and = expression->kind == NFT_OPERATION && expression->number == '&';
	bool is_or = expression->kind == NFT_LIST ||
		     (expression->kind == NFT_OPERATION && expression->number == '|');
	if (!is_and && !is_or) {
		/* A mask of addresses may be a prefix's: "255.255.255.0". */
		if (expression->kind != NFT_VALUE && expression->kind != NFT_SET)
			return false;
		if (!nft_value_range(type, expression, &range) || range.first != range.last)
			return false;
		*ret_bits = range.first;
		return true;
	}
	*ret_bits = is_and ? MATCH_MASK_ALL : 0;
	for (size_t i = 0; i < expression->count; i++) {
		unsigned __int128 bits;
		/* Lists nest one deep only: items are values, or operations that the parser bounds.
		 */
		if (!nft_value_bits(type, expression->items[i], &bits))
			return false;
		*ret_bits = is_and ? *ret_bits & bits : *ret_bits | bits;
	}
	return expression->count > 0;
}

bool nft_verdict_parse(struct slice word, struct rule_verdict *ret_verdict)
{
	static const struct {
		const char *name;
		enum verdict_kind kind;
	} verdicts[] = { { "accept", VERDICT_ACCEPT },     { "drop", VERDICT_DROP },
			 { "continue", VERDICT_CONTINUE }, { "return", VERDICT_RETURN },
			 { "jump", VERDICT_JUMP },         { "goto", VERDICT_GOTO },
			 { "queue", VERDICT_UNKNOWN } };
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (slice_is(word, verdicts[i].name)) {
			*ret_verdict = (struct rule_verdict){ .kind = verdicts[i].kind };
			return true;
		}
	return false;
}

bool nft_priority_parse(struct slice word, int32_t *ret_priority)
{
	static const struct {
		const char *name;
		int32_t priority;
	} priorities[] = { { "raw", -300 }, { "mangle", -150 }, { "dstnat", -100 },
			   { "filter", 0 }, { "security", 50 }, { "srcnat", 100 },
			   { "out", 100 } };
	int64_t number;
	for (size_t i = 0; i < ARRAY_SIZE(priorities); i++)
		if (slice_is(word, priorities[i].name)) {
			*ret_priority = priorities[i].priority;
			return true;
		}
	if (!slice_to_int64(word, &number) || number < INT32_MIN || number > INT32_MAX)
		return false;
	*ret_priority = (int32_t)number;
	return true;
}

enum hook nft_hook_parse(struct slice word)
{
	static const struct {
		const char *name;
		enum hook hook;
	} hooks[] = { { "ingress", HOOK_INGRESS },   { "prerouting", HOOK_PREROUTING },
		      { "input", HOOK_INPUT },       { "forward", HOOK_FORWARD },
		      { "output", HOOK_OUTPUT },     { "postrouting", HOOK_POSTROUTING },
		      { "egress", HOOK_POSTROUTING } };
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++)
		if (slice_is(word, hooks[i].name))
			return hooks[i].hook;
	return HOOK_NONE;
}

bool nft_family_parse(struct slice word, enum table_family *ret_family)
{
	static const enum table_family families[] = { TABLE_IPV4, TABLE_IPV6,   TABLE_INET,
						      TABLE_ARP,  TABLE_BRIDGE, TABLE_NETDEV };
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (slice_is(word, table_family_name(families[i]))) {
			*ret_family = families[i];
			return true;
		}
	return false;
}

uint64_t nft_unit_seconds(struct slice word)
{
	static const struct {
		const char *name;
		uint64_t seconds;
	} units[] = { { "second", 1 },
		      { "minute", 60 },
		      { "hour", 3600 },
		      { "day", 86400 },
		      { "week", 604800 } };
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (slice_is(word, units[i].name))
			return units[i].seconds;
	return 0;
}
