/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/sshd/sshd_values.h"

static void times(void **state)
{
	(void)state;
	assert_int_equal(sshd_parse_time(sshd_version_default(), SLICE("600")), 600);
	assert_int_equal(sshd_parse_time(sshd_version_default(), SLICE("1h30m")), 5400);
	assert_int_equal(sshd_parse_time(sshd_version_default(), SLICE("1W2d")), 777600);
	assert_int_equal(sshd_parse_time(sshd_version_default(), SLICE("1h 30m")), 5400);
	assert_int_equal(sshd_parse_time(sshd_version_default(), SLICE("")), -1);
	struct sshd_version newer = { .release = SSHD_RELEASE(9, 8) };
	assert_int_equal(sshd_parse_time(sshd_version_default(), SLICE("+7")), 7);
	assert_int_equal(sshd_parse_time(newer, SLICE("+7")), -1);
	assert_int_equal(sshd_parse_time(newer, SLICE("1h30m")), 5400);
	assert_int_equal(sshd_parse_time(sshd_version_default(), SLICE("1y")), -1);
	assert_int_equal(sshd_parse_time(sshd_version_default(), SLICE("-1")), -1);
	assert_int_equal(sshd_parse_time(sshd_version_default(), SLICE("2147483648")), -1);
	assert_int_equal(sshd_parse_time(sshd_version_default(), SLICE("99999999999999999999w")),
			 -1);
}

static void numbers(void **state)
{
	(void)state;
	int64_t number;
	assert_true(sshd_parse_number(SLICE(" +007"), 0, INT_MAX, &number) && number == 7);
	assert_false(sshd_parse_number(SLICE("7 "), 0, INT_MAX, &number));
	assert_false(sshd_parse_number(SLICE(""), 0, INT_MAX, &number));
	assert_false(sshd_parse_number(SLICE("2147483648"), 0, INT_MAX, &number));
	struct slice rest = SLICE("0x1fz");
	assert_true(sshd_take_long(&rest, 0, &number) && number == 31 && slice_is(rest, "z"));
	rest = SLICE("-9223372036854775808");
	assert_true(sshd_take_long(&rest, 10, &number) && number == INT64_MIN);
	rest = SLICE("99999999999999999999");
	assert_true(sshd_take_long(&rest, 10, &number) && number == INT64_MAX);
}

static void ports(void **state)
{
	(void)state;
	assert_int_equal(sshd_parse_port(SLICE("0022"), SLICE("")), 22);
	assert_int_equal(sshd_parse_port(SLICE("ssh"), SLICE("")), 22);
	assert_int_equal(sshd_parse_port(SLICE("65536"), SLICE("")), -1);
	assert_int_equal(sshd_parse_port(SLICE("admin"), SLICE("pbx 10/tcp admin # ours\n")), 10);
	assert_int_equal(sshd_parse_port(SLICE("pbx"), SLICE("pbx 10/udp\n")), -1);
}

static void sizes(void **state)
{
	(void)state;
	int64_t number;
	assert_true(sshd_parse_scaled(SLICE("1G"), &number) && number == 1073741824);
	assert_true(sshd_parse_scaled(SLICE("1.5k"), &number) && number == 1536);
	assert_true(sshd_parse_scaled(SLICE("16"), &number) && number == 16);
	assert_false(sshd_parse_scaled(SLICE("1x"), &number));
	assert_false(sshd_parse_scaled(SLICE("1GB"), &number));
	assert_false(sshd_parse_scaled(SLICE("9999999999E"), &number));
}

static void service_classes(void **state)
{
	(void)state;
	assert_int_equal(sshd_parse_ipqos(SLICE("EF")), 0xb8);
	assert_int_equal(sshd_parse_ipqos(SLICE("none")), INT_MAX);
	assert_int_equal(sshd_parse_ipqos(SLICE("020")), 16);
	assert_int_equal(sshd_parse_ipqos(SLICE("256")), -1);
	assert_string_equal(sshd_ipqos_name(16), "lowdelay");
	assert_null(sshd_ipqos_name(3));
}

static void hosts_and_ports(void **state)
{
	(void)state;
	struct slice host, rest;
	bool has_rest;
	assert_true(sshd_split_host_port(SLICE("[2001:db8::1]:22"), &host, &rest, &has_rest));
	assert_true(has_rest && slice_is(rest, "22"));
	assert_true(slice_is(sshd_clean_host(host), "2001:db8::1"));
	assert_true(sshd_split_host_port(SLICE("host"), &host, &rest, &has_rest));
	assert_false(has_rest);
	assert_false(sshd_split_host_port(SLICE("host/22"), &host, &rest, &has_rest));
	assert_false(sshd_split_host_port(SLICE("[::1"), &host, &rest, &has_rest));
	assert_false(sshd_split_host_port(SLICE("[::1]x"), &host, &rest, &has_rest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times),           cmocka_unit_test(numbers),
		cmocka_unit_test(ports),           cmocka_unit_test(sizes),
		cmocka_unit_test(service_classes), cmocka_unit_test(hosts_and_ports),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
