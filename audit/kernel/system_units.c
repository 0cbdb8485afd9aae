/* SPDX-License-Identifier: Apache-2.0
 *
 * What starts at boot and what runs: systemd's unit files, their links, and the manager's list of
 * active units; on older hosts the links of the runlevels.
 */
#include <stdlib.h>

#include "audit/base/buffer.h"
#include "audit/kernel/system_parts.h"

/* A large host has some hundreds. */
#define UNITS_MAX 20000

struct unit_list {
	const struct loader *loader;
	struct system_unit *items;
	size_t count;
	size_t capacity;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static struct system_unit *find_unit(const struct unit_list *list, struct slice name)
{
	for (size_t i = 0; i < list->count; i++)
		if (slice_equal(list->items[i].name, name))
			return &list->items[i];
	return NULL;
}

/* The unit NAME, made when it is not there yet; NULL when memory is short. NAME must live as long
 * as the model. */
static struct system_unit *add_unit(struct unit_list *list, struct slice name)
{
	struct system_unit *known = find_unit(list, name);
	if (known)
		return known;
	if (list->count == UNITS_MAX)
		return &list->items[UNITS_MAX - 1];
	struct system_unit *items = arena_grow(list->loader->arena, list->items, list->count,
					       &list->capacity, sizeof(*items));
	if (!items)
		return NULL;
	list->items = items;
	items[list->count] = (struct system_unit){ .name = name };
	return &items[list->count++];
}

static bool is_unit_name(const char *name)
{
	struct slice text = slice_of(name);
	return slice_ends_with(text, ".service") || slice_ends_with(text, ".socket") ||
	       slice_ends_with(text, ".timer");
}

/* An origin that names a file which was not read. */
static struct origin origin_of_path(const struct loader *loader, const char *path)
{
	struct source *source = ARENA_NEW(loader->arena, struct source);
	if (source)
		source->path = path;
	return (struct origin){ .source = source };
}

/* `systemctl mask` links a unit to /dev/null. */
static bool is_masked(const struct loader *loader, const char *path)
{
	struct file_status status;
	const struct unread *unread;
	return loader_status(loader, path, false, &status, &unread) == LOAD_FOUND &&
	       status.kind == FILE_OTHER;
}

/* Unit files, each known as such; then the links in *.wants and *.requires folders, which are what
 * `systemctl enable` makes. Those below /usr/lib are the vendor's and always on. */
static bool add_unit_files(struct unit_list *list, const char *pattern, bool are_links)
{
	struct path_list paths = { .count = 0 };
	const struct unread *unread;
	(void)loader_glob(list->loader, pattern, &paths, &unread);
	for (size_t i = 0; i < paths.count; i++) {
		const char *name = base_name(paths.paths[i]);
		if (!is_unit_name(name))
			continue;
		struct system_unit *unit = add_unit(list, slice_of(name));
		if (!unit)
			return false;
		if (are_links)
			unit->is_enabled = true;
		if (are_links || !unit->origin.source)
			unit->origin = origin_of_path(list->loader, paths.paths[i]);
	}
	return true;
}

/* A masked unit is started by nothing, whatever links are left. */
static void apply_masks(struct unit_list *list)
{
	struct path_list paths = { .count = 0 };
	const struct unread *unread;
	(void)loader_glob(list->loader, "/etc/systemd/system/*", &paths, &unread);
	for (size_t i = 0; i < paths.count; i++) {
		struct system_unit *unit = find_unit(list, slice_of(base_name(paths.paths[i])));
		if (unit && unit->is_enabled && is_masked(list->loader, paths.paths[i]))
			unit->is_enabled = false;
	}
}

static bool add_systemd_files(struct unit_list *list)
{
	static const char *const files[] = { "/etc/systemd/system/*", "/usr/lib/systemd/system/*",
					     "/lib/systemd/system/*" };
	static const char *const links[] = {
		"/etc/systemd/system/*.wants/*",
		"/etc/systemd/system/*.requires/*",
		"/usr/lib/systemd/system/*.wants/*",
		"/lib/systemd/system/*.wants/*",
	};
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (!add_unit_files(list, files[i], false))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (!add_unit_files(list, links[i], true))
			return false;
	apply_masks(list);
	return true;
}

/* Lines "name load active sub description" of `systemctl list-units --all`. */
static bool add_active(struct unit_list *list, const struct source *source)
{
	struct slice rest = source->bytes, line, name, load, active;
	while (slice_next_line(&rest, &line)) {
		struct slice words = line;
		/* Without --plain a failed unit has a mark of its own in front. */
		if (!slice_next_word(&words, &name))
			continue;
		if (slice_find_byte(name, '.') == name.size && !slice_next_word(&words, &name))
			continue;
		if (!slice_next_word(&words, &load) || !slice_next_word(&words, &active))
			continue;
		if (slice_is(load, "not-found") && !find_unit(list, name))
			continue;
		struct system_unit *unit = add_unit(list, name);
		if (!unit)
			return false;
		unit->active_known = true;
		unit->is_active = slice_is(active, "active") || slice_is(active, "reloading");
		if (slice_is(load, "masked"))
			unit->is_enabled = false;
		if (!unit->origin.source)
			unit->origin = origin_of(source, line);
	}
	/* What the manager has not loaded does not run. */
	for (size_t i = 0; i < list->count; i++)
		list->items[i].active_known = true;
	return true;
}

/* "/etc/rc3.d/S55sshd" starts the script "sshd". */
static bool add_runlevels(struct unit_list *list, bool has_systemd)
{
	static const char *const patterns[] = { "/etc/init.d/*", "/etc/rc.d/init.d/*",
						"/etc/rc[2345].d/S[0-9][0-9]*",
						"/etc/rc.d/rc[2345].d/S[0-9][0-9]*" };
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		bool are_links = i >= 2;
		struct path_list paths = { .count = 0 };
		const struct unread *unread;
		(void)loader_glob(list->loader, patterns[i], &paths, &unread);
		for (size_t j = 0; j < paths.count; j++) {
			const char *script = base_name(paths.paths[j]) + (are_links ? 3 : 0);
			BUFFER_AUTO text = { 0 };
			buffer_format(&text, "%s.service", script);
			const char *name = buffer_keep(&text, list->loader->arena);
			if (!name)
				return false;
			struct system_unit *known = find_unit(list, slice_of(name));
			/* systemd runs a script only where no unit of its name is. */
			if (known && has_systemd && !known->is_sysv)
				continue;
			struct system_unit *unit = known ? known : add_unit(list, slice_of(name));
			if (!unit)
				return false;
			unit->is_sysv = true;
			unit->is_enabled |= are_links;
			unit->origin = origin_of_path(list->loader, paths.paths[j]);
		}
	}
	return true;
}

bool system_units_load(const struct loader *loader, struct system_model *model)
{
	struct unit_list list = { .loader = loader };
	const struct source *source;
	model->units_state = FACT_PRESENT;
	if (!add_systemd_files(&list) || !add_runlevels(&list, model->has_systemd))
		return false;
	if (model->has_systemd &&
	    loader_probe(loader, "units", &source, &model->units_unread) == LOAD_FOUND &&
	    !add_active(&list, source))
		return false;
	model->units = list.items;
	model->unit_count = list.count;
	return true;
}
