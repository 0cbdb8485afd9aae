/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/asterisk_case.h"

/* A trunk, a phone, and guests in context public. */
#define GUESTS                                                                                     \
	"[general]\ncontext=public\nallowguest=yes\n"                                              \
	"[trunk]\ntype=peer\nhost=192.0.2.9\ncontext=from-trunk\nsecret=x\n"                       \
	"[2041]\ntype=friend\nhost=dynamic\nsecret=x\ncontext=phones\n"
#define NO_GUESTS                                                                                  \
	"[general]\ncontext=public\nallowguest=no\n"                                               \
	"[trunk]\ntype=peer\nhost=192.0.2.9\ncontext=from-trunk\nsecret=x\n"                       \
	"[2041]\ntype=friend\nhost=dynamic\nsecret=x\ncontext=phones\n"

static struct asterisk_case last;

static enum finding_status judged(const char *id, const char *sip_conf, const char *extensions_conf)
{
	if (last.arena)
		asterisk_case_end(&last);
	asterisk_case_begin(&last, "16.28.0", "sip.conf", sip_conf, "extensions.conf",
			    extensions_conf, NULL);
	return asterisk_case_status(&last, id);
}

static bool evidence_holds(const char *text)
{
	for (size_t i = 0; i < last.verdict.count; i++)
		if (strstr(last.verdict.evidence[i].text, text))
			return true;
	return false;
}

#define OUT "[out]\nexten => _9.,1,NoOp()\n same => n,Dial(SIP/trunk/${EXTEN:1},60)\n"

static void strangers_reach_trunks_by_many_ways(void **state)
{
	(void)state;
	/* Directly, through an include. */
	assert_int_equal(judged("DIAL-001", GUESTS, "[public]\ninclude => out\n" OUT), STATUS_FAIL);
	assert_true(evidence_holds("dialling 9"));
	assert_true(evidence_holds("SIP/trunk/"));
	/* The include is gone. */
	assert_int_equal(judged("DIAL-001", GUESTS, "[public]\nexten => _X.,1,Hangup()\n" OUT),
			 STATUS_PASS);
	/* By Goto with a label. */
	assert_int_equal(
		judged("DIAL-001", GUESTS, "[public]\nexten => _X.,1,Goto(out,9${EXTEN},1)\n" OUT),
		STATUS_FAIL);
	/* By a macro and its arguments, with nested variables. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[globals]\nOUT_1=SIP/trunk\n"
				"[public]\nexten => _0.,1,Macro(dialout,1,${EXTEN})\n"
				"[macro-dialout]\nexten => s,1,Set(NUMBER=${ARG2})\n"
				" same => n,Dial(${OUT_${ARG1}}/${NUMBER},300)\n"),
			 STATUS_FAIL);
	/* By a subroutine that returns, and a Local channel. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _0.,1,Gosub(sub,s,1(${EXTEN}))\n"
				" same => n,Dial(Local/9${NUMBER}@out)\n"
				"[sub]\nexten => s,1,Set(NUMBER=${ARG1})\n"
				" same => n,Return()\n" OUT),
			 STATUS_FAIL);
	/* Through a menu in which the caller may dial on. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => s,1,Answer()\n same => n,Background(menu)\n"
				" same => n,WaitExten(5)\nexten => 0,1,Goto(desk,s,1)\n"
				"[desk]\nexten => s,1,WaitExten(3)\ninclude => out\n" OUT),
			 STATUS_FAIL);
	/* A DISA without a password. */
	assert_int_equal(
		judged("DIAL-001", GUESTS, "[public]\nexten => 70,1,DISA(no-password,out)\n" OUT),
		STATUS_FAIL);
}

static void what_ends_a_path_ends_it(void **state)
{
	(void)state;
	/* A password on the way. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _9.,1,Authenticate(/etc/asterisk/pins.conf)\n"
				" same => n,Dial(SIP/trunk/${EXTEN:1})\n"),
			 STATUS_PASS);
	/* A condition that is known. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[globals]\nOPEN=no\n"
				"[public]\nexten => _9.,1,GotoIf($[\"${OPEN}\" = \"yes\"]?go)\n"
				" same => n,Hangup()\n"
				" same => n(go),Dial(SIP/trunk/${EXTEN:1})\n"),
			 STATUS_PASS);
	/* One that is not known opens both ways. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _9.,1,GotoIf($[\"${DB(x/y)}\" = \"yes\"]?go)\n"
				" same => n,Hangup()\n"
				" same => n(go),Dial(SIP/trunk/${EXTEN:1})\n"),
			 STATUS_FAIL);
	/* A number of the owner's choice costs nothing of the caller's. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _X.,1,Dial(SIP/trunk/01632960001)\n"),
			 STATUS_PASS);
	/* A phone is no trunk. */
	assert_int_equal(
		judged("DIAL-001", GUESTS, "[public]\nexten => _2XXX,1,Dial(SIP/${EXTEN})\n"),
		STATUS_PASS);
	/* A more specific pattern takes the number before. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _9!,1,Dial(SIP/trunk/${EXTEN:1})\n"
				"exten => _9X!,1,Hangup()\nexten => 9,1,Hangup()\n"),
			 STATUS_PASS);
	/* Nobody comes in. */
	assert_int_equal(judged("DIAL-001",
				"[general]\nallowguest=no\n[2041]\ntype=friend\nhost=dynamic\n"
				"secret=x\ncontext=phones\n",
				"[phones]\ninclude => out\n" OUT),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(judged("DIAL-001", GUESTS, NULL), STATUS_UNKNOWN);
	assert_int_equal(
		judged("DIAL-001", GUESTS, "[public]\nswitch => Realtime/public@extensions\n"),
		STATUS_UNKNOWN);
}

static void entries_without_secret_are_strangers(void **state)
{
	(void)state;
	assert_int_equal(judged("DIAL-001",
				"[general]\nallowguest=no\n"
				"[trunk]\ntype=peer\nhost=192.0.2.9\ncontext=from-trunk\n"
				"[2041]\ntype=friend\nhost=dynamic\ninsecure=invite\nsecret=x\n"
				"context=phones\n",
				"[phones]\ninclude => out\n" OUT),
			 STATUS_FAIL);
	/* Calls from the trunk go out again. */
	assert_int_equal(judged("DIAL-001", NO_GUESTS, "[from-trunk]\ninclude => out\n" OUT),
			 STATUS_FAIL);
	assert_int_equal(
		judged("DIAL-001", NO_GUESTS, "[from-trunk]\nexten => _X.,1,Dial(SIP/2041)\n" OUT),
		STATUS_PASS);
}

static void raw_strings_are_seen(void **state)
{
	(void)state;
	assert_int_equal(judged("DIAL-002", NO_GUESTS, "[phones]\ninclude => out\n" OUT),
			 STATUS_FAIL);
	assert_int_equal(judged("DIAL-002", NO_GUESTS,
				"[phones]\n"
				"exten => _9.,1,Dial(SIP/trunk/${FILTER(0-9,${EXTEN:1})})\n"),
			 STATUS_PASS);
	assert_int_equal(judged("DIAL-002", NO_GUESTS,
				"[phones]\nexten => _9XXXX,1,Dial(SIP/trunk/${EXTEN:1})\n"),
			 STATUS_PASS);
	assert_int_equal(judged("DIAL-002", "[general]\nallowguest=no\n", "[phones]\n"),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(judged("DIAL-002", NO_GUESTS, NULL), STATUS_UNKNOWN);
}

static void catch_alls_are_seen(void **state)
{
	(void)state;
	assert_int_equal(
		judged("DIAL-003", NO_GUESTS, "[phones]\nexten => _.,1,Dial(SIP/trunk/${EXTEN})\n"),
		STATUS_FAIL);
	assert_int_equal(judged("DIAL-003", NO_GUESTS,
				"[phones]\nexten => _X.,1,Dial(SIP/trunk/${EXTEN})\n"),
			 STATUS_PASS);
	assert_int_equal(
		judged("DIAL-003", GUESTS, "[public]\nexten => _X.,1,Dial(SIP/trunk/${EXTEN})\n"),
		STATUS_FAIL);
	assert_int_equal(judged("DIAL-003", GUESTS, "[public]\nexten => _.,1,Hangup()\n"),
			 STATUS_PASS);
	assert_int_equal(judged("DIAL-003", "[general]\nallowguest=no\n", "[phones]\n"),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(judged("DIAL-003", NO_GUESTS, NULL), STATUS_UNKNOWN);
}

static void costly_numbers_need_a_pin(void **state)
{
	(void)state;
	assert_int_equal(judged("DIAL-004", NO_GUESTS,
				"[phones]\nexten => _00X.,1,Dial(SIP/trunk/${EXTEN})\n"),
			 STATUS_FAIL);
	assert_true(evidence_holds("dialling 00441632960000"));
	assert_int_equal(judged("DIAL-004", NO_GUESTS,
				"[phones]\nexten => _00X.,1,Authenticate(/etc/asterisk/pins)\n"
				" same => n,Dial(SIP/trunk/${EXTEN})\n"),
			 STATUS_PASS);
	assert_int_equal(judged("DIAL-004", NO_GUESTS,
				"[phones]\nexten => _01632XXXXXX,1,Dial(SIP/trunk/${EXTEN})\n"),
			 STATUS_PASS);
	assert_int_equal(judged("DIAL-004", "[general]\nallowguest=no\n", "[phones]\n"),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(judged("DIAL-004", NO_GUESTS, NULL), STATUS_UNKNOWN);
}

static void disa_needs_a_long_code(void **state)
{
	(void)state;
	const char *tail = "[local]\nexten => _2XXX,1,Dial(SIP/${EXTEN})\n"
			   "[world]\nexten => _00X.,1,Dial(SIP/trunk/${EXTEN})\n";
	static const struct {
		const char *line;
		enum finding_status status;
	} cases[] = {
		{ "DISA(no-password,local)", STATUS_FAIL },
		{ "DISA(4711,local)", STATUS_FAIL },
		{ "DISA(/etc/asterisk/disa.pin,local)", STATUS_PASS },
		{ "DISA(/etc/asterisk/disa.pin,world)", STATUS_FAIL },
		{ "DISA(830174956,local)", STATUS_PASS },
		{ "Hangup()", STATUS_NOT_APPLICABLE },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "[from-trunk]\nexten => 70,1,%s\n%s", cases[i].line, tail);
		assert_int_equal(judged("DIAL-005", NO_GUESTS, buffer_string(&text)),
				 cases[i].status);
		asterisk_case_end(&last);
		last.arena = NULL;
	}
	assert_int_equal(judged("DIAL-005", NO_GUESTS, NULL), STATUS_UNKNOWN);
}

static void commands_take_no_caller_data(void **state)
{
	(void)state;
	assert_int_equal(
		judged("DIAL-008", GUESTS,
		       "[public]\nexten => _X.,1,System(/usr/bin/notify ${CALLERID(name)})\n"),
		STATUS_FAIL);
	assert_int_equal(judged("DIAL-008", GUESTS,
				"[public]\nexten => _X.,1,Set(X=${SHELL(echo ${EXTEN})})\n"),
			 STATUS_FAIL);
	assert_int_equal(judged("DIAL-008", GUESTS,
				"[public]\nexten => _X.,1,System(/usr/bin/notify "
				"${FILTER(0-9,${EXTEN})})\n"),
			 STATUS_PASS);
	assert_int_equal(judged("DIAL-008", GUESTS,
				"[public]\nexten => _XXX,1,System(/usr/bin/notify ${EXTEN})\n"),
			 STATUS_PASS);
	assert_int_equal(judged("DIAL-008", "[general]\nallowguest=no\n", "[phones]\n"),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(judged("DIAL-008", NO_GUESTS, NULL), STATUS_UNKNOWN);
}

static void listening_in_needs_a_password(void **state)
{
	(void)state;
	assert_int_equal(
		judged("DIAL-011", NO_GUESTS, "[phones]\nexten => *222,1,ChanSpy(SIP/2041)\n"),
		STATUS_FAIL);
	assert_int_equal(judged("DIAL-011", NO_GUESTS,
				"[phones]\nexten => *222,1,Authenticate(/etc/asterisk/pins)\n"
				" same => n,ChanSpy(SIP/2041)\n"),
			 STATUS_PASS);
	assert_int_equal(judged("DIAL-011", "[general]\nallowguest=no\n", "[phones]\n"),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(judged("DIAL-011", NO_GUESTS, NULL), STATUS_UNKNOWN);
}

static void caller_ids_prove_nothing(void **state)
{
	(void)state;
	assert_int_equal(judged("DIAL-012", NO_GUESTS,
				"[from-trunk]\nexten => 70,1,GotoIf($[\"${CALLERID(num)}\" = "
				"\"01632960001\"]?in)\n same => n,Hangup()\n"
				" same => n(in),DISA(no-password,phones)\n"),
			 STATUS_FAIL);
	assert_int_equal(judged("DIAL-012", NO_GUESTS,
				"[from-trunk]\nexten => 70,1,VoiceMailMain(2041,s)\n"),
			 STATUS_PASS);
	assert_int_equal(judged("DIAL-012", NO_GUESTS,
				"[from-trunk]\nexten => 70/01632960001,1,VoiceMailMain(2041,s)\n"),
			 STATUS_FAIL);
	assert_int_equal(judged("DIAL-012", "[general]\nallowguest=no\n", "[phones]\n"),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(judged("DIAL-012", NO_GUESTS, NULL), STATUS_UNKNOWN);
}

static void outside_callers_transfer_nowhere(void **state)
{
	(void)state;
	static const struct {
		const char *options;
		const char *more;
		enum finding_status status;
	} cases[] = {
		{ "T", "include => out\n", STATUS_FAIL },
		{ "tr", "include => out\n", STATUS_PASS },
		{ "M(T)", "include => out\n", STATUS_PASS },
		{ "T", "", STATUS_PASS },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		BUFFER_AUTO text = { 0 };
		buffer_append_string(&text, "[from-trunk]\nexten => _X.,1,Dial(SIP/2041,20,");
		buffer_format(&text, "%s)\n%s" OUT, cases[i].options, cases[i].more);
		assert_int_equal(judged("DIAL-007", NO_GUESTS, buffer_string(&text)),
				 cases[i].status);
		asterisk_case_end(&last);
		last.arena = NULL;
	}
	assert_int_equal(judged("DIAL-007", NO_GUESTS,
				"[from-trunk]\ninclude => out\nexten => 1,1,"
				"Set(__TRANSFER_CONTEXT=none)\n same => n,Queue(desk,T)\n" OUT),
			 STATUS_PASS);
	assert_int_equal(judged("DIAL-007", NO_GUESTS,
				"[from-trunk]\nexten => 1,1,Set(__TRANSFER_CONTEXT=out)\n"
				" same => n,Queue(desk,T)\n" OUT),
			 STATUS_FAIL);
	assert_int_equal(judged("DIAL-007", "[general]\nallowguest=no\n", "[phones]\n"),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(judged("DIAL-007", NO_GUESTS, NULL), STATUS_UNKNOWN);
}

static enum finding_status judged_pjsip(const char *id, const char *pjsip_conf,
					const char *extensions_conf)
{
	if (last.arena)
		asterisk_case_end(&last);
	asterisk_case_begin(&last, "16.28.0", "pjsip.conf", pjsip_conf, "extensions.conf",
			    extensions_conf, NULL);
	return asterisk_case_status(&last, id);
}

#define PJSIP_OUT                                                                                  \
	"[trunk]\ntype=endpoint\naors=trunk\nidentify_by=ip\n[trunk]\ntype=aor\n"                  \
	"contact=sip:192.0.2.9\n"
#define PJSIP_DIAL "[in]\nexten => _00X.,1,Dial(PJSIP/${EXTEN}@trunk)\n"

static void strangers_of_pjsip_are_told_from_trunks(void **state)
{
	(void)state;
	/* By its name, from anywhere. */
	assert_int_equal(
		judged_pjsip("DIAL-001", PJSIP_OUT "[x]\ntype=endpoint\ncontext=in\n", PJSIP_DIAL),
		STATUS_FAIL);
	/* By an address alone, of which there is none: nobody. */
	assert_int_equal(judged_pjsip("DIAL-001",
				      PJSIP_OUT "[x]\ntype=endpoint\ncontext=in\n"
						"identify_by=ip\n",
				      PJSIP_DIAL),
			 STATUS_NOT_APPLICABLE);
	/* From everywhere. */
	assert_int_equal(judged_pjsip("DIAL-001",
				      PJSIP_OUT "[x]\ntype=endpoint\ncontext=in\n"
						"identify_by=ip\n[x]\ntype=identify\n"
						"endpoint=x\nmatch=0.0.0.0/1\n",
				      PJSIP_DIAL),
			 STATUS_FAIL);
	assert_true(last.verdict.fail_count == 1);
}

static void parts_that_cannot_be_told_hide_no_trunk(void **state)
{
	(void)state;
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _9.,1,"
				"Dial(SIP/trunk/${FILTER(0-9\\x2b,${EXTEN})})\n"),
			 STATUS_FAIL);
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _9.,1,Dial(SIP/${DB(x/${EXTEN})}@trunk)\n"),
			 STATUS_FAIL);
	/* Which party it is, is not known. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _9.,1,Dial(SIP/${DB(x/${EXTEN})}/1)\n"),
			 STATUS_UNKNOWN);
	/* Arithmetic beyond one sum is not followed: both ways are open. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _9.,1,GotoIf($[1 * 1 = 1]?go)\n"
				" same => n,Hangup()\n same => n(go),Dial(SIP/trunk/${EXTEN:1})\n"),
			 STATUS_FAIL);
	/* Empty parts of Goto stay, and a sign counts from here. */
	assert_int_equal(judged("DIAL-001", GUESTS, "[public]\nexten => _9.,1,Goto(out,,1)\n" OUT),
			 STATUS_FAIL);
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _9.,1,Goto(+2)\n same => n,Hangup()\n"
				" same => n,Dial(SIP/trunk/${EXTEN:1})\n"),
			 STATUS_FAIL);
	/* Nor where it goes. */
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _9.,1,Goto(${DB(x/y)},${EXTEN},1)\n" OUT),
			 STATUS_UNKNOWN);
	assert_int_equal(judged("DIAL-001", GUESTS,
				"[public]\nexten => _9.,1,Macro(${DB(x/y)},${EXTEN})\n" OUT),
			 STATUS_UNKNOWN);
}

/* More menus, each after the other, than a walk looks at. */
static void menus_without_end(struct buffer *text)
{
	for (int i = 0; i < 80; i++)
		buffer_format(text,
			      "[menu%d]\nexten => _[+0-9s]!,1,WaitExten(1)\n same => "
			      "n,Goto(menu%d,s,1)\n",
			      i, i + 1);
}

static enum finding_status voicemail(const char *voicemail_conf, const char *extensions_conf)
{
	if (last.arena)
		asterisk_case_end(&last);
	if (!voicemail_conf)
		asterisk_case_begin(&last, "16.28.0", "sip.conf", NO_GUESTS, "extensions.conf",
				    extensions_conf, NULL);
	else
		asterisk_case_begin(&last, "16.28.0", "sip.conf", NO_GUESTS, "voicemail.conf",
				    voicemail_conf, "extensions.conf", extensions_conf, NULL);
	return asterisk_case_status(&last, "DIAL-006");
}

static void a_walk_that_was_cut_passes_nothing(void **state)
{
	(void)state;
	BUFFER_AUTO menus = { 0 };
	menus_without_end(&menus);
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "[from-trunk]\nexten => 70,1,DISA(/etc/asterisk/disa.pin,menu0)\n%s",
		      buffer_string(&menus));
	assert_int_equal(judged("DIAL-005", NO_GUESTS, buffer_string(&text)), STATUS_UNKNOWN);
	assert_true(evidence_holds("too large"));
	buffer_clear(&text);
	buffer_format(&text,
		      "[from-trunk]\nexten => 70,1,Set(TRANSFER_CONTEXT=menu0)\n"
		      " same => n,Dial(SIP/2041,60,T)\n%s",
		      buffer_string(&menus));
	assert_int_equal(judged("DIAL-007", NO_GUESTS, buffer_string(&text)), STATUS_UNKNOWN);
	assert_int_equal(voicemail("[general]\ndialout=menu0\n[default]\n", buffer_string(&menus)),
			 STATUS_UNKNOWN);
	assert_int_equal(judged("SIP-013", NO_GUESTS, "[phones]\ninclude => menu0\n"), STATUS_PASS);
	buffer_clear(&text);
	buffer_format(&text, "[phones]\nexten => 1,1,Goto(menu0,s,1)\n%s", buffer_string(&menus));
	assert_int_equal(judged("SIP-013", NO_GUESTS, buffer_string(&text)), STATUS_UNKNOWN);
}

static void voicemail_places_no_calls(void **state)
{
	(void)state;
	assert_int_equal(voicemail("[general]\ndialout=out\n[default]\n", OUT), STATUS_FAIL);
	assert_int_equal(voicemail("[general]\n[default]\n2041 => 830174,A,,,dialout=out\n", OUT),
			 STATUS_FAIL);
	assert_int_equal(voicemail("[general]\ndialout=phones\n[default]\n",
				   "[phones]\nexten => _2XXX,1,Dial(SIP/${EXTEN})\n" OUT),
			 STATUS_PASS);
	assert_int_equal(voicemail("[general]\n[default]\n", OUT), STATUS_PASS);
	assert_int_equal(voicemail(NULL, OUT), STATUS_NOT_APPLICABLE);
	assert_int_equal(voicemail("[general]\n", NULL), STATUS_UNKNOWN);
	asterisk_case_end(&last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_reach_trunks_by_many_ways),
		cmocka_unit_test(what_ends_a_path_ends_it),
		cmocka_unit_test(entries_without_secret_are_strangers),
		cmocka_unit_test(raw_strings_are_seen),
		cmocka_unit_test(catch_alls_are_seen),
		cmocka_unit_test(costly_numbers_need_a_pin),
		cmocka_unit_test(disa_needs_a_long_code),
		cmocka_unit_test(commands_take_no_caller_data),
		cmocka_unit_test(listening_in_needs_a_password),
		cmocka_unit_test(caller_ids_prove_nothing),
		cmocka_unit_test(outside_callers_transfer_nowhere),
		cmocka_unit_test(strangers_of_pjsip_are_told_from_trunks),
		cmocka_unit_test(parts_that_cannot_be_told_hide_no_trunk),
		cmocka_unit_test(a_walk_that_was_cut_passes_nothing),
		cmocka_unit_test(voicemail_places_no_calls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
