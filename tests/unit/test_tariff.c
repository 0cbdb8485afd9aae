/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/model/tariff.h"

static bool takes(const char *text, struct tariff *ret_tariff, struct arena *arena)
{
	struct error error = { 0 };
	return tariff_parse(arena, "tariff", slice_of(text), ret_tariff, &error);
}

static void the_longest_prefix_wins(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct tariff tariff;
	assert_true(takes("# carrier\n44\t0.02\tEUR\r\n\n4470\t0.5\tEUR\n882\t9.000001\tEUR\n"
			  "0900\t3\tEUR\n",
			  &tariff, arena));
	assert_int_equal(tariff.count, 4);
	assert_true(slice_is(tariff.currency, "EUR"));
	assert_true(slice_is(tariff.dearest[0].prefix, "882"));
	assert_int_equal(tariff.dearest[0].price, 9000001);
	assert_int_equal(tariff_find(&tariff, SLICE("00441632960000"))->price, 20000);
	assert_int_equal(tariff_find(&tariff, SLICE("+447012345678"))->price, 500000);
	assert_int_equal(tariff_find(&tariff, SLICE("01144701"))->price, 500000);
	assert_int_equal(tariff_find(&tariff, SLICE("4470"))->price, 500000);
	assert_int_equal(tariff_find(&tariff, SLICE("09001234567"))->price, 3000000);
	assert_null(tariff_find(&tariff, SLICE("0033")));
	assert_null(tariff_find(&tariff, SLICE("4")));
	assert_null(tariff_find(&tariff, SLICE("00")));
	assert_null(tariff_find(&tariff, SLICE("")));
	assert_null(tariff_find(&tariff, SLICE("44x")));
	arena_free(arena);
}

static void what_is_no_tariff_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"# nothing\n",
		"44\n",
		"44\t0.1\n",
		"44 0.1 EUR\n",
		"44\t0.1\tEUR\tmore\n",
		"+44\t0.1\tEUR\n",
		"\t0.1\tEUR\n",
		"1234567890123456\t0.1\tEUR\n",
		"44\t\tEUR\n",
		"44\t.1\tEUR\n",
		"44\t1.\tEUR\n",
		"44\t-1\tEUR\n",
		"44\t1e3\tEUR\n",
		"44\t0,1\tEUR\n",
		"44\t0.1234567\tEUR\n",
		"44\t10000.000001\tEUR\n",
		"44\t99999999999999999999\tEUR\n",
		"44\t0.1\teur\n",
		"44\t0.1\tEURO\n",
		"44\t0.1\tEUR\n45\t0.1\tUSD\n",
		"44\t0.1\tEUR\n44\t0.2\tEUR\n",
	};
	struct arena *arena = arena_new(0);
	struct tariff tariff;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (takes(bad[i], &tariff, arena))
			fail_msg("taken: %s", bad[i]);
	assert_true(takes("123456789012345\t10000\tEUR", &tariff, arena));
	assert_int_equal(tariff.rows[0].price, TARIFF_PRICE_MAX);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_prefix_wins),
		cmocka_unit_test(what_is_no_tariff_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
