/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/checks/system_host.h"

#define LOOPBACK "1: lo: <LOOPBACK,UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n"
#define ONE_INTERFACE LOOPBACK "2: eth0: <UP> mtu 1500\n    inet 192.0.2.7/24 scope global\n"

static enum finding_status judge(const char *id, const char *sysctl, const char *addresses,
				 const char *container, struct system_host *host)
{
	system_host_init(host);
	if (sysctl)
		literal_loader_add(&host->literal, "sysctl", sysctl);
	if (addresses)
		literal_loader_add(&host->literal, "addresses", addresses);
	if (container)
		literal_loader_add(&host->literal, "container", container);
	system_host_load(host);
	return system_host_judge(host, id);
}

#define EXPECT(id, sysctl, addresses, container, status)                                           \
	do {                                                                                       \
		struct system_host host;                                                           \
		assert_int_equal(judge(id, sysctl, addresses, container, &host), status);          \
		system_host_done(&host);                                                           \
	} while (0)

#define RP(all, own)                                                                               \
	"net.ipv4.conf.all.rp_filter = " all "\nnet.ipv4.conf.eth0.rp_filter = " own "\n"

static void krn_003(void **state)
{
	(void)state;
	EXPECT("KRN-003", RP("0", "0"), ONE_INTERFACE, NULL, STATUS_FAIL);
	/* The larger of the two counts. */
	EXPECT("KRN-003", RP("0", "1"), ONE_INTERFACE, NULL, STATUS_PASS);
	EXPECT("KRN-003", RP("2", "0"), ONE_INTERFACE, NULL, STATUS_PASS);
	EXPECT("KRN-003", RP("1", "0"), NULL, NULL, STATUS_UNKNOWN);
	EXPECT("KRN-003", NULL, ONE_INTERFACE, NULL, STATUS_UNKNOWN);
	EXPECT("KRN-003", RP("0", "0"), LOOPBACK, NULL, STATUS_NOT_APPLICABLE);
	EXPECT("KRN-003", RP("0", "0"), ONE_INTERFACE, "docker\n", STATUS_NOT_APPLICABLE);
}

#define REDIRECTS(forwarding, take_all, take_own, send)                                            \
	"net.ipv4.conf.eth0.forwarding = " forwarding "\n"                                         \
	"net.ipv4.conf.all.accept_redirects = " take_all "\n"                                      \
	"net.ipv4.conf.eth0.accept_redirects = " take_own "\n"                                     \
	"net.ipv4.conf.all.send_redirects = " send "\n"                                            \
	"net.ipv4.conf.eth0.send_redirects = 0\n"                                                  \
	"net.ipv4.conf.all.accept_source_route = 0\n"                                              \
	"net.ipv4.conf.eth0.accept_source_route = 1\n"

static void krn_004(void **state)
{
	(void)state;
	EXPECT("KRN-004", REDIRECTS("0", "0", "0", "1"), ONE_INTERFACE, NULL, STATUS_PASS);
	EXPECT("KRN-004", REDIRECTS("0", "0", "1", "0"), ONE_INTERFACE, NULL, STATUS_FAIL);
	/* On a router both must say so; and it sends. */
	EXPECT("KRN-004", REDIRECTS("1", "0", "1", "0"), ONE_INTERFACE, NULL, STATUS_PASS);
	EXPECT("KRN-004", REDIRECTS("1", "0", "1", "1"), ONE_INTERFACE, NULL, STATUS_FAIL);
	EXPECT("KRN-004", REDIRECTS("0", "0", "0", "0") "net.ipv6.conf.eth0.accept_redirects = 1\n",
	       ONE_INTERFACE, NULL, STATUS_FAIL);
	EXPECT("KRN-004",
	       REDIRECTS("0", "0", "0", "0") "net.ipv6.conf.eth0.accept_redirects = 1\n"
					     "net.ipv6.conf.eth0.disable_ipv6 = 1\n",
	       ONE_INTERFACE, NULL, STATUS_PASS);
	EXPECT("KRN-004", NULL, ONE_INTERFACE, NULL, STATUS_UNKNOWN);
	EXPECT("KRN-004", REDIRECTS("0", "1", "1", "0"), LOOPBACK, NULL, STATUS_NOT_APPLICABLE);
	EXPECT("KRN-004", REDIRECTS("0", "1", "1", "0"), ONE_INTERFACE, "lxc\n",
	       STATUS_NOT_APPLICABLE);
	struct system_host host;
	assert_int_equal(
		judge("KRN-004", REDIRECTS("0", "0", "1", "0"), ONE_INTERFACE, NULL, &host),
		STATUS_FAIL);
	assert_true(
		system_host_says(&host.remedy.commands, "net.ipv4.conf.eth0.accept_redirects=0"));
	system_host_done(&host);
}

static void krn_008(void **state)
{
	(void)state;
	EXPECT("KRN-008", "net.ipv4.ip_forward = 0\n", ONE_INTERFACE, NULL, STATUS_PASS);
	EXPECT("KRN-008", "net.ipv4.ip_forward = 1\n", ONE_INTERFACE, NULL, STATUS_FAIL);
	EXPECT("KRN-008", "net.ipv4.ip_forward = 1\n",
	       ONE_INTERFACE "3: docker0: <UP> mtu 1500\n    inet 172.17.0.1/16 scope global\n",
	       NULL, STATUS_PASS);
	EXPECT("KRN-008", NULL, ONE_INTERFACE, NULL, STATUS_UNKNOWN);
	EXPECT("KRN-008", "net.ipv4.ip_forward = 1\n", ONE_INTERFACE, "lxc\n",
	       STATUS_NOT_APPLICABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(krn_003),
		cmocka_unit_test(krn_004),
		cmocka_unit_test(krn_008),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
