/* SPDX-License-Identifier: Apache-2.0
 *
 * Borders in the address space: where a network, or a text pattern over addresses, begins or ends.
 */
#ifndef RINGFENCE_SSHD_SSHD_CUTS_H
#define RINGFENCE_SSHD_SSHD_CUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/sshd/sshd_match.h"

struct arena;

/* Most borders of a family; more make the result inexact. */
#define SSHD_CUTS_MAX 16384

struct sshd_cuts {
	struct arena *arena;
	/* First addresses of ranges, unsorted until sshd_cuts_finish. */
	struct address *ipv4;
	size_t ipv4_count;
	size_t ipv4_capacity;
	struct address *ipv6;
	size_t ipv6_count;
	size_t ipv6_capacity;
	bool is_inexact;
	bool memory_failed;
};

void sshd_cut_prefix(struct sshd_cuts *cuts, struct prefix prefix);

/* A text pattern that is compared with an address: exact for "192.0.2.*", "10.*.*.1", "10.1?.*" and
 * their like; else the cuts are inexact. */
void sshd_cut_pattern(struct sshd_cuts *cuts, struct slice pattern);

/* Each entry of a list. */
void sshd_cut_networks(struct sshd_cuts *cuts, const struct sshd_network *networks, size_t count);

/* Sorts, and drops doubles; 0.0.0.0 and :: are always there. */
void sshd_cuts_finish(struct sshd_cuts *cuts);

/* The address before ADDRESS, which is not the first of its family. */
struct address sshd_address_before(struct address address);

#endif
