/* SPDX-License-Identifier: Apache-2.0
 *
 * Scans that were saved, for `audit --scan FILE` and `scan --resume FILE`.
 */
#ifndef RINGFENCE_COMMAND_SAVED_SCAN_H
#define RINGFENCE_COMMAND_SAVED_SCAN_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"

struct arena;
struct scan_result;

/* Reads the scan at PATH ("-": standard input), ringfence's JSON or nmap's XML, into ARENA. NULL:
 * ERROR_INPUT with the file. */
const struct scan_result *saved_scan_load(const char *path, struct arena *arena,
					  struct error *error) MUST_CHECK;

#endif
