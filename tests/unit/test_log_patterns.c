/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/logs/log_head.h"
#include "audit/logs/log_patterns.h"

/* One line of a case: what the line is, and whom it names ("" nobody, "?" two readings). */
struct line_case {
	const char *line;
	enum log_kind kind;
	const char *address;
};

#define SSHD "Feb  3 10:00:01 pbx sshd[811]: "
#define SIP "[2026-02-03 10:00:03] NOTICE[900] chan_sip.c: "
#define PJSIP "[2026-02-03 10:00:03] NOTICE[900] res_pjsip/pjsip_distributor.c: "
#define SECURITY "[2026-02-03 10:00:03] SECURITY[900] res_security_log.c: "

static const struct line_case lines[] = {
	{ SSHD "Failed password for root from 203.0.113.7 port 40022 ssh2",
	  LOG_SSH_FAILED_PASSWORD_ROOT, "203.0.113.7" },
	{ SSHD "Failed password for invalid user root from 198.51.100.9 port 22 ssh2 from "
	       "203.0.113.7 port 40024 ssh2",
	  LOG_SSH_FAILED_PASSWORD_INVALID, "203.0.113.7" },
	{ SSHD "Invalid user root from 198.51.100.9 port 1 from 203.0.113.7", LOG_SSH_INVALID_USER,
	  "203.0.113.7" },
	{ SSHD "Accepted publickey for alice from 192.0.2.10 port 51000 ssh2: ED25519 SHA256:AAAA",
	  LOG_SSH_ACCEPTED_PUBLICKEY, "192.0.2.10" },
	{ "2026-02-03T10:00:01.5+00:00 pbx sshd-session[8]: Accepted password for alice from "
	  "2001:db8::5 port 51000 ssh2",
	  LOG_SSH_ACCEPTED_PASSWORD, "2001:db8::5" },
	{ SSHD "drop connection #1 from [203.0.113.7]:40022 on [192.0.2.1]:22 penalty: failed "
	       "authentication",
	  LOG_SSH_PENALTY, "203.0.113.7" },
	{ SIP "Registration from '\"100\" <sip:100@192.0.2.1>' failed for '203.0.113.7:5071' - "
	      "Wrong password",
	  LOG_SIP_REGISTRATION_WRONG_PASSWORD, "203.0.113.7" },
	{ SIP "Registration from '\"x' failed for '198.51.100.9' - Wrong password\" "
	      "<sip:1@192.0.2.1>' failed for '203.0.113.7:5071' - No matching peer found",
	  LOG_SIP_REGISTRATION_NO_PEER, "203.0.113.7" },
	{ "[Feb  3 10:00:03] NOTICE [27229]: : Registration from '<sip:1@192.0.2.1>' failed for "
	  "'203.0.113.7' - Wrong password",
	  LOG_SIP_REGISTRATION_WRONG_PASSWORD, "203.0.113.7" },
	{ PJSIP "Request 'REGISTER' from '<sip:100@192.0.2.1>' failed for '203.0.113.7:5071' "
		"(callid: a1) - Failed to authenticate",
	  LOG_PJSIP_FAILED_AUTHENTICATION, "203.0.113.7" },
	{ PJSIP "Request 'REGISTER' from '<sip:1@192.0.2.1>' failed for '203.0.113.7:5071' "
		"(callid: a' failed for '198.51.100.9:1' (callid: b) - No matching endpoint found",
	  LOG_PJSIP_NO_ENDPOINT, "?" },
	{ SECURITY "SecurityEvent=\"InvalidPassword\",EventTV=\"2026-02-03T10:00:04.000+0000\","
		   "Severity=\"Error\",Service=\"SIP\",EventVersion=\"2\",AccountID=\"100\","
		   "SessionID=\"0x7f\",LocalAddress=\"IPV4/UDP/192.0.2.1/5060\","
		   "RemoteAddress=\"IPV4/UDP/203.0.113.7/5071\",Challenge=\"x\"",
	  LOG_SECURITY_INVALID_PASSWORD, "203.0.113.7" },
	{ SECURITY "SecurityEvent=\"InvalidPassword\",Service=\"SIP\",AccountID=\"1\","
		   "RemoteAddress=\"IPV4/UDP/198.51.100.9/1\",SessionID=\"0x7f\","
		   "RemoteAddress=\"IPV4/UDP/203.0.113.7/5071\"",
	  LOG_SECURITY_INVALID_PASSWORD, "?" },
	{ "[2026-02-03 10:00:03] NOTICE[900][C-00000001] chan_sip.c: Call from '' "
	  "(203.0.113.7:5071) to extension '00441632960000' rejected because extension not found "
	  "in context 'default'.",
	  LOG_SIP_EXTENSION_NOT_FOUND, "203.0.113.7" },
	{ "[2026-02-03 10:00:03] NOTICE[1] res_pjsip_session.c:  100: Call (UDP:203.0.113.7:5071) "
	  "to extension '1' rejected because extension not found in context 'phones'.",
	  LOG_SIP_EXTENSION_NOT_FOUND, "203.0.113.7" },
	{ "[2026-02-03 10:00:03] NOTICE[1] acl.c: SIP Peer ACL: Rejecting '203.0.113.7' due to a "
	  "failure to pass ACL '(BASELINE)'",
	  LOG_SIP_ACL_REJECTED, "203.0.113.7" },
	{ "[2026-02-03 10:00:03] NOTICE[1] manager.c: 203.0.113.7 failed to authenticate as "
	  "'admin'",
	  LOG_AMI_FAILED, "203.0.113.7" },
	{ "[2026-Feb-03 10:00:05] [freepbx_security.NOTICE]: Authentication failure for admin "
	  "from 203.0.113.7",
	  LOG_GUI_FAILED, "203.0.113.7" },
	{ "[Feb 03 10:00:06] NAVIGATION admin: User admin visited \"PBX >> Tools >> Asterisk-Cli\" "
	  "from 203.0.113.7.",
	  LOG_GUI_COMMAND, "203.0.113.7" },
	{ "2026-02-03 10:00:07,001 fail2ban.actions        [77]: NOTICE  [asterisk] Ban "
	  "203.0.113.7",
	  LOG_BAN, "203.0.113.7" },
	{ "2026-02-03 10:00:07,001 fail2ban.actions: WARNING [asterisk-iptables] Ban 203.0.113.7",
	  LOG_BAN, "203.0.113.7" },
	/* Another file's name, and no head at all: no event. */
	{ "[2026-02-03 10:00:03] NOTICE[900] pbx.c: Registration from '<sip:1@192.0.2.1>' failed "
	  "for '203.0.113.7' - Wrong password",
	  LOG_NOTHING, "" },
	{ "Failed password for root from 203.0.113.7 port 40022 ssh2", LOG_NOTHING, "" },
	{ SSHD "Failed password for root from example port 40022 ssh2", LOG_NOTHING, "" },
};

static void lines_are_read_as_the_daemons_wrote_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct log_head_reader reader;
		struct log_head head;
		struct log_match match = { 0 };
		log_head_reader_init(&reader, 1770200000, NULL);
		bool found = log_head_read(&reader, slice_of(lines[i].line), &head) &&
			     log_patterns_match(head.writer, head.message, &match);
		if (found != (lines[i].kind != LOG_NOTHING))
			fail_msg("%s", lines[i].line);
		if (!found)
			continue;
		assert_string_equal(log_kind_name(match.kind), log_kind_name(lines[i].kind));
		if (strcmp(lines[i].address, "?") == 0)
			assert_true(match.is_ambiguous);
		else if (match.is_ambiguous || !slice_is(match.address, lines[i].address))
			fail_msg("%s: %.*s", lines[i].line, SLICE_ARG(match.address));
	}
}

static void stamps_become_utc(void **state)
{
	(void)state;
	struct log_head_reader reader;
	struct log_head head;
	/* 2026-02-04: December of a stamp without a year was last year's. */
	log_head_reader_init(&reader, 1770200000, NULL);
	assert_true(log_head_read(&reader, SLICE("Dec 31 23:59:59 pbx sshd[1]: x"), &head));
	assert_int_equal(head.time, 1767225599);
	assert_true(log_head_read(&reader, SLICE("Feb  3 10:00:01 pbx sshd[1]: x"), &head));
	assert_int_equal(head.time, 1770112801);
	assert_true(
		log_head_read(&reader, SLICE("2026-02-03T11:00:01+01:00 pbx sshd[1]: x"), &head));
	assert_int_equal(head.time, 1770112801);
	assert_int_equal(log_time_utc(1970, 1, 1, 0), 0);
	assert_int_equal(log_time_utc(2000, 3, 1, 0), 951868800);
}

static void every_kind_has_its_own_name(void **state)
{
	(void)state;
	for (size_t i = 1; i < LOG_KIND_COUNT; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(log_kind_name((enum log_kind)i),
						log_kind_name((enum log_kind)k));
	assert_true(log_patterns_count() > 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read_as_the_daemons_wrote_them),
		cmocka_unit_test(stamps_become_utc),
		cmocka_unit_test(every_kind_has_its_own_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
