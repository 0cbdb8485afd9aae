/* SPDX-License-Identifier: Apache-2.0
 *
 * A saved result from anywhere: what is read is told in every format, and must come back the same
 * when it was written and read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"
#include "checks/result.h"
#include "reports/report.h"
#include "reports/result_json.h"
#include "reports/terminal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tell(const struct result *result)
{
	const struct report_options options = { .templates = NULL };
	size_t count;
	const struct report_format *formats = report_formats(&count);
	for (size_t i = 0; i < count; i++) {
		BUFFER_AUTO out = { 0 };
		struct error error;
		if (!formats[i].write(result, &options, &out, &error))
			abort();
	}
	BUFFER_AUTO out = { 0 };
	const struct terminal_style style = { .color = true, .width = 80, .utf8 = true };
	terminal_write_summary(result, &style, &out);
}

static void compare_again(const struct result *result, struct arena *arena)
{
	BUFFER_AUTO once = { 0 };
	BUFFER_AUTO twice = { 0 };
	struct result again;
	struct error error;
	if (!result_json_write(result, NULL, &once, &error) ||
	    !result_json_read(buffer_slice(&once), "again", arena, &again, &error) ||
	    !result_json_write(&again, NULL, &twice, &error) ||
	    !slice_equal(buffer_slice(&once), buffer_slice(&twice)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)256 * 1024 * 1024);
	struct result result;
	struct error error;
	struct slice text = { .data = (const char *)data, .size = size };
	if (arena && result_json_read(text, "fuzz", arena, &result, &error)) {
		compare_again(&result, arena);
		tell(&result);
	}
	arena_free(arena);
	return 0;
}
