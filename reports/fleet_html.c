/* SPDX-License-Identifier: Apache-2.0
 *
 * The page over all hosts: fleet_markdown.c's tables as HTML, each host linked. It runs no script
 * and loads nothing: its Content-Security-Policy allows one style sheet, by hash.
 */
#include <openssl/evp.h>

#include "checks/fleet_summary.h"
#include "reports/escape.h"
#include "reports/fleet_reports.h"
#include "template_fleet.css.h"
#include "template_report.css.h"

/* Names that one cell lists; fleet.json has all. */
#define NAMES_SHOWN 12

static void text(struct buffer *out, const char *content)
{
	escape_xml(out, slice_of(content), ESCAPE_ONE_LINE);
}

/* Folders are made of letters, digits, '-', '_' and '.' (output_append_host). */
static void link_host(struct buffer *out, const struct fleet_row *row)
{
	if (row->folder[0])
		buffer_format(out, "<a href=\"%s/report.html\">", row->folder);
	text(out, row->name);
	if (row->folder[0])
		buffer_append_string(out, "</a>");
}

static void names(const struct fleet_summary *summary, const struct fleet_indices *list,
		  struct buffer *out)
{
	buffer_append_string(out, "<td class=\"names\">");
	for (size_t i = 0; i < list->count && i < NAMES_SHOWN; i++) {
		buffer_append_string(out, i ? ", " : "");
		link_host(out, &summary->rows[list->items[i]]);
	}
	if (list->count > NAMES_SHOWN)
		buffer_format(out, " and %zu more", list->count - NAMES_SHOWN);
	buffer_append_string(out, "</td></tr>\n");
}

static bool write_head(const struct fleet_summary *summary, struct buffer *out)
{
	BUFFER_AUTO style = { 0 };
	unsigned char digest[EVP_MAX_MD_SIZE], base64[EVP_MAX_MD_SIZE * 2];
	unsigned int size;
	buffer_append(&style, report_css, sizeof(report_css));
	buffer_append(&style, fleet_css, sizeof(fleet_css));
	struct slice css = buffer_slice(&style);
	if (buffer_failed(&style) ||
	    EVP_Digest(css.data, css.size, digest, &size, EVP_sha256(), NULL) != 1)
		return false;
	(void)EVP_EncodeBlock(base64, digest, (int)size);
	buffer_format(out,
		      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
		      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		      "style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=\"referrer\" content=\"no-referrer\">\n<title>%zu hosts"
		      "</title>\n<style>",
		      (const char *)base64, summary->row_count);
	buffer_append_slice(out, css);
	buffer_append_string(out, "</style></head>\n<body>\n");
	return true;
}

static void write_summary(const struct fleet_summary *summary, struct buffer *out)
{
	static const char *const grades[] = { "A", "B", "C", "D", "F" };
	buffer_format(out,
		      "<main><section class=\"summary\"><p class=\"over\">Fleet report</p>"
		      "<h1>%zu hosts</h1>\n<p class=\"about\">Audited %s: %zu of %zu hosts, "
		      "median score %u</p>\n<ul class=\"counts\">",
		      summary->row_count, summary->started, summary->audited, summary->row_count,
		      summary->median);
	for (size_t i = 0; i < ARRAY_SIZE(grades); i++)
		buffer_format(out, "<li><b>%u</b> grade %s</li>", summary->grades[i], grades[i]);
	buffer_append_string(out, "</ul></section>\n");
}

static void write_ranking(const struct fleet_summary *summary, struct buffer *out)
{
	buffer_append_string(
		out, "<section><h2>Hosts, the worst first</h2>\n<table class=\"fleet\"><thead><tr>"
		     "<th>Host</th><th>Score</th><th>Grade</th><th>Critical</th><th>High</th>"
		     "<th>Medium</th><th>Low</th><th>Unknown</th><th>Open to anywhere</th>"
		     "<th>PBX</th></tr></thead>\n<tbody>");
	for (size_t i = 0; i < summary->audited; i++) {
		const struct fleet_row *row = &summary->rows[i];
		buffer_append_string(out, "<tr><td>");
		link_host(out, row);
		buffer_format(out,
			      "</td><td>%u</td><td>%s</td><td>%u</td><td>%u</td><td>%u</td>"
			      "<td>%u</td><td>%u</td><td>%u</td><td>",
			      row->value, row->grade, row->bands[BAND_CRITICAL],
			      row->bands[BAND_HIGH], row->bands[BAND_MEDIUM], row->bands[BAND_LOW],
			      row->unknown, row->open);
		text(out, row->pbx_name);
		buffer_append_byte(out, ' ');
		text(out, row->pbx_version);
		buffer_append_string(out, "</td></tr>\n");
	}
	buffer_append_string(out, "</tbody></table></section>\n");
	if (summary->audited == summary->row_count)
		return;
	buffer_append_string(out, "<section><h2>Not audited</h2>\n<table class=\"fleet\"><thead>"
				  "<tr><th>Host</th><th>Why</th></tr></thead>\n<tbody>");
	for (size_t i = summary->audited; i < summary->row_count; i++) {
		buffer_append_string(out, "<tr><td>");
		text(out, summary->rows[i].name);
		buffer_append_string(out, "</td><td class=\"names\">");
		text(out, summary->rows[i].failure);
		buffer_append_string(out, "</td></tr>\n");
	}
	buffer_append_string(out, "</tbody></table></section>\n");
}

static void write_findings(const struct fleet_summary *summary, struct buffer *out)
{
	buffer_append_string(out,
			     "<section><h2>Findings over all hosts</h2>\n<table class=\"fleet\">"
			     "<thead><tr><th>Check</th><th>Severity</th><th>Hosts</th>"
			     "<th>Unknown on</th><th>Which</th></tr></thead>\n<tbody>");
	for (size_t i = 0; i < summary->finding_count; i++) {
		const struct fleet_finding *finding = summary->findings[i];
		const char *band = severity_band_name(severity_band_of(finding->severity));
		if (finding->fails.count == 0)
			break;
		buffer_append_string(out, "<tr><td><span class=\"id\">");
		text(out, finding->id);
		buffer_append_string(out, "</span> ");
		text(out, finding->title);
		buffer_format(out,
			      "</td><td><span class=\"band %s\">%u.%u</span></td><td>%zu</td>"
			      "<td>%u</td>",
			      band, finding->severity / 10, finding->severity % 10,
			      finding->fails.count, finding->unknown);
		names(summary, &finding->fails, out);
	}
	buffer_append_string(out, "</tbody></table></section>\n");
}

static void write_services(const struct fleet_summary *summary, struct buffer *out)
{
	buffer_append_string(
		out, "<section><h2>What can be reached</h2>\n<table class=\"fleet\"><thead><tr>"
		     "<th>Service</th><th>Open to anywhere</th><th>Listed networks only</th>"
		     "<th>Not to be told</th><th>Which are open</th></tr></thead>\n<tbody>");
	for (size_t i = 0; i < summary->service_count; i++) {
		const struct fleet_service *service = summary->services[i];
		buffer_append_string(out, "<tr><td>");
		text(out, service->protocol);
		buffer_format(out, " %u ", service->port);
		text(out, service->name);
		buffer_format(out, "</td><td>%zu</td><td>%zu</td><td>%zu</td>",
			      service->anywhere.count, service->networks.count,
			      service->unknown.count);
		names(summary, &service->anywhere, out);
	}
	buffer_append_string(out, "</tbody></table></section>\n");
}

static void write_outliers(const struct fleet_summary *summary, struct buffer *out)
{
	buffer_append_string(out, "<section><h2>Who stands out</h2>\n");
	if (summary->outlier_count == 0)
		buffer_append_string(out, "<p>No host has a finding that nine in ten others, of "
					  "five or more, have not.</p>");
	buffer_append_string(out, "<ul>");
	for (size_t i = 0; i < summary->outlier_count; i++) {
		const struct fleet_outlier *outlier = &summary->outliers[i];
		const struct fleet_finding *finding = summary->findings[outlier->finding];
		buffer_append_string(out, "<li>");
		link_host(out, &summary->rows[outlier->host]);
		buffer_append_string(out, ": <span class=\"id\">");
		text(out, finding->id);
		buffer_append_string(out, "</span> ");
		text(out, finding->title);
		buffer_format(out, " (%zu of %zu hosts)</li>\n", finding->fails.count,
			      finding->fails.count + finding->passes);
	}
	buffer_append_string(out, "</ul></section>\n</main></body></html>\n");
}

bool fleet_html_write(const struct fleet_summary *summary, struct buffer *out, struct error *error)
{
	if (!write_head(summary, out))
		return error_memory(error);
	write_summary(summary, out);
	write_ranking(summary, out);
	write_findings(summary, out);
	write_services(summary, out);
	write_outliers(summary, out);
	return !buffer_failed(out) || error_memory(error);
}
