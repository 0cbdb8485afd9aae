/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing: the rows of result_fields.c lead. No tree is built, so a large result costs its own size
 * only. Reading is in result_json_read.c.
 */
#include "reports/result_json.h"

#include "audit/base/json_text.h"
#include "checks/result.h"
#include "reports/escape.h"
#include "reports/result_fields.h"

static void append_string(struct buffer *out, const char *text)
{
	BUFFER_AUTO repaired = { 0 };
	struct slice slice = slice_of(text);
	/* Results are UTF-8 by contract; a mistake shows as \xNN, not as a broken file. */
	if (!slice_is_utf8(slice)) {
		escape_visible(&repaired, slice, ESCAPE_KEEP_LINES);
		slice = buffer_slice(&repaired);
	}
	json_text_append(out, slice);
}

static void new_line(struct buffer *out, unsigned int depth)
{
	static const char blanks[] = "\n              ";
	_Static_assert(sizeof(blanks) > 2 * 7, "as deep as the rows are");
	buffer_append(out, blanks, 1 + 2 * (size_t)depth);
}

static void append_texts(struct buffer *out, const char *const *items, size_t count,
			 unsigned int depth)
{
	buffer_append_byte(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_append_byte(out, ',');
		new_line(out, depth + 1);
		append_string(out, items[i]);
	}
	if (count)
		new_line(out, depth);
	buffer_append_byte(out, ']');
}

static void append_object(struct buffer *out, const struct result_object *object,
			  const void *record, const char *schema, unsigned int depth);

static void append_array(struct buffer *out, const struct result_field *field, const void *record,
			 unsigned int depth)
{
	size_t count;
	const char *items = result_field_items(record, field, &count);
	buffer_append_byte(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_append_byte(out, ',');
		new_line(out, depth + 1);
		append_object(out, field->object, items + i * field->object->size_bytes, NULL,
			      depth + 1);
	}
	if (count)
		new_line(out, depth);
	buffer_append_byte(out, ']');
}

static void append_value(struct buffer *out, const struct result_field *field, const void *record,
			 unsigned int depth)
{
	size_t count;
	const void *at = result_field_at(record, field);
	switch (field->kind) {
	case RESULT_TEXT:
	case RESULT_SENTENCE:
	case RESULT_MARKDOWN:
	case RESULT_BAND:
	case RESULT_WORD:
	case RESULT_ENUM:
		append_string(out, result_field_text(record, field));
		break;
	case RESULT_TEXTS:
	case RESULT_TEXT_ARRAY:
		at = result_field_items(record, field, &count);
		append_texts(out, at, count, depth);
		break;
	case RESULT_OBJECT:
		append_object(out, field->object, at, NULL, depth);
		break;
	case RESULT_POINTER:
		append_object(out, field->object, *(const void *const *)at, NULL, depth);
		break;
	case RESULT_ARRAY:
		append_array(out, field, record, depth);
		break;
	default:
		(void)result_field_number(record, field, out);
		break;
	}
}

/* Recursion is as deep as the rows are: five levels. */
static void append_object(struct buffer *out, const struct result_object *object,
			  const void *record, const char *schema, unsigned int depth)
{
	bool is_first = true;
	buffer_append_byte(out, '{');
	if (schema) {
		new_line(out, depth + 1);
		buffer_append_string(out, "\"schema\": ");
		append_string(out, schema);
		is_first = false;
	}
	for (size_t i = 0; i < object->field_count; i++) {
		const struct result_field *field = &object->fields[i];
		if (result_field_is_left_out(record, field))
			continue;
		if (!is_first)
			buffer_append_byte(out, ',');
		is_first = false;
		new_line(out, depth + 1);
		buffer_append_byte(out, '"');
		buffer_append_string(out, field->name);
		buffer_append_string(out, "\": ");
		append_value(out, field, record, depth + 1);
	}
	new_line(out, depth);
	buffer_append_byte(out, '}');
}

bool result_json_write(const struct result *result, const struct report_options *options,
		       struct buffer *out, struct error *error)
{
	(void)options;
	append_object(out, &result_root, result, RESULT_SCHEMA, 0);
	buffer_append_byte(out, '\n');
	return buffer_failed(out) ? error_memory(error) : true;
}
