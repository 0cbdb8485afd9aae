/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of reports/escape.h and reports/language.h for stylesheets.
 */
#ifndef RINGFENCE_REPORTS_TEMPLATE_FUNCTIONS_H
#define RINGFENCE_REPORTS_TEMPLATE_FUNCTIONS_H

#include <libxslt/xsltInternals.h>
#include <stdbool.h>

#include "audit/base/attributes.h"

struct language;
struct result;

/* What the functions look at: `_private` of the context points to it. */
struct template_scene {
	const struct result *result;
	/* NULL: English. */
	const struct language *language;
};

/* Makes them known to CONTEXT; false when memory is short. */
bool template_functions_register(xsltTransformContext *context) MUST_CHECK;

#endif
