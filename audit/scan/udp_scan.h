/* SPDX-License-Identifier: Apache-2.0
 *
 * The UDP scan, over an ordinary socket: answers come to it, ICMP errors to its error queue
 * (IP_RECVERR of ip(7)), so no privileges are needed.
 *
 * Linux tells a host of at most six closed ports at once and then of one a second
 * (net.ipv4.icmp_ratelimit and icmp_ratemask, icmp(7)). Ports with a service answer at any rate. So
 * all are asked quickly; then those still silent are asked one a second as long as that brings
 * errors, and no longer than UDP_PATIENT_SECONDS. What is silent then
 * is open|filtered, and that is what it is called.
 */
#ifndef RINGFENCE_SCAN_UDP_SCAN_H
#define RINGFENCE_SCAN_UDP_SCAN_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/scan/syn_scan.h"

#define UDP_PATIENT_SECONDS 30

/* Takes the options of the SYN scan; the ports are UDP ports. False: *ERROR. */
bool udp_scan_run(const struct syn_scan_options *options, struct error *error) MUST_CHECK;

#endif
