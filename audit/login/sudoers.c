/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/login/sudoers.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

#define SUDOERS_PATH "/etc/sudoers"
#define ALIAS_DEPTH_MAX 8

struct alias {
	struct slice name;
	/* The list after '='. */
	struct slice members;
};

struct reading {
	const struct loader *loader;
	struct sudoers *sudoers;
	struct sudoers_rule *rules;
	size_t capacity;
	struct alias *aliases;
	size_t alias_count;
	size_t alias_capacity;
	/* Lines are kept until all aliases are known. */
	struct slice *lines;
	struct origin *origins;
	size_t line_count;
	size_t line_capacity;
	size_t origin_capacity;
	bool memory_failed;
};

/* Takes the next item off a comma list; '\\' keeps a comma or colon in it, and so do quotes. */
static bool next_item(struct slice *rest, struct slice *ret_item)
{
	*rest = slice_trim_left(*rest);
	if (!rest->size)
		return false;
	bool quoted = false;
	size_t at = 0;
	for (; at < rest->size; at++) {
		char byte = rest->data[at];
		if (byte == '\\')
			at++;
		else if (byte == '"')
			quoted = !quoted;
		else if (byte == ',' && !quoted)
			break;
	}
	if (at > rest->size)
		at = rest->size;
	*ret_item = slice_trim(slice_part(*rest, 0, at));
	*rest = slice_from(*rest, at + 1);
	return true;
}

static const struct alias *find_alias(const struct reading *reading, struct slice name)
{
	for (size_t i = 0; i < reading->alias_count; i++)
		if (slice_equal(reading->aliases[i].name, name))
			return &reading->aliases[i];
	return NULL;
}

static void add_rule(struct reading *reading, const struct sudoers_rule *rule)
{
	if (reading->sudoers->count >= SUDOERS_RULES_MAX) {
		reading->sudoers->is_cut = true;
		return;
	}
	struct sudoers_rule *grown =
		arena_grow(reading->loader->arena, reading->rules, reading->sudoers->count,
			   &reading->capacity, sizeof(*grown));
	if (!grown) {
		reading->memory_failed = true;
		return;
	}
	reading->rules = grown;
	grown[reading->sudoers->count++] = *rule;
	reading->sudoers->rules = grown;
}

/* RULE for each user that WHO names. */
static void add_for_users(struct reading *reading, struct sudoers_rule *rule, struct slice who,
			  unsigned int depth)
{
	struct slice item;
	while (next_item(&who, &item) && !reading->memory_failed && !reading->sudoers->is_cut) {
		const struct alias *alias = find_alias(reading, item);
		if (alias && depth < ALIAS_DEPTH_MAX) {
			add_for_users(reading, rule, alias->members, depth + 1);
			continue;
		}
		rule->who = item;
		add_rule(reading, rule);
	}
}

/* Takes "NOPASSWD:" and other tags off the front of *ITEM. */
static void take_tags(struct slice *item, struct sudoers_rule *rule)
{
	for (;;) {
		size_t end = 0;
		while (end < item->size &&
		       (byte_is_upper((unsigned char)item->data[end]) || item->data[end] == '_'))
			end++;
		struct slice after = slice_trim_left(slice_from(*item, end));
		if (!end || !after.size || after.data[0] != ':')
			return;
		struct slice tag = slice_part(*item, 0, end);
		if (slice_is(tag, "NOPASSWD"))
			rule->without_password = true;
		else if (slice_is(tag, "PASSWD"))
			rule->without_password = false;
		*item = slice_trim(slice_from(after, 1));
	}
}

/* Commands of COMMANDS for WHO. Tags and "(user)" hold for the commands after them, too. */
static void add_commands(struct reading *reading, struct sudoers_rule *rule, struct slice who,
			 struct slice commands, unsigned int depth)
{
	struct slice item;
	while (next_item(&commands, &item) && !reading->memory_failed &&
	       !reading->sudoers->is_cut) {
		if (item.size && item.data[0] == '(') {
			size_t end = slice_find_byte(item, ')');
			rule->run_as = slice_trim(slice_part(item, 1, end - 1));
			item = slice_trim(slice_from(item, end + 1));
		}
		take_tags(&item, rule);
		rule->is_negated = item.size && item.data[0] == '!';
		if (rule->is_negated)
			item = slice_trim(slice_from(item, 1));
		const struct alias *alias = find_alias(reading, item);
		if (alias && depth < ALIAS_DEPTH_MAX) {
			bool negated = rule->is_negated;
			if (!negated)
				add_commands(reading, rule, who, alias->members, depth + 1);
			continue;
		}
		rule->command = item;
		add_for_users(reading, rule, who, 0);
	}
}

/* "User_Alias A = b, c : D = e" */
static void read_aliases(struct reading *reading, struct slice rest)
{
	struct slice definition;
	while (slice_next_field(&rest, ':', &definition)) {
		size_t equals = slice_find_byte(definition, '=');
		if (equals == definition.size)
			continue;
		struct alias *grown =
			arena_grow(reading->loader->arena, reading->aliases, reading->alias_count,
				   &reading->alias_capacity, sizeof(*grown));
		if (!grown) {
			reading->memory_failed = true;
			return;
		}
		reading->aliases = grown;
		grown[reading->alias_count++] = (struct alias){
			.name = slice_trim(slice_part(definition, 0, equals)),
			.members = slice_trim(slice_from(definition, equals + 1)),
		};
	}
}

static void read_defaults(struct reading *reading, struct slice rest)
{
	struct slice item;
	while (next_item(&rest, &item)) {
		if (slice_is(item, "use_pty"))
			reading->sudoers->uses_pty = true;
		if (slice_is(item, "log_output") || slice_starts_with(item, "logfile") ||
		    slice_is(item, "log_input"))
			reading->sudoers->has_log = true;
	}
}

/* "alice, %wheel ALL = (root) NOPASSWD: ALL, /bin/ls" */
static void read_rule(struct reading *reading, struct slice line, struct origin origin)
{
	size_t equals = slice_find_byte(line, '=');
	struct slice left = slice_trim(slice_part(line, 0, equals));
	/* The last word before '=' is the host list; blanks around commas belong to the lists. */
	size_t end = left.size;
	while (end > 0 && !byte_is_space((unsigned char)left.data[end - 1]))
		end--;
	while (end > 0) {
		struct slice before = slice_trim(slice_part(left, 0, end));
		if (!before.size || before.data[before.size - 1] != ',')
			break;
		end = before.size - 1;
		while (end > 0 && !byte_is_space((unsigned char)left.data[end - 1]))
			end--;
	}
	struct slice who = slice_trim(slice_part(left, 0, end));
	if (equals == line.size || !who.size)
		return;
	struct sudoers_rule rule = { .origin = origin };
	add_commands(reading, &rule, who, slice_trim(slice_from(line, equals + 1)), 0);
}

static void read_file(struct reading *reading, const char *path, unsigned int depth);

static void read_folder(struct reading *reading, struct slice folder, unsigned int depth)
{
	BUFFER_AUTO pattern = { 0 };
	struct path_list paths = { .count = 0 };
	const struct unread *unread = NULL;
	buffer_append_slice(&pattern, folder);
	buffer_append_string(&pattern, "/*");
	if (loader_glob(reading->loader, buffer_string(&pattern), &paths, &unread) ==
	    LOAD_UNREADABLE) {
		reading->sudoers->state = FACT_UNREADABLE;
		reading->sudoers->unread = unread;
		return;
	}
	for (size_t i = 0; i < paths.count; i++) {
		struct slice path = slice_of(paths.paths[i]);
		struct slice name = slice_from(path, slice_find_last_byte(path, '/') + 1);
		/* sudo passes over names with a dot and backups. */
		if (slice_find_byte(name, '.') < name.size || slice_ends_with(name, "~"))
			continue;
		read_file(reading, paths.paths[i], depth + 1);
	}
}

/* True when LINE includes something. */
static bool read_include(struct reading *reading, struct slice line, unsigned int depth)
{
	static const char *const words[] = { "@includedir", "#includedir", "@include", "#include" };
	struct slice rest = line, word, target;
	if (!slice_next_word(&rest, &word))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!slice_is(word, words[i]) || !slice_next_word(&rest, &target))
			continue;
		if (i < 2) {
			read_folder(reading, target, depth);
			return true;
		}
		BUFFER_AUTO path = { 0 };
		if (!slice_starts_with(target, "/"))
			buffer_append_string(&path, "/etc/");
		buffer_append_slice(&path, target);
		read_file(reading, buffer_string(&path), depth + 1);
		return true;
	}
	return false;
}

static void keep_line(struct reading *reading, struct slice line, struct origin origin)
{
	struct slice *lines =
		arena_grow(reading->loader->arena, reading->lines, reading->line_count,
			   &reading->line_capacity, sizeof(*lines));
	struct origin *origins =
		arena_grow(reading->loader->arena, reading->origins, reading->line_count,
			   &reading->origin_capacity, sizeof(*origins));
	if (!lines || !origins) {
		reading->memory_failed = true;
		return;
	}
	reading->lines = lines;
	reading->origins = origins;
	lines[reading->line_count] = line;
	origins[reading->line_count++] = origin;
}

/* '#' begins a comment unless a digit follows (a user id). */
static struct slice without_comment(struct slice line)
{
	for (size_t i = 0; i < line.size; i++)
		if (line.data[i] == '#' &&
		    !(i + 1 < line.size && byte_is_digit((unsigned char)line.data[i + 1])))
			return slice_part(line, 0, i);
	return line;
}

static void read_line(struct reading *reading, struct slice line, struct origin origin,
		      unsigned int depth)
{
	struct slice rest = slice_trim(line), word;
	if (read_include(reading, rest, depth))
		return;
	rest = slice_trim(without_comment(rest));
	line = rest;
	if (!slice_next_word(&rest, &word))
		return;
	if (slice_ends_with(word, "_Alias"))
		read_aliases(reading, rest);
	else if (slice_is(slice_part(word, 0, sizeof("Defaults") - 1), "Defaults"))
		read_defaults(reading, rest);
	else
		keep_line(reading, line, origin);
}

static void read_file(struct reading *reading, const char *path, unsigned int depth)
{
	const struct source *source = NULL;
	const struct unread *unread = NULL;
	if (depth > SUDOERS_DEPTH_MAX)
		return;
	switch (loader_read(reading->loader, path, &source, &unread)) {
	case LOAD_FOUND:
		break;
	case LOAD_ABSENT:
		return;
	case LOAD_UNREADABLE:
		reading->sudoers->state = FACT_UNREADABLE;
		reading->sudoers->unread = unread;
		return;
	}
	if (reading->sudoers->state == FACT_ABSENT)
		reading->sudoers->state = FACT_PRESENT;
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line) && !reading->memory_failed) {
		struct origin origin = origin_of(source, line);
		if (!slice_ends_with(line, "\\")) {
			read_line(reading, line, origin, depth);
			continue;
		}
		/* Continued lines are put together without the backslashes. */
		BUFFER_AUTO joined = { 0 };
		do {
			bool more = slice_ends_with(line, "\\");
			buffer_append_slice(&joined,
					    slice_part(line, 0, line.size - (more ? 1 : 0)));
			if (!more)
				break;
		} while (slice_next_line(&rest, &line));
		const char *copy = buffer_keep(&joined, reading->loader->arena);
		if (!copy)
			reading->memory_failed = true;
		else
			read_line(reading, slice_of(copy), origin, depth);
	}
}

bool sudoers_load(const struct loader *loader, struct sudoers *ret_sudoers)
{
	*ret_sudoers = (struct sudoers){ .state = FACT_ABSENT };
	struct reading reading = { .loader = loader, .sudoers = ret_sudoers };
	read_file(&reading, SUDOERS_PATH, 0);
	for (size_t i = 0; i < reading.line_count && !reading.memory_failed; i++)
		read_rule(&reading, reading.lines[i], reading.origins[i]);
	return !reading.memory_failed;
}

bool sudoers_rule_is_for_root(const struct sudoers_rule *rule)
{
	struct slice users = slice_part(rule->run_as, 0, slice_find_byte(rule->run_as, ':'));
	struct slice user;
	if (!slice_trim(rule->run_as).size)
		return true;
	while (next_item(&users, &user))
		if (slice_is(user, "ALL") || slice_is(user, "root") || slice_is(user, "#0"))
			return true;
	return false;
}
