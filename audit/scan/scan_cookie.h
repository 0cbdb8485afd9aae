/* SPDX-License-Identifier: Apache-2.0
 *
 * The sequence number of a probe is a keyed hash of whom it goes to, so an answer proves itself and
 * nothing need be remembered. SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF",
 * 2012): OpenSSL's costs half a microsecond a call to set up, as much as sending the packet.
 */
#ifndef RINGFENCE_SCAN_SCAN_COOKIE_H
#define RINGFENCE_SCAN_SCAN_COOKIE_H

#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"

struct scan_key {
	uint64_t words[2];
};

/* SipHash-2-4 of SIZE bytes at DATA. */
uint64_t scan_siphash(const struct scan_key *key, const void *data, size_t size);

/* The sequence number of a probe from our port to PORT of ADDRESS. */
uint32_t scan_cookie(const struct scan_key *key, const struct address *address, uint16_t port,
		     uint16_t our_port);

#endif
