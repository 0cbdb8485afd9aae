/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/fail2ban_conf.h"

#include <stdarg.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

struct fail2ban_file {
	const char *path;
	enum load_status status;
	struct ini_file ini;
};

/* Paths of files in the order in which they are merged. */
struct file_list {
	const char **paths;
	size_t count, capacity;
};

bool fail2ban_refuse(struct fail2ban_reading *reading, struct origin origin, const char *format,
		     ...)
{
	BUFFER_AUTO text = { 0 };
	va_list arguments;
	if (reading->refused)
		return false;
	va_start(arguments, format);
	buffer_format_list(&text, format, arguments);
	va_end(arguments);
	reading->refused = buffer_keep(&text, reading->arena);
	reading->refused_at = origin;
	if (!reading->refused)
		reading->memory_failed = true;
	return false;
}

static const struct fail2ban_file *load_file(struct fail2ban_reading *reading, const char *path)
{
	const struct source *source;
	const struct unread *unread;
	for (size_t i = 0; i < reading->file_count; i++)
		if (slice_is(slice_of(path), reading->files[i].path))
			return &reading->files[i];
	struct fail2ban_file *grown =
		arena_grow(reading->arena, reading->files, reading->file_count,
			   &reading->file_capacity, sizeof(*grown));
	if (!grown) {
		reading->memory_failed = true;
		return NULL;
	}
	reading->files = grown;
	struct fail2ban_file *file = &grown[reading->file_count];
	*file = (struct fail2ban_file){ .path = path };
	file->status = loader_read(reading->loader, path, &source, &unread);
	if (file->status == LOAD_UNREADABLE && !reading->unread)
		reading->unread = unread;
	/* fail2ban logs an error for bytes that are not UTF-8, and goes on without the file. */
	if (file->status == LOAD_FOUND && !slice_is_utf8(source->bytes)) {
		file->status = LOAD_ABSENT;
		if (!diagnostics_add(&reading->diagnostics, reading->arena, DIAGNOSTIC_ERROR,
				     origin_of(source, slice_part(source->bytes, 0, 1)),
				     "not UTF-8: fail2ban does not read this file"))
			reading->memory_failed = true;
	}
	if (file->status == LOAD_FOUND && !ini_file_parse(reading->arena, source, &file->ini))
		reading->memory_failed = true;
	reading->file_count++;
	if (file->ini.refused) {
		(void)fail2ban_refuse(reading, file->ini.refused_at, "%s: %s", path,
				      file->ini.refused);
		return NULL;
	}
	return reading->memory_failed ? NULL : file;
}

static bool exists(struct fail2ban_reading *reading, const char *path)
{
	struct file_status status;
	const struct unread *unread;
	return loader_status(reading->loader, path, false, &status, &unread) != LOAD_ABSENT;
}

static bool add_path(struct fail2ban_reading *reading, struct file_list *list, const char *path)
{
	const char **grown;
	if (list->count == FAIL2BAN_FILES_MAX)
		return fail2ban_refuse(reading, ORIGIN_NONE,
				       "more than %d files are included: not read further",
				       FAIL2BAN_FILES_MAX);
	grown = arena_grow(reading->arena, list->paths, list->count, &list->capacity,
			   sizeof(*grown));
	if (!grown) {
		reading->memory_failed = true;
		return false;
	}
	list->paths = grown;
	grown[list->count++] = path;
	return true;
}

static struct ini_section *add_section(struct fail2ban_conf *conf, struct slice name,
				       struct origin origin)
{
	struct ini_section *grown = arena_grow(conf->reading->arena, conf->sections, conf->count,
					       &conf->capacity, sizeof(*grown));
	if (!grown) {
		conf->reading->memory_failed = true;
		return NULL;
	}
	conf->sections = grown;
	grown[conf->count] = (struct ini_section){ .name = name, .origin = origin };
	return &grown[conf->count++];
}

struct ini_section *fail2ban_find_section(const struct fail2ban_conf *conf, struct slice name)
{
	for (size_t i = 0; i < conf->count; i++)
		if (slice_equal(conf->sections[i].name, name))
			return &conf->sections[i];
	return NULL;
}

/* Files on the way to the one that is read: an include of one of them is passed over. */
struct include_path {
	const struct include_path *outer;
	const char *path;
	unsigned int depth;
};

static bool is_on_the_way(const struct include_path *way, struct slice path)
{
	for (; way; way = way->outer)
		if (slice_is(path, way->path))
			return true;
	return false;
}

static bool add_with_includes(struct fail2ban_reading *reading, const char *path,
			      const struct include_path *way, struct file_list *list);

/* FILE as an include: itself, and FILE.local beside FILE.conf. */
static bool add_include(struct fail2ban_reading *reading, struct slice name, const char *from,
			const struct include_path *way, struct file_list *list)
{
	BUFFER_AUTO text = { 0 };
	struct slice directory = slice_of(from);
	directory.size = slice_find_last_byte(directory, '/');
	if (!slice_starts_with(name, "/"))
		buffer_format(&text, "%.*s/", SLICE_ARG(directory));
	buffer_append_slice(&text, name);
	const char *path = buffer_keep(&text, reading->arena);
	if (!path) {
		reading->memory_failed = true;
		return false;
	}
	if (is_on_the_way(way->outer, slice_of(path)))
		return true;
	if (!add_with_includes(reading, path, way, list))
		return false;
	struct slice stem = slice_of(path);
	size_t dot = slice_find_last_byte(stem, '.'), slash = slice_find_last_byte(stem, '/');
	if (dot < stem.size && dot > slash + 1)
		stem.size = dot;
	buffer_clear(&text);
	buffer_format(&text, "%.*s.local", SLICE_ARG(stem));
	const char *local = buffer_keep(&text, reading->arena);
	if (!local) {
		reading->memory_failed = true;
		return false;
	}
	return slice_is(slice_of(path), local) || !exists(reading, local) ||
	       add_with_includes(reading, local, way, list);
}

/* The names in OPTION of the file's own [INCLUDES]. */
static bool add_named(struct fail2ban_reading *reading, const struct fail2ban_file *file,
		      const char *option, const struct include_path *way, struct file_list *list)
{
	struct fail2ban_conf alone = {
		.reading = reading,
		.defaults = file->ini.defaults,
		.sections = file->ini.sections,
		.count = file->ini.count,
	};
	const char *from = file->path;
	struct option_entry entry;
	if (!fail2ban_find_section(&alone, SLICE("INCLUDES")))
		return true;
	switch (fail2ban_conf_get(&alone, SLICE("INCLUDES"), slice_of(option), NULL, &entry)) {
	case FAIL2BAN_REFUSED:
		return false;
	case FAIL2BAN_FOUND:
		break;
	case FAIL2BAN_NO_OPTION:
	case FAIL2BAN_NO_SECTION:
		return true;
	}
	struct slice rest = entry.value, line;
	while (slice_next_line(&rest, &line))
		if (line.size && !add_include(reading, line, from, way, list))
			return false;
	return true;
}

static bool add_with_includes(struct fail2ban_reading *reading, const char *path,
			      const struct include_path *way, struct file_list *list)
{
	const struct include_path inner = {
		.outer = way,
		.path = path,
		.depth = way ? way->depth + 1 : 0,
	};
	const struct fail2ban_file *file = load_file(reading, path);
	if (!file)
		return false;
	if (file->status != LOAD_FOUND)
		return true;
	if (inner.depth > FAIL2BAN_INCLUDE_DEPTH_MAX)
		return fail2ban_refuse(reading, ORIGIN_NONE, "%s is included too deep: not read",
				       path);
	/* The list of files may grow, and move, below. */
	struct fail2ban_file copy = *file;
	return add_named(reading, &copy, "before", &inner, list) && add_path(reading, list, path) &&
	       add_named(reading, &copy, "after", &inner, list);
}

/* "Init?family=inet6": the options of Init, with the rest of the name behind theirs. */
static struct slice condition_of(struct slice *name)
{
	size_t at = 0;
	while (at < name->size &&
	       (byte_is_alpha((unsigned char)name->data[at]) ||
		byte_is_digit((unsigned char)name->data[at]) || name->data[at] == '_'))
		at++;
	if (!at || at + 1 >= name->size || name->data[at] != '?')
		return (struct slice){ .data = NULL };
	struct slice condition = slice_from(*name, at);
	name->size = at;
	return condition;
}

static bool joined(struct arena *arena, struct slice first, struct slice second,
		   struct slice *ret_text)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, first);
	buffer_append_slice(&text, second);
	ret_text->data = buffer_keep(&text, arena);
	ret_text->size = text.size;
	return ret_text->data != NULL;
}

static bool merge_section(struct fail2ban_conf *conf, const struct ini_section *from)
{
	struct arena *arena = conf->reading->arena;
	struct slice name = from->name, known_name;
	struct slice condition = condition_of(&name);
	struct option_map renamed = { 0 };
	const struct option_map *options = &from->options;
	if (condition.size) {
		for (size_t i = 0; i < from->options.count; i++) {
			struct option_entry entry = from->options.entries[i];
			if (!joined(arena, entry.name, condition, &entry.name) ||
			    !option_map_set(arena, &renamed, entry))
				return false;
		}
		options = &renamed;
	}
	struct ini_section *into = fail2ban_find_section(conf, name);
	if (!into) {
		into = add_section(conf, name, from->origin);
		return into && option_map_update(arena, &into->options, options);
	}
	if (!joined(arena, SLICE("KNOWN/"), name, &known_name))
		return false;
	struct ini_section *known = fail2ban_find_section(conf, known_name);
	if (!known)
		known = add_section(conf, known_name, from->origin);
	/* Adding may have moved it. */
	into = fail2ban_find_section(conf, name);
	if (!known || !into)
		return false;
	for (size_t i = 0; i < into->options.count; i++)
		if (option_map_find(options, into->options.entries[i].name) &&
		    !option_map_set(arena, &known->options, into->options.entries[i]))
			return false;
	return option_map_update(arena, &into->options, options);
}

static bool merge_file(struct fail2ban_conf *conf, const char *path)
{
	const struct fail2ban_file *file = load_file(conf->reading, path);
	if (!file)
		return false;
	conf->has_files = true;
	bool good = option_map_update(conf->reading->arena, &conf->defaults, &file->ini.defaults);
	for (size_t i = 0; i < file->ini.count && good; i++)
		good = merge_section(conf, &file->ini.sections[i]);
	if (!good)
		conf->reading->memory_failed = true;
	return good;
}

/* What there is of NAME.conf, NAME.d, NAME.local. */
static bool list_files(struct fail2ban_reading *reading, const char *name, struct file_list *list)
{
	static const char *const endings[] = { "conf", "local" };
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		BUFFER_AUTO text = { 0 };
		struct path_list found;
		const struct unread *unread;
		buffer_format(&text, "%s/%s.%s", reading->directory, name, endings[i]);
		const char *path = buffer_keep(&text, reading->arena);
		buffer_clear(&text);
		buffer_format(&text, "%s/%s.d/*.%s", reading->directory, name, endings[i]);
		if (!path || buffer_failed(&text)) {
			reading->memory_failed = true;
			return false;
		}
		if (exists(reading, path) && !add_with_includes(reading, path, NULL, list))
			return false;
		enum load_status status =
			loader_glob(reading->loader, buffer_string(&text), &found, &unread);
		if (status == LOAD_UNREADABLE && !reading->unread)
			reading->unread = unread;
		for (size_t j = 0; status == LOAD_FOUND && j < found.count; j++)
			if (!add_with_includes(reading, found.paths[j], NULL, list))
				return false;
	}
	return true;
}

struct fail2ban_conf *fail2ban_conf_load(struct fail2ban_reading *reading, const char *name)
{
	struct file_list list = { 0 };
	for (size_t i = 0; i < reading->conf_count; i++)
		if (slice_is(slice_of(name), reading->confs[i]->name))
			return reading->confs[i];
	struct fail2ban_conf *conf = ARENA_NEW(reading->arena, struct fail2ban_conf);
	struct fail2ban_conf **grown =
		arena_grow(reading->arena, reading->confs, reading->conf_count,
			   &reading->conf_capacity, sizeof(struct fail2ban_conf *));
	if (!conf || !grown) {
		reading->memory_failed = true;
		return NULL;
	}
	reading->confs = grown;
	conf->reading = reading;
	conf->name = name;
	if (!list_files(reading, name, &list))
		return NULL;
	for (size_t i = 0; i < list.count; i++)
		if (!merge_file(conf, list.paths[i]))
			return NULL;
	grown[reading->conf_count++] = conf;
	return conf;
}
