/* SPDX-License-Identifier: Apache-2.0
 *
 * What a SIP server tells a stranger, with few questions that only its owner may have asked: two
 * REGISTERs without credentials (one for a name that can't exist, one for the likeliest extension)
 * and one INVITE without credentials, cancelled when it gets anywhere. A pause after each.
 */
#ifndef RINGFENCE_SCAN_SIP_OUTSIDE_H
#define RINGFENCE_SCAN_SIP_OUTSIDE_H

#include "audit/base/buffer.h"
#include "audit/scan/service_talk.h"

/* Requests to one server, CANCEL and BYE included. */
#define SIP_OUTSIDE_REQUESTS_MAX 6

/* Appends what will be sent to each SIP server, a line each, to be shown before it is. */
void sip_outside_list(struct buffer *out);

/* Asks, and tells ANSWER "register-absent", "register-probable", "invite", "amplification" and what
 * follows from them as "finding". */
void sip_outside_ask(const struct service_place *place, bool is_tls, struct service_answer *answer);

#endif
