/* SPDX-License-Identifier: Apache-2.0
 *
 * Variables and expressions of the dialplan, as far as their values are known: ${EXTEN}, ${ARG1},
 * substrings, a few functions, $[...] of constants. What is not known stays unknown, and a value
 * keeps whether the caller chose some of its bytes.
 */
#ifndef RINGFENCE_ASTERISK_DIALPLAN_EXPAND_H
#define RINGFENCE_ASTERISK_DIALPLAN_EXPAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/slice.h"

struct arena;
struct dialplan_model;

/* Deepest nesting of ${...} and $[...] that is followed. */
#define EXPAND_DEEP_MAX 16
/* Asterisk itself cuts a value at 8191 bytes or fewer. */
#define EXPAND_BYTES_MAX 4096

/* Stands for each part that could not be told. */
#define EXPAND_UNKNOWN '?'

struct dialplan_value {
	struct slice text;
	/* Some part could not be told. */
	bool is_unknown;
	/* The caller chose some of it: digits of the number dialled. */
	bool is_dialled;
	/* The caller may have written any bytes there, '&', '/' and '@' too: a pattern with '.' or
	 * '!' took them, or a header holds them, and no FILTER has passed them. */
	bool is_raw;
};

/* A variable; the newest setting of a name comes first. */
struct dialplan_variable {
	struct slice name;
	struct dialplan_value value;
	const struct dialplan_variable *next;
	/* Of this and all that follow, for comparing states. */
	uint64_t hash;
};

struct dialplan_scope {
	struct arena *arena;
	const struct dialplan_model *model;
	const struct dialplan_variable *variables;
	struct slice context;
	struct dialplan_value extension;
	int priority;
	/* Memory was short: results are empty. */
	bool memory_failed;
};

/* TEXT with everything replaced. */
struct dialplan_value dialplan_expand(struct dialplan_scope *scope, struct slice text);

/* SCOPE with NAME set to VALUE. Leading '_' (inheritance to channels) do not belong to the name. */
void dialplan_set(struct dialplan_scope *scope, struct slice name, struct dialplan_value value);

enum dialplan_truth {
	DIALPLAN_FALSE,
	DIALPLAN_TRUE,
	DIALPLAN_EITHER,
};

/* pbx_checkcondition: empty and 0 are false, other numbers and texts true. */
enum dialplan_truth dialplan_truth_of(struct dialplan_value value);

/* The next argument of *REST: up to a ',' outside of parentheses, brackets, braces and quotes.
 * False when *REST.data is NULL; the last one sets it so. */
bool dialplan_next_argument(struct slice *rest, struct slice *ret_argument);

#endif
