/* SPDX-License-Identifier: Apache-2.0
 *
 * A scanner needs root to open its sockets and never again.
 */
#ifndef RINGFENCE_SCAN_SCAN_PRIVILEGES_H
#define RINGFENCE_SCAN_SCAN_PRIVILEGES_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"

/* May this process open raw sockets (CAP_NET_RAW)? */
bool scan_privileges_are_there(void);

/* For good: the user of sudo, or nobody, when this is root; no capabilities; no program run from
 * here gains any (PR_SET_NO_NEW_PRIVS). False: ERROR_INTERNAL; the caller must not go on. */
bool scan_privileges_drop(struct error *error) MUST_CHECK;

#endif
