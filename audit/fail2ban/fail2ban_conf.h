/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban's merged configuration (client/configparserinc.py, client/configreader.py): NAME.conf,
 * the *.conf of NAME.d, NAME.local, the *.local of NAME.d, in this order, each with what its
 * [INCLUDES] name before and after it, and FILE.local behind each included FILE.conf; then
 * %(option)s, %(section/option)s, %(known/option)s, %(__name__)s.
 */
#ifndef RINGFENCE_FAIL2BAN_FAIL2BAN_CONF_H
#define RINGFENCE_FAIL2BAN_FAIL2BAN_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/fail2ban/ini_file.h"

/* Files that are read for one configuration, includes included. */
#define FAIL2BAN_FILES_MAX 500
#define FAIL2BAN_INCLUDE_DEPTH_MAX 16

/* What all configurations of one fail2ban share while they are read. */
struct fail2ban_reading {
	const struct loader *loader;
	struct arena *arena;
	/* "/etc/fail2ban" */
	const char *directory;
	/* Parsed once: filter.d/common.conf is included by every filter. */
	struct fail2ban_file *files;
	size_t file_count, file_capacity;
	/* One per name: "filter.d/sshd". */
	struct fail2ban_conf **confs;
	size_t conf_count, conf_capacity;
	/* The first file or folder that could not be read. */
	const struct unread *unread;
	/* fail2ban refuses all of its configuration, or one object of it: why, for a person, and
	 * where. The first is kept. */
	const char *refused;
	struct origin refused_at;
	bool memory_failed;
	struct diagnostics diagnostics;
};

struct fail2ban_conf {
	struct fail2ban_reading *reading;
	const char *name;
	struct option_map defaults;
	/* "KNOWN/x" holds what earlier files had for section x. */
	struct ini_section *sections;
	size_t count, capacity;
	/* At least one file was there. */
	bool has_files;
};

enum fail2ban_get {
	FAIL2BAN_FOUND,
	FAIL2BAN_NO_OPTION,
	FAIL2BAN_NO_SECTION,
	/* reading->refused or memory_failed says why. */
	FAIL2BAN_REFUSED,
};

/* The configuration NAME ("jail", "filter.d/sshd") below the directory; the same again for the same
 * name. NULL: refused, or memory is short. */
struct fail2ban_conf *fail2ban_conf_load(struct fail2ban_reading *reading,
					 const char *name) MUST_CHECK;

/* NULL: there is none of that name. */
struct ini_section *fail2ban_find_section(const struct fail2ban_conf *conf, struct slice name);

/* OPTION (in lower case) of SECTION, its own, else [DEFAULT]'s, interpolated. VARIABLES come before
 * both; NULL: none. */
enum fail2ban_get fail2ban_conf_get(struct fail2ban_conf *conf, struct slice section,
				    struct slice option, const struct option_map *variables,
				    struct option_entry *ret_entry) MUST_CHECK;

/* The same, where OPTION may be "section/option", "default/option" or "known/option". */
enum fail2ban_get fail2ban_conf_get_reference(struct fail2ban_conf *conf, struct slice section,
					      struct slice option,
					      const struct option_map *variables,
					      struct option_entry *ret_entry) MUST_CHECK;

/* Records why fail2ban refuses what is read. Returns false. */
bool fail2ban_refuse(struct fail2ban_reading *reading, struct origin origin, const char *format,
		     ...) PRINTF_LIKE(3, 4);

#endif
