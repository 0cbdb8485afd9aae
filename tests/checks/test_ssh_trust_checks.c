/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/checks/ssh_host.h"

static void match_blocks(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-014", "PermitRootLogin no\n"), STATUS_NOT_APPLICABLE);
	assert_int_equal(ssh_judge("SSH-014", "PermitRootLogin no\nMatch Address 203.0.113.0/24\n"
					      "PermitRootLogin yes\n"),
			 STATUS_FAIL);
	/* Inside it may be. */
	assert_int_equal(ssh_judge("SSH-014", "PermitRootLogin no\nMatch Address 10.0.0.0/8\n"
					      "PermitRootLogin yes\n"),
			 STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-014", "PasswordAuthentication no\nMatch all\n"
					      "PasswordAuthentication yes\n"),
			 STATUS_FAIL);
	/* Stricter than outside. */
	assert_int_equal(ssh_judge("SSH-014", "Match User alice\nX11Forwarding no\n"
					      "PasswordAuthentication no\n"),
			 STATUS_PASS);
	/* Blocks whose reach cannot be told: not a pass. */
	assert_int_equal(ssh_judge("SSH-014", "Match Address 2001:db8::*\nX11Forwarding no\n"),
			 STATUS_UNKNOWN);
}

static void file_modes(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "");
	struct literal_file *key = literal_loader_add(&host.files, "/etc/ssh/ssh_host_rsa_key", "");
	key->status.mode = 0600;
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-015"), STATUS_PASS);
	key->status.mode = 0640;
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-015"), STATUS_FAIL);
	assert_true(ssh_host_commands_hold(&host, "chmod 0600 /etc/ssh/ssh_host_rsa_key"));
	key->status.mode = 0600;
	literal_find(&host.files, "/etc/ssh/sshd_config")->status.mode = 0664;
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-015"), STATUS_FAIL);
	ssh_host_done(&host);
}

static void red_hat_host_keys_are_for_a_group(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, "OpenSSH_8.0p1\n", "");
	literal_find(&host.files, "/etc/group")->source.bytes = SLICE("ssh_keys:x:996:\n");
	struct literal_file *key = literal_loader_add(&host.files, "/etc/ssh/ssh_host_rsa_key", "");
	key->status.mode = 0640;
	key->status.group = 996;
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-015"), STATUS_PASS);
	ssh_host_done(&host);
}

static void running(void **state)
{
	(void)state;
	struct ssh_host host;
	struct system_process process = {
		.name = SLICE("sshd"),
		.command = SLICE("sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"),
		.started = 1000,
	};
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "PermitRootLogin no\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-016"), STATUS_UNKNOWN);
	struct system_model system = *host.model.host;
	system.processes_state = FACT_PRESENT;
	host.model.host = &system;
	assert_int_equal(ssh_host_judge(&host, "SSH-016"), STATUS_NOT_APPLICABLE);
	system.processes = &process;
	system.process_count = 1;
	assert_int_equal(ssh_host_judge(&host, "SSH-016"), STATUS_PASS);
	literal_find(&host.files, "/etc/ssh/sshd_config")->source.modified = 2000;
	assert_int_equal(ssh_host_judge(&host, "SSH-016"), STATUS_FAIL);
	process.started = 3000;
	assert_int_equal(ssh_host_judge(&host, "SSH-016"), STATUS_PASS);
	process.command = SLICE("/usr/sbin/sshd -D -o PermitRootLogin=yes");
	assert_int_equal(ssh_host_judge(&host, "SSH-016"), STATUS_FAIL);
	ssh_host_done(&host);
}

static void a_reload_counts(void **state)
{
	(void)state;
	struct ssh_host host;
	struct system_process process = {
		.name = SLICE("sshd"),
		.command = SLICE("/usr/sbin/sshd -D"),
		.started = 1000,
	};
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "");
	literal_find(&host.files, "/etc/ssh/sshd_config")->source.modified = 2000;
	literal_loader_add(&host.files, "/run/sshd.pid", "1\n")->status.modified = 2500;
	ssh_host_build(&host);
	struct system_model system = *host.model.host;
	system.processes_state = FACT_PRESENT;
	system.processes = &process;
	system.process_count = 1;
	host.model.host = &system;
	assert_int_equal(ssh_host_judge(&host, "SSH-016"), STATUS_PASS);
	ssh_host_done(&host);
}

static void a_refused_file_is_found(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "PermitRootLogin no\nNoSuchKeyword yes\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-016"), STATUS_FAIL);
	assert_int_equal(host.verdict.evidence[1].line, 2);
	/* The rest of the file still says what it says. */
	assert_int_equal(ssh_host_judge(&host, "SSH-001"), STATUS_PASS);
	ssh_host_done(&host);
}

#define ED25519 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMr2Ww2bXk9uYvVvZJQe6X1VfQ0tU9n1y9v4y5nYyXo1"

static enum finding_status judge_root_keys(const char *config, const char *keys)
{
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, config);
	literal_loader_add(&host.files, "/root/.ssh/authorized_keys", keys);
	ssh_host_build(&host);
	enum finding_status status = ssh_host_judge(&host, "SSH-017");
	ssh_host_done(&host);
	return status;
}

static void keys_of_root(void **state)
{
	(void)state;
	assert_int_equal(judge_root_keys("", ED25519 " old laptop\n"), STATUS_FAIL);
	assert_int_equal(judge_root_keys("", "from=\"192.0.2.0/24\" " ED25519 "\n"), STATUS_PASS);
	assert_int_equal(judge_root_keys("", "# " ED25519 "\n"), STATUS_PASS);
	assert_int_equal(judge_root_keys("PermitRootLogin no\n", ED25519 "\n"), STATUS_PASS);
	assert_int_equal(judge_root_keys("", "from=\"192.0.2.1\" ssh-dss AAAAB3NzaC1kc3M=\n"),
			 STATUS_FAIL);
	/* A fixed command is what forced-commands-only is for. */
	assert_int_equal(judge_root_keys("PermitRootLogin forced-commands-only\n",
					 "command=\"/usr/bin/backup \\\"a\\\"\" " ED25519 "\n"),
			 STATUS_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(match_blocks),
		cmocka_unit_test(file_modes),
		cmocka_unit_test(red_hat_host_keys_are_for_a_group),
		cmocka_unit_test(running),
		cmocka_unit_test(a_reload_counts),
		cmocka_unit_test(a_refused_file_is_found),
		cmocka_unit_test(keys_of_root),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
