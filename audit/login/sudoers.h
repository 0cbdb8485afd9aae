/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may run what as somebody else: sudoers(5) with its includes and aliases, flattened to one row
 * per user and command.
 */
#ifndef RINGFENCE_LOGIN_SUDOERS_H
#define RINGFENCE_LOGIN_SUDOERS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

/* Deepest include (MAX_SUDOERS_DEPTH of sudo is 128; no host comes near). */
#define SUDOERS_DEPTH_MAX 16
/* Most rows; a file that makes more is hostile. */
#define SUDOERS_RULES_MAX 20000

struct sudoers_rule {
	/* "alice", "%wheel", "ALL"; aliases are followed. */
	struct slice who;
	/* "ALL", "/usr/bin/systemctl restart asterisk"; aliases are followed. */
	struct slice command;
	/* The part in parentheses; empty: root. */
	struct slice run_as;
	bool without_password;
	/* "!" before the command: it is taken away again. */
	bool is_negated;
	struct origin origin;
};

struct sudoers {
	/* FACT_ABSENT: sudo is not there. */
	enum fact_state state;
	const struct unread *unread;
	const struct sudoers_rule *rules;
	size_t count;
	/* Defaults use_pty, log_output or logfile seen. */
	bool uses_pty;
	bool has_log;
	/* The limit was reached: rows are missing. */
	bool is_cut;
};

/* Reads /etc/sudoers. False when memory is short. */
bool sudoers_load(const struct loader *loader, struct sudoers *ret_sudoers) MUST_CHECK;

/* May RULE be run as root? */
bool sudoers_rule_is_for_root(const struct sudoers_rule *rule);

#endif
