/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/plan_text.h"

#include <netinet/in.h>

#include "checks/plan_networks.h"

/* Audiences with the same networks share their rules: the first of them stands for all. */
static enum plan_audience stands_for(const struct plan *plan, enum plan_audience audience)
{
	for (enum plan_audience first = 0; first < audience; first++)
		if (plan_networks_equal(&plan->networks[first], &plan->networks[audience]))
			return first;
	return audience;
}

/* The next up to PLAN_PORTS_MAX ports of PROTOCOL for AUDIENCE from the service *AT on, separated
 * by SEPARATOR; false when there are none. */
static bool next_ports(const struct plan *plan, enum plan_audience audience, uint8_t protocol,
		       const char *separator, size_t most, size_t *at, struct buffer *ret_ports)
{
	size_t count = 0;
	buffer_clear(ret_ports);
	for (; *at < plan->service_count && count < most; ++*at) {
		const struct plan_service *service = &plan->services[*at];
		if (service->protocol != protocol ||
		    stands_for(plan, service->audience) != audience)
			continue;
		buffer_format(ret_ports, "%s%u", count ? separator : "", service->port);
		count++;
	}
	return count > 0;
}

static void iptables_rules(const struct plan *plan, enum plan_audience audience,
			   enum address_family family, const char *match, struct buffer *out)
{
	const struct plan_networks *networks = &plan->networks[audience];
	size_t count = family == ADDRESS_IPV6 ? networks->ipv6_count : networks->ipv4_count;
	for (size_t i = 0; i < count; i++) {
		buffer_append_string(out, "-A " PLAN_CHAIN " -s ");
		prefix_format(family == ADDRESS_IPV6 ? networks->ipv6_prefixes[i]
						     : networks->ipv4_prefixes[i],
			      out);
		buffer_format(out, " %s -j RETURN\n", match);
	}
	buffer_format(out, "-A " PLAN_CHAIN " %s -j DROP\n", match);
}

static bool closes_ping(const struct plan *plan, uint8_t protocol)
{
	for (size_t i = 0; i < plan->service_count; i++)
		if (plan->services[i].protocol == protocol)
			return true;
	return false;
}

void plan_text_iptables(const struct plan *plan, enum address_family family, struct buffer *out)
{
	static const struct {
		uint8_t protocol;
		const char *name;
	} protocols[] = { { IPPROTO_TCP, "tcp" }, { IPPROTO_UDP, "udp" } };
	bool is_ipv6 = family == ADDRESS_IPV6;
	BUFFER_AUTO ports = { 0 };
	BUFFER_AUTO match = { 0 };
	buffer_append_string(out, "-A " PLAN_CHAIN " -i lo -j RETURN\n"
				  "-A " PLAN_CHAIN
				  " -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN\n");
	for (enum plan_audience audience = 0; audience < PLAN_AUDIENCES; audience++)
		for (size_t p = 0; p < ARRAY_SIZE(protocols); p++)
			for (size_t at = 0; next_ports(plan, audience, protocols[p].protocol, ",",
						       PLAN_PORTS_MAX, &at, &ports);) {
				buffer_clear(&match);
				buffer_format(&match, "-p %s -m multiport --dports %s",
					      protocols[p].name, buffer_string(&ports));
				iptables_rules(plan, audience, family, buffer_string(&match), out);
			}
	if (closes_ping(plan, is_ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
		iptables_rules(plan, PLAN_ADMIN, family,
			       is_ipv6 ? "-p ipv6-icmp -m icmp6 --icmpv6-type 128"
				       : "-p icmp -m icmp --icmp-type 8",
			       out);
	out->failed = out->failed || buffer_failed(&ports) || buffer_failed(&match);
}

static void nft_networks(const struct prefix *prefixes, size_t count, struct buffer *out)
{
	for (size_t i = 0; i < count; i++) {
		buffer_append_string(out, i ? ", " : "");
		prefix_format(prefixes[i], out);
	}
}

/* MATCH for the families that WAY says: "ip", "ip6", or both. */
static void nft_rules(const struct plan *plan, enum plan_audience audience, const char *match,
		      bool takes_ipv4, bool takes_ipv6, struct buffer *out)
{
	const struct plan_networks *networks = &plan->networks[audience];
	if (takes_ipv4 && networks->ipv4_count) {
		buffer_append_string(out, "\t\tip saddr { ");
		nft_networks(networks->ipv4_prefixes, networks->ipv4_count, out);
		buffer_format(out, " } %s accept\n", match);
	}
	if (takes_ipv6 && networks->ipv6_count) {
		buffer_append_string(out, "\t\tip6 saddr { ");
		nft_networks(networks->ipv6_prefixes, networks->ipv6_count, out);
		buffer_format(out, " } %s accept\n", match);
	}
	buffer_format(out, "\t\t%s drop\n", match);
}

void plan_text_nft(const struct plan *plan, struct buffer *out)
{
	static const struct {
		uint8_t protocol;
		const char *name;
	} protocols[] = { { IPPROTO_TCP, "tcp" }, { IPPROTO_UDP, "udp" } };
	BUFFER_AUTO ports = { 0 };
	BUFFER_AUTO match = { 0 };
	buffer_append_string(out, "table inet " PLAN_CHAIN " {\n"
				  "\tchain input {\n"
				  "\t\ttype filter hook input priority -10; policy accept;\n"
				  "\t\tiifname \"lo\" accept\n"
				  "\t\tct state established,related accept\n");
	for (enum plan_audience audience = 0; audience < PLAN_AUDIENCES; audience++)
		for (size_t p = 0; p < ARRAY_SIZE(protocols); p++)
			for (size_t at = 0; next_ports(plan, audience, protocols[p].protocol, ", ",
						       SIZE_MAX, &at, &ports);) {
				buffer_clear(&match);
				buffer_format(&match, "%s dport { %s }", protocols[p].name,
					      buffer_string(&ports));
				nft_rules(plan, audience, buffer_string(&match), true, true, out);
			}
	if (closes_ping(plan, IPPROTO_ICMP))
		nft_rules(plan, PLAN_ADMIN, "icmp type echo-request", true, false, out);
	if (closes_ping(plan, IPPROTO_ICMPV6))
		nft_rules(plan, PLAN_ADMIN, "icmpv6 type echo-request", false, true, out);
	buffer_append_string(out, "\t}\n}\n");
	out->failed = out->failed || buffer_failed(&ports) || buffer_failed(&match);
}

/* firewalld.richlanguage(5): a lower priority comes first, and a negative one before all else that
 * a zone has. */
static void rich_rules(const struct plan_networks *networks, const char *family,
		       const char *element, struct buffer *out)
{
	bool takes_ipv4 = !slice_is(slice_of(family), "ipv6");
	bool takes_ipv6 = !slice_is(slice_of(family), "ipv4");
	for (size_t i = 0; i < networks->ipv4_count + networks->ipv6_count; i++) {
		bool is_ipv4 = i < networks->ipv4_count;
		if (is_ipv4 ? !takes_ipv4 : !takes_ipv6)
			continue;
		buffer_format(out, "rule priority=\"-100\" family=\"%s\" source address=\"",
			      is_ipv4 ? "ipv4" : "ipv6");
		prefix_format(is_ipv4 ? networks->ipv4_prefixes[i]
				      : networks->ipv6_prefixes[i - networks->ipv4_count],
			      out);
		buffer_format(out, "\" %s accept\n", element);
	}
	buffer_append_string(out, "rule priority=\"-90\"");
	if (*family)
		buffer_format(out, " family=\"%s\"", family);
	buffer_format(out, " %s drop\n", element);
}

void plan_text_firewalld(const struct plan *plan, struct buffer *out)
{
	for (size_t i = 0; i < plan->service_count; i++) {
		const struct plan_service *service = &plan->services[i];
		const struct plan_networks *networks = &plan->networks[service->audience];
		BUFFER_AUTO element = { 0 };
		const char *family = "";
		if (service->protocol == IPPROTO_ICMP || service->protocol == IPPROTO_ICMPV6) {
			family = service->protocol == IPPROTO_ICMP ? "ipv4" : "ipv6";
			buffer_append_string(&element, "icmp-type name=\"echo-request\"");
		} else {
			buffer_format(&element, "port port=\"%u\" protocol=\"%s\"", service->port,
				      service->protocol == IPPROTO_UDP ? "udp" : "tcp");
		}
		rich_rules(networks, family, buffer_string(&element), out);
	}
}

static bool is_own_line(struct slice line)
{
	if (slice_starts_with(line, ":" PLAN_CHAIN " ") ||
	    slice_starts_with(line, "-A " PLAN_CHAIN " "))
		return true;
	return slice_starts_with(line, "-A ") && slice_ends_with(line, " -j " PLAN_CHAIN);
}

void plan_text_strip(struct slice text, struct buffer *out)
{
	struct slice rest = text, line;
	while (slice_next_line(&rest, &line)) {
		struct slice rule = line;
		/* iptables-save -c: counters before each rule. */
		if (slice_starts_with(rule, "[")) {
			rule = slice_from(rule, slice_find_byte(rule, ']'));
			rule = slice_trim_left(slice_from(rule, 1));
		}
		if (is_own_line(slice_trim_right(rule)))
			continue;
		buffer_append_slice(out, line);
		buffer_append_byte(out, '\n');
	}
}

static void append_change(const char *hook, const char *rules, struct buffer *out)
{
	buffer_format(out, ":" PLAN_CHAIN " - [0:0]\n-A %s -j " PLAN_CHAIN "\n%s", hook, rules);
}

void plan_text_splice(struct slice text, const char *hook, const char *rules, struct buffer *out)
{
	struct slice rest = text, line;
	bool is_in_filter = false, is_done = false;
	while (slice_next_line(&rest, &line)) {
		struct slice word = slice_trim(line);
		if (is_in_filter && !is_done && word.size && word.data[0] != ':' &&
		    word.data[0] != '#') {
			append_change(hook, rules, out);
			is_done = true;
		}
		if (word.size && word.data[0] == '*')
			is_in_filter = slice_is(word, "*filter");
		buffer_append_slice(out, line);
		buffer_append_byte(out, '\n');
	}
	if (is_done)
		return;
	buffer_append_string(out, "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n"
				  ":OUTPUT ACCEPT [0:0]\n");
	append_change(hook, rules, out);
	buffer_append_string(out, "COMMIT\n");
}
