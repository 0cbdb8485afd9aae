/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/asterisk_case.h"

#define FRIEND "[1001]\ntype=friend\nhost=dynamic\nsecret=x7Kq2mPw9\n"
#define TRUNK "[trunk]\ntype=peer\nhost=203.0.113.10\nsecret=x7Kq2mPw9\n"
#define LIST "deny=0.0.0.0/0\npermit=198.51.100.0/24\n"
#define TIGHT "deny=0.0.0.0/0\npermit=203.0.113.10/32\n"

static void test_common(void **state)
{
	static const char *const ids[] = {
		"SIP-002", "SIP-003", "SIP-004", "SIP-005", "SIP-006", "SIP-007",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		assert_sip(ids[i], NULL, STATUS_UNKNOWN);
		/* A file that Asterisk refuses says nothing of what runs. */
		assert_sip(ids[i], "[a](nothing)\n" FRIEND, STATUS_UNKNOWN);
		assert_sip(ids[i], "[general]\n", STATUS_NOT_APPLICABLE);
		struct asterisk_case self;
		asterisk_case_begin(&self, "", NULL);
		assert_int_equal(asterisk_case_status(&self, ids[i]), STATUS_NOT_APPLICABLE);
		asterisk_case_end(&self);
		asterisk_case_begin(&self, "21.1.0", "sip.conf", FRIEND, NULL);
		assert_int_equal(asterisk_case_status(&self, ids[i]), STATUS_NOT_APPLICABLE);
		asterisk_case_end(&self);
		asterisk_case_begin(&self, "16.2", "sip.conf", "[general]\n", "extconfig.conf",
				    "[settings]\nsippeers => odbc,asterisk\n", NULL);
		assert_int_equal(asterisk_case_status(&self, ids[i]), STATUS_UNKNOWN);
		asterisk_case_end(&self);
	}
}

static void test_friend_invite(void **state)
{
	(void)state;
	assert_sip("SIP-002", FRIEND "insecure=port,invite\n", STATUS_FAIL);
	assert_sip("SIP-002", FRIEND, STATUS_PASS);
	assert_sip("SIP-002", FRIEND "insecure=invite\ninsecure=port\n", STATUS_PASS);
	/* A word that chan_sip does not know sets nothing. */
	assert_sip("SIP-002", FRIEND "insecure=very\n", STATUS_PASS);
	assert_sip("SIP-002", "[general]\ninsecure=invite\n" FRIEND, STATUS_FAIL);
	/* type=peer after a template's friend takes nothing away. */
	assert_sip("SIP-002", "[t](!)\ntype=friend\n[a](t)\ntype=peer\ninsecure=invite\n",
		   STATUS_FAIL);
	/* Templates are never subjects. */
	assert_sip("SIP-002", "[t](!)\ntype=friend\ninsecure=invite\n" TRUNK, STATUS_PASS);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.2", "sip.conf", FRIEND "insecure=invite\n" TIGHT, NULL);
	assert_int_equal(asterisk_case_status(&self, "SIP-002"), STATUS_FAIL);
	assert_int_equal(self.verdict.severity, 85);
	assert_int_equal(self.verdict.evidence[0].line, 5);
	assert_string_equal(self.verdict.evidence[0].subject, "friend 1001");
	assert_true(list_mentions(&self.remedy.commands, "5c\\insecure=no"));
	assert_true(list_mentions(&self.remedy.undo, "sip.conf.rf-bak"));
	asterisk_case_end(&self);
	asterisk_case_begin(&self, "1.4.22", "sip.conf", FRIEND "insecure=very\n", NULL);
	assert_int_equal(asterisk_case_status(&self, "SIP-002"), STATUS_FAIL);
	asterisk_case_end(&self);
}

static void test_peer_invite(void **state)
{
	(void)state;
	assert_sip("SIP-003", "[a]\ntype=peer\nhost=dynamic\ninsecure=invite\n", STATUS_FAIL);
	assert_sip("SIP-003", TRUNK "insecure=invite\n" TIGHT, STATUS_PASS);
	/* Who reaches the port is not known here. */
	assert_sip("SIP-003", TRUNK "insecure=invite\n", STATUS_UNKNOWN);
	assert_sip("SIP-003", TRUNK, STATUS_NOT_APPLICABLE);
}

static void test_static_type(void **state)
{
	(void)state;
	assert_sip("SIP-004", "[a]\ntype=friend\nhost=203.0.113.10\n", STATUS_FAIL);
	assert_sip("SIP-004", "[a]\ntype=user\nhost=sip.example.net\n", STATUS_FAIL);
	assert_sip("SIP-004", TRUNK, STATUS_PASS);
	assert_sip("SIP-004", FRIEND, STATUS_NOT_APPLICABLE);
}

static void test_dynamic_friend(void **state)
{
	(void)state;
	assert_sip("SIP-005", FRIEND, STATUS_FAIL);
	assert_sip("SIP-005", FRIEND LIST, STATUS_PASS);
	assert_sip("SIP-005", "[a]\ntype=peer\nhost=dynamic\n", STATUS_PASS);
	assert_sip("SIP-005", TRUNK, STATUS_NOT_APPLICABLE);
}

static void test_secrets(void **state)
{
	(void)state;
	assert_sip("SIP-006", "[a]\ntype=friend\nhost=dynamic\n", STATUS_FAIL);
	assert_sip("SIP-006", "[a]\ntype=friend\nhost=dynamic\nsecret=\n", STATUS_FAIL);
	assert_sip("SIP-006", "[a]\ntype=friend\nhost=dynamic\nremotesecret=abc\n", STATUS_FAIL);
	assert_sip("SIP-006", "[general]\nsecret=abc\n[a]\ntype=user\n", STATUS_FAIL);
	assert_sip("SIP-006", "[a]\ntype=friend\nhost=203.0.113.1\n", STATUS_FAIL);
	assert_sip("SIP-006", "[a]\ntype=friend\nhost=203.0.113.1\n" TIGHT, STATUS_PASS);
	assert_sip("SIP-006", FRIEND, STATUS_PASS);
	assert_sip("SIP-006", "[a]\ntype=peer\nhost=203.0.113.1\n", STATUS_NOT_APPLICABLE);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.2", "sip.conf", "[general]\n", "users.conf",
			    "[general]\nhassip=yes\nhost=dynamic\nsecret=abc\n[1001]\n"
			    "[1002]\nsecret=\n",
			    NULL);
	assert_int_equal(asterisk_case_status(&self, "SIP-006"), STATUS_FAIL);
	assert_int_equal(self.verdict.fail_count, 1);
	assert_string_equal(self.verdict.evidence[0].subject, "friend 1002");
	asterisk_case_end(&self);
}

static void test_sources(void **state)
{
	(void)state;
	assert_sip("SIP-007", FRIEND, STATUS_FAIL);
	assert_sip("SIP-007", FRIEND LIST, STATUS_PASS);
	/* A permit alone denies nobody, nor does a deny before a permit of all. */
	assert_sip("SIP-007", FRIEND "permit=198.51.100.0/24\n", STATUS_FAIL);
	assert_sip("SIP-007", FRIEND "deny=0.0.0.0/0\npermit=0.0.0.0/0\n", STATUS_FAIL);
	assert_sip("SIP-007", "[general]\ndeny=0.0.0.0/0\n" FRIEND, STATUS_FAIL);
	/* IPv6 counts where chan_sip takes it. */
	assert_sip("SIP-007", "[general]\nudpbindaddr=::\n" FRIEND LIST, STATUS_FAIL);
	assert_sip("SIP-007", "[general]\nudpbindaddr=::\n" FRIEND LIST "deny=::/0\n", STATUS_PASS);
	assert_sip("SIP-007", TRUNK, STATUS_NOT_APPLICABLE);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.2", "sip.conf", FRIEND "acl=office\n", "acl.conf",
			    "[office]\ndeny=0.0.0.0/0\npermit=198.51.100.0/24\n", NULL);
	assert_int_equal(asterisk_case_status(&self, "SIP-007"), STATUS_PASS);
	asterisk_case_end(&self);
	/* Without acl.conf the name means nothing, and everybody passes. */
	asterisk_case_begin(&self, "16.2", "sip.conf", FRIEND "acl=office\n", NULL);
	assert_int_equal(asterisk_case_status(&self, "SIP-007"), STATUS_FAIL);
	assert_true(list_mentions(&self.remedy.commands, "permit='\"$PHONES\"'"));
	assert_true(list_mentions(&self.remedy.commands, "${PHONES:?"));
	asterisk_case_end(&self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_common),         cmocka_unit_test(test_friend_invite),
		cmocka_unit_test(test_peer_invite),    cmocka_unit_test(test_static_type),
		cmocka_unit_test(test_dynamic_friend), cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_sources),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
