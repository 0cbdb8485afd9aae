/* SPDX-License-Identifier: Apache-2.0
 *
 * The writers of the table in formats.c that have no header of their own. Each appends its report
 * to OUT; false with *ERROR on memory, limit or a broken template.
 */
#ifndef RINGFENCE_REPORTS_WRITERS_H
#define RINGFENCE_REPORTS_WRITERS_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "reports/report.h"

struct result;

bool csv_write(const struct result *result, const struct report_options *options,
	       struct buffer *out, struct error *error) MUST_CHECK;

/* templates/report.xsl with templates/report.css. */
bool html_write(const struct result *result, const struct report_options *options,
		struct buffer *out, struct error *error) MUST_CHECK;

/* templates/report.md.xsl. */
bool markdown_write(const struct result *result, const struct report_options *options,
		    struct buffer *out, struct error *error) MUST_CHECK;

/* Tests in a continuous integration system. */
bool junit_write(const struct result *result, const struct report_options *options,
		 struct buffer *out, struct error *error) MUST_CHECK;

/* Prometheus's text format. */
bool prometheus_write(const struct result *result, const struct report_options *options,
		      struct buffer *out, struct error *error) MUST_CHECK;

/* SARIF 2.1.0. */
bool sarif_write(const struct result *result, const struct report_options *options,
		 struct buffer *out, struct error *error) MUST_CHECK;

/* XCCDF 1.2, benchmark and result. */
bool xccdf_write(const struct result *result, const struct report_options *options,
		 struct buffer *out, struct error *error) MUST_CHECK;

#endif
