/* SPDX-License-Identifier: Apache-2.0
 *
 * A scan that was stopped goes on: what it decided stays, the rest is asked.
 */
#ifndef RINGFENCE_SCAN_SCAN_RESUME_H
#define RINGFENCE_SCAN_SCAN_RESUME_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/scan/scan_result.h"
#include "audit/scan/scan_target.h"

/* RESULT, as scan_read gave it, becomes the one to go on with: TARGETS are what it was asked to
 * scan, sorted (scan_targets_finish). Rows of hosts that were not decided when it was stopped go,
 * and so does what services told: they are asked anew. False: ERROR_INPUT when RESULT does not
 * belong to TARGETS. */
bool scan_resume(struct scan_result *result, const struct scan_targets *targets,
		 struct error *error) MUST_CHECK;

#endif
