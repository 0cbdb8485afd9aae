/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest change of a firewall that closes what is open to too many: one chain (or table) of
 * our own ahead of all others that only takes away. What an audience may reach goes on to the rules
 * that were there; what nobody else should reach is dropped. Nothing is accepted that was not
 * accepted before.
 *
 * Filled by plan_build.h; told as a script by reports/plan_script.c. Points into nothing but its
 * arena, texts are NUL-terminated, printable and never NULL.
 */
#ifndef RINGFENCE_CHECKS_PLAN_H
#define RINGFENCE_CHECKS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address_set.h"
#include "checks/remedy.h"

/* Of our chain in iptables, and of our table in nftables. */
#define PLAN_CHAIN "ringfence"

enum plan_dialect {
	PLAN_IPTABLES,
	PLAN_NFTABLES,
	PLAN_FIREWALLD,
	PLAN_UFW,
	PLAN_FREEPBX,
	PLAN_DIALECTS,
};

/* "iptables", "nftables" ...: the words of --dialect. */
const char *plan_dialect_name(enum plan_dialect dialect);

enum plan_audience {
	/* Who may manage the host: trusted networks. */
	PLAN_ADMIN,
	/* Those, phones and trunks. */
	PLAN_PHONES,
	PLAN_AUDIENCES,
};

/* Networks of an audience: the fewest disjoint prefixes. */
struct plan_networks {
	struct address_set ipv4;
	struct address_set ipv6;
	const struct prefix *ipv4_prefixes;
	size_t ipv4_count;
	const struct prefix *ipv6_prefixes;
	size_t ipv6_count;
};

struct plan_service {
	/* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP (echo requests), IPPROTO_ICMPV6. */
	uint8_t protocol;
	/* 0 for ICMP. */
	uint16_t port;
	enum plan_audience audience;
	/* The check whose finding this closes: "FW-001". */
	const char *check;
	/* "tcp port 22 (sshd)" */
	const char *subject;
	/* "open to the Internet by IPv4: filter INPUT policy" */
	const char *before;
};

/* Rules before or after the change, as the programs take them; NULL where there are none. */
struct plan_ruleset {
	/* For iptables-restore and ip6tables-restore. */
	const struct source *ipv4;
	const struct source *ipv6;
	/* For nft -j -f; without the tables of iptables-nft. */
	const struct source *nft_json;
	/* For nft -f, after those. */
	const struct source *nft;
	/* For ipset restore, before all. */
	const struct source *ipset;
};

struct plan {
	const char *host;
	/* RFC 3339. */
	const char *made;
	enum plan_dialect dialect;
	struct plan_networks networks[PLAN_AUDIENCES];
	/* No trusted networks were given: private ranges stand for them, as in the audit. */
	bool is_private;
	/* Each protocol and port once. */
	const struct plan_service *services;
	size_t service_count;
	/* What stays open on purpose, and why: "udp port 10000 (asterisk): media of calls". */
	struct text_list left;
	/* What the reader must know before running it. */
	struct text_list warnings;
	/* Addresses that the rules to come were asked about: "198.51.100.7 (SSH_CONNECTION)". */
	struct text_list kept;

	/* Lines "-A ringfence ..." as iptables-save writes them. */
	const char *rules_ipv4;
	const char *rules_ipv6;
	/* The table inet ringfence. */
	const char *rules_nft;
	/* Rich rules, one a line. */
	const char *rules_firewalld;
	/* The chains that the jump to ours goes on top of: "INPUT", ufw's own. */
	const char *hook_ipv4;
	const char *hook_ipv6;
	/* Where the host keeps its rules for the next boot; "" where it keeps none yet. */
	const char *saved_ipv4;
	const char *saved_ipv6;
	const char *saved_nft;

	struct plan_ruleset before;
	struct plan_ruleset after;
};

#endif
