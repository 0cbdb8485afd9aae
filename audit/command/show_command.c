/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence show WHAT`: the window into what ringfence understood. Each WHAT is a command of its
 * own.
 */
#include <string.h>

#include "audit/command/commands.h"

/* clang-format off */
/* One line each; NULL after the last. */
const struct command *const show_commands[] = {
	&show_asterisk_command,
	&show_calls_command,
	&show_fail2ban_command,
	&show_filter_command,
	&show_firewall_command,
	&show_logs_command,
	&show_ports_command,
	&show_sshd_command,
	NULL,
};
/* clang-format on */

static int run(const struct command *command, int argument_count, char **arguments)
{
	if (argument_count > 0 && arguments[0][0] != '-') {
		BUFFER_AUTO name = { 0 };
		buffer_format(&name, "show %s", arguments[0]);
		const struct command *found = command_find(show_commands, buffer_slice(&name));
		if (found)
			return found->run(found, argument_count - 1, arguments + 1);
		struct error error;
		error_set(&error, ERROR_USAGE, "there is nothing to show called \"%s\"",
			  arguments[0]);
		error_advise(&error, "`ringfence show --help` lists what there is");
		return command_report_error(&error);
	}
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, NULL, &positionals, &status))
		return status;
	struct error error;
	error_set(&error, ERROR_USAGE, "show what?");
	error_advise(&error, "`ringfence show --help` lists what there is");
	return command_report_error(&error);
}

const struct command show_command = {
	.name = "show",
	.arguments = "WHAT ...",
	.about = "Print what ringfence understood of a configuration, as JSON",
	.description =
		"WHAT is sshd, asterisk, calls, fail2ban, filter, firewall, logs or ports; "
		"`ringfence show WHAT "
		"--help` "
		"tells more.\n"
		"`show asterisk` prints values as they stand in the files, secrets included.",
	.examples = "ringfence show sshd --json /etc/ssh/sshd_config -C "
		    "user=root,addr=203.0.113.9,host=h,laddr=192.0.2.1,lport=22\tthe settings that "
		    "sshd would use for this connection\n"
		    "ringfence show firewall --json --rules /etc/iptables/rules.v4\twhich sources "
		    "reach which service\n"
		    "ringfence show ports --json\twho listens where\n",
	.run = run,
};
