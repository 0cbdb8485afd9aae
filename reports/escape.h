/* SPDX-License-Identifier: Apache-2.0
 *
 * The only way for a text of the host into a report. Every function appends to OUT text that can be
 * nothing but text there: no markup, no structure, no formula, no control of a terminal. All begin
 * with the same step: what a reader could not see, or would be misled by, is made visible. Control
 * characters and bytes that are no UTF-8 become \xNN; bidirectional overrides, zero-width and other
 * unseen format characters become \u{NNNN} (the joiners U+200C and U+200D stay: Bengali, Persian
 * and others are written with them). So the output is always valid UTF-8. Cost linear.
 */
#ifndef RINGFENCE_REPORTS_ESCAPE_H
#define RINGFENCE_REPORTS_ESCAPE_H

#include "audit/base/slice.h"

struct buffer;

enum escape_lines {
	/* Line ends and tabs become visible too. */
	ESCAPE_ONE_LINE,
	/* '\n' and '\t' stay. */
	ESCAPE_KEEP_LINES,
};

/* That first step alone: for the terminal. */
void escape_visible(struct buffer *out, struct slice text, enum escape_lines lines);

/* The same with nothing but ASCII left: for a terminal that knows no UTF-8. */
void escape_ascii(struct buffer *out, struct slice text);

/* Content of an element or of a quoted attribute of XML 1.0. */
void escape_xml(struct buffer *out, struct slice text, enum escape_lines lines);

/* Text of a paragraph, list item, heading or table cell of Markdown (CommonMark and GitHub's),
 * wherever it begins; one line, without blanks at both ends. It links nothing and calls nobody. */
void escape_markdown(struct buffer *out, struct slice text);

/* A code span; nothing for an empty TEXT. */
void escape_markdown_code(struct buffer *out, struct slice text);

/* The same as a cell of a table, where '|' would end the cell even within a code span. */
void escape_markdown_cell(struct buffer *out, struct slice text);

/* A fenced block with LANGUAGE as its info string (a literal of ours), each line of it after
 * INDENT; ends with a line end. */
void escape_markdown_block(struct buffer *out, struct slice text, const char *language,
			   const char *indent);

/* A quoted field (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before
 * it (OWASP, "CSV Injection"). */
void escape_csv(struct buffer *out, struct slice text);

/* Value of a label of the Prometheus text format, without its quotes. */
void escape_prometheus(struct buffer *out, struct slice text);

/* Columns that TEXT (made visible before) takes on a terminal: none for combining marks, two for
 * the wide characters of East Asia and pictographs. */
size_t escape_columns(struct slice text);

#endif
