/* SPDX-License-Identifier: Apache-2.0
 *
 * Markdown by stylesheet. Every text of the host goes through the escape functions that the
 * stylesheet calls (template_functions.c).
 */
#include "reports/template.h"
#include "reports/writers.h"
#include "template_report.md.xsl.h"

static const struct template_file page = {
	.name = "report.md.xsl",
	.bytes = report_md_xsl,
	.size = sizeof(report_md_xsl),
};

bool markdown_write(const struct result *result, const struct report_options *options,
		    struct buffer *out, struct error *error)
{
	return template_apply(&page, options, NULL, 0, result, out, error);
}
