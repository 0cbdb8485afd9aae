/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence show fail2ban`: the commands that fail2ban's client would give its server, as
 * `fail2ban-client -d` prints them, in JSON.
 */
#include "audit/base/arena.h"
#include "audit/base/json_text.h"
#include "audit/command/commands.h"
#include "audit/command/path_argument.h"
#include "audit/fail2ban/jail_reader.h"
#include "audit/fail2ban/option_text.h"
#include "audit/target/target.h"

#define FAIL2BAN_MEMORY_BYTES ((size_t)256 * 1024 * 1024)
#define FAIL2BAN_TIMEOUT_MS 10000
/* Commands of one jail. */
#define COMMANDS_MAX 4096

struct fail2ban_options {
	bool json;
	const char *version;
};

static const struct option_row rows[] = {
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON, which is how it is always printed",
		.offset = offsetof(struct fail2ban_options, json),
	},
	{
		.name = "fail2ban",
		.kind = OPTION_TEXT,
		.argument = "VERSION",
		.help = "the version that %(fail2ban_version)s stands for",
		.offset = offsetof(struct fail2ban_options, version),
	},
};

/* The commands of one jail: JSON texts, in order. */
struct command_lines {
	struct arena *arena;
	const char **items;
	size_t count, capacity;
	bool failed;
};

static void insert(struct command_lines *lines, size_t at, struct buffer *text)
{
	const char **grown = lines->count < COMMANDS_MAX
				     ? arena_grow(lines->arena, lines->items, lines->count,
						  &lines->capacity, sizeof(*grown))
				     : NULL;
	const char *copy = buffer_keep(text, lines->arena);
	if (!grown || !copy) {
		lines->failed = true;
		return;
	}
	lines->items = grown;
	memmove(grown + at + 1, grown + at, (lines->count - at) * sizeof(*grown));
	grown[at] = copy;
	lines->count++;
	buffer_clear(text);
}

static void append(struct command_lines *lines, struct buffer *text)
{
	insert(lines, lines->count, text);
}

/* `["set", "JAIL"` and what follows. */
static void begin(struct buffer *out, const char *verb, struct slice jail, const char *word)
{
	buffer_format(out, "[\"%s\", ", verb);
	json_text_append(out, jail);
	if (word) {
		buffer_append_string(out, ", ");
		json_text_append(out, slice_of(word));
	}
}

static void add_word(struct buffer *out, struct slice word)
{
	buffer_append_string(out, ", ");
	json_text_append(out, word);
}

static void add_value(struct buffer *out, const struct option_entry *entry)
{
	buffer_append_string(out, ", ");
	switch (entry->type) {
	case FAIL2BAN_TEXT:
		json_text_append(out, entry->value);
		break;
	case FAIL2BAN_NOTHING:
		buffer_append_string(out, "null");
		break;
	case FAIL2BAN_INTEGER:
		buffer_append_slice(out, entry->value);
		break;
	case FAIL2BAN_BOOLEAN:
		buffer_append_string(out, slice_is(entry->value, "True") ? "true" : "false");
		break;
	}
}

/* failregex and ignoreregex: one expression a line, empty ones left out. */
static void add_expressions(struct command_lines *lines, struct slice jail,
			    const struct option_entry *entry)
{
	BUFFER_AUTO list = { 0 };
	BUFFER_AUTO out = { 0 };
	BUFFER_AUTO word = { 0 };
	struct slice rest = entry->value, line;
	size_t count = 0;
	while (slice_next_line(&rest, &line)) {
		if (!line.size)
			continue;
		buffer_append_string(&list, count++ ? ", " : "");
		json_text_append(&list, line);
	}
	if (!count)
		return;
	buffer_format(&word, "add%.*s", SLICE_ARG(entry->name));
	begin(&out, count > 1 ? "multi-set" : "set", jail, buffer_string(&word));
	buffer_append_string(&out, count > 1 ? ", [" : ", ");
	buffer_append_slice(&out, buffer_slice(&list));
	buffer_append_string(&out, count > 1 ? "]]" : "]");
	append(lines, &out);
}

/* One line as a shell would split it: quotes and backslashes. */
static void add_shell_words(struct buffer *out, struct slice line)
{
	BUFFER_AUTO word = { 0 };
	bool has_word = false;
	char quote = '\0';
	for (size_t i = 0; i <= line.size; i++) {
		char byte = i < line.size ? line.data[i] : ' ';
		if (quote && byte == quote && i < line.size) {
			quote = '\0';
		} else if (!quote && (byte == '\'' || byte == '"')) {
			quote = byte;
			has_word = true;
		} else if (byte == '\\' && quote != '\'' && i + 1 < line.size) {
			buffer_append_byte(&word, line.data[++i]);
			has_word = true;
		} else if (!quote && byte_is_space((unsigned char)byte)) {
			if (has_word)
				add_word(out, buffer_slice(&word));
			buffer_clear(&word);
			has_word = false;
		} else if (i < line.size) {
			buffer_append_byte(&word, byte);
			has_word = true;
		}
	}
}

/* FilterReader._fillStream */
static void fill(struct command_lines *lines, struct slice jail, const struct option_map *options)
{
	size_t first = 0;
	for (size_t i = 0; i < options->count; i++) {
		const struct option_entry *entry = &options->entries[i];
		BUFFER_AUTO out = { 0 };
		if (entry->type == FAIL2BAN_NOTHING)
			continue;
		bool is_dns = slice_is(entry->name, "usedns");
		if (slice_is(entry->name, "failregex") || slice_is(entry->name, "ignoreregex")) {
			add_expressions(lines, jail, entry);
		} else if (is_dns || slice_is(entry->name, "maxlines") ||
			   slice_is(entry->name, "prefregex")) {
			begin(&out, "set", jail, slice_to_string(lines->arena, entry->name));
			add_value(&out, entry);
			buffer_append_byte(&out, ']');
			insert(lines, is_dns ? 0 : first, &out);
			first++;
		} else if (slice_is(entry->name, "datepattern")) {
			begin(&out, "set", jail, "datepattern");
			add_value(&out, entry);
			buffer_append_byte(&out, ']');
			append(lines, &out);
		} else if (slice_is(entry->name, "journalmatch")) {
			struct slice rest = entry->value, line;
			while (slice_next_line(&rest, &line)) {
				if (!line.size)
					continue;
				begin(&out, "set", jail, "addjournalmatch");
				add_shell_words(&out, line);
				buffer_append_byte(&out, ']');
				append(lines, &out);
			}
		}
	}
}

static void add_logs(struct command_lines *lines, struct command_lines *late,
		     const struct loader *loader, struct slice jail, struct slice value)
{
	struct slice line;
	while (slice_next_line(&value, &line)) {
		size_t blank = slice_find_last_byte(line, ' ');
		struct slice path = slice_part(line, 0, blank);
		struct slice tail = blank < line.size ? slice_from(line, blank + 1) : SLICE("head");
		char *pattern = slice_to_string(lines->arena, path);
		struct path_list found;
		const struct unread *unread;
		if (!pattern || loader_glob(loader, pattern, &found, &unread) != LOAD_FOUND)
			continue;
		for (size_t i = 0; i < found.count; i++) {
			BUFFER_AUTO out = { 0 };
			begin(&out, "set", jail, "addlogpath");
			add_word(&out, slice_of(found.paths[i]));
			add_word(&out, tail);
			buffer_append_byte(&out, ']');
			append(late, &out);
		}
	}
}

static bool is_unsent(struct slice name)
{
	if (slice_is(name, "action") || slice_is(name, "filter") || slice_is(name, "enabled") ||
	    slice_is(name, "backend"))
		return true;
	for (size_t i = 0; i < filter_option_count; i++)
		if (slice_is(name, filter_options[i].name))
			return true;
	return false;
}

static void add_jail_options(struct command_lines *lines, struct command_lines *late,
			     const struct loader *loader, const struct jail_text *jail)
{
	bool is_journal = slice_starts_with(option_map_text(&jail->options, "backend"), "systemd");
	for (size_t i = 0; i < jail->options.count; i++) {
		const struct option_entry *entry = &jail->options.entries[i];
		BUFFER_AUTO out = { 0 };
		if (slice_is(entry->name, "logpath")) {
			if (!is_journal)
				add_logs(lines, late, loader, jail->name, entry->value);
		} else if (slice_is(entry->name, "ignoreip")) {
			struct slice rest = entry->value, word;
			begin(&out, "set", jail->name, "addignoreip");
			while (option_text_next_word(&rest, &word))
				if (word.size)
					add_word(&out, word);
			buffer_append_byte(&out, ']');
			append(lines, &out);
		} else if (!is_unsent(entry->name)) {
			begin(&out, "set", jail->name, slice_to_string(lines->arena, entry->name));
			add_value(&out, entry);
			buffer_append_byte(&out, ']');
			append(lines, &out);
		}
	}
}

static bool is_action_option(struct slice name)
{
	for (size_t i = 0; i < action_option_count; i++)
		if (slice_is(name, action_options[i].name))
			return true;
	return false;
}

/* The options of one action; KNOWN: those that fail2ban knows, else the others. */
static size_t add_action_options(struct buffer *out, const struct option_map *options, bool known,
				 size_t count)
{
	for (size_t i = 0; i < options->count; i++) {
		const struct option_entry *entry = &options->entries[i];
		if (is_action_option(entry->name) != known ||
		    slice_starts_with(entry->name, "known/"))
			continue;
		buffer_append_string(out, count++ ? ", [" : "[");
		json_text_append(out, entry->name);
		add_value(out, entry);
		buffer_append_byte(out, ']');
	}
	return count;
}

static void add_action(struct command_lines *lines, const struct jail_text *jail,
		       const struct jail_action_text *action, const char *directory)
{
	BUFFER_AUTO out = { 0 };
	BUFFER_AUTO list = { 0 };
	begin(&out, "set", jail->name, "addaction");
	add_word(&out, action->title);
	if (action->is_python) {
		BUFFER_AUTO path = { 0 };
		buffer_format(&path, "%s/action.d/%.*s", directory, SLICE_ARG(action->name));
		add_word(&out, buffer_slice(&path));
		buffer_append_string(&list, "{");
		size_t count = 0;
		for (size_t i = 0; i < action->given.count; i++) {
			const struct option_entry *entry = &action->given.entries[i];
			if (slice_is(entry->name, "actname"))
				continue;
			buffer_append_string(&list, count++ ? ", " : "");
			json_text_append(&list, entry->name);
			buffer_append_string(&list, ": ");
			json_text_append(&list, entry->value);
		}
		buffer_append_byte(&list, '}');
		add_word(&out, buffer_slice(&list));
		buffer_append_byte(&out, ']');
		append(lines, &out);
		return;
	}
	buffer_append_byte(&out, ']');
	append(lines, &out);
	size_t count = add_action_options(&list, &action->options, true, 0);
	count = add_action_options(&list, &action->given, false, count);
	if (!count)
		return;
	begin(&out, count > 1 ? "multi-set" : "set", jail->name, "action");
	add_word(&out, action->title);
	buffer_append_string(&out, count > 1 ? ", [" : ", ");
	struct slice items = buffer_slice(&list);
	/* A single one stands by itself: its brackets go. */
	buffer_append_slice(&out, count > 1 ? items : slice_part(items, 1, items.size - 2));
	buffer_append_string(&out, count > 1 ? "]]" : "]");
	append(lines, &out);
}

static bool print_jail(const struct fail2ban_reading *reading, const struct jail_text *jail,
		       struct buffer *out, bool *ret_any)
{
	struct command_lines lines = { .arena = reading->arena }, late = lines, own = lines;
	BUFFER_AUTO text = { 0 };
	if (jail->skipped) {
		begin(&text, "config-error", jail->name, jail->skipped);
		buffer_append_byte(&text, ']');
		append(&lines, &text);
	} else {
		/* The filter's own commands first; then those of the jail, some before them. */
		fill(&lines, jail->name, &jail->filter);
		fill(&lines, jail->name, &jail->options);
		add_jail_options(&lines, &late, reading->loader, jail);
		begin(&text, "add", jail->name, NULL);
		add_word(&text, option_map_text(&jail->options, "backend"));
		buffer_append_byte(&text, ']');
		insert(&lines, 0, &text);
		for (size_t i = 0; i < jail->action_count; i++)
			add_action(&own, jail, &jail->actions[i], reading->directory);
	}
	const struct command_lines *parts[] = { &lines, &late, &own };
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		for (size_t j = 0; j < parts[i]->count; j++) {
			buffer_append_string(out, *ret_any ? ",\n  " : "\n  ");
			buffer_append_string(out, parts[i]->items[j]);
			*ret_any = true;
		}
		if (parts[i]->failed)
			return false;
	}
	return true;
}

static bool print_jails(struct fail2ban_reading *reading, struct slice version, struct buffer *out)
{
	struct fail2ban_conf *conf;
	bool any = false;
	buffer_append_string(out, "{\"commands\": [");
	if (!fail2ban_read_jails(reading, version, &conf))
		return !reading->memory_failed;
	for (size_t i = 0; i < conf->count; i++) {
		struct jail_text jail;
		const struct ini_section section = conf->sections[i];
		if (slice_is(section.name, "INCLUDES") || slice_starts_with(section.name, "KNOWN/"))
			continue;
		if (!jail_text_read(conf, &section, &jail))
			return !reading->memory_failed;
		if (jail.is_enabled && !print_jail(reading, &jail, out, &any))
			return false;
	}
	return true;
}

static int show(const struct fail2ban_options *options, const struct loader *loader,
		const char *directory)
{
	struct error error;
	BUFFER_AUTO out = { 0 };
	struct fail2ban_reading reading = {
		.loader = loader,
		.arena = loader->arena,
		.directory = path_argument(loader->arena, directory),
	};
	if (!print_jails(&reading, slice_of(options->version), &out)) {
		error_memory(&error);
		return command_report_error(&error);
	}
	buffer_append_string(&out, "]");
	if (reading.refused) {
		buffer_append_string(&out, ", \"refused\": ");
		json_text_append(&out, slice_of(reading.refused));
	}
	buffer_append_string(&out, "}\n");
	int printed = command_print(&out);
	return printed ? printed : reading.refused ? error_exit_code(ERROR_INPUT) : 0;
}

static int run(const struct command *command, int argument_count, char **arguments)
{
	struct fail2ban_options options = { 0 };
	struct option_positionals places;
	struct error error;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &places, &status))
		return status;
	if (places.count > 1) {
		error_set(&error, ERROR_USAGE, "one folder at a time");
		return command_report_error(&error);
	}
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(FAIL2BAN_MEMORY_BYTES);
	const struct target_options target_options = { .probe_timeout_ms = FAIL2BAN_TIMEOUT_MS };
	struct target *target = arena ? target_open_local(arena, &target_options, &error) : NULL;
	if (!target) {
		if (!arena)
			error_memory(&error);
		return command_report_error(&error);
	}
	status = show(&options, target_loader(target),
		      places.count ? places.items[0] : "/etc/fail2ban");
	target_close(target);
	return status;
}

const struct command show_fail2ban_command = {
	.name = "show fail2ban",
	.arguments = "[--json] [DIRECTORY]",
	.about = "Print fail2ban's jails as fail2ban merges them",
	.description =
		"Reads DIRECTORY (/etc/fail2ban) and prints the commands that fail2ban's client "
		"would give its server: every enabled jail with its filter and its actions, "
		"interpolated. Where fail2ban would refuse the configuration, \"refused\" says "
		"why, and the exit status is 2.",
	.examples = "ringfence show fail2ban\tthe jails of this host\n"
		    "ringfence show fail2ban ./fail2ban\tthose of a copy of its folder\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
