/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence verify`: is a result what an audit of this archive gives? The audit is done again, at
 * the time that the result names, and both are compared byte for byte.
 */
#include <stdio.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/command/audit_run.h"
#include "audit/command/commands.h"
#include "audit/command/saved_result.h"
#include "audit/command/settings.h"
#include "audit/target/target.h"
#include "reports/escape.h"
#include "reports/result_json.h"

static const struct option_row rows[] = {
	AUDIT_RUN_JUDGE_ROWS,
	{
		.name = "quiet",
		.letter = 'q',
		.kind = OPTION_FLAG,
		.help = "say nothing where it is right",
		AUDIT_RUN_ROW(quiet),
	},
};

/* Lines of a result that are shown are cut to this. */
#define SHOWN_BYTES 200

static void show_line(struct buffer *out, const char *who, struct slice line)
{
	buffer_format(out, "  %s: ", who);
	escape_visible(out, slice_part(slice_trim(line), 0, SHOWN_BYTES), ESCAPE_ONE_LINE);
	buffer_append_byte(out, '\n');
}

/* Tells the first line in which CLAIMED is not DERIVED. */
static int tell_difference(const char *path, struct slice claimed, struct slice derived)
{
	struct slice line, other;
	unsigned int number = 0;
	bool has_line, has_other;
	do {
		number++;
		has_line = slice_next_line(&claimed, &line);
		has_other = slice_next_line(&derived, &other);
	} while (has_line && has_other && slice_equal(line, other));
	BUFFER_AUTO out = { 0 };
	buffer_format(&out, "%s:%u: not what the archive gives\n", path, number);
	show_line(&out, "the result says ", has_line ? line : SLICE("(its end)"));
	show_line(&out, "the archive says", has_other ? other : SLICE("(its end)"));
	return command_print(&out) == 0 ? 1 : 4;
}

/* The result that ARCHIVE gives under the circumstances of CLAIMED, as JSON. */
static bool derive(struct audit_run *run, const char *archive, struct arena *arena,
		   const struct result *claimed, struct buffer *out, struct error *error)
{
	struct result derived;
	const struct report_options options = { .templates = NULL };
	if (!slice_to_time(slice_of(claimed->target.started), &run->site.now))
		return error_set(error, ERROR_INPUT, "the result names no time of its audit");
	run->claimed = &claimed->target;
	struct target *target = open_target(arena, archive, &run->options->wishes, error);
	bool done = target && audit_run_judge(run, arena, target, &derived, error);
	run->claimed = NULL;
	if (done) {
		/* What it says of other results is not in the archive. */
		derived.changes = claimed->changes;
		derived.history = claimed->history;
		derived.history_count = claimed->history_count;
		done = result_json_write(&derived, &options, out, error);
	}
	/* Last: the result points into what the target holds. */
	target_close(target);
	return done;
}

static bool verify(struct audit_run *run, const struct option_positionals *paths,
		   struct arena *arena, int *ret_status, struct error *error)
{
	BUFFER_AUTO file = { 0 };
	BUFFER_AUTO derived = { 0 };
	BUFFER_AUTO name = { 0 };
	BUFFER_AUTO said = { 0 };
	struct result claimed;
	saved_result_name(paths->items[0], &name);
	if (!saved_file_read(buffer_string(&name), SAVED_RESULT_BYTES_MAX, &file, error) ||
	    !result_json_read(buffer_slice(&file), buffer_string(&name), arena, &claimed, error) ||
	    !derive(run, paths->items[1], arena, &claimed, &derived, error))
		return false;
	if (!slice_equal(buffer_slice(&file), buffer_slice(&derived))) {
		*ret_status = tell_difference(buffer_string(&name), buffer_slice(&file),
					      buffer_slice(&derived));
		return true;
	}
	buffer_format(&said, "%s: every byte is what %s gives: %zu findings, score %u\n",
		      buffer_string(&name), paths->items[1], claimed.finding_count,
		      claimed.score.value);
	*ret_status = run->options->quiet ? 0 : command_print(&said);
	return true;
}

static int run_verify(const struct command *command, int argument_count, char **arguments)
{
	struct audit_options options = { .quiet = false };
	struct option_positionals paths;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &paths, &status))
		return status;
	struct error error = { .kind = ERROR_NONE };
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(AUDIT_BYTES_MAX);
	struct audit_run run;
	bool done = arena != NULL || error_memory(&error);
	if (done && paths.count != 2)
		done = error_set(&error, ERROR_USAGE, "verify takes a result and an archive");
	/* JSON alone is derived, and no run is kept. */
	options.format = "json";
	done = done && audit_run_prepare(&run, &options, arena, &error) &&
	       verify(&run, &paths, arena, &status, &error);
	return done ? status : command_report_error(&error);
}

const struct command verify_command = {
	.name = "verify",
	.arguments = "RESULT ARCHIVE",
	.about = "Hold a result against the archive that it was made of",
	.description = "Audits ARCHIVE (what `ringfence collect` packed) again, at the time that "
		       "RESULT names, with the same\n"
		       "settings and options, which are yours to give as they were; and compares "
		       "what comes out with RESULT\n"
		       "(result.json or its folder) byte for byte. Only the name, kind and time "
		       "of the target are taken from\n"
		       "RESULT, and what it says of earlier runs. Exit 0: it is the same; 1: it "
		       "is not, and the first line that\n"
		       "differs is printed. Another version of ringfence may judge differently.",
	.examples = "ringfence verify ringfence-pbx1-2026-11-24 pbx1.tar.gz\tis this report what "
		    "the host's archive gives?\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run_verify,
};
