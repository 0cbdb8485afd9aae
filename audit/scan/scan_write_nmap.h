/* SPDX-License-Identifier: Apache-2.0
 *
 * A scan as nmap's XML (nmap.dtd), for the tools that read it.
 */
#ifndef RINGFENCE_SCAN_SCAN_WRITE_NMAP_H
#define RINGFENCE_SCAN_SCAN_WRITE_NMAP_H

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "audit/scan/scan_result.h"

/* Appends the document. ARGUMENTS is the command line, for its root element. False: memory. */
bool scan_write_nmap(const struct scan_result *result, const char *arguments, struct buffer *out,
		     struct error *error) MUST_CHECK;

#endif
