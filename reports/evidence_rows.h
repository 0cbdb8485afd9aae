/* SPDX-License-Identifier: Apache-2.0
 *
 * Evidence as rows of HTML and as lines of Markdown, straight from the result. A stylesheet sees
 * the first EVIDENCE_IN_TEMPLATE rows of a finding, and lays them out as it likes; the rest, of
 * which there may be hundreds of thousands, would cost it some kilobytes each as nodes.
 */
#ifndef RINGFENCE_REPORTS_EVIDENCE_ROWS_H
#define RINGFENCE_REPORTS_EVIDENCE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/buffer.h"

struct evidence;
struct language;
struct finding;

#define EVIDENCE_IN_TEMPLATE 8

/* Most rows of one finding: a page with more is read by nobody, and result.json and result.xml hold
 * them all. One more line then says how many there are. */
#define EVIDENCE_ROWS_MAX 500

/* Whether reports tell it: what passes is not told. */
bool evidence_is_told(const struct evidence *evidence);

/* How many of FINDING's are told. */
size_t evidence_told_count(const struct finding *finding);

/* Appends those of FINDING that are told, without the first SKIP: "<tr><td>...</td></tr>" with the
 * classes of templates/report.xsl. */
void evidence_rows_html(struct buffer *out, const struct finding *finding, size_t skip,
			const struct language *language);

/* The same as items of a Markdown list, a line each. */
void evidence_rows_markdown(struct buffer *out, const struct finding *finding, size_t skip,
			    const struct language *language);

#endif
