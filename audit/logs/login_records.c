/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/logs/login_records.h"

#include "audit/base/arena.h"

/* struct utmp of glibc on x86-64 (bits/utmp.h): offsets of its fields. */
#define UTMP_BYTES 384
#define UTMP_TYPE 0
#define UTMP_PID 4
#define UTMP_LINE 8
#define UTMP_LINE_BYTES 32
#define UTMP_USER 44
#define UTMP_USER_BYTES 32
#define UTMP_HOST 76
#define UTMP_HOST_BYTES 256
#define UTMP_SECONDS 340
#define UTMP_ADDRESS 348

/* ut_type */
#define TYPE_RUN_LEVEL 1
#define TYPE_BOOT 2
#define TYPE_USER 7
#define TYPE_DEAD 8

/* struct lastlog: int32 time, line, host. */
#define LASTLOG_BYTES 292

/* A clock that is set back a little is no forgery. */
#define DISORDER_SECONDS 3600

static uint32_t number(const char *data)
{
	uint32_t value;
	memcpy(&value, data, sizeof(value));
	return value;
}

static struct slice text(const char *data, size_t room)
{
	return (struct slice){ .data = data, .size = strnlen(data, room) };
}

static bool is_zeroed(const char *record)
{
	for (size_t i = 0; i < UTMP_BYTES; i++)
		if (record[i])
			return false;
	return true;
}

/* ut_addr_v6 holds an IPv4 address in its first word, or an IPv6 one in all four; the host field
 * has it as text where sshd does no lookups. */
static struct address record_address(const char *record)
{
	struct address address;
	if (address_parse(text(record + UTMP_HOST, UTMP_HOST_BYTES), &address))
		return address_unmap(address);
	address = (struct address){ .family = ADDRESS_NONE };
	const char *raw = record + UTMP_ADDRESS;
	bool is_long = number(raw + 4) || number(raw + 8) || number(raw + 12);
	if (!is_long && !number(raw))
		return address;
	address.family = is_long ? ADDRESS_IPV6 : ADDRESS_IPV4;
	memcpy(address.bytes, raw, is_long ? 16 : 4);
	return address_unmap(address);
}

static bool is_shutdown(const char *record)
{
	return number(record + UTMP_TYPE) << 16 >> 16 == TYPE_RUN_LEVEL &&
	       slice_is(text(record + UTMP_USER, UTMP_USER_BYTES), "shutdown");
}

/* Walks backwards as last(1) does: an end that was seen later closes the session on its line. */
struct wtmp_walk {
	struct arena *arena;
	struct login_record *sessions;
	size_t count, capacity;
	/* Ends by line, of which there are few. */
	struct {
		struct slice line;
		int64_t time;
	} ends[512];
	size_t end_count;
	int64_t down;
};

static int64_t *end_of_line(struct wtmp_walk *walk, struct slice line)
{
	for (size_t i = 0; i < walk->end_count; i++)
		if (slice_equal(walk->ends[i].line, line))
			return &walk->ends[i].time;
	if (walk->end_count == ARRAY_SIZE(walk->ends))
		return NULL;
	walk->ends[walk->end_count].line = line;
	walk->ends[walk->end_count].time = 0;
	return &walk->ends[walk->end_count++].time;
}

static bool add_session(struct wtmp_walk *walk, const char *record, enum login_record_kind kind,
			int64_t time)
{
	struct login_record *grown = arena_grow(walk->arena, walk->sessions, walk->count,
						&walk->capacity, sizeof(*grown));
	if (!grown)
		return false;
	walk->sessions = grown;
	struct slice line = text(record + UTMP_LINE, UTMP_LINE_BYTES);
	struct login_record *session = &grown[walk->count++];
	*session = (struct login_record){
		.kind = kind,
		.account = text(record + UTMP_USER, UTMP_USER_BYTES),
		.line = line,
		.host = text(record + UTMP_HOST, UTMP_HOST_BYTES),
		.start = time,
	};
	if (kind != LOGIN_RECORD_SESSION)
		return true;
	session->address = record_address(record);
	int64_t *end = end_of_line(walk, line);
	session->end = end && *end ? *end : walk->down;
	session->is_open = session->end == 0;
	if (end)
		*end = time;
	return true;
}

static bool walk_record(struct wtmp_walk *walk, const char *record, int64_t time)
{
	switch (number(record + UTMP_TYPE) & 0xffff) {
	case TYPE_USER:
		return add_session(walk, record, LOGIN_RECORD_SESSION, time);
	case TYPE_DEAD: {
		int64_t *end = end_of_line(walk, text(record + UTMP_LINE, UTMP_LINE_BYTES));
		if (end)
			*end = time;
		return true;
	}
	case TYPE_BOOT:
	case TYPE_RUN_LEVEL:
		if ((number(record + UTMP_TYPE) & 0xffff) == TYPE_RUN_LEVEL && !is_shutdown(record))
			return true;
		walk->down = time;
		walk->end_count = 0;
		return add_session(walk, record,
				   is_shutdown(record) ? LOGIN_RECORD_SHUTDOWN : LOGIN_RECORD_BOOT,
				   time);
	default:
		return true;
	}
}

bool login_records_parse_wtmp(struct arena *arena, struct slice bytes, int64_t now,
			      struct login_records *records)
{
	struct wtmp_walk *walk = ARENA_NEW(arena, struct wtmp_walk);
	if (!walk)
		return false;
	walk->arena = arena;
	size_t count = bytes.size / UTMP_BYTES;
	int64_t later = 0;
	records->trailing_bytes = bytes.size % UTMP_BYTES;
	for (size_t i = count; i-- > 0;) {
		const char *record = bytes.data + i * UTMP_BYTES;
		if (is_zeroed(record)) {
			records->zeroed_count++;
			continue;
		}
		int64_t time = (int64_t)number(record + UTMP_SECONDS);
		if (time > now + DISORDER_SECONDS || (later && time > later + DISORDER_SECONDS))
			records->disordered_count++;
		later = time;
		if (walk->count >= LOGIN_RECORDS_MAX) {
			records->older_count = i + 1;
			break;
		}
		if (!walk_record(walk, record, time))
			return false;
	}
	records->sessions = walk->sessions;
	records->session_count = walk->count;
	return true;
}

bool login_records_parse_lastlog(struct arena *arena, struct slice bytes,
				 struct login_records *records)
{
	struct login_last *last = NULL;
	size_t count = 0, capacity = 0;
	for (size_t uid = 0; uid < bytes.size / LASTLOG_BYTES; uid++) {
		const char *record = bytes.data + uid * LASTLOG_BYTES;
		if (!number(record))
			continue;
		struct login_last *grown = arena_grow(arena, last, count, &capacity, sizeof(*last));
		if (!grown)
			return false;
		last = grown;
		last[count++] = (struct login_last){
			.uid = (uint32_t)uid,
			.time = (int64_t)number(record),
			.line = text(record + 4, 32),
			.host = text(record + 36, 256),
		};
	}
	records->last = last;
	records->last_count = count;
	return true;
}

static enum fact_state state_of(enum load_status status)
{
	return status == LOAD_FOUND    ? FACT_PRESENT
	       : status == LOAD_ABSENT ? FACT_ABSENT
				       : FACT_UNREADABLE;
}

bool login_records_load(const struct loader *loader, int64_t now, struct login_records *ret_records)
{
	struct login_records records = { 0 };
	const struct source *source;
	struct stream stream;
	records.wtmp_state =
		state_of(loader_read(loader, "/var/log/wtmp", &source, &records.wtmp_unread));
	if (records.wtmp_state == FACT_PRESENT &&
	    !login_records_parse_wtmp(loader->arena, source->bytes, now, &records))
		return false;
	/* lastlog is sparse: its size is the highest uid's, not what it holds. The loader reads
	 * its beginning, where people's accounts are. */
	records.lastlog_state =
		state_of(loader_read(loader, "/var/log/lastlog", &source, &records.lastlog_unread));
	if (records.lastlog_state == FACT_PRESENT &&
	    !login_records_parse_lastlog(loader->arena, source->bytes, &records))
		return false;
	/* Only the number of failures matters here: the log has their addresses. */
	records.btmp_state =
		state_of(loader_open(loader, "/var/log/btmp", &stream, &records.btmp_unread));
	if (records.btmp_state == FACT_PRESENT) {
		records.failed_count = stream.status.size_bytes / UTMP_BYTES;
		stream.close(stream.context);
	}
	*ret_records = records;
	return true;
}
