/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/asterisk_case.h"

#define GUEST "[guest]\ntype=user\ncontext=public\n"
#define PEER "[branch]\ntype=friend\nhost=203.0.113.10\nsecret=x7Kq2mPw9\nauth=md5\n"
#define LIST "deny=0.0.0.0/0\npermit=203.0.113.10\n"

static void assert_iax(const char *id, const char *version, const char *iax_conf,
		       enum finding_status expected)
{
	struct asterisk_case self;
	asterisk_case_begin(&self, version, "iax.conf", iax_conf, "modules.conf",
			    "[modules]\nautoload=yes\n", NULL);
	enum finding_status status = asterisk_case_status(&self, id);
	if (status != expected)
		print_message("%s over:\n%s\n", id, iax_conf ? iax_conf : "(unreadable)");
	assert_int_equal(status, expected);
	asterisk_case_end(&self);
}

static void test_common(void **state)
{
	static const char *const ids[] = { "IAX-001", "IAX-002", "IAX-003", "IAX-004", "IAX-005" };
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct asterisk_case self;
		assert_iax(ids[i], "16.28", NULL, STATUS_UNKNOWN);
		assert_iax(ids[i], "16.28", "[a](nothing)\n", STATUS_UNKNOWN);
		asterisk_case_begin(&self, "16.28", "modules.conf", "[modules]\nautoload=yes\n",
				    NULL);
		assert_int_equal(asterisk_case_status(&self, ids[i]), STATUS_NOT_APPLICABLE);
		asterisk_case_end(&self);
		asterisk_case_begin(&self, "16.28", "iax.conf", GUEST, "modules.conf",
				    "[modules]\nautoload=yes\nnoload=chan_iax2.so\n", NULL);
		assert_int_equal(asterisk_case_status(&self, ids[i]), STATUS_NOT_APPLICABLE);
		asterisk_case_end(&self);
	}
}

static void test_use(void **state)
{
	(void)state;
	assert_iax("IAX-001", "16.28", "[general]\n" GUEST, STATUS_FAIL);
	assert_iax("IAX-001", "16.28", PEER, STATUS_PASS);
	assert_iax("IAX-001", "16.28", "[general]\nregister => a:b@203.0.113.10\n", STATUS_PASS);
}

static void test_guests(void **state)
{
	(void)state;
	assert_iax("IAX-002", "16.28", GUEST, STATUS_FAIL);
	assert_iax("IAX-002", "16.28", GUEST LIST, STATUS_PASS);
	assert_iax("IAX-002", "16.28", GUEST "inkeys=office\n", STATUS_PASS);
	assert_iax("IAX-002", "16.28", PEER, STATUS_PASS);
	assert_iax("IAX-002", "16.28", "[a]\ntype=peer\nhost=203.0.113.1\n", STATUS_NOT_APPLICABLE);
}

static void test_tokens(void **state)
{
	(void)state;
	assert_iax("IAX-003", "16.28", PEER "requirecalltoken=no\n", STATUS_FAIL);
	assert_iax("IAX-003", "16.28", PEER "requirecalltoken=auto\n", STATUS_PASS);
	assert_iax("IAX-003", "16.28", "[general]\ncalltokenoptional=0.0.0.0/0.0.0.0\n" PEER,
		   STATUS_FAIL);
	assert_iax("IAX-003", "16.28",
		   "[general]\ncalltokenoptional=203.0.113.10/255.255.255.255\n" PEER, STATUS_PASS);
	assert_iax("IAX-003", "16.28", "[general]\n", STATUS_NOT_APPLICABLE);
}

static void test_clear(void **state)
{
	static const char plain[] = "[a]\ntype=friend\nhost=dynamic\nsecret=x7Kq2mPw9\n";
	(void)state;
	assert_iax("IAX-004", "16.28", PEER "auth=md5,plaintext\n", STATUS_FAIL);
	assert_iax("IAX-004", "16.28", plain, STATUS_PASS);
	/* Before 16 the default has plaintext. */
	assert_iax("IAX-004", "13.38", plain, STATUS_FAIL);
	assert_iax("IAX-004", "16.28", GUEST, STATUS_NOT_APPLICABLE);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.28", "iax.conf", PEER, NULL);
	self.site.level = SITE_STRICT;
	assert_int_equal(asterisk_case_status(&self, "IAX-004"), STATUS_FAIL);
	asterisk_case_end(&self);
}

static void test_sources(void **state)
{
	(void)state;
	assert_iax("IAX-005", "16.28", PEER LIST, STATUS_PASS);
	assert_iax("IAX-005", "16.28", PEER "permit=203.0.113.10\n", STATUS_FAIL);
	assert_iax("IAX-005", "16.28", PEER, STATUS_UNKNOWN);
	assert_iax("IAX-005", "16.28", "[general]\n", STATUS_NOT_APPLICABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_common), cmocka_unit_test(test_use),
		cmocka_unit_test(test_guests), cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_clear),  cmocka_unit_test(test_sources),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
