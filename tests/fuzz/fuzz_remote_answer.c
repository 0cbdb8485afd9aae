/* SPDX-License-Identifier: Apache-2.0
 *
 * What a host far away may answer to a round of questions.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/target/remote_ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct record asked[] = {
		{ .question = QUESTION_READ, .key = "/etc/passwd" },
		{ .question = QUESTION_OPEN, .key = "/var/log/secure" },
		{ .question = QUESTION_LIST, .key = "/etc" },
		{ .question = QUESTION_PROBE, .key = "ss" },
		{ .question = QUESTION_STATUS, .key = "/etc" },
	};
	struct record_set questions;
	struct arena *arena = arena_new((size_t)64 * 1024 * 1024);
	if (!arena)
		abort();
	record_set_init(&questions, arena);
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++)
		if (!record_set_add(&questions, &asked[i]))
			abort();
	const struct slice answer = { .data = (const char *)data, .size = size };
	(void)remote_ask_read(&questions, 0, answer, "broken");
	arena_free(arena);
	return 0;
}
