/* SPDX-License-Identifier: Apache-2.0
 *
 * One jail as fail2ban's client reads it (client/jailreader.py): its options, its filter, its
 * actions, before the files of logpath are looked up.
 */
#ifndef RINGFENCE_FAIL2BAN_JAIL_READER_H
#define RINGFENCE_FAIL2BAN_JAIL_READER_H

#include "audit/fail2ban/definition_reader.h"

/* Actions of one jail; fail2ban's own shortcuts make three at most. */
#define JAIL_ACTIONS_MAX 32

struct jail_action_text {
	/* "iptables-multiport"; ends in ".py" for one in Python. */
	struct slice name;
	/* What fail2ban calls it: "iptables-multiport", "iptables-multiport-tcp". */
	struct slice title;
	struct origin origin;
	bool is_python;
	/* As given in brackets and from [Init]. */
	struct option_map given;
	/* All of it, tags replaced; empty for one in Python. */
	struct option_map options;
};

struct jail_text {
	struct slice name;
	struct origin origin;
	bool is_enabled;
	/* fail2ban leaves this jail out: why; NULL: it does not. */
	const char *skipped;
	/* In fail2ban's order, with types. Of a jail that is off: enabled, backend, filter. */
	struct option_map options;
	bool has_filter;
	struct slice filter_name;
	struct origin filter_origin;
	/* All of the filter's, tags replaced, where the jail does not set them itself. */
	struct option_map filter;
	struct jail_action_text *actions;
	size_t action_count;
};

/* Reads the jail of SECTION. False: reading->refused (fail2ban does not start at all), or memory is
 * short. */
bool jail_text_read(struct fail2ban_conf *jails, const struct ini_section *section,
		    struct jail_text *ret_jail) MUST_CHECK;

/* FILTER ("sshd[mode=ddos]") alone, with its tags replaced, as fail2ban-regex reads it. False:
 * reading->refused, or memory is short. */
bool filter_text_read(struct fail2ban_reading *reading, struct slice filter,
		      struct option_map *ret_options) MUST_CHECK;

/* The merged configuration of the jails, with what fail2ban itself defines. VERSION is that of the
 * package. False: refused, or memory is short. */
bool fail2ban_read_jails(struct fail2ban_reading *reading, struct slice version,
			 struct fail2ban_conf **ret_conf) MUST_CHECK;

#endif
