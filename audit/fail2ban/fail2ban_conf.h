/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban's configuration language: Python's ConfigParser with fail2ban's additions
 * (client/configparserinc.py, client/configreader.py): NAME.conf, the *.conf of NAME.d, NAME.local,
 * the *.local of NAME.d merged in this order, [INCLUDES] before and after, %(option)s,
 * %(section/option)s, %(known/option)s, %(__name__)s.
 */
#ifndef RINGFENCE_FAIL2BAN_FAIL2BAN_CONF_H
#define RINGFENCE_FAIL2BAN_FAIL2BAN_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

struct buffer;

struct fail2ban_option {
	/* Lower case. */
	struct slice name;
	/* Lines joined by '\n', comments removed, not interpolated. */
	struct slice value;
	/* What an earlier file had; data NULL: nothing. */
	struct slice known;
	struct origin origin;
};

struct fail2ban_section {
	struct slice name;
	struct origin origin;
	struct fail2ban_option *options;
	size_t count, capacity;
};

struct fail2ban_conf {
	struct arena *arena;
	/* [DEFAULT] first; the others in order of their first appearance. */
	struct fail2ban_section *sections;
	size_t count, capacity;
	/* Files that were read. */
	size_t file_count;
	/* A file or include could not be read. */
	const struct unread *unread;
	bool memory_failed;
	struct diagnostics diagnostics;
};

/* Files that are read for one name, includes included; a loop of includes ends there. */
#define FAIL2BAN_FILES_MAX 200
#define FAIL2BAN_INCLUDE_DEPTH_MAX 16

/* Reads BASE ("/etc/fail2ban/jail") with all that belongs to it. NULL when memory is short. */
struct fail2ban_conf *fail2ban_conf_load(const struct loader *loader, const char *base) MUST_CHECK;

const struct fail2ban_section *fail2ban_find_section(const struct fail2ban_conf *conf,
						     struct slice name);

/* The option as seen from SECTION: its own, else [DEFAULT]'s; NULL when neither has it. */
const struct fail2ban_option *fail2ban_find_option(const struct fail2ban_conf *conf,
						   const struct fail2ban_section *section,
						   struct slice name);

/* Appends VALUE, interpolated as seen from SECTION. False: a name is missing or the nesting is too
 * deep (ConfigParser's limit): fail2ban would refuse it. */
bool fail2ban_interpolate(const struct fail2ban_conf *conf, const struct fail2ban_section *section,
			  struct slice value, struct buffer *out) MUST_CHECK;

#endif
