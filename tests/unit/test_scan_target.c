/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/scan/scan_host.h"
#include "audit/scan/scan_ports.h"
#include "audit/scan/scan_read.h"
#include "audit/scan/scan_resume.h"
#include "audit/scan/scan_target.h"
#include "audit/scan/scan_write.h"

static bool add(struct scan_targets *targets, struct arena *arena, const char *word)
{
	struct error error;
	return scan_targets_add(targets, slice_of(word), SCAN_FAMILY_ANY, arena, &error);
}

static void lists(struct arena *arena, const char *words, uint64_t total, const char *expected)
{
	struct scan_targets targets = { 0 };
	struct slice rest = slice_of(words), word;
	while (slice_next_word(&rest, &word))
		assert_true(add(&targets, arena, slice_to_string(arena, word)));
	scan_targets_finish(&targets);
	assert_int_equal(targets.total, total);
	BUFFER_AUTO text = { 0 };
	struct scan_cursor cursor = { 0 };
	struct address address;
	const struct scan_range *range;
	for (int i = 0; i < 6 && scan_targets_next(&targets, &cursor, &address, &range); i++) {
		buffer_append_string(&text, i ? " " : "");
		address_format(address, &text);
	}
	assert_string_equal(buffer_string(&text), expected);
}

static void each_address_comes_once(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	lists(arena, "192.0.2.1", 1, "192.0.2.1");
	lists(arena, "192.0.2.7-9 192.0.2.8 192.0.2.9-192.0.2.10", 4,
	      "192.0.2.7 192.0.2.8 192.0.2.9 192.0.2.10");
	/* Neither the network's address nor its broadcast address. */
	lists(arena, "192.0.2.0/29", 6,
	      "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6");
	lists(arena, "192.0.2.4/31", 2, "192.0.2.4 192.0.2.5");
	lists(arena, "192.0.2.255-192.0.3.1", 3, "192.0.2.255 192.0.3.0 192.0.3.1");
	lists(arena, "2001:db8::fffe/127 2001:db8::1", 3,
	      "2001:db8::1 2001:db8::fffe 2001:db8::ffff");
	lists(arena, "198.18.0.0/16", 65534,
	      "198.18.0.1 198.18.0.2 198.18.0.3 198.18.0.4 198.18.0.5 198.18.0.6");
	arena_free(arena);
}

static void nothing_that_nobody_may_scan(void **state)
{
	(void)state;
	static const char *const words[] = {
		"224.0.0.1",
		"239.1.2.3",
		"255.255.255.255",
		"0.0.0.0",
		"0.0.0.0/0",
		"240.0.0.0/24",
		"ff02::1",
		"::",
		"ff02::/112",
		"2001:db8::/64",
		"192.0.2.9-192.0.2.1",
		"192.0.2.0/33",
		"fe80::1",
		"223.0.0.0-224.0.0.1",
		"10.0.0.0/7",
		"192.0.2.0/x",
		"192.0.2.1-x",
		"",
	};
	struct arena *arena = arena_new(0);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct scan_targets targets = { 0 };
		assert_false(add(&targets, arena, words[i]));
		assert_int_equal(targets.count, 0);
	}
	arena_free(arena);
}

static void a_position_is_found_again(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct scan_targets targets = { 0 };
	assert_true(add(&targets, arena, "198.51.100.0/30"));
	assert_true(add(&targets, arena, "192.0.2.5-7"));
	assert_true(add(&targets, arena, "2001:db8::9"));
	scan_targets_finish(&targets);
	struct scan_cursor all = { 0 };
	struct address address, again;
	const struct scan_range *range;
	for (uint64_t at = 0; at < 6; at++) {
		struct scan_cursor skipped = scan_targets_skip(&targets, at);
		uint64_t index;
		assert_true(scan_targets_next(&targets, &all, &address, &range));
		assert_true(scan_targets_next(&targets, &skipped, &again, &range));
		assert_true(address_equal(address, again));
		assert_true(scan_targets_index(&targets, address, 0, &index));
		assert_int_equal(index, at);
		assert_false(scan_targets_index(&targets, address, 7, &index));
	}
	struct scan_cursor end = scan_targets_skip(&targets, 6);
	assert_false(scan_targets_next(&targets, &end, &address, &range));
	arena_free(arena);
}

/* fe80::1 of two interfaces: an answer does not say which, so they are not asked at once. */
static void a_batch_holds_an_address_once(void **state)
{
	(void)state;
	struct address link_local, other;
	assert_true(address_parse(SLICE("fe80::1"), &link_local));
	assert_true(address_parse(SLICE("fe80::2"), &other));
	struct scan_range ranges[] = {
		{ .first = link_local, .last = link_local, .zone = 2 },
		{ .first = other, .last = other, .zone = 2 },
		{ .first = link_local, .last = link_local, .zone = 1 },
	};
	struct scan_targets targets = { .ranges = ranges, .count = 3 };
	scan_targets_finish(&targets);
	struct scan_host hosts[4];
	uint8_t reasons[4];
	struct scan_cursor cursor = { 0 };
	assert_int_equal(scan_hosts_take(&targets, &cursor, hosts, 4, reasons, 1), 1);
	assert_int_equal(hosts[0].zone, 1);
	assert_int_equal(scan_hosts_take(&targets, &cursor, hosts, 4, reasons, 1), 2);
	assert_int_equal(hosts[0].zone, 2);
	assert_int_equal(scan_hosts_find(hosts, 2, link_local), 0);
	assert_int_equal(scan_hosts_find(hosts, 2, other), 1);
	assert_int_equal(scan_hosts_find(hosts, 1, other), 1);
	assert_int_equal(scan_hosts_take(&targets, &cursor, hosts, 4, reasons, 1), 0);
}

/* Of a scan that was stopped in its second host only the first one's ports are believed. */
static void a_stopped_scan_goes_on(void **state)
{
	(void)state;
	static const char text[] =
		"{\"schema\": \"ringfence-scan/1\", \"method\": \"syn\", \"complete\": false, "
		"\"tcp_ports\": \"22,80\", \"udp_ports\": \"\", \"targets\": [\"192.0.2.1-2\"], "
		"\"decided\": {\"tcp\": 1, \"udp\": 0}, \"silent_hosts\": 0, \"hosts\": ["
		"{\"address\": \"192.0.2.1\", \"ports\": [{\"proto\": \"tcp\", \"port\": 22, "
		"\"state\": \"open\", \"reason\": \"syn-ack\", \"service\": {\"name\": \"ssh\"}}], "
		"\"others\": []}, {\"address\": \"192.0.2.2\", \"ports\": [{\"proto\": \"tcp\", "
		"\"port\": 22, \"state\": \"filtered\", \"reason\": \"no-response\"}], "
		"\"others\": [{\"proto\": \"tcp\", \"state\": \"filtered\", "
		"\"reason\": \"no-response\", \"count\": 1}]}]}";
	struct arena *arena = arena_new(0);
	struct scan_result result;
	struct error error;
	assert_true(scan_read(slice_of(text), "scan.json", arena, &result, &error));
	assert_int_equal(result.target_count, 1);
	struct scan_targets targets = { 0 };
	assert_true(add(&targets, arena, result.targets[0]));
	scan_targets_finish(&targets);
	assert_true(scan_resume(&result, &targets, &error));
	assert_int_equal(result.count, 1);
	assert_int_equal(result.hosts[0].count, 1);
	assert_null(result.hosts[0].ports[0].service);
	struct scan_targets others = { 0 };
	assert_true(add(&others, arena, "192.0.2.9"));
	assert_false(scan_resume(&result, &others, &error));
	arena_free(arena);
}

static void ports(struct arena *arena, const char *text, const char *expected)
{
	struct scan_ports list;
	struct error error;
	bool is_good = scan_ports_parse(slice_of(text), arena, &list, &error);
	assert_int_equal(is_good, expected != NULL);
	if (!expected)
		return;
	BUFFER_AUTO out = { 0 };
	scan_write_ports(&list, &out);
	assert_string_equal(buffer_string(&out), expected);
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(scan_ports_find(&list, list.ports[i]), i);
	assert_int_equal(scan_ports_find(&list, 0), list.count);
}

static void reads_lists_of_ports(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	ports(arena, "22", "22");
	ports(arena, "443,22, 80,22", "22,80,443");
	ports(arena, "5060-5062,5061-5065", "5060-5065");
	ports(arena, "-", "1-65535");
	ports(arena, "65000-,-3", "1-3,65000-65535");
	ports(arena, "0", NULL);
	ports(arena, "65536", NULL);
	ports(arena, "9-8", NULL);
	ports(arena, "22,,80", NULL);
	ports(arena, "ssh", NULL);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_address_comes_once),
		cmocka_unit_test(nothing_that_nobody_may_scan),
		cmocka_unit_test(a_position_is_found_again),
		cmocka_unit_test(a_batch_holds_an_address_once),
		cmocka_unit_test(a_stopped_scan_goes_on),
		cmocka_unit_test(reads_lists_of_ports),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
