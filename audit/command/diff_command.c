/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence diff`: what got better and worse between two saved results.
 */
#include <jansson.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/command/commands.h"
#include "audit/command/saved_result.h"
#include "checks/result_diff.h"
#include "reports/escape.h"

struct diff_values {
	bool json;
};

static const struct option_row rows[] = {
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON",
		.offset = offsetof(struct diff_values, json),
	},
};

static const struct finding *finding_of(const struct finding_difference *row)
{
	return row->after ? row->after : row->before;
}

static const struct result_service *service_of(const struct service_difference *row)
{
	return row->after ? row->after : row->before;
}

static const char *exposure_or_none(const struct result_service *service)
{
	return service ? exposure_name(service->exposure) : "not listening";
}

static void put(struct buffer *out, const char *text)
{
	escape_visible(out, slice_of(text), ESCAPE_ONE_LINE);
}

static void put_findings(struct buffer *out, const struct result_diff *diff,
			 enum finding_change change, const char *heading)
{
	bool is_first = true;
	for (size_t i = 0; i < diff->finding_count; i++) {
		const struct finding_difference *row = &diff->findings[i];
		if (row->change != change)
			continue;
		if (is_first)
			buffer_format(out, "\n%s\n", heading);
		is_first = false;
		buffer_append_string(out, "  ");
		put(out, finding_of(row)->id);
		buffer_append_string(out, "  ");
		put(out, finding_of(row)->title);
		bool fails_in_both = change == CHANGE_WORSE || change == CHANGE_BETTER;
		if (fails_in_both && row->subjects_new)
			buffer_format(out, " (%zu new places)", row->subjects_new);
		if (fails_in_both && row->subjects_gone)
			buffer_format(out, " (%zu places fewer)", row->subjects_gone);
		if (fails_in_both && row->before->exposure != row->after->exposure)
			buffer_format(out, " (%s before, %s now)",
				      exposure_name(row->before->exposure),
				      exposure_name(row->after->exposure));
		buffer_append_byte(out, '\n');
	}
}

static void put_services(struct buffer *out, const struct result_diff *diff)
{
	if (diff->service_count)
		buffer_append_string(out, "\nWho can reach what\n");
	for (size_t i = 0; i < diff->service_count; i++) {
		const struct service_difference *row = &diff->services[i];
		const struct result_service *service = service_of(row);
		buffer_append_string(out, "  ");
		put(out, service->protocol);
		buffer_format(out, " %u ", service->port);
		put(out, service->address);
		buffer_append_byte(out, ' ');
		put(out, service->process);
		buffer_format(out, ": %s before, %s now", exposure_or_none(row->before),
			      exposure_or_none(row->after));
		if (row->before && row->after && row->before->exposure == row->after->exposure)
			buffer_format(out, " (IPv4 %s, %s; IPv6 %s, %s)",
				      exposure_name(row->before->exposure_ipv4),
				      exposure_name(row->after->exposure_ipv4),
				      exposure_name(row->before->exposure_ipv6),
				      exposure_name(row->after->exposure_ipv6));
		buffer_append_byte(out, '\n');
	}
}

static void put_text(struct buffer *out, const struct result_diff *diff)
{
	static const struct {
		enum finding_change change;
		const char *heading;
	} parts[] = {
		{ CHANGE_NEW, "New" },
		{ CHANGE_WORSE, "Worse" },
		{ CHANGE_LOST, "Not known to be fixed" },
		{ CHANGE_BETTER, "Better" },
		{ CHANGE_FIXED, "Fixed" },
	};
	size_t same = 0;
	put(out, diff->after->target.name);
	buffer_format(out, ": %u (%s) before, %u (%s) now\n", diff->before->score.value,
		      diff->before->score.grade, diff->after->score.value,
		      diff->after->score.grade);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		put_findings(out, diff, parts[i].change, parts[i].heading);
	put_services(out, diff);
	for (size_t i = 0; i < diff->finding_count; i++)
		same += diff->findings[i].change == CHANGE_SAME;
	buffer_format(out, "\n%zu findings as before\n", same);
}

static json_t *score_json(const struct result *result)
{
	return json_pack("{s:s, s:i, s:s}", "started", result->target.started, "value",
			 (int)result->score.value, "grade", result->score.grade);
}

static json_t *finding_json(const struct finding_difference *row)
{
	return json_pack(
		"{s:s, s:s, s:s, s:s?, s:s?, s:I, s:I, s:I, s:I}", "id", finding_of(row)->id,
		"title", finding_of(row)->title, "change", finding_change_name(row->change),
		"before", row->before ? finding_status_name(row->before->status) : NULL, "after",
		row->after ? finding_status_name(row->after->status) : NULL, "subjects_before",
		(json_int_t)row->subjects_before, "subjects_after", (json_int_t)row->subjects_after,
		"subjects_new", (json_int_t)row->subjects_new, "subjects_gone",
		(json_int_t)row->subjects_gone);
}

static json_t *service_json(const struct service_difference *row)
{
	const struct result_service *service = service_of(row);
	return json_pack("{s:s, s:i, s:s, s:s, s:s?, s:s?}", "proto", service->protocol, "port",
			 (int)service->port, "address", service->address, "process",
			 service->process, "before",
			 row->before ? exposure_name(row->before->exposure) : NULL, "after",
			 row->after ? exposure_name(row->after->exposure) : NULL);
}

static int append_bytes(const char *data, size_t size, void *context)
{
	struct buffer *out = context;
	buffer_append(out, data, size);
	return buffer_failed(out) ? -1 : 0;
}

static void put_json(struct buffer *out, const struct result_diff *diff)
{
	json_t *findings = json_array(), *services = json_array();
	bool done = findings && services;
	for (size_t i = 0; done && i < diff->finding_count; i++)
		done = json_array_append_new(findings, finding_json(&diff->findings[i])) == 0;
	for (size_t i = 0; done && i < diff->service_count; i++)
		done = json_array_append_new(services, service_json(&diff->services[i])) == 0;
	json_t *root =
		json_pack("{s:o, s:o, s:o, s:o}", "before", score_json(diff->before), "after",
			  score_json(diff->after), "findings", findings, "services", services);
	if (!done || !root || json_dump_callback(root, append_bytes, out, JSON_INDENT(2)) != 0)
		out->failed = true;
	json_decref(root);
	buffer_append_byte(out, '\n');
}

static int compare(const struct diff_values *values, char **paths, struct arena *arena)
{
	struct error error;
	struct result before, after;
	struct result_diff diff;
	BUFFER_AUTO out = { 0 };
	if (!saved_result_load(paths[0], arena, &before, &error) ||
	    !saved_result_load(paths[1], arena, &after, &error))
		return command_report_error(&error);
	if (!result_diff_make(&before, &after, arena, &diff)) {
		error_memory(&error);
		return command_report_error(&error);
	}
	if (values->json)
		put_json(&out, &diff);
	else
		put_text(&out, &diff);
	return command_print(&out);
}

static int run_diff(const struct command *command, int argument_count, char **arguments)
{
	struct diff_values values = { .json = false };
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, &values, &positionals, &status))
		return status;
	struct error error;
	if (positionals.count != 2) {
		error_set(&error, ERROR_USAGE, "diff wants two results, the older first");
		error_advise(&error, "`ringfence diff --help` shows how");
		return command_report_error(&error);
	}
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(SAVED_RESULT_ARENA_MAX);
	if (!arena) {
		error_memory(&error);
		return command_report_error(&error);
	}
	return compare(&values, positionals.items, arena);
}

const struct command diff_command = {
	.name = "diff",
	.arguments = "OLD NEW",
	.about = "What got better and worse between two saved results",
	.description = "OLD and NEW are result.json files, or folders that hold one. Findings are "
		       "compared by their id, services by\n"
		       "protocol, port, address and process; a change of exposure is told even "
		       "where no check flips.",
	.examples = "ringfence diff ringfence-pbx1-2026-10-24 ringfence-pbx1-2026-11-24\twhat "
		    "changed in a month\n"
		    "ringfence diff --json old.json new.json\tthe same for programs\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run_diff,
};
