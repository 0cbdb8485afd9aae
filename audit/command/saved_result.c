/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/saved_result.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/buffer.h"
#include "reports/result_json.h"

#define CHUNK_BYTES ((size_t)256 * 1024)

static void close_file(int *fd)
{
	if (*fd > STDIN_FILENO)
		(void)close(*fd);
}

static bool read_whole(int fd, size_t limit, struct buffer *out)
{
	while (out->size <= limit) {
		char *room = buffer_reserve(out, CHUNK_BYTES);
		ssize_t size = room ? read(fd, room, CHUNK_BYTES) : -1;
		if (size < 0 && room && errno == EINTR)
			continue;
		if (!room)
			errno = ENOMEM;
		if (size <= 0)
			return size == 0;
		buffer_commit(out, (size_t)size);
	}
	errno = EFBIG;
	return false;
}

void saved_result_name(const char *path, struct buffer *out)
{
	struct stat status;
	buffer_append_string(out, path);
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		buffer_append_string(out, "/result.json");
}

/* A descriptor of what PATH means, and in NAME how to call it. */
static int open_result(const char *path, struct buffer *name)
{
	if (strcmp(path, "-") == 0) {
		buffer_append_string(name, "standard input");
		return STDIN_FILENO;
	}
	saved_result_name(path, name);
	return open(buffer_string(name), O_RDONLY | O_CLOEXEC);
}

bool saved_file_read(const char *path, size_t limit, struct buffer *out, struct error *error)
{
	CLEANUP(close_file)
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !read_whole(fd, limit, out))
		return error_set_at(error, ERROR_INPUT, path, 0, "cannot read it: %s",
				    error_errno_text(errno));
	return true;
}

bool saved_result_load(const char *path, struct arena *arena, struct result *ret_result,
		       struct error *error)
{
	BUFFER_AUTO name = { 0 };
	BUFFER_AUTO text = { 0 };
	CLEANUP(close_file) int fd = open_result(path, &name);
	if (fd < 0 || !read_whole(fd, SAVED_RESULT_BYTES_MAX, &text))
		return error_set_at(error, ERROR_INPUT, buffer_string(&name), 0,
				    "cannot read the result: %s", error_errno_text(errno));
	return result_json_read(buffer_slice(&text), buffer_string(&name), arena, ret_result,
				error);
}
