/* SPDX-License-Identifier: Apache-2.0
 *
 * What systemd makes of one service's unit file and its drop-ins (systemd.unit(5),
 * systemd.syntax(7)).
 */
#ifndef RINGFENCE_KERNEL_UNIT_SETTINGS_H
#define RINGFENCE_KERNEL_UNIT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

struct unit_setting {
	/* "Service" */
	struct slice section;
	struct slice key;
	struct slice value;
	struct origin origin;
};

struct unit_settings {
	/* FACT_ABSENT: there is no such unit file. */
	enum fact_state state;
	const struct unread *unread;
	/* "asterisk.service" */
	const char *name;
	/* In the order of reading: of a setting with one value the last counts. */
	const struct unit_setting *items;
	size_t count;
};

/* Reads the unit NAME. False only when memory is short. */
bool unit_settings_load(const struct loader *loader, const char *name,
			struct unit_settings *ret_settings) MUST_CHECK;

/* The setting that counts, or NULL where none does: an empty value takes back those before it. */
const struct unit_setting *unit_settings_find(const struct unit_settings *settings,
					      const char *section, const char *key);

/* The booleans of systemd: yes, true, on, y, t, 1 and their opposites (parse_boolean of systemd).
 * False when VALUE is none, which leaves *RET_FLAG as it was. */
bool unit_value_to_bool(struct slice value, bool *ret_flag);
bool unit_setting_is_true(const struct unit_setting *setting);

#endif
