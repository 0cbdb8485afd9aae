/* SPDX-License-Identifier: Apache-2.0
 *
 * The exposure of a thing that listens, for evidence: by port, or by the process behind the socket.
 */
#ifndef RINGFENCE_CHECKS_EXPOSURE_OF_H
#define RINGFENCE_CHECKS_EXPOSURE_OF_H

#include <stdint.h>

#include "audit/base/exposure.h"

struct model;

/* The widest exposure of PROTOCOL (6 TCP, 17 UDP) and PORT. */
enum exposure exposure_of_port(const struct model *model, uint8_t protocol, uint16_t port);

/* The widest exposure over all sockets of PROCESS; FALLBACK_PORT (of FALLBACK_PROTOCOL) serves
 * where processes are not known. EXPOSURE_HOST when the sockets are known and none is its own. */
enum exposure exposure_of_process(const struct model *model, const char *process,
				  uint8_t fallback_protocol, uint16_t fallback_port);

#endif
