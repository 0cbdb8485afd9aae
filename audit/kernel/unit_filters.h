/* SPDX-License-Identifier: Apache-2.0
 *
 * The settings of a unit that add up over lines and can be turned round by "~": capabilities,
 * system calls, socket families, namespaces (systemd.exec(5)).
 */
#ifndef RINGFENCE_KERNEL_UNIT_FILTERS_H
#define RINGFENCE_KERNEL_UNIT_FILTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/kernel/unit_settings.h"

/* Groups of system calls that systemd-analyze asks about, as bits. */
enum unit_call_group {
	UNIT_CALLS_SWAP = 1 << 0,
	UNIT_CALLS_OBSOLETE = 1 << 1,
	UNIT_CALLS_CLOCK = 1 << 2,
	UNIT_CALLS_CPU_EMULATION = 1 << 3,
	UNIT_CALLS_DEBUG = 1 << 4,
	UNIT_CALLS_MOUNT = 1 << 5,
	UNIT_CALLS_MODULE = 1 << 6,
	UNIT_CALLS_RAW_IO = 1 << 7,
	UNIT_CALLS_REBOOT = 1 << 8,
	UNIT_CALLS_PRIVILEGED = 1 << 9,
	UNIT_CALLS_RESOURCES = 1 << 10,
	/* Beside those, groups with calls of them. */
	UNIT_CALLS_CHOWN = 1 << 11,
	UNIT_CALLS_SETUID = 1 << 12,
	UNIT_CALLS_SYSTEM_SERVICE = 1 << 13,
	UNIT_CALLS_ALL = (1 << 14) - 1,
};

enum unit_family {
	UNIT_FAMILY_INET = 1 << 0,
	UNIT_FAMILY_UNIX = 1 << 1,
	UNIT_FAMILY_NETLINK = 1 << 2,
	UNIT_FAMILY_PACKET = 1 << 3,
	UNIT_FAMILY_OTHER = 1 << 4,
};

struct unit_call_filter {
	/* False: no filter at all. */
	bool is_set;
	/* The list is what may be called; else what may not. */
	bool is_allow_list;
	/* Groups with at least one call that may be made. */
	unsigned int open_groups;
};

/* Bits of capabilities by their number (capability.h of Linux); all where nothing is set. */
uint64_t unit_bounding_set(const struct unit_settings *settings);
uint64_t unit_ambient_set(const struct unit_settings *settings);

struct unit_call_filter unit_call_filter_of(const struct unit_settings *settings);

/* Families that sockets cannot be made of, bits of enum unit_family. */
unsigned int unit_families_closed(const struct unit_settings *settings);

/* CLONE_NEW* bits of sched.h that the service may make. */
unsigned long unit_namespaces_open(const struct unit_settings *settings);

#endif
