/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/fail2ban_conf.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* configparser.MAX_INTERPOLATION_DEPTH */
#define INTERPOLATION_DEPTH_MAX 10
/* Longest interpolated value: a regex list of fail2ban has some KiB. */
#define VALUE_BYTES_MAX ((size_t)256 * 1024)

struct reading {
	const struct loader *loader;
	struct fail2ban_conf *conf;
	size_t files;
};

static struct slice lower_copy(struct fail2ban_conf *conf, struct slice text)
{
	char *copy = slice_to_string(conf->arena, text);
	if (!copy) {
		conf->memory_failed = true;
		return (struct slice){ .data = NULL };
	}
	for (size_t i = 0; i < text.size; i++)
		copy[i] = (char)byte_to_lower((unsigned char)copy[i]);
	return (struct slice){ .data = copy, .size = text.size };
}

static struct fail2ban_section *need_section(struct fail2ban_conf *conf, struct slice name,
					     struct origin origin)
{
	for (size_t i = 0; i < conf->count; i++)
		if (slice_equal(conf->sections[i].name, name))
			return &conf->sections[i];
	struct fail2ban_section *grown = arena_grow(conf->arena, conf->sections, conf->count,
						    &conf->capacity, sizeof(*grown));
	if (!grown) {
		conf->memory_failed = true;
		return NULL;
	}
	conf->sections = grown;
	grown[conf->count] = (struct fail2ban_section){ .name = name, .origin = origin };
	return &grown[conf->count++];
}

static void set_option(struct fail2ban_conf *conf, struct fail2ban_section *section,
		       struct slice name, struct slice value, struct origin origin)
{
	for (size_t i = 0; i < section->count; i++) {
		struct fail2ban_option *option = &section->options[i];
		if (!slice_equal(option->name, name))
			continue;
		option->known = option->value;
		option->value = value;
		option->origin = origin;
		return;
	}
	struct fail2ban_option *grown = arena_grow(conf->arena, section->options, section->count,
						   &section->capacity, sizeof(*grown));
	if (!grown) {
		conf->memory_failed = true;
		return;
	}
	section->options = grown;
	grown[section->count++] =
		(struct fail2ban_option){ .name = name, .value = value, .origin = origin };
}

/* One file's lines on the way to its options (configparser.py, RawConfigParser._read). */
struct file_parse {
	struct reading *reading;
	const struct source *source;
	size_t section;
	bool has_section;
	bool has_option;
	struct slice name;
	struct buffer value;
	struct origin origin;
	size_t indent;
	/* [INCLUDES] of this file alone. */
	struct slice before, after;
};

static void end_option(struct file_parse *parse)
{
	struct fail2ban_conf *conf = parse->reading->conf;
	if (!parse->has_option)
		return;
	struct slice value = slice_trim_right(buffer_slice(&parse->value));
	char *copy = slice_to_string(conf->arena, value);
	if (!copy || buffer_failed(&parse->value)) {
		conf->memory_failed = true;
		return;
	}
	value.data = copy;
	struct fail2ban_section *section = &conf->sections[parse->section];
	if (slice_is(section->name, "INCLUDES")) {
		if (slice_is(parse->name, "before"))
			parse->before = value;
		else if (slice_is(parse->name, "after"))
			parse->after = value;
	} else {
		set_option(conf, section, parse->name, value, parse->origin);
	}
	parse->has_option = false;
	buffer_clear(&parse->value);
}

/* LINE without a comment: a line that begins with '#' or ';', or ';' behind a blank. */
static struct slice without_comment(struct slice line, bool *ret_had_comment)
{
	struct slice text = slice_trim(line);
	*ret_had_comment = text.size && (text.data[0] == '#' || text.data[0] == ';');
	if (*ret_had_comment)
		return (struct slice){ .data = text.data, .size = 0 };
	for (size_t i = 1; i < line.size; i++) {
		if (line.data[i] == ';' && byte_is_space((unsigned char)line.data[i - 1])) {
			*ret_had_comment = true;
			return slice_trim(slice_part(line, 0, i));
		}
	}
	return text;
}

static void begin_option(struct file_parse *parse, struct slice text)
{
	struct fail2ban_conf *conf = parse->reading->conf;
	size_t end = 0;
	while (end < text.size && text.data[end] != '=' && text.data[end] != ':')
		end++;
	struct origin origin = origin_of(parse->source, text);
	if (end == 0 || end == text.size || !parse->has_section) {
		/* fail2ban refuses the whole file for it. */
		if (!diagnostics_add(&conf->diagnostics, conf->arena, DIAGNOSTIC_ERROR, origin,
				     "neither a section nor an option"))
			conf->memory_failed = true;
		return;
	}
	parse->name = lower_copy(conf, slice_trim_right(slice_part(text, 0, end)));
	parse->origin = origin;
	parse->has_option = true;
	buffer_append_slice(&parse->value, slice_trim_left(slice_from(text, end + 1)));
}

static void begin_section(struct file_parse *parse, struct slice text)
{
	struct fail2ban_conf *conf = parse->reading->conf;
	size_t end = slice_find_last_byte(text, ']');
	struct slice name = slice_part(text, 1, end - 1);
	struct fail2ban_section *section = need_section(conf, name, origin_of(parse->source, text));
	parse->has_section = section != NULL;
	if (section)
		parse->section = (size_t)(section - conf->sections);
}

static void parse_line(struct file_parse *parse, struct slice line)
{
	bool had_comment;
	struct slice text = without_comment(line, &had_comment);
	if (text.size == 0) {
		/* An empty line inside a value belongs to it, a comment does not. */
		if (!had_comment && parse->has_option)
			buffer_append_byte(&parse->value, '\n');
		return;
	}
	size_t indent = (size_t)(text.data - line.data);
	if (parse->has_option && indent > parse->indent) {
		if (parse->value.size < VALUE_BYTES_MAX) {
			buffer_append_byte(&parse->value, '\n');
			buffer_append_slice(&parse->value, text);
		}
		return;
	}
	end_option(parse);
	parse->indent = indent;
	if (text.data[0] == '[' && slice_find_last_byte(text, ']') < text.size &&
	    slice_find_last_byte(text, ']') > 1)
		begin_section(parse, text);
	else
		begin_option(parse, text);
}

static void parse_source(struct file_parse *parse)
{
	struct slice rest = parse->source->bytes, line;
	while (slice_next_line(&rest, &line))
		parse_line(parse, line);
	end_option(parse);
}

static void read_file(struct reading *reading, const char *path, unsigned int depth);

static void read_includes(struct reading *reading, const char *path, struct slice names,
			  unsigned int depth)
{
	struct slice name, directory = slice_of(path);
	directory.size = slice_find_last_byte(directory, '/');
	while (slice_next_line(&names, &name)) {
		name = slice_trim(name);
		if (!name.size)
			continue;
		BUFFER_AUTO full = { 0 };
		if (name.data[0] != '/')
			buffer_format(&full, "%.*s/", SLICE_ARG(directory));
		buffer_append_slice(&full, name);
		char *copy = arena_copy(reading->conf->arena, full.data, full.size);
		if (!copy) {
			reading->conf->memory_failed = true;
			return;
		}
		read_file(reading, copy, depth + 1);
		/* "paths-debian.local" beside "paths-debian.conf". */
		size_t dot = slice_find_last_byte(buffer_slice(&full), '.');
		BUFFER_AUTO local = { 0 };
		buffer_format(&local, "%.*s.local",
			      SLICE_ARG(slice_part(buffer_slice(&full), 0, dot)));
		copy = arena_copy(reading->conf->arena, local.data, local.size);
		if (copy)
			read_file(reading, copy, depth + 1);
	}
}

/* Finds what FILE includes without taking its options. */
static void find_includes(struct reading *reading, const struct source *source,
			  struct slice *ret_before, struct slice *ret_after)
{
	struct fail2ban_conf scratch = { .arena = reading->conf->arena };
	struct reading inner = { .loader = reading->loader, .conf = &scratch };
	struct file_parse parse = { .reading = &inner, .source = source };
	parse_source(&parse);
	buffer_done(&parse.value);
	*ret_before = parse.before;
	*ret_after = parse.after;
	reading->conf->memory_failed |= scratch.memory_failed;
}

static void read_file(struct reading *reading, const char *path, unsigned int depth)
{
	struct fail2ban_conf *conf = reading->conf;
	const struct source *source;
	const struct unread *unread;
	struct slice before, after;
	if (depth > FAIL2BAN_INCLUDE_DEPTH_MAX || reading->files == FAIL2BAN_FILES_MAX ||
	    conf->memory_failed)
		return;
	switch (loader_read(reading->loader, path, &source, &unread)) {
	case LOAD_ABSENT:
		return;
	case LOAD_UNREADABLE:
		conf->unread = unread;
		return;
	case LOAD_FOUND:
		break;
	}
	reading->files++;
	find_includes(reading, source, &before, &after);
	read_includes(reading, path, before, depth);
	struct file_parse parse = { .reading = reading, .source = source };
	parse_source(&parse);
	buffer_done(&parse.value);
	conf->file_count++;
	read_includes(reading, path, after, depth);
}

static void read_folder(struct reading *reading, const char *base, const char *suffix)
{
	struct path_list list;
	const struct unread *unread;
	BUFFER_AUTO pattern = { 0 };
	buffer_format(&pattern, "%s.d/*%s", base, suffix);
	switch (loader_glob(reading->loader, buffer_string(&pattern), &list, &unread)) {
	case LOAD_FOUND:
		for (size_t i = 0; i < list.count; i++)
			read_file(reading, list.paths[i], 0);
		break;
	case LOAD_UNREADABLE:
		reading->conf->unread = unread;
		break;
	case LOAD_ABSENT:
		break;
	}
}

static void read_base(struct reading *reading, const char *base, const char *suffix)
{
	BUFFER_AUTO path = { 0 };
	buffer_format(&path, "%s%s", base, suffix);
	char *copy = arena_copy(reading->conf->arena, path.data, path.size);
	if (!copy)
		reading->conf->memory_failed = true;
	else
		read_file(reading, copy, 0);
}

struct fail2ban_conf *fail2ban_conf_load(const struct loader *loader, const char *base)
{
	struct fail2ban_conf *conf = ARENA_NEW(loader->arena, struct fail2ban_conf);
	if (!conf)
		return NULL;
	conf->arena = loader->arena;
	struct reading reading = { .loader = loader, .conf = conf };
	if (!need_section(conf, SLICE("DEFAULT"), ORIGIN_NONE))
		return NULL;
	read_base(&reading, base, ".conf");
	read_folder(&reading, base, ".conf");
	read_base(&reading, base, ".local");
	read_folder(&reading, base, ".local");
	return conf->memory_failed ? NULL : conf;
}

const struct fail2ban_section *fail2ban_find_section(const struct fail2ban_conf *conf,
						     struct slice name)
{
	for (size_t i = 0; i < conf->count; i++)
		if (slice_equal(conf->sections[i].name, name))
			return &conf->sections[i];
	return NULL;
}

static const struct fail2ban_option *own_option(const struct fail2ban_section *section,
						struct slice name)
{
	for (size_t i = 0; section && i < section->count; i++)
		if (slice_equal_ignore_case(section->options[i].name, name))
			return &section->options[i];
	return NULL;
}

const struct fail2ban_option *fail2ban_find_option(const struct fail2ban_conf *conf,
						   const struct fail2ban_section *section,
						   struct slice name)
{
	const struct fail2ban_option *option = own_option(section, name);
	return option ? option : own_option(&conf->sections[0], name);
}

/* The raw value of NAME, which may be "section/option"; false when there is none. */
static bool look_up(const struct fail2ban_conf *conf, const struct fail2ban_section *section,
		    struct slice name, struct slice *ret_value)
{
	size_t slash = slice_find_byte(name, '/');
	const struct fail2ban_option *option = NULL;
	if (slice_is(name, "__name__")) {
		*ret_value = section ? section->name : SLICE("");
		return section != NULL;
	}
	if (slice_is(name, "fail2ban_confpath")) {
		*ret_value = SLICE("/etc/fail2ban");
		return true;
	}
	if (slice_is(name, "fail2ban_version")) {
		*ret_value = SLICE("1.0.2");
		return true;
	}
	if (slash < name.size) {
		struct slice part = slice_part(name, 0, slash), rest = slice_from(name, slash + 1);
		if (slice_is_ignore_case(part, "known")) {
			option = own_option(section, rest);
			if (option && option->known.data) {
				*ret_value = option->known;
				return true;
			}
		} else if (!slice_is_ignore_case(part, "default")) {
			option = own_option(fail2ban_find_section(conf, part), rest);
		}
		if (!option || slice_is_ignore_case(part, "known"))
			option = own_option(&conf->sections[0], rest);
	} else {
		option = fail2ban_find_option(conf, section, name);
	}
	if (option)
		*ret_value = option->value;
	return option != NULL;
}

static bool interpolate(const struct fail2ban_conf *conf, const struct fail2ban_section *section,
			struct slice value, struct buffer *out, unsigned int depth)
{
	if (depth > INTERPOLATION_DEPTH_MAX || out->size > VALUE_BYTES_MAX)
		return false;
	while (value.size) {
		size_t at = slice_find_byte(value, '%');
		buffer_append_slice(out, slice_part(value, 0, at));
		value = slice_from(value, at);
		if (!value.size)
			break;
		if (value.size > 1 && value.data[1] == '%') {
			buffer_append_byte(out, '%');
			value = slice_from(value, 2);
			continue;
		}
		size_t end = slice_find(value, SLICE(")s"));
		struct slice inner;
		if (value.size < 2 || value.data[1] != '(' || end == value.size ||
		    !look_up(conf, section, slice_part(value, 2, end - 2), &inner) ||
		    !interpolate(conf, section, inner, out, depth + 1))
			return false;
		value = slice_from(value, end + 2);
	}
	return !buffer_failed(out);
}

bool fail2ban_interpolate(const struct fail2ban_conf *conf, const struct fail2ban_section *section,
			  struct slice value, struct buffer *out)
{
	return interpolate(conf, section, value, out, 1);
}
