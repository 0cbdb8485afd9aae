/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/kernel/unit_settings.h"

#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* A unit of a package has some fifty lines. */
#define UNIT_SETTINGS_MAX 10000

/* Where units are, the first folder first (systemd.unit(5), table 1; /run is not kept). */
static const char *const unit_folders[] = {
	"/etc/systemd/system",
	"/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",
	"/lib/systemd/system",
};

struct unit_reading {
	const struct loader *loader;
	struct unit_setting *items;
	size_t count;
	size_t capacity;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static bool add_setting(struct unit_reading *reading, struct unit_setting setting)
{
	if (reading->count == UNIT_SETTINGS_MAX)
		return true;
	struct unit_setting *items = arena_grow(reading->loader->arena, reading->items,
						reading->count, &reading->capacity, sizeof(*items));
	if (!items)
		return false;
	reading->items = items;
	items[reading->count++] = setting;
	return true;
}

/* The line with the continuations behind it, which systemd joins with a blank; comment lines among
 * them count as nothing. *LINE is replaced by a copy where there are any. */
static bool join_lines(const struct loader *loader, struct slice *rest, struct slice *line)
{
	if (!slice_ends_with(*line, "\\"))
		return true;
	BUFFER_AUTO text = { 0 };
	struct slice next = *line;
	bool is_more = true;
	while (is_more) {
		is_more = slice_ends_with(next, "\\");
		buffer_append(&text, next.data, next.size - (is_more ? 1 : 0));
		if (is_more)
			buffer_append_byte(&text, ' ');
		do
			is_more = is_more && slice_next_line(rest, &next);
		while (is_more && (slice_starts_with(slice_trim_left(next), "#") ||
				   slice_starts_with(slice_trim_left(next), ";")));
	}
	char *copy = slice_to_string(loader->arena, buffer_slice(&text));
	*line = slice_of(copy);
	return copy && !buffer_failed(&text);
}

static bool read_source(struct unit_reading *reading, const struct source *source)
{
	struct slice rest = source->bytes, line, section = SLICE("");
	while (slice_next_line(&rest, &line)) {
		struct origin origin = origin_of(source, line);
		line = slice_trim(line);
		if (line.size == 0 || line.data[0] == '#' || line.data[0] == ';')
			continue;
		if (line.data[0] == '[' && slice_ends_with(line, "]")) {
			section = slice_part(line, 1, line.size - 2);
			continue;
		}
		if (!join_lines(reading->loader, &rest, &line))
			return false;
		size_t equals = slice_find_byte(line, '=');
		struct unit_setting setting = {
			.section = section,
			.key = slice_trim(slice_part(line, 0, equals)),
			.value = slice_trim(slice_from(line, equals + 1)),
			.origin = origin,
		};
		if (equals < line.size && !add_setting(reading, setting))
			return false;
	}
	return true;
}

static int compare_base_names(const void *a, const void *b)
{
	return strcmp(base_name(*(const char *const *)a), base_name(*(const char *const *)b));
}

/* Adds the drop-ins of FOLDER that no earlier folder has under the same name. */
static bool add_drop_ins(const struct loader *loader, const char *folder, const char *name,
			 const char ***paths, size_t *count, size_t *capacity)
{
	BUFFER_AUTO pattern = { 0 };
	buffer_format(&pattern, "%s/%s.d/*.conf", folder, name);
	struct path_list found = { .count = 0 };
	const struct unread *unread;
	(void)loader_glob(loader, buffer_string(&pattern), &found, &unread);
	for (size_t i = 0; i < found.count; i++) {
		bool is_masked = false;
		for (size_t j = 0; j < *count && !is_masked; j++)
			is_masked = strcmp(base_name((*paths)[j]), base_name(found.paths[i])) == 0;
		if (is_masked)
			continue;
		const char **grown =
			arena_grow(loader->arena, *paths, *count, capacity, sizeof(*grown));
		if (!grown)
			return false;
		*paths = grown;
		grown[(*count)++] = found.paths[i];
	}
	return true;
}

static bool read_drop_ins(struct unit_reading *reading, const char *name)
{
	const char **paths = NULL;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < ARRAY_SIZE(unit_folders); i++)
		if (!add_drop_ins(reading->loader, unit_folders[i], name, &paths, &count,
				  &capacity))
			return false;
	if (count > 0)
		qsort(paths, count, sizeof(*paths), compare_base_names);
	for (size_t i = 0; i < count; i++) {
		const struct source *source;
		const struct unread *unread;
		if (loader_read(reading->loader, paths[i], &source, &unread) == LOAD_FOUND &&
		    !read_source(reading, source))
			return false;
	}
	return true;
}

bool unit_settings_load(const struct loader *loader, const char *name,
			struct unit_settings *ret_settings)
{
	struct unit_reading reading = { .loader = loader };
	struct unit_settings settings = { .state = FACT_ABSENT, .name = name };
	for (size_t i = 0; i < ARRAY_SIZE(unit_folders) && settings.state == FACT_ABSENT; i++) {
		BUFFER_AUTO path = { 0 };
		buffer_format(&path, "%s/%s", unit_folders[i], name);
		const struct source *source;
		switch (loader_read(loader, buffer_string(&path), &source, &settings.unread)) {
		case LOAD_FOUND:
			settings.state = FACT_PRESENT;
			if (!read_source(&reading, source))
				return false;
			break;
		case LOAD_UNREADABLE:
			settings.state = FACT_UNREADABLE;
			break;
		case LOAD_ABSENT:
			break;
		}
	}
	if (settings.state == FACT_PRESENT && !read_drop_ins(&reading, name))
		return false;
	settings.items = reading.items;
	settings.count = reading.count;
	*ret_settings = settings;
	return true;
}

const struct unit_setting *unit_settings_find(const struct unit_settings *settings,
					      const char *section, const char *key)
{
	const struct unit_setting *found = NULL;
	for (size_t i = 0; i < settings->count; i++) {
		const struct unit_setting *item = &settings->items[i];
		if (slice_is(item->section, section) && slice_is(item->key, key))
			found = item->value.size > 0 ? item : NULL;
	}
	return found;
}

bool unit_value_to_bool(struct slice value, bool *ret_flag)
{
	static const char *const words[] = { "0", "1", "no",    "yes",  "n",   "y",
					     "f", "t", "false", "true", "off", "on" };
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (slice_is_ignore_case(value, words[i])) {
			*ret_flag = i % 2 != 0;
			return true;
		}
	return false;
}

bool unit_setting_is_true(const struct unit_setting *setting)
{
	bool flag;
	return setting && unit_value_to_bool(setting->value, &flag) && flag;
}
