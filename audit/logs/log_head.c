/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/logs/log_head.h"

#include "audit/logs/time_zone.h"

/* Stamps may run ahead of the file's own time: a clock that is set, a zone that is not known. */
#define CLOCK_SLACK_SECONDS 86400

void log_head_reader_init(struct log_head_reader *reader, int64_t reference,
			  const struct time_zone *zone)
{
	*reader = (struct log_head_reader){ .reference = reference, .zone = zone };
}

int64_t log_time_utc(int64_t year, unsigned int month, unsigned int day, unsigned int seconds)
{
	/* Days from civil: years begin in March, so that the leap day is the last. */
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t shifted = month > 2 ? (int64_t)month - 3 : (int64_t)month + 9;
	int64_t day_of_year = (153 * shifted + 2) / 5 + (int64_t)day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return (era * 146097 + day_of_era - 719468) * 86400 + seconds;
}

static int64_t year_of(int64_t time)
{
	int64_t year = 1970 + time / 31556952;
	while (log_time_utc(year + 1, 1, 1, 0) <= time)
		year++;
	while (log_time_utc(year, 1, 1, 0) > time)
		year--;
	return year;
}

static bool two_digits(const char *text, unsigned int *ret_value)
{
	unsigned int tens = (unsigned char)text[0], ones = (unsigned char)text[1];
	if (!byte_is_digit((unsigned char)ones))
		return false;
	if (tens == ' ')
		tens = '0';
	if (!byte_is_digit((unsigned char)tens))
		return false;
	*ret_value = (tens - '0') * 10 + (ones - '0');
	return true;
}

/* "hh:mm:ss" */
static bool clock_time(const char *text, unsigned int *ret_seconds)
{
	unsigned int hours, minutes, seconds;
	if (text[2] != ':' || text[5] != ':' || !two_digits(text, &hours) ||
	    !two_digits(text + 3, &minutes) || !two_digits(text + 6, &seconds) || hours > 23 ||
	    minutes > 59 || seconds > 60)
		return false;
	*ret_seconds = hours * 3600 + minutes * 60 + seconds;
	return true;
}

static unsigned int month_of(const char *text)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (unsigned int i = 0; i < 12; i++)
		if (memcmp(text, names + 3 * (size_t)i, 3) == 0)
			return i + 1;
	return 0;
}

static int64_t to_utc(const struct log_head_reader *reader, int64_t local)
{
	return reader->zone ? time_zone_to_utc(reader->zone, local) : local;
}

/* "Feb  3 10:00:01": 15 bytes, no year. */
static size_t parse_bsd(const struct log_head_reader *reader, struct slice text, int64_t *ret_time)
{
	unsigned int day, seconds;
	if (text.size < 15 || text.data[3] != ' ' || text.data[6] != ' ')
		return 0;
	unsigned int month = month_of(text.data);
	if (!month || !two_digits(text.data + 4, &day) || !clock_time(text.data + 7, &seconds) ||
	    day < 1 || day > 31)
		return 0;
	int64_t year = year_of(reader->reference);
	int64_t time = to_utc(reader, log_time_utc(year, month, day, seconds));
	if (time > reader->reference + CLOCK_SLACK_SECONDS)
		time = to_utc(reader, log_time_utc(year - 1, month, day, seconds));
	*ret_time = time;
	return 15;
}

/* "+0100", "+01:00", "Z" at AT: its bytes, and the offset in seconds. */
static size_t parse_offset(struct slice text, size_t at, int64_t *ret_offset)
{
	struct slice rest = slice_from(text, at);
	unsigned int hours, minutes;
	if (rest.size && rest.data[0] == 'Z') {
		*ret_offset = 0;
		return 1;
	}
	if (rest.size < 5 || (rest.data[0] != '+' && rest.data[0] != '-'))
		return 0;
	size_t colon = rest.data[3] == ':';
	if (rest.size < 5 + colon || !two_digits(rest.data + 1, &hours) ||
	    !two_digits(rest.data + 3 + colon, &minutes))
		return 0;
	int64_t offset = (int64_t)hours * 3600 + (int64_t)minutes * 60;
	*ret_offset = rest.data[0] == '-' ? -offset : offset;
	return 5 + colon;
}

/* "2026-02-03 10:00:03", "2026-02-03T10:00:03.123456+00:00", "2026-Feb-03 10:00:05". */
static size_t parse_iso(const struct log_head_reader *reader, struct slice text, int64_t *ret_time)
{
	unsigned int century, year, month, day, seconds;
	if (text.size < 19 || text.data[4] != '-' || !two_digits(text.data, &century) ||
	    !two_digits(text.data + 2, &year))
		return 0;
	size_t at = 7;
	if (byte_is_digit((unsigned char)text.data[5])) {
		if (!two_digits(text.data + 5, &month))
			return 0;
	} else {
		month = month_of(text.data + 5);
		at = 8;
	}
	if (text.size < at + 12 || text.data[at] != '-' || !two_digits(text.data + at + 1, &day) ||
	    (text.data[at + 3] != ' ' && text.data[at + 3] != 'T') ||
	    !clock_time(text.data + at + 4, &seconds) || month < 1 || month > 12 || day < 1 ||
	    day > 31)
		return 0;
	int64_t time = log_time_utc((int64_t)century * 100 + year, month, day, seconds);
	at += 12;
	if (at < text.size && (text.data[at] == '.' || text.data[at] == ','))
		for (at++; at < text.size && byte_is_digit((unsigned char)text.data[at]);)
			at++;
	int64_t offset;
	size_t offset_size = parse_offset(text, at, &offset);
	*ret_time = offset_size ? time - offset : to_utc(reader, time);
	return at + offset_size;
}

/* The stamp at the start of TEXT; its bytes, 0 when there is none. */
static size_t read_stamp(struct log_head_reader *reader, struct slice text, int64_t *ret_time)
{
	size_t known = reader->stamp_size;
	if (known && text.size > known && memcmp(text.data, reader->stamp, known) == 0 &&
	    !byte_is_digit((unsigned char)text.data[known])) {
		*ret_time = reader->time;
		return known;
	}
	size_t size = text.size && byte_is_digit((unsigned char)text.data[0])
			      ? parse_iso(reader, text, ret_time)
			      : parse_bsd(reader, text, ret_time);
	if (size && size <= LOG_STAMP_BYTES_MAX) {
		memcpy(reader->stamp, text.data, size);
		reader->stamp_size = size;
		reader->time = *ret_time;
	}
	return size;
}

/* "NOTICE[900][C-0000001a]: chan_sip.c:123 in f: TEXT" and its older and plainer forms: the writer
 * and the message. */
static bool asterisk_head(struct slice text, struct log_head *head)
{
	size_t at = 0;
	while (at < text.size && byte_is_upper((unsigned char)text.data[at]))
		at++;
	if (at < 4)
		return false;
	/* Old distributions: "NOTICE [27229]: : TEXT". */
	bool had_blank = at < text.size && text.data[at] == ' ';
	at += had_blank;
	if (at >= text.size || text.data[at] != '[')
		return false;
	size_t digits = ++at;
	while (at < text.size && byte_is_digit((unsigned char)text.data[at]))
		at++;
	if (at == digits || at >= text.size || text.data[at] != ']')
		return false;
	at++;
	if (at + 2 < text.size && text.data[at] == '[' && text.data[at + 1] == 'C') {
		at += 2;
		while (at < text.size && text.data[at] != ']')
			at++;
		at++;
	}
	if (at < text.size && text.data[at] == ':')
		at++;
	if (at >= text.size || text.data[at] != ' ')
		return false;
	struct slice rest = slice_from(text, at + 1);
	size_t colon = slice_find_byte(slice_part(rest, 0, 64), ':');
	if (colon >= rest.size || rest.data[colon] != ':')
		return false;
	head->writer = log_writer_of_file(slice_part(rest, 0, colon));
	rest = slice_from(rest, colon + 1);
	if (rest.size && byte_is_digit((unsigned char)rest.data[0])) {
		/* ":123 function: TEXT", ":123 in function: TEXT", ":123: TEXT" */
		size_t end = slice_find_byte(slice_part(rest, 0, 100), ':');
		if (end >= rest.size || rest.data[end] != ':')
			return false;
		rest = slice_from(rest, end + 1);
	}
	head->message = rest.size && rest.data[0] == ' ' ? slice_from(rest, 1) : rest;
	return true;
}

/* "host program[pid]: message" */
static bool syslog_head(struct log_head_reader *reader, struct slice text, struct log_head *head)
{
	size_t host = reader->host_size;
	if (!host || text.size <= host || memcmp(text.data, reader->host, host) != 0 ||
	    text.data[host] != ' ') {
		host = slice_find_byte(text, ' ');
		if (host == 0 || host >= text.size)
			return false;
		if (host <= sizeof(reader->host)) {
			memcpy(reader->host, text.data, host);
			reader->host_size = host;
		}
	}
	const char *data = text.data;
	size_t start = host + 1, at = start;
	while (at < text.size && data[at] != '[' && data[at] != ':' && data[at] != ' ')
		at++;
	struct slice program = { .data = data + start, .size = at - start };
	if (at < text.size && data[at] == '[') {
		while (at < text.size && data[at] != ']')
			at++;
		at++;
	}
	/* rsyslog writes "kernel: [12.3] ..." and sudo with blanks after the colon. */
	if (at + 1 >= text.size || data[at] != ':')
		return false;
	at += data[at + 1] == ' ' ? 2 : 1;
	head->message = slice_from(text, at);
	head->writer = log_writer_of_program(program);
	if (head->writer == WRITER_NONE && slice_is(program, "asterisk"))
		return asterisk_head(head->message, head);
	return true;
}

/* "<34>1 STAMP host app procid msgid sd message" (RFC 5424), structured data without blanks in it
 * or "-". */
static bool rfc5424_head(struct log_head_reader *reader, struct slice line, struct log_head *head)
{
	size_t close = slice_find_byte(slice_part(line, 0, 6), '>');
	struct slice rest = slice_from(line, close + 1);
	if (!slice_starts_with(rest, "1 ")) {
		/* "<34>Feb  3 ..." */
		size_t stamp = read_stamp(reader, rest, &head->time);
		return stamp && syslog_head(reader, slice_from(rest, stamp + 1), head);
	}
	rest = slice_from(rest, 2);
	size_t stamp = read_stamp(reader, rest, &head->time);
	if (!stamp)
		return false;
	rest = slice_from(rest, stamp + 1);
	struct slice host, app, process, message_id;
	if (!slice_next_field(&rest, ' ', &host) || !slice_next_field(&rest, ' ', &app) ||
	    !slice_next_field(&rest, ' ', &process) || !slice_next_field(&rest, ' ', &message_id))
		return false;
	if (rest.size && rest.data[0] == '[') {
		size_t end = slice_find(rest, SLICE("] "));
		rest = slice_from(rest, end + 2);
	} else {
		rest = slice_from(rest, 2);
	}
	if (slice_starts_with(rest, "\xef\xbb\xbf"))
		rest = slice_from(rest, 3);
	head->message = rest;
	head->writer = log_writer_of_program(app);
	return head->writer != WRITER_NONE || !slice_is(app, "asterisk") ||
	       asterisk_head(rest, head);
}

/* "[STAMP] ..." */
static bool bracket_head(struct log_head_reader *reader, struct slice line, struct log_head *head)
{
	struct slice rest = slice_from(line, 1);
	size_t stamp = read_stamp(reader, rest, &head->time);
	if (!stamp || stamp + 2 > rest.size || rest.data[stamp] != ']')
		return false;
	rest = slice_from(rest, stamp + 1);
	if (rest.size && rest.data[0] == ' ')
		rest = slice_from(rest, 1);
	if (asterisk_head(rest, head))
		return true;
	head->writer = WRITER_GUI;
	/* "[freepbx_security.NOTICE]: Authentication failure ..." */
	if (slice_starts_with(rest, "[")) {
		size_t colon = slice_find(rest, SLICE("]: "));
		rest = slice_from(rest, colon + 3);
	}
	head->message = rest;
	return true;
}

/* Is there a program or file name in front of nothing but a fail2ban message? */
static bool fail2ban_head(struct slice rest, struct log_head *head)
{
	if (!slice_starts_with(rest, "fail2ban."))
		return false;
	head->writer = WRITER_FAIL2BAN;
	head->message = rest;
	return true;
}

bool log_head_read(struct log_head_reader *reader, struct slice line, struct log_head *ret_head)
{
	*ret_head = (struct log_head){ .writer = WRITER_NONE };
	if (line.size < 16)
		return false;
	unsigned char first = (unsigned char)line.data[0];
	if (first == '[')
		return bracket_head(reader, line, ret_head);
	if (first == '<')
		return rfc5424_head(reader, line, ret_head);
	size_t stamp = read_stamp(reader, line, &ret_head->time);
	if (!stamp || stamp + 1 >= line.size || line.data[stamp] != ' ')
		return false;
	struct slice rest = { .data = line.data + stamp + 1, .size = line.size - stamp - 1 };
	if (rest.data[0] == 'f' && fail2ban_head(rest, ret_head))
		return true;
	return syslog_head(reader, rest, ret_head);
}
