/* SPDX-License-Identifier: Apache-2.0
 *
 * A result that may be shown to strangers: addresses, names or paths become marks, the same mark
 * wherever the same thing stands, so that the report still makes sense.
 *
 *   addresses   IPv4 and IPv6 addresses and networks: "address-1"; loopback and "any" stay
 *   names       the host's name, accounts, peers and other subjects: "name-1"
 *   paths       files: "path-1"
 */
#ifndef RINGFENCE_REPORTS_REDACT_H
#define RINGFENCE_REPORTS_REDACT_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"

struct arena;
struct result;

struct redaction {
	bool addresses;
	bool names;
	bool paths;
};

/* "addresses,names" out of LIST. False: ERROR_USAGE. */
bool redaction_parse(const char *list, struct redaction *ret_redaction,
		     struct error *error) MUST_CHECK;

/* A copy of RESULT with marks, in ARENA; the texts that need none are shared. Numbers, ids, titles
 * and words of the format stay. False: memory. */
bool redact_result(const struct result *result, struct redaction redaction, struct arena *arena,
		   struct result *ret_result, struct error *error) MUST_CHECK;

#endif
