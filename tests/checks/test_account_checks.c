/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/checks/ssh_host.h"

static enum finding_status judge_with(const char *id, const char *path, const char *text)
{
	struct ssh_host host;
	ssh_host_init(&host);
	struct literal_file *file = literal_find(&host.files, path);
	if (file)
		file->source.bytes = slice_of(text);
	else
		literal_loader_add(&host.files, path, text);
	ssh_host_build(&host);
	enum finding_status status = ssh_host_judge(&host, id);
	ssh_host_done(&host);
	return status;
}

static void accounts(void **state)
{
	(void)state;
	assert_int_equal(judge_with("ACC-001", "/etc/motd", ""), STATUS_PASS);
	assert_int_equal(judge_with("ACC-001", "/etc/passwd",
				    "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n"),
			 STATUS_FAIL);
	/* FreePBX gives it a shell; without a password that is a note. */
	assert_int_equal(judge_with("ACC-001", "/etc/passwd",
				    "asterisk:x:990:990::/home/asterisk:/bin/bash\n"),
			 STATUS_PASS);
	struct ssh_host host;
	ssh_host_init(&host);
	literal_find(&host.files, "/etc/passwd")->source.bytes =
		SLICE("asterisk:x:990:990::/home/asterisk:/bin/bash\n");
	literal_find(&host.files, "/etc/shadow")->source.bytes =
		SLICE("asterisk:$6$salt$hash:19000::::::\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "ACC-001"), STATUS_FAIL);
	assert_true(ssh_host_commands_hold(&host, "passwd -l asterisk"));
	literal_find(&host.files, "/etc/shadow")->is_unreadable = true;
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "ACC-001"), STATUS_UNKNOWN);
	ssh_host_done(&host);
}

#define SU_OPEN "auth sufficient pam_rootok.so\nauth required pam_unix.so\n"
#define SU_LIMITED                                                                                 \
	"auth sufficient pam_rootok.so\nauth required pam_wheel.so use_uid\n"                      \
	"auth required pam_unix.so\n"

static void su(void **state)
{
	(void)state;
	assert_int_equal(judge_with("ACC-002", "/etc/pam.d/su", SU_OPEN), STATUS_FAIL);
	assert_int_equal(judge_with("ACC-002", "/etc/pam.d/su", SU_LIMITED), STATUS_PASS);
	/* A comment, a module that only speeds up, and its opposite limit nothing. */
	assert_int_equal(
		judge_with("ACC-002", "/etc/pam.d/su", "# auth required pam_wheel.so\n" SU_OPEN),
		STATUS_FAIL);
	assert_int_equal(judge_with("ACC-002", "/etc/pam.d/su",
				    "auth sufficient pam_wheel.so trust\n" SU_OPEN),
			 STATUS_FAIL);
	assert_int_equal(judge_with("ACC-002", "/etc/pam.d/su",
				    "auth required pam_wheel.so deny group=nosu\n" SU_OPEN),
			 STATUS_FAIL);
	struct ssh_host host;
	ssh_host_init(&host);
	literal_loader_add(&host.files, "/etc/pam.d/su", SU_OPEN);
	/* Nothing to give. */
	literal_find(&host.files, "/etc/shadow")->source.bytes = SLICE("root:*:19000::::::\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "ACC-002"), STATUS_PASS);
	literal_find(&host.files, "/etc/shadow")->is_unreadable = true;
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "ACC-002"), STATUS_UNKNOWN);
	ssh_host_done(&host);
}

static void sudo(void **state)
{
	(void)state;
	assert_int_equal(judge_with("ACC-002", "/etc/sudoers", "root ALL=(ALL) ALL\n"),
			 STATUS_PASS);
	assert_int_equal(
		judge_with("ACC-002", "/etc/sudoers", "asterisk ALL=(ALL) NOPASSWD: ALL\n"),
		STATUS_FAIL);
	/* One that gives a shell is as good as all. */
	assert_int_equal(judge_with("ACC-002", "/etc/sudoers",
				    "asterisk ALL = NOPASSWD: /sbin/shutdown, /usr/bin/nmap\n"),
			 STATUS_FAIL);
	assert_int_equal(
		judge_with("ACC-002", "/etc/sudoers", "asterisk ALL = NOPASSWD: /sbin/shutdown\n"),
		STATUS_PASS);
	/* Aliases and continued lines. */
	assert_int_equal(judge_with("ACC-002", "/etc/sudoers",
				    "User_Alias WEB = www-data, \\\n apache\n"
				    "Cmnd_Alias TOOLS = /bin/ls, /bin/chmod\n"
				    "WEB ALL = (root) TOOLS\n"),
			 STATUS_FAIL);
	/* Not as root. */
	assert_int_equal(
		judge_with("ACC-002", "/etc/sudoers", "asterisk ALL = (postgres) NOPASSWD: ALL\n"),
		STATUS_PASS);
	/* People may. */
	assert_int_equal(
		judge_with("ACC-002", "/etc/sudoers", "%wheel ALL=(ALL:ALL) NOPASSWD: ALL\n"),
		STATUS_PASS);
	struct ssh_host host;
	ssh_host_init(&host);
	literal_loader_add(&host.files, "/etc/sudoers", "@includedir /etc/sudoers.d\n");
	literal_loader_add(&host.files, "/etc/sudoers.d/pbx", "asterisk ALL=NOPASSWD: ALL\n");
	literal_loader_add(&host.files, "/etc/sudoers.d/old.bak", "apache ALL=NOPASSWD: ALL\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "ACC-002"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 1);
	assert_true(ssh_host_commands_hold(&host, "visudo -f /etc/sudoers.d/pbx"));
	literal_find(&host.files, "/etc/sudoers")->is_unreadable = true;
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "ACC-002"), STATUS_UNKNOWN);
	ssh_host_done(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounts),
		cmocka_unit_test(su),
		cmocka_unit_test(sudo),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
