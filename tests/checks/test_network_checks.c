/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/checks/literal_host.h"

/* What each check is about: a socket that fails it when the world reaches it. */
static const struct {
	const char *id;
	uint8_t protocol;
	uint16_t port;
	const char *process;
	bool networks_fail;
	const char *command;
} cases[] = {
	{ "NET-001", IPPROTO_TCP, 3306, "mysqld", true, "bind-address=127.0.0.1" },
	{ "NET-001", IPPROTO_TCP, 13306, "mysqld", true, "bind-address=127.0.0.1" },
	{ "NET-001", IPPROTO_TCP, 6379, "", true, "--dport 6379 -j DROP" },
	{ "NET-002", IPPROTO_UDP, 111, "rpcbind", false, "disable --now rpcbind" },
	{ "NET-002", IPPROTO_TCP, 445, "smbd", false, "disable --now smbd" },
	{ "NET-003", IPPROTO_TCP, 25, "master", false, "inet_interfaces=loopback-only" },
	{ "NET-003", IPPROTO_TCP, 993, "dovecot", false, "disable --now dovecot" },
	{ "NET-004", IPPROTO_TCP, 1002, "", false, "--dport 1002 -j DROP" },
	{ "NET-004", IPPROTO_UDP, 40123, "odd", false, "-p udp --dport 40123 -j DROP" },
	{ "NET-006", IPPROTO_TCP, 10000, "miniserv.pl", false, "disable --now webmin" },
	{ "NET-006", IPPROTO_UDP, 69, "in.tftpd", false, "tftpd-hpa" },
	{ "NET-007", IPPROTO_TCP, 2000, "asterisk", true, "noload => chan_skinny.so" },
	{ "NET-007", IPPROTO_UDP, 4520, "asterisk", true, "noload => pbx_dundi.so" },
};

static void each_fails_open_and_passes_closed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct literal_host host;
		literal_host_init(&host);
		struct reach_service *service =
			literal_service(&host, cases[i].protocol, cases[i].port, cases[i].process,
					"0.0.0.0/0", REACH_ACCEPT);
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_FAIL);
		assert_int_equal(host.verdict.fail_count, 1);
		assert_int_equal(host.verdict.evidence[0].exposure, EXPOSURE_ANYWHERE);
		assert_true(literal_commands_hold(&host, cases[i].command));

		host.parts[0][0].verdict = REACH_CONDITION;
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_FAIL);
		host.parts[0][0].verdict = REACH_BLOCK;
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_PASS);
		host.parts[0][0].verdict = REACH_UNKNOWN;
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_UNKNOWN);
		host.parts[0][0] = literal_part(&host, "10.0.0.0/8", REACH_ACCEPT);
		assert_int_equal(literal_judge(&host, cases[i].id),
				 cases[i].networks_fail ? STATUS_FAIL : STATUS_PASS);
		host.parts[0][0] = literal_part(&host, "0.0.0.0/0", REACH_ACCEPT);
		service->is_loopback = true;
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_PASS);
		literal_host_done(&host);
	}
}

static void none_listening_passes_and_unread_sockets_are_unknown(void **state)
{
	(void)state;
	static const char *const ids[] = { "NET-001", "NET-002", "NET-003",
					   "NET-004", "NET-006", "NET-007" };
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct literal_host host;
		literal_host_init(&host);
		assert_int_equal(literal_judge(&host, ids[i]), STATUS_PASS);
		host.sockets.state = FACT_UNREADABLE;
		assert_int_equal(literal_judge(&host, ids[i]), STATUS_UNKNOWN);
		host.sockets.state = FACT_ABSENT;
		assert_int_equal(literal_judge(&host, ids[i]), STATUS_UNKNOWN);
		literal_host_done(&host);
	}
}

static void declared_services_are_meant(void **state)
{
	(void)state;
	struct literal_host host;
	literal_host_init(&host);
	literal_service(&host, IPPROTO_TCP, 25, "master", "0.0.0.0/0", REACH_ACCEPT);
	literal_service(&host, IPPROTO_TCP, 1002, "", "0.0.0.0/0", REACH_ACCEPT);
	host.declared[host.site.declared_count++] = SLICE("25/tcp");
	host.declared[host.site.declared_count++] = SLICE("1002/TCP");
	assert_int_equal(literal_judge(&host, "NET-003"), STATUS_PASS);
	assert_int_equal(literal_judge(&host, "NET-004"), STATUS_PASS);
	host.declared[1] = SLICE("1002/udp");
	assert_int_equal(literal_judge(&host, "NET-004"), STATUS_FAIL);
	literal_host_done(&host);
}

static void other_checks_sockets_are_not_counted_twice(void **state)
{
	(void)state;
	static const struct {
		uint8_t protocol;
		uint16_t port;
		const char *process;
	} others[] = {
		{ IPPROTO_TCP, 22, "sshd" },       { IPPROTO_TCP, 2222, "sshd" },
		{ IPPROTO_UDP, 5060, "asterisk" }, { IPPROTO_UDP, 12345, "asterisk" },
		{ IPPROTO_TCP, 443, "httpd" },     { IPPROTO_TCP, 3306, "mysqld" },
		{ IPPROTO_TCP, 5038, "asterisk" }, { IPPROTO_UDP, 68, "dhclient" },
		{ IPPROTO_ICMP, 0, "" },           { IPPROTO_TCP, 25, "master" },
	};
	struct literal_host host;
	literal_host_init(&host);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		literal_service(&host, others[i].protocol, others[i].port, others[i].process,
				"0.0.0.0/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "NET-004"), STATUS_PASS);
	/* Port 68 of a program that is no DHCP client has no excuse. */
	host.services[7].process = SLICE("odd");
	assert_int_equal(literal_judge(&host, "NET-004"), STATUS_FAIL);
	literal_host_done(&host);
}

static void another_programs_port_2000_is_no_skinny(void **state)
{
	(void)state;
	struct literal_host host;
	literal_host_init(&host);
	literal_service(&host, IPPROTO_TCP, 2000, "node", "0.0.0.0/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "NET-007"), STATUS_PASS);
	assert_int_equal(literal_judge(&host, "NET-004"), STATUS_FAIL);
	literal_host_done(&host);
}

static void sysv_hosts_get_sysv_commands(void **state)
{
	(void)state;
	struct literal_host host;
	literal_host_init(&host);
	host.host.has_systemd = false;
	host.host.family = SYSTEM_REDHAT;
	literal_service(&host, IPPROTO_TCP, 111, "rpcbind", "0.0.0.0/0", REACH_ACCEPT);
	literal_service(&host, IPPROTO_UDP, 111, "rpcbind", "0.0.0.0/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "NET-002"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 2);
	assert_int_equal(host.remedy.commands.count, 2);
	assert_true(literal_commands_hold(&host, "chkconfig rpcbind off"));
	literal_host_done(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fails_open_and_passes_closed),
		cmocka_unit_test(none_listening_passes_and_unread_sockets_are_unknown),
		cmocka_unit_test(declared_services_are_meant),
		cmocka_unit_test(other_checks_sockets_are_not_counted_twice),
		cmocka_unit_test(another_programs_port_2000_is_no_skinny),
		cmocka_unit_test(sysv_hosts_get_sysv_commands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
