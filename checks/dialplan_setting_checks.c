/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings of asterisk.conf that decide what a dialplan and its files may do to the host.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

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

static void evaluate_exec(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	const struct fact_bool *exec = &model->asterisk->settings->execute_includes;
	if (exec->state == FACT_UNREADABLE)
		verdict_unknown(verdict, exec->unread);
	else if (exec->state == FACT_PRESENT && exec->value)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, exec->origin, "execincludes",
			     "yes: whoever may write a configuration file or a program that it "
			     "names runs commands as Asterisk's user at the next reload");
	else
		verdict_pass(verdict, exec->origin, "execincludes",
			     exec->state == FACT_PRESENT ? "no" : "not set: no by default");
}

static void remedy_exec(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "core show settings", NULL };
	const struct asterisk_settings *settings = model->asterisk->settings;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	remedy_command(remedy,
		       "grep -rn '^#exec' %s   # each must become a plain file or #include first",
		       remedy_quote(remedy, slice_of(model->asterisk->directory)));
	struct asterisk_place place = asterisk_place_of(settings->asterisk_conf, "options",
							settings->execute_includes.origin);
	asterisk_remedy_set(&change, &place, "execincludes", "no");
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
		.evaluates = "asterisk.conf [options] execincludes, by default no.",
		.likelihood = 3,
		.impact = 9,
		.references = { "main/config.c" },
		.evaluate = evaluate_exec,
		.remedy = remedy_exec,
	},
};

CHECK_LIST(dialplan_setting_checks, rows);
