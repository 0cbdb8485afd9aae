/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/advisory/advisory_table.h"
#include "tests/checks/system_host.h"

/* 2026-11-24 */
#define NOW INT64_C(1795478400)

static void add_system(struct system_host *host, const char *release, const char *packages)
{
	system_host_init(host);
	host->site.now = NOW;
	literal_loader_add(&host->literal, "/etc/os-release", release);
	if (packages)
		literal_loader_add(&host->literal, "packages", packages);
	literal_loader_add(&host->literal, "uname", "6.1.0-18-amd64\n");
	literal_loader_add(&host->literal, "container", "none\n");
}

static void load(struct system_host *host)
{
	system_host_load(host);
	host->model.advisories = advisory_table_own(host->literal.loader.arena);
	assert_non_null(host->model.advisories);
}

static bool says(const struct system_host *host, const char *text)
{
	for (size_t i = 0; i < host->verdict.count; i++)
		if (strstr(host->verdict.evidence[i].text, text) ||
		    strstr(host->verdict.evidence[i].subject, text))
			return true;
	return false;
}

static void assert_host(const char *id, const char *release, const char *packages,
			enum finding_status expected, const char *text)
{
	struct system_host host;
	add_system(&host, release, packages);
	load(&host);
	enum finding_status status = system_host_judge(&host, id);
	if (status != expected || !says(&host, text))
		print_message("%s with %s\n", id, packages ? packages : "(unreadable)");
	assert_int_equal(status, expected);
	assert_true(!*text || says(&host, text));
	system_host_done(&host);
}

#define DEBIAN_12 "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n"
#define ROCKY_9 "ID=rocky\nVERSION_ID=\"9.4\"\nPRETTY_NAME=\"Rocky Linux 9.4\"\n"

static void openssh_goes_by_the_distributions_fixes(void **state)
{
	(void)state;
	assert_host("VER-004", DEBIAN_12, "openssh-server 1:9.2p1-2+deb12u10\n", STATUS_PASS, "");
	assert_host("VER-004", DEBIAN_12, "openssh-server 1:9.2p1-2+deb12u2\n", STATUS_FAIL,
		    "CVE-2024-6387");
	/* Upstream's 8.7 has the hole; this package has the fix. */
	assert_host("VER-004", ROCKY_9, "openssh-server-8.7p1-38.el9_4.4.x86_64\n", STATUS_PASS,
		    "");
	assert_host("VER-004", ROCKY_9, "openssh-server-8.7p1-38.el9_4.1.x86_64\n", STATUS_FAIL,
		    "CVE-2024-6409");
	assert_host("VER-004", "ID=linuxmint\nVERSION_ID=\"21\"\nID_LIKE=ubuntu\n",
		    "openssh-server 1:8.9p1-3ubuntu0.7\n", STATUS_UNKNOWN, "CVE-2024-6387");
	/* An absent package is not reported. */
	assert_host("VER-004", DEBIAN_12, "bash 5.2-1\n", STATUS_NOT_APPLICABLE, "");
	assert_host("VER-004", DEBIAN_12, NULL, STATUS_UNKNOWN, "");
}

static void ends_of_life_are_judged(void **state)
{
	(void)state;
	assert_host("VER-005", DEBIAN_12, "sudo 1.9.13p3-1+deb12u1\n", STATUS_PASS, "2028-06-30");
	assert_host("VER-005", "ID=debian\nVERSION_ID=\"10\"\n", "sudo 1.8.27-1+deb10u6\n",
		    STATUS_FAIL, "2024-06-30");
	assert_host("VER-005", "ID=debian\nVERSION_ID=\"12\"\n", "fail2ban 0.9.6-2\n", STATUS_FAIL,
		    "IPv4 addresses only");
	assert_host("VER-005", ROCKY_9, "sudo-1.9.5p2-10.el9_3.x86_64\n", STATUS_PASS, "");
	assert_host("VER-005", "ID=almalinux\nVERSION_ID=\"8.10\"\n", "sudo-1.8.29-6.el8.x86_64\n",
		    STATUS_FAIL, "CVE-2021-3156");
	assert_host("VER-005", "ID=somelinux\nVERSION_ID=\"3\"\n", "bash 5\n", STATUS_UNKNOWN, "");
	assert_host("VER-005", DEBIAN_12, NULL, STATUS_UNKNOWN, "");
}

static void strict_wants_automatic_updates(void **state)
{
	(void)state;
	struct system_host host;
	add_system(&host, DEBIAN_12, "sudo 1.9.13p3-1+deb12u1\n");
	host.site.level = SITE_STRICT;
	load(&host);
	assert_int_equal(system_host_judge(&host, "VER-005"), STATUS_FAIL);
	assert_true(system_host_says(&host.remedy.commands, "unattended-upgrades"));
	system_host_done(&host);
}

static void assert_in_force(const char *deleted, const char *packages, enum finding_status expected,
			    const char *text)
{
	struct system_host host;
	add_system(&host, DEBIAN_12, packages);
	literal_loader_add(&host.literal, "processes",
			   "  812     0    100 sshd /usr/sbin/sshd -D\n"
			   "  900     0    100 bash -bash\n");
	literal_loader_add(&host.literal, "ss",
			   "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* "
			   "users:((\"sshd\",pid=812,fd=3)) ino:1 sk:1 <->\n");
	if (deleted)
		literal_loader_add(&host.literal, "deleted-files", deleted);
	load(&host);
	enum finding_status status = system_host_judge(&host, "VER-006");
	if (status != expected || !says(&host, text))
		print_message("%s\n", deleted ? deleted : "(absent)");
	assert_int_equal(status, expected);
	assert_true(!*text || says(&host, text));
	system_host_done(&host);
}

#define OLD_LIBRARY "7f0000-7f1000 r-xp 00000000 08:01 42 /usr/lib/libssl.so.3 (deleted)\n"

static void updates_must_be_in_force(void **state)
{
	(void)state;
	assert_in_force("/proc/812/maps:" OLD_LIBRARY, "bash 5\n", STATUS_FAIL, "libssl.so.3");
	/* A shell that listens nowhere, data, and shared memory. */
	assert_in_force("/proc/900/maps:" OLD_LIBRARY
			"/proc/812/maps:7f-8f rw-s 0 00:01 7 /dev/zero (deleted)\n"
			"/proc/812/maps:7f-8f rw-s 0 00:01 7 /memfd:x (deleted)\n"
			"/proc/812/maps:7f-8f r--p 0 08:01 7 /var/cache/x.so (deleted)\n",
			"bash 5\n", STATUS_PASS, "");
	assert_in_force("",
			"linux-image-6.1.0-18-amd64 6.1.76-1\n"
			"linux-image-6.1.0-9-amd64 6.1.27-1\nlinux-image-amd64 6.1.76-1\n",
			STATUS_PASS, "newest");
	assert_in_force("",
			"linux-image-6.1.0-18-amd64 6.1.76-1\n"
			"linux-image-6.1.0-21-amd64 6.1.90-1\n",
			STATUS_FAIL, "6.1.0-21-amd64 is installed");
	/* A kernel that no package of this host brought. */
	assert_in_force("", "linux-image-6.9.0-1-cloud-amd64 6.9\n", STATUS_PASS, "");
	assert_in_force(NULL, "bash 5\n", STATUS_UNKNOWN, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openssh_goes_by_the_distributions_fixes),
		cmocka_unit_test(ends_of_life_are_judged),
		cmocka_unit_test(strict_wants_automatic_updates),
		cmocka_unit_test(updates_must_be_in_force),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
