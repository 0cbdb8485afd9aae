/* SPDX-License-Identifier: Apache-2.0
 *
 * A saved scan: what `ringfence scan --json` printed, or nmap's XML.
 */
#ifndef RINGFENCE_SCAN_SCAN_READ_H
#define RINGFENCE_SCAN_SCAN_READ_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/scan/scan_result.h"

/* The largest scan that is read. */
#define SCAN_READ_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* TEXT of the file NAME; all of RET_RESULT lives in ARENA. XML is told by its first byte. False:
 * ERROR_INPUT with what is wrong. */
bool scan_read(struct slice text, const char *name, struct arena *arena,
	       struct scan_result *ret_result, struct error *error) MUST_CHECK;

/* nmap's own format (nmap.dtd); called by scan_read. No entities, no network. */
bool scan_read_nmap(struct slice text, const char *name, struct arena *arena,
		    struct scan_result *ret_result, struct error *error) MUST_CHECK;

#endif
