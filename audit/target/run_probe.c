/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/run_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/target/probe.h"

/* What a probe's program gets to see of the world. */
static char *const clean_environment[] = {
	(char[]){ "LC_ALL=C" },
	(char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin" },
	(char[]){ "HOME=/" },
	(char[]){ "TERM=dumb" },
	NULL,
};

struct child {
	pid_t pid;
	/* -1 once at its end. */
	int output_fd;
	int error_fd;
	/* LIMIT + 1 bytes of untouched pages. */
	char *pages;
	size_t size;
	char error[RUN_PROBE_ERROR_BYTES];
	size_t error_size;
	bool is_over_limit;
	bool timed_out;
	int wait_status;
};

static bool find_program(const char *name, struct buffer *path)
{
	for (size_t i = 0; i < PROBE_FOLDERS; i++) {
		buffer_clear(path);
		buffer_format(path, "%s/%s", probe_folders[i], name);
		if (!buffer_failed(path) && access(buffer_string(path), X_OK) == 0)
			return true;
	}
	return false;
}

bool run_probe_has_program(const struct probe *probe)
{
	BUFFER_AUTO path = { 0 };
	return probe->arguments && find_program(probe->arguments[0], &path);
}

static void close_pipe(int ends[2])
{
	for (int i = 0; i < 2; i++) {
		if (ends[i] >= 0)
			(void)close(ends[i]);
		ends[i] = -1;
	}
}

/* posix_spawn(3) of PROGRAM with the two pipes' writing ends. 0 or an errno value. */
static int spawn(struct child *child, const char *program, const char *const *arguments,
		 int output_end, int error_end)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int number = posix_spawn_file_actions_init(&actions);
	if (number != 0)
		return number;
	number = posix_spawnattr_init(&attributes);
	if (number != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return number;
	}
	sigset_t all, none;
	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	/* A group of its own, so that a helper it starts dies with it at the time limit. */
	short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
	if ((number = posix_spawnattr_setflags(&attributes, flags)) == 0 &&
	    (number = posix_spawnattr_setpgroup(&attributes, 0)) == 0 &&
	    (number = posix_spawnattr_setsigdefault(&attributes, &all)) == 0 &&
	    (number = posix_spawnattr_setsigmask(&attributes, &none)) == 0 &&
	    (number = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
						       O_RDONLY, 0)) == 0 &&
	    (number = posix_spawn_file_actions_adddup2(&actions, output_end, STDOUT_FILENO)) == 0 &&
	    (number = posix_spawn_file_actions_adddup2(&actions, error_end, STDERR_FILENO)) == 0) {
		union {
			const char *const *given;
			char *const *wanted;
		} vector = { .given = arguments };
		number = posix_spawn(&child->pid, program, &actions, &attributes, vector.wanted,
				     clean_environment);
	}
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return number;
}

static enum load_status start_failed(struct probe_run *run, int number)
{
	enum load_status status = careful_errno(number, &run->problem);
	return status;
}

static enum load_status start(struct probe_run *run, struct child *child, size_t limit)
{
	BUFFER_AUTO program = { 0 };
	if (!run->probe->arguments || !find_program(run->probe->arguments[0], &program))
		return LOAD_ABSENT;
	int output[2] = { -1, -1 }, error[2] = { -1, -1 };
	if (pipe2(output, O_CLOEXEC) != 0)
		return start_failed(run, errno);
	if (pipe2(error, O_CLOEXEC) != 0) {
		int number = errno;
		close_pipe(output);
		return start_failed(run, number);
	}
	child->pages = mmap(NULL, limit + 1, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int number = child->pages == MAP_FAILED ? ENOMEM : 0;
	if (number == 0) {
		(void)madvise(child->pages, limit + 1, MADV_DONTDUMP);
		number = spawn(child, buffer_string(&program), run->probe->arguments, output[1],
			       error[1]);
	} else {
		child->pages = NULL;
	}
	if (number != 0) {
		close_pipe(output);
		close_pipe(error);
		return start_failed(run, number);
	}
	(void)close(output[1]);
	(void)close(error[1]);
	child->output_fd = output[0];
	child->error_fd = error[0];
	(void)fcntl(child->output_fd, F_SETFL, O_NONBLOCK);
	(void)fcntl(child->error_fd, F_SETFL, O_NONBLOCK);
	return LOAD_FOUND;
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

static void read_output(struct child *child, size_t limit)
{
	if (child->size > limit) {
		child->is_over_limit = true;
		close_end(&child->output_fd);
		return;
	}
	ssize_t got = read(child->output_fd, child->pages + child->size, limit + 1 - child->size);
	if (got > 0)
		child->size += (size_t)got;
	else if (got == 0 || (errno != EINTR && errno != EAGAIN))
		close_end(&child->output_fd);
}

/* Reads on after the first bytes too, so that the program is not held up by a full pipe. */
static void read_error(struct child *child)
{
	char rest[1024];
	bool is_full = child->error_size == sizeof(child->error);
	ssize_t got = is_full ? read(child->error_fd, rest, sizeof(rest))
			      : read(child->error_fd, child->error + child->error_size,
				     sizeof(child->error) - child->error_size);
	if (got > 0 && !is_full)
		child->error_size += (size_t)got;
	else if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
		close_end(&child->error_fd);
}

static int64_t clock_ms(void)
{
	struct timespec now;
	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads all children until each has closed both pipes or the time is over. */
static void read_all(struct child *children, size_t count, unsigned int timeout_ms, size_t limit,
		     struct pollfd *polls)
{
	int64_t deadline = clock_ms() + timeout_ms;
	for (;;) {
		nfds_t waiting = 0;
		for (size_t i = 0; i < count; i++) {
			polls[2 * i] = (struct pollfd){ children[i].output_fd, POLLIN, 0 };
			polls[2 * i + 1] = (struct pollfd){ children[i].error_fd, POLLIN, 0 };
			waiting += children[i].output_fd >= 0 ? 1 : 0;
			waiting += children[i].error_fd >= 0 ? 1 : 0;
		}
		int64_t left = deadline - clock_ms();
		if (waiting == 0 || left <= 0)
			return;
		if (poll(polls, 2 * count, left > 1000 ? 1000 : (int)left) < 0 && errno != EINTR)
			return;
		for (size_t i = 0; i < count; i++) {
			if (polls[2 * i].fd >= 0 && polls[2 * i].revents)
				read_output(&children[i], limit);
			if (polls[2 * i + 1].fd >= 0 && polls[2 * i + 1].revents)
				read_error(&children[i]);
		}
	}
}

static void end_child(struct child *child)
{
	if (child->pid <= 0)
		return;
	if (child->output_fd >= 0 || child->error_fd >= 0 || child->is_over_limit) {
		child->timed_out = !child->is_over_limit;
		(void)kill(-child->pid, SIGKILL);
	}
	close_end(&child->output_fd);
	close_end(&child->error_fd);
	while (waitpid(child->pid, &child->wait_status, 0) < 0 && errno == EINTR)
		;
}

/* The first line of what the program said, as the reason. */
static const char *first_error_line(const struct child *child, struct arena *arena)
{
	struct slice rest = { .data = child->error, .size = child->error_size };
	struct slice line;
	while (slice_next_line(&rest, &line)) {
		line = slice_part(slice_trim(line), 0, 200);
		if (line.size == 0)
			continue;
		char *text = slice_to_string(arena, line);
		for (char *at = text; at && *at; at++)
			if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
				*at = '?';
		return text;
	}
	return NULL;
}

static void take_output(struct probe_run *run, const struct child *child, struct arena *arena)
{
	size_t extra = run->probe->with_error_output ? child->error_size : 0;
	char *data = arena_allocate_secret(arena, child->size + extra);
	if (!data) {
		run->status = careful_errno(ENOMEM, &run->problem);
		return;
	}
	if (child->size > 0)
		memcpy(data, child->pages, child->size);
	if (extra > 0)
		memcpy(data + child->size, child->error, extra);
	run->output = (struct slice){ .data = data, .size = child->size + extra };
}

static void finish(struct probe_run *run, struct child *child, size_t limit, struct arena *arena)
{
	end_child(child);
	bool failed = !WIFEXITED(child->wait_status) || WEXITSTATUS(child->wait_status) != 0;
	run->is_cut = child->size > limit;
	if (run->is_cut)
		child->size = limit;
	if (child->timed_out) {
		run->status = LOAD_UNREADABLE;
		run->problem = (struct load_problem){
			.why = "its command took too long",
			.to_read_it = "give it more time with --timeout",
		};
	} else if (failed && !run->is_cut && !run->probe->may_fail) {
		const char *said = first_error_line(child, arena);
		run->status = LOAD_UNREADABLE;
		run->problem = (struct load_problem){
			.why = said ? said : "its command failed and said nothing",
			.to_read_it = geteuid() == 0 ? "" : "run as root",
		};
	} else {
		take_output(run, child, arena);
	}
	explicit_bzero(child->pages, child->size);
	explicit_bzero(child->error, sizeof(child->error));
	(void)munmap(child->pages, limit + 1);
}

void run_probes(struct probe_run *runs, size_t count, unsigned int timeout_ms, size_t limit,
		struct arena *arena)
{
	struct child *children = ARENA_ARRAY(arena, count, struct child);
	struct pollfd *polls = ARENA_ARRAY(arena, 2 * count, struct pollfd);
	for (size_t i = 0; i < count; i++) {
		runs[i].status = LOAD_UNREADABLE;
		if (!children || !polls) {
			(void)careful_errno(ENOMEM, &runs[i].problem);
			continue;
		}
		children[i].output_fd = -1;
		children[i].error_fd = -1;
		runs[i].status = start(&runs[i], &children[i], limit);
	}
	if (!children || !polls)
		return;
	read_all(children, count, timeout_ms, limit, polls);
	for (size_t i = 0; i < count; i++)
		if (runs[i].status == LOAD_FOUND)
			finish(&runs[i], &children[i], limit, arena);
		else if (children[i].pages)
			(void)munmap(children[i].pages, limit + 1);
}
