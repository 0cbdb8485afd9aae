/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence report`: reports again from a saved result.
 */
#include <string.h>

#include "audit/base/arena.h"
#include "audit/command/commands.h"
#include "audit/command/output.h"
#include "audit/command/saved_result.h"
#include "checks/result.h"
#include "reports/handout.h"
#include "reports/language.h"
#include "reports/redact.h"

struct report_values {
	const char *output;
	const char *format;
	const char *templates;
	const char *handout;
	const char *redact;
	const char *language;
};

#define ROW(field) .offset = offsetof(struct report_values, field)

static const struct option_row rows[] = {
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "where reports go; - prints one format (default: beside RESULT)",
		ROW(output),
		.completion = COMPLETE_FOLDER,
	},
	{
		.name = "format",
		.letter = 'f',
		.kind = OPTION_TEXT,
		.argument = "LIST",
		.help = "formats, separated by commas (default html,md); pdf by Chromium or "
			"WeasyPrint",
		ROW(format),
	},
	{
		.name = "templates",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "folder whose report.xsl, report.css, report.md.xsl replace the built-in "
			"ones",
		ROW(templates),
		.completion = COMPLETE_FOLDER,
	},
	{
		.name = "handout",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "folder with handout.conf: your name, logo, words and comments",
		ROW(handout),
		.completion = COMPLETE_FOLDER,
	},
	{
		.name = "redact",
		.kind = OPTION_TEXT,
		.argument = "LIST",
		.help = "what strangers shall not see: addresses,names,paths",
		ROW(redact),
	},
	{
		.name = "language",
		.kind = OPTION_TEXT,
		.argument = "CODE",
		.help = "language of HTML and Markdown (default: the handout's, else en)",
		ROW(language),
		.completion = COMPLETE_CHOICES,
		.choices = LANGUAGE_CHOICES,
	},
};

/* The folder that PATH is in. */
static void append_folder_of(struct buffer *out, const char *path)
{
	struct slice all = slice_of(path);
	size_t slash = slice_find_last_byte(all, '/');
	if (slash == all.size)
		buffer_append_byte(out, '.');
	else
		buffer_append_slice(out, slice_part(all, 0, slash ? slash : 1));
}

static bool tell(const struct report_values *values, const struct report_options *options,
		 const struct result *result, const char *path, struct error *error)
{
	struct output_formats formats;
	BUFFER_AUTO folder = { 0 };
	if (!output_parse_formats(values->format ? values->format : "html,md", &formats, error))
		return false;
	if (values->output)
		buffer_append_string(&folder, values->output);
	else
		append_folder_of(&folder, path);
	if (buffer_failed(&folder))
		return error_memory(error);
	return output_write(result, &formats, options, buffer_string(&folder), error);
}

static int print_one(const struct report_values *values, const struct report_options *options,
		     const struct result *result)
{
	struct output_formats formats;
	struct error error;
	BUFFER_AUTO out = { 0 };
	if (!output_parse_formats(values->format ? values->format : "md", &formats, &error))
		return command_report_error(&error);
	if (formats.count != 1) {
		error_set(&error, ERROR_USAGE, "-o - prints one format");
		error_advise(&error, "say which with -f, for example -f md");
		return command_report_error(&error);
	}
	if (!formats.items[0]->write(result, options, &out, &error))
		return command_report_error(&error);
	return command_print(&out);
}

static int run_report(const struct command *command, int argument_count, char **arguments)
{
	struct report_values values = { .output = NULL };
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, &values, &positionals, &status))
		return status;
	struct error error;
	if (positionals.count != 1) {
		error_set(&error, ERROR_USAGE, "report wants one RESULT, a result.json");
		error_advise(&error, "`ringfence report --help` shows how");
		return command_report_error(&error);
	}
	struct result result;
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(SAVED_RESULT_ARENA_MAX);
	if (!arena) {
		error_memory(&error);
		return command_report_error(&error);
	}
	output_catch_signals();
	struct redaction redaction = { .addresses = false };
	struct handout handout;
	struct report_options report = { .templates = values.templates };
	if ((values.redact && !redaction_parse(values.redact, &redaction, &error)) ||
	    !saved_result_load(positionals.items[0], arena, &result, &error) ||
	    (values.redact && !redact_result(&result, redaction, arena, &result, &error)) ||
	    (values.handout && !handout_read(values.handout, &result, arena, &handout, &error)))
		return command_report_error(&error);
	if (values.handout) {
		report.handout = &handout;
		report.language = handout.language;
	}
	if (values.language)
		report.language = language_find(slice_of(values.language));
	if (values.output && strcmp(values.output, "-") == 0)
		return print_one(&values, &report, &result);
	if (!tell(&values, &report, &result, positionals.items[0], &error))
		return command_report_error(&error);
	return 0;
}

const struct command report_command = {
	.name = "report",
	.arguments = "RESULT",
	.about = "Write reports again from a saved result",
	.description = "RESULT is a result.json, or a folder that holds one. The reports are the "
		       "same, byte for byte, as those\n"
		       "that `ringfence audit` wrote with it.",
	.examples =
		"ringfence report ringfence-pbx1-2026-11-24 --handout acme -o acme/november\twith "
		"your name and comments\n"
		"ringfence report result.json --redact addresses,names -o to-the-vendor\tfor "
		"strangers\n"
		"ringfence report ringfence-pbx1-2026-11-24/\tHTML and Markdown, beside the "
		"result\n"
		"ringfence report result.json -f csv -o - > findings.csv\ta table for a "
		"spreadsheet\n"
		"ringfence report result.json --language de\tin German\n"
		"ringfence report result.json --templates /etc/ringfence/templates\twith a "
		"design of your own\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run_report,
};
