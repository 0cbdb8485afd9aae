/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts of events by source address while logs are read: one tally per reading thread, merged
 * afterwards. Memory is bounded by the limits of activity_model.h: when the table of addresses is
 * full, the quietest half goes.
 */
#ifndef RINGFENCE_LOGS_ACTIVITY_TALLY_H
#define RINGFENCE_LOGS_ACTIVITY_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/logs/activity_model.h"

/* How many of the last failures of a source are remembered, for "failures before a login" and for
 * thresholds. */
#define TALLY_RING 10

struct tally_source {
	/* What every event touches stands together. */
	struct address address;
	uint8_t ring_next;
	uint8_t sip_next;
	uint8_t sip_stream;
	uint8_t account_count;
	bool more_accounts;
	bool is_banned;
	int64_t first, last;
	int64_t day;
	/* Keys of the accounts below. */
	uint32_t account_keys[ACTIVITY_ACCOUNTS_MAX];
	uint32_t day_counts[STREAM_COUNT];
	uint32_t day_max[STREAM_COUNT];
	/* Times and accounts (their keys) of the last failures at a service that people log in
	 * to. */
	int64_t ring_times[TALLY_RING];
	uint32_t ring_accounts[TALLY_RING];
	uint8_t ring_streams[TALLY_RING];
	/* The same of SIP failures, times only. */
	int64_t sip_times[TALLY_RING];
	uint32_t counts[LOG_KIND_COUNT];
	uint16_t accounts[ACTIVITY_ACCOUNTS_MAX];
	uint32_t bans;
	int64_t last_ban;
	int64_t tripped_ssh, tripped_sip;
};

struct tally_login {
	struct address address;
	uint16_t account;
	enum log_kind kind;
	int64_t first, last;
	uint64_t count;
	uint32_t failures_before, same_account_before;
	int64_t failures_login;
};

struct tally;

/* NULL when memory is short. */
struct tally *tally_new(uint32_t trip_failures, int64_t trip_seconds) MUST_CHECK;
/* An empty one with the thresholds of TALLY. */
struct tally *tally_new_like(const struct tally *tally) MUST_CHECK;
void tally_free(struct tally *tally);

/* One event at TIME (0: not known), COUNT times. The texts of MATCH must stay until
 * tally_settle. */
void tally_add(struct tally *tally, const struct log_match *match, int64_t time, uint32_t count);

/* "last message repeated COUNT times": the event of the line before, if it was one. */
void tally_repeat(struct tally *tally, uint32_t count);
/* A line that is no event stood between. */
void tally_forget_last(struct tally *tally);

/* All events so far are counted, and their texts are needed no more. Before anything is asked of a
 * tally, and before the lines go. */
void tally_settle(struct tally *tally);

/* A line with this time was read: for the span and the gaps of a log. */
void tally_line_time(struct tally *tally, int64_t time);

enum tally_merge_mode {
	/* FROM continues what INTO has read. */
	TALLY_CONTINUE,
	/* FROM holds perhaps the same lines: the larger of the counts. */
	TALLY_SAME_EVENTS,
};

/* Adds FROM to INTO. False when memory is short. */
bool tally_merge(struct tally *into, const struct tally *from,
		 enum tally_merge_mode mode) MUST_CHECK;

struct tally_span {
	int64_t first, last;
	int64_t gap_seconds, gap_start;
};

struct tally_span tally_span(const struct tally *tally);
const uint64_t *tally_counts(const struct tally *tally);
uint64_t tally_ambiguous(const struct tally *tally);
uint64_t tally_dropped(const struct tally *tally);
bool tally_memory_failed(const struct tally *tally);
size_t tally_source_count(const struct tally *tally);
/* By index, in no order. */
const struct tally_source *tally_source_at(const struct tally *tally, size_t index);
size_t tally_login_count(const struct tally *tally);
const struct tally_login *tally_login_at(const struct tally *tally, size_t index);
bool tally_more_logins(const struct tally *tally);
/* The name of an account's number. */
struct slice tally_account(const struct tally *tally, uint16_t account);

#endif
