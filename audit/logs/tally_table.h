/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of a tally, for the files that make it up: activity_tally.c (events), tally_table.c
 * (sources by address, accounts by name), tally_merge.c.
 */
#ifndef RINGFENCE_LOGS_TALLY_TABLE_H
#define RINGFENCE_LOGS_TALLY_TABLE_H

#include "audit/logs/activity_tally.h"

/* Sources are allocated in blocks, so that growing never moves them. */
#define TALLY_BLOCK_SOURCES 1024
#define TALLY_BLOCKS_MAX (ACTIVITY_SOURCES_MAX / TALLY_BLOCK_SOURCES)
/* Distinct account names; further ones count as number 0. */
#define TALLY_ACCOUNTS_MAX 16384
/* Longer names are cut: sshd itself cuts at 100. */
#define TALLY_ACCOUNT_BYTES_MAX 100

struct tally {
	struct arena *arena;
	uint32_t trip_failures;
	int64_t trip_seconds;

	struct tally_source *blocks[TALLY_BLOCKS_MAX];
	size_t source_count;
	/* Index + 1 of a source, by hash; twice as many slots as sources, a power of two. */
	uint32_t *slots;
	size_t slot_count;

	struct slice *accounts;
	size_t account_count, account_capacity;
	uint16_t account_slots[2 * TALLY_ACCOUNTS_MAX];

	struct tally_login *logins;
	size_t login_count, login_capacity;
	bool more_logins;

	uint64_t counts[LOG_KIND_COUNT];
	uint64_t ambiguous;
	uint64_t dropped;
	bool memory_failed;

	struct tally_span span;
	int64_t line_time;

	/* The event of the line before, for "last message repeated". */
	bool has_last;
	/* Nothing was read yet: a repetition belongs to what another tally read. */
	bool is_fresh;
	uint32_t orphan_repeats;
	struct log_match last;
	int64_t last_time;
	char last_address[64];
	char last_account[TALLY_ACCOUNT_BYTES_MAX];
};

/* The source of ADDRESS; NULL: none yet. */
struct tally_source *tally_find_source(struct tally *tally, const struct address *address);
/* The same, made where there is none; NULL when memory is short. */
struct tally_source *tally_need_source(struct tally *tally, const struct address *address);
/* The number of an account's name; 0 for none and for all beyond TALLY_ACCOUNTS_MAX. */
uint16_t tally_account_number(struct tally *tally, struct slice name);

void tally_source_add_account(struct tally_source *source, uint16_t account);
/* Widens [*FIRST, *LAST] to TIME; 0 is no time. */
void tally_see_time(int64_t *first, int64_t *last, int64_t time);
/* Remembers a failure, and sees whether there were so many within so many seconds. */
void tally_remember_failure(struct tally *tally, struct tally_source *source,
			    enum log_stream stream, uint16_t account, int64_t time);
/* Failures of SOURCE within the hour before TIME; of them, those with ACCOUNT. */
uint32_t tally_failures_before(const struct tally_source *source, int64_t time, uint16_t account,
			       uint32_t *ret_same);
/* NULL: there are too many, or memory is short. */
struct tally_login *tally_need_login(struct tally *tally, const struct address *address,
				     uint16_t account, enum log_kind kind);
/* The event of the line before, COUNT times more. */
void tally_repeat_last(struct tally *tally, uint32_t count);

#endif
