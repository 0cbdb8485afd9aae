/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/logs/journal_lines.h"

#include <errno.h>
#include <systemd/sd-journal.h>
#include <time.h>

#include "audit/base/arena.h"
#include "audit/base/error.h"

/* What an audit may spend on it: an entry is a line of some 100 bytes, a second is the budget of a
 * whole local audit on a slow disk. */
#define JOURNAL_ENTRIES_MAX 200000
#define JOURNAL_SECONDS_MAX 2
#define JOURNAL_DAYS 90

static const char *const matches[] = {
	"SYSLOG_IDENTIFIER=sshd", "SYSLOG_IDENTIFIER=sshd-session", "SYSLOG_IDENTIFIER=sshd-auth",
	"SYSLOG_IDENTIFIER=sudo", "SYSLOG_IDENTIFIER=su",
};

static struct slice field(sd_journal *journal, const char *name)
{
	const void *data;
	size_t size;
	if (sd_journal_get_data(journal, name, &data, &size) < 0)
		return (struct slice){ .data = NULL };
	struct slice text = { .data = data, .size = size };
	return slice_from(text, slice_find_byte(text, '=') + 1);
}

/* Messages may hold newlines: what follows one is no event of its own. */
static void append_entry(sd_journal *journal, struct buffer *lines)
{
	uint64_t microseconds;
	struct slice program = field(journal, "SYSLOG_IDENTIFIER");
	if (sd_journal_get_realtime_usec(journal, &microseconds) < 0)
		return;
	buffer_append_time(lines, (int64_t)(microseconds / 1000000));
	buffer_format(lines, " journal %.*s: ", SLICE_ARG(program));
	struct slice message = field(journal, "MESSAGE");
	for (size_t i = 0; i < message.size; i++)
		buffer_append_byte(lines, message.data[i] == '\n' ? ' ' : message.data[i]);
	buffer_append_byte(lines, '\n');
}

static int64_t monotonic_seconds(void)
{
	struct timespec now;
	return clock_gettime(CLOCK_MONOTONIC, &now) == 0 ? now.tv_sec : 0;
}

static enum fact_state unreadable(struct arena *arena, int result, const struct unread **ret_unread)
{
	if (result == -ENOENT || result == -ENODATA)
		return FACT_ABSENT;
	struct unread *unread = ARENA_NEW(arena, struct unread);
	if (unread) {
		unread->what = "the journal";
		unread->why = error_errno_text(-result);
		unread->to_read_it = "run as root";
	}
	*ret_unread = unread;
	return FACT_UNREADABLE;
}

enum fact_state journal_lines_read(struct arena *arena, int64_t now, struct buffer *lines,
				   const char **ret_note, const struct unread **ret_unread)
{
	sd_journal *journal;
	int result = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
	if (result < 0)
		return unreadable(arena, result, ret_unread);
	for (size_t i = 0; i < ARRAY_SIZE(matches) && result >= 0; i++)
		result = sd_journal_add_match(journal, matches[i], 0);
	uint64_t from = (uint64_t)(now - (int64_t)JOURNAL_DAYS * 86400) * 1000000;
	if (result >= 0)
		result = sd_journal_seek_realtime_usec(journal, from);
	int64_t started = monotonic_seconds();
	size_t count = 0;
	while (result >= 0 && (result = sd_journal_next(journal)) > 0) {
		append_entry(journal, lines);
		if (++count == JOURNAL_ENTRIES_MAX ||
		    monotonic_seconds() - started > JOURNAL_SECONDS_MAX) {
			*ret_note = "only part of the journal was read, to bound the time";
			break;
		}
	}
	sd_journal_close(journal);
	if (result < 0)
		return unreadable(arena, result, ret_unread);
	return count ? FACT_PRESENT : FACT_ABSENT;
}
