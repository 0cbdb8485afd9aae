/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/pjsip_case.h"

static void assert_settings(const char *id, const char *asterisk_conf, enum finding_status expected)
{
	struct asterisk_case self;
	asterisk_case_begin(&self, "1:16.28.0~dfsg-0", "asterisk.conf", asterisk_conf, NULL);
	enum finding_status status = asterisk_case_status(&self, id);
	if (status != expected)
		print_message("%s over:\n%s\n", id, asterisk_conf ? asterisk_conf : "(unreadable)");
	assert_int_equal(status, expected);
	asterisk_case_end(&self);
}

static void one_limit_is_enough(void **state)
{
	(void)state;
	assert_settings("DOS-001", "[options]\nmaxcalls=200\n", STATUS_PASS);
	assert_settings("DOS-001", "[options]\nmaxload=0.9\n", STATUS_PASS);
	assert_settings("DOS-001", "[options]\nminmemfree = 64 ; MiB\n", STATUS_PASS);
	assert_settings("DOS-001", "[options]\nmaxcalls=0\n", STATUS_FAIL);
	assert_settings("DOS-001", "[options]\nmaxcalls=many\n", STATUS_FAIL);
	assert_settings("DOS-001", "[options](!)\nmaxcalls=200\n", STATUS_FAIL);
	assert_settings("DOS-001", "[options]\n", STATUS_FAIL);
	assert_settings("DOS-001", NULL, STATUS_UNKNOWN);
}

static void sessions_without_login_are_bounded(void **state)
{
	(void)state;
	assert_sip("DOS-002", "[general]\ntcpenable=yes\n", STATUS_PASS);
	assert_sip("DOS-002", "[general]\ntcpenable=yes\ntcpauthlimit=5000\n", STATUS_FAIL);
	assert_sip("DOS-002", "[general]\ntcpenable=yes\ntcpauthtimeout=900\n", STATUS_FAIL);
	assert_sip("DOS-002", "[general]\ntcpauthlimit=5000\n", STATUS_PASS);
	assert_settings("DOS-002", "[options]\n", STATUS_NOT_APPLICABLE);
	assert_sip("DOS-002", NULL, STATUS_UNKNOWN);
	/* A host with PJSIP alone. */
	assert_pjsip("DOS-002", TRANSPORT PHONE, STATUS_PASS);
	assert_pjsip("DOS-002",
		     TRANSPORT "[global]\ntype=global\ntaskprocessor_overload_trigger=none\n",
		     STATUS_FAIL);
	assert_pjsip("DOS-002",
		     TRANSPORT "[global]\ntype=global\ntaskprocessor_overload_trigger=pjsip_only\n",
		     STATUS_PASS);
	assert_pjsip("DOS-002", NULL, STATUS_UNKNOWN);
}

static void without_asterisk_nothing_applies(void **state)
{
	(void)state;
	struct asterisk_case self;
	asterisk_case_begin(&self, "", NULL);
	assert_int_equal(asterisk_case_status(&self, "DOS-001"), STATUS_NOT_APPLICABLE);
	assert_int_equal(asterisk_case_status(&self, "DOS-002"), STATUS_NOT_APPLICABLE);
	asterisk_case_end(&self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_limit_is_enough),
		cmocka_unit_test(sessions_without_login_are_bounded),
		cmocka_unit_test(without_asterisk_nothing_applies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
