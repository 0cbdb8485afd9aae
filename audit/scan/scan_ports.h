/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of ports: "22,80,5060-5080", "-" for all, in rising order, each once.
 */
#ifndef RINGFENCE_SCAN_SCAN_PORTS_H
#define RINGFENCE_SCAN_SCAN_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"

struct arena;

struct scan_ports {
	const uint16_t *ports;
	size_t count;
};

/* Port 0 is not one: nobody can listen there. False: ERROR_USAGE with the part that is wrong. */
bool scan_ports_parse(struct slice text, struct arena *arena, struct scan_ports *ret_ports,
		      struct error *error) MUST_CHECK;

/* Index of PORT, or ports->count. Logarithmic. */
size_t scan_ports_find(const struct scan_ports *ports, uint16_t port);

#endif
