/* SPDX-License-Identifier: Apache-2.0
 *
 * The head of a log line: when, who, and where the message begins. Knows the heads of syslog (RFC
 * 3164 as written to files, RFC 3339 stamps, RFC 5424), of Asterisk's logger (main/logger.c,
 * through syslog too), of fail2ban, of FreePBX's, Elastix's and Issabel's audit logs and of web
 * servers' access logs. A line without head is a continuation, never an event.
 */
#ifndef RINGFENCE_LOGS_LOG_HEAD_H
#define RINGFENCE_LOGS_LOG_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/slice.h"
#include "audit/logs/log_patterns.h"

struct time_zone;

struct log_head {
	/* Seconds since 1970, UTC; 0 when it could not be read. */
	int64_t time;
	enum log_writer writer;
	struct slice message;
};

/* Most bytes of a time stamp that are remembered from one line to the next. */
#define LOG_STAMP_BYTES_MAX 32

/* Reads heads of one file in order; neighbours mostly share their time stamp and host. */
struct log_head_reader {
	/* The newest time that a line can have: stamps without a year get the year that brings
	 * them at or before it. */
	int64_t reference;
	/* What stamps without an offset mean; NULL: UTC. */
	const struct time_zone *zone;

	char stamp[LOG_STAMP_BYTES_MAX];
	size_t stamp_size;
	int64_t time;
	char host[64];
	size_t host_size;
};

void log_head_reader_init(struct log_head_reader *reader, int64_t reference,
			  const struct time_zone *zone);

/* False: LINE has no head that is known. */
bool log_head_read(struct log_head_reader *reader, struct slice line, struct log_head *ret_head);

/* Seconds since 1970 of a civil date and time in UTC (no leap seconds); MONTH from 1. */
int64_t log_time_utc(int64_t year, unsigned int month, unsigned int day, unsigned int seconds);

#endif
