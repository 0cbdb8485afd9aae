/* SPDX-License-Identifier: Apache-2.0
 *
 * The sockets of a SYN scan: raw ones to send (libnet's), a capture to receive (libpcap's), bound
 * ones that keep our source ports from others.
 */
#ifndef RINGFENCE_SCAN_SYN_SOCKET_H
#define RINGFENCE_SCAN_SYN_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/scan/scan_packet.h"

/* Two banks of SCAN_EPOCHS ports: probes, then controls. */
#define SYN_PORTS 32

struct syn_socket {
	/* libnet_t, pcap_t */
	void *net[2];
	void *capture;
	/* Bytes before the IP header in a captured packet. */
	unsigned int link_bytes;
	int reserved[SYN_PORTS];
	uint16_t first_port;
	struct scan_template templates[2];
};

/* Index of a family in net and templates. */
static inline unsigned int syn_socket_index(enum address_family family)
{
	return family == ADDRESS_IPV6 ? 1 : 0;
}

/* Opens all; RANDOM picks the source ports. On failure nothing stays open. False: ERROR_READ. */
bool syn_socket_open(struct syn_socket *socket, bool wants_ipv4, bool wants_ipv6, uint32_t random,
		     struct error *error) MUST_CHECK;

/* The raw socket of FAMILY. */
int syn_socket_fd(const struct syn_socket *socket, enum address_family family);

/* To poll(2) for answers. */
int syn_socket_capture_fd(const struct syn_socket *socket);

/* ARRIVED_NS is of CLOCK_REALTIME, stamped by the kernel. */
typedef void syn_socket_receive(void *context, const struct scan_answer *answer,
				uint64_t arrived_ns);

/* Gives what has arrived and may be an answer, without waiting. */
void syn_socket_drain(struct syn_socket *socket, syn_socket_receive *receive, void *context);

void syn_socket_close(struct syn_socket *socket);

#endif
