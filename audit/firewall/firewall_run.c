/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/firewall_run.h"

#include <netinet/in.h>
#include <string.h>

#include "audit/base/arena.h"

static bool packets_equal(const struct packet *a, const struct packet *b)
{
	return a == b || (memcmp(a->value, b->value, sizeof(a->value)) == 0 &&
			  memcmp(a->state, b->state, sizeof(a->state)) == 0);
}

struct packet *run_copy_packet(struct run *run, const struct packet *packet)
{
	struct packet *copy = ARENA_NEW(run->arena, struct packet);
	if (!copy)
		run->is_failed = true;
	else
		*copy = *packet;
	return copy;
}

/* Joins FLOW to TO: sources that come both ways count as the less certain. */
static void join_flow(struct run *run, struct flow *to, struct flow flow)
{
	to->uncertain = source_union(run->space, to->uncertain, flow.uncertain);
	to->known = source_union(run->space, to->known, flow.known);
	if (!source_is_empty(to->uncertain))
		to->known = source_difference(run->space, to->known, to->uncertain);
}

void flows_add(struct run *run, struct flows *flows, struct flow flow)
{
	if (flow_is_empty(&flow))
		return;
	for (size_t i = 0; i < flows->count; i++)
		if (packets_equal(flows->items[i].packet, flow.packet)) {
			join_flow(run, &flows->items[i], flow);
			return;
		}
	if (flows->count < FLOWS_MAX) {
		flows->items[flows->count++] = flow;
		return;
	}
	struct flow *last = &flows->items[FLOWS_MAX - 1];
	struct packet *joined = run_copy_packet(run, last->packet);
	if (!joined)
		return;
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (joined->state[i] != flow.packet->state[i] ||
		    joined->value[i] != flow.packet->value[i])
			joined->state[i] = FIELD_UNKNOWN;
	last->packet = joined;
	join_flow(run, last, flow);
}

void run_record(struct run *run, const struct flow *flow, const struct frame *frame,
		const struct rule *rule, enum verdict_kind verdict, const char *reason)
{
	if (flow_is_empty(flow))
		return;
	struct record *records = arena_grow(run->record_arena, run->records, run->record_count,
					    &run->record_capacity, sizeof(*records));
	if (!records) {
		run->is_failed = true;
		return;
	}
	run->records = records;
	records[run->record_count++] = (struct record){
		.known = flow->known,
		.uncertain = flow->uncertain,
		.frame = frame,
		.rule = rule,
		.verdict = verdict,
		.reason = reason,
	};
}

/* Parts *MATCHED by RESULT: what does not match goes to *REST. */
static void part_flow(struct run *run, struct match_result result, struct flow *matched,
		      struct flow *rest)
{
	struct source_space *space = run->space;
	struct flow all = *matched;
	switch (result.answer) {
	case MATCH_YES:
		return;
	case MATCH_NO:
		join_flow(run, rest, all);
		matched->known = matched->uncertain = SOURCE_NONE;
		return;
	case MATCH_OPEN:
		join_flow(run, rest, all);
		return;
	case MATCH_UNCERTAIN:
		all.uncertain = source_union(space, all.known, all.uncertain);
		all.known = SOURCE_NONE;
		join_flow(run, rest, all);
		*matched = all;
		return;
	case MATCH_BY_SOURCE:
		break;
	}
	struct source_set any = source_union(space, result.yes, result.maybe);
	struct flow off = { .packet = all.packet };
	off.known = source_difference(space, all.known, result.yes);
	off.uncertain = source_difference(space, all.uncertain, result.yes);
	matched->known = source_intersection(space, all.known, any);
	matched->uncertain = source_intersection(space, all.uncertain, any);
	if (result.is_uncertain && !source_is_empty(result.maybe)) {
		struct source_set doubt = source_intersection(space, all.known, result.maybe);
		off.known = source_difference(space, off.known, doubt);
		off.uncertain = source_union(space, off.uncertain, doubt);
		matched->known = source_difference(space, matched->known, doubt);
		matched->uncertain = source_union(space, matched->uncertain, doubt);
	}
	join_flow(run, rest, off);
}

static bool fields_equal(const struct packet *a, const struct packet *b, enum packet_field field)
{
	return a->state[field] == FIELD_KNOWN && b->state[field] == FIELD_KNOWN &&
	       a->value[field] == b->value[field];
}

static void assign(struct run *run, const struct rule_step *step, struct flow *flow)
{
	enum packet_field field = step->assign.field;
	if (flow->packet->state[field] == FIELD_ABSENT)
		return;
	bool has_from = step->assign.from_mask != 0;
	/* Without a connection its mark is neither kept nor given back. */
	if ((field == FIELD_CT_MARK || (has_from && step->assign.from == FIELD_CT_MARK)) &&
	    (flow->packet->value[FIELD_CT_STATE] & CONNECTION_NONE))
		return;
	struct packet *changed = run_copy_packet(run, flow->packet);
	if (!changed)
		return;
	uint8_t own = step->assign.keep ? changed->state[field] : FIELD_KNOWN;
	uint8_t from = has_from ? changed->state[step->assign.from] : FIELD_KNOWN;
	if (step->assign.is_unknown || own == FIELD_UNKNOWN || from == FIELD_UNKNOWN)
		changed->state[field] = FIELD_UNKNOWN;
	else if (own == FIELD_OPEN || from == FIELD_OPEN)
		changed->state[field] = FIELD_OPEN;
	else
		packet_set(changed, field,
			   (changed->value[field] & step->assign.keep) ^
				   (changed->value[step->assign.from] & step->assign.from_mask) ^
				   step->assign.change);
	/* Conntrack notes that the destination is translated (IPS_DST_NAT), where it is another one
	 * (nf_nat_setup_info). */
	if ((field == FIELD_DESTINATION || field == FIELD_DESTINATION_PORT) &&
	    !fields_equal(changed, flow->packet, field))
		packet_set(changed, FIELD_CT_STATUS, changed->value[FIELD_CT_STATUS] | 32);
	flow->packet = changed;
}

/* Before conntrack has looked (priority -200), a packet can be left untracked. */
static void untrack(struct run *run, struct flow *flow)
{
	if (flow->packet->value[FIELD_CT_STATE] != CONNECTION_INVALID)
		return;
	struct packet *changed = run_copy_packet(run, flow->packet);
	if (!changed)
		return;
	changed->tracked_state = CONNECTION_UNTRACKED;
	packet_set(changed, FIELD_CT_STATE, CONNECTION_UNTRACKED);
	flow->packet = changed;
}

static bool is_by_interface(const struct packet *packet, struct slice name)
{
	return packet->state[FIELD_IN_INTERFACE] == FIELD_KNOWN &&
	       packet->value[FIELD_IN_INTERFACE] == rule_range_of_interface(name, false).first;
}

/* The own address that a redirected PACKET is sent to (nf_nat_redirect.c): of IPv4 the first of the
 * interface that it came by, of IPv6 one of the same scope. False: which one is not known. */
static bool find_redirect(const struct run *run, const struct packet *packet,
			  unsigned __int128 *ret_value, size_t *ret_count)
{
	bool is_ipv4 = packet->family == ADDRESS_IPV4;
	*ret_count = 0;
	if (is_by_interface(packet, SLICE("lo"))) {
		*ret_value = 0x7f000001;
		*ret_count = 1;
		return is_ipv4;
	}
	for (size_t i = 0; i < run->host->count; i++) {
		const struct host_address *own = &run->host->addresses[i];
		if (own->prefix.address.family != packet->family ||
		    !is_by_interface(packet, own->interface) ||
		    (!is_ipv4 && address_is_link_local(own->prefix.address)))
			continue;
		if (*ret_count == 0)
			*ret_value = rule_value_of_address(own->prefix.address);
		(*ret_count)++;
	}
	return is_ipv4 ? *ret_count > 0 : *ret_count == 1;
}

/* A packet whose interface has no address is dropped. */
static void redirect(struct run *run, const struct frame *frame, const struct rule *rule,
		     struct flow *flow)
{
	struct packet *changed = run_copy_packet(run, flow->packet);
	unsigned __int128 value = 0;
	size_t count = 0;
	if (!changed)
		return;
	changed->state[FIELD_DESTINATION] = FIELD_UNKNOWN;
	const struct packet *before = flow->packet;
	bool is_findable = run->host->is_known && changed->state[FIELD_IN_INTERFACE] == FIELD_KNOWN;
	bool is_found = is_findable && find_redirect(run, changed, &value, &count);
	if (is_found)
		packet_set(changed, FIELD_DESTINATION, value);
	if (!fields_equal(changed, before, FIELD_DESTINATION))
		packet_set(changed, FIELD_CT_STATUS, changed->value[FIELD_CT_STATUS] | 32);
	flow->packet = changed;
	if (!is_found && is_findable && count == 0 && changed->family == ADDRESS_IPV4) {
		run_record(run, flow, frame, rule, VERDICT_DROP, NULL);
		flow->known = flow->uncertain = SOURCE_NONE;
	}
}

static void change_flow(struct run *run, const struct frame *frame, const struct rule *rule,
			const struct rule_step *step, struct flow *flow)
{
	if (step->kind == STEP_ASSIGN)
		assign(run, step, flow);
	else if (step->kind == STEP_UNTRACK)
		untrack(run, flow);
	else
		redirect(run, frame, rule, flow);
}

static void run_chain(struct run *run, const struct frame *frame, unsigned int depth,
		      struct flows *flows);

/* A jump or goto: what comes back is added to BACK. */
static void enter_chain(struct run *run, const struct frame *frame, unsigned int depth,
			const struct rule *rule, const struct rule_chain *chain, struct flow flow,
			struct flows *back)
{
	if (!chain || depth >= EVALUATE_DEPTH_MAX) {
		run_record(run, &flow, frame, rule, VERDICT_UNKNOWN,
			   chain ? "the jumps are too deep" : "the chain is not there");
		return;
	}
	struct frame *inner = ARENA_NEW(run->arena, struct frame);
	if (!inner) {
		run->is_failed = true;
		return;
	}
	*inner = (struct frame){ .parent = frame, .chain = chain, .jump = rule };
	struct flows flows = { .items = { flow }, .count = 1 };
	run_chain(run, inner, depth + 1, &flows);
	for (size_t i = 0; i < flows.count; i++)
		flows_add(run, back, flows.items[i]);
}

/* Where flows go from a rule. */
struct ways {
	struct flows next;
	struct flows returned;
};

static void give_verdict(struct run *run, const struct frame *frame, unsigned int depth,
			 const struct rule *rule, const struct rule_verdict *verdict,
			 struct flow flow, struct ways *ways)
{
	if (flow_is_empty(&flow))
		return;
	switch (verdict->kind) {
	case VERDICT_CONTINUE:
		flows_add(run, &ways->next, flow);
		return;
	case VERDICT_ACCEPT:
		run_record(run, &flow, frame, rule, VERDICT_ACCEPT, NULL);
		flows_add(run, &run->accepted, flow);
		return;
	case VERDICT_DROP:
	case VERDICT_REJECT:
	case VERDICT_UNKNOWN:
		run_record(run, &flow, frame, rule, verdict->kind, NULL);
		return;
	case VERDICT_RETURN:
		flows_add(run, &ways->returned, flow);
		return;
	case VERDICT_JUMP:
		enter_chain(run, frame, depth, rule, verdict->chain, flow, &ways->next);
		return;
	case VERDICT_GOTO:
		enter_chain(run, frame, depth, rule, verdict->chain, flow, &ways->returned);
		return;
	}
}

/* The verdict of a map; after `continue` what stands behind the map in the rule follows. */
static void give_map_verdict(struct run *run, const struct frame *frame, unsigned int depth,
			     const struct rule *rule, const struct rule_verdict *verdict,
			     struct flow flow, struct ways *ways)
{
	give_verdict(run, frame, depth, rule,
		     verdict->kind == VERDICT_CONTINUE ? &rule->verdict : verdict, flow, ways);
}

static void look_up_map(struct run *run, const struct frame *frame, unsigned int depth,
			const struct rule *rule, struct flow flow, struct ways *ways)
{
	const struct rule_set *map = rule->map;
	unsigned __int128 value;
	for (size_t i = 0; i < rule->map_part_count; i++)
		if (packet_look(flow.packet, &rule->map_parts[i], &value) == FIELD_ABSENT) {
			flows_add(run, &ways->next, flow);
			return;
		}
	if (map->is_unknown || map->is_dynamic || !map->verdicts ||
	    map->part_count != rule->map_part_count) {
		/* Elements that are not seen may decide. */
		if (map->is_unknown || map->is_dynamic || map->element_count) {
			run_record(run, &flow, frame, rule, VERDICT_UNKNOWN, NULL);
			flow.uncertain = source_union(run->space, flow.known, flow.uncertain);
			flow.known = SOURCE_NONE;
		}
		flows_add(run, &ways->next, flow);
		return;
	}
	for (size_t i = 0; i < map->element_count && !flow_is_empty(&flow); i++) {
		struct flow rest = { .packet = flow.packet }, matched = flow;
		struct match_result result =
			match_element(&run->context, map, i, rule->map_parts, flow.packet);
		run->work++;
		if (result.answer == MATCH_NO)
			continue;
		part_flow(run, result, &matched, &rest);
		give_map_verdict(run, frame, depth, rule, &map->verdicts[i], matched, ways);
		flow = rest;
	}
	if (map->has_default)
		give_map_verdict(run, frame, depth, rule, &map->default_verdict, flow, ways);
	else
		flows_add(run, &ways->next, flow);
}

/* One flow at one rule. */
static void run_rule(struct run *run, const struct frame *frame, unsigned int depth,
		     const struct rule *rule, struct flow flow, struct ways *ways)
{
	struct flow rest = { .packet = flow.packet };
	for (size_t i = 0; i < rule->step_count; i++) {
		const struct rule_step *step = &rule->steps[i];
		switch (step->kind) {
		case STEP_MATCH: {
			run->context.is_certain = source_is_empty(flow.uncertain);
			struct match_result result =
				match_evaluate(&run->context, &step->match, flow.packet);
			if (result.answer == MATCH_NO && source_is_empty(rest.known) &&
			    source_is_empty(rest.uncertain)) {
				flows_add(run, &ways->next, flow);
				return;
			}
			part_flow(run, result, &flow, &rest);
			break;
		}
		case STEP_ASSIGN:
		case STEP_UNTRACK:
		case STEP_REDIRECT:
			/* What missed before goes on unchanged. */
			flows_add(run, &ways->next, rest);
			change_flow(run, frame, rule, step, &flow);
			rest = (struct flow){ .packet = flow.packet };
			break;
		case STEP_ADD:
			run->context.is_certain = source_is_empty(flow.uncertain);
			match_add(&run->context, step->add.set, step->add.parts,
				  step->add.part_count);
			break;
		}
		if (flow_is_empty(&flow))
			break;
	}
	flows_add(run, &ways->next, rest);
	if (flow_is_empty(&flow))
		return;
	if (rule->map)
		look_up_map(run, frame, depth, rule, flow, ways);
	else
		give_verdict(run, frame, depth, rule, &rule->verdict, flow, ways);
}

/* Whether all of FLOWS match what the rules of RULES have in common (YES), none does (NO), or the
 * rules must be looked at one by one. */
static enum match_answer run_answer(struct run *run, const struct rule_run *rules,
				    const struct flow *flow)
{
	const struct prepared_matches prepared = { run->context.prepared,
						   run->context.is_prepared };
	const struct rule *first = &rules->rules[0];
	if (flow->packet->state[FIELD_SOURCE] == FIELD_KNOWN &&
	    !source_contains(run->space, rules->sources, flow->packet->value[FIELD_SOURCE]))
		return MATCH_NO;
	for (size_t i = 0; i < first->step_count; i++) {
		const struct rule_match *match = &first->steps[i].match;
		if (rule_run_is_source(&prepared, match))
			continue;
		enum match_answer answer =
			match_evaluate(&run->context, match, flow->packet).answer;
		if (answer != MATCH_YES)
			return answer;
	}
	return flow->packet->state[FIELD_SOURCE] == FIELD_OPEN ? MATCH_YES : MATCH_OPEN;
}

/* The flow at index AT passes RULES, which it matches but for the source. */
static void pass_run(struct run *run, const struct frame *frame, const struct rule_run *rules,
		     struct flow flow, struct ways *ways)
{
	struct source_space *space = run->space;
	struct flow matched = {
		.packet = flow.packet,
		.known = source_intersection(space, flow.known, rules->sources),
		.uncertain = source_intersection(space, flow.uncertain, rules->sources),
	};
	flow.known = source_difference(space, flow.known, rules->sources);
	flow.uncertain = source_difference(space, flow.uncertain, rules->sources);
	flows_add(run, &ways->next, flow);
	size_t before = run->record_count;
	give_verdict(run, frame, 0, &rules->rules[0], &rules->rules[0].verdict, matched, ways);
	if (run->record_count > before)
		run->records[before].run = rules;
}

/* All of FLOWS through RULES in one step. False: the rules must be looked at one by one. */
static bool pass_runs(struct run *run, const struct frame *frame, const struct rule_run *rules,
		      struct flows *flows, struct ways *ways)
{
	enum match_answer answers[FLOWS_MAX] = { MATCH_NO };
	for (size_t i = 0; i < flows->count; i++) {
		answers[i] = run_answer(run, rules, &flows->items[i]);
		if (answers[i] != MATCH_YES && answers[i] != MATCH_NO)
			return false;
	}
	ways->next.count = 0;
	for (size_t i = 0; i < flows->count; i++)
		if (answers[i] == MATCH_NO)
			flows_add(run, &ways->next, flows->items[i]);
		else
			pass_run(run, frame, rules, flows->items[i], ways);
	return true;
}

static bool is_inert(const struct run *run, const struct rule *rule)
{
	/* With fresh tables a rule that only counts still moves the counter. */
	return rule->is_inert && (!run->context.is_fresh || rule->step_count == 0);
}

/* Walks FLOWS through the chain of FRAME; they are replaced by what falls off its end or returns.
 */
static void run_chain(struct run *run, const struct frame *frame, unsigned int depth,
		      struct flows *flows)
{
	const struct rule_chain *chain = frame->chain;
	const struct chain_runs *runs = &run->runs[chain->id];
	struct ways ways = { .returned = { .count = 0 } };
	size_t next_run = 0;
	for (size_t i = 0; i < chain->rule_count && flows->count && !run->is_failed; i++) {
		const struct rule *rule = &chain->rules[i];
		if (next_run < runs->count && runs->runs[next_run].first == i) {
			const struct rule_run *rules = &runs->runs[next_run++];
			if (pass_runs(run, frame, rules, flows, &ways)) {
				run->work++;
				*flows = ways.next;
				i += rules->count - 1;
				continue;
			}
		}
		if (is_inert(run, rule))
			continue;
		if (++run->work > EVALUATE_WORK_MAX) {
			run->is_exhausted = true;
			for (size_t k = 0; k < flows->count; k++)
				run_record(run, &flows->items[k], frame, rule, VERDICT_UNKNOWN,
					   "the jumps multiply beyond the limit");
			flows->count = 0;
			break;
		}
		ways.next.count = 0;
		for (size_t k = 0; k < flows->count; k++)
			run_rule(run, frame, depth, rule, flows->items[k], &ways);
		flows->count = ways.next.count;
		memcpy(flows->items, ways.next.items, ways.next.count * sizeof(struct flow));
	}
	for (size_t i = 0; i < ways.returned.count; i++)
		flows_add(run, flows, ways.returned.items[i]);
}

/* What `ct state` says at CHAIN: before conntrack has looked, nothing is tracked (nft_ct.c). */
static void see_state(struct run *run, const struct rule_chain *chain, struct flow *flow)
{
	enum {
		CONNTRACK_PRIORITY = -200
	};
	bool is_early = chain->hook == HOOK_INGRESS ||
			(chain->hook == HOOK_PREROUTING && chain->priority <= CONNTRACK_PRIORITY);
	uint8_t state = flow->packet->tracked_state;
	if (is_early && flow->packet->value[FIELD_CT_STATE] != CONNECTION_UNTRACKED)
		state = CONNECTION_INVALID;
	if (flow->packet->value[FIELD_CT_STATE] == state)
		return;
	struct packet *changed = run_copy_packet(run, flow->packet);
	if (!changed)
		return;
	packet_set(changed, FIELD_CT_STATE, state);
	flow->packet = changed;
}

static void note_translated(struct run *run, enum hook hook, struct flow *flow)
{
	enum {
		SOURCE_DONE = 1 << 7,
		DESTINATION_DONE = 1 << 8
	};
	struct packet *changed = run_copy_packet(run, flow->packet);
	if (!changed || changed->value[FIELD_CT_STATE] != CONNECTION_NEW)
		return;
	packet_set(changed, FIELD_CT_STATUS,
		   changed->value[FIELD_CT_STATUS] |
			   (hook == HOOK_INPUT ? SOURCE_DONE : DESTINATION_DONE));
	flow->packet = changed;
}

void run_base_chain(struct run *run, const struct rule_chain *chain, struct flows *flows)
{
	struct frame *frame = ARENA_NEW(run->arena, struct frame);
	if (!frame) {
		run->is_failed = true;
		return;
	}
	*frame = (struct frame){ .chain = chain };
	run->accepted.count = 0;
	run->is_input_hook = chain->hook == HOOK_INPUT || chain->hook == HOOK_FORWARD;
	struct flows inside = { .count = 0 };
	for (size_t i = 0; i < flows->count; i++) {
		struct flow flow = flows->items[i];
		see_state(run, chain, &flow);
		/* Translation is for new connections only (nf_nat_core.c). */
		if (chain->is_nat && flow.packet->value[FIELD_CT_STATE] != CONNECTION_NEW)
			flows_add(run, &run->accepted, flow);
		else
			flows_add(run, &inside, flow);
	}
	run_chain(run, frame, 0, &inside);
	/* IPS_DST_NAT_DONE and IPS_SRC_NAT_DONE: a new connection has been through translation. */
	if (chain->is_nat)
		for (size_t i = 0; i < inside.count; i++)
			note_translated(run, chain->hook, &inside.items[i]);
	for (size_t i = 0; i < run->accepted.count && chain->is_nat; i++)
		note_translated(run, chain->hook, &run->accepted.items[i]);
	for (size_t i = 0; i < inside.count; i++) {
		run_record(run, &inside.items[i], frame, NULL, chain->policy, NULL);
		if (chain->policy == VERDICT_ACCEPT)
			flows_add(run, &run->accepted, inside.items[i]);
	}
	*flows = run->accepted;
}
