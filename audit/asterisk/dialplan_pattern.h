/* SPDX-License-Identifier: Apache-2.0
 *
 * Extensions and patterns of a dialplan: which numbers they match, and in which order they are
 * tried. Rules of main/pbx.c: ext_cmp and _extension_match_core.
 */
#ifndef RINGFENCE_ASTERISK_DIALPLAN_PATTERN_H
#define RINGFENCE_ASTERISK_DIALPLAN_PATTERN_H

#include <stdbool.h>

#include "audit/base/buffer.h"
#include "audit/base/slice.h"

/* "_X." and such; anything else is a literal extension. */
static inline bool dialplan_is_pattern(struct slice extension)
{
	return extension.size && extension.data[0] == '_';
}

/* The order in which extensions of one context are tried: under 0, 0 (the same extension), over 0.
 * Literal ones first, then patterns from the most to the least specific. '-' counts nowhere. */
int dialplan_pattern_compare(struct slice left, struct slice right);

/* Does EXTENSION take NUMBER (E_MATCH)? */
bool dialplan_pattern_matches(struct slice extension, struct slice number);

/* Can EXTENSION take bytes that are no digits: letters, '&', '/', '@'? True for '.' and '!'. */
bool dialplan_pattern_is_open(struct slice extension);

/* Appends a number that EXTENSION takes: the lowest choice of each set, and TAIL for a '.' or '!'
 * at the end. A literal extension gives itself. */
void dialplan_pattern_example(struct slice extension, struct slice tail, struct buffer *number);

#endif
