/* SPDX-License-Identifier: Apache-2.0
 *
 * The units of the services that face the network, from the sockets and the processes behind them.
 */
#ifndef RINGFENCE_MODEL_SERVICE_BUILD_H
#define RINGFENCE_MODEL_SERVICE_BUILD_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/loader.h"

struct listening_socket;
struct model;

/* The unit behind SOCKET: what the kernel's control group says, else by the program's name, of
 * which the host must have a unit. Empty where neither tells. */
struct slice service_unit_of(const struct model *model, const struct listening_socket *socket);

/* Fills model->service_units. Needs host and sockets; false when memory is short. */
bool service_build(const struct loader *loader, struct model *model) MUST_CHECK;

#endif
