/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/checks/system_host.h"

#define UNIT "/usr/lib/systemd/system/asterisk.service"

static void with_unit(struct system_host *host, const char *unit)
{
	system_host_init(host);
	literal_loader_add(&host->literal, "/usr/lib/systemd/systemd", "");
	if (unit)
		literal_loader_add(&host->literal, UNIT, unit);
}

static void good_unit_passes(void **state)
{
	(void)state;
	struct system_host host;
	with_unit(&host, "[Service]\nLimitNOFILE=65536\nRestart=always\n");
	literal_loader_add(&host.literal, "df", "/dev/sda1 100 50 50 50% /\n");
	system_host_load(&host);
	assert_int_equal(system_host_judge(&host, "DOS-003"), STATUS_PASS);
	system_host_done(&host);
}

static void bare_unit_fails(void **state)
{
	(void)state;
	struct system_host host;
	with_unit(&host, "[Unit]\nRestart=always\n[Service]\nExecStart=/usr/sbin/asterisk\n"
			 "#LimitNOFILE=65536\n");
	system_host_load(&host);
	assert_int_equal(system_host_judge(&host, "DOS-003"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 2);
	assert_true(system_host_says(&host.remedy.commands, "LimitNOFILE=65536"));
	assert_true(system_host_says(&host.remedy.commands, "Restart=on-failure"));
	assert_true(system_host_says(&host.remedy.undo, "rm /etc/systemd/system"));
	assert_int_equal(host.remedy.disruption, DISRUPTION_CALLS_DROP);
	system_host_done(&host);
}

static void drop_ins_count(void **state)
{
	(void)state;
	struct system_host host;
	with_unit(&host, "[Service]\nLimitNOFILE=65536\nRestart=always\n");
	literal_loader_add(&host.literal, "/etc/systemd/system/asterisk.service.d/a.conf",
			   "[Service]\nLimitNOFILE=1024:524288\n");
	system_host_load(&host);
	assert_int_equal(system_host_judge(&host, "DOS-003"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 1);
	system_host_done(&host);
}

static void old_script_serves(void **state)
{
	(void)state;
	struct system_host host;
	system_host_init(&host);
	literal_loader_add(&host.literal, "/etc/init.d/asterisk", "start) safe_asterisk ;;\n");
	literal_loader_add(&host.literal, "/usr/sbin/safe_asterisk", "MAXFILES=32768\n");
	system_host_load(&host);
	assert_int_equal(system_host_judge(&host, "DOS-003"), STATUS_NOT_APPLICABLE);
	literal_loader_add(&host.literal, "packages", "asterisk-1.8.20.0-1.el6.x86_64\n");
	system_host_load(&host);
	assert_int_equal(system_host_judge(&host, "DOS-003"), STATUS_PASS);
	system_host_done(&host);
}

static void full_disk_fails(void **state)
{
	(void)state;
	struct system_host host;
	with_unit(&host, "[Service]\nLimitNOFILE=65536\nRestart=always\n");
	literal_loader_add(&host.literal, "df",
			   "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
			   "/dev/sda1 100 50 50 50% /\n/dev/sda2 100 95 5 95% /var/log\n");
	system_host_load(&host);
	assert_int_equal(system_host_judge(&host, "DOS-003"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 1);
	system_host_done(&host);
}

static void unread_unit_is_unknown(void **state)
{
	(void)state;
	struct system_host host;
	with_unit(&host, NULL);
	literal_loader_add(&host.literal, UNIT, "")->is_unreadable = true;
	literal_loader_add(&host.literal, "packages", "asterisk-20.5.0-1.el9.x86_64\n");
	system_host_load(&host);
	assert_int_equal(system_host_judge(&host, "DOS-003"), STATUS_UNKNOWN);
	system_host_done(&host);
}

#define SNMP(received, lost)                                                                       \
	"Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors\n"               \
	"Udp: " received " 0 0 5 " lost " 0\n"

static enum finding_status flood(const char *snmp, const char *declared, size_t trunks)
{
	struct system_host host;
	struct slice word = slice_of(declared);
	system_host_init(&host);
	if (snmp)
		literal_loader_add(&host.literal, "netstat", snmp);
	host.site.declared = &word;
	host.site.declared_count = declared ? 1 : 0;
	host.site.trunk_count = trunks;
	system_host_load(&host);
	enum finding_status status = system_host_judge(&host, "DOS-004");
	system_host_done(&host);
	return status;
}

static void dos_004(void **state)
{
	(void)state;
	assert_int_equal(flood(NULL, NULL, 0), STATUS_UNKNOWN);
	assert_int_equal(flood(SNMP("100000", "0"), NULL, 0), STATUS_UNKNOWN);
	assert_int_equal(flood(SNMP("100000", "0"), "flood-plan", 0), STATUS_PASS);
	assert_int_equal(flood(SNMP("100000", "0"), NULL, 2), STATUS_PASS);
	assert_int_equal(flood(SNMP("100000", "500"), "flood-plan", 0), STATUS_FAIL);
	assert_int_equal(flood("Udp: InDatagrams\nUdp: 5\n", NULL, 0), STATUS_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_unit_passes), cmocka_unit_test(bare_unit_fails),
		cmocka_unit_test(drop_ins_count),   cmocka_unit_test(old_script_serves),
		cmocka_unit_test(full_disk_fails),  cmocka_unit_test(unread_unit_is_unknown),
		cmocka_unit_test(dos_004),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
