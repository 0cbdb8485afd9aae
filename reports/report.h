/* SPDX-License-Identifier: Apache-2.0
 *
 * A writer tells a result: it orders, groups, phrases and escapes, and decides nothing.
 */
#ifndef RINGFENCE_REPORTS_REPORT_H
#define RINGFENCE_REPORTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"

struct result;

struct handout;
struct language;

struct report_options {
	/* Folder of the templates that replace the built-in ones; NULL: the built-in. */
	const char *templates;
	/* What a consultant adds to HTML and Markdown; NULL: nothing. */
	const struct handout *handout;
	/* Of HTML, Markdown and PDF; NULL: English. */
	const struct language *language;
};

struct report_format {
	/* "html": for --format. */
	const char *name;
	/* "report.html", "result.json" */
	const char *file_name;
	/* In a few words, for --help. */
	const char *about;
	/* Appends the report to OUT. False with *ERROR on memory, limit or a broken template. */
	bool (*write)(const struct result *result, const struct report_options *options,
		      struct buffer *out, struct error *error);
};

/* All formats, sorted by name. */
const struct report_format *report_formats(size_t *ret_count);

/* NULL when there is none of that name. */
const struct report_format *report_find(struct slice name);

#endif
