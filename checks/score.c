/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/score.h"

#include "audit/base/attributes.h"

#define CAP_CRITICAL 39
#define CAP_REACHABLE_HIGH 69
#define CAP_COVERAGE 84
/* Under this coverage, in thousandths, the third cap holds. */
#define COVERAGE_WANTED 800

enum severity_band severity_band_of(unsigned int tenths)
{
	if (tenths >= 90)
		return BAND_CRITICAL;
	if (tenths >= 70)
		return BAND_HIGH;
	return tenths >= 40 ? BAND_MEDIUM : BAND_LOW;
}

const char *severity_band_name(enum severity_band band)
{
	static const char *const names[] = {
		[BAND_LOW] = "low",
		[BAND_MEDIUM] = "medium",
		[BAND_HIGH] = "high",
		[BAND_CRITICAL] = "critical",
	};
	return names[band];
}

/* Quarters of e. */
static unsigned int exposure_weight(enum exposure exposure)
{
	switch (exposure) {
	case EXPOSURE_HOST:
		return 1;
	case EXPOSURE_NETWORKS:
		return 2;
	case EXPOSURE_ANYWHERE:
	case EXPOSURE_UNKNOWN:
	case EXPOSURE_NOT_APPLICABLE:
		return 4;
	}
	return 4;
}

uint64_t score_deduction(const struct score_input *input)
{
	static const unsigned int points[] = {
		[BAND_LOW] = 1,
		[BAND_MEDIUM] = 5,
		[BAND_HIGH] = 15,
		[BAND_CRITICAL] = 40,
	};
	unsigned int weight = input->exposure_count ? 0 : 4;
	for (size_t i = 0; i < input->exposure_count; i++) {
		unsigned int one = exposure_weight(input->exposures[i]);
		if (one > weight)
			weight = one;
	}
	/* floor(log2 n), at most 4: a finding counts double at most. */
	unsigned int doublings = 0;
	for (size_t n = input->exposure_count; n > 1 && doublings < 4; n /= 2)
		doublings++;
	/* s * weight/4 * (4 + doublings)/4, in 64ths. */
	return (uint64_t)points[severity_band_of(input->severity)] * weight * (4 + doublings) * 4;
}

/* At index v - 1 the largest D, in 64ths, for which 100 * 2^(-D/50) is still v or more:
 * floor(3200 * log2(100 / v)). */
static const uint32_t largest_deduction[100] = {
	21260, 18060, 16188, 14860, 13830, 12988, 12276, 11660, 11116, 10630, 10190, 9788, 9418,
	9076,  8758,  8460,  8180,  7916,  7666,  7430,  7204,  6990,  6784,  6588,  6400, 6218,
	6044,  5876,  5714,  5558,  5406,  5260,  5118,  4980,  4846,  4716,  4590,  4466, 4347,
	4230,  4116,  4004,  3896,  3790,  3686,  3584,  3485,  3388,  3293,  3200,  3108, 3018,
	2930,  2844,  2759,  2676,  2595,  2514,  2435,  2358,  2281,  2206,  2133,  2060, 1988,
	1918,  1848,  1780,  1713,  1646,  1581,  1516,  1452,  1390,  1328,  1266,  1206, 1147,
	1088,  1030,  972,   916,   860,   804,   750,   696,   642,   590,   537,   486,  435,
	384,   335,   285,   236,   188,   140,   93,    46,    0,
};

unsigned int score_of_deduction(uint64_t deduction_64ths)
{
	unsigned int value = 0;
	while (value < ARRAY_SIZE(largest_deduction) && deduction_64ths <= largest_deduction[value])
		value++;
	return value;
}

/* How FINDING counts in VIEW: as one that failed, or not. */
static bool counts_as_failed(const struct score_input *finding, enum score_view view)
{
	switch (finding->status) {
	case STATUS_FAIL:
		return true;
	case STATUS_UNKNOWN:
		return view == SCORE_AT_WORST;
	case STATUS_WAIVED:
		return view == SCORE_UNWAIVED;
	case STATUS_PASS:
	case STATUS_NOT_APPLICABLE:
		return false;
	}
	return false;
}

static bool is_reachable_high(const struct score_input *input)
{
	if (severity_band_of(input->severity) != BAND_HIGH)
		return false;
	for (size_t i = 0; i < input->exposure_count; i++)
		if (input->exposures[i] == EXPOSURE_ANYWHERE)
			return true;
	return false;
}

bool score_caps(const struct score_input *input)
{
	return severity_band_of(input->severity) == BAND_CRITICAL || is_reachable_high(input);
}

static unsigned int lower(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

struct score_numbers score_compute(const struct score_input *inputs, size_t count,
				   enum score_view view, size_t skip)
{
	struct score_numbers numbers = { .raw = 0 };
	for (size_t i = 0; i < count; i++) {
		if (i == skip || !counts_as_failed(&inputs[i], view))
			continue;
		numbers.deduction_64ths += score_deduction(&inputs[i]);
		if (severity_band_of(inputs[i].severity) == BAND_CRITICAL)
			numbers.capped_critical = true;
		if (is_reachable_high(&inputs[i]))
			numbers.capped_reachable_high = true;
	}
	numbers.capped_coverage = score_coverage(inputs, count) < COVERAGE_WANTED;
	numbers.raw = score_of_deduction(numbers.deduction_64ths);
	numbers.value = numbers.raw;
	if (numbers.capped_coverage)
		numbers.value = lower(numbers.value, CAP_COVERAGE);
	if (numbers.capped_reachable_high)
		numbers.value = lower(numbers.value, CAP_REACHABLE_HIGH);
	if (numbers.capped_critical)
		numbers.value = lower(numbers.value, CAP_CRITICAL);
	return numbers;
}

unsigned int score_coverage(const struct score_input *inputs, size_t count)
{
	uint64_t applicable = 0, decided = 0;
	for (size_t i = 0; i < count; i++) {
		applicable += inputs[i].status != STATUS_NOT_APPLICABLE;
		decided += inputs[i].status != STATUS_NOT_APPLICABLE &&
			   inputs[i].status != STATUS_UNKNOWN;
	}
	return applicable ? (unsigned int)(decided * 1000 / applicable) : 1000;
}

unsigned int score_pass_rate(const struct score_input *inputs, size_t count)
{
	uint64_t passed = 0, failed = 0;
	for (size_t i = 0; i < count; i++) {
		passed += inputs[i].status == STATUS_PASS;
		failed += inputs[i].status == STATUS_FAIL || inputs[i].status == STATUS_WAIVED;
	}
	return passed + failed ? (unsigned int)(passed * 1000 / (passed + failed)) : 1000;
}

/* The best first. */
static const struct score_grade grades[] = {
	{ 90, "A" }, { 75, "B" }, { 60, "C" }, { 40, "D" }, { 0, "F" },
};

static size_t grade_index(unsigned int value)
{
	size_t index = 0;
	while (value < grades[index].from)
		index++;
	return index;
}

const struct score_grade *score_grade(unsigned int value)
{
	return &grades[grade_index(value)];
}

const struct score_grade *score_grade_above(unsigned int value)
{
	size_t index = grade_index(value);
	return index > 0 ? &grades[index - 1] : NULL;
}
