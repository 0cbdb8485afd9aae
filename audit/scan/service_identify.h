/* SPDX-License-Identifier: Apache-2.0
 *
 * Which service is behind each open port: listen for a greeting, then ask in the languages that are
 * likely there. No account is tried, nothing is changed.
 */
#ifndef RINGFENCE_SCAN_SERVICE_IDENTIFY_H
#define RINGFENCE_SCAN_SERVICE_IDENTIFY_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/scan/scan_result.h"

struct service_identify_options {
	/* Also ask a SIP server what it tells strangers (sip_outside.h). */
	bool may_test;
	/* Has the user asked to stop? */
	bool (*is_stopped)(void *context);
	void *context;
};

/* Fills the services of RESULT's open ports, several at a time. Of a host that has more open ports
 * than SERVICE_PORTS_MAX (a tarpit answers on all) the first ones are asked. False: memory. */
#define SERVICE_PORTS_MAX 200
bool service_identify(struct scan_result *result, const struct service_identify_options *options,
		      struct error *error) MUST_CHECK;

#endif
