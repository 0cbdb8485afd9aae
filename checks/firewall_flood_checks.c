/* SPDX-License-Identifier: Apache-2.0
 *
 * What the rules do with packets that are not meant for a service (default, ping), and with too
 * many of those that are (limits per source).
 */
#include <netinet/in.h>

#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "checks/check.h"
#include "checks/firewall_remedy.h"
#include "checks/remedy.h"
#include "checks/service_reach.h"
#include "checks/verdict.h"

static bool is_tcp(const struct model *model, const struct reach_service *service)
{
	(void)model;
	return service->protocol == IPPROTO_TCP;
}

/* FW-004 and FW-012: packets that no rule names. */
struct unnamed {
	enum reach_question question;
	const char *subject_ipv4;
	const char *subject_ipv6;
};

static const struct unnamed unnamed_tcp = {
	.question = REACH_UNNAMED_TCP,
	.subject_ipv4 = "any other tcp port by IPv4",
	.subject_ipv6 = "any other tcp port by IPv6",
};

static const struct unnamed unnamed_udp = {
	.question = REACH_UNNAMED_UDP,
	.subject_ipv4 = "any other udp port by IPv4",
	.subject_ipv6 = "any other udp port by IPv6",
};

static void judge_unnamed(const struct model *model, const struct unnamed *unnamed,
			  enum address_family family, bool silent, struct verdict *verdict)
{
	const char *subject =
		family == ADDRESS_IPV6 ? unnamed->subject_ipv6 : unnamed->subject_ipv4;
	const struct reach_answer *answer =
		reach_find_answer(model->reach, unnamed->question, family);
	if (!answer) {
		verdict_unknown_because(verdict, subject, "the rules could not be evaluated",
					SERVICE_READ_RULES);
		return;
	}
	struct service_opening opening = service_opening_of(verdict, model, answer->parts,
							    answer->part_count, AUDIENCE_ADMIN);
	struct origin why = answer->part_count ? answer->parts[0].why : ORIGIN_NONE;
	if (opening.part)
		why = opening.part->why;
	const char *text = service_openness_text(verdict, &opening);
	if (opening.openness == SERVICE_UNKNOWN) {
		verdict_unknown_because(verdict, subject, text, SERVICE_READ_RULES);
	} else if (opening.openness == SERVICE_OPEN) {
		verdict_fail(verdict, answer->exposure, why, subject, "%s", text);
	} else {
		bool rejects = false;
		for (size_t i = 0; i < answer->part_count; i++)
			rejects = rejects || (answer->parts[i].verdict == REACH_BLOCK &&
					      answer->parts[i].is_reject);
		verdict_pass(verdict, why, subject, "%s",
			     opening.openness == SERVICE_CLOSED ? "refused to everybody" : text);
		if (silent && rejects)
			verdict_note(verdict, why, subject,
				     "refused with an answer: each packet of a flood costs an ICMP "
				     "message, up to net.ipv4.icmp_ratelimit");
	}
}

static void judge_unnamed_families(const struct model *model, const struct unnamed *unnamed,
				   bool silent, struct verdict *verdict)
{
	judge_unnamed(model, unnamed, ADDRESS_IPV4, silent, verdict);
	if (host_lacks_ipv6(model))
		verdict_note(verdict, ORIGIN_NONE, unnamed->subject_ipv6,
			     "the host has no IPv6 address beyond link-local");
	else
		judge_unnamed(model, unnamed, ADDRESS_IPV6, silent, verdict);
}

static void evaluate_default(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	if (!service_rules_are_known(verdict, model))
		return;
	judge_unnamed_families(model, &unnamed_tcp, false, verdict);
	judge_unnamed_families(model, &unnamed_udp, false, verdict);
}

static void evaluate_udp_default(const struct check *check, const struct model *model,
				 struct verdict *verdict)
{
	(void)check;
	if (service_rules_are_known(verdict, model))
		judge_unnamed_families(model, &unnamed_udp, true, verdict);
}

static void remedy_default(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	firewall_remedy_begin(remedy, model);
	firewall_remedy_default_drop(remedy, model);
	firewall_remedy_end(remedy, model);
}

static bool ignores_echo(const struct model *model)
{
	const struct system_sysctl *setting =
		model->host ? system_find_sysctl(model->host, "net.ipv4.icmp_echo_ignore_all")
			    : NULL;
	return setting && setting->running.state == FACT_PRESENT &&
	       slice_is(setting->running.value, "1");
}

static void evaluate_ping(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	size_t members = 0;
	(void)check;
	if (!service_rules_are_known(verdict, model))
		return;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		bool ipv6 = service->protocol == IPPROTO_ICMPV6;
		if ((service->protocol != IPPROTO_ICMP && !ipv6) ||
		    (ipv6 && host_lacks_ipv6(model)))
			continue;
		struct service_opening opening =
			service_opening(verdict, model, service, AUDIENCE_ADMIN);
		const char *subject = service_subject(verdict, service);
		const char *text = service_openness_text(verdict, &opening);
		members++;
		if (!ipv6 && ignores_echo(model))
			verdict_pass(verdict, ORIGIN_NONE, subject,
				     "the kernel answers no echo request (icmp_echo_ignore_all)");
		else if (opening.openness == SERVICE_UNKNOWN)
			verdict_unknown_because(verdict, subject, text, SERVICE_READ_RULES);
		else if (opening.openness == SERVICE_OPEN && !opening.is_limited)
			verdict_fail(verdict, service->exposure, service_place(&opening, service),
				     subject, "%s, without a limit", text);
		else
			verdict_pass(verdict, service_place(&opening, service), subject, "%s",
				     text);
	}
	if (members == 0)
		verdict_unknown_because(verdict, "echo requests",
					"the rules could not be evaluated", SERVICE_READ_RULES);
	else
		verdict_note(verdict, ORIGIN_NONE, "traceroute",
			     "dropping echo requests stops ping and Windows' tracert, but not "
			     "traceroute by UDP or TCP");
}

static void remedy_ping(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	firewall_remedy_begin(remedy, model);
	firewall_remedy_ping(remedy, model);
	firewall_remedy_end(remedy, model);
}

/* FW-010, FW-011: services open beyond lists, and a counter for each source. */
static void
judge_limits(const struct model *model,
	     bool (*is_member)(const struct model *model, const struct reach_service *service),
	     enum service_audience audience, const char *nothing, struct verdict *verdict)
{
	size_t members = 0;
	if (!service_list_is_known(verdict, model))
		return;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (!is_member(model, service) || service->is_loopback)
			continue;
		struct service_opening opening = service_opening(verdict, model, service, audience);
		const char *subject = service_subject(verdict, service);
		const char *text = service_openness_text(verdict, &opening);
		struct origin place = service_place(&opening, service);
		members++;
		if (opening.openness == SERVICE_UNKNOWN)
			verdict_unknown_because(verdict, subject, text, SERVICE_READ_RULES);
		else if (opening.openness != SERVICE_OPEN)
			verdict_pass(verdict, place, subject, "%s", text);
		else if (opening.is_limited_per_source)
			verdict_pass(verdict, place, subject, "limited per source; %s", text);
		else
			verdict_fail(verdict, service->exposure, place, subject, "%s; %s", text,
				     opening.is_limited
					     ? "the limit is one for all, so one sender can use it "
					       "up for everybody"
					     : "no limit per source");
	}
	if (members == 0)
		service_record_none(verdict, model, nothing);
}

static void evaluate_sip_limit(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	judge_limits(model, service_is_sip, AUDIENCE_PHONES, "nothing listens for SIP", verdict);
}

static void remedy_sip_limit(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	struct verdict scratch = { .arena = remedy->arena };
	firewall_remedy_begin(remedy, model);
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (!service_is_sip(model, service) ||
		    service_opening(&scratch, model, service, AUDIENCE_PHONES).openness !=
			    SERVICE_OPEN)
			continue;
		firewall_remedy_limit(remedy, model, service->protocol, service->port);
	}
	firewall_remedy_end(remedy, model);
}

static void evaluate_tcp_limit(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	judge_limits(model, is_tcp, AUDIENCE_PHONES, "nothing listens on TCP", verdict);
	const struct system_sysctl *cookies =
		model->host ? system_find_sysctl(model->host, "net.ipv4.tcp_syncookies") : NULL;
	if (cookies && cookies->running.state == FACT_PRESENT)
		verdict_note(verdict, cookies->running.origin, "net.ipv4.tcp_syncookies", "is %s",
			     verdict_text(verdict, cookies->running.value));
}

static void remedy_tcp_limit(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	firewall_remedy_begin(remedy, model);
	firewall_remedy_rule(remedy, model,
			     "-I INPUT 1 ! -i lo -p tcp --syn -m connlimit --connlimit-above 30 "
			     "--connlimit-mask 32 -j DROP",
			     "-I INPUT 1 ! -i lo -p tcp --syn -m connlimit --connlimit-above 30 "
			     "--connlimit-mask 64 -j DROP",
			     "iif != lo tcp flags syn / fin,syn,rst,ack meter rf_syn { ip saddr ct "
			     "count over 30 } drop");
	firewall_remedy_end(remedy, model);
}

static const struct check rows[] = {
	{
		.id = "FW-004",
		.title = "What is not allowed is dropped",
		.why = "A firewall that lets in what nobody thought of protects only against what "
		       "somebody thought of: the next service that starts is open to the world.",
		.evaluates =
			"What the whole ruleset does with a new packet, from outside, to a port "
			"that no rule names: TCP and UDP, IPv4 and (where the host has an "
			"address) IPv6.",
		.likelihood = 7,
		.impact = 7,
		.references = { "CIS 4.2.7", "CIS 4.3.8", "CIS 4.4.2.1" },
		.evaluate = evaluate_default,
		.remedy = remedy_default,
	},
	{
		.id = "FW-006",
		.title = "Ping is answered to admin networks only",
		.why = "An answer tells scanners that the address is worth a closer look, and echo "
		       "floods cost bandwidth twice.",
		.evaluates =
			"Which sources get an answer to an echo request, and under what limit; "
			"icmp_echo_ignore_all. Other kinds of ICMP must pass (FW-015).",
		.likelihood = 5,
		.impact = 2,
		.level = LEVEL_STRICT,
		.is_seed = true,
		.references = { "seed 4.5" },
		.evaluate = evaluate_ping,
		.remedy = remedy_ping,
	},
	{
		.id = "FW-010",
		.title = "SIP requests are rate-limited per source",
		.why = "One sender of thousands of requests a second occupies the SIP server, "
		       "guesses "
		       "secrets at that rate, and a limit that all senders share locks out "
		       "everybody "
		       "instead of him.",
		.evaluates =
			"SIP sockets that are open beyond PHONES and trunks: does a counter for "
			"each source (hashlimit, recent, connlimit, an nft meter) stand before "
			"the accept? A rule below an earlier accept does not count.",
		.likelihood = 7,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 2.2", "seed 2.5", "seed 3.1" },
		.evaluate = evaluate_sip_limit,
		.remedy = remedy_sip_limit,
	},
	{
		.id = "FW-011",
		.title = "New TCP connections are limited per source",
		.why = "A SYN flood from one sender fills the queue of half-open connections.",
		.evaluates =
			"TCP services that are open beyond listed networks: does a limit per "
			"source stand before the accept? net.ipv4.tcp_syncookies is told beside.",
		.likelihood = 4,
		.impact = 6,
		.level = LEVEL_STRICT,
		.is_seed = true,
		.references = { "seed 2.1", "RFC 4987" },
		.evaluate = evaluate_tcp_limit,
		.remedy = remedy_tcp_limit,
	},
	{
		.id = "FW-012",
		.title = "UDP floods to closed ports are dropped silently",
		.why = "Where no rule drops them, the kernel answers packets to closed ports, and "
		       "every answer helps the flood.",
		.evaluates = "What the whole ruleset does with UDP to a port that no rule names. "
			     "REJECT is told beside: its answers are limited by the kernel.",
		.likelihood = 5,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 2.2" },
		.evaluate = evaluate_udp_default,
		.remedy = remedy_default,
	},
};

CHECK_LIST(firewall_flood_checks, rows);
