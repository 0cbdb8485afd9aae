/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence checks`: lists the catalogue, or explains checks of it.
 */
#include "audit/base/arena.h"
#include "audit/command/commands.h"
#include "checks/catalogue.h"
#include "checks/result.h"
#include "checks/score.h"

struct checks_options {
	bool seed;
	bool markdown;
};

static const struct option_row rows[] = {
	{
		.name = "seed",
		.kind = OPTION_FLAG,
		.help = "only those that the 2014 paper asks for",
		.offset = offsetof(struct checks_options, seed),
	},
	{
		.name = "markdown",
		.kind = OPTION_FLAG,
		.help = "as a Markdown table, for the documentation",
		.offset = offsetof(struct checks_options, markdown),
	},
};

static const char *band_of(const struct check *check)
{
	return severity_band_name(severity_band_of(check_severity(check)));
}

static void list_row(const struct check *check, bool markdown, struct buffer *out)
{
	unsigned int tenths = check_severity(check);
	if (markdown)
		buffer_format(out, "| %s | %s | %u.%u (%ux%u) %s | %s | %s |\n", check->id,
			      check->title, tenths / 10, tenths % 10, check->likelihood,
			      check->impact, band_of(check), check_level_name(check->level),
			      check->is_seed ? "yes" : "");
	else
		buffer_format(out, "%-10s %4u.%u  %-8s  %-6s  %s%s\n", check->id, tenths / 10,
			      tenths % 10, band_of(check), check_level_name(check->level),
			      check->title, check->is_seed ? " [seed]" : "");
}

/* TEXT in lines of at most 88 bytes, each after INDENT. */
static void wrapped(struct buffer *out, const char *indent, const char *text)
{
	struct slice rest = slice_of(text), word;
	size_t column = 0;
	while (slice_next_word(&rest, &word)) {
		if (column && column + 1 + word.size > 88) {
			buffer_append_byte(out, '\n');
			column = 0;
		}
		buffer_append_string(out, column ? " " : indent);
		buffer_append_slice(out, word);
		column += word.size + (column ? 1 : 0);
	}
	buffer_append_byte(out, '\n');
}

static void explain(const struct check *check, struct buffer *out)
{
	unsigned int tenths = check_severity(check);
	buffer_format(out, "%s  %s\n\n", check->id, check->title);
	buffer_format(out,
		      "  Severity   %u.%u, %s (likelihood %u, impact %u of 10)\n"
		      "  Level      %s%s\n",
		      tenths / 10, tenths % 10, band_of(check), check->likelihood, check->impact,
		      check_level_name(check->level),
		      check->is_seed ? "; the 2014 paper asks for it" : "");
	for (size_t i = 0; i < CHECK_REFERENCES_MAX && check->references[i]; i++)
		buffer_format(out, "  %-10s %s\n", i ? "" : "Sources", check->references[i]);
	if (check->why) {
		buffer_append_string(out, "\n  Why it matters\n");
		wrapped(out, "    ", check->why);
	}
	if (check->evaluates) {
		buffer_append_string(out, "\n  What is looked at\n");
		wrapped(out, "    ", check->evaluates);
	}
}

static int list_all(const struct checks_options *options, struct arena *arena)
{
	BUFFER_AUTO out = { 0 };
	size_t count;
	const struct check *const *checks = catalogue_checks(arena, &count);
	const struct check_group *group = NULL;
	if (options->markdown)
		buffer_append_string(
			&out,
			"| id | requirement | severity (likelihood x impact) | level | seed |\n"
			"|---|---|---|---|---|\n");
	for (size_t i = 0; checks && i < count; i++) {
		if (options->seed && !checks[i]->is_seed)
			continue;
		if (!options->markdown && catalogue_group_of(checks[i]) != group) {
			buffer_format(&out, "%s%s\n", group ? "\n" : "",
				      catalogue_group_of(checks[i])->title);
			group = catalogue_group_of(checks[i]);
		}
		list_row(checks[i], options->markdown, &out);
	}
	if (!checks)
		out.failed = true;
	return command_print(&out);
}

static int run_checks(const struct command *command, int argument_count, char **arguments)
{
	struct checks_options options = { 0 };
	struct option_positionals ids;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &ids, &status))
		return status;
	struct error error;
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(0);
	if (!arena) {
		error_memory(&error);
		return command_report_error(&error);
	}
	if (ids.count == 0)
		return list_all(&options, arena);
	BUFFER_AUTO out = { 0 };
	for (size_t i = 0; i < ids.count; i++) {
		const struct check *check = catalogue_find(slice_of(ids.items[i]));
		if (!check) {
			error_set(&error, ERROR_USAGE, "no check is called \"%s\"", ids.items[i]);
			error_advise(&error, "`ringfence checks` lists them");
			return command_report_error(&error);
		}
		if (i)
			buffer_append_byte(&out, '\n');
		explain(check, &out);
	}
	return command_print(&out);
}

const struct command checks_command = {
	.name = "checks",
	.arguments = "[ID...]",
	.about = "List the checks, or explain some",
	.examples = "ringfence checks\tall checks with their severity\n"
		    "ringfence checks SSH-001 SIP-002\twhat these two look at, and why\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run_checks,
};
