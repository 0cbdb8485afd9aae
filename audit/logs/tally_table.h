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

struct tally_slot {
	/* The upper half of the hash: most other addresses are told apart by it. */
	uint32_t tag;
	/* Index + 1 of a source; 0: free. */
	uint32_t index;
};

/* Events that wait to be counted for their source: while they do, its memory is fetched. */
#define TALLY_EVENTS 32

struct tally_event {
	struct address address;
	uint64_t hash;
	enum log_kind kind;
	enum log_stream stream;
	struct slice account;
	int64_t time;
	uint32_t count;
};

struct tally {
	struct arena *arena;
	uint32_t trip_failures;
	int64_t trip_seconds;

	struct tally_source *blocks[TALLY_BLOCKS_MAX];
	size_t source_count;
	/* By hash; twice as many slots as sources, a power of two. */
	struct tally_slot *slots;
	size_t slot_count;

	struct slice *accounts;
	size_t account_count, account_capacity;
	uint16_t account_slots[2 * TALLY_ACCOUNTS_MAX];

	struct tally_login *logins;
	size_t login_count, login_capacity;
	/* Index + 1 of a login, by hash. */
	uint16_t login_slots[2 * ACTIVITY_LOGINS_MAX];
	bool more_logins;

	uint64_t counts[LOG_KIND_COUNT];
	uint64_t ambiguous;
	uint64_t dropped;
	bool memory_failed;

	struct tally_span span;
	int64_t line_time;

	/* The event of the line before, for "last message repeated". */
	bool has_last;
	/* Its texts are still in the lines that are being read. */
	bool last_is_borrowed;
	/* Nothing was read yet: a repetition belongs to what another tally read. */
	bool is_fresh;
	uint32_t orphan_repeats;
	struct log_match last;
	int64_t last_time;
	char last_address[64];
	char last_account[TALLY_ACCOUNT_BYTES_MAX];

	struct tally_event events[TALLY_EVENTS];
	size_t event_count;
};

uint64_t tally_hash(const struct address *address);
/* The source of ADDRESS, with its HASH; NULL: none yet. */
struct tally_source *tally_find_source(struct tally *tally, const struct address *address,
				       uint64_t hash);
/* The same, made where there is none; NULL when memory is short. */
struct tally_source *tally_need_source(struct tally *tally, const struct address *address,
				       uint64_t hash);
/* Fetches what the source with HASH will need, as far as it is there. */
void tally_fetch_source(const struct tally *tally, uint64_t hash);
/* A number that stands for an account's name; 0: no name. */
uint32_t tally_account_key(struct slice name);
/* The number of an account's name; 0 for none and for all beyond TALLY_ACCOUNTS_MAX. */
uint16_t tally_account_number(struct tally *tally, struct slice name);

/* KEY is that of NAME. */
void tally_source_add_account(struct tally *tally, struct tally_source *source, uint32_t key,
			      struct slice name);
/* Widens [*FIRST, *LAST] to TIME; 0 is no time. */
void tally_see_time(int64_t *first, int64_t *last, int64_t time);
/* Remembers a failure, and sees whether there were so many within so many seconds. */
void tally_remember_failure(struct tally *tally, struct tally_source *source,
			    enum log_stream stream, uint32_t account_key, int64_t time);
/* Failures of SOURCE within the hour before TIME; of them, those with the account of KEY. */
uint32_t tally_failures_before(const struct tally_source *source, int64_t time, uint32_t key,
			       uint32_t *ret_same);
/* NULL: there are too many, or memory is short. */
struct tally_login *tally_need_login(struct tally *tally, const struct address *address,
				     uint16_t account, enum log_kind kind);
/* The event of the line before, COUNT times more. */
void tally_repeat_last(struct tally *tally, uint32_t count);

#endif
