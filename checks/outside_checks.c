/* SPDX-License-Identifier: Apache-2.0
 *
 * A scan from outside against the models of the inside: what answered there must listen here and be
 * let in, and what listens here for the whole world must have answered there.
 */
#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/network/socket_model.h"
#include "audit/scan/scan_result.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/service_reach.h"
#include "checks/sip_entries.h"
#include "checks/verdict.h"

static bool is_own_address(const struct system_model *host, struct address address)
{
	for (size_t i = 0; i < host->address_count; i++)
		if (address_equal(host->addresses[i].prefix.address, address) ||
		    address_equal(host->addresses[i].address, address))
			return true;
	return false;
}

/* The host of the scan that is this one: by its address, or the only one, which may then be seen
 * through a translation of addresses. */
static const struct scan_found *find_host(const struct model *model)
{
	for (size_t i = 0; i < model->outside->count; i++)
		if (is_own_address(model->host, model->outside->hosts[i].address))
			return &model->outside->hosts[i];
	return model->outside->count == 1 ? &model->outside->hosts[0] : NULL;
}

static bool takes(const struct reach_service *service, struct address address)
{
	return service->takes_ipv4 || service->address.family == ADDRESS_NONE ||
	       service->address.family == address.family;
}

/* The services on PORT that a packet to ADDRESS can meet: the widest exposure of them. */
static const struct reach_service *find_service(const struct model *model, uint8_t protocol,
						uint16_t port, struct address address,
						enum exposure *ret_exposure)
{
	const struct reach_service *found = NULL;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (service->protocol != protocol || service->port != port ||
		    service->is_loopback || !takes(service, address))
			continue;
		enum exposure exposure = service->part_count ? service->exposure : EXPOSURE_HOST;
		if (!found || exposure > *ret_exposure)
			*ret_exposure = exposure;
		found = service;
	}
	return found;
}

static void judge_open(const struct model *model, const struct scan_found *host,
		       const struct scan_port *port, struct verdict *verdict)
{
	bool is_udp = port->protocol == SCAN_UDP;
	enum exposure exposure = EXPOSURE_HOST;
	const struct reach_service *service = find_service(
		model, is_udp ? IPPROTO_UDP : IPPROTO_TCP, port->port, host->address, &exposure);
	const char *name =
		service_port_text(verdict, is_udp ? IPPROTO_UDP : IPPROTO_TCP, port->port);
	if (!service)
		verdict_fail(verdict, EXPOSURE_ANYWHERE, ORIGIN_NONE, name,
			     "open from outside (%s), but nothing listens here: a forwarding rule, "
			     "a device in front, or a program that came or went in between",
			     scan_reason_name(port->reason));
	else if (exposure == EXPOSURE_HOST)
		verdict_fail(verdict, EXPOSURE_ANYWHERE, service->socket_origin, name,
			     "open from outside, though the rules here let nobody in: they are not "
			     "the rules in force, or something passes them by");
	else
		verdict_pass(verdict, service->socket_origin, name,
			     "open from outside, listens here and is let in");
}

/* PORT listens for anybody; what did the scan see of it? */
static void judge_listening(const struct model *model, const struct scan_found *host,
			    const struct reach_service *service, struct verdict *verdict)
{
	bool is_udp = service->protocol == IPPROTO_UDP;
	enum scan_state state;
	if ((!is_udp && service->protocol != IPPROTO_TCP) || service->is_loopback ||
	    service->exposure != EXPOSURE_ANYWHERE || !takes(service, host->address) ||
	    !scan_found_state(model->outside, host, is_udp ? SCAN_UDP : SCAN_TCP, service->port,
			      &state))
		return;
	/* An address of its own that is not the one that was scanned. */
	if (!address_is_unspecified(service->address) && service->address.family &&
	    !address_equal(service->address, host->address) &&
	    is_own_address(model->host, host->address))
		return;
	const char *name = service_port_text(verdict, service->protocol, service->port);
	if (state == STATE_CLOSED)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, service->socket_origin, name,
			     "listens here and the rules let anybody in, but outside it is closed: "
			     "another host answered, or the socket came later");
	else if (state == STATE_FILTERED)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, service->socket_origin, name,
			     "listens here and the rules let anybody in, but outside it is "
			     "filtered: another firewall stands in front, which these rules do not "
			     "show");
}

static void evaluate_outside(const struct check *check UNUSED, const struct model *model,
			     struct verdict *verdict)
{
	if (!model->outside) {
		verdict_not_applicable(verdict, "no scan from outside was given (--scan FILE)");
		return;
	}
	if (!service_list_is_known(verdict, model))
		return;
	const struct scan_found *host = find_host(model);
	if (!host || host->refused) {
		verdict_unknown_because(verdict, "scan from outside",
					"it holds no address of this host",
					"scan this host's own address");
		return;
	}
	size_t judged = verdict->count;
	for (size_t i = 0; i < host->count; i++)
		if (host->ports[i].state == STATE_OPEN)
			judge_open(model, host, &host->ports[i], verdict);
	for (size_t i = 0; i < model->reach->count; i++)
		judge_listening(model, host, &model->reach->services[i], verdict);
	if (verdict->count == judged)
		verdict_pass(verdict, ORIGIN_NONE, "scan from outside",
			     "nothing was open, and nothing listens here for anybody");
}

/* NET-008: what `scan --i-may-test` was answered by SIP servers. */

/* The status line that names in a test, for evidence. */
static struct slice answer_of(const struct scan_service *service, const char *test)
{
	struct slice line = scan_service_fact(service, test);
	return line.size ? line : SLICE("no answer");
}

static void judge_sip(const struct scan_port *port, struct verdict *verdict)
{
	const struct scan_service *service = port->service;
	const char *name = service_port_text(
		verdict, port->protocol == SCAN_UDP ? IPPROTO_UDP : IPPROTO_TCP, port->port);
	struct slice finding = scan_service_fact(service, "finding");
	struct slice absent = answer_of(service, "register-absent"),
		     probable = answer_of(service, "register-probable"),
		     invite = answer_of(service, "invite");
	if (finding.size)
		verdict_fail(verdict, EXPOSURE_ANYWHERE, ORIGIN_NONE, name,
			     "%.*s: REGISTER of a name that cannot exist: %.*s, of a likely one: "
			     "%.*s, INVITE without a password: %.*s",
			     SLICE_ARG(finding), SLICE_ARG(absent), SLICE_ARG(probable),
			     SLICE_ARG(invite));
	else
		verdict_pass(verdict, ORIGIN_NONE, name,
			     "REGISTER of a name that cannot exist and of a likely one: %.*s, "
			     "INVITE without a password: %.*s",
			     SLICE_ARG(absent), SLICE_ARG(invite));
}

static void evaluate_strangers(const struct check *check UNUSED, const struct model *model,
			       struct verdict *verdict)
{
	const struct scan_found *host = model->outside ? find_host(model) : NULL;
	size_t judged = verdict->count;
	for (size_t i = 0; host && i < host->count; i++)
		if (scan_service_fact(host->ports[i].service, "register-absent").size ||
		    scan_service_fact(host->ports[i].service, "invite").size)
			judge_sip(&host->ports[i], verdict);
	if (verdict->count == judged)
		verdict_not_applicable(verdict,
				       "no scan from outside that tested SIP was given (ringfence "
				       "scan --i-may-test --json, audit --scan FILE)");
}

static void remedy_strangers(const struct check *check UNUSED, const struct model *model,
			     const struct verdict *verdict UNUSED, struct remedy *remedy)
{
	static const char *const verify[] = { "sip show settings", NULL };
	const struct sip_model *sip = model->asterisk->sip;
	if (sip && sip->file->state == FACT_PRESENT) {
		struct asterisk_remedy edit;
		asterisk_remedy_begin(&edit, remedy, model);
		struct asterisk_place guests =
			sip_general_place(sip, sip->general.allow_guest.variable);
		struct asterisk_place reject =
			sip_general_place(sip, sip->general.always_auth_reject.variable);
		asterisk_remedy_set(&edit, &guests, "allowguest", "no");
		asterisk_remedy_set(&edit, &reject, "alwaysauthreject", "yes");
		asterisk_remedy_end(&edit, "sip reload", verify);
	} else {
		remedy_command(remedy, "asterisk -rx 'pjsip show endpoints' # an endpoint "
				       "`anonymous` answers strangers: remove it");
	}
	remedy_verify(remedy, "ringfence scan --i-may-test --udp 5060 HOST # from outside");
}

static const struct check rows[] = {
	{
		.id = "NET-005",
		.title = "A scan from outside agrees with the rules and sockets inside",
		.why = "Where both differ, a rule does not do what it says, another firewall or a "
		       "forwarding stands in between, or something runs that nobody configured.",
		.evaluates =
			"Each port of `ringfence scan --json` or of nmap's XML (audit --scan FILE) "
			"against the socket and what the rules let in: open without a socket, open "
			"against the rules, closed or filtered though anybody is let in. Ports "
			"that "
			"only networks reach are left out, since the scan may have come from one. "
			"Silence of a UDP port proves nothing.",
		.likelihood = 3,
		.impact = 6,
		.references = { "seed 4.3 (nmap)" },
		.evaluate = evaluate_outside,
	},
	{
		.id = "NET-008",
		.title = "Strangers get no call, registration or account name out of SIP",
		.why = "Scanners ask each SIP server whether it tells existing extensions from "
		       "others, "
		       "registers without a password, or lets a stranger's call into the dialplan: "
		       "the first saves them most of the guessing, the others are fraud at once.",
		.evaluates =
			"What a scan with --i-may-test was answered (audit --scan FILE): REGISTER "
			"of "
			"a name that cannot exist and of a likely one must get the same answer, a "
			"challenge or a refusal; INVITE without a password must not come as far as "
			"the dialplan (404, 180 or 2xx do).",
		.likelihood = 9,
		.impact = 8,
		.references = { "seed 4.6", "chan_sip.c (alwaysauthreject)" },
		.evaluate = evaluate_strangers,
		.remedy = remedy_strangers,
	},
};

CHECK_LIST(outside_checks, rows);
