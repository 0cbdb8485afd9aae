/* SPDX-License-Identifier: Apache-2.0
 *
 * The hosts of a fleet, out of a file that people have already: one target a line, Ansible's INI or
 * YAML, or what `ansible-inventory --list` prints. Of Ansible's variables only those count that say
 * where a host is (ansible_host, ansible_port, ansible_user, ansible_connection and their old names
 * with ssh); passwords in an inventory are never looked at.
 */
#ifndef RINGFENCE_FLEET_INVENTORY_H
#define RINGFENCE_FLEET_INVENTORY_H

#include <stddef.h>

#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"

/* More than one auditor can look at in a day; a range like [1:999999999] ends here. */
#define INVENTORY_HOSTS_MAX 20000
#define INVENTORY_BYTES_MAX ((size_t)64 * 1024 * 1024)

struct inventory_host {
	/* What people call it; each once in an inventory. */
	const char *name;
	/* A target of the command line: "ssh://admin@192.0.2.1:22", "local", a path. */
	const char *target;
};

struct inventory {
	const struct inventory_host *hosts;
	size_t count;
};

/* Reads TEXT; which of the forms it is, it tells by itself: '{' begins JSON, "[name]" on a line of
 * its own makes it INI, a first line that ends in ':' or is "---" YAML. A plain line is a target as
 * the command line takes it, or host, user@host or host:port for ssh; '#' begins a comment. Hosts
 * come in the order of the file, each once. NAME is the file for messages; all is in ARENA. False:
 * ERROR_INPUT with the line. */
bool inventory_read(struct slice text, const char *name, struct arena *arena,
		    struct inventory *ret_inventory, struct error *error) MUST_CHECK;

#endif
