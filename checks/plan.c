/* SPDX-License-Identifier: Apache-2.0
 *
 * Which services a plan closes, for whom, and in whose dialect.
 */
#include "checks/plan.h"

#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/firewall/firewall_model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"
#include "checks/firewall_remedy.h"
#include "checks/network_ports.h"
#include "checks/plan_build.h"
#include "checks/plan_networks.h"
#include "checks/result.h"
#include "checks/service_reach.h"
#include "checks/verdict.h"

const char *plan_dialect_name(enum plan_dialect dialect)
{
	static const char *const names[PLAN_DIALECTS] = {
		[PLAN_IPTABLES] = "iptables",   [PLAN_NFTABLES] = "nftables",
		[PLAN_FIREWALLD] = "firewalld", [PLAN_UFW] = "ufw",
		[PLAN_FREEPBX] = "freepbx",
	};
	return names[dialect];
}

bool plan_say(struct text_list *list, struct arena *arena, const char *format, ...)
{
	BUFFER_AUTO raw = { 0 };
	BUFFER_AUTO text = { 0 };
	va_list arguments;
	va_start(arguments, format);
	buffer_format_list(&raw, format, arguments);
	va_end(arguments);
	buffer_append_printable(&text, buffer_slice(&raw));
	const char *line = buffer_failed(&raw) ? NULL : buffer_keep(&text, arena);
	const char **items =
		arena_grow(arena, list->items, list->count, &list->capacity, sizeof(*items));
	if (!items || !line)
		return false;
	list->items = items;
	items[list->count++] = line;
	return true;
}

/* What nftables itself filters: a chain on the way in, of no front end's table. */
static bool nftables_filters(const struct ruleset *live)
{
	for (size_t t = 0; live && t < live->table_count; t++) {
		const struct rule_table *table = live->tables[t];
		if (table->backend != BACKEND_NFTABLES || slice_is(table->name, "firewalld") ||
		    slice_starts_with(table->name, "f2b"))
			continue;
		for (size_t c = 0; c < table->chain_count; c++)
			if (table->chains[c]->hook == HOOK_INPUT &&
			    (table->chains[c]->rule_count ||
			     table->chains[c]->policy != VERDICT_ACCEPT))
				return true;
	}
	return false;
}

static bool iptables_filters(const struct ruleset *live)
{
	for (size_t t = 0; live && t < live->table_count; t++) {
		const struct rule_table *table = live->tables[t];
		const struct rule_chain *input = table_find_chain(table, SLICE("INPUT"));
		if (table->backend != BACKEND_NFTABLES && slice_is(table->name, "filter") &&
		    input && (input->rule_count || input->policy != VERDICT_ACCEPT))
			return true;
	}
	return false;
}

static bool has_probe(const struct firewall_model *firewall, const char *name)
{
	for (size_t i = 0; i < firewall->live_part_count; i++)
		if (slice_is(slice_of(name), firewall->live_parts[i].path))
			return firewall->live_parts[i].state == FACT_PRESENT;
	return false;
}

/* A front end whose rules run owns them; else whatever filters now; else what starts at boot. */
static enum plan_dialect dialect_of(const struct model *model)
{
	const struct firewall_model *firewall = model->firewall;
	if (firewall->managers[FIREWALL_FREEPBX].is_live)
		return PLAN_FREEPBX;
	if (firewall->managers[FIREWALL_FIREWALLD].is_live)
		return PLAN_FIREWALLD;
	if (firewall->managers[FIREWALL_UFW].is_live)
		return PLAN_UFW;
	if (iptables_filters(firewall->live))
		return PLAN_IPTABLES;
	if (nftables_filters(firewall->live))
		return PLAN_NFTABLES;
	switch (firewall_dialect_of(model)) {
	case DIALECT_FIREWALLD:
		return PLAN_FIREWALLD;
	case DIALECT_UFW:
		return PLAN_UFW;
	case DIALECT_FREEPBX:
		return PLAN_FREEPBX;
	case DIALECT_NFTABLES:
		return PLAN_NFTABLES;
	case DIALECT_IPTABLES:
		break;
	}
	return has_probe(firewall, "iptables-save") || !has_probe(firewall, "nft.json")
		       ? PLAN_IPTABLES
		       : PLAN_NFTABLES;
}

static const char *saved_path(const struct firewall_model *firewall, enum plan_dialect dialect,
			      bool is_ipv6)
{
	for (size_t i = 0; i < firewall->saved_count; i++) {
		const struct firewall_rules *saved = &firewall->saved[i];
		bool both = saved->covers_ipv4 && saved->covers_ipv6;
		if (saved->state == FACT_PRESENT && both == (dialect == PLAN_NFTABLES) &&
		    (is_ipv6 ? saved->covers_ipv6 : saved->covers_ipv4))
			return saved->path;
	}
	return "";
}

/* Whose business a service is. */
struct service_class {
	enum plan_audience audience;
	/* NULL: nothing of a plan's. */
	const char *check;
	/* Not NULL: stays open, and why. */
	const char *left;
};

/* RTP comes from wherever the other party is; strict RTP and the short life of its ports guard it
 * (FW-013, RTP-001). Any UDP socket of Asterisk's in its range, and where rtp.conf names none above
 * the registered ports. */
static bool is_media(const struct model *model, const struct reach_service *service)
{
	const struct asterisk_settings *settings =
		model->asterisk ? model->asterisk->settings : NULL;
	int64_t first = 1024, last = UINT16_MAX;
	if (service->protocol != IPPROTO_UDP || !slice_is(service->process, "asterisk"))
		return false;
	if (settings && settings->rtp_start.state == FACT_PRESENT &&
	    settings->rtp_end.state == FACT_PRESENT) {
		first = settings->rtp_start.value;
		last = settings->rtp_end.value;
	}
	return service->port >= first && service->port <= last;
}

/* Answers to the host's own requests for an address come here, some of them by broadcast. */
static bool is_address_client(const struct reach_service *service)
{
	return service->protocol == IPPROTO_UDP && (service->port == 68 || service->port == 546);
}

static struct service_class class_of(const struct model *model, const struct reach_service *service)
{
	struct service_class class = { .audience = PLAN_ADMIN, .check = "NET-004" };
	if (service->is_loopback || is_address_client(service))
		return (struct service_class){ .check = NULL };
	if (service->protocol == IPPROTO_ICMP || service->protocol == IPPROTO_ICMPV6) {
		class.check = "FW-006";
		return class;
	}
	if (service_is_declared(model, service->protocol, service->port))
		class.left = "the settings declare it open";
	if (service_is_ssh(model, service)) {
		class.check = "FW-001";
	} else if (service_is_sip(model, service)) {
		class.check = service->protocol == IPPROTO_UDP ? "FW-002" : "FW-003";
		class.audience = PLAN_PHONES;
	} else if (service_is_web(service)) {
		class.check = "WEB-001";
	} else if (service->protocol == IPPROTO_UDP && service->port == 4569) {
		class.check = "IAX-005";
		class.audience = PLAN_PHONES;
	} else if (is_media(model, service)) {
		class.left = "media of calls, which come from anywhere";
	} else if (service->protocol == IPPROTO_UDP && slice_is(service->process, "asterisk")) {
		/* Another transport of SIP, mostly. */
		class.audience = PLAN_PHONES;
	}
	const char *own = network_check_of(service);
	if (slice_is(slice_of(class.check), "NET-004") && own)
		class.check = own;
	return class;
}

static bool is_waived(const struct result *result, const char *check)
{
	for (size_t i = 0; result && i < result->finding_count; i++)
		if (slice_is(slice_of(check), result->findings[i].id))
			return result->findings[i].status == STATUS_WAIVED;
	return false;
}

struct plan_collector {
	const struct plan_request *request;
	const struct model *model;
	struct plan *plan;
	struct plan_service *services;
	struct verdict verdict;
};

/* sshd has a socket for each family, a web server for each address: one row a port. */
static bool is_collected(const struct plan *plan, const struct reach_service *service)
{
	for (size_t i = 0; i < plan->service_count; i++)
		if (plan->services[i].protocol == service->protocol &&
		    plan->services[i].port == service->port)
			return true;
	return false;
}

static bool collect(struct plan_collector *collector, const struct reach_service *service)
{
	struct arena *arena = collector->request->loader->arena;
	struct plan *plan = collector->plan;
	struct service_class class = class_of(collector->model, service);
	if (!class.check || is_collected(plan, service))
		return true;
	struct service_opening opening =
		service_opening(&collector->verdict, collector->model, service,
				class.audience == PLAN_ADMIN ? AUDIENCE_ADMIN : AUDIENCE_PHONES);
	const char *subject = service_subject(&collector->verdict, service);
	const char *text = service_openness_text(&collector->verdict, &opening);
	if (opening.openness == SERVICE_UNKNOWN)
		return plan_say(&plan->warnings, arena, "%s is not decided: %s", subject, text);
	if (opening.openness != SERVICE_OPEN)
		return true;
	if (!class.left && is_waived(collector->request->result, class.check))
		class.left = "accepted by a waiver";
	if (class.left)
		return plan_say(&plan->left, arena, "%s (%s): %s", subject, class.check,
				class.left);
	collector->services[plan->service_count++] = (struct plan_service){
		.protocol = service->protocol,
		.port = service->port,
		.audience = class.audience,
		.check = class.check,
		.subject = subject,
		.before = text,
	};
	return true;
}

static bool collect_services(const struct plan_request *request, const struct model *model,
			     struct plan *plan, struct error *error)
{
	const struct reach_model *reach = model->reach;
	struct plan_collector collector = {
		.request = request,
		.model = model,
		.plan = plan,
		.services = ARENA_ARRAY(request->loader->arena, reach->count, struct plan_service),
		.verdict = { .arena = request->loader->arena },
	};
	if (!collector.services)
		return error_memory(error);
	plan->services = collector.services;
	for (size_t i = 0; i < reach->count; i++)
		if (!collect(&collector, &reach->services[i]))
			return error_memory(error);
	return !collector.verdict.memory_failed || error_memory(error);
}

/* A plan needs to know what listens and what runs. */
static bool is_known(const struct model *model, struct error *error)
{
	const struct unread *unread = NULL;
	const struct firewall_model *firewall = model->firewall;
	if (model->sockets->state != FACT_PRESENT) {
		unread = model->sockets->unread;
		error_set(error, ERROR_READ, "the listening sockets are not known%s%s",
			  unread ? ": " : "", unread ? unread->why : "");
	} else if (!firewall->knows_ipv4 || !firewall->knows_ipv6) {
		unread = firewall->unread;
		error_set(error, ERROR_READ, "the firewall's %s rules are not known%s%s",
			  firewall->knows_ipv4 ? "IPv6" : "IPv4", unread ? ": " : "",
			  unread ? unread->why : "");
	} else if (firewall->live->is_broken) {
		struct origin place = firewall->live->broken.origin;
		return error_set_at(error, ERROR_READ, origin_path(place), origin_line(place),
				    "the firewall's rules are not understood: %s",
				    firewall->live->broken.message);
	} else {
		return true;
	}
	error_advise(error, "%s",
		     unread && *unread->to_read_it ? unread->to_read_it
						   : "run as root on the host itself");
	return false;
}

bool plan_build(const struct plan_request *request, struct plan *ret_plan,
		struct plan_models *ret_models, struct error *error)
{
	struct plan plan = { .host = request->host, .made = request->made };
	struct plan_models models = { .before = *request->model, .after = *request->model };
	if (!is_known(request->model, error))
		return false;
	plan.dialect =
		request->dialect == PLAN_DIALECTS ? dialect_of(request->model) : request->dialect;
	plan.saved_ipv4 = saved_path(request->model->firewall, plan.dialect, false);
	plan.saved_ipv6 = saved_path(request->model->firewall, plan.dialect, true);
	plan.saved_nft = plan.dialect == PLAN_NFTABLES ? plan.saved_ipv4 : "";
	if (!plan_networks_fill(request, &plan))
		return error_memory(error);
	if (!plan_rules_before(request, &plan, &models, error) ||
	    !collect_services(request, &models.before, &plan, error))
		return false;
	models.after = models.before;
	plan.after = plan.before;
	if (plan.service_count && (!plan_rules_after(request, &plan, &models, error) ||
				   !plan_verify(request, &plan, &models, error)))
		return false;
	*ret_plan = plan;
	*ret_models = models;
	return true;
}
