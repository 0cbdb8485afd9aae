/* SPDX-License-Identifier: Apache-2.0
 *
 * How the rules are written: rules that nothing reaches, loopback and replies, the RTP range, ICMP
 * that must pass, and ways around INPUT.
 */
#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/firewall/firewall_model.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "checks/check.h"
#include "checks/firewall_remedy.h"
#include "checks/remedy.h"
#include "checks/service_reach.h"
#include "checks/verdict.h"

/* FW-013: ports beyond the RTP range that are no range of their own: single services that a rule
 * names although nothing listens. */
#define STRAY_PORTS_MAX 100

/* udptl.conf of Asterisk: T.38 fax. */
#define UDPTL_FIRST 4000
#define UDPTL_LAST 4999

static bool has_live_rules(const struct model *model, struct verdict *verdict)
{
	const struct firewall_model *firewall = model->firewall;
	if (firewall && firewall->live)
		return true;
	verdict_unknown(verdict, firewall ? firewall->unread : NULL);
	return false;
}

static const char *rule_subject(struct verdict *verdict, const struct rule *rule,
				const struct rule_chain *chain)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%s rule %u", verdict_text(verdict, chain->name), rule->number);
	char *kept = buffer_keep(&text, verdict->arena);
	if (!kept)
		verdict->memory_failed = true;
	return kept ? kept : "";
}

static void evaluate_order(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	(void)check;
	if (!has_live_rules(model, verdict))
		return;
	const struct firewall_model *firewall = model->firewall;
	if (firewall->live->is_broken) {
		verdict_unknown_because(verdict, "the running rules",
					firewall->live->broken.message, SERVICE_READ_RULES);
		return;
	}
	if (firewall->live->rule_count == 0) {
		verdict_not_applicable(verdict, "no rule runs");
		return;
	}
	for (size_t i = 0; i < firewall->unreached_count; i++) {
		const struct firewall_unreached *dead = &firewall->unreached[i];
		const char *subject = rule_subject(verdict, dead->rule, dead->chain);
		if (!dead->taken_by)
			verdict_note(verdict, dead->rule->origin, subject,
				     "no rule jumps to its chain");
		else if (dead->is_contradicted)
			verdict_fail(
				verdict, EXPOSURE_NOT_APPLICABLE, dead->rule->origin, subject,
				"does nothing: rule %u (line %u) before it takes all its packets",
				dead->taken_by->number, origin_line(dead->taken_by->origin));
		else
			verdict_note(verdict, dead->rule->origin, subject,
				     "is not needed: rule %u says the same before it",
				     dead->taken_by->number);
	}
	if (verdict->fail_count == 0)
		verdict_pass(verdict, ORIGIN_NONE, "rules",
			     "none is contradicted by one that comes before it");
}

enum answer_kind {
	ANSWER_IN,
	ANSWER_OUT,
	ANSWER_UNKNOWN,
};

/* What happens to the sources that make up the most: a ban of one address or a rule against forged
 * ones is no answer. Questions about one source have no wide part: then each counts. */
static enum answer_kind main_answer(const struct reach_answer *answer, struct verdict *verdict,
				    const struct reach_part **ret_part)
{
	enum answer_kind kind = answer->part_count ? ANSWER_IN : ANSWER_UNKNOWN;
	bool any_wide = false;
	*ret_part = answer->part_count ? &answer->parts[0] : NULL;
	for (size_t i = 0; i < answer->part_count; i++)
		any_wide = any_wide || service_sources_are_wide(verdict, answer->parts[i].sources);
	for (size_t i = 0; i < answer->part_count; i++) {
		const struct reach_part *part = &answer->parts[i];
		if (any_wide && !service_sources_are_wide(verdict, part->sources))
			continue;
		if (part->verdict == REACH_BLOCK || part->verdict == REACH_UNKNOWN) {
			*ret_part = part;
			kind = part->verdict == REACH_BLOCK ? ANSWER_OUT : ANSWER_UNKNOWN;
		}
		if (kind == ANSWER_OUT)
			break;
		if (kind == ANSWER_IN)
			*ret_part = part;
	}
	return kind;
}

/* The live rule that stands at ORIGIN; NULL when a policy does. */
static const struct rule *rule_at(const struct ruleset *ruleset, struct origin origin)
{
	for (size_t t = 0; origin.source && t < ruleset->table_count; t++)
		for (size_t c = 0; c < ruleset->tables[t]->chain_count; c++) {
			const struct rule_chain *chain = ruleset->tables[t]->chains[c];
			for (size_t r = 0; r < chain->rule_count; r++)
				if (chain->rules[r].origin.source == origin.source &&
				    chain->rules[r].origin.first == origin.first)
					return &chain->rules[r];
		}
	return NULL;
}

static bool looks_at(const struct rule *rule, enum packet_field field)
{
	for (size_t i = 0; i < rule->step_count; i++) {
		const struct rule_step *step = &rule->steps[i];
		if (step->kind != STEP_MATCH || step->match.kind != MATCH_FIELDS)
			continue;
		for (size_t p = 0; p < step->match.part_count; p++)
			if (step->match.parts[p].field == field)
				return true;
	}
	return false;
}

struct shape_question {
	enum reach_question question;
	const char *subject;
	/* What it means when it is refused. */
	const char *refused;
};

static void judge_needed(const struct model *model, const struct shape_question *row,
			 enum address_family family, struct verdict *verdict)
{
	const struct reach_answer *answer = reach_find_answer(model->reach, row->question, family);
	const char *version = family == ADDRESS_IPV6 ? "IPv6" : "IPv4";
	const struct reach_part *part = NULL;
	if (!answer) {
		verdict_unknown_because(verdict, row->subject, "the rules could not be evaluated",
					SERVICE_READ_RULES);
		return;
	}
	switch (main_answer(answer, verdict, &part)) {
	case ANSWER_IN:
		verdict_pass(verdict, part->why, row->subject, "let in by %s", version);
		break;
	case ANSWER_OUT:
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, part->why, row->subject,
			     "dropped by %s: %s", version, row->refused);
		break;
	case ANSWER_UNKNOWN:
		verdict_unknown_because(verdict, row->subject, "what the rules do is not known",
					SERVICE_READ_RULES);
		break;
	}
}

/* A rule for replies that takes NEW too lets in everything. */
static void judge_state_accept(const struct model *model, enum address_family family,
			       struct verdict *verdict)
{
	const struct reach_answer *answer =
		reach_find_answer(model->reach, REACH_UNNAMED_TCP, family);
	for (size_t i = 0; answer && i < answer->part_count; i++) {
		const struct reach_part *part = &answer->parts[i];
		const struct rule *rule = part->verdict == REACH_ACCEPT
						  ? rule_at(model->firewall->live, part->why)
						  : NULL;
		if (rule && looks_at(rule, FIELD_CT_STATE) &&
		    !looks_at(rule, FIELD_DESTINATION_PORT) && !looks_at(rule, FIELD_SOURCE))
			verdict_fail(verdict, EXPOSURE_ANYWHERE, part->why, part->path,
				     "the rule for replies takes NEW connections too: it lets in "
				     "everything");
	}
}

static void note_strays(const struct model *model, enum address_family family,
			struct verdict *verdict)
{
	static const struct {
		enum reach_question question;
		const char *subject;
		const char *text;
	} strays[] = {
		{ REACH_LOOPBACK_FORGED, "loopback addresses from outside",
		  "are let in by the rules; the kernel itself drops them as martians" },
		{ REACH_INVALID, "packets of no connection (INVALID)", "are let in" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(strays); i++) {
		const struct reach_part *part;
		const struct reach_answer *answer =
			reach_find_answer(model->reach, strays[i].question, family);
		if (answer && main_answer(answer, verdict, &part) == ANSWER_IN)
			verdict_note(verdict, part->why, strays[i].subject, "%s", strays[i].text);
	}
}

static void judge_shape(const struct model *model, enum address_family family,
			enum exposure by_default, struct verdict *verdict)
{
	static const struct shape_question needed[] = {
		{ REACH_LOOPBACK, "loopback", "programs of the host can't talk to each other" },
		{ REACH_REPLY, "replies", "the host's own connections get no answer" },
	};
	judge_state_accept(model, family, verdict);
	/* Under a default of accept nothing is missing: FW-004 says what is wrong then. */
	if (by_default == EXPOSURE_ANYWHERE)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		judge_needed(model, &needed[i], family, verdict);
	note_strays(model, family, verdict);
}

static void evaluate_shape(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	(void)check;
	if (!has_live_rules(model, verdict) || !service_rules_are_known(verdict, model))
		return;
	const struct reach_model *reach = model->reach;
	judge_shape(model, ADDRESS_IPV4, reach->default_ipv4, verdict);
	if (!host_lacks_ipv6(model))
		judge_shape(model, ADDRESS_IPV6, reach->default_ipv6, verdict);
	if (verdict->count == 0)
		verdict_not_applicable(verdict, "what no rule names is let in (FW-004)");
}

static void evaluate_icmp(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	static const struct shape_question both[] = {
		{ REACH_ICMP_UNREACHABLE, "ICMP destination unreachable",
		  "connections through smaller links hang (RFC 1191)" },
		{ REACH_ICMP_TIME_EXCEEDED, "ICMP time exceeded",
		  "loops and traceroute stay dark" },
		{ REACH_ICMP_PARAMETER_PROBLEM, "ICMP parameter problem",
		  "broken headers stay unnoticed" },
	};
	static const struct shape_question ipv6_only[] = {
		{ REACH_ICMP_TOO_BIG, "ICMPv6 packet too big",
		  "connections through smaller links hang (RFC 4890)" },
		{ REACH_ICMP_NEIGHBOUR, "ICMPv6 neighbour discovery",
		  "the host can't be found on its own network" },
	};
	(void)check;
	if (!service_rules_are_known(verdict, model))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++)
		judge_needed(model, &both[i], ADDRESS_IPV4, verdict);
	if (host_lacks_ipv6(model))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++)
		judge_needed(model, &both[i], ADDRESS_IPV6, verdict);
	for (size_t i = 0; i < ARRAY_SIZE(ipv6_only); i++)
		judge_needed(model, &ipv6_only[i], ADDRESS_IPV6, verdict);
}

static void remedy_icmp(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	firewall_remedy_begin(remedy, model);
	firewall_remedy_rule(
		remedy, model, "-I INPUT 1 -p icmp --icmp-type destination-unreachable -j ACCEPT",
		"-I INPUT 1 -p ipv6-icmp --icmpv6-type packet-too-big -j ACCEPT", NULL);
	firewall_remedy_rule(
		remedy, model, "-I INPUT 2 -p icmp --icmp-type time-exceeded -j ACCEPT",
		"-I INPUT 2 -p ipv6-icmp --icmpv6-type neighbour-solicitation -j ACCEPT", NULL);
	firewall_remedy_rule(
		remedy, model, "-I INPUT 3 -p icmp --icmp-type parameter-problem -j ACCEPT",
		"-I INPUT 3 -p ipv6-icmp --icmpv6-type neighbour-advertisement -j ACCEPT", NULL);
	firewall_remedy_end(remedy, model);
}

static void remedy_shape(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	firewall_remedy_begin(remedy, model);
	firewall_remedy_rule(remedy, model, "-I INPUT 1 -i lo -j ACCEPT",
			     "-I INPUT 1 -i lo -j ACCEPT", NULL);
	firewall_remedy_rule(
		remedy, model, "-I INPUT 2 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
		"-I INPUT 2 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT", NULL);
	firewall_remedy_end(remedy, model);
}

/* Ports of RANGE that are neither RTP nor UDPTL. */
static unsigned int stray_ports(const struct reach_port_range *range, int64_t first, int64_t last)
{
	unsigned int strays = 0;
	for (unsigned int port = range->first; port <= range->last; port++)
		if ((port < first || port > last) && (port < UDPTL_FIRST || port > UDPTL_LAST))
			strays++;
	return strays;
}

static void judge_media_range(const struct reach_port_range *range, int64_t first, int64_t last,
			      struct verdict *verdict)
{
	BUFFER_AUTO subject = { 0 };
	unsigned int strays = stray_ports(range, first, last);
	buffer_format(&subject, "udp ports %u to %u by %s", range->first, range->last,
		      range->family == ADDRESS_IPV6 ? "IPv6" : "IPv4");
	if (buffer_failed(&subject))
		verdict->memory_failed = true;
	if (strays > STRAY_PORTS_MAX)
		verdict_fail(
			verdict, range->exposure, range->why, buffer_string(&subject),
			"open, but Asterisk sends media on %lld to %lld: %u ports are open for "
			"nothing",
			(long long)first, (long long)last, strays);
	else
		verdict_pass(verdict, range->why, buffer_string(&subject),
			     "open; media runs on %lld to %lld", (long long)first, (long long)last);
}

static void evaluate_media(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	const struct asterisk_model *asterisk = model->asterisk;
	(void)check;
	if (asterisk && asterisk->is_installed.state == FACT_ABSENT) {
		verdict_not_applicable(verdict, "there is no Asterisk on this host");
		return;
	}
	if (!asterisk || !asterisk->settings) {
		verdict_unknown_because(verdict, "rtp.conf", "it was not read", "run as root");
		return;
	}
	const struct fact_int *start = &asterisk->settings->rtp_start;
	const struct fact_int *end = &asterisk->settings->rtp_end;
	if (start->state == FACT_UNREADABLE || end->state == FACT_UNREADABLE) {
		verdict_unknown(verdict,
				start->state == FACT_UNREADABLE ? start->unread : end->unread);
		return;
	}
	if (!service_rules_are_known(verdict, model))
		return;
	if (model->reach->default_ipv4 == EXPOSURE_ANYWHERE) {
		verdict_not_applicable(verdict, "every port is open, not a range (FW-004, FW-012)");
		return;
	}
	/* res_rtp_asterisk.c: 5000 to 31000 where rtp.conf says nothing. */
	int64_t first = start->state == FACT_PRESENT ? start->value : 5000;
	int64_t last = end->state == FACT_PRESENT ? end->value : 31000;
	for (size_t i = 0; i < model->reach->range_count; i++) {
		const struct reach_port_range *range = &model->reach->ranges[i];
		bool counts = range->family == ADDRESS_IPV4 || !host_lacks_ipv6(model);
		if (range->protocol == IPPROTO_UDP && counts && range->exposure >= EXPOSURE_UNKNOWN)
			judge_media_range(range, first, last, verdict);
	}
	if (verdict->count == 0)
		verdict_pass(verdict, ORIGIN_NONE, "udp ports",
			     "none is open to the Internet without a service");
}

static const struct system_sysctl *setting_of(const struct model *model, const char *key)
{
	const struct system_sysctl *setting =
		model->host ? system_find_sysctl(model->host, key) : NULL;
	return setting && setting->running.state == FACT_PRESENT ? setting : NULL;
}

/* Ports that go on to another host or a container, past the rules of INPUT. */
static void judge_published(const struct model *model, enum address_family family,
			    const struct system_sysctl *forwards, struct verdict *verdict)
{
	for (size_t i = 0; i < model->reach->published_count; i++) {
		const struct reach_port_range *range = &model->reach->published[i];
		if (range->family != family)
			continue;
		BUFFER_AUTO ports = { 0 };
		buffer_format(&ports, "%s port %u", range->protocol == IPPROTO_TCP ? "tcp" : "udp",
			      range->first);
		if (range->last != range->first)
			buffer_format(&ports, " to %u", range->last);
		if (buffer_failed(&ports))
			verdict->memory_failed = true;
		const char *subject = buffer_string(&ports);
		if (range->exposure == EXPOSURE_UNKNOWN || !forwards)
			verdict_unknown_because(verdict, subject,
						"it is sent on to another host, to whom is not "
						"known",
						SERVICE_READ_RULES);
		else if (range->exposure == EXPOSURE_ANYWHERE)
			verdict_fail(verdict, range->exposure, range->why, subject,
				     "is sent on to another host or a container for anyone: the "
				     "rules of INPUT are not asked");
		else
			verdict_note(verdict, range->why, subject,
				     "is sent on to another host or a container, for known "
				     "networks");
	}
}

static void judge_forward(const struct model *model, enum address_family family, const char *key,
			  struct verdict *verdict)
{
	const struct system_sysctl *forwards = setting_of(model, key);
	const struct reach_answer *answer = reach_find_answer(model->reach, REACH_FORWARD, family);
	const char *version = family == ADDRESS_IPV6 ? "IPv6" : "IPv4";
	if (forwards && slice_is(forwards->running.value, "0")) {
		verdict_pass(verdict, forwards->running.origin, key,
			     "is 0: the host does not route");
		return;
	}
	judge_published(model, family, forwards, verdict);
	if (!answer || answer->exposure == EXPOSURE_UNKNOWN) {
		verdict_unknown_because(verdict, version, "what is forwarded is not known",
					SERVICE_READ_RULES);
		return;
	}
	const struct reach_part *part = answer->part_count ? &answer->parts[0] : NULL;
	for (size_t i = 0; i < answer->part_count; i++)
		if (answer->parts[i].verdict == REACH_ACCEPT ||
		    answer->parts[i].verdict == REACH_CONDITION)
			part = &answer->parts[i];
	struct origin why = part ? part->why : ORIGIN_NONE;
	if (answer->exposure != EXPOSURE_ANYWHERE)
		verdict_pass(verdict, why, version, "packets from outside are not forwarded");
	else if (!forwards)
		verdict_unknown_because(verdict, key, "it was not read", "give `sysctl -a`");
	else
		verdict_fail(verdict, EXPOSURE_ANYWHERE, why, version,
			     "packets from anywhere are forwarded (%s is %s)", key,
			     verdict_text(verdict, forwards->running.value));
}

static void evaluate_forward(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	if (!service_rules_are_known(verdict, model))
		return;
	judge_forward(model, ADDRESS_IPV4, "net.ipv4.ip_forward", verdict);
	if (!host_lacks_ipv6(model))
		judge_forward(model, ADDRESS_IPV6, "net.ipv6.conf.all.forwarding", verdict);
	const struct system_sysctl *helper = setting_of(model, "net.netfilter.nf_conntrack_helper");
	if (helper && slice_is(helper->running.value, "1"))
		verdict_note(verdict, helper->running.origin, "net.netfilter.nf_conntrack_helper",
			     "is 1: the kernel opens ports by what SIP packets say");
}

static void remedy_forward(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	firewall_remedy_begin(remedy, model);
	firewall_remedy_rule(remedy, model, "-P FORWARD DROP", "-P FORWARD DROP", NULL);
	if (remedy->commands.count)
		remedy_command(remedy, "# Docker's published ports: bind them with -p "
				       "127.0.0.1:PORT:PORT");
	firewall_remedy_end(remedy, model);
}

static const struct check rows[] = {
	{
		.id = "FW-007",
		.title = "Rules stand before anything that accepts more",
		.why = "A rule below one that takes the same packets does nothing, however right "
		       "it "
		       "reads: the order decides.",
		.evaluates =
			"Every rule on the way to INPUT: is there a packet that reaches it? One "
			"that is never reached, and would have decided otherwise than the rule "
			"before it, fails; chains that nothing jumps to are told beside.",
		.likelihood = 6,
		.impact = 7,
		.references = { "seed 4.5" },
		.evaluate = evaluate_order,
	},
	{
		.id = "FW-008",
		.title = "Loopback and replies are explicit and tight",
		.why = "Under a default of drop the host needs a rule for loopback and one for "
		       "replies; one that takes new connections as well opens everything.",
		.evaluates =
			"What the rules do with packets on lo, replies, loopback addresses from "
			"outside, packets of no connection; and whether the rule for replies "
			"also takes NEW.",
		.likelihood = 3,
		.impact = 6,
		.references = { "CIS 4.4.2.2", "CIS 4.4.2.3" },
		.evaluate = evaluate_shape,
		.remedy = remedy_shape,
	},
	{
		.id = "FW-013",
		.title = "Only the RTP range is open, and it fits",
		.why = "Rules such as 1024:65535 for media open every service that will ever "
		       "listen "
		       "on a high port.",
		.evaluates =
			"UDP ports that the Internet reaches and where nothing listens, against "
			"rtpstart and rtpend of rtp.conf (5000 to 31000 without) and UDPTL's "
			"4000 to 4999.",
		.likelihood = 5,
		.impact = 5,
		.references = { "rtp.conf.sample", "res_rtp_asterisk.c" },
		.evaluate = evaluate_media,
	},
	{
		.id = "FW-015",
		.title = "Needed ICMP still passes",
		.why = "Dropping all of ICMP breaks path MTU discovery: connections open and then "
		       "hang, which is hard to find.",
		.evaluates =
			"What the rules do with ICMP errors that belong to a connection (types 3, "
			"11, 12; ICMPv6 1 to 4) and with IPv6 neighbour discovery.",
		.likelihood = 3,
		.impact = 4,
		.references = { "RFC 1191", "RFC 4890", "seed 4.5" },
		.evaluate = evaluate_icmp,
		.remedy = remedy_icmp,
	},
	{
		.id = "FW-016",
		.title = "Nothing is forwarded around INPUT",
		.why = "A host that routes, or publishes ports of containers, lets packets by that "
		       "never see the rules for its own services.",
		.evaluates =
			"net.ipv4.ip_forward and its IPv6 twin, and what the rules do with new "
			"connections from outside to another host, and with those to ports of "
			"this host that are translated to another or to a container (DNAT, "
			"Docker); automatic SIP helpers of conntrack are told beside.",
		.likelihood = 4,
		.impact = 8,
		.references = { "CIS 4.4.2.1" },
		.evaluate = evaluate_forward,
		.remedy = remedy_forward,
	},
};

CHECK_LIST(firewall_rule_checks, rows);
