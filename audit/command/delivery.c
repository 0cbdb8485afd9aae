/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/delivery.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/command/run_program.h"
#include "checks/result.h"
#include "reports/escape.h"

#define SENDMAIL_SECONDS 60
#define HOOK_SECONDS 120
/* RFC 5321, 4.5.3.1.3: a path, with its angle brackets. */
#define ADDRESS_BYTES_MAX 254
/* A longer name of a host is cut in mail: no line may get near 998 bytes (RFC 5322, 2.1.1). */
#define HOST_BYTES_MAX 128
/* RFC 2047, 2: an encoded word has at most 75 bytes, 12 of which are "=?UTF-8?Q?" and "?=". */
#define ENCODED_BYTES_MAX 63
/* Variables of ours that a hook may have inherited are replaced by these. */
#define HOOK_PREFIX "RINGFENCE_"
#define HOOK_VARIABLES 7

bool delivery_is_address(struct slice text)
{
	size_t at = slice_find_byte(text, '@');
	if (text.size == 0 || text.size > ADDRESS_BYTES_MAX || at == 0 || at + 1 == text.size)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		bool is_plain = byte_is_alpha(byte) || byte_is_digit(byte);
		bool is_mark =
			byte == '.' || byte == '_' || byte == '+' || byte == '-' || byte == '=';
		/* The first of either part could be an option, or a name of nothing. */
		if (!is_plain && i != at && (!is_mark || i == 0 || i == at + 1))
			return false;
	}
	return true;
}

bool delivery_is_changed(const struct result *result)
{
	const struct result_changes *changes = result->changes;
	return changes && (changes->finding_count || changes->service_count ||
			   changes->value != result->score.value);
}

static size_t count_changes(const struct result *result, const char *change)
{
	size_t count = 0;
	for (size_t i = 0; result->changes && i < result->changes->finding_count; i++)
		count += strcmp(result->changes->findings[i].change, change) == 0 ? 1 : 0;
	return count;
}

/* TEXT, which is valid UTF-8, as encoded words (RFC 2047, 4.2), none of which splits a character.
 */
static void append_encoded(struct buffer *out, struct slice text)
{
	size_t used = ENCODED_BYTES_MAX;
	bool is_open = false;
	for (size_t i = 0; i < text.size; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		/* Room for a whole character, of four bytes at most, is kept at its first. */
		if ((byte & 0xC0) != 0x80 && used + 12 > ENCODED_BYTES_MAX) {
			buffer_append_string(out, is_open ? "?=\n =?UTF-8?Q?" : "=?UTF-8?Q?");
			is_open = true;
			used = 0;
		}
		if (byte_is_alpha(byte) || byte_is_digit(byte)) {
			buffer_append_byte(out, (char)byte);
			used++;
		} else {
			buffer_format(out, "=%02X", byte);
			used += 3;
		}
	}
	if (is_open)
		buffer_append_string(out, "?=");
}

static void append_subject(const struct delivery *delivery, struct slice host, struct buffer *out)
{
	const struct result *result = delivery->result;
	BUFFER_AUTO text = { 0 };
	bool is_ascii = true;
	buffer_append_string(&text, "ringfence: ");
	buffer_append_slice(&text, host);
	buffer_format(&text, ": %u %s, %zu new, %zu worse, %zu fixed%s", result->score.value,
		      result->score.grade, count_changes(result, "new"),
		      count_changes(result, "worse"), count_changes(result, "fixed"),
		      delivery->is_missed ? ", threshold missed" : "");
	for (size_t i = 0; i < text.size; i++)
		is_ascii = is_ascii && (unsigned char)text.data[i] < 0x80;
	buffer_append_string(out, "Subject: ");
	/* What looks like an encoded word would be read as one. */
	if (is_ascii && slice_find(buffer_slice(&text), SLICE("=?")) == text.size)
		buffer_append_slice(out, buffer_slice(&text));
	else
		append_encoded(out, buffer_slice(&text));
	buffer_append_byte(out, '\n');
}

static void append_changes(const struct result *result, struct buffer *out)
{
	static const struct {
		const char *change;
		const char *title;
	} groups[] = {
		{ "new", "New" },
		{ "worse", "Worse" },
		{ "better", "Better" },
		{ "fixed", "Fixed" },
		{ "lost", "Failed before, not decided now" },
	};
	const struct result_changes *changes = result->changes;
	for (size_t group = 0; group < ARRAY_SIZE(groups); group++) {
		if (!count_changes(result, groups[group].change))
			continue;
		buffer_format(out, "\n%s:\n", groups[group].title);
		for (size_t i = 0; i < changes->finding_count; i++) {
			const struct result_finding_change *row = &changes->findings[i];
			if (strcmp(row->change, groups[group].change) != 0)
				continue;
			buffer_append_string(out, "  ");
			escape_visible(out, slice_of(row->id), ESCAPE_ONE_LINE);
			buffer_append_string(out, "  ");
			escape_visible(out, slice_of(row->title), ESCAPE_ONE_LINE);
			buffer_append_byte(out, '\n');
		}
	}
	if (changes && changes->service_count)
		buffer_format(out, "\nServices that others can reach, or that came or went: %zu\n",
			      changes->service_count);
}

void delivery_write_digest(const struct delivery *delivery, const char *const *addresses,
			   size_t count, struct buffer *out)
{
	const struct result *result = delivery->result;
	BUFFER_AUTO host = { 0 };
	char folder[PATH_MAX];
	escape_visible(&host, slice_part(slice_of(result->target.name), 0, HOST_BYTES_MAX),
		       ESCAPE_ONE_LINE);
	for (size_t i = 0; i < count; i++)
		buffer_format(out, "%s%s", i ? ",\n " : "To: ", addresses[i]);
	buffer_append_byte(out, '\n');
	append_subject(delivery, buffer_slice(&host), out);
	/* RFC 3834: no machine shall answer. */
	buffer_append_string(out, "Auto-Submitted: auto-generated\n"
				  "MIME-Version: 1.0\n"
				  "Content-Type: text/plain; charset=utf-8\n"
				  "Content-Transfer-Encoding: 8bit\n\n");
	buffer_append_string(out, "Host ");
	buffer_append_slice(out, buffer_slice(&host));
	buffer_format(out, ", audited %s\nScore %u of 100, grade %s", result->target.started,
		      result->score.value, result->score.grade);
	if (result->changes)
		buffer_format(out, " (%u, %s on %.10s)", result->changes->value,
			      result->changes->grade, result->changes->started);
	buffer_append_string(
		out, delivery->is_missed ? "\nA threshold that was asked for is missed.\n" : "\n");
	append_changes(result, out);
	buffer_append_string(out, "\nReports: ");
	escape_visible(out,
		       slice_of(realpath(delivery->folder, folder) ? folder : delivery->folder),
		       ESCAPE_ONE_LINE);
	buffer_append_byte(out, '\n');
}

bool delivery_mail(const struct delivery *delivery, const char *sendmail,
		   const char *const *addresses, size_t count, struct error *error)
{
	static const char *const environment[] = {
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		"LC_ALL=C",
		NULL,
	};
	const char *const arguments[] = { sendmail, "-t", "-oi", NULL };
	BUFFER_AUTO message = { 0 };
	if (!delivery_is_changed(delivery->result) && !delivery->is_missed)
		return true;
	delivery_write_digest(delivery, addresses, count, &message);
	if (buffer_failed(&message))
		return error_memory(error);
	if (run_program(&(struct program_run){ .path = sendmail,
					       .arguments = arguments,
					       .environment = environment,
					       .input = buffer_slice(&message),
					       .seconds = SENDMAIL_SECONDS },
			error))
		return true;
	error_advise(error, "the mail was not sent; [mail] sendmail in the settings names another "
			    "program");
	return false;
}

/* Our environment, then VARIABLES, in one vector that the caller frees; NULL when memory is
 * short. */
static const char **make_environment(struct buffer *variables, size_t count)
{
	size_t inherited = 0, used = 0;
	while (environ[inherited])
		inherited++;
	const char **all = calloc(inherited + count + 1, sizeof(*all));
	for (size_t i = 0; all && i < inherited; i++)
		if (!slice_starts_with(slice_of(environ[i]), HOOK_PREFIX))
			all[used++] = environ[i];
	for (size_t i = 0; all && i < count; i++)
		all[used++] = buffer_string(&variables[i]);
	return all;
}

bool delivery_hook(const struct delivery *delivery, const char *program, struct error *error)
{
	const struct result *result = delivery->result;
	struct buffer variables[HOOK_VARIABLES] = { 0 };
	char path[PATH_MAX];
	const char *folder = realpath(delivery->folder, path) ? path : delivery->folder;
	buffer_append_string(&variables[0], HOOK_PREFIX "HOST=");
	escape_visible(&variables[0], slice_of(result->target.name), ESCAPE_ONE_LINE);
	buffer_format(&variables[1], HOOK_PREFIX "RESULT=%s/result.json", folder);
	buffer_format(&variables[2], HOOK_PREFIX "FOLDER=%s", folder);
	buffer_format(&variables[3], HOOK_PREFIX "SCORE=%u", result->score.value);
	buffer_format(&variables[4], HOOK_PREFIX "GRADE=%s", result->score.grade);
	buffer_format(&variables[5], HOOK_PREFIX "CHANGED=%s",
		      delivery_is_changed(result) ? "yes" : "no");
	buffer_format(&variables[6], HOOK_PREFIX "MISSED=%s", delivery->is_missed ? "yes" : "no");
	bool failed = false;
	for (size_t i = 0; i < HOOK_VARIABLES; i++)
		failed = failed || buffer_failed(&variables[i]);
	const char **environment = failed ? NULL : make_environment(variables, HOOK_VARIABLES);
	const char *const arguments[] = { program, NULL };
	bool done = environment ? run_program(&(struct program_run){ .path = program,
								     .arguments = arguments,
								     .environment = environment,
								     .seconds = HOOK_SECONDS },
					      error)
				: error_memory(error);
	free(environment);
	for (size_t i = 0; i < HOOK_VARIABLES; i++)
		buffer_done(&variables[i]);
	return done;
}
