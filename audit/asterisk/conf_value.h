/* SPDX-License-Identifier: Apache-2.0
 *
 * Values as Asterisk's modules read them: atoi, sscanf, comma lists.
 */
#ifndef RINGFENCE_ASTERISK_CONF_VALUE_H
#define RINGFENCE_ASTERISK_CONF_VALUE_H

#include <stdbool.h>

#include "audit/base/slice.h"

/* sscanf(TEXT, "%30d"): blanks, a sign, digits; what follows them is ignored. False when there is
 * no digit. What is too large wraps as it does in
 * an int of glibc on 64 bits. */
bool conf_scan_number(struct slice text, long *ret_number);

/* The same without a failure: 0 (atoi). */
int conf_number(struct slice text);

/* strsep(&REST, ","): the next field, not trimmed. *MORE is false after the last one, and must be
 * true at first. */
bool conf_next_field(struct slice *rest, bool *more, struct slice *ret_field);

#endif
