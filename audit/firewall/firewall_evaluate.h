/* SPDX-License-Identifier: Apache-2.0
 *
 * What rules do with a packet that opens a connection to this host. The source address may stay
 * open: then the answer is which sources are accepted, blocked, accepted under a condition, or
 * unknown; with all fields known it is one verdict. What is not understood makes a source unknown
 * where the verdict depends on it, and only there.
 *
 * All base chains on the way to the input hook run in the order of hook and priority; an accept
 * ends its base chain only, a drop is final (nft(8), "Netfilter hooks").
 */
#ifndef RINGFENCE_FIREWALL_FIREWALL_EVALUATE_H
#define RINGFENCE_FIREWALL_FIREWALL_EVALUATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address_set.h"
#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/firewall/packet.h"
#include "audit/firewall/rule.h"

struct arena;
struct buffer;

/* An address of this host. */
struct host_address {
	struct slice interface;
	struct prefix prefix;
};

struct evaluator_host {
	const struct host_address *addresses;
	size_t count;
	/* False: the addresses of the host could not be had. */
	bool is_known;
};

enum packet_way {
	/* To a socket of this host. */
	WAY_INPUT,
	/* Through this host to another. */
	WAY_FORWARD,
	/* To an address of this host, and translated to another host: a published port. */
	WAY_PUBLISHED,
};

struct evaluate_options {
	enum packet_way way;
	/* Counters, limits and lists are empty, as before the first packet ever: they give one
	 * answer then. Else they are conditions. */
	bool is_fresh;
};

enum evaluate_verdict {
	EVALUATE_ACCEPT,
	EVALUATE_BLOCK,
	/* Accepted as long as a condition holds. */
	EVALUATE_CONDITION,
	EVALUATE_UNKNOWN,
};

/* Sources that one rule or policy decides. */
struct evaluate_part {
	struct address_set sources;
	enum evaluate_verdict verdict;
	/* BLOCK: it never gets to the input hook. */
	bool is_before_input;
	/* BLOCK: here or there, by a condition. */
	bool is_place_open;
	/* BLOCK: with an answer to the sender. */
	bool is_reject;
	/* The rule, or NULL for a policy, or for no firewall at all. */
	const struct rule *rule;
	/* NULL: no base chain decided. */
	const struct rule_chain *chain;
	struct origin why;
	/* "filter INPUT rule 3", "filter INPUT -> f2b-sshd rule 1", "filter INPUT policy". */
	const char *path;
	/* CONDITION and UNKNOWN: "at most 5/second, burst 10"; else "". */
	const char *condition;
	/* The rate in the condition; NULL where it is something else. */
	const struct rule_rate *rate;
};

struct evaluate_answer {
	/* Disjoint; they cover all sources. */
	struct evaluate_part *parts;
	size_t count;
	/* The limit on work was reached: what was left is unknown. */
	bool is_exhausted;
};

/* Most rules that one answer looks at, with each jump's; a ruleset whose jumps multiply to more is
 * hostile. */
#define EVALUATE_WORK_MAX 20000000
/* Deepest jump. The kernel allows 16 in nftables (NFT_JUMP_STACK_SIZE). */
#define EVALUATE_DEPTH_MAX 64
/* Most parts of one answer; further ones are joined by verdict. */
#define EVALUATE_PARTS_MAX 256

/* Prepares rules of FAMILY for many questions. */
struct evaluator;

/* RULESET is all that is active at the same time, of whatever backend; it must outlive the
 * evaluator. NULL when memory is short. The caller frees it. */
struct evaluator *evaluator_new(const struct ruleset *ruleset, enum address_family family,
				const struct evaluator_host *host) MUST_CHECK;
void evaluator_free(struct evaluator *evaluator);

/* Asks about PACKET; its source is open, or known. The answer is in ARENA. False when memory is
 * short. Cost: rules times the logarithm of the networks in them. */
bool evaluator_ask(struct evaluator *evaluator, const struct packet *packet,
		   const struct evaluate_options *options, struct arena *arena,
		   struct evaluate_answer *ret_answer) MUST_CHECK;

/* Is any base chain on the way to the input hook? */
bool evaluator_has_rules(const struct evaluator *evaluator);

/* Appends words for RATE: "at most 5/second for each source, burst 10". */
void rule_rate_format(const struct rule_rate *rate, bool is_negated, struct buffer *buffer);

#endif
