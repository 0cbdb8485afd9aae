/* SPDX-License-Identifier: Apache-2.0
 *
 * The standard procedures for the system itself: P-SYS (kernel settings that hold now and after a
 * restart), P-PERM (owners and modes), P-PKG (newer packages), with verification and undo from what
 * this host has now.
 */
#ifndef RINGFENCE_CHECKS_SYSTEM_REMEDY_H
#define RINGFENCE_CHECKS_SYSTEM_REMEDY_H

#include <stdint.h>

#include "audit/base/slice.h"

struct model;
struct remedy;

/* Sets KEY to VALUE, both of a-z, 0-9, '.', '_', '/', '-' alone; other keys are refused. The file
 * is one that no other file of this host overrides. */
void system_remedy_sysctl(struct remedy *remedy, const struct model *model, const char *key,
			  const char *value);

/* What is to be changed of one file. */
struct permission_change {
	struct slice path;
	/* As they are now. */
	uint32_t owner;
	uint32_t group;
	uint32_t mode;
	/* Wanted: NULL leaves owner and group. "root:asterisk" */
	const char *wanted_owner;
	/* Bits to take away; 0 leaves the mode. */
	uint32_t mode_without;
};

void system_remedy_permission(struct remedy *remedy, const struct permission_change *change);

/* Upgrades the installed package NAME, by the tool of this host. */
void system_remedy_package(struct remedy *remedy, const struct model *model, const char *name);

/* Restarts UNIT ("asterisk.service") by systemctl or service. */
void system_remedy_restart(struct remedy *remedy, const struct model *model, const char *unit);

/* Starts SERVICE ("rsyslog") now and at every boot, or stops it for both, by the service manager of
 * this host: systemctl, chkconfig or update-rc.d; with verification and undo. */
void system_remedy_enable(struct remedy *remedy, const struct model *model, const char *service);
void system_remedy_disable(struct remedy *remedy, const struct model *model, const char *service);

#endif
