/* SPDX-License-Identifier: Apache-2.0
 *
 * Kernel settings per interface, put together as the kernel does: some count when `all` or the
 * interface says so, some only when both do (Documentation/networking/ip-sysctl.rst).
 */
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/check.h"
#include "checks/kernel_settings.h"
#include "checks/remedy.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"

/* "net.ipv4.conf." INTERFACE "." LEAF; dots in the interface's name are slashes in the key. */
static struct sysctl_number conf_number(const struct model *model, const char *family,
					struct slice interface, const char *leaf)
{
	BUFFER_AUTO key = { 0 };
	buffer_format(&key, "net.%s.conf.", family);
	for (size_t i = 0; i < interface.size; i++)
		buffer_append_byte(&key, interface.data[i] == '.' ? '/' : interface.data[i]);
	buffer_format(&key, ".%s", leaf);
	return sysctl_number(model, buffer_string(&key));
}

/* Calls VISIT for each interface that has an address from outside, once. False: they are not
 * known, which is recorded. */
typedef void visit_interface(const struct model *model, struct slice interface,
			     struct verdict *verdict);

static bool visit_interfaces(const struct model *model, struct verdict *verdict,
			     visit_interface *visit)
{
	const struct system_model *host = model->host;
	if (host->addresses_state != FACT_PRESENT) {
		if (host->addresses_unread)
			verdict_unknown(verdict, host->addresses_unread);
		else
			verdict_unknown_because(verdict, "the interfaces",
						"their list could not be had", "");
		return false;
	}
	for (size_t i = 0; i < host->address_count; i++) {
		const struct system_address *item = &host->addresses[i];
		bool is_seen = item->is_loopback_interface;
		for (size_t j = 0; j < i && !is_seen; j++)
			is_seen = slice_equal(host->addresses[j].interface, item->interface);
		if (!is_seen)
			visit(model, item->interface, verdict);
	}
	return true;
}

static size_t outer_interfaces(const struct system_model *host)
{
	size_t count = 0;
	for (size_t i = 0; i < host->address_count; i++) {
		bool is_seen = host->addresses[i].is_loopback_interface;
		for (size_t j = 0; j < i && !is_seen; j++)
			is_seen = slice_equal(host->addresses[j].interface,
					      host->addresses[i].interface);
		count += is_seen ? 0 : 1;
	}
	return count;
}

/* Effective value: the larger of `all` and the interface's own; 1 strict, 2 loose (RFC 3704). */
static void judge_rp_filter(const struct model *model, struct slice interface,
			    struct verdict *verdict)
{
	struct sysctl_number all = conf_number(model, "ipv4", SLICE("all"), "rp_filter");
	struct sysctl_number own = conf_number(model, "ipv4", interface, "rp_filter");
	const char *subject = verdict_text(verdict, interface);
	if (all.state != FACT_PRESENT || own.state != FACT_PRESENT) {
		sysctl_unknown(model, "net.ipv4.conf.all.rp_filter", verdict);
		return;
	}
	int64_t value = all.value > own.value ? all.value : own.value;
	struct origin origin = all.value > own.value ? all.origin : own.origin;
	bool is_strict = model->site && model->site->level == SITE_STRICT;
	if (value == 0)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, origin, subject,
			     "packets with forged sources are taken (rp_filter 0)");
	else if (value == 2 && is_strict && outer_interfaces(model->host) < 2)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, origin, subject,
			     "rp_filter 2 only asks whether the source has any route; with one "
			     "interface 1 is possible");
	else
		verdict_pass(verdict, origin, subject, "rp_filter %lld", (long long)value);
}

static void evaluate_rp_filter(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	if (!kernel_is_ours(model, verdict) || !visit_interfaces(model, verdict, judge_rp_filter))
		return;
	if (verdict->count == 0)
		verdict_not_applicable(verdict, "the host has no interface but loopback");
}

static void remedy_rp_filter(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	const char *value = outer_interfaces(model->host) > 1 ? "2" : "1";
	system_remedy_sysctl(remedy, model, "net.ipv4.conf.all.rp_filter", value);
	system_remedy_sysctl(remedy, model, "net.ipv4.conf.default.rp_filter", value);
}

/* Is the fact on? Unknown counts as neither: *RET_KNOWN is cleared. */
static bool is_on(struct sysctl_number number, bool *ret_known)
{
	if (number.state != FACT_PRESENT)
		*ret_known = false;
	return number.state == FACT_PRESENT && number.value > 0;
}

static void fail_if(bool is_bad, struct verdict *verdict, struct origin origin,
		    struct slice interface, const char *what, size_t *failures)
{
	if (!is_bad)
		return;
	(*failures)++;
	verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, origin, verdict_text(verdict, interface),
		     "%s", what);
}

static void judge_redirects(const struct model *model, struct slice interface,
			    struct verdict *verdict)
{
	bool known = true;
	size_t failures = 0;
	struct slice all = SLICE("all");
	struct sysctl_number own = conf_number(model, "ipv4", interface, "accept_redirects");
	bool forwards = is_on(conf_number(model, "ipv4", interface, "forwarding"), &known);
	bool takes_all = is_on(conf_number(model, "ipv4", all, "accept_redirects"), &known);
	bool takes_own = is_on(own, &known);
	bool sends = is_on(conf_number(model, "ipv4", all, "send_redirects"), &known) ||
		     is_on(conf_number(model, "ipv4", interface, "send_redirects"), &known);
	bool routes = is_on(conf_number(model, "ipv4", all, "accept_source_route"), &known) &&
		      is_on(conf_number(model, "ipv4", interface, "accept_source_route"), &known);
	fail_if(forwards ? takes_all && takes_own : takes_all || takes_own, verdict, own.origin,
		interface, "accepts ICMP redirects (IPv4)", &failures);
	/* A host that forwards nothing sends none, whatever the setting. */
	fail_if(forwards && sends, verdict, own.origin, interface, "sends ICMP redirects",
		&failures);
	fail_if(routes, verdict, own.origin, interface, "obeys routes that the sender chose (IPv4)",
		&failures);
	/* IPv6 may be off altogether: no such keys then. */
	bool ipv6_known = true;
	struct sysctl_number own6 = conf_number(model, "ipv6", interface, "accept_redirects");
	struct sysctl_number off6 = conf_number(model, "ipv6", interface, "disable_ipv6");
	bool has_ipv6 =
		own6.state == FACT_PRESENT && !(off6.state == FACT_PRESENT && off6.value > 0);
	fail_if(has_ipv6 && is_on(own6, &ipv6_known), verdict, own6.origin, interface,
		"accepts ICMP redirects (IPv6)", &failures);
	fail_if(has_ipv6 &&
			is_on(conf_number(model, "ipv6", all, "accept_source_route"),
			      &ipv6_known) &&
			is_on(conf_number(model, "ipv6", interface, "accept_source_route"),
			      &ipv6_known),
		verdict, own6.origin, interface, "obeys routes that the sender chose (IPv6)",
		&failures);
	if (!known)
		sysctl_unknown(model, "net.ipv4.conf.all.accept_redirects", verdict);
	else if (failures == 0)
		verdict_pass(verdict, own.origin, verdict_text(verdict, interface),
			     "refuses redirects and source routes");
}

static void evaluate_redirects(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	if (!kernel_is_ours(model, verdict) || !visit_interfaces(model, verdict, judge_redirects))
		return;
	if (verdict->count == 0)
		verdict_not_applicable(verdict, "the host has no interface but loopback");
}

/* The settings of interfaces that are there already do not follow `default`, so each that is on is
 * set by its own name too. */
static void refuse(struct remedy *remedy, const struct model *model, const char *family,
		   const char *leaf)
{
	const struct system_model *host = model->host;
	static const char *const general[] = { "all", "default" };
	for (size_t i = 0; i < ARRAY_SIZE(general) + host->address_count; i++) {
		bool is_general = i < ARRAY_SIZE(general);
		const struct system_address *item =
			is_general ? NULL : &host->addresses[i - ARRAY_SIZE(general)];
		struct slice name = is_general ? slice_of(general[i]) : item->interface;
		struct sysctl_number now = conf_number(model, family, name, leaf);
		bool is_seen = !is_general && item->is_loopback_interface;
		for (size_t j = 0; !is_general && j < i - ARRAY_SIZE(general); j++)
			is_seen |= slice_equal(host->addresses[j].interface, name);
		if (is_seen || now.state != FACT_PRESENT || now.value <= 0)
			continue;
		BUFFER_AUTO key = { 0 };
		buffer_format(&key, "net.%s.conf.", family);
		for (size_t k = 0; k < name.size; k++)
			buffer_append_byte(&key, name.data[k] == '.' ? '/' : name.data[k]);
		buffer_format(&key, ".%s", leaf);
		system_remedy_sysctl(remedy, model, buffer_string(&key), "0");
	}
}

static void remedy_redirects(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	refuse(remedy, model, "ipv4", "accept_redirects");
	refuse(remedy, model, "ipv4", "send_redirects");
	refuse(remedy, model, "ipv4", "accept_source_route");
	refuse(remedy, model, "ipv6", "accept_redirects");
	refuse(remedy, model, "ipv6", "accept_source_route");
}

/* Programs whose work is to forward. */
static const char *forwarding_reason(const struct system_model *host)
{
	static const char *const programs[] = { "dockerd", "containerd", "libvirtd", "openvpn",
						"charon",  "kubelet",    "lxd",      "pppd" };
	static const char *const prefixes[] = { "docker", "virbr", "br-",   "wg",
						"tun",    "veth",  "lxdbr", "lxcbr" };
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		if (system_find_process(host, programs[i]))
			return programs[i];
	for (size_t i = 0; i < host->address_count; i++)
		for (size_t j = 0; j < ARRAY_SIZE(prefixes); j++)
			if (slice_starts_with(host->addresses[i].interface, prefixes[j]))
				return prefixes[j];
	return NULL;
}

static const char *const forwarding_keys[] = { "net.ipv4.ip_forward",
					       "net.ipv6.conf.all.forwarding" };

static bool declares_forwarding(const struct site *site)
{
	for (size_t i = 0; site && i < site->declared_count; i++)
		if (slice_is_ignore_case(site->declared[i], "forwarding"))
			return true;
	return false;
}

static void evaluate_forwarding(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	(void)check;
	if (!kernel_is_ours(model, verdict))
		return;
	const char *reason = forwarding_reason(model->host);
	bool is_declared = declares_forwarding(model->site);
	for (size_t i = 0; i < ARRAY_SIZE(forwarding_keys); i++) {
		struct sysctl_number now = sysctl_number(model, forwarding_keys[i]);
		if (now.state == FACT_ABSENT && i > 0)
			continue;
		if (now.state != FACT_PRESENT)
			sysctl_unknown(model, forwarding_keys[i], verdict);
		else if (now.value == 0)
			verdict_pass(verdict, now.origin, forwarding_keys[i], "0");
		else if (is_declared)
			verdict_pass(verdict, now.origin, forwarding_keys[i],
				     "on, and the settings declare it");
		else if (reason)
			verdict_pass(verdict, now.origin, forwarding_keys[i],
				     "on, and needed here (%s)", reason);
		else
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, now.origin,
				     forwarding_keys[i], "on, and nothing here needs it");
	}
}

static void remedy_forwarding(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	for (size_t i = 0; i < ARRAY_SIZE(forwarding_keys); i++) {
		struct sysctl_number now = sysctl_number(model, forwarding_keys[i]);
		if (now.state == FACT_PRESENT && now.value != 0)
			system_remedy_sysctl(remedy, model, forwarding_keys[i], "0");
	}
}

static const struct check rows[] = {
	{
		.id = "KRN-003",
		.title = "Forged sources are filtered",
		.why = "Floods and SIP requests with forged sender addresses go round every list "
		       "of "
		       "allowed networks, unless the kernel drops what cannot come from there.",
		.evaluates =
			"net.ipv4.conf: for each interface but loopback the larger of `all` and "
			"its own rp_filter, which is what the kernel takes. 0 fails; 2 (loose) "
			"fails at strict on a host with one interface.",
		.likelihood = 4,
		.impact = 5,
		.level = LEVEL_BASIC,
		.references = { "seed 2.1", "RFC 3704", "CIS 3.3.7" },
		.evaluate = evaluate_rp_filter,
		.remedy = remedy_rp_filter,
	},
	{
		.id = "KRN-004",
		.title = "Redirects and source routes are refused",
		.why = "A neighbour that may redirect the server's packets reads and changes its "
		       "calls.",
		.evaluates = "accept_redirects (host: `all` or the interface; router: both), "
			     "send_redirects where the interface forwards, accept_source_route "
			     "(both), and the IPv6 twins, for each interface but loopback.",
		.likelihood = 2,
		.impact = 6,
		.level = LEVEL_BASIC,
		.references = { "CIS 3.3.2", "CIS 3.3.5", "CIS 3.3.8", "ip-sysctl.rst" },
		.evaluate = evaluate_redirects,
		.remedy = remedy_redirects,
	},
	{
		.id = "KRN-008",
		.title = "The host does not route by accident",
		.why = "A telephone server that forwards packets is a way round the firewall "
		       "between networks.",
		.evaluates =
			"net.ipv4.ip_forward and net.ipv6.conf.all.forwarding. On passes where "
			"containers, virtual machines or a VPN need it, or where the settings "
			"declare `forwarding`.",
		.likelihood = 3,
		.impact = 5,
		.level = LEVEL_STRICT,
		.references = { "CIS 3.3.1" },
		.evaluate = evaluate_forwarding,
		.remedy = remedy_forwarding,
	},
};

CHECK_LIST(kernel_network_checks, rows);
