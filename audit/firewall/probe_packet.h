/* SPDX-License-Identifier: Apache-2.0
 *
 * A probe, one JSON object: a packet with every field known, to be judged by rules whose counters
 * are fresh. Its words and defaults are documented with `ringfence show firewall`.
 */
#ifndef RINGFENCE_FIREWALL_PROBE_PACKET_H
#define RINGFENCE_FIREWALL_PROBE_PACKET_H

#include <jansson.h>

#include "audit/base/attributes.h"
#include "audit/firewall/packet.h"

/* PROBE is an object with "proto" (name or number, udp), "dport" (5060), "sport" (40000), "src",
 * "dst", "in" (eth0), "flags" ("S"), "payload", "itype", "icode", "ttl" (57); others are ignored.
 * FAMILY gives the defaults of the addresses. PAYLOAD lives in PROBE. False: a value that cannot be
 * used; *RET_WRONG names it. */
bool probe_packet_read(const json_t *probe, enum address_family family, struct packet *ret_packet,
		       const char **ret_wrong) MUST_CHECK;

/* Would Linux take a packet from that source on that interface at all, whatever the rules
 * (ip_route_input_slow: a martian source)? */
bool probe_packet_is_routed(const struct packet *packet);

#endif
