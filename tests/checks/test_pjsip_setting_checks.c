/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/pjsip_case.h"

static void test_common(void **state)
{
	static const char *const ids[] = { "PJSIP-004", "PJSIP-006", "PJSIP-007",
					   "PJSIP-008", "PJSIP-009", "PJSIP-011" };
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

static struct asterisk_case last;

/* PHONE_DIGEST is what the settings say of the phones; NULL: nothing. */
static enum finding_status digests(const char *version, const char *phone_digest,
				   const char *pjsip_conf)
{
	static struct slice method;
	if (last.arena)
		asterisk_case_end(&last);
	asterisk_case_begin(&last, version, "pjsip.conf", pjsip_conf, NULL);
	method = slice_of(phone_digest ? phone_digest : "MD5");
	last.site.phone_digests = &method;
	last.site.phone_digest_count = 1;
	return asterisk_case_status(&last, "PJSIP-011");
}

static void test_algorithms(void **state)
{
	(void)state;
	assert_int_equal(digests("22.2.0", "SHA-256", PHONE), STATUS_FAIL);
	assert_int_equal(last.verdict.evidence[0].line, 5);
	assert_true(
		list_mentions(&last.remedy.commands, "default_auth_algorithms_uas=SHA-256,MD5"));
	assert_true(list_mentions(&last.remedy.commands, "type=global"));
	static const char global[] = "[g]\ntype=global\ndefault_auth_algorithms_uas=MD5\n" PHONE;
	assert_int_equal(digests("20.12.1", "SHA-256", global), STATUS_FAIL);
	assert_int_equal(last.verdict.evidence[0].line, 3);
	assert_true(list_mentions(&last.remedy.commands, "3c\\default_auth_algorithms_uas"));
	assert_int_equal(
		digests("22.2.0", "SHA-256",
			"[g]\ntype=global\ndefault_auth_algorithms_uas=sha-256, MD5\n" PHONE),
		STATUS_PASS);
	/* Another method than the phones'. */
	assert_int_equal(digests("22.2.0", "SHA-512-256",
				 "[g]\ntype=global\ndefault_auth_algorithms_uas=SHA-256\n" PHONE),
			 STATUS_FAIL);
	/* An auth's own list beats the global one. */
	assert_int_equal(digests("22.2.0", "SHA-256",
				 "[g]\ntype=global\ndefault_auth_algorithms_uas=SHA-256\n"
				 "[a]\ntype=endpoint\nauth=a\n[a]\ntype=auth\nusername=a\n"
				 "password=x7Kq2mPw9\nsupported_algorithms_uas=MD5\n"),
			 STATUS_FAIL);
	/* Nobody is asked for it. */
	assert_int_equal(
		digests("22.2.0", "SHA-256", "[a]\ntype=auth\nusername=a\npassword=x7Kq2mPw9\n"),
		STATUS_NOT_APPLICABLE);
	assert_int_equal(digests("22.2.0", NULL, PHONE), STATUS_NOT_APPLICABLE);
	assert_int_equal(digests("20.11.0", "SHA-256", PHONE), STATUS_NOT_APPLICABLE);
	assert_int_equal(digests("22.1.0", "SHA-256", PHONE), STATUS_NOT_APPLICABLE);
	assert_int_equal(digests("", "SHA-256", PHONE), STATUS_UNKNOWN);
	asterisk_case_end(&last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_common),     cmocka_unit_test(test_digest),
		cmocka_unit_test(test_contacts),   cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_strangers),  cmocka_unit_test(test_trust),
		cmocka_unit_test(test_algorithms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
