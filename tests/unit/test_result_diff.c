/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "checks/result_diff.h"

static const struct evidence two[] = {
	{ .role = EVIDENCE_FAILS, .subject = "a", .file = "", .text = "" },
	{ .role = EVIDENCE_FAILS, .subject = "b", .file = "", .text = "" },
};

#define FINDING(name, state, reach, count)                                                         \
	{                                                                                          \
		.id = (name), .title = "t", .status = (state), .severity = 50,                     \
		.exposure = (reach), .evidence = two, .evidence_count = (count)                    \
	}

static void findings_are_compared(void **state)
{
	(void)state;
	static const struct finding old[] = {
		FINDING("A-1", STATUS_FAIL, EXPOSURE_HOST, 1),
		FINDING("A-2", STATUS_FAIL, EXPOSURE_HOST, 1),
		FINDING("A-3", STATUS_FAIL, EXPOSURE_ANYWHERE, 2),
		FINDING("A-4", STATUS_PASS, EXPOSURE_HOST, 0),
		FINDING("A-5", STATUS_FAIL, EXPOSURE_HOST, 1),
		FINDING("A-6", STATUS_FAIL, EXPOSURE_HOST, 1),
		FINDING("A-7", STATUS_PASS, EXPOSURE_HOST, 0),
		FINDING("A-8", STATUS_FAIL, EXPOSURE_HOST, 1),
	};
	static const struct finding new[] = {
		FINDING("A-7", STATUS_UNKNOWN, EXPOSURE_HOST, 0),
		FINDING("A-6", STATUS_UNKNOWN, EXPOSURE_HOST, 0),
		FINDING("A-5", STATUS_PASS, EXPOSURE_HOST, 0),
		FINDING("A-4", STATUS_FAIL, EXPOSURE_HOST, 1),
		FINDING("A-3", STATUS_FAIL, EXPOSURE_ANYWHERE, 1),
		FINDING("A-2", STATUS_FAIL, EXPOSURE_ANYWHERE, 1),
		FINDING("A-1", STATUS_FAIL, EXPOSURE_HOST, 1),
	};
	static const char *const expected[][2] = {
		{ "A-6", "lost" },  { "A-5", "fixed" }, { "A-4", "new" },  { "A-3", "better" },
		{ "A-2", "worse" }, { "A-1", "same" },  { "A-8", "lost" },
	};
	struct result before = { .findings = old, .finding_count = ARRAY_SIZE(old) };
	struct result after = { .findings = new, .finding_count = ARRAY_SIZE(new) };
	struct arena *arena = arena_new(0);
	struct result_diff diff;
	assert_true(result_diff_make(&before, &after, arena, &diff));
	assert_int_equal(diff.finding_count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct finding_difference *row = &diff.findings[i];
		assert_string_equal((row->after ? row->after : row->before)->id, expected[i][0]);
		assert_string_equal(finding_change_name(row->change), expected[i][1]);
	}
	arena_free(arena);
}

static void exposures_are_compared(void **state)
{
	(void)state;
	static const struct result_service old[] = {
		{ .protocol = "udp",
		  .port = 5060,
		  .address = "*",
		  .process = "asterisk",
		  .exposure = EXPOSURE_ANYWHERE },
		{ .protocol = "tcp",
		  .port = 22,
		  .address = "*",
		  .process = "sshd",
		  .exposure = EXPOSURE_ANYWHERE },
		{ .protocol = "tcp",
		  .port = 3306,
		  .address = "*",
		  .process = "mysqld",
		  .exposure = EXPOSURE_ANYWHERE },
	};
	static const struct result_service new[] = {
		{ .protocol = "tcp",
		  .port = 22,
		  .address = "*",
		  .process = "sshd",
		  .exposure = EXPOSURE_ANYWHERE },
		{ .protocol = "udp",
		  .port = 5060,
		  .address = "*",
		  .process = "asterisk",
		  .exposure = EXPOSURE_NETWORKS },
		{ .protocol = "tcp",
		  .port = 80,
		  .address = "*",
		  .process = "httpd",
		  .exposure = EXPOSURE_HOST },
	};
	struct result before = { .services = old, .service_count = ARRAY_SIZE(old) };
	struct result after = { .services = new, .service_count = ARRAY_SIZE(new) };
	struct arena *arena = arena_new(0);
	struct result_diff diff;
	assert_true(result_diff_make(&before, &after, arena, &diff));
	assert_int_equal(diff.service_count, 3);
	assert_ptr_equal(diff.services[0].after, &new[2]);
	assert_null(diff.services[0].before);
	assert_ptr_equal(diff.services[1].before, &old[2]);
	assert_null(diff.services[1].after);
	assert_ptr_equal(diff.services[2].before, &old[0]);
	assert_ptr_equal(diff.services[2].after, &new[1]);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_are_compared),
		cmocka_unit_test(exposures_are_compared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
