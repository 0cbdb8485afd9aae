/* SPDX-License-Identifier: Apache-2.0
 *
 * A packet that asks a firewall a question: the first one of a new connection, each field known,
 * open (the sender or the moment decides), or not there.
 */
#ifndef RINGFENCE_FIREWALL_PACKET_H
#define RINGFENCE_FIREWALL_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/slice.h"
#include "audit/firewall/rule.h"

enum field_state {
	/* The packet has no such field: a port of ICMP. No match on it holds, negated or not. */
	FIELD_ABSENT,
	FIELD_KNOWN,
	/* Understood, but any value may come. */
	FIELD_OPEN,
	/* Not known, and not for the sender to choose. */
	FIELD_UNKNOWN,
};

struct packet {
	enum address_family family;
	unsigned __int128 value[FIELD_COUNT];
	uint8_t state[FIELD_COUNT];
	/* What conntrack makes of it, one of enum connection_state. */
	uint8_t tracked_state;
	/* What follows the UDP header, where that is known; data NULL: not known. */
	struct slice payload;
};

/* A plain packet of FAMILY and PROTOCOL (IPPROTO_*) that opens a connection: TCP with SYN alone,
 * ICMP and ICMPv6 an echo request. Addresses, ports, interface, TTL, length and MAC are open. */
void packet_init(struct packet *packet, enum address_family family, uint8_t protocol);

void packet_set(struct packet *packet, enum packet_field field, unsigned __int128 value);
/* At most 15 bytes of NAME count. */
void packet_set_interface(struct packet *packet, struct slice name);

/* Sets tracked_state from protocol, flags and ICMP type as nf_conntrack_proto_*.c of Linux do for a
 * packet that no connection is known of. Call when those fields are final. */
void packet_track(struct packet *packet);

/* The field that PART looks at: its state, and its value where that is known. A raw port of a
 * protocol without ports is what stands there: type and code of ICMP, else what the sender likes.
 */
enum field_state packet_look(const struct packet *packet, const struct match_part *part,
			     unsigned __int128 *ret_value);

/* "source port", "MAC address of the sender": for people. */
const char *packet_field_name(enum packet_field field);

#endif
