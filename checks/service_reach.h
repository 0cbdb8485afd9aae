/* SPDX-License-Identifier: Apache-2.0
 *
 * How far a service is open, as checks must put it: to the world, or to networks that somebody
 * chose. Where the settings name networks, they decide. Where they do not, a rule that lets in a
 * few public networks is a choice too: whether they are too wide is the business of FW-014.
 */
#ifndef RINGFENCE_CHECKS_SERVICE_REACH_H
#define RINGFENCE_CHECKS_SERVICE_REACH_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/address_set.h"
#include "audit/base/attributes.h"
#include "audit/firewall/reach_model.h"

struct model;
struct remedy;
struct verdict;

enum service_openness {
	/* Loopback only, or every source is blocked. */
	SERVICE_CLOSED,
	/* Private networks, networks of the settings, or a few that rules name. */
	SERVICE_LISTED,
	SERVICE_UNKNOWN,
	/* The world, or a network outside those of the settings. */
	SERVICE_OPEN,
};

enum service_audience {
	/* --trusted */
	AUDIENCE_ADMIN,
	/* --trusted, phones and trunks. */
	AUDIENCE_PHONES,
};

struct service_opening {
	enum service_openness openness;
	/* The part that made it so; NULL when closed, or when no rules could be read. */
	const struct reach_part *part;
	enum address_family family;
	/* Every source beyond the audience is under some limit; each is counted on its own
	 * (REACH_LIMIT_PER_SOURCE). True where there is none. */
	bool is_limited;
	bool is_limited_per_source;
	/* Public sources that are let in, conditions included. */
	struct address_set public_ipv4;
	struct address_set public_ipv6;
};

/* More public addresses than this are no list of one's networks: a /8, and for IPv6 a /32, which is
 * what a whole provider gets (RFC 6177, RIPE-738). */
#define SERVICE_LISTED_IPV4_BITS 24
#define SERVICE_LISTED_IPV6_NETWORK_BITS 32

/* How far PARTS of one or both families are open. Sets are in the arena of VERDICT, whose memory
 * failure sticks. */
struct service_opening service_opening_of(struct verdict *verdict, const struct model *model,
					  const struct reach_part *parts, size_t count,
					  enum service_audience audience);

/* The same for SERVICE: loopback is closed, a family without rules unknown. */
struct service_opening service_opening(struct verdict *verdict, const struct model *model,
				       const struct reach_service *service,
				       enum service_audience audience);

/* More addresses than a list of networks holds: the world, whatever a few rules take out of it. */
bool service_sources_are_wide(struct verdict *verdict, struct address_set sources);

/* Positively no IPv6 address beyond loopback and link-local: nobody outside reaches it by IPv6. */
bool host_lacks_ipv6(const struct model *model);

/* "tcp port 22 (sshd)", "udp port 5060 on 192.0.2.1 (asterisk)", "ping by IPv4". In the arena. */
const char *service_subject(struct verdict *verdict, const struct reach_service *service);

/* "tcp port 22"; PROTOCOL is IPPROTO_TCP or IPPROTO_UDP. In the arena. */
const char *service_port_text(struct verdict *verdict, uint8_t protocol, uint16_t port);

/* Up to four prefixes of SET in words, and how many more. In the arena. */
const char *service_networks(struct verdict *verdict, struct address_set set);

/* Where the deciding rule stands, and a sentence: "open to anywhere by IPv4: filter/INPUT rule 3".
 */
struct origin service_why(const struct service_opening *opening);
const char *service_openness_text(struct verdict *verdict, const struct service_opening *opening);

/* Did the settings declare PORT/PROTOCOL as meant to be open ("25/tcp")? */
bool service_is_declared(const struct model *model, uint8_t protocol, uint16_t port);

/* The sockets or what reaches them are not known: records unknown and returns false. */
bool service_list_is_known(struct verdict *verdict, const struct model *model);

/* The same for the rules alone. */
bool service_rules_are_known(struct verdict *verdict, const struct model *model);

/* What makes rules readable, for verdict_unknown_because. */
#define SERVICE_READ_RULES "make the firewall's rules readable: run as root"

/* The deciding rule, else the line of the socket. */
struct origin service_place(const struct service_opening *opening,
			    const struct reach_service *service);

/* No socket is what the check is about: not applicable with NOTHING as reason, unless one of those
 * whose program is not known might be. */
void service_record_none(struct verdict *verdict, const struct model *model, const char *nothing);

/* By process, unit, and where neither is known by port. */
bool service_is_ssh(const struct model *model, const struct reach_service *service);
bool service_is_sip(const struct model *model, const struct reach_service *service);
bool service_is_web(const struct reach_service *service);

#endif
