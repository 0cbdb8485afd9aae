/* SPDX-License-Identifier: Apache-2.0
 *
 * What one run of `ringfence audit` does with each of its targets.
 */
#ifndef RINGFENCE_COMMAND_AUDIT_RUN_H
#define RINGFENCE_COMMAND_AUDIT_RUN_H

#include "audit/base/attributes.h"
#include "audit/command/open_target.h"
#include "audit/command/output.h"
#include "audit/model/site.h"
#include "checks/result_build.h"

struct history;
struct scan_result;

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
	const char *tariff;
	const char *scan;
	struct option_values trusted;
	const char *fail_on;
	unsigned int min_score;
	const char *baseline;
	const char *history;
	const char *language;
	/* Addresses of the digest; the program that runs afterwards, NULL: none. */
	struct option_values mail;
	const char *hook;
	/* Fleets: hosts at once, tries for a host that can't be reached, and whether those that
	 * have a result already are passed over. */
	unsigned int jobs;
	unsigned int retries;
	bool resume;
	bool quiet;
	bool verbose;
	bool no_color;
	bool no_progress;
};

/* Where an option of audit_options is kept. */
#define AUDIT_RUN_ROW(field) .offset = offsetof(struct audit_options, field)

/* Rows of the options that decide what is judged and how: an audit has them, and whoever makes one
 * again. */
#define AUDIT_RUN_JUDGE_ROWS                                                                       \
	{                                                                                          \
		.name = "level",                                                                   \
		.kind = OPTION_TEXT,                                                               \
		.argument = "LEVEL",                                                               \
		.help = "how far the catalogue goes (default basic)",                              \
		AUDIT_RUN_ROW(level),                                                              \
		.completion = COMPLETE_CHOICES,                                                    \
		.choices = "basic,strict",                                                         \
	},                                                                                         \
		{                                                                                  \
			.name = "only",                                                            \
			.kind = OPTION_TEXT,                                                       \
			.argument = "GLOBS",                                                       \
			.help = "only checks with these ids: SSH-*,SIP-004",                       \
			AUDIT_RUN_ROW(only),                                                       \
		},                                                                                 \
		{                                                                                  \
			.name = "skip",                                                            \
			.kind = OPTION_TEXT,                                                       \
			.argument = "GLOBS",                                                       \
			.help = "no checks with these ids",                                        \
			AUDIT_RUN_ROW(skip),                                                       \
		},                                                                                 \
		{                                                                                  \
			.name = "config",                                                          \
			.kind = OPTION_TEXT,                                                       \
			.argument = "FILE",                                                        \
			.help = "site settings and waivers (default " SETTINGS_FILE ", if there)", \
			AUDIT_RUN_ROW(config),                                                     \
			.completion = COMPLETE_FILE,                                               \
		},                                                                                 \
		{                                                                                  \
			.name = "advisories",                                                      \
			.kind = OPTION_TEXT,                                                       \
			.argument = "FILE",                                                        \
			.help = "known holes and ends of life, newer than those linked in",        \
			AUDIT_RUN_ROW(advisories),                                                 \
			.completion = COMPLETE_FILE,                                               \
		},                                                                                 \
		{                                                                                  \
			.name = "tariff",                                                          \
			.kind = OPTION_TEXT,                                                       \
			.argument = "FILE",                                                        \
			.help = "what calls cost: PREFIX, price of a minute, CURRENCY, with "      \
				"tabs; for the cost of one night",                                 \
			AUDIT_RUN_ROW(tariff),                                                     \
			.completion = COMPLETE_FILE,                                               \
		},                                                                                 \
		{                                                                                  \
			.name = "scan",                                                            \
			.kind = OPTION_TEXT,                                                       \
			.argument = "FILE",                                                        \
			.help = "what `ringfence scan --json` or nmap -oX saw of the host from "   \
				"outside",                                                         \
			AUDIT_RUN_ROW(scan),                                                       \
			.completion = COMPLETE_FILE,                                               \
		},                                                                                 \
	{                                                                                          \
		.name = "trusted", .kind = OPTION_LIST, .argument = "CIDR",                        \
		.help = "a network that may reach management services; repeatable",                \
		AUDIT_RUN_ROW(trusted),                                                            \
	}

/* What all targets of one run share. */
struct audit_run {
	const struct audit_options *options;
	struct site site;
	/* NULL: none was given. */
	const struct scan_result *outside;
	struct output_formats formats;
	struct result_request request;
	/* SOURCE_DATE_EPOCH is set: nothing in the result may depend on the clock. */
	bool is_repeatable;
	bool many_targets;
	/* The file where runs are kept, and it when it is open; NULL: no run is kept. */
	const char *history_file;
	struct history *history;
	/* Where mail goes through, and the path of the hook; NULL: not wanted. */
	const char *sendmail;
	const char *hook;
	/* Of a fleet: what the inventory calls the host, and the folder of its reports. NULL: its
	 * own name, and what the options say. */
	const char *label;
	const char *folder;
	/* What a result that is being verified says of its target; NULL: what the target says. */
	const struct result_target *claimed;
	int exit_code;
};

/* Reads settings and all else that OPTIONS name, into ARENA. False: *ERROR. */
bool audit_run_prepare(struct audit_run *run, const struct audit_options *options,
		       struct arena *arena, struct error *error) MUST_CHECK;

/* Sees to it that no other audit runs with the same history or output folder. */
bool audit_run_lock(const struct audit_run *run, struct error *error) MUST_CHECK;

/* Opens the history that the options and settings name, if any. */
bool audit_run_open_history(struct audit_run *run, struct error *error) MUST_CHECK;

/* The result of TARGET, in ARENA, without changes and history. False: *ERROR. */
bool audit_run_judge(const struct audit_run *run, struct arena *arena, struct target *target,
		     struct result *ret_result, struct error *error) MUST_CHECK;

/* Audits the target NAME and writes its reports; failures are printed. The run's exit code becomes
 * the severest of all outcomes. */
void audit_run_target(struct audit_run *run, const char *name);

/* The severest outcome wins: 4 over 2 over 1 over 3 over 0. */
void audit_run_raise_exit(struct audit_run *run, int code);

/* Does RESULT miss a threshold of the options? */
bool audit_run_is_under_threshold(const struct audit_options *options, const struct result *result);

#endif
