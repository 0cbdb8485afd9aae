/* SPDX-License-Identifier: Apache-2.0
 *
 * What people see while they wait: one line on standard error, on terminals only, once a run takes
 * over a second. And when standard output may be coloured.
 */
#ifndef RINGFENCE_COMMAND_PROGRESS_H
#define RINGFENCE_COMMAND_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool enabled;
	/* CLOCK_MONOTONIC at the start, milliseconds. */
	int64_t started_ms;
	bool shown;
	const char *subject;
};

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t progress_clock_ms(void);

/* SUBJECT is the host's name. Off when !WANTED or standard error is no terminal. */
void progress_begin(struct progress *progress, const char *subject, bool wanted);

/* Tells the step; shown only when a second has gone by. Fits model_build_step. */
void progress_step(void *progress, const char *step);

/* Wipes the line. */
void progress_end(struct progress *progress);

/* Standard output is a terminal, TERM is not "dumb", NO_COLOR (no-color.org) is not set, and
 * !REFUSED. */
bool progress_color_wanted(bool refused);

/* Columns of the terminal on standard output; 80 where there is none. */
unsigned int progress_width(void);

/* Does the locale of the environment say UTF-8? */
bool progress_utf8(void);

#endif
