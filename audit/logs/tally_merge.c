/* SPDX-License-Identifier: Apache-2.0
 *
 * One tally added to another: a part of a file to the part before it, a log to the logs.
 */
#include "audit/logs/tally_table.h"

static void merge_days(struct tally_source *into, const struct tally_source *from, bool same_events)
{
	for (size_t i = 0; i < STREAM_COUNT; i++) {
		uint32_t most = from->day_max[i];
		/* A day that was cut in two by the reading. */
		if (!same_events && into->day == from->day) {
			into->day_counts[i] += from->day_counts[i];
			if (into->day_counts[i] > most)
				most = into->day_counts[i];
		}
		if (most > into->day_max[i])
			into->day_max[i] = most;
	}
	if (!same_events && into->day != from->day) {
		into->day = from->day;
		memcpy(into->day_counts, from->day_counts, sizeof(into->day_counts));
	}
}

static void merge_source(struct tally *into_tally, const struct tally *from_tally,
			 struct tally_source *into, const struct tally_source *from,
			 bool same_events)
{
	for (size_t kind = 0; kind < LOG_KIND_COUNT; kind++) {
		if (!same_events)
			into->counts[kind] += from->counts[kind];
		else if (from->counts[kind] > into->counts[kind])
			into->counts[kind] = from->counts[kind];
	}
	merge_days(into, from, same_events);
	tally_see_time(&into->first, &into->last, from->first);
	tally_see_time(&into->first, &into->last, from->last);
	for (size_t i = 0; i < from->account_count; i++)
		tally_source_add_account(into_tally, into, from->account_keys[i],
					 tally_account(from_tally, from->accounts[i]));
	into->more_accounts |= from->more_accounts;
	if (from->bans || from->last_ban) {
		into->bans += from->bans;
		into->last_ban = from->last_ban;
		into->is_banned = from->is_banned;
	} else if (from->counts[LOG_UNBAN]) {
		into->is_banned = false;
	}
	/* Failures that FROM remembers go behind those of INTO: thresholds hold over the seam. */
	for (size_t i = 0; i < TALLY_RING; i++) {
		size_t at = (from->ring_next + i) % TALLY_RING;
		if (from->ring_times[at] && !same_events)
			tally_remember_failure(into_tally, into, from->ring_streams[at],
					       from->ring_accounts[at], from->ring_times[at]);
		at = (from->sip_next + i) % TALLY_RING;
		if (from->sip_times[at] && !same_events)
			tally_remember_failure(into_tally, into, from->sip_stream, 0,
					       from->sip_times[at]);
	}
	if (from->tripped_ssh && (!into->tripped_ssh || from->tripped_ssh < into->tripped_ssh))
		into->tripped_ssh = from->tripped_ssh;
	if (from->tripped_sip && (!into->tripped_sip || from->tripped_sip < into->tripped_sip))
		into->tripped_sip = from->tripped_sip;
}

static void merge_login(struct tally *into, const struct tally *from,
			const struct tally_login *login, bool same_events)
{
	uint16_t account = tally_account_number(into, tally_account(from, login->account));
	struct tally_login *place = tally_need_login(into, &login->address, account, login->kind);
	if (!place)
		return;
	tally_see_time(&place->first, &place->last, login->first);
	tally_see_time(&place->first, &place->last, login->last);
	if (!same_events)
		place->count += login->count;
	else if (login->count > place->count)
		place->count = login->count;
	uint32_t failures = login->failures_before, same = login->same_account_before;
	int64_t time = login->failures_login;
	/* Failures before the seam, which FROM has not seen. */
	const struct tally_source *source =
		tally_find_source(into, &login->address, tally_hash(&login->address));
	uint32_t more_same,
		more = source && !same_events
			       ? tally_failures_before(
					 source, login->first,
					 tally_account_key(tally_account(from, login->account)),
					 &more_same)
			       : 0;
	if (more > failures) {
		failures = more;
		same = more_same;
		time = login->first;
	}
	if (failures > place->failures_before) {
		place->failures_before = failures;
		place->same_account_before = same;
		place->failures_login = time;
	}
}

bool tally_merge(struct tally *into, const struct tally *from, enum tally_merge_mode mode)
{
	bool same_events = mode == TALLY_SAME_EVENTS;
	if (!same_events && from->orphan_repeats && into->has_last)
		tally_repeat_last(into, from->orphan_repeats);
	tally_settle(into);
	for (size_t kind = 0; kind < LOG_KIND_COUNT; kind++) {
		if (!same_events)
			into->counts[kind] += from->counts[kind];
		else if (from->counts[kind] > into->counts[kind])
			into->counts[kind] = from->counts[kind];
	}
	into->ambiguous += from->ambiguous;
	into->dropped += from->dropped;
	into->more_logins |= from->more_logins;
	for (size_t i = 0; i < from->login_count; i++)
		merge_login(into, from, &from->logins[i], same_events);
	for (size_t i = 0; i < from->source_count; i++) {
		const struct tally_source *source = tally_source_at(from, i);
		struct tally_source *place =
			tally_need_source(into, &source->address, tally_hash(&source->address));
		if (place)
			merge_source(into, from, place, source, same_events);
	}
	if (!same_events && into->line_time && from->span.first) {
		int64_t gap = from->span.first - into->line_time;
		if (gap > into->span.gap_seconds) {
			into->span.gap_seconds = gap;
			into->span.gap_start = into->line_time;
		}
	}
	if (from->span.gap_seconds > into->span.gap_seconds) {
		into->span.gap_seconds = from->span.gap_seconds;
		into->span.gap_start = from->span.gap_start;
	}
	tally_see_time(&into->span.first, &into->span.last, from->span.first);
	tally_see_time(&into->span.first, &into->span.last, from->span.last);
	if (from->line_time)
		into->line_time = from->line_time;
	return !into->memory_failed && !from->memory_failed;
}
