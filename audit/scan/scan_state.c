/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_state.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#include "audit/base/attributes.h"

static const char *const state_names[STATE_COUNT] = {
	[STATE_OPEN] = "open",
	[STATE_CLOSED] = "closed",
	[STATE_FILTERED] = "filtered",
	[STATE_OPEN_FILTERED] = "open|filtered",
};

static const char *const reason_names[REASON_COUNT] = {
	[REASON_NO_RESPONSE] = "no-response",
	[REASON_TIME_EXCEEDED] = "time-exceeded",
	[REASON_NET_UNREACHABLE] = "net-unreach",
	[REASON_HOST_UNREACHABLE] = "host-unreach",
	[REASON_PROTOCOL_UNREACHABLE] = "proto-unreach",
	[REASON_NET_PROHIBITED] = "net-prohibited",
	[REASON_HOST_PROHIBITED] = "host-prohibited",
	[REASON_ADMIN_PROHIBITED] = "admin-prohibited",
	[REASON_PORT_UNREACHABLE] = "port-unreach",
	[REASON_RESET] = "reset",
	[REASON_CONNECTION_REFUSED] = "conn-refused",
	[REASON_SYN_ACK] = "syn-ack",
	[REASON_UDP_RESPONSE] = "udp-response",
};

struct icmp_row {
	uint8_t type;
	uint8_t code;
	enum scan_reason reason;
};

/* RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1. */
static const struct icmp_row icmp4_rows[] = {
	{ ICMP_DEST_UNREACH, ICMP_NET_UNREACH, REASON_NET_UNREACHABLE },
	{ ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, REASON_HOST_UNREACHABLE },
	{ ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, REASON_PROTOCOL_UNREACHABLE },
	{ ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, REASON_PORT_UNREACHABLE },
	{ ICMP_DEST_UNREACH, ICMP_NET_UNKNOWN, REASON_NET_UNREACHABLE },
	{ ICMP_DEST_UNREACH, ICMP_HOST_UNKNOWN, REASON_HOST_UNREACHABLE },
	{ ICMP_DEST_UNREACH, ICMP_NET_ANO, REASON_NET_PROHIBITED },
	{ ICMP_DEST_UNREACH, ICMP_HOST_ANO, REASON_HOST_PROHIBITED },
	{ ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, REASON_ADMIN_PROHIBITED },
	{ ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, REASON_TIME_EXCEEDED },
};

/* RFC 4443 3.1, 3.3; codes 5 and 6 (source policy, reject route) are refusals too. */
static const struct icmp_row icmp6_rows[] = {
	{ ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE, REASON_NET_UNREACHABLE },
	{ ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN, REASON_ADMIN_PROHIBITED },
	{ ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_BEYONDSCOPE, REASON_NET_UNREACHABLE },
	{ ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR, REASON_HOST_UNREACHABLE },
	{ ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, REASON_PORT_UNREACHABLE },
	{ ICMP6_DST_UNREACH, 5, REASON_ADMIN_PROHIBITED },
	{ ICMP6_DST_UNREACH, 6, REASON_ADMIN_PROHIBITED },
	{ ICMP6_TIME_EXCEEDED, ICMP6_TIME_EXCEED_TRANSIT, REASON_TIME_EXCEEDED },
};

const char *scan_state_name(enum scan_state state)
{
	return state_names[state];
}

const char *scan_reason_name(enum scan_reason reason)
{
	return reason_names[reason];
}

const char *scan_protocol_name(enum scan_protocol protocol)
{
	return protocol == SCAN_UDP ? "udp" : "tcp";
}

enum scan_state scan_state_of(enum scan_protocol protocol, enum scan_reason reason)
{
	switch (reason) {
	case REASON_SYN_ACK:
	case REASON_UDP_RESPONSE:
		return STATE_OPEN;
	case REASON_RESET:
	case REASON_CONNECTION_REFUSED:
		return STATE_CLOSED;
	case REASON_PORT_UNREACHABLE:
		return protocol == SCAN_UDP ? STATE_CLOSED : STATE_FILTERED;
	case REASON_NO_RESPONSE:
		return protocol == SCAN_UDP ? STATE_OPEN_FILTERED : STATE_FILTERED;
	default:
		return STATE_FILTERED;
	}
}

bool scan_reason_of_icmp(bool is_ipv6, uint8_t type, uint8_t code, enum scan_reason *ret_reason)
{
	const struct icmp_row *rows = is_ipv6 ? icmp6_rows : icmp4_rows;
	size_t count = is_ipv6 ? ARRAY_SIZE(icmp6_rows) : ARRAY_SIZE(icmp4_rows);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].type != type || rows[i].code != code)
			continue;
		*ret_reason = rows[i].reason;
		return true;
	}
	return false;
}

bool scan_state_find(const char *name, enum scan_state *ret_state)
{
	for (int i = 0; i < STATE_COUNT; i++) {
		if (strcmp(name, state_names[i]) != 0)
			continue;
		*ret_state = (enum scan_state)i;
		return true;
	}
	return false;
}

bool scan_reason_find(const char *name, enum scan_reason *ret_reason)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		if (strcmp(name, reason_names[i]) != 0)
			continue;
		*ret_reason = (enum scan_reason)i;
		return true;
	}
	return false;
}
