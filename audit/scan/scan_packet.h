/* SPDX-License-Identifier: Apache-2.0
 *
 * Probes and answers as bytes. A SYN is built once by libnet and then patched: addresses, ports,
 * sequence number, checksum. Pure, but for scan_template_build, which asks libnet.
 */
#ifndef RINGFENCE_SCAN_SCAN_PACKET_H
#define RINGFENCE_SCAN_SCAN_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/scan/scan_state.h"

/* IPv6 header, TCP header, the MSS option. */
#define SCAN_PACKET_BYTES_MAX 64

struct scan_template {
	enum address_family family;
	uint8_t bytes[SCAN_PACKET_BYTES_MAX];
	size_t size;
	/* Bytes of the IP header. */
	size_t header_size;
};

/* A SYN with a maximum segment size, as every real stack sends it. HANDLE is a libnet_t of
 * LIBNET_RAW4 or LIBNET_RAW6. False: ERROR_INTERNAL with libnet's words. */
bool scan_template_build(struct scan_template *template, void *handle, enum address_family family,
			 struct error *error) MUST_CHECK;

struct scan_probe {
	struct address from;
	struct address to;
	uint16_t our_port;
	uint16_t port;
	uint32_t cookie;
};

/* Writes TEMPLATE with PROBE's fields and checksum to PACKET (template->size bytes). */
void scan_packet_patch(const struct scan_template *template, const struct scan_probe *probe,
		       uint8_t *packet);

struct scan_answer {
	/* The target, even when somebody on the way answered in its stead. */
	struct address target;
	uint16_t port;
	uint16_t our_port;
	enum scan_reason reason;
	/* The sequence number of our probe, as the answer gives it. */
	uint32_t cookie;
};

/* An IP packet as it was captured; SIZE may be cut. True only for what can be an answer to a SYN of
 * ours: SYN-ACK, a reset that acknowledges, an ICMP error that quotes a SYN. Refused are: cut
 * headers, fragments, wrong checksums where all of the segment is there. A checksum that is only
 * its pseudo-header is what the kernel leaves to hardware and is fine. */
bool scan_packet_parse(const uint8_t *packet, size_t size,
		       struct scan_answer *ret_answer) MUST_CHECK;

#endif
