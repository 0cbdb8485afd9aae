/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules as iptables-save and ipset save has them, read and asked about both families. The first
 * byte chooses the question.
 */
#include "tests/fuzz/firewall_questions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)512 * 1024 * 1024);
	if (size && size <= FIREWALL_FUZZ_BYTES_MAX && arena) {
		const struct slice text = { .data = (const char *)data + 1, .size = size - 1 };
		firewall_ask_both(arena, data[0] & 1 ? FIREWALL_IP6TABLES : FIREWALL_IPTABLES, text,
				  SLICE(""), data[0]);
	}
	arena_free(arena);
	return 0;
}
