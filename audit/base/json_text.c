/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/json_text.h"

/* Bytes of the valid UTF-8 sequence at the beginning of TEXT (RFC 3629); 0 when it is none. */
static size_t sequence_size(struct slice text)
{
	unsigned char lead = (unsigned char)text.data[0];
	size_t size = lead < 0x80   ? 1
		      : lead < 0xc2 ? 0
		      : lead < 0xe0 ? 2
		      : lead < 0xf0 ? 3
		      : lead < 0xf5 ? 4
				    : 0;
	return size && size <= text.size && slice_is_utf8(slice_part(text, 0, size)) ? size : 0;
}

static void append_byte(struct buffer *out, unsigned char byte)
{
	/* The short forms of RFC 8259. */
	static const char shorts[] = {
		['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n',  ['\r'] = 'r',
		['\t'] = 't', ['"'] = '"',  ['\\'] = '\\',
	};
	if (byte < sizeof(shorts) && shorts[byte]) {
		buffer_append_byte(out, '\\');
		buffer_append_byte(out, shorts[byte]);
	} else if (byte < 0x20) {
		buffer_format(out, "\\u%04x", byte);
	} else {
		buffer_append_byte(out, (char)byte);
	}
}

/* Bytes at the beginning of TEXT that stand for themselves. */
static size_t plain_size(struct slice text)
{
	size_t size = 0;
	while (size < text.size) {
		unsigned char byte = (unsigned char)text.data[size];
		if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\')
			break;
		size++;
	}
	return size;
}

void json_text_append(struct buffer *out, struct slice text)
{
	bool was_invalid = false;
	buffer_append_byte(out, '"');
	while (text.size) {
		size_t size = plain_size(text);
		if (size) {
			buffer_append(out, text.data, size);
			text = slice_from(text, size);
			was_invalid = false;
			continue;
		}
		size = sequence_size(text);
		if (size == 0 && !was_invalid)
			buffer_append_string(out, "\xEF\xBF\xBD");
		else if (size == 1)
			append_byte(out, (unsigned char)text.data[0]);
		else if (size)
			buffer_append_slice(out, slice_part(text, 0, size));
		was_invalid = size == 0;
		text = slice_from(text, size ? size : 1);
	}
	buffer_append_byte(out, '"');
}
