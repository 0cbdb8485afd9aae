/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence plan`: the change of the firewall that closes what is open to too many, as a script.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/replace_file.h"
#include "audit/command/commands.h"
#include "audit/command/output.h"
#include "audit/command/plan_session.h"
#include "reports/plan_script.h"

struct plan_values {
	struct plan_options common;
	const char *output;
};

static const struct option_row rows[] = {
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "where the script goes (default: standard output)",
		.offset = offsetof(struct plan_values, output),
		.completion = COMPLETE_FILE,
	},
	PLAN_OPTION_ROWS,
};

static void tell_list(const char *head, const struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		(void)fprintf(stderr, "%s%s\n", head, list->items[i]);
}

static void tell(const struct plan *plan)
{
	(void)fprintf(stderr, "%zu services are closed to all but their networks, by %s:\n",
		      plan->service_count, plan_dialect_name(plan->dialect));
	for (size_t i = 0; i < plan->service_count; i++)
		(void)fprintf(stderr, "  %s  %s\n", plan->services[i].check,
			      plan->services[i].subject);
	tell_list("Left open: ", &plan->left);
	tell_list("Not locked out: ", &plan->kept);
	tell_list("Mind: ", &plan->warnings);
	if (plan->is_private)
		(void)fprintf(stderr, "No --trusted given: private networks stand for them.\n");
}

static bool write_file(const char *path, struct slice text, struct error *error)
{
	struct slice all = slice_of(path);
	size_t slash = slice_find_last_byte(all, '/');
	int folder = AT_FDCWD;
	if (slash < all.size) {
		BUFFER_AUTO name = { 0 };
		buffer_append_slice(&name, slice_part(all, 0, slash ? slash : 1));
		folder = output_open_folder(buffer_string(&name), error);
		if (folder < 0)
			return false;
	}
	bool done =
		replace_file(folder, slash < all.size ? path + slash + 1 : path, path, text, error);
	if (folder != AT_FDCWD)
		(void)close(folder);
	return done;
}

static int write_script(const struct plan_values *values, const struct plan *plan)
{
	BUFFER_AUTO script = { 0 };
	struct error error;
	plan_script_write(plan, &script);
	if (!values->output || strcmp(values->output, "-") == 0)
		return command_print(&script);
	if (buffer_failed(&script)) {
		error_memory(&error);
		return command_report_error(&error);
	}
	if (!write_file(values->output, buffer_slice(&script), &error))
		return command_report_error(&error);
	(void)fprintf(stderr, "Written to %s; on the host: sh %s\n", values->output,
		      values->output);
	return 0;
}

static int run_plan(const struct command *command, int argument_count, char **arguments)
{
	struct plan_values values = { .output = NULL };
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, &values, &positionals, &status))
		return status;
	struct error error;
	if (positionals.count > 1) {
		error_set(&error, ERROR_USAGE, "plan wants one RESULT or TARGET");
		return command_report_error(&error);
	}
	output_catch_signals();
	struct plan_session session;
	const char *name = positionals.count ? positionals.items[0] : NULL;
	if (!plan_session_open(&session, name, &values.common, &error)) {
		status = command_report_error(&error);
	} else if (session.plan.service_count == 0) {
		(void)fprintf(stderr, "Nothing is open to too many: no change is needed.\n");
		tell_list("Left open: ", &session.plan.left);
		tell_list("Mind: ", &session.plan.warnings);
	} else {
		tell(&session.plan);
		status = write_script(&values, &session.plan);
	}
	plan_session_close(&session);
	return status;
}

const struct command plan_command = {
	.name = "plan",
	.arguments = "[RESULT | TARGET]",
	.about = "Close what the firewall lets in from too many, by a script with undo",
	.description =
		"The smallest change that closes each exposure, in the dialect that the host uses: "
		"one chain (or table) \"ringfence\" that\n"
		"is asked before all others and only takes away. Trusted networks keep SSH, the "
		"GUI, the manager port, databases and ping;\n"
		"those, phones and trunks keep SIP and IAX2; media of calls stays open, and what "
		"the settings declare or waive.\n"
		"A RESULT holds no rules: they are read again from this host, or from --target. "
		"Without RESULT this host (or the\n"
		"folder TARGET) is audited first.\n"
		"Before anything is written, the rules to come are evaluated: is each exposure "
		"closed, does each trusted network\n"
		"still pass, does nothing else change? Would the address that you are connected "
		"from (SSH_CONNECTION, utmp) or a\n"
		"network of --keep lose SSH, no plan is written and the exit code is 2; where "
		"rules or sockets cannot be read it is 3.\n"
		"Nothing is changed by this command: the script does that, when you run it.",
	.examples = "sudo ringfence plan --trusted 192.0.2.0/24 -o plan.sh\tfor this host; then: "
		    "sh plan.sh\n"
		    "ringfence plan /mnt/image --trusted 192.0.2.0/24 --phones 198.51.100.0/24\ta "
		    "host by its files and probes\n"
		    "ringfence plan result.json --keep 203.0.113.7/32\tfrom a saved result\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run_plan,
};
