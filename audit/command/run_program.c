/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/run_program.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "audit/command/progress.h"

#define SYSTEM_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static bool is_program(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

bool program_find(const char *name, struct buffer *path)
{
	const char *folders = getenv("PATH");
	struct slice rest = slice_of(folders ? folders : SYSTEM_PATH), folder;
	buffer_clear(path);
	if (strchr(name, '/')) {
		buffer_append_string(path, name);
		return is_program(buffer_string(path));
	}
	while (slice_next_field(&rest, ':', &folder)) {
		/* An empty or relative one is whatever folder we were started in. */
		if (folder.size == 0 || folder.data[0] != '/')
			continue;
		buffer_clear(path);
		buffer_append_slice(path, folder);
		buffer_format(path, "/%s", name);
		if (!buffer_failed(path) && is_program(buffer_string(path)))
			return true;
	}
	return false;
}

void program_hold_signals(sigset_t *ret_before)
{
	sigset_t held;
	(void)sigemptyset(&held);
	(void)sigaddset(&held, SIGINT);
	(void)sigaddset(&held, SIGTERM);
	(void)sigaddset(&held, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &held, ret_before);
}

void program_release_signals(const sigset_t *before)
{
	(void)sigprocmask(SIG_SETMASK, before, NULL);
}

/* A descriptor with TEXT to be read from its beginning, in no file: no pipe that both ends could
 * wait at. -1: errno says why. */
static int open_input(struct slice text)
{
	if (text.size == 0)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	int fd = memfd_create("input", MFD_CLOEXEC);
	while (fd >= 0 && text.size) {
		ssize_t wrote = write(fd, text.data, text.size);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			break;
		text = slice_from(text, (size_t)wrote);
	}
	if (fd >= 0 && (text.size || lseek(fd, 0, SEEK_SET) != 0)) {
		(void)close(fd);
		errno = EIO;
		return -1;
	}
	return fd;
}

/* 0 or an errno value. */
static int spawn(const struct program_run *run, int input, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int number = posix_spawn_file_actions_init(&actions);
	if (number != 0)
		return number;
	if ((number = posix_spawnattr_init(&attributes)) != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return number;
	}
	sigset_t all, none;
	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
	number = posix_spawnattr_setflags(&attributes, flags) |
		 posix_spawnattr_setpgroup(&attributes, 0) |
		 posix_spawnattr_setsigdefault(&attributes, &all) |
		 posix_spawnattr_setsigmask(&attributes, &none) |
		 posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	for (int fd = STDOUT_FILENO; run->is_helper && fd <= STDERR_FILENO; fd++)
		number |= posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_WRONLY, 0);
	union {
		const char *const *given;
		char *const *wanted;
	} arguments = { .given = run->arguments }, environment = { .given = run->environment };
	/* Each fails for want of memory alone. */
	number = number ? ENOMEM
			: posix_spawn(ret_pid, run->path, &actions, &attributes, arguments.wanted,
				      environment.wanted);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return number;
}

/* Has PID ended? It stays as a zombie, so that its number is nobody else's yet. */
static bool has_ended(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };
	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	       info.si_pid == pid;
}

/* Waits for PID with the signals of WAITED held back. 0: it ended; SIGALRM: its time is over; else
 * the signal that came for us. */
static int wait_for(pid_t pid, const sigset_t *waited, unsigned int seconds)
{
	int64_t deadline = progress_clock_ms() + (int64_t)seconds * 1000;
	while (!has_ended(pid)) {
		int64_t left = deadline - progress_clock_ms();
		if (left <= 0)
			return SIGALRM;
		const struct timespec time = {
			.tv_sec = (time_t)(left / 1000),
			.tv_nsec = (long)(left % 1000) * 1000000,
		};
		int number = sigtimedwait(waited, NULL, &time);
		if (number > 0 && number != SIGCHLD)
			return number;
	}
	return 0;
}

static bool judge(const struct program_run *run, int why, int status, struct error *error)
{
	if (why == SIGALRM)
		return error_set(error, ERROR_WRITE, "%s took longer than %u seconds: killed",
				 run->path, run->seconds);
	if (why != 0)
		return error_set(error, ERROR_WRITE, "%s was interrupted", run->path);
	if (WIFSIGNALED(status))
		return error_set(error, ERROR_WRITE, "%s was ended by signal %d", run->path,
				 WTERMSIG(status));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return error_set(error, ERROR_WRITE, "%s ended with exit code %d", run->path,
				 WEXITSTATUS(status));
	return true;
}

bool run_program(const struct program_run *run, struct error *error)
{
	sigset_t before, waited;
	pid_t pid = -1;
	int status = 0;
	/* Inherited as "ignored", the end of a child would be told to nobody. */
	(void)signal(SIGCHLD, SIG_DFL);
	program_hold_signals(&before);
	(void)sigemptyset(&waited);
	(void)sigaddset(&waited, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &waited, NULL);
	(void)sigaddset(&waited, SIGINT);
	(void)sigaddset(&waited, SIGTERM);
	(void)sigaddset(&waited, SIGHUP);
	int input = open_input(run->input);
	int number = input < 0 ? errno : spawn(run, input, &pid);
	if (input >= 0)
		(void)close(input);
	int why = number == 0 ? wait_for(pid, &waited, run->seconds) : 0;
	if (number == 0) {
		if (why != 0 || run->is_helper)
			(void)kill(-pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	/* Taken above; it is the caller's handler that ends the program. */
	if (why != 0 && why != SIGALRM)
		(void)kill(getpid(), why);
	program_release_signals(&before);
	if (number != 0)
		return error_set(error, ERROR_WRITE, "cannot run %s: %s", run->path,
				 error_errno_text(number));
	return judge(run, why, status, error);
}
