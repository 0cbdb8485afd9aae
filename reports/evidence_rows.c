/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/evidence_rows.h"

#include "checks/result.h"
#include "reports/escape.h"

bool evidence_is_told(const struct evidence *evidence)
{
	return evidence->role != EVIDENCE_PASSES;
}

size_t evidence_told_count(const struct finding *finding)
{
	size_t count = 0;
	for (size_t i = 0; i < finding->evidence_count; i++)
		count += evidence_is_told(&finding->evidence[i]);
	return count;
}

static const char *beside(enum evidence_role role)
{
	switch (role) {
	case EVIDENCE_NOTE:
		return " (beside it)";
	case EVIDENCE_UNDECIDED:
		return " (undecided)";
	case EVIDENCE_FAILS:
	case EVIDENCE_PASSES:
		break;
	}
	return "";
}

static void html_row(struct buffer *out, const struct evidence *evidence)
{
	buffer_append_string(out, "\n<tr><td>");
	escape_xml(out, slice_of(evidence->subject), ESCAPE_ONE_LINE);
	if (beside(evidence->role)[0]) {
		buffer_append_string(out, "<span class=\"minor\">");
		buffer_append_string(out, beside(evidence->role));
		buffer_append_string(out, "</span>");
	}
	buffer_append_string(out, "</td><td><code>");
	escape_xml(out, slice_of(evidence->text), ESCAPE_KEEP_LINES);
	buffer_append_string(out, "</code></td><td class=\"where\">");
	if (evidence->file[0])
		escape_xml(out, slice_of(evidence->file), ESCAPE_ONE_LINE);
	else
		buffer_append_string(out, "–");
	if (evidence->file[0] && evidence->line) {
		buffer_append_string(out, ":<wbr>");
		buffer_append_uint(out, evidence->line);
	}
	buffer_append_string(out, "</td></tr>");
}

static void markdown_line(struct buffer *out, const struct evidence *evidence)
{
	buffer_append_string(out, "- ");
	escape_markdown(out, slice_of(evidence->subject));
	buffer_append_string(out, ": ");
	escape_markdown_code(out, slice_of(evidence->text));
	if (evidence->file[0]) {
		BUFFER_AUTO place = { 0 };
		buffer_append_string(&place, evidence->file);
		if (evidence->line)
			buffer_format(&place, ":%u", evidence->line);
		buffer_append_string(out, " in ");
		escape_markdown_code(out, buffer_slice(&place));
	}
	buffer_append_string(out, beside(evidence->role));
	buffer_append_byte(out, '\n');
}

static void each(struct buffer *out, const struct finding *finding, size_t skip,
		 void (*append)(struct buffer *out, const struct evidence *evidence))
{
	size_t told = 0;
	for (size_t i = 0; i < finding->evidence_count && told < EVIDENCE_ROWS_MAX; i++)
		if (evidence_is_told(&finding->evidence[i]) && told++ >= skip)
			append(out, &finding->evidence[i]);
}

/* How many rows are not there. */
static size_t left_over(const struct finding *finding)
{
	size_t count = evidence_told_count(finding);
	return count > EVIDENCE_ROWS_MAX ? count - EVIDENCE_ROWS_MAX : 0;
}

void evidence_rows_html(struct buffer *out, const struct finding *finding, size_t skip)
{
	size_t more = left_over(finding);
	each(out, finding, skip, html_row);
	if (more)
		buffer_format(out,
			      "\n<tr><td colspan=\"3\">and %zu more, row by row in "
			      "result.json</td></tr>",
			      more);
}

void evidence_rows_markdown(struct buffer *out, const struct finding *finding, size_t skip)
{
	size_t more = left_over(finding);
	each(out, finding, skip, markdown_line);
	if (more)
		buffer_format(out, "- and %zu more, row by row in result.json\n", more);
}
