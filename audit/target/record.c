/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/record.h"

#include <openssl/evp.h>

static const char *const question_words[QUESTION_KINDS] = {
	[QUESTION_READ] = "read",         [QUESTION_OPEN] = "open", [QUESTION_STATUS] = "status",
	[QUESTION_LINK_STATUS] = "lstat", [QUESTION_LIST] = "list", [QUESTION_PROBE] = "probe",
};

static const char *const status_words[] = {
	[LOAD_FOUND] = "found",
	[LOAD_ABSENT] = "absent",
	[LOAD_UNREADABLE] = "unreadable",
};

/* As find(1) prints %y. */
static const char kind_letters[] = {
	[FILE_REGULAR] = 'f', [FILE_DIRECTORY] = 'd', [FILE_LINK] = 'l',
	[FILE_SOCKET] = 's',  [FILE_OTHER] = 'o',
};

/* Longer names and reasons are no host's; a line with one is refused. */
#define RECORD_FIELD_BYTES_MAX 16384

void record_set_init(struct record_set *set, struct arena *arena)
{
	*set = (struct record_set){ .arena = arena };
	for (size_t i = 0; i < QUESTION_KINDS; i++)
		set->by_key[i].arena = arena;
}

bool record_set_add(struct record_set *set, const struct record *record)
{
	struct record *kept = record_set_find(set, record->question, record->key);
	if (!kept) {
		struct record **items = arena_grow(set->arena, set->items, set->count,
						   &set->capacity, sizeof(struct record *));
		kept = ARENA_NEW(set->arena, struct record);
		if (!items || !kept)
			return false;
		set->items = items;
		if (!text_map_put(&set->by_key[record->question], slice_of(record->key), kept))
			return false;
		set->items[set->count++] = kept;
		*kept = *record;
		kept->key = arena_copy(set->arena, record->key, strlen(record->key));
		return kept->key != NULL;
	}
	const char *key = kept->key;
	*kept = *record;
	kept->key = key;
	return true;
}

struct record *record_set_find(const struct record_set *set, enum question question,
			       const char *key)
{
	return text_map_find(&set->by_key[question], slice_of(key));
}

enum load_status record_give(const struct record *record, struct target_bytes *ret_bytes)
{
	if (!record)
		return LOAD_UNREADABLE;
	if (record->status == LOAD_FOUND)
		*ret_bytes = (struct target_bytes){
			.bytes = record->bytes,
			.status = record->file,
			.is_cut = record->is_cut,
		};
	return record->status;
}

bool record_digest(struct slice bytes, char ret_text[static 65])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	if (EVP_Digest(bytes.data ? bytes.data : "", bytes.size, digest, &size, EVP_sha256(),
		       NULL) != 1 ||
	    size != 32)
		return false;
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < 32; i++) {
		ret_text[2 * i] = digits[digest[i] >> 4];
		ret_text[2 * i + 1] = digits[digest[i] & 15];
	}
	ret_text[64] = '\0';
	return true;
}

void record_member(const struct record *record, struct buffer *out)
{
	size_t first = out->size;
	struct slice rest = slice_of(record->key), part;
	if (record->question == QUESTION_PROBE)
		buffer_append_string(out, "/probes");
	while (slice_next_field(&rest, '/', &part)) {
		if (part.size == 0 || slice_is(part, "."))
			continue;
		if (!slice_is(part, "..")) {
			buffer_append_byte(out, '/');
			buffer_append_slice(out, part);
			continue;
		}
		while (out->size > first && out->data[--out->size] != '/')
			;
	}
}

static void write_text(struct buffer *out, const char *text)
{
	buffer_append_byte(out, '\t');
	for (; text && *text; text++) {
		unsigned char byte = (unsigned char)*text;
		if (byte > ' ' && byte < 0x7f && byte != '%')
			buffer_append_byte(out, (char)byte);
		else
			buffer_format(out, "%%%02X", byte);
	}
}

static void write_file(struct buffer *out, const struct record *record)
{
	const struct file_status *file = &record->file;
	buffer_format(out, "\t%c\t%u\t%u\t%o\t%llu\t%lld", kind_letters[file->kind], file->owner,
		      file->group, file->mode, (unsigned long long)file->size_bytes,
		      (long long)file->modified);
}

void record_write(const struct record *record, struct buffer *out)
{
	buffer_append_string(out, question_words[record->question]);
	write_text(out, record->key);
	buffer_format(out, "\t%s", status_words[record->status]);
	if (record->status == LOAD_UNREADABLE) {
		write_text(out, record->trouble.what);
		write_text(out, record->trouble.problem.why);
		write_text(out, record->trouble.problem.to_read_it);
	} else if (record->status == LOAD_FOUND) {
		if (record->question != QUESTION_LIST && record->question != QUESTION_PROBE)
			write_file(out, record);
		if (question_has_bytes(record->question))
			buffer_format(out, "\t%s\t%zu\t%.*s", record->is_cut ? "cut" : "whole",
				      record->bytes.size, SLICE_ARG(record->digest));
		if (record->question == QUESTION_LIST) {
			buffer_format(out, "\t%s", record->names.is_cut ? "cut" : "whole");
			for (size_t i = 0; i < record->names.count; i++)
				write_text(out, record->names.names[i]);
		}
	}
	buffer_append_byte(out, '\n');
}

static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* The text of FIELD without its escapes; NULL when memory is short or (*RET_BAD) it is no text. */
static char *read_text(struct slice field, struct arena *arena, bool *ret_bad)
{
	*ret_bad = field.size > RECORD_FIELD_BYTES_MAX;
	char *text = *ret_bad ? NULL : arena_allocate(arena, field.size + 1);
	if (!text)
		return NULL;
	size_t used = 0;
	for (size_t i = 0; i < field.size; i++) {
		char byte = field.data[i];
		if (byte == '%') {
			int high = i + 2 < field.size ? hex_value(field.data[i + 1]) : -1;
			int low = i + 2 < field.size ? hex_value(field.data[i + 2]) : -1;
			if (high < 0 || low < 0 || (high == 0 && low == 0)) {
				*ret_bad = true;
				return NULL;
			}
			byte = (char)(high * 16 + low);
			i += 2;
		}
		text[used++] = byte;
	}
	text[used] = '\0';
	return text;
}

/* What is left of one line. */
struct reading {
	struct slice rest;
	struct arena *arena;
	const char *expected;
	bool memory_failed;
};

static bool wrong(struct reading *reading, const char *expected)
{
	if (!reading->expected && !reading->memory_failed)
		reading->expected = expected;
	return false;
}

static bool take(struct reading *reading, struct slice *ret_field, const char *expected)
{
	return slice_next_field(&reading->rest, '\t', ret_field) || wrong(reading, expected);
}

static bool take_text(struct reading *reading, const char **ret_text, const char *expected)
{
	struct slice field;
	bool is_bad;
	if (!take(reading, &field, expected))
		return false;
	*ret_text = read_text(field, reading->arena, &is_bad);
	if (*ret_text)
		return true;
	reading->memory_failed = !is_bad;
	return wrong(reading, expected);
}

static bool take_number(struct reading *reading, uint64_t limit, uint64_t *ret_number,
			const char *expected)
{
	struct slice field;
	return take(reading, &field, expected) &&
	       ((slice_to_uint64(field, ret_number) && *ret_number <= limit) ||
		wrong(reading, expected));
}

static bool take_mode(struct reading *reading, uint32_t *ret_mode)
{
	static const char what[] = "a mode in octal digits";
	struct slice field;
	return take(reading, &field, what) &&
	       (slice_to_octal(field, MODE_DIGITS_MAX, ret_mode) || wrong(reading, what));
}

static bool take_file(struct reading *reading, struct file_status *ret_file)
{
	static const char what[] = "a file's kind, owner, group, mode, size and time";
	struct slice kind, modified;
	uint64_t owner, group;
	if (!take(reading, &kind, what))
		return false;
	const char *letter =
		kind.size == 1 ? memchr(kind_letters, kind.data[0], sizeof(kind_letters)) : NULL;
	if (!letter)
		return wrong(reading, what);
	ret_file->kind = (enum file_kind)(letter - kind_letters);
	if (!take_number(reading, UINT32_MAX, &owner, what) ||
	    !take_number(reading, UINT32_MAX, &group, what) ||
	    !take_mode(reading, &ret_file->mode) ||
	    !take_number(reading, INT64_MAX, &ret_file->size_bytes, what) ||
	    !take(reading, &modified, what))
		return false;
	ret_file->owner = (uint32_t)owner;
	ret_file->group = (uint32_t)group;
	return slice_to_int64(modified, &ret_file->modified) || wrong(reading, what);
}

static bool take_cut(struct reading *reading, bool *ret_cut)
{
	struct slice word;
	if (!take(reading, &word, "\"whole\" or \"cut\""))
		return false;
	*ret_cut = slice_is(word, "cut");
	return *ret_cut || slice_is(word, "whole") || wrong(reading, "\"whole\" or \"cut\"");
}

static bool take_names(struct reading *reading, struct name_list *ret_names)
{
	size_t capacity = 0;
	if (!take_cut(reading, &ret_names->is_cut))
		return false;
	while (reading->rest.data) {
		struct slice field;
		bool is_bad;
		char **names = arena_grow(reading->arena, ret_names->names, ret_names->count,
					  &capacity, sizeof(*names));
		if (!names || !take(reading, &field, "a name in a folder")) {
			reading->memory_failed |= !names;
			return false;
		}
		char *name = read_text(field, reading->arena, &is_bad);
		ret_names->names = names;
		if (!name) {
			reading->memory_failed = !is_bad;
			return wrong(reading, "a name in a folder");
		}
		/* A name that leads elsewhere is nobody's file name. */
		if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 ||
		    strcmp(name, "..") == 0)
			return wrong(reading, "a name in a folder");
		ret_names->names[ret_names->count++] = name;
	}
	return true;
}

static bool take_bytes(struct reading *reading, struct record *record, uint64_t *ret_size)
{
	return take_cut(reading, &record->is_cut) &&
	       take_number(reading, SIZE_MAX, ret_size, "a number of bytes") &&
	       take(reading, &record->digest, "a SHA-256") &&
	       (record->digest.size == 64 || record->digest.size == 0 ||
		wrong(reading, "a SHA-256"));
}

static bool take_word(struct reading *reading, const char *const *words, size_t count,
		      size_t *ret_index, const char *expected)
{
	struct slice word;
	if (!take(reading, &word, expected))
		return false;
	for (*ret_index = 0; *ret_index < count; (*ret_index)++)
		if (slice_is(word, words[*ret_index]))
			return true;
	return wrong(reading, expected);
}

static bool take_answer(struct reading *reading, struct record *record, uint64_t *ret_size)
{
	if (record->status == LOAD_UNREADABLE) {
		const char *what = "what could not be read, why, and what would help";
		bool taken = take_text(reading, &record->trouble.what, what) &&
			     take_text(reading, &record->trouble.problem.why, what) &&
			     take_text(reading, &record->trouble.problem.to_read_it, what);
		if (taken && !record->trouble.what[0])
			record->trouble.what = NULL;
		return taken;
	}
	if (record->status == LOAD_ABSENT)
		return true;
	if (record->question == QUESTION_LIST)
		return take_names(reading, &record->names);
	if (record->question != QUESTION_PROBE && !take_file(reading, &record->file))
		return false;
	return !question_has_bytes(record->question) || take_bytes(reading, record, ret_size);
}

bool record_read(struct slice line, struct arena *arena, struct record *ret_record,
		 uint64_t *ret_size, const char **ret_expected)
{
	struct reading reading = { .rest = line, .arena = arena };
	size_t question, status;
	*ret_record = (struct record){ .key = NULL };
	*ret_size = 0;
	bool done = take_word(&reading, question_words, QUESTION_KINDS, &question,
			      "read, open, status, lstat, list or probe") &&
		    take_text(&reading, &ret_record->key, "a path or a probe's name") &&
		    take_word(&reading, status_words, ARRAY_SIZE(status_words), &status,
			      "found, absent or unreadable");
	if (done) {
		ret_record->question = (enum question)question;
		ret_record->status = (enum load_status)status;
		done = take_answer(&reading, ret_record, ret_size) &&
		       (!reading.rest.data || wrong(&reading, "the end of the line"));
	}
	*ret_expected = reading.expected;
	return done;
}
