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
