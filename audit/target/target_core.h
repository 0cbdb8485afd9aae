/* SPDX-License-Identifier: Apache-2.0
 *
 * What every kind of target shares: the loader's bookkeeping (each file read once, each trouble
 * noted once) and shell patterns, over the few operations in which the kinds differ. Only
 * audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_TARGET_CORE_H
#define RINGFENCE_TARGET_TARGET_CORE_H

#include "audit/base/arena.h"
#include "audit/base/loader.h"
#include "audit/base/source.h"
#include "audit/base/text_map.h"
#include "audit/target/careful_read.h"
#include "audit/target/probe.h"
#include "audit/target/target.h"

/* Different files, patterns and troubles that are remembered; more than any host needs. */
#define TARGET_ENTRIES_MAX 400000
#define TARGET_UNREAD_MAX 10000
/* Most paths that one pattern may match. */
#define TARGET_GLOB_MAX 100000

/* What could not be had: all three as in struct unread. WHAT may be NULL: the path itself. */
struct target_trouble {
	const char *what;
	struct load_problem problem;
};

/* A file or probe answer as one kind of target gives it. */
struct target_bytes {
	struct slice bytes;
	struct file_status status;
	bool is_cut;
};

struct target_kind_operations {
	enum target_kind kind;
	/* A regular file, up to TARGET_FILE_BYTES_MAX, in secret memory of the arena. */
	enum load_status (*read)(struct target *target, const char *path,
				 struct target_bytes *ret_bytes, struct target_trouble *trouble);
	enum load_status (*status)(struct target *target, const char *path, bool nofollow,
				   struct file_status *ret_status, struct target_trouble *trouble);
	enum load_status (*list)(struct target *target, const char *path,
				 struct name_list *ret_names, struct target_trouble *trouble);
	enum load_status (*probe)(struct target *target, const struct probe *probe,
				  struct target_bytes *ret_bytes, struct target_trouble *trouble);
	enum load_status (*open)(struct target *target, const char *path, struct stream *ret_stream,
				 struct target_trouble *trouble);
	/* As target_fetch; NULL for kinds that answer at once. */
	bool (*fetch)(struct target *target, bool *ret_more, struct error *error);
	/* Frees what `state` holds outside the arena. */
	void (*close)(struct target *target);
};

struct target {
	struct arena *arena;
	struct target_options options;
	const struct target_kind_operations *operations;
	/* Of the kind. */
	void *state;
	const char *name;
	struct loader loader;
	/* What was asked before: struct target_entry by path and by the probe's name. */
	struct text_map files;
	struct text_map probes;
	const struct unread **unread;
	size_t unread_count;
	size_t unread_capacity;
};

/* A target in ARENA with its loader set up; NULL when memory is short (*ERROR). */
struct target *target_core_new(struct arena *arena, const struct target_options *options,
			       const struct target_kind_operations *operations,
			       struct error *error) MUST_CHECK;

/* Notes what could not be had, once for each WHAT. NULL only when memory is short: then the loader
 * has a row that says so. */
const struct unread *target_core_note(struct target *target, const char *what, const char *why,
				      const char *to_read_it);

/* LOAD_UNREADABLE, and in *TROUBLE that the running Asterisk may not be asked. */
enum load_status target_core_refuse_cli(struct target_trouble *trouble);

/* Forgets what was answered and noted, for a new round of the same questions. */
void target_core_forget(struct target *target);

#endif
