/* SPDX-License-Identifier: Apache-2.0
 *
 * How sshd compares: patterns with '*' and '?', comma lists with '!', address lists with CIDR, and
 * USER@HOST entries (openssh-portable match.c, addrmatch.c, addr.c, groupaccess.c). Pure functions.
 */
#ifndef RINGFENCE_SSHD_SSHD_MATCH_H
#define RINGFENCE_SSHD_SSHD_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/slice.h"

enum sshd_match {
	/* An entry with '!' matched: the list as a whole does not. */
	SSHD_MATCH_NEGATED = -1,
	SSHD_MATCH_NO = 0,
	SSHD_MATCH_YES = 1,
	/* The list itself is wrong: an empty entry, host bits set under the mask. */
	SSHD_MATCH_INVALID = -2,
};

/* TEXT against a comma list of patterns; LOWER folds the patterns to lower case. */
enum sshd_match sshd_match_pattern_list(struct slice text, struct slice patterns, bool lower);

/* HOST, folded to lower case, against a list of host name patterns. */
enum sshd_match sshd_match_host(struct slice host, struct slice patterns);

enum sshd_network_kind {
	SSHD_NETWORK_PREFIX,
	/* Not an address: compared as text with wildcards, "192.0.2.*". */
	SSHD_NETWORK_PATTERN,
	SSHD_NETWORK_INVALID,
};

struct sshd_network {
	enum sshd_network_kind kind;
	bool negated;
	struct prefix prefix;
	/* The entry without its '!'. */
	struct slice text;
};

/* Takes the next entry off the comma list *REST; false at its end. */
bool sshd_next_network(struct slice *rest, struct sshd_network *ret_network);

/* Numeric address text as getaddrinfo(3) with AI_NUMERICHOST takes it: also "127.1", "0x7f000001"
 * and a zone after '%'. */
bool sshd_parse_address(struct slice text, struct address *ret_address) MUST_CHECK;

/* ADDRESS (as text; a NULL data pointer only checks LIST) against a list of networks. An ADDRESS
 * that is none matches nothing. */
enum sshd_match sshd_match_address(struct slice address, struct slice list);

/* The same with a list that is split already. */
enum sshd_match sshd_match_networks(struct slice address, const struct sshd_network *networks,
				    size_t count);

/* One AllowUsers or DenyUsers entry, USER or USER@HOST, against a user who comes from the host name
 * HOST and the address ADDRESS. NEGATED is not used: NO is told instead, as sshd does. */
enum sshd_match sshd_match_user(struct slice user, struct slice host, struct slice address,
				struct slice pattern);

/* Is USER@HOST well formed? */
bool sshd_user_pattern_is_valid(struct slice pattern);

/* Does one of the user's GROUPS match a Match Group list? A negated match of any group wins. */
bool sshd_match_groups(const struct slice *groups, size_t count, struct slice patterns);

#endif
