/* SPDX-License-Identifier: Apache-2.0 */
#include <netinet/in.h>
#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/firewall/reach_build.h"

/* A high port, such as Linux gives to clients (ip_local_port_range). */
enum {
	CLIENT_PORT = 50000
};

static const struct answer_row {
	enum reach_question question;
	/* Per family: IPv4, IPv6; 0: not asked. */
	uint8_t protocols[REACH_FAMILIES];
	uint8_t icmp_types[REACH_FAMILIES];
	uint8_t icmp_codes[REACH_FAMILIES];
	uint8_t state;
	bool is_icmp;
	/* To an unnamed port; else CLIENT_PORT. */
	bool is_unnamed;
	/* From 127.0.0.1 or ::1 only. */
	bool is_own_source;
	bool is_on_loopback;
	enum packet_way way;
} rows[] = {
	{ .question = REACH_UNNAMED_TCP,
	  .protocols = { IPPROTO_TCP, IPPROTO_TCP },
	  .is_unnamed = true },
	{ .question = REACH_UNNAMED_UDP,
	  .protocols = { IPPROTO_UDP, IPPROTO_UDP },
	  .is_unnamed = true },
	{ .question = REACH_LOOPBACK,
	  .protocols = { IPPROTO_TCP, IPPROTO_TCP },
	  .is_unnamed = true,
	  .is_own_source = true,
	  .is_on_loopback = true },
	{ .question = REACH_LOOPBACK_FORGED,
	  .protocols = { IPPROTO_TCP, IPPROTO_TCP },
	  .is_unnamed = true,
	  .is_own_source = true },
	{ .question = REACH_REPLY,
	  .protocols = { IPPROTO_TCP, IPPROTO_TCP },
	  .state = CONNECTION_ESTABLISHED },
	{ .question = REACH_INVALID,
	  .protocols = { IPPROTO_TCP, IPPROTO_TCP },
	  .state = CONNECTION_INVALID },
	{ .question = REACH_ICMP_UNREACHABLE,
	  .protocols = { IPPROTO_ICMP, IPPROTO_ICMPV6 },
	  .icmp_types = { 3, 1 },
	  .icmp_codes = { 4, 4 },
	  .is_icmp = true,
	  .state = CONNECTION_RELATED },
	{ .question = REACH_ICMP_TOO_BIG,
	  .protocols = { 0, IPPROTO_ICMPV6 },
	  .icmp_types = { 0, 2 },
	  .is_icmp = true,
	  .state = CONNECTION_RELATED },
	{ .question = REACH_ICMP_TIME_EXCEEDED,
	  .protocols = { IPPROTO_ICMP, IPPROTO_ICMPV6 },
	  .icmp_types = { 11, 3 },
	  .is_icmp = true,
	  .state = CONNECTION_RELATED },
	{ .question = REACH_ICMP_PARAMETER_PROBLEM,
	  .protocols = { IPPROTO_ICMP, IPPROTO_ICMPV6 },
	  .icmp_types = { 12, 4 },
	  .is_icmp = true,
	  .state = CONNECTION_RELATED },
	{ .question = REACH_ICMP_NEIGHBOUR,
	  .protocols = { 0, IPPROTO_ICMPV6 },
	  .icmp_types = { 0, 135 },
	  .is_icmp = true },
	{ .question = REACH_FORWARD,
	  .protocols = { IPPROTO_TCP, IPPROTO_TCP },
	  .is_unnamed = true,
	  .way = WAY_FORWARD },
};

/* A port that the rules treat like most: of the longest run of ports that they do not tell apart.
 */
static bool unnamed_port(struct reach_builder *builder, size_t family, uint16_t *ret_port)
{
	const struct rule_class *classes;
	size_t count, best = 0;
	if (!rule_classes_of(builder->firewall->live, reach_families[family],
			     FIELD_DESTINATION_PORT, UINT16_MAX, builder->arena, &classes, &count))
		return false;
	for (size_t i = 1; i < count; i++)
		if (classes[i].last - classes[i].first > classes[best].last - classes[best].first)
			best = i;
	*ret_port = (uint16_t)(classes[best].last - 1);
	return true;
}

static struct address own_loopback(size_t family)
{
	struct address address = { .family = reach_families[family] };
	if (address.family == ADDRESS_IPV4) {
		address.bytes[0] = 127;
		address.bytes[3] = 1;
	} else {
		address.bytes[15] = 1;
	}
	return address;
}

/* Keeps the parts' sources that are ADDRESS. */
static bool keep_source(struct reach_builder *builder, struct reach_parts *parts,
			struct address address)
{
	size_t kept = 0;
	for (size_t i = 0; i < parts->count; i++) {
		if (!address_set_contains(parts->items[i].sources, address))
			continue;
		parts->items[kept] = parts->items[i];
		if (!address_set_of_range(builder->arena, address, address,
					  &parts->items[kept++].sources))
			return false;
	}
	parts->count = kept;
	return true;
}

static bool build_answer(struct reach_builder *builder, const struct answer_row *row, size_t family,
			 uint16_t unnamed, struct reach_answer *answer)
{
	struct reach_parts parts = { .count = 0 };
	struct trial_question question = {
		.protocol = row->protocols[family],
		.port = row->is_unnamed ? unnamed : CLIENT_PORT,
		.is_icmp_set = row->is_icmp,
		.icmp_type = row->icmp_types[family],
		.icmp_code = row->icmp_codes[family],
		.state = row->state,
		.way = row->way,
	};
	if (row->is_on_loopback) {
		question.interface = SLICE("lo");
		question.address = own_loopback(family);
	}
	if (!reach_ask(builder, family, &question, &parts) ||
	    (row->is_own_source && !keep_source(builder, &parts, own_loopback(family))))
		return false;
	*answer = (struct reach_answer){
		.question = row->question,
		.family = reach_families[family],
		.parts = parts.items,
		.part_count = parts.count,
		.exposure = EXPOSURE_HOST,
	};
	for (size_t i = 0; i < parts.count; i++)
		answer->exposure = exposure_wider(
			answer->exposure, reach_part_exposure(&parts.items[i], builder->site));
	return true;
}

static enum exposure default_exposure(const struct reach_model *model, enum address_family family)
{
	const struct reach_answer *tcp = reach_find_answer(model, REACH_UNNAMED_TCP, family);
	const struct reach_answer *udp = reach_find_answer(model, REACH_UNNAMED_UDP, family);
	return tcp && udp ? exposure_wider(tcp->exposure, udp->exposure) : EXPOSURE_UNKNOWN;
}

bool reach_build_answers(struct reach_builder *builder, struct reach_model *model)
{
	struct reach_answer *answers =
		ARENA_ARRAY(builder->arena, ARRAY_SIZE(rows) * REACH_FAMILIES, struct reach_answer);
	if (!answers)
		return false;
	model->answers = answers;
	for (size_t family = 0; family < REACH_FAMILIES; family++) {
		uint16_t unnamed;
		if (!builder->trials[family])
			continue;
		if (!unnamed_port(builder, family, &unnamed))
			return false;
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			if (!rows[i].protocols[family])
				continue;
			if (!build_answer(builder, &rows[i], family, unnamed,
					  &answers[model->answer_count]))
				return false;
			model->answer_count++;
		}
	}
	model->default_ipv4 = default_exposure(model, ADDRESS_IPV4);
	model->default_ipv6 = default_exposure(model, ADDRESS_IPV6);
	return true;
}

const struct reach_answer *reach_find_answer(const struct reach_model *model,
					     enum reach_question question,
					     enum address_family family)
{
	for (size_t i = 0; i < model->answer_count; i++)
		if (model->answers[i].question == question && model->answers[i].family == family)
			return &model->answers[i];
	return NULL;
}

struct range_list {
	struct reach_builder *builder;
	enum packet_way way;
	struct reach_port_range *items;
	size_t count;
	size_t capacity;
};

static bool add_range(struct range_list *list, struct reach_port_range range)
{
	struct reach_port_range *last = list->count ? &list->items[list->count - 1] : NULL;
	if (range.first > range.last)
		return true;
	if (last && last->protocol == range.protocol && last->family == range.family &&
	    last->exposure == range.exposure && last->last + 1 == (int)range.first) {
		last->last = range.last;
		return true;
	}
	struct reach_port_range *items = arena_grow(list->builder->arena, list->items, list->count,
						    &list->capacity, sizeof(*items));
	if (!items)
		return false;
	list->items = items;
	items[list->count++] = range;
	return true;
}

static int compare_ports(const void *a, const void *b)
{
	uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;
	return (int)x - (int)y;
}

/* RANGE without the ports that something listens on. */
static bool add_around_services(struct range_list *list, struct reach_port_range range,
				const uint16_t *ports, size_t count)
{
	struct reach_port_range part = range;
	for (size_t i = 0; i < count; i++) {
		if (ports[i] < part.first || ports[i] > range.last)
			continue;
		part.last = (uint16_t)(ports[i] - 1);
		if (ports[i] > part.first && !add_range(list, part))
			return false;
		if (ports[i] == range.last)
			return true;
		part.first = (uint16_t)(ports[i] + 1);
	}
	part.last = range.last;
	return add_range(list, part);
}

/* The widest exposure of the packets that open a connection to PORT, and the rule that lets them.
 */
static bool port_exposure(struct range_list *list, size_t family, uint8_t protocol, uint16_t port,
			  struct reach_port_range *range)
{
	struct reach_parts parts = { .count = 0 };
	const struct trial_question question = { .protocol = protocol,
						 .port = port,
						 .way = list->way };
	if (!reach_ask(list->builder, family, &question, &parts))
		return false;
	range->exposure = EXPOSURE_HOST;
	range->why = ORIGIN_NONE;
	for (size_t i = 0; i < parts.count; i++) {
		enum exposure exposure = reach_part_exposure(&parts.items[i], list->builder->site);
		if (exposure <= range->exposure)
			continue;
		range->exposure = exposure;
		range->why = parts.items[i].why;
	}
	return true;
}

static bool add_ranges(struct range_list *list, const struct reach_model *model, size_t family,
		       uint8_t protocol)
{
	const struct ruleset *live = list->builder->firewall->live;
	const struct rule_class *classes;
	size_t count, port_count = 0;
	uint16_t *ports = ARENA_ARRAY(list->builder->arena, model->count, uint16_t);
	if (!ports || !rule_classes_of(live, reach_families[family], FIELD_DESTINATION_PORT,
				       UINT16_MAX, list->builder->arena, &classes, &count))
		return false;
	if (count > REACH_RANGE_CLASSES_MAX || count * live->rule_count > REACH_RANGE_WORK_MAX)
		return true;
	for (size_t i = 0; i < model->count && list->way == WAY_INPUT; i++)
		if (model->services[i].protocol == protocol && !model->services[i].is_loopback)
			ports[port_count++] = model->services[i].port;
	qsort(ports, port_count, sizeof(*ports), compare_ports);
	for (size_t i = 0; i < count; i++) {
		struct reach_port_range range = {
			.protocol = protocol,
			.family = reach_families[family],
			.first = (uint16_t)classes[i].first,
			.last = (uint16_t)classes[i].last,
		};
		if (!port_exposure(list, family, protocol, range.first, &range))
			return false;
		if (range.exposure >= EXPOSURE_NETWORKS &&
		    !add_around_services(list, range, ports, port_count))
			return false;
	}
	return true;
}

bool reach_build_ranges(struct reach_builder *builder, struct reach_model *model)
{
	static const uint8_t protocols[] = { IPPROTO_TCP, IPPROTO_UDP };
	struct range_list list = { .builder = builder };
	for (size_t family = 0; family < REACH_FAMILIES; family++)
		for (size_t i = 0; builder->trials[family] && i < ARRAY_SIZE(protocols); i++)
			if (!add_ranges(&list, model, family, protocols[i]))
				return false;
	model->ranges = list.items;
	model->range_count = list.count;
	return true;
}

/* Does any rule give packets another destination? */
static bool translates(const struct ruleset *ruleset)
{
	for (size_t t = 0; t < ruleset->table_count; t++)
		for (size_t c = 0; c < ruleset->tables[t]->chain_count; c++) {
			const struct rule_chain *chain = ruleset->tables[t]->chains[c];
			for (size_t r = 0; r < chain->rule_count; r++)
				for (size_t s = 0; s < chain->rules[r].step_count; s++) {
					const struct rule_step *step = &chain->rules[r].steps[s];
					if (step->kind == STEP_ASSIGN &&
					    step->assign.field == FIELD_DESTINATION)
						return true;
				}
		}
	return false;
}

bool reach_build_published(struct reach_builder *builder, struct reach_model *model)
{
	static const uint8_t protocols[] = { IPPROTO_TCP, IPPROTO_UDP };
	struct range_list list = { .builder = builder, .way = WAY_PUBLISHED };
	if (!builder->firewall->live || !translates(builder->firewall->live))
		return true;
	for (size_t family = 0; family < REACH_FAMILIES; family++)
		for (size_t i = 0; builder->trials[family] && i < ARRAY_SIZE(protocols); i++)
			if (!add_ranges(&list, model, family, protocols[i]))
				return false;
	model->published = list.items;
	model->published_count = list.count;
	return true;
}
