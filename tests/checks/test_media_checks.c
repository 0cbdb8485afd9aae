/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/pjsip_case.h"

#include "audit/asterisk/exec_model.h"

#define PEER "[2041]\ntype=friend\nhost=dynamic\n"

static void assert_file(const char *id, const char *version, const char *name, const char *text,
			enum finding_status expected)
{
	struct asterisk_case self;
	asterisk_case_begin(&self, version, name, text, NULL);
	enum finding_status status = asterisk_case_status(&self, id);
	if (status != expected)
		print_message("%s over %s:\n%s\n", id, name, text ? text : "(unreadable)");
	assert_int_equal(status, expected);
	asterisk_case_end(&self);
}

static void strict_rtp_has_a_default_by_version(void **state)
{
	(void)state;
	assert_file("RTP-001", "16.28.0", "rtp.conf", "[general]\n", STATUS_PASS);
	assert_file("RTP-001", "1.8.20.0", "rtp.conf", "[general]\n", STATUS_FAIL);
	assert_file("RTP-001", "", "rtp.conf", "[general]\n", STATUS_UNKNOWN);
	assert_file("RTP-001", "16.28.0", "rtp.conf", "[general]\nstrictrtp=no\n", STATUS_FAIL);
	assert_file("RTP-001", "1.8.20.0", "rtp.conf", "[general]\nstrictrtp=yes\n", STATUS_PASS);
	assert_file("RTP-001", "16.28.0", "rtp.conf", "[general]\nstrictrtp=seqno\n", STATUS_PASS);
	assert_file("RTP-001", "16.28.0", "rtp.conf", NULL, STATUS_UNKNOWN);
}

static void dead_calls_end(void **state)
{
	(void)state;
	assert_sip("RTP-002", "[general]\nrtptimeout=60\n" PEER, STATUS_PASS);
	assert_sip("RTP-002", "[general]\n" PEER, STATUS_FAIL);
	assert_sip("RTP-002", "[general]\nrtptimeout=0\n" PEER, STATUS_FAIL);
	assert_sip("RTP-002", "[general]\n" PEER "rtptimeout=30\n", STATUS_PASS);
	/* An entry's own line counts; one that is no number leaves that of [general]. */
	assert_sip("RTP-002", "[general]\nrtptimeout=60\n" PEER "rtptimeout=0\n", STATUS_FAIL);
	assert_sip("RTP-002", "[general]\nrtptimeout=60\n" PEER "rtptimeout=never\n", STATUS_PASS);
	assert_sip("RTP-002", "[general]\nsession-timers=originate\n" PEER, STATUS_PASS);
	assert_sip("RTP-002", "[general]\nsession-timers=accept\n" PEER, STATUS_FAIL);
	assert_sip("RTP-002", "[general]\n", STATUS_NOT_APPLICABLE);
	assert_sip("RTP-002", NULL, STATUS_UNKNOWN);
	assert_pjsip("RTP-002", TRANSPORT PHONE, STATUS_FAIL);
	assert_pjsip("RTP-002", TRANSPORT "[1](!)\ntype=endpoint\nrtp_timeout=60\n[2](1)\n",
		     STATUS_PASS);
	assert_pjsip("RTP-002", TRANSPORT "[2]\ntype=endpoint\nrtp_timeout=0\n", STATUS_FAIL);
	assert_pjsip("RTP-002", TRANSPORT "[2]\ntype=endpoint\ntimers=always\n", STATUS_PASS);
	assert_pjsip("RTP-002", TRANSPORT, STATUS_NOT_APPLICABLE);
	assert_pjsip("RTP-002", NULL, STATUS_UNKNOWN);
}

#define SIP_TRUNK "[trunk]\ntype=peer\nhost=192.0.2.9\n"
#define PJSIP_TRUNK                                                                                \
	"[trunk]\ntype=endpoint\naors=trunk\n[trunk]\ntype=aor\ncontact=sip:192.0.2.9:5060\n"

static void media_stays_inside(void **state)
{
	(void)state;
	assert_sip("RTP-003", "[general]\n" SIP_TRUNK PEER, STATUS_FAIL);
	assert_sip("RTP-003", "[general]\ndirectmedia=no\n" SIP_TRUNK PEER, STATUS_PASS);
	assert_sip("RTP-003", "[general]\n" PEER SIP_TRUNK "directmedia=no\n", STATUS_PASS);
	assert_sip("RTP-003", "[general]\n" PEER SIP_TRUNK "directmediadeny=0.0.0.0/0\n",
		   STATUS_PASS);
	assert_sip("RTP-003", "[general]\n" SIP_TRUNK PEER "directmedia=nonat\n", STATUS_FAIL);
	assert_sip("RTP-003", "[general]\n" PEER "[trunk]\ntype=peer\nhost=10.0.0.9\n",
		   STATUS_NOT_APPLICABLE);
	assert_sip("RTP-003", "[general]\n" PEER, STATUS_NOT_APPLICABLE);
	assert_sip("RTP-003", NULL, STATUS_UNKNOWN);
	assert_pjsip("RTP-003", TRANSPORT PHONE PJSIP_TRUNK, STATUS_FAIL);
	assert_pjsip("RTP-003",
		     TRANSPORT PHONE "[trunk]\ntype=endpoint\naors=trunk\ndirect_media=no\n"
				     "[trunk]\ntype=aor\ncontact=sip:192.0.2.9:5060\n",
		     STATUS_PASS);
	assert_pjsip("RTP-003",
		     TRANSPORT PHONE "[trunk]\ntype=endpoint\naors=trunk\n"
				     "[trunk]\ntype=aor\ncontact=sip:[fd00::9]:5060\n",
		     STATUS_NOT_APPLICABLE);
	assert_pjsip("RTP-003", TRANSPORT PHONE, STATUS_NOT_APPLICABLE);
	assert_pjsip("RTP-003", NULL, STATUS_UNKNOWN);
	/* A phone of one driver, a trunk of the other. */
	struct asterisk_case self;
	asterisk_case_begin(&self, "16.28.0", "sip.conf", "[general]\n" PEER, "pjsip.conf",
			    TRANSPORT PJSIP_TRUNK, NULL);
	assert_int_equal(asterisk_case_status(&self, "RTP-003"), STATUS_FAIL);
	asterisk_case_end(&self);
}

static void live_dangerously_has_a_default_by_version(void **state)
{
	(void)state;
	const char *file = "asterisk.conf";
	assert_file("DIAL-009", "16.28.0", file, "[options]\n", STATUS_PASS);
	assert_file("DIAL-009", "11.25.1", file, "[options]\n", STATUS_FAIL);
	assert_file("DIAL-009", "", file, "[options]\n", STATUS_UNKNOWN);
	assert_file("DIAL-009", "16.28.0", file, "[options]\nlive_dangerously=yes\n", STATUS_FAIL);
	assert_file("DIAL-009", "11.25.1", file, "[options]\nlive_dangerously=no\n", STATUS_PASS);
	assert_file("DIAL-009", "16.28.0", file, NULL, STATUS_UNKNOWN);
	/* No line uses it. */
	assert_file("DIAL-010", "16.28.0", file, "[options]\nexecincludes=yes\n", STATUS_PASS);
	assert_file("DIAL-010", "16.28.0", file, "[files]\nastctlpermissions=0660\n", STATUS_PASS);
	assert_file("DIAL-010", "16.28.0", file, "[files]\nastctlpermissions=0666\n", STATUS_FAIL);
	assert_file("DIAL-010", "16.28.0", file, "[options]\n", STATUS_PASS);
	assert_file("DIAL-010", "16.28.0", file, NULL, STATUS_UNKNOWN);
}

/* Programs of #exec: root's (owner 0, mode 0640 in the tests' loader), one that is not absolute,
 * and one of another owner. */
static void exec_programs_are_roots(void **state)
{
	(void)state;
	struct asterisk_case self;
	const char *on = "[options]\nexecincludes=yes\n";
	asterisk_case_begin(&self, "16.28.0", "asterisk.conf", on, "sip.conf",
			    "[general]\n#exec \"/etc/asterisk/peers.conf 5\"\n", "peers.conf", "x",
			    NULL);
	assert_int_equal(asterisk_case_status(&self, "DIAL-010"), STATUS_PASS);
	struct exec_model exec = *self.model.asterisk->exec;
	assert_int_equal(exec.count, 1);
	struct exec_line line = exec.lines[0];
	line.file.status.owner = 1001;
	exec.lines = &line;
	struct asterisk_model asterisk = *self.model.asterisk;
	asterisk.exec = &exec;
	self.model.asterisk = &asterisk;
	assert_int_equal(asterisk_case_status(&self, "DIAL-010"), STATUS_FAIL);
	line.file.status = (struct file_status){ .mode = 0777 };
	assert_int_equal(asterisk_case_status(&self, "DIAL-010"), STATUS_FAIL);
	line.file.status = (struct file_status){ .mode = 0755 };
	line.folder = (struct exec_place){ .state = FACT_PRESENT, .path = "/f" };
	assert_int_equal(asterisk_case_status(&self, "DIAL-010"), STATUS_PASS);
	line.folder.status = (struct file_status){ .mode = 0775, .group = 100 };
	assert_int_equal(asterisk_case_status(&self, "DIAL-010"), STATUS_FAIL);
	exec.modes_are_lost = true;
	assert_int_equal(asterisk_case_status(&self, "DIAL-010"), STATUS_UNKNOWN);
	asterisk_case_end(&self);
	asterisk_case_begin(&self, "16.28.0", "asterisk.conf", on, "sip.conf",
			    "[general]\n#exec peers\n", NULL);
	assert_int_equal(asterisk_case_status(&self, "DIAL-010"), STATUS_UNKNOWN);
	asterisk_case_end(&self);
}

static void without_asterisk_nothing_applies(void **state)
{
	(void)state;
	static const char *const ids[] = { "RTP-001", "RTP-002", "RTP-003", "DIAL-009",
					   "DIAL-010" };
	struct asterisk_case self;
	asterisk_case_begin(&self, "", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		assert_int_equal(asterisk_case_status(&self, ids[i]), STATUS_NOT_APPLICABLE);
	asterisk_case_end(&self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strict_rtp_has_a_default_by_version),
		cmocka_unit_test(dead_calls_end),
		cmocka_unit_test(media_stays_inside),
		cmocka_unit_test(live_dangerously_has_a_default_by_version),
		cmocka_unit_test(exec_programs_are_roots),
		cmocka_unit_test(without_asterisk_nothing_applies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
