/* SPDX-License-Identifier: Apache-2.0
 *
 * The result as JSON, and back: `ringfence-result/1`.
 */
#ifndef RINGFENCE_REPORTS_RESULT_JSON_H
#define RINGFENCE_REPORTS_RESULT_JSON_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"
#include "reports/report.h"

struct arena;
struct result;

/* Appends RESULT to OUT, indented by two, keys in the order of the design, a newline at the end. */
bool result_json_write(const struct result *result, const struct report_options *options,
		       struct buffer *out, struct error *error) MUST_CHECK;

/* Reads what result_json_write wrote, or a later minor version of it. Nothing of TEXT is trusted:
 * sizes and types are checked, unknown fields are passed over. NAME is the file for messages.
 * *RET_RESULT lives in ARENA. False: ERROR_INPUT with what was expected where. */
bool result_json_read(struct slice text, const char *name, struct arena *arena,
		      struct result *ret_result, struct error *error) MUST_CHECK;

#endif
