/* SPDX-License-Identifier: Apache-2.0
 *
 * One audit at a time for a history, or for a folder of reports.
 */
#ifndef RINGFENCE_COMMAND_RUN_LOCK_H
#define RINGFENCE_COMMAND_RUN_LOCK_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"

/* Locks (flock(2)) the file HISTORY.lock, or, HISTORY being NULL, the folder FOLDER itself, which
 * leaves no file in it; makes what is not there, and neither waits nor unlocks: the end of the
 * process does. SQLite's own locks are fcntl(2)'s, of single writes. False: ERROR_WRITE when
 * another run holds it, or it cannot be made. */
bool run_lock(const char *history, const char *folder, struct error *error) MUST_CHECK;

#endif
