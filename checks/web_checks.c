/* SPDX-License-Identifier: Apache-2.0
 *
 * The web GUI of FreePBX, Elastix and Issabel: who reaches it, on which port, whether it asks for
 * a login, and what else stands beside it.
 */
#include <netinet/in.h>

#include "audit/advisory/advisory_table.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/kernel/web_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"
#include "checks/check.h"
#include "checks/firewall_remedy.h"
#include "checks/remedy.h"
#include "checks/service_reach.h"
#include "checks/verdict.h"

static const struct pbx_model *pbx_of(const struct model *model)
{
	return model->asterisk ? model->asterisk->pbx : NULL;
}

static bool has_gui(const struct model *model)
{
	const struct pbx_model *pbx = pbx_of(model);
	return model->web->has_gui || (pbx && pbx->kind != PBX_NONE);
}

static const char *gui_name(const struct model *model)
{
	const struct pbx_model *pbx = pbx_of(model);
	return pbx && pbx->kind != PBX_NONE ? pbx->name : "the PBX";
}

/* Records why there is nothing to judge, and returns false. */
static bool gui_is_there(const struct model *model, struct verdict *verdict)
{
	if (!model->web) {
		verdict_unknown(verdict, NULL);
		return false;
	}
	if (has_gui(model))
		return true;
	if (model->web->state == FACT_UNREADABLE)
		verdict_unknown(verdict, model->web->unread);
	else
		verdict_not_applicable(verdict, "no GUI of FreePBX, Elastix or Issabel is on the "
						"host: none of their settings files, and no GUI "
						"below a web root");
	return false;
}

/* What a port serves, by the web server's configuration. */
struct port_content {
	/* Some site of the port is known. */
	bool is_configured;
	bool serves_gui;
	/* Every site that serves it is for listed addresses only. */
	bool is_guarded;
	bool only_redirects;
	struct origin origin;
};

static struct port_content content_of(const struct web_model *web, uint16_t port)
{
	struct port_content content = { .is_guarded = true, .only_redirects = true };
	for (size_t i = 0; i < web->listener_count; i++) {
		const struct web_listener *listener = &web->listeners[i];
		if (listener->port != port)
			continue;
		content.is_configured = true;
		content.origin = listener->origin;
		if (!listener->serves_gui)
			continue;
		content.only_redirects &= listener->only_redirects;
		if (listener->only_redirects)
			continue;
		content.serves_gui = true;
		content.is_guarded &= listener->has_allow_list;
	}
	return content;
}

/* A web server's socket; where the process is not known, its usual ports. */
static bool is_web_socket(const struct reach_service *service)
{
	if (service->protocol != IPPROTO_TCP)
		return false;
	if (service->process.size)
		return web_is_server_process(service->process);
	return service->port == 80 || service->port == 443;
}

static const char redirect_text[] = "answers with a redirect to https only";

/* One socket that may serve the GUI. */
static void judge_port(const struct model *model, const struct reach_service *service,
		       struct verdict *verdict)
{
	struct port_content content = content_of(model->web, service->port);
	const char *subject = service_subject(verdict, service);
	struct service_opening opening = service_opening(verdict, model, service, AUDIENCE_ADMIN);
	const char *text = service_openness_text(verdict, &opening);
	struct origin why = service_why(&opening);
	if (content.is_configured && !content.serves_gui)
		verdict_pass(verdict, content.origin, subject, "%s",
			     content.only_redirects ? redirect_text : "serves no part of the GUI");
	else if (opening.openness == SERVICE_UNKNOWN)
		verdict_unknown_because(verdict, subject, text,
					"make the firewall's rules readable (run as root)");
	else if (opening.openness != SERVICE_OPEN)
		verdict_pass(verdict, why, subject, "the GUI: %s", text);
	else if (content.is_configured && content.is_guarded)
		verdict_pass(verdict, content.origin, subject,
			     "the GUI: the web server itself lets listed addresses in only; %s",
			     text);
	else
		verdict_fail(verdict, service->exposure, why, subject, "serves the GUI of %s; %s",
			     gui_name(model), text);
}

/* PARAMETERS: which of the GUI's ports. */
enum gui_ports {
	PORT_80,
	ALL_BUT_80,
};

static const enum gui_ports port_80 = PORT_80;
static const enum gui_ports all_but_80 = ALL_BUT_80;

static bool is_asked_port(const struct check *check, const struct reach_service *service)
{
	const enum gui_ports *ports = check->parameters;
	return is_web_socket(service) && (service->port == 80) == (*ports == PORT_80);
}

static void evaluate_gui_ports(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	size_t seen = 0;
	if (!gui_is_there(model, verdict) || !service_list_is_known(verdict, model))
		return;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (!is_asked_port(check, service))
			continue;
		judge_port(model, service, verdict);
		seen++;
	}
	if (!seen)
		verdict_pass(verdict, ORIGIN_NONE, "web server", "no web server listens there");
}

static bool has_failed(const struct verdict *verdict, const char *subject)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->evidence[i].role == EVIDENCE_FAILS &&
		    slice_is(slice_of(verdict->evidence[i].subject), subject))
			return true;
	return false;
}

static void remedy_gui_ports(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	uint16_t last = 0;
	firewall_remedy_begin(remedy, model);
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		struct verdict scratch = { .arena = remedy->arena };
		if (!is_asked_port(check, service) || service->port == last ||
		    !has_failed(verdict, service_subject(&scratch, service)))
			continue;
		firewall_remedy_restrict(remedy, model, IPPROTO_TCP, service->port, service->port,
					 AUDIENCE_ADMIN);
		last = service->port;
	}
	firewall_remedy_end(remedy, model);
}

/* The widest opening of any port that serves the GUI. */
static enum service_openness gui_openness(const struct model *model, struct verdict *verdict,
					  enum exposure *ret_exposure, struct origin *ret_why)
{
	enum service_openness widest = SERVICE_CLOSED;
	*ret_exposure = EXPOSURE_HOST;
	*ret_why = ORIGIN_NONE;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (!is_web_socket(service))
			continue;
		struct port_content content = content_of(model->web, service->port);
		if (content.is_configured && (!content.serves_gui || content.is_guarded))
			continue;
		struct service_opening opening =
			service_opening(verdict, model, service, AUDIENCE_ADMIN);
		if (opening.openness <= widest)
			continue;
		widest = opening.openness;
		*ret_exposure = service->exposure;
		*ret_why = service_why(&opening);
	}
	return widest;
}

/* CVE-2025-66039: before its fix, FreePBX believed whatever user name a request carried. */
static void judge_webserver_login(const struct model *model, struct verdict *verdict,
				  enum exposure exposure)
{
	const struct pbx_model *pbx = pbx_of(model);
	const struct version_subject framework = {
		.product = "freepbx-framework",
		.version = pbx->version.value,
		.style = VERSION_UPSTREAM,
	};
	struct origin origin = pbx->auth_type.origin;
	size_t index = 0;
	enum hole_answer answer = HOLE_UNDECIDED;
	struct slice fixed = SLICE("");
	const struct advisory *hole = NULL;
	if (pbx->version.state == FACT_PRESENT && model->advisories)
		do
			hole = advisory_next(model->advisories, &framework, &index, &answer,
					     &fixed);
		while (hole && !slice_is(hole->id, "CVE-2025-66039"));
	if (!hole)
		verdict_unknown_because(verdict, "AUTHTYPE webserver",
					"it can be gone round (CVE-2025-66039) in versions of the "
					"framework without the fix, and the version is not known",
					"make the GUI's modules readable (run as root)");
	else if (answer == HOLE_OPEN)
		verdict_fail(verdict, exposure, origin, "AUTHTYPE",
			     "webserver: a forged header logs in (CVE-2025-66039); fixed in "
			     "framework %.*s, this is %s",
			     SLICE_ARG(fixed), verdict_text(verdict, pbx->version.value));
	else
		verdict_pass(verdict, origin, "AUTHTYPE",
			     "webserver, in a version that a forged header does not fool");
}

static void evaluate_login(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	(void)check;
	if (!gui_is_there(model, verdict))
		return;
	const struct pbx_model *pbx = pbx_of(model);
	if (!pbx || pbx->kind != PBX_FREEPBX) {
		verdict_not_applicable(verdict, "the GUI is not FreePBX's, whose login can be "
						"switched off");
		return;
	}
	const struct fact_slice *type = &pbx->auth_type;
	enum exposure exposure = EXPOSURE_UNKNOWN;
	struct origin why;
	if (model->reach && model->sockets && model->sockets->state == FACT_PRESENT)
		gui_openness(model, verdict, &exposure, &why);
	if (type->state != FACT_PRESENT)
		verdict_unknown(verdict, type->unread);
	else if (slice_is_ignore_case(type->value, "none"))
		verdict_fail(verdict, exposure, type->origin, "AUTHTYPE",
			     "none: the GUI asks nobody for a login");
	else if (slice_is_ignore_case(type->value, "webserver"))
		judge_webserver_login(model, verdict, exposure);
	else
		verdict_pass(verdict, type->origin, "AUTHTYPE", "%s",
			     verdict_text(verdict, type->value));
}

static void remedy_login(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	struct slice old = pbx_of(model)->auth_type.value;
	remedy_command(remedy, "fwconsole setting AUTHTYPE usermanager");
	remedy_verify(remedy, "fwconsole setting AUTHTYPE");
	remedy_undo(remedy, "fwconsole setting AUTHTYPE %s", remedy_quote(remedy, old));
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

static const char *page_text(enum web_page_kind kind)
{
	switch (kind) {
	case WEB_PAGE_TOOL:
		return "a tool with a login and holes of its own";
	case WEB_PAGE_COPY:
		return "a copy or archive that anybody who guesses its name may take";
	case WEB_PAGE_INFO:
		return "a page that tells versions and paths";
	}
	return "";
}

static void evaluate_pages(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	(void)check;
	if (!model->web) {
		verdict_unknown(verdict, NULL);
		return;
	}
	const struct web_model *web = model->web;
	if (web->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, web->unread);
		return;
	}
	if (web->state == FACT_ABSENT) {
		verdict_not_applicable(verdict, "no Apache or nginx is configured on the host");
		return;
	}
	if (!service_list_is_known(verdict, model))
		return;
	enum exposure exposure = EXPOSURE_HOST;
	enum service_openness openness = SERVICE_CLOSED;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (!is_web_socket(service))
			continue;
		struct service_opening opening =
			service_opening(verdict, model, service, AUDIENCE_ADMIN);
		if (opening.openness > openness)
			openness = opening.openness;
		exposure = exposure_wider(exposure, service->exposure);
	}
	for (size_t i = 0; i < web->page_count; i++) {
		const struct web_page *page = &web->pages[i];
		const char *subject = verdict_text(verdict, slice_of(page->path));
		if (openness == SERVICE_OPEN)
			verdict_fail(verdict, exposure, ORIGIN_NONE, subject, "%s",
				     page_text(page->kind));
		else if (openness == SERVICE_UNKNOWN)
			verdict_unknown_because(verdict, subject, "who reaches it is not known",
						"make the firewall's rules readable (run as root)");
		else
			verdict_pass(verdict, ORIGIN_NONE, subject,
				     "%s; the web server is closed to strangers",
				     page_text(page->kind));
	}
	if (!web->page_count)
		verdict_pass(verdict, ORIGIN_NONE, "web roots",
			     "no tool page, copy or archive of the usual names");
}

static void remedy_pages(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	remedy_command(remedy, "install -d -m 0700 /root/ringfence-moved");
	for (size_t i = 0; i < model->web->page_count; i++) {
		struct slice path = slice_of(model->web->pages[i].path);
		size_t slash = slice_find_last_byte(path, '/');
		const char *quoted = remedy_quote(remedy, path);
		remedy_command(remedy, "mv -- %s /root/ringfence-moved/", quoted);
		remedy_verify(remedy, "test ! -e %s", quoted);
		remedy_undo(remedy, "mv -- /root/ringfence-moved/%s %s",
			    remedy_quote(remedy, slice_from(path, slash + 1)), quoted);
	}
}

/* Ports that hand out phone configurations: FreePBX's provisioning over HTTP and HTTPS, its REST
 * applications, TFTP. */
static bool is_provisioning(const struct reach_service *service)
{
	if (service->protocol == IPPROTO_UDP)
		return service->port == 69;
	if (service->protocol != IPPROTO_TCP || !is_web_socket(service))
		return false;
	return service->port == 82 || service->port == 84 || service->port == 1443 ||
	       service->port == 3443;
}

static void evaluate_provisioning(const struct check *check, const struct model *model,
				  struct verdict *verdict)
{
	(void)check;
	size_t seen = 0;
	if (!service_list_is_known(verdict, model))
		return;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (!is_provisioning(service))
			continue;
		struct service_opening opening =
			service_opening(verdict, model, service, AUDIENCE_PHONES);
		const char *subject = service_subject(verdict, service);
		const char *text = service_openness_text(verdict, &opening);
		seen++;
		if (opening.openness == SERVICE_OPEN)
			verdict_fail(verdict, service->exposure, service_why(&opening), subject,
				     "phone configurations, which hold SIP secrets; %s", text);
		else if (opening.openness == SERVICE_UNKNOWN)
			verdict_unknown_because(verdict, subject, text,
						"make the firewall's rules readable (run as root)");
		else
			verdict_pass(verdict, service_why(&opening), subject, "%s", text);
	}
	if (!seen)
		verdict_pass(verdict, ORIGIN_NONE, "listening sockets",
			     "no TFTP, and no web server on a provisioning port");
}

static void remedy_provisioning(const struct check *check, const struct model *model,
				const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	firewall_remedy_begin(remedy, model);
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		struct verdict scratch = { .arena = remedy->arena };
		if (is_provisioning(service) &&
		    has_failed(verdict, service_subject(&scratch, service)))
			firewall_remedy_restrict(remedy, model, service->protocol, service->port,
						 service->port, AUDIENCE_PHONES);
	}
	firewall_remedy_end(remedy, model);
}

static bool is_hiding(struct slice tokens)
{
	/* Apache's two shortest forms; nginx knows on and off. */
	return slice_is_ignore_case(tokens, "Prod") ||
	       slice_is_ignore_case(tokens, "ProductOnly") || slice_is_ignore_case(tokens, "off");
}

static void evaluate_server(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	const struct web_model *web = model->web;
	if (!web || web->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, web ? web->unread : NULL);
		return;
	}
	if (web->state == FACT_ABSENT) {
		verdict_not_applicable(verdict, "no Apache or nginx is configured on the host");
		return;
	}
	bool is_strict = model->site && model->site->level == SITE_STRICT;
	const enum exposure none = EXPOSURE_NOT_APPLICABLE;
	if (web->user.state == FACT_PRESENT && slice_is(web->user.value, "root"))
		verdict_fail(verdict, none, web->user.origin, "workers", "run as root");
	else
		verdict_pass(verdict, web->user.origin, "workers", "do not run as root");
	if (web->indexes.state == FACT_PRESENT && web->indexes.value)
		verdict_fail(verdict, none, web->indexes.origin, "folder listings",
			     "are shown: whoever comes sees every file's name");
	if (!is_strict)
		return;
	if (web->tokens.state != FACT_PRESENT || !is_hiding(web->tokens.value))
		verdict_fail(verdict, none, web->tokens.origin, "version",
			     "the server tells its version in every answer");
	if (web->expose_php.state == FACT_PRESENT &&
	    slice_is_ignore_case(web->expose_php.value, "On"))
		verdict_fail(verdict, none, web->expose_php.origin, "expose_php",
			     "On: answers tell PHP's version");
	if (web->display_errors.state == FACT_PRESENT &&
	    slice_is_ignore_case(web->display_errors.value, "On"))
		verdict_fail(verdict, none, web->display_errors.origin, "display_errors",
			     "On: errors show paths and queries to whoever causes them");
}

static void remedy_server(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	bool nginx = model->web->listener_count && model->web->listeners[0].server == WEB_NGINX;
	if (nginx) {
		remedy_command(remedy, "printf 'server_tokens off;\\nautoindex off;\\n' > "
				       "/etc/nginx/conf.d/00-ringfence.conf");
		remedy_command(remedy, "nginx -t && systemctl reload nginx");
		remedy_undo(remedy, "rm -f /etc/nginx/conf.d/00-ringfence.conf");
		remedy_undo(remedy, "nginx -t && systemctl reload nginx");
	} else {
		bool debian = model->host && model->host->family == SYSTEM_DEBIAN;
		const char *file = debian ? "/etc/apache2/conf-enabled/zz-ringfence.conf"
					  : "/etc/httpd/conf.d/zz-ringfence.conf";
		const char *unit = debian ? "apache2" : "httpd";
		remedy_command(remedy,
			       "printf 'ServerTokens Prod\\nTraceEnable Off\\n<Directory "
			       "/var/www>\\n  Options -Indexes\\n</Directory>\\n' > %s",
			       file);
		remedy_command(remedy, "apachectl configtest && service %s reload", unit);
		remedy_undo(remedy, "rm -f %s", file);
		remedy_undo(remedy, "apachectl configtest && service %s reload", unit);
	}
	remedy_verify(remedy, "curl -skI https://127.0.0.1/");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

/* Does the jail watch the GUI's logins: by its log, or by its filter's name? */
static bool watches_gui(const struct jail *jail)
{
	static const char *const logs[] = { "freepbx_security.log",
					    "elastix/audit.log",
					    "issabel/audit.log",
					    "httpd/",
					    "apache2/",
					    "nginx/" };
	static const char *const filters[] = { "freepbx", "pbx-gui",     "elastix",
					       "issabel", "apache-auth", "nginx-http-auth" };
	if (!jail->is_enabled || jail->refused)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(filters); i++)
		if (slice_starts_with(jail->filter.name, filters[i]))
			return true;
	for (size_t i = 0; i < jail->log_count; i++)
		for (size_t k = 0; k < ARRAY_SIZE(logs); k++)
			if (slice_find(jail->logs[i].pattern, slice_of(logs[k])) <
			    jail->logs[i].pattern.size)
				return true;
	return false;
}

static void evaluate_gui_guard(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	enum exposure exposure;
	struct origin why;
	if (!gui_is_there(model, verdict) || !service_list_is_known(verdict, model))
		return;
	enum service_openness openness = gui_openness(model, verdict, &exposure, &why);
	if (openness == SERVICE_CLOSED || openness == SERVICE_LISTED) {
		verdict_pass(verdict, why, "GUI", "only listed networks reach its login");
		return;
	}
	const struct jail_model *jails = model->jails;
	for (size_t i = 0; jails && i < jails->count; i++) {
		if (!watches_gui(&jails->jails[i]))
			continue;
		verdict_pass(verdict, jails->jails[i].origin, "GUI",
			     "fail2ban's jail %s watches its logins",
			     verdict_text(verdict, jails->jails[i].name));
		return;
	}
	if (!jails || jails->state == FACT_UNREADABLE || jails->is_incomplete)
		verdict_unknown(verdict, jails ? jails->unread : NULL);
	else if (openness == SERVICE_UNKNOWN)
		verdict_unknown_because(verdict, "the GUI's reach",
					"the firewall's rules could not be read", "run as root");
	else
		verdict_fail(verdict, exposure, why, "GUI",
			     "its login is open to strangers, and no enabled jail of fail2ban "
			     "watches it");
}

static void remedy_gui_guard(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	const struct pbx_model *pbx = pbx_of(model);
	const char *filter = "apache-auth";
	const char *log = model->host && model->host->family == SYSTEM_DEBIAN
				  ? "/var/log/apache2/*error.log"
				  : "/var/log/httpd/*error_log";
	if (pbx && pbx->kind == PBX_FREEPBX) {
		filter = "freepbx";
		log = "/var/log/asterisk/freepbx_security.log";
	}
	const char *file = "/etc/fail2ban/jail.d/ringfence-gui.local";
	remedy_command(remedy,
		       "printf '[ringfence-gui]\\nenabled = true\\nfilter = %s\\nlogpath = "
		       "%s\\nport = http,https\\nmaxretry = 3\\nbantime = 259200\\n' > %s",
		       filter, log, file);
	if (pbx && pbx->kind == PBX_FREEPBX)
		remedy_command(remedy,
			       "[ -e /etc/fail2ban/filter.d/freepbx.conf ] || printf "
			       "'[Definition]\\nfailregex = Authentication failure for .* from "
			       "<HOST>$\\n' > /etc/fail2ban/filter.d/freepbx.conf");
	remedy_command(remedy, "fail2ban-client reload");
	remedy_verify(remedy, "fail2ban-client status ringfence-gui");
	remedy_undo(remedy, "rm -f %s", file);
	remedy_undo(remedy, "fail2ban-client reload");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

static const struct check rows[] = {
	{
		.id = "WEB-001",
		.title = "The admin GUI answers admin networks only",
		.why = "The GUI can change everything, from trunks to shell commands. Holes in it "
		       "are used by machines within days of becoming known.",
		.evaluates =
			"Every port but 80 on which a web server serves the GUI, by its Listen "
			"and VirtualHost lines, against the firewall's rules. Allow lists of the "
			"web server itself count. Where the web server's configuration says "
			"nothing of a port, it is taken to serve the GUI.",
		.likelihood = 10,
		.impact = 10,
		.is_seed = true,
		.references = { "seed 4.4" },
		.evaluate = evaluate_gui_ports,
		.remedy = remedy_gui_ports,
		.parameters = &all_but_80,
	},
	{
		.id = "WEB-002",
		.title = "Port 80 does not serve the GUI",
		.why = "Over plain HTTP the administrator's password travels in clear, and a rule "
		       "for 443 alone leaves the same GUI open on 80.",
		.evaluates = "Port 80 as WEB-001 looks at the others. A site that only redirects "
			     "to https passes.",
		.likelihood = 9,
		.impact = 9,
		.is_seed = true,
		.references = { "seed 4.3", "seed 4.4" },
		.evaluate = evaluate_gui_ports,
		.remedy = remedy_gui_ports,
		.parameters = &port_80,
	},
	{
		.id = "WEB-003",
		.title = "GUI authentication is on",
		.why = "Without a login, or with one that a request can forge, whoever reaches the "
		       "GUI owns the telephone system.",
		.evaluates = "FreePBX's AUTHTYPE in /etc/amportal.conf or /etc/freepbx.conf. Newer "
			     "releases keep it in their database, which is not read: unknown.",
		.likelihood = 8,
		.impact = 10,
		.references = { "CVE-2025-66039" },
		.evaluate = evaluate_login,
		.remedy = remedy_login,
	},
	{
		.id = "WEB-004",
		.title = "No tool pages stand in the web root",
		.why = "Database front ends, call shops and forgotten archives beside the GUI have "
		       "been the way in on many PBXs.",
		.evaluates = "Well-known names directly below each web root: phpMyAdmin, "
			     "vtigercrm, a2billing, recordings, panel, .git, *.sql, archives, "
			     "info.php; and whether strangers reach a web server.",
		.likelihood = 7,
		.impact = 9,
		.references = { "Elastix and vtiger exploits of 2012 to 2014" },
		.evaluate = evaluate_pages,
		.remedy = remedy_pages,
	},
	{
		.id = "WEB-005",
		.title = "Phone provisioning is not public",
		.why = "A phone's configuration file holds its SIP secret, and its name follows "
		       "from the phone's MAC address.",
		.evaluates = "TFTP (69/udp) and web servers on FreePBX's provisioning and REST "
			     "ports (82, 84, 1443, 3443), against the firewall's rules.",
		.likelihood = 7,
		.impact = 9,
		.references = { "FreePBX firewall, services" },
		.evaluate = evaluate_provisioning,
		.remedy = remedy_provisioning,
	},
	{
		.id = "WEB-007",
		.title = "The web server is not root and tells little",
		.why = "A hole in the GUI is worth what the web server's user may do; listings and "
		       "versions tell an attacker where to begin.",
		.evaluates = "User, Options Indexes or autoindex; at strict also ServerTokens, "
			     "PHP's expose_php and display_errors.",
		.likelihood = 4,
		.impact = 5,
		.references = { "CIS Apache 8" },
		.evaluate = evaluate_server,
		.remedy = remedy_server,
	},
	{
		.id = "WEB-008",
		.title = "GUI logins are protected from guessing",
		.why = "A login page that may be tried without end will be.",
		.evaluates = "Where strangers reach the GUI: an enabled jail of fail2ban whose log "
			     "or filter is the GUI's or the web server's.",
		.likelihood = 6,
		.impact = 8,
		.is_seed = true,
		.references = { "seed 4.7" },
		.evaluate = evaluate_gui_guard,
		.remedy = remedy_gui_guard,
	},
};

CHECK_LIST(web_checks, rows);
