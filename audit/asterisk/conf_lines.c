/* SPDX-License-Identifier: Apache-2.0
 *
 * The scanner walks each line once. Lines without a ';' that needs thought, nearly all, are slices
 * of the source; only escapes and block comments are put together in the reader's buffer.
 */
#include "audit/asterisk/conf_lines.h"

#include <string.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static bool is_blank(char byte)
{
	return (unsigned char)byte < 33;
}

struct slice conf_strip(struct slice text)
{
	while (text.size && is_blank(text.data[0])) {
		text.data++;
		text.size--;
	}
	while (text.size && is_blank(text.data[text.size - 1]))
		text.size--;
	return text;
}

void conf_lines_open(struct conf_lines *lines, struct slice bytes)
{
	lines->rest = bytes;
}

/* What fgets would put into the buffer. */
static struct slice next_chunk(struct conf_lines *lines)
{
	size_t limit = lines->rest.size < CONF_LINE_BYTES ? lines->rest.size : CONF_LINE_BYTES;
	const char *end = limit ? memchr(lines->rest.data, '\n', limit) : NULL;
	size_t size = end ? (size_t)(end - lines->rest.data) + 1 : limit;
	struct slice chunk = slice_part(lines->rest, 0, size);
	lines->rest = slice_from(lines->rest, size);
	return chunk;
}

/* The part of a chunk that C functions see. */
static struct slice until_nul(struct slice chunk)
{
	const char *nul = chunk.size ? memchr(chunk.data, '\0', chunk.size) : NULL;
	if (nul)
		chunk.size = (size_t)(nul - chunk.data);
	return chunk;
}

static bool fills_buffer(const struct conf_lines *lines, struct slice text)
{
	return text.size == CONF_LINE_BYTES &&
	       (lines->skips_full_lines || text.data[text.size - 1] != '\n');
}

static void skip_long_line(struct conf_lines *lines)
{
	lines->skipped++;
	while (lines->rest.size) {
		struct slice text = until_nul(next_chunk(lines));
		if (text.size != CONF_LINE_BYTES ||
		    (!lines->skips_full_lines && text.data[text.size - 1] == '\n'))
			return;
	}
}

struct scan {
	struct conf_lines *lines;
	struct slice text;
	/* Where the search for the next ';' begins; the bytes before it are dealt with. */
	size_t at;
	/* Bytes in lines->edited. */
	size_t size;
	/* Text is being kept: no block comment is open since the line's beginning or its end. */
	bool is_keeping;
	/* Some text was kept, so the line counts. */
	bool has_text;
};

static void keep(struct scan *scan, size_t end)
{
	if (!scan->is_keeping || end <= scan->at)
		return;
	memcpy(scan->lines->edited + scan->size, scan->text.data + scan->at, end - scan->at);
	scan->size += end - scan->at;
}

static char byte_at(struct slice text, size_t index)
{
	return index < text.size ? text.data[index] : '\0';
}

/* Deals with the ';' at INDEX. False: the rest of the line is a comment. */
static bool scan_semicolon(struct scan *scan, size_t index)
{
	struct slice text = scan->text;
	int *comment = &scan->lines->comment;
	if (index > scan->at && text.data[index - 1] == '\\') {
		keep(scan, index - 1);
		scan->at = index;
		keep(scan, index + 1);
		scan->at = index + 1;
		return true;
	}
	if (byte_at(text, index + 1) == '-' && byte_at(text, index + 2) == '-' &&
	    byte_at(text, index + 3) != '-') {
		if (*comment >= CONF_COMMENT_NESTING_MAX) {
			scan->lines->is_endless = true;
			return false;
		}
		keep(scan, index);
		scan->is_keeping = false;
		scan->at = index + 3;
		++*comment;
		return true;
	}
	if (index >= scan->at + 2 && text.data[index - 1] == '-' && text.data[index - 2] == '-') {
		keep(scan, index + 1);
		scan->at = index + 1;
		--*comment;
		if (*comment == 0)
			scan->is_keeping = scan->has_text = true;
		return true;
	}
	if (*comment == 0) {
		keep(scan, index);
		return false;
	}
	keep(scan, index + 1);
	scan->at = index + 1;
	return true;
}

/* The line with comments taken out, in lines->edited. False: all of it is a comment. */
static bool scan_line(struct conf_lines *lines, struct slice text, struct slice *ret_text)
{
	struct scan scan = {
		.lines = lines,
		.text = text,
		.is_keeping = lines->comment == 0,
		.has_text = lines->comment == 0,
	};
	for (;;) {
		struct slice rest = slice_from(text, scan.at);
		size_t index = scan.at + slice_find_byte(rest, ';');
		if (index >= text.size) {
			keep(&scan, text.size);
			break;
		}
		if (!scan_semicolon(&scan, index))
			break;
	}
	*ret_text = (struct slice){ .data = lines->edited, .size = scan.size };
	return scan.has_text;
}

/* A ';' that is no escape and belongs to no block comment: the line ends there. */
static bool is_plain_comment(struct slice text, size_t index)
{
	char before = index ? text.data[index - 1] : '\0';
	return before != '\\' && before != '-' && byte_at(text, index + 1) != '-';
}

bool conf_lines_next(struct conf_lines *lines, struct conf_line *ret_line)
{
	while (lines->rest.size && !lines->is_endless) {
		struct slice raw = next_chunk(lines);
		struct slice text = until_nul(raw);
		if (fills_buffer(lines, text)) {
			skip_long_line(lines);
			continue;
		}
		if (lines->skips_mark && slice_starts_with(text, byte_order_mark))
			text = slice_from(text, sizeof(byte_order_mark) - 1);
		lines->skips_mark = false;

		size_t semicolon = slice_find_byte(text, ';');
		bool is_edited = false;
		if (semicolon == text.size) {
			if (lines->comment != 0)
				continue;
		} else if (lines->comment == 0 && is_plain_comment(text, semicolon)) {
			text.size = semicolon;
		} else {
			is_edited = true;
			if (!scan_line(lines, text, &text) || lines->is_endless)
				continue;
		}
		text = conf_strip(text);
		if (text.size == 0)
			continue;
		*ret_line = (struct conf_line){ .text = text, .is_edited = is_edited, .raw = raw };
		return true;
	}
	return false;
}
