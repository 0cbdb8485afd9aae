/* SPDX-License-Identifier: Apache-2.0
 *
 * What a word of the command line says is to be looked at: `local`, a folder, an archive.
 */
#ifndef RINGFENCE_COMMAND_OPEN_TARGET_H
#define RINGFENCE_COMMAND_OPEN_TARGET_H

#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/command/options.h"
#include "audit/model/model_build.h"
#include "audit/target/target.h"

/* All that one host's audit may hold: sources, models, findings, result. */
#define AUDIT_BYTES_MAX ((size_t)2 * 1024 * 1024 * 1024)

/* Longest that one probe command may run, that a connection may take, and that a host far away may
 * take to answer a round of questions. */
#define PROBE_TIMEOUT_MS 10000
#define CONNECT_TIMEOUT_SECONDS 15
#define REMOTE_TIMEOUT_SECONDS 120

struct site;
struct model;

/* The options of every command that opens targets. */
struct target_wishes {
	bool allow_asterisk_cli;
	const char *ssh_config;
	/* Seconds for connecting and for each round of questions; 0 for the defaults. */
	unsigned int timeout;
	/* As ask_terminal takes it. */
	unsigned int password_fd;
	/* As in struct target_options. */
	bool sudo_password;
	bool *unreached;
};

/* Their rows, for a struct whose first member is a struct target_wishes. */
#define TARGET_OPTION_ROWS                                                                         \
	{                                                                                          \
		.name = "allow-asterisk-cli",                                                      \
		.kind = OPTION_FLAG,                                                               \
		.help = "ask the running Asterisk too (asterisk -rx, only commands that read)",    \
		.offset = offsetof(struct target_wishes, allow_asterisk_cli),                      \
	},                                                                                         \
		{                                                                                  \
			.name = "ssh-config",                                                      \
			.kind = OPTION_TEXT,                                                       \
			.argument = "FILE",                                                        \
			.help = "ssh targets: this configuration, not ~/.ssh/config",              \
			.offset = offsetof(struct target_wishes, ssh_config),                      \
			.completion = COMPLETE_FILE,                                               \
		},                                                                                 \
		{                                                                                  \
			.name = "timeout",                                                         \
			.kind = OPTION_NUMBER,                                                     \
			.argument = "SECONDS",                                                     \
			.help = "ssh targets: longest wait for a connection, and for an answer",   \
			.offset = offsetof(struct target_wishes, timeout),                         \
		},                                                                                 \
		{                                                                                  \
			.name = "password-fd",                                                     \
			.kind = OPTION_NUMBER,                                                     \
			.argument = "N",                                                           \
			.help = "ssh targets: the password is the first line of this descriptor",  \
			.offset = offsetof(struct target_wishes, password_fd),                     \
		},                                                                                 \
	{                                                                                          \
		.name = "sudo-password", .kind = OPTION_FLAG,                                      \
		.help = "ssh targets: sudo wants a password: ask for it, or take the next line "   \
			"of --password-fd",                                                        \
		.offset = offsetof(struct target_wishes, sudo_password),                           \
	}

/* The target that NAME means, in ARENA; the caller ends it with target_close, and keeps WISHES
 * until then. NULL: there is no such target, or it can't be opened (*ERROR, with advice). */
struct target *open_target(struct arena *arena, const char *name,
			   const struct target_wishes *wishes, struct error *error) MUST_CHECK;

/* model_build over TARGET, as often as target_fetch brings more answers. */
bool open_target_build(struct target *target, const struct site *site, model_build_step *step,
		       void *step_context, struct model *ret_model, struct error *error) MUST_CHECK;

#endif
