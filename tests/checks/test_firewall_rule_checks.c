/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/firewall/firewall_model.h"
#include "checks/firewall_remedy.h"
#include "tests/checks/literal_host.h"

/* A host with one running rule. */
struct rule_host {
	struct literal_host host;
	struct rule rules[2];
	struct rule_chain chain;
	struct rule_chain *chains[1];
	struct rule_table table;
	struct rule_table *tables[1];
	struct ruleset live;
	struct firewall_manager managers[FIREWALL_MANAGERS];
	struct firewall_rules saved;
	struct firewall_unreached unreached;
	struct firewall_difference difference;
	struct firewall_model firewall;
	struct source source;
};

static void rule_host_init(struct rule_host *rules)
{
	memset(rules, 0, sizeof(*rules));
	literal_host_init(&rules->host);
	rules->source =
		(struct source){ .path = "iptables-save", .bytes = SLICE("rule one\nrule two\n") };
	for (size_t i = 0; i < 2; i++)
		rules->rules[i] = (struct rule){
			.number = (uint32_t)i + 1,
			.origin = { .source = &rules->source, .first = i * 9, .end = i * 9 + 8 },
		};
	rules->chain = (struct rule_chain){ .name = SLICE("INPUT"),
					    .rules = rules->rules,
					    .rule_count = 2 };
	rules->chains[0] = &rules->chain;
	rules->table = (struct rule_table){ .chains = rules->chains, .chain_count = 1 };
	rules->tables[0] = &rules->table;
	rules->live =
		(struct ruleset){ .tables = rules->tables, .table_count = 1, .rule_count = 2 };
	for (size_t i = 0; i < FIREWALL_MANAGERS; i++)
		rules->managers[i] = (struct firewall_manager){
			.kind = (enum firewall_manager_kind)i, .name = "a manager", .unit = ""
		};
	rules->firewall = (struct firewall_model){ .live = &rules->live,
						   .knows_ipv4 = true,
						   .knows_ipv6 = true,
						   .managers = rules->managers };
	rules->host.model.firewall = &rules->firewall;
}

static struct firewall_manager *manages(struct rule_host *rules, enum firewall_manager_kind kind,
					bool starts)
{
	struct firewall_manager *manager = &rules->managers[kind];
	manager->is_installed = manager->is_configured = true;
	manager->starts_at_boot = (struct fact_bool){ .state = FACT_PRESENT, .value = starts };
	return manager;
}

static void no_rules_and_none_saved_fail(void **state)
{
	(void)state;
	struct rule_host rules;
	rule_host_init(&rules);
	rules.firewall.is_open_ipv4 = rules.firewall.is_open_ipv6 = true;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_FAIL);
	rules.firewall.knows_ipv4 = false;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	/* Of a family that is not known nothing is said, neither that rules run. */
	rules.firewall.is_open_ipv4 = rules.firewall.is_open_ipv6 = false;
	rules.firewall.knows_ipv6 = false;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	rules.firewall.live = NULL;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	rules.host.model.firewall = NULL;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	literal_host_done(&rules.host);
}

static void saved_rules_must_start_and_do_the_same(void **state)
{
	(void)state;
	struct rule_host rules;
	rule_host_init(&rules);
	struct firewall_manager *manager = manages(&rules, FIREWALL_IPTABLES_PERSISTENT, true);
	/* Not compared is not the same. */
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	rules.firewall.is_compared_ipv4 = true;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_PASS);
	rules.saved = (struct firewall_rules){ .state = FACT_PRESENT, .covers_ipv4 = true };
	rules.firewall.saved = &rules.saved;
	rules.firewall.saved_count = 1;
	manager->starts_at_boot.value = false;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_FAIL);
	assert_true(literal_commands_hold(&rules.host, "netfilter-persistent"));
	manager->starts_at_boot.state = FACT_UNREADABLE;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	manages(&rules, FIREWALL_IPTABLES_PERSISTENT, true);
	/* With IPv6 the rules of both families must be compared. */
	literal_ipv6_address(&rules.host);
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	rules.firewall.is_compared_ipv6 = true;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_PASS);
	rules.difference = (struct firewall_difference){
		.family = ADDRESS_IPV4,
		.protocol = IPPROTO_TCP,
		.port = 22,
		.source = literal_prefix("203.0.113.9/32").address,
		.live = EVALUATE_BLOCK,
		.saved = EVALUATE_ACCEPT,
	};
	rules.firewall.differences = &rules.difference;
	rules.firewall.difference_count = 1;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_FAIL);
	bool told = false;
	for (size_t i = 0; i < rules.host.verdict.count; i++)
		told = told || strcmp(rules.host.verdict.evidence[i].subject,
				      "tcp port 22 from 203.0.113.9") == 0;
	assert_true(told);
	literal_host_done(&rules.host);
}

static void two_owners_fight(void **state)
{
	(void)state;
	struct rule_host rules;
	rule_host_init(&rules);
	rules.firewall.is_compared_ipv4 = true;
	manages(&rules, FIREWALL_IPTABLES_PERSISTENT, true);
	manages(&rules, FIREWALL_NFTABLES, true);
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_PASS);
	manages(&rules, FIREWALL_UFW, true)->is_live = true;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_FAIL);
	literal_host_done(&rules.host);
}

static void front_ends_keep_their_own_form(void **state)
{
	(void)state;
	struct rule_host rules;
	rule_host_init(&rules);
	struct firewall_manager *ufw = manages(&rules, FIREWALL_UFW, true);
	ufw->is_live = true;
	/* Files that could not be read are not the running rules. */
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	rules.firewall.is_compared_ipv4 = true;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_PASS);
	ufw->starts_at_boot.value = false;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_FAIL);
	ufw->is_configured = false;
	manages(&rules, FIREWALL_FIREWALLD, true)->is_live = true;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	literal_host_done(&rules.host);
}

static void rules_beside_the_freepbx_firewall_are_lost(void **state)
{
	(void)state;
	struct rule_host rules;
	rule_host_init(&rules);
	struct firewall_manager *freepbx = manages(&rules, FIREWALL_FREEPBX, true);
	freepbx->is_live = true;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_PASS);
	assert_int_equal(firewall_dialect_of(&rules.host.model), DIALECT_FREEPBX);
	freepbx->stranger = &rules.rules[1];
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_FAIL);
	assert_true(literal_commands_hold(&rules.host, "fwconsole firewall start"));
	freepbx->has_custom_rules = true;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	freepbx->stranger = NULL;
	freepbx->starts_at_boot.value = false;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_FAIL);
	freepbx->starts_at_boot.state = FACT_UNREADABLE;
	assert_int_equal(literal_judge(&rules.host, "FW-009"), STATUS_UNKNOWN);
	literal_host_done(&rules.host);
}

static void contradicted_rules_fail(void **state)
{
	(void)state;
	struct rule_host rules;
	rule_host_init(&rules);
	assert_int_equal(literal_judge(&rules.host, "FW-007"), STATUS_PASS);
	rules.unreached = (struct firewall_unreached){ .rule = &rules.rules[1],
						       .chain = &rules.chain,
						       .taken_by = &rules.rules[0] };
	rules.firewall.unreached = &rules.unreached;
	rules.firewall.unreached_count = 1;
	assert_int_equal(literal_judge(&rules.host, "FW-007"), STATUS_PASS);
	rules.unreached.is_contradicted = true;
	assert_int_equal(literal_judge(&rules.host, "FW-007"), STATUS_FAIL);
	assert_int_equal(rules.host.verdict.evidence[0].line, 2);
	/* fail2ban's and Docker's idle chains are no fault. */
	rules.unreached.taken_by = NULL;
	assert_int_equal(literal_judge(&rules.host, "FW-007"), STATUS_PASS);
	rules.live.is_broken = true;
	rules.live.broken.message = "cut";
	assert_int_equal(literal_judge(&rules.host, "FW-007"), STATUS_UNKNOWN);
	rules.live.is_broken = false;
	rules.live.rule_count = 0;
	assert_int_equal(literal_judge(&rules.host, "FW-007"), STATUS_NOT_APPLICABLE);
	rules.firewall.live = NULL;
	assert_int_equal(literal_judge(&rules.host, "FW-007"), STATUS_UNKNOWN);
	literal_host_done(&rules.host);
}

static void replies_and_loopback_under_a_default_of_drop(void **state)
{
	(void)state;
	struct rule_host rules;
	rule_host_init(&rules);
	struct literal_host *host = &rules.host;
	assert_int_equal(literal_judge(host, "FW-008"), STATUS_UNKNOWN);
	literal_answer(host, REACH_LOOPBACK, "127.0.0.1/32", REACH_ACCEPT);
	literal_answer(host, REACH_REPLY, "0.0.0.0/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(host, "FW-008"), STATUS_PASS);
	host->answer_parts[0][0].verdict = REACH_BLOCK;
	assert_int_equal(literal_judge(host, "FW-008"), STATUS_FAIL);
	host->answer_parts[0][0].verdict = REACH_ACCEPT;
	/* A ban of one address is no fault, a block of all others is. */
	host->answer_parts[1][0] = literal_part(host, "!203.0.113.9/32", REACH_ACCEPT);
	host->answer_parts[1][1] = literal_part(host, "203.0.113.9/32", REACH_BLOCK);
	host->answers[1].part_count = 2;
	assert_int_equal(literal_judge(host, "FW-008"), STATUS_PASS);
	host->answer_parts[1][0].verdict = REACH_BLOCK;
	host->answer_parts[1][1].verdict = REACH_ACCEPT;
	assert_int_equal(literal_judge(host, "FW-008"), STATUS_FAIL);
	host->reach.default_ipv4 = EXPOSURE_ANYWHERE;
	assert_int_equal(literal_judge(host, "FW-008"), STATUS_NOT_APPLICABLE);
	literal_host_done(host);
}

static void a_reply_rule_that_takes_new_fails(void **state)
{
	(void)state;
	struct rule_host rules;
	rule_host_init(&rules);
	struct literal_host *host = &rules.host;
	static const struct match_part part = { .field = FIELD_CT_STATE };
	struct rule_step step = { .kind = STEP_MATCH };
	step.match = (struct rule_match){ .kind = MATCH_FIELDS, .part_count = 1, .parts = &part };
	rules.rules[1].steps = &step;
	rules.rules[1].step_count = 1;
	host->reach.default_ipv4 = EXPOSURE_ANYWHERE;
	literal_answer(host, REACH_UNNAMED_TCP, "0.0.0.0/0", REACH_ACCEPT);
	host->answer_parts[0][0].why = rules.rules[1].origin;
	assert_int_equal(literal_judge(host, "FW-008"), STATUS_FAIL);
	host->answer_parts[0][0].why = rules.rules[0].origin;
	assert_int_equal(literal_judge(host, "FW-008"), STATUS_NOT_APPLICABLE);
	literal_host_done(host);
}

static void needed_icmp_passes(void **state)
{
	(void)state;
	static const enum reach_question questions[] = {
		REACH_ICMP_UNREACHABLE,
		REACH_ICMP_TIME_EXCEEDED,
		REACH_ICMP_PARAMETER_PROBLEM,
	};
	struct literal_host host;
	literal_host_init(&host);
	assert_int_equal(literal_judge(&host, "FW-015"), STATUS_UNKNOWN);
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++)
		literal_answer(&host, questions[i], "0.0.0.0/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "FW-015"), STATUS_PASS);
	host.answer_parts[1][0].verdict = REACH_BLOCK;
	assert_int_equal(literal_judge(&host, "FW-015"), STATUS_FAIL);
	assert_true(literal_commands_hold(&host, "time-exceeded"));
	host.answer_parts[1][0].verdict = REACH_CONDITION;
	assert_int_equal(literal_judge(&host, "FW-015"), STATUS_PASS);
	host.model.reach = NULL;
	assert_int_equal(literal_judge(&host, "FW-015"), STATUS_UNKNOWN);
	literal_host_done(&host);
}

static void the_open_range_is_the_media_range(void **state)
{
	(void)state;
	struct literal_host host;
	struct asterisk_settings settings = {
		.rtp_start = { .state = FACT_PRESENT, .value = 10000 },
		.rtp_end = { .state = FACT_PRESENT, .value = 20000 },
	};
	struct asterisk_model asterisk = {
		.is_installed = { .state = FACT_PRESENT, .value = true },
		.settings = &settings,
	};
	struct reach_port_range range = {
		.protocol = IPPROTO_UDP,
		.family = ADDRESS_IPV4,
		.first = 10000,
		.last = 20000,
		.exposure = EXPOSURE_ANYWHERE,
	};
	literal_host_init(&host);
	host.model.asterisk = &asterisk;
	assert_int_equal(literal_judge(&host, "FW-013"), STATUS_PASS);
	host.reach.ranges = &range;
	host.reach.range_count = 1;
	assert_int_equal(literal_judge(&host, "FW-013"), STATUS_PASS);
	range.first = 1024;
	range.last = 65535;
	assert_int_equal(literal_judge(&host, "FW-013"), STATUS_FAIL);
	/* UDPTL and a few single services are no wide range. */
	range.first = 4000;
	range.last = 5060;
	assert_int_equal(literal_judge(&host, "FW-013"), STATUS_PASS);
	range.last = 5200;
	assert_int_equal(literal_judge(&host, "FW-013"), STATUS_FAIL);
	/* Without rtp.conf Asterisk takes 5000 to 31000. */
	settings.rtp_start.state = settings.rtp_end.state = FACT_ABSENT;
	assert_int_equal(literal_judge(&host, "FW-013"), STATUS_PASS);
	settings.rtp_start.state = FACT_UNREADABLE;
	assert_int_equal(literal_judge(&host, "FW-013"), STATUS_UNKNOWN);
	settings.rtp_start.state = FACT_ABSENT;
	host.reach.default_ipv4 = EXPOSURE_ANYWHERE;
	assert_int_equal(literal_judge(&host, "FW-013"), STATUS_NOT_APPLICABLE);
	asterisk.is_installed.state = FACT_ABSENT;
	assert_int_equal(literal_judge(&host, "FW-013"), STATUS_NOT_APPLICABLE);
	literal_host_done(&host);
}

static void routing_needs_rules(void **state)
{
	(void)state;
	struct literal_host host;
	struct system_sysctl forward = {
		.key = SLICE("net.ipv4.ip_forward"),
		.running = { .state = FACT_PRESENT, .value = SLICE("0") },
	};
	literal_host_init(&host);
	host.host.sysctls = &forward;
	host.host.sysctl_count = 1;
	assert_int_equal(literal_judge(&host, "FW-016"), STATUS_PASS);
	forward.running.value = SLICE("1");
	assert_int_equal(literal_judge(&host, "FW-016"), STATUS_UNKNOWN);
	literal_answer(&host, REACH_FORWARD, "0.0.0.0/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "FW-016"), STATUS_FAIL);
	host.answers[0].exposure = EXPOSURE_HOST;
	assert_int_equal(literal_judge(&host, "FW-016"), STATUS_PASS);
	/* A published port passes by INPUT. */
	struct reach_port_range published = {
		.protocol = IPPROTO_TCP,
		.family = ADDRESS_IPV4,
		.first = 8080,
		.last = 8080,
		.exposure = EXPOSURE_ANYWHERE,
	};
	host.reach.published = &published;
	host.reach.published_count = 1;
	assert_int_equal(literal_judge(&host, "FW-016"), STATUS_FAIL);
	published.exposure = EXPOSURE_NETWORKS;
	assert_int_equal(literal_judge(&host, "FW-016"), STATUS_PASS);
	published.exposure = EXPOSURE_UNKNOWN;
	assert_int_equal(literal_judge(&host, "FW-016"), STATUS_UNKNOWN);
	published.exposure = EXPOSURE_ANYWHERE;
	forward.running.value = SLICE("0");
	assert_int_equal(literal_judge(&host, "FW-016"), STATUS_PASS);
	host.reach.published_count = 0;
	host.answers[0].exposure = EXPOSURE_ANYWHERE;
	host.host.sysctl_count = 0;
	assert_int_equal(literal_judge(&host, "FW-016"), STATUS_UNKNOWN);
	host.answers[0].exposure = EXPOSURE_HOST;
	assert_int_equal(literal_judge(&host, "FW-016"), STATUS_PASS);
	literal_host_done(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_rules_and_none_saved_fail),
		cmocka_unit_test(saved_rules_must_start_and_do_the_same),
		cmocka_unit_test(two_owners_fight),
		cmocka_unit_test(front_ends_keep_their_own_form),
		cmocka_unit_test(rules_beside_the_freepbx_firewall_are_lost),
		cmocka_unit_test(contradicted_rules_fail),
		cmocka_unit_test(replies_and_loopback_under_a_default_of_drop),
		cmocka_unit_test(a_reply_rule_that_takes_new_fails),
		cmocka_unit_test(needed_icmp_passes),
		cmocka_unit_test(the_open_range_is_the_media_range),
		cmocka_unit_test(routing_needs_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
