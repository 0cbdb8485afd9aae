/* SPDX-License-Identifier: Apache-2.0
 *
 * Captured packets: whatever is taken for an answer lies within the bytes given.
 */
#include <stddef.h>
#include <stdint.h>

#include "audit/scan/scan_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scan_answer answer;
	if (scan_packet_parse(data, size, &answer) && answer.target.family == ADDRESS_NONE)
		__builtin_trap();
	return 0;
}
