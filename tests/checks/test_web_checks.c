/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/advisory/advisory_table.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/kernel/web_model.h"
#include "tests/checks/literal_host.h"

struct web_host {
	struct literal_host host;
	struct web_model web;
	struct web_listener listeners[4];
	struct pbx_model pbx;
	struct asterisk_model asterisk;
	struct jail_model jails;
	struct jail jail;
};

/* A FreePBX whose GUI is served on 80 and 443 to SOURCES. */
static void begin(struct web_host *self, const char *sources)
{
	memset(self, 0, sizeof(*self));
	literal_host_init(&self->host);
	literal_service(&self->host, IPPROTO_TCP, 80, "httpd", sources, REACH_ACCEPT);
	literal_service(&self->host, IPPROTO_TCP, 443, "httpd", sources, REACH_ACCEPT);
	self->web = (struct web_model){
		.state = FACT_PRESENT,
		.has_gui = true,
		.gui_seen_by = "",
		.gui_root = "/var/www/html",
		.listeners = self->listeners,
		.listener_count = 2,
	};
	self->listeners[0] = (struct web_listener){ .port = 80, .serves_gui = true };
	self->listeners[1] =
		(struct web_listener){ .port = 443, .is_tls = true, .serves_gui = true };
	self->pbx = (struct pbx_model){ .kind = PBX_FREEPBX, .name = "FreePBX", .seen_by = "" };
	self->asterisk.pbx = &self->pbx;
	self->jails.state = FACT_PRESENT;
	self->jails.jails = &self->jail;
	self->host.model.web = &self->web;
	self->host.model.asterisk = &self->asterisk;
	self->host.model.jails = &self->jails;
}

static void end(struct web_host *self)
{
	literal_host_done(&self->host);
}

static void the_gui_open_to_the_world_fails(void **state)
{
	(void)state;
	struct web_host self;
	begin(&self, "0.0.0.0/0");
	assert_int_equal(literal_judge(&self.host, "WEB-001"), STATUS_FAIL);
	assert_int_equal(self.host.verdict.fail_count, 1);
	assert_non_null(strstr(self.host.verdict.evidence[0].subject, "443"));
	assert_true(literal_commands_hold(&self.host, "--dport 443"));
	assert_false(literal_commands_hold(&self.host, "--dport 80 "));
	assert_int_equal(literal_judge(&self.host, "WEB-002"), STATUS_FAIL);
	assert_true(literal_commands_hold(&self.host, "--dport 80"));
	end(&self);
}

static void the_gui_for_listed_networks_passes(void **state)
{
	(void)state;
	struct web_host self;
	begin(&self, "10.0.0.0/8");
	assert_int_equal(literal_judge(&self.host, "WEB-001"), STATUS_PASS);
	assert_int_equal(literal_judge(&self.host, "WEB-002"), STATUS_PASS);
	assert_int_equal(literal_judge(&self.host, "WEB-008"), STATUS_PASS);
	end(&self);
}

static void redirects_allow_lists_and_other_sites_pass(void **state)
{
	(void)state;
	struct web_host self;
	begin(&self, "0.0.0.0/0");
	self.listeners[0].only_redirects = true;
	assert_int_equal(literal_judge(&self.host, "WEB-002"), STATUS_PASS);
	self.listeners[1].has_allow_list = true;
	assert_int_equal(literal_judge(&self.host, "WEB-001"), STATUS_PASS);
	self.listeners[1].has_allow_list = false;
	self.listeners[1].serves_gui = false;
	assert_int_equal(literal_judge(&self.host, "WEB-001"), STATUS_PASS);
	/* A port that no configuration explains is taken to serve it. */
	self.web.listener_count = 0;
	assert_int_equal(literal_judge(&self.host, "WEB-001"), STATUS_FAIL);
	end(&self);
}

static void unread_facts_are_unknown_and_no_gui_does_not_apply(void **state)
{
	(void)state;
	static const char *const ids[] = { "WEB-001", "WEB-002", "WEB-008" };
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct web_host self;
		begin(&self, "0.0.0.0/0");
		self.host.sockets.state = FACT_UNREADABLE;
		assert_int_equal(literal_judge(&self.host, ids[i]), STATUS_UNKNOWN);
		self.host.sockets.state = FACT_PRESENT;
		for (size_t k = 0; k < 2; k++)
			self.host.parts[k][0].verdict = REACH_UNKNOWN;
		assert_int_equal(literal_judge(&self.host, ids[i]), STATUS_UNKNOWN);
		self.web.has_gui = false;
		self.pbx.kind = PBX_NONE;
		assert_int_equal(literal_judge(&self.host, ids[i]), STATUS_NOT_APPLICABLE);
		self.web.state = FACT_UNREADABLE;
		assert_int_equal(literal_judge(&self.host, ids[i]), STATUS_UNKNOWN);
		end(&self);
	}
}

static void an_open_gui_needs_a_jail(void **state)
{
	(void)state;
	struct web_host self;
	begin(&self, "0.0.0.0/0");
	assert_int_equal(literal_judge(&self.host, "WEB-008"), STATUS_FAIL);
	assert_true(literal_commands_hold(&self.host, "freepbx_security.log"));
	static const struct jail_log log = { .pattern = { "/var/log/httpd/error_log", 24 } };
	self.jails.count = 1;
	self.jail = (struct jail){ .name = SLICE("web"), .logs = &log, .log_count = 1 };
	assert_int_equal(literal_judge(&self.host, "WEB-008"), STATUS_FAIL);
	self.jail.is_enabled = true;
	assert_int_equal(literal_judge(&self.host, "WEB-008"), STATUS_PASS);
	self.jail.refused = "no such filter";
	assert_int_equal(literal_judge(&self.host, "WEB-008"), STATUS_FAIL);
	self.jails.state = FACT_UNREADABLE;
	assert_int_equal(literal_judge(&self.host, "WEB-008"), STATUS_UNKNOWN);
	end(&self);
}

static void the_login_kind_decides(void **state)
{
	(void)state;
	struct web_host self;
	begin(&self, "10.0.0.0/8");
	self.pbx.auth_type = (struct fact_slice){ .state = FACT_PRESENT, .value = SLICE("none") };
	assert_int_equal(literal_judge(&self.host, "WEB-003"), STATUS_FAIL);
	assert_true(literal_commands_hold(&self.host, "AUTHTYPE usermanager"));
	/* CVE-2025-66039 is mended in 16.0.44 and 17.0.23 of the framework. */
	self.host.model.advisories = advisory_table_own(self.host.arena);
	self.pbx.auth_type.value = SLICE("webserver");
	assert_int_equal(literal_judge(&self.host, "WEB-003"), STATUS_UNKNOWN);
	self.pbx.version = (struct fact_slice){ .state = FACT_PRESENT, .value = SLICE("17.0.22") };
	assert_int_equal(literal_judge(&self.host, "WEB-003"), STATUS_FAIL);
	self.pbx.version.value = SLICE("17.0.23");
	assert_int_equal(literal_judge(&self.host, "WEB-003"), STATUS_PASS);
	self.pbx.version.value = SLICE("16.0.43");
	assert_int_equal(literal_judge(&self.host, "WEB-003"), STATUS_FAIL);
	self.pbx.auth_type.value = SLICE("usermanager");
	assert_int_equal(literal_judge(&self.host, "WEB-003"), STATUS_PASS);
	self.pbx.auth_type.state = FACT_UNREADABLE;
	assert_int_equal(literal_judge(&self.host, "WEB-003"), STATUS_UNKNOWN);
	self.pbx.kind = PBX_ELASTIX;
	assert_int_equal(literal_judge(&self.host, "WEB-003"), STATUS_NOT_APPLICABLE);
	end(&self);
}

static void stray_pages_fail_where_strangers_come(void **state)
{
	(void)state;
	struct web_host self;
	static const struct web_page page = { .path = "/var/www/html/phpMyAdmin" };
	begin(&self, "0.0.0.0/0");
	assert_int_equal(literal_judge(&self.host, "WEB-004"), STATUS_PASS);
	self.web.pages = &page;
	self.web.page_count = 1;
	assert_int_equal(literal_judge(&self.host, "WEB-004"), STATUS_FAIL);
	assert_true(literal_commands_hold(&self.host, "mv -- /var/www/html/phpMyAdmin"));
	for (size_t k = 0; k < 2; k++)
		self.host.parts[k][0].verdict = REACH_UNKNOWN;
	assert_int_equal(literal_judge(&self.host, "WEB-004"), STATUS_UNKNOWN);
	for (size_t k = 0; k < 2; k++)
		self.host.parts[k][0].verdict = REACH_BLOCK;
	assert_int_equal(literal_judge(&self.host, "WEB-004"), STATUS_PASS);
	self.web.state = FACT_ABSENT;
	assert_int_equal(literal_judge(&self.host, "WEB-004"), STATUS_NOT_APPLICABLE);
	end(&self);
}

static void provisioning_is_for_phones(void **state)
{
	(void)state;
	struct web_host self;
	begin(&self, "0.0.0.0/0");
	assert_int_equal(literal_judge(&self.host, "WEB-005"), STATUS_PASS);
	literal_service(&self.host, IPPROTO_UDP, 69, "in.tftpd", "0.0.0.0/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&self.host, "WEB-005"), STATUS_FAIL);
	assert_true(literal_commands_hold(&self.host, "--dport 69"));
	self.host.parts[2][0].verdict = REACH_UNKNOWN;
	assert_int_equal(literal_judge(&self.host, "WEB-005"), STATUS_UNKNOWN);
	self.host.parts[2][0].verdict = REACH_BLOCK;
	assert_int_equal(literal_judge(&self.host, "WEB-005"), STATUS_PASS);
	end(&self);
}

static void the_server_itself(void **state)
{
	(void)state;
	struct web_host self;
	begin(&self, "0.0.0.0/0");
	assert_int_equal(literal_judge(&self.host, "WEB-007"), STATUS_PASS);
	self.host.site.level = SITE_STRICT;
	assert_int_equal(literal_judge(&self.host, "WEB-007"), STATUS_FAIL);
	self.web.tokens = (struct fact_slice){ .state = FACT_PRESENT, .value = SLICE("Prod") };
	assert_int_equal(literal_judge(&self.host, "WEB-007"), STATUS_PASS);
	self.host.site.level = SITE_BASIC;
	self.web.user = (struct fact_slice){ .state = FACT_PRESENT, .value = SLICE("root") };
	assert_int_equal(literal_judge(&self.host, "WEB-007"), STATUS_FAIL);
	assert_true(literal_commands_hold(&self.host, "ServerTokens Prod"));
	self.web.state = FACT_UNREADABLE;
	assert_int_equal(literal_judge(&self.host, "WEB-007"), STATUS_UNKNOWN);
	self.web.state = FACT_ABSENT;
	assert_int_equal(literal_judge(&self.host, "WEB-007"), STATUS_NOT_APPLICABLE);
	end(&self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_gui_open_to_the_world_fails),
		cmocka_unit_test(the_gui_for_listed_networks_passes),
		cmocka_unit_test(redirects_allow_lists_and_other_sites_pass),
		cmocka_unit_test(unread_facts_are_unknown_and_no_gui_does_not_apply),
		cmocka_unit_test(an_open_gui_needs_a_jail),
		cmocka_unit_test(the_login_kind_decides),
		cmocka_unit_test(stray_pages_fail_where_strangers_come),
		cmocka_unit_test(provisioning_is_for_phones),
		cmocka_unit_test(the_server_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
