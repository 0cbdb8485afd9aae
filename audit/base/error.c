/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

static void error_fill(struct error *error, enum error_kind kind, const char *file, uint32_t line,
		       const char *format, va_list arguments)
{
	if (!error)
		return;
	*error = (struct error){ .kind = kind, .line = line };
	(void)snprintf(error->file, sizeof(error->file), "%s", file ? file : "");
	(void)vsnprintf(error->message, sizeof(error->message), format, arguments);
}

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	error_fill(error, kind, "", 0, format, arguments);
	va_end(arguments);
	return false;
}

bool error_set_at(struct error *error, enum error_kind kind, const char *file, uint32_t line,
		  const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	error_fill(error, kind, file, line, format, arguments);
	va_end(arguments);
	return false;
}

bool error_memory(struct error *error)
{
	return error_set(error, ERROR_MEMORY, "out of memory");
}

void error_advise(struct error *error, const char *format, ...)
{
	if (!error)
		return;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(error->advice, sizeof(error->advice), format, arguments);
	va_end(arguments);
}

int error_exit_code(enum error_kind kind)
{
	switch (kind) {
	case ERROR_NONE:
		return 0;
	case ERROR_INPUT:
	case ERROR_USAGE:
		return 2;
	case ERROR_READ:
	case ERROR_LIMIT:
		return 3;
	case ERROR_MEMORY:
	case ERROR_WRITE:
	case ERROR_INTERNAL:
		return 4;
	}
	return 4;
}

const char *error_errno_text(int number)
{
	const char *text = strerrordesc_np(number);
	return text ? text : "unknown error";
}

bool diagnostics_add(struct diagnostics *diagnostics, struct arena *arena,
		     enum diagnostic_level level, struct origin origin, const char *format, ...)
{
	if (diagnostics->count >= DIAGNOSTICS_MAX) {
		diagnostics->dropped++;
		return true;
	}
	struct diagnostic *items = arena_grow(arena, diagnostics->items, diagnostics->count,
					      &diagnostics->capacity, sizeof(*items));
	if (!items)
		return false;
	diagnostics->items = items;
	BUFFER_AUTO text = { 0 };
	va_list arguments;
	va_start(arguments, format);
	buffer_format_list(&text, format, arguments);
	va_end(arguments);
	char *message = buffer_keep(&text, arena);
	if (!message)
		return false;
	items[diagnostics->count++] =
		(struct diagnostic){ .level = level, .origin = origin, .message = message };
	return true;
}
