/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything that a report may say of one host and run, in one value. It points into nothing but
 * its arena: a result that was loaded from a file is the same thing as one that was just made. The
 * file format is `ringfence-result/1` of the design; a field never changes its meaning within a
 * major version.
 */
#ifndef RINGFENCE_CHECKS_RESULT_H
#define RINGFENCE_CHECKS_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/exposure.h"
#include "audit/base/fact.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

#define RESULT_SCHEMA "ringfence-result/1"

/* Strings are NUL-terminated valid UTF-8, never NULL unless said so. */

struct result_tool {
	const char *name;
	const char *version;
};

struct result_target {
	const char *name;
	/* "local", "directory", "archive", "ssh" */
	const char *kind;
	/* RFC 3339, UTC. */
	const char *started;
	/* Milliseconds; printed as seconds with three decimals. */
	uint64_t milliseconds;
	const char *os;
	/* "" where no PBX was found. */
	const char *pbx_name;
	const char *pbx_version;
	/* What the host is for, in the site's own words; "" where the settings do not say. */
	const char *role;
};

struct result_group {
	const char *id;
	const char *title;
	/* floor(100 * 2^(-D/50)) over this group's findings alone. */
	unsigned int value;
	unsigned int pass;
	unsigned int fail;
	unsigned int unknown;
};

/* The smallest set of remedies that reaches the next grade. */
struct result_next {
	/* "C" */
	const char *grade;
	/* The score when they are all done. */
	unsigned int value;
	/* Ids, in the order of gain per disruption. */
	struct text_list findings;
};

struct result_score {
	unsigned int value;
	unsigned int low;
	unsigned int unwaived;
	/* "A" to "F" */
	const char *grade;
	unsigned int raw;
	/* Ids of the findings that cap it, and "coverage". */
	struct text_list capped_by;
	/* Thousandths. */
	unsigned int coverage;
	unsigned int pass_rate;
	/* The sum of all deductions, in 64ths. */
	uint64_t deduction_64ths;
	const struct result_group *groups;
	size_t group_count;
	/* NULL: the best grade is reached, or remedies alone cannot reach the next. */
	const struct result_next *next;
};

struct result_waiver {
	const char *reason;
	const char *until;
	const char *by;
};

/* A severity that the site's settings put in the place of the check's own. */
struct result_override {
	/* Tenths: what it would be. */
	unsigned int severity;
	const char *reason;
};

struct finding {
	const char *id;
	const char *title;
	const char *why;
	enum finding_status status;
	/* Tenths; printed with one decimal. */
	unsigned int severity;
	/* The widest of the failing subjects. */
	enum exposure exposure;
	/* Points that its remedy gains; 0 unless it failed. */
	unsigned int gain;
	/* Its share of D, in 64ths; 0 unless it failed. */
	uint64_t deduction_64ths;
	enum check_level level;
	bool is_seed;
	const char *summary;
	/* "" where there is nothing to add to the remedy. */
	const char *advice;
	const struct evidence *evidence;
	size_t evidence_count;
	struct remedy remedy;
	const char *const *references;
	size_t reference_count;
	/* NULL unless STATUS_WAIVED. */
	const struct result_waiver *waiver;
	/* Of what fails (waiver.h tells how it is made); "" when nothing does. */
	const char *fingerprint;
	/* NULL: the severity is the check's own. */
	const struct result_override *override;
};

struct result_reach {
	/* Prefixes; the list may be cut, `more` says how many are not shown. */
	struct text_list sources;
	size_t more;
	/* "accept", "block", "condition", "unknown" */
	const char *verdict;
	/* "/etc/iptables/rules.v4:12: filter/INPUT -> ..." */
	const char *why;
	const char *condition;
};

struct result_service {
	/* "tcp", "udp", "icmp", "icmpv6" */
	const char *protocol;
	/* 0 for ICMP. */
	unsigned int port;
	const char *address;
	const char *process;
	const char *user;
	const char *unit;
	/* "sip" */
	const char *name;
	enum exposure exposure;
	enum exposure exposure_ipv4;
	enum exposure exposure_ipv6;
	const struct result_reach *reach;
	size_t reach_count;
};

/* One address that failed to get in, or a login that worked. */
struct result_attacker {
	const char *address;
	const char *first;
	const char *last;
	uint64_t events;
	/* "ssh-failed-password 12, sip-registration-failed 400" */
	const char *kinds;
	/* "yes", "no", "unknown" */
	const char *banned;
};

struct result_login {
	const char *when;
	const char *account;
	const char *address;
	/* "ssh-publickey", "ssh-password", "wtmp" ... */
	const char *method;
};

/* How one kind of attack ends on this host. */
struct result_ban_proof {
	/* "SIP registration over UDP (chan_sip)" */
	const char *attack;
	/* Attempts until the packets drop; 0: they never do. */
	uint64_t attempts;
	/* "" where no jail comes near. */
	const char *jail;
	/* Why never; "" where they drop. */
	const char *why;
};

/* Somebody whom the site needs, and what fail2ban would do to them. */
struct result_ban_risk {
	/* "this host", "trusted network", "trunk", "phone network", "registered phone" */
	const char *who;
	const char *address;
	/* "yes", "no", "unknown" */
	const char *banned;
	const char *jail;
	const char *why;
};

struct result_activity {
	const struct result_ban_proof *ban_proofs;
	size_t ban_proof_count;
	const struct result_ban_risk *ban_risks;
	size_t ban_risk_count;
	const struct result_login *logins;
	size_t login_count;
	const struct result_attacker *attackers;
	size_t attacker_count;
	/* All of them, of which `attackers` are the busiest. */
	size_t attacker_total;
	/* Bans in the logs of the last 30 days, addresses banned now (0 and bans_known false: not
	 * known). */
	uint64_t bans;
	bool bans_known;
	/* The span of the logs that were read, RFC 3339; "" when none was. */
	const char *from;
	const char *to;
};

/* Who can log in over SSH, how, from where: rows of a small table. */
struct result_access {
	/* "root", "any other account", "alice" */
	const char *who;
	/* "password, key", "none" */
	const char *how;
	/* "anywhere", "192.0.2.0/24" */
	const char *from;
	const char *why;
};

/* What became of a waiver of the settings. */
enum waiver_state {
	/* All that fails for a finding is covered by it, or by it and others. */
	WAIVER_HOLDS,
	/* It covers something that fails, and something else of the same check fails too. */
	WAIVER_PARTLY,
	/* Its last day is over. */
	WAIVER_EXPIRED,
	/* What it covers is not what it was when it was accepted: its `evidence` differs. */
	WAIVER_CHANGED,
	/* Nothing that fails is covered by it. */
	WAIVER_UNUSED,
	/* No check has such an id. */
	WAIVER_MISSPELT,
};

/* A waiver as the settings have it, used or not. */
struct result_acceptance {
	enum waiver_state state;
	/* Globs. */
	const char *check;
	const char *subject;
	const char *reason;
	const char *until;
	const char *by;
	/* In the settings. */
	unsigned int line;
	/* The fingerprint of what it covers now; "" for nothing. */
	const char *evidence;
};

/* A run in the history of the host. */
struct result_run {
	const char *started;
	unsigned int value;
	unsigned int low;
	const char *grade;
	/* Failed findings by the band of their severity. */
	unsigned int critical;
	unsigned int high;
	unsigned int medium;
	unsigned int minor;
	unsigned int unknown;
};

/* A finding that is not what it was in an earlier result. */
struct result_finding_change {
	const char *id;
	const char *title;
	/* "new", "worse", "better", "fixed", "lost": result_diff.h. */
	const char *change;
	/* Words of the status; "" where it was not looked at. */
	const char *before;
	const char *after;
	/* Subjects that fail now and did not, and the reverse. */
	size_t subjects_new;
	size_t subjects_gone;
	/* Words of the exposure. */
	const char *exposure_before;
	const char *exposure_after;
};

/* A service whose reach is not what it was; "" where it did not, or does not, listen. */
struct result_service_change {
	const char *protocol;
	unsigned int port;
	const char *address;
	const char *process;
	const char *ipv4_before;
	const char *ipv4_after;
	const char *ipv6_before;
	const char *ipv6_after;
};

struct result_changes {
	/* Of the earlier result. */
	const char *started;
	unsigned int value;
	const char *grade;
	/* Findings that fail in both, alike. */
	size_t same;
	const struct result_finding_change *findings;
	size_t finding_count;
	const struct result_service_change *services;
	size_t service_count;
};

struct result {
	struct result_tool tool;
	struct result_target target;
	struct result_score score;
	/* In the order of the catalogue. */
	const struct finding *findings;
	size_t finding_count;
	const struct result_service *services;
	size_t service_count;
	const struct result_access *access;
	size_t access_count;
	struct result_activity activity;
	const struct unread *unread;
	size_t unread_count;
	/* Every waiver of the settings that has to do with a check that was run, or with none. */
	const struct result_acceptance *acceptances;
	size_t acceptance_count;
	/* Against an earlier result; NULL where none was given. */
	const struct result_changes *changes;
	/* Runs of this host, oldest first, this one last; empty where no history is kept. */
	const struct result_run *history;
	size_t history_count;
};

/* Words of the format; never NULL. */
const char *finding_status_name(enum finding_status status);
const char *exposure_name(enum exposure exposure);
const char *check_level_name(enum check_level level);
const char *evidence_role_name(enum evidence_role role);
const char *waiver_state_name(enum waiver_state state);

#endif
