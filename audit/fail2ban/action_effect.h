/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands of one of fail2ban's actions do to packets: which tool, which protocols and
 * ports, from which chain. Read from the commands themselves, so that an action of the host's own
 * is understood as the shipped ones are; what is not understood says so.
 */
#ifndef RINGFENCE_FAIL2BAN_ACTION_EFFECT_H
#define RINGFENCE_FAIL2BAN_ACTION_EFFECT_H

#include <stdbool.h>

#include "audit/base/attributes.h"

struct arena;
struct jail_action;
struct jail_action_text;

/* Fills ACTION's effect from TEXT. False when memory is short. */
bool action_effect_find(struct arena *arena, const struct jail_action_text *text,
			struct jail_action *action) MUST_CHECK;

#endif
