/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/kernel/unit_security.h"

#include <linux/capability.h>
#include <linux/sched.h>
#include <stdlib.h>

#include "audit/base/address.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/kernel/unit_filters.h"

/* Settings that count for one service, together with what others imply. */
struct confinement {
	const struct unit_settings *settings;
	bool has_default_dependencies;
	bool is_dynamic_user;
	bool is_privileged;
	struct slice user;
	uint64_t bounding_set;
	uint64_t ambient_set;
	struct unit_call_filter calls;
	unsigned int closed_families;
	unsigned long open_namespaces;
};

struct question;

/* How bad the answer is: 0 to the question's range. */
typedef unsigned int assess_function(const struct question *question,
				     const struct confinement *confinement);

struct question {
	/* The setting, as the unit file has it. */
	const char *setting;
	unsigned int weight;
	unsigned int range;
	assess_function *assess;
	/* Capabilities, namespaces, families, groups of calls: bits. */
	uint64_t parameter;
	/* Asked only of a unit with DefaultDependencies=. */
	bool for_default_dependencies;
	/* Not asked of a service that runs as root. */
	bool for_unprivileged;
};

static bool next_item(const struct confinement *confinement, const char *key, size_t *at,
		      struct slice *ret_value)
{
	const struct unit_settings *settings = confinement->settings;
	while (*at < settings->count) {
		const struct unit_setting *item = &settings->items[(*at)++];
		if (slice_is(item->section, "Service") && slice_is(item->key, key)) {
			*ret_value = item->value;
			return true;
		}
	}
	return false;
}

/* The last value that is a boolean: systemd passes over others with a warning. */
static bool flag_of(const struct confinement *confinement, const char *key)
{
	bool result = false;
	struct slice value;
	for (size_t at = 0; next_item(confinement, key, &at, &value);)
		(void)unit_value_to_bool(value, &result);
	return result;
}

/* The last value among WORDS, which ends with NULL, or a boolean; empty where there is none. */
static struct slice word_of(const struct confinement *confinement, const char *key,
			    const char *const *words)
{
	struct slice result = SLICE(""), value;
	for (size_t at = 0; next_item(confinement, key, &at, &value);) {
		bool flag, is_known = unit_value_to_bool(value, &flag);
		for (const char *const *word = words; *word && !is_known; word++)
			is_known = slice_is(value, *word);
		if (is_known)
			result = value;
	}
	return result;
}

/* Whether a list has anything; an empty value takes back what stands before. */
static bool list_has_values(const struct confinement *confinement, const char *key)
{
	bool result = false;
	struct slice value;
	for (size_t at = 0; next_item(confinement, key, &at, &value);)
		result = value.size > 0;
	return result;
}

static unsigned int assess_flag(const struct question *question,
				const struct confinement *confinement)
{
	return !flag_of(confinement, question->setting);
}

/* A transient account implies these (exec_context and unit_patch_contexts of systemd). */
static unsigned int assess_flag_or_dynamic(const struct question *question,
					   const struct confinement *confinement)
{
	return !flag_of(confinement, question->setting) && !confinement->is_dynamic_user;
}

/* systemd 257 has more words than yes for these. */
static unsigned int assess_flag_or_word(const struct question *question,
					const struct confinement *confinement)
{
	static const char *const words[] = { "disconnected", "identity", "self", "full",
					     "strict",       "private",  NULL };
	bool flag = false;
	struct slice value = word_of(confinement, question->setting, words);
	if (unit_value_to_bool(value, &flag) || value.size == 0)
		return !flag;
	return 0;
}

static unsigned int assess_user(const struct question *question,
				const struct confinement *confinement)
{
	(void)question;
	if (slice_is(confinement->user, "nobody"))
		return 9;
	return confinement->is_privileged ? 10 : 0;
}

static unsigned int assess_groups(const struct question *question,
				  const struct confinement *confinement)
{
	return list_has_values(confinement, question->setting);
}

static unsigned int assess_home(const struct question *question,
				const struct confinement *confinement)
{
	static const char *const words[] = { "read-only", "tmpfs", NULL };
	struct slice value = word_of(confinement, question->setting, words);
	bool flag = false;
	if (slice_is(value, "tmpfs"))
		return 1;
	if (unit_value_to_bool(value, &flag) && flag)
		return 0;
	return slice_is(value, "read-only") || confinement->is_dynamic_user ? 5 : 10;
}

static unsigned int assess_system(const struct question *question,
				  const struct confinement *confinement)
{
	static const char *const words[] = { "full", "strict", NULL };
	struct slice value = word_of(confinement, question->setting, words);
	bool flag = false;
	if (slice_is(value, "strict") || confinement->is_dynamic_user)
		return 0;
	if (slice_is(value, "full"))
		return 3;
	return unit_value_to_bool(value, &flag) && flag ? 5 : 10;
}

static unsigned int assess_root(const struct question *question,
				const struct confinement *confinement)
{
	(void)question;
	const struct unit_setting *folder =
		unit_settings_find(confinement->settings, "Service", "RootDirectory");
	const struct unit_setting *image =
		unit_settings_find(confinement->settings, "Service", "RootImage");
	return (!folder || slice_is(folder->value, "/")) && (!image || slice_is(image->value, "/"));
}

static unsigned int assess_capabilities(const struct question *question,
					const struct confinement *confinement)
{
	return (confinement->bounding_set & question->parameter) != 0;
}

static unsigned int assess_ambient(const struct question *question,
				   const struct confinement *confinement)
{
	(void)question;
	return confinement->ambient_set != 0;
}

static unsigned int assess_mask(const struct question *question,
				const struct confinement *confinement)
{
	uint32_t mask = 0022, number;
	struct slice value;
	for (size_t at = 0; next_item(confinement, question->setting, &at, &value);)
		if (slice_to_octal(value, 6, &number) && number <= 07777)
			mask = number;
	return !(mask & 0002) ? 10 : !(mask & 0004) ? 5 : !(mask & 0020) ? 2 : !(mask & 0040);
}

static unsigned int assess_keyring(const struct question *question,
				   const struct confinement *confinement)
{
	static const char *const words[] = { "inherit", "private", "shared", NULL };
	struct slice value = word_of(confinement, question->setting, words);
	return value.size && !slice_is(value, "private");
}

static unsigned int assess_proc(const struct question *question,
				const struct confinement *confinement)
{
	static const char *const words[] = { "noaccess", "invisible", "ptraceable", "default",
					     NULL };
	struct slice value = word_of(confinement, question->setting, words);
	if (slice_is(value, "noaccess"))
		return 1;
	return slice_is(value, "invisible") || slice_is(value, "ptraceable") ? 0 : 3;
}

static unsigned int assess_proc_subset(const struct question *question,
				       const struct confinement *confinement)
{
	static const char *const words[] = { "all", "pid", NULL };
	return !slice_is(word_of(confinement, question->setting, words), "pid");
}

static unsigned int assess_notify(const struct question *question,
				  const struct confinement *confinement)
{
	static const char *const words[] = { "none", "main", "exec", "all", NULL };
	return slice_is(word_of(confinement, question->setting, words), "all");
}

/* Delegate= takes a list of controllers too: all but a plain no delegates. */
static unsigned int assess_delegate(const struct question *question,
				    const struct confinement *confinement)
{
	bool result = false;
	struct slice value;
	for (size_t at = 0; next_item(confinement, question->setting, &at, &value);)
		if (!unit_value_to_bool(value, &result))
			result = true;
	return result;
}

static unsigned int assess_namespaces(const struct question *question,
				      const struct confinement *confinement)
{
	return (confinement->open_namespaces & question->parameter) != 0;
}

static unsigned int assess_families(const struct question *question,
				    const struct confinement *confinement)
{
	return (confinement->closed_families & question->parameter) == 0;
}

static unsigned int assess_architectures(const struct question *question,
					 const struct confinement *confinement)
{
	/* The native one counts only where it is alone. */
	bool is_native = false, is_other = false;
	struct slice value, word;
	for (size_t at = 0; next_item(confinement, question->setting, &at, &value);) {
		if (value.size == 0)
			is_native = is_other = false;
		while (slice_next_word(&value, &word)) {
			is_native |= slice_is(word, "native");
			is_other |= !slice_is(word, "native");
		}
	}
	return is_other ? 8 : is_native ? 0 : 10;
}

static unsigned int assess_calls(const struct question *question,
				 const struct confinement *confinement)
{
	if (!(confinement->calls.open_groups & question->parameter))
		return 0;
	return confinement->calls.is_set && confinement->calls.is_allow_list ? 9 : 10;
}

struct address_words {
	bool has_all_ipv4;
	bool has_all_ipv6;
	bool has_localhost;
	bool has_other;
};

/* "any", "localhost", "link-local", "multicast", or networks (systemd.resource-control(5)). */
static struct address_words address_words_of(const struct confinement *confinement, const char *key)
{
	struct address_words words = { .has_other = false };
	struct slice value, word;
	for (size_t at = 0; next_item(confinement, key, &at, &value);) {
		if (value.size == 0)
			words = (struct address_words){ .has_other = false };
		while (slice_next_word(&value, &word)) {
			struct prefix prefix;
			if (slice_is(word, "any")) {
				words.has_all_ipv4 = words.has_all_ipv6 = words.has_other = true;
			} else if (slice_is(word, "localhost")) {
				words.has_localhost = true;
			} else if (prefix_parse(word, &prefix)) {
				bool is_ipv4 = prefix.address.family == ADDRESS_IPV4;
				bool is_loopback = address_is_loopback(prefix.address) &&
						   prefix.length == (is_ipv4 ? 8 : 128);
				words.has_all_ipv4 |= is_ipv4 && prefix.length == 0;
				words.has_all_ipv6 |= !is_ipv4 && prefix.length == 0;
				words.has_localhost |= is_loopback;
				words.has_other |= !is_loopback;
			} else {
				words.has_other |=
					slice_is(word, "link-local") || slice_is(word, "multicast");
			}
		}
	}
	return words;
}

static unsigned int assess_addresses(const struct question *question,
				     const struct confinement *confinement)
{
	(void)question;
	if (list_has_values(confinement, "IPIngressFilterPath") ||
	    list_has_values(confinement, "IPEgressFilterPath"))
		return 0;
	struct address_words denied = address_words_of(confinement, "IPAddressDeny");
	struct address_words allowed = address_words_of(confinement, "IPAddressAllow");
	if (!denied.has_all_ipv4 || !denied.has_all_ipv6)
		return 10;
	return allowed.has_other ? 5 : allowed.has_localhost ? 2 : 0;
}

static unsigned int assess_devices(const struct question *question,
				   const struct confinement *confinement)
{
	static const char *const words[] = { "auto", "closed", "strict", NULL };
	struct slice policy = word_of(confinement, "DevicePolicy", words);
	bool is_closed = slice_is(policy, "closed") || slice_is(policy, "strict") ||
			 flag_of(confinement, "PrivateDevices");
	if (!is_closed)
		return 10;
	return list_has_values(confinement, question->setting) ||
			       flag_of(confinement, "ProtectClock")
		       ? 5
		       : 0;
}

#define CAPABILITY(number) (UINT64_C(1) << (number))
#define FLAG(name, gain)                                                                           \
	{                                                                                          \
		.setting = (name), .weight = (gain), .range = 1, .assess = assess_flag             \
	}
#define TEN(name, gain, function)                                                                  \
	{                                                                                          \
		.setting = (name), .weight = (gain), .range = 10, .assess = (function)             \
	}
#define ONE(name, gain, function)                                                                  \
	{                                                                                          \
		.setting = (name), .weight = (gain), .range = 1, .assess = (function)              \
	}
#define BOUNDED(gain, bits)                                                                        \
	{                                                                                          \
		.setting = "CapabilityBoundingSet", .weight = (gain), .range = 1,                  \
		.assess = assess_capabilities, .parameter = (bits)                                 \
	}
#define BITS(name, gain, scale, function, bits)                                                    \
	{                                                                                          \
		.setting = (name), .weight = (gain), .range = (scale), .assess = (function),       \
		.parameter = (bits)                                                                \
	}
#define CALLS(gain, bits) BITS("SystemCallFilter", gain, 10, assess_calls, bits)
#define NAMESPACE(gain, bit) BITS("RestrictNamespaces", gain, 1, assess_namespaces, bit)
#define FAMILY(gain, bit) BITS("RestrictAddressFamilies", gain, 1, assess_families, bit)

/* Weights and ranges of security_assessor_table in systemd 252. */
/* clang-format off */
static const struct question questions[] = {
	TEN("User", 2000, assess_user),
	{ .setting = "SupplementaryGroups", .weight = 200, .range = 1, .assess = assess_groups,
	  .for_unprivileged = true },
	FLAG("PrivateDevices", 1000),
	FLAG("PrivateMounts", 1000),
	FLAG("PrivateNetwork", 2500),
	{ .setting = "PrivateTmp", .weight = 1000, .range = 1, .assess = assess_flag_or_dynamic,
	  .for_default_dependencies = true },
	ONE("PrivateUsers", 1000, assess_flag_or_word),
	ONE("ProtectControlGroups", 1000, assess_flag_or_word),
	FLAG("ProtectKernelModules", 1000),
	FLAG("ProtectKernelTunables", 1000),
	FLAG("ProtectKernelLogs", 1000),
	FLAG("ProtectClock", 1000),
	{ .setting = "ProtectHome", .weight = 1000, .range = 10, .assess = assess_home,
	  .for_default_dependencies = true },
	ONE("ProtectHostname", 50, assess_flag_or_word),
	{ .setting = "ProtectSystem", .weight = 1000, .range = 10, .assess = assess_system,
	  .for_default_dependencies = true },
	{ .setting = "RootDirectory", .weight = 200, .range = 1, .assess = assess_root,
	  .for_default_dependencies = true },
	FLAG("LockPersonality", 100),
	FLAG("MemoryDenyWriteExecute", 100),
	ONE("NoNewPrivileges", 1000, assess_flag_or_dynamic),
	BOUNDED(1500, CAPABILITY(CAP_SYS_ADMIN)),
	BOUNDED(1500, CAPABILITY(CAP_SETUID) | CAPABILITY(CAP_SETGID) | CAPABILITY(CAP_SETPCAP)),
	BOUNDED(1500, CAPABILITY(CAP_SYS_PTRACE)),
	BOUNDED(1000, CAPABILITY(CAP_SYS_TIME)),
	BOUNDED(1000, CAPABILITY(CAP_NET_ADMIN)),
	BOUNDED(1000, CAPABILITY(CAP_SYS_RAWIO)),
	BOUNDED(1000, CAPABILITY(CAP_SYS_MODULE)),
	BOUNDED(500, CAPABILITY(CAP_AUDIT_CONTROL) | CAPABILITY(CAP_AUDIT_READ) |
			     CAPABILITY(CAP_AUDIT_WRITE)),
	BOUNDED(500, CAPABILITY(CAP_SYSLOG)),
	BOUNDED(500, CAPABILITY(CAP_SYS_NICE) | CAPABILITY(CAP_SYS_RESOURCE)),
	BOUNDED(500, CAPABILITY(CAP_MKNOD)),
	BOUNDED(1000, CAPABILITY(CAP_CHOWN) | CAPABILITY(CAP_FSETID) | CAPABILITY(CAP_SETFCAP)),
	BOUNDED(1000, CAPABILITY(CAP_DAC_OVERRIDE) | CAPABILITY(CAP_DAC_READ_SEARCH) |
			      CAPABILITY(CAP_FOWNER) | CAPABILITY(CAP_IPC_OWNER)),
	BOUNDED(500, CAPABILITY(CAP_KILL)),
	BOUNDED(500, CAPABILITY(CAP_NET_BIND_SERVICE) | CAPABILITY(CAP_NET_BROADCAST) |
			     CAPABILITY(CAP_NET_RAW)),
	BOUNDED(100, CAPABILITY(CAP_SYS_BOOT)),
	BOUNDED(100, CAPABILITY(CAP_MAC_ADMIN) | CAPABILITY(CAP_MAC_OVERRIDE)),
	BOUNDED(75, CAPABILITY(CAP_LINUX_IMMUTABLE)),
	BOUNDED(50, CAPABILITY(CAP_IPC_LOCK)),
	BOUNDED(50, CAPABILITY(CAP_SYS_CHROOT)),
	BOUNDED(25, CAPABILITY(CAP_BLOCK_SUSPEND)),
	BOUNDED(25, CAPABILITY(CAP_WAKE_ALARM)),
	BOUNDED(25, CAPABILITY(CAP_LEASE)),
	BOUNDED(25, CAPABILITY(CAP_SYS_TTY_CONFIG)),
	BOUNDED(25, CAPABILITY(CAP_SYS_PACCT)),
	BOUNDED(25, CAPABILITY(CAP_BPF)),
	TEN("UMask", 100, assess_mask),
	ONE("KeyringMode", 1000, assess_keyring),
	{ .setting = "ProtectProc", .weight = 1000, .range = 3, .assess = assess_proc },
	ONE("ProcSubset", 10, assess_proc_subset),
	ONE("NotifyAccess", 1000, assess_notify),
	{ .setting = "RemoveIPC", .weight = 100, .range = 1, .assess = assess_flag_or_dynamic,
	  .for_unprivileged = true },
	ONE("Delegate", 100, assess_delegate),
	FLAG("RestrictRealtime", 500),
	ONE("RestrictSUIDSGID", 1000, assess_flag_or_dynamic),
	NAMESPACE(1500, CLONE_NEWUSER),
	NAMESPACE(500, CLONE_NEWNS),
	NAMESPACE(500, CLONE_NEWIPC),
	NAMESPACE(500, CLONE_NEWPID),
	NAMESPACE(500, CLONE_NEWCGROUP),
	NAMESPACE(500, CLONE_NEWNET),
	NAMESPACE(100, CLONE_NEWUTS),
	FAMILY(1500, UNIT_FAMILY_INET),
	FAMILY(25, UNIT_FAMILY_UNIX),
	FAMILY(200, UNIT_FAMILY_NETLINK),
	FAMILY(1000, UNIT_FAMILY_PACKET),
	FAMILY(1250, UNIT_FAMILY_OTHER),
	TEN("SystemCallArchitectures", 1000, assess_architectures),
	CALLS(1000, UNIT_CALLS_SWAP),
	CALLS(250, UNIT_CALLS_OBSOLETE),
	CALLS(1000, UNIT_CALLS_CLOCK),
	CALLS(250, UNIT_CALLS_CPU_EMULATION),
	CALLS(1000, UNIT_CALLS_DEBUG),
	CALLS(1000, UNIT_CALLS_MOUNT),
	CALLS(1000, UNIT_CALLS_MODULE),
	CALLS(1000, UNIT_CALLS_RAW_IO),
	CALLS(1000, UNIT_CALLS_REBOOT),
	CALLS(700, UNIT_CALLS_PRIVILEGED),
	CALLS(700, UNIT_CALLS_RESOURCES),
	TEN("IPAddressDeny", 1000, assess_addresses),
	TEN("DeviceAllow", 1000, assess_devices),
	ONE("AmbientCapabilities", 500, assess_ambient),
};
/* clang-format on */

static bool is_root(struct slice user)
{
	return slice_is(user, "root") || slice_is(user, "0");
}

static struct confinement confinement_of(const struct unit_settings *settings)
{
	struct confinement result = { .settings = settings, .has_default_dependencies = true };
	const struct unit_setting *user = unit_settings_find(settings, "Service", "User");
	result.user = user ? user->value : SLICE("");
	for (size_t i = 0; i < settings->count; i++)
		if (slice_is(settings->items[i].section, "Unit") &&
		    slice_is(settings->items[i].key, "DefaultDependencies"))
			(void)unit_value_to_bool(settings->items[i].value,
						 &result.has_default_dependencies);
	result.is_dynamic_user = flag_of(&result, "DynamicUser");
	result.is_privileged =
		is_root(result.user) || (!result.user.size && !result.is_dynamic_user);
	result.bounding_set = unit_bounding_set(settings);
	/* These take capabilities away by themselves. */
	if (flag_of(&result, "PrivateDevices"))
		result.bounding_set &= ~(CAPABILITY(CAP_MKNOD) | CAPABILITY(CAP_SYS_RAWIO));
	if (flag_of(&result, "ProtectKernelModules"))
		result.bounding_set &= ~CAPABILITY(CAP_SYS_MODULE);
	if (flag_of(&result, "ProtectKernelLogs"))
		result.bounding_set &= ~CAPABILITY(CAP_SYSLOG);
	if (flag_of(&result, "ProtectClock"))
		result.bounding_set &= ~(CAPABILITY(CAP_SYS_TIME) | CAPABILITY(CAP_WAKE_ALARM));
	result.ambient_set = unit_ambient_set(settings);
	result.calls = unit_call_filter_of(settings);
	result.closed_families = unit_families_closed(settings);
	result.open_namespaces = unit_namespaces_open(settings);
	return result;
}

struct gain {
	const char *setting;
	unsigned int badness;
};

static int compare_gains(const void *a, const void *b)
{
	const struct gain *first = a, *second = b;
	if (first->badness != second->badness)
		return first->badness > second->badness ? -1 : 1;
	return strcmp(first->setting, second->setting);
}

/* Several questions about one setting are one line for the reader. */
static void add_gain(struct gain *gains, size_t *count, const char *setting, unsigned int badness)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(gains[i].setting, setting) == 0) {
			gains[i].badness += badness;
			return;
		}
	gains[(*count)++] = (struct gain){ setting, badness };
}

static unsigned int divide_up(unsigned int number, unsigned int by)
{
	return (number + by - 1) / by;
}

bool unit_security_of(struct arena *arena, const struct unit_settings *settings,
		      struct unit_security *ret_security)
{
	struct confinement confinement = confinement_of(settings);
	const struct unit_setting *user = unit_settings_find(settings, "Service", "User");
	struct gain gains[ARRAY_SIZE(questions)];
	size_t gain_count = 0;
	unsigned int badness_sum = 0, weight_sum = 0;
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		const struct question *question = &questions[i];
		if ((question->for_default_dependencies && !confinement.has_default_dependencies) ||
		    (question->for_unprivileged && confinement.is_privileged))
			continue;
		unsigned int badness =
			divide_up(question->assess(question, &confinement) * question->weight,
				  question->range);
		badness_sum += badness;
		weight_sum += question->weight;
		if (badness)
			add_gain(gains, &gain_count, question->setting, badness);
	}
	qsort(gains, gain_count, sizeof(*gains), compare_gains);
	const char **missing = ARENA_ARRAY(arena, gain_count + 1, const char *);
	if (!missing)
		return false;
	for (size_t i = 0; i < gain_count; i++)
		missing[i] = gains[i].setting;
	*ret_security = (struct unit_security){
		.exposure = divide_up(badness_sum * 100, weight_sum),
		.user = confinement.user,
		.user_origin = user ? user->origin : ORIGIN_NONE,
		.is_privileged = confinement.is_privileged,
		.missing = missing,
		.missing_count = gain_count,
	};
	return true;
}

const char *unit_exposure_name(unsigned int exposure)
{
	static const struct {
		unsigned int from;
		const char *name;
	} levels[] = {
		{ 100, "DANGEROUS" },
		{ UNIT_EXPOSURE_UNSAFE, "UNSAFE" },
		{ UNIT_EXPOSURE_EXPOSED, "EXPOSED" },
		{ UNIT_EXPOSURE_MEDIUM, "MEDIUM" },
		{ 10, "OK" },
		{ 1, "SAFE" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (exposure >= levels[i].from)
			return levels[i].name;
	return "PERFECT";
}

const struct service_units *service_units_load(const struct loader *loader,
					       const struct slice *names, size_t count)
{
	struct service_units *list = ARENA_NEW(loader->arena, struct service_units);
	struct service_unit *units = ARENA_ARRAY(loader->arena, count + 1, struct service_unit);
	if (!list || !units)
		return NULL;
	*list = (struct service_units){ .units = units };
	for (size_t i = 0; i < count; i++) {
		struct service_unit *unit = &units[list->count];
		*unit = (struct service_unit){ .name = slice_to_string(loader->arena, names[i]) };
		if (!unit->name || !unit_settings_load(loader, unit->name, &unit->settings))
			return NULL;
		if (unit->settings.state == FACT_PRESENT &&
		    !unit_security_of(loader->arena, &unit->settings, &unit->security))
			return NULL;
		list->count++;
	}
	return list;
}

const struct service_unit *service_units_find(const struct service_units *units, struct slice name)
{
	for (size_t i = 0; units && i < units->count; i++)
		if (slice_is(name, units->units[i].name))
			return &units->units[i];
	return NULL;
}
