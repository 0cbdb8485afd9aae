/* SPDX-License-Identifier: Apache-2.0
 *
 * A loader over literal files, for tests of models. Everything that is not listed is absent.
 */
#ifndef RINGFENCE_TESTS_MEMORY_LOADER_H
#define RINGFENCE_TESTS_MEMORY_LOADER_H

#include <fnmatch.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/loader.h"

struct memory_file {
	const char *path;
	const char *text;
	/* 0: the length of TEXT. */
	size_t size;
	bool is_folder;
	bool is_unreadable;
};

struct memory_files {
	struct arena *arena;
	const struct memory_file *files;
	size_t count;
};

static const struct unread memory_unread = {
	.what = "a file",
	.why = "permission denied",
	.to_read_it = "run as root",
};

static const struct memory_file *memory_find(const struct memory_files *files, const char *path)
{
	for (size_t i = 0; i < files->count; i++)
		if (strcmp(files->files[i].path, path) == 0)
			return &files->files[i];
	return NULL;
}

static enum load_status memory_read(void *context, const char *path,
				    const struct source **ret_source,
				    const struct unread **ret_unread)
{
	const struct memory_files *files = context;
	const struct memory_file *file = memory_find(files, path);
	if (!file)
		return LOAD_ABSENT;
	if (file->is_unreadable || file->is_folder) {
		*ret_unread = &memory_unread;
		return LOAD_UNREADABLE;
	}
	struct source *source = ARENA_NEW(files->arena, struct source);
	if (!source)
		return LOAD_UNREADABLE;
	source->path = file->path;
	source->bytes.data = file->text;
	source->bytes.size = file->size ? file->size : strlen(file->text);
	source->mode = 0640;
	*ret_source = source;
	return LOAD_FOUND;
}

static enum load_status memory_status(void *context, const char *path, bool nofollow,
				      struct file_status *ret_status,
				      const struct unread **ret_unread)
{
	const struct memory_file *file = memory_find(context, path);
	(void)nofollow;
	(void)ret_unread;
	if (!file)
		return LOAD_ABSENT;
	*ret_status = (struct file_status){
		.kind = file->is_folder ? FILE_DIRECTORY : FILE_REGULAR,
		.mode = 0640,
	};
	return LOAD_FOUND;
}

static enum load_status memory_glob(void *context, const char *pattern, struct path_list *ret_paths,
				    const struct unread **ret_unread)
{
	const struct memory_files *files = context;
	(void)ret_unread;
	const char **paths = ARENA_ARRAY(files->arena, files->count + 1, const char *);
	size_t count = 0;
	for (size_t i = 0; paths && i < files->count; i++)
		if (fnmatch(pattern, files->files[i].path, FNM_PATHNAME | FNM_PERIOD) == 0)
			paths[count++] = files->files[i].path;
	*ret_paths = (struct path_list){ .paths = paths, .count = count };
	return LOAD_FOUND;
}

static enum load_status memory_probe(void *context, const char *name,
				     const struct source **ret_source,
				     const struct unread **ret_unread)
{
	return memory_read(context, name, ret_source, ret_unread);
}

static enum load_status memory_open(void *context, const char *path, struct stream *ret_stream,
				    const struct unread **ret_unread)
{
	(void)context;
	(void)path;
	(void)ret_stream;
	(void)ret_unread;
	return LOAD_ABSENT;
}

static inline struct loader memory_loader(struct memory_files *files)
{
	return (struct loader){
		.context = files,
		.arena = files->arena,
		.read = memory_read,
		.status = memory_status,
		.glob = memory_glob,
		.probe = memory_probe,
		.open = memory_open,
	};
}

#endif
