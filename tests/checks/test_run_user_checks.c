/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "tests/checks/system_host.h"

static enum finding_status judge(struct system_host *host, const char *id)
{
	system_host_load(host);
	host->model.asterisk =
		asterisk_model_load(&host->literal.loader, SLICE("1:16.28.0~dfsg-0+deb11u4"));
	assert_non_null(host->model.asterisk);
	return system_host_judge(host, id);
}

static void begin(struct system_host *host)
{
	system_host_init(host);
	literal_loader_add(&host->literal, "/etc/passwd",
			   "root:x:0:0::/root:/bin/sh\nasterisk:x:995:995::/:/bin/false\n"
			   "www-data:x:33:33::/:/bin/false\nalice:x:1000:1000::/:/bin/sh\n");
	literal_loader_add(&host->literal, "/etc/group",
			   "asterisk:x:995:www-data,alice\nsudo:x:27:alice\n");
}

static void add_asterisk(struct system_host *host, const char *conf)
{
	literal_loader_add(&host->literal, "/etc/asterisk/asterisk.conf", conf);
}

static void file_002(void **state)
{
	(void)state;
	struct system_host host;
	begin(&host);
	add_asterisk(&host, "[options]\nrunuser = asterisk\n");
	literal_loader_add(&host.literal, "processes",
			   "1 0 5 0 asterisk         /usr/sbin/asterisk -f\n");
	/* What runs counts, whatever the file says. */
	assert_int_equal(judge(&host, "FILE-002"), STATUS_FAIL);
	assert_true(system_host_says(&host.remedy.commands, "runuser = asterisk"));
	system_host_done(&host);
	begin(&host);
	add_asterisk(&host, "[options]\n");
	literal_loader_add(&host.literal, "processes",
			   "1 995 5 995 asterisk         /usr/sbin/asterisk -f\n");
	assert_int_equal(judge(&host, "FILE-002"), STATUS_PASS);
	system_host_done(&host);
	begin(&host);
	add_asterisk(&host, "[options]\nrunuser = asterisk\n");
	assert_int_equal(judge(&host, "FILE-002"), STATUS_PASS);
	system_host_done(&host);
	begin(&host);
	add_asterisk(&host, "[options]\n;runuser = asterisk\n");
	assert_int_equal(judge(&host, "FILE-002"), STATUS_UNKNOWN);
	literal_loader_add(&host.literal, "/usr/lib/systemd/system/asterisk.service",
			   "[Service]\nExecStart=/usr/sbin/asterisk -f\n");
	assert_int_equal(judge(&host, "FILE-002"), STATUS_FAIL);
	literal_loader_add(&host.literal, "/etc/systemd/system/asterisk.service.d/u.conf",
			   "[Service]\nExecStart=\nExecStart=/usr/sbin/asterisk -f -U asterisk\n");
	assert_int_equal(judge(&host, "FILE-002"), STATUS_PASS);
	literal_loader_add(&host.literal, "/etc/default/asterisk", "AST_USER=\"root\"\n");
	assert_int_equal(judge(&host, "FILE-002"), STATUS_PASS);
	system_host_done(&host);
}

static void file_004(void **state)
{
	(void)state;
	struct system_host host;
	begin(&host);
	add_asterisk(&host, "[options]\nrunuser = asterisk\n");
	assert_int_equal(judge(&host, "FILE-004"), STATUS_PASS);
	literal_loader_add(&host.literal, "asterisk-socket",
			   "666 995 995 /var/run/asterisk/asterisk.ctl\n");
	assert_int_equal(judge(&host, "FILE-004"), STATUS_FAIL);
	assert_true(system_host_says(&host.remedy.commands, "astctlpermissions"));
	system_host_done(&host);
	begin(&host);
	add_asterisk(&host, "[files]\nastctlpermissions = 0660\nastctlgroup = asterisk\n"
			    "[options]\nrunuser = asterisk\n");
	/* alice is an administrator, the web server is not. */
	assert_int_equal(judge(&host, "FILE-004"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 1);
	assert_string_equal(host.verdict.evidence[0].subject, "www-data");
	assert_true(system_host_says(&host.remedy.commands, "gpasswd -d www-data asterisk"));
	system_host_done(&host);
}

static void without_asterisk(void **state)
{
	(void)state;
	static const char *const ids[] = { "FILE-002", "FILE-004" };
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct system_host host;
		begin(&host);
		system_host_load(&host);
		host.model.asterisk = asterisk_model_load(&host.literal.loader, SLICE(""));
		assert_int_equal(system_host_judge(&host, ids[i]), STATUS_NOT_APPLICABLE);
		system_host_done(&host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_002),
		cmocka_unit_test(file_004),
		cmocka_unit_test(without_asterisk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
