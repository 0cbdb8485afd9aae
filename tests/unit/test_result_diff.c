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

#define SEEN(name, reach)                                                                          \
	{                                                                                          \
		.role = EVIDENCE_FAILS, .subject = (name), .file = "", .text = "",                 \
		.exposure = (reach)                                                                \
	}

/* As many as before, but not the same ones: something new fails. */
static void subjects_are_compared(void **state)
{
	(void)state;
	static const struct evidence first[] = { SEEN("a", EXPOSURE_HOST),
						 SEEN("b", EXPOSURE_HOST) };
	static const struct evidence swapped[] = { SEEN("c", EXPOSURE_HOST),
						   SEEN("a", EXPOSURE_HOST) };
	static const struct evidence wider[] = { SEEN("b", EXPOSURE_NETWORKS),
						 SEEN("a", EXPOSURE_HOST) };
	static const struct evidence doubled[] = { SEEN("b", EXPOSURE_HOST),
						   SEEN("a", EXPOSURE_HOST),
						   SEEN("a", EXPOSURE_HOST) };
	static const struct {
		const struct evidence *evidence;
		size_t count;
		const char *change;
		size_t appeared, gone;
	} rows[] = {
		{ swapped, 2, "worse", 1, 1 },
		{ wider, 2, "worse", 0, 0 },
		{ doubled, 3, "same", 0, 0 },
		{ first, 1, "better", 0, 1 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct finding old = FINDING("A-1", STATUS_FAIL, EXPOSURE_NETWORKS, 2);
		struct finding new = old;
		struct result before = { .findings = &old, .finding_count = 1 };
		struct result after = { .findings = &new, .finding_count = 1 };
		struct arena *arena = arena_new(0);
		struct result_diff diff;
		old.evidence = first;
		new.evidence = rows[i].evidence;
		new.evidence_count = rows[i].count;
		before.score.grade = "A";
		assert_true(result_diff_make(&before, &after, arena, &diff));
		assert_string_equal(finding_change_name(diff.findings[0].change), rows[i].change);
		assert_int_equal(diff.findings[0].subjects_new, rows[i].appeared);
		assert_int_equal(diff.findings[0].subjects_gone, rows[i].gone);
		const struct result_changes *changes = result_diff_changes(&diff, arena);
		assert_non_null(changes);
		assert_int_equal(changes->finding_count + changes->same, 1);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_are_compared),
		cmocka_unit_test(exposures_are_compared),
		cmocka_unit_test(subjects_are_compared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
