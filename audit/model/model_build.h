/* SPDX-License-Identifier: Apache-2.0
 *
 * From a target's bytes to one model: calls each model's loader and feeds one model from another.
 */
#ifndef RINGFENCE_MODEL_MODEL_BUILD_H
#define RINGFENCE_MODEL_MODEL_BUILD_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/loader.h"
#include "audit/model/model.h"
#include "audit/model/site.h"

/* Told before each step, for progress: STEP is a plain phrase ("firewall"). May be NULL. */
typedef void model_build_step(void *context, const char *step);

/* Fills *RET_MODEL from LOADER. What could not be read is in the models and in the loader's list of
 * unread things; false only when memory is short (*ERROR). SITE must outlive the model. */
bool model_build(const struct loader *loader, const struct site *site, model_build_step *step,
		 void *step_context, struct model *ret_model, struct error *error) MUST_CHECK;

#endif
