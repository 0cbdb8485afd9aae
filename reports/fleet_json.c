/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/version.h"
#include "checks/fleet_summary.h"
#include "reports/fleet_reports.h"

static json_t *names_of(const struct fleet_summary *summary, const struct fleet_indices *list)
{
	json_t *names = json_array();
	for (size_t i = 0; names && i < list->count; i++)
		if (json_array_append_new(names, json_string(summary->rows[list->items[i]].name)))
			return NULL;
	return names;
}

static json_t *host_of(const struct fleet_row *row)
{
	if (row->failure)
		return json_pack("{ss ss ss}", "name", row->name, "state", "failed", "failure",
				 row->failure);
	return json_pack("{ss ss ss ss ss s{ss ss} s{si si ss si} s{si si si si si} sI si}", "name",
			 row->name, "state", "done", "folder", row->folder, "started", row->started,
			 "os", row->os, "pbx", "name", row->pbx_name, "version", row->pbx_version,
			 "score", "value", (int)row->value, "low", (int)row->low, "grade",
			 row->grade, "coverage_thousandths", (int)row->coverage, "failed",
			 "critical", (int)row->bands[BAND_CRITICAL], "high",
			 (int)row->bands[BAND_HIGH], "medium", (int)row->bands[BAND_MEDIUM], "low",
			 (int)row->bands[BAND_LOW], "unknown", (int)row->unknown, "unread",
			 (json_int_t)row->unread, "open_services", (int)row->open);
}

static json_t *finding_of(const struct fleet_summary *summary, const struct fleet_finding *finding)
{
	return json_pack("{ss ss sf ss so si si si}", "id", finding->id, "title", finding->title,
			 "severity", (double)finding->severity / 10, "exposure",
			 exposure_name(finding->exposure), "failed_on",
			 names_of(summary, &finding->fails), "passed", (int)finding->passes,
			 "unknown", (int)finding->unknown, "waived", (int)finding->waived);
}

static json_t *service_of(const struct fleet_summary *summary, const struct fleet_service *service)
{
	return json_pack("{ss si ss so so so}", "proto", service->protocol, "port",
			 (int)service->port, "name", service->name, "anywhere",
			 names_of(summary, &service->anywhere), "networks",
			 names_of(summary, &service->networks), "unknown",
			 names_of(summary, &service->unknown));
}

static json_t *outlier_of(const struct fleet_summary *summary, const struct fleet_outlier *outlier)
{
	return json_pack("{ss ss}", "host", summary->rows[outlier->host].name, "finding",
			 summary->findings[outlier->finding]->id);
}

static json_t *whole(const struct fleet_summary *summary)
{
	json_t *hosts = json_array(), *findings = json_array();
	json_t *services = json_array(), *outliers = json_array();
	int failed = 0;
	for (size_t i = 0; i < summary->row_count; i++)
		failed |= json_array_append_new(hosts, host_of(&summary->rows[i]));
	for (size_t i = 0; i < summary->finding_count; i++)
		failed |=
			json_array_append_new(findings, finding_of(summary, summary->findings[i]));
	for (size_t i = 0; i < summary->service_count; i++)
		failed |=
			json_array_append_new(services, service_of(summary, summary->services[i]));
	for (size_t i = 0; i < summary->outlier_count; i++)
		failed |=
			json_array_append_new(outliers, outlier_of(summary, &summary->outliers[i]));
	json_t *root = json_pack(
		"{ss s{ss ss} ss sI sI si s{si si si si si} so so so so}", "schema", FLEET_SCHEMA,
		"tool", "name", "ringfence", "version", RINGFENCE_VERSION, "started",
		summary->started, "hosts_total", (json_int_t)summary->row_count, "hosts_audited",
		(json_int_t)summary->audited, "median", (int)summary->median, "grades", "A",
		(int)summary->grades[0], "B", (int)summary->grades[1], "C", (int)summary->grades[2],
		"D", (int)summary->grades[3], "F", (int)summary->grades[4], "hosts", hosts,
		"findings", findings, "services", services, "outliers", outliers);
	if (root && failed) {
		json_decref(root);
		root = NULL;
	}
	return root;
}

static int append(const char *data, size_t size, void *out)
{
	buffer_append(out, data, size);
	return buffer_failed(out) ? -1 : 0;
}

bool fleet_json_write(const struct fleet_summary *summary, struct buffer *out, struct error *error)
{
	json_t *root = whole(summary);
	bool done = root && json_dump_callback(root, append, out,
					       JSON_INDENT(2) | JSON_REAL_PRECISION(3)) == 0;
	json_decref(root);
	buffer_append_byte(out, '\n');
	return (done && !buffer_failed(out)) || error_memory(error);
}
