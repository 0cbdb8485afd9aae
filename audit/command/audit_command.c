/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence audit`: targets in, model, checks, result, reports out. That `ringfence report` says
 * the same of the saved result, tests/command/report_formats.sh sees.
 */
#include "audit/base/arena.h"
#include "audit/command/audit_run.h"
#include "audit/command/commands.h"
#include "audit/command/fleet.h"
#include "audit/command/fleet_audit.h"
#include "audit/command/settings.h"
#include "audit/history/history.h"
#include "reports/language.h"

static const struct option_row rows[] = {
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "where reports go; - prints one format (default ringfence-HOST-DATE)",
		AUDIT_RUN_ROW(output),
		.completion = COMPLETE_FOLDER,
	},
	{
		.name = "format",
		.letter = 'f',
		.kind = OPTION_TEXT,
		.argument = "LIST",
		.help = "formats, separated by commas (default html,md,json); pdf by Chromium or "
			"WeasyPrint",
		AUDIT_RUN_ROW(format),
	},
	AUDIT_RUN_JUDGE_ROWS,
	{
		.name = "fail-on",
		.kind = OPTION_TEXT,
		.argument = "SEVERITY",
		.help = "exit 1 when a finding is at least this grave",
		AUDIT_RUN_ROW(fail_on),
		.completion = COMPLETE_CHOICES,
		.choices = "none,low,medium,high,critical",
	},
	{
		.name = "min-score",
		.kind = OPTION_NUMBER,
		.argument = "N",
		.help = "exit 1 when the score is under N",
		AUDIT_RUN_ROW(min_score),
	},
	{
		.name = "baseline",
		.kind = OPTION_TEXT,
		.argument = "RESULT",
		.help = "tell what changed since this result (default: since the last run kept)",
		AUDIT_RUN_ROW(baseline),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "history",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "keep this run there, for `ringfence history` and trends",
		AUDIT_RUN_ROW(history),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "language",
		.kind = OPTION_TEXT,
		.argument = "CODE",
		.help = "language of HTML and Markdown (default en)",
		AUDIT_RUN_ROW(language),
		.completion = COMPLETE_CHOICES,
		.choices = LANGUAGE_CHOICES,
	},
	{
		.name = "mail",
		.kind = OPTION_LIST,
		.argument = "ADDRESS",
		.help = "mail a digest when something changed or a threshold is missed; repeatable",
		AUDIT_RUN_ROW(mail),
	},
	{
		.name = "hook",
		.kind = OPTION_TEXT,
		.argument = "PROGRAM",
		.help = "run it after each audit, with RINGFENCE_RESULT, _SCORE, _CHANGED ... set",
		AUDIT_RUN_ROW(hook),
		.completion = COMPLETE_FILE,
	},
	TARGET_OPTION_ROWS,
	{
		.name = "jobs",
		.letter = 'j',
		.kind = OPTION_NUMBER,
		.argument = "N",
		.help = "inventories: hosts that are looked at at once (default 16)",
		AUDIT_RUN_ROW(jobs),
	},
	{
		.name = "retries",
		.kind = OPTION_NUMBER,
		.argument = "N",
		.help = "inventories: more tries for a host that can't be reached (default 2)",
		AUDIT_RUN_ROW(retries),
	},
	{
		.name = "resume",
		.kind = OPTION_FLAG,
		.help = "inventories: pass over hosts that have a result in DIR already",
		AUDIT_RUN_ROW(resume),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.kind = OPTION_FLAG,
		.help = "no summary on the terminal",
		AUDIT_RUN_ROW(quiet),
	},
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPTION_FLAG,
		.help = "the summary tells what passed, too",
		AUDIT_RUN_ROW(verbose),
	},
	{
		.name = "no-color",
		.kind = OPTION_FLAG,
		.help = "no colour (NO_COLOR does the same)",
		AUDIT_RUN_ROW(no_color),
	},
	{
		.name = "no-progress",
		.kind = OPTION_FLAG,
		.help = "no progress on standard error",
		AUDIT_RUN_ROW(no_progress),
	},
};

static int run_audit(const struct command *command, int argument_count, char **arguments)
{
	struct audit_options options = { .retries = FLEET_RETRIES };
	struct option_positionals targets;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &targets, &status))
		return status;
	struct error error = { .kind = ERROR_NONE };
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(0);
	struct audit_run run;
	if (!arena) {
		error_memory(&error);
		return command_report_error(&error);
	}
	if (!audit_run_prepare(&run, &options, arena, &error))
		return command_report_error(&error);
	output_catch_signals();
	if (!audit_run_lock(&run, &error))
		return command_report_error(&error);
	if (fleet_audit_is_wanted(&targets))
		return fleet_audit(&run, &targets);
	if (!audit_run_open_history(&run, &error))
		return command_report_error(&error);
	run.many_targets = targets.count > 1;
	if (targets.count == 0)
		audit_run_target(&run, "local");
	for (size_t i = 0; i < targets.count; i++)
		audit_run_target(&run, targets.items[i]);
	history_close(run.history);
	return run.exit_code;
}

const struct command audit_command = {
	.name = "audit",
	.arguments = "[TARGET...]",
	.about = "Audit hosts, write reports",
	.description =
		"TARGET is `local` (the default: this host), a folder that holds a host's "
		"root file system\n"
		"(/etc and what else is there) with the answers of a running host's "
		"commands in probes/,\n"
		"a .tar archive (what `ringfence collect` wrote there, or of such a "
		"folder),\n"
		"or ssh://[user@]host[:port]; @FILE is an inventory of many hosts: one target a "
		"line, Ansible's INI or\n"
		"YAML, or what `ansible-inventory --list` prints. They are audited -j at a "
		"time; each has its reports\n"
		"in DIR/HOST/, and DIR/fleet.html, fleet.md and fleet.json are over all.\n"
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
		    "ringfence audit @hosts.ini -j 32 -o audits\tevery host of an inventory; "
		    "--resume goes on later\n"
		    "sudo ringfence audit -q --fail-on high --min-score 75\tfor cron: exit 1 when "
		    "it got bad\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run_audit,
};
