/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/target/remote_ask.h"

static struct arena *arena;
static struct record_set questions;

static void ask(enum question question, const char *key)
{
	const struct record record = { .question = question, .key = key };
	assert_true(record_set_add(&questions, &record));
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(0);
	if (!arena)
		return -1;
	record_set_init(&questions, arena);
	ask(QUESTION_READ, "/etc/passwd");
	ask(QUESTION_LIST, "/etc/it's");
	ask(QUESTION_PROBE, "ss");
	ask(QUESTION_PROBE, "ipset");
	ask(QUESTION_LINK_STATUS, "/etc/localtime");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void answers_are_taken(void **state)
{
	(void)state;
	static const char answer[] =
		"Welcome to pbx1!\n"
		"@0 found 0 0 644 11 1700000000 regular file\n#11\nroot:x\n@1 x\n"
		"@1 found\n#10\n.\n..\na b\nc\n"
		"@2 absent\n@3 absent\n"
		"@4 found 0 0 777 20 1 symbolic link\n@end\n";
	assert_true(remote_ask_read(&questions, 0, slice_of(answer), "broken"));
	const struct record *file = questions.items[0];
	assert_int_equal(file->status, LOAD_FOUND);
	assert_true(slice_is(file->bytes, "root:x\n@1 x"));
	assert_int_equal(file->file.mode, 0644);
	assert_int_equal(file->file.kind, FILE_REGULAR);
	assert_false(file->is_cut);
	assert_int_equal(questions.items[1]->names.count, 2);
	assert_string_equal(questions.items[1]->names.names[0], "a b");
	/* Every kernel has sockets: a host without ss merely can't tell them. */
	assert_int_equal(questions.items[2]->status, LOAD_UNREADABLE);
	assert_int_equal(questions.items[3]->status, LOAD_ABSENT);
	assert_int_equal(questions.items[4]->file.kind, FILE_LINK);
}

static void a_broken_stream_leaves_the_rest_unread(void **state)
{
	(void)state;
	assert_true(remote_ask_read(
		&questions, 0, slice_of("@0 found 0 0 644 11 1700000000 regular file\n#11\nroot"),
		"broken"));
	for (size_t i = 0; i < questions.count; i++) {
		assert_int_equal(questions.items[i]->status, LOAD_UNREADABLE);
		assert_string_equal(questions.items[i]->trouble.problem.why, "broken");
	}
}

static void lies_are_bounded(void **state)
{
	(void)state;
	static const char *const answers[] = {
		"@99 found\n",
		"@0 found 1 2 3\n#0\n\n",
		"@0 found 0 0 999 1 1 regular file\n#1\nx\n",
		"@0 found 0 0 644 1 1 regular file\n#99999999999999999999\nx\n",
		"@0 found 0 0 644 1 1 regular file\n#-1\nx\n",
		"@0\n@\n@0 maybe\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		assert_true(remote_ask_read(&questions, 0, slice_of(answers[i]), "broken"));
		assert_int_equal(questions.items[0]->status, LOAD_UNREADABLE);
	}
}

static void names_are_quoted(void **state)
{
	(void)state;
	BUFFER_AUTO script = { 0 };
	remote_ask_write(&questions, 0, &script);
	assert_non_null(strstr(buffer_string(&script), "n=1; l '/etc/it'\\''s'\n"));
	assert_non_null(strstr(buffer_string(&script), "n=2; p out 'ss' '-H' '-tulnpe'\n"));
	buffer_clear(&script);
	/* Only what is new is asked again. */
	remote_ask_write(&questions, 4, &script);
	assert_null(strstr(buffer_string(&script), "/etc/passwd"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_are_taken),
		TEST(a_broken_stream_leaves_the_rest_unread),
		TEST(lies_are_bounded),
		TEST(names_are_quoted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
