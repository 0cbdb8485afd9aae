/* SPDX-License-Identifier: Apache-2.0
 *
 * Procedure P-FW: firewall changes in the dialect that the host uses, between a backup with a timed
 * undo and the step that keeps them over a reboot. A remedy calls firewall_remedy_begin once, then
 * any number of changes, then firewall_remedy_end.
 *
 * New rules go above all others, so that nothing earlier takes their packets, and leave loopback
 * alone. IPv6 gets the same as IPv4. Where the settings name no networks, the commands use a shell
 * variable that stops the shell with an explanation until it is set: no network is ever invented.
 */
#ifndef RINGFENCE_CHECKS_FIREWALL_REMEDY_H
#define RINGFENCE_CHECKS_FIREWALL_REMEDY_H

#include <stdint.h>

#include "checks/service_reach.h"

struct model;
struct remedy;

enum firewall_dialect {
	DIALECT_IPTABLES,
	DIALECT_NFTABLES,
	DIALECT_FIREWALLD,
	DIALECT_UFW,
	DIALECT_FREEPBX,
};

/* What owns the rules of this host. */
enum firewall_dialect firewall_dialect_of(const struct model *model);

/* Backup, and an undo that fires after five minutes unless it is stopped. */
void firewall_remedy_begin(struct remedy *remedy, const struct model *model);

/* PROTOCOL (6 or 17) and the ports from FIRST to LAST: for AUDIENCE only. */
void firewall_remedy_restrict(struct remedy *remedy, const struct model *model, uint8_t protocol,
			      uint16_t first, uint16_t last, enum service_audience audience);

/* The same ports: for nobody outside. */
void firewall_remedy_close(struct remedy *remedy, const struct model *model, uint8_t protocol,
			   uint16_t first, uint16_t last);

/* A line for iptables and ip6tables each (dialect IPTABLES), and one for `nft add rule inet
 * ringfence input` (all other dialects but UFW and FREEPBX, which take the iptables ones): for
 * rules that no front end has words for. Either may be NULL. ARGUMENTS are those after "iptables".
 */
void firewall_remedy_rule(struct remedy *remedy, const struct model *model,
			  const char *ipv4_arguments, const char *ipv6_arguments,
			  const char *nft_rule);

/* Drop what no rule allows: loopback, replies, ICMP errors and the services of this host for their
 * audiences first, the policy last. */
void firewall_remedy_default_drop(struct remedy *remedy, const struct model *model);

/* No more than a phone needs, from each source: 30 packets a second, 60 at once. */
void firewall_remedy_limit(struct remedy *remedy, const struct model *model, uint8_t protocol,
			   uint16_t port);

/* Ping for ADMIN only. */
void firewall_remedy_ping(struct remedy *remedy, const struct model *model);

/* Check, stop the timed undo, keep over a reboot. */
void firewall_remedy_end(struct remedy *remedy, const struct model *model);

/* Only the step that keeps the running rules over a reboot. */
void firewall_remedy_persist(struct remedy *remedy, const struct model *model);

#endif
