/* SPDX-License-Identifier: Apache-2.0
 *
 * Markdown to XHTML by cmark, with everything that could act taken out.
 */
#ifndef RINGFENCE_REPORTS_MARKDOWN_HTML_H
#define RINGFENCE_REPORTS_MARKDOWN_HTML_H

#include "audit/base/slice.h"

struct buffer;

/* Appends MARKDOWN as well-formed XHTML blocks. Raw HTML is left out; an image becomes its text; a
 * link becomes its text unless it begins with "https://"; headings become paragraphs, so that the
 * report's outline stays its own. Text over MARKDOWN_BYTES_MAX is appended as plain text. */
void markdown_html_append(struct buffer *out, struct slice markdown);

/* Appends the words of MARKDOWN as Markdown for one paragraph: code spans and emphasis stay, blocks
 * follow each other in the same line, links become their text, all else is left out. */
void markdown_inline_append(struct buffer *out, struct slice markdown);

/* Texts of the catalogue are a few sentences; a result from elsewhere may hold anything. */
#define MARKDOWN_BYTES_MAX 65536

#endif
