/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence history`: scores over time, from the runs that `ringfence audit --history` kept.
 */
#include <jansson.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/command/commands.h"
#include "audit/command/progress.h"
#include "audit/history/history.h"
#include "reports/escape.h"
#include "reports/result_json.h"

/* A line of runs that fits a terminal. */
#define SPARKLINE_RUNS 60
#define RUNS_DEFAULT 30

struct history_values {
	const char *file;
	unsigned int last;
	bool json;
	const char *export;
};

#define ROW(field) .offset = offsetof(struct history_values, field)

static const struct option_row rows[] = {
	{
		.name = "history",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "where the runs are kept (default " HISTORY_FILE ")",
		ROW(file),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "last",
		.kind = OPTION_NUMBER,
		.argument = "N",
		.help = "so many runs of HOST (default 30)",
		ROW(last),
	},
	{
		.name = "export",
		.kind = OPTION_TEXT,
		.argument = "TIME",
		.help = "print the result of HOST's last run up to TIME (2026-11-24, or `now`)",
		ROW(export),
	},
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON",
		ROW(json),
	},
};

struct telling {
	struct history *history;
	struct arena *arena;
	const struct history_values *values;
	struct buffer *out;
	struct error *error;
};

static void put(struct buffer *out, const char *text)
{
	escape_visible(out, slice_of(text), ESCAPE_ONE_LINE);
}

/* A bar a run from 0 to 100; digits where the terminal has no such characters. */
static void put_sparkline(struct buffer *out, const struct result_run *runs, size_t count)
{
	static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const digits[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" };
	bool utf8 = progress_utf8();
	size_t steps = utf8 ? ARRAY_SIZE(bars) : ARRAY_SIZE(digits);
	size_t first = count > SPARKLINE_RUNS ? count - SPARKLINE_RUNS : 0;
	for (size_t i = first; i < count; i++) {
		size_t step = runs[i].value * steps / 101;
		buffer_append_string(out, utf8 ? bars[step] : digits[step]);
	}
}

static bool runs_of(struct telling *telling, const char *host, size_t limit,
		    const struct result_run **ret_runs, size_t *ret_count)
{
	return history_runs(telling->history, host, "", limit, telling->arena, ret_runs, ret_count,
			    telling->error);
}

static bool tell_hosts(struct telling *telling)
{
	const char *const *hosts;
	size_t host_count;
	if (!history_hosts(telling->history, telling->arena, &hosts, &host_count, telling->error))
		return false;
	if (host_count == 0)
		buffer_append_string(telling->out, "No run is kept here.\n");
	for (size_t i = 0; i < host_count; i++) {
		const struct result_run *runs;
		size_t count;
		if (!runs_of(telling, hosts[i], SPARKLINE_RUNS, &runs, &count))
			return false;
		if (count == 0)
			continue;
		const struct result_run *last = &runs[count - 1];
		put(telling->out, hosts[i]);
		buffer_format(telling->out, "  %u (%s)  ", last->value, last->grade);
		put_sparkline(telling->out, runs, count);
		buffer_append_string(telling->out, "  last run ");
		put(telling->out, last->started);
		buffer_append_byte(telling->out, '\n');
	}
	return true;
}

static void put_run(struct buffer *out, const struct result_run *run, const struct result_run *last)
{
	put(out, run->started);
	buffer_format(out, "  %3u  %s  %8u %5u %7u %4u %10u", run->value, run->grade, run->critical,
		      run->high, run->medium, run->minor, run->unknown);
	if (last && run->value != last->value)
		buffer_format(out, "  %+d", (int)run->value - (int)last->value);
	buffer_append_byte(out, '\n');
}

static bool tell_host(struct telling *telling, const char *host)
{
	const struct result_run *runs;
	size_t count;
	struct buffer *out = telling->out;
	if (!runs_of(telling, host, telling->values->last, &runs, &count))
		return false;
	if (count == 0) {
		error_set(telling->error, ERROR_INPUT, "no run of \"%s\" is kept", host);
		error_advise(telling->error, "`ringfence history` lists the hosts");
		return false;
	}
	put(out, host);
	buffer_append_string(out, "  ");
	put_sparkline(out, runs, count);
	buffer_append_string(out,
			     "\n\nstarted               score  g  critical  high  medium  low  "
			     "undecided\n");
	for (size_t i = 0; i < count; i++)
		put_run(out, &runs[i], i ? &runs[i - 1] : NULL);
	return true;
}

static json_t *run_json(const struct result_run *run)
{
	return json_pack("{s:s, s:i, s:i, s:s, s:i, s:i, s:i, s:i, s:i}", "started", run->started,
			 "value", (int)run->value, "low", (int)run->low, "grade", run->grade,
			 "critical", (int)run->critical, "high", (int)run->high, "medium",
			 (int)run->medium, "minor", (int)run->minor, "unknown", (int)run->unknown);
}

static int append_bytes(const char *data, size_t size, void *context)
{
	buffer_append(context, data, size);
	return buffer_failed(context) ? -1 : 0;
}

static bool host_json(struct telling *telling, const char *host, json_t *list)
{
	const struct result_run *runs;
	size_t count;
	if (!runs_of(telling, host, telling->values->last, &runs, &count))
		return false;
	json_t *items = json_array();
	bool done = items != NULL;
	for (size_t i = 0; done && i < count; i++)
		done = json_array_append_new(items, run_json(&runs[i])) == 0;
	done = json_array_append_new(list, json_pack("{s:s, s:o}", "host", host, "runs", items)) ==
		       0 &&
	       done;
	return done || error_memory(telling->error);
}

static bool tell_json(struct telling *telling, const char *host)
{
	const char *const *hosts = &host;
	size_t count = 1;
	if (!host &&
	    !history_hosts(telling->history, telling->arena, &hosts, &count, telling->error))
		return false;
	json_t *list = json_array();
	bool done = list || error_memory(telling->error);
	for (size_t i = 0; done && i < count; i++)
		done = host_json(telling, hosts[i], list);
	json_t *root = json_pack("{s:o}", "hosts", list);
	if (done && json_dump_callback(root, append_bytes, telling->out, JSON_INDENT(2)) != 0)
		done = error_memory(telling->error);
	json_decref(root);
	buffer_append_byte(telling->out, '\n');
	return done;
}

/* "2026-11-24" is the end of that day; "now" is after all. */
static bool tell_result(struct telling *telling, const char *host)
{
	BUFFER_AUTO before = { 0 };
	struct result result;
	bool found;
	if (strcmp(telling->values->export, "now") != 0)
		buffer_format(&before, "%s~", telling->values->export);
	if (!history_last(telling->history, host, buffer_string(&before), telling->arena, &result,
			  &found, telling->error))
		return false;
	if (!found)
		return error_set(telling->error, ERROR_INPUT, "no run of \"%s\" up to %s is kept",
				 host, telling->values->export);
	return result_json_write(&result, NULL, telling->out, telling->error);
}

static bool tell(struct telling *telling, const struct option_positionals *hosts)
{
	const char *host = hosts->count ? hosts->items[0] : NULL;
	if (telling->values->export)
		return tell_result(telling, host);
	if (telling->values->json)
		return tell_json(telling, host);
	return host ? tell_host(telling, host) : tell_hosts(telling);
}

static int run_history(const struct command *command, int argument_count, char **arguments)
{
	struct history_values values = { .file = HISTORY_FILE, .last = RUNS_DEFAULT };
	struct option_positionals hosts;
	struct error error;
	BUFFER_AUTO out = { 0 };
	int status;
	if (!command_begin(command, argument_count, arguments, &values, &hosts, &status))
		return status;
	if (hosts.count > 1 || (values.export && hosts.count == 0)) {
		error_set(&error, ERROR_USAGE, "history wants one host%s",
			  values.export ? " for --export" : " or none");
		return command_report_error(&error);
	}
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(0);
	CLEANUP(history_close_pointer) struct history *history = NULL;
	if (!arena) {
		error_memory(&error);
		return command_report_error(&error);
	}
	if (!history_open(values.file, HISTORY_READ, &history, &error)) {
		if (error.kind == ERROR_INPUT && !error.advice[0])
			error_advise(&error, "`ringfence audit --history FILE` keeps runs");
		return command_report_error(&error);
	}
	struct telling telling = { history, arena, &values, &out, &error };
	return tell(&telling, &hosts) ? command_print(&out) : command_report_error(&error);
}

const struct command history_command = {
	.name = "history",
	.arguments = "[HOST]",
	.about = "Scores over time",
	.description = "Without HOST a line for each host whose runs are kept, with HOST a line "
		       "for each of its runs.\n"
		       "Runs are kept by `ringfence audit --history FILE`, or where the settings "
		       "name a file.",
	.examples = "ringfence history\tall hosts, a line each\n"
		    "ringfence history pbx1\tthe last 30 runs of pbx1\n"
		    "ringfence history pbx1 --export 2026-10-31 > october.json\tthe result as it "
		    "was then\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run_history,
};
