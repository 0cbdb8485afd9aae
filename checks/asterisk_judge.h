/* SPDX-License-Identifier: Apache-2.0
 *
 * Small things that checks of Asterisk's settings share.
 */
#ifndef RINGFENCE_CHECKS_ASTERISK_JUDGE_H
#define RINGFENCE_CHECKS_ASTERISK_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/exposure.h"
#include "audit/base/fact.h"
#include "checks/asterisk_remedy.h"

struct conf_file;
struct model;
struct verdict;

/* Is there an Asterisk? Where not, or where that is not known, it is recorded and false comes
 * back. */
bool asterisk_is_there(const struct model *model, struct verdict *verdict);

/* The beginning of FILE, for what is missing in it; ORIGIN_NONE where there is no file. */
struct origin asterisk_file_origin(const struct conf_file *file);

/* For a remedy: SECTION of FILE, and the LINE of it that is to change (ORIGIN_NONE: none). */
struct asterisk_place asterisk_place_of(const struct conf_file *file, const char *section,
					struct origin line);

/* FILE could not be read in whole: recorded in VERDICT, and true. */
bool asterisk_file_unread(const struct conf_file *file, struct verdict *verdict);

#endif
