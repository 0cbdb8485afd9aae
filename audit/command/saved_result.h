/* SPDX-License-Identifier: Apache-2.0
 *
 * Results that were saved, for the commands that begin with one.
 */
#ifndef RINGFENCE_COMMAND_SAVED_RESULT_H
#define RINGFENCE_COMMAND_SAVED_RESULT_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"

struct arena;
struct buffer;
struct result;

/* The largest file that is taken for a result: some 200,000 rows of evidence are 50 MiB. */
#define SAVED_RESULT_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define SAVED_RESULT_ARENA_MAX ((size_t)2 * 1024 * 1024 * 1024)

/* Reads the result at PATH: a file, a folder that holds result.json, or "-" for standard input.
 * *RET_RESULT lives in ARENA. False: ERROR_INPUT with the file. */
bool saved_result_load(const char *path, struct arena *arena, struct result *ret_result,
		       struct error *error) MUST_CHECK;

/* Appends the file at PATH ("-": standard input) to OUT; more than LIMIT bytes are refused. False:
 * ERROR_INPUT with the file. */
bool saved_file_read(const char *path, size_t limit, struct buffer *out,
		     struct error *error) MUST_CHECK;

/* Appends the file that PATH means: itself, or result.json in the folder that it is. */
void saved_result_name(const char *path, struct buffer *out);

#endif
