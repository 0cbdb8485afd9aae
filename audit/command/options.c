/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/options.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/slice.h"

/* What every command knows besides its own rows. */
static const struct option_row help_row = {
	.name = "help",
	.letter = 'h',
	.kind = OPTION_FLAG,
	.help = "this help",
};

static const struct option_row *find_name(const struct command *command, struct slice name)
{
	for (size_t i = 0; i < command->option_count; i++)
		if (command->options[i].name && slice_is(name, command->options[i].name))
			return &command->options[i];
	return slice_is(name, help_row.name) ? &help_row : NULL;
}

static const struct option_row *find_letter(const struct command *command, char letter)
{
	for (size_t i = 0; i < command->option_count; i++)
		if (command->options[i].letter == letter)
			return &command->options[i];
	return letter == help_row.letter ? &help_row : NULL;
}

#define NAME_BYTES_MAX 40

/* Edits (insert, delete, replace) from A to B: how far a typing mistake is from a known name. */
static size_t edit_distance(struct slice a, struct slice b)
{
	size_t row[NAME_BYTES_MAX + 1];
	if (a.size > NAME_BYTES_MAX || b.size > NAME_BYTES_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.size; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.size; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.size; j++) {
			size_t above = row[j];
			size_t best = diagonal + (a.data[i - 1] != b.data[j - 1]);
			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
			diagonal = above;
		}
	}
	return row[b.size];
}

static bool unknown_option(const struct command *command, struct slice name, struct error *error)
{
	const char *closest = NULL;
	/* More than three edits away is another word. */
	size_t distance = 4;
	for (size_t i = 0; i < command->option_count; i++) {
		if (!command->options[i].name)
			continue;
		size_t here = edit_distance(name, slice_of(command->options[i].name));
		if (here < distance) {
			distance = here;
			closest = command->options[i].name;
		}
	}
	error_set(error, ERROR_USAGE, "%s has no option --%.*s", command->name, SLICE_ARG(name));
	if (closest)
		error_advise(error, "did you mean --%s?", closest);
	else
		error_advise(error, "`ringfence %s --help` lists them", command->name);
	return false;
}

static bool is_choice(const char *choices, const char *value)
{
	struct slice rest = slice_of(choices), choice;
	while (slice_next_field(&rest, ',', &choice))
		if (slice_is(choice, value))
			return true;
	return false;
}

static bool store(const struct option_row *row, const char *value, void *values,
		  struct error *error)
{
	void *field = (char *)values + row->offset;
	uint64_t number;
	struct option_values *list;
	if (row->kind != OPTION_FLAG && row->choices && row->kind != OPTION_LIST &&
	    !is_choice(row->choices, value)) {
		error_set(error, ERROR_USAGE, "--%s does not take \"%s\"", row->name, value);
		error_advise(error, "one of: %s", row->choices);
		return false;
	}
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return true;
	case OPTION_TEXT:
		*(const char **)field = value;
		return true;
	case OPTION_NUMBER:
		if (!slice_to_uint64(slice_of(value), &number) || number > UINT_MAX)
			return error_set(error, ERROR_USAGE, "--%s wants a number, not \"%s\"",
					 row->name, value);
		*(unsigned int *)field = (unsigned int)number;
		return true;
	case OPTION_LIST:
		list = field;
		if (list->count == OPTION_VALUES_MAX)
			return error_set(error, ERROR_USAGE, "--%s was given more than %d times",
					 row->name, OPTION_VALUES_MAX);
		list->items[list->count++] = value;
		return true;
	}
	return error_set(error, ERROR_INTERNAL, "option row of unknown kind");
}

struct parse {
	const struct command *command;
	int argument_count;
	char **arguments;
	int at;
	void *values;
	bool help;
};

/* The argument of ROW: ATTACHED where it was written in the same word, else the next word. */
static bool take(struct parse *parse, const struct option_row *row, const char *attached,
		 struct error *error)
{
	if (row == &help_row) {
		parse->help = true;
		return true;
	}
	if (row->kind == OPTION_FLAG) {
		if (attached)
			return error_set(error, ERROR_USAGE, "--%s takes no value", row->name);
		return store(row, NULL, parse->values, error);
	}
	const char *value = attached;
	if (!value) {
		if (parse->at + 1 >= parse->argument_count)
			return error_set(error, ERROR_USAGE, "--%s wants %s after it",
					 row->name ? row->name : "option", row->argument);
		value = parse->arguments[++parse->at];
	}
	return store(row, value, parse->values, error);
}

static bool parse_long(struct parse *parse, const char *word, struct error *error)
{
	const char *equals = strchr(word, '=');
	struct slice name = { .data = word,
			      .size = equals ? (size_t)(equals - word) : strlen(word) };
	const struct option_row *row = find_name(parse->command, name);
	if (!row)
		return unknown_option(parse->command, name, error);
	return take(parse, row, equals ? equals + 1 : NULL, error);
}

static bool parse_letters(struct parse *parse, const char *word, struct error *error)
{
	for (; *word; word++) {
		const struct option_row *row = find_letter(parse->command, *word);
		if (!row) {
			error_set(error, ERROR_USAGE, "%s has no option -%c", parse->command->name,
				  *word);
			error_advise(error, "`ringfence %s --help` lists them",
				     parse->command->name);
			return false;
		}
		bool is_flag = row->kind == OPTION_FLAG;
		if (!take(parse, row, !is_flag && word[1] ? word + 1 : NULL, error))
			return false;
		if (!is_flag)
			return true;
	}
	return true;
}

bool options_parse(const struct command *command, int argument_count, char **arguments,
		   void *values, struct option_positionals *ret_positionals, bool *ret_help,
		   struct error *error)
{
	struct parse parse = {
		.command = command,
		.argument_count = argument_count,
		.arguments = arguments,
		.values = values,
	};
	size_t positionals = 0;
	bool options_ended = false;
	for (; parse.at < argument_count; parse.at++) {
		char *word = arguments[parse.at];
		bool done = true;
		if (options_ended || word[0] != '-' || word[1] == '\0')
			arguments[positionals++] = word;
		else if (strcmp(word, "--") == 0)
			options_ended = true;
		else if (word[1] == '-')
			done = parse_long(&parse, word + 2, error);
		else
			done = parse_letters(&parse, word + 1, error);
		if (!done)
			return false;
	}
	*ret_help = parse.help;
	*ret_positionals = (struct option_positionals){ .items = arguments, .count = positionals };
	return true;
}

static void help_rows(const struct option_row *row, struct buffer *out)
{
	BUFFER_AUTO left = { 0 };
	buffer_append_string(&left, "  ");
	if (row->letter)
		buffer_format(&left, "-%c", row->letter);
	if (row->letter && row->name)
		buffer_append_string(&left, ", ");
	if (row->name)
		buffer_format(&left, "--%s", row->name);
	if (row->argument)
		buffer_format(&left, " %s", row->argument);
	/* The text begins in column 28; a longer left side gets a line of its own. */
	if (left.size > 26)
		buffer_format(out, "%s\n%28s", buffer_string(&left), "");
	else
		buffer_format(out, "%-28s", buffer_string(&left));
	buffer_append_string(out, row->help);
	if (row->choices)
		buffer_format(out, " (%s)", row->choices);
	buffer_append_byte(out, '\n');
}

void options_help(const struct command *command, struct buffer *out)
{
	buffer_format(out, "ringfence %s %s\n\n%s.\n", command->name, command->arguments,
		      command->about);
	if (command->description)
		buffer_format(out, "\n%s\n", command->description);
	struct slice rest = slice_of(command->examples), line;
	if (rest.size)
		buffer_append_string(out, "\nExamples:\n");
	while (slice_next_line(&rest, &line)) {
		size_t tab = slice_find_byte(line, '\t');
		struct slice what = slice_from(line, tab + 1);
		buffer_format(out, "  %.*s\n", SLICE_ARG(slice_part(line, 0, tab)));
		if (what.size)
			buffer_format(out, "      %.*s\n", SLICE_ARG(what));
	}
	buffer_append_string(out, "\nOptions:\n");
	for (size_t i = 0; i < command->option_count; i++)
		help_rows(&command->options[i], out);
	help_rows(&help_row, out);
	buffer_append_string(out,
			     "\nExit status: 0 done; 1 a threshold that was asked for is not met; "
			     "2 wrong usage or unusable\ninput; 3 done, but something could not "
			     "be read; 4 internal error or a failed write.\n");
}

/* Text of a host may stand in a message: control bytes do not reach the terminal. */
static void append_harmless(struct buffer *out, const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		if (byte < 0x20 || byte == 0x7f)
			buffer_format(out, "\\x%02x", byte);
		else
			buffer_append_byte(out, *text);
	}
}

int command_report_error(const struct error *error)
{
	BUFFER_AUTO out = { 0 };
	buffer_append_string(&out, "ringfence: ");
	if (error->file[0]) {
		append_harmless(&out, error->file);
		if (error->line)
			buffer_format(&out, ":%u", error->line);
		buffer_append_string(&out, ": ");
	}
	append_harmless(&out, error->message);
	buffer_append_byte(&out, '\n');
	if (error->advice[0]) {
		buffer_append_string(&out, "  ");
		append_harmless(&out, error->advice);
		buffer_append_byte(&out, '\n');
	}
	/* Nothing is left to be done when standard error is gone. */
	(void)fputs(buffer_string(&out), stderr);
	return error_exit_code(error->kind);
}

bool command_begin(const struct command *command, int argument_count, char **arguments,
		   void *values, struct option_positionals *ret_positionals, int *ret_exit)
{
	struct error error;
	bool help;
	if (!options_parse(command, argument_count, arguments, values, ret_positionals, &help,
			   &error)) {
		*ret_exit = command_report_error(&error);
		return false;
	}
	if (!help)
		return true;
	BUFFER_AUTO out = { 0 };
	options_help(command, &out);
	*ret_exit = command_print(&out);
	return false;
}

int command_print(struct buffer *out)
{
	struct error error;
	if (buffer_failed(out)) {
		error_memory(&error);
		return command_report_error(&error);
	}
	struct slice rest = buffer_slice(out);
	while (rest.size) {
		ssize_t wrote = write(STDOUT_FILENO, rest.data, rest.size);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0) {
			error_set(&error, ERROR_WRITE, "cannot write to standard output: %s",
				  error_errno_text(errno));
			return command_report_error(&error);
		}
		rest = slice_from(rest, (size_t)wrote);
	}
	return 0;
}
