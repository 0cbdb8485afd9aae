/* SPDX-License-Identifier: Apache-2.0
 *
 * Known holes and ends of life, as templates/advisories.tsv tells them (its head has the format),
 * and the question whether a version has one. A distribution's package is judged by the
 * distribution's own line: its number alone tells nothing, since fixes go into old versions.
 */
#ifndef RINGFENCE_ADVISORY_ADVISORY_TABLE_H
#define RINGFENCE_ADVISORY_ADVISORY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"

struct arena;

/* Lines of one file: a hundred times those of today. */
#define ADVISORY_LINES_MAX 50000

struct advisory {
	/* "asterisk" */
	struct slice product;
	/* "CVE-2024-6387" */
	struct slice id;
	/* "upstream", "debian-12". */
	struct slice scope;
	/* "20", "8.5p1..", "-". */
	struct slice range;
	/* A version, "not-affected", or "~VERSION". */
	struct slice fixed;
	/* A module of Asterisk, or empty. */
	struct slice needs;
	struct slice title;
	struct slice source;
};

struct end_of_life {
	struct slice product;
	struct slice branch;
	/* Seconds since 1970 UTC after the last day; 0: long past. */
	int64_t after;
	/* As written. */
	struct slice date;
	struct slice title;
	struct slice source;
};

struct advisory_table {
	const struct advisory *holes;
	size_t hole_count;
	const struct end_of_life *ends;
	size_t end_count;
	/* "2026-11-24", and the same in seconds. */
	struct slice date;
	int64_t made;
};

/* Parses BYTES, which must outlive the table, into ARENA. NAME stands in errors with the line.
 * False when a line is wrong or memory is short. */
bool advisory_table_parse(struct arena *arena, const char *name, struct slice bytes,
			  struct advisory_table *ret_table, struct error *error) MUST_CHECK;

/* The table that is linked in. NULL when memory is short. */
const struct advisory_table *advisory_table_own(struct arena *arena) MUST_CHECK;

enum hole_answer {
	HOLE_FIXED,
	HOLE_OPEN,
	/* No line tells it for this distribution. */
	HOLE_UNDECIDED,
};

enum version_style {
	/* As the project numbers its releases: built from its source. */
	VERSION_UPSTREAM,
	VERSION_DPKG,
	VERSION_RPM,
};

struct version_subject {
	const char *product;
	/* As the package manager prints it, or the project's. */
	struct slice version;
	enum version_style style;
	/* "debian-12"; with VERSION_UPSTREAM not looked at. */
	struct slice scope;
};

/* The holes of SUBJECT's product one by one, each id once: the next after *INDEX, which begins as
 * 0; NULL at the end. *RET_ANSWER says how SUBJECT stands to it, *RET_FIXED which version has the
 * fix ("" where none is named). */
const struct advisory *advisory_next(const struct advisory_table *table,
				     const struct version_subject *subject, size_t *index,
				     enum hole_answer *ret_answer, struct slice *ret_fixed);

/* The line for BRANCH of PRODUCT, NULL: none. */
const struct end_of_life *advisory_end_of_life(const struct advisory_table *table,
					       struct slice product, struct slice branch);

#endif
