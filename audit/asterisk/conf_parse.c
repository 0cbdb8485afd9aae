/* SPDX-License-Identifier: Apache-2.0
 *
 * Follows process_text_line and config_text_file_load of main/config.c. The lines come from
 * conf_lines.c, an include's files from conf_include.c.
 *
 * Cost: linear in the bytes, plus one copy of each inherited variable. While a category is new its
 * variables grow in one scratch array; they move to the arena once, at their size. "+=" and filters
 * are the exceptions, and have a budget (CONF_WORK_MAX).
 */
#include "audit/asterisk/conf_parse.h"

#include <string.h>

#include "audit/asterisk/conf_filter.h"
#include "audit/asterisk/conf_include.h"
#include "audit/asterisk/conf_index.h"
#include "audit/asterisk/conf_lines.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* MAX_INCLUDE_LEVEL of config.c: so many files deep, the main file apart. */
#define INCLUDE_LEVEL_MAX 10
/* char name[80] of struct ast_category. */
#define CATEGORY_NAME_BYTES 79

/* What the reader does from Asterisk 13 on, and from 11 on. 0 is an unknown version: the newest. */
#define VERSION_13 1300u
#define VERSION_11 1100u

struct category {
	struct conf_category public;
	struct conf_variable *items;
	size_t capacity;
};

enum outcome {
	GO_ON,
	/* Asterisk calls the file invalid; file->refused has the reason. */
	REFUSED,
	/* Memory or one of our limits. */
	STOPPED,
};

enum load_outcome {
	LOADED,
	/* None of the files is there. */
	NOTHING,
	INVALID,
	GIVEN_UP,
};

struct parse {
	const struct loader *loader;
	const struct conf_options *options;
	struct arena *arena;
	struct arena *scratch;
	struct conf_file *file;
	struct category *categories;
	size_t count;
	size_t capacity;
	struct conf_index *index;
	/* cfg->current: where an included file's first lines go. */
	uint32_t current;
	/* The newest category, whose variables are still in `fresh`; CONF_NONE: none is. */
	uint32_t fresh_owner;
	struct conf_variable *fresh;
	size_t fresh_count;
	size_t fresh_capacity;
	unsigned int include_level;
	size_t variable_total;
	size_t byte_total;
	size_t include_total;
	uint64_t work;
	bool memory_failed;
};

/* Where the parser stands in one file: local variables of config_text_file_load. */
struct place {
	const struct source *source;
	/* CONF_NONE: before any category. */
	uint32_t category;
	/* Only the main file is at level 1. */
	unsigned int level;
	struct conf_line line;
};

static bool is_since(const struct parse *parse, unsigned int version)
{
	unsigned int actual = parse->options->asterisk_version;
	return actual == 0 || actual >= version;
}

static struct origin place_origin(const struct place *place)
{
	return origin_of(place->source, conf_strip(place->line.raw));
}

static enum outcome out_of_memory(struct parse *parse)
{
	parse->memory_failed = true;
	return STOPPED;
}

static void warn(struct parse *parse, const struct place *place, const char *message)
{
	if (!diagnostics_add(&parse->file->diagnostics, parse->arena, DIAGNOSTIC_WARNING,
			     place_origin(place), "%s", message))
		parse->memory_failed = true;
}

/* In an included file this only ends the file; the including one does not notice. */
static enum outcome refuse(struct parse *parse, const struct place *place, const char *message)
{
	if (place->level == 1) {
		parse->file->is_refused = true;
		parse->file->refused = (struct diagnostic){
			.level = DIAGNOSTIC_ERROR,
			.origin = place_origin(place),
			.message = message,
		};
	}
	if (!diagnostics_add(&parse->file->diagnostics, parse->arena, DIAGNOSTIC_ERROR,
			     place_origin(place), "%s", message))
		parse->memory_failed = true;
	return REFUSED;
}

/* A part of the file is not known; the first reason is kept. */
static void mark_incomplete(struct parse *parse, const struct unread *unread)
{
	parse->file->is_incomplete = true;
	if (!parse->file->incomplete)
		parse->file->incomplete = unread;
}

static enum outcome stop_at_limit(struct parse *parse, const char *why)
{
	struct unread *unread = ARENA_NEW(parse->arena, struct unread);
	if (!unread)
		return out_of_memory(parse);
	*unread = (struct unread){
		.what = parse->file->name,
		.why = why,
		.to_read_it = "",
	};
	mark_incomplete(parse, unread);
	return STOPPED;
}

/* A slice that outlives the line. */
static bool keep_text(struct parse *parse, const struct place *place, struct slice text,
		      struct slice *ret_text)
{
	if (place->line.is_edited && text.size) {
		text.data = arena_copy(parse->arena, text.data, text.size);
		if (!text.data) {
			parse->memory_failed = true;
			return false;
		}
	}
	*ret_text = text;
	return true;
}

/* The variables of CATEGORY, wherever they are. */
static struct conf_variable *variables_of(const struct parse *parse, uint32_t category,
					  size_t *ret_count)
{
	if (category == parse->fresh_owner) {
		*ret_count = parse->fresh_count;
		return parse->fresh;
	}
	*ret_count = parse->categories[category].public.variable_count;
	return parse->categories[category].items;
}

/* Moves the newest category's variables to the arena. */
static bool settle_fresh(struct parse *parse)
{
	if (parse->fresh_owner == CONF_NONE)
		return true;
	struct category *owner = &parse->categories[parse->fresh_owner];
	if (parse->fresh_count) {
		owner->items = ARENA_ARRAY(parse->arena, parse->fresh_count, struct conf_variable);
		if (!owner->items) {
			parse->memory_failed = true;
			return false;
		}
		memcpy(owner->items, parse->fresh, parse->fresh_count * sizeof(*owner->items));
	}
	owner->public.variable_count = owner->capacity = parse->fresh_count;
	parse->fresh_owner = CONF_NONE;
	parse->fresh_count = 0;
	return true;
}

static enum outcome append_variable(struct parse *parse, uint32_t category,
				    const struct conf_variable *variable)
{
	if (parse->variable_total >= CONF_VARIABLES_MAX)
		return stop_at_limit(parse, "it has more variables than ringfence reads");
	parse->variable_total++;
	if (category == parse->fresh_owner) {
		struct conf_variable *grown =
			arena_grow(parse->scratch, parse->fresh, parse->fresh_count,
				   &parse->fresh_capacity, sizeof(*grown));
		if (!grown)
			return out_of_memory(parse);
		parse->fresh = grown;
		grown[parse->fresh_count++] = *variable;
		return GO_ON;
	}
	struct category *owner = &parse->categories[category];
	struct conf_variable *grown =
		arena_grow(parse->arena, owner->items, owner->public.variable_count,
			   &owner->capacity, sizeof(*grown));
	if (!grown)
		return out_of_memory(parse);
	owner->items = grown;
	grown[owner->public.variable_count++] = *variable;
	return GO_ON;
}

static bool spend(struct parse *parse, size_t steps)
{
	parse->work += steps;
	return parse->work <= CONF_WORK_MAX;
}

/* The first category that NAME finds, as category_get_sep does: an empty name is that of all. */
static uint32_t find_to_extend(struct parse *parse, struct slice name, struct slice filter)
{
	bool any = name.size == 0 && is_since(parse, VERSION_13);
	uint32_t category = any ? 0 : conf_index_first(parse->index, name);
	while (category != CONF_NONE && category < parse->count) {
		size_t count;
		const struct conf_variable *variables = variables_of(parse, category, &count);
		bool is_template = parse->categories[category].public.is_template;
		if (!is_since(parse, VERSION_13) ||
		    conf_filter_matches(filter, is_template, variables, count))
			return category;
		if (!spend(parse, 1 + (filter.size ? count : 0)))
			return CONF_NONE;
		category = any ? category + 1 : conf_index_next(parse->index, name, category);
	}
	return CONF_NONE;
}

static uint32_t find_base(const struct parse *parse, struct slice name)
{
	if (name.size == 0 && is_since(parse, VERSION_13))
		return parse->count ? 0 : CONF_NONE;
	return conf_index_first(parse->index, name);
}

/* A category in the making: it joins the others when its header is read. */
struct header {
	/* Cut as Asterisk cuts it, and as written, which is what "(+)" looks for. */
	struct slice name;
	struct slice written;
	bool is_template;
	/* "(+)" was seen: the category that the lines go to, and the header is none of its own. */
	uint32_t target;
	struct buffer templates;
	bool is_incomplete;
};

static enum outcome inherit(struct parse *parse, struct header *header, uint32_t base)
{
	size_t count;
	(void)variables_of(parse, base, &count);
	struct slice base_name = parse->categories[base].public.name;
	if (header->templates.size)
		buffer_append_byte(&header->templates, ',');
	buffer_append_slice(&header->templates, base_name);
	header->is_incomplete |= parse->categories[base].public.is_incomplete;
	for (size_t i = 0; i < count; i++) {
		/* Asked anew each time: the array moves while it grows, and may be its own heir. */
		size_t now;
		struct conf_variable copy = variables_of(parse, base, &now)[i];
		copy.is_inherited = true;
		enum outcome outcome = append_variable(parse, header->target, &copy);
		if (outcome != GO_ON)
			return outcome;
	}
	return GO_ON;
}

/* "(+FILTER)": what the header has inherited so far moves to the category that it extends. */
static enum outcome extend(struct parse *parse, const struct place *place, struct header *header,
			   struct slice filter)
{
	uint32_t target = find_to_extend(parse, header->written, filter);
	if (target == CONF_NONE)
		return refuse(parse, place, "[name](+) and no category of that name to add to");
	if (header->target != parse->count) {
		header->target = target;
		return GO_ON;
	}
	/* The slot was never counted: give its variables away and forget it. */
	size_t count = parse->fresh_count;
	parse->fresh_owner = CONF_NONE;
	parse->fresh_count = 0;
	header->target = target;
	buffer_clear(&header->templates);
	if (is_since(parse, VERSION_11)) {
		parse->current = target;
		parse->categories[target].public.is_template |= header->is_template;
	}
	header->is_template = false;
	for (size_t i = 0; i < count; i++) {
		enum outcome outcome = append_variable(parse, target, &parse->fresh[i]);
		if (outcome != GO_ON)
			return outcome;
	}
	return GO_ON;
}

static enum outcome header_option(struct parse *parse, const struct place *place,
				  struct header *header, struct slice option)
{
	if (slice_is(option, "!")) {
		if (header->target == parse->count)
			header->is_template = true;
		else
			parse->categories[header->target].public.is_template = true;
		return GO_ON;
	}
	bool is_addition = is_since(parse, VERSION_13) ? slice_starts_with(option, "+")
						       : slice_is(option, "+");
	if (is_addition)
		return extend(parse, place, header, slice_from(option, 1));
	uint32_t base = find_base(parse, option);
	if (base == CONF_NONE)
		return refuse(parse, place, "it inherits from a category that does not exist");
	return inherit(parse, header, base);
}

static bool join_templates(struct parse *parse, struct header *header, struct category *category)
{
	if (header->templates.size == 0)
		return true;
	struct slice before = category->public.templates;
	if (before.size) {
		struct buffer *after = &header->templates;
		BUFFER_AUTO joined = { 0 };
		buffer_append_slice(&joined, before);
		buffer_append_byte(&joined, ',');
		buffer_append_slice(&joined, buffer_slice(after));
		buffer_clear(after);
		buffer_append_slice(after, buffer_slice(&joined));
		(void)spend(parse, before.size);
	}
	struct slice all = buffer_slice(&header->templates);
	char *copy = arena_copy(parse->arena, all.data, all.size);
	if (!copy || buffer_failed(&header->templates))
		return false;
	category->public.templates = (struct slice){ .data = copy, .size = all.size };
	return true;
}

/* Makes the header's own category one of the file's. */
static enum outcome finish_header(struct parse *parse, struct place *place, struct header *header)
{
	struct category *category = &parse->categories[header->target];
	if (header->target == parse->count) {
		category->public.name = header->name;
		category->public.is_template = header->is_template;
		category->public.origin = place_origin(place);
		if (!conf_index_add(parse->index, parse->arena, header->name))
			return out_of_memory(parse);
		parse->current = header->target;
		parse->count++;
	}
	category->public.is_incomplete |= header->is_incomplete;
	place->category = header->target;
	return join_templates(parse, header, category) ? GO_ON : out_of_memory(parse);
}

static enum outcome begin_category(struct parse *parse, struct place *place, struct header *header)
{
	if (!settle_fresh(parse))
		return STOPPED;
	struct category *grown = arena_grow(parse->scratch, parse->categories, parse->count,
					    &parse->capacity, sizeof(*grown));
	if (!grown)
		return out_of_memory(parse);
	parse->categories = grown;
	grown[parse->count] = (struct category){ 0 };
	header->target = parse->fresh_owner = (uint32_t)parse->count;
	return keep_text(parse, place, header->name, &header->name) ? GO_ON : STOPPED;
}

/* "[name]" or "[name](options)", the parenthesis right behind the bracket. */
static enum outcome read_header(struct parse *parse, struct place *place)
{
	struct slice text = slice_from(place->line.text, 1);
	size_t bracket = slice_find_byte(text, ']');
	if (bracket == text.size)
		return refuse(parse, place, "a category without its closing ']'");
	struct slice options = slice_from(text, bracket + 1);
	bool has_options = slice_starts_with(options, "(");
	size_t parenthesis = slice_find_byte(options, ')');
	if (has_options && parenthesis == options.size)
		return refuse(parse, place, "category options without their closing ')'");

	struct slice name = slice_part(text, 0, bracket);
	struct header header = {
		.name = slice_part(name, 0, CATEGORY_NAME_BYTES),
		.written = name,
	};
	enum outcome outcome = begin_category(parse, place, &header);
	if (has_options) {
		options = slice_part(options, 1, parenthesis - 1);
		struct slice option;
		bool more = true;
		while (outcome == GO_ON && more) {
			size_t comma = slice_find_byte(options, ',');
			option = slice_part(options, 0, comma);
			more = comma < options.size;
			options = slice_from(options, comma + 1);
			outcome = header_option(parse, place, &header, option);
		}
	}
	if (outcome == GO_ON)
		outcome = finish_header(parse, place, &header);
	else if (header.target == parse->count && parse->fresh_owner == header.target) {
		parse->fresh_owner = CONF_NONE;
		parse->fresh_count = 0;
	}
	buffer_done(&header.templates);
	return outcome;
}

/* "name += text": joined to the last variable of that very name. */
static enum outcome append_value(struct parse *parse, struct place *place, struct slice name,
				 struct slice text, bool *ret_done)
{
	size_t count;
	struct conf_variable *variables = variables_of(parse, place->category, &count);
	struct conf_variable *last = NULL, *first = NULL;
	for (size_t i = 0; i < count; i++)
		if (slice_equal(variables[i].name, name))
			last = &variables[i];
	*ret_done = last != NULL;
	if (!last)
		return GO_ON;
	/* ast_variable_update changes the first one that has this name and value. */
	for (size_t i = 0; i < count && !first; i++)
		if (slice_equal_ignore_case(variables[i].name, last->name) &&
		    (!last->value.size || slice_equal_ignore_case(variables[i].value, last->value)))
			first = &variables[i];
	size_t size = last->value.size + text.size;
	if (!spend(parse, count + size))
		return stop_at_limit(parse, "its \"+=\" lines need more work than ringfence does");
	char *joined = arena_allocate(parse->arena, size + 1);
	if (!joined)
		return out_of_memory(parse);
	if (last->value.size)
		memcpy(joined, last->value.data, last->value.size);
	if (text.size)
		memcpy(joined + last->value.size, text.data, text.size);
	first->name = last->name;
	first->value = conf_strip((struct slice){ .data = joined, .size = size });
	first->is_inherited = false;
	return GO_ON;
}

static enum outcome set_variable(struct parse *parse, const struct place *place, struct slice name,
				 struct slice value, bool is_object)
{
	if (name.size == 0 && is_since(parse, VERSION_11)) {
		warn(parse, place, "a line without a name before the '=' is ignored");
		return GO_ON;
	}
	struct conf_variable variable = {
		.origin = place_origin(place),
		.is_object = is_object,
	};
	if (!keep_text(parse, place, name, &variable.name) ||
	    !keep_text(parse, place, conf_strip(value), &variable.value))
		return STOPPED;
	return append_variable(parse, place->category, &variable);
}

static enum outcome read_variable(struct parse *parse, struct place *place)
{
	struct slice text = place->line.text;
	if (place->category == CONF_NONE)
		return refuse(parse, place, "a line before any [category]");
	size_t escaped = slice_starts_with(text, "\\") && is_since(parse, VERSION_11);
	if (escaped) {
		text = slice_from(text, 1);
		/* char is signed: bytes over 127 are "under 33" too. */
		if (text.size == 0 || (signed char)text.data[0] < 33)
			return refuse(parse, place, "a '\\' with nothing to escape behind it");
	}
	size_t equals = escaped + slice_find_byte(slice_from(text, escaped), '=');
	if (equals >= text.size) {
		warn(parse, place, "a line without '=' is ignored");
		return GO_ON;
	}
	struct slice value = slice_from(text, equals + 1);
	if (equals > escaped && text.data[equals - 1] == '+') {
		struct slice name = slice_part(text, 0, equals - 1);
		bool done;
		if (is_since(parse, VERSION_11))
			name = conf_strip(name);
		enum outcome outcome = append_value(parse, place, name, value, &done);
		return done || outcome != GO_ON
			       ? outcome
			       : set_variable(parse, place, conf_strip(name), value, false);
	}
	bool is_object = slice_starts_with(value, ">");
	return set_variable(parse, place, conf_strip(slice_part(text, 0, equals)),
			    is_object ? slice_from(value, 1) : value, is_object);
}

static enum load_outcome load_name(struct parse *parse, struct slice name);

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

static enum outcome read_exec(struct parse *parse, const struct place *place)
{
	if (!parse->options->exec_includes) {
		warn(parse, place, "#exec is ignored: execincludes is off in asterisk.conf");
		return GO_ON;
	}
	struct unread *unread = ARENA_NEW(parse->arena, struct unread);
	if (!unread)
		return out_of_memory(parse);
	*unread = (struct unread){
		.what = parse->file->name,
		.why = "an #exec line adds the output of a program, and ringfence runs none",
		.to_read_it = "put the program's output into a file and #include it",
	};
	mark_incomplete(parse, unread);
	if (place->category != CONF_NONE)
		parse->categories[place->category].public.is_incomplete = true;
	warn(parse, place, unread->why);
	return GO_ON;
}

static enum outcome read_directive(struct parse *parse, struct place *place)
{
	struct slice text = slice_from(place->line.text, 1);
	size_t end = 0;
	while (end < text.size && (signed char)text.data[end] > 32)
		end++;
	struct slice word = slice_part(text, 0, end);
	bool is_try = slice_is_ignore_case(word, "tryinclude") && is_since(parse, VERSION_11);
	bool is_exec = slice_is_ignore_case(word, "exec");
	if (!is_try && !is_exec && !slice_is_ignore_case(word, "include")) {
		warn(parse, place, "an unknown directive is ignored");
		return GO_ON;
	}
	struct slice rest = conf_strip(slice_from(text, end + 1));
	if (is_exec && (rest.size || !parse->options->exec_includes))
		return read_exec(parse, place);
	if (rest.size == 0) {
		warn(parse, place, "a directive without its argument is ignored");
		return GO_ON;
	}
	/* The name lies in the reader's buffer when the line was edited. */
	struct slice name;
	if (!keep_text(parse, place, directive_argument(rest), &name))
		return STOPPED;
	switch (load_name(parse, name)) {
	case NOTHING:
		return is_try ? GO_ON : refuse(parse, place, "it includes a file that is absent");
	case GIVEN_UP:
		return STOPPED;
	default:
		return GO_ON;
	}
}

static enum outcome read_line(struct parse *parse, struct place *place)
{
	switch (place->line.text.data[0]) {
	case '[':
		return read_header(parse, place);
	case '#':
		return read_directive(parse, place);
	default:
		return read_variable(parse, place);
	}
}

static enum outcome read_source(struct parse *parse, struct place *place, struct conf_lines *lines)
{
	conf_lines_open(lines, place->source->bytes);
	while (conf_lines_next(lines, &place->line)) {
		enum outcome outcome = read_line(parse, place);
		if (parse->memory_failed)
			return STOPPED;
		if (outcome != GO_ON)
			return outcome;
	}
	if (lines->is_endless)
		return refuse(parse, place,
			      "comments nested deeper than 128: Asterisk never finishes reading");
	return GO_ON;
}

/* Counts the file; false at a limit. */
static bool count_source(struct parse *parse, const struct source *source)
{
	parse->byte_total += source->bytes.size;
	parse->include_total++;
	if (parse->byte_total <= CONF_BYTES_MAX && parse->include_total <= CONF_INCLUDES_MAX)
		return true;
	(void)stop_at_limit(parse, "it includes more than ringfence reads");
	return false;
}

static enum load_outcome load_paths(struct parse *parse, struct conf_paths *paths,
				    struct conf_lines *lines)
{
	struct place place = { .category = parse->current, .level = parse->include_level };
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
			mark_incomplete(parse, unread);
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
			(void)stop_at_limit(parse, "the file is too large; its end is not read");
		if (!count_source(parse, place.source))
			return GIVEN_UP;
		switch (read_source(parse, &place, lines)) {
		case REFUSED:
			return INVALID;
		case STOPPED:
			return GIVEN_UP;
		case GO_ON:
			break;
		}
	}
	return found ? LOADED : NOTHING;
}

/* ast_config_internal_load with config_text_file_load. */
static enum load_outcome load_name(struct parse *parse, struct slice name)
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
	lines->skips_mark = is_since(parse, VERSION_13);
	lines->skips_full_lines = !is_since(parse, VERSION_13);
	if (paths.unread)
		mark_incomplete(parse, paths.unread);
	enum load_outcome outcome = load_paths(parse, &paths, lines);
	/* An invalid file leaves the level as it is, in Asterisk too. */
	if (outcome != INVALID)
		parse->include_level--;
	return outcome;
}

static bool copy_result(struct parse *parse)
{
	struct conf_category *categories =
		ARENA_ARRAY(parse->arena, parse->count, struct conf_category);
	if (!categories || !settle_fresh(parse))
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
	struct parse parse = {
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
