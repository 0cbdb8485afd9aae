/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban's search for the time in a line, over several patterns, the ones that matched lately
 * first (server/datedetector.py).
 */
#ifndef RINGFENCE_FAIL2BAN_DATE_DETECTOR_H
#define RINGFENCE_FAIL2BAN_DATE_DETECTOR_H

#include "audit/fail2ban/date_template.h"

struct date_detector;

/* A detector for the value of datepattern; empty: fail2ban's own patterns. False: *RET_WHY says
 * what is not understood; NULL: memory is short. */
bool date_detector_new(struct arena *arena, struct slice patterns, const struct date_clock *clock,
		       struct date_detector **ret_detector, const char **ret_why) MUST_CHECK;
void date_detector_free(struct date_detector *detector);

enum date_found {
	DATE_NOT_FOUND,
	/* The place is told, but it is no time. */
	DATE_WRONG,
	DATE_FOUND,
};

/* Where the time stands in LINE: [*RET_START, *RET_END), and which it is. */
enum date_found date_detector_find(struct date_detector *detector, struct slice line,
				   size_t *ret_start, size_t *ret_end, int64_t *ret_time);

#endif
