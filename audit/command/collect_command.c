/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence collect --list`: every fact of a running host that ringfence may ask for, with its
 * exact command. Whoever runs these by hand has what a directory target reads.
 */
#include "audit/command/commands.h"
#include "audit/target/probe.h"

struct collect_options {
	bool list;
};

static const struct option_row rows[] = {
	{
		.name = "list",
		.kind = OPTION_FLAG,
		.help = "name each fact and the command that tells it",
		.offset = offsetof(struct collect_options, list),
	},
};

static int run(const struct command *command, int argument_count, char **arguments)
{
	struct collect_options options = { .list = false };
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &positionals, &status))
		return status;
	struct error error;
	if (!options.list || positionals.count > 0) {
		error_set(&error, ERROR_USAGE, "collect takes --list alone");
		error_advise(&error, "`ringfence collect --list` prints the commands to save");
		return command_report_error(&error);
	}
	BUFFER_AUTO out = { 0 };
	size_t count;
	const struct probe *probes = probe_list(&count);
	for (size_t i = 0; i < count; i++)
		buffer_format(&out, "%-32s %s\n", probes[i].name, probes[i].command);
	return command_print(&out);
}

const struct command collect_command = {
	.name = "collect",
	.arguments = "--list",
	.about = "list the commands whose answers a host can be audited from elsewhere",
	.description =
		"An audit of a directory reads a host's files there and, from its folder probes/, "
		"what only the running host knows. The list has a line for each such fact: the "
		"file's name below probes/, and the command to save in it. Beyond these commands "
		"ringfence runs nothing on a host, and it needs none of them that the kernel "
		"answers itself.",
	.examples = "ringfence collect --list\twhat may be asked of a host, and how\n"
		    "ss -H -tulnpe > copy/probes/ss\tsave one answer for an audit of copy/\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
