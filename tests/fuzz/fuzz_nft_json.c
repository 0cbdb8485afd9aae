/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules as what `nft -j list ruleset` prints has them, read and asked about both families. The
 * first byte chooses the question.
 */
#include <stddef.h>
#include <stdint.h>

#include "tests/firewall_text.h"

static void ask(const struct ruleset *ruleset, enum address_family family, uint8_t choice,
		struct arena *arena)
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)512 * 1024 * 1024);
	if (!size || size > 20000 || !arena) {
		arena_free(arena);
		return 0;
	}
	const struct slice text = { .data = (const char *)data + 1, .size = size - 1 };
	const struct ruleset *ruleset = firewall_read(arena, FIREWALL_NFT_JSON, text, SLICE(""));
	if (ruleset) {
		ask(ruleset, ADDRESS_IPV4, data[0], arena);
		ask(ruleset, ADDRESS_IPV6, data[0], arena);
	}
	arena_free(arena);
	return 0;
}
