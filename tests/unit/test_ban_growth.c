/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/fail2ban/ban_growth.h"

/* As fail2ban 1.0.2 computes them (Jail.setBanTimeExtra) for a first ban of 600 seconds. */
static void bans_grow_as_in_fail2ban(void **state)
{
	(void)state;
	static const struct {
		const char *factor, *formula, *multipliers, *maxtime;
		uint32_t count;
		int64_t seconds;
	} cases[] = {
		{ "", "", "", "", 1, 1200 },
		{ "", "", "", "", 3, 4800 },
		{ "", "", "", "", 25, 629145600 },
		{ "2", "", "", "", 1, 2400 },
		{ "2", "", "", "", 3, 9600 },
		{ "1/2", "", "", "", 1, 600 },
		{ "1/2", "", "", "", 4, 4800 },
		{ "", "", "1 2 4 8 16", "", 1, 1200 },
		{ "", "", "1 2 4 8 16", "", 3, 4800 },
		{ "", "", "1 2 4 8 16", "", 9, 9600 },
		{ "1.5", "", "1 5 30", "", 1, 4500 },
		{ "1.5", "", "1 5 30", "", 2, 27000 },
		{ "1", "ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)",
		  "", "", 1, 1630 },
		{ "1", "ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)",
		  "", "", 5, 89047 },
		{ "", "ban.Time * (1 << (ban.Count if ban.Count<4 else 4)) + 10 // 3 - -2 ** 2 % 5",
		  "", "", 1, 1202 },
		{ "", "ban.Time * (1 << (ban.Count if ban.Count<4 else 4)) + 10 // 3 - -2 ** 2 % 5",
		  "", "", 9, 9602 },
		{ "", "min(ban.Time * 3 ** ban.Count, 7*86400)", "", "1w", 2, 5400 },
		{ "", "min(ban.Time * 3 ** ban.Count, 7*86400)", "", "1w", 8, 604800 },
		{ "", "10", "", "", 1, 600 },
		{ "", "", "1 2 4", "25m", 1, 1200 },
		{ "", "", "1 2 4", "25m", 2, 1500 },
		{ "", "", "0 1", "", 1, 600 },
		{ "", "", "0 1", "", 2, 600 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct ban_growth growth = {
			.factor = slice_of(cases[i].factor),
			.formula = slice_of(cases[i].formula),
			.multipliers = slice_of(cases[i].multipliers),
			.maxtime = slice_of(cases[i].maxtime),
		};
		int64_t seconds;
		if (!ban_growth_seconds(&growth, 600, cases[i].count, &seconds))
			fail_msg("case %zu is not understood", i);
		assert_int_equal(seconds, cases[i].seconds);
	}
}

static void what_is_not_arithmetic_is_not_understood(void **state)
{
	(void)state;
	static const char *const formulas[] = {
		"ban.Time * random.random()",
		"ban.Times",
		"1 +",
		"1 / 0",
		"(1",
		"1 << 0.5",
		"min(1, 2, 3)",
		"__import__('os').system('true')",
		"math.exp(100000)",
		"((((((((((((((((((((((((((((((((((((((((1",
	};
	int64_t seconds;
	for (size_t i = 0; i < ARRAY_SIZE(formulas); i++) {
		const struct ban_growth growth = { .formula = slice_of(formulas[i]) };
		if (ban_growth_seconds(&growth, 600, 1, &seconds))
			fail_msg("understood: %s", formulas[i]);
	}
	const struct ban_growth growth = { .multipliers = SLICE("1 two") };
	assert_false(ban_growth_seconds(&growth, 600, 1, &seconds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bans_grow_as_in_fail2ban),
		cmocka_unit_test(what_is_not_arithmetic_is_not_understood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
