/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban's jails as fail2ban itself would have them: the merged configuration (jail.conf,
 * jail.d, .local), interpolated, with filters and actions, and the place of every value.
 */
#ifndef RINGFENCE_FAIL2BAN_JAIL_MODEL_H
#define RINGFENCE_FAIL2BAN_JAIL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/fail2ban/ban_growth.h"

/* One value after interpolation, and where it was written. */
struct jail_value {
	/* False: set nowhere; fail2ban's own default counts. */
	bool is_set;
	struct slice text;
	struct origin origin;
};

/* An action with what it would do to packets. */
struct jail_action {
	/* "iptables-multiport" */
	struct slice name;
	/* After options: "tcp", "udp", "all"; empty where the action has none. */
	struct slice protocol;
	/* "ssh", "5060,5061"; empty for all ports. */
	struct slice port;
	/* "INPUT" */
	struct slice chain;
	/* iptables, nftables, firewalld, ipset ... drop packets; mail, whois only tell. */
	bool is_firewall;
	/* Blocks whatever the port: *-allports, route, hostsdeny is not one. */
	bool is_all_ports;
	/* Blocks every protocol. */
	bool is_all_protocols;
	/* The program that it runs: "iptables", "nft"; empty when not known. */
	struct slice tool;
	struct origin origin;
};

/* Files that a line of logpath matches. */
struct jail_log {
	/* As written, after interpolation; may be a glob. */
	struct slice pattern;
	struct path_list files;
	struct origin origin;
};

struct jail_filter {
	/* "asterisk", "sshd" */
	struct slice name;
	/* "/etc/fail2ban/filter.d/asterisk.conf"; empty when it has none. */
	const char *path;
	/* One a line, tags not yet replaced. */
	struct slice prefix_regex;
	struct slice fail_regex;
	struct slice ignore_regex;
	struct slice date_pattern;
	struct slice journal_match;
	/* "warn", "no", "raw", "yes" */
	struct slice use_dns;
	/* Lines that an expression may span; at least 1. */
	int64_t max_lines;
	struct origin origin;
};

struct jail {
	struct slice name;
	bool is_enabled;
	/* Where `enabled` stands; the section's own start where it is not set. */
	struct origin origin;
	struct origin enabled_origin;
	/* fail2ban would skip it, or not start at all: NULL, or why. */
	const char *refused;

	struct jail_filter filter;
	const struct jail_log *logs;
	size_t log_count;
	/* "auto", "systemd", "polling", "pyinotify" */
	struct jail_value backend;
	struct jail_value port;
	struct jail_value protocol;
	struct jail_value ban_action;
	struct jail_value ignore_ip;
	struct jail_value ignore_command;
	struct jail_value ignore_self;
	/* The host's own addresses are never banned. */
	bool ignores_self;
	struct jail_value max_retry_text;
	struct jail_value find_time_text;
	struct jail_value ban_time_text;
	/* Seconds; -1 for ever. Defaults of fail2ban where not set. */
	int64_t max_retry;
	int64_t find_time;
	int64_t ban_time;
	bool ban_time_increments;
	struct ban_growth ban_growth;
	const struct jail_action *actions;
	size_t action_count;
	/* All of it, as fail2ban's client reads it; NULL in literal jails. */
	const struct jail_text *text;
};

struct jail_text;

struct jail_model {
	/* FACT_ABSENT: no /etc/fail2ban. FACT_UNREADABLE: may be there. */
	enum fact_state state;
	const struct unread *unread;
	/* Every section of the merged jail configuration, in its order, enabled or not. */
	const struct jail *jails;
	size_t count;
	/* A file of the merge could not be read: unread says why. */
	bool is_incomplete;
	/* fail2ban would not start at all: why, and where; NULL: it would. */
	const char *refused;
	struct origin refused_at;
	struct diagnostics diagnostics;
	/* fail2ban.conf: logtarget, dbfile; empty where not told. */
	struct jail_value log_target;
	struct jail_value database;
	/* Other guards that do the same work, by what they leave on the host: "crowdsec",
	 * "sshguard"; empty when there is none. */
	struct slice other_guard;
};

/* Reads /etc/fail2ban through LOADER. VERSION is that of the package ("1.0.2-2"), empty when not
 * known. The model lives in the loader's arena; NULL only when memory is short. */
struct jail_model *jail_model_load(const struct loader *loader, struct slice version) MUST_CHECK;

/* The jail of that name; NULL when there is none. */
const struct jail *jail_find(const struct jail_model *model, const char *name);

struct option_map;

/* Fills FILTER's expressions from OPTIONS. */
void jail_filter_set(struct jail_filter *filter, const struct option_map *options);

/* A time of fail2ban in seconds: "600", "10m", "1d 12h", "-1". False: not a time. */
bool jail_time_parse(struct slice text, int64_t *ret_seconds) MUST_CHECK;

#endif
