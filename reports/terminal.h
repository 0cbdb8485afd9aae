/* SPDX-License-Identifier: Apache-2.0
 *
 * The summary that people see when an audit ends.
 */
#ifndef RINGFENCE_REPORTS_TERMINAL_H
#define RINGFENCE_REPORTS_TERMINAL_H

#include <stdbool.h>

#include "audit/base/buffer.h"

struct result;

struct terminal_style {
	bool color;
	/* Columns; text is wrapped to it, at least 40. */
	unsigned int width;
	/* Also passes and notes. */
	bool verbose;
	/* UTF-8 line drawing and marks, else ASCII. */
	bool utf8;
};

/* Appends the summary to OUT. Control bytes of the host never reach the terminal. */
void terminal_write_summary(const struct result *result, const struct terminal_style *style,
			    struct buffer *out);

#endif
