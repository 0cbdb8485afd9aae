/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder of this machine as the root of a host.
 */
#include <unistd.h>

#include "audit/target/tree_target.h"

static void directory_close(struct target *target)
{
	struct tree_target *tree = target->state;
	if (tree->files.root >= 0)
		(void)close(tree->files.root);
	tree->files.root = -1;
}

static const struct tree_operations directory_tree = {
	.read = file_tree_read,
	.status = file_tree_status,
	.list = file_tree_list,
	.open = file_tree_open,
};

static const struct target_kind_operations directory_operations = {
	.kind = TARGET_DIRECTORY,
	.read = tree_target_read,
	.status = tree_target_status,
	.list = tree_target_list,
	.probe = tree_target_probe,
	.open = tree_target_open,
	.close = directory_close,
};

struct target *target_open_directory(struct arena *arena, const char *path,
				     const struct target_options *options, struct error *error)
{
	struct target *target = target_core_new(arena, options, &directory_operations, error);
	struct tree_target *tree = ARENA_NEW(arena, struct tree_target);
	if (!target || !tree) {
		error_memory(error);
		return NULL;
	}
	target->state = tree;
	tree->operations = &directory_tree;
	tree->files.root = file_tree_open_root(path, error);
	if (tree->files.root < 0)
		return NULL;
	if (!tree_target_begin(target, path)) {
		target_close(target);
		error_memory(error);
		return NULL;
	}
	return target;
}
