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
#include "checks/remedy.h"
#include "checks/service_reach.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"

enum {
	T = 1,
	U = 2,
};

struct known_port {
	/* T, U or both. */
	uint8_t protocols;
	uint16_t first;
	uint16_t last;
	const char *name;
};

struct known_process {
	/* comm, as ss prints it: at most 15 bytes. */
	const char *name;
	/* What to stop; NULL: the unit of the socket. */
	const char *unit;
};

struct port_class {
	const struct known_port *ports;
	size_t port_count;
	/* Count on any port. Ends with a row without name; NULL: none. */
	const struct known_process *processes;
	/* The port counts only when it is this process's, or nobody's that is known. */
	const char *only_process;
	/* What it is called when nothing listens: "no database listens". */
	const char *nothing;
	/* Private networks are too many already. */
	bool networks_fail;
};

static const struct known_port database_ports[] = {
	{ T, 3306, 3306, "MySQL" },         { T, 5432, 5432, "PostgreSQL" },
	{ T, 1433, 1433, "SQL Server" },    { T, 6379, 6379, "Redis" },
	{ T, 27017, 27017, "MongoDB" },     { T | U, 11211, 11211, "memcached" },
	{ T, 9200, 9200, "Elasticsearch" },
};

static const struct known_process database_processes[] = {
	{ "mysqld", "mysqld" },
	{ "mariadbd", "mariadb" },
	{ "postgres", "postgresql" },
	{ "postmaster", "postgresql" },
	{ "redis-server", "redis-server" },
	{ "mongod", "mongod" },
	{ "memcached", "memcached" },
	{ NULL, NULL },
};

static const struct port_class databases = {
	.ports = database_ports,
	.port_count = ARRAY_SIZE(database_ports),
	.processes = database_processes,
	.nothing = "no database listens on the network",
	.networks_fail = true,
};

static const struct known_port sharing_ports[] = {
	{ T | U, 111, 111, "rpcbind" },
	{ T | U, 2049, 2049, "NFS" },
	{ T | U, 137, 139, "NetBIOS" },
	{ T | U, 445, 445, "SMB" },
};

static const struct known_process sharing_processes[] = {
	{ "rpcbind", "rpcbind" }, { "rpc.statd", "rpc-statd" }, { "rpc.mountd", "nfs-mountd" },
	{ "smbd", "smbd" },       { "nmbd", "nmbd" },           { NULL, NULL },
};

static const struct port_class sharing = {
	.ports = sharing_ports,
	.port_count = ARRAY_SIZE(sharing_ports),
	.processes = sharing_processes,
	.nothing = "rpcbind, NFS and SMB do not listen",
};

static const struct known_port mail_ports[] = {
	{ T, 25, 25, "SMTP" },
	{ T, 110, 110, "POP3" },
	{ T, 143, 143, "IMAP" },
	{ T, 465, 465, "SMTP over TLS" },
	{ T, 587, 587, "mail submission" },
	{ T, 993, 993, "IMAP over TLS" },
	{ T, 995, 995, "POP3 over TLS" },
	{ T, 4190, 4190, "ManageSieve" },
};

static const struct known_process mail_processes[] = {
	{ "dovecot", "dovecot" },
	{ "imap-login", "dovecot" },
	{ "pop3-login", "dovecot" },
	{ "cyrus-master", "cyrus-imapd" },
	{ "imapd", "cyrus-imapd" },
	{ "exim4", "exim4" },
	{ "exim", "exim" },
	{ "sendmail", "sendmail" },
	{ NULL, NULL },
};

static const struct port_class mail = {
	.ports = mail_ports,
	.port_count = ARRAY_SIZE(mail_ports),
	.processes = mail_processes,
	.nothing = "no mail service listens",
};

static const struct known_port clear_ports[] = {
	{ T, 21, 21, "FTP" },
	{ T, 23, 23, "Telnet" },
	{ U, 69, 69, "TFTP" },
	{ U, 161, 161, "SNMP" },
	{ T, 512, 514, "the r-commands" },
	{ T, 10000, 10000, "Webmin" },
	{ T, 9090, 9090, "Cockpit" },
	{ T, 4445, 4445, "Flash Operator Panel" },
	{ T, 5000, 5000, "an operator panel" },
	{ T, 8001, 8001, "FreePBX's UCP node server" },
	{ T, 5222, 5222, "XMPP" },
};

static const struct known_process clear_processes[] = {
	{ "vsftpd", "vsftpd" },     { "proftpd", "proftpd" },    { "pure-ftpd", "pure-ftpd" },
	{ "in.telnetd", "xinetd" }, { "telnetd", "inetd" },      { "in.tftpd", "tftpd-hpa" },
	{ "snmpd", "snmpd" },       { "miniserv.pl", "webmin" }, { NULL, NULL },
};

static const struct port_class clear_text = {
	.ports = clear_ports,
	.port_count = ARRAY_SIZE(clear_ports),
	.processes = clear_processes,
	.nothing = "none of these services listens",
};

static const struct known_port signalling_ports[] = {
	{ T, 2000, 2000, "SCCP (chan_skinny)" }, { U, 5000, 5000, "UNIStim (chan_unistim)" },
	{ U, 2727, 2727, "MGCP (chan_mgcp)" },   { T, 1720, 1720, "H.323 (chan_ooh323)" },
	{ U, 4520, 4520, "DUNDi (pbx_dundi)" },
};

static const struct port_class signalling = {
	.ports = signalling_ports,
	.port_count = ARRAY_SIZE(signalling_ports),
	.only_process = "asterisk",
	.nothing = "Asterisk listens for SCCP, UNIStim, MGCP, H.323 and DUNDi nowhere",
	.networks_fail = true,
};

/* Judged elsewhere: the manager interface, Asterisk's web server, IAX2. */
static const struct known_port other_groups_ports[] = {
	{ T, 5038, 5039, "AMI" },
	{ T, 8088, 8089, "Asterisk's web server" },
	{ U, 4569, 4569, "IAX2" },
};

static bool port_is(const struct known_port *row, const struct reach_service *service)
{
	uint8_t bit = service->protocol == IPPROTO_TCP   ? T
		      : service->protocol == IPPROTO_UDP ? U
							 : 0;
	return (row->protocols & bit) && service->port >= row->first && service->port <= row->last;
}

static const struct known_process *class_process(const struct port_class *class,
						 const struct reach_service *service)
{
	for (const struct known_process *row = class->processes; row && row->name; row++)
		if (slice_is(service->process, row->name))
			return row;
	return NULL;
}

/* What SERVICE is as a member of CLASS: a name for people; NULL when it is none. */
static const char *class_member(const struct port_class *class, const struct reach_service *service)
{
	if (service->protocol != IPPROTO_TCP && service->protocol != IPPROTO_UDP)
		return NULL;
	if (class->only_process && service->process.size &&
	    !slice_is(service->process, class->only_process))
		return NULL;
	for (size_t i = 0; i < class->port_count; i++)
		if (port_is(&class->ports[i], service))
			return class->ports[i].name;
	const struct known_process *process = class_process(class, service);
	return process ? process->name : NULL;
}

static void judge_member(const struct port_class *class, const struct model *model,
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
	const struct port_class *class = check->parameters;
	size_t members = 0;
	if (!service_list_is_known(verdict, model))
		return;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		const char *name = class_member(class, service);
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
	static const struct port_class *const classes[] = { &databases, &sharing, &mail,
							    &clear_text, &signalling };
	if (service->protocol != IPPROTO_TCP && service->protocol != IPPROTO_UDP)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (class_member(classes[i], service))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(other_groups_ports); i++)
		if (port_is(&other_groups_ports[i], service))
			return true;
	return service_is_ssh(model, service) || service_is_sip(model, service) ||
	       service_is_web(service);
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
	const struct port_class *class = check->parameters;
	struct done_units done = { .count = 0 };
	bool rules = false;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		struct verdict scratch = { .arena = remedy->arena };
		if (!class_member(class, service) ||
		    !has_failed(verdict, service_subject(&scratch, service)))
			continue;
		const struct known_process *process = class_process(class, service);
		if (slice_is(service->process, "mysqld") ||
		    slice_is(service->process, "mariadbd")) {
			if (first_time(&done, "mysql"))
				bind_database(remedy, model, service);
		} else if (class != &databases && process && process->unit) {
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
		if (!class_member(&signalling, service) ||
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
		.parameters = &databases,
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
		.parameters = &sharing,
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
		.parameters = &mail,
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
		.parameters = &clear_text,
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
		.parameters = &signalling,
	},
};

CHECK_LIST(network_checks, rows);
