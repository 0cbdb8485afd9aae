/* SPDX-License-Identifier: Apache-2.0
 *
 * XCCDF 1.2 (NIST IR 7275 r4): the catalogue as a Benchmark, a Group per area, and this audit as
 * its TestResult. Order of elements as in the specification's schema.
 */
#include "checks/result.h"
#include "checks/score.h"
#include "reports/escape.h"
#include "reports/writers.h"

#define XCCDF_NAMESPACE "http://checklists.nist.gov/xccdf/1.2"

static void append_text(struct buffer *out, const char *text)
{
	escape_xml(out, slice_of(text), ESCAPE_KEEP_LINES);
}

static void append_element(struct buffer *out, const char *name, const char *text)
{
	buffer_format(out, "<%s>", name);
	append_text(out, text);
	buffer_format(out, "</%s>\n", name);
}

/* ID as a part of an NCName: other characters as _HEX, and '_' so too, so that no two ids become
 * one. */
static void append_id(struct buffer *out, const char *id)
{
	for (; *id; id++) {
		unsigned char byte = (unsigned char)*id;
		if (byte_is_alpha(byte) || byte_is_digit(byte) || byte == '-')
			buffer_append_byte(out, *id);
		else
			buffer_format(out, "_%02x", byte);
	}
}

static void append_rule_id(struct buffer *out, const struct finding *finding)
{
	buffer_append_string(out, "xccdf_org.ringfence_rule_");
	append_id(out, finding->id);
}

/* XCCDF knows no "critical". */
static const char *severity_word(const struct finding *finding)
{
	enum severity_band band = severity_band_of(finding->severity);
	return severity_band_name(band == BAND_CRITICAL ? BAND_HIGH : band);
}

static const char *disruption_word(enum disruption disruption)
{
	static const char *const words[] = {
		[DISRUPTION_NONE] = "low",          [DISRUPTION_RELOAD] = "low",
		[DISRUPTION_RESTART] = "medium",    [DISRUPTION_CALLS_DROP] = "high",
		[DISRUPTION_LOCKOUT_RISK] = "high",
	};
	return words[disruption];
}

static void append_fix(struct buffer *out, const struct finding *finding)
{
	const struct text_list *commands = &finding->remedy.commands;
	if (finding->advice[0])
		append_element(out, "fixtext", finding->advice);
	if (commands->count == 0)
		return;
	buffer_format(out, "<fix system=\"urn:xccdf:fix:script:sh\" disruption=\"%s\">",
		      disruption_word(finding->remedy.disruption));
	for (size_t i = 0; i < commands->count; i++) {
		append_text(out, commands->items[i]);
		buffer_append_byte(out, '\n');
	}
	buffer_append_string(out, "</fix>\n");
}

static void append_rule(struct buffer *out, const struct finding *finding)
{
	buffer_append_string(out, "<Rule id=\"");
	append_rule_id(out, finding);
	buffer_format(out, "\" selected=\"true\" weight=\"%u.%u\" severity=\"%s\">\n",
		      finding->severity / 10, finding->severity % 10, severity_word(finding));
	append_element(out, "title", finding->title);
	for (size_t i = 0; i < finding->reference_count; i++)
		append_element(out, "reference", finding->references[i]);
	if (finding->why[0])
		append_element(out, "rationale", finding->why);
	buffer_append_string(out, "<ident system=\"urn:ringfence:check\">");
	append_text(out, finding->id);
	buffer_append_string(out, "</ident>\n");
	append_fix(out, finding);
	buffer_append_string(out, "<check system=\"urn:ringfence:check\"/>\n");
	buffer_append_string(out, "</Rule>\n");
}

static struct slice group_of(const struct finding *finding)
{
	struct slice id = slice_of(finding->id);
	return slice_part(id, 0, slice_find_byte(id, '-'));
}

static void append_group_title(struct buffer *out, const struct result *result, struct slice group)
{
	for (size_t i = 0; i < result->score.group_count; i++)
		if (slice_is(group, result->score.groups[i].id)) {
			append_element(out, "title", result->score.groups[i].title);
			return;
		}
	buffer_append_string(out, "<title>");
	escape_xml(out, group, ESCAPE_ONE_LINE);
	buffer_append_string(out, "</title>\n");
}

/* Findings come group by group. */
static void append_groups(struct buffer *out, const struct result *result)
{
	size_t number = 0;
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct finding *finding = &result->findings[i];
		struct slice group = group_of(finding);
		if (i == 0 || !slice_equal(group, group_of(finding - 1))) {
			if (i)
				buffer_append_string(out, "</Group>\n");
			buffer_format(out, "<Group id=\"xccdf_org.ringfence_group_%zu\">\n",
				      ++number);
			append_group_title(out, result, group);
		}
		append_rule(out, finding);
	}
	if (result->finding_count)
		buffer_append_string(out, "</Group>\n");
}

static const char *outcome_of(const struct finding *finding)
{
	static const char *const words[] = {
		[STATUS_FAIL] = "fail",
		[STATUS_PASS] = "pass",
		[STATUS_UNKNOWN] = "unknown",
		[STATUS_NOT_APPLICABLE] = "notapplicable",
		[STATUS_WAIVED] = "informational",
	};
	return words[finding->status];
}

static void append_message(struct buffer *out, const char *severity, const char *text)
{
	buffer_format(out, "<message severity=\"%s\">", severity);
	append_text(out, text);
	buffer_append_string(out, "</message>\n");
}

static void append_messages(struct buffer *out, const struct finding *finding)
{
	append_message(out, "info", finding->summary);
	/* Not as an override: oscap's rules want all results of a test to have one as soon as one
	 * has. */
	if (finding->waiver) {
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "accepted by %s until %s: %s", finding->waiver->by,
			      finding->waiver->until, finding->waiver->reason);
		append_message(out, "info", buffer_string(&text));
	}
	for (size_t i = 0; i < finding->evidence_count; i++) {
		const struct evidence *evidence = &finding->evidence[i];
		if (evidence->role == EVIDENCE_PASSES)
			continue;
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "%s: %s", evidence->subject, evidence->text);
		if (evidence->file[0])
			buffer_format(&text, " (%s", evidence->file);
		if (evidence->file[0] && evidence->line)
			buffer_format(&text, ":%u", evidence->line);
		if (evidence->file[0])
			buffer_append_byte(&text, ')');
		append_message(out, evidence->role == EVIDENCE_FAILS ? "error" : "info",
			       buffer_string(&text));
	}
}

/* XCCDF wants xsd:dateTime; another text, of a result from elsewhere, becomes the epoch. */
static void append_time(struct buffer *out, const char *time)
{
	static const char shape[] = "0000-00-00T00:00:00Z";
	bool fits = strlen(time) == sizeof(shape) - 1;
	for (size_t i = 0; fits && i < sizeof(shape) - 1; i++)
		fits = shape[i] == '0' ? byte_is_digit((unsigned char)time[i])
				       : time[i] == shape[i];
	buffer_append_string(out, fits ? time : "1970-01-01T00:00:00Z");
}

static void append_rule_result(struct buffer *out, const struct result *result,
			       const struct finding *finding)
{
	buffer_append_string(out, "<rule-result idref=\"");
	append_rule_id(out, finding);
	buffer_append_string(out, "\" time=\"");
	append_time(out, result->target.started);
	buffer_format(out, "\" severity=\"%s\" weight=\"%u.%u\">\n", severity_word(finding),
		      finding->severity / 10, finding->severity % 10);
	append_element(out, "result", outcome_of(finding));
	append_messages(out, finding);
	buffer_append_string(out, "<check system=\"urn:ringfence:check\"/>\n");
	buffer_append_string(out, "</rule-result>\n");
}

static void append_test_result(struct buffer *out, const struct result *result)
{
	buffer_append_string(out, "<TestResult id=\"xccdf_org.ringfence_testresult_audit\" "
				  "start-time=\"");
	append_time(out, result->target.started);
	buffer_append_string(out, "\" end-time=\"");
	append_time(out, result->target.started);
	buffer_append_string(out, "\" test-system=\"ringfence\" version=\"");
	escape_xml(out, slice_of(result->tool.version), ESCAPE_ONE_LINE);
	buffer_append_string(out, "\">\n<benchmark href=\"#xccdf_org.ringfence_benchmark_sip\" "
				  "id=\"xccdf_org.ringfence_benchmark_sip\"/>\n"
				  "<title>Hardening audit</title>\n");
	append_element(out, "target", result->target.name);
	for (size_t i = 0; i < result->finding_count; i++)
		append_rule_result(out, result, &result->findings[i]);
	buffer_format(out, "<score system=\"urn:ringfence:score\" maximum=\"100\">%u</score>\n",
		      result->score.value);
	buffer_append_string(out, "</TestResult>\n");
}

bool xccdf_write(const struct result *result, const struct report_options *options,
		 struct buffer *out, struct error *error)
{
	(void)options;
	buffer_append_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				  "<Benchmark xmlns=\"" XCCDF_NAMESPACE "\" "
				  "id=\"xccdf_org.ringfence_benchmark_sip\" resolved=\"true\" "
				  "xml:lang=\"en\">\n<status>accepted</status>\n"
				  "<title>Hardening of SIP servers</title>\n"
				  "<description>The checks of ringfence that were asked "
				  "for.</description>\n");
	buffer_append_string(out, "<platform idref=\"cpe:/o:linux:linux_kernel\"/>\n");
	append_element(out, "version", result->tool.version);
	buffer_append_string(out, "<metadata><dc:creator "
				  "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">ringfence"
				  "</dc:creator></metadata>\n");
	append_groups(out, result);
	append_test_result(out, result);
	buffer_append_string(out, "</Benchmark>\n");
	return buffer_failed(out) ? error_memory(error) : true;
}
