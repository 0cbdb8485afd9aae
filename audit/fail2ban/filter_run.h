/* SPDX-License-Identifier: Apache-2.0
 *
 * One filter of fail2ban at work (server/filter.py): lines in, failures out. Connections, by which
 * fail2ban joins the lines of one login, are remembered as there.
 */
#ifndef RINGFENCE_FAIL2BAN_FILTER_RUN_H
#define RINGFENCE_FAIL2BAN_FILTER_RUN_H

#include "audit/fail2ban/date_template.h"

struct jail_filter;
struct filter_run;

/* Failures that one line can make: one, or one for each expression where all are tried. */
#define FILTER_FAILURES_MAX 128

struct filter_options {
	struct date_clock clock;
	/* As fail2ban-regex does: all expressions on each line, failures without an address
	 * count. */
	bool tries_all;
};

struct filter_failure {
	/* From 0 on. */
	size_t expression;
	/* What is banned; valid until the next line. Empty: not known yet. */
	struct slice id;
	/* ID is the name of a host, that fail2ban would look up. */
	bool is_name;
	bool has_time;
	int64_t time;
	/* Matched, and no failure. */
	bool is_no_failure;
};

enum filter_line_status {
	FILTER_LINE_MISSED,
	FILTER_LINE_MATCHED,
	FILTER_LINE_IGNORED,
	/* PCRE2 gave up on it. */
	FILTER_LINE_UNKNOWN,
};

/* FILTER ready to run. False: *RET_WHY says what fail2ban would do that this cannot, or what
 * fail2ban refuses; NULL: memory is short. */
bool filter_run_new(struct arena *arena, const struct jail_filter *filter,
		    const struct filter_options *options, struct filter_run **ret_run,
		    const char **ret_why) MUST_CHECK;
void filter_run_free(struct filter_run *run);

/* One LINE without its end. FAILURES has room for FILTER_FAILURES_MAX. */
enum filter_line_status filter_run_line(struct filter_run *run, struct slice line,
					struct filter_failure *failures, size_t *ret_count);

#endif
