/* SPDX-License-Identifier: Apache-2.0
 *
 * Match modules that remember earlier packets: limit, hashlimit, recent, connlimit, counters.
 */
#include "audit/base/buffer.h"
#include "audit/firewall/iptables_match.h"

static bool parse_use_number(const struct iptables_rule *rule, size_t module, const char *option,
			     uint64_t *value)
{
	const struct iptables_use *use = iptables_find_use(rule, module, option);
	return !use || iptables_parse_number(use->values[0], value);
}

bool iptables_build_limit(struct iptables_rule *rule, size_t module)
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

bool iptables_build_hashlimit(struct iptables_rule *rule, size_t module)
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

bool iptables_build_recent(struct iptables_rule *rule, size_t module)
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

bool iptables_build_connlimit(struct iptables_rule *rule, size_t module)
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
bool iptables_build_counter(struct iptables_rule *rule, size_t module)
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
