/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/audit_run.h"

#include <string.h>

#include "audit/base/arena.h"
#include "audit/command/clock.h"
#include "audit/command/delivery.h"
#include "audit/command/progress.h"
#include "audit/command/run_lock.h"
#include "audit/command/run_program.h"
#include "audit/command/saved_result.h"
#include "audit/command/saved_scan.h"
#include "audit/command/settings.h"
#include "audit/history/history.h"
#include "audit/model/model_build.h"
#include "audit/target/target.h"
#include "checks/catalogue.h"
#include "checks/result_diff.h"
#include "checks/score.h"
#include "reports/language.h"
#include "reports/terminal.h"

void audit_run_raise_exit(struct audit_run *run, int code)
{
	static const int rank[] = { 0, 2, 3, 1, 4 };
	if (rank[code] > rank[run->exit_code])
		run->exit_code = code;
}

static const char *output_folder(const struct audit_run *run, struct arena *arena, const char *host)
{
	BUFFER_AUTO path = { 0 };
	if (run->folder)
		return run->folder;
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

bool audit_run_judge(const struct audit_run *run, struct arena *arena, struct target *target,
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
		.name = run->label ? run->label : target_name(target),
		.kind = kind_name(target_kind_of(target)),
		.started = clock_text(arena, run->site.now),
		.os = "",
		.pbx_name = "",
		.pbx_version = "",
	};
	if (run->claimed)
		request.target = *run->claimed;
	request.unread = target_unread(target, &request.unread_count);
	if (built) {
		progress_step(&progress, "checks");
		if (!run->is_repeatable && !run->claimed)
			request.target.milliseconds = (uint64_t)(progress_clock_ms() - started_ms);
		built = result_build(arena, &model, &request, ret_result, error);
	}
	progress_end(&progress);
	return built;
}

bool audit_run_is_under_threshold(const struct audit_options *options, const struct result *result)
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

static struct report_options report_options(const struct audit_run *run)
{
	const char *code = run->options->language;
	return (struct report_options){
		.language = code ? language_find(slice_of(code)) : NULL,
	};
}

static int print_report(const struct audit_run *run, const struct result *result)
{
	BUFFER_AUTO out = { 0 };
	const struct report_options options = report_options(run);
	struct error error;
	if (!run->formats.items[0]->write(result, &options, &out, &error))
		return command_report_error(&error);
	return command_print(&out);
}

static int tell(const struct audit_run *run, struct arena *arena, const struct result *result)
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
static bool add_changes(const struct audit_run *run, struct arena *arena, struct result *made,
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

static bool add_history(const struct audit_run *run, struct arena *arena, struct result *made,
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

static bool keep_run(const struct audit_run *run, struct arena *arena, const struct result *result,
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

/* Mail and hook are both tried; what fails is said. */
static void deliver(struct audit_run *run, struct arena *arena, const struct result *result)
{
	struct error error = { .kind = ERROR_NONE };
	const struct option_values *mail = &run->options->mail;
	if (!run->sendmail && !run->hook)
		return;
	const struct delivery delivery = {
		.result = result,
		.folder = output_folder(run, arena, result->target.name),
		.is_missed = audit_run_is_under_threshold(run->options, result),
	};
	if (!delivery.folder) {
		error_memory(&error);
		audit_run_raise_exit(run, command_report_error(&error));
		return;
	}
	if (run->sendmail &&
	    !delivery_mail(&delivery, run->sendmail, mail->items, mail->count, &error))
		audit_run_raise_exit(run, command_report_error(&error));
	error = (struct error){ .kind = ERROR_NONE };
	if (run->hook && !delivery_hook(&delivery, run->hook, &error))
		audit_run_raise_exit(run, command_report_error(&error));
}

void audit_run_target(struct audit_run *run, const char *name)
{
	struct error error = { .kind = ERROR_NONE };
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(AUDIT_BYTES_MAX);
	struct target *target = NULL;
	struct result result = { .finding_count = 0 };
	if (!arena) {
		error_memory(&error);
		audit_run_raise_exit(run, command_report_error(&error));
		return;
	}
	target = open_target(arena, name, &run->options->wishes, &error);
	bool done = target && audit_run_judge(run, arena, target, &result, &error) &&
		    add_changes(run, arena, &result, &error) &&
		    add_history(run, arena, &result, &error) &&
		    keep_run(run, arena, &result, &error);
	if (!done) {
		audit_run_raise_exit(run, command_report_error(&error));
	} else {
		int told = tell(run, arena, &result);
		audit_run_raise_exit(run, told);
		if (told == 0)
			deliver(run, arena, &result);
		if (audit_run_is_under_threshold(run->options, &result))
			audit_run_raise_exit(run, 1);
		if (result.unread_count)
			audit_run_raise_exit(run, 3);
	}
	target_close(target);
}

/* What could not be delivered for sure is said before the audit, not after. */
static bool prepare_delivery(struct audit_run *run, struct arena *arena, struct error *error)
{
	const struct audit_options *options = run->options;
	BUFFER_AUTO program = { 0 };
	for (size_t i = 0; i < options->mail.count; i++)
		if (!delivery_is_address(slice_of(options->mail.items[i])))
			return error_set(error, ERROR_USAGE, "--mail wants a plain address");
	if ((options->mail.count || options->hook) && options->output &&
	    strcmp(options->output, "-") == 0)
		return error_set(error, ERROR_USAGE, "--mail and --hook want a folder, not -o -");
	if (options->mail.count && !options->baseline && !run->history_file &&
	    !options->min_score && !options->fail_on)
		return error_set(
			error, ERROR_USAGE,
			"--mail tells changes: it wants --history, --baseline, --min-score "
			"or --fail-on");
	if (options->mail.count) {
		run->sendmail = run->site.sendmail.size ? slice_to_string(arena, run->site.sendmail)
							: DELIVERY_SENDMAIL;
		if (!run->sendmail)
			return error_memory(error);
		if (!program_find(run->sendmail, &program)) {
			error_set(error, ERROR_INPUT, "there is no program %s", run->sendmail);
			error_advise(error, "install a mail server (msmtp-mta is a small one), or "
					    "name its sendmail in the settings under [mail]");
			return false;
		}
	}
	if (!options->hook)
		return true;
	if (!program_find(options->hook, &program))
		return error_set(error, ERROR_INPUT, "there is no program %s", options->hook);
	run->hook = buffer_keep(&program, arena);
	output_want_json(&run->formats);
	return run->hook || error_memory(error);
}

bool audit_run_prepare(struct audit_run *run, const struct audit_options *options,
		       struct arena *arena, struct error *error)
{
	*run = (struct audit_run){ .options = options };
	if (!clock_now(&run->site.now, &run->is_repeatable, error) ||
	    !settings_read(options->config, arena, &run->site, error))
		return false;
	if (options->scan) {
		run->outside = saved_scan_load(options->scan, arena, error);
		if (!run->outside)
			return false;
	}
	if (options->tariff)
		run->site.tariff_file = slice_of(options->tariff);
	if (run->site.tariff_file.size) {
		const char *path = slice_to_string(arena, run->site.tariff_file);
		if (!path)
			return error_memory(error);
		if (!settings_read_tariff(path, arena, &run->site, error))
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
	run->history_file = history;
	return prepare_delivery(run, arena, error);
}

bool audit_run_lock(const struct audit_run *run, struct error *error)
{
	const char *folder = run->options->output;
	bool is_folder = folder && strcmp(folder, "-") != 0;
	/* Without both, reports go to a folder named after host and day, file by file whole. */
	if (!run->history_file && !is_folder)
		return true;
	return run_lock(run->history_file, folder, error);
}

bool audit_run_open_history(struct audit_run *run, struct error *error)
{
	return !run->history_file ||
	       history_open(run->history_file, HISTORY_WRITE, &run->history, error);
}
