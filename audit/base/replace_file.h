/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that are there whole or not at all: written beside their place, synced, renamed. Mode 0600.
 */
#ifndef RINGFENCE_BASE_REPLACE_FILE_H
#define RINGFENCE_BASE_REPLACE_FILE_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"

/* Puts CONTENT at NAME below the open directory DIRECTORY_FD (AT_FDCWD for the current one): an
 * unnamed or temporary file (0600) is written, synced and renamed over NAME; the directory is
 * synced. On failure nothing of NAME has changed, no temporary file is left, and *ERROR says why
 * with DISPLAY as the path (ERROR_WRITE). NAME has no '/'. */
bool replace_file(int directory_fd, const char *name, const char *display, struct slice content,
		  struct error *error) MUST_CHECK;

/* Removes the temporary file that is being written at this moment, if any. Async-signal-safe: for
 * the handlers of SIGINT and SIGTERM. */
void replace_file_abandon(void);

#endif
