/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/probe.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/attributes.h"

#define ARGUMENTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* A question to the running Asterisk; all of them only show. */
#define ASTERISK_PROBE(probe_name, cli_command, what_it_is)                                        \
	{                                                                                          \
		.name = "asterisk/" probe_name, .command = "asterisk -rx '" cli_command "'",       \
		.arguments = ARGUMENTS("asterisk", "-rx", cli_command), .what = what_it_is,        \
		.needs_asterisk_cli = true, .group = PROBE_ASTERISK,                               \
		.is_absent_without_program = true,                                                 \
	}

#define FIREWALL_PROBE(probe_name, what_it_is)                                                     \
	{                                                                                          \
		.name = probe_name, .command = probe_name, .arguments = ARGUMENTS(probe_name),     \
		.what = what_it_is, .group = PROBE_FIREWALL, .is_absent_without_program = true,    \
	}

/* Sorted by name; a test proves it. */
static const struct probe probes[] = {
	{
		.name = "addresses",
		.command = "ip -j address",
		.arguments = ARGUMENTS("ip", "-j", "address"),
		.what = "the network interfaces' addresses",
		.is_kernel_made = true,
	},
	{
		.name = "asterisk-socket",
		.command = "stat -c '%a %u %g %n' /var/run/asterisk/asterisk.ctl",
		.arguments =
			ARGUMENTS("stat", "-c", "%a %u %g %n", "/var/run/asterisk/asterisk.ctl"),
		.what = "the mode of Asterisk's control socket",
		.is_optional = true,
		.is_kernel_made = true,
		.may_fail = true,
	},
	ASTERISK_PROBE("core-show-channels", "core show channels concise", "the calls now"),
	ASTERISK_PROBE("core-show-settings", "core show settings", "Asterisk's running settings"),
	ASTERISK_PROBE("core-show-version", "core show version", "Asterisk's running version"),
	ASTERISK_PROBE("http-show-status", "http show status",
		       "the state of Asterisk's HTTP server"),
	ASTERISK_PROBE("manager-show-connected", "manager show connected",
		       "who is logged in to the manager interface"),
	ASTERISK_PROBE("module-show", "module show", "Asterisk's loaded modules"),
	ASTERISK_PROBE("pjsip-show-contacts", "pjsip show contacts",
		       "the registered PJSIP contacts"),
	ASTERISK_PROBE("pjsip-show-endpoints", "pjsip show endpoints",
		       "the running PJSIP endpoints"),
	ASTERISK_PROBE("pjsip-show-transports", "pjsip show transports",
		       "the running PJSIP transports"),
	ASTERISK_PROBE("rtp-show-settings", "rtp show settings", "the running RTP settings"),
	ASTERISK_PROBE("sip-show-channelstats", "sip show channelstats",
		       "packet loss and jitter of the calls now"),
	ASTERISK_PROBE("sip-show-peers", "sip show peers", "the running chan_sip peers"),
	ASTERISK_PROBE("sip-show-settings", "sip show settings", "the running chan_sip settings"),
	ASTERISK_PROBE("sip-show-users", "sip show users", "the running chan_sip users"),
	{
		.name = "container",
		/* Whoever sees the first process namespace (PROC_PID_INIT_INO of the kernel) is on
		 * the host itself: systemd-detect-virt believes a /.dockerenv that an image left.
		 */
		.command = "sh -c '[ \"$(readlink /proc/self/ns/pid)\" = \"pid:[4026531836]\" ] && "
			   "echo "
			   "none || systemd-detect-virt --container'",
		.arguments =
			ARGUMENTS("sh", "-c",
				  "[ \"$(readlink /proc/self/ns/pid)\" = \"pid:[4026531836]\" ] && "
				  "echo none || systemd-detect-virt --container"),
		.what = "whether this is a container",
		.is_optional = true,
		.is_kernel_made = true,
		/* It exits with 1 where it prints "none". */
		.may_fail = true,
	},
	{
		.name = "deleted-files",
		.command = "find /proc -maxdepth 2 -name maps -exec grep -Hs '/.* (deleted)$' {} +",
		.arguments = ARGUMENTS("find", "/proc", "-maxdepth", "2", "-name", "maps", "-exec",
				       "grep", "-Hs", "/.* (deleted)$", "{}", "+"),
		.what = "programs and libraries that run although their files are gone",
		.is_optional = true,
		.is_kernel_made = true,
		.may_fail = true,
	},
	{
		.name = "df",
		.command = "df -P -k / /var/log /var/spool",
		.arguments = ARGUMENTS("df", "-P", "-k", "/", "/var/log", "/var/spool"),
		.what = "how full the file systems are",
		.is_optional = true,
		.is_kernel_made = true,
		.may_fail = true,
	},
	{
		.name = "fail2ban-status",
		.command = "fail2ban-client status",
		.arguments = ARGUMENTS("fail2ban-client", "status"),
		.what = "fail2ban's running jails",
		.group = PROBE_FAIL2BAN,
		.is_absent_without_program = true,
	},
	{
		.name = "file-modes",
		.command = "find /etc /root /home /var/spool/asterisk /var/lib/asterisk "
			   "/var/log/asterisk /usr/lib/asterisk /usr/sbin/asterisk "
			   "/usr/sbin/safe_asterisk -printf '%m %U %G %p\\n'",
		.arguments = ARGUMENTS("find", "/etc", "/root", "/home", "/var/spool/asterisk",
				       "/var/lib/asterisk", "/var/log/asterisk",
				       "/usr/lib/asterisk", "/usr/sbin/asterisk",
				       "/usr/sbin/safe_asterisk", "-printf", "%m %U %G %p\\n"),
		.what = "owners and modes of files, where a copy did not keep them",
		.is_optional = true,
		.may_fail = true,
	},
	{
		.name = "hostname",
		.command = "uname -n",
		.arguments = ARGUMENTS("uname", "-n"),
		.what = "the host's name",
		.kernel_file = "/proc/sys/kernel/hostname",
	},
	FIREWALL_PROBE("ip6tables-legacy-save", "the IPv6 rules of the old kernel interface"),
	FIREWALL_PROBE("ip6tables-save", "the IPv6 firewall rules"),
	{
		.name = "ipset",
		.command = "ipset save",
		.arguments = ARGUMENTS("ipset", "save"),
		.what = "the firewall's address sets",
		.group = PROBE_FIREWALL,
		.is_absent_without_program = true,
	},
	FIREWALL_PROBE("iptables-legacy-save", "the IPv4 rules of the old kernel interface"),
	FIREWALL_PROBE("iptables-save", "the IPv4 firewall rules"),
	{
		.name = "modules",
		.command = "cat /proc/modules",
		.arguments = ARGUMENTS("cat", "/proc/modules"),
		.what = "the loaded kernel modules",
		.is_optional = true,
		.kernel_file = "/proc/modules",
	},
	{
		.name = "netstat",
		.command = "cat /proc/net/snmp",
		.arguments = ARGUMENTS("cat", "/proc/net/snmp"),
		.what = "the kernel's counters of dropped packets",
		.is_optional = true,
		.kernel_file = "/proc/net/snmp",
	},
	{
		.name = "nft.json",
		.command = "nft -j list ruleset",
		.arguments = ARGUMENTS("nft", "-j", "list", "ruleset"),
		.what = "the nftables ruleset",
		.group = PROBE_FIREWALL,
		.is_absent_without_program = true,
	},
	{
		.name = "packages",
		.command = "rpm -qa",
		.arguments = ARGUMENTS("rpm", "-qa"),
		.what = "the installed packages",
		.is_absent_without_program = true,
	},
	{
		.name = "processes",
		.command = "ps -eww -o pid:10=,uid:10=,etimes:12=,user:32=,comm:16=,args=",
		.arguments = ARGUMENTS("ps", "-eww", "-o",
				       "pid:10=,uid:10=,etimes:12=,user:32=,comm:16=,args="),
		.what = "the running processes",
		.is_kernel_made = true,
	},
	{
		.name = "ss",
		.command = "ss -H -tulnpe",
		.arguments = ARGUMENTS("ss", "-H", "-tulnpe"),
		.what = "the listening sockets",
		.is_kernel_made = true,
	},
	{
		.name = "sshd-version",
		.command = "sshd -V",
		.arguments = ARGUMENTS("sshd", "-V"),
		.what = "the version of sshd",
		.is_absent_without_program = true,
		/* Before 9.2 there is no -V: it fails, and names its version beside the usage. */
		.with_error_output = true,
		.may_fail = true,
	},
	{
		.name = "sysctl",
		.command = "sysctl -a",
		.arguments = ARGUMENTS("sysctl", "-a"),
		.what = "the kernel's settings",
		.is_kernel_made = true,
		.may_fail = true,
	},
	{
		.name = "uname",
		.command = "uname -a",
		.arguments = ARGUMENTS("uname", "-a"),
		.what = "the running kernel's version",
		.is_kernel_made = true,
	},
	{
		.name = "units",
		.command = "systemctl list-units --all --plain --no-legend --no-pager",
		.arguments = ARGUMENTS("systemctl", "list-units", "--all", "--plain", "--no-legend",
				       "--no-pager"),
		.what = "the running units of systemd",
		.is_kernel_made = true,
	},
};

const char *const probe_asterisk_sockets[PROBE_ASTERISK_SOCKETS] = {
	"/var/run/asterisk/asterisk.ctl",
	"/run/asterisk/asterisk.ctl",
};

const char *const probe_folders[PROBE_FOLDERS] = {
	"/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin",
};

const struct probe *probe_list(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(probes);
	return probes;
}

static int compare_name(const void *name, const void *probe)
{
	return strcmp(name, ((const struct probe *)probe)->name);
}

const struct probe *probe_find(const char *name)
{
	return bsearch(name, probes, ARRAY_SIZE(probes), sizeof(probes[0]), compare_name);
}
