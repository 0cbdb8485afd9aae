/* SPDX-License-Identifier: Apache-2.0
 *
 * The questions that the fuzz targets of firewall rules ask of what was read.
 */
#ifndef RINGFENCE_TESTS_FUZZ_FIREWALL_QUESTIONS_H
#define RINGFENCE_TESTS_FUZZ_FIREWALL_QUESTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "tests/firewall_text.h"

/* Longer inputs are slow and find nothing that shorter ones do not. */
#define FIREWALL_FUZZ_BYTES_MAX 20000

static inline void firewall_ask(const struct ruleset *ruleset, enum address_family family,
				uint8_t choice, struct arena *arena)
{
	struct host_address addresses[2];
	const struct evaluator_host host = firewall_host(addresses);
	const struct evaluate_options options = { .is_fresh = choice & 2 };
	struct evaluator *evaluator = evaluator_new(ruleset, family, &host);
	struct evaluate_answer answer;
	struct packet packet;
	if (!evaluator)
		return;
	firewall_packet(&packet, family, choice & 4 ? IPPROTO_TCP : IPPROTO_UDP, 5060);
	(void)!evaluator_ask(evaluator, &packet, &options, arena, &answer);
	evaluator_free(evaluator);
}

/* Reads RULES and SETS as LANGUAGE and asks about both families; CHOICE chooses the question. */
static inline void firewall_ask_both(struct arena *arena, enum firewall_language language,
				     struct slice rules, struct slice sets, uint8_t choice)
{
	const struct ruleset *ruleset = firewall_read(arena, language, rules, sets);
	if (!ruleset)
		return;
	firewall_ask(ruleset, ADDRESS_IPV4, choice, arena);
	firewall_ask(ruleset, ADDRESS_IPV6, choice, arena);
}

#endif
