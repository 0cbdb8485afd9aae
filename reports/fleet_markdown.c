/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/fleet_summary.h"
#include "reports/escape.h"
#include "reports/fleet_reports.h"

/* Names that one cell lists; fleet.json has all. */
#define NAMES_SHOWN 8

static void cell(struct buffer *out, const char *text)
{
	buffer_append_string(out, "| ");
	escape_markdown(out, slice_of(text));
	buffer_append_byte(out, ' ');
}

static void names(const struct fleet_summary *summary, const struct fleet_indices *list,
		  struct buffer *out)
{
	buffer_append_string(out, "| ");
	for (size_t i = 0; i < list->count && i < NAMES_SHOWN; i++) {
		buffer_append_string(out, i ? ", " : "");
		escape_markdown(out, slice_of(summary->rows[list->items[i]].name));
	}
	if (list->count > NAMES_SHOWN)
		buffer_format(out, " and %zu more", list->count - NAMES_SHOWN);
	buffer_append_byte(out, ' ');
}

static void write_ranking(const struct fleet_summary *summary, struct buffer *out)
{
	buffer_append_string(out, "## Hosts, the worst first\n\n"
				  "| Host | Score | Grade | Critical | High | Medium | Low | "
				  "Unknown | Open to anywhere | PBX |\n"
				  "|---|---:|---|---:|---:|---:|---:|---:|---:|---|\n");
	for (size_t i = 0; i < summary->audited; i++) {
		const struct fleet_row *row = &summary->rows[i];
		buffer_append_string(out, "| [");
		escape_markdown(out, slice_of(row->name));
		/* The folder's name is made of letters, digits, '-', '_' and '.'. */
		buffer_format(out, "](%s/report.md) ", row->folder);
		buffer_format(out, "| %u | %s | %u | %u | %u | %u | %u | %u ", row->value,
			      row->grade, row->bands[BAND_CRITICAL], row->bands[BAND_HIGH],
			      row->bands[BAND_MEDIUM], row->bands[BAND_LOW], row->unknown,
			      row->open);
		cell(out, row->pbx_name);
		escape_markdown(out, slice_of(row->pbx_version));
		buffer_append_string(out, " |\n");
	}
	if (summary->audited == summary->row_count)
		return;
	buffer_append_string(out, "\n## Not audited\n\n| Host | Why |\n|---|---|\n");
	for (size_t i = summary->audited; i < summary->row_count; i++) {
		cell(out, summary->rows[i].name);
		cell(out, summary->rows[i].failure);
		buffer_append_string(out, "|\n");
	}
}

static void write_findings(const struct fleet_summary *summary, struct buffer *out)
{
	buffer_append_string(out, "\n## Findings over all hosts\n\n"
				  "| Check | What | Severity | Hosts | Unknown on | Which |\n"
				  "|---|---|---:|---:|---:|---|\n");
	for (size_t i = 0; i < summary->finding_count; i++) {
		const struct fleet_finding *finding = summary->findings[i];
		if (finding->fails.count == 0)
			break;
		cell(out, finding->id);
		cell(out, finding->title);
		buffer_format(out, "| %u.%u | %zu | %u ", finding->severity / 10,
			      finding->severity % 10, finding->fails.count, finding->unknown);
		names(summary, &finding->fails, out);
		buffer_append_string(out, "|\n");
	}
}

static void write_services(const struct fleet_summary *summary, struct buffer *out)
{
	buffer_append_string(out, "\n## What can be reached\n\n"
				  "| Service | Open to anywhere | Listed networks only | Not to be "
				  "told | Which are open |\n|---|---:|---:|---:|---|\n");
	for (size_t i = 0; i < summary->service_count; i++) {
		const struct fleet_service *service = summary->services[i];
		buffer_format(out, "| %s %u ", service->protocol, service->port);
		escape_markdown(out, slice_of(service->name));
		buffer_format(out, " | %zu | %zu | %zu ", service->anywhere.count,
			      service->networks.count, service->unknown.count);
		names(summary, &service->anywhere, out);
		buffer_append_string(out, "|\n");
	}
}

static void write_outliers(const struct fleet_summary *summary, struct buffer *out)
{
	buffer_append_string(out, "\n## Who stands out\n\n");
	if (summary->outlier_count == 0)
		buffer_append_string(out, "No host has a finding that nine in ten others, of five "
					  "or more, have not.\n");
	for (size_t i = 0; i < summary->outlier_count; i++) {
		const struct fleet_outlier *outlier = &summary->outliers[i];
		const struct fleet_finding *finding = summary->findings[outlier->finding];
		buffer_append_string(out, "* ");
		escape_markdown(out, slice_of(summary->rows[outlier->host].name));
		buffer_append_string(out, ": ");
		escape_markdown(out, slice_of(finding->id));
		buffer_append_string(out, ", ");
		escape_markdown(out, slice_of(finding->title));
		buffer_format(out, " (%zu of %zu hosts)\n", finding->fails.count,
			      finding->fails.count + finding->passes);
	}
}

bool fleet_markdown_write(const struct fleet_summary *summary, struct buffer *out,
			  struct error *error)
{
	buffer_format(out,
		      "# %zu hosts\n\nAudited %s: %zu of %zu hosts, median score %u; grades A %u, "
		      "B %u, C %u, D %u, F %u.\n\n",
		      summary->row_count, summary->started, summary->audited, summary->row_count,
		      summary->median, summary->grades[0], summary->grades[1], summary->grades[2],
		      summary->grades[3], summary->grades[4]);
	write_ranking(summary, out);
	write_findings(summary, out);
	write_services(summary, out);
	write_outliers(summary, out);
	return !buffer_failed(out) || error_memory(error);
}
