/* SPDX-License-Identifier: Apache-2.0
 *
 * Who reaches a socket that a configuration file asks for: by the sockets that listen and the
 * firewall's rules, and where nothing listens yet by what the rules do with a port they do not
 * name.
 */
#ifndef RINGFENCE_CHECKS_ADMIN_REACH_H
#define RINGFENCE_CHECKS_ADMIN_REACH_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/address_set.h"
#include "audit/base/exposure.h"
#include "audit/base/source.h"
#include "checks/service_reach.h"

struct acl;
struct admin_bind;
struct asterisk_remedy;
struct manager_user;
struct model;
struct verdict;

struct admin_reach {
	enum service_openness openness;
	enum exposure exposure;
	/* The deciding rule, else the line of the file. */
	struct origin origin;
	/* A phrase for evidence; never NULL. */
	const char *text;
	/* A socket is there now. */
	bool is_listening;
};

/* Of BIND: closed where it is off or bound to loopback. Texts are in VERDICT's arena. */
struct admin_reach admin_reach_of(struct verdict *verdict, const struct model *model,
				  const struct admin_bind *bind, enum service_audience audience);

/* Of Asterisk's TCP sockets on PORT alone; closed where there is none. */
struct admin_reach admin_reach_of_port(struct verdict *verdict, const struct model *model,
				       uint16_t port, enum service_audience audience);

/* Who ACL lets in of the family that a socket bound to BOUND_FAMILY takes, beyond loopback and the
 * trusted networks (private ones, where none were named). For IPv6 sockets, which take both: the
 * IPv4 sources, and where there is none of them the IPv6 ones. */
struct address_set admin_sources_beyond(struct verdict *verdict, const struct model *model,
					const struct acl *acl, enum address_family bound_family);

/* Does ACL let in nobody but loopback addresses? */
bool admin_acl_is_loopback(const struct acl *acl);

/* Both sockets of Asterisk's HTTP server. */
struct admin_http_reach {
	struct admin_reach plain;
	struct admin_reach tls;
	enum service_openness openness;
	enum exposure exposure;
};

struct admin_http_reach admin_http_reach(struct verdict *verdict, const struct model *model,
					 enum service_audience audience);

/* The manager's configuration is known and it is switched on; else recorded, and false. */
bool admin_manager_is_on(const struct model *model, struct verdict *verdict);

/* http.conf is known and starts a server; else recorded, and false. */
bool admin_http_is_on(const struct model *model, struct verdict *verdict);

/* ARI answers: HTTP on, ari.conf there and not disabled; else recorded, and false. */
bool admin_ari_is_on(const struct model *model, struct verdict *verdict);

/* Does Asterisk VERSION heed permit, deny and acl of ARI users? From 20.19, 22.9 and 23.3 on. */
bool admin_ari_knows_acls(unsigned int version);

/* Adds to CHANGE that the manager's USER logs in from this host alone, in place of its own list. */
void admin_limit_user(struct asterisk_remedy *change, const struct manager_user *user);

#endif
