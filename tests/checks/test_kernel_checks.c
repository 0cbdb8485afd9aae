/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/checks/system_host.h"

static enum finding_status judge(struct system_host *host, const char *id, const char *running,
				 const char *file)
{
	system_host_init(host);
	if (running)
		literal_loader_add(&host->literal, "sysctl", running);
	if (file)
		literal_loader_add(&host->literal, "/etc/sysctl.conf", file);
	literal_loader_add(&host->literal, "/etc/os-release", "ID=debian\n");
	system_host_load(host);
	return system_host_judge(host, id);
}

#define EXPECT(id, running, file, status)                                                          \
	do {                                                                                       \
		struct system_host host;                                                           \
		assert_int_equal(judge(&host, id, running, file), status);                         \
		system_host_done(&host);                                                           \
	} while (0)

static void in_container(const char *id)
{
	struct system_host host;
	system_host_init(&host);
	literal_loader_add(&host.literal, "sysctl", "net.ipv4.tcp_syncookies = 0\n");
	literal_loader_add(&host.literal, "container", "lxc\n");
	system_host_load(&host);
	assert_int_equal(system_host_judge(&host, id), STATUS_NOT_APPLICABLE);
	system_host_done(&host);
}

static void krn_001(void **state)
{
	(void)state;
	EXPECT("KRN-001", "net.ipv4.tcp_syncookies = 0\n", NULL, STATUS_FAIL);
	EXPECT("KRN-001", "net.ipv4.tcp_syncookies = 1\n", NULL, STATUS_PASS);
	EXPECT("KRN-001", "net.ipv4.tcp_syncookies = 2\n", NULL, STATUS_PASS);
	/* On now, off after the next start; and the other way round. */
	EXPECT("KRN-001", "net.ipv4.tcp_syncookies = 1\n", "net.ipv4.tcp_syncookies = 0\n",
	       STATUS_FAIL);
	EXPECT("KRN-001", "net.ipv4.tcp_syncookies = 0\n", "net.ipv4.tcp_syncookies = 1\n",
	       STATUS_FAIL);
	/* A commented line sets nothing. */
	EXPECT("KRN-001", "net.ipv4.tcp_syncookies = 1\n", "#net.ipv4.tcp_syncookies = 0\n",
	       STATUS_PASS);
	EXPECT("KRN-001", NULL, NULL, STATUS_UNKNOWN);
	EXPECT("KRN-001", NULL, "net.ipv4.tcp_syncookies = 1\n", STATUS_UNKNOWN);
	EXPECT("KRN-001", NULL, "net.ipv4.tcp_syncookies = 0\n", STATUS_FAIL);
	EXPECT("KRN-001", "net.ipv4.tcp_syncookies = many\n", NULL, STATUS_UNKNOWN);
	EXPECT("KRN-001", "kernel.ostype = Linux\n", NULL, STATUS_UNKNOWN);
	in_container("KRN-001");
}

static void krn_001_remedy_beats_the_file(void **state)
{
	(void)state;
	struct system_host host;
	assert_int_equal(judge(&host, "KRN-001", "net.ipv4.tcp_syncookies = 0\n",
			       "\nnet.ipv4.tcp_syncookies = 0\n"),
			 STATUS_FAIL);
	/* sysctl.conf is read last: its own line has to go. */
	assert_true(system_host_says(&host.remedy.commands, "sed -i '2s/^/#"));
	assert_true(system_host_says(&host.remedy.commands, "sysctl -w"));
	assert_true(system_host_says(&host.remedy.verify, "= 1"));
	assert_true(system_host_says(&host.remedy.undo, "sysctl -w net.ipv4.tcp_syncookies=0"));
	assert_int_equal(host.verdict.evidence[0].line, 2);
	system_host_done(&host);
}

static void krn_002(void **state)
{
	(void)state;
#define GOOD_BACKLOG "net.ipv4.tcp_max_syn_backlog = 4096\nnet.core.somaxconn = 4096\n"
	EXPECT("KRN-002", GOOD_BACKLOG "net.ipv4.tcp_synack_retries = 5\n", NULL, STATUS_PASS);
	EXPECT("KRN-002", GOOD_BACKLOG "net.ipv4.tcp_synack_retries = 6\n", NULL, STATUS_FAIL);
	EXPECT("KRN-002",
	       "net.ipv4.tcp_max_syn_backlog = 128\nnet.core.somaxconn = 4096\n"
	       "net.ipv4.tcp_synack_retries = 3\n",
	       NULL, STATUS_FAIL);
	EXPECT("KRN-002", GOOD_BACKLOG, NULL, STATUS_UNKNOWN);
	in_container("KRN-002");
	struct system_host host;
	system_host_init(&host);
	host.site.level = SITE_STRICT;
	literal_loader_add(&host.literal, "sysctl",
			   GOOD_BACKLOG "net.ipv4.tcp_synack_retries = 5\n");
	system_host_load(&host);
	assert_int_equal(system_host_judge(&host, "KRN-002"), STATUS_FAIL);
	system_host_done(&host);
}

static void krn_005(void **state)
{
	(void)state;
	EXPECT("KRN-005",
	       "net.ipv4.icmp_echo_ignore_broadcasts = 1\nnet.ipv4.icmp_ratelimit = 1000\n", NULL,
	       STATUS_PASS);
	EXPECT("KRN-005",
	       "net.ipv4.icmp_echo_ignore_broadcasts = 0\nnet.ipv4.icmp_ratelimit = 1000\n", NULL,
	       STATUS_FAIL);
	EXPECT("KRN-005", "net.ipv4.icmp_echo_ignore_broadcasts = 1\nnet.ipv4.icmp_ratelimit = 0\n",
	       NULL, STATUS_FAIL);
	EXPECT("KRN-005", "net.ipv4.icmp_ratelimit = 1000\n", NULL, STATUS_UNKNOWN);
	in_container("KRN-005");
}

static void krn_006(void **state)
{
	(void)state;
#define GOOD_FRAGMENTS "net.ipv4.ipfrag_time = 30\nnet.ipv4.ipfrag_high_thresh = 4194304\n"
	EXPECT("KRN-006", GOOD_FRAGMENTS, NULL, STATUS_PASS);
	EXPECT("KRN-006", GOOD_FRAGMENTS "net.ipv6.ip6frag_time = 61\n", NULL, STATUS_FAIL);
	EXPECT("KRN-006", "net.ipv4.ipfrag_time = 30\nnet.ipv4.ipfrag_high_thresh = 16777217\n",
	       NULL, STATUS_FAIL);
	EXPECT("KRN-006", "net.ipv4.ipfrag_time = 30\n", NULL, STATUS_UNKNOWN);
	in_container("KRN-006");
}

static void krn_007(void **state)
{
	(void)state;
	EXPECT("KRN-007",
	       "net.netfilter.nf_conntrack_count = 79\nnet.netfilter.nf_conntrack_max = 100\n",
	       NULL, STATUS_PASS);
	EXPECT("KRN-007",
	       "net.netfilter.nf_conntrack_count = 81\nnet.netfilter.nf_conntrack_max = 100\n",
	       NULL, STATUS_FAIL);
	EXPECT("KRN-007", "net.ipv4.ipfrag_time = 30\n", NULL, STATUS_NOT_APPLICABLE);
	EXPECT("KRN-007", "net.netfilter.nf_conntrack_max = 100\n", NULL, STATUS_UNKNOWN);
	EXPECT("KRN-007", NULL, NULL, STATUS_UNKNOWN);
	in_container("KRN-007");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(krn_001), cmocka_unit_test(krn_001_remedy_beats_the_file),
		cmocka_unit_test(krn_002), cmocka_unit_test(krn_005),
		cmocka_unit_test(krn_006), cmocka_unit_test(krn_007),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
