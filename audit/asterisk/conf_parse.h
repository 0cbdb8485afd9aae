/* SPDX-License-Identifier: Apache-2.0
 *
 * Asterisk's configuration language as main/config.c of Asterisk reads it: categories, templates,
 * (+), includes, comments, escapes. Values keep the place that they were written at, through
 * templates and includes. What is parsed is what Asterisk would hold in memory: inherited variables
 * come first, nothing is overridden; the consumer takes the first, the last, or all.
 */
#ifndef RINGFENCE_ASTERISK_CONF_PARSE_H
#define RINGFENCE_ASTERISK_CONF_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/base/slice.h"
#include "audit/base/source.h"

struct conf_variable {
	struct slice name;
	/* After comment removal, unescaping and trimming; may live outside the source. */
	struct slice value;
	/* Where it was written: in a template for an inherited one. */
	struct origin origin;
	/* Written with "=>". */
	bool is_object;
	/* Copied from a template. */
	bool is_inherited;
};

struct conf_category {
	struct slice name;
	/* "(!)" */
	bool is_template;
	/* The names in the parentheses that it inherits from, as written, joined by ','; may be
	 * empty. */
	struct slice templates;
	const struct conf_variable *variables;
	size_t variable_count;
	struct origin origin;
	/* An #exec stood in it (or in what it inherits): more may be there than is seen. */
	bool is_incomplete;
};

struct conf_index;

struct conf_file {
	/* FACT_ABSENT: no such file. FACT_UNREADABLE: `unread` says why. */
	enum fact_state state;
	const struct unread *unread;
	/* Base name: "sip.conf". */
	const char *name;
	/* The main file; includes are in the origins. */
	const struct source *source;
	/* In order, duplicates kept, templates included. */
	const struct conf_category *categories;
	size_t category_count;
	/* Asterisk would refuse the whole file (no parent, missing include, variable before any
	 * category ...): `refused` says why and where. What was read up to there is in
	 * `categories`. */
	bool is_refused;
	struct diagnostic refused;
	/* Some part could not be read: #exec, an unreadable include. */
	bool is_incomplete;
	const struct unread *incomplete;
	struct diagnostics diagnostics;
	/* For conf_find_category; NULL in literals of tests: it walks then. */
	const struct conf_index *index;
};

struct conf_options {
	/* astetcdir, absolute: "/etc/asterisk". */
	const char *directory;
	/* major * 100 + minor: 108 for 1.8, 1600 for 16.0; 0: unknown, read as the newest. */
	unsigned int asterisk_version;
	/* asterisk.conf [options] execincludes: #exec lines are run. Where it is off, Asterisk
	 * ignores them, and so does the reader. */
	bool exec_includes;
};

/* Most variables of one file with its includes and templates: some 256 MiB. Asterisk itself would
 * need gigabytes for a file that has more. */
#define CONF_VARIABLES_MAX 4000000u
/* Most files that one configuration file is made of. A file that includes itself twice already
 * means 2^10 of them. */
#define CONF_INCLUDES_MAX 5000u
/* Most bytes that are parsed for one file, repeated includes counted each time. */
#define CONF_BYTES_MAX ((size_t)256 * 1024 * 1024)
/* Most steps of "+=" and of filters, which are the two things that are not linear. */
#define CONF_WORK_MAX 300000000u

/* Reads NAME ("sip.conf", relative to the directory, or absolute) with all that it includes. The
 * result lives in the loader's arena; NULL only when memory is short. */
const struct conf_file *conf_load(const struct loader *loader, const struct conf_options *options,
				  const char *name) MUST_CHECK;

/* The first category of that name (case ignored) that is no template, or NULL. What a lookup by
 * name in Asterisk finds (ast_variable_browse). */
const struct conf_category *conf_find_category(const struct conf_file *file, const char *name);

/* The first and the last variable of NAME (case ignored) in CATEGORY; NULL when there is none, or
 * CATEGORY is NULL. ast_variable_retrieve takes the first; loops over a category keep the last. */
const struct conf_variable *conf_first(const struct conf_category *category, const char *name);
const struct conf_variable *conf_last(const struct conf_category *category, const char *name);

/* ast_true: yes, true, y, t, 1, on. ast_false: no, false, n, f, 0, off. Case ignored. */
bool conf_is_true(struct slice value);
bool conf_is_false(struct slice value);

#endif
