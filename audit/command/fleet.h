/* SPDX-License-Identifier: Apache-2.0
 *
 * Many hosts at once: a process for each, so many at a time, each with a time limit of its own.
 *
 * Why processes and not one loop of sessions: what a host sends is hostile. A process bounds its
 * memory, its time and even a crash by the kernel's means; name resolution, the agent and proxies,
 * which libssh waits for inside, can keep nobody else waiting; its secrets are gone when it ends. A
 * fork costs a millisecond and shares all pages that are not written, of some 10 MiB that are; a
 * handshake costs ten times that. tests/bench/fleet.sh has the figures.
 */
#ifndef RINGFENCE_COMMAND_FLEET_H
#define RINGFENCE_COMMAND_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"

#define FLEET_JOBS 16
#define FLEET_JOBS_MAX 512
#define FLEET_RETRIES 2
/* The first pause before another try; each further one is twice as long, up to the last. */
#define FLEET_PAUSE_MS 1000
#define FLEET_PAUSE_MS_MAX 60000
/* All that one host may cost: a round of questions takes a part of it. */
#define FLEET_HOST_SECONDS 600
#define FLEET_HOST_BYTES_MAX ((size_t)1024 * 1024 * 1024)
/* What a host's process may print that is kept: the beginning, which says what happened. */
#define FLEET_SAID_BYTES 600

/* How a host's process says that another try may help. No exit code of the design. */
#define FLEET_TRY_AGAIN 75

enum fleet_state {
	FLEET_WAITING,
	FLEET_RUNNING,
	FLEET_DONE,
};

struct fleet_host {
	const char *name;
	const char *target;
	/* Where its reports go, and that folder's name alone. */
	const char *path;
	const char *folder;
	enum fleet_state state;
	unsigned int tries;
	/* Of the audit; FLEET_TRY_AGAIN when the last try failed too. */
	int exit_code;
	/* What its process printed, as one line. */
	char said[FLEET_SAID_BYTES];
	size_t said_size;
	/* While it runs. */
	pid_t pid;
	int process_fd;
	int output_fd;
	int64_t started_ms;
	int64_t deadline_ms;
	/* While it waits: not before this. */
	int64_t next_try_ms;
};

struct fleet {
	struct fleet_host *hosts;
	size_t count;
	size_t done;
	size_t running;
	unsigned int jobs;
	unsigned int retries;
	int64_t limit_ms;
	/* Audits HOST in a process of its own, whose standard error is kept in `said`; returns an
	 * exit code or FLEET_TRY_AGAIN. */
	int (*audit)(void *context, const struct fleet_host *host);
	/* Told in this process when a host is done for good. */
	void (*tell)(void *context, struct fleet *fleet, struct fleet_host *host);
	void *context;
	/* The live table on standard error. */
	bool has_table;
	unsigned int table_lines;
};

/* Runs all that are FLEET_WAITING, until all are FLEET_DONE. False: no process can be made. */
bool fleet_run(struct fleet *fleet, struct error *error) MUST_CHECK;

/* Wipes the table, before a line is printed above it. */
void fleet_table_clear(struct fleet *fleet);

#endif
