/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/target.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "audit/base/buffer.h"
#include "audit/target/target_core.h"

/* An answer that was given before. */
struct target_entry {
	enum load_status status;
	const struct source *source;
	const struct unread *unread;
};

/* What is said when there is no memory left to say anything else. */
static const struct unread out_of_memory = {
	.what = "part of the host",
	.why = "out of memory",
	.to_read_it = "",
};

/* Remembering is a saving, not a need: without memory the next question is asked anew. */
static void remember(struct text_map *map, const char *key, const struct target_entry *entry)
{
	struct target_entry *kept = ARENA_NEW(map->arena, struct target_entry);
	if (!kept || map->count >= TARGET_ENTRIES_MAX)
		return;
	*kept = *entry;
	(void)!text_map_put(map, slice_of(key), kept);
}

const struct unread *target_core_note(struct target *target, const char *what, const char *why,
				      const char *to_read_it)
{
	for (size_t i = 0; i < target->unread_count; i++)
		if (strcmp(target->unread[i]->what, what) == 0)
			return target->unread[i];
	if (target->unread_count >= TARGET_UNREAD_MAX)
		return target->unread[TARGET_UNREAD_MAX - 1];
	struct unread *row = ARENA_NEW(target->arena, struct unread);
	const struct unread **rows =
		arena_grow(target->arena, target->unread, target->unread_count,
			   &target->unread_capacity, sizeof(const struct unread *));
	if (!row || !rows)
		return &out_of_memory;
	row->what = arena_copy(target->arena, what, strlen(what));
	row->why = arena_copy(target->arena, why, strlen(why));
	row->to_read_it = arena_copy(target->arena, to_read_it, strlen(to_read_it));
	if (!row->what || !row->why || !row->to_read_it)
		return &out_of_memory;
	target->unread = rows;
	target->unread[target->unread_count++] = row;
	return row;
}

static const struct unread *note_trouble(struct target *target, const char *path,
					 const struct target_trouble *trouble)
{
	return target_core_note(target, trouble->what ? trouble->what : path,
				trouble->problem.why ? trouble->problem.why
						     : "it could not be read",
				trouble->problem.to_read_it ? trouble->problem.to_read_it : "");
}

static void note_cut(struct target *target, const char *what)
{
	BUFFER_AUTO why = { 0 };
	buffer_format(&why, "larger than %zu MiB: only the beginning was read",
		      TARGET_FILE_BYTES_MAX / (1024 * 1024));
	(void)target_core_note(target, what, buffer_string(&why), "");
}

/* A configuration file with NUL bytes is no text: the daemon and we would read it differently. */
static bool is_binary_configuration(const char *path, struct slice bytes)
{
	struct slice name = slice_of(path);
	bool is_text = slice_ends_with(name, ".conf") || slice_ends_with(name, "_config") ||
		       slice_ends_with(name, ".local") || slice_ends_with(name, "/rules.v4") ||
		       slice_ends_with(name, "/rules.v6") || slice_ends_with(name, "/iptables") ||
		       slice_ends_with(name, "/ip6tables");
	return is_text && slice_find_byte(bytes, '\0') < bytes.size;
}

static struct source *new_source(struct target *target, const char *path,
				 const struct target_bytes *bytes, bool is_probe)
{
	struct source *source = ARENA_NEW(target->arena, struct source);
	char *copy = arena_copy(target->arena, path, strlen(path));
	if (!source || !copy)
		return NULL;
	*source = (struct source){
		.path = copy,
		.bytes = bytes->bytes,
		.owner = bytes->status.owner,
		.group = bytes->status.group,
		.mode = bytes->status.mode,
		.modified = bytes->status.modified,
		.is_probe = is_probe,
		.is_truncated = bytes->is_cut,
	};
	if (!source_index_lines(source, target->arena))
		return NULL;
	return source;
}

/* Gives out ENTRY, which may be a fresh one. */
static enum load_status give(const struct target_entry *entry, const struct source **ret_source,
			     const struct unread **ret_unread)
{
	if (entry->status == LOAD_FOUND)
		*ret_source = entry->source;
	else if (entry->status == LOAD_UNREADABLE && ret_unread)
		*ret_unread = entry->unread;
	return entry->status;
}

/* What the kind of target answered to one question. */
struct given {
	enum load_status status;
	struct target_bytes bytes;
	struct target_trouble trouble;
};

/* Turns GIVEN into an entry of MAP under KEY, remembers it and gives it out. LABEL is what people
 * know the source as: the path, or the probe's command. */
static enum load_status keep(struct target *target, struct text_map *map, const char *key,
			     const char *label, const struct given *given,
			     const struct source **ret_source, const struct unread **ret_unread)
{
	bool is_probe = map == &target->probes;
	struct target_entry entry = { .status = given->status };
	if (entry.status == LOAD_FOUND) {
		entry.source = new_source(target, label, &given->bytes, is_probe);
		if (!entry.source) {
			entry.status = LOAD_UNREADABLE;
			entry.unread = &out_of_memory;
		} else if (given->bytes.is_cut) {
			note_cut(target, label);
		} else if (!is_probe && is_binary_configuration(label, given->bytes.bytes)) {
			(void)target_core_note(target, label, "holds NUL bytes: not a text file",
					       "restore the file");
		}
	} else if (entry.status == LOAD_UNREADABLE) {
		entry.unread = note_trouble(target, label, &given->trouble);
	}
	remember(map, key, &entry);
	return give(&entry, ret_source, ret_unread);
}

static enum load_status load_read(void *context, const char *path, const struct source **ret_source,
				  const struct unread **ret_unread)
{
	struct target *target = context;
	const struct target_entry *known = text_map_find(&target->files, slice_of(path));
	if (known)
		return give(known, ret_source, ret_unread);
	struct given given = { .status = LOAD_ABSENT };
	given.status = target->operations->read(target, path, &given.bytes, &given.trouble);
	return keep(target, &target->files, path, path, &given, ret_source, ret_unread);
}

static struct given ask_probe(struct target *target, const struct probe *probe)
{
	struct given given = { .status = LOAD_UNREADABLE };
	if (!probe) {
		given.trouble.problem = (struct load_problem){ "there is no such probe", "" };
		return given;
	}
	given.status = target->operations->probe(target, probe, &given.bytes, &given.trouble);
	if (!given.trouble.what)
		given.trouble.what = probe->what;
	struct slice text = given.bytes.bytes;
	/* No command of the list prints NUL: a list of nothing must not be made of it. */
	if (given.status == LOAD_FOUND && slice_find_byte(text, '\0') < text.size) {
		given.status = LOAD_UNREADABLE;
		given.trouble.problem = (struct load_problem){
			.why = "the answer holds NUL bytes: it is not the command's text",
			.to_read_it = "save the command's output again",
		};
	}
	return given;
}

static enum load_status load_probe(void *context, const char *name,
				   const struct source **ret_source,
				   const struct unread **ret_unread)
{
	struct target *target = context;
	const struct target_entry *known = text_map_find(&target->probes, slice_of(name));
	if (known)
		return give(known, ret_source, ret_unread);
	const struct probe *probe = probe_find(name);
	const struct given given = ask_probe(target, probe);
	return keep(target, &target->probes, name, probe ? probe->command : name, &given,
		    ret_source, ret_unread);
}

static enum load_status load_status(void *context, const char *path, bool nofollow,
				    struct file_status *ret_status,
				    const struct unread **ret_unread)
{
	struct target *target = context;
	struct target_trouble trouble = { .what = NULL };
	enum load_status status =
		target->operations->status(target, path, nofollow, ret_status, &trouble);
	if (status == LOAD_UNREADABLE) {
		const struct unread *unread = note_trouble(target, path, &trouble);
		if (ret_unread)
			*ret_unread = unread;
	}
	return status;
}

static enum load_status load_open(void *context, const char *path, struct stream *ret_stream,
				  const struct unread **ret_unread)
{
	struct target *target = context;
	struct target_trouble trouble = { .what = NULL };
	enum load_status status = target->operations->open(target, path, ret_stream, &trouble);
	if (status == LOAD_UNREADABLE) {
		const struct unread *unread = note_trouble(target, path, &trouble);
		if (ret_unread)
			*ret_unread = unread;
	}
	return status;
}

struct found_paths {
	char **paths;
	size_t count;
	size_t capacity;
};

static bool add_path(struct target *target, struct found_paths *found, const char *folder,
		     const char *name)
{
	BUFFER_AUTO path = { 0 };
	buffer_format(&path, "%s/%s", folder, name);
	char *copy = buffer_keep(&path, target->arena);
	char **paths = arena_grow(target->arena, found->paths, found->count, &found->capacity,
				  sizeof(*paths));
	if (!copy || !paths)
		return false;
	found->paths = paths;
	found->paths[found->count++] = copy;
	return true;
}

/* Which names of FOLDER match PATTERN, as glob(3) has it: '*' and '?' do not match a leading dot.
 */
static enum load_status match_folder(struct target *target, const char *folder, const char *pattern,
				     struct found_paths *found, const struct unread **ret_unread)
{
	struct target_trouble trouble = { .what = NULL };
	struct name_list names = { .names = NULL };
	const char *path = folder[0] ? folder : "/";
	enum load_status status = target->operations->list(target, path, &names, &trouble);
	if (status == LOAD_UNREADABLE)
		*ret_unread = note_trouble(target, path, &trouble);
	if (status != LOAD_FOUND)
		return status;
	if (names.is_cut)
		(void)target_core_note(target, path,
				       "a folder with too many files: not all were "
				       "looked at",
				       "");
	for (size_t i = 0; i < names.count; i++) {
		if (fnmatch(pattern, names.names[i], FNM_PERIOD | FNM_PATHNAME) != 0)
			continue;
		if (found->count == TARGET_GLOB_MAX) {
			*ret_unread = target_core_note(target, path,
						       "a pattern matches too many files", "");
			return LOAD_UNREADABLE;
		}
		if (!add_path(target, found, folder, names.names[i])) {
			*ret_unread = &out_of_memory;
			return LOAD_UNREADABLE;
		}
	}
	return LOAD_FOUND;
}

/* A name without magic: there or not. A dangling link counts as there, as in glob(3). */
static enum load_status match_name(struct target *target, const char *folder, const char *name,
				   struct found_paths *found, const struct unread **ret_unread)
{
	if (!add_path(target, found, folder, name)) {
		*ret_unread = &out_of_memory;
		return LOAD_UNREADABLE;
	}
	struct target_trouble trouble = { .what = NULL };
	struct file_status ignored;
	const char *path = found->paths[found->count - 1];
	enum load_status status =
		target->operations->status(target, path, true, &ignored, &trouble);
	if (status == LOAD_UNREADABLE)
		*ret_unread = note_trouble(target, path, &trouble);
	if (status != LOAD_FOUND)
		found->count--;
	return status;
}

/* The name without the backslashes that keep its special bytes from being magic. */
static char *unescape(struct arena *arena, struct slice pattern)
{
	char *name = slice_to_string(arena, pattern);
	char *out = name;
	for (const char *in = name; in && *in; in++) {
		if (*in == '\\' && in[1])
			in++;
		*out++ = *in;
	}
	if (out)
		*out = '\0';
	return name;
}

static bool has_magic(struct slice part)
{
	for (size_t i = 0; i < part.size; i++) {
		if (part.data[i] == '\\')
			i++;
		else if (strchr("*?[", part.data[i]))
			return true;
	}
	return false;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One part of the pattern after the other, each over all folders that the parts before it gave. */
static enum load_status load_glob(void *context, const char *pattern, struct path_list *ret_paths,
				  const struct unread **ret_unread)
{
	struct target *target = context;
	const struct unread *trouble = NULL;
	char *root = arena_copy(target->arena, "", 0);
	struct found_paths level = { .paths = &root, .count = root ? 1 : 0 };
	struct slice rest = slice_of(pattern), part;
	while (slice_ends_with(rest, "/"))
		rest.size--;
	while (slice_next_field(&rest, '/', &part)) {
		if (part.size == 0)
			continue;
		struct found_paths next = { .paths = NULL };
		bool is_magic = has_magic(part);
		char *text = is_magic ? slice_to_string(target->arena, part)
				      : unescape(target->arena, part);
		if (!text)
			trouble = &out_of_memory;
		for (size_t i = 0; text && i < level.count; i++) {
			if (is_magic)
				(void)match_folder(target, level.paths[i], text, &next, &trouble);
			else if (rest.data)
				/* A folder on the way: the next part will tell whether it is there.
				 */
				trouble = add_path(target, &next, level.paths[i], text)
						  ? trouble
						  : &out_of_memory;
			else
				(void)match_name(target, level.paths[i], text, &next, &trouble);
		}
		level = next;
	}
	if (level.count > 0)
		qsort(level.paths, level.count, sizeof(*level.paths), compare_paths);
	*ret_paths = (struct path_list){
		.paths = (const char *const *)level.paths,
		.count = level.count,
	};
	if (trouble && ret_unread)
		*ret_unread = trouble;
	return trouble ? LOAD_UNREADABLE : LOAD_FOUND;
}

static void load_note(void *context, const char *what, const char *why, const char *to_read_it,
		      const struct unread **ret_unread)
{
	const struct unread *unread = target_core_note(context, what, why, to_read_it);
	if (ret_unread)
		*ret_unread = unread;
}

struct target *target_core_new(struct arena *arena, const struct target_options *options,
			       const struct target_kind_operations *operations, struct error *error)
{
	struct target *target = ARENA_NEW(arena, struct target);
	if (!target) {
		error_memory(error);
		return NULL;
	}
	target->arena = arena;
	target->files.arena = arena;
	target->probes.arena = arena;
	target->options = *options;
	target->operations = operations;
	target->name = "";
	target->loader = (struct loader){
		.context = target,
		.arena = arena,
		.is_this_machine = operations->kind == TARGET_LOCAL,
		.read = load_read,
		.status = load_status,
		.glob = load_glob,
		.probe = load_probe,
		.open = load_open,
		.note = load_note,
	};
	return target;
}

enum load_status target_core_refuse_cli(struct target_trouble *trouble)
{
	trouble->what = "what the running Asterisk says";
	trouble->problem = (struct load_problem){
		.why = "asking Asterisk was not allowed",
		.to_read_it = "give --allow-asterisk-cli",
	};
	return LOAD_UNREADABLE;
}

void target_core_forget(struct target *target)
{
	target->files = (struct text_map){ .arena = target->arena };
	target->probes = (struct text_map){ .arena = target->arena };
	target->unread_count = 0;
}

bool target_fetch(struct target *target, bool *ret_more, struct error *error)
{
	*ret_more = false;
	return !target->operations->fetch || target->operations->fetch(target, ret_more, error);
}

void target_close(struct target *target)
{
	if (target && target->operations->close)
		target->operations->close(target);
}

const struct loader *target_loader(struct target *target)
{
	return &target->loader;
}

enum target_kind target_kind_of(const struct target *target)
{
	return target->operations->kind;
}

const char *target_name(const struct target *target)
{
	return target->name;
}

const struct unread *target_unread(const struct target *target, size_t *ret_count)
{
	struct unread *rows = ARENA_ARRAY(target->arena, target->unread_count, struct unread);
	*ret_count = rows ? target->unread_count : 1;
	for (size_t i = 0; rows && i < target->unread_count; i++)
		rows[i] = *target->unread[i];
	return rows ? rows : &out_of_memory;
}
