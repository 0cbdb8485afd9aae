/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_target.h"

#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "audit/base/arena.h"

/* Longest name that is looked up (RFC 1035 2.3.4). */
#define NAME_BYTES_MAX 253

bool scan_address_is_refused(struct address address)
{
	if (address.family == ADDRESS_IPV4)
		return address.bytes[0] == 0 || address.bytes[0] >= 224;
	return address.family != ADDRESS_IPV6 || address.bytes[0] == 0xff ||
	       address_is_unspecified(address);
}

uint32_t scan_zone_of(struct slice text)
{
	char interface[IF_NAMESIZE] = "";
	struct slice name = slice_from(text, slice_find_byte(text, '%'));
	if (name.size < 2 || name.size > sizeof(interface))
		return 0;
	memcpy(interface, name.data + 1, name.size - 1);
	return if_nametoindex(interface);
}

struct address scan_address_plus(struct address address, uint64_t steps)
{
	size_t size = address_bits(address.family) / 8;
	for (size_t i = size; i > 0 && steps > 0; i--) {
		uint64_t sum = address.bytes[i - 1] + (steps & 0xff);
		address.bytes[i - 1] = (uint8_t)sum;
		steps = (steps >> 8) + (sum >> 8);
	}
	return address;
}

/* LAST - FIRST, or UINT64_MAX when that does not fit or is negative. */
static uint64_t distance(struct address first, struct address last)
{
	if (first.family != last.family || address_compare(first, last) > 0)
		return UINT64_MAX;
	uint64_t value = 0;
	size_t size = address_bits(first.family) / 8;
	int borrow = 0;
	uint8_t difference[16] = { 0 };
	for (size_t i = size; i > 0; i--) {
		int digit = last.bytes[i - 1] - first.bytes[i - 1] - borrow;
		borrow = digit < 0;
		difference[i - 1] = (uint8_t)(digit & 0xff);
	}
	for (size_t i = 0; i < size; i++) {
		if (size > 8 && i < size - 8 && difference[i])
			return UINT64_MAX;
		value = value << 8 | difference[i];
	}
	return value;
}

static uint64_t range_size(const struct scan_range *range)
{
	return distance(range->first, range->last) + 1;
}

static bool add_range(struct scan_targets *targets, struct scan_range range, struct slice word,
		      struct arena *arena, struct error *error)
{
	if (scan_address_is_refused(range.first) || scan_address_is_refused(range.last) ||
	    distance(range.first, range.last) >= SCAN_ADDRESSES_MAX) {
		bool is_large = !scan_address_is_refused(range.first) &&
				!scan_address_is_refused(range.last);
		error_set(error, ERROR_USAGE,
			  is_large ? "\"%.*s\" is more than %u addresses, or ends before it begins"
				   : "\"%.*s\" holds broadcast, multicast or reserved addresses",
			  SLICE_ARG(word), (unsigned int)SCAN_ADDRESSES_MAX);
		error_advise(error, "name hosts, ranges or networks of hosts");
		return false;
	}
	struct scan_range *ranges = arena_grow(arena, targets->ranges, targets->count,
					       &targets->capacity, sizeof(range));
	if (!ranges)
		return error_memory(error);
	targets->ranges = ranges;
	ranges[targets->count++] = range;
	return true;
}

static bool add_prefix(struct scan_targets *targets, struct slice word, struct arena *arena,
		       struct error *error)
{
	struct prefix prefix;
	if (!prefix_parse(word, &prefix)) {
		error_set(error, ERROR_USAGE, "\"%.*s\" is no network", SLICE_ARG(word));
		error_advise(error, "write it as 192.0.2.0/24 or 2001:db8::/120");
		return false;
	}
	struct scan_range range = { .first = prefix.address, .last = prefix.address };
	unsigned int bits = address_bits(prefix.address.family);
	for (unsigned int bit = prefix.length; bit < bits; bit++)
		range.last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	if (prefix.address.family == ADDRESS_IPV4 && prefix.length <= 30) {
		range.first = scan_address_plus(range.first, 1);
		range.last.bytes[3]--;
	}
	return add_range(targets, range, word, arena, error);
}

static bool is_family_wanted(int have, enum scan_family family)
{
	return have == AF_INET6 || (have == AF_INET && family != SCAN_FAMILY_IPV6);
}

static struct address address_of(const struct sockaddr *from)
{
	struct address address = { .family = ADDRESS_NONE };
	if (from->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, from, sizeof(in));
		address.family = ADDRESS_IPV4;
		memcpy(address.bytes, &in.sin_addr, 4);
	} else if (from->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, from, sizeof(in6));
		address.family = ADDRESS_IPV6;
		memcpy(address.bytes, &in6.sin6_addr, 16);
	}
	return address;
}

static bool add_name(struct scan_targets *targets, struct slice word, enum scan_family family,
		     struct arena *arena, struct error *error)
{
	char *name = slice_to_string(arena, word);
	if (!name)
		return error_memory(error);
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	int status = word.size <= NAME_BYTES_MAX && word.size > 0 && strlen(name) == word.size
			     ? getaddrinfo(name, NULL, &hints, &list)
			     : EAI_NONAME;
	const struct addrinfo *best = NULL;
	for (const struct addrinfo *row = list; status == 0 && row; row = row->ai_next) {
		if (!is_family_wanted(row->ai_family, family))
			continue;
		if (!best || (best->ai_family == AF_INET6 && row->ai_family == AF_INET))
			best = row;
	}
	struct scan_range range = { .name = name };
	if (best)
		range.first = range.last = address_of(best->ai_addr);
	if (list)
		freeaddrinfo(list);
	if (range.first.family == ADDRESS_NONE) {
		error_set(error, ERROR_READ, "\"%.*s\" has no %saddress%s%s", SLICE_ARG(word),
			  family == SCAN_FAMILY_IPV6 ? "IPv6 " : "", status ? ": " : "",
			  status ? gai_strerror(status) : "");
		return false;
	}
	return add_range(targets, range, word, arena, error);
}

/* The last part of "192.0.2.1-9" or "192.0.2.1-192.0.2.9". */
static bool range_end(struct address first, struct slice text, struct address *ret_last)
{
	uint64_t number;
	if (first.family == ADDRESS_IPV4 && slice_to_uint64(text, &number) && number <= 255) {
		*ret_last = first;
		ret_last->bytes[3] = (uint8_t)number;
		return true;
	}
	return address_parse(text, ret_last) && ret_last->family == first.family;
}

bool scan_targets_add(struct scan_targets *targets, struct slice word, enum scan_family family,
		      struct arena *arena, struct error *error)
{
	struct scan_range range = { .name = NULL };
	size_t dash = slice_find_byte(word, '-');
	if (slice_find_byte(word, '/') < word.size)
		return add_prefix(targets, word, arena, error);
	if (address_parse(word, &range.first)) {
		range.last = range.first;
		range.zone = scan_zone_of(word);
		if (range.first.family == ADDRESS_IPV6 && address_is_link_local(range.first) &&
		    range.zone == 0) {
			error_set(error, ERROR_USAGE, "\"%.*s\" needs its interface",
				  SLICE_ARG(word));
			error_advise(error, "write it as fe80::1%%eth0");
			return false;
		}
		return add_range(targets, range, word, arena, error);
	}
	if (dash < word.size && address_parse(slice_part(word, 0, dash), &range.first) &&
	    range_end(range.first, slice_from(word, dash + 1), &range.last))
		return add_range(targets, range, word, arena, error);
	return add_name(targets, word, family, arena, error);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct scan_range *first = a, *second = b;
	if (first->first.family != second->first.family)
		return first->first.family < second->first.family ? -1 : 1;
	int order = address_compare(first->first, second->first);
	if (order != 0)
		return order;
	return first->zone == second->zone ? 0 : first->zone < second->zone ? -1 : 1;
}

void scan_targets_finish(struct scan_targets *targets)
{
	if (targets->count == 0)
		return;
	qsort(targets->ranges, targets->count, sizeof(*targets->ranges), compare_ranges);
	size_t kept = 1;
	for (size_t i = 1; i < targets->count; i++) {
		struct scan_range *last = &targets->ranges[kept - 1];
		const struct scan_range *next = &targets->ranges[i];
		if (next->first.family == last->first.family && next->zone == last->zone &&
		    address_compare(next->first, last->last) <= 0) {
			if (address_compare(next->last, last->last) > 0)
				last->last = next->last;
			if (!last->name)
				last->name = next->name;
		} else {
			targets->ranges[kept++] = *next;
		}
	}
	targets->count = kept;
	targets->total = 0;
	for (size_t i = 0; i < kept; i++)
		targets->total += range_size(&targets->ranges[i]);
}

bool scan_targets_next(const struct scan_targets *targets, struct scan_cursor *cursor,
		       struct address *ret_address, const struct scan_range **ret_range)
{
	while (cursor->range < targets->count) {
		const struct scan_range *range = &targets->ranges[cursor->range];
		if (cursor->step <= distance(range->first, range->last)) {
			*ret_address = scan_address_plus(range->first, cursor->step++);
			*ret_range = range;
			return true;
		}
		cursor->range++;
		cursor->step = 0;
	}
	return false;
}

struct scan_cursor scan_targets_skip(const struct scan_targets *targets, uint64_t count)
{
	struct scan_cursor cursor = { .range = 0 };
	while (cursor.range < targets->count) {
		const struct scan_range *range = &targets->ranges[cursor.range];
		uint64_t size = range_size(range);
		if (count < size)
			break;
		count -= size;
		cursor.range++;
	}
	cursor.step = cursor.range < targets->count ? count : 0;
	return cursor;
}

bool scan_targets_index(const struct scan_targets *targets, struct address address, uint32_t zone,
			uint64_t *ret_index)
{
	uint64_t before = 0;
	for (size_t i = 0; i < targets->count; i++) {
		const struct scan_range *range = &targets->ranges[i];
		uint64_t size = range_size(range);
		uint64_t step = distance(range->first, address);
		if (range->zone == zone && step < size) {
			*ret_index = before + step;
			return true;
		}
		before += size;
	}
	return false;
}
