/* SPDX-License-Identifier: Apache-2.0
 *
 * A check is one row: what is required, how grave it is when missing, a pure function of the model
 * that decides, and one that writes the remedy for this host. Everything else (help, `ringfence
 * checks`, reports, the catalogue page) reads the row.
 */
#ifndef RINGFENCE_CHECKS_CHECK_H
#define RINGFENCE_CHECKS_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model;
struct verdict;
struct remedy;
struct check;

enum check_level {
	LEVEL_BASIC,
	LEVEL_STRICT,
};

/* Looks at MODEL alone and records into VERDICT: no I/O, no clock, no other verdicts. */
typedef void check_evaluate(const struct check *check, const struct model *model,
			    struct verdict *verdict);

/* Called for a failed check only, with what `evaluate` recorded. */
typedef void check_remedy(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy);

#define CHECK_REFERENCES_MAX 6

struct check {
	/* "SSH-001": never reused, never renumbered. The part before '-' is the group. */
	const char *id;
	/* The requirement, as a sentence without full stop: "Root cannot log in over SSH". */
	const char *title;
	/* Why it matters, in words that an owner understands; one to three sentences. */
	const char *why;
	/* What exactly is looked at, with the traps; for `ringfence checks ID`. */
	const char *evaluates;
	/* 1 to 10 each; severity is sqrt(likelihood * impact) with one decimal (catalogue,
	 * "Severity"). */
	uint8_t likelihood;
	uint8_t impact;
	enum check_level level;
	/* The seed paper asks for it. */
	bool is_seed;
	/* "seed 4.1", "CIS 5.1.20", "servconf.c" ...; NULL after the last. */
	const char *references[CHECK_REFERENCES_MAX];
	check_evaluate *evaluate;
	/* NULL: nothing can be typed that mends it; the verdict's advice says what to do. */
	check_remedy *remedy;
	/* For evaluators shared by rows (generic_checks.h); NULL otherwise. */
	const void *parameters;
};

struct check_list {
	const struct check *checks;
	size_t count;
};

/* Defines `const struct check_list NAME` over the array ROWS. */
#define CHECK_LIST(name, rows)                                                                     \
	const struct check_list name = {                                                           \
		.checks = (rows),                                                                  \
		.count = ARRAY_SIZE(rows),                                                         \
	}

/* Severity in tenths, 10 to 100: sqrt(likelihood * impact), rounded half up. */
unsigned int check_severity(const struct check *check);

#endif
