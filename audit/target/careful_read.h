/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading below a folder that is taken as the root of a host, without trusting what lies there: no
 * link leads out of it, no FIFO, device or socket is opened, nothing is changed (not even access
 * times, where the kernel lets us), and every read has a limit.
 */
#ifndef RINGFENCE_TARGET_CAREFUL_READ_H
#define RINGFENCE_TARGET_CAREFUL_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/loader.h"

struct arena;

/* Most names of one folder that are listed: a mail spool or a cache may hold millions. */
#define CAREFUL_NAMES_MAX 100000

/* Links followed on the way to one file, as Linux itself does (path_resolution(7)). */
#define CAREFUL_LINKS_MAX 40

/* Why something could not be read; both are never NULL once set. */
struct load_problem {
	const char *why;
	/* "" when nothing is known to help. */
	const char *to_read_it;
};

struct name_list {
	char **names;
	size_t count;
	/* The limit was reached: there are more. */
	bool is_cut;
};

/* Fills *PROBLEM from errno value NUMBER, and tells absence from trouble. */
enum load_status careful_errno(int number, struct load_problem *problem);

/* Opens the regular file PATH (absolute, below the folder ROOT) for reading. The caller owns
 * *RET_FD, which is close-on-exec and at offset 0. */
enum load_status careful_open(int root, const char *path, int *ret_fd,
			      struct file_status *ret_status, struct load_problem *problem);

/* lstat(2) when NOFOLLOW, else stat(2), below ROOT. */
enum load_status careful_status(int root, const char *path, bool nofollow,
				struct file_status *ret_status, struct load_problem *problem);

/* The names in folder PATH without "." and "..", in no order, in ARENA. */
enum load_status careful_list(int root, const char *path, struct arena *arena,
			      struct name_list *ret_names, struct load_problem *problem);

/* All of FD up to LIMIT bytes, into secret memory of ARENA: any file may hold a secret. SIZE_HINT
 * is the size that stat(2) told, 0 where it tells nothing (procfs, pipes). *RET_CUT: there was
 * more. */
enum load_status careful_read(int fd, size_t size_hint, size_t limit, struct arena *arena,
			      struct slice *ret_bytes, bool *ret_cut, struct load_problem *problem);

/* A stream over FD, which it owns from now on: also when this fails. */
enum load_status careful_stream(int fd, const struct file_status *status, struct stream *ret_stream,
				struct load_problem *problem);

#endif
