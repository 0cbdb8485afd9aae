/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands of the program, one a file.
 */
#ifndef RINGFENCE_COMMAND_COMMANDS_H
#define RINGFENCE_COMMAND_COMMANDS_H

#include "audit/base/slice.h"
#include "audit/command/options.h"

extern const struct command audit_command;
extern const struct command checks_command;
extern const struct command collect_command;
extern const struct command diff_command;
extern const struct command history_command;
extern const struct command plan_command;
extern const struct command prove_command;
extern const struct command report_command;
extern const struct command scan_command;
extern const struct command show_command;
extern const struct command verify_command;

/* The words after `ringfence show`. */
extern const struct command show_asterisk_command;
extern const struct command show_calls_command;
extern const struct command show_fail2ban_command;
extern const struct command show_filter_command;
extern const struct command show_firewall_command;
extern const struct command show_logs_command;
extern const struct command show_ports_command;
extern const struct command show_sshd_command;

/* All of the program, in the order of help; NULL after the last. Those of `show` follow in
 * show_commands. */
extern const struct command *const commands[];
extern const struct command *const show_commands[];

/* The row of COMMANDS whose name is NAME; NULL when there is none. */
const struct command *command_find(const struct command *const *list, struct slice name);

#endif
