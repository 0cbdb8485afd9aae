/* SPDX-License-Identifier: Apache-2.0
 *
 * Which programs own the rules, and whether they load them at boot.
 */
#ifndef RINGFENCE_FIREWALL_FIREWALL_MANAGERS_H
#define RINGFENCE_FIREWALL_FIREWALL_MANAGERS_H

#include "audit/firewall/firewall_model.h"

/* FIREWALL_MANAGERS rows in the loader's arena; NULL when memory is short. LIVE may be NULL. */
const struct firewall_manager *firewall_managers_load(const struct loader *loader,
						      const struct firewall_host *host,
						      const struct ruleset *live) MUST_CHECK;

#endif
