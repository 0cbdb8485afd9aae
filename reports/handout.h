/* SPDX-License-Identifier: Apache-2.0
 *
 * What a consultant adds to a report that he hands over: a folder with handout.conf ("name = value"
 * lines), a logo, and his own words in Markdown, which outlive the audits that they are about.
 *
 *   handout.conf        name, customer, confidentiality, color, logo, language,
 *                       leave_out
 *   introduction.md     after the summary
 *   closing.md          at the end
 *   findings/SSH-001.md a comment on one finding
 *
 * All of it is optional but handout.conf.
 */
#ifndef RINGFENCE_REPORTS_HANDOUT_H
#define RINGFENCE_REPORTS_HANDOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"

struct arena;
struct language;
struct result;

/* Largest text, and largest logo (it stands in the page as base64). */
#define HANDOUT_TEXT_BYTES_MAX ((size_t)256 * 1024)
#define HANDOUT_LOGO_BYTES_MAX ((size_t)512 * 1024)

/* Texts are valid UTF-8, "" where nothing was given. */
struct handout {
	const char *name;
	const char *customer;
	const char *confidentiality;
	/* "#0b5a7d" */
	const char *color;
	/* "data:image/png;base64,..." */
	const char *logo;
	/* Sections that the report does without, between commas: ",words,met,". */
	const char *leave_out;
	const char *introduction;
	const char *closing;
	/* One for each finding of the result, in its order. */
	const char *const *comments;
	/* NULL: none is asked for. */
	const struct language *language;
};

/* Reads the folder PATH, for RESULT, into ARENA. False: ERROR_INPUT with file and line. */
bool handout_read(const char *path, const struct result *result, struct arena *arena,
		  struct handout *ret_handout, struct error *error) MUST_CHECK;

#endif
