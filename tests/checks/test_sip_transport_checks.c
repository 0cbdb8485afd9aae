/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/asterisk_case.h"

#define FRIEND "[1001]\ntype=friend\nhost=dynamic\nsecret=x7Kq2mPw9\n"
#define TRUNK "[trunk]\ntype=peer\nhost=203.0.113.10\nsecret=x7Kq2mPw9\n"
#define LIST "deny=0.0.0.0/0\npermit=198.51.100.0/24\n"

static void assert_version(const char *id, const char *version, const char *sip_conf,
			   enum finding_status expected)
{
	struct asterisk_case self;
	asterisk_case_begin(&self, version, "sip.conf", sip_conf, NULL);
	assert_int_equal(asterisk_case_status(&self, id), expected);
	asterisk_case_end(&self);
}

static void test_common(void **state)
{
	static const char *const ids[] = { "SIP-001", "SIP-008", "SIP-009", "SIP-011",
					   "SIP-012", "SIP-014", "SIP-015" };
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		assert_sip(ids[i], NULL, STATUS_UNKNOWN);
		assert_version(ids[i], "21.1.0", FRIEND, STATUS_NOT_APPLICABLE);
	}
}

static void test_guests(void **state)
{
	(void)state;
	assert_sip("SIP-001", "[general]\n", STATUS_FAIL);
	assert_sip("SIP-001", "[general]\nallowguest=yes\n", STATUS_FAIL);
	assert_sip("SIP-001", "[general]\nallowguest=no\n", STATUS_PASS);
	/* Any word that is not a true one is off. */
	assert_sip("SIP-001", "[general]\nallowguest=enabled\n", STATUS_PASS);
	assert_sip("SIP-001", "[general]\n[general]\nallowguest=no\n", STATUS_FAIL);
}

static void test_lists(void **state)
{
	(void)state;
	assert_sip("SIP-008", FRIEND "permit=198.51.100.0/24\n", STATUS_FAIL);
	assert_sip("SIP-008", FRIEND "permit=198.51.100.0/24\ndeny=0.0.0.0/0\n", STATUS_FAIL);
	assert_sip("SIP-008", FRIEND LIST, STATUS_PASS);
	/* A list that only keeps somebody out says nothing else. */
	assert_sip("SIP-008", FRIEND "deny=203.0.113.0/24\n", STATUS_PASS);
	assert_sip("SIP-008", FRIEND LIST "permit=nonsense\n", STATUS_FAIL);
	assert_sip("SIP-008", "[general]\ndeny=0.0.0.0/0\n" FRIEND LIST, STATUS_FAIL);
	assert_sip("SIP-008", "[general]\nudpbindaddr=::\n" FRIEND LIST, STATUS_FAIL);
	assert_sip("SIP-008", FRIEND, STATUS_NOT_APPLICABLE);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.2", "sip.conf", FRIEND "acl=office\n", "acl.conf",
			    "[elsewhere]\ndeny=0.0.0.0/0\n", NULL);
	assert_int_equal(asterisk_case_status(&self, "SIP-008"), STATUS_FAIL);
	asterisk_case_end(&self);
}

static void test_leaks(void **state)
{
	(void)state;
	assert_sip("SIP-009", "[general]\nallowguest=no\n", STATUS_PASS);
	assert_sip("SIP-009", "[general]\nallowguest=yes\n", STATUS_FAIL);
	assert_sip("SIP-009", "[general]\nallowguest=no\nalwaysauthreject=no\n", STATUS_FAIL);
	assert_version("SIP-009", "1.6.2.0", "[general]\nallowguest=no\n", STATUS_FAIL);
	assert_version("SIP-009", "", "[general]\nallowguest=no\n", STATUS_UNKNOWN);
	assert_version("SIP-009", "1.8.7.1",
		       "[general]\nallowguest=no\nnat=no\n" FRIEND "nat=force_rport\n",
		       STATUS_FAIL);
	assert_version("SIP-009", "1.8.7.2",
		       "[general]\nallowguest=no\nnat=no\n" FRIEND "nat=force_rport\n",
		       STATUS_PASS);
}

static void test_autocreate(void **state)
{
	(void)state;
	assert_sip("SIP-011", "[general]\nautocreatepeer=yes\n", STATUS_FAIL);
	assert_sip("SIP-011", "[general]\nautocreatepeer=persist\n", STATUS_FAIL);
	assert_sip("SIP-011", "[general]\n", STATUS_PASS);
}

static void test_contacts(void **state)
{
	(void)state;
	assert_sip("SIP-012", FRIEND, STATUS_FAIL);
	assert_sip("SIP-012",
		   "[general]\ncontactdeny=0.0.0.0/0\ncontactpermit=198.51.100.0/24\n" FRIEND,
		   STATUS_PASS);
	assert_sip("SIP-012", FRIEND "contactdeny=0.0.0.0/0\ncontactpermit=198.51.100.0/24\n",
		   STATUS_PASS);
	assert_sip("SIP-012", TRUNK, STATUS_NOT_APPLICABLE);
}

static void test_trust(void **state)
{
	(void)state;
	assert_sip("SIP-014", FRIEND "promiscredir=yes\n", STATUS_FAIL);
	assert_sip("SIP-014", "[general]\ntrustrpid=yes\n" FRIEND, STATUS_FAIL);
	assert_sip("SIP-014", TRUNK "trustrpid=yes\n", STATUS_PASS);
	assert_sip("SIP-014", FRIEND, STATUS_PASS);
	assert_sip("SIP-014", "[general]\n", STATUS_NOT_APPLICABLE);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.2", "sip.conf", TRUNK, NULL);
	self.site.level = SITE_STRICT;
	assert_int_equal(asterisk_case_status(&self, "SIP-014"), STATUS_FAIL);
	assert_true(list_mentions(&self.remedy.commands, "allowtransfer=no"));
	asterisk_case_end(&self);
}

static void test_users(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum finding_status expected;
	} cases[] = {
		{ "[general]\nhassip=yes\n[1001]\nsecret=x\n", STATUS_FAIL },
		{ "[general]\n[1001]\nhassip=yes\nsecret=x\n" LIST, STATUS_PASS },
		{ "[general]\nhassip=yes\n[1001]\n" LIST, STATUS_FAIL },
		{ "[general]\n[1001]\nsecret=x\n", STATUS_NOT_APPLICABLE },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct asterisk_case self;
		asterisk_case_begin(&self, "16.2", "sip.conf", "[general]\n", "users.conf",
				    cases[i].text, NULL);
		assert_int_equal(asterisk_case_status(&self, "SIP-015"), cases[i].expected);
		asterisk_case_end(&self);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_common),     cmocka_unit_test(test_guests),
		cmocka_unit_test(test_lists),      cmocka_unit_test(test_leaks),
		cmocka_unit_test(test_autocreate), cmocka_unit_test(test_contacts),
		cmocka_unit_test(test_trust),      cmocka_unit_test(test_users),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
