/* SPDX-License-Identifier: Apache-2.0
 *
 * The match modules state and conntrack (net/netfilter/xt_state.c, xt_conntrack.c of Linux), as
 * they see the first packet of a connection.
 */
#include <string.h>

#include "audit/firewall/iptables_match.h"
#include "audit/firewall/port_names.h"

/* Bits beyond those of enum connection_state: the IPS_SNAT and IPS_DNAT of ct status. */
#define STATE_SNAT 0x100u
#define STATE_DNAT 0x200u

static const struct iptables_bits state_names[] = {
	{ "INVALID", CONNECTION_INVALID },
	{ "NEW", CONNECTION_NEW },
	{ "ESTABLISHED", CONNECTION_ESTABLISHED },
	{ "RELATED", CONNECTION_RELATED },
	{ "UNTRACKED", CONNECTION_UNTRACKED },
	{ "SNAT", STATE_SNAT },
	{ "DNAT", STATE_DNAT },
};

void iptables_build_connection(struct iptables_rule *rule)
{
	build_match_masked(rule->builder, FIELD_CT_STATE, CONNECTION_NONE, 0, 0, false);
}

static bool build_state_list(struct iptables_rule *rule, const struct iptables_use *use)
{
	struct rule_builder *builder = rule->builder;
	unsigned int bits;
	if (!iptables_parse_bits(use->values[0], state_names, ARRAY_SIZE(state_names), &bits))
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

bool iptables_build_state(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *use = iptables_find_use(rule, module, "state");
	return !use || build_state_list(rule, use);
}

/* Whatever the protocol: xt_conntrack.c compares what conntrack has as a port. */
static bool build_tuple_port(struct iptables_rule *rule, const struct iptables_use *use,
			     enum packet_field field)
{
	const struct match_part part = { .field = field, .is_tuple = true, .mask = UINT16_MAX };
	uint16_t first, last;
	if (!port_range_parse(use->values[0], ':', &first, &last) || first > last)
		return false;
	struct rule_step *step = build_step(rule->builder, STEP_MATCH);
	if (!step)
		return true;
	step->match.is_negated = use->is_negated;
	step->match.part_count = 1;
	step->match.parts = build_parts(rule->builder, &part, 1);
	step->match.range = (struct value_range){ first, last };
	return true;
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
		if (rows[i].is_port ? !build_tuple_port(rule, use, rows[i].field)
				    : !iptables_build_addresses(rule, rows[i].field, use->values[0],
								use->is_negated))
			return false;
	}
	return true;
}

/* What is asked beside the state: xt_conntrack.c looks at it only where there is a connection, and
 * where there is none the state alone decides; without --ctstate nothing matches then. */
static bool build_connection_only(struct iptables_rule *rule, size_t module)
{
	const struct iptables_use *state = iptables_find_use(rule, module, "ctstate");
	bool has_others = false;
	for (size_t i = 0; i < rule->use_count; i++)
		has_others = has_others || (rule->uses[i].module == module &&
					    strcmp(rule->uses[i].option->name, "ctstate") != 0);
	if (!has_others)
		return true;
	unsigned int bits = 0;
	if (state &&
	    !iptables_parse_bits(state->values[0], state_names, ARRAY_SIZE(state_names), &bits))
		return false;
	bool takes_none = (bits & CONNECTION_NONE) != 0;
	if (state && takes_none != state->is_negated) {
		/* Such a rule takes all that is invalid, whatever else it says. */
		build_match_unknown(rule->builder, SLICE("--ctstate INVALID with other options"));
		return true;
	}
	iptables_build_connection(rule);
	return true;
}

bool iptables_build_conntrack(struct iptables_rule *rule, size_t module)
{
	static const struct iptables_bits status_names[] = {
		{ "NONE", 0 },    { "EXPECTED", 1 },  { "SEEN_REPLY", 2 },
		{ "ASSURED", 4 }, { "CONFIRMED", 8 },
	};
	struct rule_builder *builder = rule->builder;
	const struct iptables_use *use = iptables_find_use(rule, module, "ctstate");
	if (use && !build_state_list(rule, use))
		return false;
	if (!build_connection_only(rule, module))
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
		if (!iptables_parse_bits(use->values[0], status_names, ARRAY_SIZE(status_names),
					 &bits))
			return false;
		/* "NONE" is no bit at all: it never matches, and its negation always does. */
		build_match_masked(builder, FIELD_CT_STATUS, bits, 1, UINT16_MAX, use->is_negated);
	}
	if (iptables_find_use(rule, module, "ctexpire"))
		build_match_unknown(builder, SLICE("--ctexpire"));
	return build_conntrack_addresses(rule, module);
}
