/* SPDX-License-Identifier: Apache-2.0
 *
 * Small facts of this host's kernel, each written as the probe's command prints it: settings,
 * addresses, version, container, room on the file systems.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <jansson.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "audit/target/answer.h"

/* The inode of the first process namespace: PROC_PID_INIT_INO of include/linux/proc_ns.h. */
#define FIRST_PID_NAMESPACE 0xEFFFFFFCu

/* Most settings below one folder that are read: a host may have thousands of interfaces. */
#define INTERFACES_MAX 4096

/* What checks ask for; `sysctl -a` has a thousand more. '*' stands for every interface. */
static const char *const sysctl_files[] = {
	"fs/protected_fifos",
	"fs/protected_hardlinks",
	"fs/protected_regular",
	"fs/protected_symlinks",
	"fs/suid_dumpable",
	"kernel/dmesg_restrict",
	"kernel/kptr_restrict",
	"kernel/randomize_va_space",
	"kernel/unprivileged_bpf_disabled",
	"kernel/yama/ptrace_scope",
	"net/core/rmem_max",
	"net/core/somaxconn",
	"net/ipv4/conf/*/accept_redirects",
	"net/ipv4/conf/*/accept_source_route",
	"net/ipv4/conf/*/forwarding",
	"net/ipv4/conf/*/log_martians",
	"net/ipv4/conf/*/rp_filter",
	"net/ipv4/conf/*/secure_redirects",
	"net/ipv4/conf/*/send_redirects",
	"net/ipv4/icmp_echo_ignore_all",
	"net/ipv4/icmp_echo_ignore_broadcasts",
	"net/ipv4/icmp_ignore_bogus_error_responses",
	"net/ipv4/icmp_ratelimit",
	"net/ipv4/icmp_ratemask",
	"net/ipv4/ip_forward",
	"net/ipv4/ipfrag_high_thresh",
	"net/ipv4/ipfrag_time",
	"net/ipv4/tcp_max_syn_backlog",
	"net/ipv4/tcp_synack_retries",
	"net/ipv4/tcp_syncookies",
	"net/ipv6/conf/*/accept_ra",
	"net/ipv6/conf/*/accept_redirects",
	"net/ipv6/conf/*/accept_source_route",
	"net/ipv6/conf/*/disable_ipv6",
	"net/ipv6/conf/*/forwarding",
	"net/ipv6/icmp/echo_ignore_all",
	"net/ipv6/ip6frag_high_thresh",
	"net/ipv6/ip6frag_time",
	"net/netfilter/nf_conntrack_count",
	"net/netfilter/nf_conntrack_helper",
	"net/netfilter/nf_conntrack_max",
	"net/netfilter/nf_conntrack_udp_timeout",
	"net/netfilter/nf_conntrack_udp_timeout_stream",
};

/* sysctl(8) swaps '/' and '.', so that "eth0.100" becomes "eth0/100". */
static void write_sysctl_key(struct answer *answer, const char *path)
{
	for (; *path; path++) {
		char byte = *path == '/' ? '.' : *path == '.' ? '/' : *path;
		answer_append(answer, &byte, 1);
	}
}

static void write_sysctl(struct answer *answer, int root, const char *path)
{
	char data[512];
	int fd = openat(root, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = fd >= 0 ? read(fd, data, sizeof(data)) : -1;
	if (fd >= 0)
		(void)close(fd);
	if (got < 0)
		return;
	struct slice value = slice_trim((struct slice){ .data = data, .size = (size_t)got });
	write_sysctl_key(answer, path);
	answer_append(answer, " = ", 3);
	for (size_t i = 0; i < value.size; i++)
		answer_append(answer, value.data[i] == '\n' ? " " : value.data + i, 1);
	answer_append(answer, "\n", 1);
}

/* PATTERN with each name that its folder holds in the place of '*'. */
static void write_sysctls(struct answer *answer, int root, const char *pattern)
{
	const char *star = strchr(pattern, '*');
	if (!star) {
		write_sysctl(answer, root, pattern);
		return;
	}
	BUFFER_AUTO path = { 0 };
	buffer_append(&path, pattern, (size_t)(star - pattern));
	int fd = openat(root, buffer_string(&path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	if (!folder) {
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	const struct dirent *entry;
	for (size_t i = 0; i < INTERFACES_MAX && (entry = readdir(folder)) != NULL; i++) {
		if (entry->d_name[0] == '.')
			continue;
		buffer_clear(&path);
		buffer_append(&path, pattern, (size_t)(star - pattern));
		buffer_format(&path, "%s%s", entry->d_name, star + 1);
		write_sysctl(answer, root, buffer_string(&path));
	}
	(void)closedir(folder);
}

enum load_status local_sysctl_answer(struct target *target, struct target_bytes *ret_bytes,
				     struct target_trouble *trouble)
{
	struct answer answer;
	int root = open("/proc/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0) {
		trouble->problem = (struct load_problem){ "/proc/sys is not there", "mount /proc" };
		return LOAD_UNREADABLE;
	}
	if (!answer_begin(&answer)) {
		(void)close(root);
		return careful_errno(ENOMEM, &trouble->problem);
	}
	for (size_t i = 0; i < ARRAY_SIZE(sysctl_files); i++)
		write_sysctls(&answer, root, sysctl_files[i]);
	(void)close(root);
	return answer_finish(&answer, target->arena, ret_bytes, trouble);
}

/* Bits of a netmask; the kernel gives contiguous ones only. */
static int mask_length(const struct sockaddr *mask)
{
	const uint8_t *bytes;
	size_t size;
	if (!mask)
		return 0;
	if (mask->sa_family == AF_INET6) {
		bytes = ((const struct sockaddr_in6 *)(const void *)mask)->sin6_addr.s6_addr;
		size = 16;
	} else {
		bytes = (const uint8_t *)&((const struct sockaddr_in *)(const void *)mask)
				->sin_addr;
		size = 4;
	}
	int length = 0;
	for (size_t i = 0; i < size; i++)
		length += __builtin_popcount(bytes[i]);
	return length;
}

static json_t *interface_row(json_t *rows, const struct ifaddrs *item)
{
	size_t index;
	json_t *row;
	json_array_foreach(rows, index, row)
	{
		const char *name = json_string_value(json_object_get(row, "ifname"));
		if (name && strcmp(name, item->ifa_name) == 0)
			return row;
	}
	row = json_pack("{s:s, s:[s*, s*], s:[]}", "ifname", item->ifa_name, "flags",
			item->ifa_flags & IFF_LOOPBACK ? "LOOPBACK" : NULL,
			item->ifa_flags & IFF_UP ? "UP" : NULL, "addr_info");
	return row && json_array_append_new(rows, row) == 0 ? row : NULL;
}

static bool add_address(json_t *rows, const struct ifaddrs *item)
{
	int family = item->ifa_addr->sa_family;
	char text[INET6_ADDRSTRLEN];
	const void *bytes =
		family == AF_INET6
			? (const void *)&((const struct sockaddr_in6 *)(const void *)item->ifa_addr)
				  ->sin6_addr
			: (const void *)&((const struct sockaddr_in *)(const void *)item->ifa_addr)
				  ->sin_addr;
	json_t *row = interface_row(rows, item);
	if (!row || !inet_ntop(family, bytes, text, sizeof(text)))
		return false;
	json_t *address =
		json_pack("{s:s, s:s, s:i}", "family", family == AF_INET6 ? "inet6" : "inet",
			  "local", text, "prefixlen", mask_length(item->ifa_netmask));
	return json_array_append_new(json_object_get(row, "addr_info"), address) == 0;
}

enum load_status local_addresses_answer(struct target *target, struct target_bytes *ret_bytes,
					struct target_trouble *trouble)
{
	struct ifaddrs *list;
	if (getifaddrs(&list) != 0) {
		trouble->problem = (struct load_problem){ error_errno_text(errno), "" };
		return LOAD_UNREADABLE;
	}
	json_t *rows = json_array();
	bool is_good = rows != NULL;
	for (const struct ifaddrs *item = list; item && is_good; item = item->ifa_next)
		if (item->ifa_addr &&
		    (item->ifa_addr->sa_family == AF_INET || item->ifa_addr->sa_family == AF_INET6))
			is_good = add_address(rows, item);
	freeifaddrs(list);
	char *text = is_good ? json_dumps(rows, JSON_COMPACT) : NULL;
	json_decref(rows);
	struct answer answer;
	if (!text || !answer_begin(&answer)) {
		free(text);
		return careful_errno(ENOMEM, &trouble->problem);
	}
	answer_format(&answer, "%s\n", text);
	free(text);
	return answer_finish(&answer, target->arena, ret_bytes, trouble);
}

enum load_status local_uname_answer(struct target *target, struct target_bytes *ret_bytes,
				    struct target_trouble *trouble)
{
	struct utsname names;
	struct answer answer;
	if (uname(&names) != 0 || !answer_begin(&answer))
		return careful_errno(ENOMEM, &trouble->problem);
	answer_format(&answer, "%s %s %s %s %s GNU/Linux\n", names.sysname, names.nodename,
		      names.release, names.version, names.machine);
	return answer_finish(&answer, target->arena, ret_bytes, trouble);
}

/* systemd writes the container's kind there, as container managers tell it. */
static void write_container_kind(struct answer *answer)
{
	char data[64];
	int fd = open("/run/systemd/container", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, data, sizeof(data)) : -1;
	if (fd >= 0)
		(void)close(fd);
	struct slice kind = slice_trim((struct slice){ data, got > 0 ? (size_t)got : 0 });
	if (kind.size > 0)
		answer_append(answer, kind.data, kind.size);
	else if (access("/run/.containerenv", F_OK) == 0)
		answer_format(answer, "podman");
	else if (access("/.dockerenv", F_OK) == 0)
		answer_format(answer, "docker");
	else
		answer_format(answer, "container-other");
	answer_append(answer, "\n", 1);
}

/* Whoever sees the first process namespace is on the host itself: a file such as /.dockerenv only
 * tells that an image was once made by Docker. */
enum load_status local_container_answer(struct target *target, struct target_bytes *ret_bytes,
					struct target_trouble *trouble)
{
	struct stat status;
	struct answer answer;
	if (stat("/proc/self/ns/pid", &status) != 0) {
		trouble->problem = (struct load_problem){ "/proc is not mounted", "mount /proc" };
		return LOAD_UNREADABLE;
	}
	if (!answer_begin(&answer))
		return careful_errno(ENOMEM, &trouble->problem);
	if (status.st_ino == FIRST_PID_NAMESPACE)
		answer_format(&answer, "none\n");
	else
		write_container_kind(&answer);
	return answer_finish(&answer, target->arena, ret_bytes, trouble);
}

/* The numbers of df(1) in units of 1024 bytes, with its rounding up of the percentage. */
static void write_df_line(struct answer *answer, const char *path)
{
	struct statvfs room;
	if (statvfs(path, &room) != 0)
		return;
	uint64_t block = room.f_frsize ? room.f_frsize : room.f_bsize;
	uint64_t used = room.f_blocks - room.f_bfree, total = used + room.f_bavail;
	uint64_t percent = total ? (used * 100 + total - 1) / total : 0;
	answer_format(answer, "- %llu %llu %llu %llu%% %s\n",
		      (unsigned long long)(room.f_blocks * block / 1024),
		      (unsigned long long)(used * block / 1024),
		      (unsigned long long)(room.f_bavail * block / 1024),
		      (unsigned long long)percent, path);
}

enum load_status local_df_answer(struct target *target, struct target_bytes *ret_bytes,
				 struct target_trouble *trouble)
{
	struct answer answer;
	if (!answer_begin(&answer))
		return careful_errno(ENOMEM, &trouble->problem);
	answer_format(&answer, "Filesystem 1024-blocks Used Available Capacity Mounted on\n");
	write_df_line(&answer, "/");
	write_df_line(&answer, "/var/log");
	write_df_line(&answer, "/var/spool");
	return answer_finish(&answer, target->arena, ret_bytes, trouble);
}

enum load_status local_asterisk_socket_answer(struct target *target, struct target_bytes *ret_bytes,
					      struct target_trouble *trouble)
{
	static const char path[] = "/var/run/asterisk/asterisk.ctl";
	struct stat status;
	struct answer answer;
	if (stat(path, &status) != 0)
		return careful_errno(errno, &trouble->problem);
	if (!answer_begin(&answer))
		return careful_errno(ENOMEM, &trouble->problem);
	answer_format(&answer, "%o %u %u %s\n", status.st_mode & 07777, status.st_uid,
		      status.st_gid, path);
	return answer_finish(&answer, target->arena, ret_bytes, trouble);
}
