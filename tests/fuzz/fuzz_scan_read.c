/* SPDX-License-Identifier: Apache-2.0
 *
 * A scan that was saved: ringfence's JSON or nmap's XML. What is read must be answerable, writable
 * in every format, and a scan that was stopped must go on or be refused.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/scan/scan_read.h"
#include "audit/scan/scan_resume.h"
#include "audit/scan/scan_write.h"
#include "audit/scan/scan_write_nmap.h"

#define INPUT_BYTES_MAX 20000

static void go_on(struct scan_result *result, struct arena *arena)
{
	struct scan_targets targets = { 0 };
	struct error error;
	struct address address;
	/* Addresses only: a name would be looked up. */
	for (size_t i = 0; i < result->target_count; i++) {
		struct slice word = slice_of(result->targets[i]);
		if (address_parse(word, &address) &&
		    !scan_targets_add(&targets, word, SCAN_FAMILY_ANY, arena, &error))
			return;
	}
	scan_targets_finish(&targets);
	(void)scan_resume(result, &targets, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error;
	struct scan_result result;
	if (size > INPUT_BYTES_MAX)
		return 0;
	struct arena *arena = arena_new(0);
	if (arena && scan_read((struct slice){ .data = (const char *)data, .size = size }, "fuzz",
			       arena, &result, &error)) {
		BUFFER_AUTO json = { 0 };
		BUFFER_AUTO text = { 0 };
		BUFFER_AUTO nmap = { 0 };
		enum scan_state state;
		for (size_t i = 0; i < result.count; i++)
			if (scan_found_state(&result, &result.hosts[i], SCAN_TCP, 22, &state) &&
			    state >= STATE_COUNT)
				abort();
		result.method = result.method ? result.method : "connect";
		scan_write_json(&result, &json);
		scan_write_text(&result, &text);
		(void)scan_write_nmap(&result, "ringfence scan", &nmap, &error);
		go_on(&result, arena);
	}
	arena_free(arena);
	return 0;
}
