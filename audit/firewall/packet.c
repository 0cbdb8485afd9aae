/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/packet.h"

#include <netinet/in.h>

void packet_set(struct packet *packet, enum packet_field field, unsigned __int128 value)
{
	packet->value[field] = value;
	packet->state[field] = FIELD_KNOWN;
}

void packet_set_interface(struct packet *packet, struct slice name)
{
	packet_set(packet, FIELD_IN_INTERFACE, rule_range_of_interface(name, false).first);
}

static void set_open(struct packet *packet, enum packet_field field)
{
	packet->state[field] = FIELD_OPEN;
}

void packet_init(struct packet *packet, enum address_family family, uint8_t protocol)
{
	*packet = (struct packet){ .family = family };
	/* NFPROTO_* of linux/netfilter.h */
	packet_set(packet, FIELD_NFPROTO, family == ADDRESS_IPV4 ? 2 : 10);
	packet_set(packet, FIELD_PROTOCOL, protocol);
	set_open(packet, FIELD_SOURCE);
	set_open(packet, FIELD_DESTINATION);
	set_open(packet, FIELD_IN_INTERFACE);
	/* No device yet on the way in: nftables sees an empty name. */
	packet_set(packet, FIELD_OUT_INTERFACE, 0);
	packet_set(packet, FIELD_CT_STATUS, 0);
	packet_set(packet, FIELD_CT_DIRECTION, 0);
	packet_set(packet, FIELD_CT_MARK, 0);
	packet_set(packet, FIELD_MARK, 0);
	packet_set(packet, FIELD_PACKET_TYPE, 0);
	set_open(packet, FIELD_LENGTH);
	set_open(packet, FIELD_TTL);
	set_open(packet, FIELD_TOS);
	if (family == ADDRESS_IPV4)
		packet_set(packet, FIELD_FRAGMENT, 0x4000);
	if (family == ADDRESS_IPV4)
		packet_set(packet, FIELD_HEADER_WORDS, 5);
	set_open(packet, FIELD_SOURCE_MAC);
	packet->state[FIELD_DESTINATION_MAC] = FIELD_UNKNOWN;
	/* RTN_LOCAL */
	packet_set(packet, FIELD_DESTINATION_TYPE, 2);
	packet_set(packet, FIELD_DESTINATION_TYPE_HERE, 2);
	set_open(packet, FIELD_SOURCE_TYPE);
	packet_set(packet, FIELD_REVERSE_PATH, 1);
	set_open(packet, FIELD_FREE);
	switch (protocol) {
	case IPPROTO_TCP:
		packet_set(packet, FIELD_TCP_FLAGS, 2);
		set_open(packet, FIELD_TCP_OPTION);
		set_open(packet, FIELD_SOURCE_PORT);
		set_open(packet, FIELD_DESTINATION_PORT);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		set_open(packet, FIELD_SOURCE_PORT);
		set_open(packet, FIELD_DESTINATION_PORT);
		break;
	case IPPROTO_ICMP:
		packet_set(packet, FIELD_ICMP_TYPE, 8);
		packet_set(packet, FIELD_ICMP_CODE, 0);
		break;
	case IPPROTO_ICMPV6:
		packet_set(packet, FIELD_ICMP_TYPE, 128);
		packet_set(packet, FIELD_ICMP_CODE, 0);
		break;
	default:
		break;
	}
	packet_track(packet);
}

/* nf_conntrack_proto_tcp.c: which flags may come together (tcp_valid_flags), and what opens a
 * connection: SYN, or ACK in the middle of one (nf_conntrack_tcp_loose is 1 by default). */
static uint8_t track_tcp(unsigned int flags)
{
	enum {
		FIN = 1,
		SYN = 2,
		RST = 4,
		PSH = 8,
		ACK = 16,
		URG = 32
	};
	switch (flags & ~(unsigned int)PSH) {
	case SYN:
	case SYN | URG:
		return CONNECTION_NEW;
	case ACK:
	case ACK | URG:
		return CONNECTION_NEW;
	default:
		return CONNECTION_INVALID;
	}
}

/* nf_conntrack_proto_icmp.c: requests open a connection; replies and errors without one do not. */
static uint8_t track_icmp(unsigned int type)
{
	return type == 8 || type == 13 || type == 15 || type == 17 ? CONNECTION_NEW
								   : CONNECTION_INVALID;
}

/* nf_conntrack_proto_icmpv6.c: neighbour discovery and multicast listeners are left untracked. */
static uint8_t track_icmpv6(unsigned int type)
{
	if (type == 128 || type == 139)
		return CONNECTION_NEW;
	if ((type >= 130 && type <= 136) || type == 143)
		return CONNECTION_UNTRACKED;
	return CONNECTION_INVALID;
}

void packet_track(struct packet *packet)
{
	uint8_t state = CONNECTION_NEW;
	unsigned int protocol = (unsigned int)packet->value[FIELD_PROTOCOL];
	if (protocol == IPPROTO_TCP && packet->state[FIELD_TCP_FLAGS] == FIELD_KNOWN)
		state = track_tcp((unsigned int)packet->value[FIELD_TCP_FLAGS]);
	else if (protocol == IPPROTO_ICMP && packet->family == ADDRESS_IPV4)
		state = track_icmp((unsigned int)packet->value[FIELD_ICMP_TYPE]);
	else if (protocol == IPPROTO_ICMPV6 && packet->family == ADDRESS_IPV6)
		state = track_icmpv6((unsigned int)packet->value[FIELD_ICMP_TYPE]);
	packet->tracked_state = state;
	/* The hooks before conntrack see no state; the evaluator sets it behind them. */
	packet_set(packet, FIELD_CT_STATE, CONNECTION_INVALID);
}

enum field_state packet_look(const struct packet *packet, const struct match_part *part,
			     unsigned __int128 *ret_value)
{
	enum field_state state = packet->state[part->field];
	*ret_value = packet->value[part->field];
	if (state != FIELD_ABSENT || (!part->is_raw && !part->is_tuple))
		return state;
	if (part->is_tuple || part->field != FIELD_SOURCE_PORT ||
	    packet->state[FIELD_ICMP_TYPE] != FIELD_KNOWN ||
	    packet->state[FIELD_ICMP_CODE] != FIELD_KNOWN)
		return FIELD_OPEN;
	*ret_value = packet->value[FIELD_ICMP_TYPE] << 8 | packet->value[FIELD_ICMP_CODE];
	return FIELD_KNOWN;
}

const char *packet_field_name(enum packet_field field)
{
	static const char *const names[FIELD_COUNT] = {
		[FIELD_NFPROTO] = "family",
		[FIELD_PROTOCOL] = "protocol",
		[FIELD_SOURCE] = "source address",
		[FIELD_DESTINATION] = "destination address",
		[FIELD_SOURCE_PORT] = "source port",
		[FIELD_DESTINATION_PORT] = "destination port",
		[FIELD_IN_INTERFACE] = "interface",
		[FIELD_OUT_INTERFACE] = "outgoing interface",
		[FIELD_TCP_FLAGS] = "TCP flags",
		[FIELD_ICMP_TYPE] = "ICMP type",
		[FIELD_ICMP_CODE] = "ICMP code",
		[FIELD_CT_STATE] = "connection state",
		[FIELD_CT_STATUS] = "connection status",
		[FIELD_CT_DIRECTION] = "direction",
		[FIELD_CT_MARK] = "connection mark",
		[FIELD_MARK] = "mark",
		[FIELD_PACKET_TYPE] = "packet type",
		[FIELD_LENGTH] = "packet length",
		[FIELD_TTL] = "TTL",
		[FIELD_TOS] = "TOS",
		[FIELD_FRAGMENT] = "fragment offset",
		[FIELD_SOURCE_MAC] = "sender's MAC address",
		[FIELD_DESTINATION_MAC] = "own MAC address",
		[FIELD_SOURCE_TYPE] = "kind of source address",
		[FIELD_DESTINATION_TYPE] = "kind of destination address",
		[FIELD_DESTINATION_TYPE_HERE] = "kind of destination address on the interface",
		[FIELD_REVERSE_PATH] = "way back",
		[FIELD_HEADER_WORDS] = "header length",
		[FIELD_FREE] = "header field",
		[FIELD_TCP_OPTION] = "TCP options",
	};
	return names[field];
}
