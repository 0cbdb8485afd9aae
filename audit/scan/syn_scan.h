/* SPDX-License-Identifier: Apache-2.0
 *
 * The TCP SYN scan. Stateless: a probe carries a cookie, an answer proves itself by it, and per
 * port one byte is kept for the hosts that are being scanned.
 *
 * Budget: a port of a host that answers costs 1.5 us beyond what the kernel takes to send the
 * packet and answer it; memory does not grow with the number of hosts.
 *
 * libnet builds the SYN and opens the raw sockets, libpcap receives. Sending goes by sendmmsg(2) of
 * patched copies: libnet_write() is a system call and a rebuilt packet each. The raw socket, not
 * AF_PACKET, since it leaves routing, ARP and neighbour discovery to the kernel, works over
 * loopback and tunnels, and refuses broadcast addresses.
 *
 * The kernel knows nothing of our half-open connections and resets them, as it should; our source
 * ports are reserved by bound sockets, so that no program of this host gets them meanwhile.
 */
#ifndef RINGFENCE_SCAN_SYN_SCAN_H
#define RINGFENCE_SCAN_SYN_SCAN_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/scan/scan_host.h"
#include "audit/scan/scan_target.h"

struct syn_scan;

struct syn_scan_options {
	const struct scan_targets *targets;
	/* So many addresses, from the first on, are decided already. */
	uint64_t skip;
	const struct scan_ports *ports;
	/* Packets a second at most; 0: as the path allows. */
	unsigned int rate;
	/* The source address; family ADDRESS_NONE: what the routes say. */
	struct address from;
	struct scan_watch watch;
};

/* Opens what needs privileges: raw sockets, capture. The caller then drops them and runs. NULL:
 * ERROR_READ with what is missing. */
struct syn_scan *syn_scan_open(const struct syn_scan_options *options,
			       struct error *error) MUST_CHECK;

/* Scans; gives every host to the watch, also those that were not finished when the user stopped.
 * False: *ERROR. */
bool syn_scan_run(struct syn_scan *scan, struct error *error) MUST_CHECK;

void syn_scan_close(struct syn_scan *scan);

#endif
