/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/kernel/web_model.h"
#include "audit/logs/activity_model.h"
#include "audit/model/ban_model.h"
#include "tests/checks/literal_host.h"

struct guarded_host {
	struct literal_host host;
	struct asterisk_model asterisk;
	struct web_model web;
	struct jail_model jails;
	struct jail jail[2];
	struct jail_action action;
	struct jail_log log;
	const char *files[1];
	struct activity_model activity;
	struct activity_log logs[2];
	struct activity_source source;
	struct asterisk_settings settings;
	struct logger_channel channel;
	struct ban_coverage coverage[2];
	struct ban_proof proof;
	struct ban_prediction ban;
	struct ban_trial_result trial;
	struct ban_model bans;
};

static const struct slice running_module = { .data = "res_security_log.so", .size = 19 };

/* An Asterisk and an sshd that the world reaches, each with a good jail. */
static void begin(struct guarded_host *self)
{
	memset(self, 0, sizeof(*self));
	literal_host_init(&self->host);
	literal_service(&self->host, IPPROTO_UDP, 5060, "asterisk", "0.0.0.0/0", REACH_ACCEPT);
	literal_service(&self->host, IPPROTO_TCP, 22, "sshd", "0.0.0.0/0", REACH_ACCEPT);
	literal_service(&self->host, IPPROTO_TCP, 443, "httpd", "0.0.0.0/0", REACH_ACCEPT);
	self->host.site.now = 2000000;
	self->asterisk.is_installed = (struct fact_bool){ .state = FACT_PRESENT, .value = true };
	self->web = (struct web_model){ .state = FACT_PRESENT, .has_gui = true };
	self->files[0] = "/var/log/asterisk/messages";
	self->log = (struct jail_log){
		.pattern = SLICE("/var/log/asterisk/messages"),
		.files = { .paths = self->files, .count = 1 },
	};
	self->action = (struct jail_action){
		.name = SLICE("iptables-allports"),
		.protocol = SLICE("all"),
		.is_firewall = true,
		.is_all_ports = true,
		.is_all_protocols = true,
	};
	for (size_t i = 0; i < 2; i++)
		self->jail[i] = (struct jail){
			.name = i ? SLICE("sshd") : SLICE("asterisk"),
			.is_enabled = true,
			.filter = { .name = i ? SLICE("sshd") : SLICE("asterisk"),
				    .fail_regex = SLICE("failed for '<HOST>' - Wrong password") },
			.logs = &self->log,
			.log_count = i ? 0 : 1,
			.max_retry = 3,
			.find_time = 21600,
			.ban_time = 259200,
			.actions = &self->action,
			.action_count = 1,
		};
	self->jails = (struct jail_model){ .state = FACT_PRESENT, .jails = self->jail, .count = 2 };
	self->logs[0] = (struct activity_log){
		.role = ACTIVITY_LOG_FAIL2BAN,
		.path = "/var/log/fail2ban.log",
		.state = FACT_PRESENT,
	};
	self->source = (struct activity_source){ .last = 1999000, .ssh_failures = 12 };
	assert_true(address_parse(SLICE("203.0.113.7"), &self->source.address));
	self->activity = (struct activity_model){
		.logs = self->logs,
		.log_count = 1,
		.sources = &self->source,
		.source_count = 1,
	};
	self->activity.counts[LOG_SIP_REGISTRATION_WRONG_PASSWORD] = 4;
	self->channel = (struct logger_channel){
		.name = SLICE("messages"),
		.levels = SLICE("notice,warning,error,security"),
	};
	self->settings = (struct asterisk_settings){
		.log_directory = SLICE("/var/log/asterisk"),
		.logger_channels = &self->channel,
		.logger_channel_count = 1,
		.running_state = FACT_PRESENT,
		.running_modules = &running_module,
		.running_module_count = 1,
	};
	self->asterisk.settings = &self->settings;
	self->asterisk.version_number = 1600;
	/* What the filter makes of two of the lines that this Asterisk writes. */
	for (size_t i = 0; i < 2; i++)
		self->coverage[i] = (struct ban_coverage){
			.jail = &self->jail[0],
			.line = "a line",
			.is_known = true,
			.is_found = i == 0,
			.kind = i ? LOG_PJSIP_NO_ENDPOINT : LOG_SIP_REGISTRATION_WRONG_PASSWORD,
		};
	self->proof = (struct ban_proof){
		.attack = "SSH password",
		.applies = true,
		.tries = 3,
		.jail = &self->jail[1],
	};
	self->ban = (struct ban_prediction){ .address = self->source.address,
					     .when = 1999000,
					     .tries = 3 };
	self->trial = (struct ban_trial_result){
		.jail = &self->jail[0],
		.lines = 10,
		.matched = 3,
		.bans = &self->ban,
		.ban_count = 1,
	};
	self->bans = (struct ban_model){
		.trials = &self->trial,
		.count = 1,
		.proofs = { .proofs = &self->proof,
			    .count = 1,
			    .coverage = self->coverage,
			    .coverage_count = 2 },
	};
	self->host.model.bans = &self->bans;
	self->host.model.asterisk = &self->asterisk;
	self->host.model.web = &self->web;
	self->host.model.jails = &self->jails;
	self->host.model.activity = &self->activity;
}

static void expect(struct guarded_host *self, const char *id, enum finding_status status)
{
	enum finding_status found = literal_judge(&self->host, id);
	if (found != status)
		fail_msg("%s: %d, not %d", id, (int)found, (int)status);
}

static void good_jails_pass(void **state)
{
	(void)state;
	static const char *const ids[] = { "F2B-002", "F2B-003", "F2B-004", "F2B-005", "F2B-006",
					   "F2B-007", "F2B-008", "F2B-009", "F2B-011" };
	struct guarded_host self;
	begin(&self);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		expect(&self, ids[i], STATUS_PASS);
	self.jail[1].filter.name = SLICE("apache-auth");
	expect(&self, "F2B-010", STATUS_PASS);
	self.jails.other_guard = SLICE("crowdsec");
	expect(&self, "F2B-001", STATUS_PASS);
	literal_host_done(&self.host);
}

static void each_weakness_fails(void **state)
{
	(void)state;
	struct guarded_host self;
	begin(&self);
	self.host.host.processes_state = FACT_PRESENT;
	expect(&self, "F2B-001", STATUS_FAIL);
	self.activity.counts[LOG_PJSIP_NO_ENDPOINT] = 1;
	expect(&self, "F2B-003", STATUS_FAIL);
	/* A file of that name is there, and logger.conf has another. */
	self.channel.name = SLICE("messages.log");
	expect(&self, "F2B-004", STATUS_FAIL);
	self.channel.name = SLICE("messages");
	self.channel.levels = SLICE("notice,warning,error");
	expect(&self, "F2B-005", STATUS_FAIL);
	self.channel.levels = SLICE("warning,security");
	expect(&self, "F2B-005", STATUS_FAIL);
	self.log.files.count = 0;
	expect(&self, "F2B-004", STATUS_FAIL);
	/* The shipped action: TCP ports only. */
	self.action.is_all_ports = self.action.is_all_protocols = false;
	self.action.protocol = SLICE("tcp");
	expect(&self, "F2B-006", STATUS_FAIL);
	self.jail[0].max_retry = 10;
	expect(&self, "F2B-007", STATUS_FAIL);
	self.source.tripped_ssh = 1999000;
	expect(&self, "F2B-008", STATUS_FAIL);
	expect(&self, "F2B-010", STATUS_FAIL);
	self.jail[0].ignore_ip.text = SLICE("127.0.0.1/8 203.0.0.0/16");
	expect(&self, "F2B-011", STATUS_FAIL);
	self.jail[0].is_enabled = self.jail[1].is_enabled = false;
	expect(&self, "F2B-002", STATUS_FAIL);
	expect(&self, "F2B-009", STATUS_FAIL);
	literal_host_done(&self.host);
}

/* What could not be tried, or cannot be known, is not judged. */
static void what_cannot_be_tried_is_unknown(void **state)
{
	(void)state;
	struct guarded_host self;
	begin(&self);
	self.bans.proofs.coverage_count = 0;
	expect(&self, "F2B-003", STATUS_UNKNOWN);
	self.settings.logger_channel_count = 0;
	expect(&self, "F2B-005", STATUS_UNKNOWN);
	/* Without logger.conf's names the file alone counts. */
	expect(&self, "F2B-004", STATUS_PASS);
	literal_host_done(&self.host);
}

static void levels_of_a_channel_are_words(void **state)
{
	(void)state;
	assert_true(logger_levels_have(SLICE("[json]notice, SECURITY"), "security"));
	assert_true(logger_levels_have(SLICE("*"), "security"));
	assert_false(logger_levels_have(SLICE("notice,security2"), "security"));
}

static void private_ranges_may_be_exempt(void **state)
{
	(void)state;
	struct guarded_host self;
	begin(&self);
	self.jail[0].ignore_ip.text = SLICE("127.0.0.1/8 ::1 10.0.0.0/8, 203.0.113.0/24");
	expect(&self, "F2B-011", STATUS_PASS);
	self.jail[0].ignore_ip.text = SLICE("0.0.0.0/0");
	expect(&self, "F2B-011", STATUS_FAIL);
	literal_host_done(&self.host);
}

/* F2B-011: a trunk that anybody can have banned. */
static void forged_packets_lock_nobody_out(void **state)
{
	(void)state;
	struct guarded_host self;
	begin(&self);
	struct ban_risk risk = {
		.who = BAN_RISK_TRUNK,
		.prefix = literal_prefix("203.0.113.10/32"),
		.answer = BAN_RISK_BANNED,
		.jail = &self.jail[0],
	};
	self.bans.risks = (struct ban_risks){ .risks = &risk, .count = 1 };
	expect(&self, "F2B-011", STATUS_PASS);
	risk.answer = BAN_RISK_FORGED;
	expect(&self, "F2B-011", STATUS_FAIL);
	assert_true(literal_commands_hold(&self.host, "127.0.0.1/8 ::1 203.0.113.10/32\\n"));
	/* A phone's address is nobody's to list. */
	risk.who = BAN_RISK_CONTACT;
	expect(&self, "F2B-011", STATUS_PASS);
	literal_host_done(&self.host);
}

static void what_cannot_be_read_is_unknown(void **state)
{
	(void)state;
	static const char *const ids[] = { "F2B-001", "F2B-002", "F2B-003", "F2B-004",
					   "F2B-005", "F2B-006", "F2B-007", "F2B-008",
					   "F2B-009", "F2B-010", "F2B-011" };
	struct guarded_host self;
	begin(&self);
	self.jails.state = FACT_UNREADABLE;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		expect(&self, ids[i], STATUS_UNKNOWN);
	literal_host_done(&self.host);
}

static void without_the_service_they_do_not_apply(void **state)
{
	(void)state;
	struct guarded_host self;
	begin(&self);
	self.asterisk.is_installed = (struct fact_bool){ .state = FACT_ABSENT };
	self.web.has_gui = false;
	expect(&self, "F2B-002", STATUS_NOT_APPLICABLE);
	expect(&self, "F2B-003", STATUS_NOT_APPLICABLE);
	expect(&self, "F2B-004", STATUS_NOT_APPLICABLE);
	expect(&self, "F2B-005", STATUS_NOT_APPLICABLE);
	expect(&self, "F2B-006", STATUS_NOT_APPLICABLE);
	expect(&self, "F2B-010", STATUS_NOT_APPLICABLE);
	literal_host_done(&self.host);
}

/* The jails that are there, by their names, and none for what is not. */
static void the_remedy_for_thresholds_names_the_jails(void **state)
{
	(void)state;
	struct guarded_host self;
	begin(&self);
	self.jail[0].max_retry = self.jail[1].max_retry = 10;
	self.jail[0].name = SLICE("asterisk-iptables");
	expect(&self, "F2B-007", STATUS_FAIL);
	assert_true(literal_commands_hold(&self.host, "[asterisk-iptables]\\nmaxretry = 3"));
	assert_true(literal_commands_hold(&self.host, "[sshd]\\nmaxretry = 3"));
	assert_false(literal_commands_hold(&self.host, "[asterisk]"));
	/* A name that would end the quotation is not written. */
	self.jail[0].name = SLICE("a'; reboot; '");
	expect(&self, "F2B-007", STATUS_FAIL);
	assert_false(literal_commands_hold(&self.host, "reboot"));
	self.jail[0].name = SLICE("asterisk");
	self.asterisk.is_installed = (struct fact_bool){ .state = FACT_ABSENT };
	expect(&self, "F2B-007", STATUS_FAIL);
	assert_false(literal_commands_hold(&self.host, "asterisk"));
	assert_true(literal_commands_hold(&self.host, "[sshd]\\nmaxretry = 3"));
	self.jails.state = FACT_ABSENT;
	self.jails.count = 0;
	expect(&self, "F2B-007", STATUS_FAIL);
	assert_false(literal_commands_hold(&self.host, "asterisk"));
	assert_true(literal_commands_hold(&self.host, "apt-get install -y fail2ban"));
	literal_host_done(&self.host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_jails_pass),
		cmocka_unit_test(each_weakness_fails),
		cmocka_unit_test(private_ranges_may_be_exempt),
		cmocka_unit_test(forged_packets_lock_nobody_out),
		cmocka_unit_test(what_cannot_be_tried_is_unknown),
		cmocka_unit_test(levels_of_a_channel_are_words),
		cmocka_unit_test(what_cannot_be_read_is_unknown),
		cmocka_unit_test(without_the_service_they_do_not_apply),
		cmocka_unit_test(the_remedy_for_thresholds_names_the_jails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
