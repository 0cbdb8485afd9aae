/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/saved_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/scan/scan_read.h"

#define CHUNK_BYTES ((size_t)64 * 1024)

/* False: errno says why; EFBIG over the limit. */
static bool read_all(int fd, struct buffer *text)
{
	for (;;) {
		char *chunk = buffer_reserve(text, CHUNK_BYTES);
		if (!chunk)
			return false;
		ssize_t got = read(fd, chunk, CHUNK_BYTES);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		buffer_commit(text, (size_t)got);
		if (text->size > SCAN_READ_BYTES_MAX) {
			errno = EFBIG;
			return false;
		}
	}
}

const struct scan_result *saved_scan_load(const char *path, struct arena *arena,
					  struct error *error)
{
	bool is_input = strcmp(path, "-") == 0;
	int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	BUFFER_AUTO text = { 0 };
	bool is_read = fd >= 0 && read_all(fd, &text);
	int why = errno;
	if (fd >= 0 && !is_input)
		(void)close(fd);
	if (!is_read) {
		error_set_at(error, ERROR_INPUT, path, 0, "cannot read the scan: %s",
			     error_errno_text(why));
		return NULL;
	}
	struct scan_result *scan = ARENA_NEW(arena, struct scan_result);
	if (!scan) {
		(void)error_memory(error);
		return NULL;
	}
	return scan_read(buffer_slice(&text), path, arena, scan, error) ? scan : NULL;
}
