/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/sip_sources.h"

#include "audit/asterisk/acl_model.h"
#include "audit/asterisk/conf_parse.h"

#define NARROW_IPV4_LENGTH 24
#define NARROW_IPV6_LENGTH 48

void sip_families_add(struct sip_families *families, struct address address)
{
	bool is_ipv6 = address.family == ADDRESS_IPV6;
	families->ipv6 |= is_ipv6;
	families->ipv4 |= !is_ipv6 || address_is_unspecified(address);
}

bool sip_sources_are_limited(struct sip_families families, const struct acl *acl)
{
	return (!families.ipv4 || acl_restricts(acl, ADDRESS_IPV4)) &&
	       (!families.ipv6 || acl_restricts(acl, ADDRESS_IPV6));
}

bool sip_sources_are_narrow(struct sip_families families, const struct acl *acl)
{
	return acl_is_narrow(acl, families.ipv4 ? NARROW_IPV4_LENGTH : 0,
			     families.ipv6 ? NARROW_IPV6_LENGTH : 0);
}

static bool is_private_range(struct address_range range)
{
	/* Two private ends of one /8 (fc00::/7) have nothing public between them. */
	unsigned int length = range.first.family == ADDRESS_IPV4 ? 8 : 7;
	return address_is_private(range.first) && address_is_private(range.last) &&
	       prefix_contains(prefix_make(range.first, length), range.last);
}

static bool lets_only_private_in(struct address_set set)
{
	if (set.family == ADDRESS_NONE)
		return false;
	for (size_t i = 0; i < set.count; i++)
		if (!is_private_range(set.ranges[i]))
			return false;
	return true;
}

enum exposure sip_sources_exposure(struct sip_families families, const struct acl *acl,
				   enum exposure exposure)
{
	bool is_private = (!families.ipv4 || lets_only_private_in(acl->ipv4)) &&
			  (!families.ipv6 || lets_only_private_in(acl->ipv6));
	return is_private && exposure > EXPOSURE_NETWORKS ? EXPOSURE_NETWORKS : exposure;
}

static bool has_permit(const struct acl *acl, enum address_family family)
{
	for (size_t i = 0; i < acl->rule_count; i++)
		if (acl->rules[i].is_permit && acl->rules[i].network.address.family == family)
			return true;
	return false;
}

/* More gets in than the permit lines of the family name. */
static bool is_wider_than_said(const struct acl *acl, enum address_family family)
{
	bool is_ipv4 = family == ADDRESS_IPV4;
	return has_permit(acl, family) &&
	       !address_set_covers(is_ipv4 ? acl->permitted_ipv4 : acl->permitted_ipv6,
				   is_ipv4 ? acl->ipv4 : acl->ipv6);
}

static bool lets_nobody_in(struct sip_families families, const struct acl *acl)
{
	return (!families.ipv4 || address_set_is_empty(acl->ipv4)) &&
	       (!families.ipv6 || address_set_is_empty(acl->ipv6));
}

const char *sip_sources_fault(struct sip_families families, const struct acl *acl)
{
	if (!acl->is_present)
		return NULL;
	if (acl->names_missing_list)
		return "acl= names a list that acl.conf does not have: everybody is refused";
	if (acl->names_list_without_file)
		return "acl= names a list, and there is no acl.conf that Asterisk takes: that list "
		       "allows everybody";
	if (lets_nobody_in(families, acl))
		return "the last line that matches counts, and here that denies every address";
	if ((families.ipv4 && is_wider_than_said(acl, ADDRESS_IPV4)) ||
	    (families.ipv6 && is_wider_than_said(acl, ADDRESS_IPV6)))
		return "more addresses get through than the permit lines name: a permit denies "
		       "nobody without a deny of all before it";
	bool limits_ipv4 = families.ipv4 && acl_restricts(acl, ADDRESS_IPV4);
	if (limits_ipv4 && families.ipv6 && !acl_restricts(acl, ADDRESS_IPV6))
		return "IPv4 is limited and IPv6 is not: lines of one family say nothing of the "
		       "other";
	return NULL;
}

struct origin sip_sources_origin(const struct acl *acl)
{
	return acl->rule_count ? acl->rules[0].variable->origin : ORIGIN_NONE;
}
