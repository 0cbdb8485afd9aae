/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_ports.h"

#include "audit/base/arena.h"

#define PORT_MAX 65535

static bool parse_port(struct slice text, uint64_t when_empty, uint64_t *ret_port)
{
	if (text.size == 0 && when_empty) {
		*ret_port = when_empty;
		return true;
	}
	return slice_to_uint64(text, ret_port) && *ret_port >= 1 && *ret_port <= PORT_MAX;
}

static bool mark(struct slice part, uint8_t *wanted)
{
	part = slice_trim(part);
	size_t dash = slice_find_byte(part, '-');
	bool is_range = dash < part.size;
	uint64_t first, last;
	if (!parse_port(slice_part(part, 0, dash), is_range ? 1 : 0, &first))
		return false;
	last = first;
	if (is_range && !parse_port(slice_from(part, dash + 1), PORT_MAX, &last))
		return false;
	for (uint64_t port = first; port <= last; port++)
		wanted[port] = 1;
	return first <= last;
}

bool scan_ports_parse(struct slice text, struct arena *arena, struct scan_ports *ret_ports,
		      struct error *error)
{
	uint8_t *wanted = arena_allocate(arena, PORT_MAX + 1);
	if (!wanted)
		return error_memory(error);
	struct slice part;
	while (slice_next_field(&text, ',', &part)) {
		if (mark(part, wanted))
			continue;
		error_set(error, ERROR_USAGE, "\"%.*s\" is no list of ports", SLICE_ARG(part));
		error_advise(error, "write ports and ranges from 1 to 65535: 22,80,5060-5080");
		return false;
	}
	size_t count = 0;
	for (size_t port = 1; port <= PORT_MAX; port++)
		count += wanted[port];
	uint16_t *ports = ARENA_ARRAY(arena, count, uint16_t);
	if (!ports)
		return error_memory(error);
	size_t filled = 0;
	for (size_t port = 1; port <= PORT_MAX; port++)
		if (wanted[port])
			ports[filled++] = (uint16_t)port;
	*ret_ports = (struct scan_ports){ .ports = ports, .count = count };
	return true;
}

size_t scan_ports_find(const struct scan_ports *ports, uint16_t port)
{
	/* All ports, or a run of them: the place is known. */
	if (ports->count > 0 && port >= ports->ports[0]) {
		size_t guess = (size_t)(port - ports->ports[0]);
		if (guess < ports->count && ports->ports[guess] == port)
			return guess;
	}
	size_t low = 0, high = ports->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ports->ports[middle] < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ports->count && ports->ports[low] == port ? low : ports->count;
}
