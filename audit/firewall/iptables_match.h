/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of iptables_match.c: the functions behind its rows, and what they share. Each appends
 * the steps of the module at index MODULE of RULE; false when an option's value is one that
 * iptables would refuse.
 */
#ifndef RINGFENCE_FIREWALL_IPTABLES_MATCH_H
#define RINGFENCE_FIREWALL_IPTABLES_MATCH_H

#include "audit/firewall/iptables_line.h"

struct iptables_bits {
	const char *name;
	unsigned int bits;
};

/* A list of names with commas, as bits. iptables takes beginnings of the words. */
bool iptables_parse_bits(struct slice text, const struct iptables_bits *names, size_t count,
			 unsigned int *ret_bits);

/* OPTION, "1024:65535", as a match of FIELD; true without the option. */
bool iptables_build_ports(struct iptables_rule *rule, size_t module, const char *option,
			  enum packet_field field);

/* The fields that the columns of SET mean where FLAGS ("src,dst") choose the sides: the columns are
 * those of ipset_parse.c. 0: not known. */
size_t iptables_set_parts(const struct rule_set *set, struct slice flags,
			  struct match_part parts[MATCH_PARTS_MAX]);
/* "CS1", "EF": 0 to 63. */
bool iptables_parse_dscp_class(struct slice text, uint64_t *ret_value);
/* "0x10", "0x10/0x3f", "Minimize-Delay": the value, and the bits that it is about. */
bool iptables_parse_tos(struct slice text, uint32_t *ret_value, uint32_t *ret_mask);

/* Only packets of a connection: neither invalid nor untracked ones. */
void iptables_build_connection(struct iptables_rule *rule);

/* iptables_transport.c */
bool iptables_build_tcp(struct iptables_rule *rule, size_t module);
bool iptables_build_udp(struct iptables_rule *rule, size_t module);
bool iptables_build_sctp(struct iptables_rule *rule, size_t module);
bool iptables_build_icmp(struct iptables_rule *rule, size_t module);
bool iptables_build_multiport(struct iptables_rule *rule, size_t module);

/* iptables_conntrack.c */
bool iptables_build_state(struct iptables_rule *rule, size_t module);
bool iptables_build_conntrack(struct iptables_rule *rule, size_t module);

/* iptables_address.c */
bool iptables_build_iprange(struct iptables_rule *rule, size_t module);
bool iptables_build_set_match(struct iptables_rule *rule, size_t module);
bool iptables_build_addrtype(struct iptables_rule *rule, size_t module);
bool iptables_build_mac(struct iptables_rule *rule, size_t module);

/* iptables_rates.c */
bool iptables_build_limit(struct iptables_rule *rule, size_t module);
bool iptables_build_hashlimit(struct iptables_rule *rule, size_t module);
bool iptables_build_recent(struct iptables_rule *rule, size_t module);
bool iptables_build_connlimit(struct iptables_rule *rule, size_t module);
bool iptables_build_counter(struct iptables_rule *rule, size_t module);

#endif
