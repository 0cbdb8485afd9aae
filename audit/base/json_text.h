/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings of JSON (RFC 8259) straight into a buffer, for output that is too large to be built as a
 * tree first.
 */
#ifndef RINGFENCE_BASE_JSON_TEXT_H
#define RINGFENCE_BASE_JSON_TEXT_H

#include "audit/base/buffer.h"
#include "audit/base/slice.h"

/* Appends TEXT as a JSON string with its quotes. A run of bytes that are not UTF-8 becomes one
 * U+FFFD. Linear. */
void json_text_append(struct buffer *out, struct slice text);

#endif
