/* SPDX-License-Identifier: Apache-2.0
 *
 * What to ask a UDP port so that the service that usually has it answers. All questions are
 * harmless and need no account.
 */
#ifndef RINGFENCE_SCAN_UDP_PAYLOAD_H
#define RINGFENCE_SCAN_UDP_PAYLOAD_H

#include <stdint.h>

#include "audit/base/buffer.h"

/* The UDP ports of a PBX and what stands beside it, for --udp without a list. */
#define UDP_PAYLOAD_PORTS                                                                          \
	"53,67,69,111,123,137,161,443,500,514,1194,1719,1900,2427,2727,3478,4500,4520,4569,"       \
	"5060,5061,5160,5349,5353,10000,11211,20000"

/* Appends the question for PORT; TOKEN makes it ours (Call-ID, transaction id). */
void udp_payload_append(uint16_t port, uint32_t token, struct buffer *out);

/* A SIP request from nobody, without a body. */
struct udp_sip {
	const char *method;
	const char *uri;
	/* The user part of From and Contact. */
	const char *user;
	/* "UDP", "TCP", "TLS", "WS" */
	const char *transport;
	/* The value of To; NULL: the URI, or what is registered. */
	const char *to;
	/* Makes branch, tag and Call-ID. */
	uint32_t token;
	/* Of CSeq; 0: 1. */
	unsigned int sequence;
};

void udp_payload_sip(const struct udp_sip *sip, struct buffer *out);

#endif
