/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/result_xml.h"

#include "checks/result.h"
#include "reports/escape.h"
#include "reports/evidence_rows.h"
#include "reports/handout.h"
#include "reports/markdown_html.h"
#include "reports/result_fields.h"

struct writing {
	struct buffer *out;
	const struct result *result;
	/* NULL: none. */
	const struct handout *handout;
	/* Also the XHTML of Markdown fields. */
	bool is_rendered;
};

static bool is_attribute(const struct result_field *field)
{
	switch (field->kind) {
	case RESULT_SENTENCE:
	case RESULT_MARKDOWN:
	case RESULT_TEXTS:
	case RESULT_TEXT_ARRAY:
	case RESULT_OBJECT:
	case RESULT_POINTER:
	case RESULT_ARRAY:
		return false;
	default:
		return true;
	}
}

/* A stylesheet would see each line break as a node, and there would be more of them than of all
 * else. */
static void new_line(const struct writing *writing, unsigned int depth)
{
	struct buffer *out = writing->out;
	if (writing->is_rendered)
		return;
	buffer_append_byte(out, '\n');
	while (depth--)
		buffer_append_byte(out, ' ');
}

static void open_tag(struct buffer *out, const char *name)
{
	buffer_append_byte(out, '<');
	buffer_append_string(out, name);
	buffer_append_byte(out, '>');
}

static void close_tag(struct buffer *out, const char *name)
{
	buffer_append_string(out, "</");
	buffer_append_string(out, name);
	buffer_append_byte(out, '>');
}

static void append_attribute(struct buffer *out, const struct result_field *field,
			     const void *record)
{
	buffer_append_byte(out, ' ');
	buffer_append_string(out, field->name);
	buffer_append_string(out, "=\"");
	if (!result_field_number(record, field, out))
		escape_xml(out, slice_of(result_field_text(record, field)), ESCAPE_ONE_LINE);
	buffer_append_byte(out, '"');
}

static void append_text_element(const struct writing *writing, const char *name, const char *text,
				enum escape_lines lines, unsigned int depth)
{
	new_line(writing, depth);
	open_tag(writing->out, name);
	escape_xml(writing->out, slice_of(text), lines);
	close_tag(writing->out, name);
}

/* MARKDOWN as XHTML in an element NAME_html. */
static void append_rendered(struct buffer *out, const char *name, const char *markdown)
{
	buffer_format(out, "<%s_html>", name);
	markdown_html_append(out, slice_of(markdown));
	buffer_format(out, "</%s_html>", name);
}

static void append_record(const struct writing *writing, const char *name,
			  const struct result_object *object, const void *record,
			  unsigned int depth);

/* What a stylesheet sees of a finding's evidence: the first that are told, and how many there are
 * in all. */
static void append_evidence(const struct writing *writing, const struct result_field *field,
			    const struct finding *finding)
{
	size_t shown = 0;
	buffer_format(writing->out, "<%s told=\"%zu\" of=\"%zu\">", field->name,
		      evidence_told_count(finding), (size_t)(finding - writing->result->findings));
	for (size_t i = 0; i < finding->evidence_count && shown < EVIDENCE_IN_TEMPLATE; i++) {
		if (!evidence_is_told(&finding->evidence[i]))
			continue;
		append_record(writing, field->item, field->object, &finding->evidence[i], 1);
		shown++;
	}
	close_tag(writing->out, field->name);
}

static void append_list(const struct writing *writing, const struct result_field *field,
			const void *record, unsigned int depth)
{
	size_t count;
	const void *items = result_field_items(record, field, &count);
	new_line(writing, depth);
	if (writing->is_rendered && field->object == &result_evidence) {
		append_evidence(writing, field, record);
		return;
	}
	if (count == 0) {
		buffer_format(writing->out, "<%s/>", field->name);
		return;
	}
	open_tag(writing->out, field->name);
	const char *const *texts = items;
	for (size_t i = 0; i < count; i++) {
		if (field->kind != RESULT_ARRAY)
			append_text_element(writing, field->item, texts[i],
					    field->has_lines ? ESCAPE_KEEP_LINES : ESCAPE_ONE_LINE,
					    depth + 1);
		else
			append_record(writing, field->item, field->object,
				      (const char *)items + i * field->object->size_bytes,
				      depth + 1);
	}
	new_line(writing, depth);
	close_tag(writing->out, field->name);
}

static void append_element(const struct writing *writing, const struct result_field *field,
			   const void *record, unsigned int depth)
{
	const void *at = result_field_at(record, field);
	switch (field->kind) {
	case RESULT_OBJECT:
		append_record(writing, field->name, field->object, at, depth);
		break;
	case RESULT_POINTER:
		append_record(writing, field->name, field->object, *(const void *const *)at, depth);
		break;
	case RESULT_TEXTS:
	case RESULT_TEXT_ARRAY:
	case RESULT_ARRAY:
		append_list(writing, field, record, depth);
		break;
	default:
		append_text_element(writing, field->name, result_field_text(record, field),
				    ESCAPE_KEEP_LINES, depth);
		if (field->kind == RESULT_MARKDOWN && writing->is_rendered)
			append_rendered(writing->out, field->name,
					result_field_text(record, field));
		break;
	}
}

static void append_named(struct buffer *out, const char *name, const char *text)
{
	buffer_format(out, " %s=\"", name);
	escape_xml(out, slice_of(text), ESCAPE_ONE_LINE);
	buffer_append_byte(out, '"');
}

static void append_handout(const struct writing *writing)
{
	const struct handout *handout = writing->handout;
	struct buffer *out = writing->out;
	buffer_append_string(out, "<handout");
	append_named(out, "name", handout->name);
	append_named(out, "customer", handout->customer);
	append_named(out, "confidentiality", handout->confidentiality);
	append_named(out, "logo", handout->logo);
	append_named(out, "leave_out", handout->leave_out);
	buffer_append_byte(out, '>');
	append_text_element(writing, "introduction", handout->introduction, ESCAPE_KEEP_LINES, 1);
	append_rendered(out, "introduction", handout->introduction);
	append_text_element(writing, "closing", handout->closing, ESCAPE_KEEP_LINES, 1);
	append_rendered(out, "closing", handout->closing);
	buffer_append_string(out, "</handout>");
}

static void append_comment(const struct writing *writing, const struct finding *finding)
{
	const char *comment = writing->handout->comments[finding - writing->result->findings];
	if (!comment[0])
		return;
	append_text_element(writing, "comment", comment, ESCAPE_KEEP_LINES, 1);
	append_rendered(writing->out, "comment", comment);
}

/* Recursion is as deep as the rows are: five levels. */
static void append_record(const struct writing *writing, const char *name,
			  const struct result_object *object, const void *record,
			  unsigned int depth)
{
	struct buffer *out = writing->out;
	bool has_elements = false;
	new_line(writing, depth);
	buffer_append_byte(out, '<');
	buffer_append_string(out, name);
	if (depth == 0)
		buffer_append_string(out, " schema=\"" RESULT_SCHEMA "\"");
	for (size_t i = 0; i < object->field_count; i++) {
		const struct result_field *field = &object->fields[i];
		if (result_field_is_left_out(record, field))
			continue;
		if (is_attribute(field))
			append_attribute(out, field, record);
		else
			has_elements = true;
	}
	if (!has_elements) {
		buffer_append_string(out, "/>");
		return;
	}
	buffer_append_byte(out, '>');
	for (size_t i = 0; i < object->field_count; i++) {
		const struct result_field *field = &object->fields[i];
		if (!is_attribute(field) && !result_field_is_left_out(record, field))
			append_element(writing, field, record, depth + 1);
	}
	if (writing->handout && object == &result_root)
		append_handout(writing);
	if (writing->handout && object == &result_finding)
		append_comment(writing, record);
	new_line(writing, depth);
	close_tag(out, name);
}

static bool write_document(const struct result *result, bool is_rendered,
			   const struct handout *handout, struct buffer *out, struct error *error)
{
	struct writing writing = {
		.out = out, .result = result, .handout = handout, .is_rendered = is_rendered
	};
	buffer_append_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	append_record(&writing, "result", &result_root, result, 0);
	buffer_append_byte(out, '\n');
	return buffer_failed(out) ? error_memory(error) : true;
}

bool result_xml_write(const struct result *result, const struct report_options *options,
		      struct buffer *out, struct error *error)
{
	(void)options;
	return write_document(result, false, NULL, out, error);
}

bool result_xml_write_rendered(const struct result *result, const struct report_options *options,
			       struct buffer *out, struct error *error)
{
	return write_document(result, true, options->handout, out, error);
}
