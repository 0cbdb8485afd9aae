/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/logs/log_scan.h"

#include <pthread.h>

#include "audit/logs/access_log.h"
#include "audit/logs/activity_tally.h"
#include "audit/logs/line_reader.h"
#include "audit/logs/log_head.h"

/* Smaller files are not worth a second thread. */
#define SPLIT_BYTES_MIN ((uint64_t)4 * 1024 * 1024)
/* More repetitions than syslogd would ever put into one line are a forgery. */
#define REPEATS_MAX 100000

/* "last message repeated 3 times", "message repeated 3 times: [ TEXT]": the number, and what
 * follows ": [". 0: no such line. */
static uint32_t repetition(struct slice text, struct slice *ret_inner)
{
	*ret_inner = (struct slice){ .data = NULL };
	if (slice_starts_with(text, "last "))
		text = slice_from(text, 5);
	if (!slice_starts_with(text, "message repeated "))
		return 0;
	text = slice_from(text, sizeof("message repeated ") - 1);
	size_t end = slice_find_byte(text, ' ');
	uint64_t count;
	if (!slice_to_uint64(slice_part(text, 0, end), &count) || count > REPEATS_MAX)
		return 0;
	text = slice_from(text, end);
	if (slice_starts_with(text, " times: ["))
		*ret_inner = slice_trim(slice_from(text, sizeof(" times: [") - 1));
	else if (!slice_starts_with(text, " times"))
		return 0;
	if (ret_inner->size && ret_inner->data[ret_inner->size - 1] == ']')
		ret_inner->size--;
	return (uint32_t)count;
}

static void scan_line(struct log_head_reader *heads, struct slice line, struct tally *tally)
{
	struct log_head head;
	struct log_match match;
	struct slice inner;
	if (line.size && line.data[line.size - 1] == '\r')
		line.size--;
	if (!log_head_read(heads, line, &head)) {
		if (access_log_match(line, &match, &head.time)) {
			tally_line_time(tally, head.time);
			tally_add(tally, &match, head.time, 1);
			return;
		}
		/* syslogd writes its repetitions without a program: "host last message ...". */
		size_t at = slice_find(slice_part(line, 0, 120), SLICE("last message repeated "));
		uint32_t count =
			at < line.size && head.time ? repetition(slice_from(line, at), &inner) : 0;
		if (count)
			tally_repeat(tally, count);
		else
			tally_forget_last(tally);
		return;
	}
	tally_line_time(tally, head.time);
	if (head.writer == WRITER_NONE) {
		tally_forget_last(tally);
		return;
	}
	if (log_patterns_match(head.writer, head.message, &match)) {
		tally_add(tally, &match, head.time, 1);
		return;
	}
	uint32_t count = head.message.size && head.message.data[0] == 'm'
				 ? repetition(head.message, &inner)
				 : 0;
	if (count && inner.size && log_patterns_match(head.writer, inner, &match))
		tally_add(tally, &match, head.time, count);
	else
		tally_forget_last(tally);
}

static uint64_t scan_chunk(struct log_head_reader *heads, struct slice lines, struct tally *tally)
{
	uint64_t count = 0;
	const char *at = lines.data, *end = lines.data + lines.size;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t size = (size_t)((newline ? newline : end) - at);
		scan_line(heads, (struct slice){ .data = at, .size = size }, tally);
		count++;
		at += size + 1;
	}
	tally_settle(tally);
	return count;
}

void log_scan_lines(struct slice lines, const struct time_zone *zone, int64_t now,
		    struct tally *tally)
{
	struct log_head_reader heads;
	log_head_reader_init(&heads, now, zone);
	(void)scan_chunk(&heads, lines, tally);
}

/* What one thread does. */
struct scan_part {
	const struct stream *stream;
	const struct line_reader_range *range;
	const struct time_zone *zone;
	int64_t reference;
	struct tally *tally;
	struct log_scan_result result;
	bool memory_failed;
};

static void *scan_part(void *argument)
{
	struct scan_part *part = argument;
	struct line_reader *reader = line_reader_open(part->stream, part->range);
	if (!reader) {
		part->memory_failed = true;
		return NULL;
	}
	struct log_head_reader heads;
	struct slice lines;
	log_head_reader_init(&heads, part->reference, part->zone);
	while (line_reader_next(reader, &lines))
		part->result.lines += scan_chunk(&heads, lines, part->tally);
	part->result.bytes = line_reader_bytes(reader);
	part->result.cut_lines = line_reader_cut_lines(reader);
	part->result.broke_off = line_reader_broke_off(reader);
	line_reader_close(reader);
	return NULL;
}

/* Both halves at once; the second into a tally of its own. */
static bool scan_halves(struct scan_part *first, struct tally *tally_of_second)
{
	uint64_t size = first->stream->status.size_bytes;
	struct line_reader_range ranges[2] = { { 0, size / 2 }, { size / 2, UINT64_MAX } };
	struct scan_part second = *first;
	first->range = &ranges[0];
	second.range = &ranges[1];
	second.tally = tally_of_second;
	pthread_t thread;
	bool threaded = pthread_create(&thread, NULL, scan_part, &second) == 0;
	scan_part(first);
	if (threaded)
		(void)pthread_join(thread, NULL);
	else
		scan_part(&second);
	first->result.bytes += second.result.bytes;
	first->result.lines += second.result.lines;
	first->result.cut_lines += second.result.cut_lines;
	first->result.broke_off |= second.result.broke_off;
	first->range = NULL;
	return !first->memory_failed && !second.memory_failed &&
	       tally_merge(first->tally, second.tally, TALLY_CONTINUE);
}

bool log_scan_stream(const struct stream *stream, const struct time_zone *zone, int64_t now,
		     struct tally *tally, struct log_scan_result *ret_result)
{
	int64_t modified = stream->status.modified;
	struct scan_part part = {
		.stream = stream,
		.zone = zone,
		.reference = modified && modified < now ? modified : now,
		.tally = tally,
	};
	bool done;
	if (stream->status.size_bytes >= SPLIT_BYTES_MIN && line_reader_can_split(stream)) {
		struct tally *second = tally_new_like(tally);
		done = second && scan_halves(&part, second);
		tally_free(second);
	} else {
		scan_part(&part);
		done = !part.memory_failed;
	}
	*ret_result = part.result;
	return done && !tally_memory_failed(tally);
}
