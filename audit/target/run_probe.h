/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the fixed command of a probe on this host: no shell, a clean environment, no input, a time
 * limit, bounded output. Several run at the same time.
 */
#ifndef RINGFENCE_TARGET_RUN_PROBE_H
#define RINGFENCE_TARGET_RUN_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/target/careful_read.h"

struct arena;
struct probe;

/* Most bytes of standard error that are looked at for the reason of a failure. */
#define RUN_PROBE_ERROR_BYTES 4096

struct probe_run {
	const struct probe *probe;
	/* Set by run_probes. */
	enum load_status status;
	struct load_problem problem;
	/* LOAD_FOUND: standard output, in secret memory; then standard error where the probe asks
	 * for both. */
	struct slice output;
	bool is_cut;
};

/* Is the program of PROBE in one of the fixed folders? */
bool run_probe_has_program(const struct probe *probe);

/* Runs all COUNT probes at once and waits until the last has ended or TIMEOUT_MS is over. LIMIT is
 * the most output of one in bytes. A program that is not there is LOAD_ABSENT; one that fails, with
 * its own words as the reason, LOAD_UNREADABLE. */
void run_probes(struct probe_run *runs, size_t count, unsigned int timeout_ms, size_t limit,
		struct arena *arena);

#endif
