/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/reach_trial.h"

#include <netinet/in.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

struct trial {
	enum address_family family;
	struct evaluator *evaluator;
	const struct evaluator_host *host;
	const struct rule_class *interface_classes;
	size_t interface_class_count;
	const struct rule_class *address_classes;
	size_t address_class_count;
	const struct rule_class *port_classes;
	size_t port_class_count;
	bool has_port_classes;
};

/* An arrival: by which interface, at which own address; either may be open. */
struct place {
	bool has_interface;
	unsigned __int128 interface;
	/* For people; empty where it is a class without a name. */
	struct slice name;
	bool has_address;
	unsigned __int128 address;
};

struct places {
	struct place items[TRIAL_PLACES_MAX];
	size_t count;
	bool is_cut;
};

struct trial *trial_new(const struct ruleset *ruleset, enum address_family family,
			const struct evaluator_host *host, struct arena *arena)
{
	struct trial *trial = ARENA_NEW(arena, struct trial);
	unsigned __int128 last_address = family == ADDRESS_IPV4 ? UINT32_MAX : MATCH_MASK_ALL;
	if (!trial)
		return NULL;
	trial->family = family;
	trial->host = host;
	if (!rule_classes_of(ruleset, family, FIELD_IN_INTERFACE, MATCH_MASK_ALL, arena,
			     &trial->interface_classes, &trial->interface_class_count) ||
	    !rule_classes_of(ruleset, family, FIELD_DESTINATION, last_address, arena,
			     &trial->address_classes, &trial->address_class_count) ||
	    !rule_classes_of(ruleset, family, FIELD_SOURCE_PORT, UINT16_MAX, arena,
			     &trial->port_classes, &trial->port_class_count))
		return NULL;
	trial->has_port_classes = trial->port_class_count <= TRIAL_SOURCE_PORTS_MAX;
	trial->evaluator = evaluator_new(ruleset, family, host);
	return trial->evaluator ? trial : NULL;
}

void trial_free(struct trial *trial)
{
	if (trial)
		evaluator_free(trial->evaluator);
}

/* Are two arrivals the same to every rule? */
static bool places_alike(const struct trial *trial, const struct place *a, const struct place *b)
{
	return a->has_interface == b->has_interface && a->has_address == b->has_address &&
	       rule_class_find(trial->interface_classes, trial->interface_class_count,
			       a->interface) == rule_class_find(trial->interface_classes,
								trial->interface_class_count,
								b->interface) &&
	       rule_class_find(trial->address_classes, trial->address_class_count, a->address) ==
		       rule_class_find(trial->address_classes, trial->address_class_count,
				       b->address);
}

static void add_place(const struct trial *trial, struct places *places, struct place place)
{
	for (size_t i = 0; i < places->count; i++)
		if (places_alike(trial, &places->items[i], &place))
			return;
	if (places->count == TRIAL_PLACES_MAX)
		places->is_cut = true;
	else
		places->items[places->count++] = place;
}

static bool is_loopback_interface(struct slice name)
{
	return slice_is(name, "lo");
}

static bool address_is_asked(const struct trial_question *question, struct address own)
{
	return question->address.family == ADDRESS_NONE ||
	       address_is_unspecified(question->address) || address_equal(question->address, own);
}

/* Every interface of the host with each address asked for: Linux takes a packet for any of its
 * addresses on any interface (ip-sysctl, arp_filter). */
static void host_places(const struct trial *trial, const struct trial_question *question,
			struct places *places)
{
	const struct evaluator_host *host = trial->host;
	for (size_t i = 0; i < host->count; i++) {
		struct slice name = host->addresses[i].interface;
		bool is_asked = question->interface.size ? slice_equal(name, question->interface)
							 : !is_loopback_interface(name);
		if (!is_asked)
			continue;
		for (size_t k = 0; k < host->count; k++) {
			struct address own = host->addresses[k].prefix.address;
			if (own.family != trial->family || !address_is_asked(question, own))
				continue;
			/* Link-local addresses are each interface's own. */
			bool is_local_only = address_is_link_local(own) || address_is_loopback(own);
			if (is_local_only && !slice_equal(name, host->addresses[k].interface))
				continue;
			add_place(trial, places,
				  (struct place){
					  .has_interface = true,
					  .interface = rule_range_of_interface(name, false).first,
					  .name = name,
					  .has_address = true,
					  .address = rule_value_of_address(own),
				  });
		}
	}
}

/* Without the host's addresses: each interface that rules name, and one that none does. */
static void rule_places(const struct trial *trial, const struct trial_question *question,
			struct places *places)
{
	unsigned __int128 loopback = rule_range_of_interface(SLICE("lo"), false).first;
	struct place place = { .has_interface = true };
	if (question->address.family == trial->family &&
	    !address_is_unspecified(question->address)) {
		place.has_address = true;
		place.address = rule_value_of_address(question->address);
	}
	if (question->interface.size) {
		place.interface = rule_range_of_interface(question->interface, false).first;
		place.name = question->interface;
		add_place(trial, places, place);
		return;
	}
	bool has_others = false;
	for (size_t i = 0; i < trial->interface_class_count; i++) {
		const struct rule_class *class = &trial->interface_classes[i];
		place.interface = class->first;
		/* All that no rule names are one. */
		if (place.interface == loopback || (!class->is_named && has_others))
			continue;
		has_others = has_others || !class->is_named;
		add_place(trial, places, place);
	}
}

static int verdict_rank(enum evaluate_verdict verdict)
{
	switch (verdict) {
	case EVALUATE_ACCEPT:
		return 3;
	case EVALUATE_CONDITION:
		return 2;
	case EVALUATE_UNKNOWN:
		return 1;
	case EVALUATE_BLOCK:
		return 0;
	}
	return 0;
}

static bool answers_equal(const struct evaluate_answer *a, const struct evaluate_answer *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->parts[i].verdict != b->parts[i].verdict ||
		    a->parts[i].rule != b->parts[i].rule ||
		    a->parts[i].chain != b->parts[i].chain ||
		    !address_set_equal(a->parts[i].sources, b->parts[i].sources))
			return false;
	return true;
}

static bool add_words(struct evaluate_part *part, const char *words, struct arena *arena)
{
	BUFFER_AUTO text = { 0 };
	if (!*words)
		return true;
	buffer_format(&text, "%s%s%s", part->condition, *part->condition ? ", " : "", words);
	part->condition = slice_to_string(arena, buffer_slice(&text));
	return part->condition != NULL;
}

/* Widens INTO by MORE: a source takes the wider verdict. Sources that MORE alone lets in are marked
 * with WORDS. */
static bool widen(struct evaluate_answer *into, const struct evaluate_answer *more,
		  bool is_condition, const char *words, struct arena *arena)
{
	if (answers_equal(into, more))
		return true;
	struct evaluate_answer joined = { .is_exhausted =
						  into->is_exhausted || more->is_exhausted };
	size_t capacity = 0;
	joined.parts = ARENA_ARRAY(arena, into->count + more->count, struct evaluate_part);
	if (!joined.parts)
		return false;
	capacity = into->count + more->count;
	/* Sources of INTO at each rank or above. */
	struct address_set at_least[4] = { { .count = 0 } };
	for (int rank = 3; rank >= 0; rank--) {
		at_least[rank] = rank < 3 ? at_least[rank + 1] : address_set_empty(ADDRESS_NONE);
		for (size_t i = 0; i < into->count; i++) {
			if (verdict_rank(into->parts[i].verdict) != rank)
				continue;
			at_least[rank].family = into->parts[i].sources.family;
			if (!address_set_union(arena, at_least[rank], into->parts[i].sources,
					       &at_least[rank]))
				return false;
		}
	}
	struct address_set taken = { .family = ADDRESS_NONE };
	for (size_t i = 0; i < more->count && joined.count < capacity; i++) {
		struct evaluate_part part = more->parts[i];
		taken.family = part.sources.family;
		if (part.verdict == EVALUATE_BLOCK)
			continue;
		if (is_condition && part.verdict == EVALUATE_ACCEPT)
			part.verdict = EVALUATE_CONDITION;
		struct address_set wider = at_least[verdict_rank(part.verdict)];
		wider.family = part.sources.family;
		if (!address_set_difference(arena, part.sources, wider, &part.sources))
			return false;
		if (address_set_is_empty(part.sources))
			continue;
		if (!add_words(&part, words, arena) ||
		    !address_set_union(arena, taken, part.sources, &taken))
			return false;
		joined.parts[joined.count++] = part;
	}
	if (joined.count == 0)
		return true;
	for (size_t i = 0; i < into->count; i++) {
		struct evaluate_part part = into->parts[i];
		if (!address_set_difference(arena, part.sources, taken, &part.sources))
			return false;
		if (!address_set_is_empty(part.sources))
			joined.parts[joined.count++] = part;
	}
	*into = joined;
	return true;
}

static void fill_packet(const struct trial *trial, const struct trial_question *question,
			const struct place *place, struct packet *packet)
{
	packet_init(packet, trial->family, question->protocol);
	if (packet->state[FIELD_DESTINATION_PORT] == FIELD_OPEN) {
		packet_set(packet, FIELD_DESTINATION_PORT, question->port);
		/* A usual one: Linux takes client ports from 32768 up. */
		packet_set(packet, FIELD_SOURCE_PORT, 40000);
	}
	if (question->is_icmp_set && packet->state[FIELD_ICMP_TYPE] == FIELD_KNOWN) {
		packet_set(packet, FIELD_ICMP_TYPE, question->icmp_type);
		packet_set(packet, FIELD_ICMP_CODE, question->icmp_code);
	}
	packet_track(packet);
	if (question->state)
		packet->tracked_state = question->state;
	/* In an established connection TCP carries ACK, not SYN. */
	if (question->state == CONNECTION_ESTABLISHED && question->protocol == IPPROTO_TCP)
		packet_set(packet, FIELD_TCP_FLAGS, 16);
	if (place->has_interface)
		packet_set(packet, FIELD_IN_INTERFACE, place->interface);
	if (place->has_address)
		packet_set(packet, FIELD_DESTINATION, place->address);
	if (question->way == WAY_FORWARD) {
		packet->state[FIELD_OUT_INTERFACE] = FIELD_OPEN;
		packet_set(packet, FIELD_DESTINATION_TYPE, 1);
		packet_set(packet, FIELD_DESTINATION_TYPE_HERE, 1);
	}
}

static bool ask_ports(struct trial *trial, const struct trial_question *question,
		      struct packet *packet, const struct evaluate_options *options,
		      struct arena *arena, struct evaluate_answer *answer)
{
	if (packet->state[FIELD_SOURCE_PORT] != FIELD_KNOWN || question->state)
		return true;
	if (!trial->has_port_classes) {
		packet->state[FIELD_SOURCE_PORT] = FIELD_OPEN;
		return evaluator_ask(trial->evaluator, packet, options, arena, answer);
	}
	const struct rule_class *usual =
		rule_class_find(trial->port_classes, trial->port_class_count, 40000);
	for (size_t i = 0; i < trial->port_class_count; i++) {
		const struct rule_class *class = &trial->port_classes[i];
		struct evaluate_answer more;
		BUFFER_AUTO words = { 0 };
		if (class == usual)
			continue;
		packet_set(packet, FIELD_SOURCE_PORT, class->first);
		if (!evaluator_ask(trial->evaluator, packet, options, arena, &more))
			return false;
		buffer_format(&words, "from source port %u", (unsigned int)class->first);
		if (class->last != class->first)
			buffer_format(&words, " to %u", (unsigned int)class->last);
		if (!widen(answer, &more, true, buffer_string(&words), arena))
			return false;
	}
	return true;
}

static bool ask_place(struct trial *trial, const struct trial_question *question,
		      const struct place *place, struct arena *arena,
		      struct evaluate_answer *ret_answer)
{
	const struct evaluate_options options = { .way = question->way };
	struct packet packet;
	fill_packet(trial, question, place, &packet);
	return evaluator_ask(trial->evaluator, &packet, &options, arena, ret_answer) &&
	       ask_ports(trial, question, &packet, &options, arena, ret_answer);
}

bool trial_ask(struct trial *trial, const struct trial_question *question, struct arena *arena,
	       struct evaluate_answer *ret_answer)
{
	struct places places = { .count = 0 };
	if (trial->host->is_known)
		host_places(trial, question, &places);
	if (places.count == 0)
		rule_places(trial, question, &places);
	if (places.is_cut || places.count == 0) {
		places.count = 1;
		places.items[0] = (struct place){ .has_interface = false };
	}
	struct evaluate_answer answer = { .count = 0 };
	for (size_t i = 0; i < places.count; i++) {
		struct evaluate_answer more;
		BUFFER_AUTO words = { 0 };
		if (!ask_place(trial, question, &places.items[i], arena, &more))
			return false;
		if (i == 0) {
			answer = more;
			continue;
		}
		if (places.items[i].name.size)
			buffer_format(&words, "by %.*s", SLICE_ARG(places.items[i].name));
		if (!widen(&answer, &more, false, buffer_string(&words), arena))
			return false;
	}
	*ret_answer = answer;
	return true;
}
