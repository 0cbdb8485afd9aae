/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/file_modes.h"

#include <stdlib.h>

/* Files noted: what the probe's command finds on a large host. */
#define FILE_MODES_MAX 500000

struct file_mode {
	struct slice path;
	uint32_t owner;
	uint32_t group;
	uint32_t mode;
};

static int compare_paths(const void *a, const void *b)
{
	return slice_compare(((const struct file_mode *)a)->path,
			     ((const struct file_mode *)b)->path);
}

static bool to_id(struct slice text, uint32_t *ret_id)
{
	uint64_t value;
	if (!slice_to_uint64(text, &value) || value > UINT32_MAX)
		return false;
	*ret_id = (uint32_t)value;
	return true;
}

static bool parse_line(struct slice line, struct file_mode *ret_mode)
{
	struct slice mode, owner, group;
	if (!slice_next_word(&line, &mode) || !slice_next_word(&line, &owner) ||
	    !slice_next_word(&line, &group) || line.size < 2)
		return false;
	/* One blank, then the path, which may begin or end with blanks. */
	ret_mode->path = slice_from(line, 1);
	if (!slice_to_octal(mode, 5, &ret_mode->mode))
		return false;
	ret_mode->mode &= 07777;
	return to_id(owner, &ret_mode->owner) && to_id(group, &ret_mode->group) &&
	       ret_mode->path.data[0] == '/';
}

bool file_modes_read(struct slice bytes, struct arena *arena, struct file_modes *ret_modes)
{
	struct file_modes modes = { .items = NULL };
	size_t capacity = 0;
	struct slice line;
	while (slice_next_line(&bytes, &line)) {
		struct file_mode mode;
		if (!parse_line(line, &mode) || modes.count == FILE_MODES_MAX)
			continue;
		struct file_mode *items =
			arena_grow(arena, modes.items, modes.count, &capacity, sizeof(*items));
		if (!items)
			return false;
		modes.items = items;
		items[modes.count++] = mode;
	}
	if (modes.count > 0)
		qsort(modes.items, modes.count, sizeof(*modes.items), compare_paths);
	*ret_modes = modes;
	return true;
}

void file_modes_apply(const struct file_modes *modes, const char *path, struct file_status *status)
{
	const struct file_mode wanted = { .path = slice_of(path) };
	if (modes->count == 0)
		return;
	const struct file_mode *found =
		bsearch(&wanted, modes->items, modes->count, sizeof(wanted), compare_paths);
	if (!found)
		return;
	status->owner = found->owner;
	status->group = found->group;
	status->mode = found->mode;
}
