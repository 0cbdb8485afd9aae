/* SPDX-License-Identifier: Apache-2.0
 *
 * Follows process_text_line and config_text_file_load of main/config.c. The lines come from
 * conf_lines.c, an include's files from conf_include.c, a category's header is read by
 * conf_header.c.
 *
 * Cost: linear in the bytes, plus one copy of each inherited variable. "+=" and filters are the
 * exceptions, and have a budget (CONF_WORK_MAX).
 */
#include "audit/asterisk/conf_parse.h"

#include <string.h>

#include "audit/asterisk/conf_build.h"
#include "audit/asterisk/conf_header.h"
#include "audit/asterisk/conf_include.h"
#include "audit/asterisk/conf_index.h"
#include "audit/asterisk/conf_lines.h"
#include "audit/base/arena.h"

/* MAX_INCLUDE_LEVEL of config.c: so many files deep, the main file apart. */
#define INCLUDE_LEVEL_MAX 10

enum load_outcome {
	LOADED,
	/* None of the files is there. */
	NOTHING,
	INVALID,
	GIVEN_UP,
};

/* "name += text": joined to the last variable of that very name. */
static enum conf_outcome append_value(struct conf_parse *parse, struct conf_place *place,
				      struct slice name, struct slice text, bool *ret_done)
{
	size_t count;
	struct conf_variable *variables = conf_variables_of(parse, place->category, &count);
	struct conf_variable *last = NULL, *first = NULL;
	for (size_t i = 0; i < count; i++)
		if (slice_equal(variables[i].name, name))
			last = &variables[i];
	*ret_done = last != NULL;
	if (!last)
		return CONF_GO_ON;
	/* ast_variable_update changes the first one that has this name and value. */
	for (size_t i = 0; i < count && !first; i++)
		if (slice_equal_ignore_case(variables[i].name, last->name) &&
		    (!last->value.size || slice_equal_ignore_case(variables[i].value, last->value)))
			first = &variables[i];
	size_t size = last->value.size + text.size;
	if (!conf_spend(parse, count + size))
		return conf_stop_at_limit(parse,
					  "its \"+=\" lines need more work than ringfence does");
	char *joined = arena_allocate(parse->arena, size + 1);
	if (!joined)
		return conf_out_of_memory(parse);
	if (last->value.size)
		memcpy(joined, last->value.data, last->value.size);
	if (text.size)
		memcpy(joined + last->value.size, text.data, text.size);
	if (!first)
		first = last;
	first->name = last->name;
	first->value = conf_strip((struct slice){ .data = joined, .size = size });
	first->is_inherited = false;
	return CONF_GO_ON;
}

static enum conf_outcome set_variable(struct conf_parse *parse, const struct conf_place *place,
				      struct slice name, struct slice value, bool is_object)
{
	if (name.size == 0 && conf_is_since(parse, CONF_VERSION_11)) {
		conf_warn(parse, place, "a line without a name before the '=' is ignored");
		return CONF_GO_ON;
	}
	struct conf_variable variable = {
		.origin = conf_place_origin(place),
		.is_object = is_object,
	};
	if (!conf_keep_text(parse, place, name, &variable.name) ||
	    !conf_keep_text(parse, place, conf_strip(value), &variable.value))
		return CONF_STOPPED;
	return conf_append_variable(parse, place->category, &variable);
}

static enum conf_outcome read_variable(struct conf_parse *parse, struct conf_place *place)
{
	struct slice text = place->line.text;
	if (place->category == CONF_NONE)
		return conf_refuse(parse, place, "a line before any [category]");
	size_t escaped = slice_starts_with(text, "\\") && conf_is_since(parse, CONF_VERSION_11);
	if (escaped) {
		text = slice_from(text, 1);
		/* char is signed: bytes over 127 are "under 33" too. */
		if (text.size == 0 || (signed char)text.data[0] < 33)
			return conf_refuse(parse, place, "a '\\' with nothing to escape behind it");
	}
	size_t equals = escaped + slice_find_byte(slice_from(text, escaped), '=');
	if (equals >= text.size) {
		conf_warn(parse, place, "a line without '=' is ignored");
		return CONF_GO_ON;
	}
	struct slice value = slice_from(text, equals + 1);
	if (equals > escaped && text.data[equals - 1] == '+') {
		struct slice name = slice_part(text, 0, equals - 1);
		bool done;
		if (conf_is_since(parse, CONF_VERSION_11))
			name = conf_strip(name);
		enum conf_outcome outcome = append_value(parse, place, name, value, &done);
		return done || outcome != CONF_GO_ON
			       ? outcome
			       : set_variable(parse, place, conf_strip(name), value, false);
	}
	bool is_object = slice_starts_with(value, ">");
	return set_variable(parse, place, conf_strip(slice_part(text, 0, equals)),
			    is_object ? slice_from(value, 1) : value, is_object);
}

static enum load_outcome load_name(struct conf_parse *parse, struct slice name);

/* What follows the directive's word, without its quotes. */
static struct slice directive_argument(struct slice text)
{
	text = conf_strip(text);
	if (text.size == 0 || (text.data[0] != '"' && text.data[0] != '<'))
		return text;
	char quote = text.data[0] == '<' ? '>' : '"';
	/* A lone quote is its own end. */
	if (text.size == 1)
		return quote == '"' ? SLICE("") : text;
	return text.data[text.size - 1] == quote ? slice_part(text, 1, text.size - 2) : text;
}

static enum conf_outcome read_exec(struct conf_parse *parse, const struct conf_place *place)
{
	if (!parse->options->exec_includes) {
		conf_warn(parse, place, "#exec is ignored: execincludes is off in asterisk.conf");
		return CONF_GO_ON;
	}
	struct unread *unread = ARENA_NEW(parse->arena, struct unread);
	if (!unread)
		return conf_out_of_memory(parse);
	*unread = (struct unread){
		.what = parse->file->name,
		.why = "an #exec line adds the output of a program, and ringfence runs none",
		.to_read_it = "put the program's output into a file and #include it",
	};
	conf_mark_incomplete(parse, unread);
	if (place->category != CONF_NONE)
		parse->categories[place->category].public.is_incomplete = true;
	conf_warn(parse, place, unread->why);
	return CONF_GO_ON;
}

static enum conf_outcome read_directive(struct conf_parse *parse, struct conf_place *place)
{
	struct slice text = slice_from(place->line.text, 1);
	size_t end = 0;
	while (end < text.size && (signed char)text.data[end] > 32)
		end++;
	struct slice word = slice_part(text, 0, end);
	bool is_try =
		slice_is_ignore_case(word, "tryinclude") && conf_is_since(parse, CONF_VERSION_11);
	bool is_exec = slice_is_ignore_case(word, "exec");
	if (!is_try && !is_exec && !slice_is_ignore_case(word, "include")) {
		conf_warn(parse, place, "an unknown directive is ignored");
		return CONF_GO_ON;
	}
	struct slice rest = conf_strip(slice_from(text, end + 1));
	if (is_exec && (rest.size || !parse->options->exec_includes))
		return read_exec(parse, place);
	if (rest.size == 0) {
		conf_warn(parse, place, "a directive without its argument is ignored");
		return CONF_GO_ON;
	}
	/* The name lies in the reader's buffer when the line was edited. */
	struct slice name;
	if (!conf_keep_text(parse, place, directive_argument(rest), &name))
		return CONF_STOPPED;
	switch (load_name(parse, name)) {
	case NOTHING:
		return is_try ? CONF_GO_ON
			      : conf_refuse(parse, place, "it includes a file that is absent");
	case GIVEN_UP:
		return CONF_STOPPED;
	default:
		return CONF_GO_ON;
	}
}

static enum conf_outcome read_line(struct conf_parse *parse, struct conf_place *place)
{
	switch (place->line.text.data[0]) {
	case '[':
		return conf_read_header(parse, place);
	case '#':
		return read_directive(parse, place);
	default:
		return read_variable(parse, place);
	}
}

static enum conf_outcome read_source(struct conf_parse *parse, struct conf_place *place,
				     struct conf_lines *lines)
{
	conf_lines_open(lines, place->source->bytes);
	while (conf_lines_next(lines, &place->line)) {
		enum conf_outcome outcome = read_line(parse, place);
		if (parse->memory_failed)
			return CONF_STOPPED;
		if (outcome != CONF_GO_ON)
			return outcome;
	}
	if (lines->is_endless)
		return conf_refuse(
			parse, place,
			"comments nested deeper than 128: Asterisk never finishes reading");
	return CONF_GO_ON;
}

/* Counts the file; false at a limit. */
static bool count_source(struct conf_parse *parse, const struct source *source)
{
	parse->byte_total += source->bytes.size;
	parse->include_total++;
	if (parse->byte_total <= CONF_BYTES_MAX && parse->include_total <= CONF_INCLUDES_MAX)
		return true;
	(void)conf_stop_at_limit(parse, "it includes more than ringfence reads");
	return false;
}

static enum load_outcome load_paths(struct conf_parse *parse, struct conf_paths *paths,
				    struct conf_lines *lines)
{
	struct conf_place place = { .category = parse->current, .level = parse->include_level };
	size_t found = 0;
	for (size_t i = 0; i < paths->count; i++) {
		struct file_status status;
		const struct unread *unread = NULL;
		/* Only regular files are read; FIFOs and folders are passed over. */
		if (loader_status(parse->loader, paths->paths[i], false, &status, &unread) ==
			    LOAD_FOUND &&
		    status.kind != FILE_REGULAR)
			continue;
		enum load_status read =
			loader_read(parse->loader, paths->paths[i], &place.source, &unread);
		if (read == LOAD_ABSENT)
			continue;
		found++;
		if (read == LOAD_UNREADABLE) {
			conf_mark_incomplete(parse, unread);
			if (place.level == 1) {
				parse->file->state = FACT_UNREADABLE;
				parse->file->unread = unread;
			}
			continue;
		}
		if (place.level == 1) {
			parse->file->state = FACT_PRESENT;
			parse->file->source = place.source;
		}
		if (place.source->is_truncated)
			(void)conf_stop_at_limit(parse,
						 "the file is too large; its end is not read");
		if (!count_source(parse, place.source))
			return GIVEN_UP;
		switch (read_source(parse, &place, lines)) {
		case CONF_REFUSED:
			return INVALID;
		case CONF_STOPPED:
			return GIVEN_UP;
		case CONF_GO_ON:
			break;
		}
	}
	return found ? LOADED : NOTHING;
}

/* ast_config_internal_load with config_text_file_load. */
static enum load_outcome load_name(struct conf_parse *parse, struct slice name)
{
	if (parse->include_level == INCLUDE_LEVEL_MAX + 1)
		return NOTHING;
	parse->include_level++;
	struct conf_paths paths;
	struct conf_lines *lines = ARENA_NEW(parse->scratch, struct conf_lines);
	if (!lines || !conf_include_paths(parse->loader, parse->options->directory, name, &paths)) {
		parse->memory_failed = true;
		return GIVEN_UP;
	}
	lines->skips_mark = conf_is_since(parse, CONF_VERSION_13);
	lines->skips_full_lines = !conf_is_since(parse, CONF_VERSION_13);
	if (paths.unread)
		conf_mark_incomplete(parse, paths.unread);
	enum load_outcome outcome = load_paths(parse, &paths, lines);
	/* An invalid file leaves the level as it is, in Asterisk too. */
	if (outcome != INVALID)
		parse->include_level--;
	return outcome;
}

static bool copy_result(struct conf_parse *parse)
{
	struct conf_category *categories =
		ARENA_ARRAY(parse->arena, parse->count, struct conf_category);
	if (!categories || !conf_settle_fresh(parse))
		return false;
	for (size_t i = 0; i < parse->count; i++) {
		categories[i] = parse->categories[i].public;
		categories[i].variables = parse->categories[i].items;
	}
	parse->file->categories = categories;
	parse->file->category_count = parse->count;
	parse->file->index = parse->index;
	return true;
}

const struct conf_file *conf_load(const struct loader *loader, const struct conf_options *options,
				  const char *name)
{
	CLEANUP(arena_free_pointer) struct arena *scratch = arena_new(0);
	struct conf_file *file = ARENA_NEW(loader->arena, struct conf_file);
	struct conf_index *index = ARENA_NEW(loader->arena, struct conf_index);
	struct slice base = slice_of(name);
	size_t slash = slice_find_last_byte(base, '/');
	if (!scratch || !file || !index)
		return NULL;
	file->name = slice_to_string(loader->arena,
				     slash < base.size ? slice_from(base, slash + 1) : base);
	if (!file->name)
		return NULL;
	struct conf_parse parse = {
		.loader = loader,
		.options = options,
		.arena = loader->arena,
		.scratch = scratch,
		.file = file,
		.index = index,
		.current = CONF_NONE,
		.fresh_owner = CONF_NONE,
	};
	(void)load_name(&parse, slice_of(name));
	if (parse.memory_failed || !copy_result(&parse))
		return NULL;
	return file;
}

const struct conf_category *conf_find_category(const struct conf_file *file, const char *name)
{
	struct slice wanted = slice_of(name);
	if (file->index) {
		uint32_t i = conf_index_first(file->index, wanted);
		while (i != CONF_NONE && file->categories[i].is_template)
			i = conf_index_next(file->index, wanted, i);
		return i == CONF_NONE ? NULL : &file->categories[i];
	}
	for (size_t i = 0; i < file->category_count; i++)
		if (!file->categories[i].is_template &&
		    slice_equal_ignore_case(file->categories[i].name, wanted))
			return &file->categories[i];
	return NULL;
}

const struct conf_variable *conf_first(const struct conf_category *category, const char *name)
{
	for (size_t i = 0; category && i < category->variable_count; i++)
		if (slice_is_ignore_case(category->variables[i].name, name))
			return &category->variables[i];
	return NULL;
}

const struct conf_variable *conf_last(const struct conf_category *category, const char *name)
{
	for (size_t i = category ? category->variable_count : 0; i > 0; i--)
		if (slice_is_ignore_case(category->variables[i - 1].name, name))
			return &category->variables[i - 1];
	return NULL;
}

static bool is_one_of(struct slice value, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slice_is_ignore_case(value, words[i]))
			return true;
	return false;
}

bool conf_is_true(struct slice value)
{
	static const char *const words[] = { "yes", "true", "y", "t", "1", "on" };
	return is_one_of(value, words, ARRAY_SIZE(words));
}

bool conf_is_false(struct slice value)
{
	static const char *const words[] = { "no", "false", "n", "f", "0", "off" };
	return is_one_of(value, words, ARRAY_SIZE(words));
}
