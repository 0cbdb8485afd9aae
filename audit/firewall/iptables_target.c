/* SPDX-License-Identifier: Apache-2.0
 *
 * The targets of iptables-extensions(8): what each does to a packet on its way to this host.
 */
#include <netinet/in.h>

#include "audit/firewall/iptables_match.h"

enum target_effect {
	EFFECT_VERDICT,
	/* Logs, counts, changes what no rule here looks at: the next rule follows. */
	EFFECT_NONE,
	/* Source translation at INPUT: accepts, and the source that sockets see changes. */
	EFFECT_SOURCE_NAT,
	EFFECT_DESTINATION_NAT,
	EFFECT_REDIRECT,
	EFFECT_MARK,
	EFFECT_CONNMARK,
	EFFECT_UNTRACK,
	EFFECT_CT,
	EFFECT_TTL,
	EFFECT_TOS,
	EFFECT_QUEUE,
	EFFECT_SET,
	EFFECT_UNKNOWN,
};

static const struct {
	const char *name;
	enum target_effect effect;
	enum verdict_kind verdict;
} targets[] = {
	{ "ACCEPT", EFFECT_VERDICT, VERDICT_ACCEPT },
	{ "DROP", EFFECT_VERDICT, VERDICT_DROP },
	{ "RETURN", EFFECT_VERDICT, VERDICT_RETURN },
	{ "REJECT", EFFECT_VERDICT, VERDICT_REJECT },
	/* Both answer in the host's place and swallow the packet. */
	{ "TARPIT", EFFECT_VERDICT, VERDICT_REJECT },
	{ "DELUDE", EFFECT_VERDICT, VERDICT_REJECT },
	{ "CHAOS", EFFECT_VERDICT, VERDICT_REJECT },
	{ "QUEUE", EFFECT_QUEUE, VERDICT_UNKNOWN },
	{ "NFQUEUE", EFFECT_QUEUE, VERDICT_UNKNOWN },
	{ "SYNPROXY", EFFECT_UNKNOWN, VERDICT_UNKNOWN },
	{ "TPROXY", EFFECT_UNKNOWN, VERDICT_UNKNOWN },
	{ "CLUSTERIP", EFFECT_UNKNOWN, VERDICT_UNKNOWN },
	{ "MIRROR", EFFECT_VERDICT, VERDICT_REJECT },
	{ "LOG", EFFECT_NONE, VERDICT_CONTINUE },
	{ "NFLOG", EFFECT_NONE, VERDICT_CONTINUE },
	{ "ULOG", EFFECT_NONE, VERDICT_CONTINUE },
	{ "AUDIT", EFFECT_NONE, VERDICT_CONTINUE },
	{ "TRACE", EFFECT_NONE, VERDICT_CONTINUE },
	{ "TEE", EFFECT_NONE, VERDICT_CONTINUE },
	{ "LED", EFFECT_NONE, VERDICT_CONTINUE },
	{ "IDLETIMER", EFFECT_NONE, VERDICT_CONTINUE },
	{ "RATEEST", EFFECT_NONE, VERDICT_CONTINUE },
	{ "ACCOUNT", EFFECT_NONE, VERDICT_CONTINUE },
	{ "CHECKSUM", EFFECT_NONE, VERDICT_CONTINUE },
	{ "CLASSIFY", EFFECT_NONE, VERDICT_CONTINUE },
	{ "TCPMSS", EFFECT_NONE, VERDICT_CONTINUE },
	{ "TCPOPTSTRIP", EFFECT_NONE, VERDICT_CONTINUE },
	{ "HMARK", EFFECT_MARK, VERDICT_CONTINUE },
	{ "SECMARK", EFFECT_NONE, VERDICT_CONTINUE },
	{ "CONNSECMARK", EFFECT_NONE, VERDICT_CONTINUE },
	{ "TOS", EFFECT_TOS, VERDICT_CONTINUE },
	{ "DSCP", EFFECT_TOS, VERDICT_CONTINUE },
	{ "ECN", EFFECT_TOS, VERDICT_CONTINUE },
	{ "TTL", EFFECT_TTL, VERDICT_CONTINUE },
	{ "HL", EFFECT_TTL, VERDICT_CONTINUE },
	{ "MARK", EFFECT_MARK, VERDICT_CONTINUE },
	{ "CONNMARK", EFFECT_CONNMARK, VERDICT_CONTINUE },
	{ "NOTRACK", EFFECT_UNTRACK, VERDICT_CONTINUE },
	{ "CT", EFFECT_CT, VERDICT_CONTINUE },
	{ "SET", EFFECT_SET, VERDICT_CONTINUE },
	{ "DNAT", EFFECT_DESTINATION_NAT, VERDICT_ACCEPT },
	{ "REDIRECT", EFFECT_REDIRECT, VERDICT_ACCEPT },
	{ "SNAT", EFFECT_SOURCE_NAT, VERDICT_ACCEPT },
	{ "MASQUERADE", EFFECT_SOURCE_NAT, VERDICT_ACCEPT },
	{ "NETMAP", EFFECT_DESTINATION_NAT, VERDICT_ACCEPT },
	{ "SAME", EFFECT_SOURCE_NAT, VERDICT_ACCEPT },
};

/* The value of the target's option NAME (with its dashes): *RET_VALUE is empty for a flag. */
static bool target_option(const struct iptables_rule *rule, const char *name,
			  struct slice *ret_value)
{
	for (size_t i = 0; i < rule->target_word_count; i++) {
		const struct iptables_word *word = &rule->words[rule->target_words[i]];
		if (word->is_quoted || !slice_is(word->text, name))
			continue;
		*ret_value = i + 1 < rule->target_word_count
				     ? rule->words[rule->target_words[i + 1]].text
				     : SLICE("");
		return true;
	}
	return false;
}

static void build_mark_change(struct iptables_rule *rule, enum packet_field field)
{
	struct rule_builder *builder = rule->builder;
	struct slice text;
	uint32_t value, mask;
	/* set-mark clears the mask's bits and ors the value, set-xmark xors it (xt_mark.c). */
	if (target_option(rule, "--set-xmark", &text) && iptables_parse_mark(text, &value, &mask)) {
		build_assign(builder, field, (uint32_t)~mask, value, false);
	} else if (target_option(rule, "--set-mark", &text) &&
		   iptables_parse_mark(text, &value, &mask)) {
		build_assign(builder, field, (uint32_t) ~(mask | value), value, false);
	} else if (target_option(rule, "--and-mark", &text) &&
		   iptables_parse_mark(text, &value, &mask)) {
		build_assign(builder, field, value, 0, false);
	} else if (target_option(rule, "--or-mark", &text) &&
		   iptables_parse_mark(text, &value, &mask)) {
		build_assign(builder, field, (uint32_t)~value, value, false);
	} else if (target_option(rule, "--xor-mark", &text) &&
		   iptables_parse_mark(text, &value, &mask)) {
		build_assign(builder, field, UINT32_MAX, value, false);
	} else {
		build_assign(builder, field, 0, 0, true);
	}
}

/* A mask of the target's option NAME; all bits without it. */
static uint32_t target_mask(const struct iptables_rule *rule, const char *name)
{
	struct slice text;
	uint64_t mask = UINT32_MAX;
	if (!target_option(rule, name, &text) && !target_option(rule, "--mask", &text))
		return UINT32_MAX;
	return iptables_parse_number(text, &mask) ? (uint32_t)mask : UINT32_MAX;
}

/* xt_connmark.c: a mark is kept with the connection, or given back to the packet. */
static void build_connmark_change(struct iptables_rule *rule)
{
	struct slice text;
	uint32_t packet_mask = target_mask(rule, "--nfmask");
	uint32_t connection_mask = target_mask(rule, "--ctmask");
	if (target_option(rule, "--left-shift-mark", &text) ||
	    target_option(rule, "--right-shift-mark", &text))
		build_assign(rule->builder,
			     target_option(rule, "--restore-mark", &text) ? FIELD_MARK
									  : FIELD_CT_MARK,
			     0, 0, true);
	else if (target_option(rule, "--save-mark", &text))
		build_assign_from(rule->builder, FIELD_CT_MARK, (uint32_t)~connection_mask,
				  FIELD_MARK, packet_mask, 0);
	else if (target_option(rule, "--restore-mark", &text))
		build_assign_from(rule->builder, FIELD_MARK, (uint32_t)~packet_mask, FIELD_CT_MARK,
				  connection_mask, 0);
	else
		build_mark_change(rule, FIELD_CT_MARK);
}

/* DSCP, TOS, ECN: the byte of the header that -m dscp, -m tos and -m ecn look at. */
static void build_tos_change(struct iptables_rule *rule)
{
	struct rule_builder *builder = rule->builder;
	struct slice text;
	uint64_t value;
	uint32_t bits, mask;
	if (target_option(rule, "--set-dscp", &text) && iptables_parse_number(text, &value) &&
	    value < 64)
		build_assign(builder, FIELD_TOS, 3, value << 2, false);
	else if (target_option(rule, "--set-dscp-class", &text) &&
		 iptables_parse_dscp_class(text, &value))
		build_assign(builder, FIELD_TOS, 3, value << 2, false);
	else if (target_option(rule, "--set-tos", &text) && iptables_parse_tos(text, &bits, &mask))
		build_assign(builder, FIELD_TOS, (uint8_t)~mask, bits, false);
	else
		build_assign(builder, FIELD_TOS, 0, 0, true);
}

/* TTL and HL: `set` gives the value; more and less depend on the sender's. */
static void build_ttl_change(struct iptables_rule *rule)
{
	struct slice text;
	uint64_t value = 0;
	bool is_set = (target_option(rule, "--ttl-set", &text) ||
		       target_option(rule, "--hl-set", &text)) &&
		      iptables_parse_number(text, &value) && value <= UINT8_MAX;
	build_assign(rule->builder, FIELD_TTL, 0, value, !is_set);
}

/* "192.0.2.1", "192.0.2.1:22", "[2001:db8::1]:22", "192.0.2.1-192.0.2.9", ":22" */
static void build_destination(struct iptables_rule *rule)
{
	struct rule_builder *builder = rule->builder;
	struct slice text;
	struct address address;
	uint16_t port;
	if (!target_option(rule, "--to-destination", &text)) {
		build_assign(builder, FIELD_DESTINATION, 0, 0, true);
		build_assign(builder, FIELD_DESTINATION_PORT, 0, 0, true);
		return;
	}
	struct slice host = text, ports = SLICE("");
	if (slice_starts_with(text, "[")) {
		size_t end = slice_find_byte(text, ']');
		host = slice_part(text, 1, end - 1);
		ports = slice_from(text, end + 1);
	} else if (rule->family == ADDRESS_IPV4) {
		size_t colon = slice_find_byte(text, ':');
		host = slice_part(text, 0, colon);
		ports = slice_from(text, colon);
	}
	if (host.size && address_parse(host, &address) && address.family == rule->family)
		build_assign(builder, FIELD_DESTINATION, 0, rule_value_of_address(address), false);
	else if (host.size)
		build_assign(builder, FIELD_DESTINATION, 0, 0, true);
	if (ports.size == 0)
		return;
	uint64_t number = 0;
	bool is_number = slice_to_uint64(slice_from(ports, 1), &number) && number <= UINT16_MAX;
	port = (uint16_t)number;
	build_assign(builder, FIELD_DESTINATION_PORT, 0, port, !is_number);
}

static void build_redirect(struct iptables_rule *rule)
{
	struct slice text;
	uint64_t port = 0;
	(void)build_step(rule->builder, STEP_REDIRECT);
	if (!target_option(rule, "--to-ports", &text) && !target_option(rule, "--to-port", &text))
		return;
	bool is_number = slice_to_uint64(text, &port) && port <= UINT16_MAX;
	build_assign(rule->builder, FIELD_DESTINATION_PORT, 0, port, !is_number);
}

/* `-j SET --add-set NAME FLAGS`: the set's content changes as packets come. */
static void build_set_change(struct iptables_rule *rule)
{
	struct slice name;
	size_t at = 0;
	bool adds = target_option(rule, "--add-set", &name);
	if (!adds && !target_option(rule, "--del-set", &name))
		return;
	struct rule_set *set = build_named_set(rule->builder, NULL, name, rule->origin);
	struct rule_step *step = set ? build_step(rule->builder, STEP_ADD) : NULL;
	if (!step)
		return;
	if (set->type.size == 0) {
		set->is_unknown = true;
		set->unknown = "its content is not known";
	}
	set->is_dynamic = true;
	step->add.set = set;
	while (!slice_equal(rule->words[rule->target_words[at]].text, name))
		at++;
	if (!adds || at + 1 >= rule->target_word_count)
		return;
	/* Without parts, what is in the set afterwards is not known. */
	struct match_part parts[MATCH_PARTS_MAX];
	size_t count = iptables_set_parts(set, rule->words[rule->target_words[at + 1]].text, parts);
	step->add.part_count = count;
	step->add.parts = count ? build_parts(rule->builder, parts, count) : NULL;
}

void iptables_build_target(struct iptables_rule *rule)
{
	struct rule *built = &rule->builder->rule;
	struct slice value;
	if (rule->target.size == 0)
		return;
	size_t i = 0;
	while (i < ARRAY_SIZE(targets) && !slice_is(rule->target, targets[i].name))
		i++;
	if (i == ARRAY_SIZE(targets) || rule->is_goto) {
		built->verdict.kind = rule->is_goto ? VERDICT_GOTO : VERDICT_JUMP;
		built->verdict.chain_name = rule->target;
		return;
	}
	built->verdict.kind = targets[i].verdict;
	switch (targets[i].effect) {
	case EFFECT_VERDICT:
	case EFFECT_NONE:
	case EFFECT_SOURCE_NAT:
	case EFFECT_UNKNOWN:
		break;
	case EFFECT_DESTINATION_NAT:
		build_destination(rule);
		break;
	case EFFECT_REDIRECT:
		build_redirect(rule);
		break;
	case EFFECT_MARK:
		build_mark_change(rule, FIELD_MARK);
		break;
	case EFFECT_CONNMARK:
		build_connmark_change(rule);
		break;
	case EFFECT_CT:
		if (!target_option(rule, "--notrack", &value))
			break;
		(void)build_step(rule->builder, STEP_UNTRACK);
		break;
	case EFFECT_UNTRACK:
		(void)build_step(rule->builder, STEP_UNTRACK);
		break;
	case EFFECT_TTL:
		build_ttl_change(rule);
		break;
	case EFFECT_TOS:
		build_tos_change(rule);
		break;
	case EFFECT_QUEUE:
		break;
	case EFFECT_SET:
		build_set_change(rule);
		break;
	}
}
