/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/checks/ssh_host.h"

static void algorithms(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-009", ""), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-009", "Ciphers +aes128-cbc\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-009", "Ciphers ^*-cbc\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-009", "MACs hmac-md5,hmac-sha2-256\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-009", "KexAlgorithms diffie-hellman-group14-sha1\n"),
			 STATUS_FAIL);
	/* What old releases offer by default. */
	assert_int_equal(ssh_judge_version(CENTOS_6, "SSH-009", ""), STATUS_FAIL);
	assert_int_equal(ssh_judge_version("OpenSSH_7.4p1\n", "SSH-009", ""), STATUS_FAIL);
	assert_int_equal(ssh_judge_version("OpenSSH_9.9p1\n", "SSH-009", ""), STATUS_PASS);
	assert_int_equal(ssh_judge_version("", "SSH-009", ""), STATUS_PASS);
}

static void a_fix_that_was_carried_back_is_no_finding(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge_version("OpenSSH_9.2p1 Debian-2+deb12u1\n", "SSH-009", ""),
			 STATUS_FAIL);
	assert_int_equal(ssh_judge_version("OpenSSH_9.2p1 Debian-2+deb12u3\n", "SSH-009", ""),
			 STATUS_PASS);
	/* Red Hat carries fixes back without saying so in its number. */
	assert_int_equal(ssh_judge_version("8.7p1-34.el9\n", "SSH-009", ""), STATUS_PASS);
}

static void the_remedy_keeps_what_is_strong(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "Ciphers aes256-ctr,3des-cbc\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-009"), STATUS_FAIL);
	assert_true(ssh_host_commands_hold(&host, "1i Ciphers aes256-ctr'"));
	ssh_host_done(&host);
}

#define RSA_1024                                                                                   \
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCtnoNUDT2wSNpaldDAtIWJHbLe9lT28Hr9c7p+"             \
	"4tVnx3BMp93iBi+RWaFhmZ1CCEp9Xyo6Ur4BDzbRgX+p0RIMR6EzHQ4hLd4KdIYNlBOtb6SQM1L+"             \
	"Zk0wNpbWzrb4P8v+4H7S9FfC1fTG8kM5DlCPYtWWHZTfbW7yFhbc0fqfKw== old\n"
#define ED25519                                                                                    \
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMr2Ww2bXk9uYvVvZJQe6X1VfQ0tU9n1y9v4y5nYyXo1 new\n"

static void host_keys(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "");
	literal_loader_add(&host.files, "/etc/ssh/ssh_host_ed25519_key.pub", ED25519);
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-010"), STATUS_PASS);
	ssh_host_done(&host);
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "");
	literal_loader_add(&host.files, "/etc/ssh/ssh_host_rsa_key.pub", RSA_1024);
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-010"), STATUS_FAIL);
	assert_true(ssh_host_evidence_holds(&host, "1024 bits"));
	ssh_host_done(&host);
	assert_int_equal(ssh_judge("SSH-010", ""), STATUS_UNKNOWN);
}

static void log_level(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-011", ""), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-011", "LogLevel VERBOSE\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-011", "LogLevel QUIET\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-011", "LogLevel DEBUG3\n"), STATUS_FAIL);
}

static void forwarding(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-012", ""), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-012", "X11Forwarding yes\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-012", "GatewayPorts clientspecified\n"), STATUS_FAIL);
	/* Without forwarding, its addresses do not matter. */
	assert_int_equal(ssh_judge("SSH-012", "GatewayPorts yes\nAllowTcpForwarding no\n"),
			 STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-012", "X11Forwarding yes\nDisableForwarding yes\n"),
			 STATUS_PASS);
	/* CVE-2025-32728 */
	assert_int_equal(ssh_judge_version("OpenSSH_9.2p1\n", "SSH-012",
					   "X11Forwarding yes\nDisableForwarding yes\n"),
			 STATUS_FAIL);
}

static void trust(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-013", ""), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-013", "HostbasedAuthentication yes\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-013", "StrictModes no\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-013", "PermitUserEnvironment yes\n"), STATUS_FAIL);
	/* Named variables are a choice. */
	assert_int_equal(ssh_judge("SSH-013", "PermitUserEnvironment LANG,LC_*\n"), STATUS_PASS);
	/* Protocol says nothing to a release that knows one only. */
	assert_int_equal(ssh_judge("SSH-013", "Protocol 1\n"), STATUS_PASS);
	assert_int_equal(ssh_judge_version(CENTOS_6, "SSH-013", "Protocol 2,1\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge_version(CENTOS_6, "SSH-013", "Protocol 2\n"), STATUS_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(algorithms),
		cmocka_unit_test(a_fix_that_was_carried_back_is_no_finding),
		cmocka_unit_test(the_remedy_keeps_what_is_strong),
		cmocka_unit_test(host_keys),
		cmocka_unit_test(log_level),
		cmocka_unit_test(forwarding),
		cmocka_unit_test(trust),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
