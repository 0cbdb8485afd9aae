/* SPDX-License-Identifier: Apache-2.0
 *
 * Match modules of transport protocols: ports, TCP flags, ICMP types.
 */
#include "audit/firewall/iptables_match.h"
#include "audit/firewall/port_names.h"

bool iptables_build_ports(struct iptables_rule *rule, size_t module, const char *option,
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

bool iptables_build_tcp(struct iptables_rule *rule, size_t module)
{
	struct rule_builder *builder = rule->builder;
	if (!iptables_build_ports(rule, module, "sport", FIELD_SOURCE_PORT) ||
	    !iptables_build_ports(rule, module, "dport", FIELD_DESTINATION_PORT))
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

bool iptables_build_udp(struct iptables_rule *rule, size_t module)
{
	return iptables_build_ports(rule, module, "sport", FIELD_SOURCE_PORT) &&
	       iptables_build_ports(rule, module, "dport", FIELD_DESTINATION_PORT);
}

bool iptables_build_sctp(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "chunk-types");
	if (use)
		build_match_condition(rule->builder, SLICE("SCTP chunk types"), SLICE(""),
				      use->is_negated);
	return iptables_build_udp(rule, module);
}

bool iptables_build_icmp(struct iptables_rule *rule, size_t module)
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

bool iptables_build_multiport(struct iptables_rule *rule, size_t module)
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
