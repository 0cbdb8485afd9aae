/* SPDX-License-Identifier: Apache-2.0
 *
 * What a scan found, as it is printed, saved and read again.
 */
#ifndef RINGFENCE_SCAN_SCAN_RESULT_H
#define RINGFENCE_SCAN_SCAN_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/scan/scan_host.h"
#include "audit/scan/scan_ports.h"
#include "audit/scan/scan_state.h"

struct arena;

/* A state that more ports of a host share is told as a number. */
#define SCAN_LISTED_MAX 25
/* Hosts without any answer are kept when there are no more of them than this; else counted. */
#define SCAN_SILENT_KEPT 256
/* What one service may have told. */
#define SCAN_FACTS_MAX 48

/* One thing that a service told: "banner", "certificate-subject". Never a secret: scans send none.
 */
struct scan_fact {
	const char *key;
	struct slice value;
};

struct scan_service {
	/* "ssh", "sip", "http" ...; never NULL. */
	const char *name;
	/* Spoken inside of TLS. */
	bool is_tls;
	struct scan_fact facts[SCAN_FACTS_MAX];
	size_t count;
};

struct scan_port {
	uint16_t port;
	enum scan_protocol protocol;
	enum scan_state state;
	enum scan_reason reason;
	/* NULL: not identified. */
	struct scan_service *service;
};

/* Ports that are not listed one by one. */
struct scan_others {
	enum scan_protocol protocol;
	enum scan_state state;
	enum scan_reason reason;
	size_t count;
};

struct scan_found {
	struct address address;
	uint32_t zone;
	const char *name;
	/* Why it was not sent to; NULL: it was. */
	const char *refused;
	struct scan_port *ports;
	size_t count;
	size_t capacity;
	struct scan_others *others;
	size_t other_count;
	size_t other_capacity;
};

struct scan_result {
	struct arena *arena;
	/* Seconds since 1970. */
	int64_t started;
	double seconds;
	/* "syn" or "connect" */
	const char *method;
	struct scan_ports tcp;
	struct scan_ports udp;
	/* False: the user stopped it. */
	bool is_complete;
	struct scan_found *hosts;
	size_t count;
	size_t capacity;
	/* Hosts that are not in `hosts`, since nothing of them answered. */
	uint64_t silent;
	/* All hosts that were to be scanned. */
	uint64_t asked;
	/* What the user named, to go on with a scan that was stopped. */
	char *const *targets;
	size_t target_count;
	bool names_mean_ipv6;
	/* By enum scan_protocol: addresses, in the order of the scan, whose ports are decided. */
	uint64_t decided[2];
};

/* Adds what was found of HOST. False: memory is short. */
bool scan_result_add(struct scan_result *result, enum scan_protocol protocol,
		     const struct scan_host *host, const struct scan_ports *ports) MUST_CHECK;

/* Appends what was read of a whole host, or one row of a host. False: memory is short. */
bool scan_result_append(struct scan_result *result, const struct scan_found *host) MUST_CHECK;
bool scan_found_append_port(struct scan_found *host, struct arena *arena,
			    const struct scan_port *port) MUST_CHECK;
bool scan_found_append_others(struct scan_found *host, struct arena *arena,
			      const struct scan_others *others) MUST_CHECK;

/* The port's row, or NULL when it is not listed. */
struct scan_port *scan_found_port(const struct scan_found *host, enum scan_protocol protocol,
				  uint16_t port);

/* State of PORT: from its row, or from the only group of others. False: it was not scanned. */
bool scan_found_state(const struct scan_result *result, const struct scan_found *host,
		      enum scan_protocol protocol, uint16_t port,
		      enum scan_state *ret_state) MUST_CHECK;

/* Records that the service told KEY; the value is copied, cut to 512 bytes. What is over
 * SCAN_FACTS_MAX is dropped. False: memory is short. */
bool scan_service_tell(struct scan_service *service, struct arena *arena, const char *key,
		       struct slice value);

/* The value of KEY; empty when it was not told. */
struct slice scan_service_fact(const struct scan_service *service, const char *key);

#endif
