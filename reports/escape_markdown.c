/* SPDX-License-Identifier: Apache-2.0
 *
 * Text into Markdown. The rules are those of CommonMark 0.30, and of GitHub's tables, automatic
 * links and calls of people (@name), which go beyond it.
 */
#include "audit/base/buffer.h"
#include "reports/escape.h"

/* TEXT made visible, on one line, trimmed, into KEEP. */
static struct slice one_line(struct buffer *out, struct buffer *keep, struct slice text)
{
	escape_visible(keep, text, ESCAPE_ONE_LINE);
	if (buffer_failed(keep))
		out->failed = true;
	return slice_trim(buffer_slice(keep));
}

/* Means something anywhere in a line. */
static bool is_special(char byte)
{
	return byte && strchr("\\`*_{}[]#|~$", byte) != NULL;
}

/* Length of a list marker, quotation, rule or underline at the start of TEXT that would begin a
 * block there: the byte at its end gets the backslash. */
static size_t block_marker(struct slice text)
{
	size_t digits = 0;
	/* CommonMark takes at most nine. */
	while (digits < text.size && digits < 10 && byte_is_digit((unsigned char)text.data[digits]))
		digits++;
	if (digits && digits < text.size && (text.data[digits] == '.' || text.data[digits] == ')'))
		return digits + 1;
	if (digits == 0 && text.size && strchr("-+=", text.data[0]))
		return 1;
	return 0;
}

/* Is the byte at AT the point of "www." or the colon of "://", which GitHub makes a link of? */
static bool would_link(struct slice text, size_t at)
{
	if (text.data[at] == ':')
		return slice_starts_with(slice_from(text, at), "://");
	return text.data[at] == '.' && at >= 3 &&
	       slice_is_ignore_case(slice_part(text, at - 3, 3), "www");
}

void escape_markdown(struct buffer *out, struct slice text)
{
	BUFFER_AUTO keep = { 0 };
	text = one_line(out, &keep, text);
	size_t marker = block_marker(text);
	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];
		if (byte == '<') {
			buffer_append_string(out, "&lt;");
		} else if (byte == '>') {
			buffer_append_string(out, "&gt;");
		} else if (byte == '&') {
			buffer_append_string(out, "&amp;");
		} else if (byte == '@') {
			/* Only a code span keeps GitHub from calling somebody; one for the run. */
			buffer_append_byte(out, '`');
			for (; i < text.size && text.data[i] == '@'; i++)
				buffer_append_byte(out, '@');
			buffer_append_byte(out, '`');
			i--;
		} else {
			if (is_special(byte) || i + 1 == marker || would_link(text, i))
				buffer_append_byte(out, '\\');
			buffer_append_byte(out, byte);
		}
	}
}

static size_t longest_run(struct slice text, char byte)
{
	size_t longest = 0, run = 0;
	for (size_t i = 0; i < text.size; i++) {
		run = text.data[i] == byte ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest;
}

static void append_repeated(struct buffer *out, char byte, size_t count)
{
	while (count--)
		buffer_append_byte(out, byte);
}

void escape_markdown_code(struct buffer *out, struct slice text)
{
	BUFFER_AUTO keep = { 0 };
	text = one_line(out, &keep, text);
	if (text.size == 0)
		return;
	size_t fence = longest_run(text, '`') + 1;
	/* A blank at both ends is taken off again by the reader. */
	bool pad = text.data[0] == '`' || text.data[text.size - 1] == '`';
	append_repeated(out, '`', fence);
	if (pad)
		buffer_append_byte(out, ' ');
	buffer_append_slice(out, text);
	if (pad)
		buffer_append_byte(out, ' ');
	append_repeated(out, '`', fence);
}

void escape_markdown_cell(struct buffer *out, struct slice text)
{
	if (slice_find_byte(text, '|') < text.size)
		escape_markdown(out, text);
	else
		escape_markdown_code(out, text);
}

void escape_markdown_block(struct buffer *out, struct slice text, const char *language,
			   const char *indent)
{
	BUFFER_AUTO keep = { 0 };
	escape_visible(&keep, text, ESCAPE_KEEP_LINES);
	if (buffer_failed(&keep))
		out->failed = true;
	text = buffer_slice(&keep);
	size_t fence = longest_run(text, '`') + 1;
	fence = fence < 3 ? 3 : fence;
	buffer_append_string(out, indent);
	append_repeated(out, '`', fence);
	buffer_format(out, "%s\n", language);
	struct slice line;
	while (slice_next_line(&text, &line)) {
		if (line.size)
			buffer_append_string(out, indent);
		buffer_append_slice(out, line);
		buffer_append_byte(out, '\n');
	}
	buffer_append_string(out, indent);
	append_repeated(out, '`', fence);
	buffer_append_byte(out, '\n');
}
