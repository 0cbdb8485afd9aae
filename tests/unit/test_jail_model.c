/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/fail2ban/jail_model.h"

static void times_are_read_as_fail2ban_reads_them(void **state)
{
	(void)state;
	int64_t seconds;
	assert_true(jail_time_parse(SLICE("600"), &seconds) && seconds == 600);
	assert_true(jail_time_parse(SLICE("10m"), &seconds) && seconds == 600);
	assert_true(jail_time_parse(SLICE("1d 12h"), &seconds) && seconds == 129600);
	assert_true(jail_time_parse(SLICE(" 1 week "), &seconds) && seconds == 604800);
	assert_true(jail_time_parse(SLICE("-1"), &seconds) && seconds == -1);
	assert_false(jail_time_parse(SLICE(""), &seconds));
	assert_false(jail_time_parse(SLICE("soon"), &seconds));
	assert_false(jail_time_parse(SLICE("10 parsecs"), &seconds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_as_fail2ban_reads_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
