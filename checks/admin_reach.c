/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/admin_reach.h"

#include <netinet/in.h>

#include "audit/asterisk/acl_model.h"
#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/base/attributes.h"
#include "audit/firewall/reach_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"
#include "checks/asterisk_judge.h"
#include "checks/verdict.h"

static bool sockets_are_known(const struct model *model)
{
	return model->sockets && model->sockets->state == FACT_PRESENT && model->reach;
}

struct admin_reach admin_reach_of_port(struct verdict *verdict, const struct model *model,
				       uint16_t port, enum service_audience audience)
{
	struct admin_reach reach = {
		.openness = SERVICE_CLOSED,
		.exposure = EXPOSURE_HOST,
		.text = "nothing listens there",
	};
	if (!sockets_are_known(model)) {
		reach.openness = SERVICE_UNKNOWN;
		reach.exposure = EXPOSURE_UNKNOWN;
		reach.text = "the listening sockets are not known";
		return reach;
	}
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (service->protocol != IPPROTO_TCP || service->port != port ||
		    (service->process.size && !slice_is(service->process, "asterisk")))
			continue;
		struct service_opening opening = service_opening(verdict, model, service, audience);
		if (reach.is_listening && opening.openness <= reach.openness)
			continue;
		reach.is_listening = true;
		reach.openness = opening.openness;
		reach.exposure = exposure_wider(reach.exposure, service->exposure);
		reach.origin = service_why(&opening);
		reach.text = service_openness_text(verdict, &opening);
	}
	return reach;
}

/* The file asks for a socket, and nothing listens: what the rules would do. */
static struct admin_reach reach_when_started(const struct model *model)
{
	enum exposure exposure =
		exposure_wider(model->reach->default_ipv4, model->reach->default_ipv6);
	struct admin_reach reach = { .exposure = exposure };
	switch (exposure) {
	case EXPOSURE_ANYWHERE:
		reach.openness = SERVICE_OPEN;
		reach.text = "nothing listens now, but the file opens it to all addresses at the "
			     "next start, and the firewall lets everybody in";
		break;
	case EXPOSURE_UNKNOWN:
		reach.openness = SERVICE_UNKNOWN;
		reach.text = "nothing listens now, and what the firewall would do is not known";
		break;
	case EXPOSURE_NETWORKS:
	case EXPOSURE_HOST:
	case EXPOSURE_NOT_APPLICABLE:
		reach.openness = SERVICE_LISTED;
		reach.text = "nothing listens now, and the firewall keeps strangers out";
		break;
	}
	return reach;
}

struct admin_reach admin_reach_of(struct verdict *verdict, const struct model *model,
				  const struct admin_bind *bind, enum service_audience audience)
{
	struct admin_reach reach = {
		.openness = SERVICE_CLOSED,
		.exposure = EXPOSURE_HOST,
		.origin = bind->origin,
		.text = "off",
	};
	struct admin_reach running = admin_reach_of_port(verdict, model, bind->port, audience);
	if (running.is_listening) {
		reach = running;
	} else if (!bind->is_enabled) {
		return reach;
	} else if (address_is_loopback(bind->address)) {
		reach.text = "bound to loopback";
	} else if (running.openness == SERVICE_UNKNOWN) {
		reach = running;
	} else {
		reach = reach_when_started(model);
	}
	if (!reach.origin.source)
		reach.origin = bind->origin;
	return reach;
}

static void take_away(struct verdict *verdict, struct prefix prefix, struct address_set *set)
{
	struct address_set part;
	if (prefix.address.family == set->family &&
	    (!address_set_of_prefix(verdict->arena, prefix, &part) ||
	     !address_set_difference(verdict->arena, *set, part, set)))
		verdict->memory_failed = true;
}

/* What of SET is none of the host's own, nor trusted. */
static struct address_set without_trusted(struct verdict *verdict, const struct model *model,
					  struct address_set set)
{
	const struct site *site = model->site;
	size_t count, trusted_count = site ? site->trusted_count : 0;
	const struct prefix *private = address_private_networks(&count);
	for (size_t i = 0; i < count; i++)
		if (trusted_count == 0 || address_is_loopback(private[i].address))
			take_away(verdict, private[i], &set);
	for (size_t i = 0; i < trusted_count; i++)
		take_away(verdict, site->trusted[i], &set);
	return set;
}

/* The sets of a zeroed list have no family: it lets everybody in. */
static struct address_set set_of(const struct acl *acl, enum address_family family)
{
	struct address_set set = family == ADDRESS_IPV4 ? acl->ipv4 : acl->ipv6;
	return acl->is_present ? set : address_set_all(family);
}

struct address_set admin_sources_beyond(struct verdict *verdict, const struct model *model,
					const struct acl *acl, enum address_family bound_family)
{
	struct address_set ipv4 = without_trusted(verdict, model, set_of(acl, ADDRESS_IPV4));
	if (bound_family == ADDRESS_IPV4 || !address_set_is_empty(ipv4) || host_lacks_ipv6(model))
		return ipv4;
	return without_trusted(verdict, model, set_of(acl, ADDRESS_IPV6));
}

bool admin_acl_is_loopback(const struct acl *acl)
{
	if (!acl->is_present || acl->is_inexact)
		return false;
	for (size_t i = 0; i < acl->ipv4.count; i++)
		if (!address_is_loopback(acl->ipv4.ranges[i].first) ||
		    !address_is_loopback(acl->ipv4.ranges[i].last))
			return false;
	for (size_t i = 0; i < acl->ipv6.count; i++)
		if (!address_is_loopback(acl->ipv6.ranges[i].first) ||
		    !address_is_loopback(acl->ipv6.ranges[i].last))
			return false;
	return true;
}

bool admin_manager_is_on(const struct model *model, struct verdict *verdict)
{
	if (!asterisk_is_there(model, verdict))
		return false;
	const struct admin_access_model *admin = model->asterisk->admin;
	const struct fact_bool *enabled = &admin->manager_enabled;
	if (enabled->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, enabled->unread);
		return false;
	}
	if (enabled->value)
		return true;
	struct admin_reach running =
		admin_reach_of_port(verdict, model, admin->manager.port, AUDIENCE_ADMIN);
	if (running.is_listening) {
		/* The file says no, the running Asterisk still does. */
		return true;
	}
	verdict_not_applicable(verdict, "the manager interface is off: no [general] enabled=yes in "
					"manager.conf");
	return false;
}

bool admin_http_is_on(const struct model *model, struct verdict *verdict)
{
	if (!asterisk_is_there(model, verdict))
		return false;
	const struct admin_access_model *admin = model->asterisk->admin;
	if (admin->http_file->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, admin->http_file->unread);
		return false;
	}
	if (admin->http.is_enabled || admin->https.is_enabled)
		return true;
	struct admin_reach running =
		admin_reach_of_port(verdict, model, admin->http.port, AUDIENCE_ADMIN);
	if (running.is_listening)
		return true;
	verdict_not_applicable(verdict, "Asterisk's HTTP server is off: http.conf does not enable "
					"it with an address");
	return false;
}

struct admin_http_reach admin_http_reach(struct verdict *verdict, const struct model *model,
					 enum service_audience audience)
{
	const struct admin_access_model *admin = model->asterisk->admin;
	struct admin_http_reach reach = {
		.plain = admin_reach_of(verdict, model, &admin->http, audience),
		.tls = admin_reach_of(verdict, model, &admin->https, audience),
	};
	reach.openness = reach.plain.openness > reach.tls.openness ? reach.plain.openness
								   : reach.tls.openness;
	reach.exposure = exposure_wider(reach.plain.exposure, reach.tls.exposure);
	return reach;
}

bool admin_ari_is_on(const struct model *model, struct verdict *verdict)
{
	if (!admin_http_is_on(model, verdict))
		return false;
	const struct admin_access_model *admin = model->asterisk->admin;
	if (admin->ari_file->state == FACT_UNREADABLE)
		verdict_unknown(verdict, admin->ari_file->unread);
	else if (admin->ari_file->state == FACT_ABSENT || admin->ari_file->is_refused)
		verdict_not_applicable(verdict, "no ari.conf that loads: ARI does not start");
	else if (admin->ari_enabled.state == FACT_PRESENT && !admin->ari_enabled.value)
		verdict_not_applicable(verdict, "ari.conf switches ARI off");
	else if (asterisk_module_state(model->asterisk->settings, "res_ari.so", NULL) ==
		 MODULE_NOT_LOADED)
		verdict_not_applicable(verdict, "res_ari.so is not loaded");
	else
		return true;
	return false;
}

bool admin_ari_knows_acls(unsigned int version)
{
	unsigned int major = version / 100, minor = version % 100;
	return (major == 20 && minor >= 19) || (major == 22 && minor >= 9) ||
	       (major == 23 && minor >= 3) || major > 23;
}
