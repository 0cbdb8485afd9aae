/* SPDX-License-Identifier: Apache-2.0
 *
 * What is generated from the tables of commands: the overview of --help, the man page, the
 * completions of bash and zsh.
 */
#ifndef RINGFENCE_COMMAND_MANUAL_H
#define RINGFENCE_COMMAND_MANUAL_H

#include <stdbool.h>

#include "audit/command/options.h"

/* Appends what `ringfence --help` prints. */
void manual_overview(const struct command *const *commands, struct buffer *out);

/* Appends WHAT: "man", "bash-completion", "zsh-completion". False: ERROR_USAGE for another word. */
bool manual_generate(const char *what, const struct command *const *commands,
		     const struct command *const *show_commands, struct buffer *out,
		     struct error *error) MUST_CHECK;

#endif
