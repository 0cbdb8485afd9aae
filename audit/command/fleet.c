/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/fleet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/base/buffer.h"
#include "audit/command/progress.h"

/* How often the table is drawn anew. */
#define TABLE_MS 250
/* Hosts that it has a line for; terminals have 24. */
#define TABLE_HOSTS 12

/* Of the process of one host; does not return. */
static void run_host(struct fleet *fleet, const struct fleet_host *host, int output)
{
	const struct rlimit memory = { FLEET_HOST_BYTES_MAX, FLEET_HOST_BYTES_MAX };
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	/* A session of its own: no terminal to ask on, and one group to end with all its proxies.
	 */
	(void)setsid();
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0 || setrlimit(RLIMIT_AS, &memory) != 0)
		_exit(4);
	int code = fleet->audit(fleet->context, host);
	(void)fflush(NULL);
	_exit(code);
}

static bool start_host(struct fleet *fleet, struct fleet_host *host, struct error *error)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return error_set(error, ERROR_MEMORY, "no pipe: %s", error_errno_text(errno));
	(void)fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		run_host(fleet, host, ends[1]);
	(void)close(ends[1]);
	int process = pid > 0 ? pidfd_open(pid, 0) : -1;
	if (process < 0) {
		error_set(error, ERROR_MEMORY, "no process: %s", error_errno_text(errno));
		(void)close(ends[0]);
		if (pid > 0)
			(void)kill(pid, SIGKILL);
		return false;
	}
	host->state = FLEET_RUNNING;
	host->tries++;
	host->pid = pid;
	host->process_fd = process;
	host->output_fd = ends[0];
	host->said_size = 0;
	host->started_ms = progress_clock_ms();
	host->deadline_ms = host->started_ms + fleet->limit_ms;
	fleet->running++;
	return true;
}

/* What does not fit is read and dropped, so that nobody waits for us. */
static void take_output(struct fleet_host *host)
{
	char piece[4096];
	ssize_t got;
	while ((got = read(host->output_fd, piece, sizeof(piece))) > 0) {
		size_t room = sizeof(host->said) - 1 - host->said_size;
		size_t taken = (size_t)got < room ? (size_t)got : room;
		memcpy(host->said + host->said_size, piece, taken);
		host->said_size += taken;
		if ((size_t)got < sizeof(piece))
			break;
	}
}

/* One line, without the program's name before it. */
static void tidy_output(struct fleet_host *host)
{
	static const char prefix[] = "ringfence: ";
	host->said[host->said_size] = '\0';
	for (size_t i = 0; i < host->said_size; i++)
		if (host->said[i] == '\n')
			host->said[i] = i + 1 < host->said_size ? ' ' : '\0';
	if (strncmp(host->said, prefix, sizeof(prefix) - 1) == 0)
		memmove(host->said, host->said + sizeof(prefix) - 1,
			strlen(host->said) - (sizeof(prefix) - 1) + 1);
}

static void say(struct fleet_host *host, const char *text)
{
	(void)snprintf(host->said, sizeof(host->said), "%s", text);
}

/* Waits for the process, which has ended or is killed, and decides what comes next. */
static void end_host(struct fleet *fleet, struct fleet_host *host, bool is_late)
{
	int status = 0;
	/* Before the wait: until then the group's number can be nobody else's. */
	(void)kill(-host->pid, SIGKILL);
	if (is_late)
		(void)kill(host->pid, SIGKILL);
	take_output(host);
	while (waitpid(host->pid, &status, 0) < 0 && errno == EINTR)
		;
	(void)close(host->output_fd);
	(void)close(host->process_fd);
	fleet->running--;
	tidy_output(host);
	host->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 4;
	if (is_late) {
		host->exit_code = 2;
		say(host, "it took longer than its time limit, and was given up");
	} else if (WIFSIGNALED(status)) {
		say(host, "its process ended by a signal: what the host sent may be to blame");
	}
	if (host->exit_code == FLEET_TRY_AGAIN && host->tries <= fleet->retries) {
		unsigned int doublings = host->tries < 7 ? host->tries - 1 : 6;
		int64_t pause = (int64_t)FLEET_PAUSE_MS << doublings;
		if (pause > FLEET_PAUSE_MS_MAX)
			pause = FLEET_PAUSE_MS_MAX;
		host->state = FLEET_WAITING;
		host->next_try_ms = progress_clock_ms() + pause;
		return;
	}
	host->state = FLEET_DONE;
	fleet->done++;
	fleet->tell(fleet->context, fleet, host);
}

void fleet_table_clear(struct fleet *fleet)
{
	if (fleet->table_lines)
		(void)fprintf(stderr, "\033[%uA\033[J", fleet->table_lines);
	fleet->table_lines = 0;
}

static void draw_table(struct fleet *fleet)
{
	int64_t now = progress_clock_ms();
	unsigned int shown = 0;
	if (!fleet->has_table)
		return;
	BUFFER_AUTO text = { 0 };
	fleet_table_clear(fleet);
	for (size_t i = 0; i < fleet->count && shown < TABLE_HOSTS; i++) {
		const struct fleet_host *host = &fleet->hosts[i];
		if (host->state == FLEET_RUNNING)
			buffer_format(&text, "  %-32.32s %4lld s", host->name,
				      (long long)(now - host->started_ms) / 1000);
		else if (host->state == FLEET_WAITING && host->tries)
			buffer_format(&text, "  %-32.32s again in %lld s", host->name,
				      (long long)(host->next_try_ms - now + 999) / 1000);
		else
			continue;
		if (host->tries > 1)
			buffer_format(&text, "  try %u", host->tries);
		buffer_append_byte(&text, '\n');
		shown++;
	}
	buffer_format(&text, "%zu of %zu hosts done, %zu running\n", fleet->done, fleet->count,
		      fleet->running);
	if (!buffer_failed(&text))
		(void)fputs(buffer_string(&text), stderr);
	(void)fflush(stderr);
	fleet->table_lines = shown + 1;
}

/* Starts whoever may start now; *RET_WAIT_MS is how long until the next one may. */
static bool start_hosts(struct fleet *fleet, int64_t *ret_wait_ms, struct error *error)
{
	int64_t now = progress_clock_ms();
	for (size_t i = 0; i < fleet->count && fleet->running < fleet->jobs; i++) {
		struct fleet_host *host = &fleet->hosts[i];
		if (host->state != FLEET_WAITING)
			continue;
		if (host->next_try_ms > now) {
			if (host->next_try_ms - now < *ret_wait_ms)
				*ret_wait_ms = host->next_try_ms - now;
			continue;
		}
		/* A machine that has no room for one more process goes on with fewer. */
		if (!start_host(fleet, host, error))
			return fleet->running > 0;
	}
	return true;
}

/* One wait for all processes; then each that ended or is late. */
static void wait_hosts(struct fleet *fleet, struct pollfd *polled, int64_t wait_ms)
{
	size_t used = 0;
	int64_t now = progress_clock_ms();
	for (size_t i = 0; i < fleet->count; i++) {
		const struct fleet_host *host = &fleet->hosts[i];
		if (host->state != FLEET_RUNNING)
			continue;
		polled[used++] = (struct pollfd){ .fd = host->process_fd, .events = POLLIN };
		polled[used++] = (struct pollfd){ .fd = host->output_fd, .events = POLLIN };
		if (host->deadline_ms - now < wait_ms)
			wait_ms = host->deadline_ms - now;
	}
	(void)poll(polled, used, wait_ms > 0 ? (int)wait_ms : 0);
	now = progress_clock_ms();
	size_t at = 0;
	for (size_t i = 0; i < fleet->count && at < used; i++) {
		struct fleet_host *host = &fleet->hosts[i];
		if (host->state != FLEET_RUNNING || polled[at].fd != host->process_fd)
			continue;
		bool has_ended = polled[at].revents != 0;
		if (polled[at + 1].revents & POLLIN)
			take_output(host);
		at += 2;
		if (has_ended || now >= host->deadline_ms)
			end_host(fleet, host, !has_ended);
	}
}

bool fleet_run(struct fleet *fleet, struct error *error)
{
	struct pollfd *polled = calloc(2 * (size_t)fleet->jobs + 2, sizeof(*polled));
	if (!polled)
		return error_memory(error);
	bool done = true;
	while (done && fleet->done < fleet->count) {
		int64_t wait_ms = fleet->has_table ? TABLE_MS : FLEET_PAUSE_MS_MAX;
		done = start_hosts(fleet, &wait_ms, error);
		draw_table(fleet);
		if (done)
			wait_hosts(fleet, polled, wait_ms);
	}
	fleet_table_clear(fleet);
	free(polled);
	return done;
}
