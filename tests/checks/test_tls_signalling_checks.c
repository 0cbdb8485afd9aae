/* SPDX-License-Identifier: Apache-2.0 */
#include <netinet/in.h>
#include <stdio.h>

#include "audit/firewall/reach_model.h"
#include "audit/network/socket_model.h"
#include "tests/checks/pjsip_case.h"

/* A host whose SIP ports the whole world reaches. */
static struct reach_service services[] = {
	{ .protocol = IPPROTO_UDP, .port = 5060, .name = "", .exposure = EXPOSURE_ANYWHERE },
	{ .protocol = IPPROTO_TCP, .port = 5061, .name = "", .exposure = EXPOSURE_ANYWHERE },
};
static const struct reach_model reach = {
	.services = services,
	.count = ARRAY_SIZE(services),
	.knows_ipv4 = true,
	.knows_ipv6 = true,
};
static const struct socket_model sockets = { .state = FACT_PRESENT, .has_all_processes = true };

static void assert_level(const char *id, enum site_level level, const char *file, const char *text,
			 enum finding_status expected)
{
	struct asterisk_case self;
	asterisk_case_begin(&self, "1:16.28.0~dfsg-0", "modules.conf", "[modules]\nautoload=yes\n",
			    file, text, NULL);
	self.site.level = level;
	self.model.reach = &reach;
	self.model.sockets = &sockets;
	enum finding_status status = asterisk_case_status(&self, id);
	if (status != expected)
		print_message("%s over:\n%s\n", id, text ? text : "(unreadable)");
	assert_int_equal(status, expected);
	asterisk_case_end(&self);
}

static void assert_strict(const char *id, const char *file, const char *text,
			  enum finding_status expected)
{
	assert_level(id, SITE_STRICT, file, text, expected);
}

#define TLS_TRANSPORT "[tls]\ntype=transport\nprotocol=tls\nbind=0.0.0.0:5061\n"

static void open_entries_need_tls(void **state)
{
	(void)state;
	assert_strict("TLS-001", "pjsip.conf", TRANSPORT PHONE, STATUS_FAIL);
	assert_strict("TLS-001", "pjsip.conf", TRANSPORT TLS_TRANSPORT PHONE, STATUS_PASS);
	assert_strict("TLS-001", "pjsip.conf",
		      TRANSPORT TLS_TRANSPORT "[1002]\ntype=endpoint\ntransport=udp\n",
		      STATUS_FAIL);
	assert_strict("TLS-001", "pjsip.conf",
		      TRANSPORT TLS_TRANSPORT "[1002]\ntype=endpoint\ntransport=tls\n",
		      STATUS_PASS);
	assert_strict("TLS-001", "pjsip.conf",
		      TRANSPORT "[1002]\ntype=endpoint\ndeny=0.0.0.0/0\npermit=10.0.0.0/8\n",
		      STATUS_PASS);
	assert_strict("TLS-001", "sip.conf", "[general]\n[1001]\ntype=friend\nhost=dynamic\n",
		      STATUS_FAIL);
	assert_strict("TLS-001", "sip.conf",
		      "[general]\ntlsenable=yes\n[1001]\ntype=friend\nhost=dynamic\n"
		      "transport=tls\n",
		      STATUS_PASS);
	assert_strict("TLS-001", "sip.conf",
		      "[general]\n[1001]\ntype=friend\nhost=dynamic\ndeny=0.0.0.0/0\n"
		      "permit=192.168.1.0/24\n",
		      STATUS_PASS);
}

static void media_keys_need_a_closed_envelope(void **state)
{
	(void)state;
	assert_level("TLS-005", SITE_BASIC, "pjsip.conf",
		     TRANSPORT "[1002]\ntype=endpoint\nmedia_encryption=sdes\n", STATUS_FAIL);
	assert_level("TLS-005", SITE_BASIC, "pjsip.conf",
		     TLS_TRANSPORT "[1002]\ntype=endpoint\nmedia_encryption=sdes\n"
				   "transport=tls\n",
		     STATUS_PASS);
	assert_level("TLS-005", SITE_BASIC, "pjsip.conf",
		     TRANSPORT "[1002]\ntype=endpoint\nmedia_encryption=dtls\n"
			       "dtls_auto_generate_cert=yes\n",
		     STATUS_PASS);
	assert_level("TLS-005", SITE_BASIC, "pjsip.conf", TRANSPORT PHONE, STATUS_PASS);
	assert_strict("TLS-005", "pjsip.conf", TRANSPORT PHONE, STATUS_FAIL);
	assert_level("TLS-005", SITE_BASIC, "sip.conf",
		     "[general]\n[1001]\ntype=friend\nhost=dynamic\nencryption=yes\n", STATUS_FAIL);
	assert_level("TLS-005", SITE_BASIC, "sip.conf",
		     "[general]\ntlsenable=yes\n[1001]\ntype=friend\nhost=dynamic\n"
		     "encryption=yes\ntransport=tls\n",
		     STATUS_PASS);
}

static void the_other_side_is_looked_at(void **state)
{
	(void)state;
	static const char registration[] =
		TLS_TRANSPORT "[r]\ntype=registration\nserver_uri=sip:trunk.example.com"
			      "\\;transport=tls\nclient_uri=sip:a@trunk.example.com\n";
	assert_level("TLS-004", SITE_BASIC, "pjsip.conf", registration, STATUS_FAIL);
	assert_level("TLS-004", SITE_BASIC, "pjsip.conf", TLS_TRANSPORT PHONE, STATUS_PASS);
	assert_level("TLS-004", SITE_BASIC, "pjsip.conf",
		     "[tls]\ntype=transport\nprotocol=tls\nbind=0.0.0.0:5061\nverify_server=yes\n"
		     "[t]\ntype=aor\ncontact=sips:trunk.example.com\n",
		     STATUS_PASS);
	assert_level("TLS-004", SITE_BASIC, "pjsip.conf",
		     TLS_TRANSPORT "[t]\ntype=aor\ncontact=sips:trunk.example.com\n", STATUS_FAIL);
	static const char trunk[] = "[trunk]\ntype=peer\nhost=192.0.2.7\ntransport=tls\n";
	char text[512];
	snprintf(text, sizeof(text), "[general]\ntlsenable=yes\ntlsdontverifyserver=yes\n%s",
		 trunk);
	assert_level("TLS-004", SITE_BASIC, "sip.conf", text, STATUS_FAIL);
	snprintf(text, sizeof(text), "[general]\ntlsenable=yes\n%s", trunk);
	assert_level("TLS-004", SITE_BASIC, "sip.conf", text, STATUS_PASS);
	assert_level("TLS-004", SITE_BASIC, "sip.conf",
		     "[general]\ntlsdontverifyserver=yes\n[1]\ntype=friend\nhost=dynamic\n",
		     STATUS_PASS);
}

static void unread_files_are_unknown_and_none_do_not_apply(void **state)
{
	(void)state;
	static const char *const ids[] = { "TLS-001", "TLS-004", "TLS-005" };
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct asterisk_case self;
		assert_strict(ids[i], "pjsip.conf", NULL, STATUS_UNKNOWN);
		assert_strict(ids[i], "sip.conf", NULL, STATUS_UNKNOWN);
		assert_strict(ids[i], "rtp.conf", "[general]\n", STATUS_NOT_APPLICABLE);
		asterisk_case_begin(&self, "", NULL);
		assert_int_equal(asterisk_case_status(&self, ids[i]), STATUS_NOT_APPLICABLE);
		asterisk_case_end(&self);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_entries_need_tls),
		cmocka_unit_test(media_keys_need_a_closed_envelope),
		cmocka_unit_test(the_other_side_is_looked_at),
		cmocka_unit_test(unread_files_are_unknown_and_none_do_not_apply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
