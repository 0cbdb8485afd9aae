/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole audit of a host of tests/hosts with each allocation made to fail in turn: it must end
 * with a clean error, or with the result that it has always. Every one of the first allocations is
 * tried, then a sample.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/model/model_build.h"
#include "audit/target/target.h"
#include "checks/result_build.h"
#include "reports/result_json.h"

#define HOST "tests/hosts/careless"
#define NOW 1700000000

/* Tried one by one up to here, then every SAMPLE_STEP-th. */
#define EACH_UP_TO 300
#define SAMPLE_STEP 211

/* True: the audit ended with a result, told in OUT. False: it said that memory was short. */
static bool audit(size_t fail_at, struct buffer *out)
{
	struct arena *arena = arena_new(0);
	assert_non_null(arena);
	arena_fail_at(arena, fail_at);
	const struct target_options options = { .probe_timeout_ms = 1000 };
	const struct site site = { .now = NOW };
	struct error error = { .kind = ERROR_NONE };
	struct target *target = target_open_directory(arena, HOST, &options, &error);
	bool done = target != NULL;
	struct model model;
	struct result result;
	if (done)
		done = model_build(target_loader(target), &site, NULL, NULL, &model, &error);
	if (done) {
		struct result_request request = {
			.target = { .name = "host",
				    .kind = "directory",
				    .started = "",
				    .os = "",
				    .pbx_name = "",
				    .pbx_version = "" },
		};
		request.unread = target_unread(target, &request.unread_count);
		done = result_build(arena, &model, &request, &result, &error);
	}
	if (done)
		done = result_json_write(&result, NULL, out, &error);
	if (!done)
		assert_int_equal(error.kind, ERROR_MEMORY);
	target_close(target);
	arena_free(arena);
	return done;
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	if (access(HOST, R_OK) != 0)
		skip();
	BUFFER_AUTO whole = { 0 };
	assert_true(audit(0, &whole));
	size_t failures = 0;
	for (size_t at = 1;; at += at < EACH_UP_TO ? 1 : SAMPLE_STEP) {
		BUFFER_AUTO out = { 0 };
		if (!audit(at, &out)) {
			failures++;
			continue;
		}
		/* A result after a failure says so: it is unread, never silently less. */
		if (buffer_slice(&out).size == buffer_slice(&whole).size &&
		    memcmp(out.data, whole.data, whole.size) == 0)
			break;
	}
	assert_true(failures > EACH_UP_TO);
	print_message("%zu allocations failed\n", failures);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
