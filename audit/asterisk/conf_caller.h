/* SPDX-License-Identifier: Apache-2.0
 *
 * Caller ids and groups as main/callerid.c and main/channel.c read them.
 */
#ifndef RINGFENCE_ASTERISK_CONF_CALLER_H
#define RINGFENCE_ASTERISK_CONF_CALLER_H

#include <stdint.h>

#include "audit/base/buffer.h"
#include "audit/base/slice.h"

struct conf_variable;

/* The name and the number of `"Name" <number>`, appended to OUT buffers, either of which may be
 * NULL; cut at 79 bytes as chan_sip cuts them. */
void conf_caller_split(struct slice text, struct buffer *name, struct buffer *number);

/* `"name" <number>` of the options that give them: callerid (both), fullname, trunkname (none),
 * cid_number; NULL: none. */
void conf_caller_merge(const struct conf_variable *name, const struct conf_variable *number,
		       struct buffer *out);

/* "1,3-5" as bits; numbers over 63 do not count. */
uint64_t conf_group(struct slice text);

#endif
