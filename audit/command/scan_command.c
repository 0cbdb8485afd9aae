/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence scan`: a host from outside.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/base/arena.h"
#include "audit/command/commands.h"
#include "audit/command/progress.h"
#include "audit/scan/scan_privileges.h"
#include "audit/scan/scan_route.h"
#include "audit/scan/scan_target.h"
#include "audit/scan/scan_write.h"
#include "audit/scan/syn_scan.h"

#define SCAN_MEMORY_BYTES ((size_t)256 * 1024 * 1024)

struct scan_command_options {
	bool json;
	bool ipv6;
	bool no_progress;
	const char *ports;
	const char *from;
	unsigned int rate;
};

static const struct option_row rows[] = {
	{
		.name = "ports",
		.letter = 'p',
		.kind = OPTION_TEXT,
		.argument = "PORTS",
		.help = "TCP ports, as 22,80,5060-5080; - for all (default)",
		.offset = offsetof(struct scan_command_options, ports),
	},
	{
		.name = "rate",
		.kind = OPTION_NUMBER,
		.argument = "PPS",
		.help = "never more packets a second than this (default: as the path allows; "
			"20000 beyond a router)",
		.offset = offsetof(struct scan_command_options, rate),
	},
	{
		.name = "from",
		.kind = OPTION_TEXT,
		.argument = "ADDRESS",
		.help = "send from this address of this host",
		.offset = offsetof(struct scan_command_options, from),
	},
	{
		.name = NULL,
		.letter = '6',
		.kind = OPTION_FLAG,
		.help = "names mean their IPv6 addresses",
		.offset = offsetof(struct scan_command_options, ipv6),
	},
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON, for programs",
		.offset = offsetof(struct scan_command_options, json),
	},
	{
		.name = "no-progress",
		.kind = OPTION_FLAG,
		.help = "no line of progress on a terminal",
		.offset = offsetof(struct scan_command_options, no_progress),
	},
};

/* A handler of signals reaches nothing else. */
static volatile sig_atomic_t stop_wanted;

static void note_stop(int number)
{
	(void)number;
	/* The second time, as usual. */
	if (stop_wanted)
		_Exit(130);
	stop_wanted = 1;
}

struct scan_run {
	struct scan_command_options options;
	struct scan_targets targets;
	struct address from;
	struct scan_result result;
	struct progress progress;
};

static bool is_stopped(void *context)
{
	(void)context;
	return stop_wanted != 0;
}

static bool take_host(void *context, enum scan_protocol protocol, const struct scan_host *host,
		      const struct scan_ports *ports)
{
	struct scan_run *run = context;
	return scan_result_add(&run->result, protocol, host, ports);
}

static void tell_progress(void *context, const struct scan_progress *progress)
{
	struct scan_run *run = context;
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%.0f %%, %.0f packets a second, %llu open",
		      progress->done > 1 ? 100 : progress->done * 100, progress->rate,
		      (unsigned long long)progress->ports_open);
	if (progress->seconds_left)
		buffer_format(&text, ", %llu s left", (unsigned long long)progress->seconds_left);
	if (progress->is_repeating)
		buffer_append_string(&text, ", asking again");
	progress_step(&run->progress, buffer_string(&text));
}

static bool read_arguments(struct scan_run *run, const struct option_positionals *positionals,
			   struct arena *arena, struct error *error)
{
	const struct scan_command_options *options = &run->options;
	if (positionals->count == 0) {
		error_set(error, ERROR_USAGE, "which host?");
		error_advise(error, "`ringfence scan HOST`: a name, an address, a network");
		return false;
	}
	for (size_t i = 0; i < positionals->count; i++)
		if (!scan_targets_add(&run->targets, slice_of(positionals->items[i]),
				      options->ipv6 ? SCAN_FAMILY_IPV6 : SCAN_FAMILY_ANY, arena,
				      error))
			return false;
	scan_targets_finish(&run->targets);
	if (run->targets.total > SCAN_ADDRESSES_MAX)
		return error_set(error, ERROR_USAGE, "that is more than %u addresses",
				 (unsigned int)SCAN_ADDRESSES_MAX);
	if (options->from && (!address_parse(slice_of(options->from), &run->from) ||
			      !scan_route_is_ours(run->from))) {
		error_set(error, ERROR_USAGE, "\"%s\" is no address of this host", options->from);
		error_advise(error, "answers to another address would not arrive here");
		return false;
	}
	const char *ports =
		!options->ports || strcmp(options->ports, "-") == 0 ? "1-65535" : options->ports;
	return scan_ports_parse(slice_of(ports), arena, &run->result.tcp, error);
}

static bool scan_tcp(struct scan_run *run, struct error *error)
{
	const struct syn_scan_options syn_options = {
		.targets = &run->targets,
		.ports = &run->result.tcp,
		.rate = run->options.rate,
		.from = run->from,
		.watch = { .context = run,
			   .host = take_host,
			   .progress = tell_progress,
			   .is_stopped = is_stopped },
	};
	run->result.method = "syn";
	struct syn_scan *scan = syn_scan_open(&syn_options, error);
	if (!scan)
		return false;
	bool is_done = scan_privileges_drop(error) && syn_scan_run(scan, error);
	syn_scan_close(scan);
	return is_done;
}

static int run(const struct command *command, int argument_count, char **arguments)
{
	struct scan_run run = { .result.is_complete = true };
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, &run.options, &positionals, &status))
		return status;
	struct error error;
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(SCAN_MEMORY_BYTES);
	if (!arena) {
		(void)error_memory(&error);
		return command_report_error(&error);
	}
	run.result.arena = arena;
	if (!read_arguments(&run, &positionals, arena, &error))
		return command_report_error(&error);
	const struct sigaction stop = { .sa_handler = note_stop };
	(void)sigaction(SIGINT, &stop, NULL);
	(void)sigaction(SIGTERM, &stop, NULL);
	run.result.started = (int64_t)time(NULL);
	run.result.asked = run.targets.total;
	int64_t begun_ms = progress_clock_ms();
	progress_begin(&run.progress, "scan", !run.options.no_progress);
	bool is_done = scan_tcp(&run, &error);
	progress_end(&run.progress);
	if (!is_done)
		return command_report_error(&error);
	run.result.is_complete = stop_wanted == 0;
	run.result.seconds = (double)(progress_clock_ms() - begun_ms) / 1000;
	BUFFER_AUTO out = { 0 };
	if (run.options.json)
		scan_write_json(&run.result, &out);
	else
		scan_write_text(&run.result, &out);
	status = command_print(&out);
	return status ? status : run.result.is_complete ? 0 : 3;
}

const struct command scan_command = {
	.name = "scan",
	.arguments = "HOST...",
	.about = "look from outside: ports, services, SIP",
	.description =
		"HOST is a name, an address, a range (192.0.2.1-9) or a network (192.0.2.0/24); "
		"scan only what is yours. Each TCP port is asked with a SYN until it answered, or "
		"until so many packets were lost that one more would tell nothing; the rate "
		"follows "
		"what the path carries. Root opens the sockets, then the scan goes on as the user "
		"of sudo or nobody. Nothing is sent to broadcast or multicast addresses, nor to "
		"the first and last of a network.",
	.examples = "ringfence scan pbx.example\tall TCP ports of a host\n"
		    "ringfence scan -p 22,80,443,5060-5061 192.0.2.0/24\tsome ports of a network\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
