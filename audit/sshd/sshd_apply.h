/* SPDX-License-Identifier: Apache-2.0
 *
 * What one line of sshd_config does to the settings (process_server_config_line of servconf.c):
 * checks its arguments as sshd does, and stores them where the line counts.
 */
#ifndef RINGFENCE_SSHD_SSHD_APPLY_H
#define RINGFENCE_SSHD_SSHD_APPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/sshd/sshd_options.h"
#include "audit/sshd/sshd_parse.h"

/* Where "~" and "~NAME" lead. */
struct sshd_home {
	struct slice name;
	struct slice home;
};

/* What sshd knows of the host beside its configuration. */
struct sshd_facts {
	struct sshd_version version;
	/* Text of services(5) and hosts(5); may be empty. */
	struct slice services;
	struct slice hosts;
	/* Where relative paths start: "/" for a daemon. */
	struct slice working_directory;
	/* With root; NULL: "~" is /root and other names are not known. */
	const struct sshd_home *homes;
	size_t home_count;
	/* Interfaces that a routing domain may name; NULL: any name is taken. */
	const struct slice *interfaces;
	size_t interface_count;
};

/* Why sshd refuses the configuration, where it says so. */
struct sshd_refusal {
	/* ORIGIN_NONE: sshd names no line. */
	struct origin origin;
	/* The line as sshd counts; 0: none. */
	uint32_t line;
	/* One sentence without a full stop. */
	const char *message;
};

struct sshd_run {
	struct arena *arena;
	const struct sshd_facts *facts;
	struct sshd_options *options;
	/* The first one is kept; reading goes on without the line. */
	struct sshd_refusal refusal;
	bool is_refused;
	bool memory_failed;
};

/* Applies LINE, whose keyword is known and sets something. With ACTIVE false it is only checked. */
void sshd_apply_line(struct sshd_run *run, const struct sshd_line *line, bool active);

/* Notes a refusal at LINE (NULL: no place). */
void sshd_refuse(struct sshd_run *run, const struct sshd_line *line, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* The arguments of a line that is being applied. */
struct sshd_arguments {
	struct sshd_run *run;
	const struct sshd_line *line;
	struct sshd_setting *setting;
	const struct sshd_setting_row *row;
	enum sshd_setting_id id;
	bool active;
	/* Words taken so far. */
	size_t next;
};

/* The next word; false when there is none. */
bool sshd_next_argument(struct sshd_arguments *arguments, struct slice *ret_word);

/* The next word; refused when there is none or it is empty. */
bool sshd_need_argument(struct sshd_arguments *arguments, struct slice *ret_word);

/* Marks the setting as set by the line. */
void sshd_mark_set(struct sshd_arguments *arguments);

/* PATH made absolute, "none" kept (derelativise_path of servconf.c). */
bool sshd_absolute_path(struct sshd_arguments *arguments, struct slice path,
			struct slice *ret_path);

/* "~" and "~NAME" replaced (tilde_expand_filename of misc.c). */
bool sshd_expand_tilde(struct sshd_arguments *arguments, struct slice path, struct slice *ret_path);

/* Reads a setting of SSHD_KIND_OWN; sshd_apply_own.c. */
void sshd_apply_own(struct sshd_arguments *arguments);

/* Reads AllowUsers and the other lists, and the settings whose first line wins; sshd_apply_lists.c.
 */
void sshd_apply_list(struct sshd_arguments *arguments);
void sshd_apply_first_line(struct sshd_arguments *arguments);

/* Are all methods of an AuthenticationMethods list known; and, with ENABLED not NULL, switched on
 * there? (auth2_methods_valid of auth2.c) */
bool sshd_methods_are_valid(struct sshd_version version, struct slice list,
			    const struct sshd_options *enabled);

#endif
