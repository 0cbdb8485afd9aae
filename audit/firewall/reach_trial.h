/* SPDX-License-Identifier: Apache-2.0
 *
 * One question to the rules in full: asked for every interface, own address and source port that
 * the rules tell apart, and joined to one answer per source: the widest verdict, and where it
 * holds.
 */
#ifndef RINGFENCE_FIREWALL_REACH_TRIAL_H
#define RINGFENCE_FIREWALL_REACH_TRIAL_H

#include "audit/base/attributes.h"
#include "audit/firewall/firewall_evaluate.h"
#include "audit/firewall/rule_classes.h"

/* Interfaces, and own addresses, of one question at most; further ones are left open, and what
 * depends on them becomes a condition. */
#define TRIAL_PLACES_MAX 64
/* Classes of source ports at most. */
#define TRIAL_SOURCE_PORTS_MAX 32

struct trial;

/* Prepares questions of FAMILY to RULESET on HOST. ARENA takes what is prepared. NULL when memory
 * is short; the caller frees it with trial_free. */
struct trial *trial_new(const struct ruleset *ruleset, enum address_family family,
			const struct evaluator_host *host, struct arena *arena) MUST_CHECK;
void trial_free(struct trial *trial);

struct trial_question {
	/* IPPROTO_*. */
	uint8_t protocol;
	/* The destination port of protocols that have one. */
	uint16_t port;
	/* ICMP and ICMPv6; packet_init's echo request where is_icmp_set is false. */
	bool is_icmp_set;
	uint8_t icmp_type;
	uint8_t icmp_code;
	/* The own address; unspecified or none: all of the host. */
	struct address address;
	/* Arrives by this one only; empty: by any but loopback. */
	struct slice interface;
	/* What conntrack says; 0: as for a first packet. */
	uint8_t state;
	enum packet_way way;
};

/* The answer, in ARENA. False when memory is short. */
bool trial_ask(struct trial *trial, const struct trial_question *question, struct arena *arena,
	       struct evaluate_answer *ret_answer) MUST_CHECK;

#endif
