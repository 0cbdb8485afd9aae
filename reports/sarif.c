/* SPDX-License-Identifier: Apache-2.0
 *
 * SARIF 2.1.0 (OASIS): a rule per finding, a result per failing subject, one per finding for the
 * rest. Objects are built by jansson one at a time and let go, so that memory does not grow with
 * the evidence.
 */
#include <jansson.h>

#include "checks/result.h"
#include "checks/score.h"
#include "reports/escape.h"
#include "reports/writers.h"

static int append_bytes(const char *data, size_t size, void *context)
{
	struct buffer *out = context;
	buffer_append(out, data, size);
	return buffer_failed(out) ? -1 : 0;
}

/* Appends VALUE (NULL: memory was short) and lets go of it. */
static void append_value(struct buffer *out, json_t *value)
{
	if (!value ||
	    json_dump_callback(value, append_bytes, out, JSON_COMPACT | JSON_ENCODE_ANY) != 0)
		out->failed = true;
	json_decref(value);
}

/* A text that people will read, made visible. */
static json_t *text_of(const char *text)
{
	BUFFER_AUTO seen = { 0 };
	escape_visible(&seen, slice_of(text), ESCAPE_KEEP_LINES);
	struct slice slice = buffer_slice(&seen);
	return buffer_failed(&seen) ? NULL : json_stringn(slice.data, slice.size);
}

/* SARIF 3.27.10: anything but a failure has the level "none". */
static const char *level_of(const struct finding *finding)
{
	static const char *const levels[] = {
		[BAND_LOW] = "note",
		[BAND_MEDIUM] = "warning",
		[BAND_HIGH] = "error",
		[BAND_CRITICAL] = "error",
	};
	return levels[severity_band_of(finding->severity)];
}

static bool is_failure(const struct finding *finding)
{
	return finding->status == STATUS_FAIL || finding->status == STATUS_WAIVED;
}

static const char *kind_of(const struct finding *finding)
{
	static const char *const kinds[] = {
		[STATUS_FAIL] = "fail",    [STATUS_PASS] = "pass",
		[STATUS_UNKNOWN] = "open", [STATUS_NOT_APPLICABLE] = "notApplicable",
		[STATUS_WAIVED] = "fail",
	};
	return kinds[finding->status];
}

static void append_rule(struct buffer *out, const struct finding *finding)
{
	BUFFER_AUTO severity = { 0 };
	buffer_format(&severity, "%u.%u", finding->severity / 10, finding->severity % 10);
	json_t *rule =
		json_pack("{s:o, s:{s:o}, s:{s:s}, s:{s:s, s:[s]}}", "id", text_of(finding->id),
			  "shortDescription", "text", text_of(finding->title),
			  "defaultConfiguration", "level", level_of(finding), "properties",
			  "security-severity", buffer_string(&severity), "tags", "security");
	if (rule && finding->why[0] &&
	    (json_object_set_new(rule, "fullDescription",
				 json_pack("{s:o}", "text", text_of(finding->why))) != 0 ||
	     json_object_set_new(rule, "help",
				 json_pack("{s:o, s:o}", "text", text_of(finding->why), "markdown",
					   text_of(finding->why))) != 0))
		out->failed = true;
	append_value(out, rule);
}

/* PATH as a relative reference of RFC 3986. */
static void append_uri(struct buffer *out, const char *path)
{
	while (*path == '/')
		path++;
	for (; *path; path++) {
		unsigned char byte = (unsigned char)*path;
		if (byte_is_alpha(byte) || byte_is_digit(byte) || strchr("/-._~", byte))
			buffer_append_byte(out, *path);
		else
			buffer_format(out, "%%%02X", byte);
	}
}

/* Where EVIDENCE stands: a file of the host, and what it is about. */
static json_t *location_of(const struct evidence *evidence)
{
	json_t *location = json_pack("{s:[{s:o}]}", "logicalLocations", "fullyQualifiedName",
				     text_of(evidence->subject));
	if (!location || evidence->file[0] != '/')
		return location;
	BUFFER_AUTO uri = { 0 };
	append_uri(&uri, evidence->file);
	json_t *place = json_pack("{s:{s:s, s:s}}", "artifactLocation", "uri", buffer_string(&uri),
				  "uriBaseId", "HOST");
	if (place && evidence->line &&
	    json_object_set_new(
		    place, "region",
		    json_pack("{s:i}", "startLine",
			      evidence->line > INT32_MAX ? INT32_MAX : (int)evidence->line)) != 0) {
		json_decref(place);
		place = NULL;
	}
	if (!place || buffer_failed(&uri) ||
	    json_object_set_new(location, "physicalLocation", place) != 0) {
		json_decref(location);
		return NULL;
	}
	return location;
}

/* EVIDENCE NULL: one result for all of FINDING. */
static void append_result(struct buffer *out, const struct finding *finding, size_t rule,
			  const struct evidence *evidence)
{
	BUFFER_AUTO message = { 0 };
	BUFFER_AUTO print = { 0 };
	if (evidence)
		buffer_format(&message, "%s: %s", evidence->subject, evidence->text);
	else
		buffer_append_string(&message, finding->summary);
	buffer_format(&print, "%s/%s", finding->id, evidence ? evidence->subject : "");
	json_t *result = json_pack(
		"{s:o, s:i, s:s, s:s, s:{s:o}, s:{s:o}, s:{s:s}}", "ruleId", text_of(finding->id),
		"ruleIndex", rule > INT32_MAX ? -1 : (int)rule, "kind", kind_of(finding), "level",
		is_failure(finding) ? level_of(finding) : "none", "message", "text",
		text_of(buffer_string(&message)), "partialFingerprints", "ringfence/v1",
		text_of(buffer_string(&print)), "properties", "exposure",
		exposure_name(evidence ? evidence->exposure : finding->exposure));
	bool done = result != NULL;
	if (done && evidence)
		done = json_object_set_new(result, "locations",
					   json_pack("[o]", location_of(evidence))) == 0;
	if (done && finding->waiver)
		done = json_object_set_new(result, "suppressions",
					   json_pack("[{s:s, s:s, s:o}]", "kind", "external",
						     "status", "accepted", "justification",
						     text_of(finding->waiver->reason))) == 0;
	if (!done)
		out->failed = true;
	append_value(out, result);
}

static void append_results(struct buffer *out, const struct result *result)
{
	const char *separator = "";
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct finding *finding = &result->findings[i];
		size_t told = 0;
		for (size_t j = 0; is_failure(finding) && j < finding->evidence_count; j++) {
			if (finding->evidence[j].role != EVIDENCE_FAILS)
				continue;
			buffer_append_string(out, separator);
			append_result(out, finding, i, &finding->evidence[j]);
			separator = ",\n";
			told++;
		}
		if (told)
			continue;
		buffer_append_string(out, separator);
		append_result(out, finding, i, NULL);
		separator = ",\n";
	}
}

static void append_invocation(struct buffer *out, const struct result *result)
{
	json_t *notes = json_array();
	for (size_t i = 0; i < result->unread_count; i++) {
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "%s could not be read: %s", result->unread[i].what,
			      result->unread[i].why);
		if (json_array_append_new(notes,
					  json_pack("{s:s, s:{s:o}}", "level", "warning", "message",
						    "text", text_of(buffer_string(&text)))) != 0)
			out->failed = true;
	}
	append_value(out, json_pack("{s:b, s:o}", "executionSuccessful", 1,
				    "toolExecutionNotifications", notes));
}

static void append_driver(struct buffer *out, const struct result *result)
{
	buffer_append_string(out, "{\"driver\":{\"name\":");
	append_value(out, text_of(result->tool.name));
	buffer_append_string(out, ",\"version\":");
	append_value(out, text_of(result->tool.version));
	buffer_append_string(out, ",\"rules\":[\n");
	for (size_t i = 0; i < result->finding_count; i++) {
		if (i)
			buffer_append_string(out, ",\n");
		append_rule(out, &result->findings[i]);
	}
	buffer_append_string(out, "]}}");
}

bool sarif_write(const struct result *result, const struct report_options *options,
		 struct buffer *out, struct error *error)
{
	(void)options;
	buffer_append_string(out, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
				  "\"version\":\"2.1.0\",\"runs\":[{\"tool\":");
	append_driver(out, result);
	buffer_append_string(out,
			     ",\n\"originalUriBaseIds\":{\"HOST\":{\"description\":{\"text\":");
	append_value(out, text_of(result->target.name));
	buffer_append_string(out, "}}},\n\"invocations\":[");
	append_invocation(out, result);
	buffer_append_string(out, "],\n\"results\":[\n");
	append_results(out, result);
	buffer_append_string(out, "]}]}\n");
	return buffer_failed(out) ? error_memory(error) : true;
}
