/* SPDX-License-Identifier: Apache-2.0
 *
 * Why something could not be done (struct error), and what was wrong with input that was read all
 * the same (struct diagnostic). Library code fills them and returns; only audit/command/ prints.
 */
#ifndef RINGFENCE_BASE_ERROR_H
#define RINGFENCE_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/base/source.h"

struct arena;

enum error_kind {
	ERROR_NONE,
	/* Memory or another own resource: exit code 4. */
	ERROR_MEMORY,
	/* Writing a result failed: exit code 4. */
	ERROR_WRITE,
	/* A file or fact of the target could not be read: exit code 3. */
	ERROR_READ,
	/* The input is not what it should be: exit code 2. */
	ERROR_INPUT,
	/* The command line is wrong: exit code 2. */
	ERROR_USAGE,
	/* A limit of ours was reached: exit code 3. */
	ERROR_LIMIT,
	/* Should not happen: exit code 4. */
	ERROR_INTERNAL,
};

#define ERROR_TEXT_BYTES 512

struct error {
	enum error_kind kind;
	/* File and line where it happened; "" and 0 when there is no place. */
	char file[256];
	uint32_t line;
	/* What happened and what was expected; then what to do, may be "". Both NUL-terminated. */
	char message[ERROR_TEXT_BYTES];
	char advice[ERROR_TEXT_BYTES];
};

/* Fill *ERROR (NULL is allowed and ignored). They return false, so that a caller can write
 * `return error_set(...)`. Text that does not fit is cut. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
	PRINTF_LIKE(3, 4);
bool error_set_at(struct error *error, enum error_kind kind, const char *file, uint32_t line,
		  const char *format, ...) PRINTF_LIKE(5, 6);
bool error_memory(struct error *error);

/* Adds what to do. */
void error_advise(struct error *error, const char *format, ...) PRINTF_LIKE(2, 3);

/* The exit code of the design for KIND. */
int error_exit_code(enum error_kind kind);

/* The text of an errno value in plain English, whatever the locale; never NULL. */
const char *error_errno_text(int number);

enum diagnostic_level {
	/* The daemon would say something too, but goes on. */
	DIAGNOSTIC_WARNING,
	/* The daemon would refuse the file, or drop the object. */
	DIAGNOSTIC_ERROR,
};

struct diagnostic {
	enum diagnostic_level level;
	struct origin origin;
	const char *message;
};

/* Most diagnostics that are kept for one file; the rest are counted in `dropped`. */
#define DIAGNOSTICS_MAX 200

struct diagnostics {
	struct diagnostic *items;
	size_t count;
	size_t capacity;
	size_t dropped;
};

/* Records one; the text is formatted into ARENA. False only when memory is short. */
bool diagnostics_add(struct diagnostics *diagnostics, struct arena *arena,
		     enum diagnostic_level level, struct origin origin, const char *format, ...)
	PRINTF_LIKE(5, 6);

#endif
