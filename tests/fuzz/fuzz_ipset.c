/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules as ipset save has them, read and asked about both families. The first byte chooses the
 * question.
 */
#include "tests/fuzz/firewall_questions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char rules[] = "*filter\n-A INPUT -m set --match-set a src -j DROP\n"
				    "-A INPUT -m set --match-set b src,dst -j ACCEPT\nCOMMIT\n";
	struct arena *arena = arena_new((size_t)512 * 1024 * 1024);
	if (size && size <= FIREWALL_FUZZ_BYTES_MAX && arena) {
		const struct slice text = { .data = (const char *)data + 1, .size = size - 1 };
		firewall_ask_both(arena, FIREWALL_IPTABLES, slice_of(rules), text, data[0]);
	}
	arena_free(arena);
	return 0;
}
