/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/file_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int root_of(const struct target *target)
{
	return ((const struct file_tree *)target->state)->root;
}

enum load_status file_tree_read(struct target *target, const char *path,
				struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	int fd;
	struct target_bytes bytes = { .is_cut = false };
	enum load_status status =
		careful_open(root_of(target), path, &fd, &bytes.status, &trouble->problem);
	if (status != LOAD_FOUND)
		return status;
	size_t hint = bytes.status.size_bytes > TARGET_FILE_BYTES_MAX
			      ? TARGET_FILE_BYTES_MAX + 1
			      : (size_t)bytes.status.size_bytes;
	status = careful_read(fd, hint, TARGET_FILE_BYTES_MAX, target->arena, &bytes.bytes,
			      &bytes.is_cut, &trouble->problem);
	(void)close(fd);
	if (status == LOAD_FOUND)
		*ret_bytes = bytes;
	return status;
}

enum load_status file_tree_status(struct target *target, const char *path, bool nofollow,
				  struct file_status *ret_status, struct target_trouble *trouble)
{
	return careful_status(root_of(target), path, nofollow, ret_status, &trouble->problem);
}

enum load_status file_tree_list(struct target *target, const char *path,
				struct name_list *ret_names, struct target_trouble *trouble)
{
	return careful_list(root_of(target), path, target->arena, ret_names, &trouble->problem);
}

enum load_status file_tree_open(struct target *target, const char *path, struct stream *ret_stream,
				struct target_trouble *trouble)
{
	int fd;
	struct file_status file;
	enum load_status status =
		careful_open(root_of(target), path, &fd, &file, &trouble->problem);
	if (status != LOAD_FOUND)
		return status;
	return careful_stream(fd, &file, ret_stream, &trouble->problem);
}

int file_tree_open_root(const char *path, struct error *error)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		error_set_at(error, ERROR_INPUT, path, 0, "%s",
			     errno == ENOTDIR ? "not a folder" : error_errno_text(errno));
	return fd;
}
