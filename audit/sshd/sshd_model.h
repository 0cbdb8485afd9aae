/* SPDX-License-Identifier: Apache-2.0
 *
 * sshd as it will run from the files on the host: the configuration with its includes, read as the
 * daemon reads it, and the settings in force for any connection, as `sshd -T -C` prints them.
 */
#ifndef RINGFENCE_SSHD_SSHD_MODEL_H
#define RINGFENCE_SSHD_SSHD_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/sshd/sshd_apply.h"
#include "audit/sshd/sshd_options.h"
#include "audit/sshd/sshd_parse.h"
#include "audit/sshd/sshd_version.h"

struct ssh_files;

#define SSHD_CONFIG_PATH "/etc/ssh/sshd_config"

/* Deepest Include that sshd follows (SERVCONF_MAX_DEPTH); the main file is at 0. */
#define SSHD_INCLUDE_DEPTH_MAX 16

/* Most lines that are looked at in one reading, includes counted each time they are read: a few
 * files that include each other in turn make millions. Reaching it is a refusal. */
#define SSHD_LINES_MAX 1000000

/* A connection, as -C describes it. Text that is not given has a NULL data pointer: then no
 * criterion about it holds. */
struct sshd_connection {
	struct slice user;
	struct slice host;
	struct slice address;
	struct slice local_address;
	struct slice rdomain;
	/* 0: not given, and a Match LocalPort is refused, as sshd does. */
	int local_port;
	/* The account does not exist (9.9 and later). */
	bool is_invalid_user;
	/* Names of the user's groups. */
	const struct slice *groups;
	size_t group_count;
};

struct sshd_model {
	/* FACT_ABSENT: no sshd_config. FACT_UNREADABLE: it, or a file that it includes, could not
	 * be read, and nothing can be said. */
	enum fact_state state;
	const struct unread *unread;
	struct sshd_facts facts;
	/* The main file; NULL unless present. */
	const struct sshd_file *file;
	/* Every file that was read, in order; each once. */
	struct sshd_file *const *files;
	size_t file_count;
	/* sshd would not start from these files; the settings are those without the offending
	 * lines.
	 */
	bool is_refused;
	struct sshd_refusal refusal;
	/* Read before the file, as with `sshd -o`: Red Hat 8 passes its crypto policy so. */
	const struct sshd_file *command_line;
	/* The settings outside Match blocks. */
	const struct sshd_options *global;
	/* The program or its package is there. */
	struct fact_bool is_installed;
	/* Does the main file include a drop-in folder before it sets anything? Then the path of the
	 * folder, "/etc/ssh/sshd_config.d"; else NULL data. */
	struct slice drop_in_folder;
	/* ssh_files.h: modes, keys; NULL where nobody looked. */
	const struct ssh_files *host_files;
};

/* What the caller knows beside the files. */
struct sshd_request {
	struct sshd_facts facts;
	/* From the package database; FACT_UNREADABLE where it could not be read. */
	struct fact_bool package;
};

/* Reads SSHD_CONFIG_PATH and what it includes through LOADER. The model lives in the loader's
 * arena; NULL only when memory is short. */
struct sshd_model *sshd_model_load(const struct loader *loader,
				   const struct sshd_request *request) MUST_CHECK;

/* The same from a main file that is already read. */
struct sshd_model *sshd_model_load_source(const struct loader *loader,
					  const struct sshd_request *request,
					  const struct source *source) MUST_CHECK;

/* The settings in force for CONNECTION, into *RET_OPTIONS; lists and texts live in ARENA or in the
 * model. False when memory is short. *RET_REFUSAL (NULL: not wanted) tells when sshd would refuse
 * this view of the files; its message is NULL when it would not. */
bool sshd_evaluate(struct arena *arena, const struct sshd_model *model,
		   const struct sshd_connection *connection, struct sshd_options *ret_options,
		   struct sshd_refusal *ret_refusal) MUST_CHECK;

/* Does MATCH hold for CONNECTION? */
bool sshd_match_holds(const struct sshd_match_line *match,
		      const struct sshd_connection *connection);

#endif
