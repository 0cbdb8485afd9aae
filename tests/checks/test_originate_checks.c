/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/asterisk_case.h"

#include "tests/checks/literal_host.h"

#define MANAGER "[general]\nenabled=yes\n[crm]\nwrite=call,originate\n"
#define STRONG "secret=vW8kqZt3Lm9xRb5f\n"
#define LOCAL "deny=0.0.0.0/0.0.0.0\ndeny=::/0\npermit=127.0.0.1/255.255.255.255\n"
#define OFFICE "deny=0.0.0.0/0.0.0.0\ndeny=::/0\npermit=10.0.0.0/8\n"
#define HTTP "[general]\nenabled=yes\nbindaddr=0.0.0.0\n"
#define TRUNK "[general]\nallowguest=no\n[out]\ntype=peer\nhost=192.0.2.9\ncontext=in\nsecret=x\n"
#define PHONE "[2041]\ntype=friend\nhost=dynamic\nsecret=x\ncontext=phones\n"
#define DIALPLAN "[phones]\nexten => _00.,1,Dial(SIP/out/${EXTEN})\n"

/* Who reaches 5038 and 8088. */
enum host_state {
	CLOSED,
	OPEN,
	UNREAD,
};

static struct asterisk_case last;

static enum finding_status judged(enum host_state state, const char *manager, const char *ari,
				  const char *sip)
{
	struct literal_host host;
	if (last.arena)
		asterisk_case_end(&last);
	asterisk_case_begin(&last, "16.28.0", "manager.conf", manager, "http.conf",
			    ari ? HTTP : "[general]\n", "ari.conf", ari ? ari : "[general]\n",
			    "sip.conf", sip, "extensions.conf", DIALPLAN, NULL);
	literal_host_init(&host);
	if (state == OPEN) {
		literal_service(&host, IPPROTO_TCP, 5038, "asterisk", "0.0.0.0/0", REACH_ACCEPT);
		literal_service(&host, IPPROTO_TCP, 8088, "asterisk", "0.0.0.0/0", REACH_ACCEPT);
	}
	if (state == UNREAD)
		host.sockets.state = FACT_UNREADABLE;
	last.model.sockets = &host.sockets;
	last.model.reach = &host.reach;
	last.model.host = &host.host;
	enum finding_status status = asterisk_case_status(&last, "DIAL-013");
	literal_host_done(&host);
	return status;
}

static bool evidence_holds(const char *text)
{
	for (size_t i = 0; i < last.verdict.count; i++)
		if (strstr(last.verdict.evidence[i].text, text))
			return true;
	return false;
}

static void manager_users_who_may_call_are_kept_in(void **state)
{
	(void)state;
	const char *sip = TRUNK PHONE;
	assert_int_equal(judged(OPEN, MANAGER STRONG, NULL, sip), STATUS_FAIL);
	assert_true(evidence_holds("Channel: Local/00441632960000@phones"));
	assert_true(evidence_holds("SIP/out"));
	assert_true(list_mentions(&last.remedy.commands, "permit=127.0.0.1"));
	assert_int_equal(judged(OPEN, MANAGER STRONG LOCAL, NULL, sip), STATUS_PASS);
	assert_int_equal(judged(OPEN, MANAGER STRONG OFFICE, NULL, sip), STATUS_PASS);
	/* A published secret is none for the office's network either; here for nobody else. */
	assert_int_equal(judged(OPEN, MANAGER "secret=amp111\n" OFFICE, NULL, sip), STATUS_FAIL);
	assert_false(evidence_holds("amp111"));
	assert_int_equal(judged(OPEN, MANAGER "secret=crm\n" OFFICE, NULL, sip), STATUS_FAIL);
	assert_int_equal(judged(OPEN, MANAGER "secret=crm\n" LOCAL, NULL, sip), STATUS_PASS);
	assert_int_equal(judged(CLOSED,
				"[general]\nenabled=yes\nbindaddr=127.0.0.1\n"
				"[crm]\nwrite=all\nsecret=crm\n",
				NULL, sip),
			 STATUS_PASS);
	/* Without a right to call, or with one that comes to it. */
	assert_int_equal(
		judged(OPEN, "[general]\nenabled=yes\n[crm]\nwrite=call\n" STRONG, NULL, sip),
		STATUS_PASS);
	assert_int_equal(
		judged(OPEN, "[general]\nenabled=yes\n[crm]\nwrite=command\n" STRONG, NULL, sip),
		STATUS_FAIL);
	assert_true(evidence_holds("channel originate"));
}

static void the_witness_is_what_there_is(void **state)
{
	(void)state;
	/* No context of callers leads out: a program names the trunk itself. */
	assert_int_equal(judged(OPEN, MANAGER STRONG, NULL, TRUNK), STATUS_FAIL);
	assert_true(evidence_holds("Channel: SIP/out/00441632960000"));
	assert_int_equal(last.verdict.severity, 0);
	/* No trunk: less is to be had. */
	assert_int_equal(judged(OPEN, MANAGER STRONG, NULL, "[general]\nallowguest=no\n"),
			 STATUS_FAIL);
	assert_true(evidence_holds("no trunk is known"));
	assert_int_equal(last.verdict.severity, 40);
}

static void ari_users_who_may_write_are_kept_in(void **state)
{
	(void)state;
	const char *sip = TRUNK PHONE;
	const char *off = "[general]\nenabled=no\n";
	const char *strong = "[general]\n[app]\ntype=user\npassword=vW8kqZt3Lm9xRb5f\n";
	assert_int_equal(judged(OPEN, off, strong, sip), STATUS_FAIL);
	assert_true(evidence_holds("POST /ari/channels"));
	assert_true(list_mentions(&last.remedy.commands, "bindaddr=127.0.0.1"));
	assert_int_equal(judged(CLOSED, off, strong, sip), STATUS_PASS);
	assert_int_equal(judged(OPEN, off,
				"[general]\n[app]\ntype=user\nread_only=yes\n"
				"password=vW8kqZt3Lm9xRb5f\n",
				sip),
			 STATUS_PASS);
}

static void what_is_not_known_is_said(void **state)
{
	(void)state;
	const char *sip = TRUNK PHONE;
	assert_int_equal(judged(UNREAD, MANAGER STRONG, NULL, sip), STATUS_UNKNOWN);
	assert_int_equal(judged(OPEN, NULL, NULL, sip), STATUS_UNKNOWN);
	assert_int_equal(judged(CLOSED, "[general]\nenabled=no\n", NULL, sip),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(judged(OPEN, "[general]\nenabled=yes\n", NULL, sip),
			 STATUS_NOT_APPLICABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manager_users_who_may_call_are_kept_in),
		cmocka_unit_test(the_witness_is_what_there_is),
		cmocka_unit_test(ari_users_who_may_write_are_kept_in),
		cmocka_unit_test(what_is_not_known_is_said),
	};
	int failures = cmocka_run_group_tests(tests, NULL, NULL);
	if (last.arena)
		asterisk_case_end(&last);
	return failures;
}
