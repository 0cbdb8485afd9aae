/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of procedure P-FW that front ends have few words for: the default, limits, single
 * rules.
 */
#include <netinet/in.h>

#include "audit/base/buffer.h"
#include "audit/firewall/reach_model.h"
#include "audit/model/model.h"
#include "checks/firewall_remedy.h"
#include "checks/firewall_remedy_words.h"
#include "checks/remedy.h"

void firewall_remedy_rule(struct remedy *remedy, const struct model *model,
			  const char *ipv4_arguments, const char *ipv6_arguments,
			  const char *nft_rule)
{
	enum firewall_dialect dialect = firewall_dialect_of(model);
	if (dialect == DIALECT_NFTABLES || dialect == DIALECT_FIREWALLD) {
		if (!nft_rule)
			return;
		firewall_remedy_nft_table(remedy);
		remedy_command(remedy, "nft 'add rule inet ringfence input %s'", nft_rule);
		return;
	}
	if (ipv4_arguments)
		remedy_command(remedy, "iptables %s", ipv4_arguments);
	if (ipv6_arguments)
		remedy_command(remedy, "ip6tables %s", ipv6_arguments);
}

/* Appended below what is there: under a default of accept nothing above can be a last drop. */
static void iptables_allow(struct remedy *remedy, const struct model *model, const char *match,
			   enum service_audience audience)
{
	static const char *const programs[] = { "iptables", "ip6tables" };
	struct audience_networks networks = audience_networks(model, audience);
	if (!audience_is_given(&networks)) {
		remedy_command(
			remedy,
			"for n in $%s; do case $n in *:*) p=ip6tables;; *) p=iptables;; esac; "
			"$p -A INPUT %s -s \"$n\" -j ACCEPT; done",
			audience_variable(audience), match);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		struct slice rest = slice_of(audience_words(remedy, &networks,
							    i ? ADDRESS_IPV6 : ADDRESS_IPV4, " ")),
			     word;
		while (slice_next_word(&rest, &word))
			remedy_command(remedy, "%s -A INPUT %s -s %.*s -j ACCEPT", programs[i],
				       match, SLICE_ARG(word));
	}
}

static void nft_allow(struct remedy *remedy, const struct model *model, const char *match,
		      enum service_audience audience)
{
	static const char *const fields[] = { "ip saddr", "ip6 saddr" };
	struct audience_networks networks = audience_networks(model, audience);
	if (!audience_is_given(&networks)) {
		remedy_command(
			remedy,
			"for n in $%s; do case $n in *:*) f=ip6;; *) f=ip;; esac; nft add rule "
			"inet ringfence input $f saddr \"$n\" %s accept; done",
			audience_variable(audience), match);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *words =
			audience_words(remedy, &networks, i ? ADDRESS_IPV6 : ADDRESS_IPV4, ", ");
		if (*words)
			remedy_command(remedy,
				       "nft 'add rule inet ringfence input %s { %s } %s accept'",
				       fields[i], words, match);
	}
}

/* SSH and the GUI for ADMIN, SIP for PHONES. Anything else that listens stays shut: who needs it
 * adds a line. */
static void allow_services(struct remedy *remedy, const struct model *model, bool is_nft)
{
	for (size_t i = 0; model->reach && i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		bool admin = service_is_ssh(model, service) || service_is_web(service);
		bool seen = false;
		if (service->is_loopback || (!admin && !service_is_sip(model, service)))
			continue;
		for (size_t j = 0; j < i; j++)
			seen = seen || (model->reach->services[j].protocol == service->protocol &&
					model->reach->services[j].port == service->port &&
					!model->reach->services[j].is_loopback);
		if (seen)
			continue;
		BUFFER_AUTO match = { 0 };
		enum service_audience audience = admin ? AUDIENCE_ADMIN : AUDIENCE_PHONES;
		buffer_format(&match, is_nft ? "%s dport %u" : "-p %s --dport %u",
			      remedy_protocol_name(service->protocol), service->port);
		if (is_nft)
			nft_allow(remedy, model, buffer_string(&match), audience);
		else
			iptables_allow(remedy, model, buffer_string(&match), audience);
	}
}

static void ask_for_audiences(struct remedy *remedy, const struct model *model)
{
	static const enum service_audience audiences[] = { AUDIENCE_ADMIN, AUDIENCE_PHONES };
	for (size_t i = 0; i < ARRAY_SIZE(audiences); i++) {
		struct audience_networks networks = audience_networks(model, audiences[i]);
		if (!audience_is_given(&networks))
			audience_ask(remedy, audiences[i]);
	}
}

/* RTP comes from wherever the other party is; strict RTP and the short life of its ports guard it.
 */
#define RTP_PORTS_IPTABLES "10000:20000"
#define RTP_PORTS_NFT "10000-20000"

static void iptables_default_drop(struct remedy *remedy, const struct model *model)
{
	static const char *const lines[] = {
		"iptables -I INPUT 1 -i lo -j ACCEPT",
		"iptables -I INPUT 2 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
		"ip6tables -I INPUT 1 -i lo -j ACCEPT",
		"ip6tables -I INPUT 2 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
		"ip6tables -A INPUT -p ipv6-icmp -j ACCEPT",
	};
	ask_for_audiences(remedy, model);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		remedy_command(remedy, "%s", lines[i]);
	allow_services(remedy, model, false);
	remedy_command(remedy, "iptables -A INPUT -p udp --dport " RTP_PORTS_IPTABLES " -j ACCEPT");
	remedy_command(remedy, "iptables -P INPUT DROP; ip6tables -P INPUT DROP");
}

static void nft_default_drop(struct remedy *remedy, const struct model *model)
{
	ask_for_audiences(remedy, model);
	firewall_remedy_nft_table(remedy);
	remedy_command(remedy, "nft add rule inet ringfence input iif lo accept");
	remedy_command(remedy,
		       "nft add rule inet ringfence input ct state established,related accept");
	remedy_command(remedy, "nft add rule inet ringfence input meta l4proto ipv6-icmp accept");
	allow_services(remedy, model, true);
	remedy_command(remedy,
		       "nft add rule inet ringfence input udp dport " RTP_PORTS_NFT " accept");
	remedy_command(remedy, "nft add rule inet ringfence input drop");
}

void firewall_remedy_default_drop(struct remedy *remedy, const struct model *model)
{
	switch (firewall_dialect_of(model)) {
	case DIALECT_NFTABLES:
		nft_default_drop(remedy, model);
		break;
	case DIALECT_FIREWALLD:
		remedy_command(remedy, "firewall-cmd --get-active-zones");
		remedy_command(remedy, "firewall-cmd --permanent --zone=\"$(firewall-cmd "
				       "--get-default-zone)\" --set-target=DROP");
		break;
	case DIALECT_UFW:
		remedy_command(remedy, "ufw default deny incoming");
		break;
	case DIALECT_FREEPBX:
	case DIALECT_IPTABLES:
		iptables_default_drop(remedy, model);
		break;
	}
}

void firewall_remedy_limit(struct remedy *remedy, const struct model *model, uint8_t protocol,
			   uint16_t port)
{
	const char *name = remedy_protocol_name(protocol);
	BUFFER_AUTO rule = { 0 };
	BUFFER_AUTO nft = { 0 };
	buffer_format(&rule,
		      "-I INPUT 1 ! -i lo -p %s --dport %u -m hashlimit --hashlimit-name rf-%s%u "
		      "--hashlimit-mode srcip --hashlimit-above 30/second --hashlimit-burst 60 "
		      "--hashlimit-htable-expire 60000 -j DROP",
		      name, port, name, port);
	buffer_format(&nft,
		      "iif != lo %s dport %u meter rf_%s%u { ip saddr timeout 60s limit rate over "
		      "30/second burst 60 packets } drop",
		      name, port, name, port);
	firewall_remedy_rule(remedy, model, buffer_string(&rule), buffer_string(&rule),
			     buffer_string(&nft));
	if (buffer_failed(&rule) || buffer_failed(&nft))
		remedy->memory_failed = true;
}
