/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings of asterisk.conf that decide what a dialplan and its files may do to the host.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/exec_model.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

static const char control_key[] = "astctlpermissions";

static void evaluate_live_dangerously(const struct check *check, const struct model *model,
				      struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	const struct asterisk_settings *settings = model->asterisk->settings;
	const struct fact_bool *live = &settings->live_dangerously;
	const enum exposure none = EXPOSURE_NOT_APPLICABLE;
	if (live->state == FACT_UNREADABLE)
		verdict_unknown(verdict, live->unread);
	else if (live->state == FACT_PRESENT && live->value)
		verdict_fail(verdict, none, live->origin, "live_dangerously",
			     "yes: the manager, ARI and AGI may run SHELL() and write files");
	else if (live->state == FACT_PRESENT)
		verdict_pass(verdict, live->origin, "live_dangerously", "no");
	else if (!model->asterisk->version_number)
		verdict_unknown_because(
			verdict, "live_dangerously",
			"it is not set, its default was yes before Asterisk 12, and "
			"the version is not known",
			"give --allow-asterisk-cli, or set it to no");
	else if (asterisk_live_dangerously_default(model->asterisk->version_number))
		verdict_fail(verdict, none, asterisk_file_origin(settings->asterisk_conf),
			     "live_dangerously", "not set, and yes by default in this version");
	else
		verdict_pass(verdict, ORIGIN_NONE, "live_dangerously",
			     "not set, and no by default in this version");
}

static void remedy_live_dangerously(const struct check *check, const struct model *model,
				    const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "core show settings", NULL };
	const struct asterisk_settings *settings = model->asterisk->settings;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	struct asterisk_place place = asterisk_place_of(settings->asterisk_conf, "options",
							settings->live_dangerously.origin);
	asterisk_remedy_set(&change, &place, "live_dangerously", "no");
	asterisk_remedy_end(&change, NULL, verify);
}

/* The program of an #exec line, or its folder. */
static void judge_place(const struct exec_line *line, const struct exec_place *place,
			const char *what, struct verdict *verdict)
{
	const char *name = verdict_text(verdict, slice_of(place->path));
	if (place->state == FACT_UNREADABLE)
		verdict_unknown(verdict, place->unread);
	else if (place->state == FACT_ABSENT)
		verdict_note(verdict, line->origin, name, "the %s is not there", what);
	else if (!exec_place_is_safe(place))
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, line->origin, name,
			     "this line runs it, and others than root may change the %s (owner "
			     "%u, group %u, mode %04o)",
			     what, place->status.owner, place->status.group, place->status.mode);
	else
		verdict_pass(verdict, line->origin, name, "only root may change the %s", what);
}

static void judge_programs(const struct exec_model *exec, struct verdict *verdict)
{
	if (exec->count && exec->modes_are_lost) {
		verdict_unknown_because(verdict, "owners and modes of #exec programs",
					"the copy does not keep them", "audit the host itself");
		return;
	}
	for (size_t i = 0; i < exec->count; i++) {
		const struct exec_line *line = &exec->lines[i];
		if (line->is_searched) {
			verdict_unknown_because(verdict, verdict_text(verdict, line->program),
						"an #exec line names it without its folder",
						"write its whole path");
			continue;
		}
		judge_place(line, &line->file, "program", verdict);
		judge_place(line, &line->folder, "folder of it", verdict);
	}
	if (exec->unread)
		verdict_unknown(verdict, exec->unread);
	if (exec->is_cut)
		verdict_unknown_because(verdict, "#exec lines", "there are too many of them",
					"remove some");
}

/* astctlpermissions: the mode that Asterisk gives its control socket; whoever may write to it has
 * the whole command line, "!" and thus a shell included. */
static void judge_control_socket(const struct asterisk_settings *settings, struct verdict *verdict)
{
	const struct fact_slice *mode = &settings->control_permissions;
	unsigned int bits = 0;
	for (size_t i = 0; mode->state == FACT_PRESENT && i < mode->value.size; i++) {
		if (mode->value.data[i] < '0' || mode->value.data[i] > '7')
			break;
		bits = (bits << 3 | (unsigned int)(mode->value.data[i] - '0')) & 07777;
	}
	if (bits & 02)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, mode->origin, control_key,
			     "%04o: every account of the host commands Asterisk", bits);
}

static void evaluate_exec(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	const struct asterisk_settings *settings = model->asterisk->settings;
	const struct fact_bool *exec = &settings->execute_includes;
	judge_control_socket(settings, verdict);
	if (exec->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, exec->unread);
	} else if (exec->state == FACT_PRESENT && exec->value) {
		judge_programs(model->asterisk->exec, verdict);
		if (!model->asterisk->exec->count)
			verdict_pass(verdict, exec->origin, "execincludes",
				     "yes, and no file has an #exec line: better no");
	} else {
		verdict_pass(verdict, exec->origin, "execincludes",
			     exec->state == FACT_PRESENT ? "no" : "not set: no by default");
	}
}

static void remedy_exec(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	static const char *const verify[] = { "core show settings", NULL };
	const struct asterisk_settings *settings = model->asterisk->settings;
	bool opens_socket = false, runs_programs = false;
	for (size_t i = 0; i < verdict->count; i++) {
		if (verdict->evidence[i].role != EVIDENCE_FAILS)
			continue;
		if (slice_is(slice_of(verdict->evidence[i].subject), control_key))
			opens_socket = true;
		else
			runs_programs = true;
	}
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	if (runs_programs) {
		remedy_command(remedy,
			       "grep -rn '^#exec' %s   # each must become a plain file or "
			       "#include first",
			       remedy_quote(remedy, slice_of(model->asterisk->directory)));
		struct asterisk_place place = asterisk_place_of(settings->asterisk_conf, "options",
								settings->execute_includes.origin);
		asterisk_remedy_set(&change, &place, "execincludes", "no");
	}
	if (opens_socket) {
		struct asterisk_place place = asterisk_place_of(
			settings->asterisk_conf, "files", settings->control_permissions.origin);
		asterisk_remedy_set(&change, &place, control_key, "0660");
	}
	asterisk_remedy_end(&change, NULL, verify);
}

static const struct check rows[] = {
	{
		.id = "DIAL-009",
		.title = "External protocols cannot run dangerous functions",
		.why = "With live_dangerously, a manager or ARI user of few rights reads files and "
		       "runs commands through dialplan functions.",
		.evaluates = "asterisk.conf [options] live_dangerously; unset it is yes up to "
			     "Asterisk 11 and no from 12 on.",
		.likelihood = 5,
		.impact = 9,
		.references = { "AST-2013-007", "Asterisk README-SERIOUSLY" },
		.evaluate = evaluate_live_dangerously,
		.remedy = remedy_live_dangerously,
	},
	{
		.id = "DIAL-010",
		.title = "Configuration runs no programs",
		.why = "A configuration file that may run programs makes write access to it a "
		       "shell.",
		.evaluates =
			"asterisk.conf [options] execincludes, by default no; where it is yes, the "
			"program of each #exec line and its folder: fails where others than root "
			"may "
			"change one. [files] astctlpermissions that lets every account of the host "
			"write to Asterisk's control socket.",
		.likelihood = 3,
		.impact = 9,
		.references = { "main/config.c" },
		.evaluate = evaluate_exec,
		.remedy = remedy_exec,
	},
};

CHECK_LIST(dialplan_setting_checks, rows);
