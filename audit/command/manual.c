/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/manual.h"

#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/slice.h"
#include "audit/base/version.h"
#include "checks/catalogue.h"
#include "checks/check.h"

/* The pointers to the checks. */
#define MESSAGES_ARENA_MAX ((size_t)1 << 20)

void manual_overview(const struct command *const *commands, struct buffer *out)
{
	buffer_append_string(out,
			     "ringfence: audits a SIP server's hardening, and says what to type\n\n"
			     "Usage: ringfence COMMAND [OPTION...] [ARGUMENT...]\n\nCommands:\n");
	for (; *commands; commands++)
		buffer_format(out, "  %-10s %-22s %s\n", (*commands)->name, (*commands)->arguments,
			      (*commands)->about);
	buffer_append_string(
		out,
		"\nThe first steps:\n"
		"  sudo ringfence audit                  audit this host; reports go to "
		"ringfence-HOST-DATE/\n"
		"  sudo ringfence audit --trusted 192.0.2.0/24\n"
		"                                        the same, saying who may manage the host\n"
		"  ringfence checks SSH-001              what one check looks at, and why it "
		"matters\n"
		"\n`ringfence COMMAND --help` tells more; `man ringfence` has it all.\n");
}

/* One row of a man page: text with backslashes, hyphens and leading dots made harmless. */
static void roff(struct buffer *out, const char *text)
{
	bool at_start = true;
	for (; *text; text++) {
		if (at_start && (*text == '.' || *text == '\''))
			buffer_append_string(out, "\\&");
		if (*text == '\\')
			buffer_append_string(out, "\\\\");
		else if (*text == '-')
			buffer_append_string(out, "\\-");
		else
			buffer_append_byte(out, *text);
		at_start = *text == '\n';
	}
}

static void man_option(const struct option_row *row, struct buffer *out)
{
	buffer_append_string(out, ".TP\n.B ");
	if (row->letter)
		buffer_format(out, "\\-%c%s", row->letter, row->name ? ", " : "");
	if (row->name) {
		buffer_append_string(out, "\\-\\-");
		roff(out, row->name);
	}
	if (row->argument)
		buffer_format(out, " \\fI%s\\fR", row->argument);
	buffer_append_byte(out, '\n');
	roff(out, row->help);
	if (row->choices) {
		buffer_append_string(out, " (");
		roff(out, row->choices);
		buffer_append_byte(out, ')');
	}
	buffer_append_byte(out, '\n');
}

static void man_command(const struct command *command, struct buffer *out)
{
	buffer_append_string(out, ".SS ringfence ");
	roff(out, command->name);
	buffer_append_byte(out, ' ');
	roff(out, command->arguments);
	buffer_append_byte(out, '\n');
	roff(out, command->about);
	buffer_append_string(out, ".\n");
	if (command->description) {
		buffer_append_string(out, ".PP\n");
		roff(out, command->description);
		buffer_append_byte(out, '\n');
	}
	for (size_t i = 0; i < command->option_count; i++)
		man_option(&command->options[i], out);
	struct slice rest = slice_of(command->examples), line;
	if (rest.size)
		buffer_append_string(out, ".PP\nExamples:\n");
	while (slice_next_line(&rest, &line)) {
		size_t tab = slice_find_byte(line, '\t');
		BUFFER_AUTO part = { 0 };
		buffer_append_slice(&part, slice_part(line, 0, tab));
		buffer_append_string(out, ".TP\n.B ");
		roff(out, buffer_string(&part));
		buffer_append_byte(out, '\n');
		buffer_clear(&part);
		buffer_append_slice(&part, slice_from(line, tab + 1));
		roff(out, buffer_string(&part));
		buffer_append_byte(out, '\n');
	}
}

static void man_page(const struct command *const *commands,
		     const struct command *const *show_commands, struct buffer *out)
{
	buffer_append_string(
		out,
		".TH RINGFENCE 1 \"\" \"ringfence " RINGFENCE_VERSION "\" \"User Commands\"\n"
		".SH NAME\nringfence \\- audit a SIP server's hardening, and say what to type\n"
		".SH SYNOPSIS\n.B ringfence\n.I COMMAND\n[\\fIOPTION\\fR...] "
		"[\\fIARGUMENT\\fR...]\n"
		".SH DESCRIPTION\n"
		"ringfence reads the configuration and state of an Asterisk, FreePBX, Elastix or "
		"Issabel server\n"
		"(sshd, Asterisk, firewall, sockets, kernel, fail2ban, logs), understands them as "
		"the programs\n"
		"themselves do, judges them by a catalogue of checks, and writes reports with the "
		"commands that\n"
		"mend each finding. It changes nothing on the host.\n"
		".SH COMMANDS\n");
	for (; *commands; commands++)
		man_command(*commands, out);
	for (; *show_commands; show_commands++)
		man_command(*show_commands, out);
	buffer_append_string(
		out,
		".SH EXIT STATUS\n.TP\n.B 0\nDone.\n.TP\n.B 1\nDone; a threshold that was asked "
		"for is not met.\n"
		".TP\n.B 2\nWrong usage, or an input that cannot be used.\n"
		".TP\n.B 3\nDone, but some targets or facts could not be read; the result says "
		"which.\n"
		".TP\n.B 4\nAn internal error or a failed write; nothing half\\-written is left.\n"
		".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nNo colour when set and not empty.\n"
		".TP\n.B SOURCE_DATE_EPOCH\nThe time of the audit, in seconds since 1970 UTC, "
		"instead of the clock.\n"
		".SH FILES\n.TP\n.I /etc/ringfence/ringfence.conf\nSite settings and waivers, read "
		"where it exists.\n"
		".TP\n.I templates/advisories.tsv\nKnown holes and ends of life, linked in; "
		"installed beside the other templates, and replaced by\n.B audit "
		"\\-\\-advisories\n.IR FILE .\nColumns are separated by one tab, \\(sq#\\(sq "
		"begins a comment:\n.RS\n.nf\nhole PRODUCT ID SCOPE RANGE FIXED NEEDS TITLE "
		"SOURCE\n"
		"end PRODUCT BRANCH DATE TITLE SOURCE\ndate YYYY-MM-DD\n.fi\n.RE\n"
		"SCOPE is \\(lqupstream\\(rq or a distribution\\(aqs release (debian\\-12, "
		"rhel\\-9), "
		"whose packages are compared as dpkg and rpm do; FIXED is a version, "
		"\\(lqnot\\-affected\\(rq, or \\(lq~VERSION\\(rq for fixed there at the latest. "
		"The head of the file tells the rest.\n");
}

static void bash_words(const struct command *command, struct buffer *out)
{
	for (size_t i = 0; i < command->option_count; i++)
		if (command->options[i].name)
			buffer_format(out, "--%s ", command->options[i].name);
	buffer_append_string(out, "--help");
}

static void bash_values(const struct command *command, struct buffer *out)
{
	for (size_t i = 0; i < command->option_count; i++) {
		const struct option_row *row = &command->options[i];
		if (row->kind == OPTION_FLAG || !row->name)
			continue;
		buffer_format(out, "      '%s':--%s", command->name, row->name);
		if (row->letter)
			buffer_format(out, "|'%s':-%c", command->name, row->letter);
		if (row->completion == COMPLETE_CHOICES && row->choices) {
			buffer_append_string(out, ") COMPREPLY=($(compgen -W '");
			for (const char *c = row->choices; *c; c++)
				buffer_append_byte(out, *c == ',' ? ' ' : *c);
			buffer_append_string(out, "' -- \"$cur\")); return ;;\n");
		} else if (row->completion == COMPLETE_FOLDER) {
			buffer_append_string(
				out, ") COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n");
		} else if (row->completion == COMPLETE_FILE) {
			buffer_append_string(
				out, ") COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n");
		} else {
			buffer_append_string(out, ") return ;;\n");
		}
	}
}

static void bash_completion(const struct command *const *commands,
			    const struct command *const *show_commands, struct buffer *out)
{
	buffer_append_string(
		out, "# bash completion for ringfence\n_ringfence() {\n"
		     "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		     "  local command=${COMP_WORDS[1]}\n"
		     "  if [ \"$COMP_CWORD\" = 1 ]; then\n    COMPREPLY=($(compgen -W '");
	for (const struct command *const *c = commands; *c; c++)
		buffer_format(out, "%s ", (*c)->name);
	buffer_append_string(
		out, "--help --version' -- \"$cur\"))\n    return\n  fi\n"
		     "  if [ \"$command\" = show ]; then\n"
		     "    if [ \"$COMP_CWORD\" = 2 ]; then\n      COMPREPLY=($(compgen -W '");
	for (const struct command *const *c = show_commands; *c; c++)
		buffer_format(out, "%s ", (*c)->name + strlen("show "));
	buffer_append_string(out, "' -- \"$cur\"))\n      return\n    fi\n"
				  "    command=\"show ${COMP_WORDS[2]}\"\n  fi\n"
				  "  case $command:$prev in\n");
	for (const struct command *const *c = commands; *c; c++)
		bash_values(*c, out);
	for (const struct command *const *c = show_commands; *c; c++)
		bash_values(*c, out);
	buffer_append_string(out, "  esac\n  if [[ $cur == -* ]]; then\n    case $command in\n");
	for (size_t pass = 0; pass < 2; pass++)
		for (const struct command *const *c = pass ? show_commands : commands; *c; c++) {
			buffer_format(out, "      '%s') COMPREPLY=($(compgen -W '", (*c)->name);
			bash_words(*c, out);
			buffer_append_string(out, "' -- \"$cur\")) ;;\n");
		}
	buffer_append_string(out,
			     "    esac\n  else\n    COMPREPLY=($(compgen -f -- \"$cur\"))\n  fi\n"
			     "}\ncomplete -o filenames -F _ringfence ringfence\n");
}

/* Text inside a zsh _arguments spec in single quotes. */
static void zsh_text(struct buffer *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			buffer_append_string(out, "'\\''");
		else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
			buffer_format(out, "\\%c", *text);
		else
			buffer_append_byte(out, *text);
	}
}

static void zsh_option(const struct option_row *row, struct buffer *out)
{
	if (!row->name)
		return;
	buffer_format(out, " \\\n        '%s--%s[", row->kind == OPTION_LIST ? "*" : "", row->name);
	zsh_text(out, row->help);
	buffer_append_byte(out, ']');
	if (row->argument) {
		buffer_append_byte(out, ':');
		zsh_text(out, row->argument);
		buffer_append_byte(out, ':');
		if (row->completion == COMPLETE_CHOICES && row->choices) {
			buffer_append_byte(out, '(');
			for (const char *c = row->choices; *c; c++)
				buffer_append_byte(out, *c == ',' ? ' ' : *c);
			buffer_append_byte(out, ')');
		} else if (row->completion == COMPLETE_FOLDER) {
			buffer_append_string(out, "_files -/");
		} else if (row->completion == COMPLETE_FILE) {
			buffer_append_string(out, "_files");
		}
	}
	buffer_append_byte(out, '\'');
}

static void zsh_command(const struct command *command, const char *word, struct buffer *out)
{
	buffer_format(out, "    %s)\n      _arguments", word);
	for (size_t i = 0; i < command->option_count; i++)
		zsh_option(&command->options[i], out);
	buffer_append_string(out, " \\\n        '--help[this help]' '*:file:_files' ;;\n");
}

static void zsh_completion(const struct command *const *commands,
			   const struct command *const *show_commands, struct buffer *out)
{
	buffer_append_string(out, "#compdef ringfence\n_ringfence() {\n  local -a commands\n"
				  "  commands=(\n");
	for (const struct command *const *c = commands; *c; c++) {
		buffer_format(out, "    '%s:", (*c)->name);
		zsh_text(out, (*c)->about);
		buffer_append_string(out, "'\n");
	}
	buffer_append_string(out, "  )\n  if (( CURRENT == 2 )); then\n"
				  "    _describe command commands\n    return\n  fi\n"
				  "  shift words; (( CURRENT-- ))\n"
				  "  if [[ $words[1] == show ]]; then\n"
				  "    if (( CURRENT == 2 )); then\n      _values what");
	for (const struct command *const *c = show_commands; *c; c++)
		buffer_format(out, " %s", (*c)->name + strlen("show "));
	buffer_append_string(out, "\n      return\n    fi\n    shift words; (( CURRENT-- ))\n"
				  "    case $words[1] in\n");
	for (const struct command *const *c = show_commands; *c; c++)
		zsh_command(*c, (*c)->name + strlen("show "), out);
	buffer_append_string(out, "    esac\n    return\n  fi\n  case $words[1] in\n");
	for (const struct command *const *c = commands; *c; c++)
		zsh_command(*c, (*c)->name, out);
	buffer_append_string(out, "  esac\n}\n_ringfence \"$@\"\n");
}

/* A line per text of the catalogue, for po/extract.py: where it is from, a tab, the text. */
static bool print_messages(struct buffer *out, struct error *error)
{
	size_t count;
	const struct check_group *groups = catalogue_groups(&count);
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(MESSAGES_ARENA_MAX);
	for (size_t i = 0; i < count; i++)
		buffer_format(out, "%s\t%s\n", groups[i].id, groups[i].title);
	const struct check *const *checks = arena ? catalogue_checks(arena, &count) : NULL;
	for (size_t i = 0; checks && i < count; i++)
		buffer_format(out, "%s\t%s\n%s\t%s\n", checks[i]->id, checks[i]->title,
			      checks[i]->id, checks[i]->why);
	return checks || error_memory(error);
}

bool manual_generate(const char *what, const struct command *const *commands,
		     const struct command *const *show_commands, struct buffer *out,
		     struct error *error)
{
	struct slice word = slice_of(what);
	if (slice_is(word, "man"))
		man_page(commands, show_commands, out);
	else if (slice_is(word, "bash-completion"))
		bash_completion(commands, show_commands, out);
	else if (slice_is(word, "zsh-completion"))
		zsh_completion(commands, show_commands, out);
	else if (slice_is(word, "messages"))
		return print_messages(out, error);
	else
		return error_set(error, ERROR_USAGE,
				 "--print knows man, bash-completion, zsh-completion and "
				 "messages, not \"%s\"",
				 what);
	return true;
}
