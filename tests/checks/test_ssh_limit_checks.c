/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/checks/ssh_host.h"

static void port(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-003", ""), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-003", "Port 2222\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-003", "Port 2222\nPort 22\n"), STATUS_FAIL);
	/* A port on an address beats Port. */
	assert_int_equal(ssh_judge("SSH-003", "Port 22\nListenAddress 192.0.2.1:10\n"),
			 STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-003", "ListenAddress 127.0.0.1\n"), STATUS_NOT_APPLICABLE);
}

static void the_line_with_the_old_port_goes(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "Port 22\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-003"), STATUS_FAIL);
	assert_true(ssh_host_commands_hold(&host, "s/^Port 22$/Port 2222/"));
	ssh_host_done(&host);
}

static void tries(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-006", ""), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-006", "MaxAuthTries 4\n"), STATUS_PASS);
	/* Stricter than required. */
	assert_int_equal(ssh_judge("SSH-006", "MaxAuthTries 1\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-006", "MaxAuthTries 3\nMatch Group wheel\n"
					      "MaxAuthTries 20\n"),
			 STATUS_FAIL);
	/* Nobody here is in that group. */
	assert_int_equal(ssh_judge("SSH-006", "MaxAuthTries 3\nMatch Group nosuch\n"
					      "MaxAuthTries 20\n"),
			 STATUS_PASS);
}

static void grace(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-007", ""), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-007", "LoginGraceTime 1m\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-007", "LoginGraceTime 30\n"), STATUS_PASS);
	/* Debian 12 has carried the fix back; upstream's 9.2 has it not. */
	assert_int_equal(ssh_judge("SSH-007", "LoginGraceTime 0\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge_version("OpenSSH_9.2p1\n", "SSH-007", "LoginGraceTime 0\n"),
			 STATUS_PASS);
	assert_int_equal(ssh_judge_version("OpenSSH_9.9p1\n", "SSH-007", "LoginGraceTime 0\n"),
			 STATUS_FAIL);
}

static void startups(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-008", ""), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-008", "MaxStartups 500\n"), STATUS_FAIL);
	/* Here the last line wins. */
	assert_int_equal(ssh_judge("SSH-008", "MaxStartups 10:30:60\nMaxStartups 200\n"),
			 STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-008", "MaxStartups 200\nMaxStartups 10:30:60\n"),
			 STATUS_PASS);
	assert_int_equal(ssh_judge_version("OpenSSH_9.9p1\n", "SSH-008", "PerSourcePenalties no\n"),
			 STATUS_FAIL);
	assert_int_equal(ssh_judge_version("OpenSSH_9.9p1\n", "SSH-008", ""), STATUS_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(port),     cmocka_unit_test(the_line_with_the_old_port_goes),
		cmocka_unit_test(tries),    cmocka_unit_test(grace),
		cmocka_unit_test(startups),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
