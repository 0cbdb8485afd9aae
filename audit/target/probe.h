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
};

/* All rows, sorted by name. */
const struct probe *probe_list(size_t *ret_count);

/* NULL when there is no such probe. */
const struct probe *probe_find(const char *name);

#endif
