/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/checks/ssh_host.h"

static void no_sshd_is_not_applicable_and_an_unreadable_one_unknown(void **state)
{
	(void)state;
	static const char *const ids[] = {
		"SSH-001", "SSH-002", "SSH-003", "SSH-004", "SSH-005", "SSH-006",
		"SSH-007", "SSH-008", "SSH-009", "SSH-010", "SSH-011", "SSH-012",
		"SSH-013", "SSH-014", "SSH-015", "SSH-016", "SSH-017",
	};
	struct ssh_host absent, unreadable;
	ssh_host_init(&absent);
	/* A file without the program, and a package list that has no sshd. */
	literal_loader_add(&absent.files, "/etc/ssh/sshd_config", "PermitRootLogin yes\n");
	literal_loader_add(&absent.files, "packages", "");
	ssh_host_build(&absent);
	ssh_host_init(&unreadable);
	ssh_host_sshd(&unreadable, DEBIAN_12, "PermitRootLogin yes\n");
	literal_find(&unreadable.files, "/etc/ssh/sshd_config")->is_unreadable = true;
	ssh_host_build(&unreadable);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		print_message("%s\n", ids[i]);
		assert_int_equal(ssh_host_judge(&absent, ids[i]), STATUS_NOT_APPLICABLE);
		assert_int_equal(ssh_host_judge(&unreadable, ids[i]), STATUS_UNKNOWN);
	}
	ssh_host_done(&absent);
	ssh_host_done(&unreadable);
}

static void an_unreadable_include_makes_all_unknown(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12,
		      "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n");
	literal_loader_add(&host.files, "/etc/ssh/sshd_config.d/a.conf", "")->is_unreadable = true;
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-001"), STATUS_UNKNOWN);
	ssh_host_done(&host);
}

static void root_login(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin yes\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin no\n"), STATUS_PASS);
	/* The default since 7.0, and the one before. */
	assert_int_equal(ssh_judge("SSH-001", ""), STATUS_PASS);
	assert_int_equal(ssh_judge_version(CENTOS_6, "SSH-001", ""), STATUS_FAIL);
	assert_int_equal(ssh_judge_version("OpenSSH_7.4p1\n", "SSH-001", ""), STATUS_PASS);
	/* Not told, and it matters. */
	assert_int_equal(ssh_judge_version("", "SSH-001", ""), STATUS_UNKNOWN);
	assert_int_equal(ssh_judge_version("", "SSH-001", "PermitRootLogin no\n"), STATUS_PASS);
	/* A commented line says nothing, wherever the '#'. */
	assert_int_equal(ssh_judge("SSH-001", "#PermitRootLogin yes\n  # PermitRootLogin yes\n"),
			 STATUS_PASS);
	/* The first line wins. */
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin no\nPermitRootLogin yes\n"),
			 STATUS_PASS);
	/* Quotes, '=' and case. */
	assert_int_equal(ssh_judge("SSH-001", "permitrootlogin=\"YES\"\n"), STATUS_FAIL);
	/* Lists that shut root out are the seed's way. */
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin yes\nAllowUsers alice\n"),
			 STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin yes\nDenyGroups root\n"),
			 STATUS_PASS);
	/* No password method, or one that needs a key as well. */
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin yes\nPasswordAuthentication no\n"
					      "KbdInteractiveAuthentication no\n"),
			 STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin yes\n"
					      "AuthenticationMethods publickey,password\n"),
			 STATUS_PASS);
	/* Stricter than wanted is no finding. */
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin forced-commands-only\n"),
			 STATUS_PASS);
}

static void root_login_in_match_blocks_and_drop_ins(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin no\nMatch Address 192.0.2.0/24\n"
					      "PermitRootLogin yes\n"),
			 STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-001", "PermitRootLogin no\nMatch User alice\n"
					      "PermitRootLogin yes\n"),
			 STATUS_PASS);
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12,
		      "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n");
	literal_loader_add(&host.files, "/etc/ssh/sshd_config.d/50-cloud-init.conf",
			   "PermitRootLogin yes\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-001"), STATUS_FAIL);
	assert_string_equal(host.verdict.evidence[0].file,
			    "/etc/ssh/sshd_config.d/50-cloud-init.conf");
	assert_int_equal(host.verdict.evidence[0].line, 1);
	/* The remedy wins by its name. */
	assert_true(ssh_host_commands_hold(&host, ">> /etc/ssh/sshd_config.d/00-ringfence.conf"));
	assert_true(ssh_host_commands_hold(&host, "sshd -t"));
	ssh_host_done(&host);
}

static void keys_for_root_are_for_the_strict(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "PermitRootLogin prohibit-password\n");
	host.site.level = SITE_STRICT;
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-001"), STATUS_FAIL);
	host.site.level = SITE_BASIC;
	assert_int_equal(ssh_host_judge(&host, "SSH-001"), STATUS_PASS);
	ssh_host_done(&host);
}

static void a_match_line_is_mended_where_it_stands(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12,
		      "PermitRootLogin no\nMatch Address 192.0.2.0/24\n  PermitRootLogin yes\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-001"), STATUS_FAIL);
	assert_true(ssh_host_commands_hold(&host, "s/^  PermitRootLogin yes$/#ringfence# &/"));
	assert_false(ssh_host_commands_hold(&host, "1i PermitRootLogin no"));
	ssh_host_done(&host);
}

static void named_users(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-002", ""), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-002", "AllowUsers alice\n"), STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-002", "AllowGroups wheel\n"), STATUS_PASS);
	/* Names everybody, so nobody. */
	assert_int_equal(ssh_judge("SSH-002", "AllowUsers *\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-002", "AllowUsers alice *@0.0.0.0/0\n"), STATUS_FAIL);
	/* Those who are refused are not those who are named. */
	assert_int_equal(ssh_judge("SSH-002", "DenyUsers root\n"), STATUS_FAIL);
	/* From the inside only. */
	assert_int_equal(ssh_judge("SSH-002", "AllowUsers *@10.0.0.0/8 alice\n"), STATUS_PASS);
	/* The block of one user opens nothing for others. */
	assert_int_equal(ssh_judge("SSH-002", "AllowUsers alice\nMatch User alice\n"
					      "AllowUsers *\n"),
			 STATUS_PASS);
}

static void the_remedy_for_names_keeps_people_in(void **state)
{
	(void)state;
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "Port 22\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-002"), STATUS_FAIL);
	assert_true(ssh_host_commands_hold(&host, "AllowUsers alice"));
	assert_int_equal(host.remedy.disruption, DISRUPTION_LOCKOUT_RISK);
	ssh_host_done(&host);
}

static void passwords(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-004", ""), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-004", "PasswordAuthentication no\n"), STATUS_PASS);
	/* PAM asks for it, too. */
	assert_int_equal(ssh_judge("SSH-004", "PasswordAuthentication no\nUsePAM yes\n"),
			 STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-004", "PasswordAuthentication no\nUsePAM yes\n"
					      "ChallengeResponseAuthentication no\n"),
			 STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-004", "AuthenticationMethods publickey\n"), STATUS_PASS);
	/* From inside it may be. */
	assert_int_equal(ssh_judge("SSH-004", "PasswordAuthentication no\n"
					      "Match Address 10.0.0.0/8\n"
					      "PasswordAuthentication yes\n"),
			 STATUS_PASS);
	assert_int_equal(ssh_judge("SSH-004", "PasswordAuthentication no\n"
					      "Match Address 203.0.113.0/24\n"
					      "PasswordAuthentication yes\n"),
			 STATUS_FAIL);
}

static void empty_passwords(void **state)
{
	(void)state;
	assert_int_equal(ssh_judge("SSH-005", "PermitEmptyPasswords yes\n"), STATUS_FAIL);
	assert_int_equal(ssh_judge("SSH-005", ""), STATUS_PASS);
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "UsePAM yes\n");
	literal_find(&host.files, "/etc/shadow")->source.bytes =
		SLICE("root:!::::::\nalice::19000::::::\n");
	literal_loader_add(&host.files, "/etc/pam.d/sshd", "@include common-auth\n");
	literal_loader_add(&host.files, "/etc/pam.d/common-auth",
			   "auth [success=1 default=ignore] pam_unix.so nullok\n");
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-005"), STATUS_FAIL);
	assert_true(ssh_host_commands_hold(&host, "passwd -l alice"));
	ssh_host_done(&host);
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12, "");
	literal_find(&host.files, "/etc/shadow")->is_unreadable = true;
	ssh_host_build(&host);
	assert_int_equal(ssh_host_judge(&host, "SSH-005"), STATUS_UNKNOWN);
	ssh_host_done(&host);
}

static const struct result_access *find_access(const struct result_access *rows, size_t count,
					       const char *who, const char *from)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].who, who) == 0 && strncmp(rows[i].from, from, strlen(from)) == 0)
			return &rows[i];
	return NULL;
}

static void the_table_of_logins_covers_all_addresses(void **state)
{
	(void)state;
	struct ssh_host host;
	const struct result_access *rows, *row;
	size_t count;
	ssh_host_init(&host);
	ssh_host_sshd(&host, DEBIAN_12,
		      "PermitRootLogin no\nPasswordAuthentication no\nAllowUsers alice root\n"
		      "Match Address 192.0.2.0/24,!192.0.2.7 User root\n"
		      "PermitRootLogin prohibit-password\n");
	ssh_host_build(&host);
	assert_true(ssh_access_rows(host.files.loader.arena, &host.model, &rows, &count));
	row = find_access(rows, count, "root", "192.0.2.0/30");
	assert_non_null(row);
	assert_string_equal(row->how, "key");
	row = find_access(rows, count, "root", "any IPv4 address but 192.0.2.0/30");
	assert_non_null(row);
	assert_string_equal(row->how, "none");
	assert_string_equal(row->why, "PermitRootLogin (/etc/ssh/sshd_config:1)");
	row = find_access(rows, count, "alice", "anywhere");
	assert_non_null(row);
	assert_string_equal(row->how, "key");
	row = find_access(rows, count, "any account that no rule names", "anywhere");
	assert_non_null(row);
	assert_string_equal(row->how, "none");
	ssh_host_done(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_sshd_is_not_applicable_and_an_unreadable_one_unknown),
		cmocka_unit_test(an_unreadable_include_makes_all_unknown),
		cmocka_unit_test(root_login),
		cmocka_unit_test(root_login_in_match_blocks_and_drop_ins),
		cmocka_unit_test(keys_for_root_are_for_the_strict),
		cmocka_unit_test(a_match_line_is_mended_where_it_stands),
		cmocka_unit_test(named_users),
		cmocka_unit_test(the_remedy_for_names_keeps_people_in),
		cmocka_unit_test(passwords),
		cmocka_unit_test(empty_passwords),
		cmocka_unit_test(the_table_of_logins_covers_all_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
