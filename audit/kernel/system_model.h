/* SPDX-License-Identifier: Apache-2.0
 *
 * The host around the services: system, packages, accounts, sysctls, units, processes, interfaces.
 * Facts only; every list says whether it could be read.
 */
#ifndef RINGFENCE_KERNEL_SYSTEM_MODEL_H
#define RINGFENCE_KERNEL_SYSTEM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/error.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/kernel/unit_settings.h"

/* What package and service tools the host has; decides how remedies are written. */
enum system_family {
	SYSTEM_UNKNOWN,
	SYSTEM_DEBIAN,
	SYSTEM_REDHAT,
	SYSTEM_OTHER,
};

struct system_package {
	struct slice name;
	/* As the package manager prints it: "1:9.2p1-2+deb12u3", "5.3p1-124.el6_10". */
	struct slice version;
	struct origin origin;
};

enum password_state {
	/* Not readable (no root). */
	PASSWORD_UNKNOWN,
	/* "!", "*", "!hash", "x" without shadow line: no password logs in. */
	PASSWORD_LOCKED,
	/* The field is empty: anything logs in where nullok. */
	PASSWORD_EMPTY,
	PASSWORD_SET,
};

struct system_account {
	struct slice name;
	uint32_t uid;
	uint32_t gid;
	struct slice home;
	struct slice shell;
	/* The shell is one that lets a person work: not nologin, false, sync, empty counts as
	 * /bin/sh. */
	bool has_login_shell;
	enum password_state password;
	/* crypt(5) method of the hash: "sha512", "yescrypt", "md5", "des" ...; empty unless
	 * PASSWORD_SET. */
	struct slice hash_method;
	struct origin origin;
	struct origin shadow_origin;
};

struct system_group {
	struct slice name;
	uint32_t gid;
	/* Supplementary members, in order. */
	const struct slice *members;
	size_t member_count;
	struct origin origin;
};

struct system_sysctl {
	/* Dotted: "net.ipv4.tcp_syncookies". */
	struct slice key;
	/* The running value; state FACT_UNREADABLE where the kernel did not tell. */
	struct fact_slice running;
	/* What the files (sysctl.d order of systemd and procps, /etc/sysctl.conf last) set at boot;
	 * FACT_ABSENT when no file sets it. */
	struct fact_slice persistent;
};

struct system_process {
	uint32_t pid;
	/* comm or the base name of argv[0]. */
	struct slice name;
	struct slice user;
	uint32_t uid;
	/* Full command line, arguments joined by one blank. */
	struct slice command;
	/* Seconds since 1970 UTC; 0 unknown. */
	int64_t started;
	struct origin origin;
};

/* A program or library that a process runs although the file is gone: an update replaced it. */
struct system_stale {
	uint32_t pid;
	struct slice path;
	struct origin origin;
};

struct system_unit {
	/* "fail2ban.service". For SysV hosts: "fail2ban.service" with is_sysv. */
	struct slice name;
	bool is_sysv;
	/* Starts at boot; by list-unit-files, wants links, or rc links. */
	bool is_enabled;
	/* Runs now; only meaningful where active_known. */
	bool is_active;
	bool active_known;
	struct origin origin;
};

struct system_address {
	struct slice interface;
	/* The host's own address, and its network. */
	struct address address;
	struct prefix prefix;
	bool is_loopback_interface;
};

struct system_file_system {
	/* Where it is mounted, or the folder that was asked about. */
	struct slice path;
	unsigned int used_percent;
	struct origin origin;
};

/* UDP packets since the last start. */
struct system_udp_counters {
	enum fact_state state;
	const struct unread *unread;
	uint64_t received;
	/* Thrown away because a program did not fetch them in time. */
	uint64_t lost;
	struct origin origin;
};

/* Asterisk's control socket of the running host. */
struct system_control_socket {
	/* FACT_ABSENT: Asterisk does not run, or nobody asked. */
	enum fact_state state;
	const struct unread *unread;
	uint32_t mode;
	uint32_t owner;
	uint32_t group;
	struct origin origin;
};

struct system_model {
	/* Node name. */
	struct slice name;
	/* Seconds since 1970 UTC at which the facts were taken (given, not asked). */
	int64_t now;
	/* PRETTY_NAME, or the line of /etc/redhat-release. */
	struct fact_slice os_name;
	/* os-release ID and VERSION_ID: "debian" "12", "centos" "6". */
	struct slice os_id;
	struct slice os_version;
	enum system_family family;
	/* uname -r */
	struct fact_slice kernel_release;
	/* systemd, else SysV scripts and `service`. */
	bool has_systemd;
	/* The facts were taken inside a container: the host's kernel settings are not ours to
	 * judge. */
	struct fact_bool is_container;

	enum fact_state packages_state;
	const struct unread *packages_unread;
	const struct system_package *packages;
	size_t package_count;

	enum fact_state accounts_state;
	const struct unread *accounts_unread;
	/* Whether shadow could be read, for account passwords. */
	enum fact_state shadow_state;
	const struct unread *shadow_unread;
	const struct system_account *accounts;
	size_t account_count;
	const struct system_group *groups;
	size_t group_count;

	enum fact_state sysctls_state;
	const struct unread *sysctls_unread;
	/* Sorted by key. */
	const struct system_sysctl *sysctls;
	size_t sysctl_count;

	enum fact_state processes_state;
	const struct unread *processes_unread;
	const struct system_process *processes;
	size_t process_count;

	/* FACT_ABSENT: nobody asked. */
	enum fact_state stale_state;
	const struct unread *stale_unread;
	/* In the order of processes; a file once a process. */
	const struct system_stale *stale;
	size_t stale_count;

	enum fact_state units_state;
	const struct unread *units_unread;
	const struct system_unit *units;
	size_t unit_count;

	enum fact_state addresses_state;
	const struct unread *addresses_unread;
	const struct system_address *addresses;
	size_t address_count;

	/* FACT_ABSENT: nobody asked. */
	enum fact_state file_systems_state;
	const struct unread *file_systems_unread;
	const struct system_file_system *file_systems;
	size_t file_system_count;

	struct system_udp_counters udp;

	/* Asterisk's own unit: asterisk.service, else freepbx.service. */
	struct unit_settings pbx_unit;
	/* A script that starts Asterisk again when it dies, and may raise its limits. */
	struct fact_bool has_safe_asterisk;
	/* AST_USER of /etc/default/asterisk or /etc/sysconfig/asterisk. */
	struct fact_slice pbx_start_user;
	struct system_control_socket control_socket;
	/* Open files that the script allows; FACT_ABSENT: it sets none. */
	struct fact_int safe_asterisk_files;

	struct diagnostics diagnostics;
};

/* Reads all of it through LOADER. NOW is the time of the audit, seconds since 1970 UTC. The model
 * lives in the loader's arena; NULL only when memory is short. */
struct system_model *system_model_load(const struct loader *loader, int64_t now) MUST_CHECK;

/* The first match by exact name, or NULL. */
const struct system_package *system_find_package(const struct system_model *model,
						 const char *name);
const struct system_account *system_find_account(const struct system_model *model,
						 struct slice name);
/* By number: the first line of passwd, of group. */
const struct system_account *system_find_account_id(const struct system_model *model, uint32_t uid);
const struct system_group *system_find_group_id(const struct system_model *model, uint32_t gid);
const struct system_group *system_find_group(const struct system_model *model, struct slice name);
const struct system_sysctl *system_find_sysctl(const struct system_model *model, const char *key);
const struct system_process *system_find_process(const struct system_model *model,
						 const char *name);
/* NAME with or without ".service". */
const struct system_unit *system_find_unit(const struct system_model *model, const char *name);

/* The file system that PATH is on; NULL when it is not known. */
const struct system_file_system *system_find_file_system(const struct system_model *model,
							 const char *path);

/* Is ACCOUNT in GROUP, by its primary gid or as a member? */
bool system_account_in_group(const struct system_model *model, const struct system_account *account,
			     const struct system_group *group);

#endif
