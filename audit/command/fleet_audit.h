/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence audit @FILE`: an inventory in, a result and reports for each host, a report over all.
 */
#ifndef RINGFENCE_COMMAND_FLEET_AUDIT_H
#define RINGFENCE_COMMAND_FLEET_AUDIT_H

#include <stdbool.h>

#include "audit/command/audit_run.h"
#include "audit/command/options.h"

/* Is one of TARGETS an inventory? */
bool fleet_audit_is_wanted(const struct option_positionals *targets);

/* Audits all hosts of the inventories in TARGETS; other targets among them count as hosts too.
 * Returns the exit code: 4 over 2 (an inventory can't be used) over 1 (a threshold is missed on
 * some host) over 3 (a host or a fact could not be read) over 0. */
int fleet_audit(struct audit_run *run, const struct option_positionals *targets);

#endif
