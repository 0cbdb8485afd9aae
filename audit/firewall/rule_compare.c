/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/rule_compare.h"

#include <netinet/in.h>

#include "audit/base/arena.h"
#include "audit/firewall/reach_trial.h"
#include "audit/firewall/rule_shadow.h"

/* Most differences that are told. */
#define RULE_DIFFERENCES_MAX 32
/* Rules times kinds of ports that are looked at; a comparison that costs more is not made. */
#define RULE_COMPARE_WORK_MAX 2000000

/* Chains that programs fill while they run, and that nobody saves: fail2ban's and Docker's. */
static bool is_passing_chain(struct slice name)
{
	static const char *const beginnings[] = { "f2b-", "fail2ban-", "DOCKER" };
	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (slice_starts_with(name, beginnings[i]))
			return true;
	return false;
}

static bool is_passing_table(struct slice name)
{
	return slice_is(name, "f2b-table") || slice_is(name, "fail2ban");
}

/* The rule counts of chains that are set aside, to put back. */
struct aside {
	size_t *counts;
	size_t count;
};

/* Empties the chains that are not compared; a jump there comes straight back. */
static bool put_aside(const struct ruleset *ruleset, struct arena *arena, struct aside *aside)
{
	aside->counts = ARENA_ARRAY(arena, (size_t)ruleset->chain_count + 1, size_t);
	if (!aside->counts)
		return false;
	for (size_t t = 0; t < ruleset->table_count; t++)
		for (size_t c = 0; c < ruleset->tables[t]->chain_count; c++) {
			struct rule_chain *chain = ruleset->tables[t]->chains[c];
			aside->counts[chain->id] = chain->rule_count;
			if (is_passing_chain(chain->name) ||
			    is_passing_table(ruleset->tables[t]->name))
				chain->rule_count = 0;
		}
	return true;
}

static void put_back(const struct ruleset *ruleset, const struct aside *aside)
{
	for (size_t t = 0; aside->counts && t < ruleset->table_count; t++)
		for (size_t c = 0; c < ruleset->tables[t]->chain_count; c++)
			ruleset->tables[t]->chains[c]->rule_count =
				aside->counts[ruleset->tables[t]->chains[c]->id];
}

struct comparison {
	struct arena *arena;
	struct firewall_model *model;
	enum address_family family;
	struct trial *live;
	struct trial *saved;
	struct firewall_difference *items;
	size_t count;
};

static bool is_in(enum evaluate_verdict verdict)
{
	return verdict == EVALUATE_ACCEPT || verdict == EVALUATE_CONDITION;
}

static bool compare_question(struct comparison *comparison, const struct trial_question *question)
{
	struct evaluate_answer live, saved;
	if (!trial_ask(comparison->live, question, comparison->arena, &live) ||
	    !trial_ask(comparison->saved, question, comparison->arena, &saved))
		return false;
	for (size_t i = 0; i < live.count; i++)
		for (size_t k = 0; k < saved.count; k++) {
			const struct evaluate_part *a = &live.parts[i], *b = &saved.parts[k];
			struct address_set both;
			if (a->verdict == EVALUATE_UNKNOWN || b->verdict == EVALUATE_UNKNOWN ||
			    is_in(a->verdict) == is_in(b->verdict))
				continue;
			if (!address_set_intersection(comparison->arena, a->sources, b->sources,
						      &both))
				return false;
			if (address_set_is_empty(both) || comparison->count == RULE_DIFFERENCES_MAX)
				continue;
			comparison->items[comparison->count++] = (struct firewall_difference){
				.family = comparison->family,
				.protocol = question->protocol,
				.port = question->port,
				.source = both.ranges[0].first,
				.live = a->verdict,
				.saved = b->verdict,
				.live_why = a->why,
				.saved_why = b->why,
			};
			/* One example a question. */
			return true;
		}
	return true;
}

/* One port of each run that either ruleset tells apart. */
static bool compare_ports(struct comparison *comparison, const struct ruleset *live,
			  const struct ruleset *saved, uint8_t protocol, bool *ret_is_done)
{
	const struct ruleset *rulesets[] = { live, saved };
	*ret_is_done = true;
	for (size_t i = 0; i < ARRAY_SIZE(rulesets); i++) {
		const struct rule_class *classes;
		size_t count;
		if (!rule_classes_of(rulesets[i], comparison->family, FIELD_DESTINATION_PORT,
				     UINT16_MAX, comparison->arena, &classes, &count))
			return false;
		if (count * (live->rule_count + saved->rule_count) > RULE_COMPARE_WORK_MAX) {
			*ret_is_done = false;
			return true;
		}
		for (size_t k = 0; k < count; k++) {
			const struct trial_question question = {
				.protocol = protocol,
				.port = (uint16_t)classes[k].first,
			};
			bool is_asked = false;
			for (size_t n = 0; n < comparison->count && !is_asked; n++)
				is_asked = comparison->items[n].family == comparison->family &&
					   comparison->items[n].protocol == protocol &&
					   comparison->items[n].port == question.port;
			if (!is_asked && !compare_question(comparison, &question))
				return false;
		}
	}
	return true;
}

static bool compare_family(struct comparison *comparison, const struct ruleset *saved,
			   bool *ret_is_compared)
{
	const struct ruleset *live = comparison->model->live;
	struct aside live_aside = { .counts = NULL }, saved_aside = { .counts = NULL };
	bool is_tcp = false, is_udp = false;
	bool is_good = put_aside(live, comparison->arena, &live_aside) &&
		       put_aside(saved, comparison->arena, &saved_aside);
	comparison->live = is_good ? trial_new(live, comparison->family, &comparison->model->host,
					       comparison->arena)
				   : NULL;
	comparison->saved = is_good ? trial_new(saved, comparison->family, &comparison->model->host,
						comparison->arena)
				    : NULL;
	const struct trial_question echo = {
		.protocol = comparison->family == ADDRESS_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
	};
	is_good = is_good && comparison->live && comparison->saved &&
		  compare_ports(comparison, live, saved, IPPROTO_TCP, &is_tcp) &&
		  compare_ports(comparison, live, saved, IPPROTO_UDP, &is_udp) &&
		  compare_question(comparison, &echo);
	trial_free(comparison->live);
	trial_free(comparison->saved);
	put_back(live, &live_aside);
	put_back(saved, &saved_aside);
	*ret_is_compared = is_tcp && is_udp;
	return is_good;
}

/* The saved rules that would be loaded for FAMILY at boot: those of the manager that starts, or,
 * where none does, the first that are there. NULL: none, or several at once. */
static const struct ruleset *saved_rules(const struct firewall_model *model,
					 enum address_family family)
{
	static const struct {
		const char *path;
		enum firewall_manager_kind manager;
	} owners[] = {
		{ "/etc/iptables/", FIREWALL_IPTABLES_PERSISTENT },
		{ "/etc/sysconfig/ip", FIREWALL_IPTABLES_SERVICE },
		{ "/etc/nftables", FIREWALL_NFTABLES },
		{ "/etc/sysconfig/nftables", FIREWALL_NFTABLES },
		{ "/etc/ufw/", FIREWALL_UFW },
	};
	const struct ruleset *started = NULL, *any = NULL;
	for (size_t i = 0; i < model->saved_count; i++) {
		const struct firewall_rules *rules = &model->saved[i];
		bool covers = family == ADDRESS_IPV4 ? rules->covers_ipv4 : rules->covers_ipv6;
		if (covers && rules->state != FACT_PRESENT &&
		    slice_starts_with(slice_of(rules->path), "/etc/ufw/"))
			return NULL;
		if (!covers || rules->state != FACT_PRESENT || rules->ruleset->is_broken)
			continue;
		if (!any)
			any = rules->ruleset;
		for (size_t k = 0; k < ARRAY_SIZE(owners); k++) {
			const struct firewall_manager *manager =
				&model->managers[owners[k].manager];
			if (!slice_starts_with(slice_of(rules->path), owners[k].path) ||
			    manager->starts_at_boot.state != FACT_PRESENT)
				continue;
			if (started && started != rules->ruleset)
				return NULL;
			started = rules->ruleset;
		}
	}
	return started ? started : any;
}

/* Managers whose rules are made anew at each start: their files are not rules. */
static bool is_managed(const struct firewall_model *model)
{
	return model->managers[FIREWALL_FIREWALLD].is_live ||
	       model->managers[FIREWALL_FREEPBX].is_live;
}

bool rule_compare(struct arena *arena, struct firewall_model *model)
{
	struct comparison comparison = {
		.arena = arena,
		.model = model,
		.items = ARENA_ARRAY(arena, RULE_DIFFERENCES_MAX, struct firewall_difference),
	};
	if (!comparison.items ||
	    !rule_shadow_find(model->live, arena, &model->unreached, &model->unreached_count))
		return false;
	for (int i = 0; i < 2; i++) {
		comparison.family = i == 0 ? ADDRESS_IPV4 : ADDRESS_IPV6;
		bool knows = i == 0 ? model->knows_ipv4 : model->knows_ipv6;
		bool *is_compared = i == 0 ? &model->is_compared_ipv4 : &model->is_compared_ipv6;
		const struct ruleset *saved = saved_rules(model, comparison.family);
		if (!knows || !saved || model->live->is_broken || is_managed(model))
			continue;
		if (!compare_family(&comparison, saved, is_compared))
			return false;
	}
	model->differences = comparison.items;
	model->difference_count = comparison.count;
	return true;
}
