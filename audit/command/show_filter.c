/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence show filter`: what a filter of fail2ban finds in logs, as fail2ban-regex would tell.
 */
#include <time.h>

#include "audit/base/arena.h"
#include "audit/base/json_text.h"
#include "audit/command/commands.h"
#include "audit/command/path_argument.h"
#include "audit/fail2ban/ban_trial.h"
#include "audit/fail2ban/filter_run.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/fail2ban/jail_reader.h"
#include "audit/logs/line_reader.h"
#include "audit/logs/time_zone.h"
#include "audit/target/target.h"

#define FILTER_MEMORY_BYTES ((size_t)256 * 1024 * 1024)
#define FILTER_TIMEOUT_MS 10000

struct filter_arguments {
	bool json;
	bool all;
	bool failures;
	bool bans;
	const char *directory;
	const char *find_time;
	unsigned int max_retry;
};

static const struct option_row rows[] = {
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON, which is how it is always printed",
		.offset = offsetof(struct filter_arguments, json),
	},
	{
		.name = "all",
		.kind = OPTION_FLAG,
		.help = "try every expression on every line, as fail2ban-regex does; else as a "
			"running fail2ban does",
		.offset = offsetof(struct filter_arguments, all),
	},
	{
		.name = "failures",
		.kind = OPTION_FLAG,
		.help = "list each failure: line, address, time",
		.offset = offsetof(struct filter_arguments, failures),
	},
	{
		.name = "bans",
		.kind = OPTION_FLAG,
		.help = "list whom a jail with this filter would have banned, when, after how many "
			"failures",
		.offset = offsetof(struct filter_arguments, bans),
	},
	{
		.name = "maxretry",
		.kind = OPTION_NUMBER,
		.argument = "N",
		.help = "failures that ban (default: 5)",
		.offset = offsetof(struct filter_arguments, max_retry),
	},
	{
		.name = "findtime",
		.kind = OPTION_TEXT,
		.argument = "TIME",
		.help = "within this time (default: 10m)",
		.offset = offsetof(struct filter_arguments, find_time),
	},
	{
		.name = "config",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "fail2ban's folder (default: /etc/fail2ban)",
		.offset = offsetof(struct filter_arguments, directory),
		.completion = COMPLETE_FOLDER,
	},
};

struct counts {
	uint64_t lines, matched, ignored, missed, unknown;
};

struct showing {
	struct filter_run *run;
	/* In its place where bans are asked for. */
	struct ban_trial *trial;
	struct counts counts;
	bool lists_failures;
	bool any;
	struct buffer *out;
};

static int64_t to_utc(void *context, int64_t civil_seconds)
{
	return context ? time_zone_to_utc(context, civil_seconds) : civil_seconds;
}

static void print_failure(struct showing *showing, const struct filter_failure *failure)
{
	if (failure->is_no_failure || !showing->lists_failures)
		return;
	buffer_format(showing->out, "%s\n  [%llu, ", showing->any ? "," : "",
		      (unsigned long long)showing->counts.lines);
	json_text_append(showing->out, failure->id);
	buffer_format(showing->out, ", %lld]", (long long)(failure->has_time ? failure->time : 0));
	showing->any = true;
}

static void try_line(struct showing *showing, struct slice line)
{
	struct filter_failure failures[FILTER_FAILURES_MAX];
	size_t count;
	while (line.size && (line.data[line.size - 1] == '\n' || line.data[line.size - 1] == '\r'))
		line.size--;
	showing->counts.lines++;
	if (showing->trial) {
		if (line.size)
			ban_trial_line(showing->trial, line);
		return;
	}
	/* fail2ban-regex passes over comments and empty lines. */
	if (!line.size || line.data[0] == '#')
		return;
	switch (filter_run_line(showing->run, line, failures, &count)) {
	case FILTER_LINE_MISSED:
		showing->counts.missed++;
		break;
	case FILTER_LINE_MATCHED:
		showing->counts.matched++;
		break;
	case FILTER_LINE_IGNORED:
		showing->counts.ignored++;
		break;
	case FILTER_LINE_UNKNOWN:
		showing->counts.unknown++;
		break;
	}
	for (size_t i = 0; i < count; i++)
		print_failure(showing, &failures[i]);
}

static int read_log(struct showing *showing, const struct loader *loader, const char *path)
{
	struct stream stream;
	struct error error;
	const struct unread *unread;
	struct slice lines, line;
	if (loader_open(loader, path, &stream, &unread) != LOAD_FOUND) {
		error_set_at(&error, ERROR_READ, path, 0, "it cannot be read");
		return command_report_error(&error);
	}
	struct line_reader *reader = line_reader_open(&stream, NULL);
	if (!reader) {
		stream.close(stream.context);
		error_memory(&error);
		return command_report_error(&error);
	}
	while (line_reader_next(reader, &lines))
		while (slice_next_line(&lines, &line))
			try_line(showing, line);
	line_reader_close(reader);
	stream.close(stream.context);
	return 0;
}

/* Ends the trial and lists its bans. */
static bool print_bans(struct showing *showing)
{
	struct ban_trial_result result;
	if (!ban_trial_finish(showing->trial, &result))
		return false;
	for (size_t i = 0; i < result.ban_count; i++) {
		const struct ban_prediction *ban = &result.bans[i];
		buffer_format(showing->out, "%s\n  [\"", i ? "," : "");
		address_format(ban->address, showing->out);
		buffer_format(showing->out, "\", %lld, %u]", (long long)ban->when, ban->tries);
	}
	buffer_format(showing->out, "],\n \"lines\": %llu, \"matched\": %llu}\n",
		      (unsigned long long)result.lines, (unsigned long long)result.matched);
	return true;
}

/* A jail with FILTER, as the options have it. False: *RET_WHY. */
static bool begin_trial(struct showing *showing, const struct filter_arguments *arguments,
			struct arena *arena, const struct date_clock *clock,
			const struct jail_filter *filter, const char **ret_why)
{
	struct jail *jail = ARENA_NEW(arena, struct jail);
	*ret_why = NULL;
	if (!jail)
		return false;
	*jail = (struct jail){
		.name = SLICE("filter"),
		.is_enabled = true,
		.filter = *filter,
		.max_retry = arguments->max_retry ? arguments->max_retry : 5,
		.find_time = 600,
		.ban_time = 600,
	};
	if (arguments->find_time &&
	    !jail_time_parse(slice_of(arguments->find_time), &jail->find_time)) {
		*ret_why = "--findtime is no time";
		return false;
	}
	showing->trial = ban_trial_new(arena, jail, clock, NULL, 0);
	return showing->trial != NULL;
}

static void print_counts(const struct counts *counts, struct buffer *out)
{
	buffer_format(out,
		      "\"lines\": %llu, \"matched\": %llu, \"ignored\": %llu, \"missed\": %llu, "
		      "\"unknown\": %llu",
		      (unsigned long long)counts->matched + counts->ignored + counts->missed +
			      counts->unknown,
		      (unsigned long long)counts->matched, (unsigned long long)counts->ignored,
		      (unsigned long long)counts->missed, (unsigned long long)counts->unknown);
}

static int show(const struct filter_arguments *arguments, const struct loader *loader,
		const struct option_positionals *places)
{
	struct error error;
	struct time_zone zone;
	const struct source *source;
	const struct unread *unread;
	const char *why = NULL;
	struct option_map options;
	struct jail_filter filter = { 0 };
	struct fail2ban_reading reading = {
		.loader = loader,
		.arena = loader->arena,
		.directory =
			path_argument(loader->arena, arguments->directory ? arguments->directory
									  : "/etc/fail2ban"),
	};
	bool has_zone = loader_read(loader, "/etc/localtime", &source, &unread) == LOAD_FOUND &&
			time_zone_parse(loader->arena, source->bytes, &zone);
	const struct filter_options run_options = {
		.tries_all = arguments->all,
		.clock = { .now = (int64_t)time(NULL),
			   .context = has_zone ? &zone : NULL,
			   .to_utc = to_utc },
	};
	BUFFER_AUTO out = { 0 };
	struct showing showing = { .out = &out, .lists_failures = arguments->failures };
	if (filter_text_read(&reading, slice_of(places->items[0]), &options)) {
		jail_filter_set(&filter, &options);
		if (arguments->bans ? !begin_trial(&showing, arguments, loader->arena,
						   &run_options.clock, &filter, &why)
				    : !filter_run_new(loader->arena, &filter, &run_options,
						      &showing.run, &why))
			showing.run = NULL;
	} else {
		why = reading.refused;
	}
	if (!showing.run && !showing.trial) {
		if (why)
			error_set(&error, ERROR_INPUT, "filter %s: %s", places->items[0], why);
		else
			error_memory(&error);
		return command_report_error(&error);
	}
	int status = 0;
	buffer_append_string(&out, arguments->bans ? "{\"bans\": [" : "{\"failures\": [");
	for (size_t i = 1; i < places->count && !status; i++)
		status = read_log(&showing, loader, path_argument(loader->arena, places->items[i]));
	if (showing.trial) {
		if (!print_bans(&showing))
			out.failed = true;
	} else {
		buffer_append_string(&out, "],\n ");
		print_counts(&showing.counts, &out);
		buffer_append_string(&out, "}\n");
		filter_run_free(showing.run);
	}
	return status ? status : command_print(&out);
}

static int run(const struct command *command, int argument_count, char **words)
{
	struct filter_arguments arguments = { 0 };
	struct option_positionals places;
	struct error error;
	int status;
	if (!command_begin(command, argument_count, words, &arguments, &places, &status))
		return status;
	if (places.count < 2) {
		error_set(&error, ERROR_USAGE, "which filter, and which logs?");
		error_advise(&error,
			     "ringfence show filter 'sshd[mode=aggressive]' /var/log/auth.log");
		return command_report_error(&error);
	}
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(FILTER_MEMORY_BYTES);
	const struct target_options target_options = { .probe_timeout_ms = FILTER_TIMEOUT_MS };
	struct target *target = arena ? target_open_local(arena, &target_options, &error) : NULL;
	if (!target) {
		if (!arena)
			error_memory(&error);
		return command_report_error(&error);
	}
	status = show(&arguments, target_loader(target), &places);
	target_close(target);
	return status;
}

const struct command show_filter_command = {
	.name = "show filter",
	.arguments = "FILTER FILE...",
	.about = "Print what a filter of fail2ban finds in logs",
	.description =
		"FILTER is the name of a file in fail2ban's filter.d, with options as in a jail: "
		"'sshd[mode=aggressive]'. Lines are counted as fail2ban-regex counts them.\n"
		"\"unknown\" are lines on which an expression took too long.",
	.examples = "ringfence show filter asterisk /var/log/asterisk/messages\thow many lines it "
		    "finds\n"
		    "ringfence show filter --failures sshd /var/log/auth.log\twhom it would count\n"
		    "ringfence show filter --bans --maxretry 3 sshd /var/log/auth.log\twhom a jail "
		    "would have banned\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
