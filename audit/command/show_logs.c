/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence show logs`: what the given files tell, counted.
 */
#include <time.h>

#include "audit/base/arena.h"
#include "audit/command/commands.h"
#include "audit/command/path_argument.h"
#include "audit/logs/activity_model.h"
#include "audit/target/target.h"

/* Sources are bounded by ACTIVITY_SOURCES_MAX; this is room for them. */
#define LOGS_MEMORY_BYTES ((size_t)1024 * 1024 * 1024)
#define LOGS_TIMEOUT_MS 10000

struct logs_options {
	bool json;
};

static const struct option_row rows[] = {
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON, for programs",
		.offset = offsetof(struct logs_options, json),
	},
};

static void format_time(int64_t time, struct buffer *out)
{
	if (time)
		buffer_append_time(out, time);
}

struct event_list {
	struct buffer *out;
	const char *between;
};

static void add_event(struct event_list *list, const char *name, uint64_t count)
{
	if (!count)
		return;
	/* Names are words of ours: nothing in them to escape. */
	buffer_append_string(list->out, list->between);
	buffer_append_byte(list->out, '"');
	buffer_append_string(list->out, name);
	buffer_append_string(list->out, "\": ");
	buffer_append_uint(list->out, count);
	list->between = ", ";
}

/* The kinds that occurred, and the sums over them. */
static void append_events(struct buffer *out, const uint64_t counts[LOG_KIND_COUNT])
{
	struct event_list list = { .out = out, .between = "" };
	size_t sum_count;
	const struct log_sum *sums = log_sums(&sum_count);
	buffer_append_byte(out, '{');
	for (size_t i = 0; i < sum_count; i++) {
		uint64_t sum = 0;
		for (size_t kind = sums[i].first; kind <= sums[i].last; kind++)
			sum += counts[kind];
		add_event(&list, sums[i].name, sum);
	}
	for (size_t kind = LOG_NOTHING + 1; kind < LOG_KIND_COUNT; kind++)
		add_event(&list, log_kind_name((enum log_kind)kind), counts[kind]);
	buffer_append_byte(out, '}');
}

static void append_source(struct buffer *out, const struct activity_source *source)
{
	uint64_t counts[LOG_KIND_COUNT];
	for (size_t kind = 0; kind < LOG_KIND_COUNT; kind++)
		counts[kind] = source->counts[kind];
	buffer_append_string(out, "{\"address\": \"");
	address_format(source->address, out);
	buffer_append_string(out, "\", \"first\": \"");
	format_time(source->first, out);
	buffer_append_string(out, "\", \"last\": \"");
	format_time(source->last, out);
	buffer_append_string(out, "\", \"events\": ");
	append_events(out, counts);
	buffer_append_byte(out, '}');
}

/* Straight into text: a tree of some ten thousand sources takes longer than their logs. */
static void write_json(const struct activity_model *model, struct buffer *out)
{
	buffer_append_string(out, "{\"events\": ");
	append_events(out, model->counts);
	buffer_append_string(out, ",\n \"sources\": [");
	for (size_t i = 0; i < model->source_count; i++) {
		buffer_append_string(out, i ? ",\n  " : "\n  ");
		append_source(out, &model->sources[i]);
	}
	buffer_format(out, "],\n \"ambiguous\": %llu, \"sources_not_listed\": %llu}\n",
		      (unsigned long long)model->ambiguous_count,
		      (unsigned long long)model->dropped_sources);
}

/* Sources of the table; all are in the JSON. */
#define TABLE_SOURCES 20

static void write_table(const struct activity_model *model, struct buffer *out)
{
	for (size_t kind = LOG_NOTHING + 1; kind < LOG_KIND_COUNT; kind++)
		if (model->counts[kind])
			buffer_format(out, "%12llu  %s\n", (unsigned long long)model->counts[kind],
				      log_kind_name((enum log_kind)kind));
	size_t shown = model->source_count < TABLE_SOURCES ? model->source_count : TABLE_SOURCES;
	if (shown)
		buffer_format(out, "\n%-40s %10s  %-21s %s\n", "source", "failures", "first",
			      "last");
	for (size_t i = 0; i < shown; i++) {
		const struct activity_source *source = &model->sources[i];
		BUFFER_AUTO address = { 0 };
		BUFFER_AUTO first = { 0 };
		address_format(source->address, &address);
		format_time(source->first, &first);
		buffer_format(out, "%-40s %10llu  %-21s ", buffer_string(&address),
			      (unsigned long long)activity_source_failures(source),
			      buffer_string(&first));
		format_time(source->last, out);
		buffer_append_byte(out, '\n');
	}
	if (shown < model->source_count)
		buffer_format(out, "and %zu more; --json has them all\n",
			      model->source_count - shown);
}

/* What could not be read, to standard error; the exit code of it. */
static int report_unread(const struct activity_model *model)
{
	int status = 0;
	for (size_t i = 0; i < model->log_count; i++) {
		const struct activity_log *log = &model->logs[i];
		struct error error;
		if (log->state != FACT_PRESENT) {
			error_set_at(&error, ERROR_READ, log->path, 0, "%s",
				     log->unread ? log->unread->why : "no such file");
			status = command_report_error(&error);
		} else if (log->note || log->cut_lines) {
			error_set_at(&error, ERROR_READ, log->path, 0, "%s",
				     log->note ? log->note
					       : "lines were too long, their ends were skipped");
			status = command_report_error(&error);
		}
	}
	return status;
}

static int show(const struct logs_options *options, const struct loader *loader,
		const struct option_positionals *files)
{
	struct error error;
	BUFFER_AUTO out = { 0 };
	struct activity_request request = { .now = (int64_t)time(NULL) };
	const char **paths =
		arena_allocate_array(loader->arena, files->count, sizeof(const char *));
	for (size_t i = 0; paths && i < files->count; i++)
		paths[i] = path_argument(loader->arena, files->items[i]);
	const struct activity_model *model =
		paths ? activity_model_read(loader, paths, files->count, &request) : NULL;
	if (!model) {
		error_memory(&error);
		return command_report_error(&error);
	}
	if (options->json)
		write_json(model, &out);
	else
		write_table(model, &out);
	int unread = report_unread(model), printed = command_print(&out);
	return printed ? printed : unread;
}

static int run(const struct command *command, int argument_count, char **arguments)
{
	struct logs_options options = { 0 };
	struct option_positionals files;
	struct error error;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &files, &status))
		return status;
	if (files.count == 0) {
		error_set(&error, ERROR_USAGE, "which logs?");
		error_advise(&error, "ringfence show logs /var/log/auth.log*");
		return command_report_error(&error);
	}
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(LOGS_MEMORY_BYTES);
	const struct target_options target_options = { .probe_timeout_ms = LOGS_TIMEOUT_MS };
	struct target *target = arena ? target_open_local(arena, &target_options, &error) : NULL;
	if (!target) {
		if (!arena)
			error_memory(&error);
		return command_report_error(&error);
	}
	status = show(&options, target_loader(target), &files);
	target_close(target);
	return status;
}

const struct command show_logs_command = {
	.name = "show logs",
	.arguments = "[--json] FILE...",
	.about = "Count what logs tell of attempts to get in",
	.description =
		"Reads logs of sshd, sudo, su, Asterisk, the GUI and fail2ban, plain or "
		"compressed, "
		"in the order given (oldest first), and counts each line once, under the most "
		"specific kind. Kinds with a common beginning are summed too: ssh-failed and "
		"ssh-failed-password, ssh-accepted, sip-registration-failed (chan_sip), "
		"pjsip-failed, security-event, security-failed.\n"
		"A line that can be read in two ways, since somebody forged a part of it, is "
		"counted but attributed to nobody.",
	.examples = "ringfence show logs /var/log/auth.log.1 /var/log/auth.log\tthe busiest "
		    "sources and what they did\n"
		    "ringfence show logs --json /var/log/asterisk/full\tall of it, for programs\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
