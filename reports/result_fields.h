/* SPDX-License-Identifier: Apache-2.0
 *
 * The result format, described once: a row per field, with its name, its kind, and where it stands
 * in the structs of checks/result.h. The JSON writer, the JSON reader and the XML writer all walk
 * these rows, so that none of them can know a field that another does not.
 */
#ifndef RINGFENCE_REPORTS_RESULT_FIELDS_H
#define RINGFENCE_REPORTS_RESULT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum result_field_kind {
	/* const char *; an attribute in XML. */
	RESULT_TEXT,
	/* const char *; an element in XML: sentences, what may be long. */
	RESULT_SENTENCE,
	/* const char *, Markdown; an element in XML. */
	RESULT_MARKDOWN,
	/* The band of the severity (unsigned int, tenths) at `offset`; written for the reader's
	 * ease, and passed over when read. */
	RESULT_BAND,
	/* const char *, one of `words`. */
	RESULT_WORD,
	/* An enum of int size; `word_of` names its values, from 0 to `largest`. */
	RESULT_ENUM,
	RESULT_BOOL,
	/* unsigned int up to `largest`. */
	RESULT_NUMBER,
	/* size_t. */
	RESULT_SIZE,
	/* uint64_t. */
	RESULT_COUNT,
	/* unsigned int in tenths or thousandths up to `largest`, a decimal fraction outside. */
	RESULT_TENTHS,
	RESULT_THOUSANDTHS,
	/* uint64_t in thousandths or 64ths. */
	RESULT_MILLISECONDS,
	RESULT_64THS,
	/* struct text_list. */
	RESULT_TEXTS,
	/* const char *const *, with its count at `count_offset`. */
	RESULT_TEXT_ARRAY,
	/* Fields of `object` at `offset` of this very struct. */
	RESULT_OBJECT,
	/* A pointer to a struct; left out where it is NULL. */
	RESULT_POINTER,
	/* A pointer to an array of structs, with its count at `count_offset`. */
	RESULT_ARRAY,
};

/* The largest that a result may hold of RESULT_SIZE, RESULT_COUNT and RESULT_MILLISECONDS, and of
 * 64ths: what every reader of JSON has exactly, and what six decimal digits fit in. */
#define RESULT_COUNT_MAX ((uint64_t)1 << 53)
#define RESULT_64THS_MAX ((uint64_t)1 << 46)

struct buffer;
struct result_object;

struct result_field {
	/* In JSON and XML. */
	const char *name;
	enum result_field_kind kind;
	/* A reader refuses a result without it; else it is "" or 0. */
	bool is_required;
	/* A result without it (empty text, empty list, false) is written without it. */
	bool is_sparse;
	/* A list whose texts may be of several lines. */
	bool has_lines;
	size_t offset;
	size_t count_offset;
	/* The element of one item of a list in XML: "finding" in "findings". */
	const char *item;
	unsigned int largest;
	/* "accept,block": what RESULT_WORD may be. */
	const char *words;
	const char *(*word_of)(unsigned int value);
	const struct result_object *object;
};

struct result_object {
	/* Of the struct. */
	size_t size_bytes;
	const struct result_field *fields;
	size_t field_count;
};

/* Of struct result, without the name of the schema. */
extern const struct result_object result_root;
/* Of struct evidence: the rows that there may be most of. */
extern const struct result_object result_evidence;
/* Of struct finding. */
extern const struct result_object result_finding;

/* The field of RECORD that FIELD tells of. */
static inline const void *result_field_at(const void *record, const struct result_field *field)
{
	return (const char *)record + field->offset;
}

/* The items of a list field, of whatever kind; for RESULT_ARRAY the array itself. */
const void *result_field_items(const void *record, const struct result_field *field,
			       size_t *ret_count);

/* The text of a field that is a single word, text or sentence; never NULL. */
const char *result_field_text(const void *record, const struct result_field *field);

/* Is FIELD one that may be left out, and empty in RECORD? */
bool result_field_is_left_out(const void *record, const struct result_field *field);

/* Appends the value of a number field as JSON and XML write it: "39", "8.1", "0.97", "true". Exact,
 * without exponents, without zeros at the end. False: FIELD is of another kind. */
bool result_field_number(const void *record, const struct result_field *field, struct buffer *out);

#endif
