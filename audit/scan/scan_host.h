/* SPDX-License-Identifier: Apache-2.0
 *
 * One host of a scan: a byte for each port asked, and what was learned of those that answered.
 */
#ifndef RINGFENCE_SCAN_SCAN_HOST_H
#define RINGFENCE_SCAN_SCAN_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "audit/base/address.h"
#include "audit/scan/scan_ports.h"
#include "audit/scan/scan_state.h"

struct scan_targets;
struct scan_cursor;

struct scan_host {
	struct address address;
	/* Interface of a link-local address, else 0. */
	uint32_t zone;
	/* The name that the user gave, or NULL. */
	const char *name;
	/* enum scan_reason of each port of the list. */
	uint8_t *reasons;
	/* Why nothing more is sent to it (a broadcast address, no route); NULL: it may be sent to.
	 */
	const char *refused;
};

/* What a scan tells while it runs, and as its result. CONTEXT is the caller's. */
struct scan_progress {
	uint64_t probes_sent;
	uint64_t ports_open;
	/* Packets a second, as sent of late. */
	double rate;
	/* 0 to 1 of the work as far as it is known. */
	double done;
	uint64_t seconds_left;
	bool is_repeating;
};

struct scan_watch {
	void *context;
	/* A host whose ports are decided. PORTS is the list that reasons go with. False: stop. */
	bool (*host)(void *context, enum scan_protocol protocol, const struct scan_host *host,
		     const struct scan_ports *ports);
	/* Called some times a second. */
	void (*progress)(void *context, const struct scan_progress *progress);
	/* Has the user asked to stop? */
	bool (*is_stopped)(void *context);
};

/* Has the user asked to stop? False where nobody can. */
bool scan_watch_is_stopped(const struct scan_watch *watch);

#define SECOND_NS 1000000000U

/* Nanoseconds of CLOCK. */
uint64_t scan_clock_ns(clockid_t clock);

/* Takes the next hosts of TARGETS from CURSOR on, up to ROOM, into HOSTS; each gets its PORTS bytes
 * of REASONS, which are the caller's to fill. They are sorted, each address once, for answers do
 * not tell their interface. Returns how many: 0 when none is left. */
size_t scan_hosts_take(const struct scan_targets *targets, struct scan_cursor *cursor,
		       struct scan_host *hosts, size_t room, uint8_t *reasons, size_t ports);

/* The place of ADDRESS in HOSTS, as scan_hosts_take gave them; COUNT when it is not there. */
size_t scan_hosts_find(const struct scan_host *hosts, size_t count, struct address address);

#endif
