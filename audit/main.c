/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the command in its table and runs it.
 */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "audit/base/version.h"
#include "audit/command/commands.h"
#include "audit/command/manual.h"

/* clang-format off */
/* In the order of help; NULL after the last. */
const struct command *const commands[] = {
	&audit_command,
	&scan_command,
	&show_command,
	&report_command,
	&diff_command,
	&history_command,
	&checks_command,
	&collect_command,
	&verify_command,
	&plan_command,
	&prove_command,
	NULL,
};
/* clang-format on */

const struct command *command_find(const struct command *const *list, struct slice name)
{
	for (; *list; list++)
		if (slice_is(name, (*list)->name))
			return *list;
	return NULL;
}

static int print_help(void)
{
	BUFFER_AUTO out = { 0 };
	manual_overview(commands, &out);
	return command_print(&out);
}

/* For the Makefile: the man page and the completions come from the same tables as the program. */
static int print_generated(const char *what)
{
	BUFFER_AUTO out = { 0 };
	struct error error;
	if (!manual_generate(what, commands, show_commands, &out, &error))
		return command_report_error(&error);
	return command_print(&out);
}

/* What was read holds secrets: no core file, no debugger of another user. */
static void keep_memory_private(void)
{
	const struct rlimit none = { 0 };
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
}

int main(int argument_count, char **arguments)
{
	keep_memory_private();
	const char *name = argument_count > 1 ? arguments[1] : "--help";
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
		return print_help();
	if (strcmp(name, "--version") == 0) {
		puts("ringfence " RINGFENCE_VERSION);
		return 0;
	}
	if (strcmp(name, "--print") == 0 && argument_count > 2)
		return print_generated(arguments[2]);
	const struct command *command = command_find(commands, slice_of(name));
	if (command)
		return command->run(command, argument_count - 2, arguments + 2);
	struct error error;
	error_set(&error, ERROR_USAGE, "there is no command \"%s\"", name);
	error_advise(&error, "`ringfence --help` lists them");
	return command_report_error(&error);
}
