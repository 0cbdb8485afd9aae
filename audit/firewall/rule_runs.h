/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs of rules: neighbours in a chain that ask the same of a packet but for its source, and give
 * the same verdict. Bans of fail2ban and lists of networks are such. A packet passes a run in one
 * step, whatever its length, and only the answer looks at its rules one by one.
 *
 * Budget: finding the runs is linear in the rules, each union costs the logarithm of their number.
 */
#ifndef RINGFENCE_FIREWALL_RULE_RUNS_H
#define RINGFENCE_FIREWALL_RULE_RUNS_H

#include "audit/base/attributes.h"
#include "audit/firewall/rule.h"
#include "audit/firewall/source_space.h"

struct arena;

struct rule_run {
	/* Index in its chain, and how many. */
	size_t first;
	size_t count;
	/* ACCEPT, DROP, REJECT or RETURN. */
	enum verdict_kind verdict;
	/* What any of its rules takes. */
	struct source_set sources;
	/* By rule of the run. */
	const struct source_set *rule_sources;
	const struct rule *rules;
};

struct chain_runs {
	const struct rule_run *runs;
	size_t count;
};

/* Fewer rules than this are walked one by one. */
#define RULE_RUN_MIN 8

/* By match id: the sources of matches of the source alone, where is_prepared. */
struct prepared_matches {
	const struct source_set *sources;
	const bool *is_prepared;
};

/* The runs of CHAIN, in ARENA. False when memory is short. */
bool rule_runs_find(const struct rule_chain *chain, const struct prepared_matches *prepared,
		    struct source_space *space, struct arena *arena,
		    struct chain_runs *ret_runs) MUST_CHECK;

/* Does MATCH, of a rule in a run, look at the source alone? The others are alike in all its rules.
 */
bool rule_run_is_source(const struct prepared_matches *prepared, const struct rule_match *match);

#endif
