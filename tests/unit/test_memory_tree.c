/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/target/memory_tree.h"

static struct arena *arena;
static struct memory_tree tree;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(0);
	return arena && memory_tree_init(&tree, arena) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static bool add_file(const char *path, const char *bytes)
{
	const char *why;
	const struct memory_file file = {
		.status = { .kind = FILE_REGULAR, .mode = 0644 },
		.bytes = slice_of(bytes),
	};
	return memory_tree_add(&tree, slice_of(path), &file, &why);
}

static bool add_link(const char *path, const char *to)
{
	const char *why;
	const struct memory_file file = { .status = { .kind = FILE_LINK }, .link = to };
	return memory_tree_add(&tree, slice_of(path), &file, &why);
}

/* The bytes at PATH, "absent", or "unreadable". */
static const char *at(const char *root, const char *path)
{
	enum load_status status;
	struct load_problem problem;
	const struct memory_file *file =
		memory_tree_find(&tree, root, path, true, &status, &problem);
	if (!file)
		return status == LOAD_ABSENT ? "absent" : "unreadable";
	assert_int_equal(status, LOAD_FOUND);
	return file->status.kind == FILE_DIRECTORY ? "folder" : file->bytes.data;
}

static void finds_what_was_put(void **state)
{
	(void)state;
	assert_true(add_file("./etc/passwd", "users"));
	assert_true(add_file("/etc//ssh/sshd_config", "keys"));
	assert_string_equal(at("", "/etc/passwd"), "users");
	assert_string_equal(at("", "/etc/ssh/../passwd"), "users");
	assert_string_equal(at("", "/etc/ssh"), "folder");
	assert_string_equal(at("", "/"), "folder");
	assert_string_equal(at("", "/etc/shadow"), "absent");
	assert_string_equal(at("", "/etc/passwd/x"), "absent");
	assert_true(add_file("etc/passwd", "newer"));
	assert_string_equal(at("", "/etc/passwd"), "newer");
}

static void links_stay_inside(void **state)
{
	(void)state;
	assert_true(add_file("host/etc/real", "real"));
	assert_true(add_file("secret", "outside"));
	assert_true(add_link("host/etc/relative", "real"));
	assert_true(add_link("host/etc/absolute", "/etc/real"));
	assert_true(add_link("host/etc/upwards", "../../../../secret"));
	assert_true(add_link("host/etc/loop", "loop"));
	assert_true(add_link("host/run", "etc"));
	assert_string_equal(at("/host", "/etc/relative"), "real");
	assert_string_equal(at("/host", "/etc/absolute"), "real");
	assert_string_equal(at("/host", "/run/real"), "real");
	assert_string_equal(at("/host", "/etc/upwards"), "absent");
	assert_string_equal(at("/host", "/../secret"), "absent");
	assert_string_equal(at("/host", "/etc/loop"), "unreadable");
}

static void bad_paths_are_refused(void **state)
{
	(void)state;
	assert_false(add_file("../etc/passwd", "x"));
	assert_false(add_file("etc/../../x", "x"));
	assert_true(add_file("etc/file", "x"));
	assert_false(add_file("etc/file/below", "x"));
	assert_true(add_link("etc/link", "/"));
	assert_false(add_file("etc/link/below", "x"));
	assert_string_equal(at("", "/below"), "absent");
}

static void a_stream_gives_all_bytes(void **state)
{
	(void)state;
	struct stream stream;
	struct load_problem problem;
	const struct file_status status = { .kind = FILE_REGULAR, .size_bytes = 5 };
	char data[4];
	assert_int_equal(memory_stream(SLICE("bytes"), &status, &stream, &problem), LOAD_FOUND);
	assert_int_equal(stream.read(stream.context, data, 4), 4);
	assert_memory_equal(data, "byte", 4);
	assert_int_equal(stream.read(stream.context, data, 4), 1);
	assert_int_equal(stream.read(stream.context, data, 4), 0);
	stream.close(stream.context);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_what_was_put),
		TEST(links_stay_inside),
		TEST(bad_paths_are_refused),
		TEST(a_stream_gives_all_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
