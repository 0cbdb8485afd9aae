/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "audit/logs/line_reader.h"

struct bytes {
	const char *data;
	size_t size, at;
	/* Most bytes of one read: a pipe gives little at a time. */
	size_t step;
};

static ssize_t read_bytes(void *context, char *data, size_t size)
{
	struct bytes *bytes = context;
	size_t left = bytes->size - bytes->at;
	if (size > left)
		size = left;
	if (size > bytes->step)
		size = bytes->step;
	memcpy(data, bytes->data + bytes->at, size);
	bytes->at += size;
	return (ssize_t)size;
}

static struct stream stream_of(struct bytes *bytes)
{
	return (struct stream){ .context = bytes, .read = read_bytes, .fd = -1 };
}

/* Reads all of STREAM; how many lines end in it, and how many bytes came. */
static size_t read_all(const struct stream *stream, const struct line_reader_range *range,
		       size_t *ret_bytes, uint64_t *ret_cut, bool *ret_broke_off)
{
	struct line_reader *reader = line_reader_open(stream, range);
	struct slice lines, line;
	size_t count = 0;
	assert_non_null(reader);
	*ret_bytes = 0;
	while (line_reader_next(reader, &lines)) {
		*ret_bytes += lines.size;
		while (slice_next_line(&lines, &line))
			count++;
	}
	*ret_cut = line_reader_cut_lines(reader);
	*ret_broke_off = line_reader_broke_off(reader);
	line_reader_close(reader);
	return count;
}

static void lines_come_whole_whatever_a_read_gives(void **state)
{
	(void)state;
	static const char text[] = "one\ntwo\n\nfour without end";
	for (size_t step = 1; step <= sizeof(text); step++) {
		struct bytes bytes = { .data = text, .size = sizeof(text) - 1, .step = step };
		const struct stream stream = stream_of(&bytes);
		size_t size;
		uint64_t cut;
		bool broke_off;
		assert_int_equal(read_all(&stream, NULL, &size, &cut, &broke_off), 4);
		assert_int_equal(size, sizeof(text) - 1);
		assert_int_equal(cut, 0);
		assert_false(broke_off);
	}
}

static void a_line_without_end_is_cut_and_told(void **state)
{
	(void)state;
	size_t size = 3 * LINE_READER_BYTES;
	char *text = malloc(size);
	assert_non_null(text);
	memset(text, 'a', size);
	memcpy(text + size - 5, "\nend\n", 5);
	struct bytes bytes = { .data = text, .size = size, .step = 4096 };
	const struct stream stream = stream_of(&bytes);
	size_t given;
	uint64_t cut;
	bool broke_off;
	assert_int_equal(read_all(&stream, NULL, &given, &cut, &broke_off), 2);
	assert_int_equal(cut, 1);
	assert_int_equal(given, LINE_READER_BYTES + 4);
	free(text);
}

/* Every way to cut a file in two gives each line to one side. */
static void ranges_share_no_line_and_lose_none(void **state)
{
	(void)state;
	static const char text[] = "one\ntwo\n\nfour\nfive";
	char path[] = "/tmp/ringfence-lines-XXXXXX";
	int file = mkstemp(path);
	assert_true(file >= 0);
	assert_int_equal(write(file, text, sizeof(text) - 1), sizeof(text) - 1);
	const struct stream stream = { .fd = file, .status = { .size_bytes = sizeof(text) - 1 } };
	assert_true(line_reader_can_split(&stream));
	for (uint64_t at = 0; at < sizeof(text); at++) {
		const struct line_reader_range first = { 0, at }, second = { at, UINT64_MAX };
		size_t bytes, more;
		uint64_t cut;
		bool broke_off;
		size_t count = read_all(&stream, &first, &bytes, &cut, &broke_off) +
			       read_all(&stream, &second, &more, &cut, &broke_off);
		assert_int_equal(count, 5);
		assert_int_equal(bytes + more, sizeof(text) - 1);
	}
	close(file);
	unlink(path);
}

/* TEXT in gzip, in *RET_SIZE bytes. */
static size_t compress(const char *text, size_t size, char *place, size_t room)
{
	size_t used = 0;
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	archive_write_add_filter_gzip(archive);
	archive_write_set_format_raw(archive);
	archive_write_open_memory(archive, place, room, &used);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_size(entry, (la_int64_t)size);
	archive_write_header(archive, entry);
	archive_write_data(archive, text, size);
	archive_entry_free(entry);
	archive_write_free(archive);
	return used;
}

static void a_truncated_archive_gives_what_it_has_and_says_so(void **state)
{
	(void)state;
	static char text[200000], place[400000];
	unsigned int seed = 1;
	for (size_t i = 0; i < sizeof(text); i++) {
		seed = seed * 1103515245U + 12345U;
		text[i] = i % 100 == 99 ? '\n' : (char)('a' + (seed >> 16) % 26);
	}
	size_t size = compress(text, sizeof(text), place, sizeof(place));
	assert_true(size > 1000);
	struct bytes bytes = { .data = place, .size = size, .step = 4096 };
	const struct stream stream = stream_of(&bytes);
	size_t given;
	uint64_t cut;
	bool broke_off;
	assert_int_equal(read_all(&stream, NULL, &given, &cut, &broke_off), 2000);
	assert_int_equal(given, sizeof(text));
	assert_false(broke_off);
	bytes = (struct bytes){ .data = place, .size = size / 2, .step = 4096 };
	assert_true(read_all(&stream, NULL, &given, &cut, &broke_off) < 2000);
	assert_true(broke_off);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_whole_whatever_a_read_gives),
		cmocka_unit_test(a_line_without_end_is_cut_and_told),
		cmocka_unit_test(ranges_share_no_line_and_lose_none),
		cmocka_unit_test(a_truncated_archive_gives_what_it_has_and_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
