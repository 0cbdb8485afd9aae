/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/pjsip_case.h"

#define PROVIDER "[trunk]\ntype=peer\nhost=203.0.113.10\nsecret=x7Kq2mPw9\ncontext=in\n"
#define FRIEND "[1001]\ntype=friend\nhost=dynamic\nsecret=x7Kq2mPw9\ncontext=phones\n"
#define OUT "[phones]\nexten => _00.,1,Dial(SIP/trunk/${EXTEN})\n"
#define COUNTED                                                                                    \
	"[phones]\nexten => _00.,1,Set(GROUP()=out)\n"                                             \
	" same => n,GotoIf($[${GROUP_COUNT()}>2]?cap)\n"                                           \
	" same => n,Dial(SIP/trunk/${EXTEN})\n same => n(cap),Hangup(17)\n"

static struct asterisk_case last;

static enum finding_status sip(const char *entries, const char *extensions)
{
	if (last.arena)
		asterisk_case_end(&last);
	asterisk_case_begin(&last, "16.28.0", "sip.conf", entries, "extensions.conf", extensions,
			    NULL);
	return asterisk_case_status(&last, "SIP-013");
}

static enum finding_status pjsip(const char *objects, const char *extensions)
{
	if (last.arena)
		asterisk_case_end(&last);
	asterisk_case_begin(&last, "18.20.0", "pjsip.conf", objects, "sip.conf", PROVIDER,
			    "extensions.conf", extensions, NULL);
	return asterisk_case_status(&last, "PJSIP-010");
}

static void a_limit_of_the_entry_is_enough(void **state)
{
	(void)state;
	assert_int_equal(sip(PROVIDER FRIEND, OUT), STATUS_FAIL);
	assert_int_equal(last.verdict.fail_count, 1);
	assert_int_equal(last.verdict.evidence[0].line, 6);
	assert_string_equal(last.verdict.evidence[0].file, "/etc/asterisk/sip.conf");
	/* The Dial stands beside. */
	assert_string_equal(last.verdict.evidence[1].file, "/etc/asterisk/extensions.conf");
	assert_int_equal(last.verdict.evidence[1].line, 2);
	assert_true(list_mentions(&last.remedy.commands, "call-limit=2"));
	assert_int_equal(sip(PROVIDER FRIEND "call-limit=2\n", OUT), STATUS_PASS);
	assert_int_equal(sip(PROVIDER FRIEND "call-limit=0\n", OUT), STATUS_FAIL);
	/* It counts, and never refuses. */
	assert_int_equal(sip(PROVIDER FRIEND "callcounter=yes\n", OUT), STATUS_FAIL);
	assert_int_equal(sip("[general]\ncallcounter=yes\n" PROVIDER FRIEND, OUT), STATUS_FAIL);
	/* The last line counts. */
	assert_int_equal(sip(PROVIDER FRIEND "call-limit=2\ncallcounter=yes\n", OUT), STATUS_FAIL);
	assert_int_equal(sip(PROVIDER FRIEND "callcounter=yes\ncall-limit=2\n", OUT), STATUS_PASS);
}

static void the_dialplan_may_count(void **state)
{
	(void)state;
	assert_int_equal(sip(PROVIDER FRIEND, COUNTED), STATUS_PASS);
	/* A count of a group that nothing was put into is always 0. */
	assert_int_equal(sip(PROVIDER FRIEND,
			     "[phones]\nexten => _00.,1,GotoIf($[${GROUP_COUNT()}>2]?cap)\n"
			     " same => n,Dial(SIP/trunk/${EXTEN})\n same => n(cap),Hangup()\n"),
			 STATUS_FAIL);
	/* One way is counted, the other is not. */
	assert_int_equal(
		sip(PROVIDER FRIEND, COUNTED "exten => _9.,1,Dial(SIP/trunk/${EXTEN:1})\n"),
		STATUS_FAIL);
	/* A limit that stands in the database. */
	assert_int_equal(sip(PROVIDER FRIEND,
			     "[phones]\nexten => _00.,1,Set(GROUP(limit)=${AMPUSER})\n"
			     " same => n,GotoIf($[${GROUP_COUNT(1@limit)}>=${DB(AMPUSER/1/n)}]?cap)"
			     "\n same => n,Dial(SIP/trunk/${EXTEN})\n same => n(cap),Hangup()\n"),
			 STATUS_UNKNOWN);
	/* No trunk behind it. */
	assert_int_equal(sip(PROVIDER FRIEND, "[phones]\nexten => _1XXX,1,Dial(SIP/${EXTEN})\n"),
			 STATUS_PASS);
}

static void what_is_not_known_is_said(void **state)
{
	(void)state;
	assert_int_equal(sip(PROVIDER FRIEND, NULL), STATUS_UNKNOWN);
	assert_int_equal(sip(NULL, OUT), STATUS_UNKNOWN);
	assert_int_equal(sip(PROVIDER FRIEND, "[phones]\nswitch => Realtime/phones@extensions\n"),
			 STATUS_UNKNOWN);
	/* No account registers. */
	assert_int_equal(sip(PROVIDER, OUT), STATUS_NOT_APPLICABLE);
	assert_int_equal(pjsip(PHONE, NULL), STATUS_UNKNOWN);
	assert_int_equal(pjsip(TRANSPORT, OUT), STATUS_NOT_APPLICABLE);
	static const char *const ids[] = { "PJSIP-010" };
	pjsip_assert_common(ids, ARRAY_SIZE(ids));
}

static void endpoints_need_the_dialplan(void **state)
{
	(void)state;
	static const char in_default[] = "[default]\nexten => _00.,1,Dial(SIP/trunk/${EXTEN})\n";
	assert_int_equal(pjsip(PHONE, in_default), STATUS_FAIL);
	assert_int_equal(last.verdict.evidence[0].line, 1);
	assert_true(list_mentions(&last.remedy.commands, "GROUP()=ep-${CHANNEL(endpoint)}"));
	assert_true(list_mentions(&last.remedy.commands, "line 2 of"));
	assert_int_equal(pjsip("[a]\ntype=endpoint\nauth=a\ndevice_state_busy_at=2\n"
			       "[a]\ntype=auth\nusername=a\npassword=x7Kq2mPw9\n",
			       in_default),
			 STATUS_FAIL);
	assert_int_equal(last.verdict.evidence[0].line, 4);
	assert_int_equal(pjsip(PHONE, "[default]\ninclude => phones\n" COUNTED), STATUS_PASS);
	/* A trunk without a password is no account to steal. */
	assert_int_equal(pjsip("[a]\ntype=endpoint\n", in_default), STATUS_NOT_APPLICABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_of_the_entry_is_enough),
		cmocka_unit_test(the_dialplan_may_count),
		cmocka_unit_test(what_is_not_known_is_said),
		cmocka_unit_test(endpoints_need_the_dialplan),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (last.arena)
		asterisk_case_end(&last);
	return failed;
}
