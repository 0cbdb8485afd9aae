/* SPDX-License-Identifier: Apache-2.0
 *
 * One file in the language of Python's configparser (Lib/configparser.py, RawConfigParser._read),
 * with the settings that fail2ban gives it: '#' and ';' begin comment lines, ';' behind a blank
 * ends a line, '=' and ':' separate, values go on in lines that are indented deeper, empty lines
 * belong to a value, a section or option that comes twice in a file is an error.
 */
#ifndef RINGFENCE_FAIL2BAN_INI_FILE_H
#define RINGFENCE_FAIL2BAN_INI_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/source.h"
#include "audit/fail2ban/option_map.h"

struct arena;

struct ini_section {
	struct slice name;
	struct origin origin;
	/* Names in lower case; values with '\n' between their lines. */
	struct option_map options;
};

struct ini_file {
	/* [DEFAULT] */
	struct option_map defaults;
	/* In order; without [DEFAULT]. */
	struct ini_section *sections;
	size_t count, capacity;
	/* configparser refuses the file: why and where; NULL: it does not. */
	const char *refused;
	struct origin refused_at;
};

/* Longest value: a list of expressions of fail2ban has some KiB. A longer one is refused. */
#define INI_VALUE_BYTES_MAX ((size_t)256 * 1024)

/* Is it white space to Python's str.strip()? Of ASCII. */
bool ini_is_space(unsigned char byte);
struct slice ini_trim(struct slice text);

/* Reads SOURCE. False only when memory is short. */
bool ini_file_parse(struct arena *arena, const struct source *source,
		    struct ini_file *ret_file) MUST_CHECK;

/* NULL: there is none of that name. [DEFAULT] is none. */
struct ini_section *ini_find_section(const struct ini_file *file, struct slice name);

#endif
