/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/asterisk_case.h"

#define TRUNK "[trunk]\ntype=peer\nhost=203.0.113.10\nsecret=x7Kq2mPw9\ncontext=in\n"
#define OUT "[out]\nexten => _00.,1,Dial(SIP/trunk/${EXTEN})\n"

static struct asterisk_case last;

static enum finding_status judged(const char *sip_conf, const char *extensions_conf)
{
	if (last.arena)
		asterisk_case_end(&last);
	asterisk_case_begin(&last, "16.28.0", "sip.conf", sip_conf, "extensions.conf",
			    extensions_conf, "voicemail.conf", "[general]\ndialout=out\n", NULL);
	return asterisk_case_status(&last, "SIP-010");
}

static void the_general_context_is_dead(void **state)
{
	(void)state;
	assert_int_equal(judged("[general]\ncontext=public\n" TRUNK,
				"[public]\nexten => _X.,1,Hangup(21)\n" OUT),
			 STATUS_PASS);
	assert_int_equal(
		judged("[general]\ncontext=phones\n" TRUNK, "[phones]\ninclude => out\n" OUT),
		STATUS_FAIL);
	assert_int_equal(last.verdict.evidence[0].line, 2);
	assert_string_equal(last.verdict.evidence[0].file, "/etc/asterisk/sip.conf");
	assert_string_equal(last.verdict.evidence[1].file, "/etc/asterisk/extensions.conf");
	assert_int_equal(last.verdict.evidence[1].line, 4);
	assert_int_equal(last.verdict.severity, 0);
	assert_true(list_mentions(&last.remedy.commands, "context=public"));
	assert_true(list_mentions(&last.remedy.commands, "Hangup(21)"));
	/* The name without any line is default. */
	assert_int_equal(judged(TRUNK, "[default]\ninclude => out\n" OUT), STATUS_FAIL);
	assert_int_equal(judged("[general]\n" TRUNK, "[default]\ninclude => out\n" OUT),
			 STATUS_FAIL);
	/* A name that the dialplan does not have. */
	assert_int_equal(judged("[general]\ncontext=nowhere\n" TRUNK, OUT), STATUS_PASS);
	/* Own phones may be called. */
	assert_int_equal(judged("[general]\ncontext=public\n" TRUNK,
				"[public]\nexten => 100,1,Dial(SIP/1001)\n"),
			 STATUS_PASS);
}

static void without_guests_it_weighs_less(void **state)
{
	(void)state;
	assert_int_equal(judged("[general]\nallowguest=no\ncontext=out\n" TRUNK, OUT), STATUS_FAIL);
	assert_int_equal(last.verdict.severity, 50);
	assert_int_equal(
		judged("[general]\nallowguest=no\nautocreatepeer=yes\ncontext=out\n" TRUNK, OUT),
		STATUS_FAIL);
	assert_int_equal(last.verdict.severity, 0);
	/* An entry without a context takes it over. */
	assert_int_equal(judged("[general]\nallowguest=no\ncontext=out\n" TRUNK
				"[1001]\ntype=friend\nhost=dynamic\nsecret=x7Kq2mPw9\n",
				OUT),
			 STATUS_FAIL);
	assert_non_null(strstr(last.verdict.evidence[0].text, "1 entry without a context"));
	assert_true(list_mentions(&last.remedy.commands, "context=out"));
}

static void every_danger_is_seen(void **state)
{
	(void)state;
	static const char *const dangers[] = {
		"[public]\nexten => 70,1,DISA(837465,phones)\n",
		"[public]\nexten => 71,1,VoiceMailMain()\n",
		"[public]\nexten => 72,1,ParkedCall(701)\n",
		"[public]\nexten => 73,1,Goto(more,1,1)\n[more]\nexten => 1,1,Park()\n",
		"[public]\ninclude => more\n[more]\ninclude => parkedcalls\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(dangers); i++)
		assert_int_equal(judged("[general]\ncontext=public\n" TRUNK, dangers[i]),
				 STATUS_FAIL);
	/* Includes in a circle end. */
	assert_int_equal(judged("[general]\ncontext=public\n" TRUNK,
				"[public]\ninclude => more\n[more]\ninclude => public\n"),
			 STATUS_PASS);
	/* Domains and messages have contexts of their own. */
	assert_int_equal(judged("[general]\ncontext=public\ndomain=pbx.example,out\n" TRUNK, OUT),
			 STATUS_FAIL);
	assert_int_equal(last.verdict.evidence[1].line, 3);
	assert_int_equal(
		judged("[general]\ncontext=public\noutofcall_message_context=out\n" TRUNK, OUT),
		STATUS_FAIL);
	assert_int_equal(judged("[general]\ncontext=public\noutofcall_message_context=out\n"
				"accept_outofcall_message=no\n" TRUNK,
				OUT),
			 STATUS_PASS);
	/* Hints run nothing. */
	assert_int_equal(judged("[general]\ncontext=public\nsubscribecontext=out\n" TRUNK, OUT),
			 STATUS_PASS);
}

static void what_is_not_known_is_said(void **state)
{
	(void)state;
	assert_int_equal(judged("[general]\ncontext=public\n", NULL), STATUS_UNKNOWN);
	assert_int_equal(judged(NULL, OUT), STATUS_UNKNOWN);
	assert_int_equal(judged("[general]\ncontext=public\n",
				"[public]\nswitch => Realtime/public@extensions\n"),
			 STATUS_UNKNOWN);
	struct asterisk_case self;
	asterisk_case_begin(&self, "21.1.0", "sip.conf", TRUNK, "extensions.conf", OUT, NULL);
	assert_int_equal(asterisk_case_status(&self, "SIP-010"), STATUS_NOT_APPLICABLE);
	asterisk_case_end(&self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_general_context_is_dead),
		cmocka_unit_test(without_guests_it_weighs_less),
		cmocka_unit_test(every_danger_is_seen),
		cmocka_unit_test(what_is_not_known_is_said),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (last.arena)
		asterisk_case_end(&last);
	return failed;
}
