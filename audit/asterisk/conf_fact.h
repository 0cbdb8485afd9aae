/* SPDX-License-Identifier: Apache-2.0
 *
 * Single settings of a configuration file as facts: present with their place, absent, or unreadable
 * because the file is, or because a part of it (#exec) could not be seen.
 */
#ifndef RINGFENCE_ASTERISK_CONF_FACT_H
#define RINGFENCE_ASTERISK_CONF_FACT_H

#include <stdint.h>

#include "audit/asterisk/conf_parse.h"
#include "audit/base/fact.h"

enum conf_pick {
	/* What ast_variable_retrieve returns. */
	CONF_PICK_FIRST,
	/* What a loop over ast_variable_browse leaves. */
	CONF_PICK_LAST,
};

/* Variable NAME of the first category CATEGORY of FILE. A file that Asterisk refuses sets nothing.
 */
struct fact_slice conf_fact_slice(const struct conf_file *file, const char *category,
				  const char *name, enum conf_pick pick);

/* The same by ast_true: any word that is not a true one is false. */
struct fact_bool conf_fact_bool(const struct conf_file *file, const char *category,
				const char *name, enum conf_pick pick);

/* The same as sscanf("%d") reads it: leading blanks, a sign, digits, and whatever follows.
 * Without a number, FALLBACK. */
struct fact_int conf_fact_int(const struct conf_file *file, const char *category, const char *name,
			      enum conf_pick pick, int64_t fallback);

/* The number at the start of TEXT as sscanf("%d") reads it; false when there is none. */
bool conf_leading_number(struct slice text, int64_t *ret_value) MUST_CHECK;

/* A fact made from another: present with VALUE where FROM is present, else FROM's state. */
struct fact_bool conf_fact_bool_of(struct fact_slice from, bool value);

#endif
