/* SPDX-License-Identifier: Apache-2.0
 *
 * The filters of "[name](+FILTER)": expressions NAME=VALUE joined by '&', each a pair of extended
 * regular expressions that a variable of the category must match, and TEMPLATES=include|restrict
 * (does_category_match of main/config.c, Asterisk 13 and later).
 */
#ifndef RINGFENCE_ASTERISK_CONF_FILTER_H
#define RINGFENCE_ASTERISK_CONF_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/slice.h"

struct conf_variable;

/* Longest filter whose expressions are compiled; a longer one matches nothing here. */
#define CONF_FILTER_BYTES 256

/* Does a category with VARIABLES match FILTER? */
bool conf_filter_matches(struct slice filter, bool is_template,
			 const struct conf_variable *variables, size_t count);

#endif
