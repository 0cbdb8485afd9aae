/* SPDX-License-Identifier: Apache-2.0
 *
 * What a captured frame tells of the trial's packets: an answer, a refusal, or nothing.
 */
#ifndef RINGFENCE_PROVE_ANSWER_READ_H
#define RINGFENCE_PROVE_ANSWER_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/prove/packet_trial.h"

struct trial_answer {
	/* Of the packet that is answered. */
	size_t index;
	enum trial_outcome outcome;
	/* The number of a SYN-ACK. */
	uint32_t sequence;
	bool is_syn_ack;
};

/* FRAME is Ethernet from the host's end. False: it answers none of PACKETS. An ICMP error or a
 * reset is a refusal; a SYN-ACK and an echo reply say that the packet was let in. */
bool answer_read(const uint8_t *frame, size_t size, const struct trial_packet *packets,
		 size_t count, struct trial_answer *ret_answer) MUST_CHECK;

#endif
