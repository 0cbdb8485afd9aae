/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/kernel/file_model.h"
#include "tests/checks/asterisk_case.h"

static struct asterisk_case last;

static enum finding_status judged(const char *extensions_conf)
{
	if (last.arena)
		asterisk_case_end(&last);
	asterisk_case_begin(&last, "16.28.0", "extensions.conf", extensions_conf, NULL);
	enum finding_status status = asterisk_case_status(&last, "SEC-007");
	for (size_t i = 0; i < last.verdict.count; i++)
		assert_null(strstr(last.verdict.evidence[i].text, "837465"));
	return status;
}

static void secrets_of_steps_are_seen(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"[a]\nexten => 1,1,Dial(SIP/user:837465@host.example/1)\n",
		"[a]\nexten => 1,1,Dial(SIP/1001&IAX2/user:837465@host.example/1,30)\n",
		"[a]\nexten => 1,1,DISA(837465,out)\n",
		"[a]\nexten => 1,1,Authenticate(837465)\n",
		"[a]\nexten => 1,1,System(mysql -u cdr -p837465 -e 'select 1')\n",
		"[a]\nexten => 1,1,TrySystem(x --password=837465)\n",
		"[a]\nexten => 1,1,AGI(billing.agi,${EXTEN},password=837465)\n",
	};
	static const char *const good[] = {
		"[a]\nexten => 1,1,Dial(SIP/trunk/${EXTEN})\n",
		"[a]\nexten => 1,1,Dial(SIP/100@host.example:5060)\n",
		"[a]\nexten => 1,1,Dial(IAX2/user:[key]@host.example/1)\n",
		"[a]\nexten => 1,1,DISA(no-password,out)\n",
		"[a]\nexten => 1,1,DISA(/etc/asterisk/pins.conf)\n",
		"[a]\nexten => 1,1,Authenticate(/etc/asterisk/pins.conf)\n",
		"[a]\nexten => 1,1,Authenticate(${DB(pins/${EXTEN})})\n",
		"[a]\nexten => 1,1,System(mysql -p -e 'select 1')\n",
		"[a]\nexten => 1,1,AGI(billing.agi,${EXTEN},password=${SECRET})\n",
		"[a]\nexten => 1,1,NoOp(837465)\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		enum finding_status status = judged(bad[i]);
		if (status != STATUS_FAIL)
			print_message("%s\n", bad[i]);
		assert_int_equal(status, STATUS_FAIL);
		assert_int_equal(last.verdict.evidence[0].line, 2);
	}
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		enum finding_status status = judged(good[i]);
		if (status != STATUS_PASS)
			print_message("%s\n", good[i]);
		assert_int_equal(status, STATUS_PASS);
	}
	assert_int_equal(judged(bad[3]), STATUS_FAIL);
	assert_true(list_mentions(&last.remedy.commands, "pins.conf"));
}

static void secrets_of_globals_are_seen(void **state)
{
	(void)state;
	assert_int_equal(judged("[globals]\nPIN=837465\n[a]\nexten => 1,1,Authenticate(${PIN})\n"),
			 STATUS_FAIL);
	assert_int_equal(last.verdict.evidence[0].line, 2);
	assert_int_equal(judged("[globals]\nTRUNK=IAX2/user:837465@host.example\n[a]\n"
				"exten => 1,1,Dial(${TRUNK}/1)\n"),
			 STATUS_FAIL);
	assert_int_equal(judged("[globals]\nTRUNK=SIP/trunk\n[a]\nexten => 1,1,Hangup()\n"),
			 STATUS_PASS);
}

static void registrations_in_open_files_fail(void **state)
{
	(void)state;
	struct host_file file = {
		.role = FILE_ROLE_SECRETS,
		.path = "/etc/asterisk/sip.conf",
		.status = { .mode = 0100644 },
		.is_reachable = true,
	};
	struct file_model files = { .files = &file, .count = 1 };
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.28.0", "extensions.conf", "[a]\nexten => 1,1,Hangup()\n",
			    "sip.conf", "[general]\nregister => user:837465@host.example\n", NULL);
	self.model.files = &files;
	assert_int_equal(asterisk_case_status(&self, "SEC-007"), STATUS_FAIL);
	assert_int_equal(self.verdict.evidence[0].line, 2);
	file.status.mode = 0100640;
	assert_int_equal(asterisk_case_status(&self, "SEC-007"), STATUS_PASS);
	asterisk_case_end(&self);
}

static void what_is_not_known_is_said(void **state)
{
	(void)state;
	assert_int_equal(judged(NULL), STATUS_UNKNOWN);
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.28.0", "sip.conf", "[general]\n", NULL);
	assert_int_equal(asterisk_case_status(&self, "SEC-007"), STATUS_NOT_APPLICABLE);
	asterisk_case_end(&self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_of_steps_are_seen),
		cmocka_unit_test(secrets_of_globals_are_seen),
		cmocka_unit_test(registrations_in_open_files_fail),
		cmocka_unit_test(what_is_not_known_is_said),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (last.arena)
		asterisk_case_end(&last);
	return failed;
}
