/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_result.h"

#include <string.h>

#include "audit/base/arena.h"

#define FACT_BYTES_MAX 512

bool scan_result_append(struct scan_result *result, const struct scan_found *host)
{
	struct scan_found *hosts = arena_grow(result->arena, result->hosts, result->count,
					      &result->capacity, sizeof(*hosts));
	if (!hosts)
		return false;
	result->hosts = hosts;
	hosts[result->count++] = *host;
	return true;
}

bool scan_found_append_port(struct scan_found *host, struct arena *arena,
			    const struct scan_port *port)
{
	struct scan_port *ports =
		arena_grow(arena, host->ports, host->count, &host->capacity, sizeof(*ports));
	if (!ports)
		return false;
	host->ports = ports;
	ports[host->count++] = *port;
	return true;
}

bool scan_found_append_others(struct scan_found *host, struct arena *arena,
			      const struct scan_others *others)
{
	struct scan_others *rows = arena_grow(arena, host->others, host->other_count,
					      &host->other_capacity, sizeof(*rows));
	if (!rows)
		return false;
	host->others = rows;
	rows[host->other_count++] = *others;
	return true;
}

static struct scan_found *find_or_add(struct scan_result *result, const struct scan_host *host)
{
	/* Protocols come one after the other, hosts in the same order: the last is the likeliest.
	 */
	for (size_t i = result->count; i > 0; i--)
		if (address_equal(result->hosts[i - 1].address, host->address) &&
		    result->hosts[i - 1].zone == host->zone)
			return &result->hosts[i - 1];
	const struct scan_found found = {
		.address = host->address,
		.zone = host->zone,
		.name = host->name,
		.refused = host->refused,
	};
	return scan_result_append(result, &found) ? &result->hosts[result->count - 1] : NULL;
}

static bool is_silent(const size_t *counts, size_t ports)
{
	return counts[REASON_NO_RESPONSE] + counts[REASON_HOST_UNREACHABLE] +
		       counts[REASON_NET_UNREACHABLE] ==
	       ports;
}

bool scan_result_add(struct scan_result *result, enum scan_protocol protocol,
		     const struct scan_host *host, const struct scan_ports *ports)
{
	size_t counts[REASON_COUNT] = { 0 };
	for (size_t i = 0; i < ports->count; i++)
		counts[host->reasons[i]]++;
	if (is_silent(counts, ports->count) && result->asked > SCAN_SILENT_KEPT) {
		if (protocol == SCAN_TCP || result->tcp.count == 0)
			result->silent++;
		return true;
	}
	struct scan_found *found = find_or_add(result, host);
	if (!found)
		return false;
	if (host->refused) {
		found->refused = host->refused;
		return true;
	}
	for (int reason = 0; reason < REASON_COUNT; reason++) {
		enum scan_state state = scan_state_of(protocol, (enum scan_reason)reason);
		struct scan_others others = { .protocol = protocol,
					      .state = state,
					      .reason = (enum scan_reason)reason,
					      .count = counts[reason] };
		if (state != STATE_OPEN && counts[reason] > SCAN_LISTED_MAX &&
		    !scan_found_append_others(found, result->arena, &others))
			return false;
	}
	for (size_t i = 0; i < ports->count; i++) {
		enum scan_reason reason = (enum scan_reason)host->reasons[i];
		enum scan_state state = scan_state_of(protocol, reason);
		struct scan_port port = { .port = ports->ports[i],
					  .protocol = protocol,
					  .state = state,
					  .reason = reason };
		if ((state == STATE_OPEN || counts[reason] <= SCAN_LISTED_MAX) &&
		    !scan_found_append_port(found, result->arena, &port))
			return false;
	}
	return true;
}

struct scan_port *scan_found_port(const struct scan_found *host, enum scan_protocol protocol,
				  uint16_t port)
{
	for (size_t i = 0; i < host->count; i++)
		if (host->ports[i].port == port && host->ports[i].protocol == protocol)
			return &host->ports[i];
	return NULL;
}

bool scan_found_state(const struct scan_result *result, const struct scan_found *host,
		      enum scan_protocol protocol, uint16_t port, enum scan_state *ret_state)
{
	const struct scan_port *row = scan_found_port(host, protocol, port);
	if (row) {
		*ret_state = row->state;
		return true;
	}
	const struct scan_ports *ports = protocol == SCAN_UDP ? &result->udp : &result->tcp;
	if (host->refused || scan_ports_find(ports, port) == ports->count)
		return false;
	/* Several groups: the port is in one of them, none of them open. */
	bool is_found = false;
	for (size_t i = 0; i < host->other_count; i++) {
		if (host->others[i].protocol != protocol)
			continue;
		if (is_found && host->others[i].state != *ret_state)
			*ret_state = STATE_FILTERED;
		else
			*ret_state = host->others[i].state;
		is_found = true;
	}
	return is_found;
}

bool scan_service_tell(struct scan_service *service, struct arena *arena, const char *key,
		       struct slice value)
{
	if (service->count == SCAN_FACTS_MAX || value.size == 0)
		return true;
	value = slice_part(value, 0, FACT_BYTES_MAX);
	char *copy = slice_to_string(arena, value);
	if (!copy)
		return false;
	service->facts[service->count++] = (struct scan_fact){
		.key = key,
		.value = { .data = copy, .size = value.size },
	};
	return true;
}

struct slice scan_service_fact(const struct scan_service *service, const char *key)
{
	for (size_t i = 0; service && i < service->count; i++)
		if (strcmp(service->facts[i].key, key) == 0)
			return service->facts[i].value;
	return (struct slice){ .data = NULL };
}
