/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/show_folder.h"

#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/command/commands.h"
#include "audit/target/target.h"

#define SHOW_MEMORY_BYTES ((size_t)1024 * 1024 * 1024)

struct show_folder {
	const struct loader *inner;
	struct arena *arena;
};

const char *show_folder_inside(const char *path)
{
	size_t size = strlen(SHOW_FOLDER);
	while (path[0] == '/' && path[1] == '/')
		path++;
	if (strncmp(path, SHOW_FOLDER, size) != 0)
		return NULL;
	return path[size] == '/' ? path + size : path[size] == '\0' ? "/" : NULL;
}

static enum load_status folder_read(void *context, const char *path,
				    const struct source **ret_source,
				    const struct unread **ret_unread)
{
	const struct show_folder *folder = context;
	const char *inside = show_folder_inside(path);
	const struct source *source;
	if (!inside)
		return LOAD_ABSENT;
	enum load_status status = loader_read(folder->inner, inside, &source, ret_unread);
	if (status != LOAD_FOUND)
		return status;
	struct source *renamed = ARENA_NEW(folder->arena, struct source);
	if (!renamed)
		return LOAD_UNREADABLE;
	*renamed = *source;
	renamed->path = slice_to_string(folder->arena, slice_of(path));
	*ret_source = renamed;
	return renamed->path ? LOAD_FOUND : LOAD_UNREADABLE;
}

static enum load_status folder_status(void *context, const char *path, bool nofollow,
				      struct file_status *ret_status,
				      const struct unread **ret_unread)
{
	const struct show_folder *folder = context;
	const char *inside = show_folder_inside(path);
	return inside ? loader_status(folder->inner, inside, nofollow, ret_status, ret_unread)
		      : LOAD_ABSENT;
}

static enum load_status folder_glob(void *context, const char *pattern, struct path_list *ret_paths,
				    const struct unread **ret_unread)
{
	const struct show_folder *folder = context;
	const char *inside = show_folder_inside(pattern);
	struct path_list found;
	*ret_paths = (struct path_list){ 0 };
	if (!inside)
		return LOAD_FOUND;
	enum load_status status = loader_glob(folder->inner, inside, &found, ret_unread);
	if (status != LOAD_FOUND)
		return status;
	const char **paths = ARENA_ARRAY(folder->arena, found.count, const char *);
	for (size_t i = 0; paths && i < found.count; i++) {
		BUFFER_AUTO path = { 0 };
		buffer_format(&path, SHOW_FOLDER "%s", found.paths[i]);
		paths[i] = slice_to_string(folder->arena, buffer_slice(&path));
		if (!paths[i])
			return LOAD_UNREADABLE;
	}
	*ret_paths = (struct path_list){ .paths = paths, .count = paths ? found.count : 0 };
	return paths ? LOAD_FOUND : LOAD_UNREADABLE;
}

static enum load_status folder_probe(void *context, const char *name,
				     const struct source **ret_source,
				     const struct unread **ret_unread)
{
	(void)context;
	(void)name;
	(void)ret_source;
	(void)ret_unread;
	return LOAD_ABSENT;
}

static enum load_status folder_open(void *context, const char *path, struct stream *ret_stream,
				    const struct unread **ret_unread)
{
	(void)context;
	(void)path;
	(void)ret_stream;
	(void)ret_unread;
	return LOAD_ABSENT;
}

static struct loader loader_of(struct show_folder *folder, const struct loader *inner,
			       struct arena *arena)
{
	*folder = (struct show_folder){ .inner = inner, .arena = arena };
	return (struct loader){
		.context = folder,
		.arena = arena,
		.read = folder_read,
		.status = folder_status,
		.glob = folder_glob,
		.probe = folder_probe,
		.open = folder_open,
	};
}

int show_folder_run(const char *path, int (*show)(const struct loader *loader, void *context),
		    void *context)
{
	struct error error;
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(SHOW_MEMORY_BYTES);
	if (!arena) {
		error_memory(&error);
		return command_report_error(&error);
	}
	const struct target_options options = { 0 };
	struct target *target = target_open_directory(arena, path, &options, &error);
	if (!target)
		return command_report_error(&error);
	struct show_folder folder;
	struct loader loader = loader_of(&folder, target_loader(target), arena);
	int status = show(&loader, context);
	target_close(target);
	return status;
}
