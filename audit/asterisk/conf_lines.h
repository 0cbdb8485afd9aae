/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of an Asterisk configuration file as config_text_file_load of main/config.c hands them to
 * its parser: long lines skipped, comments taken out, blanks trimmed.
 */
#ifndef RINGFENCE_ASTERISK_CONF_LINES_H
#define RINGFENCE_ASTERISK_CONF_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

/* config.c reads with fgets into char buf[8192]: at most so many bytes are one line. */
#define CONF_LINE_BYTES 8191
/* MAX_NESTED_COMMENTS of config.c. */
#define CONF_COMMENT_NESTING_MAX 128

struct conf_lines {
	struct slice rest;
	/* Asterisk 13 and later skip a UTF-8 byte-order mark at the very beginning. */
	bool skips_mark;
	/* Before 13 a line of 8191 bytes was skipped even when it ended there. */
	bool skips_full_lines;
	/* How deep in ";-- --;" the next line begins. Goes under zero after a stray "--;", as it
	 * does in Asterisk: everything after it is a comment then. */
	int comment;
	/* A ";--" deeper than the limit: Asterisk loops forever on it. */
	bool is_endless;
	/* Lines that were skipped for their length. */
	size_t skipped;
	char edited[CONF_LINE_BYTES + 1];
};

struct conf_line {
	/* What is left, never empty. */
	struct slice text;
	/* TEXT lies in the reader's buffer, not in the source: it is valid until the next call. */
	bool is_edited;
	/* The bytes of the source that it was made from, with the line's end. */
	struct slice raw;
};

/* Goes on with another file, with the same comment depth: files of one #include with a wildcard
 * share it. BYTES must outlive the lines. */
void conf_lines_open(struct conf_lines *lines, struct slice bytes);

/* The next line with something in it. False at the end. */
bool conf_lines_next(struct conf_lines *lines, struct conf_line *ret_line);

/* Without bytes 1 to 32 at both ends (ast_strip: not isspace). */
struct slice conf_strip(struct slice text);

#endif
