/* SPDX-License-Identifier: Apache-2.0
 *
 * What a source list of Asterisk (permit, deny, acl) is worth on this host: which addresses get
 * through, and whether that is what its lines seem to say.
 */
#ifndef RINGFENCE_CHECKS_SIP_SOURCES_H
#define RINGFENCE_CHECKS_SIP_SOURCES_H

#include <stdbool.h>

#include "audit/base/address.h"
#include "audit/base/exposure.h"
#include "audit/base/source.h"

struct acl;

/* Families that reach the service at all, by what it binds to. */
struct sip_families {
	bool ipv4;
	bool ipv6;
};

/* Adds those of a socket bound to ADDRESS: IPv6's unspecified address takes IPv4 too. */
void sip_families_add(struct sip_families *families, struct address address);

/* Does ACL keep some source out, in every family that can come? */
bool sip_sources_are_limited(struct sip_families families, const struct acl *acl);

/* Does it let in nobody but single networks of a /24 (IPv6: a /48) or less? */
bool sip_sources_are_narrow(struct sip_families families, const struct acl *acl);

/* EXPOSURE, less where ACL lets only private networks in. */
enum exposure sip_sources_exposure(struct sip_families families, const struct acl *acl,
				   enum exposure exposure);

/* What is wrong with a list that is there: it lets in more than its permit lines name, or nobody,
 * or names lists that do not exist. NULL: nothing. */
const char *sip_sources_fault(struct sip_families families, const struct acl *acl);

/* A line of it, for evidence; ORIGIN_NONE: none. */
struct origin sip_sources_origin(const struct acl *acl);

#endif
