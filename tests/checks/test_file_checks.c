/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/kernel/file_model.h"
#include "audit/kernel/web_model.h"
#include "tests/checks/system_host.h"

static struct literal_file *add(struct system_host *host, const char *path, const char *text,
				uint32_t mode, uint32_t owner, uint32_t group)
{
	struct literal_file *file = literal_loader_add(&host->literal, path, text);
	file->status.mode = mode;
	file->status.owner = owner;
	file->status.group = group;
	return file;
}

static void add_folder(struct system_host *host, const char *path, uint32_t mode)
{
	add(host, path, "", mode, 0, 0)->status.kind = FILE_DIRECTORY;
}

static void begin(struct system_host *host)
{
	static const char *const folders[] = {
		"/etc",       "/etc/asterisk",      "/usr", "/usr/sbin", "/var",
		"/var/spool", "/var/spool/asterisk"
	};
	system_host_init(host);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		add_folder(host, folders[i], 0755);
	literal_loader_add(&host->literal, "/etc/passwd",
			   "root:x:0:0::/root:/bin/sh\nasterisk:x:995:995::/:/bin/false\n");
	literal_loader_add(&host->literal, "processes",
			   "1 995 5 995 asterisk         /usr/sbin/asterisk -f\n");
}

static enum finding_status judge(struct system_host *host, const char *id)
{
	const struct file_places places = { .configuration = NULL };
	system_host_load(host);
	host->model.files = file_model_load(&host->literal.loader, &places);
	assert_non_null(host->model.files);
	return system_host_judge(host, id);
}

static void lost_modes(const char *id)
{
	struct system_host host;
	begin(&host);
	host.literal.loader.modes_are_lost = true;
	add(&host, "/etc/asterisk/sip.conf", "[1]\nsecret=x\n", 0644, 0, 0);
	assert_int_equal(judge(&host, id), STATUS_UNKNOWN);
	system_host_done(&host);
}

static void file_001(void **state)
{
	(void)state;
	struct system_host host;
	begin(&host);
	add(&host, "/etc/asterisk/sip.conf", "[1]\nsecret=x\n", 0640, 0, 995);
	/* No secret: a comment, an empty value, a length. */
	add(&host, "/etc/asterisk/rtp.conf", ";secret=x\nsecret=\nminpassword=4\n", 0644, 0, 0);
	assert_int_equal(judge(&host, "FILE-001"), STATUS_PASS);
	add(&host, "/etc/asterisk/voicemail.conf", "[default]\n1001 => 4711,A\n", 0644, 0, 0);
	assert_int_equal(judge(&host, "FILE-001"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 1);
	assert_int_equal(host.verdict.evidence[0].line, 2);
	assert_null(strstr(host.verdict.evidence[0].text, "4711"));
	assert_true(
		system_host_says(&host.remedy.commands, "chmod 0640 /etc/asterisk/voicemail.conf"));
	assert_true(system_host_says(&host.remedy.undo, "chmod 0644"));
	system_host_done(&host);
	/* A folder above that lets nobody through closes the file. */
	begin(&host);
	literal_find(&host.literal, "/etc/asterisk")->status.mode = 0750;
	add(&host, "/etc/asterisk/sip.conf", "[1]\nsecret=x\n", 0644, 0, 0);
	assert_int_equal(judge(&host, "FILE-001"), STATUS_PASS);
	system_host_done(&host);
	begin(&host);
	assert_int_equal(judge(&host, "FILE-001"), STATUS_NOT_APPLICABLE);
	add(&host, "/etc/asterisk/sip.conf", "", 0600, 0, 0)->is_unreadable = true;
	assert_int_equal(judge(&host, "FILE-001"), STATUS_UNKNOWN);
	system_host_done(&host);
	lost_modes("FILE-001");
}

static void file_003(void **state)
{
	(void)state;
	struct system_host host;
	begin(&host);
	add(&host, "/usr/sbin/asterisk", "", 0755, 0, 0);
	assert_int_equal(judge(&host, "FILE-003"), STATUS_PASS);
	add(&host, "/etc/asterisk/startup.d/a.sh", "", 0755, 995, 995);
	assert_int_equal(judge(&host, "FILE-003"), STATUS_FAIL);
	assert_true(system_host_says(&host.remedy.commands, "chown root:root"));
	assert_true(system_host_says(&host.remedy.undo, "chown 995:995"));
	system_host_done(&host);
	begin(&host);
	add(&host, "/etc/asterisk/extra.conf", "#exec \"/opt/tell.sh\"\n", 0640, 0, 0);
	add(&host, "/opt/tell.sh", "", 0775, 0, 33);
	assert_int_equal(judge(&host, "FILE-003"), STATUS_FAIL);
	assert_string_equal(host.verdict.evidence[0].subject, "/opt/tell.sh");
	system_host_done(&host);
	begin(&host);
	add(&host, "/var/lib/asterisk/agi-bin/x.agi", "", 0775, 995, 995);
	assert_int_equal(judge(&host, "FILE-003"), STATUS_PASS);
	add(&host, "/usr/lib/asterisk/modules/a.so", "", 0777, 0, 0);
	assert_int_equal(judge(&host, "FILE-003"), STATUS_FAIL);
	system_host_done(&host);
	begin(&host);
	assert_int_equal(judge(&host, "FILE-003"), STATUS_NOT_APPLICABLE);
	system_host_done(&host);
	lost_modes("FILE-003");
}

static void file_005(void **state)
{
	(void)state;
	struct system_host host;
	begin(&host);
	add_folder(&host, "/var/spool/asterisk/monitor", 0755);
	add(&host, "/var/spool/asterisk/monitor/a.wav", "", 0640, 995, 995);
	assert_int_equal(judge(&host, "FILE-005"), STATUS_PASS);
	add_folder(&host, "/var/spool/asterisk/monitor/2026", 0755);
	add(&host, "/var/spool/asterisk/monitor/2026/b.wav", "", 0644, 995, 995);
	assert_int_equal(judge(&host, "FILE-005"), STATUS_FAIL);
	assert_true(
		system_host_says(&host.remedy.commands, "chmod 0750 /var/spool/asterisk/monitor"));
	const struct web_listener listener = { .root = SLICE("/var/spool/") };
	const struct web_model web = { .listeners = &listener, .listener_count = 1 };
	literal_find(&host.literal, "/var/spool/asterisk/monitor")->status.mode = 0700;
	assert_int_equal(judge(&host, "FILE-005"), STATUS_PASS);
	host.model.web = &web;
	assert_int_equal(judge(&host, "FILE-005"), STATUS_FAIL);
	system_host_done(&host);
	begin(&host);
	assert_int_equal(judge(&host, "FILE-005"), STATUS_NOT_APPLICABLE);
	system_host_done(&host);
	lost_modes("FILE-005");
}

#define PEM "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"

static void file_006(void **state)
{
	(void)state;
	struct system_host host;
	begin(&host);
	add_folder(&host, "/etc/asterisk/keys", 0755);
	add(&host, "/etc/asterisk/keys/a.pem", PEM, 0640, 0, 995);
	add(&host, "/etc/asterisk/keys/ca.crt", "-----BEGIN CERTIFICATE-----\n", 0644, 0, 0);
	assert_int_equal(judge(&host, "FILE-006"), STATUS_PASS);
	add(&host, "/etc/asterisk/keys/b.pem", PEM, 0644, 0, 0);
	assert_int_equal(judge(&host, "FILE-006"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 1);
	system_host_done(&host);
	begin(&host);
	assert_int_equal(judge(&host, "FILE-006"), STATUS_NOT_APPLICABLE);
	system_host_done(&host);
	lost_modes("FILE-006");
}

static void file_007(void **state)
{
	(void)state;
	struct system_host host;
	begin(&host);
	add(&host, "/etc/asterisk/sip.conf.bak", "secret=x\n", 0600, 0, 0);
	assert_int_equal(judge(&host, "FILE-007"), STATUS_PASS);
	add(&host, "/etc/asterisk/sip.conf~", "secret=x\n", 0644, 0, 0);
	assert_int_equal(judge(&host, "FILE-007"), STATUS_FAIL);
	system_host_done(&host);
	begin(&host);
	assert_int_equal(judge(&host, "FILE-007"), STATUS_NOT_APPLICABLE);
	system_host_done(&host);
	lost_modes("FILE-007");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_001), cmocka_unit_test(file_003), cmocka_unit_test(file_005),
		cmocka_unit_test(file_006), cmocka_unit_test(file_007),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
