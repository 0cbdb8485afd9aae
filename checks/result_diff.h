/* SPDX-License-Identifier: Apache-2.0
 *
 * What changed between two results: findings by id, services by protocol, port, address and
 * process. Only the two results are looked at, never a host.
 */
#ifndef RINGFENCE_CHECKS_RESULT_DIFF_H
#define RINGFENCE_CHECKS_RESULT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "checks/result.h"

struct arena;

enum finding_change {
	/* Fails now, and did not before (or was not looked at). */
	CHANGE_NEW,
	/* Fails in both; a subject that did not fail before, or one that is reached by more, or
	 * graver. */
	CHANGE_WORSE,
	/* Fails in both; fewer subjects, or reached by less, or less grave, and nothing worse. */
	CHANGE_BETTER,
	/* Fails in both, for the same subjects. */
	CHANGE_SAME,
	/* Failed before, and passes or does not apply any more. */
	CHANGE_FIXED,
	/* Failed before, and could not be decided, was accepted, or was not looked at now. */
	CHANGE_LOST,
};

struct finding_difference {
	enum finding_change change;
	/* One of them may be NULL. */
	const struct finding *before;
	const struct finding *after;
	/* Distinct subjects that fail. */
	size_t subjects_before;
	size_t subjects_after;
	/* Those that fail in one alone. */
	size_t subjects_new;
	size_t subjects_gone;
};

struct service_difference {
	/* One of them may be NULL: it listens no more, or newly. */
	const struct result_service *before;
	const struct result_service *after;
};

struct result_diff {
	const struct result *before;
	const struct result *after;
	/* Those that fail in at least one, in the order of AFTER, then those of BEFORE alone. */
	const struct finding_difference *findings;
	size_t finding_count;
	/* Those whose exposure is not the same, or that are in one alone. */
	const struct service_difference *services;
	size_t service_count;
};

/* Compares; *RET_DIFF lives in ARENA and points into both results. False when memory is short. Cost
 * n log n. */
bool result_diff_make(const struct result *before, const struct result *after, struct arena *arena,
		      struct result_diff *ret_diff) MUST_CHECK;

/* What DIFF tells apart from the two results, in ARENA, for a report of the later one. NULL when
 * memory is short. */
const struct result_changes *result_diff_changes(const struct result_diff *diff,
						 struct arena *arena) MUST_CHECK;

/* "new", "worse", "better", "same", "fixed", "lost". */
const char *finding_change_name(enum finding_change change);

#endif
