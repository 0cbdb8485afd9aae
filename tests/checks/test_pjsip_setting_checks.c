/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/pjsip_case.h"

static void test_common(void **state)
{
	static const char *const ids[] = { "PJSIP-004", "PJSIP-006", "PJSIP-007", "PJSIP-008",
					   "PJSIP-009" };
	(void)state;
	pjsip_assert_common(ids, ARRAY_SIZE(ids));
}

static void test_digest(void **state)
{
	(void)state;
	assert_pjsip("PJSIP-004", TRANSPORT PHONE, STATUS_PASS);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.28", "pjsip.conf", TRANSPORT PHONE, "modules.conf",
			    "[modules]\nautoload=yes\nnoload=res_pjsip_authenticator_digest.so\n",
			    NULL);
	assert_int_equal(asterisk_case_status(&self, "PJSIP-004"), STATUS_FAIL);
	assert_true(list_mentions(&self.remedy.commands, "3s/^/;/"));
	asterisk_case_end(&self);
}

static void test_contacts(void **state)
{
	(void)state;
	assert_pjsip("PJSIP-006", TRANSPORT "[a]\ntype=aor\nmax_contacts=6\n", STATUS_FAIL);
	assert_pjsip("PJSIP-006", TRANSPORT "[a]\ntype=aor\nmax_contacts=5\n", STATUS_PASS);
	assert_pjsip("PJSIP-006", TRANSPORT "[a]\ntype=aor\n", STATUS_PASS);
	assert_pjsip("PJSIP-006", TRANSPORT, STATUS_NOT_APPLICABLE);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.28", "pjsip.conf", "[a]\ntype=aor\nmax_contacts=3\n", NULL);
	self.site.level = SITE_STRICT;
	assert_int_equal(asterisk_case_status(&self, "PJSIP-006"), STATUS_FAIL);
	assert_true(list_mentions(&self.remedy.commands, "3c\\max_contacts=1"));
	asterisk_case_end(&self);
}

static void test_refusals(void **state)
{
	(void)state;
	assert_pjsip("PJSIP-007", TRANSPORT PHONE, STATUS_PASS);
	assert_pjsip("PJSIP-007", PHONE "[1001]\ntype=aor\n", STATUS_FAIL);
	assert_pjsip("PJSIP-007", "[a]\ntype=endpoint\nallow_guests=yes\n", STATUS_FAIL);
	assert_pjsip("PJSIP-007", "[a]\ntype=endpoint\ndtmf_mode=rfc2833\n", STATUS_FAIL);
	assert_pjsip("PJSIP-007", "[a]\ntype=auth\npassword=x\n", STATUS_FAIL);
	assert_pjsip("PJSIP-007", "[a]\ntype=identify\nendpoint=b\n", STATUS_FAIL);
	/* The type's name counts with case: this is no object at all, and no refusal. */
	assert_pjsip("PJSIP-007", "[a]\ntype=Endpoint\nnonsense=1\n", STATUS_PASS);
	/* An option of later versions. */
	assert_pjsip("PJSIP-007", "[a]\ntype=endpoint\ntenantid=x\n", STATUS_FAIL);
	struct asterisk_case self;
	asterisk_case_begin(&self, "20.9", "pjsip.conf", "[a]\ntype=endpoint\ntenantid=x\n", NULL);
	assert_int_equal(asterisk_case_status(&self, "PJSIP-007"), STATUS_PASS);
	asterisk_case_end(&self);
}

static void test_strangers(void **state)
{
	(void)state;
	assert_pjsip("PJSIP-008", "[a]\ntype=endpoint\nallow_unauthenticated_options=yes\n",
		     STATUS_FAIL);
	assert_pjsip("PJSIP-008", "[global]\ntype=global\nunidentified_request_count=1000\n",
		     STATUS_FAIL);
	/* Found by its name, too. */
	assert_pjsip("PJSIP-008", "[global]\nunidentified_request_count=1000\n", STATUS_FAIL);
	assert_pjsip("PJSIP-008", PHONE, STATUS_PASS);
}

static void test_trust(void **state)
{
	(void)state;
	assert_pjsip("PJSIP-009", "[a]\ntype=endpoint\nredirect_method=uri_core\n", STATUS_FAIL);
	assert_pjsip("PJSIP-009",
		     "[a]\ntype=endpoint\naors=a\ntrust_id_inbound=yes\n"
		     "[a]\ntype=aor\nmax_contacts=1\n",
		     STATUS_FAIL);
	/* A trunk does not register. */
	assert_pjsip("PJSIP-009",
		     "[a]\ntype=endpoint\naors=a\ntrust_id_inbound=yes\n"
		     "[a]\ntype=aor\ncontact=sip:203.0.113.10\n",
		     STATUS_PASS);
	assert_pjsip("PJSIP-009", PHONE, STATUS_PASS);
	assert_pjsip("PJSIP-009", TRANSPORT, STATUS_NOT_APPLICABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_common),    cmocka_unit_test(test_digest),
		cmocka_unit_test(test_contacts),  cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_strangers), cmocka_unit_test(test_trust),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
