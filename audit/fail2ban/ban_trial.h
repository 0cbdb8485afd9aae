/* SPDX-License-Identifier: Apache-2.0
 *
 * What a jail would have done with logs: its filter run over their lines, its counters as fail2ban
 * keeps them (server/failmanager.py, server/ticket.py), ignoreip heeded. Bounded memory: what does
 * not fit is counted and told.
 */
#ifndef RINGFENCE_FAIL2BAN_BAN_TRIAL_H
#define RINGFENCE_FAIL2BAN_BAN_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/fail2ban/date_template.h"

struct jail;

/* Bans that are told one by one. */
#define BAN_TRIAL_BANS_MAX 10000
/* Failures of one jail that are kept, the newest of the logs first read; 16 MiB. */
#define BAN_TRIAL_FAILURES_MAX ((size_t)500000)
/* Addresses that are counted at a time. */
#define BAN_TRIAL_ADDRESSES_MAX ((size_t)65536)

struct ban_prediction {
	struct address address;
	/* Seconds since 1970, UTC. */
	int64_t when;
	/* Failures that fail2ban had counted. */
	uint32_t tries;
	/* 0: for ever. */
	int64_t until;
};

struct ban_trial_result {
	const struct jail *jail;
	/* NULL, or why the filter could not be run: nothing below is known. */
	const char *not_run;
	/* Log files that were read. */
	size_t file_count;
	uint64_t lines, matched, unknown;
	/* Failures that are nobody's: an address in ignoreip, a name that fail2ban would look up,
	 * no time. */
	uint64_t ignored, named, undated;
	/* Failures that did not fit. */
	uint64_t dropped;
	/* In time. */
	const struct ban_prediction *bans;
	size_t ban_count;
	bool more_bans;
};

struct ban_trial;

/* A trial of JAIL. SELF are the host's own addresses. NULL: memory is short. */
struct ban_trial *ban_trial_new(struct arena *arena, const struct jail *jail,
				const struct date_clock *clock, const struct address *self,
				size_t self_count) MUST_CHECK;

/* One line, without its end, of a log of the jail. */
void ban_trial_line(struct ban_trial *trial, struct slice line);
/* A log file ends. */
void ban_trial_end_file(struct ban_trial *trial);

/* Ends the trial and frees it. False when memory was short. */
bool ban_trial_finish(struct ban_trial *trial, struct ban_trial_result *ret_result) MUST_CHECK;

enum jail_exemption {
	JAIL_EXEMPTS,
	JAIL_EXEMPTS_NOT,
	/* A name in ignoreip, or an ignorecommand, may. */
	JAIL_EXEMPTION_UNKNOWN,
};

/* Would fail2ban never ban an address of PREFIX in JAIL, by one entry of its ignoreip? */
enum jail_exemption jail_exempts(const struct jail *jail, struct prefix prefix);

/* Would RESULT's jail have banned ADDRESS? NULL: no. */
const struct ban_prediction *ban_trial_find(const struct ban_trial_result *result,
					    struct address address);

#endif
