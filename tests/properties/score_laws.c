/* SPDX-License-Identifier: Apache-2.0
 *
 * Laws of the score over generated findings, and the integer table against the formula in long
 * double.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/score.h"

#define FINDINGS_MAX 24
#define ROUNDS 4000

/* xorshift64*: the same findings in every run. */
static uint64_t random_state = 5060;

static unsigned int any(unsigned int below)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (unsigned int)((random_state * 2685821657736338717u) >> 33) % below;
}

static enum exposure exposures[FINDINGS_MAX][40];

static size_t generate(struct score_input *inputs)
{
	size_t count = 1 + any(FINDINGS_MAX);
	for (size_t i = 0; i < count; i++) {
		inputs[i] = (struct score_input){
			.status = (enum finding_status)any(5),
			.severity = 10 + any(91),
			.exposures = exposures[i],
			.exposure_count = any(40),
		};
		for (size_t j = 0; j < 40; j++)
			exposures[i][j] = (enum exposure)any(5);
	}
	return count;
}

static unsigned int value_of(const struct score_input *inputs, size_t count, enum score_view view)
{
	return score_compute(inputs, count, view, SIZE_MAX).value;
}

static void the_table_is_the_formula(void **state)
{
	(void)state;
	for (uint64_t deduction = 0; deduction < 30000; deduction++) {
		long double exact = 100.0L * exp2l(-(long double)deduction / 3200.0L);
		long double nearest = roundl(exact);
		unsigned int wanted = (unsigned int)floorl(exact);
		/* Whole powers of two are exact in the formula, not always in its evaluation. */
		if (fabsl(exact - nearest) < 1e-12L)
			wanted = (unsigned int)nearest;
		assert_int_equal(score_of_deduction(deduction), wanted);
	}
	assert_int_equal(score_of_deduction(UINT64_MAX), 0);
}

static void the_deduction_is_s_e_m(void **state)
{
	(void)state;
	const enum exposure anywhere = EXPOSURE_ANYWHERE, host = EXPOSURE_HOST;
	struct score_input one = { .severity = 90, .exposures = &anywhere, .exposure_count = 1 };
	assert_int_equal(score_deduction(&one), 40 * 64);
	one.exposures = &host;
	assert_int_equal(score_deduction(&one), 10 * 64);
	one.severity = 89;
	one.exposures = &anywhere;
	assert_int_equal(score_deduction(&one), 15 * 64);
	enum exposure many[1000];
	for (size_t i = 0; i < 1000; i++)
		many[i] = EXPOSURE_NETWORKS;
	struct score_input crowd = { .severity = 40, .exposures = many };
	static const struct {
		size_t subjects;
		/* m in quarters */
		unsigned int quarters;
	} steps[] = { { 1, 4 }, { 2, 5 }, { 3, 5 }, { 4, 6 }, { 8, 7 }, { 16, 8 }, { 1000, 8 } };
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		crowd.exposure_count = steps[i].subjects;
		assert_int_equal(score_deduction(&crowd), 5 * 64 / 2 * steps[i].quarters / 4);
	}
	many[999] = EXPOSURE_ANYWHERE;
	crowd.exposure_count = 1000;
	assert_int_equal(score_deduction(&crowd), 5 * 64 * 2);
}

static void fixing_never_lowers(void **state)
{
	(void)state;
	struct score_input inputs[FINDINGS_MAX];
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = generate(inputs);
		unsigned int before = value_of(inputs, count, SCORE_AS_FOUND);
		for (size_t i = 0; i < count; i++) {
			if (inputs[i].status != STATUS_FAIL)
				continue;
			struct score_input kept = inputs[i];
			inputs[i].status = STATUS_PASS;
			unsigned int after = value_of(inputs, count, SCORE_AS_FOUND);
			assert_true(after >= before);
			inputs[i] = kept;
			assert_int_equal(score_compute(inputs, count, SCORE_AS_FOUND, i).value,
					 after);
		}
	}
}

static void adding_never_raises(void **state)
{
	(void)state;
	struct score_input inputs[FINDINGS_MAX];
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = generate(inputs);
		inputs[count - 1].status = STATUS_FAIL;
		/* The same finding passed before: coverage does not move. */
		struct score_input added = inputs[count - 1];
		inputs[count - 1].status = STATUS_PASS;
		unsigned int without = value_of(inputs, count, SCORE_AS_FOUND);
		inputs[count - 1] = added;
		assert_true(value_of(inputs, count, SCORE_AS_FOUND) <= without);
	}
}

static void order_does_not_matter(void **state)
{
	(void)state;
	struct score_input inputs[FINDINGS_MAX], shuffled[FINDINGS_MAX];
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = generate(inputs);
		for (size_t i = 0; i < count; i++)
			shuffled[i] = inputs[i];
		for (size_t i = count; i > 1; i--) {
			size_t j = any((unsigned int)i);
			struct score_input swap = shuffled[i - 1];
			shuffled[i - 1] = shuffled[j];
			shuffled[j] = swap;
		}
		struct score_numbers a = score_compute(inputs, count, SCORE_AS_FOUND, SIZE_MAX);
		struct score_numbers b = score_compute(shuffled, count, SCORE_AS_FOUND, SIZE_MAX);
		assert_int_equal(a.value, b.value);
		assert_int_equal(a.raw, b.raw);
		assert_true(a.deduction_64ths == b.deduction_64ths);
	}
}

static void at_worst_is_lowest_and_waivers_move_one_view(void **state)
{
	(void)state;
	struct score_input inputs[FINDINGS_MAX];
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = generate(inputs);
		unsigned int found = value_of(inputs, count, SCORE_AS_FOUND);
		assert_true(value_of(inputs, count, SCORE_AT_WORST) <= found);
		assert_true(value_of(inputs, count, SCORE_UNWAIVED) <= found);
		unsigned int unwaived = value_of(inputs, count, SCORE_UNWAIVED);
		for (size_t i = 0; i < count; i++) {
			if (inputs[i].status != STATUS_FAIL)
				continue;
			inputs[i].status = STATUS_WAIVED;
			assert_int_equal(value_of(inputs, count, SCORE_UNWAIVED), unwaived);
			assert_true(value_of(inputs, count, SCORE_AS_FOUND) >= found);
			inputs[i].status = STATUS_FAIL;
		}
	}
}

static void passes_buy_nothing(void **state)
{
	(void)state;
	struct score_input inputs[FINDINGS_MAX + 1];
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = generate(inputs);
		struct score_numbers before =
			score_compute(inputs, count, SCORE_AS_FOUND, SIZE_MAX);
		inputs[count] = (struct score_input){ .status = STATUS_PASS, .severity = 100 };
		struct score_numbers after =
			score_compute(inputs, count + 1, SCORE_AS_FOUND, SIZE_MAX);
		assert_int_equal(after.raw, before.raw);
	}
}

static void caps(void **state)
{
	(void)state;
	const enum exposure host = EXPOSURE_HOST, anywhere = EXPOSURE_ANYWHERE;
	struct score_input critical = {
		.status = STATUS_FAIL, .severity = 90, .exposures = &host, .exposure_count = 1
	};
	assert_int_equal(value_of(&critical, 1, SCORE_AS_FOUND), 39);
	struct score_input high = {
		.status = STATUS_FAIL, .severity = 70, .exposures = &anywhere, .exposure_count = 1
	};
	assert_int_equal(value_of(&high, 1, SCORE_AS_FOUND), 69);
	high.exposures = &host;
	assert_true(value_of(&high, 1, SCORE_AS_FOUND) > 69);
	struct score_input few[5] = {
		{ .status = STATUS_PASS },
		{ .status = STATUS_PASS },
		{ .status = STATUS_PASS },
		{ .status = STATUS_UNKNOWN, .severity = 10 },
		{ .status = STATUS_UNKNOWN, .severity = 10 },
	};
	assert_int_equal(value_of(few, 5, SCORE_AS_FOUND), 84);
	few[3].status = STATUS_PASS;
	assert_int_equal(value_of(few, 5, SCORE_AS_FOUND), 100);
	few[3].status = STATUS_NOT_APPLICABLE;
	assert_int_equal(score_coverage(few, 5), 750);
}

static void grades(void **state)
{
	(void)state;
	assert_string_equal(score_grade(90)->name, "A");
	assert_string_equal(score_grade(89)->name, "B");
	assert_string_equal(score_grade(74)->name, "C");
	assert_string_equal(score_grade(59)->name, "D");
	assert_string_equal(score_grade(39)->name, "F");
	assert_string_equal(score_grade_above(39)->name, "D");
	assert_null(score_grade_above(90));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_the_formula),
		cmocka_unit_test(the_deduction_is_s_e_m),
		cmocka_unit_test(fixing_never_lowers),
		cmocka_unit_test(adding_never_raises),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(at_worst_is_lowest_and_waivers_move_one_view),
		cmocka_unit_test(passes_buy_nothing),
		cmocka_unit_test(caps),
		cmocka_unit_test(grades),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
