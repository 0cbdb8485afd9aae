/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs of the past, in one SQLite file (0600): the numbers of each for lists and charts, and its
 * whole result, compressed, for comparisons. A host is known by the name of its target.
 *
 *   run(id, host, started, value, low, grade, critical, high, medium, minor, unknown, bytes,
 * result)
 *
 * `result` is the result.json of the run through zlib's compress2, `bytes` its size before. SQLite
 * locks the file: several audits may write to it at once, and each waits for the other.
 */
#ifndef RINGFENCE_HISTORY_HISTORY_H
#define RINGFENCE_HISTORY_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "checks/result.h"

struct arena;
struct history;

#define HISTORY_FILE "/var/lib/ringfence/history.db"

enum history_use {
	/* The file must be there. */
	HISTORY_READ,
	/* It is made where it is not there, 0600, with its folder (0700). */
	HISTORY_WRITE,
};

/* Opens PATH. A caller closes *RET_HISTORY. False: ERROR_INPUT when it cannot be read or is no
 * history, ERROR_WRITE when it cannot be made. */
bool history_open(const char *path, enum history_use use, struct history **ret_history,
		  struct error *error) MUST_CHECK;
void history_close(struct history *history);
/* For CLEANUP(). */
void history_close_pointer(struct history **history);

/* Keeps RESULT, without its own changes and history. A run of the same host and second replaces the
 * earlier one. ERROR_WRITE when it is not kept; nothing of it is in the file then. */
bool history_add(struct history *history, const struct result *result,
		 struct error *error) MUST_CHECK;

/* What stays of HOST: its newest RUNS (0: all), and none that began before OLDEST (RFC 3339; "":
 * no matter). */
bool history_prune(struct history *history, const char *host, unsigned int runs, const char *oldest,
		   struct error *error) MUST_CHECK;

/* The newest LIMIT runs of HOST that began before BEFORE ("": all), oldest first, in ARENA. */
bool history_runs(struct history *history, const char *host, const char *before, size_t limit,
		  struct arena *arena, const struct result_run **ret_runs, size_t *ret_count,
		  struct error *error) MUST_CHECK;

/* The result of the newest run of HOST that began before BEFORE ("": of all), in ARENA. *RET_FOUND
 * false: there is none, and *RET_RESULT is not touched. */
bool history_last(struct history *history, const char *host, const char *before,
		  struct arena *arena, struct result *ret_result, bool *ret_found,
		  struct error *error) MUST_CHECK;

/* The names of all hosts, sorted, in ARENA. */
bool history_hosts(struct history *history, struct arena *arena, const char *const **ret_hosts,
		   size_t *ret_count, struct error *error) MUST_CHECK;

/* The row that RESULT makes in a history. Texts point into RESULT. */
struct result_run history_run_of(const struct result *result);

#endif
