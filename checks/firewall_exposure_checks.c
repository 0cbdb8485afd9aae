/* SPDX-License-Identifier: Apache-2.0
 *
 * What the rules let in, as a function: who reaches SSH and SIP, by IPv4 and IPv6. What they do
 * with everything else and with floods is in firewall_flood_checks.c, how they are written and kept
 * in firewall_rule_checks.c.
 */
#include <netinet/in.h>

#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"
#include "checks/check.h"
#include "checks/firewall_remedy.h"
#include "checks/remedy.h"
#include "checks/service_reach.h"
#include "checks/verdict.h"

/* FW-014: the widest public networks that still count as somebody's own. */
#define ADMIN_IPV4_BITS_MIN 22
#define ADMIN_IPV4_BITS_MIN_STRICT 24
#define ADMIN_IPV6_BITS_MIN 48

/* Services that a check is about, and who may reach them. */
struct service_group {
	bool (*is_member)(const struct model *model, const struct reach_service *service);
	enum service_audience audience;
	/* Said when there is none: "no SSH server listens". */
	const char *nothing;
};

static bool is_sip_udp(const struct model *model, const struct reach_service *service)
{
	return service->protocol == IPPROTO_UDP && service_is_sip(model, service);
}

static bool is_sip_stream(const struct model *model, const struct reach_service *service)
{
	return service->protocol == IPPROTO_TCP && service_is_sip(model, service);
}

static bool is_admin_service(const struct model *model, const struct reach_service *service)
{
	return service_is_ssh(model, service) || service_is_web(service) ||
	       (service->protocol == IPPROTO_TCP &&
		(service->port == 5038 || service->port == 5039));
}

static const struct service_group ssh_group = {
	.is_member = service_is_ssh,
	.audience = AUDIENCE_ADMIN,
	.nothing = "no SSH server listens",
};

static const struct service_group sip_udp_group = {
	.is_member = is_sip_udp,
	.audience = AUDIENCE_PHONES,
	.nothing = "nothing listens for SIP over UDP",
};

static const struct service_group sip_stream_group = {
	.is_member = is_sip_stream,
	.audience = AUDIENCE_PHONES,
	.nothing = "nothing listens for SIP over TCP, TLS or WebSocket",
};

static void evaluate_group(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	const struct service_group *group = check->parameters;
	size_t members = 0;
	if (!service_list_is_known(verdict, model))
		return;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (!group->is_member(model, service))
			continue;
		struct service_opening opening =
			service_opening(verdict, model, service, group->audience);
		const char *subject = service_subject(verdict, service);
		const char *text = service_openness_text(verdict, &opening);
		struct origin place = service_place(&opening, service);
		members++;
		if (opening.openness == SERVICE_OPEN)
			verdict_fail(verdict, service->exposure, place, subject, "%s", text);
		else if (opening.openness == SERVICE_UNKNOWN)
			verdict_unknown_because(verdict, subject, text, SERVICE_READ_RULES);
		else
			verdict_pass(verdict, place, subject, "%s", text);
	}
	if (members == 0)
		service_record_none(verdict, model, group->nothing);
}

static void remedy_group(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	const struct service_group *group = check->parameters;
	struct verdict scratch = { .arena = remedy->arena };
	(void)verdict;
	firewall_remedy_begin(remedy, model);
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (group->is_member(model, service) &&
		    service_opening(&scratch, model, service, group->audience).openness ==
			    SERVICE_OPEN)
			firewall_remedy_restrict(remedy, model, service->protocol, service->port,
						 service->port, group->audience);
	}
	firewall_remedy_end(remedy, model);
}

/* The widest exposure of all sockets of this protocol and port, family by family: sshd has a socket
 * of its own for each. */
struct port_exposure {
	enum exposure ipv4;
	enum exposure ipv6;
};

static struct port_exposure port_exposure_of(const struct reach_model *reach,
					     const struct reach_service *service)
{
	struct port_exposure widest = { EXPOSURE_NOT_APPLICABLE, EXPOSURE_NOT_APPLICABLE };
	for (size_t i = 0; i < reach->count; i++) {
		const struct reach_service *other = &reach->services[i];
		if (other->protocol != service->protocol || other->port != service->port)
			continue;
		if (other->address.family != ADDRESS_IPV6 || other->takes_ipv4)
			widest.ipv4 = exposure_wider(widest.ipv4, other->exposure_ipv4);
		if (other->address.family == ADDRESS_IPV6)
			widest.ipv6 = exposure_wider(widest.ipv6, other->exposure_ipv6);
	}
	return widest;
}

static bool is_first_of_port(const struct reach_model *reach, size_t index)
{
	const struct reach_service *service = &reach->services[index];
	for (size_t i = 0; i < index; i++)
		if (reach->services[i].protocol == service->protocol &&
		    reach->services[i].port == service->port)
			return false;
	return service->protocol == IPPROTO_TCP || service->protocol == IPPROTO_UDP;
}

/* Is IPv6 wider than IPv4 here? Where no IPv4 socket stands beside it, what IPv4 does with any
 * other port is the measure. */
static bool ipv6_is_wider(const struct reach_model *reach, struct port_exposure widest)
{
	enum exposure ipv4 =
		widest.ipv4 == EXPOSURE_NOT_APPLICABLE ? reach->default_ipv4 : widest.ipv4;
	return widest.ipv6 >= EXPOSURE_NETWORKS && widest.ipv6 > ipv4;
}

static const char *exposure_words(enum exposure exposure)
{
	switch (exposure) {
	case EXPOSURE_ANYWHERE:
		return "anywhere";
	case EXPOSURE_NETWORKS:
		return "listed networks";
	case EXPOSURE_UNKNOWN:
		return "unknown sources";
	case EXPOSURE_HOST:
	case EXPOSURE_NOT_APPLICABLE:
		break;
	}
	return "nobody outside";
}

static void evaluate_ipv6(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	if (host_lacks_ipv6(model)) {
		verdict_not_applicable(
			verdict, "the host has no IPv6 address beyond loopback and link-local");
		return;
	}
	if (!service_list_is_known(verdict, model))
		return;
	const struct reach_model *reach = model->reach;
	if (!reach->knows_ipv6) {
		verdict_unknown_because(verdict, "the IPv6 rules", "they could not be read",
					SERVICE_READ_RULES);
		return;
	}
	for (size_t i = 0; i < reach->count; i++) {
		const struct reach_service *service = &reach->services[i];
		if (!is_first_of_port(reach, i))
			continue;
		struct port_exposure widest = port_exposure_of(reach, service);
		const char *subject = service_subject(verdict, service);
		if (!ipv6_is_wider(reach, widest))
			continue;
		if (widest.ipv6 == EXPOSURE_UNKNOWN || widest.ipv4 == EXPOSURE_UNKNOWN)
			verdict_unknown_because(verdict, subject, "what the rules do is not known",
						SERVICE_READ_RULES);
		else
			verdict_fail(verdict, widest.ipv6, service->socket_origin, subject,
				     "reached by IPv6 from %s, by IPv4 from %s",
				     exposure_words(widest.ipv6), exposure_words(widest.ipv4));
	}
	if (reach->default_ipv6 == EXPOSURE_ANYWHERE && reach->default_ipv4 < EXPOSURE_UNKNOWN)
		verdict_fail(verdict, EXPOSURE_ANYWHERE, ORIGIN_NONE, "any other port",
			     "let in by IPv6 from anywhere, by IPv4 from %s",
			     exposure_words(reach->default_ipv4));
	if (verdict->fail_count + verdict->unknown_count == 0)
		verdict_pass(verdict, ORIGIN_NONE, "IPv6",
			     "no service is reached by IPv6 from more than by IPv4");
}

static void remedy_ipv6(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	const struct reach_model *reach = model->reach;
	(void)check;
	(void)verdict;
	firewall_remedy_begin(remedy, model);
	for (size_t i = 0; i < reach->count; i++) {
		const struct reach_service *service = &reach->services[i];
		struct port_exposure widest = port_exposure_of(reach, service);
		if (!is_first_of_port(reach, i) || !ipv6_is_wider(reach, widest))
			continue;
		if (widest.ipv4 <= EXPOSURE_HOST)
			firewall_remedy_close(remedy, model, service->protocol, service->port,
					      service->port);
		else
			firewall_remedy_restrict(
				remedy, model, service->protocol, service->port, service->port,
				service_is_sip(model, service) ? AUDIENCE_PHONES : AUDIENCE_ADMIN);
	}
	if (reach->default_ipv6 == EXPOSURE_ANYWHERE)
		firewall_remedy_default_drop(remedy, model);
	firewall_remedy_end(remedy, model);
}

/* FW-014: prefixes wider than needed in what is let in. */
static void judge_width(const struct model *model, const struct reach_service *service,
			const struct service_opening *opening, struct address_set set,
			unsigned int bits_min, struct verdict *verdict)
{
	const struct prefix *prefixes;
	size_t count;
	(void)model;
	if (!address_set_prefixes(verdict->arena, set, &prefixes, &count)) {
		verdict->memory_failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		BUFFER_AUTO text = { 0 };
		if (prefixes[i].length >= bits_min)
			continue;
		prefix_format(prefixes[i], &text);
		verdict_fail(verdict, service->exposure, service_why(opening),
			     service_subject(verdict, service),
			     "let in from %s; a network of one's own is /%u or smaller",
			     buffer_string(&text), bits_min);
	}
}

static void evaluate_width(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	size_t listed = 0;
	(void)check;
	if (!service_list_is_known(verdict, model))
		return;
	unsigned int bits = model->site && model->site->level == SITE_STRICT
				    ? ADMIN_IPV4_BITS_MIN_STRICT
				    : ADMIN_IPV4_BITS_MIN;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (!is_admin_service(model, service) || service->is_loopback)
			continue;
		struct service_opening opening =
			service_opening(verdict, model, service, AUDIENCE_ADMIN);
		const char *subject = service_subject(verdict, service);
		size_t failed = verdict->fail_count;
		if (opening.openness == SERVICE_UNKNOWN) {
			verdict_unknown_because(verdict, subject,
						service_openness_text(verdict, &opening),
						SERVICE_READ_RULES);
			continue;
		}
		/* Open to the world is for FW-001, WEB-001 and AMI-001 to say. */
		if (opening.openness != SERVICE_LISTED)
			continue;
		listed++;
		judge_width(model, service, &opening, opening.public_ipv4, bits, verdict);
		judge_width(model, service, &opening, opening.public_ipv6, ADMIN_IPV6_BITS_MIN,
			    verdict);
		if (verdict->fail_count == failed)
			verdict_pass(verdict, service_why(&opening), subject, "%s",
				     service_openness_text(verdict, &opening));
	}
	if (listed == 0)
		verdict_not_applicable(verdict,
				       "no management service is limited to listed networks");
}

static const struct check rows[] = {
	{
		.id = "FW-001",
		.title = "SSH is open to admin networks only",
		.why = "Every SSH server on the Internet is tried thousands of times a day. Where "
		       "only your own networks reach it, a weak or stolen password is worth "
		       "nothing "
		       "to the rest of the world.",
		.evaluates =
			"Which sources the whole ruleset lets reach each socket of sshd, on its "
			"real port, by IPv4 and IPv6. Without networks in the settings, any "
			"short list of networks in the rules counts; FW-014 looks at its width.",
		.likelihood = 9,
		.impact = 8,
		.is_seed = true,
		.references = { "seed 4.3" },
		.evaluate = evaluate_group,
		.remedy = remedy_group,
		.parameters = &ssh_group,
	},
	{
		.id = "FW-002",
		.title = "SIP over UDP is open to known networks only",
		.why = "SIP scanners find an open port within hours, and then guess extensions and "
		       "secrets day and night; one hit means calls at your cost.",
		.evaluates =
			"Which sources the whole ruleset lets reach 5060/udp and every other "
			"UDP socket that takes SIP. Roaming users need a waiver, a fail2ban jail "
			"(F2B-002) and a limit per source (FW-010).",
		.likelihood = 10,
		.impact = 8,
		.is_seed = true,
		.references = { "seed 4.3" },
		.evaluate = evaluate_group,
		.remedy = remedy_group,
		.parameters = &sip_udp_group,
	},
	{
		.id = "FW-003",
		.title = "SIP over TCP, TLS and WebSocket is open to known networks only",
		.why = "Rules that close 5060/udp alone leave the same SIP server open by TCP.",
		.evaluates = "5060/tcp, 5061/tcp and Asterisk's 8088 and 8089, as FW-002.",
		.likelihood = 8,
		.impact = 8,
		.references = { "chan_sip.c", "RFC 3261" },
		.evaluate = evaluate_group,
		.remedy = remedy_group,
		.parameters = &sip_stream_group,
	},
	{
		.id = "FW-005",
		.title = "IPv6 is filtered as strictly as IPv4",
		.why = "iptables does not see IPv6: rules made for IPv4 alone leave every service "
		       "open by the other door.",
		.evaluates = "Every listening port: is it reached by IPv6 from more than by IPv4? "
			     "Hosts without an IPv6 address beyond link-local are passed over.",
		.likelihood = 6,
		.impact = 8,
		.references = { "CIS 4.4.3", "RFC 4890" },
		.evaluate = evaluate_ipv6,
		.remedy = remedy_ipv6,
	},
	{
		.id = "FW-014",
		.title = "Trusted networks are no wider than needed",
		.why = "A rule for a provider's whole network lets in all of its customers.",
		.evaluates =
			"Public networks that reach SSH, the GUI or the manager interface where "
			"these are limited at all: IPv4 wider than /22 (strict: /24) or IPv6 "
			"wider than /48.",
		.likelihood = 4,
		.impact = 6,
		.references = { "seed 4.3" },
		.evaluate = evaluate_width,
	},
};

CHECK_LIST(firewall_exposure_checks, rows);
