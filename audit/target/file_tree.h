/* SPDX-License-Identifier: Apache-2.0
 *
 * The file operations of targets whose files are below a folder of this machine: "/" itself, or a
 * copy of another host's tree. Only audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_FILE_TREE_H
#define RINGFENCE_TARGET_FILE_TREE_H

#include "audit/target/target_core.h"

struct file_tree {
	/* The folder that counts as "/". */
	int root;
};

/* A target's `state` must begin with its struct file_tree. */
enum load_status file_tree_read(struct target *target, const char *path,
				struct target_bytes *ret_bytes, struct target_trouble *trouble);
enum load_status file_tree_status(struct target *target, const char *path, bool nofollow,
				  struct file_status *ret_status, struct target_trouble *trouble);
enum load_status file_tree_list(struct target *target, const char *path,
				struct name_list *ret_names, struct target_trouble *trouble);
enum load_status file_tree_open(struct target *target, const char *path, struct stream *ret_stream,
				struct target_trouble *trouble);

/* Opens the folder PATH as a root; -1 with *ERROR. */
int file_tree_open_root(const char *path, struct error *error) MUST_CHECK;

#endif
