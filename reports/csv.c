/* SPDX-License-Identifier: Apache-2.0
 *
 * A row per finding and failing, undecided or noted subject; a finding without any has one row.
 * RFC 4180 with CRLF, UTF-8 without a byte order mark.
 */
#include "checks/result.h"
#include "checks/score.h"
#include "reports/escape.h"
#include "reports/writers.h"

static void append_cells(struct buffer *out, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_append_byte(out, ',');
		escape_csv(out, slice_of(cells[i]));
	}
}

static void append_row(struct buffer *out, const struct result *result,
		       const struct finding *finding, const struct evidence *evidence)
{
	static const struct evidence nothing = {
		.subject = "", .file = "", .text = "", .role = EVIDENCE_NOTE
	};
	const struct evidence *shown = evidence ? evidence : &nothing;
	const char *const before[] = {
		result->target.name,
		finding->id,
		finding_status_name(finding->status),
		severity_band_name(severity_band_of(finding->severity)),
	};
	const char *const between[] = {
		exposure_name(evidence ? evidence->exposure : finding->exposure),
		finding->title,
		finding->summary,
		evidence ? evidence_role_name(evidence->role) : "",
		shown->subject,
		shown->file,
	};
	append_cells(out, before, ARRAY_SIZE(before));
	buffer_format(out, ",%u.%u,%u,", finding->severity / 10, finding->severity % 10,
		      finding->gain);
	append_cells(out, between, ARRAY_SIZE(between));
	if (shown->line)
		buffer_format(out, ",%u,", shown->line);
	else
		buffer_append_string(out, ",,");
	escape_csv(out, slice_of(shown->text));
	buffer_append_string(out, "\r\n");
}

bool csv_write(const struct result *result, const struct report_options *options,
	       struct buffer *out, struct error *error)
{
	(void)options;
	buffer_append_string(out, "host,id,status,band,severity,gain,exposure,title,summary,role,"
				  "subject,file,line,text\r\n");
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct finding *finding = &result->findings[i];
		size_t rows = 0;
		for (size_t j = 0; j < finding->evidence_count; j++) {
			if (finding->evidence[j].role == EVIDENCE_PASSES)
				continue;
			append_row(out, result, finding, &finding->evidence[j]);
			rows++;
		}
		if (rows == 0)
			append_row(out, result, finding, NULL);
	}
	return buffer_failed(out) ? error_memory(error) : true;
}
