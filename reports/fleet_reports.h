/* SPDX-License-Identifier: Apache-2.0
 *
 * One report over many hosts. Each function appends it to OUT; false when memory is short.
 */
#ifndef RINGFENCE_REPORTS_FLEET_REPORTS_H
#define RINGFENCE_REPORTS_FLEET_REPORTS_H

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"

struct fleet_summary;

/* Keys in the order of checks/fleet_summary.h, indented by two. */
bool fleet_json_write(const struct fleet_summary *summary, struct buffer *out,
		      struct error *error) MUST_CHECK;

bool fleet_markdown_write(const struct fleet_summary *summary, struct buffer *out,
			  struct error *error) MUST_CHECK;

/* One self-contained page without a script; its style is templates/report.css and fleet.css. */
bool fleet_html_write(const struct fleet_summary *summary, struct buffer *out,
		      struct error *error) MUST_CHECK;

#endif
