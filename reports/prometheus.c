/* SPDX-License-Identifier: Apache-2.0
 *
 * Gauges in Prometheus's text format, for the textfile collector of the node exporter.
 */
#include <inttypes.h>

#include "checks/result.h"
#include "checks/score.h"
#include "reports/escape.h"
#include "reports/writers.h"

struct writing {
	struct buffer *out;
	const struct result *result;
};

static void begin_metric(const struct writing *writing, const char *name, const char *help)
{
	buffer_format(writing->out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* NAME{target="...",LABEL="TEXT",MORE="WORD"} and a blank; LABEL and MORE may be NULL. */
static void append_series(const struct writing *writing, const char *name, const char *label,
			  const char *text, const char *more, const char *word)
{
	struct buffer *out = writing->out;
	buffer_format(out, "%s{target=\"", name);
	escape_prometheus(out, slice_of(writing->result->target.name));
	buffer_append_byte(out, '"');
	if (label) {
		buffer_format(out, ",%s=\"", label);
		escape_prometheus(out, slice_of(text));
		buffer_append_byte(out, '"');
	}
	if (more)
		buffer_format(out, ",%s=\"%s\"", more, word);
	buffer_append_string(out, "} ");
}

static void append_number(const struct writing *writing, const char *name, const char *help,
			  uint64_t number)
{
	begin_metric(writing, name, help);
	append_series(writing, name, NULL, NULL, NULL, NULL);
	buffer_format(writing->out, "%" PRIu64 "\n", number);
}

static void append_thousandths(const struct writing *writing, const char *name, const char *help,
			       uint64_t number)
{
	begin_metric(writing, name, help);
	append_series(writing, name, NULL, NULL, NULL, NULL);
	buffer_format(writing->out, "%" PRIu64 ".%03u\n", number / 1000,
		      (unsigned int)(number % 1000));
}

static void append_findings(const struct writing *writing)
{
	size_t counts[STATUS_WAIVED + 1][BAND_CRITICAL + 1] = { 0 };
	const struct result *result = writing->result;
	for (size_t i = 0; i < result->finding_count; i++)
		counts[result->findings[i].status]
		      [severity_band_of(result->findings[i].severity)]++;
	begin_metric(writing, "ringfence_findings", "Checks by status and band of severity.");
	for (unsigned int status = 0; status <= STATUS_WAIVED; status++)
		for (unsigned int band = 0; band <= BAND_CRITICAL; band++) {
			append_series(writing, "ringfence_findings", "status",
				      finding_status_name((enum finding_status)status), "band",
				      severity_band_name((enum severity_band)band));
			buffer_format(writing->out, "%zu\n", counts[status][band]);
		}
	begin_metric(writing, "ringfence_check_failed",
		     "1 where a check fails, 0 where it passes.");
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct finding *finding = &result->findings[i];
		if (finding->status != STATUS_FAIL && finding->status != STATUS_PASS)
			continue;
		append_series(writing, "ringfence_check_failed", "check", finding->id, "band",
			      severity_band_name(severity_band_of(finding->severity)));
		buffer_format(writing->out, "%d\n", finding->status == STATUS_FAIL);
	}
}

static void append_services(const struct writing *writing)
{
	size_t counts[EXPOSURE_ANYWHERE + 1] = { 0 };
	for (size_t i = 0; i < writing->result->service_count; i++)
		counts[writing->result->services[i].exposure]++;
	begin_metric(writing, "ringfence_services", "Services by who can reach them.");
	for (unsigned int exposure = 0; exposure <= EXPOSURE_ANYWHERE; exposure++) {
		append_series(writing, "ringfence_services", "exposure",
			      exposure_name((enum exposure)exposure), NULL, NULL);
		buffer_format(writing->out, "%zu\n", counts[exposure]);
	}
}

static void append_groups(const struct writing *writing)
{
	const struct result_score *score = &writing->result->score;
	begin_metric(writing, "ringfence_group_score", "Score over one group of checks.");
	for (size_t i = 0; i < score->group_count; i++) {
		append_series(writing, "ringfence_group_score", "group", score->groups[i].id, NULL,
			      NULL);
		buffer_format(writing->out, "%u\n", score->groups[i].value);
	}
}

/* Left out where the start is no time. */
static void append_start(const struct writing *writing)
{
	int64_t seconds;
	if (slice_to_time(slice_of(writing->result->target.started), &seconds) && seconds >= 0)
		append_number(writing, "ringfence_audit_timestamp_seconds",
			      "When the audit began, seconds since 1970.", (uint64_t)seconds);
}

bool prometheus_write(const struct result *result, const struct report_options *options,
		      struct buffer *out, struct error *error)
{
	(void)options;
	const struct writing writing = { .out = out, .result = result };
	const struct result_score *score = &result->score;
	append_number(&writing, "ringfence_score", "Score of the last audit, 0 to 100.",
		      score->value);
	append_number(&writing, "ringfence_score_low", "Score if all undecided checks failed.",
		      score->low);
	append_number(&writing, "ringfence_score_unwaived", "Score without waivers.",
		      score->unwaived);
	append_thousandths(&writing, "ringfence_coverage_ratio",
			   "Share of the checks that apply that were decided.", score->coverage);
	append_thousandths(&writing, "ringfence_pass_ratio",
			   "Share of the decided checks that pass.", score->pass_rate);
	append_groups(&writing);
	append_findings(&writing);
	append_services(&writing);
	append_number(&writing, "ringfence_attackers",
		      "Addresses that failed to get in, by the logs.",
		      result->activity.attacker_total);
	if (result->activity.bans_known)
		append_number(&writing, "ringfence_bans", "Bans in the logs.",
			      result->activity.bans);
	append_number(&writing, "ringfence_unread_facts", "Facts that could not be read.",
		      result->unread_count);
	append_start(&writing);
	append_thousandths(&writing, "ringfence_audit_duration_seconds", "How long it took.",
			   result->target.milliseconds);
	return buffer_failed(out) ? error_memory(error) : true;
}
