/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/exec_model.h"

#include "audit/asterisk/conf_parse.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* Write for group and others (sys/stat.h S_IWGRP, S_IWOTH). */
#define MODE_WRITE_GROUP 020u
#define MODE_WRITE_OTHERS 02u

struct reading {
	const struct loader *loader;
	struct exec_model *model;
	struct exec_line *lines;
	size_t capacity;
	bool memory_failed;
};

static struct exec_place look_at(struct reading *reading, struct slice path)
{
	struct exec_place place = { .path = slice_to_string(reading->loader->arena, path) };
	if (!place.path) {
		reading->memory_failed = true;
		return place;
	}
	enum load_status status =
		loader_status(reading->loader, place.path, false, &place.status, &place.unread);
	place.state = status == LOAD_FOUND    ? FACT_PRESENT
		      : status == LOAD_ABSENT ? FACT_ABSENT
					      : FACT_UNREADABLE;
	return place;
}

/* The first word of the command, which may stand in quotes or "<>" (main/config.c). */
static struct slice program_of(struct slice command)
{
	command = slice_trim(command);
	if (command.size && (command.data[0] == '"' || command.data[0] == '<'))
		command = slice_from(command, 1);
	size_t end = 0;
	while (end < command.size && (unsigned char)command.data[end] > ' ' &&
	       command.data[end] != '"' && command.data[end] != '>')
		end++;
	return slice_part(command, 0, end);
}

static void add_line(struct reading *reading, struct slice command, struct origin origin)
{
	struct exec_model *model = reading->model;
	struct slice program = program_of(command);
	if (!program.size)
		return;
	if (model->count >= EXEC_LINES_MAX) {
		model->is_cut = true;
		return;
	}
	struct exec_line *lines = arena_grow(reading->loader->arena, reading->lines, model->count,
					     &reading->capacity, sizeof(*lines));
	if (!lines) {
		reading->memory_failed = true;
		return;
	}
	struct exec_line *line = &lines[model->count++];
	*line = (struct exec_line){
		.program = program,
		.origin = origin,
		.is_searched = program.data[0] != '/',
	};
	if (!line->is_searched) {
		size_t slash = slice_find_last_byte(program, '/');
		line->file = look_at(reading, program);
		line->folder = look_at(reading, slash ? slice_part(program, 0, slash) : SLICE("/"));
	}
	reading->lines = lines;
	model->lines = lines;
}

static void read_source(struct reading *reading, const struct source *source)
{
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line)) {
		struct slice text = slice_trim(line);
		if (text.size < 6 || !slice_is_ignore_case(slice_part(text, 0, 5), "#exec") ||
		    (unsigned char)text.data[5] > ' ')
			continue;
		add_line(reading, slice_from(text, 5), origin_of(source, line));
	}
}

static void read_files(struct reading *reading, const char *pattern)
{
	struct path_list files = { 0 };
	const struct unread *unread = NULL;
	if (loader_glob(reading->loader, pattern, &files, &unread) == LOAD_UNREADABLE)
		reading->model->unread = unread;
	for (size_t i = 0; i < files.count; i++) {
		const struct source *source;
		enum load_status status =
			loader_read(reading->loader, files.paths[i], &source, &unread);
		if (status == LOAD_FOUND)
			read_source(reading, source);
		else if (status == LOAD_UNREADABLE)
			reading->model->unread = unread;
	}
}

const struct exec_model *exec_model_load(const struct loader *loader,
					 const struct conf_options *options)
{
	struct exec_model *model = ARENA_NEW(loader->arena, struct exec_model);
	if (!model || !options->exec_includes)
		return model;
	struct reading reading = { .loader = loader, .model = model };
	model->modes_are_lost = loader->modes_are_lost;
	static const char *const patterns[] = { "*.conf", "*/*.conf" };
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		BUFFER_AUTO pattern = { 0 };
		buffer_format(&pattern, "%s/%s", options->directory, patterns[i]);
		read_files(&reading, buffer_string(&pattern));
	}
	return reading.memory_failed ? NULL : model;
}

bool exec_place_is_safe(const struct exec_place *place)
{
	const struct file_status *status = &place->status;
	bool group_may_write = (status->mode & MODE_WRITE_GROUP) && status->group != 0;
	return status->owner == 0 && !group_may_write && !(status->mode & MODE_WRITE_OTHERS);
}
