/* SPDX-License-Identifier: Apache-2.0
 *
 * This machine's journal as lines of an authentication log, for hosts without rsyslog. Bounded in
 * entries and in time.
 */
#ifndef RINGFENCE_LOGS_JOURNAL_LINES_H
#define RINGFENCE_LOGS_JOURNAL_LINES_H

#include <stdint.h>

#include "audit/base/buffer.h"
#include "audit/base/fact.h"

struct arena;

/* Appends the newest entries of sshd, sudo and su, oldest first, as RFC 3339 syslog lines in UTC.
 * FACT_ABSENT: there is no journal. *RET_NOTE is set when a limit cut it. */
enum fact_state journal_lines_read(struct arena *arena, int64_t now, struct buffer *lines,
				   const char **ret_note, const struct unread **ret_unread);

#endif
