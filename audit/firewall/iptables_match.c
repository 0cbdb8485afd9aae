/* SPDX-License-Identifier: Apache-2.0
 *
 * The match modules of iptables-extensions(8): a row each with its options, and a function that
 * turns them into steps. What a module tells of a packet that opens a connection and that arrives
 * for this host is from its source, net/netfilter/xt_*.c of Linux.
 */
#include <netinet/in.h>

#include "audit/base/buffer.h"
#include "audit/firewall/iptables_line.h"
#include "audit/firewall/port_names.h"

static bool build_ports(struct iptables_rule *rule, size_t module, const char *option,
			enum packet_field field)
{
	const struct iptables_use *use = iptables_find_use(rule, module, option);
	if (!use)
		return true;
	uint16_t first, last;
	if (!port_range_parse(use->values[0], ':', &first, &last) || first > last)
		return false;
	build_match_range(rule->builder, field, first, last, use->is_negated);
	return true;
}

/* "SYN,ACK", "ALL", "NONE" */
static bool parse_tcp_flags(struct slice text, unsigned int *ret_flags)
{
	static const struct {
		const char *name;
		unsigned int bits;
	} names[] = {
		{ "FIN", 1 },  { "SYN", 2 },  { "RST", 4 },  { "PSH", 8 },
		{ "ACK", 16 }, { "URG", 32 }, { "ALL", 63 }, { "NONE", 0 },
	};
	*ret_flags = 0;
	struct slice word;
	while (slice_next_field(&text, ',', &word)) {
		size_t i = 0;
		while (i < ARRAY_SIZE(names) && !slice_is_ignore_case(word, names[i].name))
			i++;
		if (i == ARRAY_SIZE(names))
			return false;
		*ret_flags |= names[i].bits;
	}
	return true;
}

static bool build_tcp(struct iptables_rule *rule, size_t module)
{
	struct rule_builder *builder = rule->builder;
	if (!build_ports(rule, module, "sport", FIELD_SOURCE_PORT) ||
	    !build_ports(rule, module, "dport", FIELD_DESTINATION_PORT))
		return false;
	const struct iptables_use *use = iptables_find_use(rule, module, "tcp-flags");
	if (use) {
		unsigned int mask, flags;
		if (!parse_tcp_flags(use->values[0], &mask) ||
		    !parse_tcp_flags(use->values[1], &flags))
			return false;
		build_match_masked(builder, FIELD_TCP_FLAGS, mask, flags, flags, use->is_negated);
	}
	use = iptables_find_use(rule, module, "syn");
	if (use)
		build_match_masked(builder, FIELD_TCP_FLAGS, 1 | 2 | 4 | 16, 2, 2, use->is_negated);
	use = iptables_find_use(rule, module, "tcp-option");
	if (use)
		build_match_condition(builder, SLICE("a TCP option"), SLICE(""), use->is_negated);
	return true;
}

static bool build_udp(struct iptables_rule *rule, size_t module)
{
	return build_ports(rule, module, "sport", FIELD_SOURCE_PORT) &&
	       build_ports(rule, module, "dport", FIELD_DESTINATION_PORT);
}

static bool build_sctp(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "chunk-types");
	if (use)
		build_match_condition(rule->builder, SLICE("SCTP chunk types"), SLICE(""),
				      use->is_negated);
	return build_udp(rule, module);
}

static bool build_icmp(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "icmp-type");
	uint8_t first, last, first_code, last_code;
	if (!use)
		return true;
	if (!icmp_type_parse(rule->family, use->values[0], &first, &last, &first_code, &last_code))
		return false;
	/* 255 is "any" to xt_icmp of IPv4. */
	if (rule->family == ADDRESS_IPV4 && first == 255)
		first = 0;
	bool has_code = first_code != 0 || last_code != UINT8_MAX;
	if (!has_code) {
		build_match_range(rule->builder, FIELD_ICMP_TYPE, first, last, use->is_negated);
		return true;
	}
	struct rule_step *step = build_step(rule->builder, STEP_MATCH);
	struct rule_set *set = build_set(rule->builder, rule->origin);
	const struct match_part parts[] = { *match_part_whole(FIELD_ICMP_TYPE),
					    *match_part_whole(FIELD_ICMP_CODE) };
	if (!step || !set)
		return true;
	struct rule_set_draft draft = { .part_count = 2 };
	const struct value_range ranges[] = { { first, last }, { first_code, last_code } };
	draft_add(rule->builder, &draft, ranges, NULL);
	draft_finish(rule->builder, &draft, set);
	step->match.is_negated = use->is_negated;
	step->match.part_count = 2;
	step->match.parts = build_parts(rule->builder, parts, 2);
	step->match.set = set;
	return true;
}

static bool add_port_list(struct rule_builder *builder, struct rule_set_draft *draft,
			  struct slice list)
{
	struct slice word;
	while (slice_next_field(&list, ',', &word)) {
		uint16_t first, last;
		if (!port_range_parse(word, ':', &first, &last) || first > last)
			return false;
		struct value_range range = { first, last };
		draft_add(builder, draft, &range, NULL);
	}
	return true;
}

/* --ports: the source port or the destination port. */
static bool build_either_port(struct iptables_rule *rule, const struct iptables_use *use)
{
	struct rule_builder *builder = rule->builder;
	struct rule_set_draft single = { .part_count = 1 }, both = { .part_count = 2 };
	struct rule_set *set = build_set(builder, rule->origin);
	struct rule_step *step = build_step(builder, STEP_MATCH);
	if (!set || !step)
		return true;
	if (!add_port_list(builder, &single, use->values[0]))
		return false;
	const struct value_range any = { 0, UINT16_MAX };
	for (size_t i = 0; i < single.count; i++) {
		const struct value_range source[] = { single.elements[i], any };
		const struct value_range destination[] = { any, single.elements[i] };
		draft_add(builder, &both, source, NULL);
		draft_add(builder, &both, destination, NULL);
	}
	draft_finish(builder, &both, set);
	const struct match_part parts[] = { *match_part_whole(FIELD_SOURCE_PORT),
					    *match_part_whole(FIELD_DESTINATION_PORT) };
	step->match.part_count = 2;
	step->match.parts = build_parts(builder, parts, 2);
	step->match.set = set;
	step->match.is_negated = use->is_negated;
	return true;
}

static bool build_multiport(struct iptables_rule *rule, size_t module)
{
	static const struct {
		const char *option;
		enum packet_field field;
	} rows[] = {
		{ "sports", FIELD_SOURCE_PORT },
		{ "dports", FIELD_DESTINATION_PORT },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct iptables_use *use = iptables_find_use(rule, module, rows[i].option);
		if (!use)
			continue;
		struct rule_set_draft draft = { .part_count = 1 };
		struct rule_set *set = build_set(rule->builder, rule->origin);
		if (!set)
			return true;
		if (!add_port_list(rule->builder, &draft, use->values[0]))
			return false;
		draft_finish(rule->builder, &draft, set);
		build_match_set(rule->builder, rows[i].field, set, use->is_negated);
	}
	const struct iptables_use *use = iptables_find_use(rule, module, "ports");
	return !use || build_either_port(rule, use);
}

struct named_bits {
	const char *name;
	unsigned int bits;
};

/* A list of names with commas, as bits. iptables takes beginnings of the words. */
static bool parse_bits(struct slice text, const struct named_bits *names, size_t count,
		       unsigned int *ret_bits)
{
	struct slice word;
	*ret_bits = 0;
	while (slice_next_field(&text, ',', &word)) {
		size_t i = 0;
		while (i < count && !(word.size && slice_equal_ignore_case(
							   word, slice_part(slice_of(names[i].name),
									    0, word.size))))
			i++;
		if (i == count)
			return false;
		*ret_bits |= names[i].bits;
	}
	return true;
}

/* Bits beyond those of enum connection_state: the IPS_SNAT and IPS_DNAT of ct status. */
#define STATE_SNAT 0x100u
#define STATE_DNAT 0x200u

static const struct named_bits state_names[] = {
	{ "INVALID", CONNECTION_INVALID },
	{ "NEW", CONNECTION_NEW },
	{ "ESTABLISHED", CONNECTION_ESTABLISHED },
	{ "RELATED", CONNECTION_RELATED },
	{ "UNTRACKED", CONNECTION_UNTRACKED },
	{ "SNAT", STATE_SNAT },
	{ "DNAT", STATE_DNAT },
};

static bool build_state_list(struct iptables_rule *rule, const struct iptables_use *use)
{
	struct rule_builder *builder = rule->builder;
	unsigned int bits;
	if (!parse_bits(use->values[0], state_names, ARRAY_SIZE(state_names), &bits))
		return false;
	unsigned int states = bits & 0xff;
	unsigned int status = (bits & STATE_SNAT ? 16u : 0) | (bits & STATE_DNAT ? 32u : 0);
	if (!status) {
		build_match_masked(builder, FIELD_CT_STATE, states, 1, UINT8_MAX, use->is_negated);
		return true;
	}
	struct rule_step *step = build_step(builder, STEP_MATCH);
	struct rule_set *set = build_set(builder, rule->origin);
	if (!step || !set)
		return true;
	const struct match_part parts[] = { { .field = FIELD_CT_STATE, .mask = states },
					    { .field = FIELD_CT_STATUS, .mask = status } };
	const struct value_range any = { 0, MATCH_MASK_ALL }, some = { 1, MATCH_MASK_ALL };
	struct rule_set_draft draft = { .part_count = 2 };
	draft_add(builder, &draft, (struct value_range[]){ some, any }, NULL);
	draft_add(builder, &draft, (struct value_range[]){ any, some }, NULL);
	draft_finish(builder, &draft, set);
	step->match.is_negated = use->is_negated;
	step->match.part_count = 2;
	step->match.parts = build_parts(builder, parts, 2);
	step->match.set = set;
	return true;
}

static bool build_state(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "state");
	return !use || build_state_list(rule, use);
}

static bool build_conntrack_addresses(struct iptables_rule *rule, size_t module)
{
	static const struct {
		const char *option;
		enum packet_field field;
		bool is_port;
	} rows[] = {
		/* The first packet's direction is the original one; its reply goes back. */
		{ "ctorigsrc", FIELD_SOURCE, false },
		{ "ctorigdst", FIELD_DESTINATION, false },
		{ "ctreplsrc", FIELD_DESTINATION, false },
		{ "ctrepldst", FIELD_SOURCE, false },
		{ "ctorigsrcport", FIELD_SOURCE_PORT, true },
		{ "ctorigdstport", FIELD_DESTINATION_PORT, true },
		{ "ctreplsrcport", FIELD_DESTINATION_PORT, true },
		{ "ctrepldstport", FIELD_SOURCE_PORT, true },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct iptables_use *use = iptables_find_use(rule, module, rows[i].option);
		if (!use)
			continue;
		if (rows[i].is_port ? !build_ports(rule, module, rows[i].option, rows[i].field)
				    : !iptables_build_addresses(rule, rows[i].field, use->values[0],
								use->is_negated))
			return false;
	}
	return true;
}

static bool build_conntrack(struct iptables_rule *rule, size_t module)
{
	static const struct named_bits status_names[] = {
		{ "NONE", 0 },    { "EXPECTED", 1 },  { "SEEN_REPLY", 2 },
		{ "ASSURED", 4 }, { "CONFIRMED", 8 },
	};
	struct rule_builder *builder = rule->builder;
	const struct iptables_use *use = iptables_find_use(rule, module, "ctstate");
	if (use && !build_state_list(rule, use))
		return false;
	use = iptables_find_use(rule, module, "ctproto");
	if (use) {
		uint8_t protocol;
		if (!protocol_parse(use->values[0], &protocol))
			return false;
		build_match_range(builder, FIELD_PROTOCOL, protocol, protocol, use->is_negated);
	}
	use = iptables_find_use(rule, module, "ctdir");
	if (use) {
		bool is_reply = slice_is_ignore_case(use->values[0], "REPLY");
		build_match_range(builder, FIELD_CT_DIRECTION, is_reply, is_reply, use->is_negated);
	}
	use = iptables_find_use(rule, module, "ctstatus");
	if (use) {
		unsigned int bits;
		if (!parse_bits(use->values[0], status_names, ARRAY_SIZE(status_names), &bits))
			return false;
		/* Without a bit, "NONE" matches what has no status at all. */
		if (bits)
			build_match_masked(builder, FIELD_CT_STATUS, bits, 1, UINT16_MAX,
					   use->is_negated);
		else
			build_match_range(builder, FIELD_CT_STATUS, 0, 0, use->is_negated);
	}
	if (iptables_find_use(rule, module, "ctexpire"))
		build_match_unknown(builder, SLICE("--ctexpire"));
	return build_conntrack_addresses(rule, module);
}

static bool build_iprange(struct iptables_rule *rule, size_t module)
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

/* The fields that the columns of SET mean where FLAGS ("src,dst") choose the sides: the columns are
 * those of ipset_parse.c. 0: not known. */
static size_t ipset_parts(const struct rule_set *set, struct slice flags,
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

static bool build_set_match(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "match-set");
	struct rule_builder *builder = rule->builder;
	if (!use)
		return false;
	const struct rule_set *set = ruleset_find_set(builder->ruleset, use->values[0]);
	struct match_part parts[MATCH_PARTS_MAX];
	size_t count = set && !set->is_unknown ? ipset_parts(set, use->values[1], parts) : 0;
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
static const struct named_bits address_types[] = {
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

static bool build_addrtype(struct iptables_rule *rule, size_t module)
{
	for (int side = 0; side < 2; side++) {
		const struct iptables_use *use =
			iptables_find_use(rule, module, side ? "dst-type" : "src-type");
		enum packet_field type = side ? FIELD_DESTINATION_TYPE : FIELD_SOURCE_TYPE;
		unsigned int bits;
		if (!use)
			continue;
		if (!parse_bits(use->values[0], address_types, ARRAY_SIZE(address_types), &bits))
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

static bool build_mac(struct iptables_rule *rule, size_t module)
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

static bool build_mark_of(struct iptables_rule *rule, size_t module, enum packet_field field)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "mark");
	uint32_t value, mask;
	if (!use)
		return true;
	if (!iptables_parse_mark(use->values[0], &value, &mask))
		return false;
	build_match_masked(rule->builder, field, mask, value, value, use->is_negated);
	return true;
}

static bool build_mark(struct iptables_rule *rule, size_t module)
{
	return build_mark_of(rule, module, FIELD_MARK);
}

static bool build_connmark(struct iptables_rule *rule, size_t module)
{
	return build_mark_of(rule, module, FIELD_CT_MARK);
}

static bool parse_use_number(const struct iptables_rule *rule, size_t module, const char *option,
			     uint64_t *value)
{
	const struct iptables_use *use = iptables_find_use(rule, module, option);
	return !use || iptables_parse_number(use->values[0], value);
}

static bool build_limit(struct iptables_rule *rule, size_t module)
{
	/* Defaults of libxt_limit.c: 3/hour, burst 5. */
	struct rule_rate rate = { .kind = RATE_LIMIT, .count = 3, .seconds = 3600, .burst = 5 };
	const struct iptables_use *use = iptables_find_use(rule, module, "limit");
	if (use && !iptables_parse_rate(use->values[0], &rate.count, &rate.seconds))
		return false;
	if (!parse_use_number(rule, module, "limit-burst", &rate.burst))
		return false;
	build_match_rate(rule->builder, rate, use && use->is_negated);
	return true;
}

static bool build_hashlimit(struct iptables_rule *rule, size_t module)
{
	struct rule_rate rate = { .kind = RATE_LIMIT, .burst = 5 };
	const struct iptables_use *use = iptables_find_use(rule, module, "hashlimit-upto");
	if (!use) {
		use = iptables_find_use(rule, module, "hashlimit-above");
		rate.is_over = true;
	}
	if (!use)
		return false;
	struct slice text = use->values[0];
	/* Bytes: "512kb/s"; only a packet's own size would tell. */
	size_t slash = slice_find_byte(text, '/');
	if (slash && !byte_is_digit((unsigned char)text.data[slash - 1])) {
		rate.is_bytes = true;
		rate.seconds = 1;
	} else if (!iptables_parse_rate(text, &rate.count, &rate.seconds)) {
		return false;
	}
	if (use->is_negated)
		rate.is_over = !rate.is_over;
	if (!parse_use_number(rule, module, "hashlimit-burst", &rate.burst) && !rate.is_bytes)
		return false;
	use = iptables_find_use(rule, module, "hashlimit-mode");
	rate.is_per_source =
		use && slice_find(use->values[0], SLICE("srcip")) < use->values[0].size;
	use = iptables_find_use(rule, module, "hashlimit-name");
	rate.name = use ? use->values[0] : SLICE("");
	build_match_rate(rule->builder, rate, false);
	return true;
}

static bool build_recent(struct iptables_rule *rule, size_t module)
{
	static const struct {
		const char *option;
		enum recent_action action;
	} actions[] = {
		{ "set", RECENT_SET },
		{ "rcheck", RECENT_CHECK },
		{ "update", RECENT_UPDATE },
		{ "remove", RECENT_REMOVE },
	};
	struct rule_rate rate = { .kind = RATE_RECENT, .is_per_source = true };
	const struct iptables_use *use = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(actions) && !use; i++) {
		use = iptables_find_use(rule, module, actions[i].option);
		rate.recent = actions[i].action;
	}
	if (!use)
		return false;
	if (!parse_use_number(rule, module, "seconds", &rate.seconds) ||
	    !parse_use_number(rule, module, "hitcount", &rate.count))
		return false;
	if (iptables_find_use(rule, module, "rdest"))
		rate.is_per_source = false;
	const struct iptables_use *name = iptables_find_use(rule, module, "name");
	rate.name = name ? name->values[0] : SLICE("DEFAULT");
	build_match_rate(rule->builder, rate, use->is_negated);
	return true;
}

static bool build_connlimit(struct iptables_rule *rule, size_t module)
{
	struct rule_rate rate = { .kind = RATE_CONNECTIONS, .is_per_source = true };
	const struct iptables_use *use = iptables_find_use(rule, module, "connlimit-above");
	rate.is_over = use != NULL;
	if (!use)
		use = iptables_find_use(rule, module, "connlimit-upto");
	if (!use || !iptables_parse_number(use->values[0], &rate.count))
		return false;
	if (iptables_find_use(rule, module, "connlimit-daddr"))
		rate.is_per_source = false;
	const struct iptables_use *mask = iptables_find_use(rule, module, "connlimit-mask");
	uint64_t bits;
	if (mask && slice_is(mask->values[0], "0"))
		rate.is_per_source = false;
	else if (mask && !slice_to_uint64(mask->values[0], &bits) &&
		 slice_find_byte(mask->values[0], '.') == mask->values[0].size)
		return false;
	build_match_rate(rule->builder, rate, use->is_negated);
	return true;
}

/* statistic, quota, connbytes: count what went by before. */
static bool build_counter(struct iptables_rule *rule, size_t module)
{
	struct rule_rate rate = { .kind = RATE_COUNTER };
	const struct iptables_use *use = iptables_find_use(rule, module, "every");
	uint64_t packet = 0;
	bool is_nth = use != NULL;
	if (is_nth && (!iptables_parse_number(use->values[0], &rate.count) ||
		       !parse_use_number(rule, module, "packet", &packet)))
		return false;
	if (!is_nth) {
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "a counter (%.*s)", SLICE_ARG(rule->module_names[module]));
		build_match_condition(rule->builder, buffer_slice(&text), SLICE(""), false);
		return true;
	}
	/* xt_statistic: packet number PACKET of every COUNT, from 0. */
	rate.burst = packet;
	build_match_rate(rule->builder, rate, use->is_negated);
	return true;
}

/* A condition in the module's own words: its name and what follows. */
static void build_as_condition(struct iptables_rule *rule, size_t module, bool is_understood)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, rule->module_names[module]);
	for (size_t i = 0; i < rule->use_count; i++) {
		const struct iptables_use *use = &rule->uses[i];
		if (use->module != module)
			continue;
		buffer_format(&text, " %s--%s", use->is_negated ? "! " : "", use->option->name);
		for (unsigned int k = 0; k < use->option->argument_count; k++) {
			buffer_append_byte(&text, ' ');
			buffer_append_slice(&text, use->values[k]);
		}
	}
	if (is_understood)
		build_match_condition(rule->builder, buffer_slice(&text), SLICE(""), false);
	else
		build_match_unknown(rule->builder, buffer_slice(&text));
}

static bool build_condition(struct iptables_rule *rule, size_t module)
{
	build_as_condition(rule, module, true);
	return true;
}

static bool build_unknown(struct iptables_rule *rule, size_t module)
{
	build_as_condition(rule, module, false);
	return true;
}

static bool build_string(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "string");
	if (!use)
		return build_condition(rule, module);
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "packets %s \"%.*s\"", use->is_negated ? "without" : "with",
		      SLICE_ARG(use->values[0]));
	bool is_plain = !iptables_find_use(rule, module, "icase");
	build_match_condition(rule->builder, buffer_slice(&text),
			      is_plain ? use->values[0] : SLICE(""), use->is_negated);
	return true;
}

/* What a first packet without the thing asked for never has: extension headers, a socket, IPsec. */
static bool build_never(struct iptables_rule *rule, size_t module)
{
	(void)module;
	build_match_never(rule->builder);
	return true;
}

static bool build_always(struct iptables_rule *rule, size_t module)
{
	(void)rule;
	(void)module;
	return true;
}

/* True only where every option is negated: xt_owner without a socket, xt_helper without a helper,
 * xt_physdev outside a bridge. */
static bool build_negated_only(struct iptables_rule *rule, size_t module)
{
	for (size_t i = 0; i < rule->use_count; i++)
		if (rule->uses[i].module == module && !rule->uses[i].is_negated) {
			build_match_never(rule->builder);
			return true;
		}
	return true;
}

static bool build_comment(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "comment");
	if (use)
		rule->builder->rule.comment = use->values[0];
	return true;
}

static bool build_pkttype(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "pkt-type");
	if (!use)
		return true;
	static const char *const types[] = { "unicast", "broadcast", "multicast" };
	for (unsigned int i = 0; i < ARRAY_SIZE(types); i++)
		if (slice_is_ignore_case(use->values[0], types[i]) ||
		    (i == 0 && slice_is_ignore_case(use->values[0], "host"))) {
			build_match_range(rule->builder, FIELD_PACKET_TYPE, i, i, use->is_negated);
			return true;
		}
	return false;
}

static bool build_length(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "length");
	uint16_t first, last;
	if (!use)
		return true;
	if (!port_range_parse(use->values[0], ':', &first, &last))
		return false;
	/* xt_length of IPv6 counts the payload behind the fixed header of 40 bytes, plus it. */
	build_match_range(rule->builder, FIELD_LENGTH, first, last, use->is_negated);
	return true;
}

static bool build_ttl(struct iptables_rule *rule, size_t module)
{
	static const struct {
		const char *option;
		int side;
	} rows[] = { { "ttl-eq", 0 }, { "ttl-lt", -1 }, { "ttl-gt", 1 },
		     { "hl-eq", 0 },  { "hl-lt", -1 },  { "hl-gt", 1 } };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct iptables_use *use = iptables_find_use(rule, module, rows[i].option);
		uint64_t value;
		if (!use)
			continue;
		if (!iptables_parse_number(use->values[0], &value) || value > 255)
			return false;
		if ((rows[i].side < 0 && value == 0) || (rows[i].side > 0 && value == 255))
			build_match_never(rule->builder);
		else
			build_match_range(rule->builder, FIELD_TTL,
					  rows[i].side < 0 ? 0 : value + (rows[i].side > 0),
					  rows[i].side > 0   ? 255
					  : rows[i].side < 0 ? value - 1
							     : value,
					  use->is_negated);
	}
	return true;
}

static bool build_policy(struct iptables_rule *rule, size_t module)
{
	/* Packets that did not come through IPsec are the ones looked at. */
	const struct iptables_use *use = iptables_find_use(rule, module, "pol");
	if (use && !slice_is(use->values[0], "none"))
		build_match_never(rule->builder);
	return true;
}

static bool build_rpfilter(struct iptables_rule *rule, size_t module)
{
	bool is_inverted = iptables_find_use(rule, module, "invert") != NULL;
	build_match_range(rule->builder, FIELD_REVERSE_PATH, !is_inverted, !is_inverted, false);
	return true;
}

static bool build_dscp(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "dscp");
	uint64_t value;
	if (!use || !iptables_parse_number(use->values[0], &value) || value > 63)
		return build_condition(rule, module);
	build_match_masked(rule->builder, FIELD_TOS, 0xfc, value << 2, value << 2, use->is_negated);
	return true;
}

#define OPTIONS(...) ((const struct iptables_option[]){ __VA_ARGS__, { .name = NULL } })
#define FLAG(text)                                                                                 \
	{                                                                                          \
		.name = text                                                                       \
	}
#define VALUE(text)                                                                                \
	{                                                                                          \
		.name = text, .argument_count = 1                                                  \
	}
#define PAIR(text)                                                                                 \
	{                                                                                          \
		.name = text, .argument_count = 2                                                  \
	}
#define ALSO(text, other)                                                                          \
	{                                                                                          \
		.name = text, .same_as = other, .argument_count = 1                                \
	}

#define PORT_OPTIONS                                                                               \
	VALUE("sport"), ALSO("source-port", "sport"), VALUE("dport"),                              \
		ALSO("destination-port", "dport")

static const struct iptables_module modules[] = {
	{ "tcp", OPTIONS(PORT_OPTIONS, PAIR("tcp-flags"), FLAG("syn"), VALUE("tcp-option")),
	  build_tcp },
	{ "udp", OPTIONS(PORT_OPTIONS), build_udp },
	{ "udplite", OPTIONS(PORT_OPTIONS), build_udp },
	{ "dccp", OPTIONS(PORT_OPTIONS, VALUE("dccp-types"), VALUE("dccp-option")), build_udp },
	{ "sctp", OPTIONS(PORT_OPTIONS, PAIR("chunk-types")), build_sctp },
	{ "icmp", OPTIONS(VALUE("icmp-type")), build_icmp },
	{ "icmp6", OPTIONS(ALSO("icmpv6-type", "icmp-type")), build_icmp },
	{ "icmpv6", OPTIONS(ALSO("icmpv6-type", "icmp-type")), build_icmp },
	{ "ipv6-icmp", OPTIONS(ALSO("icmpv6-type", "icmp-type")), build_icmp },
	{ "multiport",
	  OPTIONS(VALUE("sports"), ALSO("source-ports", "sports"), VALUE("dports"),
		  ALSO("destination-ports", "dports"), VALUE("ports")),
	  build_multiport },
	{ "state", OPTIONS(VALUE("state")), build_state },
	{ "conntrack",
	  OPTIONS(VALUE("ctstate"), VALUE("ctproto"), VALUE("ctorigsrc"), VALUE("ctorigdst"),
		  VALUE("ctreplsrc"), VALUE("ctrepldst"), VALUE("ctorigsrcport"),
		  VALUE("ctorigdstport"), VALUE("ctreplsrcport"), VALUE("ctrepldstport"),
		  VALUE("ctstatus"), VALUE("ctexpire"), VALUE("ctdir")),
	  build_conntrack },
	{ "iprange", OPTIONS(VALUE("src-range"), VALUE("dst-range")), build_iprange },
	{ "set",
	  OPTIONS(PAIR("match-set"), { .name = "set", .same_as = "match-set", .argument_count = 2 },
		  FLAG("return-nomatch"), VALUE("packets-eq"), VALUE("packets-lt"),
		  VALUE("packets-gt"), VALUE("bytes-eq"), VALUE("bytes-lt"), VALUE("bytes-gt"),
		  FLAG("update-counters"), FLAG("update-subcounters")),
	  build_set_match },
	{ "addrtype",
	  OPTIONS(VALUE("src-type"), VALUE("dst-type"), FLAG("limit-iface-in"),
		  FLAG("limit-iface-out")),
	  build_addrtype },
	{ "mac", OPTIONS(VALUE("mac-source")), build_mac },
	{ "mark", OPTIONS(VALUE("mark")), build_mark },
	{ "connmark", OPTIONS(VALUE("mark")), build_connmark },
	{ "limit", OPTIONS(VALUE("limit"), VALUE("limit-burst")), build_limit },
	{ "hashlimit",
	  OPTIONS(VALUE("hashlimit-upto"), ALSO("hashlimit", "hashlimit-upto"),
		  VALUE("hashlimit-above"), VALUE("hashlimit-burst"), VALUE("hashlimit-mode"),
		  VALUE("hashlimit-srcmask"), VALUE("hashlimit-dstmask"), VALUE("hashlimit-name"),
		  VALUE("hashlimit-htable-size"), VALUE("hashlimit-htable-max"),
		  VALUE("hashlimit-htable-expire"), VALUE("hashlimit-htable-gcinterval"),
		  FLAG("hashlimit-rate-match"), VALUE("hashlimit-rate-interval")),
	  build_hashlimit },
	{ "recent",
	  OPTIONS(FLAG("set"), FLAG("rcheck"), FLAG("update"), FLAG("remove"), VALUE("seconds"),
		  FLAG("reap"), VALUE("hitcount"), FLAG("rttl"), VALUE("name"), FLAG("rsource"),
		  FLAG("rdest"), VALUE("mask")),
	  build_recent },
	{ "connlimit",
	  OPTIONS(VALUE("connlimit-upto"), VALUE("connlimit-above"), VALUE("connlimit-mask"),
		  FLAG("connlimit-saddr"), FLAG("connlimit-daddr")),
	  build_connlimit },
	{ "statistic",
	  OPTIONS(VALUE("mode"), VALUE("probability"), VALUE("every"), VALUE("packet")),
	  build_counter },
	{ "quota", OPTIONS(VALUE("quota")), build_counter },
	{ "quota2",
	  OPTIONS(VALUE("quota"), VALUE("name"), FLAG("grow"), FLAG("no-change"), FLAG("packets")),
	  build_counter },
	{ "connbytes", OPTIONS(VALUE("connbytes"), VALUE("connbytes-dir"), VALUE("connbytes-mode")),
	  build_counter },
	{ "random", OPTIONS(VALUE("average")), build_counter },
	{ "time",
	  OPTIONS(VALUE("datestart"), VALUE("datestop"), VALUE("timestart"), VALUE("timestop"),
		  VALUE("monthdays"), VALUE("weekdays"), VALUE("days"), FLAG("kerneltz"),
		  FLAG("contiguous"), FLAG("utc"), FLAG("localtz")),
	  build_condition },
	{ "string",
	  OPTIONS(VALUE("algo"), VALUE("from"), VALUE("to"), VALUE("string"), VALUE("hex-string"),
		  FLAG("icase")),
	  build_string },
	{ "u32", OPTIONS(VALUE("u32")), build_condition },
	{ "bpf", OPTIONS(VALUE("bytecode"), VALUE("object-pinned")), build_condition },
	{ "owner",
	  OPTIONS(VALUE("uid-owner"), VALUE("gid-owner"), VALUE("pid-owner"), VALUE("sid-owner"),
		  VALUE("cmd-owner"), FLAG("socket-exists"), FLAG("suppl-groups")),
	  build_negated_only },
	{ "comment", OPTIONS(VALUE("comment")), build_comment },
	{ "pkttype", OPTIONS(VALUE("pkt-type")), build_pkttype },
	{ "length", OPTIONS(VALUE("length")), build_length },
	{ "ttl", OPTIONS(VALUE("ttl-eq"), ALSO("ttl", "ttl-eq"), VALUE("ttl-lt"), VALUE("ttl-gt")),
	  build_ttl },
	{ "hl", OPTIONS(VALUE("hl-eq"), VALUE("hl-lt"), VALUE("hl-gt")), build_ttl },
	{ "tos", OPTIONS(VALUE("tos")), build_condition },
	{ "dscp", OPTIONS(VALUE("dscp"), VALUE("dscp-class")), build_dscp },
	{ "ecn", OPTIONS(FLAG("ecn-tcp-cwr"), FLAG("ecn-tcp-ece"), VALUE("ecn-ip-ect")),
	  build_condition },
	{ "policy",
	  OPTIONS(VALUE("dir"), VALUE("pol"), FLAG("strict"), VALUE("reqid"), VALUE("spi"),
		  VALUE("proto"), VALUE("mode"), VALUE("tunnel-src"), VALUE("tunnel-dst"),
		  FLAG("next")),
	  build_policy },
	{ "esp", OPTIONS(VALUE("espspi")), build_condition },
	{ "ah", OPTIONS(VALUE("ahspi"), VALUE("ahlen"), FLAG("ahres")), build_condition },
	{ "frag",
	  OPTIONS(VALUE("fragid"), VALUE("fraglen"), FLAG("fragres"), FLAG("fragfirst"),
		  FLAG("fragmore"), FLAG("fraglast")),
	  build_never },
	{ "rt",
	  OPTIONS(VALUE("rt-type"), VALUE("rt-segsleft"), VALUE("rt-len"), FLAG("rt-0-res"),
		  VALUE("rt-0-addrs"), FLAG("rt-0-not-strict")),
	  build_never },
	{ "hbh", OPTIONS(VALUE("hbh-len"), VALUE("hbh-opts")), build_never },
	{ "dst", OPTIONS(VALUE("dst-len"), VALUE("dst-opts")), build_never },
	{ "mh", OPTIONS(VALUE("mh-type")), build_never },
	{ "eui64", NULL, build_unknown },
	{ "ipv6header", OPTIONS(VALUE("header"), FLAG("soft")), build_unknown },
	{ "rpfilter",
	  OPTIONS(FLAG("loose"), FLAG("validmark"), FLAG("accept-local"), FLAG("invert")),
	  build_rpfilter },
	{ "socket", OPTIONS(FLAG("transparent"), FLAG("nowildcard"), FLAG("restore-skmark")),
	  build_unknown },
	{ "helper", OPTIONS(VALUE("helper")), build_negated_only },
	{ "physdev",
	  OPTIONS(VALUE("physdev-in"), VALUE("physdev-out"), FLAG("physdev-is-in"),
		  FLAG("physdev-is-out"), FLAG("physdev-is-bridged")),
	  build_negated_only },
	{ "nfacct", OPTIONS(VALUE("nfacct-name")), build_always },
	{ "connlabel", OPTIONS(VALUE("label"), FLAG("set")), build_unknown },
	{ "realm", OPTIONS(VALUE("realm")), build_unknown },
	{ "cpu", OPTIONS(VALUE("cpu")), build_condition },
	{ "devgroup", OPTIONS(VALUE("src-group"), VALUE("dst-group")), build_unknown },
	{ "osf", OPTIONS(VALUE("genre"), VALUE("ttl"), VALUE("log")), build_condition },
	{ "tcpmss", OPTIONS(VALUE("mss")), build_condition },
	{ "geoip",
	  OPTIONS(VALUE("src-cc"), ALSO("source-country", "src-cc"), VALUE("dst-cc"),
		  ALSO("destination-country", "dst-cc")),
	  build_unknown },
	{ "rateest",
	  OPTIONS(FLAG("rateest-delta"), FLAG("rateest-lt"), FLAG("rateest-gt"), FLAG("rateest-eq"),
		  VALUE("rateest"), VALUE("rateest-bps"), VALUE("rateest-pps"), VALUE("rateest1"),
		  VALUE("rateest2")),
	  build_unknown },
};

const struct iptables_module *iptables_find_module(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
		if (slice_is(name, modules[i].name))
			return &modules[i];
	return NULL;
}

const struct iptables_option *iptables_find_option(const struct iptables_module *module,
						   struct slice text, size_t *ret_partial)
{
	const struct iptables_option *found = NULL;
	for (const struct iptables_option *option = module->options; option && option->name;
	     option++) {
		struct slice name = slice_of(option->name);
		if (slice_equal(name, text)) {
			*ret_partial = 0;
			return option;
		}
		if (slice_equal(slice_part(name, 0, text.size), text)) {
			(*ret_partial)++;
			found = option;
		}
	}
	return found;
}
