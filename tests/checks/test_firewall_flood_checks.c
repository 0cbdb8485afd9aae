/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/checks/literal_host.h"

static void answer_defaults(struct literal_host *host, enum reach_verdict tcp,
			    enum reach_verdict udp)
{
	host->reach.answer_count = 0;
	literal_answer(host, REACH_UNNAMED_TCP, "0.0.0.0/0", tcp);
	literal_answer(host, REACH_UNNAMED_UDP, "0.0.0.0/0", udp);
}

static void a_default_of_accept_fails(void **state)
{
	(void)state;
	struct literal_host host;
	literal_host_init(&host);
	answer_defaults(&host, REACH_ACCEPT, REACH_BLOCK);
	assert_int_equal(literal_judge(&host, "FW-004"), STATUS_FAIL);
	assert_int_equal(literal_judge(&host, "FW-012"), STATUS_PASS);
	assert_int_equal(literal_judge(&host, "FW-004"), STATUS_FAIL);
	assert_true(literal_commands_hold(&host, "iptables -P INPUT DROP"));
	answer_defaults(&host, REACH_BLOCK, REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "FW-004"), STATUS_FAIL);
	assert_int_equal(literal_judge(&host, "FW-012"), STATUS_FAIL);
	answer_defaults(&host, REACH_BLOCK, REACH_BLOCK);
	assert_int_equal(literal_judge(&host, "FW-004"), STATUS_PASS);
	answer_defaults(&host, REACH_UNKNOWN, REACH_UNKNOWN);
	assert_int_equal(literal_judge(&host, "FW-004"), STATUS_UNKNOWN);
	assert_int_equal(literal_judge(&host, "FW-012"), STATUS_UNKNOWN);
	host.reach.answer_count = 0;
	assert_int_equal(literal_judge(&host, "FW-004"), STATUS_UNKNOWN);
	/* A host with an IPv6 address needs both families. */
	answer_defaults(&host, REACH_BLOCK, REACH_BLOCK);
	literal_ipv6_address(&host);
	assert_int_equal(literal_judge(&host, "FW-012"), STATUS_UNKNOWN);
	literal_answer(&host, REACH_UNNAMED_UDP, "::/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "FW-012"), STATUS_FAIL);
	literal_host_done(&host);
}

static void a_refusal_with_an_answer_is_told(void **state)
{
	(void)state;
	struct literal_host host;
	literal_host_init(&host);
	struct reach_answer *answer =
		literal_answer(&host, REACH_UNNAMED_UDP, "0.0.0.0/0", REACH_BLOCK);
	host.answer_parts[0][0].is_reject = true;
	answer->parts = host.answer_parts[0];
	assert_int_equal(literal_judge(&host, "FW-012"), STATUS_PASS);
	bool told = false;
	for (size_t i = 0; i < host.verdict.count; i++)
		told = told || strstr(host.verdict.evidence[i].text, "icmp_ratelimit");
	assert_true(told);
	literal_host_done(&host);
}

static void ping_needs_a_list_or_a_limit(void **state)
{
	(void)state;
	struct literal_host host;
	literal_host_init(&host);
	assert_int_equal(literal_judge(&host, "FW-006"), STATUS_UNKNOWN);
	literal_service(&host, IPPROTO_ICMP, 0, "", "0.0.0.0/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "FW-006"), STATUS_FAIL);
	assert_true(literal_commands_hold(&host, "--icmp-type echo-request"));
	struct system_sysctl ignore = {
		.key = SLICE("net.ipv4.icmp_echo_ignore_all"),
		.running = { .state = FACT_PRESENT, .value = SLICE("1") },
	};
	host.host.sysctls = &ignore;
	host.host.sysctl_count = 1;
	assert_int_equal(literal_judge(&host, "FW-006"), STATUS_PASS);
	ignore.running.value = SLICE("0");
	assert_int_equal(literal_judge(&host, "FW-006"), STATUS_FAIL);
	host.parts[0][0].verdict = REACH_CONDITION;
	assert_int_equal(literal_judge(&host, "FW-006"), STATUS_FAIL);
	host.parts[0][0].limit = REACH_LIMIT_GLOBAL;
	assert_int_equal(literal_judge(&host, "FW-006"), STATUS_PASS);
	host.parts[0][0] = literal_part(&host, "192.0.2.0/24", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "FW-006"), STATUS_PASS);
	host.parts[0][0] = literal_part(&host, "0.0.0.0/0", REACH_UNKNOWN);
	assert_int_equal(literal_judge(&host, "FW-006"), STATUS_UNKNOWN);
	literal_host_done(&host);
}

static void limits_must_be_per_source(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		uint8_t protocol;
		uint16_t port;
		const char *process;
		const char *command;
	} cases[] = {
		{ "FW-010", IPPROTO_UDP, 5060, "asterisk", "--hashlimit-above" },
		{ "FW-010", IPPROTO_TCP, 5061, "asterisk", "--hashlimit-above" },
		{ "FW-011", IPPROTO_TCP, 443, "httpd", "--connlimit-above" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct literal_host host;
		literal_host_init(&host);
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_NOT_APPLICABLE);
		literal_service(&host, cases[i].protocol, cases[i].port, cases[i].process,
				"0.0.0.0/0", REACH_ACCEPT);
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_FAIL);
		assert_true(literal_commands_hold(&host, cases[i].command));
		host.parts[0][0].verdict = REACH_CONDITION;
		host.parts[0][0].limit = REACH_LIMIT_GLOBAL;
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_FAIL);
		host.parts[0][0].limit = REACH_LIMIT_PER_SOURCE;
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_PASS);
		host.parts[0][0].verdict = REACH_UNKNOWN;
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_UNKNOWN);
		host.parts[0][0] = literal_part(&host, "198.51.100.0/24", REACH_ACCEPT);
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_PASS);
		host.sockets.state = FACT_UNREADABLE;
		assert_int_equal(literal_judge(&host, cases[i].id), STATUS_UNKNOWN);
		literal_host_done(&host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_default_of_accept_fails),
		cmocka_unit_test(a_refusal_with_an_answer_is_told),
		cmocka_unit_test(ping_needs_a_list_or_a_limit),
		cmocka_unit_test(limits_must_be_per_source),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
