/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/history/history.h"

static char folder[] = "/tmp/ringfence-history-XXXXXX";
static char path[64];

static const struct finding failing[] = {
	{ .id = "A-1",
	  .title = "t",
	  .why = "",
	  .status = STATUS_FAIL,
	  .severity = 95,
	  .summary = "s",
	  .advice = "",
	  .fingerprint = "" },
	{ .id = "A-2",
	  .title = "t",
	  .why = "",
	  .status = STATUS_UNKNOWN,
	  .severity = 40,
	  .summary = "s",
	  .advice = "",
	  .fingerprint = "" },
};

static struct result run_at(const char *host, const char *started, unsigned int value)
{
	return (struct result){
		.tool = { .name = "ringfence", .version = "0" },
		.target = { .name = host,
			    .kind = "local",
			    .started = started,
			    .os = "",
			    .pbx_name = "",
			    .pbx_version = "",
			    .role = "" },
		.score = { .value = value,
			   .low = value,
			   .unwaived = value,
			   .grade = "F",
			   .raw = value },
		.findings = failing,
		.finding_count = 2,
		.activity = { .from = "", .to = "" },
	};
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	return snprintf(path, sizeof(path), "%s/h.db", folder) < 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static struct history *open_with_three(void)
{
	struct history *history;
	struct error error;
	static const char *const days[] = { "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z",
					    "2026-01-03T00:00:00Z" };
	assert_true(history_open(path, HISTORY_WRITE, &history, &error));
	for (unsigned int i = 0; i < 3; i++) {
		struct result result = run_at("pbx1", days[i], 10 * i);
		assert_true(history_add(history, &result, &error));
	}
	return history;
}

static void runs_are_kept_and_found(void **state)
{
	(void)state;
	struct history *history = open_with_three();
	struct arena *arena = arena_new(0);
	struct error error;
	const struct result_run *runs;
	size_t count;
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_true(history_runs(history, "pbx1", "", 2, arena, &runs, &count, &error));
	assert_int_equal(count, 2);
	assert_string_equal(runs[0].started, "2026-01-02T00:00:00Z");
	assert_int_equal(runs[1].value, 20);
	assert_int_equal(runs[1].critical, 1);
	assert_int_equal(runs[1].unknown, 1);
	assert_true(history_runs(history, "pbx2", "", 9, arena, &runs, &count, &error));
	assert_int_equal(count, 0);
	/* The same second again is the same run. */
	struct result again = run_at("pbx1", "2026-01-03T00:00:00Z", 77);
	assert_true(history_add(history, &again, &error));
	assert_true(history_runs(history, "pbx1", "", 9, arena, &runs, &count, &error));
	assert_int_equal(count, 3);
	assert_int_equal(runs[2].value, 77);
	history_close(history);
	arena_free(arena);
}

static void the_last_result_comes_back(void **state)
{
	(void)state;
	struct history *history = open_with_three();
	struct arena *arena = arena_new(0);
	struct error error;
	struct result result;
	bool found;
	assert_true(history_last(history, "pbx1", "2026-01-03T00:00:00Z", arena, &result, &found,
				 &error));
	assert_true(found);
	assert_string_equal(result.target.started, "2026-01-02T00:00:00Z");
	assert_string_equal(result.findings[0].id, "A-1");
	assert_true(history_last(history, "pbx1", "2026-01-01T00:00:00Z", arena, &result, &found,
				 &error));
	assert_false(found);
	history_close(history);
	arena_free(arena);
}

static void old_runs_go(void **state)
{
	(void)state;
	struct history *history = open_with_three();
	struct arena *arena = arena_new(0);
	struct error error;
	const struct result_run *runs;
	size_t count;
	struct result other = run_at("pbx2", "2020-01-01T00:00:00Z", 1);
	assert_true(history_add(history, &other, &error));
	assert_true(history_prune(history, "pbx1", 2, "", &error));
	assert_true(history_runs(history, "pbx1", "", 9, arena, &runs, &count, &error));
	assert_int_equal(count, 2);
	assert_true(history_prune(history, "pbx1", 0, "2026-01-03T00:00:00Z", &error));
	assert_true(history_runs(history, "pbx1", "", 9, arena, &runs, &count, &error));
	assert_int_equal(count, 1);
	/* Another host's are not touched. */
	assert_true(history_runs(history, "pbx2", "", 9, arena, &runs, &count, &error));
	assert_int_equal(count, 1);
	history_close(history);
	arena_free(arena);
}

static void other_files_are_refused(void **state)
{
	(void)state;
	struct history *history;
	struct error error;
	(void)unlink(path);
	assert_false(history_open(path, HISTORY_READ, &history, &error));
	assert_int_equal(error.kind, ERROR_INPUT);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs("this is no database, and long enough to be looked at as one", file) >=
		    0);
	assert_int_equal(fclose(file), 0);
	assert_false(history_open(path, HISTORY_WRITE, &history, &error));
	assert_int_equal(error.kind, ERROR_INPUT);
	assert_false(history_open("postgresql://db/x", HISTORY_WRITE, &history, &error));
	assert_int_equal(error.kind, ERROR_USAGE);
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_are_kept_and_found),
		cmocka_unit_test(the_last_result_comes_back),
		cmocka_unit_test(old_runs_go),
		cmocka_unit_test(other_files_are_refused),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
