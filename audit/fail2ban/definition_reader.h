/* SPDX-License-Identifier: Apache-2.0
 *
 * A filter or an action as fail2ban makes it for one jail (client/configreader.py,
 * DefinitionInitConfigReader; filterreader.py; actionreader.py): its [Definition] and [Init], what
 * the jail gives it in brackets, and the <tags> in all of it.
 */
#ifndef RINGFENCE_FAIL2BAN_DEFINITION_READER_H
#define RINGFENCE_FAIL2BAN_DEFINITION_READER_H

#include "audit/fail2ban/fail2ban_conf.h"

struct definition_option {
	const char *name;
	enum fail2ban_type type;
};

/* What fail2ban knows of a filter and of an action. */
extern const struct definition_option filter_options[];
extern const size_t filter_option_count;
extern const struct definition_option action_options[];
extern const size_t action_option_count;

struct definition {
	struct fail2ban_conf *conf;
	const struct definition_option *known;
	size_t known_count;
	/* "sshd", "iptables-multiport" */
	struct slice name;
	/* What stands in brackets behind the name, then [Init]. */
	struct option_map given;
	/* Of the jail. */
	struct option_map variables;
	struct option_map options;
	/* Values got for <tags>; they stay as they were first got, as in fail2ban. */
	struct option_map cache;
};

/* Reads FOLDER ("filter.d", "action.d") NAME. False: refused, memory is short, or (*RET_MISSING)
 * there is no such file. GIVEN goes over to the definition. */
bool definition_load(struct fail2ban_reading *reading, const char *folder, struct slice name,
		     const struct option_map *given, const struct definition_option *known,
		     size_t known_count, struct definition *ret_definition,
		     bool *ret_missing) MUST_CHECK;

/* Gets the options, with those of the jail before all. ALL: also those that fail2ban does not know,
 * for %(known/...)s. */
bool definition_get(struct definition *definition, const struct option_map *jail,
		    bool all) MUST_CHECK;

/* All of it with tags replaced and types converted. Tags in IGNORED, COUNT names, stay. */
bool definition_combine(struct definition *definition, const struct slice *ignored, size_t count,
			struct option_map *ret_options) MUST_CHECK;

/* Converts ENTRY's text as Python's int() or fail2ban's bool does. False: it is no such value. */
bool option_convert(struct arena *arena, struct option_entry *entry,
		    enum fail2ban_type type) MUST_CHECK;

#endif
