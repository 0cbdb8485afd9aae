/* SPDX-License-Identifier: Apache-2.0
 *
 * The result as XML: the fields of the JSON under the same names. Single values are attributes,
 * sentences and lists are elements; templates/result.rng describes it. What XML cannot hold, or
 * what would mislead a reader, is made visible (reports/escape.h).
 */
#ifndef RINGFENCE_REPORTS_RESULT_XML_H
#define RINGFENCE_REPORTS_RESULT_XML_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "reports/report.h"

struct result;

bool result_xml_write(const struct result *result, const struct report_options *options,
		      struct buffer *out, struct error *error) MUST_CHECK;

/* The same for stylesheets: after each Markdown field `NAME` stands an element `NAME_html` that
 * holds it as XHTML, without raw HTML, images, and links other than https and anchors. Of evidence
 * stand the first rows alone (reports/evidence_rows.h). A handout of OPTIONS stands in an element
 * of that name, its comments in the findings. */
bool result_xml_write_rendered(const struct result *result, const struct report_options *options,
			       struct buffer *out, struct error *error) MUST_CHECK;

#endif
