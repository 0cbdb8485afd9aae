/* SPDX-License-Identifier: Apache-2.0
 *
 * What a running Asterisk prints of its peers, contacts and channels, and Master.csv, as a hostile
 * caller may have made it: the same bytes as each.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "audit/asterisk/live_model.h"
#include "audit/base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)256 * 1024 * 1024);
	const struct source source = {
		.path = "a probe",
		.bytes = { .data = (const char *)data, .size = size },
		.is_probe = true,
	};
	struct live_model model = { .contact_count = 0 };
	if (arena && live_parse_sip_peers(&source, arena, &model) &&
	    live_parse_pjsip_contacts(&source, arena, &model) &&
	    live_parse_channels(&source, arena, &model) &&
	    live_parse_records(&source, arena, &model)) {
		for (size_t i = 0; i < model.contact_count; i++)
			if (model.contacts[i].account.size > size)
				abort();
	}
	arena_free(arena);
	return 0;
}
