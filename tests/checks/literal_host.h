/* SPDX-License-Identifier: Apache-2.0
 *
 * A host made of literals, for checks that look at sockets, rules and addresses.
 */
#ifndef RINGFENCE_TESTS_LITERAL_HOST_H
#define RINGFENCE_TESTS_LITERAL_HOST_H

#include <netinet/in.h>

#include "audit/base/address_set.h"
#include "audit/base/arena.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"
#include "checks/catalogue.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

#define LITERAL_ITEMS 32

struct literal_host {
	struct arena *arena;
	struct site site;
	struct prefix trusted[4];
	struct prefix phones[4];
	struct slice declared[4];
	struct system_model host;
	struct system_address addresses[4];
	struct system_unit units[LITERAL_ITEMS];
	struct socket_model sockets;
	struct reach_model reach;
	struct reach_service services[LITERAL_ITEMS];
	struct reach_part parts[LITERAL_ITEMS][4];
	struct reach_answer answers[LITERAL_ITEMS];
	struct reach_part answer_parts[LITERAL_ITEMS][4];
	struct model model;
	struct verdict verdict;
	struct remedy remedy;
};

UNUSED static struct prefix literal_prefix(const char *text)
{
	struct prefix prefix;
	assert_true(prefix_parse(slice_of(text), &prefix));
	return prefix;
}

/* A host with one public IPv4 address, no IPv6, rules of both families, and no socket. */
UNUSED static void literal_host_init(struct literal_host *host)
{
	memset(host, 0, sizeof(*host));
	host->arena = arena_new(0);
	assert_non_null(host->arena);
	host->host.has_systemd = true;
	host->host.family = SYSTEM_DEBIAN;
	host->host.addresses = host->addresses;
	host->host.addresses_state = FACT_PRESENT;
	host->host.address_count = 1;
	host->addresses[0] = (struct system_address){
		.interface = SLICE("eth0"),
		.prefix = { .address = literal_prefix("192.0.2.1/32").address, .length = 24 },
	};
	host->host.units = host->units;
	host->host.units_state = FACT_PRESENT;
	host->site.trusted = host->trusted;
	host->site.phones = host->phones;
	host->site.declared = host->declared;
	host->sockets.state = FACT_PRESENT;
	host->sockets.has_all_processes = true;
	host->reach = (struct reach_model){
		.services = host->services,
		.knows_ipv4 = true,
		.knows_ipv6 = true,
		.default_ipv4 = EXPOSURE_HOST,
		.default_ipv6 = EXPOSURE_HOST,
		.answers = host->answers,
	};
	host->model = (struct model){
		.site = &host->site,
		.host = &host->host,
		.sockets = &host->sockets,
		.reach = &host->reach,
	};
}

UNUSED static void literal_host_done(struct literal_host *host)
{
	arena_free(host->arena);
}

UNUSED static void literal_ipv6_address(struct literal_host *host)
{
	host->addresses[host->host.address_count++] = (struct system_address){
		.interface = SLICE("eth0"),
		.prefix = { .address = literal_prefix("2001:db8::1/128").address, .length = 64 },
	};
}

UNUSED static void literal_trust(struct literal_host *host, const char *prefix)
{
	host->trusted[host->site.trusted_count++] = literal_prefix(prefix);
}

UNUSED static struct reach_part literal_part(struct literal_host *host, const char *sources,
					     enum reach_verdict verdict)
{
	struct reach_part part = { .verdict = verdict, .path = "filter/INPUT", .condition = "" };
	struct slice rest = slice_of(sources), word;
	struct address_set set = address_set_empty(
		slice_find_byte(slice_of(sources), ':') < strlen(sources) ? ADDRESS_IPV6
									  : ADDRESS_IPV4);
	bool negated = false;
	if (rest.size && rest.data[0] == '!') {
		negated = true;
		rest = slice_from(rest, 1);
	}
	while (slice_next_word(&rest, &word)) {
		struct prefix prefix;
		struct address_set one;
		assert_true(prefix_parse(word, &prefix));
		assert_true(address_set_of_prefix(host->arena, prefix, &one));
		assert_true(address_set_union(host->arena, set, one, &set));
	}
	if (negated)
		assert_true(address_set_difference(host->arena, address_set_all(set.family), set,
						   &set));
	part.sources = set;
	return part;
}

/* A service on all IPv4 addresses that SOURCES ("192.0.2.0/24 198.51.100.0/24", "!..." for the
 * rest) get VERDICT from; all others are blocked. */
UNUSED static struct reach_service *literal_service(struct literal_host *host, uint8_t protocol,
						    uint16_t port, const char *process,
						    const char *sources, enum reach_verdict verdict)
{
	size_t index = host->reach.count++;
	struct reach_service *service = &host->services[index];
	struct reach_part *parts = host->parts[index];
	parts[0] = literal_part(host, sources, verdict);
	*service = (struct reach_service){
		.protocol = protocol,
		.port = port,
		.address = { .family = parts[0].sources.family },
		.process = slice_of(process),
		.name = "",
		.parts = parts,
		.part_count = 1,
		.exposure = verdict == REACH_BLOCK     ? EXPOSURE_HOST
			    : verdict == REACH_UNKNOWN ? EXPOSURE_UNKNOWN
						       : EXPOSURE_ANYWHERE,
	};
	return service;
}

UNUSED static struct reach_answer *literal_answer(struct literal_host *host,
						  enum reach_question question, const char *sources,
						  enum reach_verdict verdict)
{
	size_t index = host->reach.answer_count++;
	struct reach_answer *answer = &host->answers[index];
	host->answer_parts[index][0] = literal_part(host, sources, verdict);
	*answer = (struct reach_answer){
		.question = question,
		.family = host->answer_parts[index][0].sources.family,
		.parts = host->answer_parts[index],
		.part_count = 1,
		.exposure = verdict == REACH_ACCEPT ? EXPOSURE_ANYWHERE : EXPOSURE_HOST,
	};
	return answer;
}

UNUSED static void literal_unit(struct literal_host *host, const char *name)
{
	host->units[host->host.unit_count++] = (struct system_unit){
		.name = slice_of(name),
		.is_enabled = true,
		.is_active = true,
		.active_known = true,
	};
}

/* Runs the check, and its remedy when it failed. */
UNUSED static enum finding_status literal_judge(struct literal_host *host, const char *id)
{
	const struct check *check = catalogue_find(slice_of(id));
	assert_non_null(check);
	host->verdict = (struct verdict){ .arena = host->arena };
	host->remedy = (struct remedy){ .arena = host->arena };
	check->evaluate(check, &host->model, &host->verdict);
	assert_false(host->verdict.memory_failed);
	enum finding_status status = verdict_status(&host->verdict);
	if (status == STATUS_FAIL && check->remedy)
		check->remedy(check, &host->model, &host->verdict, &host->remedy);
	assert_false(host->remedy.memory_failed);
	return status;
}

/* Does a command of the last remedy hold TEXT? */
UNUSED static bool literal_commands_hold(const struct literal_host *host, const char *text)
{
	for (size_t i = 0; i < host->remedy.commands.count; i++)
		if (strstr(host->remedy.commands.items[i], text))
			return true;
	return false;
}

#endif
