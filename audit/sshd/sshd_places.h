/* SPDX-License-Identifier: Apache-2.0
 *
 * One user, every place to come from: the whole address space cut into ranges within which sshd's
 * answer is the same, with the settings in force in each. The cuts come from what Match lines and
 * AllowUsers and DenyUsers entries ask for, so nothing is sampled.
 *
 * Criteria that an address does not settle (the host's own address and port, a name from DNS) make
 * further places, each with its condition in words.
 */
#ifndef RINGFENCE_SSHD_SSHD_PLACES_H
#define RINGFENCE_SSHD_SSHD_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/sshd/sshd_model.h"

struct sshd_user {
	struct slice name;
	const struct slice *groups;
	size_t group_count;
	/* The user id is 0, whatever the name: PermitRootLogin is about it. */
	bool is_root;
};

struct sshd_place {
	/* First and last address, of one family. */
	struct address first;
	struct address last;
	/* "on port 2222", "to the local address 192.0.2.1"; "" where there is none. */
	const char *condition;
	/* A connection from FIRST. */
	const struct sshd_connection *connection;
	const struct sshd_options *options;
	/* Match lines that hold; the settings differ from the global ones only where there is one.
	 */
	const struct sshd_line *const *matches;
	size_t match_count;
};

struct sshd_places {
	const struct sshd_place *items;
	size_t count;
	/* Something is asked for that could not be cut exactly (a wildcard over an IPv6 address, a
	 * routing domain, too many cuts): then a place may hold addresses with another answer. */
	bool is_inexact;
};

/* Most places of one user; beyond it the rest is left out and the result is inexact. */
#define SSHD_PLACES_MAX 20000

/* All places for USER. EXTRA are networks at whose borders to cut as well, so that a caller can ask
 * of a place as a whole whether it is inside one. The result lives in ARENA. False when memory is
 * short. MODEL has a file. */
bool sshd_find_places(struct arena *arena, const struct sshd_model *model,
		      const struct sshd_user *user, const struct prefix *extra, size_t extra_count,
		      struct sshd_places *ret_places) MUST_CHECK;

#endif
