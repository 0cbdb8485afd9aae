/* SPDX-License-Identifier: Apache-2.0
 *
 * Reaches log_head_read, log_patterns_match and every shape.
 */
#include <stddef.h>
#include <stdint.h>

#include "audit/logs/activity_tally.h"
#include "audit/logs/log_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tally *tally = tally_new(0, 0);
	if (!tally)
		return 0;
	log_scan_lines((struct slice){ .data = (const char *)data, .size = size }, NULL, 1770200000,
		       tally);
	tally_free(tally);
	return 0;
}
