/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/careful_read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"

/* openat2(2) gives up with EAGAIN when somebody renames folders at that moment. */
#define OPEN_RETRIES 16

/* Folders deep that the walk without openat2(2) goes: PATH_MAX allows no more than 2048. */
#define WALK_DEPTH_MAX 256

enum load_status careful_errno(int number, struct load_problem *problem)
{
	*problem = (struct load_problem){ .why = "", .to_read_it = "" };
	switch (number) {
	case ENOENT:
	case ENOTDIR:
		return LOAD_ABSENT;
	case EACCES:
	case EPERM:
		problem->why = "permission denied";
		problem->to_read_it =
			geteuid() == 0 ? "look at the security module's log" : "run as root";
		break;
	case ELOOP:
		problem->why = "symbolic links that lead round in a circle";
		problem->to_read_it = "mend the link";
		break;
	case ENOMEM:
		problem->why = "out of memory";
		break;
	default:
		problem->why = error_errno_text(number);
		break;
	}
	return LOAD_UNREADABLE;
}

static enum load_status problem_set(struct load_problem *problem, const char *why,
				    const char *to_read_it)
{
	*problem = (struct load_problem){ .why = why, .to_read_it = to_read_it };
	return LOAD_UNREADABLE;
}

/* What is left of a path while it is walked: each link that is met is put before the rest. */
struct walk {
	int fds[WALK_DEPTH_MAX];
	size_t depth;
	char rest[PATH_MAX];
	size_t links;
};

static void walk_pop(struct walk *walk)
{
	if (walk->depth > 0)
		(void)close(walk->fds[--walk->depth]);
}

/* Puts the target of the link NAME in folder AT before what is left. 0 or an errno value. */
static int walk_enter_link(struct walk *walk, int at, const char *name)
{
	char joined[PATH_MAX];
	ssize_t length = readlinkat(at, name, joined, sizeof(joined));
	if (length < 0)
		return errno;
	if (++walk->links > CAREFUL_LINKS_MAX)
		return ELOOP;
	size_t rest = strlen(walk->rest), size = (size_t)length;
	if (size + rest + 2 > sizeof(joined))
		return ENAMETOOLONG;
	if (size > 0 && joined[0] == '/')
		while (walk->depth > 0)
			walk_pop(walk);
	joined[size] = '/';
	memcpy(joined + size + 1, walk->rest, rest + 1);
	memcpy(walk->rest, joined, size + rest + 2);
	return 0;
}

/* Takes the first name off what is left, into NAME of NAME_MAX + 1 bytes. 0 or an errno value;
 * an empty name means that nothing is left. */
static int walk_next_name(struct walk *walk, char *name)
{
	size_t start = strspn(walk->rest, "/");
	size_t size = strcspn(walk->rest + start, "/");
	if (size > NAME_MAX)
		return ENAMETOOLONG;
	memcpy(name, walk->rest + start, size);
	name[size] = '\0';
	memmove(walk->rest, walk->rest + start + size, strlen(walk->rest + start + size) + 1);
	return 0;
}

/* One step. 0 or an errno value; *RET_DONE once nothing is left. */
static int walk_step(struct walk *walk, int root, bool nofollow, bool *ret_done)
{
	char name[NAME_MAX + 1];
	int number = walk_next_name(walk, name);
	if (number != 0)
		return number;
	if (name[0] == '\0') {
		*ret_done = true;
		return 0;
	}
	if (strcmp(name, ".") == 0)
		return 0;
	if (strcmp(name, "..") == 0) {
		walk_pop(walk);
		return 0;
	}
	int at = walk->depth > 0 ? walk->fds[walk->depth - 1] : root;
	int fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno;
	struct stat status;
	number = fstat(fd, &status) == 0 ? 0 : errno;
	bool is_last = walk->rest[strspn(walk->rest, "/")] == '\0';
	if (number == 0 && S_ISLNK(status.st_mode) && !(nofollow && is_last)) {
		(void)close(fd);
		return walk_enter_link(walk, at, name);
	}
	if (number == 0 && walk->depth == WALK_DEPTH_MAX)
		number = ENAMETOOLONG;
	if (number != 0)
		(void)close(fd);
	else
		walk->fds[walk->depth++] = fd;
	return number;
}

/* What openat2(RESOLVE_IN_ROOT) does, a name at a time, for kernels before 5.6 and sandboxes that
 * refuse it. An O_PATH descriptor, or an errno value below 0. */
static int open_by_walking(int root, const char *path, bool nofollow)
{
	struct walk walk = { .depth = 0 };
	size_t size = strlen(path);
	if (size >= sizeof(walk.rest))
		return -ENAMETOOLONG;
	memcpy(walk.rest, path, size + 1);
	bool done = false;
	int number = 0;
	while (number == 0 && !done)
		number = walk_step(&walk, root, nofollow, &done);
	int result = -number;
	if (number == 0) {
		int at = walk.depth > 0 ? walk.fds[walk.depth - 1] : root;
		int fd = fcntl(at, F_DUPFD_CLOEXEC, 3);
		result = fd >= 0 ? fd : -errno;
	}
	while (walk.depth > 0)
		walk_pop(&walk);
	return result;
}

/* An O_PATH descriptor of PATH below ROOT, or an errno value below 0. */
static int open_path(int root, const char *path, bool nofollow)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC | (nofollow ? O_NOFOLLOW : 0),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	for (unsigned int i = 0; i < OPEN_RETRIES; i++) {
		long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
		if (fd >= 0)
			return (int)fd;
		if (errno == ENOSYS || errno == EPERM || errno == E2BIG)
			break;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	return open_by_walking(root, path, nofollow);
}

static enum file_kind kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return FILE_REGULAR;
	case S_IFDIR:
		return FILE_DIRECTORY;
	case S_IFLNK:
		return FILE_LINK;
	case S_IFSOCK:
		return FILE_SOCKET;
	default:
		return FILE_OTHER;
	}
}

static struct file_status status_of(const struct stat *status)
{
	return (struct file_status){
		.kind = kind_of(status->st_mode),
		.owner = status->st_uid,
		.group = status->st_gid,
		.mode = status->st_mode & 07777,
		.size_bytes = status->st_size > 0 ? (uint64_t)status->st_size : 0,
		.modified = status->st_mtim.tv_sec,
	};
}

/* Opens for reading what the O_PATH descriptor FD names: a regular file or a folder, so that
 * opening has no effect. A descriptor, or an errno value below 0. */
static int reopen(int fd, int flags)
{
	BUFFER_AUTO name = { 0 };
	buffer_format(&name, "/proc/self/fd/%d", fd);
	flags |= O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	/* Only the owner and root may leave the access time alone. */
	int opened = open(buffer_string(&name), flags | O_NOATIME);
	if (opened < 0 && errno == EPERM)
		opened = open(buffer_string(&name), flags);
	return opened >= 0 ? opened : -errno;
}

enum load_status careful_status(int root, const char *path, bool nofollow,
				struct file_status *ret_status, struct load_problem *problem)
{
	int fd = open_path(root, path, nofollow);
	if (fd < 0)
		return careful_errno(-fd, problem);
	struct stat status;
	int number = fstat(fd, &status) == 0 ? 0 : errno;
	(void)close(fd);
	if (number != 0)
		return careful_errno(number, problem);
	*ret_status = status_of(&status);
	return LOAD_FOUND;
}

static enum load_status refuse_kind(mode_t mode, struct load_problem *problem)
{
	if (S_ISDIR(mode))
		return problem_set(problem, "a folder where a file is expected", "");
	if (S_ISFIFO(mode))
		return problem_set(problem, "a named pipe, not a regular file", "");
	if (S_ISSOCK(mode))
		return problem_set(problem, "a socket, not a regular file", "");
	return problem_set(problem, "a device, not a regular file", "");
}

enum load_status careful_open(int root, const char *path, int *ret_fd,
			      struct file_status *ret_status, struct load_problem *problem)
{
	int fd = open_path(root, path, false);
	if (fd < 0)
		return careful_errno(-fd, problem);
	struct stat status;
	int opened = fstat(fd, &status) == 0 ? 0 : -errno;
	bool is_regular = opened == 0 && S_ISREG(status.st_mode);
	if (is_regular)
		opened = reopen(fd, 0);
	(void)close(fd);
	if (opened < 0) {
		/* The file was there a moment ago: what is missing is /proc. */
		if (opened == -ENOENT)
			return problem_set(problem, "/proc is not mounted", "mount /proc");
		return careful_errno(-opened, problem);
	}
	if (!is_regular)
		return refuse_kind(status.st_mode, problem);
	*ret_fd = opened;
	*ret_status = status_of(&status);
	return LOAD_FOUND;
}

static bool is_dot_name(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

enum load_status careful_list(int root, const char *path, struct arena *arena,
			      struct name_list *ret_names, struct load_problem *problem)
{
	int at = open_path(root, path, false);
	if (at < 0)
		return careful_errno(-at, problem);
	struct stat status;
	int fd = fstat(at, &status) == 0 ? 0 : -errno;
	if (fd == 0)
		fd = S_ISDIR(status.st_mode) ? reopen(at, O_DIRECTORY) : -ENOTDIR;
	(void)close(at);
	if (fd < 0)
		return careful_errno(-fd, problem);
	DIR *folder = fdopendir(fd);
	if (!folder) {
		(void)close(fd);
		return careful_errno(ENOMEM, problem);
	}
	struct name_list list = { .names = NULL };
	size_t capacity = 0;
	int number = 0;
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(folder);
		if (!entry) {
			number = errno;
			break;
		}
		if (is_dot_name(entry->d_name))
			continue;
		if (list.count == CAREFUL_NAMES_MAX) {
			list.is_cut = true;
			break;
		}
		char **names = arena_grow(arena, list.names, list.count, &capacity, sizeof(*names));
		char *name = arena_copy(arena, entry->d_name, strlen(entry->d_name));
		if (!names || !name) {
			number = ENOMEM;
			break;
		}
		list.names = names;
		list.names[list.count++] = name;
	}
	(void)closedir(folder);
	if (number != 0) {
		enum load_status result = careful_errno(number, problem);
		return result == LOAD_ABSENT ? LOAD_ABSENT : LOAD_UNREADABLE;
	}
	*ret_names = list;
	return LOAD_FOUND;
}

/* /proc/sys answers ENOMEM to a read(2) of megabytes: it allocates what it is asked for. */
#define READ_BYTES_AT_ONCE ((size_t)256 * 1024)

/* Up to SIZE bytes, less only at the end. -1: errno. */
static ssize_t read_fully(int fd, char *data, size_t size)
{
	size_t done = 0;
	while (done < size) {
		size_t left = size - done;
		ssize_t got = read(fd, data + done,
				   left < READ_BYTES_AT_ONCE ? left : READ_BYTES_AT_ONCE);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* A file whose size nobody tells: read into pages that are only there once touched, then kept in
 * the arena at its true size. */
static enum load_status read_unsized(int fd, size_t limit, struct arena *arena,
				     struct slice *ret_bytes, bool *ret_cut,
				     struct load_problem *problem)
{
	char *pages = mmap(NULL, limit + 1, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (pages == MAP_FAILED)
		return careful_errno(ENOMEM, problem);
	(void)madvise(pages, limit + 1, MADV_DONTDUMP);
	ssize_t got = read_fully(fd, pages, limit + 1);
	int number = got < 0 ? errno : 0;
	size_t size = got < 0 ? 0 : (size_t)got;
	*ret_cut = size > limit;
	size_t kept = *ret_cut ? limit : size;
	char *data = number == 0 ? arena_allocate_secret(arena, kept) : NULL;
	if (data && kept > 0)
		memcpy(data, pages, kept);
	explicit_bzero(pages, size);
	(void)munmap(pages, limit + 1);
	if (number != 0)
		return careful_errno(number, problem) == LOAD_ABSENT
			       ? problem_set(problem, error_errno_text(number), "")
			       : LOAD_UNREADABLE;
	if (!data)
		return careful_errno(ENOMEM, problem);
	*ret_bytes = (struct slice){ .data = data, .size = kept };
	return LOAD_FOUND;
}

enum load_status careful_read(int fd, size_t size_hint, size_t limit, struct arena *arena,
			      struct slice *ret_bytes, bool *ret_cut, struct load_problem *problem)
{
	if (size_hint == 0)
		return read_unsized(fd, limit, arena, ret_bytes, ret_cut, problem);
	size_t size = size_hint < limit ? size_hint : limit;
	char *data = arena_allocate_secret(arena, size);
	if (!data)
		return careful_errno(ENOMEM, problem);
	ssize_t got = read_fully(fd, data, size);
	if (got < 0) {
		enum load_status status = careful_errno(errno, problem);
		return status == LOAD_ABSENT ? problem_set(problem, "it vanished", "") : status;
	}
	*ret_bytes = (struct slice){ .data = data, .size = (size_t)got };
	*ret_cut = size_hint > limit;
	return LOAD_FOUND;
}

struct open_stream {
	int fd;
};

static ssize_t stream_read(void *context, char *data, size_t size)
{
	const struct open_stream *stream = context;
	ssize_t got;
	do
		got = read(stream->fd, data, size);
	while (got < 0 && errno == EINTR);
	return got;
}

static void stream_close(void *context)
{
	struct open_stream *stream = context;
	(void)close(stream->fd);
	free(stream);
}

enum load_status careful_stream(int fd, const struct file_status *status, struct stream *ret_stream,
				struct load_problem *problem)
{
	struct open_stream *stream = malloc(sizeof(*stream));
	if (!stream) {
		(void)close(fd);
		return careful_errno(ENOMEM, problem);
	}
	stream->fd = fd;
	*ret_stream = (struct stream){
		.context = stream,
		.read = stream_read,
		.close = stream_close,
		.fd = fd,
		.status = *status,
	};
	return LOAD_FOUND;
}
