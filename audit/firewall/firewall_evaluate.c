/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/firewall_evaluate.h"

#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/firewall/firewall_answer.h"

struct evaluator {
	enum address_family family;
	struct arena *arena;
	/* Base chains by hook, priority and order of the tables. */
	const struct rule_chain **chains;
	size_t chain_count;
	size_t chain_capacity;
	struct source_space space;
	/* By match id. */
	struct source_set *prepared;
	bool *is_prepared;
	/* By chain id. */
	struct chain_runs *runs;
	const struct ruleset *ruleset;
	struct source_set types[6];
	struct evaluator_host host;
	/* Room for records, from the questions before. */
	struct record *records;
	size_t record_capacity;
	/* What questions need while they are answered. */
	struct arena *scratch;
	bool is_failed;
};

static void add_base_chain(struct evaluator *evaluator, const struct rule_chain *chain)
{
	const struct rule_chain **chains =
		arena_grow(evaluator->arena, evaluator->chains, evaluator->chain_count,
			   &evaluator->chain_capacity, sizeof(const struct rule_chain *));
	if (!chains) {
		evaluator->is_failed = true;
		return;
	}
	evaluator->chains = chains;
	/* Insertion: base chains are few. Of equal ones the newest runs first (netfilter/core.c,
	 * nf_hook_entries_grow). */
	size_t at = evaluator->chain_count++;
	while (at > 0 && (chains[at - 1]->hook > chain->hook ||
			  (chains[at - 1]->hook == chain->hook &&
			   chains[at - 1]->priority >= chain->priority))) {
		chains[at] = chains[at - 1];
		at--;
	}
	chains[at] = chain;
}

static bool is_source_tuple(const struct match_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (parts[i].field == FIELD_SOURCE)
			return true;
	return false;
}

/* Cuts the space at the values of SET's column that is the source. */
static void cut_tuples(struct evaluator *evaluator, const struct match_part *parts, size_t count,
		       const struct rule_set *set)
{
	if (set->part_count != count || !is_source_tuple(parts, count))
		return;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].field != FIELD_SOURCE)
			continue;
		unsigned __int128 all =
			evaluator->family == ADDRESS_IPV4 ? UINT32_MAX : MATCH_MASK_ALL;
		unsigned __int128 unset = all & ~parts[i].mask;
		for (size_t k = 0; k < set->element_count; k++) {
			const struct value_range *range = &set->elements[k * count + i];
			source_space_cut(&evaluator->space, range->first, range->last | unset);
		}
	}
}

static void cut_match(struct evaluator *evaluator, const struct rule_match *match)
{
	const struct value_range *ranges;
	size_t count;
	struct value_range own;
	if (match_source_ranges(match, evaluator->family, &ranges, &count, &own))
		for (size_t i = 0; i < count; i++)
			source_space_cut(&evaluator->space, ranges[i].first, ranges[i].last);
	else if (match->kind == MATCH_FIELDS && match->set)
		cut_tuples(evaluator, match->parts, match->part_count, match->set);
}

/* COUNT sorted ranges, halved so that the unions stay small. */
static struct source_set ranges_set(struct evaluator *evaluator, const struct value_range *ranges,
				    size_t count)
{
	struct source_set set = SOURCE_NONE;
	for (size_t i = 0; i < count; i++)
		set = source_union(
			&evaluator->space, set,
			source_range(&evaluator->space, ranges[i].first, ranges[i].last));
	return set;
}

static void prepare_match(struct evaluator *evaluator, const struct rule_match *match)
{
	const struct value_range *ranges;
	size_t count;
	struct value_range own;
	if (!match_source_ranges(match, evaluator->family, &ranges, &count, &own))
		return;
	evaluator->prepared[match->id] = ranges_set(evaluator, ranges, count);
	evaluator->is_prepared[match->id] = true;
}

typedef void visit_match(struct evaluator *evaluator, const struct rule_match *match);

/* All matches of the tables that FAMILY sees; maps are visited by cutting only. */
static void visit_rules(struct evaluator *evaluator, visit_match *visit, bool with_maps)
{
	const struct ruleset *ruleset = evaluator->ruleset;
	for (size_t t = 0; t < ruleset->table_count; t++) {
		const struct rule_table *table = ruleset->tables[t];
		if (!table_family_sees(table->family, evaluator->family))
			continue;
		for (size_t c = 0; c < table->chain_count; c++)
			for (size_t r = 0; r < table->chains[c]->rule_count; r++) {
				const struct rule *rule = &table->chains[c]->rules[r];
				for (size_t s = 0; s < rule->step_count; s++)
					if (rule->steps[s].kind == STEP_MATCH)
						visit(evaluator, &rule->steps[s].match);
				if (with_maps && rule->map)
					cut_tuples(evaluator, rule->map_parts, rule->map_part_count,
						   rule->map);
			}
	}
}

/* The ranges of the kinds of address (RTN_*) that do not depend on the host. */
static const struct {
	unsigned int type;
	struct value_range range;
} ipv4_types[] = {
	{ 2, { 0x7f000000, 0x7fffffff } },
	{ 3, { 0, 0x00ffffff } },
	{ 3, { 0xffffffff, 0xffffffff } },
	{ 5, { 0xe0000000, 0xefffffff } },
};

static struct value_range ipv6_multicast(void)
{
	return (struct value_range){ (unsigned __int128)0xff << 120, MATCH_MASK_ALL };
}

static void own_range(const struct host_address *own, struct value_range *ret_range)
{
	unsigned __int128 value = rule_value_of_address(own->prefix.address);
	*ret_range = (struct value_range){ value, value };
}

static void cut_types(struct evaluator *evaluator)
{
	struct source_space *space = &evaluator->space;
	struct value_range range = ipv6_multicast();
	if (evaluator->family == ADDRESS_IPV4)
		for (size_t i = 0; i < ARRAY_SIZE(ipv4_types); i++)
			source_space_cut(space, ipv4_types[i].range.first,
					 ipv4_types[i].range.last);
	else
		source_space_cut(space, range.first, range.last);
	if (evaluator->family == ADDRESS_IPV6)
		source_space_cut(space, 1, 1);
	for (size_t i = 0; i < evaluator->host.count; i++) {
		if (evaluator->host.addresses[i].prefix.address.family != evaluator->family)
			continue;
		own_range(&evaluator->host.addresses[i], &range);
		source_space_cut(space, range.first, range.last);
	}
}

static void add_type(struct evaluator *evaluator, unsigned int type, struct value_range range)
{
	evaluator->types[type] =
		source_union(&evaluator->space, evaluator->types[type],
			     source_range(&evaluator->space, range.first, range.last));
}

static void prepare_types(struct evaluator *evaluator)
{
	struct value_range range;
	if (evaluator->family == ADDRESS_IPV4)
		for (size_t i = 0; i < ARRAY_SIZE(ipv4_types); i++)
			add_type(evaluator, ipv4_types[i].type, ipv4_types[i].range);
	else
		add_type(evaluator, 5, ipv6_multicast());
	if (evaluator->family == ADDRESS_IPV6)
		add_type(evaluator, 2, (struct value_range){ 1, 1 });
	for (size_t i = 0; i < evaluator->host.count; i++) {
		if (evaluator->host.addresses[i].prefix.address.family != evaluator->family)
			continue;
		own_range(&evaluator->host.addresses[i], &range);
		add_type(evaluator, 2, range);
	}
	/* What is nothing else is UNICAST. */
	struct source_set rest = SOURCE_ALL;
	for (size_t i = 0; i < ARRAY_SIZE(evaluator->types); i++)
		rest = source_difference(&evaluator->space, rest, evaluator->types[i]);
	evaluator->types[1] = rest;
}

static void find_runs(struct evaluator *evaluator)
{
	const struct ruleset *ruleset = evaluator->ruleset;
	const struct prepared_matches prepared = { evaluator->prepared, evaluator->is_prepared };
	evaluator->runs =
		ARENA_ARRAY(evaluator->arena, ruleset->chain_count + 1, struct chain_runs);
	evaluator->is_failed = evaluator->is_failed || !evaluator->runs;
	for (size_t t = 0; t < ruleset->table_count; t++) {
		const struct rule_table *table = ruleset->tables[t];
		if (!table_family_sees(table->family, evaluator->family))
			continue;
		for (size_t c = 0; c < table->chain_count && !evaluator->is_failed; c++) {
			const struct rule_chain *chain = table->chains[c];
			evaluator->is_failed =
				!rule_runs_find(chain, &prepared, &evaluator->space,
						evaluator->arena, &evaluator->runs[chain->id]);
		}
	}
}

static void prepare(struct evaluator *evaluator)
{
	size_t matches = evaluator->ruleset->match_count;
	evaluator->prepared = ARENA_ARRAY(evaluator->arena, matches + 1, struct source_set);
	evaluator->is_prepared = ARENA_ARRAY(evaluator->arena, matches + 1, bool);
	if (!evaluator->prepared || !evaluator->is_prepared) {
		evaluator->is_failed = true;
		return;
	}
	cut_types(evaluator);
	visit_rules(evaluator, cut_match, true);
	if (!source_space_seal(&evaluator->space)) {
		evaluator->is_failed = true;
		return;
	}
	prepare_types(evaluator);
	visit_rules(evaluator, prepare_match, false);
	find_runs(evaluator);
}

struct evaluator *evaluator_new(const struct ruleset *ruleset, enum address_family family,
				const struct evaluator_host *host)
{
	struct arena *arena = arena_new(0);
	struct evaluator *evaluator = arena ? ARENA_NEW(arena, struct evaluator) : NULL;
	if (!evaluator) {
		arena_free(arena);
		return NULL;
	}
	evaluator->arena = arena;
	evaluator->family = family;
	evaluator->ruleset = ruleset;
	evaluator->host = *host;
	source_space_init(&evaluator->space, family);
	for (size_t t = 0; t < ruleset->table_count; t++) {
		const struct rule_table *table = ruleset->tables[t];
		if (!table_family_sees(table->family, family))
			continue;
		for (size_t c = 0; c < table->chain_count; c++)
			if (table->chains[c]->hook != HOOK_NONE)
				add_base_chain(evaluator, table->chains[c]);
	}
	prepare(evaluator);
	if (evaluator->is_failed || evaluator->space.is_failed) {
		evaluator_free(evaluator);
		return NULL;
	}
	return evaluator;
}

void evaluator_free(struct evaluator *evaluator)
{
	if (!evaluator)
		return;
	source_space_done(&evaluator->space);
	arena_free(evaluator->scratch);
	arena_free(evaluator->arena);
}

bool evaluator_has_rules(const struct evaluator *evaluator)
{
	for (size_t i = 0; i < evaluator->chain_count; i++)
		if (evaluator->chains[i]->hook == HOOK_INPUT)
			return true;
	return false;
}

/* Does the ingress chain hook the interface of PACKET? */
static bool is_on_device(const struct rule_chain *chain, const struct packet *packet)
{
	struct slice rest = chain->devices, name;
	if (packet->state[FIELD_IN_INTERFACE] != FIELD_KNOWN)
		return true;
	while (slice_next_word(&rest, &name))
		if (rule_range_of_interface(name, false).first == packet->value[FIELD_IN_INTERFACE])
			return true;
	return false;
}

static bool is_on_way(enum hook hook, enum packet_way way)
{
	switch (hook) {
	case HOOK_INGRESS:
	case HOOK_PREROUTING:
		return true;
	case HOOK_INPUT:
		return way == WAY_INPUT;
	case HOOK_FORWARD:
		return way == WAY_FORWARD || way == WAY_PUBLISHED;
	case HOOK_NONE:
	case HOOK_OUTPUT:
	case HOOK_POSTROUTING:
		return false;
	}
	return false;
}

static bool is_own_address(const struct evaluator *evaluator, unsigned __int128 value)
{
	if (evaluator->family == ADDRESS_IPV4 && value >> 24 == 127)
		return true;
	for (size_t i = 0; i < evaluator->host.count; i++)
		if (evaluator->host.addresses[i].prefix.address.family == evaluator->family &&
		    rule_value_of_address(evaluator->host.addresses[i].prefix.address) == value)
			return true;
	return false;
}

/* FLOW as it is sent on: by the interface whose network its new destination is in. */
static void send_on(struct run *run, const struct evaluator *evaluator, struct flow flow,
		    struct flows *kept)
{
	struct packet *packet = ARENA_NEW(run->arena, struct packet);
	if (!packet) {
		run->is_failed = true;
		return;
	}
	*packet = *flow.packet;
	packet->state[FIELD_OUT_INTERFACE] = FIELD_OPEN;
	packet_set(packet, FIELD_DESTINATION_TYPE, 1);
	packet_set(packet, FIELD_DESTINATION_TYPE_HERE, 1);
	for (size_t i = 0; i < evaluator->host.count; i++) {
		const struct host_address *own = &evaluator->host.addresses[i];
		unsigned int bits = evaluator->family == ADDRESS_IPV4 ? 32 : 128;
		unsigned int rest = bits - own->prefix.length;
		if (own->prefix.address.family == evaluator->family && rest < bits &&
		    packet->value[FIELD_DESTINATION] >> rest ==
			    rule_value_of_address(own->prefix.address) >> rest)
			packet_set(packet, FIELD_OUT_INTERFACE,
				   rule_range_of_interface(own->interface, false).first);
	}
	flow.packet = packet;
	flows_add(run, kept, flow);
}

/* Between prerouting and the next hook: what was translated to another host leaves FLOWS, or, on
 * the way of published ports, is all that stays. */
static void route(struct run *run, const struct evaluator *evaluator, const struct packet *asked,
		  enum packet_way way, struct flows *flows)
{
	struct flows kept = { .count = 0 };
	for (size_t i = 0; i < flows->count; i++) {
		struct flow flow = flows->items[i];
		const struct packet *packet = flow.packet;
		unsigned __int128 value = packet->value[FIELD_DESTINATION];
		bool is_same =
			packet->state[FIELD_DESTINATION] == FIELD_OPEN ||
			(packet->state[FIELD_DESTINATION] == asked->state[FIELD_DESTINATION] &&
			 value == asked->value[FIELD_DESTINATION]);
		if (is_same || (packet->state[FIELD_DESTINATION] == FIELD_KNOWN &&
				is_own_address(evaluator, value))) {
			if (way == WAY_PUBLISHED)
				run_record(run, &flow, NULL, NULL, VERDICT_DROP,
					   "meant for this host");
			else
				flows_add(run, &kept, flow);
		} else if (packet->state[FIELD_DESTINATION] == FIELD_KNOWN &&
			   way == WAY_PUBLISHED) {
			send_on(run, evaluator, flow, &kept);
		} else if (packet->state[FIELD_DESTINATION] == FIELD_KNOWN &&
			   evaluator->host.is_known) {
			run_record(run, &flow, NULL, NULL, VERDICT_DROP, "sent on to another host");
		} else {
			run_record(run, &flow, NULL, NULL, VERDICT_UNKNOWN,
				   "sent to an address that is not known");
			flow.uncertain = source_union(run->space, flow.known, flow.uncertain);
			flow.known = SOURCE_NONE;
			flows_add(run, &kept, flow);
		}
	}
	*flows = kept;
}

static void walk(struct run *run, const struct evaluator *evaluator, const struct packet *packet,
		 enum packet_way way, struct flows *flows)
{
	bool is_routed = way == WAY_FORWARD;
	for (size_t i = 0; i < evaluator->chain_count && !run->is_failed; i++) {
		const struct rule_chain *chain = evaluator->chains[i];
		if (!is_on_way(chain->hook, way))
			continue;
		if (chain->hook == HOOK_INGRESS && !is_on_device(chain, packet))
			continue;
		if (chain->hook >= HOOK_INPUT && !is_routed) {
			route(run, evaluator, packet, way, flows);
			is_routed = true;
		}
		run_base_chain(run, chain, flows);
	}
	if (!is_routed)
		route(run, evaluator, packet, way, flows);
}

/* fib_type of nft(8) with `iif`: addresses of other interfaces are not local to this one. Without
 * the addresses, or the interface, a packet is taken to come where its destination is. */
static void see_destination(const struct evaluator *evaluator, struct packet *packet)
{
	if (packet->state[FIELD_DESTINATION] != FIELD_KNOWN ||
	    packet->state[FIELD_IN_INTERFACE] != FIELD_KNOWN || !evaluator->host.is_known ||
	    packet->value[FIELD_DESTINATION_TYPE_HERE] != 2)
		return;
	for (size_t i = 0; i < evaluator->host.count; i++) {
		const struct host_address *own = &evaluator->host.addresses[i];
		if (own->prefix.address.family == packet->family &&
		    rule_value_of_address(own->prefix.address) ==
			    packet->value[FIELD_DESTINATION] &&
		    rule_range_of_interface(own->interface, false).first ==
			    packet->value[FIELD_IN_INTERFACE])
			return;
	}
	if (packet->family == ADDRESS_IPV4 && packet->value[FIELD_DESTINATION] >> 24 == 127 &&
	    packet->value[FIELD_IN_INTERFACE] == rule_range_of_interface(SLICE("lo"), false).first)
		return;
	packet_set(packet, FIELD_DESTINATION_TYPE_HERE, 1);
}

/* Room for one question. Most need little: it is given back to the kernel only when it is large. */
static struct arena *take_scratch(struct evaluator *evaluator)
{
	enum {
		KEPT_BYTES = 4 << 20
	};
	if (evaluator->scratch && arena_used(evaluator->scratch) > KEPT_BYTES) {
		arena_free(evaluator->scratch);
		evaluator->scratch = NULL;
	}
	if (!evaluator->scratch)
		evaluator->scratch = arena_new(0);
	return evaluator->scratch;
}

bool evaluator_ask(struct evaluator *evaluator, const struct packet *packet,
		   const struct evaluate_options *options, struct arena *arena,
		   struct evaluate_answer *ret_answer)
{
	struct packet asked = *packet;
	see_destination(evaluator, &asked);
	packet = &asked;
	uint32_t mark = source_mark(&evaluator->space);
	struct arena *scratch = take_scratch(evaluator);
	if (!scratch)
		return false;
	struct run run = {
		.space = &evaluator->space,
		.arena = scratch,
		.host = &evaluator->host,
		.runs = evaluator->runs,
		.record_arena = evaluator->arena,
		.records = evaluator->records,
		.record_capacity = evaluator->record_capacity,
	};
	run.context.space = &evaluator->space;
	run.context.prepared = evaluator->prepared;
	run.context.is_prepared = evaluator->is_prepared;
	run.context.knows_local = evaluator->host.is_known;
	run.context.is_fresh = options->is_fresh;
	for (size_t i = 0; i < ARRAY_SIZE(run.context.types); i++)
		run.context.types[i] = evaluator->types[i];
	struct flows flows = { .count = 0 };
	flows_add(&run, &flows, (struct flow){ .packet = packet, .known = SOURCE_ALL });
	walk(&run, evaluator, packet, options->way, &flows);
	if (evaluator->ruleset->is_broken) {
		/* Rules that were not read to the end: no verdict is certain. */
		struct flow all = { .packet = packet, .uncertain = SOURCE_ALL };
		run_record(&run, &all, NULL, NULL, VERDICT_UNKNOWN,
			   evaluator->ruleset->broken.message);
	}
	bool is_done = answer_build(&run, &flows, arena, ret_answer);
	evaluator->records = run.records;
	evaluator->record_capacity = run.record_capacity;
	source_reset(&evaluator->space, mark);
	return is_done;
}
