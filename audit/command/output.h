/* SPDX-License-Identifier: Apache-2.0
 *
 * Where reports go: a folder that only its owner can read, files that are there whole or not at
 * all.
 */
#ifndef RINGFENCE_COMMAND_OUTPUT_H
#define RINGFENCE_COMMAND_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"
#include "reports/report.h"

#define OUTPUT_FORMATS_MAX 16

struct output_formats {
	const struct report_format *items[OUTPUT_FORMATS_MAX];
	size_t count;
};

/* The formats of LIST ("html,md,json"), each once. False: ERROR_USAGE names the unknown one. */
bool output_parse_formats(const char *list, struct output_formats *ret_formats,
			  struct error *error) MUST_CHECK;

/* Adds json where it is not among FORMATS. */
void output_want_json(struct output_formats *formats);

/* Opens the folder PATH, making it (0700, parents too) where it is not there. Returns a descriptor
 * that the caller closes, or -1 with ERROR_WRITE. */
int output_open_folder(const char *path, struct error *error) MUST_CHECK;

/* Tells RESULT in every one of FORMATS into the folder PATH. All are made before the first is
 * written. */
bool output_write(const struct result *result, const struct output_formats *formats,
		  const struct report_options *options, const char *path,
		  struct error *error) MUST_CHECK;

/* Appends a host's name as a file name: whatever else it holds becomes '_'. */
void output_append_host(struct buffer *out, const char *name);

/* Appends "ringfence-HOST-2026-02-03": the name of what is made of HOST at WHEN, in seconds since
 * 1970, where the user gives none. */
void output_append_name(struct buffer *out, const char *host, int64_t when);

/* From now on SIGINT, SIGTERM and SIGHUP end the program with exit code 4 and one line, after the
 * file that is being written was removed. */
void output_catch_signals(void);

#endif
