/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/pjsip_case.h"

#define ANONYMOUS "[anonymous]\ntype=endpoint\ncontext=public\n"
#define TRUNK "[trunk]\ntype=endpoint\ncontext=from-trunk\nidentify_by=ip\n"

static void test_common(void **state)
{
	static const char *const ids[] = { "PJSIP-001", "PJSIP-002", "PJSIP-003", "PJSIP-005" };
	(void)state;
	pjsip_assert_common(ids, ARRAY_SIZE(ids));
}

static void test_anonymous(void **state)
{
	(void)state;
	assert_pjsip("PJSIP-001", TRANSPORT ANONYMOUS, STATUS_FAIL);
	assert_pjsip("PJSIP-001", TRANSPORT "[anonymous@example.net]\ntype=endpoint\n",
		     STATUS_FAIL);
	assert_pjsip("PJSIP-001", TRANSPORT PHONE, STATUS_PASS);
	assert_pjsip("PJSIP-001",
		     TRANSPORT ANONYMOUS "[global]\ntype=global\n"
					 "endpoint_identifier_order=ip,username\n",
		     STATUS_PASS);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.28", "pjsip.conf", TRANSPORT ANONYMOUS, "modules.conf",
			    "[modules]\nautoload=yes\n"
			    "noload=res_pjsip_endpoint_identifier_anonymous.so\n",
			    NULL);
	assert_int_equal(asterisk_case_status(&self, "PJSIP-001"), STATUS_PASS);
	asterisk_case_end(&self);
}

static void test_open(void **state)
{
	(void)state;
	assert_pjsip("PJSIP-002", TRANSPORT "[1001]\ntype=endpoint\n", STATUS_FAIL);
	assert_pjsip("PJSIP-002", TRANSPORT "[1001]\ntype=endpoint\noutbound_auth=x\n",
		     STATUS_FAIL);
	/* An identify alone leaves the From name working: identify_by is username,ip. */
	assert_pjsip("PJSIP-002",
		     TRANSPORT "[t]\ntype=endpoint\n[i]\ntype=identify\nendpoint=t\n"
			       "match=203.0.113.10\n",
		     STATUS_FAIL);
	assert_pjsip("PJSIP-002", TRANSPORT TRUNK, STATUS_PASS);
	assert_pjsip("PJSIP-002", TRANSPORT PHONE, STATUS_PASS);
	assert_pjsip("PJSIP-002",
		     TRANSPORT "[t]\ntype=endpoint\ndeny=0.0.0.0/0\npermit=203.0.113.10\n",
		     STATUS_PASS);
	assert_pjsip("PJSIP-002", TRANSPORT, STATUS_NOT_APPLICABLE);
	/* The template is no subject, its heir is. */
	assert_pjsip("PJSIP-002", TRANSPORT "[t](!)\ntype=endpoint\n[a](t)\n", STATUS_FAIL);
	assert_pjsip("PJSIP-002", TRANSPORT "[t](!)\ntype=endpoint\n", STATUS_NOT_APPLICABLE);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.28", "pjsip.conf", TRANSPORT, "pjsip_wizard.conf",
			    "[t]\ntype=wizard\nremote_hosts=203.0.113.10\n[u]\ntype=wizard\n"
			    "accepts_registrations=yes\naccepts_auth=yes\n"
			    "inbound_auth/username=u\ninbound_auth/password=x\n",
			    NULL);
	assert_int_equal(asterisk_case_status(&self, "PJSIP-002"), STATUS_FAIL);
	assert_int_equal(self.verdict.fail_count, 1);
	assert_string_equal(self.verdict.evidence[0].subject, "endpoint t");
	assert_true(list_mentions(&self.remedy.commands, "endpoint/identify_by=ip"));
	asterisk_case_end(&self);
}

static void test_identifies(void **state)
{
	(void)state;
	assert_pjsip("PJSIP-003", TRANSPORT TRUNK IDENTIFY "match=203.0.0.0/16\n", STATUS_FAIL);
	assert_pjsip("PJSIP-003", TRANSPORT TRUNK IDENTIFY "match_header=X-Key: abc\n",
		     STATUS_FAIL);
	assert_pjsip("PJSIP-003", TRANSPORT TRUNK IDENTIFY "match=203.0.113.10,2001:db8::1\n",
		     STATUS_PASS);
	assert_pjsip("PJSIP-003", TRANSPORT TRUNK IDENTIFY "match=sip.example.net\n", STATUS_PASS);
	assert_pjsip("PJSIP-003", TRANSPORT PHONE, STATUS_NOT_APPLICABLE);
}

static void test_sources(void **state)
{
	(void)state;
	assert_pjsip("PJSIP-005", TRANSPORT PHONE, STATUS_UNKNOWN);
	assert_pjsip("PJSIP-005",
		     TRANSPORT PHONE "[a]\ntype=acl\ndeny=0.0.0.0/0\npermit=198.51.100.0/24\n",
		     STATUS_PASS);
	assert_pjsip("PJSIP-005", TRANSPORT PHONE "[a]\ntype=acl\npermit=198.51.100.0/24\n",
		     STATUS_FAIL);
	assert_pjsip("PJSIP-005", TRANSPORT "[a]\ntype=endpoint\npermit=198.51.100.0/24\n",
		     STATUS_FAIL);
	assert_pjsip("PJSIP-005",
		     TRANSPORT "[a]\ntype=endpoint\ndeny=0.0.0.0/0\npermit=198.51.100.0/24\n",
		     STATUS_PASS);
	assert_pjsip("PJSIP-005", TRANSPORT, STATUS_NOT_APPLICABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_common),  cmocka_unit_test(test_anonymous),
		cmocka_unit_test(test_open),    cmocka_unit_test(test_identifies),
		cmocka_unit_test(test_sources),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
