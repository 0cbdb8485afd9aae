/* SPDX-License-Identifier: Apache-2.0
 *
 * A scan as text for people and as JSON for programs.
 */
#ifndef RINGFENCE_SCAN_SCAN_WRITE_H
#define RINGFENCE_SCAN_SCAN_WRITE_H

#include "audit/base/buffer.h"
#include "audit/scan/scan_result.h"

/* Lines "22/tcp open  ssh  ..." below the host's name. */
void scan_write_text(const struct scan_result *result, struct buffer *out);

/* {"hosts": [{"address", "ports": [...]}]} */
void scan_write_json(const struct scan_result *result, struct buffer *out);

/* "1-65535", "22,80": what PORTS was made of, shortest form. */
void scan_write_ports(const struct scan_ports *ports, struct buffer *out);

#endif
