/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/conf_include.h"

#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* Braces in braces deeper than this stay as they are. */
#define BRACE_DEPTH_MAX 8

static bool has_wildcard(const char *path)
{
	return strpbrk(path, "*?[") != NULL;
}

static bool add_path(const struct loader *loader, struct conf_paths *paths, const char *path)
{
	const char **grown = arena_grow(loader->arena, paths->paths, paths->count, &paths->capacity,
					sizeof(*grown));
	if (!grown)
		return false;
	paths->paths = grown;
	grown[paths->count++] = path;
	return true;
}

static bool add_matches(const struct loader *loader, struct conf_paths *paths, const char *pattern)
{
	if (!has_wildcard(pattern))
		return add_path(loader, paths, pattern);
	struct path_list matches = { 0 };
	const struct unread *unread = NULL;
	enum load_status status = loader_glob(loader, pattern, &matches, &unread);
	if (status == LOAD_UNREADABLE)
		paths->unread = unread;
	if (status != LOAD_FOUND)
		return true;
	for (size_t i = 0; i < matches.count; i++)
		if (!add_path(loader, paths, matches.paths[i]))
			return false;
	return true;
}

/* The index of the ',' or '}' that ends the alternative beginning at AT; text.size: none. */
static size_t alternative_end(struct slice text, size_t at)
{
	unsigned int depth = 0;
	for (; at < text.size; at++) {
		char byte = text.data[at];
		if (byte == '{')
			depth++;
		else if (byte == '}' && depth-- == 0)
			return at;
		else if (byte == ',' && depth == 0)
			return at;
	}
	return text.size;
}

/* The '{' of the first group that is closed; text.size: none. "{}" is no group (find -exec). */
static size_t first_group(struct slice text)
{
	for (size_t at = 0; at < text.size; at++) {
		if (text.data[at] != '{' || (at + 1 < text.size && text.data[at + 1] == '}'))
			continue;
		size_t end = at;
		do {
			end = alternative_end(text, end + 1);
		} while (end < text.size && text.data[end] == ',');
		if (end < text.size)
			return at;
	}
	return text.size;
}

static bool expand(const struct loader *loader, struct conf_paths *paths, struct slice pattern,
		   unsigned int depth)
{
	size_t open = first_group(pattern);
	if (open == pattern.size || depth == BRACE_DEPTH_MAX) {
		const char *path = slice_to_string(loader->arena, pattern);
		return path && add_matches(loader, paths, path);
	}
	size_t close = open;
	do {
		close = alternative_end(pattern, close + 1);
	} while (pattern.data[close] == ',');
	for (size_t at = open; at < close && paths->count < CONF_BRACES_MAX;) {
		size_t end = alternative_end(pattern, at + 1);
		BUFFER_AUTO text = { 0 };
		buffer_append_slice(&text, slice_part(pattern, 0, open));
		buffer_append_slice(&text, slice_part(pattern, at + 1, end - at - 1));
		buffer_append_slice(&text, slice_from(pattern, close + 1));
		if (buffer_failed(&text) || !expand(loader, paths, buffer_slice(&text), depth + 1))
			return false;
		at = end;
	}
	return true;
}

bool conf_include_paths(const struct loader *loader, const char *directory, struct slice name,
			struct conf_paths *ret_paths)
{
	BUFFER_AUTO path = { 0 };
	if (!name.size || name.data[0] != '/') {
		buffer_append_string(&path, directory);
		buffer_append_byte(&path, '/');
	}
	buffer_append_slice(&path, name);
	if (buffer_failed(&path))
		return false;
	struct conf_paths paths = { 0 };
	if (!expand(loader, &paths, slice_part(buffer_slice(&path), 0, CONF_PATH_BYTES), 0))
		return false;
	*ret_paths = paths;
	return true;
}
