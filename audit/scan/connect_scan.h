/* SPDX-License-Identifier: Apache-2.0
 *
 * The TCP scan of a user who may not open raw sockets: connect(2) to each port over epoll(7). What
 * differs: services see a connection that comes and goes, a port costs a socket, and of ICMP only
 * what the kernel makes an error of is known.
 */
#ifndef RINGFENCE_SCAN_CONNECT_SCAN_H
#define RINGFENCE_SCAN_CONNECT_SCAN_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/scan/syn_scan.h"

/* Takes the options of the SYN scan. False: *ERROR. */
bool connect_scan_run(const struct syn_scan_options *options, struct error *error) MUST_CHECK;

#endif
