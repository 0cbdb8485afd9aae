/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/base/buffer.h"
#include "audit/scan/scan_read.h"
#include "tests/checks/literal_host.h"

/* A scan of 192.0.2.1, ports 1 to 6000 of TCP and 5060 of UDP, whose other ports are OTHERS. */
static void scanned(struct literal_host *host, struct scan_result *scan, const char *ports,
		    const char *others)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(
		&text,
		"{\"schema\": \"ringfence-scan/1\", \"complete\": true, \"tcp_ports\": "
		"\"1-6000\", \"udp_ports\": \"5060\", \"hosts\": [{\"address\": "
		"\"192.0.2.1\", \"ports\": [%s], \"others\": [{\"proto\": \"tcp\", \"state\": "
		"\"%s\", \"reason\": \"no-response\", \"count\": 5990}]}]}",
		ports, others);
	struct error error;
	assert_true(scan_read(buffer_slice(&text), "scan.json", host->arena, scan, &error));
	host->model.outside = scan;
}

#define OPEN_22 "{\"proto\": \"tcp\", \"port\": 22, \"state\": \"open\", \"reason\": \"syn-ack\"}"

static void both_sides_agree(void **state)
{
	(void)state;
	struct literal_host host;
	struct scan_result scan;
	literal_host_init(&host);
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_NOT_APPLICABLE);
	(void)literal_service(&host, IPPROTO_TCP, 22, "sshd", "0.0.0.0/0", REACH_ACCEPT);
	/* Only networks reach it, or nobody: silence outside is right. */
	(void)literal_service(&host, IPPROTO_TCP, 3306, "mysqld", "0.0.0.0/0", REACH_BLOCK);
	scanned(&host, &scan, OPEN_22, "filtered");
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_PASS);
	literal_host_done(&host);
}

static void contradictions_fail(void **state)
{
	(void)state;
	struct literal_host host;
	struct scan_result scan;
	literal_host_init(&host);
	scanned(&host, &scan, OPEN_22, "filtered");
	/* Nobody listens. */
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_FAIL);
	/* It listens, and no rule lets anybody in. */
	struct reach_service *service =
		literal_service(&host, IPPROTO_TCP, 22, "sshd", "0.0.0.0/0", REACH_BLOCK);
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_FAIL);
	service->exposure = EXPOSURE_ANYWHERE;
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_PASS);
	/* On loopback alone, or another family. */
	service->is_loopback = true;
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_FAIL);
	service->is_loopback = false;
	/* The world is let in to 80, and outside it is filtered, closed. */
	(void)literal_service(&host, IPPROTO_TCP, 80, "httpd", "0.0.0.0/0", REACH_ACCEPT);
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 1);
	scanned(&host, &scan, OPEN_22, "closed");
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_FAIL);
	/* A port that was not scanned says nothing. */
	host.services[1].port = 8080;
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_PASS);
	literal_host_done(&host);
}

static void what_is_not_known_is_unknown(void **state)
{
	(void)state;
	struct literal_host host;
	struct scan_result scan;
	literal_host_init(&host);
	scanned(&host, &scan, OPEN_22, "filtered");
	host.sockets.state = FACT_UNREADABLE;
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_UNKNOWN);
	host.sockets.state = FACT_PRESENT;
	scan.count = 0;
	assert_int_equal(literal_judge(&host, "NET-005"), STATUS_UNKNOWN);
	literal_host_done(&host);
}

#define SIP_ANSWERS(FACTS)                                                                         \
	"{\"proto\": \"udp\", \"port\": 5060, \"state\": \"open\", \"reason\": \"udp-response\", " \
	"\"service\": {\"name\": \"sip\", \"server\": \"Asterisk PBX\"" FACTS "}}"
#define REFUSED                                                                                    \
	", \"register-absent\": \"SIP/2.0 401 Unauthorized\", \"register-probable\": \"SIP/2.0 "   \
	"401 "                                                                                     \
	"Unauthorized\", \"invite\": \"SIP/2.0 401 Unauthorized\""

static void strangers_get_nothing_out_of_sip(void **state)
{
	(void)state;
	struct literal_host host;
	struct scan_result scan;
	const struct asterisk_model no_sip = { .sip = NULL };
	literal_host_init(&host);
	host.model.asterisk = &no_sip;
	assert_int_equal(literal_judge(&host, "NET-008"), STATUS_NOT_APPLICABLE);
	scanned(&host, &scan, SIP_ANSWERS(""), "filtered");
	assert_int_equal(literal_judge(&host, "NET-008"), STATUS_NOT_APPLICABLE);
	scanned(&host, &scan, SIP_ANSWERS(REFUSED), "filtered");
	assert_int_equal(literal_judge(&host, "NET-008"), STATUS_PASS);
	scanned(&host, &scan,
		SIP_ANSWERS(REFUSED ", \"finding\": \"calls of strangers reach the dialplan\""),
		"filtered");
	assert_int_equal(literal_judge(&host, "NET-008"), STATUS_FAIL);
	literal_host_done(&host);
}

static void nmap_is_read_too(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct scan_result scan;
	struct error error;
	static const char xml[] =
		"<?xml version=\"1.0\"?><!DOCTYPE nmaprun><nmaprun scanner=\"nmap\"><scaninfo "
		"type=\"syn\" protocol=\"tcp\" numservices=\"3\" services=\"22-23,80\"/><host>"
		"<status state=\"up\"/><address addr=\"192.0.2.1\" addrtype=\"ipv4\"/><address "
		"addr=\"02:00:00:00:00:01\" addrtype=\"mac\"/><ports><extraports "
		"state=\"filtered\" "
		"count=\"2\"><extrareasons reason=\"no-response\" count=\"2\" proto=\"tcp\"/>"
		"</extraports><port protocol=\"tcp\" portid=\"22\"><state state=\"open\" reason=\""
		"syn-ack\" reason_ttl=\"64\"/><service "
		"name=\"ssh\"/></port></ports></host></nmaprun>";
	assert_true(scan_read(slice_of(xml), "scan.xml", arena, &scan, &error));
	assert_int_equal(scan.count, 1);
	enum scan_state found;
	assert_true(scan_found_state(&scan, &scan.hosts[0], SCAN_TCP, 22, &found));
	assert_int_equal(found, STATE_OPEN);
	assert_string_equal(scan.hosts[0].ports[0].service->name, "ssh");
	assert_true(scan_found_state(&scan, &scan.hosts[0], SCAN_TCP, 80, &found));
	assert_int_equal(found, STATE_FILTERED);
	assert_false(scan_found_state(&scan, &scan.hosts[0], SCAN_TCP, 443, &found));
	static const char *const wrong[] = {
		"",
		"{}",
		"[]",
		"<a/>",
		"<nmaprun><host/></nmaprun>",
		"{\"schema\": \"ringfence-scan/1\", \"hosts\": [{}]}"
	};
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_false(scan_read(slice_of(wrong[i]), "x", arena, &scan, &error));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_sides_agree),
		cmocka_unit_test(contradictions_fail),
		cmocka_unit_test(what_is_not_known_is_unknown),
		cmocka_unit_test(strangers_get_nothing_out_of_sip),
		cmocka_unit_test(nmap_is_read_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
