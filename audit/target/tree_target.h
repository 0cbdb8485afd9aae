/* SPDX-License-Identifier: Apache-2.0
 *
 * A tree of files that is, or was copied from, the root of a host: a mounted image, a backup, an
 * archive, or a copy of /etc alone. What only a running host knows is in its probes/. Only
 * audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_TREE_TARGET_H
#define RINGFENCE_TARGET_TREE_TARGET_H

#include "audit/target/file_modes.h"
#include "audit/target/file_tree.h"
#include "audit/target/memory_tree.h"

/* How the files of the tree are had; paths as below the tree's root. */
struct tree_operations {
	enum load_status (*read)(struct target *target, const char *path,
				 struct target_bytes *ret_bytes, struct target_trouble *trouble);
	enum load_status (*status)(struct target *target, const char *path, bool nofollow,
				   struct file_status *ret_status, struct target_trouble *trouble);
	enum load_status (*list)(struct target *target, const char *path,
				 struct name_list *ret_names, struct target_trouble *trouble);
	enum load_status (*open)(struct target *target, const char *path, struct stream *ret_stream,
				 struct target_trouble *trouble);
};

/* The `state` of the targets below; file_tree.h wants its struct first. */
struct tree_target {
	struct file_tree files;
	const struct tree_operations *operations;
	/* The folder is a copy of /etc itself: "/etc/ssh" is at "/ssh". */
	bool is_etc;
	/* The host's own owners and modes, where somebody noted them. */
	struct file_modes modes;
};

/* Looks what the tree is, names the target (by PATH when nothing in the tree does) and reads the
 * noted modes. `state` must have its operations. False: memory is short. */
bool tree_target_begin(struct target *target, const char *path) MUST_CHECK;

/* The operations of a target whose state begins with a struct tree_target. A file that the tree
 * has not is absent from the host only where the tree would have it. */
enum load_status tree_target_read(struct target *target, const char *path,
				  struct target_bytes *ret_bytes, struct target_trouble *trouble);
enum load_status tree_target_status(struct target *target, const char *path, bool nofollow,
				    struct file_status *ret_status, struct target_trouble *trouble);
enum load_status tree_target_list(struct target *target, const char *path,
				  struct name_list *ret_names, struct target_trouble *trouble);
enum load_status tree_target_open(struct target *target, const char *path,
				  struct stream *ret_stream, struct target_trouble *trouble);
enum load_status tree_target_probe(struct target *target, const struct probe *probe,
				   struct target_bytes *ret_bytes, struct target_trouble *trouble);

#endif
