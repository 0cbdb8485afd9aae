/* SPDX-License-Identifier: Apache-2.0
 *
 * A tree of files held in memory: what an archive unpacks to. Nothing of it ever touches a disk,
 * and its links lead nowhere but into itself. Only audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_MEMORY_TREE_H
#define RINGFENCE_TARGET_MEMORY_TREE_H

#include "audit/base/text_map.h"
#include "audit/target/target_core.h"

struct memory_file {
	struct file_status status;
	/* FILE_REGULAR. */
	struct slice bytes;
	bool is_cut;
	/* FILE_LINK: where it leads, NUL-terminated. */
	const char *link;
	const char *name;
	/* FILE_DIRECTORY. */
	struct memory_file *first_child;
	struct memory_file *next_sibling;
};

struct memory_tree {
	struct arena *arena;
	/* struct memory_file by absolute path without "." and ".."; "" is the root. */
	struct text_map files;
};

bool memory_tree_init(struct memory_tree *tree, struct arena *arena) MUST_CHECK;

/* Puts FILE at PATH ("etc/passwd", "./etc/passwd", "/etc/passwd"); the folders above it are made
 * when they are not there yet. What FILE points to must live as long as the arena. A file that is
 * there already is replaced (as tar(1) does), a folder keeps what is in it. False: PATH leads out
 * of the tree or through something that is no folder (*RET_WHY), or memory is short (NULL). */
bool memory_tree_add(struct memory_tree *tree, struct slice path, const struct memory_file *file,
		     const char **ret_why) MUST_CHECK;

/* The file at PATH below the folder ROOT of the tree ("" for all of it), following links, the last
 * one only when FOLLOW. NULL with *RET_STATUS: absent, or unreadable (a loop of links) with
 * *PROBLEM. */
const struct memory_file *memory_tree_find(const struct memory_tree *tree, const char *root,
					   const char *path, bool follow,
					   enum load_status *ret_status,
					   struct load_problem *problem);

/* A stream over BYTES, which must outlive it. LOAD_UNREADABLE: memory is short (*PROBLEM). */
enum load_status memory_stream(struct slice bytes, const struct file_status *status,
			       struct stream *ret_stream, struct load_problem *problem);

#endif
