/* SPDX-License-Identifier: Apache-2.0
 *
 * A question that a model asked of a host, and the host's answer: what `collect` packs, what an
 * archive answers from, and what comes back over ssh. An answer says "not there" and "not readable,
 * because" as exactly as it says what was read, so an audit of the records finds what an audit of
 * the host would. Only audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_RECORD_H
#define RINGFENCE_TARGET_RECORD_H

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/text_map.h"
#include "audit/target/target_core.h"

/* Permission bits with setuid, setgid and sticky: 07777. */
#define MODE_DIGITS_MAX 4

enum question {
	/* A file's bytes, and its status. */
	QUESTION_READ,
	/* The same of a log: larger, and read as a stream. */
	QUESTION_OPEN,
	/* stat(2) and lstat(2). */
	QUESTION_STATUS,
	QUESTION_LINK_STATUS,
	/* The names in a folder. */
	QUESTION_LIST,
	/* A probe, by its name. */
	QUESTION_PROBE,
	QUESTION_KINDS,
};

/* What is filled depends on the question and, but for `trouble`, on LOAD_FOUND. */
struct record {
	enum question question;
	/* An absolute path, or a probe's name. */
	const char *key;
	enum load_status status;
	/* LOAD_UNREADABLE. */
	struct target_trouble trouble;
	struct file_status file;
	struct slice bytes;
	bool is_cut;
	struct name_list names;
	/* SHA-256 of the bytes as lower-case hexadecimal, where a manifest told it; else empty. */
	struct slice digest;
};

struct record_set {
	struct arena *arena;
	struct text_map by_key[QUESTION_KINDS];
	/* In the order in which they were asked. */
	struct record **items;
	size_t count;
	size_t capacity;
};

void record_set_init(struct record_set *set, struct arena *arena);

/* Adds a copy of RECORD, whose texts must live as long as the set's arena; the key is copied. An
 * answer that is there already is replaced. False when memory is short. */
bool record_set_add(struct record_set *set, const struct record *record) MUST_CHECK;

/* NULL: never asked. */
struct record *record_set_find(const struct record_set *set, enum question question,
			       const char *key);

/* What RECORD of a file or probe answers; NULL is LOAD_UNREADABLE. */
enum load_status record_give(const struct record *record, struct target_bytes *ret_bytes);

/* The SHA-256 of BYTES as 64 lower-case hexadecimal digits and a NUL. False: libcrypto failed. */
bool record_digest(struct slice bytes, char ret_text[static 65]) MUST_CHECK;

/* Where an archive has the bytes of RECORD: "/etc/passwd", "/probes/ss". Parts "." and ".." are
 * taken out by the letter. */
void record_member(const struct record *record, struct buffer *out);

/* One line of a manifest, with its newline: fields separated by tabs; whatever is not plain ASCII,
 * and '%', is written as %XX. The bytes themselves are elsewhere: the line has size and digest. */
void record_write(const struct record *record, struct buffer *out);

/* The record of LINE; its texts in ARENA. Where bytes belong to it, *RET_SIZE is how many and
 * `digest` what they should hash to; else *RET_SIZE is 0. False: not a line of a manifest, and
 * *RET_EXPECTED says what was expected; or memory is short, and it is NULL. */
bool record_read(struct slice line, struct arena *arena, struct record *ret_record,
		 uint64_t *ret_size, const char **ret_expected) MUST_CHECK;

/* Bytes belong to a found answer of this question. */
static inline bool question_has_bytes(enum question question)
{
	return question == QUESTION_READ || question == QUESTION_OPEN || question == QUESTION_PROBE;
}

#endif
