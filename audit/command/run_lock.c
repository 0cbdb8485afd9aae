/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/buffer.h"
#include "audit/command/output.h"

static int open_lock_file(const char *history, struct buffer *path, struct error *error)
{
	struct slice all = slice_of(history);
	size_t slash = slice_find_last_byte(all, '/');
	BUFFER_AUTO folder = { 0 };
	buffer_append_slice(&folder, slice_part(all, 0, slash));
	buffer_format(path, "%s.lock", history);
	if (buffer_failed(&folder) || buffer_failed(path)) {
		error_memory(error);
		return -1;
	}
	if (slash > 0 && slash < all.size) {
		int made = output_open_folder(buffer_string(&folder), error);
		if (made < 0)
			return -1;
		(void)close(made);
	}
	int fd = open(buffer_string(path), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		error_set_at(error, ERROR_WRITE, buffer_string(path), 0,
			     "cannot make the lock file: %s", error_errno_text(errno));
	return fd;
}

bool run_lock(const char *history, const char *folder, struct error *error)
{
	BUFFER_AUTO path = { 0 };
	int fd;
	if (history) {
		fd = open_lock_file(history, &path, error);
	} else {
		buffer_append_string(&path, folder);
		fd = output_open_folder(folder, error);
	}
	if (fd < 0)
		return false;
	/* Kept open on success: the lock is the descriptor's. */
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	int why = errno;
	(void)close(fd);
	if (why != EWOULDBLOCK)
		return error_set_at(error, ERROR_WRITE, buffer_string(&path), 0, "cannot lock: %s",
				    error_errno_text(why));
	error_set_at(error, ERROR_WRITE, buffer_string(&path), 0, "another audit is running");
	error_advise(error, history ? "wait for its end, or keep this run in another --history"
				    : "wait for its end, or choose another folder with -o");
	return false;
}
