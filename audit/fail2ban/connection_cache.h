/* SPDX-License-Identifier: Apache-2.0
 *
 * What fail2ban remembers of connections (server/filter.py, _mergeFailure): lines of one login that
 * tell a part each, joined by <F-MLFID>, mostly the prefix with the process' number.
 */
#ifndef RINGFENCE_FAIL2BAN_CONNECTION_CACHE_H
#define RINGFENCE_FAIL2BAN_CONNECTION_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/slice.h"

/* As many as fail2ban remembers; the oldest goes. */
#define CONNECTIONS_MAX 100
/* Longer texts are cut. */
#define CONNECTION_TEXT_MAX 512

/* What one line tells; data NULL: nothing. */
struct failure_groups {
	struct slice ip4, ip6, dns, id, user;
	bool no_fail, gained, forget;
	struct slice connection;
};

struct connection_text {
	bool is_set;
	size_t size;
	char data[CONNECTION_TEXT_MAX];
};

struct connection {
	bool is_used;
	struct connection_text name, ip4, ip6, dns, id;
	/* The first user, and that there was another. */
	struct connection_text user;
	bool many_users;
	bool no_fail, gained;
	/* A failure without an address. */
	bool is_pending;
};

struct connection_cache {
	/* NULL until it is needed. */
	struct connection *connections;
	/* Their indexes, the oldest first. */
	unsigned char order[CONNECTIONS_MAX];
	/* Of their names, in the same order: a look at them is a look at one array. */
	uint32_t hashes[CONNECTIONS_MAX];
	size_t count;
};

void connection_cache_done(struct connection_cache *cache);

/* Joins GROUPS, of a line with a connection, with what is remembered; they then tell all of it. The
 * connection as it is remembered; NULL: it is not. */
struct connection *connection_cache_merge(struct connection_cache *cache,
					  struct failure_groups *groups);

#endif
