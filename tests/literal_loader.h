/* SPDX-License-Identifier: Apache-2.0
 *
 * A loader over literal texts, for tests of models: files and probe answers by name, everything
 * else absent (a file) or unreadable (a probe). For tests only.
 */
#ifndef RINGFENCE_TESTS_LITERAL_LOADER_H
#define RINGFENCE_TESTS_LITERAL_LOADER_H

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/loader.h"
#include "audit/target/probe.h"

#define LITERAL_FILES_MAX 64

struct literal_file {
	struct source source;
	struct file_status status;
	bool is_unreadable;
};

struct literal_loader {
	struct loader loader;
	struct literal_file files[LITERAL_FILES_MAX];
	size_t count;
};

static const struct unread literal_unread = {
	.what = "a literal",
	.why = "permission denied",
	.to_read_it = "run as root",
};

static inline struct literal_file *literal_find(struct literal_loader *literal, const char *name)
{
	for (size_t i = 0; i < literal->count; i++)
		if (strcmp(literal->files[i].source.path, name) == 0)
			return &literal->files[i];
	return NULL;
}

static inline enum load_status literal_read(void *context, const char *path,
					    const struct source **ret_source,
					    const struct unread **ret_unread)
{
	struct literal_file *file = literal_find(context, path);
	if (!file)
		return LOAD_ABSENT;
	if (file->is_unreadable || file->status.kind != FILE_REGULAR) {
		*ret_unread = &literal_unread;
		return LOAD_UNREADABLE;
	}
	*ret_source = &file->source;
	return LOAD_FOUND;
}

static inline enum load_status literal_status(void *context, const char *path, bool nofollow,
					      struct file_status *ret_status,
					      const struct unread **ret_unread)
{
	(void)nofollow;
	(void)ret_unread;
	const struct literal_file *file = literal_find(context, path);
	if (!file)
		return LOAD_ABSENT;
	*ret_status = file->status;
	return LOAD_FOUND;
}

static inline int literal_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static inline enum load_status literal_glob(void *context, const char *pattern,
					    struct path_list *ret_paths,
					    const struct unread **ret_unread)
{
	(void)ret_unread;
	struct literal_loader *literal = context;
	const char **paths = ARENA_ARRAY(literal->loader.arena, LITERAL_FILES_MAX, const char *);
	size_t count = 0;
	for (size_t i = 0; paths && i < literal->count; i++)
		if (fnmatch(pattern, literal->files[i].source.path, FNM_PERIOD | FNM_PATHNAME) == 0)
			paths[count++] = literal->files[i].source.path;
	if (count > 0)
		qsort(paths, count, sizeof(*paths), literal_compare);
	*ret_paths = (struct path_list){ .paths = paths, .count = count };
	return LOAD_FOUND;
}

static inline enum load_status literal_probe(void *context, const char *name,
					     const struct source **ret_source,
					     const struct unread **ret_unread)
{
	struct literal_file *file = literal_find(context, name);
	const struct probe *probe = probe_find(name);
	if (!file && probe && probe->is_optional)
		return LOAD_ABSENT;
	if (!file || file->is_unreadable) {
		*ret_unread = &literal_unread;
		return LOAD_UNREADABLE;
	}
	file->source.is_probe = true;
	*ret_source = &file->source;
	return LOAD_FOUND;
}

static inline enum load_status literal_open(void *context, const char *path,
					    struct stream *ret_stream,
					    const struct unread **ret_unread)
{
	(void)context;
	(void)path;
	(void)ret_stream;
	(void)ret_unread;
	return LOAD_ABSENT;
}

static inline void literal_loader_init(struct literal_loader *literal)
{
	memset(literal, 0, sizeof(*literal));
	literal->loader = (struct loader){
		.context = literal,
		.arena = arena_new(0),
		.read = literal_read,
		.status = literal_status,
		.glob = literal_glob,
		.probe = literal_probe,
		.open = literal_open,
	};
	if (!literal->loader.arena)
		abort();
}

/* PATH of a file ("/etc/passwd") or name of a probe ("ss"). The texts are not copied. Regular, mode
 * 0644, root's. Returns it, to be changed. */
static inline struct literal_file *literal_loader_add(struct literal_loader *literal,
						      const char *path, const char *text)
{
	if (literal->count == LITERAL_FILES_MAX)
		abort();
	struct literal_file *file = &literal->files[literal->count++];
	*file = (struct literal_file){
		.source = { .path = path,
			    .bytes = { .data = text, .size = strlen(text) },
			    .mode = 0644 },
		.status = { .kind = FILE_REGULAR, .mode = 0644, .size_bytes = strlen(text) },
	};
	return file;
}

static inline void literal_loader_done(struct literal_loader *literal)
{
	arena_free(literal->loader.arena);
}

#endif
