/* SPDX-License-Identifier: Apache-2.0
 *
 * Real packets against real rules: what does the kernel let in? In namespaces of the trial's own,
 * with a socket behind each port, so that "passed" means that the program would have got it.
 */
#ifndef RINGFENCE_PROVE_PACKET_TRIAL_H
#define RINGFENCE_PROVE_PACKET_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/error.h"

/* Most packets of one trial: their numbers are their source ports. */
#define TRIAL_PACKETS_MAX 20000
/* The first packet's source port. */
#define TRIAL_FIRST_PORT 33000

enum trial_kind {
	/* A SYN; where the port is SIP's, a REGISTER follows once the connection stands. */
	TRIAL_SYN,
	TRIAL_SYN_REGISTER,
	/* REGISTER of RFC 3261 in one datagram. */
	TRIAL_REGISTER,
	/* Another datagram. */
	TRIAL_DATAGRAM,
	TRIAL_ECHO,
	/* traceroute(8): a datagram whose TTL ends at the host. */
	TRIAL_TRACEROUTE,
};

enum trial_outcome {
	/* Nothing came of it. */
	TRIAL_DROPPED,
	/* Refused with an answer: a reset, or an ICMP error. */
	TRIAL_REJECTED,
	TRIAL_PASSED,
};

struct trial_packet {
	enum trial_kind kind;
	struct address source;
	/* An address of the host. */
	struct address destination;
	/* Set by the trial. */
	uint16_t source_port;
	/* 0 for ECHO. */
	uint16_t port;
	enum trial_outcome outcome;
};

/* Texts as the programs that load them take them; empty: nothing to load. */
struct trial_rules {
	/* ipset restore, iptables-restore, ip6tables-restore, nft -j -f, nft -f: in this order. */
	struct slice ipset;
	struct slice ipv4;
	struct slice ipv6;
	struct slice nft_json;
	struct slice nft;
};

struct trial_setup {
	/* What the interface is called that packets come in by: rules may name it. */
	const char *device;
	const struct address *addresses;
	size_t address_count;
	struct trial_rules rules;
	/* Where the capture goes: an open file, written in pcap's format. */
	int capture;
};

/* The IP TTL (hop limit) and the source port that packet INDEX of KIND has. */
unsigned int trial_ttl(enum trial_kind kind);
uint16_t trial_source_port(size_t index);
/* "SYN", "SIP REGISTER" ... */
const char *trial_kind_name(enum trial_kind kind);
/* IPPROTO_* of KIND to an address of FAMILY. */
uint8_t trial_protocol(enum trial_kind kind, enum address_family family);
/* The bytes behind the UDP header. In BUFFER. */
void trial_payload(const struct trial_packet *packet, size_t index, struct buffer *payload);

/* Sends PACKETS, one after the other, and fills their outcomes. In a process of its own, so that
 * the caller stays where it is. False: *ERROR says what could not be done; nothing is known then.
 */
bool packet_trial_run(const struct trial_setup *setup, struct trial_packet *packets, size_t count,
		      struct error *error) MUST_CHECK;

#endif
