/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs and libraries that processes still run although an update has replaced them.
 */
#include "audit/kernel/system_parts.h"

/* A host of a thousand processes whose C library was replaced has some tens of thousands of lines;
 * each process counts once a file. */
#define STALE_MAX 20000

/* Where programs and libraries live; deleted files elsewhere are caches, shared memory, data. */
static bool is_program_file(struct slice path)
{
	static const char *const folders[] = { "/usr/", "/lib", "/bin/", "/sbin/", "/opt/" };
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (slice_starts_with(path, folders[i]))
			return !slice_starts_with(path, "/usr/share/") &&
			       !slice_ends_with(path, ".mo");
	return false;
}

/* "/proc/812/maps:7f00-7f01 r-xp 0 08:01 42   /usr/lib/libssl.so.3 (deleted)" */
static bool parse_line(struct slice line, uint64_t *ret_pid, struct slice *ret_path)
{
	static const char end_mark[] = " (deleted)";
	struct slice rest = line, pid;
	if (!slice_starts_with(line, "/proc/") || !slice_ends_with(line, end_mark))
		return false;
	rest = slice_from(rest, strlen("/proc/"));
	pid = slice_part(rest, 0, slice_find_byte(rest, '/'));
	size_t colon = slice_find_byte(rest, ':');
	rest = slice_from(rest, colon + 1);
	size_t slash = slice_find_byte(rest, '/');
	if (slash == rest.size || !slice_to_uint64(pid, ret_pid))
		return false;
	rest = slice_from(rest, slash);
	*ret_path = slice_part(rest, 0, rest.size - strlen(end_mark));
	return true;
}

static bool is_known(const struct system_stale *items, size_t count, uint64_t pid,
		     struct slice path)
{
	/* The lines of a process stand together. */
	for (size_t i = count; i > 0 && items[i - 1].pid == pid; i--)
		if (slice_equal(items[i - 1].path, path))
			return true;
	return false;
}

bool system_stale_load(const struct loader *loader, struct system_model *model)
{
	const struct source *source;
	struct system_stale *items = NULL;
	size_t count = 0, capacity = 0;
	enum load_status status =
		loader_probe(loader, "deleted-files", &source, &model->stale_unread);
	model->stale_state = system_state(status);
	struct slice rest = status == LOAD_FOUND ? source->bytes : SLICE(""), line;
	while (slice_next_line(&rest, &line)) {
		uint64_t pid;
		struct slice path;
		if (!parse_line(line, &pid, &path) || pid > UINT32_MAX || !is_program_file(path) ||
		    is_known(items, count, pid, path) || count == STALE_MAX)
			continue;
		struct system_stale *grown =
			arena_grow(loader->arena, items, count, &capacity, sizeof(*grown));
		if (!grown)
			return false;
		items = grown;
		grown[count++] = (struct system_stale){
			.pid = (uint32_t)pid,
			.path = path,
			.origin = origin_of(source, line),
		};
	}
	model->stale = items;
	model->stale_count = count;
	return true;
}
