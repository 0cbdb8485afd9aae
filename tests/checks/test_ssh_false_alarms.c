/* SPDX-License-Identifier: Apache-2.0
 *
 * The classes of false alarm that auditors of sshd_config are known for, a test each; and the
 * defaults of distributions (written here after their packages), where each finding must be one
 * that a reader of `sshd -T` would confirm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/checks/ssh_host.h"

#define CENTOS_7 "OpenSSH_7.4p1, OpenSSL 1.0.2k-fips  26 Jan 2017\n"

static void a_commented_line_is_not_set(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-001", "#PermitRootLogin yes\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-001", "  # PermitRootLogin yes\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-004", "#PasswordAuthentication no\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-012", "AllowTcpForwarding no # X11Forwarding yes\n"),
			 STATUS_PASS);
}

static void a_drop_in_counts(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12,
		      "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\n");
	literal_loader_add(&host.files, "/etc/ssh/sshd_config.d/10-root.conf",
			   "PermitRootLogin no\n");
	/* Not what Include asks for. */
	literal_loader_add(&host.files, "/etc/ssh/sshd_config.d/05-old.conf.bak",
			   "PermitRootLogin yes\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-001"), STATUS_PASS);
	ssh_host_done(&host);
}

static void defaults_are_those_of_the_version(void **state)
{
	(void)state;
	/* PermitRootLogin: yes up to 6.9, prohibit-password since. */
	assert_int_equal(ssh_judge_version(CENTOS_6, "SSH-001", "UsePAM yes\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-001", "UsePAM yes\n"), STATUS_PASS);
	/* SHA-1 left the key exchanges with 8.2. */
	assert_int_equal(ssh_judge_version(CENTOS_7, "SSH-009", "UsePAM yes\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-009", "UsePAM yes\n"), STATUS_PASS);
}

static void stricter_than_wanted_is_no_finding(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-006", "MaxAuthTries 1\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-007", "LoginGraceTime 10\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-008", "MaxStartups 2:90:10\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-011", "LogLevel VERBOSE\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-012", "DisableForwarding yes\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-004", "AuthenticationMethods publickey,password\n"),
			 STATUS_PASS);
}

static void quotes_and_equals_signs_are_understood(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-006", "MaxAuthTries=3\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-006", "\tmaxauthtries = \"3\"\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin=\"yes\"\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-001", "PERMITROOTLOGIN\t'yes'\r\n"), STATUS_FAIL);
}

static void a_match_block_counts_where_it_holds(void **state)
{
	(void)state;
	/* For alice alone, for nobody who exists, for all. */
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin no\nMatch User alice\n"
					      "PermitRootLogin yes\n"),
			 STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin no\nMatch User root\n"
					      "PermitRootLogin yes\n"),
			 STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin no\nMatch all\n"
					      "PermitRootLogin yes\n"),
			 STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin no\nMatch User !root,*\n"
					      "PermitRootLogin yes\n"),
			 STATUS_PASS);
	/* The block ends with the file: this is not for all. */
	assert_int_equal(ssh_judge("SSH-012", "X11Forwarding no\nMatch Group nobody-there\n"
					      "X11Forwarding yes\n"),
			 STATUS_PASS);
}

static void what_is_not_known_is_never_a_pass(void **state)
{
	(void)state;
	static const char *const ids[] = { "SSH-001", "SSH-002", "SSH-004", "SSH-006",
					   "SSH-007", "SSH-008", "SSH-009", "SSH-011",
					   "SSH-012", "SSH-013", "SSH-014" };
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct ssh_host host;
		ssh_host_init(&host);
		ssh_host_sshd(&host, DEBIAN_12, "");
		literal_find(&host.files, "/etc/ssh/sshd_config")->is_unreadable = true;
		ssh_host_build(&host);
		assert_int_equal(ssh_host_judge(&host, ids[i]), STATUS_UNKNOWN);
		ssh_host_done(&host);
		/* And no SSH server is no finding. */
		ssh_host_init(&host);
		ssh_host_build(&host);
		assert_int_not_equal(ssh_host_judge(&host, ids[i]), STATUS_FAIL);
		assert_int_not_equal(verdict_status(&host.verdict), STATUS_PASS);
		ssh_host_done(&host);
	}
}

struct distribution {
	const char *name;
	const char *release;
	const char *package;
	const char *config;
	/* What is wrong with it by `sshd -T`, and nothing else is. */
	const char *failing;
};

#define DEBIAN_REST                                                                                \
	"UsePAM yes\nX11Forwarding yes\nPrintMotd no\nAcceptEnv LANG LC_*\n"                       \
	"Subsystem\tsftp\t/usr/lib/openssh/sftp-server\n"
#define RED_HAT_REST                                                                               \
	"SyslogFacility AUTHPRIV\nAuthorizedKeysFile\t.ssh/authorized_keys\n"                      \
	"PasswordAuthentication yes\nChallengeResponseAuthentication no\n"                         \
	"GSSAPIAuthentication yes\nGSSAPICleanupCredentials no\nUsePAM yes\nX11Forwarding yes\n"   \
	"AcceptEnv LANG LC_CTYPE\nSubsystem\tsftp\t/usr/libexec/openssh/sftp-server\n"

static const struct distribution distributions[] = {
	{ "Debian 11", "ID=debian\nVERSION_ID=\"11\"\n", "openssh-server 1:8.4p1-5+deb11u3\n",
	  "Include /etc/ssh/sshd_config.d/*.conf\nChallengeResponseAuthentication no\n" DEBIAN_REST,
	  "SSH-002 SSH-004 SSH-006 SSH-007 SSH-012" },
	{ "Debian 12", "ID=debian\nVERSION_ID=\"12\"\n", "openssh-server 1:9.2p1-2+deb12u10\n",
	  "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\n" DEBIAN_REST,
	  "SSH-002 SSH-004 SSH-006 SSH-007 SSH-012" },
	/* Root may log in with a password there, and SHA-1 signs key exchanges. */
	{ "RHEL 7", "ID=rhel\nVERSION_ID=\"7.9\"\n", "openssh-server-7.4p1-23.el7_9.x86_64\n",
	  RED_HAT_REST, "SSH-001 SSH-002 SSH-004 SSH-006 SSH-007 SSH-009 SSH-012" },
	{ "RHEL 8", "ID=rhel\nVERSION_ID=\"8.10\"\n", "openssh-server-8.0p1-26.el8_10.x86_64\n",
	  "PermitRootLogin yes\n" RED_HAT_REST,
	  "SSH-001 SSH-002 SSH-004 SSH-006 SSH-007 SSH-009 SSH-012" },
	{ "RHEL 9", "ID=rhel\nVERSION_ID=\"9.4\"\n", "openssh-server-8.7p1-38.el9_4.4.x86_64\n",
	  "Include /etc/ssh/sshd_config.d/*.conf\nAuthorizedKeysFile\t.ssh/authorized_keys\n"
	  "SyslogFacility AUTHPRIV\nChallengeResponseAuthentication no\nUsePAM yes\n"
	  "X11Forwarding yes\nPrintMotd no\n",
	  "SSH-002 SSH-004 SSH-006 SSH-007 SSH-012" },
	{ "FreePBX distro 16", "ID=sangoma\nVERSION_ID=\"7\"\n",
	  "openssh-server-7.4p1-23.el7_9.x86_64\n", "PermitRootLogin yes\nUseDNS no\n" RED_HAT_REST,
	  "SSH-001 SSH-002 SSH-004 SSH-006 SSH-007 SSH-009 SSH-012" },
};

static void the_defaults_of_distributions_have_no_false_alarm(void **state)
{
	(void)state;
	static const char *const ids[] = { "SSH-001", "SSH-002", "SSH-004", "SSH-006",
					   "SSH-007", "SSH-008", "SSH-009", "SSH-011",
					   "SSH-012", "SSH-013", "SSH-014" };
	for (size_t i = 0; i < ARRAY_SIZE(distributions); i++) {
		const struct distribution *distribution = &distributions[i];
		struct ssh_host host;
		ssh_host_init(&host);
		literal_find(&host.files, "/etc/os-release")->source.bytes =
			slice_of(distribution->release);
		literal_loader_add(&host.files, "packages", distribution->package);
		literal_loader_add(&host.files, "/usr/sbin/sshd", "");
		literal_loader_add(&host.files, "/etc/ssh/sshd_config", distribution->config);
		ssh_host_build(&host);
		for (size_t k = 0; k < ARRAY_SIZE(ids); k++) {
			bool expected = strstr(distribution->failing, ids[k]) != NULL;
			bool found = ssh_host_judge(&host, ids[k]) == STATUS_FAIL;
			if (expected != found)
				print_message("%s on %s\n", ids[k], distribution->name);
			assert_int_equal(expected, found);
		}
		ssh_host_done(&host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_commented_line_is_not_set),
		cmocka_unit_test(a_drop_in_counts),
		cmocka_unit_test(defaults_are_those_of_the_version),
		cmocka_unit_test(stricter_than_wanted_is_no_finding),
		cmocka_unit_test(quotes_and_equals_signs_are_understood),
		cmocka_unit_test(a_match_block_counts_where_it_holds),
		cmocka_unit_test(what_is_not_known_is_never_a_pass),
		cmocka_unit_test(the_defaults_of_distributions_have_no_false_alarm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
