/* SPDX-License-Identifier: Apache-2.0
 *
 * Targets over trees made for the test: hostile files give reasons, never a hang or an escape.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/target/probe.h"
#include "audit/target/target.h"

struct fixture {
	char root[64];
	struct arena *arena;
	struct target *target;
	const struct loader *loader;
};

static char *below(const struct fixture *fixture, const char *path)
{
	static char text[512];
	snprintf(text, sizeof(text), "%s%s", fixture->root, path);
	return text;
}

static void make_folder(const struct fixture *fixture, const char *path)
{
	assert_int_equal(mkdir(below(fixture, path), 0755), 0);
}

static void make_file(const struct fixture *fixture, const char *path, const void *data,
		      size_t size)
{
	int fd = open(below(fixture, path), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	assert_int_equal(close(fd), 0);
}

static void make_link(const struct fixture *fixture, const char *to, const char *path)
{
	assert_int_equal(symlink(to, below(fixture, path)), 0);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	assert_non_null(fixture);
	memcpy(fixture->root, "/tmp/ringfence-target-XXXXXX", 29);
	assert_non_null(mkdtemp(fixture->root));
	make_folder(fixture, "/etc");
	make_folder(fixture, "/etc/ssh");
	make_folder(fixture, "/usr");
	make_folder(fixture, "/usr/bin");
	make_folder(fixture, "/var");
	make_folder(fixture, "/probes");
	make_file(fixture, "/etc/ssh/sshd_config", "Port 22\n", 8);
	make_file(fixture, "/etc/hostname", "pbx1.example.net\n", 17);
	fixture->arena = arena_new((size_t)256 * 1024 * 1024);
	assert_non_null(fixture->arena);
	struct target_options options = { .probe_timeout_ms = 5000 };
	struct error error;
	fixture->target = target_open_directory(fixture->arena, fixture->root, &options, &error);
	assert_non_null(fixture->target);
	fixture->loader = target_loader(fixture->target);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	target_close(fixture->target);
	arena_free(fixture->arena);
	char command[128];
	snprintf(command, sizeof(command), "rm -rf %s", fixture->root);
	int result = system(command);
	free(fixture);
	return result;
}

static enum load_status read_path(const struct fixture *fixture, const char *path,
				  const struct source **source, const struct unread **unread)
{
	*source = NULL;
	*unread = NULL;
	return loader_read(fixture->loader, path, source, unread);
}

static void reads_a_file_once(void **state)
{
	const struct fixture *fixture = *state;
	const struct source *first, *second;
	const struct unread *unread;
	assert_int_equal(read_path(fixture, "/etc/ssh/sshd_config", &first, &unread), LOAD_FOUND);
	assert_true(slice_is(first->bytes, "Port 22\n"));
	assert_string_equal(first->path, "/etc/ssh/sshd_config");
	assert_int_equal(first->mode, 0644);
	assert_false(first->is_probe);
	assert_int_equal(read_path(fixture, "/etc/ssh/sshd_config", &second, &unread), LOAD_FOUND);
	assert_ptr_equal(first, second);
	assert_string_equal(target_name(fixture->target), "pbx1.example.net");
}

static void links_stay_inside(void **state)
{
	const struct fixture *fixture = *state;
	const struct source *source;
	const struct unread *unread;
	make_link(fixture, "/etc/ssh/sshd_config", "/etc/absolute");
	make_link(fixture, "../../../../../../etc/hostname", "/etc/ssh/up");
	make_link(fixture, "/etc/passwd", "/etc/outside");
	make_link(fixture, "circle2", "/etc/circle1");
	make_link(fixture, "circle1", "/etc/circle2");
	assert_int_equal(read_path(fixture, "/etc/absolute", &source, &unread), LOAD_FOUND);
	assert_true(slice_is(source->bytes, "Port 22\n"));
	assert_int_equal(read_path(fixture, "/etc/ssh/up", &source, &unread), LOAD_FOUND);
	assert_true(slice_is(source->bytes, "pbx1.example.net\n"));
	/* This machine has an /etc/passwd, the tree has none. */
	assert_int_equal(read_path(fixture, "/etc/outside", &source, &unread), LOAD_ABSENT);
	assert_int_equal(read_path(fixture, "/etc/circle1", &source, &unread), LOAD_UNREADABLE);
	assert_non_null(strstr(unread->why, "circle"));
	assert_string_equal(unread->what, "/etc/circle1");
}

static void odd_files_are_refused(void **state)
{
	const struct fixture *fixture = *state;
	const struct source *source;
	const struct unread *unread;
	assert_int_equal(mkfifo(below(fixture, "/etc/pipe"), 0644), 0);
	assert_int_equal(read_path(fixture, "/etc/pipe", &source, &unread), LOAD_UNREADABLE);
	assert_non_null(strstr(unread->why, "pipe"));
	assert_int_equal(read_path(fixture, "/etc/ssh", &source, &unread), LOAD_UNREADABLE);
	assert_non_null(strstr(unread->why, "folder"));
	assert_int_equal(read_path(fixture, "/etc/hostname/x", &source, &unread), LOAD_ABSENT);
	if (geteuid() == 0 &&
	    mknod(below(fixture, "/etc/zero"), S_IFCHR | 0644, (dev_t)(1 << 8 | 5)) == 0) {
		assert_int_equal(read_path(fixture, "/etc/zero", &source, &unread),
				 LOAD_UNREADABLE);
		assert_non_null(strstr(unread->why, "device"));
	}
	size_t count;
	const struct unread *rows = target_unread(fixture->target, &count);
	assert_true(count >= 2);
	assert_string_equal(rows[0].what, "/etc/pipe");
	assert_string_equal(rows[1].what, "/etc/ssh");
}

static void large_files_are_cut_and_noted(void **state)
{
	const struct fixture *fixture = *state;
	const struct source *source;
	const struct unread *unread;
	make_file(fixture, "/etc/large", "x", 1);
	assert_int_equal(truncate(below(fixture, "/etc/large"), (off_t)200 * 1024 * 1024), 0);
	assert_int_equal(read_path(fixture, "/etc/large", &source, &unread), LOAD_FOUND);
	assert_true(source->is_truncated);
	assert_int_equal(source->bytes.size, TARGET_FILE_BYTES_MAX);
	size_t count;
	const struct unread *rows = target_unread(fixture->target, &count);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].what, "/etc/large");
	assert_non_null(strstr(rows[0].why, "16 MiB"));
}

static void empty_and_binary_files_are_found(void **state)
{
	const struct fixture *fixture = *state;
	const struct source *source;
	const struct unread *unread;
	make_file(fixture, "/etc/empty", "", 0);
	make_file(fixture, "/etc/binary.conf", "a\0b", 3);
	assert_int_equal(read_path(fixture, "/etc/empty", &source, &unread), LOAD_FOUND);
	assert_int_equal(source->bytes.size, 0);
	assert_int_equal(read_path(fixture, "/etc/binary.conf", &source, &unread), LOAD_FOUND);
	assert_int_equal(source->bytes.size, 3);
	size_t count;
	const struct unread *rows = target_unread(fixture->target, &count);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].what, "/etc/binary.conf");
}

static void globs_are_those_of_the_shell(void **state)
{
	const struct fixture *fixture = *state;
	make_folder(fixture, "/etc/ssh/d");
	make_file(fixture, "/etc/ssh/d/b.conf", "", 0);
	make_file(fixture, "/etc/ssh/d/a.conf", "", 0);
	make_file(fixture, "/etc/ssh/d/.hidden.conf", "", 0);
	make_file(fixture, "/etc/ssh/d/c.txt", "", 0);
	make_link(fixture, "nowhere", "/etc/ssh/d/dangling.conf");
	struct path_list paths;
	const struct unread *unread;
	const struct loader *loader = fixture->loader;
	assert_int_equal(loader_glob(loader, "/etc/ssh/d/*.conf", &paths, &unread), LOAD_FOUND);
	assert_int_equal(paths.count, 3);
	assert_string_equal(paths.paths[0], "/etc/ssh/d/a.conf");
	assert_string_equal(paths.paths[1], "/etc/ssh/d/b.conf");
	assert_string_equal(paths.paths[2], "/etc/ssh/d/dangling.conf");
	assert_int_equal(loader_glob(loader, "/etc/*/d/[ab].conf", &paths, &unread), LOAD_FOUND);
	assert_int_equal(paths.count, 2);
	assert_int_equal(loader_glob(loader, "/etc/ssh/d/.h*", &paths, &unread), LOAD_FOUND);
	assert_int_equal(paths.count, 1);
	assert_int_equal(loader_glob(loader, "/etc/ssh/sshd_config", &paths, &unread), LOAD_FOUND);
	assert_int_equal(paths.count, 1);
	assert_int_equal(loader_glob(loader, "/etc/ssh/d/c\\.txt", &paths, &unread), LOAD_FOUND);
	assert_int_equal(paths.count, 1);
	assert_int_equal(loader_glob(loader, "/etc/none/*.conf", &paths, &unread), LOAD_FOUND);
	assert_int_equal(paths.count, 0);
}

static void status_and_streams(void **state)
{
	const struct fixture *fixture = *state;
	make_link(fixture, "sshd_config", "/etc/ssh/link");
	struct file_status status;
	const struct loader *loader = fixture->loader;
	assert_int_equal(loader_status(loader, "/etc/ssh/link", true, &status, NULL), LOAD_FOUND);
	assert_int_equal(status.kind, FILE_LINK);
	assert_int_equal(loader_status(loader, "/etc/ssh/link", false, &status, NULL), LOAD_FOUND);
	assert_int_equal(status.kind, FILE_REGULAR);
	assert_int_equal(status.size_bytes, 8);
	assert_int_equal(loader_status(loader, "/etc/none", false, &status, NULL), LOAD_ABSENT);
	struct stream stream;
	char data[16];
	assert_int_equal(loader_open(loader, "/etc/ssh/sshd_config", &stream, NULL), LOAD_FOUND);
	assert_int_equal(stream.read(stream.context, data, sizeof(data)), 8);
	assert_int_equal(stream.read(stream.context, data, sizeof(data)), 0);
	stream.close(stream.context);
}

static void probes_are_files(void **state)
{
	const struct fixture *fixture = *state;
	const struct source *source;
	const struct unread *unread = NULL;
	const struct loader *loader = fixture->loader;
	make_file(fixture, "/probes/ss", "udp UNCONN\n", 11);
	assert_int_equal(loader_probe(loader, "ss", &source, &unread), LOAD_FOUND);
	assert_true(source->is_probe);
	assert_string_equal(source->path, "ss -H -tulnpe");
	assert_int_equal(loader_probe(loader, "sysctl", &source, &unread), LOAD_UNREADABLE);
	assert_string_equal(unread->what, "the kernel's settings");
	assert_non_null(strstr(unread->to_read_it, "sysctl -a"));
	/* The tree has a folder of programs, and none of these in it. */
	assert_int_equal(loader_probe(loader, "fail2ban-status", &source, &unread), LOAD_ABSENT);
	make_file(fixture, "/usr/bin/nft", "", 0);
	assert_int_equal(loader_probe(loader, "nft.json", &source, &unread), LOAD_UNREADABLE);
	make_file(fixture, "/probes/addresses", "a\0b", 3);
	assert_int_equal(loader_probe(loader, "addresses", &source, &unread), LOAD_UNREADABLE);
	assert_non_null(strstr(unread->why, "NUL"));
	assert_int_equal(loader_probe(loader, "no-such-probe", &source, &unread), LOAD_UNREADABLE);
}

static void what_was_not_copied_is_not_absent(void **state)
{
	const struct fixture *fixture = *state;
	const struct source *source;
	const struct unread *unread;
	assert_int_equal(read_path(fixture, "/proc/modules", &source, &unread), LOAD_UNREADABLE);
	assert_string_equal(unread->what, "/proc");
	assert_int_equal(read_path(fixture, "/var/lib/none", &source, &unread), LOAD_ABSENT);
	assert_int_equal(rmdir(below(fixture, "/var")), 0);
	assert_int_equal(read_path(fixture, "/var/lib/other", &source, &unread), LOAD_UNREADABLE);
	assert_string_equal(unread->what, "/var");
}

static void a_copy_of_etc_is_a_tree_too(void **state)
{
	const struct fixture *fixture = *state;
	struct target_options options = { .probe_timeout_ms = 5000 };
	struct error error;
	struct target *target =
		target_open_directory(fixture->arena, below(fixture, "/etc"), &options, &error);
	assert_non_null(target);
	const struct source *source;
	const struct unread *unread = NULL;
	const struct loader *loader = target_loader(target);
	assert_int_equal(loader_read(loader, "/etc/ssh/sshd_config", &source, &unread), LOAD_FOUND);
	assert_int_equal(loader_read(loader, "/etc/none", &source, &unread), LOAD_ABSENT);
	assert_int_equal(loader_read(loader, "/var/lib/x", &source, &unread), LOAD_UNREADABLE);
	target_close(target);
	assert_null(target_open_directory(fixture->arena, "/nonexistent/tree", &options, &error));
	assert_int_equal(error.kind, ERROR_INPUT);
}

static void noted_modes_replace_those_of_the_copy(void **state)
{
	const struct fixture *fixture = *state;
	make_file(fixture, "/etc/shadow", "root:*:1::::::\n", 15);
	make_file(fixture, "/etc/a b", "x", 1);
	struct target_options options = { .probe_timeout_ms = 5000 };
	struct error error;
	struct target *target =
		target_open_directory(fixture->arena, fixture->root, &options, &error);
	assert_non_null(target);
	/* Everybody may read this shadow file: the copy kept no modes. */
	assert_true(target_loader(target)->modes_are_lost);
	target_close(target);
	static const char modes[] = "640 0 42 /etc/shadow\nnonsense\n4755 7 8 /etc/a b\n"
				    "9 1 1 /etc/hostname\n";
	make_file(fixture, "/probes/file-modes", modes, sizeof(modes) - 1);
	target = target_open_directory(fixture->arena, fixture->root, &options, &error);
	assert_non_null(target);
	const struct loader *loader = target_loader(target);
	assert_false(loader->modes_are_lost);
	struct file_status status;
	assert_int_equal(loader_status(loader, "/etc/shadow", false, &status, NULL), LOAD_FOUND);
	assert_int_equal(status.mode, 0640);
	assert_int_equal(status.group, 42);
	assert_int_equal(loader_status(loader, "/etc/a b", false, &status, NULL), LOAD_FOUND);
	assert_int_equal(status.mode, 04755);
	assert_int_equal(status.owner, 7);
	const struct source *source;
	const struct unread *unread;
	assert_int_equal(loader_read(loader, "/etc/a b", &source, &unread), LOAD_FOUND);
	assert_int_equal(source->mode, 04755);
	assert_int_equal(loader_read(loader, "/etc/hostname", &source, &unread), LOAD_FOUND);
	assert_int_equal(source->mode, 0644);
	target_close(target);
}

static void local_reads_this_host(void **state)
{
	const struct fixture *fixture = *state;
	struct target_options options = { .probe_timeout_ms = 10000 };
	struct error error;
	struct target *target = target_open_local(fixture->arena, &options, &error);
	assert_non_null(target);
	const struct source *source;
	const struct unread *unread = NULL;
	const struct loader *loader = target_loader(target);
	assert_int_equal(loader_read(loader, "/etc/passwd", &source, &unread), LOAD_FOUND);
	assert_true(source->bytes.size > 0);
	assert_int_equal(loader_probe(loader, "hostname", &source, &unread), LOAD_FOUND);
	assert_true(slice_is(slice_trim(source->bytes), target_name(target)));
	assert_int_equal(loader_probe(loader, "uname", &source, &unread), LOAD_FOUND);
	assert_true(slice_starts_with(source->bytes, "Linux "));
	target_close(target);
}

static void probe_names_are_sorted(void **state)
{
	(void)state;
	size_t count;
	const struct probe *probes = probe_list(&count);
	for (size_t i = 0; i + 1 < count; i++)
		assert_true(strcmp(probes[i].name, probes[i + 1].name) < 0);
	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(probe_find(probes[i].name), &probes[i]);
	assert_null(probe_find("reboot"));
}

int main(void)
{
#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_TREE(reads_a_file_once),
		IN_TREE(links_stay_inside),
		IN_TREE(odd_files_are_refused),
		IN_TREE(large_files_are_cut_and_noted),
		IN_TREE(empty_and_binary_files_are_found),
		IN_TREE(globs_are_those_of_the_shell),
		IN_TREE(status_and_streams),
		IN_TREE(probes_are_files),
		IN_TREE(what_was_not_copied_is_not_absent),
		IN_TREE(a_copy_of_etc_is_a_tree_too),
		IN_TREE(noted_modes_replace_those_of_the_copy),
		IN_TREE(local_reads_this_host),
		cmocka_unit_test(probe_names_are_sorted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
