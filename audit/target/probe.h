/* SPDX-License-Identifier: Apache-2.0
 *
 * The fixed list of read-only facts that only a running host knows, each with the exact command
 * whose output it is. A directory target has them as files probes/NAME; the local target takes them
 * from the kernel where it can and writes the same text as the command would, so one parser serves
 * all.
 */
#ifndef RINGFENCE_TARGET_PROBE_H
#define RINGFENCE_TARGET_PROBE_H

#include <stdbool.h>
#include <stddef.h>

/* Probes that are asked together: the first question of a group runs all of it at the same time. */
enum probe_group {
	PROBE_ALONE,
	PROBE_FIREWALL,
	PROBE_ASTERISK,
	PROBE_FAIL2BAN,
};

struct probe {
	/* "iptables-save": also the file's name below probes/. */
	const char *name;
	/* What `ringfence collect --list` prints, and the path of the source: "ss -H -tulnpe". */
	const char *command;
	/* NULL-terminated argument vector; [0] is looked for in a fixed list of folders, never in
	 * $PATH. NULL where the kernel is asked directly. */
	const char *const *arguments;
	/* In plain words, for `unread`: "the listening sockets". */
	const char *what;
	/* Asks the running Asterisk: only with --allow-asterisk-cli. */
	bool needs_asterisk_cli;
	enum probe_group group;
	/* A file of the kernel that holds just what the command prints; NULL when there is none. */
	const char *kernel_file;
	/* The local target makes the same text from netlink and /proc, without the command. */
	bool is_kernel_made;
	/* Without the program on the host the fact is positively absent (no fail2ban-client, no
	 * fail2ban), not merely unread. */
	bool is_absent_without_program;
	/* Not asked of every host, and told by no command of old ones: a directory without it just
	 * has none. */
	bool is_optional;
	/* What is wanted may stand in standard error (`sshd -V`). */
	bool with_error_output;
	/* An exit status other than 0 is usual: the output counts all the same. */
	bool may_fail;
};

/* All rows, sorted by name. */
const struct probe *probe_list(size_t *ret_count);

/* Where an administrator's programs are, each before the next; never $PATH, which the caller's
 * shell decides. */
#define PROBE_FOLDERS 6
extern const char *const probe_folders[PROBE_FOLDERS];

/* Where a running Asterisk has its control socket: where there is none, nobody can be asked. */
#define PROBE_ASTERISK_SOCKETS 2
extern const char *const probe_asterisk_sockets[PROBE_ASTERISK_SOCKETS];

/* NULL when there is no such probe. */
const struct probe *probe_find(const char *name);

#endif
