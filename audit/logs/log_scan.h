/* SPDX-License-Identifier: Apache-2.0
 *
 * One pass over a log: lines to heads, heads to messages, messages to counts. Large plain files
 * are read by two threads, half of the file each. Budget: 1 GiB of sshd's and Asterisk's lines in
 * half a second on two cores (tests/bench/logs.sh).
 */
#ifndef RINGFENCE_LOGS_LOG_SCAN_H
#define RINGFENCE_LOGS_LOG_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/loader.h"

struct tally;
struct time_zone;

struct log_scan_result {
	uint64_t bytes;
	uint64_t lines;
	uint64_t cut_lines;
	bool broke_off;
};

/* Reads all of STREAM into TALLY. ZONE: what stamps without offset mean; NULL: UTC. NOW bounds the
 * years that are guessed, with the file's own time. False when memory is short. */
bool log_scan_stream(const struct stream *stream, const struct time_zone *zone, int64_t now,
		     struct tally *tally, struct log_scan_result *ret_result) MUST_CHECK;

/* Reads lines that are in memory already, such as the journal's. */
void log_scan_lines(struct slice lines, const struct time_zone *zone, int64_t now,
		    struct tally *tally);

#endif
