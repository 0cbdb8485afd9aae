/* SPDX-License-Identifier: Apache-2.0
 *
 * Which sources reach which service: the firewall's function, evaluated for each listening socket
 * (and for ICMP echo), with the source address symbolic. What the evaluator does not understand is
 * UNKNOWN, never BLOCK.
 */
#ifndef RINGFENCE_FIREWALL_REACH_MODEL_H
#define RINGFENCE_FIREWALL_REACH_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/exposure.h"
#include "audit/base/source.h"
#include "audit/base/address_set.h"

enum reach_verdict {
	REACH_ACCEPT,
	REACH_BLOCK,
	/* Accepted as long as a condition holds (a rate, a time, a counter). */
	REACH_CONDITION,
	REACH_UNKNOWN,
};

/* A part of the source addresses that one rule or policy decides. */
struct reach_part {
	struct address_set sources;
	enum reach_verdict verdict;
	/* The rule or policy; ORIGIN_NONE: no firewall at all. */
	struct origin why;
	/* "filter/INPUT rule 3", "INPUT -> fail2ban-ssh -> policy ACCEPT". */
	const char *path;
	/* "at most 5/second, burst 10", or "" . */
	const char *condition;
};

struct reach_service {
	/* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP (echo request), IPPROTO_ICMPV6 (echo request). */
	uint8_t protocol;
	uint16_t port;
	/* The socket's own address; unspecified where it takes all. */
	struct address address;
	bool takes_ipv4;
	/* Only loopback reaches it, whatever the rules. */
	bool is_loopback;
	/* From the socket; empty for ICMP. */
	struct slice process;
	struct slice user;
	struct slice unit;
	/* "sip", "ssh" ...: from the port and process; "" where not known. */
	const char *name;
	struct origin socket_origin;

	/* Disjoint; each family's parts cover all addresses of a family that the socket takes. */
	const struct reach_part *parts;
	size_t part_count;

	/* The widest of the parts that are accepted, conditional or unknown. A conditional accept
	 * counts as accepted. */
	enum exposure exposure_ipv4;
	enum exposure exposure_ipv6;
	enum exposure exposure;
};

struct reach_model {
	const struct reach_service *services;
	size_t count;
	/* Was a ruleset of this family read (be it empty)? False: exposure of the family is
	 * UNKNOWN. */
	bool knows_ipv4;
	bool knows_ipv6;
	/* For a packet to a port that no rule names. */
	enum exposure default_ipv4;
	enum exposure default_ipv6;
};

/* The widest exposure of the services that listen on PORT with PROTOCOL; EXPOSURE_HOST when none
 * does, EXPOSURE_UNKNOWN when the sockets are not known. MODEL may be NULL: EXPOSURE_UNKNOWN. */
enum exposure reach_of_port(const struct reach_model *model, uint8_t protocol, uint16_t port);

/* The wider of two exposures. */
static inline enum exposure exposure_wider(enum exposure a, enum exposure b)
{
	return a > b ? a : b;
}

#endif
