/* SPDX-License-Identifier: Apache-2.0
 *
 * What has been happening on the host, out of its logs: who tried what, who got in, who was
 * banned; by source address, in one pass over each log. Bounded memory: see the limits.
 */
#ifndef RINGFENCE_LOGS_ACTIVITY_MODEL_H
#define RINGFENCE_LOGS_ACTIVITY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/logs/log_patterns.h"
#include "audit/logs/login_records.h"

/* What a log is for; several may hold the same lines (messages, full, security). */
enum activity_log_role {
	/* auth.log, secure, the journal. */
	ACTIVITY_LOG_AUTH,
	/* messages, full, security of Asterisk. */
	ACTIVITY_LOG_ASTERISK,
	/* audit.log of Elastix and Issabel, freepbx_security.log. */
	ACTIVITY_LOG_GUI,
	ACTIVITY_LOG_WEB,
	ACTIVITY_LOG_FAIL2BAN,
	ACTIVITY_LOG_ROLE_COUNT,
};

/* One log with its rotated files. */
struct activity_log {
	enum activity_log_role role;
	/* "/var/log/auth.log"; "the journal". */
	const char *path;
	/* FACT_PRESENT: read, as far as the flags say. FACT_ABSENT logs are listed too where they
	 * were looked for by name. */
	enum fact_state state;
	const struct unread *unread;
	/* Of the newest file. */
	uint64_t size_bytes;
	uint32_t mode;
	int64_t modified;
	/* Files of the set that were read, and bytes in them. */
	size_t file_count;
	uint64_t read_bytes;
	uint64_t line_count;
	/* Of all lines with a time that could be read; 0 when there was none. Seconds since 1970,
	 * UTC. */
	int64_t first;
	int64_t last;
	/* The longest silence between two lines, and when it began. */
	int64_t gap_seconds;
	int64_t gap_start;
	/* Events by kind in this log alone. */
	uint64_t counts[LOG_KIND_COUNT];
	/* What was left out: lines over the length limit, files that broke off, older files. */
	uint64_t cut_lines;
	const char *note;
};

/* Account names kept for one source; `more_accounts` says that there were others. */
#define ACTIVITY_ACCOUNTS_MAX 8

struct activity_source {
	struct address address;
	/* Seconds since 1970, UTC; 0 when no line of it had a time. */
	int64_t first;
	int64_t last;
	/* Failed tries, each counted once (see log_stream). */
	uint64_t ssh_failures;
	uint64_t sip_failures;
	uint64_t gui_failures;
	uint64_t ami_failures;
	/* Most failed tries on one day. */
	uint64_t ssh_day_max;
	uint64_t sip_day_max;
	/* When it first had the tries within the find time that were asked for; 0: never. */
	int64_t tripped_ssh;
	int64_t tripped_sip;
	uint32_t counts[LOG_KIND_COUNT];
	const struct slice *accounts;
	size_t account_count;
	bool more_accounts;
	/* By fail2ban's log; `is_banned`: the last word was a ban. */
	uint32_t bans;
	int64_t last_ban;
	bool is_banned;
};

/* Logins that worked, from one address to one account by one method. */
struct activity_login {
	struct address address;
	struct slice account;
	enum log_kind kind;
	int64_t first;
	int64_t last;
	uint64_t count;
	/* Most failures that the address had in the hour before such a login, and how many of them
	 * with the same account. */
	uint32_t failures_before;
	uint32_t same_account_before;
	int64_t failures_login;
};

/* Distinct addresses that are kept; the quietest are dropped first. Beyond it the totals stay
 * exact and `dropped_sources` tells. */
#define ACTIVITY_SOURCES_MAX 65536
#define ACTIVITY_LOGINS_MAX 4096

struct activity_model {
	const struct activity_log *logs;
	size_t log_count;
	/* Busiest first. */
	const struct activity_source *sources;
	size_t source_count;
	uint64_t dropped_sources;
	/* Newest first. */
	const struct activity_login *logins;
	size_t login_count;
	bool more_logins;
	/* Over all logs, each event once where several logs hold it. */
	uint64_t counts[LOG_KIND_COUNT];
	/* Events whose line can be read in two ways: somebody forges lines. */
	uint64_t ambiguous_count;
	/* The span of all logs; 0 when no line had a time. */
	int64_t first;
	int64_t last;
	/* wtmp, btmp, lastlog. */
	struct login_records records;
};

struct activity_request {
	/* Seconds since 1970, UTC. */
	int64_t now;
	/* Files that Asterisk's logger.conf names, absolute; beside the usual places. */
	const char *const *asterisk_logs;
	size_t asterisk_log_count;
	/* Thresholds for `tripped_*`: so many tries within so many seconds; 0: 10 within 600. */
	uint32_t trip_failures;
	int64_t trip_seconds;
	/* Files older than this are left out; 0: 90 days. */
	int64_t oldest_seconds;
	/* Read this machine's journal where there is no authentication log. */
	bool read_journal;
};

/* Finds and reads the logs through LOADER. The model lives in the loader's arena; NULL only when
 * memory is short. */
struct activity_model *activity_model_load(const struct loader *loader,
					   const struct activity_request *request) MUST_CHECK;

/* Reads the COUNT files of PATHS, in this order, as one; for `ringfence show logs`. */
struct activity_model *activity_model_read(const struct loader *loader, const char *const *paths,
					   size_t count,
					   const struct activity_request *request) MUST_CHECK;

struct activity_file {
	const char *path;
	struct file_status status;
};

/* The log at PATH with its rotated files ("PATH.1", "PATH-20260101.gz"), the oldest first. */
size_t activity_find_files(const struct loader *loader, const char *path,
			   const struct activity_file **ret_files);

/* The log of ROLE that is there and was written last; NULL when none is. */
const struct activity_log *activity_newest_log(const struct activity_model *model,
					       enum activity_log_role role);

/* The source with ADDRESS; NULL when the logs do not name it. */
const struct activity_source *activity_find_source(const struct activity_model *model,
						   struct address address);

/* Failed tries at anything. */
uint64_t activity_source_failures(const struct activity_source *source);

/* "ssh-password", "ssh-publickey", "gui" ...: the method of a login. */
const char *activity_login_method(const struct activity_login *login);

#endif
