/* SPDX-License-Identifier: Apache-2.0
 *
 * O_TMPFILE is not used: linking it over an existing name needs two steps anyway, and not every
 * file system has it. The temporary name is remembered so that a signal handler can remove it.
 */
#include "audit/base/replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES 16

/* What is being written now, for replace_file_abandon alone. A directory descriptor below -1 is
 * none. */
static struct {
	volatile sig_atomic_t active;
	int directory_fd;
	char name[NAME_MAX + 1];
} pending;

void replace_file_abandon(void)
{
	if (pending.active)
		(void)unlinkat(pending.directory_fd, pending.name, 0);
}

static bool write_all(int fd, struct slice content)
{
	while (content.size) {
		ssize_t wrote = write(fd, content.data, content.size);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return false;
		content = slice_from(content, (size_t)wrote);
	}
	return true;
}

static int open_temporary(int directory_fd, const char *name)
{
	for (unsigned int try = 0; try < TRIES; try++) {
		int length = snprintf(pending.name, sizeof(pending.name), ".%.200s.%ld-%u.new",
				      name, (long)getpid(), try);
		if (length < 0 || (size_t)length >= sizeof(pending.name)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		int fd = openat(directory_fd, pending.name,
				O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static bool sync_directory(int directory_fd)
{
	int fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool done = fsync(fd) == 0 || errno == EINVAL;
	(void)close(fd);
	return done;
}

bool replace_file(int directory_fd, const char *name, const char *display, struct slice content,
		  struct error *error)
{
	pending.directory_fd = directory_fd;
	int fd = open_temporary(directory_fd, name);
	if (fd < 0)
		return error_set_at(error, ERROR_WRITE, display, 0, "cannot create the file: %s",
				    error_errno_text(errno));
	pending.active = 1;
	bool written = write_all(fd, content) && fchmod(fd, 0600) == 0 && fsync(fd) == 0;
	int why = errno;
	/* close(2) may be the first to tell of a full disk (NFS). */
	if (close(fd) != 0 && written) {
		written = false;
		why = errno;
	}
	if (written && renameat(directory_fd, pending.name, directory_fd, name) != 0) {
		written = false;
		why = errno;
	}
	if (!written)
		(void)unlinkat(directory_fd, pending.name, 0);
	pending.active = 0;
	if (!written) {
		error_set_at(error, ERROR_WRITE, display, 0, "cannot write the file: %s",
			     error_errno_text(why));
		if (why == ENOSPC || why == EDQUOT)
			error_advise(error, "free some space, or choose another folder with -o");
		return false;
	}
	return sync_directory(directory_fd) ||
	       error_set_at(error, ERROR_WRITE, display, 0, "cannot sync the folder: %s",
			    error_errno_text(errno));
}
