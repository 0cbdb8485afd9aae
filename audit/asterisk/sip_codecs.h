/* SPDX-License-Identifier: Apache-2.0
 *
 * allow= and disallow= as main/format_cap.c reads them.
 */
#ifndef RINGFENCE_ASTERISK_SIP_CODECS_H
#define RINGFENCE_ASTERISK_SIP_CODECS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/slice.h"

struct buffer;
struct sip_codecs;

/* What chan_sip offers where nothing is said. */
void sip_codecs_default(struct sip_codecs *codecs);

/* Takes one allow (or disallow) line in. */
void sip_codecs_take(struct sip_codecs *codecs, struct slice list, bool is_allowed);

/* Are all names in LIST those of formats, and all packet sizes numbers? Else the line is an error,
 * for which res_pjsip drops the object. */
bool sip_codecs_are_known(struct slice list);

/* "(ulaw|alaw)", "(nothing)" */
void sip_codecs_format(const struct sip_codecs *codecs, struct buffer *out);

#endif
