/* SPDX-License-Identifier: Apache-2.0
 *
 * From which address of ours a target is reached, and whether it is a neighbour.
 */
#ifndef RINGFENCE_SCAN_SCAN_ROUTE_H
#define RINGFENCE_SCAN_SCAN_ROUTE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"

/* ADDRESS and PORT as the kernel takes them; returns the size. ZONE is the interface of a
 * link-local address. */
socklen_t scan_route_sockaddr(struct address address, uint16_t port, uint32_t zone,
			      struct sockaddr_storage *ret_name);

/* The address in NAME; family ADDRESS_NONE for other families. */
struct address scan_route_address(const struct sockaddr_storage *name, uint16_t *ret_port);

/* The source address that the kernel would use towards TARGET (connect(2) of a UDP socket, which
 * sends nothing). False: *RET_ERRNO says why there is no way. */
bool scan_route_source(struct address target, uint32_t zone, struct address *ret_source,
		       int *ret_errno) MUST_CHECK;

/* Is ADDRESS one of this host's? */
bool scan_route_is_ours(struct address address);

/* Is TARGET on a network that this host is connected to, or this host? Only then may a scan go
 * faster than a router on the way would like. */
bool scan_route_is_near(struct address target);

#endif
