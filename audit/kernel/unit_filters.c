/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/kernel/unit_filters.h"

#include <linux/sched.h>

#include "audit/base/attributes.h"

/* By number (linux/capability.h); CAP_LAST_CAP of Linux 5.9 and later. */
static const char *const capabilities[] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

#define SWAP UNIT_CALLS_SWAP
#define OBSOLETE UNIT_CALLS_OBSOLETE
#define CLOCK UNIT_CALLS_CLOCK
#define CPU_EMULATION UNIT_CALLS_CPU_EMULATION
#define DEBUG UNIT_CALLS_DEBUG
#define MOUNT UNIT_CALLS_MOUNT
#define MODULE UNIT_CALLS_MODULE
#define RAW_IO UNIT_CALLS_RAW_IO
#define REBOOT UNIT_CALLS_REBOOT
#define PRIVILEGED UNIT_CALLS_PRIVILEGED
#define RESOURCES UNIT_CALLS_RESOURCES
#define CHOWN UNIT_CALLS_CHOWN
#define SETUID UNIT_CALLS_SETUID
#define SYSTEM_SERVICE UNIT_CALLS_SYSTEM_SERVICE
/* Not of @known: calls that Linux only has a number for. */
#define UNKNOWN (1u << 31)

/* Every call of x86-64 that is in a group which systemd-analyze asks about, with all its groups
 * (`systemd-analyze syscall-filter` of systemd 252). */
static const struct {
	const char *name;
	unsigned int groups;
} calls[] = {
	{ "_sysctl", OBSOLETE | PRIVILEGED },
	{ "acct", PRIVILEGED },
	{ "adjtimex", CLOCK | PRIVILEGED },
	{ "afs_syscall", OBSOLETE },
	{ "bpf", PRIVILEGED },
	{ "capset", PRIVILEGED | SYSTEM_SERVICE },
	{ "chown", CHOWN | PRIVILEGED | SYSTEM_SERVICE },
	{ "chroot", MOUNT | PRIVILEGED },
	{ "clock_adjtime", CLOCK | PRIVILEGED },
	{ "clock_settime", CLOCK | PRIVILEGED },
	{ "create_module", OBSOLETE },
	{ "delete_module", MODULE | PRIVILEGED },
	{ "fanotify_init", PRIVILEGED },
	{ "fanotify_mark", PRIVILEGED },
	{ "fchown", CHOWN | PRIVILEGED | SYSTEM_SERVICE },
	{ "fchownat", CHOWN | PRIVILEGED | SYSTEM_SERVICE },
	{ "finit_module", MODULE | PRIVILEGED },
	{ "fsconfig", MOUNT },
	{ "fsmount", MOUNT },
	{ "fsopen", MOUNT },
	{ "fspick", MOUNT },
	{ "get_kernel_syms", OBSOLETE },
	{ "getpmsg", OBSOLETE },
	{ "init_module", MODULE | PRIVILEGED },
	{ "ioperm", PRIVILEGED | RAW_IO },
	{ "iopl", PRIVILEGED | RAW_IO },
	{ "ioprio_set", RESOURCES | SYSTEM_SERVICE },
	{ "kexec_file_load", PRIVILEGED | REBOOT },
	{ "kexec_load", PRIVILEGED | REBOOT },
	{ "lchown", CHOWN | PRIVILEGED | SYSTEM_SERVICE },
	{ "lookup_dcookie", DEBUG },
	{ "mbind", RESOURCES | SYSTEM_SERVICE },
	{ "migrate_pages", RESOURCES | SYSTEM_SERVICE },
	{ "modify_ldt", CPU_EMULATION },
	{ "mount", MOUNT },
	{ "mount_setattr", MOUNT },
	{ "move_mount", MOUNT },
	{ "move_pages", RESOURCES | SYSTEM_SERVICE },
	{ "nfsservctl", UNKNOWN | PRIVILEGED },
	{ "open_by_handle_at", PRIVILEGED },
	{ "open_tree", MOUNT },
	{ "perf_event_open", DEBUG },
	{ "pidfd_getfd", DEBUG },
	{ "pivot_root", MOUNT | PRIVILEGED },
	{ "ptrace", DEBUG },
	{ "putpmsg", OBSOLETE },
	{ "query_module", OBSOLETE },
	{ "quotactl", PRIVILEGED },
	{ "quotactl_fd", PRIVILEGED },
	{ "reboot", PRIVILEGED | REBOOT },
	{ "sched_setaffinity", RESOURCES | SYSTEM_SERVICE },
	{ "sched_setattr", RESOURCES | SYSTEM_SERVICE },
	{ "sched_setparam", RESOURCES | SYSTEM_SERVICE },
	{ "sched_setscheduler", RESOURCES | SYSTEM_SERVICE },
	{ "security", OBSOLETE },
	{ "set_mempolicy", RESOURCES | SYSTEM_SERVICE },
	{ "set_mempolicy_home_node", RESOURCES | SYSTEM_SERVICE },
	{ "setdomainname", PRIVILEGED },
	{ "setfsuid", PRIVILEGED | SYSTEM_SERVICE },
	{ "setgroups", PRIVILEGED | SETUID | SYSTEM_SERVICE },
	{ "sethostname", PRIVILEGED },
	{ "setpriority", RESOURCES | SYSTEM_SERVICE },
	{ "setresuid", PRIVILEGED | SETUID | SYSTEM_SERVICE },
	{ "setreuid", PRIVILEGED | SETUID | SYSTEM_SERVICE },
	{ "setrlimit", RESOURCES | SYSTEM_SERVICE },
	{ "settimeofday", CLOCK | PRIVILEGED },
	{ "setuid", PRIVILEGED | SETUID | SYSTEM_SERVICE },
	{ "swapoff", PRIVILEGED | SWAP },
	{ "swapon", PRIVILEGED | SWAP },
	{ "sysfs", OBSOLETE },
	{ "tuxcall", OBSOLETE },
	{ "umount2", MOUNT },
	{ "uselib", OBSOLETE },
	{ "ustat", OBSOLETE },
	{ "vhangup", PRIVILEGED },
	{ "vserver", OBSOLETE },
};

static const struct {
	const char *name;
	unsigned int bit;
} groups[] = {
	{ "@swap", SWAP },           { "@obsolete", OBSOLETE },
	{ "@clock", CLOCK },         { "@cpu-emulation", CPU_EMULATION },
	{ "@debug", DEBUG },         { "@mount", MOUNT },
	{ "@module", MODULE },       { "@raw-io", RAW_IO },
	{ "@reboot", REBOOT },       { "@privileged", PRIVILEGED },
	{ "@resources", RESOURCES }, { "@chown", CHOWN },
	{ "@setuid", SETUID },       { "@system-service", SYSTEM_SERVICE },
};

/* The values of KEY in the section Service, in order. */
static bool next_value(const struct unit_settings *settings, const char *key, size_t *at,
		       struct slice *ret_value)
{
	while (*at < settings->count) {
		const struct unit_setting *item = &settings->items[(*at)++];
		if (slice_is(item->section, "Service") && slice_is(item->key, key)) {
			*ret_value = item->value;
			return true;
		}
	}
	return false;
}

/* Takes the "~" of a list that is turned round. */
static bool take_inversion(struct slice *value)
{
	if (!slice_starts_with(*value, "~"))
		return false;
	*value = slice_from(*value, 1);
	return true;
}

static uint64_t capability_bits(struct slice words)
{
	uint64_t bits = 0;
	struct slice word;
	while (slice_next_word(&words, &word))
		for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++)
			if (slice_is_ignore_case(word, capabilities[i]))
				bits |= UINT64_C(1) << i;
	return bits;
}

/* Every bit, also of capabilities that have no name here. */
#define CAPABILITIES_ALL ((UINT64_C(1) << 63) - 1)

/* config_parse_capability_set() of systemd: nothing or "~" alone replaces, the rest adds to what
 * stands already or takes from it. */
static uint64_t capability_set(const struct unit_settings *settings, const char *key,
			       uint64_t initial)
{
	uint64_t set = initial;
	struct slice value;
	for (size_t at = 0; next_value(settings, key, &at, &value);) {
		bool inverted = take_inversion(&value);
		uint64_t bits = capability_bits(value);
		if (bits == 0 || set == initial)
			set = inverted ? CAPABILITIES_ALL & ~bits : bits;
		else if (inverted)
			set &= ~bits;
		else
			set |= bits;
	}
	return set;
}

uint64_t unit_bounding_set(const struct unit_settings *settings)
{
	return capability_set(settings, "CapabilityBoundingSet", CAPABILITIES_ALL);
}

uint64_t unit_ambient_set(const struct unit_settings *settings)
{
	return capability_set(settings, "AmbientCapabilities", 0);
}

/* Which of the calls above WORD, "@mount" or "mount:EPERM", stands for. */
static void mark_calls(struct slice word, bool *is_listed, bool value)
{
	unsigned int bit = 0;
	bool is_known = slice_is(word, "@known");
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (slice_is(word, groups[i].name))
			bit = groups[i].bit;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if ((calls[i].groups & bit) || slice_is(word, calls[i].name) ||
		    (is_known && !(calls[i].groups & UNKNOWN)))
			is_listed[i] = value;
}

struct unit_call_filter unit_call_filter_of(const struct unit_settings *settings)
{
	struct unit_call_filter filter = { .is_set = false };
	bool is_listed[ARRAY_SIZE(calls)] = { false };
	struct slice value, word;
	for (size_t at = 0; next_value(settings, "SystemCallFilter", &at, &value);) {
		if (value.size == 0) {
			filter = (struct unit_call_filter){ .is_set = false };
			memset(is_listed, 0, sizeof(is_listed));
			continue;
		}
		bool inverted = take_inversion(&value);
		/* The first line says what kind of list it is. */
		if (!filter.is_set)
			filter.is_allow_list = !inverted;
		filter.is_set = true;
		while (slice_next_word(&value, &word)) {
			/* With an error of its own a call is refused, in either kind of list. */
			size_t colon = slice_find_byte(word, ':');
			bool is_refused = inverted || colon < word.size;
			mark_calls(slice_part(word, 0, colon), is_listed,
				   is_refused != filter.is_allow_list);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (!filter.is_set || is_listed[i] == filter.is_allow_list)
			filter.open_groups |= calls[i].groups;
	return filter;
}

static unsigned int family_bit(struct slice word)
{
	if (slice_is(word, "AF_INET") || slice_is(word, "AF_INET6"))
		return UNIT_FAMILY_INET;
	if (slice_is(word, "AF_UNIX") || slice_is(word, "AF_LOCAL"))
		return UNIT_FAMILY_UNIX;
	if (slice_is(word, "AF_NETLINK") || slice_is(word, "AF_ROUTE"))
		return UNIT_FAMILY_NETLINK;
	if (slice_is(word, "AF_PACKET"))
		return UNIT_FAMILY_PACKET;
	return UNIT_FAMILY_OTHER;
}

#define FAMILIES_ALL                                                                               \
	(UNIT_FAMILY_INET | UNIT_FAMILY_UNIX | UNIT_FAMILY_NETLINK | UNIT_FAMILY_PACKET |          \
	 UNIT_FAMILY_OTHER)

unsigned int unit_families_closed(const struct unit_settings *settings)
{
	bool is_set = false, is_allow_list = false;
	unsigned int listed = 0;
	struct slice value, word;
	for (size_t at = 0; next_value(settings, "RestrictAddressFamilies", &at, &value);) {
		if (value.size == 0) {
			is_set = is_allow_list = false;
			listed = 0;
			continue;
		}
		if (slice_is(value, "none")) {
			/* An empty list of what may be; the next line begins anew. */
			is_set = false;
			is_allow_list = true;
			listed = 0;
			continue;
		}
		bool inverted = take_inversion(&value);
		if (!is_set)
			is_allow_list = !inverted;
		is_set = true;
		while (slice_next_word(&value, &word)) {
			if (inverted != is_allow_list)
				listed |= family_bit(word);
			else
				listed &= ~family_bit(word);
		}
	}
	return is_allow_list ? FAMILIES_ALL & ~listed : listed;
}

#define NAMESPACES_ALL                                                                             \
	((unsigned long)(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID |               \
			 CLONE_NEWCGROUP | CLONE_NEWNET | CLONE_NEWUTS))

static unsigned long namespace_bits(struct slice words)
{
	static const struct {
		const char *name;
		unsigned long bit;
	} kinds[] = {
		{ "user", CLONE_NEWUSER },     { "mnt", CLONE_NEWNS },  { "ipc", CLONE_NEWIPC },
		{ "pid", CLONE_NEWPID },       { "net", CLONE_NEWNET }, { "uts", CLONE_NEWUTS },
		{ "cgroup", CLONE_NEWCGROUP },
	};
	unsigned long bits = 0;
	struct slice word;
	while (slice_next_word(&words, &word))
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
			if (slice_is(word, kinds[i].name))
				bits |= kinds[i].bit;
	return bits;
}

unsigned long unit_namespaces_open(const struct unit_settings *settings)
{
	bool is_set = false;
	unsigned long open = NAMESPACES_ALL;
	struct slice value;
	for (size_t at = 0; next_value(settings, "RestrictNamespaces", &at, &value);) {
		bool flag;
		if (value.size == 0) {
			is_set = false;
			open = NAMESPACES_ALL;
			continue;
		}
		bool inverted = take_inversion(&value);
		if (unit_value_to_bool(value, &flag)) {
			open = flag != inverted ? 0 : NAMESPACES_ALL;
		} else if (!is_set) {
			open = namespace_bits(value);
			if (inverted)
				open = NAMESPACES_ALL & ~open;
		} else if (inverted) {
			open &= ~namespace_bits(value);
		} else {
			open |= namespace_bits(value);
		}
		is_set = true;
	}
	return open;
}
