/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/memory_tree.h"

#include <stdlib.h>

#include "audit/base/buffer.h"

/* PATH_MAX of Linux, and more parts than any of its paths has. */
#define MEMORY_PATH_BYTES_MAX 4096
#define MEMORY_PARTS_MAX 256

bool memory_tree_init(struct memory_tree *tree, struct arena *arena)
{
	*tree = (struct memory_tree){ .arena = arena, .files = { .arena = arena } };
	struct memory_file *root = ARENA_NEW(arena, struct memory_file);
	if (!root)
		return false;
	root->status = (struct file_status){ .kind = FILE_DIRECTORY, .mode = 0755 };
	root->name = "";
	return text_map_put(&tree->files, SLICE(""), root);
}

/* Adds NAME to the folder PARENT, under the whole path PATH. */
static struct memory_file *new_file(struct memory_tree *tree, struct memory_file *parent,
				    struct slice path, struct slice name)
{
	struct memory_file *file = ARENA_NEW(tree->arena, struct memory_file);
	if (!file)
		return NULL;
	file->name = slice_to_string(tree->arena, name);
	if (!file->name || !text_map_put(&tree->files, path, file))
		return NULL;
	file->next_sibling = parent->first_child;
	parent->first_child = file;
	return file;
}

static void set_file(struct memory_file *old, const struct memory_file *new)
{
	struct memory_file kept = *old;
	*old = *new;
	old->name = kept.name;
	old->next_sibling = kept.next_sibling;
	/* A folder keeps its files; something else in its place hides them, as on a disk. */
	old->first_child = new->status.kind == FILE_DIRECTORY ? kept.first_child : NULL;
}

bool memory_tree_add(struct memory_tree *tree, struct slice path, const struct memory_file *file,
		     const char **ret_why)
{
	BUFFER_AUTO whole = { 0 };
	struct memory_file *at = text_map_find(&tree->files, SLICE(""));
	struct slice rest = path, part;
	*ret_why = NULL;
	while (slice_next_field(&rest, '/', &part)) {
		if (part.size == 0 || slice_is(part, "."))
			continue;
		*ret_why = slice_is(part, "..") ? "a path that leads upwards" : NULL;
		if (!*ret_why && memchr(part.data, '\0', part.size))
			*ret_why = "a path with a NUL byte";
		if (!*ret_why && at->status.kind != FILE_DIRECTORY)
			*ret_why = "a path through something that is no folder";
		if (!*ret_why && whole.size + part.size + 1 > MEMORY_PATH_BYTES_MAX)
			*ret_why = "a path longer than any of Linux";
		if (*ret_why)
			return false;
		buffer_append_byte(&whole, '/');
		buffer_append_slice(&whole, part);
		if (buffer_failed(&whole))
			return false;
		struct memory_file *next = text_map_find(&tree->files, buffer_slice(&whole));
		if (!next) {
			next = new_file(tree, at, buffer_slice(&whole), part);
			if (!next)
				return false;
			next->status = (struct file_status){ .kind = FILE_DIRECTORY, .mode = 0755 };
		}
		at = next;
	}
	if (whole.size > 0 || file->status.kind == FILE_DIRECTORY)
		set_file(at, file);
	return true;
}

/* Parts of a path still to be walked, the next one last. */
struct walk {
	struct slice parts[MEMORY_PARTS_MAX];
	size_t count;
	struct buffer at;
	unsigned int links;
};

/* Puts the parts of PATH before those that are left. False: too many. */
static bool push_parts(struct walk *walk, const char *path)
{
	struct slice rest = slice_of(path), part;
	size_t first = walk->count;
	while (slice_next_field(&rest, '/', &part)) {
		if (part.size == 0 || slice_is(part, "."))
			continue;
		if (walk->count == MEMORY_PARTS_MAX)
			return false;
		walk->parts[walk->count++] = part;
	}
	for (size_t i = first, j = walk->count; i + 1 < j; i++) {
		struct slice swapped = walk->parts[i];
		walk->parts[i] = walk->parts[--j];
		walk->parts[j] = swapped;
	}
	return true;
}

static void go_up(struct walk *walk, size_t root_size)
{
	size_t slash = slice_find_last_byte(buffer_slice(&walk->at), '/');
	if (walk->at.size > root_size && slash < walk->at.size)
		walk->at.size = slash;
}

static const struct memory_file *walk_on(const struct memory_tree *tree, struct walk *walk,
					 const char *root, bool follow,
					 enum load_status *ret_status, struct load_problem *problem)
{
	size_t root_size = strlen(root);
	const struct memory_file *file = NULL;
	*ret_status = LOAD_ABSENT;
	while (walk->count > 0) {
		struct slice part = walk->parts[--walk->count];
		if (slice_is(part, "..")) {
			go_up(walk, root_size);
			continue;
		}
		size_t before = walk->at.size;
		buffer_append_byte(&walk->at, '/');
		buffer_append_slice(&walk->at, part);
		file = buffer_failed(&walk->at)
			       ? NULL
			       : text_map_find(&tree->files, buffer_slice(&walk->at));
		if (!file)
			return NULL;
		if (file->status.kind != FILE_LINK || (walk->count == 0 && !follow))
			continue;
		if (++walk->links > CAREFUL_LINKS_MAX || !push_parts(walk, file->link)) {
			*ret_status = LOAD_UNREADABLE;
			*problem = (struct load_problem){ "too many links on the way", "" };
			return NULL;
		}
		walk->at.size = file->link[0] == '/' ? root_size : before;
	}
	file = text_map_find(&tree->files, buffer_slice(&walk->at));
	*ret_status = file ? LOAD_FOUND : LOAD_ABSENT;
	return file;
}

const struct memory_file *memory_tree_find(const struct memory_tree *tree, const char *root,
					   const char *path, bool follow,
					   enum load_status *ret_status,
					   struct load_problem *problem)
{
	struct walk walk = { .count = 0 };
	buffer_init(&walk.at);
	buffer_append_string(&walk.at, root);
	const struct memory_file *file = NULL;
	*ret_status = LOAD_ABSENT;
	if (push_parts(&walk, path))
		file = walk_on(tree, &walk, root, follow, ret_status, problem);
	buffer_done(&walk.at);
	return file;
}

struct memory_reader {
	struct slice rest;
};

static ssize_t read_memory(void *context, char *data, size_t size)
{
	struct memory_reader *reader = context;
	size_t taken = size < reader->rest.size ? size : reader->rest.size;
	if (taken > 0)
		memcpy(data, reader->rest.data, taken);
	reader->rest = slice_from(reader->rest, taken);
	return (ssize_t)taken;
}

static void close_memory(void *context)
{
	free(context);
}

enum load_status memory_stream(struct slice bytes, const struct file_status *status,
			       struct stream *ret_stream, struct load_problem *problem)
{
	struct memory_reader *reader = malloc(sizeof(*reader));
	if (!reader) {
		*problem = (struct load_problem){ "out of memory", "" };
		return LOAD_UNREADABLE;
	}
	*reader = (struct memory_reader){ .rest = bytes };
	*ret_stream = (struct stream){
		.context = reader,
		.read = read_memory,
		.close = close_memory,
		.fd = -1,
		.status = *status,
	};
	return LOAD_FOUND;
}
