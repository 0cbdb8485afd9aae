/* SPDX-License-Identifier: Apache-2.0
 *
 * Two network namespaces of our own, joined by a veth: "host", which gets the addresses and the
 * rules of the audited host, and "peer", where packets come from. Nothing else of this machine is
 * touched; both go with the last process that uses them.
 */
#ifndef RINGFENCE_PROVE_NAMESPACE_H
#define RINGFENCE_PROVE_NAMESPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/error.h"

/* The peer's end. */
#define NAMESPACE_PEER_DEVICE "peer"

struct namespace_pair {
	/* Descriptors of the namespaces; -1: not there. */
	int host;
	int peer;
	uint8_t host_mac[6];
	uint8_t peer_mac[6];
};

/* Makes them and leaves the calling process, which must have one thread, in "peer". The host's end
 * is called DEVICE and has ADDRESSES; whatever it answers goes to the peer. Needs CAP_SYS_ADMIN and
 * CAP_NET_ADMIN, and ip(8). */
bool namespace_pair_make(struct namespace_pair *pair, const char *device,
			 const struct address *addresses, size_t count,
			 struct error *error) MUST_CHECK;
void namespace_pair_close(struct namespace_pair *pair);

/* Moves the calling process. */
bool namespace_enter(int namespace, struct error *error) MUST_CHECK;

/* Runs ARGUMENTS (the first is looked for in PATH) with INPUT on its standard input, in the
 * namespace that the caller is in. False: ERROR_READ with the first line that it said. */
bool namespace_run(const char *const *arguments, struct slice input,
		   struct error *error) MUST_CHECK;

#endif
