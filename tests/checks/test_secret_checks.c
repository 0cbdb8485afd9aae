/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/asterisk_case.h"

#define GENERAL "[general]\ncontext=public\nallowguest=no\n"

static void assert_no_secret(const struct asterisk_case *self, const char *secret)
{
	for (size_t i = 0; i < self->verdict.count; i++) {
		assert_null(strstr(self->verdict.evidence[i].text, secret));
		assert_null(strstr(self->verdict.evidence[i].subject, secret));
	}
}

static void composition_is_the_papers_rule(void **state)
{
	(void)state;
	struct asterisk_case self;
	assert_sip("SEC-001", GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=kR7#mz\n",
		   STATUS_PASS);
	assert_sip("SEC-001", GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=kr7#mz\n",
		   STATUS_FAIL);
	/* What is behind an unescaped ';' is a comment: the secret is "kR7#". */
	assert_sip("SEC-001", GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=kR7#;mz\n",
		   STATUS_FAIL);
	assert_sip("SEC-001", GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=kR7#\\;mz\n",
		   STATUS_PASS);
	assert_sip("SEC-001",
		   GENERAL "[2041]\ntype=friend\nhost=dynamic\n"
			   "md5secret=0123456789abcdef0123456789abcdef\n",
		   STATUS_UNKNOWN);
	/* The provider's secret is told, and does not fail. */
	assert_sip("SEC-001",
		   GENERAL "[trunk]\ntype=peer\nhost=192.0.2.9\nsecret=4711\n"
			   "[2041]\ntype=friend\nhost=dynamic\nsecret=kR7#mz\n",
		   STATUS_PASS);
	assert_sip("SEC-001", GENERAL, STATUS_NOT_APPLICABLE);
	assert_sip("SEC-001", NULL, STATUS_UNKNOWN);
	asterisk_case_begin(&self, "1:16.28.0~dfsg-0", "sip.conf",
			    GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=quartzvein\n", NULL);
	assert_int_equal(asterisk_case_status(&self, "SEC-001"), STATUS_FAIL);
	assert_no_secret(&self, "quartzvein");
	assert_non_null(strstr(self.verdict.evidence[0].text, "10 characters"));
	asterisk_case_end(&self);
}

static void guesses_decide(void **state)
{
	(void)state;
	assert_sip("SEC-002", GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=Pass1!\n",
		   STATUS_FAIL);
	assert_sip("SEC-002",
		   GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=vW8kqZt3Lm9xRb5f\n",
		   STATUS_PASS);
	assert_sip("SEC-002", GENERAL, STATUS_NOT_APPLICABLE);
	assert_sip("SEC-002", NULL, STATUS_UNKNOWN);
	struct asterisk_case self;
	asterisk_case_begin(&self, "1:16.28.0~dfsg-0", "sip.conf",
			    GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=hT4z-9mQw\n", NULL);
	assert_int_equal(asterisk_case_status(&self, "SEC-002"), STATUS_PASS);
	/* 10^14 is asked for at strict. */
	self.site.level = SITE_STRICT;
	static const struct slice word = { "hT4z-9mQ", 8 };
	self.site.words = &word;
	self.site.word_count = 1;
	assert_int_equal(asterisk_case_status(&self, "SEC-002"), STATUS_FAIL);
	assert_no_secret(&self, "hT4z");
	asterisk_case_end(&self);
}

static void names_in_disguise_fail(void **state)
{
	(void)state;
	assert_sip("SEC-003", GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=2041\n",
		   STATUS_FAIL);
	assert_sip("SEC-003", GENERAL "[desk]\ntype=friend\nhost=dynamic\nsecret=x2041y\n",
		   STATUS_PASS);
	assert_sip("SEC-003",
		   GENERAL "[desk]\ntype=friend\nhost=dynamic\ncallerid=Front <2041>\n"
			   "secret=2041\n",
		   STATUS_FAIL);
	/* md5("2041:asterisk:2041") */
	assert_sip("SEC-003",
		   GENERAL "[2041]\ntype=friend\nhost=dynamic\n"
			   "md5secret=dae8764bb5f6a8f4bdc1fc2fd0fd7fff\n",
		   STATUS_FAIL);
	/* The same digest under another realm is that of another secret. */
	assert_sip("SEC-003",
		   "[general]\nrealm=pbx.example\n[2041]\ntype=friend\nhost=dynamic\n"
		   "md5secret=dae8764bb5f6a8f4bdc1fc2fd0fd7fff\n",
		   STATUS_PASS);
	assert_sip("SEC-003", GENERAL, STATUS_NOT_APPLICABLE);
	assert_sip("SEC-003", NULL, STATUS_UNKNOWN);
}

static void published_secrets_fail(void **state)
{
	(void)state;
	assert_sip("SEC-004", GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=mysecret\n",
		   STATUS_FAIL);
	assert_sip("SEC-004", GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=M0r$H3d!100\n",
		   STATUS_FAIL);
	assert_sip("SEC-004", GENERAL "[2041]\ntype=friend\nhost=dynamic\nsecret=kR7#mz\n",
		   STATUS_PASS);
	assert_sip("SEC-004", GENERAL, STATUS_NOT_APPLICABLE);
	assert_sip("SEC-004", NULL, STATUS_UNKNOWN);
}

static void shared_secrets_fail(void **state)
{
	(void)state;
	assert_sip("SEC-005",
		   GENERAL "[phone](!)\ntype=friend\nhost=dynamic\nsecret=kR7#mz\n"
			   "[2041](phone)\n[2042](phone)\n",
		   STATUS_FAIL);
	assert_sip("SEC-005",
		   GENERAL "[phone](!)\ntype=friend\nhost=dynamic\n"
			   "[2041](phone)\nsecret=kR7#mz\n[2042](phone)\nsecret=kR7#mZ\n",
		   STATUS_PASS);
	assert_sip("SEC-005", GENERAL, STATUS_NOT_APPLICABLE);
	assert_sip("SEC-005", NULL, STATUS_UNKNOWN);
}

#define AUTH "[2041-auth]\ntype=auth\nusername=1001\n"
/* sha256("1001:asterisk:1001"), sha256("1001:asterisk:" and a good secret) */
#define NAME_SHA256 "SHA-256:9e09f1ec8a283cdc9a9f73cd3affd59b737272149b947a39ce7b60229f743a39"
#define GOOD_SHA256 "SHA-256:18fa3a8898529bf2f65e5883ec868b3199248601495ba5363f51513e14837499"
/* sha512-256("1001:asterisk:1001"), md5("1001:pbx.example:1001") */
#define NAME_SHA512 "SHA-512-256:551f50e33e4bb6779f1cbe0ac2bb960d1053da39ff8356a5f30d9e64ac003b9f"
#define REALM_MD5 "f11a5b0046801965e24f2cc7375509fc"

static void assert_auth(const char *version, const char *pjsip_conf, enum finding_status expected)
{
	struct asterisk_case self;
	asterisk_case_begin(&self, version, "pjsip.conf", pjsip_conf, NULL);
	enum finding_status status = asterisk_case_status(&self, "SEC-003");
	if (status != expected)
		print_message("Asterisk %s over:\n%s\n", version, pjsip_conf);
	assert_int_equal(status, expected);
	assert_no_secret(&self, "9e09f1ec");
	assert_no_secret(&self, "551f50e3");
	asterisk_case_end(&self);
}

static void digests_of_pjsip_are_tried(void **state)
{
	(void)state;
	/* The user name is in the digest, not the object's. */
	assert_auth("22.2.0", AUTH "password_digest=" NAME_SHA256 "\n", STATUS_FAIL);
	assert_auth("22.2.0", AUTH "password_digest=" GOOD_SHA256 "\n", STATUS_PASS);
	assert_auth("20.12.0", AUTH "password_digest=" GOOD_SHA256 " , " NAME_SHA512 "\n",
		    STATUS_FAIL);
	/* Beside a good password, for the one method. */
	assert_auth("22.2.0", AUTH "password=vW8kqZt3Lm9xRb5f\npassword_digest=" NAME_SHA256 "\n",
		    STATUS_FAIL);
	/* The last of a method counts. */
	assert_auth("22.2.0",
		    AUTH "password_digest=" NAME_SHA256 "\npassword_digest=" GOOD_SHA256 "\n",
		    STATUS_PASS);
	/* The realm is in it. */
	assert_auth("22.2.0", AUTH "realm=pbx.example\npassword_digest=" NAME_SHA256 "\n",
		    STATUS_PASS);
	assert_auth("22.2.0", AUTH "realm=pbx.example\npassword_digest=MD5:" REALM_MD5 "\n",
		    STATUS_FAIL);
	assert_auth("22.2.0",
		    "[global]\ntype=global\ndefault_realm=pbx.example\n" AUTH
		    "auth_type=md5\nmd5_cred=" REALM_MD5 "\n",
		    STATUS_FAIL);
	/* Before, auth_type chose; now what is there counts. */
	assert_auth("16.28.0",
		    AUTH "realm=pbx.example\npassword=vW8kqZt3Lm9xRb5f\nmd5_cred=" REALM_MD5 "\n",
		    STATUS_PASS);
	assert_auth("22.2.0",
		    AUTH "realm=pbx.example\npassword=vW8kqZt3Lm9xRb5f\nmd5_cred=" REALM_MD5 "\n",
		    STATUS_FAIL);
}

static void assert_pins(const char *voicemail_conf, enum finding_status expected)
{
	struct asterisk_case self;
	asterisk_case_begin(&self, "1:16.28.0~dfsg-0", "voicemail.conf", voicemail_conf, NULL);
	assert_int_equal(asterisk_case_status(&self, "SEC-006"), expected);
	asterisk_case_end(&self);
}

static void pins_are_judged(void **state)
{
	(void)state;
	assert_pins("[general]\nminpassword=6\n[default]\n2041 => 830174,Desk\n", STATUS_PASS);
	assert_pins("[general]\nminpassword=6\n[default]\n2041 => -830174,Desk\n", STATUS_PASS);
	assert_pins("[general]\n[default]\n2041 => 830174,Desk\n", STATUS_FAIL);
	assert_pins("[general]\nminpassword=6\n[default]\n2041 => 2041,Desk\n", STATUS_FAIL);
	assert_pins("[general]\nminpassword=6\n[default]\n2041 => 830,Desk\n", STATUS_FAIL);
	assert_pins("[general]\nminpassword=6\n[default]\n2041 => 777777\n", STATUS_FAIL);
	assert_pins("[general]\nminpassword=6\n[default]\n2041 => 654321\n", STATUS_FAIL);
	assert_pins("[general]\nminpassword=6\n[default]\n2041 => ,Desk\n", STATUS_FAIL);
	assert_pins("[general]\nminpassword=6\n", STATUS_NOT_APPLICABLE);
	assert_pins(NULL, STATUS_UNKNOWN);
	assert_sip("SEC-006", GENERAL, STATUS_NOT_APPLICABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(composition_is_the_papers_rule),
		cmocka_unit_test(guesses_decide),
		cmocka_unit_test(names_in_disguise_fail),
		cmocka_unit_test(digests_of_pjsip_are_tried),
		cmocka_unit_test(published_secrets_fail),
		cmocka_unit_test(shared_secrets_fail),
		cmocka_unit_test(pins_are_judged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
