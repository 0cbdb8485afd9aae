/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/archive_read.h"

#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>

#include "audit/base/buffer.h"

#define ARCHIVE_BLOCK_BYTES 65536

struct unpacking {
	const char *path;
	struct archive *archive;
	struct arena *arena;
	struct archive_content *content;
	size_t members;
	size_t bytes;
	struct error *error;
};

static bool fail(struct unpacking *unpacking, const char *advice, const char *why)
{
	error_set_at(unpacking->error, ERROR_INPUT, unpacking->path, 0, "%s", why);
	if (advice)
		error_advise(unpacking->error, "%s", advice);
	return false;
}

static void refuse(struct unpacking *unpacking, const char *name, const char *why)
{
	struct archive_content *content = unpacking->content;
	if (content->refused++ > 0)
		return;
	/* For the message only: without memory it does without the name. */
	char *copy = arena_copy(unpacking->arena, name, strlen(name));
	content->refused_name = copy ? copy : "";
	content->refused_why = why;
}

/* The bytes of the member that the archive stands at, in secret memory. */
static bool read_bytes(struct unpacking *unpacking, uint64_t size, struct slice *ret_bytes)
{
	if (size > ARCHIVE_BYTES_MAX - unpacking->bytes)
		return fail(unpacking, "audit the host itself, or a smaller part of it",
			    "unpacks to more than 1 GiB");
	unpacking->bytes += (size_t)size;
	char *data = arena_allocate_secret(unpacking->arena, (size_t)size + 1);
	if (!data)
		return error_memory(unpacking->error);
	size_t used = 0;
	while (used < size) {
		la_ssize_t got =
			archive_read_data(unpacking->archive, data + used, (size_t)size - used);
		if (got < 0)
			return fail(unpacking, "copy it again: it is damaged",
				    "a member can't be unpacked");
		if (got == 0)
			break;
		used += (size_t)got;
	}
	*ret_bytes = (struct slice){ .data = data, .size = used };
	return used == size || fail(unpacking, "copy it again", "ends within a member");
}

static enum file_kind kind_of(const struct archive_entry *entry)
{
	switch (archive_entry_filetype((struct archive_entry *)(uintptr_t)entry)) {
	case AE_IFREG:
		return FILE_REGULAR;
	case AE_IFDIR:
		return FILE_DIRECTORY;
	case AE_IFLNK:
		return FILE_LINK;
	case AE_IFSOCK:
		return FILE_SOCKET;
	default:
		return FILE_OTHER;
	}
}

static uint32_t id_of(la_int64_t id)
{
	return id >= 0 && id <= UINT32_MAX ? (uint32_t)id : UINT32_MAX;
}

static bool fill_file(struct unpacking *unpacking, struct archive_entry *entry,
		      struct memory_file *ret_file)
{
	la_int64_t size = archive_entry_size(entry);
	*ret_file = (struct memory_file){
		.status = {
			.kind = kind_of(entry),
			.owner = id_of(archive_entry_uid(entry)),
			.group = id_of(archive_entry_gid(entry)),
			.mode = (uint32_t)archive_entry_perm(entry) & 07777,
			.size_bytes = size > 0 ? (uint64_t)size : 0,
			.modified = archive_entry_mtime(entry),
		},
	};
	if (ret_file->status.kind == FILE_LINK) {
		const char *link = archive_entry_symlink(entry);
		ret_file->link = link ? arena_copy(unpacking->arena, link, strlen(link)) : NULL;
		return ret_file->link || error_memory(unpacking->error);
	}
	if (ret_file->status.kind != FILE_REGULAR)
		return true;
	return read_bytes(unpacking, ret_file->status.size_bytes, &ret_file->bytes);
}

/* A hard link is the member that it names once more. */
static bool fill_hard_link(struct unpacking *unpacking, const char *link,
			   struct memory_file *ret_file)
{
	enum load_status status;
	struct load_problem problem;
	const struct memory_file *other =
		memory_tree_find(&unpacking->content->tree, "", link, false, &status, &problem);
	if (!other || other->status.kind == FILE_DIRECTORY)
		return false;
	*ret_file = *other;
	return true;
}

static bool add_member(struct unpacking *unpacking, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	const char *link = archive_entry_hardlink(entry);
	const char *why = NULL;
	struct memory_file file;
	if (++unpacking->members > ARCHIVE_MEMBERS_MAX)
		return fail(unpacking, "audit a smaller part of the host",
			    "has more than 400000 members");
	if (!name) {
		refuse(unpacking, "", "a name that is no text");
		return true;
	}
	if (link) {
		if (!fill_hard_link(unpacking, link, &file)) {
			refuse(unpacking, name, "a hard link to what is not in the archive");
			return true;
		}
	} else if (!fill_file(unpacking, entry, &file)) {
		return false;
	}
	if (memory_tree_add(&unpacking->content->tree, slice_of(name), &file, &why))
		return true;
	if (!why)
		return error_memory(unpacking->error);
	refuse(unpacking, name, why);
	return true;
}

static bool add_members(struct unpacking *unpacking)
{
	struct archive_entry *entry;
	for (;;) {
		int status = archive_read_next_header(unpacking->archive, &entry);
		if (status == ARCHIVE_EOF)
			return unpacking->members > 0 ||
			       fail(unpacking, NULL, "an archive with nothing in it");
		/* ARCHIVE_WARN: a name that the locale can't show, which the bytes still are. */
		if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
			return fail(unpacking,
				    unpacking->members ? "copy it again: what is missing can't be "
							 "told from what the host has not"
						       : "expected a folder, or a .tar, .tar.gz, "
							 ".tar.xz or .tar.zst",
				    unpacking->members
					    ? "the archive is damaged"
					    : "damaged, or not an archive that can be read");
		if (!add_member(unpacking, entry))
			return false;
	}
}

static const struct memory_file *find(struct archive_content *content, const char *path)
{
	enum load_status status;
	struct load_problem problem;
	return memory_tree_find(&content->tree, "", path, true, &status, &problem);
}

static bool wrong_line(struct unpacking *unpacking, uint32_t line, const char *expected)
{
	BUFFER_AUTO place = { 0 };
	buffer_format(&place, "%s: " ARCHIVE_MANIFEST, unpacking->path);
	error_set_at(unpacking->error, ERROR_INPUT, buffer_string(&place), line, "expected %s",
		     expected);
	error_advise(unpacking->error, "collect the host again");
	return false;
}

/* Gives RECORD its bytes: the member of the same name, which must be what the manifest says. */
static bool attach_bytes(struct unpacking *unpacking, struct record *record, uint64_t size,
			 uint32_t line)
{
	BUFFER_AUTO name = { 0 };
	char digest[65];
	record_member(record, &name);
	const struct memory_file *file = find(unpacking->content, buffer_string(&name));
	if (!file || file->status.kind != FILE_REGULAR)
		return wrong_line(unpacking, line, "a member that the archive has");
	/* Of a log that was read as a whole, a reader of configuration files took the beginning. */
	struct slice bytes =
		record->is_cut ? slice_part(file->bytes, 0, (size_t)size) : file->bytes;
	if (bytes.size != size)
		return wrong_line(unpacking, line, "the size that the member has");
	if (!record_digest(bytes, digest))
		return error_memory(unpacking->error);
	if (record->digest.size && !slice_is(record->digest, digest))
		return wrong_line(unpacking, line,
				  "the SHA-256 that the member has: it was changed");
	record->bytes = bytes;
	return true;
}

/* The lines before the answers; which tool made it and when is for people to read. */
static bool read_head(struct unpacking *unpacking, struct slice line)
{
	struct slice rest = line, word;
	struct archive_content *content = unpacking->content;
	if (!slice_next_field(&rest, '\t', &word))
		return false;
	if (slice_is(word, "host")) {
		char *text = slice_to_string(unpacking->arena, slice_part(rest, 0, 253));
		content->host = text ? text : "";
		return true;
	}
	if (slice_is(word, "modes")) {
		content->modes_are_lost = slice_is(rest, "lost");
		return true;
	}
	return slice_is(word, "tool") || slice_is(word, "collected");
}

static bool read_manifest(struct unpacking *unpacking)
{
	struct archive_content *content = unpacking->content;
	const struct memory_file *file = find(content, "/" ARCHIVE_MANIFEST);
	if (!file || file->status.kind != FILE_REGULAR)
		return true;
	struct slice rest = file->bytes, line;
	uint32_t number = 1;
	if (!slice_next_line(&rest, &line) || !slice_is(line, ARCHIVE_MANIFEST_VERSION))
		return wrong_line(unpacking, 1, "\"" ARCHIVE_MANIFEST_VERSION "\"");
	while (slice_next_line(&rest, &line)) {
		struct record record;
		uint64_t size;
		const char *expected;
		number++;
		if (read_head(unpacking, line))
			continue;
		if (!record_read(line, unpacking->arena, &record, &size, &expected))
			return expected ? wrong_line(unpacking, number, expected)
					: error_memory(unpacking->error);
		if (record.status == LOAD_FOUND && question_has_bytes(record.question) &&
		    !attach_bytes(unpacking, &record, size, number))
			return false;
		if (!record_set_add(&content->records, &record))
			return error_memory(unpacking->error);
	}
	content->has_manifest = true;
	return true;
}

bool archive_read_file(const char *path, struct arena *arena, struct archive_content *ret_content,
		       struct error *error)
{
	struct unpacking unpacking = {
		.path = path,
		.arena = arena,
		.content = ret_content,
		.error = error,
	};
	*ret_content = (struct archive_content){ .host = "" };
	record_set_init(&ret_content->records, arena);
	unpacking.archive = archive_read_new();
	if (!unpacking.archive || !memory_tree_init(&ret_content->tree, arena)) {
		archive_read_free(unpacking.archive);
		return error_memory(error);
	}
	/* Only tar: other formats have members that are programs or devices of their own kind. */
	bool done = archive_read_support_filter_all(unpacking.archive) >= ARCHIVE_WARN &&
		    archive_read_support_format_tar(unpacking.archive) == ARCHIVE_OK;
	if (done &&
	    archive_read_open_filename(unpacking.archive, path, ARCHIVE_BLOCK_BYTES) != ARCHIVE_OK)
		done = fail(&unpacking,
			    "expected a folder, or a .tar, .tar.gz, .tar.xz or .tar.zst",
			    "damaged, or not an archive that can be read");
	done = done && add_members(&unpacking) && read_manifest(&unpacking);
	archive_read_free(unpacking.archive);
	return done;
}
