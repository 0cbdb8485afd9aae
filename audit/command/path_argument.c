/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/path_argument.h"

#include <stdlib.h>
#include <unistd.h>

#include "audit/base/buffer.h"

const char *path_argument(struct arena *arena, const char *path)
{
	struct slice rest = slice_of(path);
	BUFFER_AUTO text = { 0 };
	if (path[0] == '/')
		return path;
	char *folder = getcwd(NULL, 0);
	if (!folder)
		return path;
	while (slice_starts_with(rest, "./"))
		rest = slice_from(rest, 2);
	buffer_append_string(&text, folder);
	free(folder);
	if (!slice_is(rest, ".")) {
		buffer_append_byte(&text, '/');
		buffer_append_slice(&text, rest);
	}
	const char *kept = buffer_keep(&text, arena);
	return kept ? kept : path;
}
