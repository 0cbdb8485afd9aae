/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence audit`: targets in, model, checks, result, reports out. That `ringfence report` says
 * the same of the saved result, tests/command/report_formats.sh sees.
 */
#include <string.h>

#include "audit/base/arena.h"
#include "audit/command/clock.h"
#include "audit/command/commands.h"
#include "audit/command/open_target.h"
#include "audit/command/output.h"
#include "audit/command/progress.h"
#include "audit/command/saved_result.h"
#include "audit/command/saved_scan.h"
#include "audit/command/settings.h"
#include "audit/history/history.h"
#include "audit/model/model_build.h"
#include "audit/target/target.h"
#include "checks/catalogue.h"
#include "checks/result_build.h"
#include "checks/result_diff.h"
#include "checks/score.h"
#include "reports/language.h"
#include "reports/terminal.h"

struct audit_options {
	/* First: TARGET_OPTION_ROWS wants it so. */
	struct target_wishes wishes;
	const char *output;
	const char *format;
	const char *level;
	const char *only;
	const char *skip;
	const char *config;
	const char *advisories;
	const char *scan;
	struct option_values trusted;
	const char *fail_on;
	unsigned int min_score;
	const char *baseline;
	const char *history;
	const char *language;
	bool quiet;
	bool verbose;
	bool no_color;
	bool no_progress;
};

#define ROW(field) .offset = offsetof(struct audit_options, field)

static const struct option_row rows[] = {
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "where reports go; - prints one format (default ringfence-HOST-DATE)",
		ROW(output),
		.completion = COMPLETE_FOLDER,
	},
	{
		.name = "format",
		.letter = 'f',
		.kind = OPTION_TEXT,
		.argument = "LIST",
		.help = "formats, separated by commas (default html,md,json)",
		ROW(format),
	},
	{
		.name = "level",
		.kind = OPTION_TEXT,
		.argument = "LEVEL",
		.help = "how far the catalogue goes (default basic)",
		ROW(level),
		.completion = COMPLETE_CHOICES,
		.choices = "basic,strict",
	},
	{
		.name = "only",
		.kind = OPTION_TEXT,
		.argument = "GLOBS",
		.help = "only checks with these ids: SSH-*,SIP-004",
		ROW(only),
	},
	{
		.name = "skip",
		.kind = OPTION_TEXT,
		.argument = "GLOBS",
		.help = "no checks with these ids",
		ROW(skip),
	},
	{
		.name = "config",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "site settings and waivers (default " SETTINGS_FILE ", if there)",
		ROW(config),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "advisories",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "known holes and ends of life, newer than those linked in",
		ROW(advisories),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "scan",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "what `ringfence scan --json` or nmap -oX saw of the host from outside",
		ROW(scan),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "trusted",
		.kind = OPTION_LIST,
		.argument = "CIDR",
		.help = "a network that may reach management services; repeatable",
		ROW(trusted),
	},
	{
		.name = "fail-on",
		.kind = OPTION_TEXT,
		.argument = "SEVERITY",
		.help = "exit 1 when a finding is at least this grave",
		ROW(fail_on),
		.completion = COMPLETE_CHOICES,
		.choices = "none,low,medium,high,critical",
	},
	{
		.name = "min-score",
		.kind = OPTION_NUMBER,
		.argument = "N",
		.help = "exit 1 when the score is under N",
		ROW(min_score),
	},
	{
		.name = "baseline",
		.kind = OPTION_TEXT,
		.argument = "RESULT",
		.help = "tell what changed since this result (default: since the last run kept)",
		ROW(baseline),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "history",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "keep this run there, for `ringfence history` and trends",
		ROW(history),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "language",
		.kind = OPTION_TEXT,
		.argument = "CODE",
		.help = "language of HTML and Markdown (default en)",
		ROW(language),
		.completion = COMPLETE_CHOICES,
		.choices = LANGUAGE_CHOICES,
	},
	TARGET_OPTION_ROWS,
	{
		.name = "quiet",
		.letter = 'q',
		.kind = OPTION_FLAG,
		.help = "no summary on the terminal",
		ROW(quiet),
	},
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPTION_FLAG,
		.help = "the summary tells what passed, too",
		ROW(verbose),
	},
	{
		.name = "no-color",
		.kind = OPTION_FLAG,
		.help = "no colour (NO_COLOR does the same)",
		ROW(no_color),
	},
	{
		.name = "no-progress",
		.kind = OPTION_FLAG,
		.help = "no progress on standard error",
		ROW(no_progress),
	},
};

/* What all targets of one run share. */
struct run {
	const struct audit_options *options;
	struct site site;
	/* NULL: none was given. */
	const struct scan_result *outside;
	struct output_formats formats;
	struct result_request request;
	/* SOURCE_DATE_EPOCH is set: nothing in the result may depend on the clock. */
	bool is_repeatable;
	bool many_targets;
	/* NULL: no run is kept. */
	struct history *history;
	int exit_code;
};

/* The severest outcome wins: 4 over 2 over 1 over 3 over 0. */
static void raise_exit(struct run *run, int code)
{
	static const int rank[] = { 0, 2, 3, 1, 4 };
	if (rank[code] > rank[run->exit_code])
		run->exit_code = code;
}

static const char *output_folder(const struct run *run, struct arena *arena, const char *host)
{
	BUFFER_AUTO path = { 0 };
	if (run->options->output) {
		buffer_append_string(&path, run->options->output);
		if (run->many_targets) {
			buffer_append_byte(&path, '/');
			output_append_host(&path, host);
		}
	} else {
		output_append_name(&path, host, run->site.now);
	}
	return buffer_keep(&path, arena);
}

static const char *kind_name(enum target_kind kind)
{
	static const char *const names[] = {
		[TARGET_LOCAL] = "local",
		[TARGET_DIRECTORY] = "directory",
		[TARGET_ARCHIVE] = "archive",
		[TARGET_SSH] = "ssh",
	};
	return names[kind];
}

static bool judge(const struct run *run, struct arena *arena, struct target *target,
		  struct result *ret_result, struct error *error)
{
	int64_t started_ms = progress_clock_ms();
	struct progress progress;
	progress_begin(&progress, target_name(target),
		       !run->options->no_progress && !run->options->quiet);
	struct model model = { .site = NULL };
	bool built = open_target_build(target, &run->site, progress_step, &progress, &model, error);
	model.outside = run->outside;
	struct result_request request = run->request;
	request.target = (struct result_target){
		.name = target_name(target),
		.kind = kind_name(target_kind_of(target)),
		.started = clock_text(arena, run->site.now),
		.os = "",
		.pbx_name = "",
		.pbx_version = "",
	};
	request.unread = target_unread(target, &request.unread_count);
	if (built) {
		progress_step(&progress, "checks");
		if (!run->is_repeatable)
			request.target.milliseconds = (uint64_t)(progress_clock_ms() - started_ms);
		built = result_build(arena, &model, &request, ret_result, error);
	}
	progress_end(&progress);
	return built;
}

static bool is_under_threshold(const struct audit_options *options, const struct result *result)
{
	static const char *const names[] = { "low", "medium", "high", "critical" };
	if (result->score.value < options->min_score)
		return true;
	for (size_t band = 0; options->fail_on && band < ARRAY_SIZE(names); band++) {
		if (strcmp(options->fail_on, names[band]) != 0)
			continue;
		for (size_t i = 0; i < result->finding_count; i++)
			if (result->findings[i].status == STATUS_FAIL &&
			    severity_band_of(result->findings[i].severity) >= band)
				return true;
	}
	return false;
}

static struct report_options report_options(const struct run *run)
{
	const char *code = run->options->language;
	return (struct report_options){
		.language = code ? language_find(slice_of(code)) : NULL,
	};
}

static int print_report(const struct run *run, const struct result *result)
{
	BUFFER_AUTO out = { 0 };
	const struct report_options options = report_options(run);
	struct error error;
	if (!run->formats.items[0]->write(result, &options, &out, &error))
		return command_report_error(&error);
	return command_print(&out);
}

static int tell(const struct run *run, struct arena *arena, const struct result *result)
{
	if (run->options->output && strcmp(run->options->output, "-") == 0)
		return print_report(run, result);
	struct error error;
	const char *folder = output_folder(run, arena, result->target.name);
	if (!folder) {
		error_memory(&error);
		return command_report_error(&error);
	}
	const struct report_options built_in = report_options(run);
	if (!output_write(result, &run->formats, &built_in, folder, &error))
		return command_report_error(&error);
	if (run->options->quiet)
		return 0;
	BUFFER_AUTO out = { 0 };
	const struct terminal_style style = {
		.color = progress_color_wanted(run->options->no_color),
		.width = progress_width(),
		.verbose = run->options->verbose,
		.utf8 = progress_utf8(),
	};
	terminal_write_summary(result, &style, &out);
	for (size_t i = 0; i < run->formats.count; i++)
		buffer_format(&out, "%s %s/%s\n", i ? "        " : "Reports:", folder,
			      run->formats.items[i]->file_name);
	return command_print(&out);
}

/* What changed since the baseline, or since the last run that was kept. */
static bool add_changes(const struct run *run, struct arena *arena, struct result *made,
			struct error *error)
{
	struct result before;
	struct result_diff diff;
	bool found = run->options->baseline != NULL;
	if (found && !saved_result_load(run->options->baseline, arena, &before, error))
		return false;
	if (!found && run->history &&
	    !history_last(run->history, made->target.name, made->target.started, arena, &before,
			  &found, error))
		return false;
	if (!found)
		return true;
	if (!result_diff_make(&before, made, arena, &diff))
		return error_memory(error);
	made->changes = result_diff_changes(&diff, arena);
	return made->changes || error_memory(error);
}

/* Runs that a chart shows. */
#define CHART_RUNS 100

static bool add_history(const struct run *run, struct arena *arena, struct result *made,
			struct error *error)
{
	const struct result_run *past;
	size_t count;
	if (!run->history)
		return true;
	if (!history_runs(run->history, made->target.name, made->target.started, CHART_RUNS - 1,
			  arena, &past, &count, error))
		return false;
	struct result_run *all = ARENA_ARRAY(arena, count + 1, struct result_run);
	if (!all)
		return error_memory(error);
	if (count)
		memcpy(all, past, count * sizeof(*all));
	all[count] = history_run_of(made);
	made->history = all;
	made->history_count = count + 1;
	return true;
}

#define DAY_SECONDS ((int64_t)24 * 60 * 60)

static bool keep_run(const struct run *run, struct arena *arena, const struct result *result,
		     struct error *error)
{
	const struct site_history *limits = &run->site.history;
	if (!run->history)
		return true;
	const char *oldest =
		limits->days ? clock_text(arena, run->site.now - limits->days * DAY_SECONDS) : "";
	return history_add(run->history, result, error) &&
	       history_prune(run->history, result->target.name, limits->runs, oldest, error);
}

static void audit_target(struct run *run, const char *name)
{
	struct error error = { .kind = ERROR_NONE };
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(AUDIT_BYTES_MAX);
	struct target *target = NULL;
	struct result result = { .finding_count = 0 };
	if (!arena) {
		error_memory(&error);
		raise_exit(run, command_report_error(&error));
		return;
	}
	target = open_target(arena, name, &run->options->wishes, &error);
	bool done = target && judge(run, arena, target, &result, &error) &&
		    add_changes(run, arena, &result, &error) &&
		    add_history(run, arena, &result, &error) &&
		    keep_run(run, arena, &result, &error);
	if (!done) {
		raise_exit(run, command_report_error(&error));
	} else {
		raise_exit(run, tell(run, arena, &result));
		if (is_under_threshold(run->options, &result))
			raise_exit(run, 1);
		if (result.unread_count)
			raise_exit(run, 3);
	}
	target_close(target);
}

static bool prepare(struct run *run, const struct audit_options *options, struct arena *arena,
		    struct error *error)
{
	*run = (struct run){ .options = options };
	if (!clock_now(&run->site.now, &run->is_repeatable, error) ||
	    !settings_read(options->config, arena, &run->site, error))
		return false;
	if (options->scan) {
		run->outside = saved_scan_load(options->scan, arena, error);
		if (!run->outside)
			return false;
	}
	if (options->advisories &&
	    !settings_read_advisories(options->advisories, arena, &run->site, error))
		return false;
	for (size_t i = 0; i < options->trusted.count; i++)
		if (!settings_add_networks(slice_of(options->trusted.items[i]), arena,
					   &run->site.trusted, &run->site.trusted_count, error))
			return false;
	if (options->level)
		run->site.level = strcmp(options->level, "strict") == 0 ? SITE_STRICT : SITE_BASIC;
	run->request = (struct result_request){
		.only = slice_of(options->only),
		.skip = slice_of(options->skip),
		.level = run->site.level == SITE_STRICT ? LEVEL_STRICT : LEVEL_BASIC,
	};
	if (run->request.only.size && !catalogue_globs_are_known(run->request.only, error))
		return false;
	if (run->request.skip.size && !catalogue_globs_are_known(run->request.skip, error))
		return false;
	if (!output_parse_formats(options->format ? options->format : "html,md,json", &run->formats,
				  error))
		return false;
	if (options->output && strcmp(options->output, "-") == 0 && run->formats.count != 1) {
		error_set(error, ERROR_USAGE, "-o - prints one format");
		error_advise(error, "say which with -f, for example -f json");
		return false;
	}
	const char *history = options->history;
	if (!history && run->site.history.file.size)
		history = slice_to_string(arena, run->site.history.file);
	return !history || history_open(history, HISTORY_WRITE, &run->history, error);
}

static int run_audit(const struct command *command, int argument_count, char **arguments)
{
	struct audit_options options = { 0 };
	struct option_positionals targets;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &targets, &status))
		return status;
	struct error error = { .kind = ERROR_NONE };
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(0);
	struct run run;
	if (!arena) {
		error_memory(&error);
		return command_report_error(&error);
	}
	if (!prepare(&run, &options, arena, &error))
		return command_report_error(&error);
	output_catch_signals();
	run.many_targets = targets.count > 1;
	if (targets.count == 0)
		audit_target(&run, "local");
	for (size_t i = 0; i < targets.count; i++)
		audit_target(&run, targets.items[i]);
	history_close(run.history);
	return run.exit_code;
}

const struct command audit_command = {
	.name = "audit",
	.arguments = "[TARGET...]",
	.about = "Audit hosts, write reports",
	.description = "TARGET is `local` (the default: this host), a folder that holds a host's "
		       "root file system\n"
		       "(/etc and what else is there) with the answers of a running host's "
		       "commands in probes/,\n"
		       "a .tar archive (what `ringfence collect` wrote there, or of such a "
		       "folder),\n"
		       "or ssh://[user@]host[:port].\n"
		       "Nothing is changed on a target. Run as root to see everything; as another "
		       "user what could not\n"
		       "be read is marked unknown.",
	.examples = "sudo ringfence audit\taudit this host; reports in ringfence-HOST-DATE/\n"
		    "sudo ringfence audit --trusted 192.0.2.0/24 -o /root/audit\tsay who may "
		    "manage it, and where reports go\n"
		    "sudo ringfence audit --only 'SSH-*,FW-*' --level strict\tone part, to the "
		    "strict level\n"
		    "ringfence audit /mnt/image -f json -o -\ta mounted image; the result on "
		    "standard output\n"
		    "sudo ringfence audit --baseline ringfence-pbx1-2026-10-24\twhat changed since "
		    "that result, too\n"
		    "ringfence audit pbx1.tar.gz\ta host from what `ringfence collect` packed "
		    "there\n"
		    "ringfence audit ssh://admin@pbx1.example\ta host from here: read-only, as "
		    "root where sudo allows\n"
		    "sudo ringfence audit -q --fail-on high --min-score 75\tfor cron: exit 1 when "
		    "it got bad\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run_audit,
};
