/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/verdict.h"

#include <stdarg.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* Most bytes of a host's text that stand in one piece of evidence. */
#define TEXT_BYTES_MAX 200

static bool is_plain(struct slice raw)
{
	for (size_t i = 0; i < raw.size; i++)
		if (raw.data[i] < ' ' || raw.data[i] > '~')
			return false;
	return true;
}

/* Every text of a verdict comes through here: printable, valid UTF-8, in the arena. LIKE, or NULL,
 * is a text of the verdict that is taken where it says the same: 100,000 peers of one file fail
 * with the same words. */
static const char *keep_printable_like(struct verdict *verdict, struct slice raw, const char *like)
{
	if (like && slice_is(raw, like))
		return like;
	if (is_plain(raw)) {
		char *copy = slice_to_string(verdict->arena, raw);
		if (!copy)
			verdict->memory_failed = true;
		return copy ? copy : "";
	}
	BUFFER_AUTO text = { 0 };
	buffer_append_printable(&text, raw);
	char *kept = buffer_keep(&text, verdict->arena);
	if (!kept)
		verdict->memory_failed = true;
	return kept ? kept : "";
}

static const char *keep_printable(struct verdict *verdict, struct slice raw)
{
	return keep_printable_like(verdict, raw, NULL);
}

/* The evidence before the one to come, or NULL. */
static const struct evidence *last_evidence(const struct verdict *verdict)
{
	return verdict->count ? &verdict->evidence[verdict->count - 1] : NULL;
}

static const char *keep(struct verdict *verdict, const char *format, va_list arguments)
{
	BUFFER_AUTO text = { 0 };
	buffer_format_list(&text, format, arguments);
	if (buffer_failed(&text))
		verdict->memory_failed = true;
	const struct evidence *last = last_evidence(verdict);
	return keep_printable_like(verdict, buffer_slice(&text), last ? last->text : NULL);
}

static void record(struct verdict *verdict, enum evidence_role role, enum exposure exposure,
		   struct origin origin, const char *subject, const char *text)
{
	const struct evidence *last = last_evidence(verdict);
	const char *file = keep_printable_like(verdict, slice_of(origin_path(origin)),
					       last ? last->file : NULL);
	struct evidence *evidence = arena_grow(verdict->arena, verdict->evidence, verdict->count,
					       &verdict->capacity, sizeof(*evidence));
	if (evidence)
		verdict->evidence = evidence;
	if (!evidence) {
		verdict->memory_failed = true;
		return;
	}
	evidence[verdict->count++] = (struct evidence){
		.role = role,
		.subject = keep_printable(verdict, slice_of(subject)),
		.file = file,
		.line = origin_line(origin),
		.text = text,
		.exposure = exposure,
	};
}

void verdict_fail(struct verdict *verdict, enum exposure exposure, struct origin origin,
		  const char *subject, const char *text_format, ...)
{
	va_list arguments;
	va_start(arguments, text_format);
	const char *text = keep(verdict, text_format, arguments);
	va_end(arguments);
	record(verdict, EVIDENCE_FAILS, exposure, origin, subject, text);
	verdict->fail_count++;
}

void verdict_pass(struct verdict *verdict, struct origin origin, const char *subject,
		  const char *text_format, ...)
{
	va_list arguments;
	va_start(arguments, text_format);
	const char *text = keep(verdict, text_format, arguments);
	va_end(arguments);
	record(verdict, EVIDENCE_PASSES, EXPOSURE_NOT_APPLICABLE, origin, subject, text);
	verdict->pass_count++;
}

void verdict_note(struct verdict *verdict, struct origin origin, const char *subject,
		  const char *text_format, ...)
{
	va_list arguments;
	va_start(arguments, text_format);
	const char *text = keep(verdict, text_format, arguments);
	va_end(arguments);
	record(verdict, EVIDENCE_NOTE, EXPOSURE_NOT_APPLICABLE, origin, subject, text);
}

void verdict_unknown_because(struct verdict *verdict, const char *what, const char *why,
			     const char *to_read_it)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "could not be read: %s", why);
	if (*to_read_it)
		buffer_format(&text, "; %s", to_read_it);
	char *kept = buffer_keep(&text, verdict->arena);
	if (!kept)
		verdict->memory_failed = true;
	record(verdict, EVIDENCE_UNDECIDED, EXPOSURE_UNKNOWN, ORIGIN_NONE, what, kept ? kept : "");
	verdict->unknown_count++;
}

void verdict_unknown(struct verdict *verdict, const struct unread *unread)
{
	if (unread)
		verdict_unknown_because(verdict, unread->what, unread->why, unread->to_read_it);
	else
		verdict_unknown_because(verdict, "a fact", "the reason is not known", "");
}

void verdict_not_applicable(struct verdict *verdict, const char *reason_format, ...)
{
	va_list arguments;
	va_start(arguments, reason_format);
	verdict->not_applicable = keep(verdict, reason_format, arguments);
	va_end(arguments);
}

void verdict_summary(struct verdict *verdict, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	verdict->summary = keep(verdict, format, arguments);
	va_end(arguments);
}

void verdict_advice(struct verdict *verdict, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	verdict->advice = keep(verdict, format, arguments);
	va_end(arguments);
}

void verdict_severity(struct verdict *verdict, unsigned int tenths)
{
	verdict->severity = tenths;
}

enum finding_status verdict_status(const struct verdict *verdict)
{
	if (verdict->fail_count)
		return STATUS_FAIL;
	if (verdict->unknown_count)
		return STATUS_UNKNOWN;
	if (verdict->pass_count)
		return STATUS_PASS;
	return verdict->not_applicable ? STATUS_NOT_APPLICABLE : STATUS_UNKNOWN;
}

const char *verdict_text(struct verdict *verdict, struct slice slice)
{
	if (slice.size <= TEXT_BYTES_MAX)
		return keep_printable(verdict, slice);
	/* Not in the middle of a character. */
	size_t end = TEXT_BYTES_MAX;
	while (end > TEXT_BYTES_MAX - 3 && ((unsigned char)slice.data[end] & 0xc0) == 0x80)
		end--;
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, slice_part(slice, 0, end));
	buffer_append_string(&text, "...");
	return keep_printable(verdict, buffer_slice(&text));
}
