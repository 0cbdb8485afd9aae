/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules that ufw loads at boot: those that its start script makes of /etc/default/ufw, followed
 * by before.rules, after.rules and user.rules (ufw-init-functions, ufw-framework(8)).
 */
#ifndef RINGFENCE_FIREWALL_UFW_SAVED_H
#define RINGFENCE_FIREWALL_UFW_SAVED_H

#include "audit/base/attributes.h"
#include "audit/firewall/firewall_model.h"

/* ufw.conf: ENABLED=yes. Its unit starts on all hosts that have it. *RET_ORIGIN is set when the
 * line is there. */
bool ufw_is_enabled(const struct loader *loader, struct origin *ret_origin);

/* Fills *RET_RULES with what ufw loads for FAMILY: ABSENT where ufw is not enabled, UNREADABLE
 * where one of its files cannot be read. False when memory is short. */
bool ufw_saved_load(const struct loader *loader, enum address_family family,
		    struct firewall_rules *ret_rules) MUST_CHECK;

#endif
