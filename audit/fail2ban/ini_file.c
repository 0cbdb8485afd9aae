/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/ini_file.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* Sections of one file; jail.conf ships with a hundred. */
#define SECTIONS_MAX 4096

struct ini_parse {
	struct arena *arena;
	const struct source *source;
	struct ini_file *file;
	/* Where options go; NULL before the first section. It may move when sections are added, so
	 * it is looked up by index: SIZE_MAX is [DEFAULT]. */
	size_t section;
	bool has_section;
	/* Of [DEFAULT], which may come twice, too: an option only once in a file. */
	struct slice name;
	bool has_name;
	struct origin origin;
	struct buffer value;
	size_t indent;
	bool memory_failed;
};

bool ini_is_space(unsigned char byte)
{
	return byte_is_space(byte) || (byte >= 0x1c && byte <= 0x1f);
}

struct slice ini_trim(struct slice text)
{
	while (text.size && ini_is_space((unsigned char)text.data[0]))
		text = slice_from(text, 1);
	while (text.size && ini_is_space((unsigned char)text.data[text.size - 1]))
		text.size--;
	return text;
}

struct ini_section *ini_find_section(const struct ini_file *file, struct slice name)
{
	for (size_t i = 0; i < file->count; i++)
		if (slice_equal(file->sections[i].name, name))
			return &file->sections[i];
	return NULL;
}

static void refuse(struct ini_parse *parse, struct slice text, const char *why)
{
	if (parse->file->refused)
		return;
	parse->file->refused = why;
	parse->file->refused_at = origin_of(parse->source, text);
}

static struct option_map *current_options(struct ini_parse *parse)
{
	return parse->section == SIZE_MAX ? &parse->file->defaults
					  : &parse->file->sections[parse->section].options;
}

static void end_option(struct ini_parse *parse)
{
	if (!parse->has_name)
		return;
	parse->has_name = false;
	struct slice value = buffer_slice(&parse->value);
	while (value.size && ini_is_space((unsigned char)value.data[value.size - 1]))
		value.size--;
	char *copy = buffer_failed(&parse->value) ? NULL : slice_to_string(parse->arena, value);
	struct option_entry entry = {
		.name = parse->name,
		.value = { .data = copy, .size = value.size },
		.origin = parse->origin,
	};
	if (!copy || !option_map_set(parse->arena, current_options(parse), entry))
		parse->memory_failed = true;
	buffer_clear(&parse->value);
}

static void begin_section(struct ini_parse *parse, struct slice text, size_t close)
{
	struct slice name = slice_part(text, 1, close - 1);
	struct ini_file *file = parse->file;
	parse->has_section = true;
	parse->section = SIZE_MAX;
	if (slice_is(name, "DEFAULT"))
		return;
	if (ini_find_section(file, name) || file->count == SECTIONS_MAX) {
		refuse(parse, text, "the section comes twice in the file");
		return;
	}
	struct ini_section *grown = arena_grow(parse->arena, file->sections, file->count,
					       &file->capacity, sizeof(*grown));
	if (!grown) {
		parse->memory_failed = true;
		return;
	}
	file->sections = grown;
	grown[file->count] =
		(struct ini_section){ .name = name, .origin = origin_of(parse->source, text) };
	parse->section = file->count++;
}

static void begin_option(struct ini_parse *parse, struct slice text)
{
	size_t end = 0;
	while (end < text.size && text.data[end] != '=' && text.data[end] != ':')
		end++;
	struct slice name = ini_trim(slice_part(text, 0, end));
	if (!parse->has_section) {
		refuse(parse, text, "it begins without a section");
		return;
	}
	if (end == text.size || !name.size) {
		refuse(parse, text, "a line is neither a section nor an option");
		return;
	}
	char *copy = slice_to_string(parse->arena, name);
	if (!copy) {
		parse->memory_failed = true;
		return;
	}
	for (size_t i = 0; i < name.size; i++)
		copy[i] = (char)byte_to_lower((unsigned char)copy[i]);
	parse->name = (struct slice){ .data = copy, .size = name.size };
	if (option_map_find(current_options(parse), parse->name)) {
		refuse(parse, text, "an option comes twice in one section");
		return;
	}
	parse->origin = origin_of(parse->source, text);
	parse->has_name = true;
	buffer_append_slice(&parse->value, ini_trim(slice_from(text, end + 1)));
}

/* Where a comment begins in LINE; its size when there is none. */
static size_t comment_start(struct slice line)
{
	struct slice text = ini_trim(line);
	if (text.size && (text.data[0] == '#' || text.data[0] == ';'))
		return 0;
	for (size_t i = 1; i < line.size; i++)
		if (line.data[i] == ';' && ini_is_space((unsigned char)line.data[i - 1]))
			return i;
	return line.size;
}

static void parse_line(struct ini_parse *parse, struct slice line)
{
	size_t comment = comment_start(line);
	struct slice text = ini_trim(slice_part(line, 0, comment));
	if (text.size == 0) {
		/* An empty line inside a value belongs to it, a comment does not. */
		if (comment == line.size && parse->has_name)
			buffer_append_byte(&parse->value, '\n');
		return;
	}
	size_t indent = 0;
	while (indent < line.size && ini_is_space((unsigned char)line.data[indent]))
		indent++;
	if (parse->has_name && indent > parse->indent) {
		buffer_append_byte(&parse->value, '\n');
		buffer_append_slice(&parse->value, text);
		if (parse->value.size > INI_VALUE_BYTES_MAX) {
			refuse(parse, text, "a value is longer than is read");
			buffer_clear(&parse->value);
		}
		return;
	}
	end_option(parse);
	parse->indent = indent;
	size_t close = slice_find_last_byte(text, ']');
	if (text.data[0] == '[' && close < text.size && close > 1)
		begin_section(parse, text, close);
	else
		begin_option(parse, text);
}

/* "\n", "\r\n" and "\r" end a line, as in Python's text files. */
static bool next_line(struct slice *rest, struct slice *ret_line)
{
	if (!rest->size)
		return false;
	size_t end = 0;
	while (end < rest->size && rest->data[end] != '\n' && rest->data[end] != '\r')
		end++;
	*ret_line = slice_part(*rest, 0, end);
	bool is_pair =
		end + 1 < rest->size && rest->data[end] == '\r' && rest->data[end + 1] == '\n';
	*rest = slice_from(*rest, end + 1 + is_pair);
	return true;
}

bool ini_file_parse(struct arena *arena, const struct source *source, struct ini_file *ret_file)
{
	*ret_file = (struct ini_file){ 0 };
	struct ini_parse parse = { .arena = arena, .source = source, .file = ret_file };
	struct slice rest = source->bytes, line;
	while (next_line(&rest, &line) && !parse.memory_failed && !ret_file->refused)
		parse_line(&parse, line);
	end_option(&parse);
	buffer_done(&parse.value);
	return !parse.memory_failed;
}
