/* SPDX-License-Identifier: Apache-2.0
 *
 * Match modules that look at addresses: iprange, set, addrtype, mac.
 */
#include "audit/base/buffer.h"
#include "audit/firewall/iptables_match.h"

bool iptables_build_iprange(struct iptables_rule *rule, size_t module)
{
	for (int i = 0; i < 2; i++) {
		const struct iptables_use *use =
			iptables_find_use(rule, module, i ? "dst-range" : "src-range");
		if (!use)
			continue;
		struct address first, last;
		size_t dash = slice_find_byte(use->values[0], '-');
		if (!address_parse(slice_part(use->values[0], 0, dash), &first))
			return false;
		last = first;
		if (dash < use->values[0].size &&
		    !address_parse(slice_from(use->values[0], dash + 1), &last))
			return false;
		if (first.family != rule->family || last.family != rule->family)
			return false;
		build_match_range(rule->builder, i ? FIELD_DESTINATION : FIELD_SOURCE,
				  rule_value_of_address(first), rule_value_of_address(last),
				  use->is_negated);
	}
	return true;
}

size_t iptables_set_parts(const struct rule_set *set, struct slice flags,
			  struct match_part parts[MATCH_PARTS_MAX])
{
	struct slice dimensions = slice_from(set->type, slice_find_byte(set->type, ':') + 1);
	struct slice dimension, side;
	size_t count = 0;
	while (slice_next_field(&dimensions, ',', &dimension)) {
		if (!slice_next_field(&flags, ',', &side) || count + 2 > MATCH_PARTS_MAX)
			return 0;
		bool is_source = slice_is(side, "src");
		enum packet_field field;
		if (slice_is(dimension, "ip") || slice_is(dimension, "net"))
			field = is_source ? FIELD_SOURCE : FIELD_DESTINATION;
		else if (slice_is(dimension, "port"))
			field = is_source ? FIELD_SOURCE_PORT : FIELD_DESTINATION_PORT;
		else if (slice_is(dimension, "iface"))
			field = is_source ? FIELD_IN_INTERFACE : FIELD_OUT_INTERFACE;
		else if (slice_is(dimension, "mac"))
			field = is_source ? FIELD_SOURCE_MAC : FIELD_DESTINATION_MAC;
		else if (slice_is(dimension, "mark"))
			field = FIELD_MARK;
		else
			return 0;
		/* "hash:ip,port" holds the protocol beside the port; "bitmap:port" does not. */
		if (slice_is(dimension, "port") && slice_starts_with(set->type, "hash:"))
			parts[count++] = *match_part_whole(FIELD_PROTOCOL);
		parts[count++] = *match_part_whole(field);
	}
	return count;
}

bool iptables_build_set_match(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "match-set");
	struct rule_builder *builder = rule->builder;
	if (!use)
		return false;
	const struct rule_set *set = ruleset_find_set(builder->ruleset, use->values[0]);
	struct match_part parts[MATCH_PARTS_MAX];
	size_t count = set && !set->is_unknown ? iptables_set_parts(set, use->values[1], parts) : 0;
	if (count == 0 || count != set->part_count) {
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "the ipset %.*s, whose content is not known",
			      SLICE_ARG(use->values[0]));
		build_match_unknown(builder, buffer_slice(&text));
		return true;
	}
	struct rule_step *step = build_step(builder, STEP_MATCH);
	if (!step)
		return true;
	step->match.is_negated = use->is_negated;
	step->match.part_count = count;
	step->match.parts = build_parts(builder, parts, count);
	step->match.set = set;
	return true;
}

/* RTN_* of linux/rtnetlink.h */
static const struct iptables_bits address_types[] = {
	{ "UNSPEC", 1u << 0 },    { "UNICAST", 1u << 1 },     { "LOCAL", 1u << 2 },
	{ "BROADCAST", 1u << 3 }, { "ANYCAST", 1u << 4 },     { "MULTICAST", 1u << 5 },
	{ "BLACKHOLE", 1u << 6 }, { "UNREACHABLE", 1u << 7 }, { "PROHIBIT", 1u << 8 },
	{ "THROW", 1u << 9 },     { "NAT", 1u << 10 },        { "XRESOLVE", 1u << 11 },
};
enum {
	TYPE_UNSPEC = 1 << 0,
	TYPE_UNICAST = 1 << 1,
	TYPE_MULTICAST = 1 << 5,
	TYPE_ROUTED = 1 << 2 | 1 << 4 | 1 << 7,
	TYPE_LAST = 11,
};

/* The types in BITS as elements; each behind the range of addresses in ADDRESSES, if there is one.
 */
static void add_types(struct rule_builder *builder, struct rule_set_draft *draft, unsigned int bits,
		      const struct value_range *addresses)
{
	for (unsigned int type = 0; type <= TYPE_LAST; type++) {
		struct value_range ranges[2] = { { type, type }, { type, type } };
		if (!(bits & 1u << type))
			continue;
		if (addresses)
			ranges[0] = *addresses;
		draft_add(builder, draft, ranges, NULL);
	}
}

/* xt_addrtype.c, match_type6: every type asked for must hold, and UNICAST, MULTICAST and UNSPEC are
 * told from the address alone: the host's own addresses are unicast too. */
static void build_ipv6_type(struct iptables_rule *rule, enum packet_field address,
			    enum packet_field type, unsigned int bits, bool is_negated)
{
	const unsigned __int128 multicast = (unsigned __int128)0xff << 120;
	struct value_range range = { 0, MATCH_MASK_ALL };
	if (bits & TYPE_UNICAST)
		range = (struct value_range){ 1, multicast - 1 };
	if (bits & TYPE_MULTICAST && range.first < multicast)
		range.first = multicast;
	if (bits & TYPE_UNSPEC)
		range.last = 0;
	struct rule_set_draft draft = { .part_count = bits & TYPE_ROUTED ? 2 : 1 };
	struct rule_set *set = build_set(rule->builder, rule->origin);
	struct rule_step *step = build_step(rule->builder, STEP_MATCH);
	if (!set || !step)
		return;
	if (range.first <= range.last && draft.part_count == 1)
		draft_add(rule->builder, &draft, &range, NULL);
	else if (range.first <= range.last)
		add_types(rule->builder, &draft, bits & TYPE_ROUTED, &range);
	draft_finish(rule->builder, &draft, set);
	const struct match_part parts[] = { *match_part_whole(address), *match_part_whole(type) };
	step->match.is_negated = is_negated;
	step->match.part_count = draft.part_count;
	step->match.parts = build_parts(rule->builder, parts, draft.part_count);
	step->match.set = set;
}

bool iptables_build_addrtype(struct iptables_rule *rule, size_t module)
{
	for (int side = 0; side < 2; side++) {
		const struct iptables_use *use =
			iptables_find_use(rule, module, side ? "dst-type" : "src-type");
		enum packet_field type = side ? FIELD_DESTINATION_TYPE : FIELD_SOURCE_TYPE;
		if (side && iptables_find_use(rule, module, "limit-iface-in"))
			type = FIELD_DESTINATION_TYPE_HERE;
		unsigned int bits;
		if (!use)
			continue;
		if (!iptables_parse_bits(use->values[0], address_types, ARRAY_SIZE(address_types),
					 &bits))
			return false;
		if (rule->family == ADDRESS_IPV6) {
			build_ipv6_type(rule, side ? FIELD_DESTINATION : FIELD_SOURCE, type, bits,
					use->is_negated);
			continue;
		}
		struct rule_set_draft draft = { .part_count = 1 };
		struct rule_set *set = build_set(rule->builder, rule->origin);
		if (!set)
			return true;
		add_types(rule->builder, &draft, bits, NULL);
		draft_finish(rule->builder, &draft, set);
		build_match_set(rule->builder, type, set, use->is_negated);
	}
	return true;
}

bool iptables_build_mac(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "mac-source");
	unsigned __int128 value = 0;
	if (!use)
		return true;
	struct slice rest = use->values[0], byte;
	size_t count = 0;
	while (slice_next_field(&rest, ':', &byte)) {
		unsigned int digits = 0;
		for (size_t i = 0; i < byte.size && i < 3; i++) {
			unsigned char c = byte_to_lower((unsigned char)byte.data[i]);
			if (!byte_is_digit(c) && (c < 'a' || c > 'f'))
				return false;
			digits = digits * 16 +
				 (unsigned int)(byte_is_digit(c) ? c - '0' : c - 'a' + 10);
		}
		if (byte.size == 0 || digits > 255 || ++count > 6)
			return false;
		value = value << 8 | digits;
	}
	if (count != 6)
		return false;
	build_match_range(rule->builder, FIELD_SOURCE_MAC, value, value, use->is_negated);
	return true;
}
