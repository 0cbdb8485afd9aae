/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the catalogue over a model and puts everything that reports need into a result.
 */
#ifndef RINGFENCE_CHECKS_RESULT_BUILD_H
#define RINGFENCE_CHECKS_RESULT_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"
#include "checks/result.h"

struct arena;
struct model;

struct result_request {
	/* Already filled: name, kind, started. os and pbx are taken from the model where empty. */
	struct result_target target;
	/* Globs over ids, empty for all and for none. */
	struct slice only;
	struct slice skip;
	enum check_level level;
	const struct unread *unread;
	size_t unread_count;
};

/* Evaluates the checks that REQUEST asks for, scores, and copies out of MODEL. *RET_RESULT lives in
 * ARENA alone, and does not point into MODEL. False when memory is short. */
bool result_build(struct arena *arena, const struct model *model,
		  const struct result_request *request, struct result *ret_result,
		  struct error *error) MUST_CHECK;

#endif
