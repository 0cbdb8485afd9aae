/* SPDX-License-Identifier: Apache-2.0
 *
 * IPv4 and IPv6 addresses, prefixes and ports as values. Text forms: RFC 4291 and RFC 5952.
 */
#ifndef RINGFENCE_BASE_ADDRESS_H
#define RINGFENCE_BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

struct buffer;

enum address_family {
	ADDRESS_NONE = 0,
	ADDRESS_IPV4 = 4,
	ADDRESS_IPV6 = 6,
};

/* Bytes in network order; an IPv4 address fills the first four, the rest is zero. */
struct address {
	enum address_family family;
	uint8_t bytes[16];
};

struct prefix {
	struct address address;
	/* 0 to 32 or 128. Bits of the address beyond it are zero. */
	uint8_t length;
};

/* Bits of an address of FAMILY: 32, 128, or 0. */
unsigned int address_bits(enum address_family family);

/* The whole of TEXT as an address: dotted quad of exactly four decimal parts without leading zeros,
 * or IPv6 text (optionally with a zone "%eth0", which is dropped). False on anything else. */
bool address_parse(struct slice text, struct address *ret_address) MUST_CHECK;

/* "addr", "addr/length" or, for IPv4, "addr/mask" with a contiguous mask. Host bits are cleared. */
bool prefix_parse(struct slice text, struct prefix *ret_prefix) MUST_CHECK;

/* RFC 5952 text. A prefix is always printed with its length. */
void address_format(struct address address, struct buffer *buffer);
void prefix_format(struct prefix prefix, struct buffer *buffer);

bool address_equal(struct address a, struct address b);
int address_compare(struct address a, struct address b);
bool prefix_contains(struct prefix prefix, struct address address);
bool prefix_contains_prefix(struct prefix outer, struct prefix inner);

/* ADDRESS cut to LENGTH bits. */
struct prefix prefix_make(struct address address, unsigned int length);

/* An IPv4-mapped IPv6 address (::ffff:0:0/96) as IPv4; others unchanged. */
struct address address_unmap(struct address address);

/* 127.0.0.0/8, ::1 and mapped 127/8. */
bool address_is_loopback(struct address address);
/* 0.0.0.0 or :: */
bool address_is_unspecified(struct address address);
/* fe80::/10, 169.254.0.0/16 */
bool address_is_link_local(struct address address);
/* RFC 1918, RFC 6598 (100.64.0.0/10), RFC 4193 (fc00::/7), loopback and link-local: not of the open
 * Internet. */
bool address_is_private(struct address address);
/* The networks of address_is_private, each once, loopback included. */
const struct prefix *address_private_networks(size_t *ret_count);

#endif
