/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/archive_write.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "audit/base/version.h"
#include "audit/target/archive_read.h"

static la_ssize_t append(struct archive *archive, void *context, const void *data, size_t size)
{
	struct buffer *out = context;
	buffer_append(out, data, size);
	if (!buffer_failed(out))
		return (la_ssize_t)size;
	archive_set_error(archive, ENOMEM, "out of memory");
	return -1;
}

static bool set_up(struct archive *archive, const char *compression, struct buffer *out)
{
	/* pax keeps every name and time; what it has no need for is plain ustar. */
	int status = archive_write_set_format_pax_restricted(archive);
	if (status == ARCHIVE_OK && strcmp(compression, "gz") == 0)
		status = archive_write_add_filter_gzip(archive);
	else if (status == ARCHIVE_OK && strcmp(compression, "xz") == 0)
		status = archive_write_add_filter_xz(archive);
	else if (status == ARCHIVE_OK && strcmp(compression, "zst") == 0)
		status = archive_write_add_filter_zstd(archive);
	/* gzip's header has a clock of its own: the same records must give the same bytes. */
	if (status == ARCHIVE_OK && strcmp(compression, "gz") == 0)
		status = archive_write_set_filter_option(archive, "gzip", "timestamp", NULL);
	/* No zeros after the compressed bytes: zstd takes them for a broken frame. */
	if (status == ARCHIVE_OK)
		status = archive_write_set_bytes_in_last_block(archive, 1);
	return status == ARCHIVE_OK &&
	       archive_write_open(archive, out, NULL, append, NULL) == ARCHIVE_OK;
}

static bool add_member(struct archive *archive, const char *name, struct slice bytes,
		       const struct file_status *status)
{
	struct archive_entry *entry = archive_entry_new();
	if (!entry)
		return false;
	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, (la_int64_t)bytes.size);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, status->mode);
	archive_entry_set_uid(entry, status->owner);
	archive_entry_set_gid(entry, status->group);
	archive_entry_set_mtime(entry, status->modified, 0);
	bool done = archive_write_header(archive, entry) == ARCHIVE_OK &&
		    (bytes.size == 0 ||
		     archive_write_data(archive, bytes.data, bytes.size) == (la_ssize_t)bytes.size);
	archive_entry_free(entry);
	return done;
}

static bool has_member(const struct record *record)
{
	return record->status == LOAD_FOUND && question_has_bytes(record->question);
}

/* Of a file that was both read and opened, the longer bytes are packed, once. */
static bool is_packed_by_other(const struct record_set *records, const struct record *record)
{
	if (record->question == QUESTION_PROBE)
		return false;
	bool is_open = record->question == QUESTION_OPEN;
	const struct record *other =
		record_set_find(records, is_open ? QUESTION_READ : QUESTION_OPEN, record->key);
	if (!other || !has_member(other))
		return false;
	return other->bytes.size > record->bytes.size ||
	       (other->bytes.size == record->bytes.size && is_open);
}

static bool write_manifest(struct archive *archive, const struct record_set *records,
			   const struct archive_head *head)
{
	BUFFER_AUTO text = { 0 };
	const struct file_status status = { .mode = 0600, .modified = head->collected };
	buffer_append_string(&text, ARCHIVE_MANIFEST_VERSION "\n");
	buffer_format(&text, "tool\tringfence " RINGFENCE_VERSION "\nhost\t%s\ncollected\t",
		      head->host);
	buffer_append_time(&text, head->collected);
	buffer_append_byte(&text, '\n');
	if (head->modes_are_lost)
		buffer_append_string(&text, "modes\tlost\n");
	for (size_t i = 0; i < records->count; i++) {
		struct record record = *records->items[i];
		char digest[65] = "";
		if (has_member(&record) && !record_digest(record.bytes, digest))
			return false;
		record.digest = slice_of(digest);
		record_write(&record, &text);
	}
	return !buffer_failed(&text) &&
	       add_member(archive, ARCHIVE_MANIFEST, buffer_slice(&text), &status);
}

static bool write_members(struct archive *archive, const struct record_set *records,
			  const struct archive_head *head)
{
	BUFFER_AUTO name = { 0 };
	for (size_t i = 0; i < records->count; i++) {
		const struct record *record = records->items[i];
		struct file_status status = record->file;
		if (!has_member(record) || is_packed_by_other(records, record))
			continue;
		if (record->question == QUESTION_PROBE)
			status = (struct file_status){ .mode = 0600, .modified = head->collected };
		buffer_clear(&name);
		record_member(record, &name);
		/* Relative names, as tar(1) writes them. */
		if (buffer_failed(&name) ||
		    !add_member(archive, buffer_string(&name) + 1, record->bytes, &status))
			return false;
	}
	return true;
}

bool archive_write(const struct record_set *records, const struct archive_head *head,
		   const char *compression, struct buffer *out, struct error *error)
{
	struct archive *archive = archive_write_new();
	if (!archive)
		return error_memory(error);
	bool done = set_up(archive, compression, out) && write_manifest(archive, records, head) &&
		    write_members(archive, records, head) &&
		    archive_write_close(archive) == ARCHIVE_OK;
	if (!done) {
		const char *why = archive_error_string(archive);
		error_set(error, ERROR_INTERNAL, "the archive could not be made: %s",
			  why ? why : "out of memory");
	}
	archive_write_free(archive);
	return done;
}
