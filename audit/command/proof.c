/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/proof.h"

#include <netinet/in.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/firewall/firewall_evaluate.h"
#include "audit/firewall/firewall_model.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "checks/plan_networks.h"
#include "checks/service_reach.h"
#include "checks/verdict.h"

/* The first port that traceroute(8) tries. */
#define TRACEROUTE_PORT 33434
/* The host's addresses, and senders of a family. */
#define ADDRESSES_MAX 64
#define SENDERS_MAX 8

static const enum address_family families[] = { ADDRESS_IPV4, ADDRESS_IPV6 };

/* Of documentation and of the Internet: one of them is nobody's that the plan trusts. */
static const char *const strangers[] = {
	"203.0.113.77",      "198.51.100.77",     "192.0.2.77",         "8.8.4.4",
	"2001:db8:dead::77", "2001:db8:beef::77", "2a00:1450:4001::77",
};

struct sender {
	struct address address;
	const char *who;
};

struct preparation {
	const struct plan_session *session;
	struct arena *arena;
	struct proof *proof;
	struct address addresses[ADDRESSES_MAX];
	size_t capacity;
	struct verdict words;
	struct error *error;
};

static void add_own(struct preparation *prepare, struct address address)
{
	struct proof *proof = prepare->proof;
	if (address_is_loopback(address) || address_is_unspecified(address) ||
	    address.family == ADDRESS_NONE)
		return;
	for (size_t i = 0; i < proof->address_count; i++)
		if (address_equal(prepare->addresses[i], address))
			return;
	if (proof->address_count < ADDRESSES_MAX)
		prepare->addresses[proof->address_count++] = address;
}

static bool has_family(const struct preparation *prepare, enum address_family family)
{
	for (size_t i = 0; i < prepare->proof->address_count; i++)
		if (prepare->addresses[i].family == family)
			return true;
	return false;
}

static void add_stand_in(struct preparation *prepare, const char *text)
{
	struct address address;
	if (address_parse(slice_of(text), &address) && !has_family(prepare, address.family))
		add_own(prepare, address);
}

/* Where the host's addresses are not known, it gets one of each family. */
static bool find_addresses(struct preparation *prepare)
{
	const struct system_model *host = prepare->session->model.host;
	struct proof *proof = prepare->proof;
	struct slice device = SLICE("eth0");
	for (size_t i = 0; i < host->address_count; i++) {
		const struct system_address *own = &host->addresses[i];
		if (own->is_loopback_interface || address_is_link_local(own->address))
			continue;
		if (proof->address_count == 0)
			device = own->interface;
		add_own(prepare, own->address);
	}
	bool lacks_ipv6 = host_lacks_ipv6(&prepare->session->model);
	add_stand_in(prepare, "192.0.2.1");
	if (!lacks_ipv6)
		add_stand_in(prepare, "2001:db8::1");
	proof->device = slice_to_string(prepare->arena, slice_part(device, 0, 15));
	proof->addresses = prepare->addresses;
	return proof->device != NULL;
}

static bool is_own(const struct preparation *prepare, struct address address)
{
	for (size_t i = 0; i < prepare->proof->address_count; i++)
		if (address_equal(prepare->addresses[i], address))
			return true;
	return false;
}

/* The next address; false past the last. */
static bool step(struct address *address)
{
	for (size_t i = address_bits(address->family) / 8; i-- > 0;)
		if (++address->bytes[i] != 0)
			return true;
	return false;
}

/* An address of RANGE that a sender can have: not the network's own first one, not the host's. */
static bool sender_of(const struct preparation *prepare, const struct address_range *range,
		      struct address *ret_address)
{
	struct address address = range->first;
	if (!address_equal(range->first, range->last))
		(void)step(&address);
	while (is_own(prepare, address))
		if (address_equal(address, range->last) || !step(&address))
			return false;
	*ret_address = address;
	return true;
}

static void add_sender(const struct preparation *prepare, struct sender *senders, size_t *count,
		       struct address address, const char *who)
{
	bool is_there = *count == SENDERS_MAX || is_own(prepare, address);
	for (size_t i = 0; i < *count && !is_there; i++)
		is_there = address_equal(senders[i].address, address);
	if (!is_there)
		senders[(*count)++] = (struct sender){ .address = address, .who = who };
}

/* One of each audience, the first address beside it, and a stranger. */
static size_t find_senders(const struct preparation *prepare, enum address_family family,
			   struct sender *senders)
{
	static const char *const names[PLAN_AUDIENCES] = { "trusted", "phones" };
	const struct plan *plan = &prepare->session->plan;
	struct address_set last = plan_networks_set(&plan->networks[PLAN_PHONES], family);
	struct address address;
	size_t count = 0;
	for (enum plan_audience audience = 0; audience < PLAN_AUDIENCES; audience++) {
		struct address_set set = plan_networks_set(&plan->networks[audience], family);
		for (size_t i = 0; i < set.count; i++) {
			bool is_new =
				audience == PLAN_ADMIN ||
				!address_set_contains(plan_networks_set(&plan->networks[0], family),
						      set.ranges[i].first);
			if (is_new && sender_of(prepare, &set.ranges[i], &address)) {
				add_sender(prepare, senders, &count, address, names[audience]);
				break;
			}
		}
	}
	for (size_t i = 0; i < last.count; i++) {
		address = last.ranges[i].last;
		if (step(&address) && !address_set_contains(last, address)) {
			add_sender(prepare, senders, &count, address, "beside them");
			break;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(strangers); i++)
		if (address_parse(slice_of(strangers[i]), &address) && address.family == family &&
		    !address_set_contains(last, address) && !is_own(prepare, address)) {
			add_sender(prepare, senders, &count, address, "foreign");
			break;
		}
	return count;
}

static bool add_row(struct preparation *prepare, const struct proof_row *row)
{
	struct proof *proof = prepare->proof;
	struct proof_row *rows = arena_grow(prepare->arena, proof->rows, proof->count,
					    &prepare->capacity, sizeof(*rows));
	if (!rows)
		return error_memory(prepare->error);
	proof->rows = rows;
	rows[proof->count++] = *row;
	return true;
}

/* ROW from every sender of the family. */
static bool add_rows(struct preparation *prepare, enum address_family family, struct proof_row row)
{
	struct sender senders[SENDERS_MAX];
	size_t count = find_senders(prepare, family, senders);
	for (size_t i = 0;
	     address_is_unspecified(row.packet.destination) && i < prepare->proof->address_count;
	     i++)
		if (prepare->addresses[i].family == family)
			row.packet.destination = prepare->addresses[i];
	for (size_t i = 0; i < count; i++) {
		row.who = senders[i].who;
		row.packet.source = senders[i].address;
		if (!add_row(prepare, &row))
			return false;
	}
	return true;
}

static enum trial_kind kind_of(const struct preparation *prepare,
			       const struct reach_service *service)
{
	bool is_sip = service_is_sip(&prepare->session->model, service);
	if (service->protocol == IPPROTO_TCP)
		return is_sip ? TRIAL_SYN_REGISTER : TRIAL_SYN;
	if (service->protocol == IPPROTO_UDP)
		return is_sip ? TRIAL_REGISTER : TRIAL_DATAGRAM;
	return TRIAL_ECHO;
}

static bool takes_family(const struct reach_service *service, enum address_family family)
{
	if (service->protocol == IPPROTO_ICMP || service->protocol == IPPROTO_ICMPV6)
		return (service->protocol == IPPROTO_ICMPV6) == (family == ADDRESS_IPV6);
	if (family == ADDRESS_IPV6)
		return service->address.family == ADDRESS_IPV6;
	return service->address.family != ADDRESS_IPV6 || service->takes_ipv4;
}

static bool is_asked(const struct proof *proof, const struct trial_packet *packet,
		     enum address_family family)
{
	for (size_t i = 0; i < proof->count; i++) {
		const struct trial_packet *other = &proof->rows[i].packet;
		if (other->port == packet->port && other->source.family == family &&
		    trial_protocol(other->kind, family) == trial_protocol(packet->kind, family))
			return true;
	}
	return false;
}

static bool add_service(struct preparation *prepare, const struct reach_service *service)
{
	for (size_t f = 0; f < ARRAY_SIZE(families); f++) {
		struct proof_row row = {
			.subject = service_subject(&prepare->words, service),
			.packet = { .kind = kind_of(prepare, service), .port = service->port },
		};
		row.packet.destination = (struct address){ .family = families[f] };
		if (service->address.family == families[f])
			row.packet.destination = service->address;
		if (!takes_family(service, families[f]) || !has_family(prepare, families[f]) ||
		    is_asked(prepare->proof, &row.packet, families[f]))
			continue;
		if (!add_rows(prepare, families[f], row))
			return false;
	}
	return true;
}

static bool add_traceroute(struct preparation *prepare)
{
	for (size_t f = 0; f < ARRAY_SIZE(families); f++) {
		const struct proof_row row = {
			.subject = families[f] == ADDRESS_IPV6 ? "traceroute by IPv6"
							       : "traceroute by IPv4",
			.packet = { .kind = TRIAL_TRACEROUTE,
				    .port = TRACEROUTE_PORT,
				    .destination = { .family = families[f] } },
		};
		if (has_family(prepare, families[f]) &&
		    !is_asked(prepare->proof, &row.packet, families[f]) &&
		    !add_rows(prepare, families[f], row))
			return false;
	}
	return true;
}

static void fill_packet(const struct proof *proof, const struct proof_row *row, size_t index,
			struct buffer *payload, struct packet *packet)
{
	const struct trial_packet *trial = &row->packet;
	enum address_family family = trial->source.family;
	uint8_t protocol = trial_protocol(trial->kind, family);
	packet_init(packet, family, protocol);
	packet_set(packet, FIELD_SOURCE, rule_value_of_address(trial->source));
	packet_set(packet, FIELD_DESTINATION, rule_value_of_address(trial->destination));
	packet_set(packet, FIELD_TTL, trial_ttl(trial->kind));
	packet_set_interface(packet, slice_of(proof->device));
	if (trial->kind != TRIAL_ECHO) {
		packet_set(packet, FIELD_SOURCE_PORT, trial_source_port(index));
		packet_set(packet, FIELD_DESTINATION_PORT, trial->port);
	}
	if (protocol == IPPROTO_UDP) {
		trial_payload(trial, index, payload);
		packet->payload = buffer_slice(payload);
	}
	packet_track(packet);
}

static enum proof_prediction prediction_of(const struct evaluate_part *part)
{
	switch (part->verdict) {
	case EVALUATE_ACCEPT:
		return PREDICTED_PASSED;
	case EVALUATE_BLOCK:
		return part->is_reject ? PREDICTED_REJECTED : PREDICTED_DROPPED;
	case EVALUATE_CONDITION:
		return PREDICTED_CONDITION;
	case EVALUATE_UNKNOWN:
		break;
	}
	return PREDICTED_UNKNOWN;
}

static bool predict(struct preparation *prepare, struct evaluator *evaluator, size_t index,
		    enum proof_moment moment)
{
	static const struct evaluate_options options = { .way = WAY_INPUT };
	struct proof_row *row = &prepare->proof->rows[index];
	BUFFER_AUTO payload = { 0 };
	struct evaluate_answer answer;
	struct packet packet;
	row->packet.source_port = trial_source_port(index);
	fill_packet(prepare->proof, row, index, &payload, &packet);
	if (buffer_failed(&payload) ||
	    !evaluator_ask(evaluator, &packet, &options, prepare->arena, &answer))
		return error_memory(prepare->error);
	row->predicted[moment] = PREDICTED_UNKNOWN;
	row->why[moment] = "";
	if (answer.count == 1) {
		row->predicted[moment] = prediction_of(&answer.parts[0]);
		row->why[moment] = answer.parts[0].path;
	}
	return true;
}

static bool predict_family(struct preparation *prepare, enum address_family family,
			   enum proof_moment moment)
{
	const struct plan_models *models = &prepare->session->models;
	const struct model *model = moment == PROOF_BEFORE ? &models->before : &models->after;
	struct host_address addresses[ADDRESSES_MAX];
	struct proof *proof = prepare->proof;
	for (size_t i = 0; i < proof->address_count; i++)
		addresses[i] = (struct host_address){
			.interface = slice_of(proof->device),
			.prefix = prefix_make(proof->addresses[i],
					      address_bits(proof->addresses[i].family)),
		};
	const struct evaluator_host host = {
		.addresses = addresses,
		.count = proof->address_count,
		.is_known = true,
	};
	struct evaluator *evaluator = evaluator_new(model->firewall->live, family, &host);
	if (!evaluator)
		return error_memory(prepare->error);
	bool done = true;
	for (size_t i = 0; i < proof->count && done; i++)
		if (proof->rows[i].packet.source.family == family)
			done = predict(prepare, evaluator, i, moment);
	evaluator_free(evaluator);
	return done;
}

bool proof_prepare(const struct plan_session *session, struct proof *ret_proof, struct error *error)
{
	struct preparation *prepare = ARENA_NEW(session->arena, struct preparation);
	if (!prepare)
		return error_memory(error);
	*ret_proof = (struct proof){ .count = 0 };
	*prepare = (struct preparation){
		.session = session,
		.arena = session->arena,
		.proof = ret_proof,
		.words = { .arena = session->arena },
		.error = error,
	};
	if (!find_addresses(prepare))
		return error_memory(error);
	const struct reach_model *reach = session->models.before.reach;
	bool done = true;
	for (size_t i = 0; i < reach->count && done; i++)
		if (!reach->services[i].is_loopback) {
			add_own(prepare, reach->services[i].address);
			done = add_service(prepare, &reach->services[i]);
		}
	done = done && add_traceroute(prepare);
	for (enum proof_moment moment = 0; moment < PROOF_MOMENTS && done; moment++)
		for (size_t f = 0; f < ARRAY_SIZE(families) && done; f++)
			done = predict_family(prepare, families[f], moment);
	return done && (!prepare->words.memory_failed || error_memory(error));
}

static struct slice text_of(const struct source *source)
{
	return source ? source->bytes : SLICE("");
}

bool proof_show(const struct plan_session *session, struct proof *proof, enum proof_moment moment,
		int capture, struct error *error)
{
	const struct plan_ruleset *rules =
		moment == PROOF_BEFORE ? &session->plan.before : &session->plan.after;
	const struct trial_setup setup = {
		.device = proof->device,
		.addresses = proof->addresses,
		.address_count = proof->address_count,
		.rules = { .ipset = text_of(rules->ipset),
			   .ipv4 = text_of(rules->ipv4),
			   .ipv6 = text_of(rules->ipv6),
			   .nft_json = text_of(rules->nft_json),
			   .nft = text_of(rules->nft) },
		.capture = capture,
	};
	struct trial_packet *packets =
		ARENA_ARRAY(session->arena, proof->count + 1, struct trial_packet);
	if (!packets)
		return error_memory(error);
	for (size_t i = 0; i < proof->count; i++)
		packets[i] = proof->rows[i].packet;
	if (!packet_trial_run(&setup, packets, proof->count, error))
		return false;
	for (size_t i = 0; i < proof->count; i++)
		proof->rows[i].seen[moment] = packets[i].outcome;
	proof->is_shown[moment] = true;
	return true;
}
