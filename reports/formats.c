/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/attributes.h"
#include "reports/report.h"
#include "reports/result_json.h"
#include "reports/result_xml.h"
#include "reports/writers.h"

/* Sorted by name. */
static const struct report_format formats[] = {
	{
		.name = "csv",
		.file_name = "findings.csv",
		.about = "a row per finding and subject, for spreadsheets",
		.write = csv_write,
	},
	{
		.name = "html",
		.file_name = "report.html",
		.about = "one page for people: screen, phone and paper",
		.write = html_write,
	},
	{
		.name = "json",
		.file_name = "result.json",
		.about = "the whole result, for `report`, `diff`, `plan` and programs",
		.write = result_json_write,
	},
	{
		.name = "junit",
		.file_name = "junit.xml",
		.about = "test results, for continuous integration",
		.write = junit_write,
	},
	{
		.name = "md",
		.file_name = "report.md",
		.about = "Markdown, for mail, tickets and repositories",
		.write = markdown_write,
	},
	{
		.name = "prom",
		.file_name = "ringfence.prom",
		.about = "gauges, for Prometheus's node exporter",
		.write = prometheus_write,
	},
	{
		.name = "sarif",
		.file_name = "result.sarif",
		.about = "SARIF 2.1.0, for code scanning",
		.write = sarif_write,
	},
	{
		.name = "xccdf",
		.file_name = "result.xccdf.xml",
		.about = "XCCDF 1.2, for OpenSCAP and the like",
		.write = xccdf_write,
	},
	{
		.name = "xml",
		.file_name = "result.xml",
		.about = "the whole result, described by result.rng",
		.write = result_xml_write,
	},
};

const struct report_format *report_formats(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(formats);
	return formats;
}

const struct report_format *report_find(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (slice_is(name, formats[i].name))
			return &formats[i];
	return NULL;
}
