/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of reports/escape.h for stylesheets.
 */
#ifndef RINGFENCE_REPORTS_TEMPLATE_FUNCTIONS_H
#define RINGFENCE_REPORTS_TEMPLATE_FUNCTIONS_H

#include <libxslt/xsltInternals.h>
#include <stdbool.h>

#include "audit/base/attributes.h"

/* Makes them known to CONTEXT; false when memory is short. */
bool template_functions_register(xsltTransformContext *context) MUST_CHECK;

#endif
