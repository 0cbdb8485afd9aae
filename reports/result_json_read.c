/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a saved result. The file may come from anywhere: jansson parses (strict UTF-8, no NUL, no
 * doubled keys, bounded depth), the rows of result_fields.c say what each field must be.
 */
#include <jansson.h>
#include <math.h>

#include "audit/base/arena.h"
#include "checks/result.h"
#include "reports/result_fields.h"
#include "reports/result_json.h"

/* What is being looked at, outermost first: "findings", 12, "evidence", 0, "line". */
struct place {
	const struct place *outer;
	const char *name;
	/* SIZE_MAX: not an item of a list. */
	size_t index;
};

struct reading {
	struct arena *arena;
	const char *name;
	struct error *error;
};

static void append_place(struct buffer *out, const struct place *place)
{
	/* The outermost is the file itself: named only where it is all there is. */
	if (place->outer && place->outer->outer) {
		append_place(out, place->outer);
		buffer_append_byte(out, '.');
	}
	buffer_append_string(out, place->name);
	if (place->index != SIZE_MAX)
		buffer_format(out, "[%zu]", place->index);
}

static bool wrong(struct reading *reading, const struct place *place, const char *expected)
{
	BUFFER_AUTO text = { 0 };
	append_place(&text, place);
	error_set_at(reading->error, ERROR_INPUT, reading->name, 0, "%s: expected %s",
		     buffer_string(&text), expected);
	error_advise(reading->error, "is this a result.json that ringfence wrote?");
	return false;
}

static bool is_one_of(struct slice word, const char *words)
{
	struct slice rest = slice_of(words), one;
	while (slice_next_field(&rest, ',', &one))
		if (slice_equal(word, one))
			return true;
	return false;
}

static bool read_text(struct reading *reading, const struct place *place, const json_t *value,
		      const char **ret_text)
{
	if (!json_is_string(value))
		return wrong(reading, place, "a text");
	const char *text =
		arena_copy(reading->arena, json_string_value(value), json_string_length(value));
	if (!text)
		return error_memory(reading->error);
	*ret_text = text;
	return true;
}

static bool read_word(struct reading *reading, const struct place *place, const json_t *value,
		      const struct result_field *field, void *at)
{
	struct slice word = slice_of(json_string_value(value));
	if (field->kind == RESULT_WORD) {
		if (!json_is_string(value) || !is_one_of(word, field->words))
			return wrong(reading, place, field->words);
		return read_text(reading, place, value, at);
	}
	BUFFER_AUTO words = { 0 };
	for (unsigned int i = 0; i <= field->largest; i++) {
		if (json_is_string(value) && slice_is(word, field->word_of(i))) {
			*(unsigned int *)at = i;
			return true;
		}
		buffer_format(&words, "%s%s", i ? ", " : "", field->word_of(i));
	}
	return wrong(reading, place, buffer_string(&words));
}

/* A number of 1/SCALE from 0 to LARGEST. */
static bool read_scaled(const json_t *value, unsigned int scale, uint64_t largest,
			uint64_t *ret_number)
{
	if (json_is_integer(value)) {
		json_int_t number = json_integer_value(value);
		if (number < 0 || (uint64_t)number > largest / scale)
			return false;
		*ret_number = (uint64_t)number * scale;
		return true;
	}
	double real = json_real_value(value) * scale;
	if (!json_is_real(value) || !(real >= 0) || real > (double)largest)
		return false;
	*ret_number = (uint64_t)llround(real);
	return true;
}

static bool read_number(struct reading *reading, const struct place *place, const json_t *value,
			const struct result_field *field, void *at)
{
	unsigned int scale = 1;
	uint64_t largest = field->largest, number;
	switch (field->kind) {
	case RESULT_TENTHS:
		scale = 10;
		break;
	case RESULT_THOUSANDTHS:
		scale = 1000;
		break;
	case RESULT_MILLISECONDS:
		scale = 1000;
		largest = RESULT_COUNT_MAX;
		break;
	case RESULT_64THS:
		scale = 64;
		largest = RESULT_64THS_MAX;
		break;
	case RESULT_SIZE:
	case RESULT_COUNT:
		largest = RESULT_COUNT_MAX;
		break;
	default:
		break;
	}
	if ((scale == 1 && !json_is_integer(value)) ||
	    !read_scaled(value, scale, largest, &number)) {
		BUFFER_AUTO expected = { 0 };
		buffer_format(&expected, "%s from 0 to %g", scale == 1 ? "an integer" : "a number",
			      (double)largest / scale);
		return wrong(reading, place, buffer_string(&expected));
	}
	if (field->kind == RESULT_SIZE)
		*(size_t *)at = (size_t)number;
	else if (field->kind == RESULT_COUNT || field->kind == RESULT_MILLISECONDS ||
		 field->kind == RESULT_64THS)
		*(uint64_t *)at = number;
	else
		*(unsigned int *)at = (unsigned int)number;
	return true;
}

static bool read_texts(struct reading *reading, const struct place *place, const json_t *value,
		       const struct result_field *field, char *record)
{
	if (!json_is_array(value))
		return wrong(reading, place, "a list of texts");
	size_t count = json_array_size(value);
	const char **items = ARENA_ARRAY(reading->arena, count, const char *);
	if (!items)
		return error_memory(reading->error);
	for (size_t i = 0; i < count; i++) {
		struct place item = { place->outer, place->name, i };
		if (!read_text(reading, &item, json_array_get(value, i), &items[i]))
			return false;
	}
	void *at = record + field->offset;
	if (field->kind == RESULT_TEXTS) {
		*(struct text_list *)at =
			(struct text_list){ .items = items, .count = count, .capacity = count };
	} else {
		*(const char *const **)at = items;
		*(size_t *)(void *)(record + field->count_offset) = count;
	}
	return true;
}

static bool read_object(struct reading *reading, const struct place *place, const json_t *value,
			const struct result_object *object, void *record);

static bool read_array(struct reading *reading, const struct place *place, const json_t *value,
		       const struct result_field *field, char *record)
{
	if (!json_is_array(value))
		return wrong(reading, place, "a list of objects");
	size_t count = json_array_size(value);
	size_t item_bytes = field->object->size_bytes;
	char *items = arena_allocate_array(reading->arena, count, item_bytes);
	if (!items)
		return error_memory(reading->error);
	for (size_t i = 0; i < count; i++) {
		struct place item = { place->outer, place->name, i };
		if (!read_object(reading, &item, json_array_get(value, i), field->object,
				 items + i * item_bytes))
			return false;
	}
	*(const void **)(void *)(record + field->offset) = items;
	*(size_t *)(void *)(record + field->count_offset) = count;
	return true;
}

static bool read_pointer(struct reading *reading, const struct place *place, const json_t *value,
			 const struct result_field *field, const void **at)
{
	void *record = arena_allocate(reading->arena, field->object->size_bytes);
	if (!record)
		return error_memory(reading->error);
	if (!read_object(reading, place, value, field->object, record))
		return false;
	*at = record;
	return true;
}

static bool read_field(struct reading *reading, const struct place *place, const json_t *value,
		       const struct result_field *field, char *record)
{
	void *at = record + field->offset;
	switch (field->kind) {
	case RESULT_TEXT:
	case RESULT_SENTENCE:
	case RESULT_MARKDOWN:
		return read_text(reading, place, value, at);
	case RESULT_WORD:
	case RESULT_ENUM:
		return read_word(reading, place, value, field, at);
	case RESULT_BOOL:
		if (!json_is_boolean(value))
			return wrong(reading, place, "true or false");
		*(bool *)at = json_is_true(value);
		return true;
	case RESULT_TEXTS:
	case RESULT_TEXT_ARRAY:
		return read_texts(reading, place, value, field, record);
	case RESULT_OBJECT:
		return read_object(reading, place, value, field->object, at);
	case RESULT_POINTER:
		return read_pointer(reading, place, value, field, at);
	case RESULT_ARRAY:
		return read_array(reading, place, value, field, record);
	case RESULT_BAND:
		return true;
	default:
		return read_number(reading, place, value, field, at);
	}
}

/* What a field that is not there stands for; the record is zeroed. */
static void set_absent(const struct result_field *field, char *record)
{
	const char **text = (const char **)(void *)(record + field->offset);
	if (field->kind == RESULT_TEXT || field->kind == RESULT_SENTENCE ||
	    field->kind == RESULT_MARKDOWN)
		*text = "";
	/* The last of the words is the one that claims nothing. */
	if (field->kind == RESULT_WORD)
		*text = field->words + slice_find_last_byte(slice_of(field->words), ',') + 1;
	for (size_t i = 0; field->kind == RESULT_OBJECT && i < field->object->field_count; i++)
		set_absent(&field->object->fields[i], record + field->offset);
}

/* Recursion is as deep as the rows are: five levels. */
static bool read_object(struct reading *reading, const struct place *place, const json_t *value,
			const struct result_object *object, void *record)
{
	if (!json_is_object(value))
		return wrong(reading, place, "an object");
	for (size_t i = 0; i < object->field_count; i++) {
		const struct result_field *field = &object->fields[i];
		const json_t *part = json_object_get(value, field->name);
		struct place inner = { place, field->name, SIZE_MAX };
		if (!part || json_is_null(part)) {
			if (field->is_required)
				return wrong(reading, &inner, "this field to be there");
			set_absent(field, record);
		} else if (!read_field(reading, &inner, part, field, record)) {
			return false;
		}
	}
	return true;
}

static void release(json_t **json)
{
	json_decref(*json);
}

/* "ringfence-result/1" and "ringfence-result/1.x". */
static bool is_known_schema(const json_t *schema)
{
	struct slice text = slice_of(json_string_value(schema));
	return slice_starts_with(text, RESULT_SCHEMA) &&
	       (text.size == strlen(RESULT_SCHEMA) || text.data[strlen(RESULT_SCHEMA)] == '.');
}

bool result_json_read(struct slice text, const char *name, struct arena *arena,
		      struct result *ret_result, struct error *error)
{
	json_error_t syntax;
	CLEANUP(release)
	json_t *root =
		json_loadb(text.data ? text.data : "", text.size, JSON_REJECT_DUPLICATES, &syntax);
	if (!root) {
		if (json_error_code(&syntax) == json_error_out_of_memory)
			return error_memory(error);
		return error_set_at(error, ERROR_INPUT, name,
				    syntax.line > 0 ? (uint32_t)syntax.line : 0,
				    "this is not JSON: %s", syntax.text);
	}
	struct reading reading = { .arena = arena, .name = name, .error = error };
	struct place top = { NULL, "the file", SIZE_MAX };
	struct place schema = { &top, "schema", SIZE_MAX };
	if (!json_is_object(root))
		return wrong(&reading, &top, "an object");
	if (!is_known_schema(json_object_get(root, "schema")))
		return wrong(&reading, &schema, "\"" RESULT_SCHEMA "\"");
	struct result result = { .finding_count = 0 };
	if (!read_object(&reading, &top, root, &result_root, &result))
		return false;
	*ret_result = result;
	return true;
}
