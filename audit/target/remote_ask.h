/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions to a host through a plain POSIX shell on it (dash, bash, busybox, CentOS 6), and its
 * answers. The shell runs nothing but id, stat, ls, cat, head and the probes' fixed commands; all
 * names are quoted. Only audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_REMOTE_ASK_H
#define RINGFENCE_TARGET_REMOTE_ASK_H

#include "audit/target/record.h"

/* Most bytes of one log that are fetched. */
#define REMOTE_STREAM_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* Most that the answers to one round of questions may be. */
#define REMOTE_ROUND_BYTES_MAX ((size_t)512 * 1024 * 1024)

/* Appends the shell's text that asks the questions of the set from FIRST on. */
void remote_ask_write(const struct record_set *questions, size_t first, struct buffer *out);

/* Fills in the records of the set from FIRST on, out of ANSWER, which must live as long as the
 * set's arena. Questions that ANSWER does not hold, as when the connection broke, become
 * LOAD_UNREADABLE with the reason WHY. False: memory is short. */
bool remote_ask_read(struct record_set *questions, size_t first, struct slice answer,
		     const char *why) MUST_CHECK;

#endif
