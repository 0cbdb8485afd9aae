/* SPDX-License-Identifier: Apache-2.0
 *
 * Ethernet frames with the trial's packets, made and sent by libnet.
 */
#ifndef RINGFENCE_PROVE_FRAME_SEND_H
#define RINGFENCE_PROVE_FRAME_SEND_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/prove/namespace.h"
#include "audit/prove/packet_trial.h"

struct frame_sender;

/* For the peer's device, in the namespace that the caller is in. NULL: *ERROR. */
struct frame_sender *frame_sender_new(const struct namespace_pair *pair,
				      struct error *error) MUST_CHECK;
void frame_sender_free(struct frame_sender *sender);

/* Sends packet INDEX. */
bool frame_send(struct frame_sender *sender, const struct trial_packet *packet, size_t index,
		struct error *error) MUST_CHECK;

/* The third packet of a TCP connection, with the REGISTER: our first number is 1, theirs was
 * THEIRS.
 */
bool frame_send_register(struct frame_sender *sender, const struct trial_packet *packet,
			 size_t index, uint32_t theirs, struct error *error) MUST_CHECK;

#endif
