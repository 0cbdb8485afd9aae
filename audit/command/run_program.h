/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs another program to its end: an argument vector and no shell, a process group and a time
 * limit, no descriptor of ours. For what follows an audit (a printer of PDF, sendmail, a hook);
 * what asks the audited host is audit/target/run_probe.h.
 */
#ifndef RINGFENCE_COMMAND_RUN_PROGRAM_H
#define RINGFENCE_COMMAND_RUN_PROGRAM_H

#include <signal.h>
#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"

struct program_run {
	/* Where the program is; its first argument is in `arguments`, which NULL ends. */
	const char *path;
	const char *const *arguments;
	/* "NAME=value", NULL at the end. */
	const char *const *environment;
	/* What it reads as standard input. */
	struct slice input;
	unsigned int seconds;
	/* What it prints is thrown away, and what it left running is killed when it ends. */
	bool is_helper;
};

/* Runs it and waits. False: ERROR_WRITE when it could not be started, ended with another exit code
 * than 0, or was killed at its time limit. SIGINT, SIGTERM and SIGHUP kill it, and reach us after
 * it is gone. */
bool run_program(const struct program_run *run, struct error *error) MUST_CHECK;

/* Replaces *PATH by where the program NAME is: as it stands where it holds a '/', else in an
 * absolute folder of PATH (without that variable: the system's folders). False: nowhere. */
bool program_find(const char *name, struct buffer *path) MUST_CHECK;

/* Holds SIGINT, SIGTERM and SIGHUP back until program_release_signals, so that what is temporary
 * can be removed first. */
void program_hold_signals(sigset_t *ret_before);
void program_release_signals(const sigset_t *before);

#endif
