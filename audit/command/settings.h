/* SPDX-License-Identifier: Apache-2.0
 *
 * ringfence.conf: what the user says about the site. Sections in brackets, "name = value" lines,
 * '#' comments; see templates/ringfence.conf for all of it.
 */
#ifndef RINGFENCE_COMMAND_SETTINGS_H
#define RINGFENCE_COMMAND_SETTINGS_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/model/site.h"

struct arena;

#define SETTINGS_FILE "/etc/ringfence/ringfence.conf"

/* Reads the file at PATH on this machine into *SITE (which keeps what it held where the file says
 * nothing). PATH NULL: SETTINGS_FILE, which need not exist. False: ERROR_INPUT with file and line.
 */
bool settings_read(const char *path, struct arena *arena, struct site *site,
		   struct error *error) MUST_CHECK;

/* The same from TEXT; NAME is the file for messages. */
bool settings_parse(struct slice text, const char *name, struct arena *arena, struct site *site,
		    struct error *error) MUST_CHECK;

/* Adds the networks of a comma or blank separated LIST to *PREFIXES of *COUNT. */
bool settings_add_networks(struct slice list, struct arena *arena, const struct prefix **prefixes,
			   size_t *count, struct error *error) MUST_CHECK;

/* "2027-03-31" as the end of that day, seconds since 1970 UTC; false for anything else. */
bool settings_parse_date(struct slice text, int64_t *ret_end) MUST_CHECK;

/* The table of holes in the file PATH instead of the one that is linked in; a wrong line is an
 * error with its place. */
bool settings_read_advisories(const char *path, struct arena *arena, struct site *site,
			      struct error *error) MUST_CHECK;

/* Reads the tariff of PATH (audit/model/tariff.h) into SITE. */
bool settings_read_tariff(const char *path, struct arena *arena, struct site *site,
			  struct error *error) MUST_CHECK;

#endif
