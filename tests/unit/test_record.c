/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/target/record.h"

struct fixture {
	struct arena *arena;
	struct buffer line;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	fixture = (struct fixture){ .arena = arena_new(0) };
	*state = &fixture;
	return fixture.arena ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	buffer_done(&fixture->line);
	arena_free(fixture->arena);
	return 0;
}

/* RECORD written and read again. */
static struct record again(struct fixture *fixture, const struct record *record, uint64_t *ret_size)
{
	struct record read;
	const char *expected;
	buffer_clear(&fixture->line);
	record_write(record, &fixture->line);
	struct slice rest = buffer_slice(&fixture->line), line;
	assert_true(slice_next_line(&rest, &line));
	assert_int_equal(rest.size, 0);
	if (!record_read(line, fixture->arena, &read, ret_size, &expected))
		fail_msg("expected %s: %s", expected, buffer_string(&fixture->line));
	assert_int_equal(read.question, record->question);
	assert_int_equal(read.status, record->status);
	assert_string_equal(read.key, record->key);
	return read;
}

static void a_file_comes_back_as_it_was(void **state)
{
	uint64_t size;
	const struct record record = {
		.question = QUESTION_READ,
		.key = "/etc/a name\twith % and \xc3\xa4\n",
		.status = LOAD_FOUND,
		.file = { FILE_REGULAR, 33, 44, 04755, 3, -5 },
		.bytes = SLICE("abc"),
		.is_cut = true,
		.digest = SLICE("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
	};
	struct record read = again(*state, &record, &size);
	assert_int_equal(size, 3);
	assert_true(read.is_cut);
	assert_true(slice_equal(read.digest, record.digest));
	assert_int_equal(read.file.kind, FILE_REGULAR);
	assert_int_equal(read.file.owner, 33);
	assert_int_equal(read.file.group, 44);
	assert_int_equal(read.file.mode, 04755);
	assert_int_equal(read.file.size_bytes, 3);
	assert_int_equal(read.file.modified, -5);
}

static void absence_and_trouble_come_back(void **state)
{
	uint64_t size;
	struct record record = { .question = QUESTION_PROBE, .key = "ss", .status = LOAD_ABSENT };
	(void)again(*state, &record, &size);
	record.status = LOAD_UNREADABLE;
	record.trouble.problem = (struct load_problem){ "permission denied", "run as root" };
	struct record read = again(*state, &record, &size);
	assert_null(read.trouble.what);
	assert_string_equal(read.trouble.problem.why, "permission denied");
	assert_string_equal(read.trouble.problem.to_read_it, "run as root");
	record.trouble.what = "the sockets";
	read = again(*state, &record, &size);
	assert_string_equal(read.trouble.what, "the sockets");
}

static void names_of_a_folder_come_back(void **state)
{
	uint64_t size;
	char *names[] = { (char[]){ "a b" }, (char[]){ "%" }, (char[]){ "\xff" } };
	struct record record = {
		.question = QUESTION_LIST,
		.key = "/etc",
		.status = LOAD_FOUND,
		.names = { .names = names, .count = 3 },
	};
	struct record read = again(*state, &record, &size);
	assert_int_equal(read.names.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(read.names.names[i], names[i]);
	record.names.count = 0;
	read = again(*state, &record, &size);
	assert_int_equal(read.names.count, 0);
}

static void lines_that_are_none_are_refused(void **state)
{
	struct fixture *fixture = *state;
	static const char *const lines[] = {
		"",
		"peek\t/etc\tfound",
		"read",
		"read\t/etc/passwd",
		"read\t/etc/passwd\tmaybe",
		"read\t/etc/passwd\tfound",
		"read\t/etc/passwd\tfound\tf\t0\t0\t644\t3\t0\twhole\t3",
		"read\t/etc/passwd\tfound\tf\t0\t0\t648\t3\t0\twhole\t3\t",
		"read\t/etc/passwd\tfound\tx\t0\t0\t644\t3\t0\twhole\t3\t",
		"read\t/etc/passwd\tfound\tf\t0\t0\t644\t3\t0\tsome\t3\t",
		"read\t/etc/passwd\tfound\tf\t0\t0\t644\t3\t0\twhole\t3\tabc",
		"read\t/etc/passwd\tfound\tf\t-1\t0\t644\t3\t0\twhole\t3\t",
		"read\t/etc/pass%0\tabsent",
		"read\t/etc/pass%00wd\tabsent",
		"read\t/etc/passwd\tabsent\tmore",
		"list\t/etc\tfound\twhole\t..",
		"list\t/etc\tfound\twhole\ta/b",
		"list\t/etc\tfound\twhole\t",
		"status\t/etc\tunreadable\tonly one text",
	};
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct record record;
		uint64_t size;
		const char *expected;
		if (record_read(slice_of(lines[i]), fixture->arena, &record, &size, &expected))
			fail_msg("taken: %s", lines[i]);
		assert_non_null(expected);
	}
}

static void a_set_keeps_one_answer_to_a_question(void **state)
{
	struct fixture *fixture = *state;
	struct record_set set;
	record_set_init(&set, fixture->arena);
	struct record record = { .question = QUESTION_READ, .key = "/a", .status = LOAD_ABSENT };
	assert_true(record_set_add(&set, &record));
	record.question = QUESTION_STATUS;
	assert_true(record_set_add(&set, &record));
	record.status = LOAD_FOUND;
	assert_true(record_set_add(&set, &record));
	assert_int_equal(set.count, 2);
	assert_int_equal(record_set_find(&set, QUESTION_READ, "/a")->status, LOAD_ABSENT);
	assert_int_equal(record_set_find(&set, QUESTION_STATUS, "/a")->status, LOAD_FOUND);
	assert_null(record_set_find(&set, QUESTION_LIST, "/a"));
}

static void members_have_plain_names(void **state)
{
	static const char *const cases[][2] = {
		{ "/etc/passwd", "/etc/passwd" },
		{ "//etc/./asterisk/../passwd", "/etc/passwd" },
		{ "/../../etc/shadow", "/etc/shadow" },
		{ "/a/b/../../..", "" },
	};
	struct fixture *fixture = *state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct record record = { .question = QUESTION_READ, .key = cases[i][0] };
		buffer_clear(&fixture->line);
		record_member(&record, &fixture->line);
		assert_string_equal(buffer_string(&fixture->line), cases[i][1]);
	}
	const struct record probe = { .question = QUESTION_PROBE, .key = "asterisk/x" };
	buffer_clear(&fixture->line);
	record_member(&probe, &fixture->line);
	assert_string_equal(buffer_string(&fixture->line), "/probes/asterisk/x");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_comes_back_as_it_was),          TEST(absence_and_trouble_come_back),
		TEST(names_of_a_folder_come_back),          TEST(lines_that_are_none_are_refused),
		TEST(a_set_keeps_one_answer_to_a_question), TEST(members_have_plain_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
