/* SPDX-License-Identifier: Apache-2.0
 *
 * Owners and modes of the files that matter: those that hold secrets, keys, recordings, and those
 * that Asterisk or root run. What the modes mean is for checks to say.
 */
#ifndef RINGFENCE_KERNEL_FILE_MODEL_H
#define RINGFENCE_KERNEL_FILE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

enum file_role {
	/* Settings of Asterisk, the GUI, databases, in which a password stands. */
	FILE_ROLE_SECRETS,
	/* A private key. */
	FILE_ROLE_KEY,
	/* What Asterisk runs or loads, and the folders that it comes from. */
	FILE_ROLE_PROGRAM,
	/* Scripts that root runs when Asterisk starts. */
	FILE_ROLE_STARTUP,
	/* Recordings, voicemail, call records. */
	FILE_ROLE_RECORDING,
	/* Copies of such files, archives, histories of commands. */
	FILE_ROLE_COPY,
	FILE_ROLE_COUNT,
};

struct host_file {
	enum file_role role;
	const char *path;
	struct file_status status;
	/* Every folder above lets others through. */
	bool is_reachable;
	/* FILE_ROLE_SECRETS: the line that holds one (never to be quoted); else no place. */
	struct origin origin;
};

/* Where this host's Asterisk keeps its things. NULL or empty: the usual folders. */
struct file_places {
	const char *configuration;
	struct slice modules;
	struct slice agi;
	struct slice spool;
	struct slice logs;
};

struct file_model {
	/* The files are copies that did not keep owners and modes: nothing can be said of them. */
	bool modes_are_lost;
	/* In the order of roles, then of paths. */
	const struct host_file *files;
	size_t count;
	/* Why a part of the files of a role is not known; NULL: nothing hindered. */
	const struct unread *unread[FILE_ROLE_COUNT];
	/* More than FILE_MODEL_FILES_MAX of the role: the rest was not looked at. */
	bool is_cut[FILE_ROLE_COUNT];
};

/* Most files of one role: a site has thousands of recordings, and ten tell as much. */
#define FILE_MODEL_FILES_MAX 2000

/* The model lives in the loader's arena; NULL only when memory is short. */
struct file_model *file_model_load(const struct loader *loader,
				   const struct file_places *places) MUST_CHECK;

/* By role and exact path; NULL when it is not there. */
const struct host_file *file_model_find(const struct file_model *model, enum file_role role,
					const char *path);

#endif
