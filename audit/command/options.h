/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands and their options as rows. Parsing, --help, the man page and shell completion are all
 * made from these tables.
 */
#ifndef RINGFENCE_COMMAND_OPTIONS_H
#define RINGFENCE_COMMAND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"

enum option_kind {
	/* No argument; the field is a bool. */
	OPTION_FLAG,
	/* The field is a const char *: the last one given wins. */
	OPTION_TEXT,
	/* A decimal number from 0 on; the field is an unsigned int. */
	OPTION_NUMBER,
	/* May be repeated; the field is a struct option_values. */
	OPTION_LIST,
};

enum option_completion {
	COMPLETE_NOTHING,
	COMPLETE_FILE,
	COMPLETE_FOLDER,
	/* The words of `choices`. */
	COMPLETE_CHOICES,
};

#define OPTION_VALUES_MAX 64

struct option_values {
	const char *items[OPTION_VALUES_MAX];
	size_t count;
};

struct option_row {
	/* Without "--"; NULL: only the letter. */
	const char *name;
	/* 0: only the name. */
	char letter;
	enum option_kind kind;
	/* What the argument is called in help: "DIR". NULL for flags. */
	const char *argument;
	const char *help;
	/* offsetof() the field in the command's own struct of values. */
	size_t offset;
	enum option_completion completion;
	/* "html,md,json": for help and completion; and, unless choices_are_a_hint, the only words
	 * taken. */
	const char *choices;
};

struct command {
	/* "audit", "show sshd" */
	const char *name;
	/* What follows the name: "[TARGET...]" */
	const char *arguments;
	/* One line. */
	const char *about;
	/* Paragraphs for --help and the man page; may be NULL. */
	const char *description;
	/* Lines "COMMAND LINE\tWHAT IT DOES", each ended by '\n'; may be NULL. */
	const char *examples;
	const struct option_row *options;
	size_t option_count;
	/* Runs with what follows the command's name; returns the exit code. */
	int (*run)(const struct command *command, int argument_count, char **arguments);
};

/* Positional arguments, in order. */
struct option_positionals {
	char **items;
	size_t count;
};

/* Parses ARGUMENTS by the rows of COMMAND into VALUES (zeroed or with defaults by the caller).
 * Options and positionals may mix; "--" ends options; "--name=value" and "-ovalue" work; a lone "-"
 * is a positional. ARGUMENTS is reordered: the positionals point into it. False: ERROR_USAGE in
 * *ERROR, with the closest known option as advice. `--help` is known to every command: *RET_HELP is
 * set and the rest ignored. */
bool options_parse(const struct command *command, int argument_count, char **arguments,
		   void *values, struct option_positionals *ret_positionals, bool *ret_help,
		   struct error *error) MUST_CHECK;

/* Appends the help of COMMAND. */
void options_help(const struct command *command, struct buffer *out);

/* Prints "ringfence: FILE:LINE: MESSAGE" and the advice to standard error, and returns the exit
 * code. */
int command_report_error(const struct error *error);

/* The usual beginning of a command's run: parses, prints help or the usage error. True: go on.
 * False: return *RET_EXIT. */
bool command_begin(const struct command *command, int argument_count, char **arguments,
		   void *values, struct option_positionals *ret_positionals,
		   int *ret_exit) MUST_CHECK;

/* Writes all of OUT to standard output; returns 0, or 4 with a message when that fails or OUT
 * failed. */
int command_print(struct buffer *out);

#endif
