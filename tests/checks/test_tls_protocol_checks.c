/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "audit/certificate/certificate_model.h"
#include "audit/kernel/system_model.h"
#include "audit/kernel/web_model.h"
#include "checks/tls_offer.h"
#include "tests/checks/pjsip_case.h"

static void apache_words_are_read_in_order(void **state)
{
	(void)state;
	static const struct {
		const char *words;
		enum tls_version lowest;
	} cases[] = {
		{ "all", TLS_VERSION_1_0 },
		{ "all -SSLv3 -TLSv1", TLS_VERSION_1_1 },
		{ "-all +TLSv1.2 +TLSv1.3", TLS_VERSION_1_2 },
		{ "TLSv1.3 TLSv1.2", TLS_VERSION_1_2 },
		{ "+TLSv1 TLSv1.2", TLS_VERSION_1_2 },
		{ "ALL -tlsv1 -tlsv1.1", TLS_VERSION_1_2 },
		{ "+SSLv3", TLS_VERSION_SSL3 },
		{ "-all", TLS_VERSION_NONE },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(tls_lowest_of_apache(slice_of(cases[i].words), false),
				 cases[i].lowest);
	assert_int_equal(tls_lowest_of_apache(SLICE("all -SSLv2"), true), TLS_VERSION_SSL3);
	assert_int_equal(tls_lowest_of_list(SLICE("TLSv1.3 TLSv1.1")), TLS_VERSION_1_1);
}

static void weak_ciphers_are_seen(void **state)
{
	(void)state;
	static const struct {
		const char *list;
		const char *weak;
	} cases[] = {
		{ "", "" },
		{ "HIGH:!aNULL:!MD5", "" },
		{ "DEFAULT", "" },
		{ "ALL:!ADH:!EXPORT:RC4+RSA:+HIGH", "RC4+RSA" },
		{ "ALL", "ALL" },
		{ "ALL:!aNULL", "" },
		{ "ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-SHA", "" },
		{ "AES128-SHA:DES-CBC3-SHA", "DES-CBC3-SHA" },
		{ "AES128-SHA,3DES:!3DES", "" },
		{ "HIGH:+RC4:-DES", "" },
		{ "EXP-RC4-MD5", "EXP-RC4-MD5" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct slice weak = tls_weak_cipher(slice_of(cases[i].list));
		if (!slice_is(weak, cases[i].weak))
			print_message("%s\n", cases[i].list);
		assert_true(slice_is(weak, cases[i].weak));
	}
	assert_true(tls_ciphers_lower_level(SLICE("DEFAULT:@SECLEVEL=0")));
	assert_false(tls_ciphers_lower_level(SLICE("DEFAULT:@SECLEVEL=1")));
}

struct protocol_case {
	struct asterisk_case asterisk;
	struct certificate_model certificates;
	struct system_package package;
	struct system_model host;
	struct web_listener listener;
	struct web_model web;
};

static void begin(struct protocol_case *self, const char *file, const char *text)
{
	memset(self, 0, sizeof(*self));
	asterisk_case_begin(&self->asterisk, "1:16.28.0~dfsg-0", "modules.conf",
			    "[modules]\nautoload=yes\n", file, text, NULL);
	self->asterisk.model.certificates = &self->certificates;
	self->asterisk.model.host = &self->host;
	self->asterisk.model.web = &self->web;
}

static enum finding_status judge(struct protocol_case *self)
{
	return asterisk_case_status(&self->asterisk, "TLS-002");
}

#define HTTP "[general]\nenabled=yes\nbindaddr=0.0.0.0\ntlsenable=yes\ntlsbindaddr=0.0.0.0:8089\n"
#define TLS "[tls]\ntype=transport\nprotocol=tls\nbind=0.0.0.0:5061\n"

static void assert_file(const char *file, const char *text, enum finding_status expected)
{
	struct protocol_case self;
	begin(&self, file, text);
	enum finding_status status = judge(&self);
	if (status != expected)
		print_message("%s\n", text);
	assert_int_equal(status, expected);
	asterisk_case_end(&self.asterisk);
}

static void asterisks_own_settings_are_judged(void **state)
{
	(void)state;
	assert_file("http.conf", HTTP, STATUS_FAIL);
	assert_file("http.conf", HTTP "tlsdisablev1=yes\n", STATUS_FAIL);
	assert_file("http.conf", HTTP "tlsdisablev1=yes\ntlsdisablev11=yes\n", STATUS_PASS);
	assert_file("http.conf", HTTP "tlsdisablev1=yes\ntlsdisablev11=yes\ntlscipher=RC4\n",
		    STATUS_FAIL);
	assert_file("http.conf", "[general]\nenabled=yes\nbindaddr=0.0.0.0\n",
		    STATUS_NOT_APPLICABLE);
	assert_file("sip.conf", "[general]\ntlsenable=yes\n", STATUS_FAIL);
	assert_file("sip.conf", "[general]\ntlsenable=yes\ntlsdisablev1=yes\ntlsdisablev11=yes\n",
		    STATUS_PASS);
	assert_file("pjsip.conf", TLS "method=tlsv1\n", STATUS_FAIL);
	assert_file("pjsip.conf", TLS "method=tlsv1_2\n", STATUS_PASS);
	/* The library's choice is not known. */
	assert_file("pjsip.conf", TLS, STATUS_UNKNOWN);
}

static void the_systems_rules_count(void **state)
{
	(void)state;
	struct protocol_case self;
	begin(&self, "http.conf", HTTP);
	self.certificates.policy =
		(struct tls_policy){ .state = FACT_PRESENT, .lowest = TLS_VERSION_1_2 };
	assert_int_equal(judge(&self), STATUS_PASS);
	self.certificates.policy.lowest = TLS_VERSION_1_0;
	assert_int_equal(judge(&self), STATUS_FAIL);
	static const struct unread unread = { "openssl.cnf", "permission denied", "run as root" };
	self.certificates.policy =
		(struct tls_policy){ .state = FACT_UNREADABLE, .unread = &unread };
	assert_int_equal(judge(&self), STATUS_UNKNOWN);
	self.package = (struct system_package){ .name = SLICE("libssl3") };
	self.host.packages = &self.package;
	self.host.package_count = 1;
	assert_int_equal(judge(&self), STATUS_PASS);
	asterisk_case_end(&self.asterisk);
}

static void web_servers_are_judged(void **state)
{
	(void)state;
	struct protocol_case self;
	begin(&self, "rtp.conf", "[general]\n");
	self.web.state = FACT_PRESENT;
	self.web.listeners = &self.listener;
	self.web.listener_count = 1;
	self.listener = (struct web_listener){ .server = WEB_APACHE, .port = 443, .is_tls = true };
	self.listener.tls_protocols = SLICE("all -SSLv3");
	assert_int_equal(judge(&self), STATUS_FAIL);
	/* mod_ssl sets the versions itself, whatever the system's file has. */
	self.certificates.policy =
		(struct tls_policy){ .state = FACT_PRESENT, .lowest = TLS_VERSION_1_2 };
	assert_int_equal(judge(&self), STATUS_FAIL);
	self.listener.tls_protocols = SLICE("all -SSLv3 -TLSv1 -TLSv1.1");
	assert_int_equal(judge(&self), STATUS_PASS);
	self.listener.tls_protocols = SLICE("");
	assert_int_equal(judge(&self), STATUS_PASS);
	self.listener.server = WEB_NGINX;
	self.listener.tls_protocols = SLICE("TLSv1 TLSv1.2");
	assert_int_equal(judge(&self), STATUS_FAIL);
	self.web.state = FACT_UNREADABLE;
	self.web.listener_count = 0;
	assert_int_equal(judge(&self), STATUS_UNKNOWN);
	asterisk_case_end(&self.asterisk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(apache_words_are_read_in_order),
		cmocka_unit_test(weak_ciphers_are_seen),
		cmocka_unit_test(asterisks_own_settings_are_judged),
		cmocka_unit_test(the_systems_rules_count),
		cmocka_unit_test(web_servers_are_judged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
