/* SPDX-License-Identifier: Apache-2.0
 *
 * The programs behind the ports of a trial: sockets that take what the rules let in.
 */
#ifndef RINGFENCE_PROVE_TRIAL_SOCKETS_H
#define RINGFENCE_PROVE_TRIAL_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/prove/packet_trial.h"

struct trial_sockets {
	int *items;
	size_t count;
};

/* A socket for each protocol, port and family of PACKETS, in the namespace that the caller is in.
 */
bool trial_sockets_open(struct trial_sockets *sockets, const struct trial_packet *packets,
			size_t count, struct error *error) MUST_CHECK;
void trial_sockets_close(struct trial_sockets *sockets);

/* Takes all that came so far and marks its packets as passed. True: there was something. */
bool trial_sockets_take(const struct trial_sockets *sockets, struct trial_packet *packets,
			size_t count);

/* Connections that wait for their third packet: the SYN was let in, whether or not the answer got
 * out. From /proc/net/tcp and tcp6 of the namespace that the caller is in. */
void trial_sockets_half_open(struct trial_packet *packets, size_t count);

#endif
