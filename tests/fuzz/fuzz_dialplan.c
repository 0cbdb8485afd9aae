/* SPDX-License-Identifier: Apache-2.0
 *
 * extensions.conf as a hostile host may have it, read and walked from each of its contexts.
 * Reaches dialplan_model_load, dialplan_walk_run, dialplan_expand and the patterns.
 */
#include <stddef.h>
#include <stdint.h>

#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/base/arena.h"
#include "tests/literal_loader.h"

#define BYTES_MAX 4096
#define CONTEXTS_MAX 4
/* Visits after which a walk is given up here: its own limit is larger than a fuzzer's patience. */
#define VISITS_MAX 2000

static bool visit(void *context, const struct dialplan_event *event)
{
	size_t *count = context;
	return ++*count > VISITS_MAX || event->target.text.size > 1000000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct literal_loader literal;
	const struct conf_options options = { .directory = "/etc/asterisk",
					      .asterisk_version = 1628 };
	static const struct slice number = { "00441632960000", 14 };
	if (size > BYTES_MAX)
		return 0;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/etc/asterisk/extensions.conf", "")->source.bytes =
		(struct slice){ .data = (const char *)data, .size = size };
	const struct dialplan_model *model = dialplan_model_load(&literal.loader, &options);
	for (size_t i = 0; model && i < model->context_count && i < CONTEXTS_MAX; i++) {
		struct arena *arena = arena_new((size_t)256 * 1024 * 1024);
		size_t count = 0;
		struct dialplan_walk walk = {
			.model = model,
			.arena = arena,
			.visit = visit,
			.context = &count,
			.numbers = &number,
			.number_count = 1,
		};
		if (arena)
			dialplan_walk_run(&walk, &model->contexts[i]);
		arena_free(arena);
	}
	literal_loader_done(&literal);
	return 0;
}
