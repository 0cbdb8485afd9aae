/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/port_names.h"

#include <stddef.h>

#include <netinet/in.h>

struct port_name {
	const char *name;
	uint16_t port;
};

/* By port. The first name of a port is the one shown. */
static const struct port_name ports[] = {
	{ "tcpmux", 1 },
	{ "echo", 7 },
	{ "discard", 9 },
	{ "systat", 11 },
	{ "daytime", 13 },
	{ "netstat", 15 },
	{ "qotd", 17 },
	{ "chargen", 19 },
	{ "ftp-data", 20 },
	{ "ftp", 21 },
	{ "ssh", 22 },
	{ "telnet", 23 },
	{ "smtp", 25 },
	{ "mail", 25 },
	{ "time", 37 },
	{ "whois", 43 },
	{ "tacacs", 49 },
	{ "domain", 53 },
	{ "bootps", 67 },
	{ "bootpc", 68 },
	{ "tftp", 69 },
	{ "gopher", 70 },
	{ "finger", 79 },
	{ "http", 80 },
	{ "www", 80 },
	{ "kerberos", 88 },
	{ "kerberos5", 88 },
	{ "krb5", 88 },
	{ "iso-tsap", 102 },
	{ "rtelnet", 107 },
	{ "pop2", 109 },
	{ "pop3", 110 },
	{ "pop-3", 110 },
	{ "sunrpc", 111 },
	{ "portmapper", 111 },
	{ "auth", 113 },
	{ "authentication", 113 },
	{ "ident", 113 },
	{ "nntp", 119 },
	{ "ntp", 123 },
	{ "epmap", 135 },
	{ "loc-srv", 135 },
	{ "netbios-ns", 137 },
	{ "netbios-dgm", 138 },
	{ "netbios-ssn", 139 },
	{ "imap2", 143 },
	{ "imap", 143 },
	{ "snmp", 161 },
	{ "snmp-trap", 162 },
	{ "snmptrap", 162 },
	{ "xdmcp", 177 },
	{ "bgp", 179 },
	{ "irc", 194 },
	{ "ldap", 389 },
	{ "svrloc", 427 },
	{ "https", 443 },
	{ "microsoft-ds", 445 },
	{ "kpasswd", 464 },
	{ "submissions", 465 },
	{ "ssmtp", 465 },
	{ "smtps", 465 },
	{ "urd", 465 },
	{ "isakmp", 500 },
	{ "rtsp", 554 },
	{ "dhcpv6-client", 546 },
	{ "dhcpv6-server", 547 },
	{ "nqs", 607 },
	{ "asf-rmcp", 623 },
	{ "qmqp", 628 },
	{ "ipp", 631 },
	{ "ldaps", 636 },
	{ "submission", 587 },
	{ "msa", 587 },
	{ "nntps", 563 },
	{ "snntp", 563 },
	{ "exec", 512 },
	{ "biff", 512 },
	{ "login", 513 },
	{ "who", 513 },
	{ "shell", 514 },
	{ "cmd", 514 },
	{ "syslog", 514 },
	{ "printer", 515 },
	{ "talk", 517 },
	{ "ntalk", 518 },
	{ "route", 520 },
	{ "router", 520 },
	{ "gdomap", 538 },
	{ "uucp", 540 },
	{ "klogin", 543 },
	{ "kshell", 544 },
	{ "kerberos-adm", 749 },
	{ "kerberos4", 750 },
	{ "domain-s", 853 },
	{ "rsync", 873 },
	{ "ftps-data", 989 },
	{ "ftps", 990 },
	{ "telnets", 992 },
	{ "imaps", 993 },
	{ "ircs", 994 },
	{ "pop3s", 995 },
	{ "socks", 1080 },
	{ "rmiregistry", 1099 },
	{ "openvpn", 1194 },
	{ "ms-sql-s", 1433 },
	{ "ms-sql-m", 1434 },
	{ "ingreslock", 1524 },
	{ "datametrics", 1645 },
	{ "l2f", 1701 },
	{ "l2tp", 1701 },
	{ "h323", 1720 },
	{ "radius", 1812 },
	{ "radius-acct", 1813 },
	{ "radacct", 1813 },
	{ "cisco-sccp", 2000 },
	{ "nfs", 2049 },
	{ "gnunet", 2086 },
	{ "mgcp", 2727 },
	{ "postgresql", 5432 },
	{ "postgres", 5432 },
	{ "mysql", 3306 },
	{ "mysql-proxy", 6446 },
	{ "iscsi-target", 3260 },
	{ "icpv2", 3130 },
	{ "icp", 3130 },
	{ "ms-wbt-server", 3389 },
	{ "nut", 3493 },
	{ "distcc", 3632 },
	{ "daap", 3689 },
	{ "svn", 3690 },
	{ "subversion", 3690 },
	{ "suucp", 4031 },
	{ "sieve", 4190 },
	{ "ipsec-nat-t", 4500 },
	{ "dundi", 4520 },
	{ "iax", 4569 },
	{ "unistim", 5000 },
	{ "asterisk-ami", 5038 },
	{ "mtn", 4691 },
	{ "rfe", 5002 },
	{ "mmcc", 5050 },
	{ "sip", 5060 },
	{ "sip-tls", 5061 },
	{ "sips", 5061 },
	{ "aol", 5190 },
	{ "xmpp-client", 5222 },
	{ "jabber-client", 5222 },
	{ "xmpp-server", 5269 },
	{ "jabber-server", 5269 },
	{ "cfengine", 5308 },
	{ "mdns", 5353 },
	{ "freeciv", 5556 },
	{ "nrpe", 5666 },
	{ "amqps", 5671 },
	{ "amqp", 5672 },
	{ "vnc-server", 5900 },
	{ "x11", 6000 },
	{ "redis", 6379 },
	{ "gnutella-svc", 6346 },
	{ "ircd", 6667 },
	{ "ircs-u", 6697 },
	{ "bbs", 7000 },
	{ "http-alt", 8080 },
	{ "webcache", 8080 },
	{ "asterisk-http", 8088 },
	{ "asterisk-https", 8089 },
	{ "puppet", 8140 },
	{ "zabbix-agent", 10050 },
	{ "zabbix-trapper", 10051 },
	{ "webmin", 10000 },
	{ "elasticsearch", 9200 },
	{ "memcached", 11211 },
	{ "git", 9418 },
	{ "bacula-dir", 9101 },
	{ "bacula-fd", 9102 },
	{ "bacula-sd", 9103 },
	{ "amanda", 10080 },
	{ "hkp", 11371 },
	{ "mongodb", 27017 },
};

bool port_parse(struct slice text, uint16_t *ret_port)
{
	uint64_t number;
	if (slice_to_uint64(text, &number)) {
		*ret_port = (uint16_t)number;
		return number <= UINT16_MAX;
	}
	for (size_t i = 0; i < ARRAY_SIZE(ports); i++)
		if (slice_is(text, ports[i].name)) {
			*ret_port = ports[i].port;
			return true;
		}
	return false;
}

bool port_range_parse(struct slice text, char separator, uint16_t *ret_first, uint16_t *ret_last)
{
	/* A whole name first: some hold the separator ("ftp-data"). */
	if (text.size && port_parse(text, ret_first)) {
		*ret_last = *ret_first;
		return true;
	}
	size_t at = slice_find_byte(text, separator);
	if (at == text.size)
		return false;
	struct slice first = slice_part(text, 0, at), last = slice_from(text, at + 1);
	*ret_first = 0;
	*ret_last = UINT16_MAX;
	return (first.size == 0 || port_parse(first, ret_first)) &&
	       (last.size == 0 || port_parse(last, ret_last));
}

const char *port_service_name(uint8_t protocol, uint16_t port)
{
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6)
		return "ping";
	for (size_t i = 0; i < ARRAY_SIZE(ports); i++)
		if (ports[i].port == port)
			return ports[i].name;
	return "";
}

/* /etc/protocols; "all" is iptables' own. The first name of a number is the one shown. */
static const struct {
	const char *name;
	uint8_t number;
} protocols[] = {
	{ "all", 0 },          { "ip", 0 },          { "icmp", 1 },
	{ "igmp", 2 },         { "ggp", 3 },         { "ipencap", 4 },
	{ "st", 5 },           { "tcp", 6 },         { "egp", 8 },
	{ "igp", 9 },          { "pup", 12 },        { "udp", 17 },
	{ "hmp", 20 },         { "xns-idp", 22 },    { "rdp", 27 },
	{ "iso-tp4", 29 },     { "dccp", 33 },       { "xtp", 36 },
	{ "ddp", 37 },         { "idpr-cmtp", 38 },  { "ipv6", 41 },
	{ "ipv6-route", 43 },  { "ipv6-frag", 44 },  { "idrp", 45 },
	{ "rsvp", 46 },        { "gre", 47 },        { "esp", 50 },
	{ "ipv6-crypt", 50 },  { "ah", 51 },         { "ipv6-auth", 51 },
	{ "skip", 57 },        { "ipv6-icmp", 58 },  { "icmpv6", 58 },
	{ "icmp6", 58 },       { "ipv6-nonxt", 59 }, { "ipv6-opts", 60 },
	{ "rspf", 73 },        { "vmtp", 81 },       { "eigrp", 88 },
	{ "ospf", 89 },        { "ospfigp", 89 },    { "ax.25", 93 },
	{ "ipip", 94 },        { "etherip", 97 },    { "encap", 98 },
	{ "pim", 103 },        { "ipcomp", 108 },    { "comp", 108 },
	{ "vrrp", 112 },       { "l2tp", 115 },      { "isis", 124 },
	{ "sctp", 132 },       { "fc", 133 },        { "mobility-header", 135 },
	{ "ipv6-mh", 135 },    { "mh", 135 },        { "udplite", 136 },
	{ "mpls-in-ip", 137 }, { "manet", 138 },     { "hip", 139 },
	{ "shim6", 140 },      { "wesp", 141 },      { "rohc", 142 },
};

bool protocol_parse(struct slice text, uint8_t *ret_protocol)
{
	uint64_t number;
	if (slice_to_uint64(text, &number)) {
		*ret_protocol = (uint8_t)number;
		return number <= UINT8_MAX;
	}
	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++)
		if (slice_is_ignore_case(text, protocols[i].name)) {
			*ret_protocol = protocols[i].number;
			return true;
		}
	return false;
}

const char *protocol_name(uint8_t protocol)
{
	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++)
		if (protocols[i].number == protocol)
			return protocols[i].name;
	return NULL;
}

struct icmp_name {
	const char *name;
	uint8_t first_type;
	uint8_t last_type;
	uint8_t first_code;
	uint8_t last_code;
};

/* A whole type, and one code of a type. */
#define TYPE(name, type)                                                                           \
	{                                                                                          \
		name, type, type, 0, 255                                                           \
	}
#define CODE(name, type, code)                                                                     \
	{                                                                                          \
		name, type, type, code, code                                                       \
	}

static const struct icmp_name icmp_names[] = {
	{ "any", 0, 255, 0, 255 },
	TYPE("echo-reply", 0),
	TYPE("pong", 0),
	TYPE("destination-unreachable", 3),
	CODE("network-unreachable", 3, 0),
	CODE("host-unreachable", 3, 1),
	CODE("protocol-unreachable", 3, 2),
	CODE("port-unreachable", 3, 3),
	CODE("fragmentation-needed", 3, 4),
	CODE("source-route-failed", 3, 5),
	CODE("network-unknown", 3, 6),
	CODE("host-unknown", 3, 7),
	CODE("network-prohibited", 3, 9),
	CODE("host-prohibited", 3, 10),
	CODE("TOS-network-unreachable", 3, 11),
	CODE("TOS-host-unreachable", 3, 12),
	CODE("communication-prohibited", 3, 13),
	CODE("host-precedence-violation", 3, 14),
	CODE("precedence-cutoff", 3, 15),
	TYPE("source-quench", 4),
	TYPE("redirect", 5),
	CODE("network-redirect", 5, 0),
	CODE("host-redirect", 5, 1),
	CODE("TOS-network-redirect", 5, 2),
	CODE("TOS-host-redirect", 5, 3),
	TYPE("echo-request", 8),
	TYPE("ping", 8),
	TYPE("router-advertisement", 9),
	TYPE("router-solicitation", 10),
	TYPE("time-exceeded", 11),
	TYPE("ttl-exceeded", 11),
	CODE("ttl-zero-during-transit", 11, 0),
	CODE("ttl-zero-during-reassembly", 11, 1),
	TYPE("parameter-problem", 12),
	CODE("ip-header-bad", 12, 0),
	CODE("required-option-missing", 12, 1),
	TYPE("timestamp-request", 13),
	TYPE("timestamp-reply", 14),
	TYPE("info-request", 15),
	TYPE("info-reply", 16),
	TYPE("address-mask-request", 17),
	TYPE("address-mask-reply", 18),
};

static const struct icmp_name icmp6_names[] = {
	TYPE("destination-unreachable", 1),
	CODE("no-route", 1, 0),
	CODE("communication-prohibited", 1, 1),
	CODE("beyond-scope", 1, 2),
	CODE("address-unreachable", 1, 3),
	CODE("port-unreachable", 1, 4),
	CODE("failed-policy", 1, 5),
	CODE("reject-route", 1, 6),
	TYPE("packet-too-big", 2),
	TYPE("time-exceeded", 3),
	TYPE("ttl-exceeded", 3),
	CODE("ttl-zero-during-transit", 3, 0),
	CODE("ttl-zero-during-reassembly", 3, 1),
	TYPE("parameter-problem", 4),
	CODE("bad-header", 4, 0),
	CODE("unknown-header-type", 4, 1),
	CODE("unknown-option", 4, 2),
	TYPE("echo-request", 128),
	TYPE("ping", 128),
	TYPE("echo-reply", 129),
	TYPE("pong", 129),
	TYPE("mld-listener-query", 130),
	TYPE("mld-listener-report", 131),
	TYPE("mld-listener-done", 132),
	TYPE("mld-listener-reduction", 132),
	TYPE("router-solicitation", 133),
	TYPE("router-advertisement", 134),
	TYPE("neighbour-solicitation", 135),
	TYPE("neighbor-solicitation", 135),
	TYPE("neighbour-advertisement", 136),
	TYPE("neighbor-advertisement", 136),
	TYPE("redirect", 137),
	TYPE("nd-router-solicit", 133),
	TYPE("nd-router-advert", 134),
	TYPE("nd-neighbor-solicit", 135),
	TYPE("nd-neighbor-advert", 136),
	TYPE("nd-redirect", 137),
	TYPE("router-renumbering", 138),
	TYPE("ind-neighbor-solicit", 141),
	TYPE("ind-neighbor-advert", 142),
	TYPE("mld2-listener-report", 143),
};

static bool icmp_name_is(const struct icmp_name *name, struct slice text)
{
	return slice_is_ignore_case(text, name->name);
}

/* iptables takes an unambiguous beginning of a name. */
static const struct icmp_name *icmp_find(const struct icmp_name *names, size_t count,
					 struct slice text)
{
	const struct icmp_name *found = NULL;
	for (size_t i = 0; i < count; i++) {
		if (icmp_name_is(&names[i], text))
			return &names[i];
		struct slice start = slice_part(slice_of(names[i].name), 0, text.size);
		if (text.size && slice_equal_ignore_case(start, text)) {
			if (found)
				return NULL;
			found = &names[i];
		}
	}
	return found;
}

bool icmp_type_parse(enum address_family family, struct slice text, uint8_t *ret_first_type,
		     uint8_t *ret_last_type, uint8_t *ret_first_code, uint8_t *ret_last_code)
{
	size_t slash = slice_find_byte(text, '/');
	uint64_t type, code;
	if (slice_to_uint64(slice_part(text, 0, slash), &type)) {
		if (type > UINT8_MAX)
			return false;
		*ret_first_type = *ret_last_type = (uint8_t)type;
		*ret_first_code = 0;
		*ret_last_code = UINT8_MAX;
		if (slash == text.size)
			return true;
		if (!slice_to_uint64(slice_from(text, slash + 1), &code) || code > UINT8_MAX)
			return false;
		*ret_first_code = *ret_last_code = (uint8_t)code;
		return true;
	}
	bool is_ipv6 = family == ADDRESS_IPV6;
	const struct icmp_name *name =
		icmp_find(is_ipv6 ? icmp6_names : icmp_names,
			  is_ipv6 ? ARRAY_SIZE(icmp6_names) : ARRAY_SIZE(icmp_names), text);
	if (!name)
		return false;
	*ret_first_type = name->first_type;
	*ret_last_type = name->last_type;
	*ret_first_code = name->first_code;
	*ret_last_code = name->last_code;
	return true;
}
