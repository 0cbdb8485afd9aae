/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks another target and remembers what it said.
 */
#include "audit/target/archive_write.h"
#include "audit/target/memory_tree.h"
#include "audit/target/record.h"

/* Most of one log that is kept; more is of no use to a reader of an archive. */
#define RECORDING_STREAM_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define RECORDING_CHUNK_BYTES ((size_t)256 * 1024)

struct recording {
	struct target *inner;
	struct record_set records;
	/* An answer was given that could not be kept. */
	bool memory_failed;
};

static enum load_status keep(struct target *target, const struct record *record)
{
	struct recording *recording = target->state;
	if (!record_set_add(&recording->records, record))
		recording->memory_failed = true;
	return record->status;
}

static struct target *inner_of(struct target *target)
{
	return ((struct recording *)target->state)->inner;
}

static enum load_status recording_read(struct target *target, const char *path,
				       struct target_bytes *ret_bytes,
				       struct target_trouble *trouble)
{
	struct target *inner = inner_of(target);
	struct record record = { .question = QUESTION_READ, .key = path };
	record.status = inner->operations->read(inner, path, ret_bytes, trouble);
	record.trouble = *trouble;
	if (record.status == LOAD_FOUND) {
		record.file = ret_bytes->status;
		record.bytes = ret_bytes->bytes;
		record.is_cut = ret_bytes->is_cut;
	}
	return keep(target, &record);
}

static enum load_status recording_status(struct target *target, const char *path, bool nofollow,
					 struct file_status *ret_status,
					 struct target_trouble *trouble)
{
	struct target *inner = inner_of(target);
	struct record record = {
		.question = nofollow ? QUESTION_LINK_STATUS : QUESTION_STATUS,
		.key = path,
	};
	record.status = inner->operations->status(inner, path, nofollow, ret_status, trouble);
	record.trouble = *trouble;
	if (record.status == LOAD_FOUND)
		record.file = *ret_status;
	return keep(target, &record);
}

static enum load_status recording_list(struct target *target, const char *path,
				       struct name_list *ret_names, struct target_trouble *trouble)
{
	struct target *inner = inner_of(target);
	struct record record = { .question = QUESTION_LIST, .key = path };
	record.status = inner->operations->list(inner, path, ret_names, trouble);
	record.trouble = *trouble;
	if (record.status == LOAD_FOUND)
		record.names = *ret_names;
	return keep(target, &record);
}

static enum load_status recording_probe(struct target *target, const struct probe *probe,
					struct target_bytes *ret_bytes,
					struct target_trouble *trouble)
{
	struct target *inner = inner_of(target);
	struct record record = { .question = QUESTION_PROBE, .key = probe->name };
	record.status = inner->operations->probe(inner, probe, ret_bytes, trouble);
	record.trouble = *trouble;
	if (record.status == LOAD_FOUND) {
		record.bytes = ret_bytes->bytes;
		record.is_cut = ret_bytes->is_cut;
	}
	return keep(target, &record);
}

/* As much of STREAM as the file had when it was opened: a log grows meanwhile. */
static bool drain(struct target *target, struct stream *stream, struct record *record)
{
	bool is_large = record->file.size_bytes > RECORDING_STREAM_BYTES_MAX;
	size_t size = is_large ? RECORDING_STREAM_BYTES_MAX : (size_t)record->file.size_bytes;
	char *bytes = arena_allocate_secret(target->arena, size + 1);
	size_t used = 0;
	ssize_t got = 1;
	while (bytes && used < size && got > 0) {
		got = stream->read(stream->context, bytes + used, size - used);
		used += got > 0 ? (size_t)got : 0;
	}
	record->bytes = (struct slice){ .data = bytes, .size = used };
	record->is_cut = is_large || got < 0;
	return bytes != NULL;
}

static enum load_status recording_open(struct target *target, const char *path,
				       struct stream *ret_stream, struct target_trouble *trouble)
{
	struct target *inner = inner_of(target);
	struct recording *recording = target->state;
	struct record record = { .question = QUESTION_OPEN, .key = path };
	struct stream stream;
	const struct record *known = record_set_find(&recording->records, QUESTION_OPEN, path);
	/* A log grows while it is read: whoever opens it again sees what was seen first. */
	if (known && known->status == LOAD_FOUND)
		return memory_stream(known->bytes, &known->file, ret_stream, &trouble->problem);
	record.status = inner->operations->open(inner, path, &stream, trouble);
	record.trouble = *trouble;
	if (record.status != LOAD_FOUND)
		return keep(target, &record);
	record.file = stream.status;
	bool done = drain(target, &stream, &record);
	stream.close(stream.context);
	if (!done) {
		recording->memory_failed = true;
		trouble->problem = (struct load_problem){ "out of memory", "" };
		return LOAD_UNREADABLE;
	}
	(void)keep(target, &record);
	return memory_stream(record.bytes, &record.file, ret_stream, &trouble->problem);
}

/* What a target far away answered for the time being is not kept. */
static bool recording_fetch(struct target *target, bool *ret_more, struct error *error)
{
	struct recording *recording = target->state;
	if (!target_fetch(recording->inner, ret_more, error))
		return false;
	if (*ret_more) {
		record_set_init(&recording->records, target->arena);
		target_core_forget(target);
	}
	target->name = recording->inner->name;
	return true;
}

static const struct target_kind_operations recording_operations = {
	.kind = TARGET_ARCHIVE,
	.read = recording_read,
	.status = recording_status,
	.list = recording_list,
	.probe = recording_probe,
	.open = recording_open,
	.fetch = recording_fetch,
};

struct target *target_open_recording(struct target *inner, struct error *error)
{
	struct target *target =
		target_core_new(inner->arena, &inner->options, &recording_operations, error);
	struct recording *recording = ARENA_NEW(inner->arena, struct recording);
	if (!target || !recording) {
		error_memory(error);
		return NULL;
	}
	target->state = recording;
	target->name = inner->name;
	target->loader.modes_are_lost = inner->loader.modes_are_lost;
	recording->inner = inner;
	record_set_init(&recording->records, inner->arena);
	return target;
}

bool target_pack(const struct target *target, const char *compression, int64_t collected,
		 struct buffer *out, struct error *error)
{
	const struct recording *recording = target->state;
	if (recording->memory_failed)
		return error_memory(error);
	const struct archive_head head = {
		.host = target->name,
		.collected = collected,
		.modes_are_lost = target->loader.modes_are_lost,
	};
	return archive_write(&recording->records, &head, compression, out, error);
}
