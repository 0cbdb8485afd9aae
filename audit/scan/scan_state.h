/* SPDX-License-Identifier: Apache-2.0
 *
 * What a port was found to be, and by which answer. One byte a port: the reason; the state follows
 * from it. The words of both are those that nmap uses, since people know them.
 */
#ifndef RINGFENCE_SCAN_SCAN_STATE_H
#define RINGFENCE_SCAN_SCAN_STATE_H

#include <stdbool.h>
#include <stdint.h>

enum scan_protocol {
	SCAN_TCP,
	SCAN_UDP,
};

enum scan_state {
	STATE_OPEN,
	STATE_CLOSED,
	STATE_FILTERED,
	STATE_OPEN_FILTERED,
	STATE_COUNT,
};

/* In rising order of what they prove: a stronger answer replaces a weaker one. */
enum scan_reason {
	REASON_NO_RESPONSE,
	REASON_TIME_EXCEEDED,
	REASON_NET_UNREACHABLE,
	REASON_HOST_UNREACHABLE,
	REASON_PROTOCOL_UNREACHABLE,
	REASON_NET_PROHIBITED,
	REASON_HOST_PROHIBITED,
	REASON_ADMIN_PROHIBITED,
	REASON_PORT_UNREACHABLE,
	REASON_RESET,
	REASON_CONNECTION_REFUSED,
	REASON_SYN_ACK,
	REASON_UDP_RESPONSE,
	REASON_COUNT,
};

/* "open", "closed", "filtered", "open|filtered" */
const char *scan_state_name(enum scan_state state);

/* "syn-ack", "reset", "admin-prohibited" ... */
const char *scan_reason_name(enum scan_reason reason);

/* "tcp", "udp" */
const char *scan_protocol_name(enum scan_protocol protocol);

/* ICMP's port-unreachable closes a UDP port (RFC 1122 4.1.3.1); a TCP port that says so is behind a
 * filter, since a host would send a reset (RFC 9293 3.10.7.1). */
enum scan_state scan_state_of(enum scan_protocol protocol, enum scan_reason reason);

/* The reason behind an ICMP error; false for messages that are no such error. */
bool scan_reason_of_icmp(bool is_ipv6, uint8_t type, uint8_t code, enum scan_reason *ret_reason);

/* By name, for scans that are read back; false when there is none. */
bool scan_state_find(const char *name, enum scan_state *ret_state);
bool scan_reason_find(const char *name, enum scan_reason *ret_reason);

#endif
