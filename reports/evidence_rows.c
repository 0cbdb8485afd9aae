/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/evidence_rows.h"

#include "checks/result.h"
#include "reports/escape.h"
#include "reports/language.h"

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
		return MESSAGE("beside it");
	case EVIDENCE_UNDECIDED:
		return MESSAGE("undecided");
	case EVIDENCE_FAILS:
	case EVIDENCE_PASSES:
		break;
	}
	return "";
}

static void html_row(struct buffer *out, const struct evidence *evidence,
		     const struct language *language)
{
	buffer_append_string(out, "\n<tr><td>");
	escape_xml(out, slice_of(evidence->subject), ESCAPE_ONE_LINE);
	if (beside(evidence->role)[0]) {
		buffer_append_string(out, "<span class=\"minor\"> (");
		escape_xml(out, slice_of(language_text(language, beside(evidence->role))),
			   ESCAPE_ONE_LINE);
		buffer_append_string(out, ")</span>");
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

static void markdown_line(struct buffer *out, const struct evidence *evidence,
			  const struct language *language)
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
		BUFFER_AUTO shown = { 0 };
		escape_markdown_code(&shown, buffer_slice(&place));
		const struct slice where = buffer_slice(&shown);
		buffer_append_byte(out, ' ');
		language_fill(out, language_text(language, "in %1"), &where, 1);
	}
	if (beside(evidence->role)[0])
		buffer_format(out, " (%s)", language_text(language, beside(evidence->role)));
	buffer_append_byte(out, '\n');
}

static void each(struct buffer *out, const struct finding *finding, size_t skip,
		 const struct language *language,
		 void (*append)(struct buffer *out, const struct evidence *evidence,
				const struct language *language))
{
	size_t told = 0;
	for (size_t i = 0; i < finding->evidence_count && told < EVIDENCE_ROWS_MAX; i++)
		if (evidence_is_told(&finding->evidence[i]) && told++ >= skip)
			append(out, &finding->evidence[i], language);
}

/* How many rows are not there. */
static size_t left_over(const struct finding *finding)
{
	size_t count = evidence_told_count(finding);
	return count > EVIDENCE_ROWS_MAX ? count - EVIDENCE_ROWS_MAX : 0;
}

static void append_more(struct buffer *out, size_t more, const struct language *language)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_uint(&text, more);
	const struct slice number = buffer_slice(&text);
	language_fill(out, language_text(language, "and %1 more, row by row in result.json"),
		      &number, 1);
}

void evidence_rows_html(struct buffer *out, const struct finding *finding, size_t skip,
			const struct language *language)
{
	size_t more = left_over(finding);
	each(out, finding, skip, language, html_row);
	if (!more)
		return;
	buffer_append_string(out, "\n<tr><td colspan=\"3\">");
	append_more(out, more, language);
	buffer_append_string(out, "</td></tr>");
}

void evidence_rows_markdown(struct buffer *out, const struct finding *finding, size_t skip,
			    const struct language *language)
{
	size_t more = left_over(finding);
	each(out, finding, skip, language, markdown_line);
	if (!more)
		return;
	buffer_append_string(out, "- ");
	append_more(out, more, language);
	buffer_append_byte(out, '\n');
}
