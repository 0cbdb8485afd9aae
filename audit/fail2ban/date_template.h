/* SPDX-License-Identifier: Apache-2.0
 *
 * How fail2ban finds the time in a line (server/datetemplate.py, server/strptime.py): a pattern
 * with strptime's "%" fields in an expression.
 */
#ifndef RINGFENCE_FAIL2BAN_DATE_TEMPLATE_H
#define RINGFENCE_FAIL2BAN_DATE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

struct arena;
struct pcre2_real_code_8;

enum date_field {
	DATE_YEAR,
	DATE_YEAR_2,
	DATE_MONTH,
	DATE_MONTH_NAME,
	DATE_MONTH_FULL,
	DATE_DAY,
	DATE_HOUR,
	DATE_HOUR_12,
	DATE_AM_PM,
	DATE_MINUTE,
	DATE_SECOND,
	DATE_ZONE,
	DATE_ZONE_NAME,
	DATE_YEAR_DAY,
	DATE_FIELD_COUNT,
};

enum date_kind {
	DATE_PATTERN,
	DATE_EPOCH,
	DATE_LONG_EPOCH,
	DATE_TAI64N,
};

struct date_template {
	enum date_kind kind;
	struct slice name;
	struct pcre2_real_code_8 *code;
	/* Of epochs: the group with the number. */
	int number_group;
	int fields[DATE_FIELD_COUNT];
	bool at_line_begin, at_line_end;
	double weight;
	uint64_t hits;
};

/* What a detector needs to know of the host. */
struct date_clock {
	/* The newest time that is believable: the year of stamps without one. */
	int64_t now;
	void *context;
	/* Seconds of a civil time on the host since 1970 to seconds since 1970, UTC. */
	int64_t (*to_utc)(void *context, int64_t civil_seconds);
};

/* Makes *RET_TEMPLATE of PATTERN. False: *RET_WHY says what is not understood; NULL: memory is
 * short. */
bool date_template_make(struct arena *arena, struct slice pattern, int64_t now,
			struct date_template *ret_template, const char **ret_why) MUST_CHECK;
void date_template_done(struct date_template *template);

/* The time in TEXT at the OFFSETS of a match (pcre2's ovector, COUNT pairs). False: no such time,
 * as the 31st of February. */
bool date_template_time(const struct date_template *template, struct slice text,
			const size_t *offsets, size_t count, const struct date_clock *clock,
			int64_t *ret_time) MUST_CHECK;

#endif
