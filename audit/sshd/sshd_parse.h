/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of one sshd_config file: keyword, arguments with quotes and escapes undone, criteria of
 * Match. What a line means is decided in sshd_apply.c; other files are not looked at here.
 *
 * From release 8.7 on arguments are split by argv_split (misc.c): both kinds of quotes, backslash
 * escapes, '#' ends a line. Before it, by strdelim: double quotes only, '=' separates, and '#'
 * ended a line anywhere.
 */
#ifndef RINGFENCE_SSHD_SSHD_PARSE_H
#define RINGFENCE_SSHD_SSHD_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/base/source.h"
#include "audit/sshd/sshd_keywords.h"
#include "audit/sshd/sshd_match.h"

struct arena;

enum sshd_criterion_kind {
	SSHD_CRITERION_ALL,
	SSHD_CRITERION_USER,
	SSHD_CRITERION_GROUP,
	SSHD_CRITERION_HOST,
	SSHD_CRITERION_ADDRESS,
	SSHD_CRITERION_LOCAL_ADDRESS,
	SSHD_CRITERION_LOCAL_PORT,
	SSHD_CRITERION_RDOMAIN,
	SSHD_CRITERION_INVALID_USER,
};

struct sshd_criterion {
	enum sshd_criterion_kind kind;
	struct slice argument;
	/* ADDRESS and LOCAL_ADDRESS: the argument's entries. */
	const struct sshd_network *networks;
	size_t network_count;
	/* LOCAL_PORT */
	int port;
};

/* One Match line. */
struct sshd_match_line {
	/* All must hold. */
	const struct sshd_criterion *criteria;
	size_t count;
	/* Why sshd refuses the line; NULL: it does not. */
	const char *error;
	/* Something stands after the criteria: sshd complains, and yet goes by them. */
	bool has_extra;
};

struct sshd_file;

/* The files of one word after Include. */
struct sshd_include {
	struct sshd_file *const *files;
	size_t count;
};

struct sshd_line {
	/* From 1, as sshd counts. */
	uint32_t number;
	struct origin origin;
	/* As written. */
	struct slice name;
	/* NULL: sshd does not know it. */
	const struct sshd_keyword *keyword;
	/* All after the keyword and its separator, as written. */
	struct slice rest;
	const struct slice *words;
	size_t word_count;
	/* Why sshd refuses the line whatever the keyword says; NULL: it does not. */
	const char *error;
	/* Of a Match line; else NULL. */
	const struct sshd_match_line *match;
	/* Of an Include line, one per word, once the model has read them; else NULL. */
	struct sshd_include *includes;
};

struct sshd_file {
	const struct source *source;
	struct sshd_line *lines;
	size_t count;
};

/* Splits SOURCE into the lines that say something (comments and blank lines are left out).
 * SERVICES: see sshd_parse_port. The result lives in ARENA and points into it, not into SOURCE.
 * NULL only when memory is short. */
struct sshd_file *sshd_parse_file(struct arena *arena, struct sshd_version version,
				  struct slice services, const struct source *source) MUST_CHECK;

/* One line of arguments split as after a keyword, for tests: false when a quote is not closed. */
bool sshd_split_words(struct arena *arena, struct slice text, const struct slice **ret_words,
		      size_t *ret_count, bool *ret_memory_failed) MUST_CHECK;

#endif
