/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "tests/checks/literal_host.h"

static const struct {
	const char *id;
	uint8_t protocol;
	uint16_t port;
	const char *process;
} cases[] = {
	{ "FW-001", IPPROTO_TCP, 22, "sshd" },       { "FW-001", IPPROTO_TCP, 2222, "sshd" },
	{ "FW-002", IPPROTO_UDP, 5060, "asterisk" }, { "FW-003", IPPROTO_TCP, 5060, "asterisk" },
	{ "FW-003", IPPROTO_TCP, 8089, "asterisk" }, { "FW-002", IPPROTO_UDP, 5160, "asterisk" },
};

static void services_open_to_the_world_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct literal_host host;
		literal_host_init(&host);
		literal_service(&host, cases[i].protocol, cases[i].port, cases[i].process,
				"0.0.0.0/0", REACH_ACCEPT);
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_FAIL);
		assert_true(literal_commands_hold(&host, "-j DROP"));
		host.parts[0][0].verdict = REACH_CONDITION;
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_FAIL);
		/* All but a block list is still the world. */
		host.parts[0][0] = literal_part(&host, "!203.0.113.0/24", REACH_ACCEPT);
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_FAIL);
		host.parts[0][0] = literal_part(&host, "0.0.0.0/0", REACH_UNKNOWN);
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_UNKNOWN);
		host.parts[0][0] = literal_part(&host, "0.0.0.0/0", REACH_BLOCK);
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_PASS);
		host.parts[0][0] = literal_part(&host, "10.0.0.0/8 198.51.100.0/24", REACH_ACCEPT);
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_PASS);
		host.reach.knows_ipv4 = false;
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_UNKNOWN);
		literal_host_done(&host);
	}
}

/* Where Asterisk's configuration says so, any port is one of SIP. */
static void ports_of_the_configuration_are_sip(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		const char *transport;
		uint8_t protocol;
	} ways[] = {
		{ "FW-002", "udp", IPPROTO_UDP },
		{ "FW-003", "tcp", IPPROTO_TCP },
		{ "FW-003", "tls", IPPROTO_TCP },
	};
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct literal_host host;
		literal_host_init(&host);
		literal_service(&host, ways[i].protocol, 15060, "asterisk", "0.0.0.0/0",
				REACH_ACCEPT);
		assert_int_not_equal(literal_judge(&host, ways[i].id), STATUS_FAIL);
		const struct pjsip_transport transport = {
			.protocol = slice_of(ways[i].transport),
			.port = 15060,
		};
		const struct pjsip_model pjsip = { .transports = &transport, .transport_count = 1 };
		const struct asterisk_model asterisk = { .pjsip = &pjsip };
		host.model.asterisk = &asterisk;
		assert_int_equal(literal_judge(&host, ways[i].id), STATUS_FAIL);
		host.parts[0][0] = literal_part(&host, "0.0.0.0/0", REACH_BLOCK);
		assert_int_equal(literal_judge(&host, ways[i].id), STATUS_PASS);
		const struct sip_model sip = {
			.general = { .udp = { .is_enabled = true, .port = 15060 } },
		};
		const struct asterisk_model old = { .sip = &sip };
		host.model.asterisk = &old;
		assert_int_equal(literal_judge(&host, "FW-002"), ways[i].protocol == IPPROTO_UDP
									 ? STATUS_PASS
									 : STATUS_NOT_APPLICABLE);
		literal_host_done(&host);
	}
}

static void none_listening_does_not_apply(void **state)
{
	(void)state;
	static const char *const ids[] = { "FW-001", "FW-002", "FW-003" };
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct literal_host host;
		literal_host_init(&host);
		assert_int_equal(literal_judge(&host, ids[i]), STATUS_NOT_APPLICABLE);
		host.sockets.has_all_processes = false;
		assert_int_equal(literal_judge(&host, ids[i]), STATUS_UNKNOWN);
		host.sockets.state = FACT_UNREADABLE;
		assert_int_equal(literal_judge(&host, ids[i]), STATUS_UNKNOWN);
		literal_host_done(&host);
	}
}

static void networks_of_the_settings_decide(void **state)
{
	(void)state;
	struct literal_host host;
	literal_host_init(&host);
	literal_service(&host, IPPROTO_TCP, 22, "sshd", "192.0.2.0/24", REACH_ACCEPT);
	literal_service(&host, IPPROTO_UDP, 5060, "asterisk", "192.0.2.0/24 198.51.100.0/24",
			REACH_ACCEPT);
	literal_trust(&host, "192.0.2.0/24");
	assert_int_equal(literal_judge(&host, "FW-001"), STATUS_PASS);
	/* No phones are named: the short list of the rules stands. */
	assert_int_equal(literal_judge(&host, "FW-002"), STATUS_PASS);
	host.phones[host.site.phone_count++] = literal_prefix("198.51.100.0/24");
	assert_int_equal(literal_judge(&host, "FW-002"), STATUS_PASS);
	host.phones[0] = literal_prefix("198.51.100.0/25");
	assert_int_equal(literal_judge(&host, "FW-002"), STATUS_FAIL);
	assert_non_null(strstr(host.verdict.evidence[0].text, "beyond the networks"));
	host.trusted[0] = literal_prefix("192.0.2.0/25");
	assert_int_equal(literal_judge(&host, "FW-001"), STATUS_FAIL);
	assert_true(literal_commands_hold(
		&host, "iptables -I INPUT 1 -p tcp --dport 22 -s 192.0.2.0/25 -j ACCEPT"));
	assert_true(literal_commands_hold(&host,
					  "iptables -I INPUT 2 ! -i lo -p tcp --dport 22 -j DROP"));
	literal_host_done(&host);
}

static void no_network_is_invented(void **state)
{
	(void)state;
	struct literal_host host;
	literal_host_init(&host);
	literal_service(&host, IPPROTO_TCP, 22, "sshd", "0.0.0.0/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "FW-001"), STATUS_FAIL);
	assert_true(literal_commands_hold(&host, ": \"${ADMIN:?set ADMIN first"));
	assert_false(literal_commands_hold(&host, "-s 192.0.2.0/24 -j ACCEPT"));
	literal_host_done(&host);
}

static void remedies_speak_the_hosts_dialect(void **state)
{
	(void)state;
	static const struct {
		const char *unit;
		const char *text;
	} dialects[] = {
		{ "firewalld.service", "--add-rich-rule='rule priority=\"-90\" port port=\"22\" "
				       "protocol=\"tcp\" drop'" },
		{ "ufw.service", "ufw prepend allow proto tcp from 192.0.2.0/24 to any port 22" },
		{ "nftables.service", "tcp dport 22 ip saddr != { 192.0.2.0/24 } drop" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(dialects); i++) {
		struct literal_host host;
		literal_host_init(&host);
		literal_unit(&host, dialects[i].unit);
		literal_trust(&host, "192.0.2.0/24");
		literal_service(&host, IPPROTO_TCP, 22, "sshd", "0.0.0.0/0", REACH_ACCEPT);
		assert_int_equal(literal_judge(&host, "FW-001"), STATUS_FAIL);
		assert_true(literal_commands_hold(&host, dialects[i].text));
		assert_int_equal(host.remedy.disruption, DISRUPTION_LOCKOUT_RISK);
		literal_host_done(&host);
	}
}

static void ipv6_counts_where_the_host_has_it(void **state)
{
	(void)state;
	struct literal_host host;
	literal_host_init(&host);
	struct reach_service *service =
		literal_service(&host, IPPROTO_TCP, 22, "sshd", "::/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "FW-001"), STATUS_PASS);
	literal_ipv6_address(&host);
	assert_int_equal(literal_judge(&host, "FW-001"), STATUS_FAIL);
	service->is_loopback = true;
	assert_int_equal(literal_judge(&host, "FW-001"), STATUS_PASS);
	service->is_loopback = false;
	host.parts[0][0].verdict = REACH_BLOCK;
	assert_int_equal(literal_judge(&host, "FW-001"), STATUS_PASS);
	host.reach.knows_ipv6 = false;
	assert_int_equal(literal_judge(&host, "FW-001"), STATUS_UNKNOWN);
	literal_host_done(&host);
}

static void ipv6_wider_than_ipv4_fails(void **state)
{
	(void)state;
	struct literal_host host;
	literal_host_init(&host);
	assert_int_equal(literal_judge(&host, "FW-005"), STATUS_NOT_APPLICABLE);
	literal_ipv6_address(&host);
	assert_int_equal(literal_judge(&host, "FW-005"), STATUS_PASS);
	/* sshd has a socket for each family. */
	struct reach_service *ipv4 =
		literal_service(&host, IPPROTO_TCP, 22, "sshd", "10.0.0.0/8", REACH_ACCEPT);
	struct reach_service *ipv6 =
		literal_service(&host, IPPROTO_TCP, 22, "sshd", "::/0", REACH_ACCEPT);
	ipv4->exposure_ipv4 = EXPOSURE_NETWORKS;
	ipv6->exposure_ipv6 = EXPOSURE_ANYWHERE;
	assert_int_equal(literal_judge(&host, "FW-005"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 1);
	ipv4->exposure_ipv4 = EXPOSURE_ANYWHERE;
	assert_int_equal(literal_judge(&host, "FW-005"), STATUS_PASS);
	ipv4->exposure_ipv4 = EXPOSURE_UNKNOWN;
	assert_int_equal(literal_judge(&host, "FW-005"), STATUS_UNKNOWN);
	/* An IPv6 socket alone, where IPv4 would have been shut. */
	host.reach.count = 0;
	ipv6 = literal_service(&host, IPPROTO_TCP, 8443, "odd", "::/0", REACH_ACCEPT);
	ipv6->exposure_ipv6 = EXPOSURE_ANYWHERE;
	assert_int_equal(literal_judge(&host, "FW-005"), STATUS_FAIL);
	assert_true(
		literal_commands_hold(&host, "ip6tables -I INPUT 1 ! -i lo -p tcp --dport 8443"));
	host.reach.default_ipv4 = host.reach.default_ipv6 = EXPOSURE_ANYWHERE;
	assert_int_equal(literal_judge(&host, "FW-005"), STATUS_PASS);
	host.reach.default_ipv4 = EXPOSURE_HOST;
	host.reach.count = 0;
	assert_int_equal(literal_judge(&host, "FW-005"), STATUS_FAIL);
	host.reach.knows_ipv6 = false;
	assert_int_equal(literal_judge(&host, "FW-005"), STATUS_UNKNOWN);
	literal_host_done(&host);
}

static void wide_networks_are_no_list(void **state)
{
	(void)state;
	static const struct {
		const char *sources;
		enum site_level level;
		enum finding_status status;
	} widths[] = {
		{ "203.0.112.0/22", SITE_BASIC, STATUS_PASS },
		{ "203.0.112.0/21", SITE_BASIC, STATUS_FAIL },
		{ "198.51.0.0/16", SITE_BASIC, STATUS_FAIL },
		{ "203.0.112.0/22", SITE_STRICT, STATUS_FAIL },
		{ "203.0.113.0/24", SITE_STRICT, STATUS_PASS },
		{ "10.0.0.0/8", SITE_STRICT, STATUS_PASS },
		{ "0.0.0.0/0", SITE_BASIC, STATUS_NOT_APPLICABLE },
	};
	for (size_t i = 0; i < ARRAY_SIZE(widths); i++) {
		struct literal_host host;
		literal_host_init(&host);
		host.site.level = widths[i].level;
		literal_service(&host, IPPROTO_TCP, 22, "sshd", widths[i].sources, REACH_ACCEPT);
		assert_int_equal(literal_judge(&host, "FW-014"), widths[i].status);
		literal_host_done(&host);
	}
	struct literal_host host;
	literal_host_init(&host);
	literal_service(&host, IPPROTO_TCP, 443, "httpd", "0.0.0.0/0", REACH_UNKNOWN);
	assert_int_equal(literal_judge(&host, "FW-014"), STATUS_UNKNOWN);
	literal_ipv6_address(&host);
	host.parts[0][0] = literal_part(&host, "2001:db8::/40", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "FW-014"), STATUS_FAIL);
	host.parts[0][0] = literal_part(&host, "2001:db8::/48", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "FW-014"), STATUS_PASS);
	literal_host_done(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(services_open_to_the_world_fail),
		cmocka_unit_test(ports_of_the_configuration_are_sip),
		cmocka_unit_test(none_listening_does_not_apply),
		cmocka_unit_test(networks_of_the_settings_decide),
		cmocka_unit_test(no_network_is_invented),
		cmocka_unit_test(remedies_speak_the_hosts_dialect),
		cmocka_unit_test(ipv6_counts_where_the_host_has_it),
		cmocka_unit_test(ipv6_wider_than_ipv4_fails),
		cmocka_unit_test(wide_networks_are_no_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
