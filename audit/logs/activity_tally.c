/* SPDX-License-Identifier: Apache-2.0
 *
 * Budget: one hash lookup by address and one by account an event.
 */
#include "audit/logs/activity_tally.h"

#include <stdlib.h>

#include "audit/base/arena.h"

/* Sources are allocated in blocks, so that growing never moves them. */
#define BLOCK_SOURCES 1024
#define BLOCKS_MAX (ACTIVITY_SOURCES_MAX / BLOCK_SOURCES)
/* Distinct account names; further ones count as number 0. */
#define ACCOUNTS_MAX 16384
/* Longer names are cut: sshd itself cuts at 100. */
#define ACCOUNT_BYTES_MAX 100
#define HOUR_SECONDS 3600

struct tally {
	struct arena *arena;
	uint32_t trip_failures;
	int64_t trip_seconds;

	struct tally_source *blocks[BLOCKS_MAX];
	size_t source_count;
	/* Index + 1 of a source, by hash; twice as many slots as sources, a power of two. */
	uint32_t *slots;
	size_t slot_count;

	struct slice *accounts;
	size_t account_count, account_capacity;
	uint16_t account_slots[2 * ACCOUNTS_MAX];

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
	char last_account[ACCOUNT_BYTES_MAX];
};

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

static uint64_t mix(uint64_t value)
{
	value *= UINT64_C(0x9e3779b97f4a7c15);
	return value ^ value >> 32;
}

static uint64_t address_hash(const struct address *address)
{
	uint64_t low, high;
	memcpy(&low, address->bytes, 8);
	memcpy(&high, address->bytes + 8, 8);
	return mix(low ^ mix(high + address->family));
}

static struct tally_source *source_at(const struct tally *tally, size_t index)
{
	return &tally->blocks[index / BLOCK_SOURCES][index % BLOCK_SOURCES];
}

static void put_slot(struct tally *tally, size_t index)
{
	size_t mask = tally->slot_count - 1;
	size_t at = address_hash(&source_at(tally, index)->address) & mask;
	while (tally->slots[at])
		at = (at + 1) & mask;
	tally->slots[at] = (uint32_t)index + 1;
}

static bool grow_slots(struct tally *tally)
{
	uint32_t *slots = calloc(tally->slot_count * 2, sizeof(*slots));
	if (!slots)
		return false;
	free(tally->slots);
	tally->slots = slots;
	tally->slot_count *= 2;
	for (size_t i = 0; i < tally->source_count; i++)
		put_slot(tally, i);
	return true;
}

static uint64_t weight(const struct tally_source *source)
{
	uint64_t sum = (uint64_t)source->bans << 16;
	for (size_t kind = 0; kind < LOG_KIND_COUNT; kind++)
		sum += source->counts[kind];
	return sum;
}

static int compare_weights(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;
	return (first > second) - (first < second);
}

/* Drops the quieter half: with a table this full most addresses were seen once or twice. */
static bool drop_quiet_sources(struct tally *tally)
{
	uint64_t *weights = malloc(tally->source_count * sizeof(*weights));
	if (!weights)
		return false;
	for (size_t i = 0; i < tally->source_count; i++)
		weights[i] = weight(source_at(tally, i));
	qsort(weights, tally->source_count, sizeof(*weights), compare_weights);
	uint64_t limit = weights[tally->source_count / 2];
	free(weights);
	size_t kept = 0, most = tally->source_count / 2;
	for (size_t i = 0; i < tally->source_count; i++) {
		const struct tally_source *source = source_at(tally, i);
		if (weight(source) < limit || kept >= most)
			continue;
		struct tally_source *place = source_at(tally, kept++);
		if (place != source)
			*place = *source;
	}
	tally->dropped += tally->source_count - kept;
	tally->source_count = kept;
	memset(tally->slots, 0, tally->slot_count * sizeof(*tally->slots));
	for (size_t i = 0; i < kept; i++)
		put_slot(tally, i);
	return true;
}

static struct tally_source *find_source(struct tally *tally, const struct address *address)
{
	size_t mask = tally->slot_count - 1;
	size_t at = address_hash(address) & mask;
	for (; tally->slots[at]; at = (at + 1) & mask) {
		struct tally_source *source = source_at(tally, tally->slots[at] - 1);
		if (memcmp(source->address.bytes, address->bytes, sizeof(address->bytes)) == 0 &&
		    source->address.family == address->family)
			return source;
	}
	return NULL;
}

static struct tally_source *add_source(struct tally *tally, const struct address *address)
{
	if (tally->source_count == ACTIVITY_SOURCES_MAX && !drop_quiet_sources(tally))
		goto fail;
	if (tally->source_count * 2 >= tally->slot_count && !grow_slots(tally))
		goto fail;
	size_t index = tally->source_count, block = index / BLOCK_SOURCES;
	if (!tally->blocks[block]) {
		tally->blocks[block] =
			ARENA_ARRAY(tally->arena, BLOCK_SOURCES, struct tally_source);
		if (!tally->blocks[block])
			goto fail;
	}
	struct tally_source *source = source_at(tally, index);
	memset(source, 0, sizeof(*source));
	source->address = *address;
	tally->source_count++;
	put_slot(tally, index);
	return source;
fail:
	tally->memory_failed = true;
	return NULL;
}

static struct tally_source *need_source(struct tally *tally, const struct address *address)
{
	struct tally_source *source = find_source(tally, address);
	return source ? source : add_source(tally, address);
}

static uint64_t text_hash(struct slice text)
{
	uint64_t hash = text.size, part;
	for (; text.size >= 8; text = slice_from(text, 8)) {
		memcpy(&part, text.data, 8);
		hash = mix(hash ^ part);
	}
	part = 0;
	if (text.size)
		memcpy(&part, text.data, text.size);
	return mix(hash ^ part);
}

/* The number of an account's name. */
static uint16_t account_number(struct tally *tally, struct slice name)
{
	size_t mask = ARRAY_SIZE(tally->account_slots) - 1;
	if (!name.size)
		return 0;
	name = slice_part(name, 0, ACCOUNT_BYTES_MAX);
	size_t at = text_hash(name) & mask;
	for (; tally->account_slots[at]; at = (at + 1) & mask) {
		struct slice known = tally->accounts[tally->account_slots[at]];
		if (known.size == name.size && memcmp(known.data, name.data, name.size) == 0)
			return tally->account_slots[at];
	}
	if (tally->account_count == ACCOUNTS_MAX)
		return 0;
	struct slice *grown = arena_grow(tally->arena, tally->accounts, tally->account_count,
					 &tally->account_capacity, sizeof(*tally->accounts));
	char *copy = grown ? slice_to_string(tally->arena, name) : NULL;
	if (grown)
		tally->accounts = grown;
	if (!copy) {
		tally->memory_failed = true;
		return 0;
	}
	uint16_t number = (uint16_t)tally->account_count++;
	tally->accounts[number] = (struct slice){ .data = copy, .size = name.size };
	tally->account_slots[at] = number;
	return number;
}

static void add_account(struct tally_source *source, uint16_t account)
{
	if (!account)
		return;
	for (size_t i = 0; i < source->account_count; i++)
		if (source->accounts[i] == account)
			return;
	if (source->account_count < ACTIVITY_ACCOUNTS_MAX)
		source->accounts[source->account_count++] = account;
	else
		source->more_accounts = true;
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
static void remember_failure(struct tally *tally, struct tally_source *source,
			     enum log_stream stream, uint16_t account, int64_t time)
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
	source->ring_accounts[source->ring_next] = account;
	source->ring_streams[source->ring_next] = (uint8_t)stream;
	int64_t oldest =
		source->ring_times[(source->ring_next + TALLY_RING - back + 1) % TALLY_RING];
	source->ring_next = (uint8_t)((source->ring_next + 1) % TALLY_RING);
	if (!source->tripped_ssh && oldest && time - oldest <= tally->trip_seconds)
		source->tripped_ssh = time;
}

/* Failures of SOURCE within the hour before TIME. */
static uint32_t failures_before(const struct tally_source *source, int64_t time, uint16_t account,
				uint32_t *ret_same)
{
	uint32_t count = 0;
	*ret_same = 0;
	for (size_t i = 0; i < TALLY_RING; i++) {
		int64_t then = source->ring_times[i];
		if (!then || then > time || time - then > HOUR_SECONDS)
			continue;
		count++;
		*ret_same += source->ring_accounts[i] == account;
	}
	return count;
}

static struct tally_login *need_login(struct tally *tally, const struct address *address,
				      uint16_t account, enum log_kind kind)
{
	for (size_t i = tally->login_count; i-- > 0;) {
		struct tally_login *login = &tally->logins[i];
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
	*login = (struct tally_login){ .address = *address, .account = account, .kind = kind };
	return login;
}

static void see_time(int64_t *first, int64_t *last, int64_t time)
{
	if (!time)
		return;
	if (!*first || time < *first)
		*first = time;
	if (time > *last)
		*last = time;
}

static void add_login(struct tally *tally, const struct tally_source *source, uint16_t account,
		      enum log_kind kind, int64_t time, uint32_t count)
{
	struct tally_login *login = need_login(tally, &source->address, account, kind);
	if (!login)
		return;
	see_time(&login->first, &login->last, time);
	login->count += count;
	uint32_t same, failures = failures_before(source, time, account, &same);
	if (failures > login->failures_before) {
		login->failures_before = failures;
		login->same_account_before = same;
		login->failures_login = time;
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

static void add_to_source(struct tally *tally, const struct log_match *match, int64_t time,
			  uint32_t count)
{
	struct address address;
	if (match->is_ambiguous || !match->address.size || !parse_address(match->address, &address))
		return;
	address = address_unmap(address);
	struct tally_source *source = need_source(tally, &address);
	if (!source)
		return;
	source->counts[match->kind] += count;
	see_time(&source->first, &source->last, time);
	if (match->kind >= LOG_BAN && match->kind <= LOG_ALREADY_BANNED) {
		add_ban(source, match->kind, time);
		return;
	}
	uint16_t account = account_number(tally, match->account);
	if (match->stream != STREAM_NONE) {
		add_account(source, account);
		count_day(source, match->stream, time, count);
		if (time)
			remember_failure(tally, source, match->stream, account, time);
	}
	if (log_kind_is_login(match->kind))
		add_login(tally, source, account, match->kind, time, count);
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
	tally->last = *match;
	tally->last_time = time;
	tally->last.address =
		keep_text(tally->last_address, sizeof(tally->last_address), match->address);
	tally->last.account =
		keep_text(tally->last_account, sizeof(tally->last_account), match->account);
}

static void repeat_last(struct tally *tally, uint32_t count)
{
	tally->counts[tally->last.kind] += count;
	if (tally->last.is_ambiguous)
		tally->ambiguous += count;
	add_to_source(tally, &tally->last, tally->last_time, count);
}

void tally_repeat(struct tally *tally, uint32_t count)
{
	if (tally->has_last)
		repeat_last(tally, count);
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
	see_time(&tally->span.first, &tally->span.last, time);
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

const struct tally_source *tally_source_at(const struct tally *tally, size_t index)
{
	return source_at(tally, index);
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
	see_time(&into->first, &into->last, from->first);
	see_time(&into->first, &into->last, from->last);
	for (size_t i = 0; i < from->account_count; i++)
		add_account(into, account_number(into_tally,
						 tally_account(from_tally, from->accounts[i])));
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
			remember_failure(
				into_tally, into, from->ring_streams[at],
				account_number(into_tally,
					       tally_account(from_tally, from->ring_accounts[at])),
				from->ring_times[at]);
		at = (from->sip_next + i) % TALLY_RING;
		if (from->sip_times[at] && !same_events)
			remember_failure(into_tally, into, from->sip_stream, 0,
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
	uint16_t account = account_number(into, tally_account(from, login->account));
	struct tally_login *place = need_login(into, &login->address, account, login->kind);
	if (!place)
		return;
	see_time(&place->first, &place->last, login->first);
	see_time(&place->first, &place->last, login->last);
	if (!same_events)
		place->count += login->count;
	else if (login->count > place->count)
		place->count = login->count;
	uint32_t failures = login->failures_before, same = login->same_account_before;
	int64_t time = login->failures_login;
	/* Failures before the seam, which FROM has not seen. */
	const struct tally_source *source = find_source(into, &login->address);
	uint32_t more_same, more = source && !same_events ? failures_before(source, login->first,
									    account, &more_same)
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
		repeat_last(into, from->orphan_repeats);
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
		const struct tally_source *source = source_at(from, i);
		struct tally_source *place = need_source(into, &source->address);
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
	see_time(&into->span.first, &into->span.last, from->span.first);
	see_time(&into->span.first, &into->span.last, from->span.last);
	if (from->line_time)
		into->line_time = from->line_time;
	return !into->memory_failed && !from->memory_failed;
}
