/* SPDX-License-Identifier: Apache-2.0
 *
 * How models get at a host's bytes without knowing what kind of target it is. audit/target/
 * implements it; tests give literal ones. Whatever is unreadable (not: absent) is noted by the
 * loader in its list of unread things, once; callers need not report it again.
 */
#ifndef RINGFENCE_BASE_LOADER_H
#define RINGFENCE_BASE_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/source.h"

enum load_status {
	LOAD_FOUND,
	/* Positively not there: ENOENT, ENOTDIR, no such probe file in a directory target that has
	 * the probe's program absent, ... */
	LOAD_ABSENT,
	/* May be there, but could not be read: permission, a limit, a FIFO, a link loop, no such
	 * probe in a directory target, out of memory, ... */
	LOAD_UNREADABLE,
};

enum file_kind {
	FILE_REGULAR,
	FILE_DIRECTORY,
	FILE_LINK,
	FILE_SOCKET,
	FILE_OTHER,
};

struct file_status {
	enum file_kind kind;
	uint32_t owner;
	uint32_t group;
	/* Permission bits with setuid, setgid, sticky: 07777. */
	uint32_t mode;
	uint64_t size_bytes;
	/* Seconds since 1970, UTC. */
	int64_t modified;
};

/* Absolute paths as the host knows them, sorted bytewise; NUL-terminated. */
struct path_list {
	const char *const *paths;
	size_t count;
};

/* Bytes of a file too large to hold, such as a log. */
struct stream {
	void *context;
	/* Up to SIZE bytes; 0 at the end, -1 on failure. */
	ssize_t (*read)(void *context, char *data, size_t size);
	void (*close)(void *context);
	/* A seekable descriptor of the same regular file for mmap(2), or -1. Owned by the stream.
	 */
	int fd;
	struct file_status status;
};

struct loader {
	void *context;
	/* What was loaded lives as long as this arena (the audit's). */
	struct arena *arena;
	/* The target is the machine that ringfence runs on: libraries that know no other, such as
	 * the journal's, may be asked. */
	bool is_this_machine;

	/* The target's files are copies that did not keep the owners and modes of the host. */
	bool modes_are_lost;

	/* A regular file, following links inside the target's root. A file over the size limit is
	 * given truncated, and noted. The same path gives the same source again, without reading
	 * twice. */
	enum load_status (*read)(void *context, const char *path, const struct source **ret_source,
				 const struct unread **ret_unread);
	/* lstat(2) when NOFOLLOW, else stat(2) inside the root. */
	enum load_status (*status)(void *context, const char *path, bool nofollow,
				   struct file_status *ret_status,
				   const struct unread **ret_unread);
	/* Paths that match a shell pattern (glob(3): '*', '?', '[...]', no braces, a leading dot
	 * must be matched explicitly), sorted as glob(3) does in the C locale. None is LOAD_FOUND
	 * with count 0; a directory on the way that can't be listed is LOAD_UNREADABLE, and
	 * *RET_PATHS has what was found all the same. */
	enum load_status (*glob)(void *context, const char *pattern, struct path_list *ret_paths,
				 const struct unread **ret_unread);
	/* The answer to a probe of the fixed list in audit/target/probe.c, by its name: "ss",
	 * "iptables-save", "asterisk/core-show-version". Its source has is_probe set and the
	 * command as path. LOAD_ABSENT: the program that would answer is not there. */
	enum load_status (*probe)(void *context, const char *name, const struct source **ret_source,
				  const struct unread **ret_unread);
	/* Opens PATH for streaming. */
	enum load_status (*open)(void *context, const char *path, struct stream *ret_stream,
				 const struct unread **ret_unread);
	/* Adds a row to the list of unread things, for what only a model can tell: a file of the
	 * right name that holds nothing, or not what it should. The texts are copied. May be NULL
	 * in tests: use loader_note. RET_UNREAD may be NULL. */
	void (*note)(void *context, const char *what, const char *why, const char *to_read_it,
		     const struct unread **ret_unread);
};

static inline enum load_status loader_read(const struct loader *loader, const char *path,
					   const struct source **ret_source,
					   const struct unread **ret_unread)
{
	return loader->read(loader->context, path, ret_source, ret_unread);
}

static inline enum load_status loader_status(const struct loader *loader, const char *path,
					     bool nofollow, struct file_status *ret_status,
					     const struct unread **ret_unread)
{
	return loader->status(loader->context, path, nofollow, ret_status, ret_unread);
}

static inline enum load_status loader_glob(const struct loader *loader, const char *pattern,
					   struct path_list *ret_paths,
					   const struct unread **ret_unread)
{
	return loader->glob(loader->context, pattern, ret_paths, ret_unread);
}

static inline enum load_status loader_probe(const struct loader *loader, const char *name,
					    const struct source **ret_source,
					    const struct unread **ret_unread)
{
	return loader->probe(loader->context, name, ret_source, ret_unread);
}

static inline enum load_status loader_open(const struct loader *loader, const char *path,
					   struct stream *ret_stream,
					   const struct unread **ret_unread)
{
	return loader->open(loader->context, path, ret_stream, ret_unread);
}

static inline void loader_note(const struct loader *loader, const char *what, const char *why,
			       const char *to_read_it)
{
	if (loader->note)
		loader->note(loader->context, what, why, to_read_it, NULL);
}

#endif
