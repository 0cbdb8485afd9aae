/* SPDX-License-Identifier: Apache-2.0
 *
 * Budget: one hash lookup by address and one by account an event.
 */
#include "audit/logs/activity_tally.h"

#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/logs/tally_table.h"

#define HOUR_SECONDS 3600

struct tally *tally_new(uint32_t trip_failures, int64_t trip_seconds)
{
	struct arena *arena = arena_new(0);
	struct tally *tally = arena ? ARENA_NEW(arena, struct tally) : NULL;
	if (!tally) {
		arena_free(arena);
		return NULL;
	}
	tally->arena = arena;
	tally->trip_failures =
		trip_failures && trip_failures <= TALLY_RING ? trip_failures : TALLY_RING;
	tally->trip_seconds = trip_seconds ? trip_seconds : 600;
	tally->is_fresh = true;
	tally->slot_count = 2048;
	tally->slots = calloc(tally->slot_count, sizeof(*tally->slots));
	/* Number 0 is "another". */
	tally->accounts =
		arena_grow(arena, NULL, 0, &tally->account_capacity, sizeof(*tally->accounts));
	if (!tally->slots || !tally->accounts) {
		tally_free(tally);
		return NULL;
	}
	tally->accounts[tally->account_count++] = (struct slice){ .data = "", .size = 0 };
	return tally;
}

struct tally *tally_new_like(const struct tally *tally)
{
	return tally_new(tally->trip_failures, tally->trip_seconds);
}

void tally_free(struct tally *tally)
{
	if (!tally)
		return;
	free(tally->slots);
	arena_free(tally->arena);
}

void tally_source_add_account(struct tally *tally, struct tally_source *source, uint32_t key,
			      struct slice name)
{
	if (!key)
		return;
	for (size_t i = 0; i < source->account_count; i++)
		if (source->account_keys[i] == key)
			return;
	if (source->account_count == ACTIVITY_ACCOUNTS_MAX) {
		source->more_accounts = true;
		return;
	}
	uint16_t number = tally_account_number(tally, name);
	if (!number)
		return;
	source->account_keys[source->account_count] = key;
	source->accounts[source->account_count++] = number;
}

/* Dotted quad, the common form; anything else goes to address_parse. */
static bool parse_address(struct slice text, struct address *ret_address)
{
	uint32_t part = 0, digits = 0, dots = 0;
	uint8_t bytes[4];
	for (size_t i = 0; i < text.size; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (byte_is_digit(byte)) {
			/* A leading zero is not a decimal part. */
			if (digits && part == 0)
				return false;
			part = part * 10 + (byte - '0');
			if (++digits > 3 || part > 255)
				return false;
		} else if (byte == '.' && digits && dots < 3) {
			bytes[dots++] = (uint8_t)part;
			part = digits = 0;
		} else {
			return address_parse(text, ret_address);
		}
	}
	if (dots != 3 || !digits)
		return false;
	bytes[3] = (uint8_t)part;
	*ret_address = (struct address){ .family = ADDRESS_IPV4 };
	memcpy(ret_address->bytes, bytes, 4);
	return true;
}

static void count_day(struct tally_source *source, enum log_stream stream, int64_t time,
		      uint32_t count)
{
	int64_t day = time / 86400;
	if (day != source->day) {
		source->day = day;
		memset(source->day_counts, 0, sizeof(source->day_counts));
	}
	source->day_counts[stream] += count;
	if (source->day_counts[stream] > source->day_max[stream])
		source->day_max[stream] = source->day_counts[stream];
}

static bool is_sip_stream(enum log_stream stream)
{
	return stream == STREAM_SIP_NOTICE || stream == STREAM_SIP_SECURITY;
}

/* Remembers a failure, and sees whether there were so many within so many seconds. */
void tally_remember_failure(struct tally *tally, struct tally_source *source,
			    enum log_stream stream, uint32_t account_key, int64_t time)
{
	size_t back = tally->trip_failures;
	if (is_sip_stream(stream)) {
		/* Notices and security events tell of the same tries: the kind seen first. */
		if (!source->sip_stream)
			source->sip_stream = (uint8_t)stream;
		if (source->sip_stream != stream)
			return;
		source->sip_times[source->sip_next] = time;
		int64_t oldest =
			source->sip_times[(source->sip_next + TALLY_RING - back + 1) % TALLY_RING];
		source->sip_next = (uint8_t)((source->sip_next + 1) % TALLY_RING);
		if (!source->tripped_sip && oldest && time - oldest <= tally->trip_seconds)
			source->tripped_sip = time;
		return;
	}
	size_t before = (size_t)(source->ring_next + TALLY_RING - 1) % TALLY_RING;
	/* "Invalid user", PAM's and "Failed password" lines of one try come in one second. */
	if (source->ring_times[before] == time && source->ring_streams[before] != stream)
		return;
	source->ring_times[source->ring_next] = time;
	source->ring_accounts[source->ring_next] = account_key;
	source->ring_streams[source->ring_next] = (uint8_t)stream;
	int64_t oldest =
		source->ring_times[(source->ring_next + TALLY_RING - back + 1) % TALLY_RING];
	source->ring_next = (uint8_t)((source->ring_next + 1) % TALLY_RING);
	if (!source->tripped_ssh && oldest && time - oldest <= tally->trip_seconds)
		source->tripped_ssh = time;
}

/* Failures of SOURCE within the hour before TIME. */
uint32_t tally_failures_before(const struct tally_source *source, int64_t time, uint32_t key,
			       uint32_t *ret_same)
{
	uint32_t count = 0;
	*ret_same = 0;
	for (size_t i = 0; i < TALLY_RING; i++) {
		int64_t then = source->ring_times[i];
		if (!then || then > time || time - then > HOUR_SECONDS)
			continue;
		count++;
		*ret_same += source->ring_accounts[i] == key;
	}
	return count;
}

struct tally_login *tally_need_login(struct tally *tally, const struct address *address,
				     uint16_t account, enum log_kind kind)
{
	size_t mask = ARRAY_SIZE(tally->login_slots) - 1;
	size_t at = (tally_hash(address) + account * 31U + (size_t)kind * 7U) & mask;
	for (; tally->login_slots[at]; at = (at + 1) & mask) {
		struct tally_login *login = &tally->logins[tally->login_slots[at] - 1];
		if (login->account == account && login->kind == kind &&
		    address_equal(login->address, *address))
			return login;
	}
	if (tally->login_count == ACTIVITY_LOGINS_MAX) {
		tally->more_logins = true;
		return NULL;
	}
	struct tally_login *grown = arena_grow(tally->arena, tally->logins, tally->login_count,
					       &tally->login_capacity, sizeof(*tally->logins));
	if (!grown) {
		tally->memory_failed = true;
		return NULL;
	}
	tally->logins = grown;
	struct tally_login *login = &grown[tally->login_count++];
	tally->login_slots[at] = (uint16_t)tally->login_count;
	*login = (struct tally_login){ .address = *address, .account = account, .kind = kind };
	return login;
}

void tally_see_time(int64_t *first, int64_t *last, int64_t time)
{
	if (!time)
		return;
	if (!*first || time < *first)
		*first = time;
	if (time > *last)
		*last = time;
}

static void add_login(struct tally *tally, const struct tally_source *source,
		      const struct tally_event *event, uint32_t key)
{
	uint16_t account = tally_account_number(tally, event->account);
	struct tally_login *login = tally_need_login(tally, &source->address, account, event->kind);
	if (!login)
		return;
	tally_see_time(&login->first, &login->last, event->time);
	login->count += event->count;
	uint32_t same, failures = tally_failures_before(source, event->time, key, &same);
	if (failures > login->failures_before) {
		login->failures_before = failures;
		login->same_account_before = same;
		login->failures_login = event->time;
	}
}

static void add_ban(struct tally_source *source, enum log_kind kind, int64_t time)
{
	if (kind == LOG_BAN) {
		source->bans++;
		source->last_ban = time;
		source->is_banned = true;
	} else if (kind == LOG_UNBAN) {
		source->is_banned = false;
	}
}

static void count_event(struct tally *tally, const struct tally_event *event)
{
	struct tally_source *source = tally_need_source(tally, &event->address, event->hash);
	if (!source)
		return;
	source->counts[event->kind] += event->count;
	tally_see_time(&source->first, &source->last, event->time);
	if (event->kind >= LOG_BAN && event->kind <= LOG_ALREADY_BANNED) {
		add_ban(source, event->kind, event->time);
		return;
	}
	bool is_login = log_kind_is_login(event->kind);
	if (event->stream == STREAM_NONE && !is_login)
		return;
	uint32_t key = tally_account_key(event->account);
	if (event->stream != STREAM_NONE) {
		tally_source_add_account(tally, source, key, event->account);
		count_day(source, event->stream, event->time, event->count);
		if (event->time)
			tally_remember_failure(tally, source, event->stream, key, event->time);
	}
	if (is_login)
		add_login(tally, source, event, key);
}

static void count_events(struct tally *tally)
{
	for (size_t i = 0; i < tally->event_count; i++)
		tally_fetch_source(tally, tally->events[i].hash);
	for (size_t i = 0; i < tally->event_count; i++)
		count_event(tally, &tally->events[i]);
	tally->event_count = 0;
}

/* Lines up an event for its source. */
static void add_to_source(struct tally *tally, const struct log_match *match, int64_t time,
			  uint32_t count)
{
	struct tally_event *event = &tally->events[tally->event_count];
	if (match->is_ambiguous || !match->address.size ||
	    !parse_address(match->address, &event->address))
		return;
	if (event->address.family != ADDRESS_IPV4)
		event->address = address_unmap(event->address);
	event->hash = tally_hash(&event->address);
	__builtin_prefetch(&tally->slots[event->hash & (tally->slot_count - 1)]);
	event->kind = match->kind;
	event->stream = match->stream;
	event->account = match->account;
	event->time = time;
	event->count = count;
	if (++tally->event_count == TALLY_EVENTS)
		count_events(tally);
}

static struct slice keep_text(char *place, size_t room, struct slice text)
{
	if (text.size > room)
		text.size = room;
	if (text.size)
		memcpy(place, text.data, text.size);
	return (struct slice){ .data = place, .size = text.size };
}

void tally_add(struct tally *tally, const struct log_match *match, int64_t time, uint32_t count)
{
	tally->counts[match->kind] += count;
	if (match->is_ambiguous)
		tally->ambiguous += count;
	add_to_source(tally, match, time, count);
	tally->is_fresh = false;
	tally->has_last = true;
	tally->last_is_borrowed = true;
	tally->last = *match;
	tally->last_time = time;
}

void tally_settle(struct tally *tally)
{
	count_events(tally);
	if (!tally->has_last || !tally->last_is_borrowed)
		return;
	struct log_match *last = &tally->last;
	last->address = keep_text(tally->last_address, sizeof(tally->last_address), last->address);
	last->account = keep_text(tally->last_account, sizeof(tally->last_account), last->account);
	tally->last_is_borrowed = false;
}

void tally_repeat_last(struct tally *tally, uint32_t count)
{
	tally->counts[tally->last.kind] += count;
	if (tally->last.is_ambiguous)
		tally->ambiguous += count;
	add_to_source(tally, &tally->last, tally->last_time, count);
}

void tally_repeat(struct tally *tally, uint32_t count)
{
	if (tally->has_last)
		tally_repeat_last(tally, count);
	else if (tally->is_fresh)
		tally->orphan_repeats = count;
	tally->is_fresh = false;
}

void tally_forget_last(struct tally *tally)
{
	tally->has_last = false;
	tally->is_fresh = false;
}

void tally_line_time(struct tally *tally, int64_t time)
{
	if (time == tally->line_time || !time)
		return;
	tally_see_time(&tally->span.first, &tally->span.last, time);
	if (tally->line_time && time - tally->line_time > tally->span.gap_seconds) {
		tally->span.gap_seconds = time - tally->line_time;
		tally->span.gap_start = tally->line_time;
	}
	tally->line_time = time;
}

struct tally_span tally_span(const struct tally *tally)
{
	return tally->span;
}

const uint64_t *tally_counts(const struct tally *tally)
{
	return tally->counts;
}

uint64_t tally_ambiguous(const struct tally *tally)
{
	return tally->ambiguous;
}

uint64_t tally_dropped(const struct tally *tally)
{
	return tally->dropped;
}

bool tally_memory_failed(const struct tally *tally)
{
	return tally->memory_failed;
}

size_t tally_source_count(const struct tally *tally)
{
	return tally->source_count;
}

size_t tally_login_count(const struct tally *tally)
{
	return tally->login_count;
}

const struct tally_login *tally_login_at(const struct tally *tally, size_t index)
{
	return &tally->logins[index];
}

bool tally_more_logins(const struct tally *tally)
{
	return tally->more_logins;
}

struct slice tally_account(const struct tally *tally, uint16_t account)
{
	return tally->accounts[account < tally->account_count ? account : 0];
}
