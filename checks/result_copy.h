/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies what reports tell besides findings out of the model: the target's names, the services and
 * who reaches them, who can log in, what the logs say.
 */
#ifndef RINGFENCE_CHECKS_RESULT_COPY_H
#define RINGFENCE_CHECKS_RESULT_COPY_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "checks/result.h"

struct arena;
struct model;

/* Fills target.os, target.pbx_*, services, access and activity of RESULT. Parts of the model that
 * are NULL leave their part empty. False when memory is short. */
bool result_copy_model(struct arena *arena, const struct model *model,
		       struct result *result) MUST_CHECK;

#endif
