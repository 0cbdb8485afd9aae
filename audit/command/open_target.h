/* SPDX-License-Identifier: Apache-2.0
 *
 * What a word of the command line says is to be looked at: `local`, a folder, an archive.
 */
#ifndef RINGFENCE_COMMAND_OPEN_TARGET_H
#define RINGFENCE_COMMAND_OPEN_TARGET_H

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/command/ask_terminal.h"
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

/* How targets are opened, from the options of a command. */
struct target_wishes {
	bool allow_asterisk_cli;
	const char *ssh_config;
	/* Seconds for connecting and for each round of questions; 0 for the defaults. */
	unsigned int timeout_seconds;
	/* Of ask_terminal: who knows the passwords. */
	struct ask_user ask;
};

/* The target that NAME means, in ARENA; the caller ends it with target_close. NULL: there is no
 * such target, or it can't be opened (*ERROR, with advice). */
struct target *open_target(struct arena *arena, const char *name,
			   const struct target_wishes *wishes, struct error *error) MUST_CHECK;

/* model_build over TARGET, as often as target_fetch brings more answers. */
bool open_target_build(struct target *target, const struct site *site, model_build_step *step,
		       void *step_context, struct model *ret_model, struct error *error) MUST_CHECK;

#endif
