/* SPDX-License-Identifier: Apache-2.0
 *
 * JUnit XML as CI systems read it: one suite for the host, one case per check. What could not be
 * decided, does not apply or is accepted is `skipped` with its reason: it neither passes nor breaks
 * a build.
 */
#include "checks/result.h"
#include "checks/score.h"
#include "reports/escape.h"
#include "reports/writers.h"

static void append_attribute(struct buffer *out, const char *name, const char *text)
{
	buffer_format(out, " %s=\"", name);
	escape_xml(out, slice_of(text), ESCAPE_ONE_LINE);
	buffer_append_byte(out, '"');
}

static void append_failure(struct buffer *out, const struct finding *finding)
{
	buffer_append_string(out, "\n   <failure");
	append_attribute(out, "message", finding->summary);
	append_attribute(out, "type", severity_band_name(severity_band_of(finding->severity)));
	buffer_append_byte(out, '>');
	for (size_t i = 0; i < finding->evidence_count; i++) {
		const struct evidence *evidence = &finding->evidence[i];
		BUFFER_AUTO line = { 0 };
		if (evidence->role != EVIDENCE_FAILS)
			continue;
		buffer_append_string(&line, evidence->file);
		if (evidence->line)
			buffer_format(&line, ":%u", evidence->line);
		buffer_format(&line, "%s%s: %s", line.size ? ": " : "", evidence->subject,
			      evidence->text);
		escape_xml(out, buffer_slice(&line), ESCAPE_ONE_LINE);
		buffer_append_byte(out, '\n');
		if (buffer_failed(&line))
			out->failed = true;
	}
	buffer_append_string(out, "</failure>\n  ");
}

static void append_skipped(struct buffer *out, const struct finding *finding)
{
	BUFFER_AUTO why = { 0 };
	if (finding->status == STATUS_UNKNOWN)
		buffer_append_string(&why, "undecided: ");
	else if (finding->status == STATUS_NOT_APPLICABLE)
		buffer_append_string(&why, "does not apply: ");
	else
		buffer_format(&why,
			      "accepted: %s: ", finding->waiver ? finding->waiver->reason : "");
	buffer_append_string(&why, finding->summary);
	buffer_append_string(out, "\n   <skipped");
	append_attribute(out, "message", buffer_string(&why));
	buffer_append_string(out, "/>\n  ");
	if (buffer_failed(&why))
		out->failed = true;
}

static void append_case(struct buffer *out, const struct finding *finding)
{
	BUFFER_AUTO name = { 0 };
	struct slice id = slice_of(finding->id);
	buffer_format(&name, "%s %s", finding->id, finding->title);
	buffer_append_string(out, "  <testcase classname=\"");
	escape_xml(out, slice_part(id, 0, slice_find_byte(id, '-')), ESCAPE_ONE_LINE);
	buffer_append_byte(out, '"');
	append_attribute(out, "name", buffer_string(&name));
	buffer_append_string(out, " time=\"0\">");
	if (finding->status == STATUS_FAIL)
		append_failure(out, finding);
	else if (finding->status != STATUS_PASS)
		append_skipped(out, finding);
	buffer_append_string(out, "</testcase>\n");
	if (buffer_failed(&name))
		out->failed = true;
}

bool junit_write(const struct result *result, const struct report_options *options,
		 struct buffer *out, struct error *error)
{
	(void)options;
	size_t counts[STATUS_WAIVED + 1] = { 0 };
	for (size_t i = 0; i < result->finding_count; i++)
		counts[result->findings[i].status]++;
	BUFFER_AUTO numbers = { 0 };
	buffer_format(&numbers,
		      " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" "
		      "time=\"%llu.%03llu\"",
		      result->finding_count, counts[STATUS_FAIL],
		      counts[STATUS_UNKNOWN] + counts[STATUS_NOT_APPLICABLE] +
			      counts[STATUS_WAIVED],
		      (unsigned long long)result->target.milliseconds / 1000,
		      (unsigned long long)result->target.milliseconds % 1000);
	buffer_format(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
		      "name=\"ringfence\"%s>\n <testsuite",
		      buffer_string(&numbers));
	append_attribute(out, "name", result->target.name);
	append_attribute(out, "hostname", result->target.name);
	append_attribute(out, "timestamp", result->target.started);
	buffer_format(out, "%s>\n", buffer_string(&numbers));
	for (size_t i = 0; i < result->finding_count; i++)
		append_case(out, &result->findings[i]);
	buffer_append_string(out, " </testsuite>\n</testsuites>\n");
	return buffer_failed(out) || buffer_failed(&numbers) ? error_memory(error) : true;
}
