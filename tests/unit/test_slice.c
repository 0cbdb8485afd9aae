/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/slice.h"

static void trims_and_splits(void **state)
{
	(void)state;
	assert_true(slice_is(slice_trim(SLICE(" \t a b \r\n")), "a b"));
	struct slice rest = SLICE("a,,b"), field;
	assert_true(slice_next_field(&rest, ',', &field) && slice_is(field, "a"));
	assert_true(slice_next_field(&rest, ',', &field) && slice_is(field, ""));
	assert_true(slice_next_field(&rest, ',', &field) && slice_is(field, "b"));
	assert_false(slice_next_field(&rest, ',', &field));
	rest = SLICE("one\n\nthree");
	assert_true(slice_next_line(&rest, &field) && slice_is(field, "one"));
	assert_true(slice_next_line(&rest, &field) && slice_is(field, ""));
	assert_true(slice_next_line(&rest, &field) && slice_is(field, "three"));
	assert_false(slice_next_line(&rest, &field));
}

static void numbers_fill_the_slice(void **state)
{
	(void)state;
	uint64_t number;
	int64_t signed_number;
	assert_true(slice_to_uint64(SLICE("18446744073709551615"), &number));
	assert_true(number == UINT64_MAX);
	assert_false(slice_to_uint64(SLICE("18446744073709551616"), &number));
	assert_false(slice_to_uint64(SLICE(""), &number));
	assert_false(slice_to_uint64(SLICE("1 "), &number));
	assert_true(slice_to_int64(SLICE("-9223372036854775808"), &signed_number));
	assert_true(signed_number == INT64_MIN);
	assert_false(slice_to_int64(SLICE("9223372036854775808"), &signed_number));
}

static void globs(void **state)
{
	(void)state;
	assert_true(slice_glob(SLICE("SSH-*"), SLICE("SSH-001")));
	assert_true(slice_glob(SLICE("*a*b"), SLICE("xaxxb")));
	assert_false(slice_glob(SLICE("*a*b"), SLICE("xaxxbc")));
	assert_true(slice_glob(SLICE("?"), SLICE("x")));
	assert_false(slice_glob(SLICE("?"), SLICE("")));
	assert_true(slice_glob(SLICE("**"), SLICE("")));
}

static void utf8_is_checked_strictly(void **state)
{
	(void)state;
	assert_true(slice_is_utf8(SLICE("caf\xc3\xa9 \xf0\x9f\x93\x9e")));
	assert_false(slice_is_utf8(SLICE("\xc0\xaf")));
	assert_false(slice_is_utf8(SLICE("\xed\xa0\x80")));
	assert_false(slice_is_utf8(SLICE("caf\xe9")));
	assert_false(slice_is_utf8(SLICE("\xe2\x82")));
}

static void octal_digits_fill_the_slice(void **state)
{
	(void)state;
	uint32_t value = 1;
	assert_true(slice_to_octal(SLICE("0644"), 4, &value));
	assert_int_equal(value, 0644);
	assert_true(slice_to_octal(SLICE("7777777777"), 10, &value));
	assert_int_equal(value, 07777777777);
	assert_false(slice_to_octal(SLICE(""), 4, &value));
	assert_false(slice_to_octal(SLICE("00644"), 4, &value));
	assert_false(slice_to_octal(SLICE("648"), 4, &value));
	assert_false(slice_to_octal(SLICE(" 644"), 4, &value));
	assert_int_equal(value, 07777777777);
}

static void times_are_read_as_they_are_written(void **state)
{
	(void)state;
	int64_t seconds = -1;
	assert_true(slice_to_time(SLICE("2026-02-03T12:00:00Z"), &seconds));
	assert_int_equal(seconds, 1770120000);
	assert_true(slice_to_time(SLICE("1970-01-01T00:00:00Z"), &seconds));
	assert_int_equal(seconds, 0);
	assert_false(slice_to_time(SLICE("2026-02-03T12:00:00"), &seconds));
	assert_false(slice_to_time(SLICE("2026-02-03 12:00:00Z"), &seconds));
	assert_false(slice_to_time(SLICE("2026-13-03T12:00:00Z"), &seconds));
	assert_false(slice_to_time(SLICE("2026-02-03T12:00:00Z "), &seconds));
	assert_false(slice_to_time(SLICE(""), &seconds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octal_digits_fill_the_slice),
		cmocka_unit_test(trims_and_splits),
		cmocka_unit_test(numbers_fill_the_slice),
		cmocka_unit_test(globs),
		cmocka_unit_test(utf8_is_checked_strictly),
		cmocka_unit_test(times_are_read_as_they_are_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
