/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the administrator sits: the addresses that a change of the firewall must not lock out.
 */
#ifndef RINGFENCE_COMMAND_ADMIN_SOURCE_H
#define RINGFENCE_COMMAND_ADMIN_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/command/options.h"
#include "checks/plan_build.h"

struct arena;

/* The networks of KEEPS (--keep); the client of SSH_CONNECTION, of this process or (sudo takes it
 * away) of the nearest one above that has it; and where THIS_HOST, the addresses that people are
 * logged in from by utmp. Loopback is left out. *RET_KEEPS lives in ARENA. */
bool admin_sources_find(const struct option_values *keeps, bool this_host, struct arena *arena,
			const struct plan_keep **ret_keeps, size_t *ret_count,
			struct error *error) MUST_CHECK;

#endif
