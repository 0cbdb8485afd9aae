/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/redact.h"

#include <stdint.h>
#include <string.h>

#include "audit/base/address.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/base/text_map.h"
#include "checks/result.h"
#include "reports/result_fields.h"

/* No textual address is longer (RFC 4291, with an IPv4 tail). */
#define ADDRESS_CHARACTERS 45

enum mark_kind {
	MARK_ADDRESS,
	MARK_NAME,
	MARK_PATH,
	MARK_KINDS,
};

struct mark {
	enum mark_kind kind;
	unsigned int number;
};

struct redacting {
	struct arena *arena;
	struct redaction redaction;
	/* struct mark of each text. */
	struct text_map marks;
	unsigned int numbers[MARK_KINDS];
	bool memory_failed;
};

bool redaction_parse(const char *list, struct redaction *ret_redaction, struct error *error)
{
	struct redaction redaction = { .addresses = false };
	struct slice rest = slice_of(list), word;
	while (slice_next_field(&rest, ',', &word)) {
		word = slice_trim(word);
		if (slice_is(word, "addresses"))
			redaction.addresses = true;
		else if (slice_is(word, "names"))
			redaction.names = true;
		else if (slice_is(word, "paths"))
			redaction.paths = true;
		else
			return error_set(error, ERROR_USAGE,
					 "--redact knows addresses, names and paths, not \"%.*s\"",
					 SLICE_ARG(word));
	}
	*ret_redaction = redaction;
	return true;
}

/* The mark of TEXT; NULL when there is none and !MAKE. */
static const struct mark *mark_of(struct redacting *redacting, struct slice text,
				  enum mark_kind kind, bool make)
{
	struct mark *mark = text_map_find(&redacting->marks, text);
	if (mark || !make)
		return mark;
	mark = ARENA_NEW(redacting->arena, struct mark);
	if (!mark || !text_map_put(&redacting->marks, text, mark)) {
		redacting->memory_failed = true;
		return NULL;
	}
	*mark = (struct mark){ kind, ++redacting->numbers[kind] };
	return mark;
}

static void append_mark(struct buffer *out, const struct mark *mark)
{
	static const char *const words[] = {
		[MARK_ADDRESS] = "address",
		[MARK_NAME] = "name",
		[MARK_PATH] = "path",
	};
	if (mark)
		buffer_format(out, "%s-%u", words[mark->kind], mark->number);
}

static bool is_word_byte(char byte)
{
	unsigned char b = (unsigned char)byte;
	return byte_is_alpha(b) || byte_is_digit(b) || b == '_' || b == '-' || b >= 0x80;
}

static bool is_address_byte(char byte)
{
	unsigned char b = (unsigned char)byte;
	return byte_is_digit(b) || ((b | 0x20) >= 'a' && (b | 0x20) <= 'f') || b == '.' || b == ':';
}

static bool is_path_byte(char byte)
{
	return is_word_byte(byte) || byte == '/' || byte == '.' || byte == '+' || byte == '@';
}

/* Bytes of the address that TEXT begins with and that says something of the site; 0: none. */
static size_t address_size(struct slice text)
{
	size_t size = 0;
	while (size < text.size && size <= ADDRESS_CHARACTERS && is_address_byte(text.data[size]))
		size++;
	for (; size > 1; size--) {
		struct address address;
		if (!address_parse(slice_part(text, 0, size), &address))
			continue;
		bool says_nothing = address_is_loopback(address) || address_is_unspecified(address);
		return says_nothing ? 0 : size;
	}
	return 0;
}

static size_t path_size(struct slice text)
{
	size_t size = 0;
	if (text.size < 2 || text.data[0] != '/' || !is_path_byte(text.data[1]))
		return 0;
	while (size < text.size && is_path_byte(text.data[size]))
		size++;
	return size;
}

static size_t word_size(struct slice text)
{
	size_t size = 0;
	while (size < text.size &&
	       (is_word_byte(text.data[size]) || (text.data[size] == '.' && size + 1 < text.size &&
						  is_word_byte(text.data[size + 1]))))
		size++;
	return size;
}

/* What stands at the beginning of TEXT and is replaced; its mark in *RET_MARK. BEFORE is the byte
 * before it. */
static size_t take(struct redacting *redacting, struct slice text, char before,
		   const struct mark **ret_mark)
{
	bool is_start = !is_word_byte(before);
	size_t size = redacting->redaction.addresses && is_start && before != '.'
			      ? address_size(text)
			      : 0;
	if (size) {
		*ret_mark = mark_of(redacting, slice_part(text, 0, size), MARK_ADDRESS, true);
		return size;
	}
	size = redacting->redaction.paths && is_start && before != '/' ? path_size(text) : 0;
	if (size) {
		*ret_mark = mark_of(redacting, slice_part(text, 0, size), MARK_PATH, true);
		return size;
	}
	size = redacting->redaction.names && is_start ? word_size(text) : 0;
	*ret_mark = size ? mark_of(redacting, slice_part(text, 0, size), MARK_NAME, false) : NULL;
	return *ret_mark ? size : 0;
}

static const char *redact_text(struct redacting *redacting, const char *text)
{
	BUFFER_AUTO out = { 0 };
	struct slice all = slice_of(text);
	bool is_changed = false;
	for (size_t i = 0; i < all.size;) {
		const struct mark *mark;
		size_t size = take(redacting, slice_from(all, i), i ? all.data[i - 1] : ' ', &mark);
		if (size) {
			append_mark(&out, mark);
			is_changed = true;
			i += size;
		} else {
			buffer_append_byte(&out, all.data[i++]);
		}
	}
	if (!is_changed)
		return text;
	const char *kept = buffer_keep(&out, redacting->arena);
	redacting->memory_failed = redacting->memory_failed || !kept;
	return kept ? kept : "";
}

static void learn_name(struct redacting *redacting, const char *name)
{
	struct slice text = slice_of(name);
	if (text.size && word_size(text) == text.size)
		(void)mark_of(redacting, text, MARK_NAME, true);
}

/* "SIP friend 1001": the kind in front is ours, the last word is the site's. */
static void learn_subject(struct redacting *redacting, const char *subject)
{
	const char *blank = strrchr(subject, ' ');
	if (blank)
		learn_name(redacting, blank + 1);
}

static void learn_names(struct redacting *redacting, const struct result *result)
{
	learn_name(redacting, result->target.name);
	for (size_t i = 0; i < result->access_count; i++)
		learn_name(redacting, result->access[i].who);
	for (size_t i = 0; i < result->activity.login_count; i++)
		learn_name(redacting, result->activity.logins[i].account);
	for (size_t i = 0; i < result->finding_count; i++)
		for (size_t j = 0; j < result->findings[i].evidence_count; j++)
			learn_subject(redacting, result->findings[i].evidence[j].subject);
}

/* Fields that are the catalogue's or the program's own, not the site's. */
static bool is_ours(const struct result_field *field)
{
	static const char *const names[] = { "id",      "title",   "references", "started",
					     "version", "kind",    "capped_by",  "fingerprint",
					     "proto",   "method",  "kinds",      "first",
					     "last",    "when",    "change",     "before",
					     "after",   "process", "until",      "check" };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(field->name, names[i]) == 0)
			return true;
	return field->kind == RESULT_MARKDOWN || field->kind == RESULT_WORD;
}

static void redact_record(struct redacting *redacting, const struct result_object *object,
			  char *record);

static void redact_texts(struct redacting *redacting, const struct result_field *field,
			 char *record)
{
	struct text_list *list = (struct text_list *)(void *)(record + field->offset);
	const char **items = ARENA_ARRAY(redacting->arena, list->count, const char *);
	redacting->memory_failed = redacting->memory_failed || !items;
	for (size_t i = 0; items && i < list->count; i++)
		items[i] = redact_text(redacting, list->items[i]);
	list->items = items ? items : list->items;
}

/* COUNT records at *AT, copied and redacted. */
static void redact_records(struct redacting *redacting, const struct result_object *object,
			   size_t count, const void **at)
{
	char *copies = arena_allocate_array(redacting->arena, count, object->size_bytes);
	redacting->memory_failed = redacting->memory_failed || !copies;
	if (!copies || count == 0)
		return;
	memcpy(copies, *at, count * object->size_bytes);
	for (size_t i = 0; i < count; i++)
		redact_record(redacting, object, copies + i * object->size_bytes);
	*at = copies;
}

/* Recursion is as deep as the rows are: five levels. */
static void redact_record(struct redacting *redacting, const struct result_object *object,
			  char *record)
{
	for (size_t i = 0; i < object->field_count; i++) {
		const struct result_field *field = &object->fields[i];
		void *at = record + field->offset;
		size_t count;
		if (is_ours(field))
			continue;
		switch (field->kind) {
		case RESULT_TEXT:
		case RESULT_SENTENCE:
			if (*(const char **)at)
				*(const char **)at =
					redact_text(redacting, *(const char *const *)at);
			break;
		case RESULT_TEXTS:
			redact_texts(redacting, field, record);
			break;
		case RESULT_OBJECT:
			redact_record(redacting, field->object, at);
			break;
		case RESULT_POINTER:
			if (*(const void **)at)
				redact_records(redacting, field->object, 1, at);
			break;
		case RESULT_ARRAY:
			(void)result_field_items(record, field, &count);
			redact_records(redacting, field->object, count, at);
			break;
		default:
			break;
		}
	}
}

bool redact_result(const struct result *result, struct redaction redaction, struct arena *arena,
		   struct result *ret_result, struct error *error)
{
	struct redacting redacting = {
		.arena = arena,
		.redaction = redaction,
		.marks = { .arena = arena },
	};
	struct result copy = *result;
	if (redaction.names)
		learn_names(&redacting, result);
	redact_record(&redacting, &result_root, (char *)&copy);
	if (redacting.memory_failed)
		return error_memory(error);
	*ret_result = copy;
	return true;
}
