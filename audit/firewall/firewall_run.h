/* SPDX-License-Identifier: Apache-2.0
 *
 * One packet's walk through base chains. Sources travel together as a flow while rules treat them
 * alike; a rule parts a flow into what matches and what does not, and where a match may go either
 * way both parts hold the same sources. What ends in a verdict becomes a record; a source with
 * records of one kind only has that verdict.
 */
#ifndef RINGFENCE_FIREWALL_FIREWALL_RUN_H
#define RINGFENCE_FIREWALL_FIREWALL_RUN_H

#include "audit/firewall/firewall_match.h"
#include "audit/firewall/rule_runs.h"

struct flow {
	/* As rules have changed it so far. */
	const struct packet *packet;
	/* Sources that get here for certain or under conditions that are understood. */
	struct source_set known;
	/* Sources that get here, or not, by something that is not understood. */
	struct source_set uncertain;
};

/* Flows whose packets differ. More are joined, and what differs is unknown then. */
#define FLOWS_MAX 16

struct flows {
	struct flow items[FLOWS_MAX];
	size_t count;
};

/* How the walk came to a chain. */
struct frame {
	const struct frame *parent;
	const struct rule_chain *chain;
	/* The rule of the parent's chain that jumped; NULL for a base chain. */
	const struct rule *jump;
};

struct record {
	struct source_set known;
	struct source_set uncertain;
	const struct frame *frame;
	/* NULL: the policy, or what no rule decides (why). */
	const struct rule *rule;
	/* One of these rules, each source by the first that takes it; RULE is the first then. NULL:
	 * RULE alone. */
	const struct rule_run *run;
	/* ACCEPT, DROP, REJECT or UNKNOWN. */
	enum verdict_kind verdict;
	/* Where no rule did it: "sent on to another host"; else NULL. */
	const char *reason;
};

struct run {
	struct match_context context;
	struct source_space *space;
	struct arena *arena;
	bool is_input_hook;
	/* Kept from one question to the next, in an arena that lives as long. */
	struct arena *record_arena;
	struct record *records;
	size_t record_count;
	size_t record_capacity;
	/* What the base chain has accepted so far. */
	struct flows accepted;
	uint64_t work;
	bool is_exhausted;
	bool is_failed;
	const struct evaluator_host *host;
	/* By chain id. */
	const struct chain_runs *runs;
};

static inline bool flow_is_empty(const struct flow *flow)
{
	return source_is_empty(flow->known) && source_is_empty(flow->uncertain);
}

/* Adds FLOW to FLOWS, joined with the one of an equal packet. */
void flows_add(struct run *run, struct flows *flows, struct flow flow);

/* Walks FLOWS through the base chain CHAIN; they are replaced by what it accepted. */
void run_base_chain(struct run *run, const struct rule_chain *chain, struct flows *flows);

void run_record(struct run *run, const struct flow *flow, const struct frame *frame,
		const struct rule *rule, enum verdict_kind verdict, const char *reason);

/* A copy of PACKET in the run's arena; NULL when memory is short. */
struct packet *run_copy_packet(struct run *run, const struct packet *packet);

#endif
