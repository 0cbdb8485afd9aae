/* SPDX-License-Identifier: Apache-2.0
 *
 * From findings to a number, by the formula of the design, in integers only, so that every machine
 * prints the same:
 *
 *   deduction of a finding = s * e * m
 *     s  critical 40, high 15, medium 5, low 1
 *     e  1 anywhere, unknown or not applicable; 1/2 networks; 1/4 host
 *     m  1 + min(1, floor(log2 n) / 4) for n failing subjects
 *   D = the sum;  raw = 100 * 2^(-D/50)
 *   caps: any critical 39; any high that anywhere can reach 69; coverage under 80 % 84
 *   score = floor(min(raw, caps))
 */
#ifndef RINGFENCE_CHECKS_SCORE_H
#define RINGFENCE_CHECKS_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/exposure.h"
#include "checks/verdict.h"

/* What the score needs to know of one finding. */
struct score_input {
	enum finding_status status;
	/* Tenths. */
	unsigned int severity;
	/* One per failing subject; COUNT 0 counts as one subject that networks do not matter for.
	 */
	const enum exposure *exposures;
	size_t exposure_count;
};

struct score_numbers {
	/* Deductions in 64ths of a point. */
	uint64_t deduction_64ths;
	/* floor(100 * 2^(-D/50)), and after the caps. */
	unsigned int raw;
	unsigned int value;
	bool capped_critical;
	bool capped_reachable_high;
	bool capped_coverage;
};

enum severity_band {
	BAND_LOW,
	BAND_MEDIUM,
	BAND_HIGH,
	BAND_CRITICAL,
};

/* Low under 4.0, medium under 7.0, high under 9.0, critical from 9.0. */
enum severity_band severity_band_of(unsigned int tenths);
const char *severity_band_name(enum severity_band band);

/* Deduction of one failed finding, in 64ths. */
uint64_t score_deduction(const struct score_input *input);

/* floor(100 * 2^(-D/50)) for D in 64ths. */
unsigned int score_of_deduction(uint64_t deduction_64ths);

enum score_view {
	/* Failures count; undecided and waived ones do not. */
	SCORE_AS_FOUND,
	/* Undecided ones count as failed too. */
	SCORE_AT_WORST,
	/* Waived ones count as failed too. */
	SCORE_UNWAIVED,
};

/* The numbers over COUNT findings. Coverage for the cap is decided / applicable over them (waived
 * ones are decided). SKIP is the index of a finding taken as passed, for its gain; SIZE_MAX: none.
 */
struct score_numbers score_compute(const struct score_input *inputs, size_t count,
				   enum score_view view, size_t skip);

/* decided / applicable in thousandths, rounded down; 1000 when nothing applies. */
unsigned int score_coverage(const struct score_input *inputs, size_t count);

/* passed / (passed + failed) in thousandths, rounded down; waived ones count as failed; 1000 when
 * there is none. */
unsigned int score_pass_rate(const struct score_input *inputs, size_t count);

struct score_grade {
	/* The least score that has it. */
	unsigned int from;
	/* "A" */
	const char *name;
};

/* "A" from 90, "B" from 75, "C" from 60, "D" from 40, else "F". */
const struct score_grade *score_grade(unsigned int value);

/* The one above that of VALUE; NULL above "A". */
const struct score_grade *score_grade_above(unsigned int value);

/* Does a finding of this severity and exposure set a cap? */
bool score_caps(const struct score_input *input);

#endif
