/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_model.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/sshd/sshd_finish.h"
#include "audit/sshd/sshd_walk.h"

#define SSHD_FOLDER "/etc/ssh/"
#define SSHD_PROGRAM "/usr/sbin/sshd"

/* Red Hat 8 and its kin: a shell variable with -o options, which the unit file passes to sshd. */
#define CRYPTO_POLICY_PATH "/etc/crypto-policies/back-ends/opensshserver.config"
#define SYSCONFIG_PATH "/etc/sysconfig/sshd"

/* Most different files that a configuration is made of; a folder with more is no configuration. */
#define FILES_MAX 4096

struct reading {
	const struct loader *loader;
	struct sshd_model *model;
	struct sshd_file **files;
	size_t capacity;
	bool memory_failed;
};

static bool note_unread(struct reading *reading, const char *what, const char *why,
			const char *to_read_it)
{
	struct unread *unread = ARENA_NEW(reading->loader->arena, struct unread);
	if (!unread) {
		reading->memory_failed = true;
		return false;
	}
	*unread = (struct unread){ .what = what, .why = why, .to_read_it = to_read_it };
	reading->model->unread = unread;
	reading->model->state = FACT_UNREADABLE;
	return false;
}

static bool keep_file(struct reading *reading, struct sshd_file *file)
{
	struct sshd_model *model = reading->model;
	struct sshd_file **files =
		arena_grow(reading->loader->arena, reading->files, model->file_count,
			   &reading->capacity, sizeof(*files));
	if (!files) {
		reading->memory_failed = true;
		return false;
	}
	reading->files = files;
	files[model->file_count++] = file;
	model->files = files;
	return true;
}

static struct sshd_file *find_file(struct reading *reading, const struct source *source)
{
	for (size_t i = 0; reading->files && i < reading->model->file_count; i++)
		if (reading->files[i]->source == source ||
		    strcmp(reading->files[i]->source->path, source->path) == 0)
			return reading->files[i];
	return NULL;
}

static struct sshd_file *parse_source(struct reading *reading, const struct source *source)
{
	const struct sshd_facts *facts = &reading->model->facts;
	struct sshd_file *file = find_file(reading, source);
	if (file)
		return file;
	if (source->is_truncated) {
		note_unread(reading, source->path, "the file is larger than the limit", "");
		return NULL;
	}
	file = sshd_parse_file(reading->loader->arena, facts->version, facts->services, source);
	if (!file || !keep_file(reading, file)) {
		reading->memory_failed = true;
		return NULL;
	}
	return file;
}

/* What sshd reads when it opens a folder: nothing. */
static struct sshd_file *empty_file(struct reading *reading, const char *path)
{
	struct sshd_file *file = ARENA_NEW(reading->loader->arena, struct sshd_file);
	struct source *source = ARENA_NEW(reading->loader->arena, struct source);
	if (!file || !source) {
		reading->memory_failed = true;
		return NULL;
	}
	source->path = path;
	file->source = source;
	return file;
}

/* The file at PATH, which a pattern of LINE found; NULL when reading stops, or when sshd would
 * refuse. */
static struct sshd_file *read_included(struct reading *reading, struct sshd_walk *walk,
				       const char *path)
{
	const struct source *source = NULL;
	const struct unread *unread = NULL;
	struct file_status status;
	if (loader_status(reading->loader, path, false, &status, &unread) == LOAD_FOUND &&
	    status.kind == FILE_DIRECTORY)
		return empty_file(reading, path);
	switch (loader_read(reading->loader, path, &source, &unread)) {
	case LOAD_FOUND:
		return parse_source(reading, source);
	case LOAD_ABSENT:
		/* A link to nowhere: sshd names the file, and no line. */
		sshd_refuse(&walk->run, NULL, "%s does not exist", path);
		return NULL;
	case LOAD_UNREADABLE:
		break;
	}
	reading->model->state = FACT_UNREADABLE;
	reading->model->unread = unread;
	return NULL;
}

/* The pattern that WORD means, NUL-terminated. */
static const char *include_pattern(struct reading *reading, struct slice word)
{
	BUFFER_AUTO text = { 0 };
	if (word.data[0] != '/' && word.data[0] != '~')
		buffer_append_string(&text, SSHD_FOLDER);
	buffer_append_slice(&text, word);
	const char *pattern = buffer_keep(&text, reading->loader->arena);
	if (!pattern)
		reading->memory_failed = true;
	return pattern;
}

static bool resolve_word(struct reading *reading, struct sshd_walk *walk, struct slice word,
			 struct sshd_include *include)
{
	struct path_list paths = { .count = 0 };
	const struct unread *unread = NULL;
	const char *pattern = include_pattern(reading, word);
	if (!pattern)
		return false;
	/* A path that starts with '~' matches nothing: sshd does not expand it here. */
	if (pattern[0] == '~')
		return true;
	if (loader_glob(reading->loader, pattern, &paths, &unread) == LOAD_UNREADABLE) {
		reading->model->state = FACT_UNREADABLE;
		reading->model->unread = unread;
		return false;
	}
	if (paths.count > FILES_MAX - reading->model->file_count)
		return note_unread(reading, pattern, "more files are included than the limit", "");
	struct sshd_file **files =
		ARENA_ARRAY(reading->loader->arena, paths.count, struct sshd_file *);
	if (!files) {
		reading->memory_failed = true;
		return false;
	}
	for (size_t i = 0; i < paths.count; i++) {
		files[include->count] = read_included(reading, walk, paths.paths[i]);
		if (files[include->count])
			include->count++;
		else if (reading->memory_failed || reading->model->state == FACT_UNREADABLE)
			return false;
	}
	include->files = files;
	return true;
}

static bool resolve_include(struct sshd_walk *walk, struct sshd_line *line)
{
	struct reading *reading = walk->context;
	struct sshd_include *includes =
		ARENA_ARRAY(reading->loader->arena, line->word_count, struct sshd_include);
	if (!includes) {
		reading->memory_failed = true;
		walk->is_stopped = true;
		return false;
	}
	for (size_t i = 0; i < line->word_count; i++) {
		if (!line->words[i].size) {
			sshd_refuse(&walk->run, line, "Include has an empty word");
			continue;
		}
		if (!resolve_word(reading, walk, line->words[i], &includes[i])) {
			walk->is_stopped = true;
			return false;
		}
	}
	line->includes = includes;
	return true;
}

/* Is CRYPTO_POLICY switched off in the service's own settings? */
static bool policy_is_overridden(struct reading *reading)
{
	const struct source *source;
	const struct unread *unread;
	struct slice rest, line;
	if (loader_read(reading->loader, SYSCONFIG_PATH, &source, &unread) != LOAD_FOUND)
		return false;
	rest = source->bytes;
	while (slice_next_line(&rest, &line))
		if (slice_starts_with(slice_trim(line), "CRYPTO_POLICY="))
			return true;
	return false;
}

/* Turns "CRYPTO_POLICY='-oCiphers=a,b -oMACs=c'" into lines "Ciphers=a,b". */
static bool policy_lines(struct slice text, struct buffer *lines)
{
	struct slice word;
	size_t quote = slice_find_byte(text, '\'');
	if (!slice_starts_with(slice_trim(text), "CRYPTO_POLICY="))
		return false;
	text = slice_from(text, quote + 1);
	text = slice_part(text, 0, slice_find_byte(text, '\''));
	while (slice_next_word(&text, &word)) {
		if (!slice_starts_with(word, "-o"))
			continue;
		buffer_append_slice(lines, slice_from(word, 2));
		buffer_append_byte(lines, '\n');
	}
	return !buffer_failed(lines) && lines->size;
}

static void load_crypto_policy(struct reading *reading)
{
	struct sshd_version version = reading->model->facts.version;
	const struct source *source;
	const struct unread *unread;
	BUFFER_AUTO lines = { 0 };
	if (version.vendor != SSHD_REDHAT || version.release < SSHD_RELEASE(7, 8) ||
	    version.release >= SSHD_RELEASE(8, 7))
		return;
	if (loader_read(reading->loader, CRYPTO_POLICY_PATH, &source, &unread) != LOAD_FOUND ||
	    policy_is_overridden(reading) || !policy_lines(source->bytes, &lines))
		return;
	const char *copy = slice_to_string(reading->loader->arena, buffer_slice(&lines));
	struct source *given = ARENA_NEW(reading->loader->arena, struct source);
	if (!copy || !given) {
		reading->memory_failed = true;
		return;
	}
	*given = *source;
	given->bytes = (struct slice){ .data = copy, .size = lines.size };
	struct sshd_file *file = sshd_parse_file(reading->loader->arena, version,
						 reading->model->facts.services, given);
	if (!file) {
		reading->memory_failed = true;
		return;
	}
	/* All of it stands on one line of the file. */
	for (size_t i = 0; i < file->count; i++) {
		file->lines[i].number = 1;
		file->lines[i].origin = (struct origin){
			.source = source,
			.first = 0,
			.end = source->bytes.size,
		};
	}
	reading->model->command_line = file;
}

/* The folder of the first Include of a "*.conf" pattern, when nothing is set before it. */
static struct slice find_drop_in_folder(const struct sshd_file *file)
{
	for (size_t i = 0; i < file->count; i++) {
		const struct sshd_line *line = &file->lines[i];
		if (!line->keyword || line->keyword->action == SSHD_ACTION_IGNORE)
			continue;
		if (line->keyword->action != SSHD_ACTION_INCLUDE)
			break;
		for (size_t k = 0; k < line->word_count; k++) {
			struct slice word = line->words[k];
			size_t slash = slice_find_last_byte(word, '/');
			struct slice folder = slice_part(word, 0, slash);
			if (slice_is(slice_from(word, slash), "/*.conf") &&
			    slice_starts_with(word, "/") &&
			    slice_find_byte(folder, '*') == folder.size)
				return folder;
		}
	}
	return (struct slice){ .data = NULL };
}

static bool read_whole(struct reading *reading)
{
	struct sshd_model *model = reading->model;
	struct sshd_options *options = ARENA_NEW(reading->loader->arena, struct sshd_options);
	if (!options)
		return false;
	sshd_options_init(options);
	struct sshd_walk walk = {
		.run = {
			.arena = reading->loader->arena,
			.facts = &model->facts,
			.options = options,
		},
		.include = resolve_include,
		.context = reading,
	};
	load_crypto_policy(reading);
	if (model->command_line)
		sshd_walk_file(&walk, model->command_line);
	sshd_walk_file(&walk, model->file);
	if (model->state == FACT_UNREADABLE)
		return !reading->memory_failed;
	sshd_fill_defaults(&walk.run);
	sshd_check_sense(&walk.run);
	model->is_refused = walk.run.is_refused;
	model->refusal = walk.run.refusal;
	model->global = options;
	model->drop_in_folder = find_drop_in_folder(model->file);
	return !walk.run.memory_failed && !reading->memory_failed;
}

static struct fact_bool find_program(const struct loader *loader, struct fact_bool package)
{
	struct file_status status;
	const struct unread *unread = NULL;
	if (package.state == FACT_PRESENT && package.value)
		return package;
	switch (loader_status(loader, SSHD_PROGRAM, false, &status, &unread)) {
	case LOAD_FOUND:
		return (struct fact_bool){ .state = FACT_PRESENT, .value = true };
	case LOAD_ABSENT:
		return package.state == FACT_PRESENT ? package
						     : (struct fact_bool){ .state = FACT_ABSENT };
	case LOAD_UNREADABLE:
		break;
	}
	return (struct fact_bool){ .state = FACT_UNREADABLE, .unread = unread };
}

struct sshd_model *sshd_model_load_source(const struct loader *loader,
					  const struct sshd_request *request,
					  const struct source *source)
{
	struct sshd_model *model = ARENA_NEW(loader->arena, struct sshd_model);
	struct reading reading = { .loader = loader, .model = model };
	if (!model)
		return NULL;
	model->state = FACT_PRESENT;
	model->facts = request->facts;
	model->is_installed = find_program(loader, request->package);
	model->file = parse_source(&reading, source);
	if (reading.memory_failed || (model->file && !read_whole(&reading)))
		return NULL;
	return model;
}

struct sshd_model *sshd_model_load(const struct loader *loader, const struct sshd_request *request)
{
	const struct source *source = NULL;
	const struct unread *unread = NULL;
	enum load_status status = loader_read(loader, SSHD_CONFIG_PATH, &source, &unread);
	if (status == LOAD_FOUND)
		return sshd_model_load_source(loader, request, source);
	struct sshd_model *model = ARENA_NEW(loader->arena, struct sshd_model);
	if (!model)
		return NULL;
	model->facts = request->facts;
	model->state = status == LOAD_ABSENT ? FACT_ABSENT : FACT_UNREADABLE;
	model->unread = unread;
	model->is_installed = find_program(loader, request->package);
	return model;
}

bool sshd_evaluate(struct arena *arena, const struct sshd_model *model,
		   const struct sshd_connection *connection, struct sshd_options *ret_options,
		   struct sshd_refusal *ret_refusal)
{
	struct sshd_options *matched = ARENA_NEW(arena, struct sshd_options);
	if (!matched)
		return false;
	sshd_options_init(matched);
	struct sshd_walk walk = {
		.run = { .arena = arena, .facts = &model->facts, .options = matched },
		.connection = connection,
	};
	sshd_walk_file(&walk, model->file);
	*ret_options = *model->global;
	walk.run.options = ret_options;
	sshd_copy_from_match(&walk.run, matched);
	if (ret_refusal)
		*ret_refusal = walk.run.is_refused ? walk.run.refusal
						   : (struct sshd_refusal){ .message = NULL };
	return !walk.run.memory_failed;
}
