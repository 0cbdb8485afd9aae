/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/remedy.h"

#include <stdarg.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* A line that people paste into a root shell: one line of printable UTF-8, whatever a file name
 * holds. A byte that is neither becomes '?', so such a command fails instead of doing something
 * else. */
static void make_one_line(struct buffer *line)
{
	struct slice rest = buffer_slice(line);
	size_t at = 0;
	while (rest.size) {
		size_t length = slice_utf8_length(rest);
		unsigned char byte = (unsigned char)rest.data[0];
		if (length == 0 || byte < 0x20 || byte == 0x7f) {
			line->data[at] = '?';
			length = 1;
		}
		at += length;
		rest = slice_from(rest, length);
	}
}

static void add_line(struct remedy *remedy, struct text_list *list, const char *format,
		     va_list arguments)
{
	BUFFER_AUTO text = { 0 };
	buffer_format_list(&text, format, arguments);
	make_one_line(&text);
	const char *line = buffer_keep(&text, remedy->arena);
	const char **items = arena_grow(remedy->arena, list->items, list->count, &list->capacity,
					sizeof(*items));
	if (items)
		list->items = items;
	if (!items || !line) {
		remedy->memory_failed = true;
		return;
	}
	items[list->count++] = line;
}

void remedy_command(struct remedy *remedy, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add_line(remedy, &remedy->commands, format, arguments);
	va_end(arguments);
}

void remedy_verify(struct remedy *remedy, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add_line(remedy, &remedy->verify, format, arguments);
	va_end(arguments);
}

void remedy_undo(struct remedy *remedy, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add_line(remedy, &remedy->undo, format, arguments);
	va_end(arguments);
}

static void add_text(struct remedy *remedy, struct text_list *list, const char *format, ...)
	PRINTF_LIKE(3, 4);

static void add_text(struct remedy *remedy, struct text_list *list, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add_line(remedy, list, format, arguments);
	va_end(arguments);
}

void remedy_restarts(struct remedy *remedy, const char *unit)
{
	for (size_t i = 0; i < remedy->restarts.count; i++)
		if (slice_is(slice_of(unit), remedy->restarts.items[i]))
			return;
	add_text(remedy, &remedy->restarts, "%s", unit);
}

void remedy_disrupts(struct remedy *remedy, enum disruption disruption)
{
	if (disruption > remedy->disruption)
		remedy->disruption = disruption;
}

static bool is_plain_word_byte(unsigned char byte)
{
	return byte_is_alpha(byte) || byte_is_digit(byte) ||
	       (byte && strchr("_./:@%+,=-", byte) != NULL);
}

const char *remedy_quote(struct remedy *remedy, struct slice slice)
{
	BUFFER_AUTO text = { 0 };
	bool plain = slice.size > 0 && slice.data[0] != '-' && slice.data[0] != '=';
	for (size_t i = 0; i < slice.size; i++)
		plain = plain && is_plain_word_byte((unsigned char)slice.data[i]);
	if (!plain)
		buffer_append_byte(&text, '\'');
	for (size_t i = 0; i < slice.size; i++) {
		if (slice.data[i] == '\'')
			buffer_append_string(&text, "'\\''");
		else
			buffer_append_byte(&text, slice.data[i]);
	}
	if (!plain)
		buffer_append_byte(&text, '\'');
	char *word = buffer_keep(&text, remedy->arena);
	if (!word)
		remedy->memory_failed = true;
	return word ? word : "''";
}

const char *disruption_name(enum disruption disruption)
{
	static const char *const names[] = {
		[DISRUPTION_NONE] = "none",
		[DISRUPTION_RELOAD] = "reload",
		[DISRUPTION_RESTART] = "restart",
		[DISRUPTION_CALLS_DROP] = "calls-drop",
		[DISRUPTION_LOCKOUT_RISK] = "lockout-risk",
	};
	return names[disruption];
}
