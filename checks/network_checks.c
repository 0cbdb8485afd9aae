/* SPDX-License-Identifier: Apache-2.0
 *
 * What listens, and who outside reaches it: databases, remote procedure calls, mail, clear-text and
 * admin services, unused signalling stacks, and whatever has no known owner. SSH, SIP and the GUI
 * have checks of their own in the firewall, SSH and web groups.
 */
#include <netinet/in.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/network/socket_model.h"
#include "checks/check.h"
#include "checks/firewall_remedy.h"
#include "checks/network_ports.h"
#include "checks/remedy.h"
#include "checks/service_reach.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"

static void judge_member(const struct network_class *class, const struct model *model,
			 const struct reach_service *service, const char *name,
			 struct verdict *verdict)
{
	struct service_opening opening = service_opening(verdict, model, service, AUDIENCE_ADMIN);
	const char *subject = service_subject(verdict, service);
	const char *text = service_openness_text(verdict, &opening);
	struct origin origin = opening.part && opening.part->why.source ? opening.part->why
									: service->socket_origin;
	bool fails = opening.openness == SERVICE_OPEN ||
		     (class->networks_fail && opening.openness == SERVICE_LISTED);
	if (service_is_declared(model, service->protocol, service->port))
		verdict_pass(verdict, origin, subject, "%s, declared in the settings; %s", name,
			     text);
	else if (opening.openness == SERVICE_UNKNOWN)
		verdict_unknown_because(verdict, subject, text,
					"make the firewall's rules readable (run as root)");
	else if (fails)
		verdict_fail(verdict, service->exposure, origin, subject, "%s: %s", name, text);
	else
		verdict_pass(verdict, origin, subject, "%s: %s", name, text);
}

static void evaluate_class(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	const struct network_class *class = check->parameters;
	size_t members = 0;
	if (!service_list_is_known(verdict, model))
		return;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		const char *name = network_class_member(class, service);
		if (!name)
			continue;
		judge_member(class, model, service, name, verdict);
		members++;
	}
	if (members == 0)
		verdict_pass(verdict, ORIGIN_NONE, "listening sockets", "%s", class->nothing);
}

/* Programs of every host that listen for answers to their own requests. */
static bool is_client_socket(const struct reach_service *service)
{
	static const struct {
		uint16_t port;
		const char *process;
	} clients[] = {
		{ 68, "dhclient" },        { 68, "dhcpcd" },           { 68, "NetworkManager" },
		{ 68, "systemd-network" }, { 546, "dhclient" },        { 546, "dhcpcd" },
		{ 546, "NetworkManager" }, { 546, "systemd-network" },
	};
	for (size_t i = 0; service->protocol == IPPROTO_UDP && i < ARRAY_SIZE(clients); i++)
		if (service->port == clients[i].port &&
		    slice_is(service->process, clients[i].process))
			return true;
	return false;
}

/* Asterisk's own UDP sockets that are no signalling: RTP of calls, UDPTL, its resolver's. The
 * kernel gives ephemeral ports from 1024 on; no signalling stack of Asterisk outside the lists
 * above binds one. */
static bool is_media_socket(const struct reach_service *service)
{
	return service->protocol == IPPROTO_UDP && service->port >= 1024 &&
	       slice_is(service->process, "asterisk");
}

static bool has_own_check(const struct model *model, const struct reach_service *service)
{
	if (service->protocol != IPPROTO_TCP && service->protocol != IPPROTO_UDP)
		return true;
	return network_check_of(service) || service_is_ssh(model, service) ||
	       service_is_sip(model, service) || service_is_web(service);
}

static void evaluate_owners(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	size_t others = 0;
	if (!service_list_is_known(verdict, model))
		return;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (has_own_check(model, service) || is_client_socket(service) ||
		    is_media_socket(service) ||
		    service_is_declared(model, service->protocol, service->port))
			continue;
		struct service_opening opening =
			service_opening(verdict, model, service, AUDIENCE_PHONES);
		const char *subject = service_subject(verdict, service);
		const char *text = service_openness_text(verdict, &opening);
		others++;
		if (opening.openness == SERVICE_OPEN)
			verdict_fail(verdict, service->exposure, service->socket_origin, subject,
				     "%s; %s",
				     service->process.size
					     ? "not a service that the settings declare"
					     : "the program behind it is not known",
				     text);
		else if (opening.openness == SERVICE_UNKNOWN)
			verdict_unknown_because(verdict, subject, text,
						"make the firewall's rules readable (run as root)");
		else
			verdict_pass(verdict, service->socket_origin, subject, "%s", text);
	}
	if (others == 0)
		verdict_pass(verdict, ORIGIN_NONE, "listening sockets",
			     "every socket is SIP, media, or has a check of its own");
}

/* Is this evidence's service among the failed subjects? */
static bool has_failed(const struct verdict *verdict, const char *subject)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->evidence[i].role == EVIDENCE_FAILS &&
		    slice_is(slice_of(verdict->evidence[i].subject), subject))
			return true;
	return false;
}

/* Units that this remedy has dealt with: one may hold several ports. */
#define UNITS_MAX 16

struct done_units {
	const char *names[UNITS_MAX];
	size_t count;
};

static bool first_time(struct done_units *done, const char *unit)
{
	for (size_t i = 0; i < done->count; i++)
		if (slice_is(slice_of(unit), done->names[i]))
			return false;
	if (done->count < UNITS_MAX)
		done->names[done->count++] = unit;
	return true;
}

static void bind_database(struct remedy *remedy, const struct model *model,
			  const struct reach_service *service)
{
	bool debian = model->host && model->host->family == SYSTEM_DEBIAN;
	bool systemd = !model->host || model->host->has_systemd;
	const char *file = debian ? "/etc/mysql/mariadb.conf.d/99-ringfence.cnf"
				  : "/etc/my.cnf.d/ringfence.cnf";
	const char *unit = slice_is(service->process, "mariadbd") ? "mariadb" : "mysqld";
	if (debian)
		unit = "mariadb";
	const char *restart = systemd ? "systemctl restart" : "service";
	const char *after = systemd ? "" : " restart";
	if (!systemd) {
		/* CentOS 6 reads /etc/my.cnf alone. */
		remedy_command(remedy, "cp -a /etc/my.cnf /etc/my.cnf.rf-bak");
		remedy_command(remedy,
			       "sed -i '/^\\[mysqld\\]/a bind-address=127.0.0.1' /etc/my.cnf");
		remedy_undo(remedy, "cp -a /etc/my.cnf.rf-bak /etc/my.cnf");
	} else {
		remedy_command(remedy, "printf '[mysqld]\\nbind-address=127.0.0.1\\n' > %s", file);
		remedy_undo(remedy, "rm -f %s", file);
	}
	remedy_command(remedy, "%s %s%s", restart, unit, after);
	remedy_undo(remedy, "%s %s%s", restart, unit, after);
	remedy_verify(remedy, "ss -H -ltn 'sport = :%u'", service->port);
	remedy_restarts(remedy, unit);
	remedy_disrupts(remedy, DISRUPTION_RESTART);
}

static void remedy_class(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	const struct network_class *class = check->parameters;
	struct done_units done = { .count = 0 };
	bool rules = false;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		struct verdict scratch = { .arena = remedy->arena };
		if (!network_class_member(class, service) ||
		    !has_failed(verdict, service_subject(&scratch, service)))
			continue;
		const struct network_process *process = network_class_process(class, service);
		if (slice_is(service->process, "mysqld") ||
		    slice_is(service->process, "mariadbd")) {
			if (first_time(&done, "mysql"))
				bind_database(remedy, model, service);
		} else if (class != &network_class_databases && process && process->unit) {
			if (first_time(&done, process->unit))
				system_remedy_disable(remedy, model, process->unit);
			remedy_disrupts(remedy, DISRUPTION_RESTART);
		} else if (slice_is(service->process, "master") && service->port == 25) {
			remedy_command(remedy, "postconf -e inet_interfaces=loopback-only");
			remedy_command(remedy, "postfix stop && postfix start");
			remedy_verify(remedy, "ss -H -ltn 'sport = :25'");
			remedy_undo(remedy, "postconf -e inet_interfaces=all");
			remedy_undo(remedy, "postfix stop && postfix start");
			remedy_disrupts(remedy, DISRUPTION_RESTART);
		} else {
			if (!rules)
				firewall_remedy_begin(remedy, model);
			rules = true;
			firewall_remedy_close(remedy, model, service->protocol, service->port,
					      service->port);
		}
	}
	if (rules)
		firewall_remedy_end(remedy, model);
}

static void remedy_owners(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	firewall_remedy_begin(remedy, model);
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		struct verdict scratch = { .arena = remedy->arena };
		if (!has_own_check(model, service) &&
		    has_failed(verdict, service_subject(&scratch, service)))
			firewall_remedy_close(remedy, model, service->protocol, service->port,
					      service->port);
	}
	firewall_remedy_end(remedy, model);
}

static void remedy_signalling(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	static const struct {
		uint16_t port;
		const char *module;
	} modules[] = {
		{ 2000, "chan_skinny.so" }, { 5000, "chan_unistim.so" }, { 2727, "chan_mgcp.so" },
		{ 1720, "chan_ooh323.so" }, { 4520, "pbx_dundi.so" },
	};
	(void)check;
	remedy_command(remedy,
		       "cp -a /etc/asterisk/modules.conf /etc/asterisk/modules.conf.rf-bak");
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		struct verdict scratch = { .arena = remedy->arena };
		if (!network_class_member(&network_class_signalling, service) ||
		    !has_failed(verdict, service_subject(&scratch, service)))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(modules); j++)
			if (modules[j].port == service->port)
				remedy_command(remedy,
					       "sed -i '/^\\[modules\\]/a noload => %s' "
					       "/etc/asterisk/modules.conf",
					       modules[j].module);
	}
	remedy_command(remedy, "asterisk -rx 'core restart when convenient'");
	remedy_verify(remedy, "ss -H -lntup | grep asterisk");
	remedy_undo(remedy, "cp -a /etc/asterisk/modules.conf.rf-bak /etc/asterisk/modules.conf");
	remedy_undo(remedy, "asterisk -rx 'core restart when convenient'");
	remedy_restarts(remedy, "asterisk.service");
	remedy_disrupts(remedy, DISRUPTION_CALLS_DROP);
}

static const struct check rows[] = {
	{
		.id = "NET-001",
		.title = "No database port is reachable",
		.why = "A database that answers the network can be guessed or exploited, and then "
		       "gives away call records, secrets and the PBX's own settings.",
		.evaluates = "Sockets of MySQL, PostgreSQL, SQL Server, Redis, MongoDB, memcached "
			     "and Elasticsearch, by port and by program, that are not on loopback, "
			     "against the firewall's rules. Private networks count too.",
		.likelihood = 9,
		.impact = 8,
		.is_seed = true,
		.references = { "seed 4.3" },
		.evaluate = evaluate_class,
		.remedy = remedy_class,
		.parameters = &network_class_databases,
	},
	{
		.id = "NET-002",
		.title = "rpcbind, NFS and SMB are closed",
		.why = "File sharing and its port mapper have a long record of holes, and rpcbind "
		       "answers forged requests with larger packets.",
		.evaluates = "Ports 111, 2049, 137 to 139 and 445, TCP and UDP, and their programs "
			     "on other ports, against the firewall's rules.",
		.likelihood = 6,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.3", "CIS 2.1.9", "CIS 2.1.12", "CIS 2.1.14" },
		.evaluate = evaluate_class,
		.remedy = remedy_class,
		.parameters = &network_class_sharing,
	},
	{
		.id = "NET-003",
		.title = "Mail services face nobody",
		.why = "PBX distributions bring mail servers that voicemail needs locally only; "
		       "open, "
		       "they are one more login to guess and one more relay to abuse.",
		.evaluates =
			"Ports 25, 110, 143, 465, 587, 993, 995 and 4190, and mail programs on "
			"other ports, against the firewall's rules. Ports declared in the "
			"settings are meant.",
		.likelihood = 6,
		.impact = 5,
		.is_seed = true,
		.references = { "seed 4.3", "CIS 2.1.8", "CIS 2.1.21" },
		.evaluate = evaluate_class,
		.remedy = remedy_class,
		.parameters = &network_class_mail,
	},
	{
		.id = "NET-004",
		.title = "Every reachable port has a known owner",
		.why = "A port that nobody can explain is an unpatched service at best, and a back "
		       "door at worst.",
		.evaluates =
			"Every listening socket that is not SIP, media, SSH, the web server, a "
			"DHCP client or the business of another check, and that the settings "
			"do not declare, against the firewall's rules.",
		.likelihood = 6,
		.impact = 5,
		.is_seed = true,
		.references = { "seed 4.3", "CIS 2.1.22" },
		.evaluate = evaluate_owners,
		.remedy = remedy_owners,
	},
	{
		.id = "NET-006",
		.title = "Clear-text and admin services are closed",
		.why = "FTP, Telnet, TFTP and SNMP send passwords or phone configurations in "
		       "clear; "
		       "admin consoles give the whole host to whoever guesses one password.",
		.evaluates = "Ports 21, 23, 69/udp, 161/udp, 512 to 514, 10000, 9090, 4445, 5000, "
			     "8001 and 5222, and their programs, against the firewall's rules.",
		.likelihood = 6,
		.impact = 7,
		.references = { "CIS 2.1.6", "CIS 2.1.15", "CIS 2.1.16" },
		.evaluate = evaluate_class,
		.remedy = remedy_class,
		.parameters = &network_class_clear_text,
	},
	{
		.id = "NET-007",
		.title = "Unused signalling stacks do not listen",
		.why = "Asterisk's sample set-up starts drivers for phones that hardly anybody "
		       "has; "
		       "each has had holes that a single packet used.",
		.evaluates =
			"Sockets of Asterisk on 2000/tcp, 5000/udp, 2727/udp, 1720/tcp and "
			"4520/udp that are reached from outside the host. Where such phones are "
			"in use, declare the port in the settings.",
		.likelihood = 6,
		.impact = 5,
		.references = { "GHSA-3g56-cgrh-95p5", "AST-2017-004" },
		.evaluate = evaluate_class,
		.remedy = remedy_signalling,
		.parameters = &network_class_signalling,
	},
};

CHECK_LIST(network_checks, rows);
