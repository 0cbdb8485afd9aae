/* SPDX-License-Identifier: Apache-2.0
 *
 * An archive as a host: what `collect` wrote answers each question as the host did; any other tar
 * of a root file system, or of /etc, is a tree of files.
 */
#include "audit/base/buffer.h"
#include "audit/target/archive_read.h"
#include "audit/target/tree_target.h"

struct archive_target {
	/* First: tree_target.h wants it so. */
	struct tree_target tree;
	struct archive_content content;
	/* The folder of the archive that is the host's root; "" when all of it is. */
	const char *root;
};

/* The file at PATH, or NULL with what it was instead. */
static const struct memory_file *find(struct target *target, const char *path, bool follow,
				      enum load_status *ret_status, struct target_trouble *trouble)
{
	const struct archive_target *archive = target->state;
	return memory_tree_find(&archive->content.tree, archive->root, path, follow, ret_status,
				&trouble->problem);
}

static const struct memory_file *find_regular(struct target *target, const char *path,
					      enum load_status *ret_status,
					      struct target_trouble *trouble)
{
	const struct memory_file *file = find(target, path, true, ret_status, trouble);
	if (!file || file->status.kind == FILE_REGULAR)
		return file;
	*ret_status = LOAD_UNREADABLE;
	trouble->problem = (struct load_problem){ "not a regular file", "" };
	return NULL;
}

static enum load_status memory_read(struct target *target, const char *path,
				    struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	enum load_status status;
	const struct memory_file *file = find_regular(target, path, &status, trouble);
	if (!file)
		return status;
	*ret_bytes = (struct target_bytes){
		.bytes = slice_part(file->bytes, 0, TARGET_FILE_BYTES_MAX),
		.status = file->status,
		.is_cut = file->is_cut || file->bytes.size > TARGET_FILE_BYTES_MAX,
	};
	return LOAD_FOUND;
}

static enum load_status memory_status(struct target *target, const char *path, bool nofollow,
				      struct file_status *ret_status,
				      struct target_trouble *trouble)
{
	enum load_status status;
	const struct memory_file *file = find(target, path, !nofollow, &status, trouble);
	if (file)
		*ret_status = file->status;
	return status;
}

static enum load_status memory_list(struct target *target, const char *path,
				    struct name_list *ret_names, struct target_trouble *trouble)
{
	enum load_status status;
	const struct memory_file *folder = find(target, path, true, &status, trouble);
	if (!folder)
		return status;
	if (folder->status.kind != FILE_DIRECTORY)
		return LOAD_ABSENT;
	size_t capacity = 0;
	*ret_names = (struct name_list){ .names = NULL };
	for (const struct memory_file *file = folder->first_child; file;
	     file = file->next_sibling) {
		if (ret_names->count == CAREFUL_NAMES_MAX) {
			ret_names->is_cut = true;
			break;
		}
		char **names = arena_grow(target->arena, ret_names->names, ret_names->count,
					  &capacity, sizeof(*names));
		char *name =
			names ? arena_copy(target->arena, file->name, strlen(file->name)) : NULL;
		if (!name) {
			trouble->problem = (struct load_problem){ "out of memory", "" };
			return LOAD_UNREADABLE;
		}
		ret_names->names = names;
		ret_names->names[ret_names->count++] = name;
	}
	return LOAD_FOUND;
}

static enum load_status memory_open(struct target *target, const char *path,
				    struct stream *ret_stream, struct target_trouble *trouble)
{
	enum load_status status;
	const struct memory_file *file = find_regular(target, path, &status, trouble);
	return file ? memory_stream(file->bytes, &file->status, ret_stream, &trouble->problem)
		    : status;
}

static const struct tree_operations memory_operations = {
	.read = memory_read,
	.status = memory_status,
	.list = memory_list,
	.open = memory_open,
};

static const struct record *recorded(struct target *target, enum question question, const char *key,
				     struct target_trouble *trouble)
{
	const struct archive_target *archive = target->state;
	const struct record *record = record_set_find(&archive->content.records, question, key);
	if (record && record->status == LOAD_UNREADABLE)
		*trouble = record->trouble;
	return record;
}

/* What nobody asked when the host was collected is not known, whatever the archive lacks. */
static enum load_status not_collected(struct target_trouble *trouble)
{
	trouble->problem = (struct load_problem){
		.why = "it was not collected",
		.to_read_it = "collect the host again with this ringfence",
	};
	return LOAD_UNREADABLE;
}

static bool has_manifest(const struct target *target)
{
	return ((const struct archive_target *)target->state)->content.has_manifest;
}

static enum load_status archive_read_path(struct target *target, const char *path,
					  struct target_bytes *ret_bytes,
					  struct target_trouble *trouble)
{
	if (!has_manifest(target))
		return tree_target_read(target, path, ret_bytes, trouble);
	const struct record *record = recorded(target, QUESTION_READ, path, trouble);
	return record ? record_give(record, ret_bytes) : not_collected(trouble);
}

static enum load_status archive_status(struct target *target, const char *path, bool nofollow,
				       struct file_status *ret_status,
				       struct target_trouble *trouble)
{
	if (!has_manifest(target))
		return tree_target_status(target, path, nofollow, ret_status, trouble);
	const struct record *record =
		recorded(target, nofollow ? QUESTION_LINK_STATUS : QUESTION_STATUS, path, trouble);
	if (!record)
		return not_collected(trouble);
	*ret_status = record->file;
	return record->status;
}

static enum load_status archive_list(struct target *target, const char *path,
				     struct name_list *ret_names, struct target_trouble *trouble)
{
	if (!has_manifest(target))
		return tree_target_list(target, path, ret_names, trouble);
	const struct record *record = recorded(target, QUESTION_LIST, path, trouble);
	if (!record)
		return not_collected(trouble);
	*ret_names = record->names;
	return record->status;
}

static enum load_status archive_probe(struct target *target, const struct probe *probe,
				      struct target_bytes *ret_bytes,
				      struct target_trouble *trouble)
{
	if (!has_manifest(target))
		return tree_target_probe(target, probe, ret_bytes, trouble);
	const struct record *record = recorded(target, QUESTION_PROBE, probe->name, trouble);
	return record ? record_give(record, ret_bytes) : not_collected(trouble);
}

static enum load_status archive_open(struct target *target, const char *path,
				     struct stream *ret_stream, struct target_trouble *trouble)
{
	if (!has_manifest(target))
		return tree_target_open(target, path, ret_stream, trouble);
	const struct record *record = recorded(target, QUESTION_OPEN, path, trouble);
	if (!record)
		return not_collected(trouble);
	if (record->status != LOAD_FOUND)
		return record->status;
	if (record->is_cut)
		(void)target_core_note(target, path, "only its beginning was collected", "");
	return memory_stream(record->bytes, &record->file, ret_stream, &trouble->problem);
}

static const struct target_kind_operations archive_operations = {
	.kind = TARGET_ARCHIVE,
	.read = archive_read_path,
	.status = archive_status,
	.list = archive_list,
	.probe = archive_probe,
	.open = archive_open,
};

/* Many pack a host's folder, not what is in it: pbx1/etc/... */
static const char *root_of(struct target *target)
{
	struct archive_target *archive = target->state;
	enum load_status status;
	struct load_problem problem;
	const struct memory_file *top =
		memory_tree_find(&archive->content.tree, "", "/", true, &status, &problem);
	const struct memory_file *only = top ? top->first_child : NULL;
	if (!only || only->next_sibling || only->status.kind != FILE_DIRECTORY)
		return "";
	BUFFER_AUTO root = { 0 };
	buffer_format(&root, "/%s", only->name);
	static const char *const signs[] = { "/etc", "/ssh", "/asterisk" };
	for (size_t i = 0; i < ARRAY_SIZE(signs) && strcmp(only->name, "etc") != 0; i++)
		if (memory_tree_find(&archive->content.tree, buffer_string(&root), signs[i], true,
				     &status, &problem))
			return buffer_keep(&root, target->arena);
	return "";
}

static void note_refused(struct target *target, const struct archive_content *content)
{
	if (content->refused == 0)
		return;
	BUFFER_AUTO why = { 0 };
	buffer_format(&why, "%zu members of the archive were left out; the first: %s",
		      content->refused, content->refused_why);
	(void)target_core_note(target, content->refused_name, buffer_string(&why),
			       "pack the host again");
}

struct target *target_open_archive(struct arena *arena, const char *path,
				   const struct target_options *options, struct error *error)
{
	struct target *target = target_core_new(arena, options, &archive_operations, error);
	struct archive_target *archive = ARENA_NEW(arena, struct archive_target);
	if (!target || !archive) {
		error_memory(error);
		return NULL;
	}
	target->state = archive;
	archive->tree.files.root = -1;
	archive->tree.operations = &memory_operations;
	if (!archive_read_file(path, arena, &archive->content, error))
		return NULL;
	archive->root = root_of(target);
	note_refused(target, &archive->content);
	if (archive->content.has_manifest) {
		target->loader.modes_are_lost = archive->content.modes_are_lost;
		target->name = archive->content.host[0] ? archive->content.host : path;
	} else if (!archive->root || !tree_target_begin(target, path)) {
		error_memory(error);
		return NULL;
	}
	return target;
}
