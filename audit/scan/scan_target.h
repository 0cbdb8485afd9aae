/* SPDX-License-Identifier: Apache-2.0
 *
 * What may be sent to: names, addresses, ranges and prefixes of the command line as sorted ranges
 * of addresses, each address once. Nothing outside of them is ever sent to.
 */
#ifndef RINGFENCE_SCAN_SCAN_TARGET_H
#define RINGFENCE_SCAN_SCAN_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/error.h"

struct arena;

/* Most addresses of one scan: a /8 of IPv4. What is more is a slip of the pen (an IPv6 /64). */
#define SCAN_ADDRESSES_MAX ((uint64_t)1 << 24)

/* FIRST to LAST, both in. The zone is the interface of link-local addresses, 0 for others. */
struct scan_range {
	struct address first;
	struct address last;
	uint32_t zone;
	/* As the user wrote it, when that was a name; else NULL. */
	const char *name;
};

struct scan_targets {
	struct scan_range *ranges;
	size_t count;
	size_t capacity;
	/* Addresses in all ranges. */
	uint64_t total;
};

enum scan_family {
	/* IPv4 where a name has it, else IPv6. */
	SCAN_FAMILY_ANY,
	SCAN_FAMILY_IPV6,
};

/* Adds WORD: "pbx.example", "192.0.2.1", "192.0.2.1-192.0.2.9", "192.0.2.1-9", "192.0.2.0/24",
 * "2001:db8::1", "2001:db8::/120", "fe80::1%eth0". Of an IPv4 prefix up to /30 the first and the
 * last address stay out: they are the network's own and its broadcast address. Multicast, the
 * limited broadcast, 0.0.0.0 and class E are refused (RFC 1122 3.2.1.3, RFC 4291 2.7). False:
 * ERROR_USAGE; ERROR_READ when a name has no address. */
bool scan_targets_add(struct scan_targets *targets, struct slice word, enum scan_family family,
		      struct arena *arena, struct error *error) MUST_CHECK;

/* Sorts the ranges and joins those that overlap, so that no address comes twice. */
void scan_targets_finish(struct scan_targets *targets);

/* Is ADDRESS one that nobody may scan: multicast, broadcast, unspecified, reserved? */
bool scan_address_is_refused(struct address address);

/* The interface's number in "fe80::1%eth0"; 0 without one, or when this host has none of its name.
 */
uint32_t scan_zone_of(struct slice text);

/* The address INDEX steps after ADDRESS. */
struct address scan_address_plus(struct address address, uint64_t steps);

struct scan_cursor {
	size_t range;
	uint64_t step;
};

/* The next address; false after the last. *RET_RANGE is where it comes from. */
bool scan_targets_next(const struct scan_targets *targets, struct scan_cursor *cursor,
		       struct address *ret_address, const struct scan_range **ret_range) MUST_CHECK;

/* The cursor behind the first COUNT addresses. */
struct scan_cursor scan_targets_skip(const struct scan_targets *targets, uint64_t count);

/* How many addresses come before ADDRESS with ZONE; false: it is none of them. */
bool scan_targets_index(const struct scan_targets *targets, struct address address, uint32_t zone,
			uint64_t *ret_index) MUST_CHECK;

#endif
