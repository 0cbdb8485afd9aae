/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "audit/base/slice.h"

/* Nothing is shown for what takes no longer. */
#define PATIENCE_MS 1000

int64_t progress_clock_ms(void)
{
	struct timespec now;
	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress, const char *subject, bool wanted)
{
	*progress = (struct progress){
		.enabled = wanted && isatty(STDERR_FILENO),
		.started_ms = progress_clock_ms(),
		.subject = subject,
	};
}

void progress_step(void *context, const char *step)
{
	struct progress *progress = context;
	if (!progress->enabled || progress_clock_ms() - progress->started_ms < PATIENCE_MS)
		return;
	progress->shown = true;
	(void)fprintf(stderr, "\r\033[K%s: %s ...", progress->subject, step);
	(void)fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (!progress->shown)
		return;
	(void)fputs("\r\033[K", stderr);
	(void)fflush(stderr);
	progress->shown = false;
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);
	return value ? value : "";
}

bool progress_color_wanted(bool refused)
{
	return !refused && isatty(STDOUT_FILENO) && *environment("NO_COLOR") == '\0' &&
	       strcmp(environment("TERM"), "dumb") != 0;
}

unsigned int progress_width(void)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return 80;
}

bool progress_utf8(void)
{
	/* The order in which the C library looks. */
	const char *locale = environment("LC_ALL");
	if (!*locale)
		locale = environment("LC_CTYPE");
	if (!*locale)
		locale = environment("LANG");
	return strcasestr(locale, "utf-8") || strcasestr(locale, "utf8");
}
