/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/network_ports.h"

#include <netinet/in.h>

#include "audit/base/attributes.h"
#include "audit/firewall/reach_model.h"

enum {
	T = 1,
	U = 2,
};

static const struct network_port database_ports[] = {
	{ T, 3306, 3306, "MySQL" },         { T, 5432, 5432, "PostgreSQL" },
	{ T, 1433, 1433, "SQL Server" },    { T, 6379, 6379, "Redis" },
	{ T, 27017, 27017, "MongoDB" },     { T | U, 11211, 11211, "memcached" },
	{ T, 9200, 9200, "Elasticsearch" },
};

static const struct network_process database_processes[] = {
	{ "mysqld", "mysqld" },
	{ "mariadbd", "mariadb" },
	{ "postgres", "postgresql" },
	{ "postmaster", "postgresql" },
	{ "redis-server", "redis-server" },
	{ "mongod", "mongod" },
	{ "memcached", "memcached" },
	{ NULL, NULL },
};

const struct network_class network_class_databases = {
	.check = "NET-001",
	.ports = database_ports,
	.port_count = ARRAY_SIZE(database_ports),
	.processes = database_processes,
	.nothing = "no database listens on the network",
	.networks_fail = true,
};

static const struct network_port sharing_ports[] = {
	{ T | U, 111, 111, "rpcbind" },
	{ T | U, 2049, 2049, "NFS" },
	{ T | U, 137, 139, "NetBIOS" },
	{ T | U, 445, 445, "SMB" },
};

static const struct network_process sharing_processes[] = {
	{ "rpcbind", "rpcbind" }, { "rpc.statd", "rpc-statd" }, { "rpc.mountd", "nfs-mountd" },
	{ "smbd", "smbd" },       { "nmbd", "nmbd" },           { NULL, NULL },
};

const struct network_class network_class_sharing = {
	.check = "NET-002",
	.ports = sharing_ports,
	.port_count = ARRAY_SIZE(sharing_ports),
	.processes = sharing_processes,
	.nothing = "rpcbind, NFS and SMB do not listen",
};

static const struct network_port mail_ports[] = {
	{ T, 25, 25, "SMTP" },
	{ T, 110, 110, "POP3" },
	{ T, 143, 143, "IMAP" },
	{ T, 465, 465, "SMTP over TLS" },
	{ T, 587, 587, "mail submission" },
	{ T, 993, 993, "IMAP over TLS" },
	{ T, 995, 995, "POP3 over TLS" },
	{ T, 4190, 4190, "ManageSieve" },
};

static const struct network_process mail_processes[] = {
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

const struct network_class network_class_mail = {
	.check = "NET-003",
	.ports = mail_ports,
	.port_count = ARRAY_SIZE(mail_ports),
	.processes = mail_processes,
	.nothing = "no mail service listens",
};

static const struct network_port clear_ports[] = {
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

static const struct network_process clear_processes[] = {
	{ "vsftpd", "vsftpd" },     { "proftpd", "proftpd" },    { "pure-ftpd", "pure-ftpd" },
	{ "in.telnetd", "xinetd" }, { "telnetd", "inetd" },      { "in.tftpd", "tftpd-hpa" },
	{ "snmpd", "snmpd" },       { "miniserv.pl", "webmin" }, { NULL, NULL },
};

const struct network_class network_class_clear_text = {
	.check = "NET-006",
	.ports = clear_ports,
	.port_count = ARRAY_SIZE(clear_ports),
	.processes = clear_processes,
	.nothing = "none of these services listens",
};

static const struct network_port signalling_ports[] = {
	{ T, 2000, 2000, "SCCP (chan_skinny)" }, { U, 5000, 5000, "UNIStim (chan_unistim)" },
	{ U, 2727, 2727, "MGCP (chan_mgcp)" },   { T, 1720, 1720, "H.323 (chan_ooh323)" },
	{ U, 4520, 4520, "DUNDi (pbx_dundi)" },
};

const struct network_class network_class_signalling = {
	.check = "NET-007",
	.ports = signalling_ports,
	.port_count = ARRAY_SIZE(signalling_ports),
	.only_process = "asterisk",
	.nothing = "Asterisk listens for SCCP, UNIStim, MGCP, H.323 and DUNDi nowhere",
	.networks_fail = true,
};

/* Judged by other groups: Asterisk's manager interface, web server and IAX2. */
static const struct {
	struct network_port port;
	const char *check;
} other_ports[] = {
	{ { T, 5038, 5039, "AMI" }, "AMI-001" },
	{ { T, 8088, 8089, "Asterisk's web server" }, "HTTP-001" },
	{ { U, 4569, 4569, "IAX2" }, "IAX-005" },
};

static bool port_is(const struct network_port *row, const struct reach_service *service)
{
	uint8_t bit = service->protocol == IPPROTO_TCP   ? T
		      : service->protocol == IPPROTO_UDP ? U
							 : 0;
	return (row->protocols & bit) && service->port >= row->first && service->port <= row->last;
}

const struct network_process *network_class_process(const struct network_class *class,
						    const struct reach_service *service)
{
	for (const struct network_process *row = class->processes; row && row->name; row++)
		if (slice_is(service->process, row->name))
			return row;
	return NULL;
}

const char *network_class_member(const struct network_class *class,
				 const struct reach_service *service)
{
	if (service->protocol != IPPROTO_TCP && service->protocol != IPPROTO_UDP)
		return NULL;
	if (class->only_process && service->process.size &&
	    !slice_is(service->process, class->only_process))
		return NULL;
	for (size_t i = 0; i < class->port_count; i++)
		if (port_is(&class->ports[i], service))
			return class->ports[i].name;
	const struct network_process *process = network_class_process(class, service);
	return process ? process->name : NULL;
}

const char *network_check_of(const struct reach_service *service)
{
	static const struct network_class *const classes[] = {
		&network_class_databases,  &network_class_sharing,    &network_class_mail,
		&network_class_clear_text, &network_class_signalling,
	};
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (network_class_member(classes[i], service))
			return classes[i]->check;
	for (size_t i = 0; i < ARRAY_SIZE(other_ports); i++)
		if (port_is(&other_ports[i].port, service))
			return other_ports[i].check;
	return NULL;
}
