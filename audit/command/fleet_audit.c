/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/fleet_audit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/base/replace_file.h"
#include "audit/command/ask_terminal.h"
#include "audit/command/clock.h"
#include "audit/command/fleet.h"
#include "audit/command/progress.h"
#include "audit/command/saved_result.h"
#include "audit/fleet/inventory.h"
#include "audit/history/history.h"
#include "checks/fleet_summary.h"
#include "reports/escape.h"
#include "reports/fleet_reports.h"

/* Two, as sshd takes them. */
#define PASSWORD_BYTES_MAX 2048

struct fleet_audit {
	struct audit_run *run;
	struct arena *arena;
	const char *output;
	struct fleet_host *hosts;
	size_t count;
	size_t capacity;
	/* Taken folders. */
	struct text_map folders;
	struct fleet_summary summary;
	/* The passwords of all hosts, from --password-fd; "" without. */
	char password[PASSWORD_BYTES_MAX];
	bool memory_failed;
};

bool fleet_audit_is_wanted(const struct option_positionals *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		if (targets->items[i][0] == '@')
			return true;
	return false;
}

/* A folder's name that no other host has. */
static const char *folder_of(struct fleet_audit *audit, const char *name)
{
	for (unsigned int i = 1;; i++) {
		BUFFER_AUTO folder = { 0 };
		output_append_host(&folder, name);
		if (i > 1)
			buffer_format(&folder, "-%u", i);
		if (buffer_failed(&folder))
			return NULL;
		if (text_map_find(&audit->folders, buffer_slice(&folder)))
			continue;
		char *kept = buffer_keep(&folder, audit->arena);
		return kept && text_map_put(&audit->folders, slice_of(kept), kept) ? kept : NULL;
	}
}

static bool add_host(struct fleet_audit *audit, const char *name, const char *target,
		     struct error *error)
{
	struct fleet_host *hosts = arena_grow(audit->arena, audit->hosts, audit->count,
					      &audit->capacity, sizeof(*hosts));
	const char *folder = hosts ? folder_of(audit, name) : NULL;
	BUFFER_AUTO path = { 0 };
	buffer_format(&path, "%s/%s", audit->output, folder ? folder : "");
	const char *kept = buffer_keep(&path, audit->arena);
	if (!folder || !kept)
		return error_memory(error);
	audit->hosts = hosts;
	hosts[audit->count++] = (struct fleet_host){
		.name = name,
		.target = target,
		.path = kept,
		.folder = folder,
	};
	return true;
}

static bool add_inventory(struct fleet_audit *audit, const char *path, struct error *error)
{
	BUFFER_AUTO text = { 0 };
	struct inventory inventory;
	if (!saved_file_read(path, INVENTORY_BYTES_MAX, &text, error) ||
	    !inventory_read(buffer_slice(&text), path, audit->arena, &inventory, error))
		return false;
	for (size_t i = 0; i < inventory.count; i++)
		if (!add_host(audit, inventory.hosts[i].name, inventory.hosts[i].target, error))
			return false;
	return true;
}

static const char *output_of(const struct audit_run *run, struct arena *arena, struct error *error)
{
	BUFFER_AUTO path = { 0 };
	if (run->options->output && strcmp(run->options->output, "-") == 0) {
		error_set(error, ERROR_USAGE, "-o - prints one report of one host");
		error_advise(error, "give -o DIR for an inventory");
		return NULL;
	}
	if (run->options->output)
		buffer_append_string(&path, run->options->output);
	else
		output_append_name(&path, "fleet", run->site.now);
	const char *kept = buffer_keep(&path, arena);
	if (!kept)
		error_memory(error);
	return kept;
}

/* In the host's own process: a copy of the run, quiet, under the inventory's name. */
static int audit_host(void *context, const struct fleet_host *host)
{
	struct fleet_audit *audit = context;
	struct audit_run run = *audit->run;
	struct audit_options options = *run.options;
	struct error error = { .kind = ERROR_NONE };
	bool is_unreached = false;
	int ends[2];
	options.quiet = true;
	options.no_progress = true;
	options.wishes.unreached = &is_unreached;
	if (audit->password[0]) {
		size_t size = strlen(audit->password);
		if (pipe(ends) != 0 || write(ends[1], audit->password, size) != (ssize_t)size ||
		    write(ends[1], "\n", 1) != 1)
			return 4;
		(void)close(ends[1]);
		options.wishes.password_fd = (unsigned int)ends[0];
		explicit_bzero(audit->password, sizeof(audit->password));
	}
	run.options = &options;
	run.label = host->name;
	run.folder = host->path;
	run.exit_code = 0;
	if (!audit_run_open_history(&run, &error))
		return command_report_error(&error);
	audit_run_target(&run, host->target);
	history_close(run.history);
	return is_unreached ? FLEET_TRY_AGAIN : run.exit_code;
}

static void print_line(const struct fleet_audit *audit, struct fleet *fleet,
		       const struct fleet_host *host, const struct fleet_row *row)
{
	BUFFER_AUTO out = { 0 };
	if (audit->run->options->quiet)
		return;
	fleet_table_clear(fleet);
	buffer_format(&out, "[%zu/%zu] ", fleet->done, fleet->count);
	escape_visible(&out, slice_of(host->name), ESCAPE_ONE_LINE);
	if (row->failure) {
		buffer_append_string(&out, ": not audited: ");
		escape_visible(&out, slice_of(row->failure), ESCAPE_ONE_LINE);
	} else {
		buffer_format(&out, ": %u %s, critical %u, high %u, medium %u", row->value,
			      row->grade, row->bands[BAND_CRITICAL], row->bands[BAND_HIGH],
			      row->bands[BAND_MEDIUM]);
	}
	buffer_append_byte(&out, '\n');
	if (command_print(&out) != 0)
		audit_run_raise_exit(audit->run, 4);
}

/* Counts what HOST's process wrote. False: there is no result that can be read. */
static bool take_result(struct fleet_audit *audit, const struct fleet_host *host,
			struct error *error)
{
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(SAVED_RESULT_ARENA_MAX);
	struct result result;
	if (!arena)
		return error_memory(error);
	if (!saved_result_load(host->path, arena, &result, error))
		return false;
	if (audit_run_is_under_threshold(audit->run->options, &result))
		audit_run_raise_exit(audit->run, 1);
	if (result.unread_count)
		audit_run_raise_exit(audit->run, 3);
	return fleet_summary_add(&audit->summary, host->name, host->folder, &result) ||
	       error_memory(error);
}

static void tell_host(void *context, struct fleet *fleet, struct fleet_host *host)
{
	struct fleet_audit *audit = context;
	struct error error = { .kind = ERROR_NONE };
	bool has_result = host->exit_code == 0 || host->exit_code == 1 || host->exit_code == 3;
	const char *failure = host->said[0] ? host->said : "its process said nothing";
	if (has_result && take_result(audit, host, &error))
		failure = NULL;
	else if (has_result)
		failure = error.message;
	if (host->exit_code == 4)
		audit_run_raise_exit(audit->run, 4);
	if (failure) {
		audit_run_raise_exit(audit->run, 3);
		audit->memory_failed |=
			!fleet_summary_add_failure(&audit->summary, host->name, failure);
	}
	if (audit->summary.row_count > 0)
		print_line(audit, fleet, host, &audit->summary.rows[audit->summary.row_count - 1]);
}

/* Hosts that have a result already count as done, with it. */
static void pass_over_done(struct fleet_audit *audit, struct fleet *fleet)
{
	for (size_t i = 0; i < audit->count; i++) {
		struct fleet_host *host = &audit->hosts[i];
		struct error error;
		BUFFER_AUTO path = { 0 };
		struct stat status;
		buffer_format(&path, "%s/result.json", host->path);
		if (stat(buffer_string(&path), &status) != 0 || !take_result(audit, host, &error))
			continue;
		host->state = FLEET_DONE;
		fleet->done++;
	}
}

static bool write_reports(struct fleet_audit *audit, struct error *error)
{
	static const struct {
		const char *format;
		const char *file;
		bool (*write)(const struct fleet_summary *summary, struct buffer *out,
			      struct error *error);
	} reports[] = {
		{ "json", "fleet.json", fleet_json_write },
		{ "md", "fleet.md", fleet_markdown_write },
		{ "html", "fleet.html", fleet_html_write },
	};
	int folder = output_open_folder(audit->output, error);
	bool done = folder >= 0;
	BUFFER_AUTO said = { 0 };
	for (size_t i = 0; done && i < ARRAY_SIZE(reports); i++) {
		bool is_wanted = false;
		for (size_t j = 0; j < audit->run->formats.count; j++)
			is_wanted |=
				strcmp(audit->run->formats.items[j]->name, reports[i].format) == 0;
		if (!is_wanted)
			continue;
		BUFFER_AUTO text = { 0 };
		BUFFER_AUTO display = { 0 };
		buffer_format(&display, "%s/%s", audit->output, reports[i].file);
		done = reports[i].write(&audit->summary, &text, error) &&
		       replace_file(folder, reports[i].file, buffer_string(&display),
				    buffer_slice(&text), error);
		buffer_format(&said, "%s %s\n",
			      said.size ? "        " : "Reports:", buffer_string(&display));
	}
	if (folder >= 0)
		(void)close(folder);
	if (done && !audit->run->options->quiet && command_print(&said) != 0)
		audit_run_raise_exit(audit->run, 4);
	return done;
}

/* The password of the login and, after a line end, that of sudo where it is wanted. */
static bool read_passwords(struct fleet_audit *audit, const struct ask_user *ask)
{
	size_t half = sizeof(audit->password) / 2;
	if (!ask->password(ask->context, "", audit->password, half))
		return false;
	size_t used = strlen(audit->password);
	if (!audit->run->options->wishes.sudo_password)
		return true;
	audit->password[used++] = '\n';
	return ask->password(ask->context, "", audit->password + used, half);
}

static bool prepare(struct fleet_audit *audit, const struct option_positionals *targets,
		    struct error *error)
{
	const struct audit_options *options = audit->run->options;
	audit->output = output_of(audit->run, audit->arena, error);
	if (!audit->output)
		return false;
	if (options->jobs > FLEET_JOBS_MAX)
		return error_set(error, ERROR_USAGE, "-j takes at most %d", FLEET_JOBS_MAX);
	for (size_t i = 0; i < targets->count; i++) {
		const char *target = targets->items[i];
		if (target[0] == '@' ? !add_inventory(audit, target + 1, error)
				     : !add_host(audit, target, target, error))
			return false;
	}
	if (options->wishes.password_fd) {
		const struct ask_user ask = ask_terminal(&options->wishes.password_fd);
		if (!read_passwords(audit, &ask))
			return error_set(error, ERROR_INPUT, "descriptor %u has no password",
					 options->wishes.password_fd);
	}
	/* A result is what the report over all is made of. */
	output_want_json(&audit->run->formats);
	/* Made before the first host is asked: a folder that can't be written is told at once. */
	int folder = output_open_folder(audit->output, error);
	if (folder >= 0)
		(void)close(folder);
	return folder >= 0;
}

static bool audit_all(struct fleet_audit *audit, struct error *error)
{
	const struct audit_options *options = audit->run->options;
	unsigned int seconds = options->wishes.timeout;
	struct fleet fleet = {
		.hosts = audit->hosts,
		.count = audit->count,
		.jobs = options->jobs ? options->jobs : FLEET_JOBS,
		.retries = options->retries,
		/* Connecting, then some rounds of questions. */
		.limit_ms = (int64_t)(seconds ? seconds * 5 : FLEET_HOST_SECONDS) * 1000,
		.audit = audit_host,
		.tell = tell_host,
		.context = audit,
		.has_table = !options->quiet && !options->no_progress && isatty(STDERR_FILENO),
	};
	fleet_summary_init(&audit->summary, audit->arena,
			   clock_text(audit->arena, audit->run->site.now));
	if (options->resume)
		pass_over_done(audit, &fleet);
	return fleet_run(&fleet, error) &&
	       ((!audit->memory_failed && fleet_summary_finish(&audit->summary)) ||
		error_memory(error)) &&
	       write_reports(audit, error);
}

int fleet_audit(struct audit_run *run, const struct option_positionals *targets)
{
	struct error error = { .kind = ERROR_NONE };
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(0);
	struct fleet_audit audit = { .run = run, .arena = arena };
	if (!arena) {
		error_memory(&error);
		return command_report_error(&error);
	}
	audit.folders = (struct text_map){ .arena = arena };
	bool done = prepare(&audit, targets, &error) && audit_all(&audit, &error);
	explicit_bzero(audit.password, sizeof(audit.password));
	return done ? run->exit_code : command_report_error(&error);
}
