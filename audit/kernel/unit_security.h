/* SPDX-License-Identifier: Apache-2.0
 *
 * How far systemd confines a service: the exposure that `systemd-analyze security` of systemd 252
 * gives its unit (src/analyze/analyze-security.c), computed from the unit file and its drop-ins.
 * What an administrator set at run time, and what a slice above adds, is not seen.
 */
#ifndef RINGFENCE_KERNEL_UNIT_SECURITY_H
#define RINGFENCE_KERNEL_UNIT_SECURITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/loader.h"
#include "audit/kernel/unit_settings.h"

/* Levels of systemd-analyze, in tenths. */
#define UNIT_EXPOSURE_UNSAFE 90
#define UNIT_EXPOSURE_EXPOSED 75
#define UNIT_EXPOSURE_MEDIUM 50

struct unit_security {
	/* 0 (shut in) to 100 (free): tenths of the exposure level. */
	unsigned int exposure;
	/* User=; empty: root. */
	struct slice user;
	struct origin user_origin;
	bool is_privileged;
	/* Settings that confine, in the words of the unit file: "NoNewPrivileges", and what stands
	 * for a part of a setting once. Literals; the ones that would gain most first. */
	const char *const *missing;
	size_t missing_count;
};

/* Judges SETTINGS, which must be FACT_PRESENT. The list is in ARENA; false when memory is short. */
bool unit_security_of(struct arena *arena, const struct unit_settings *settings,
		      struct unit_security *ret_security) MUST_CHECK;

/* "UNSAFE", "EXPOSED", "MEDIUM", "OK" ... as systemd-analyze says it. */
const char *unit_exposure_name(unsigned int exposure);

struct service_unit {
	/* "asterisk.service" */
	const char *name;
	struct unit_settings settings;
	/* Where settings.state is FACT_PRESENT. */
	struct unit_security security;
};

struct service_units {
	const struct service_unit *units;
	size_t count;
};

/* Reads the units NAMES. In the loader's arena; NULL only when memory is short. */
const struct service_units *service_units_load(const struct loader *loader,
					       const struct slice *names, size_t count) MUST_CHECK;

/* NULL when NAME is not among them. */
const struct service_unit *service_units_find(const struct service_units *units, struct slice name);

#endif
