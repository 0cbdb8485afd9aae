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
#include "audit/base/address_set.h"
#include "audit/base/exposure.h"
#include "audit/base/source.h"

struct arena;
struct firewall_model;
struct rule_rate;

enum reach_verdict {
	REACH_ACCEPT,
	REACH_BLOCK,
	/* Accepted as long as a condition holds (a rate, a time, a counter). */
	REACH_CONDITION,
	REACH_UNKNOWN,
};

/* What bounds a conditional part, as far as a check must tell them apart. */
enum reach_limit {
	/* No rate and no count. */
	REACH_LIMIT_NONE,
	/* One counter for all sources (iptables "limit", nft "limit rate"): one sender can use it
	 * up for all others. */
	REACH_LIMIT_GLOBAL,
	/* A counter for each source (hashlimit by srcip, recent, connlimit, an nft meter or dynamic
	 * set keyed by saddr). */
	REACH_LIMIT_PER_SOURCE,
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
	enum reach_limit limit;
	/* REACH_BLOCK with an answer (REJECT, nft reject), not in silence. */
	bool is_reject;
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

/* Packets that no socket of the list is meant for, asked of the same rules, as they come in on an
 * interface to the outside unless said otherwise. */
enum reach_question {
	/* NEW, to a port that no rule names and where nothing listens. */
	REACH_UNNAMED_TCP,
	REACH_UNNAMED_UDP,
	/* NEW TCP on lo, from 127.0.0.1 or ::1. */
	REACH_LOOPBACK,
	/* The same source, on an interface to the outside. */
	REACH_LOOPBACK_FORGED,
	/* ESTABLISHED TCP to a high port: the answer to a connection of the host's own. */
	REACH_REPLY,
	/* TCP of conntrack state INVALID. */
	REACH_INVALID,
	/* ICMP errors of state RELATED: type 3 code 4 (ICMPv6: type 1 code 4); ICMPv6 type 2; type
	 * 11 (ICMPv6: 3); type 12 (ICMPv6: 4). */
	REACH_ICMP_UNREACHABLE,
	REACH_ICMP_TOO_BIG,
	REACH_ICMP_TIME_EXCEEDED,
	REACH_ICMP_PARAMETER_PROBLEM,
	/* ICMPv6 neighbour solicitation (135), UNTRACKED. */
	REACH_ICMP_NEIGHBOUR,
	/* NEW TCP from outside to an address that is not the host's: the forward hook. */
	REACH_FORWARD,
};

struct reach_answer {
	enum reach_question question;
	enum address_family family;
	/* Disjoint; together all addresses that the question is about. */
	const struct reach_part *parts;
	size_t part_count;
	/* As in reach_service. */
	enum exposure exposure;
};

/* Ports are looked through as far as rules tell apart at most so many runs of them, and at most so
 * many rules are looked at in all; beyond, no range is told. */
#define REACH_RANGE_CLASSES_MAX 512
#define REACH_RANGE_WORK_MAX 1000000

/* Ports without a socket that NEW packets are let in to: where RTP lands during calls, and what is
 * open for nothing. Adjacent ports with the same exposure are one range. */
struct reach_port_range {
	uint8_t protocol;
	enum address_family family;
	uint16_t first;
	uint16_t last;
	/* NETWORKS, UNKNOWN or ANYWHERE. */
	enum exposure exposure;
	/* The rule or policy that lets the widest part in. */
	struct origin why;
};

struct reach_model {
	const struct reach_service *services;
	size_t count;
	/* Was a ruleset of this family read (be it empty)? False: exposure of the family is
	 * UNKNOWN. */
	bool knows_ipv4;
	bool knows_ipv6;
	/* The rules themselves and what more can be asked of them. */
	const struct firewall_model *firewall;
	/* For a packet to a port that no rule names. */
	enum exposure default_ipv4;
	enum exposure default_ipv6;
	const struct reach_answer *answers;
	size_t answer_count;
	const struct reach_port_range *ranges;
	size_t range_count;
	/* Ports of the host that are translated to another host or a container, and that the
	 * forward hook lets in: they never see INPUT. */
	const struct reach_port_range *published;
	size_t published_count;
};

/* The answer to QUESTION for FAMILY, or NULL when it was not asked (no ruleset of that family). */
const struct reach_answer *reach_find_answer(const struct reach_model *model,
					     enum reach_question question,
					     enum address_family family);

/* A socket, or ICMP echo, whose reach is asked for. Filled by audit/model/model_build.c. */
struct reach_query {
	uint8_t protocol;
	uint16_t port;
	struct address address;
	bool takes_ipv4;
	/* SO_BINDTODEVICE; empty without. */
	struct slice interface;
	struct slice process;
	struct slice user;
	struct slice unit;
	struct origin origin;
};

struct reach_site {
	/* Networks that count as EXPOSURE_NETWORKS; none: private ranges do (catalogue, status rule
	 * 7). */
	const struct prefix *trusted;
	size_t trusted_count;
};

/* The reach of each of QUERIES under the live rules of FIREWALL, followed by ICMP and ICMPv6 echo.
 * The model lives in ARENA; NULL only when memory is short. */
struct reach_model *reach_model_load(struct arena *arena, const struct firewall_model *firewall,
				     const struct reach_query *queries, size_t count,
				     const struct reach_site *site) MUST_CHECK;

/* The exposure that SOURCES accepted give. */
enum exposure reach_exposure_of(struct address_set sources, const struct reach_site *site);

/* The widest exposure of the services that listen on PORT with PROTOCOL; EXPOSURE_HOST when none
 * does, EXPOSURE_UNKNOWN when the sockets are not known. MODEL may be NULL: EXPOSURE_UNKNOWN. */
enum exposure reach_of_port(const struct reach_model *model, uint8_t protocol, uint16_t port);

/* The wider of two exposures. */
static inline enum exposure exposure_wider(enum exposure a, enum exposure b)
{
	return a > b ? a : b;
}

#endif
