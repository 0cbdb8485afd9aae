/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/pjsip_case.h"

static void assert_files(const char *modules, const char *sip, const char *pjsip, const char *iax,
			 enum finding_status expected, const char *remedy)
{
	struct asterisk_case self;
	const char *names[8];
	size_t count = 0;
	const struct {
		const char *name;
		const char *text;
	} files[] = {
		{ "modules.conf", modules },
		{ "sip.conf", sip },
		{ "pjsip.conf", pjsip },
		{ "iax.conf", iax },
	};
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (files[i].text) {
			names[count++] = files[i].name;
			names[count++] = files[i].text;
		}
	for (size_t i = count; i < ARRAY_SIZE(names); i++)
		names[i] = NULL;
	asterisk_case_begin(&self, "1:16.28.0~dfsg-0", names[0], names[1], names[2], names[3],
			    names[4], names[5], names[6], names[7], NULL);
	enum finding_status status = asterisk_case_status(&self, "MOD-001");
	if (status != expected)
		print_message("sip.conf:\n%s\npjsip.conf:\n%s\n", sip ? sip : "-",
			      pjsip ? pjsip : "-");
	assert_int_equal(status, expected);
	if (remedy)
		assert_true(list_mentions(&self.remedy.commands, remedy));
	asterisk_case_end(&self);
}

#define ALL "[modules]\nautoload=yes\n"
#define SIP "[general]\n[1001]\ntype=friend\nhost=dynamic\n"

static void two_drivers_on_one_port_fail(void **state)
{
	(void)state;
	assert_files(ALL, SIP, TRANSPORT PHONE, NULL, STATUS_FAIL, "noload => chan_sip.so");
	assert_files(ALL, "[general]\nbindport=5160\n[1001]\ntype=friend\nhost=dynamic\n",
		     TRANSPORT PHONE, NULL, STATUS_PASS, NULL);
	assert_files(ALL "noload=chan_sip.so\n", SIP, TRANSPORT PHONE, NULL, STATUS_PASS, NULL);
	assert_files(ALL, "[general]\nbindaddr=192.0.2.1\n[1001]\ntype=friend\nhost=dynamic\n",
		     "[udp]\ntype=transport\nbind=192.0.2.2:5060\n" PHONE, NULL, STATUS_PASS, NULL);
}

static void drivers_without_entries_fail(void **state)
{
	(void)state;
	assert_files(ALL, "[general]\n", NULL, NULL, STATUS_FAIL, "noload => chan_sip.so");
	assert_files(ALL, SIP, NULL, NULL, STATUS_PASS, NULL);
	assert_files(ALL, SIP, NULL, "[general]\n", STATUS_FAIL, "noload => chan_iax2.so");
	assert_files(ALL, SIP, NULL, "[general]\n[a]\ntype=friend\nsecret=x\nhost=dynamic\n",
		     STATUS_PASS, NULL);
	assert_files("[modules]\nautoload=no\n", "[general]\n", NULL, NULL, STATUS_PASS, NULL);
}

static void unread_is_unknown_and_none_does_not_apply(void **state)
{
	(void)state;
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.28", "modules.conf", NULL, NULL);
	assert_int_equal(asterisk_case_status(&self, "MOD-001"), STATUS_UNKNOWN);
	asterisk_case_end(&self);
	asterisk_case_begin(&self, "", NULL);
	assert_int_equal(asterisk_case_status(&self, "MOD-001"), STATUS_NOT_APPLICABLE);
	asterisk_case_end(&self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_drivers_on_one_port_fail),
		cmocka_unit_test(drivers_without_entries_fail),
		cmocka_unit_test(unread_is_unknown_and_none_does_not_apply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
