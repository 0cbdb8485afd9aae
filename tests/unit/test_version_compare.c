/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/advisory/version_compare.h"
#include "audit/base/attributes.h"

/* Each list from the oldest to the newest. */
static const char *const dpkg_order[] = {
	"1.0~~", "1.0~~a",     "1.0~",  "1.0", "1.0-0+deb1u1", "1.0-1", "1.0-1+b1", "1.0-10",
	"1.0a",  "1.0+dfsg-1", "1.0.1", "1.2", "1.10",         "7:1.0", "8:0",
};
static const char *const dpkg_real[] = {
	"1:8.4p1-5+deb11u2",        "1:8.4p1-5+deb11u3",         "1:9.2p1-2",
	"1:9.2p1-2+deb12u2",        "1:9.2p1-2+deb12u3",         "1:9.2p1-2+deb12u10",
	"1:16.28.0~dfsg-0+deb11u4", "1:16.28.0~dfsg-0+deb11u10",
};
static const char *const rpm_order[] = {
	"1.0~rc1", "1.0", "1.0^20260101", "1.0a", "1.0.1", "1.2", "1.10", "2", "1:0.5",
};
static const char *const rpm_real[] = {
	"5.3p1-123.el6_9",  "5.3p1-124.el6_10", "7.4p1-21.el7", "8.7p1-34.el9_3.3", "8.7p1-38.el9",
	"8.7p1-38.el9_4.1", "8.7p1-38.el9_4.4", "18.9-cert6",   "18.9-cert11",
};

static void assert_order(const char *const *list, size_t count,
			 int (*compare)(struct slice a, struct slice b))
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++) {
			int expected = (i > k) - (i < k);
			int found = compare(slice_of(list[i]), slice_of(list[k]));
			if (found != expected)
				print_message("%s against %s\n", list[i], list[k]);
			assert_int_equal(found, expected);
		}
}

static void both_orders_hold(void **state)
{
	(void)state;
	assert_order(dpkg_order, ARRAY_SIZE(dpkg_order), version_compare_dpkg);
	assert_order(dpkg_real, ARRAY_SIZE(dpkg_real), version_compare_dpkg);
	assert_order(rpm_order, ARRAY_SIZE(rpm_order), version_compare_rpm);
	assert_order(rpm_real, ARRAY_SIZE(rpm_real), version_compare_rpm);
}

static void equal_is_equal(void **state)
{
	(void)state;
	assert_int_equal(version_compare_dpkg(SLICE("0:1.0-0"), SLICE("1.0")), 0);
	assert_int_equal(version_compare_dpkg(SLICE("1.01"), SLICE("1.1")), 0);
	assert_int_equal(version_compare_rpm(SLICE("1.0"), SLICE("1.0-7")), 0);
	assert_int_equal(version_compare_rpm(SLICE("1_0"), SLICE("1.0")), 0);
	assert_int_equal(version_compare_dpkg(SLICE(""), SLICE("")), 0);
	assert_int_equal(version_compare_rpm(SLICE("99999999999999999999999"), SLICE("3")), 1);
}

static void parts_are_found(void **state)
{
	(void)state;
	assert_true(slice_is(version_upstream_part(SLICE("1:16.28.0~dfsg-0+deb11u4")), "16.28.0"));
	assert_true(slice_is(version_upstream_part(SLICE("1:9.2p1-2+deb12u3")), "9.2p1"));
	assert_true(slice_is(version_upstream_part(SLICE("20.20.1-1.el8")), "20.20.1"));
	assert_true(slice_is(version_branch(SLICE("20.20.1")), "20"));
	assert_true(slice_is(version_branch(SLICE("1.8.20.0")), "1.8"));
	assert_true(slice_is(version_branch(SLICE("1")), "1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_orders_hold),
		cmocka_unit_test(equal_is_equal),
		cmocka_unit_test(parts_are_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
