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
		cmocka_unit_test(published_secrets_fail),
		cmocka_unit_test(shared_secrets_fail),
		cmocka_unit_test(pins_are_judged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
