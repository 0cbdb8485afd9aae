/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence collect`: packs what an audit asks of a host, with the answers, so that it can be
 * audited elsewhere; and --list, the fixed list of what may be asked.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/base/replace_file.h"
#include "audit/command/clock.h"
#include "audit/command/commands.h"
#include "audit/command/open_target.h"
#include "audit/command/output.h"
#include "audit/command/progress.h"
#include "audit/model/model_build.h"
#include "audit/target/probe.h"

struct collect_options {
	/* First: TARGET_OPTION_ROWS wants it so. */
	struct target_wishes wishes;
	const char *output;
	bool list;
	bool quiet;
	bool no_progress;
};

#define ROW(field) .offset = offsetof(struct collect_options, field)

static const struct option_row rows[] = {
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "the archive (default ringfence-HOST-DATE.tar.gz; .tar, .tar.gz, .tar.xz, "
			".tar.zst; - prints it)",
		ROW(output),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "list",
		.kind = OPTION_FLAG,
		.help = "name each fact of a running host, and the command that tells it",
		ROW(list),
	},
	TARGET_OPTION_ROWS,
	{
		.name = "quiet",
		.letter = 'q',
		.kind = OPTION_FLAG,
		.help = "do not say what was packed",
		ROW(quiet),
	},
	{
		.name = "no-progress",
		.kind = OPTION_FLAG,
		.help = "no progress on standard error",
		ROW(no_progress),
	},
};

static int print_list(void)
{
	BUFFER_AUTO out = { 0 };
	size_t count;
	const struct probe *probes = probe_list(&count);
	for (size_t i = 0; i < count; i++)
		buffer_format(&out, "%-32s %s\n", probes[i].name, probes[i].command);
	return command_print(&out);
}

/* What the archive's name says of its compression; NULL: no name of an archive. */
static const char *compression_of(const char *path)
{
	static const struct {
		const char *ending;
		const char *compression;
	} endings[] = {
		{ ".tar", "" },      { ".tar.gz", "gz" },   { ".tgz", "gz" },
		{ ".tar.xz", "xz" }, { ".tar.zst", "zst" }, { "-", "gz" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (slice_ends_with(slice_of(path), endings[i].ending))
			return endings[i].compression;
	return NULL;
}

/* Into the folder of PATH, which must be there: an archive is not what makes folders. */
static bool put_file(const char *path, struct slice archive, struct error *error)
{
	const char *slash = strrchr(path, '/');
	BUFFER_AUTO folder = { 0 };
	buffer_append(&folder, path, slash ? (size_t)(slash - path) + 1 : 0);
	int fd = open(slash ? buffer_string(&folder) : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_set_at(error, ERROR_WRITE, path, 0, "can't write: %s",
				    error_errno_text(errno));
	bool done = replace_file(fd, slash ? slash + 1 : path, path, archive, error);
	(void)close(fd);
	return done;
}

static bool put(const char *path, struct buffer *archive, struct error *error)
{
	if (strcmp(path, "-") != 0)
		return put_file(path, buffer_slice(archive), error);
	if (!isatty(STDOUT_FILENO))
		return command_print(archive) == 0 || error_set(error, ERROR_WRITE, "not written");
	error_set(error, ERROR_USAGE, "an archive is not for a terminal");
	error_advise(error, "give -o FILE, or send it into a file or another program");
	return false;
}

/* Builds the model as an audit does, so that all is asked that an audit asks. */
static bool ask_all(struct target *target, const struct collect_options *options, int64_t now,
		    struct error *error)
{
	const struct site site = { .now = now };
	struct model model = { .site = NULL };
	struct progress progress;
	progress_begin(&progress, target_name(target), !options->no_progress && !options->quiet);
	bool done = open_target_build(target, &site, progress_step, &progress, &model, error);
	progress_end(&progress);
	return done;
}

static int say(const char *path, struct target *target, size_t bytes)
{
	size_t unread;
	BUFFER_AUTO out = { 0 };
	(void)target_unread(target, &unread);
	buffer_format(&out,
		      "%s: %s, %zu KiB. It holds configuration with its secrets: keep it as "
		      "safe as the host.\n",
		      target_name(target), path, (bytes + 1023) / 1024);
	if (unread)
		buffer_format(&out,
			      "%zu things could not be read; an audit of the archive lists "
			      "them.\n",
			      unread);
	return command_print(&out);
}

static const char *default_path(const struct target *target, int64_t now, struct arena *arena)
{
	BUFFER_AUTO path = { 0 };
	output_append_name(&path, target_name(target), now);
	buffer_append_string(&path, ".tar.gz");
	return buffer_keep(&path, arena);
}

static bool collect(struct target *inner, const struct collect_options *options,
		    struct arena *arena, struct error *error, int *ret_status)
{
	int64_t now;
	BUFFER_AUTO archive = { 0 };
	struct target *recording = target_open_recording(inner, error);
	if (!recording)
		return false;
	if (!clock_now(&now, NULL, error))
		return false;
	const char *path = options->output ? options->output : default_path(inner, now, arena);
	if (!path)
		return error_memory(error);
	const char *compression = compression_of(path);
	if (!compression) {
		error_set_at(error, ERROR_USAGE, path, 0, "not the name of an archive");
		error_advise(error, "it ends in .tar, .tar.gz, .tar.xz or .tar.zst");
		return false;
	}
	if (!ask_all(recording, options, now, error) ||
	    !target_pack(recording, compression, now, &archive, error) ||
	    !put(path, &archive, error))
		return false;
	size_t unread;
	(void)target_unread(recording, &unread);
	*ret_status = unread ? 3 : 0;
	if (!options->quiet && strcmp(path, "-") != 0 && say(path, recording, archive.size) != 0)
		*ret_status = 4;
	return true;
}

static int run(const struct command *command, int argument_count, char **arguments)
{
	struct collect_options options = { .list = false };
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &positionals, &status))
		return status;
	if (options.list && positionals.count == 0)
		return print_list();
	struct error error;
	if (positionals.count > 1 || options.list) {
		error_set(&error, ERROR_USAGE, "collect takes one target, or --list alone");
		return command_report_error(&error);
	}
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(AUDIT_BYTES_MAX);
	if (!arena) {
		error_memory(&error);
		return command_report_error(&error);
	}
	output_catch_signals();
	struct target *target = open_target(
		arena, positionals.count ? positionals.items[0] : "local", &options.wishes, &error);
	if (!target || !collect(target, &options, arena, &error, &status))
		status = command_report_error(&error);
	target_close(target);
	return status;
}

const struct command collect_command = {
	.name = "collect",
	.arguments = "[TARGET]",
	.about = "Pack a host's facts, to be audited elsewhere",
	.description =
		"Asks this host, or TARGET, all that an audit asks, and packs the questions with "
		"their answers into\n"
		"one archive. `ringfence audit ARCHIVE` finds in it what an audit of the host "
		"would find. A manifest in\n"
		"it has each answer's size, SHA-256, owner, mode and time; unpacked by hand it is "
		"a folder that can be\n"
		"audited too. The archive holds the configuration as it is, secrets included.\n"
		"\n"
		"--list has a line for each fact that only a running host knows: the file's name "
		"below probes/ of a\n"
		"copied folder, and the command to save in it. Beyond these commands ringfence "
		"runs nothing on a host,\n"
		"and it needs none of them that the kernel answers itself.",
	.examples = "sudo ringfence collect\tthis host into ringfence-HOST-DATE.tar.gz\n"
		    "sudo ringfence collect -o - | ssh me@desk 'cat > pbx1.tar.gz'\tsend it "
		    "somewhere without a copy here\n"
		    "ringfence collect --list\twhat may be asked of a host, and how\n"
		    "ss -H -tulnpe > copy/probes/ss\tsave one answer by hand, for an audit of "
		    "copy/\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
