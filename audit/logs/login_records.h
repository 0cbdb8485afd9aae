/* SPDX-License-Identifier: Apache-2.0
 *
 * The binary login records of login(1) and sshd: /var/log/wtmp, /var/log/btmp and /var/log/lastlog,
 * in the layout of Linux on x86-64 (utmp(5): 384 bytes a record; lastlog: 292 bytes a uid).
 */
#ifndef RINGFENCE_LOGS_LOGIN_RECORDS_H
#define RINGFENCE_LOGS_LOGIN_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

enum login_record_kind {
	/* A person's session. */
	LOGIN_RECORD_SESSION,
	/* The system started or went down. */
	LOGIN_RECORD_BOOT,
	LOGIN_RECORD_SHUTDOWN,
};

struct login_record {
	enum login_record_kind kind;
	struct slice account;
	/* "pts/0" */
	struct slice line;
	/* As recorded: a name or an address; empty for the console. */
	struct slice host;
	/* ADDRESS_NONE for a local login. */
	struct address address;
	int64_t start;
	/* 0: still logged in, or no end was recorded. */
	int64_t end;
	/* No end, no later boot or shutdown: `last` prints "still logged in". */
	bool is_open;
};

struct login_last {
	uint32_t uid;
	int64_t time;
	struct slice line;
	struct slice host;
};

/* Newest records that are kept of each file; older ones are counted. */
#define LOGIN_RECORDS_MAX 4096

struct login_records {
	enum fact_state wtmp_state;
	const struct unread *wtmp_unread;
	/* Newest first. */
	const struct login_record *sessions;
	size_t session_count;
	/* Records with all bytes zero, with a time in the future or before the record above them,
	 * or bytes left over at the end: somebody edited the file, or it broke off. */
	size_t zeroed_count;
	size_t disordered_count;
	size_t trailing_bytes;
	size_t older_count;

	enum fact_state btmp_state;
	const struct unread *btmp_unread;
	uint64_t failed_count;

	enum fact_state lastlog_state;
	const struct unread *lastlog_unread;
	/* By uid; only those who logged in at all. */
	const struct login_last *last;
	size_t last_count;
};

/* Reads the three files through LOADER. False only when memory is short. */
bool login_records_load(const struct loader *loader, int64_t now,
			struct login_records *ret_records) MUST_CHECK;

/* Parsers of the bytes, for tests and fuzzing. */
bool login_records_parse_wtmp(struct arena *arena, struct slice bytes, int64_t now,
			      struct login_records *records) MUST_CHECK;
bool login_records_parse_lastlog(struct arena *arena, struct slice bytes,
				 struct login_records *records) MUST_CHECK;

#endif
