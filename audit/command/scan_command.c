/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence scan`: a host from outside.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/base/arena.h"
#include "audit/command/commands.h"
#include "audit/command/progress.h"
#include "audit/command/saved_scan.h"
#include "audit/scan/connect_scan.h"
#include "audit/scan/scan_privileges.h"
#include "audit/scan/scan_resume.h"
#include "audit/scan/scan_route.h"
#include "audit/scan/scan_target.h"
#include "audit/scan/scan_write.h"
#include "audit/scan/scan_write_nmap.h"
#include "audit/scan/service_identify.h"
#include "audit/scan/sip_outside.h"
#include "audit/scan/syn_scan.h"
#include "audit/scan/udp_payload.h"
#include "audit/scan/udp_scan.h"

#define SCAN_MEMORY_BYTES ((size_t)256 * 1024 * 1024)

struct scan_command_options {
	bool json;
	bool ipv6;
	bool no_progress;
	bool no_services;
	bool may_test;
	bool connect;
	const char *ports;
	const char *udp_ports;
	const char *format;
	const char *from;
	const char *resume;
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
		.name = "udp",
		.kind = OPTION_TEXT,
		.argument = "PORTS",
		.help = "UDP ports; pbx for those of telephony and what stands beside it (default "
			"without -p)",
		.offset = offsetof(struct scan_command_options, udp_ports),
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
		.name = "connect",
		.kind = OPTION_FLAG,
		.help = "connect to ports instead of half-opening them, as is done without root",
		.offset = offsetof(struct scan_command_options, connect),
	},
	{
		.name = "no-services",
		.kind = OPTION_FLAG,
		.help = "do not talk to what is open",
		.offset = offsetof(struct scan_command_options, no_services),
	},
	{
		.name = "i-may-test",
		.kind = OPTION_FLAG,
		.help = "the hosts are mine: ask their SIP servers what strangers may do",
		.offset = offsetof(struct scan_command_options, may_test),
	},
	{
		.name = "resume",
		.kind = OPTION_TEXT,
		.argument = "FILE",
		.help = "go on with a scan that was stopped: what its --json printed; hosts and "
			"ports are as they were",
		.offset = offsetof(struct scan_command_options, resume),
		.completion = COMPLETE_FILE,
	},
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON, for programs",
		.offset = offsetof(struct scan_command_options, json),
	},
	{
		.name = "format",
		.letter = 'f',
		.kind = OPTION_TEXT,
		.argument = "FORMAT",
		.help = "text, json, or nmap for its XML (default text)",
		.offset = offsetof(struct scan_command_options, format),
		.completion = COMPLETE_CHOICES,
		.choices = "text,json,nmap",
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
	uint64_t silent = run->result.silent;
	if (!scan_result_add(&run->result, protocol, host, ports))
		return false;
	/* Of those that were being asked when the user stopped, silence says nothing. */
	if (stop_wanted)
		run->result.silent = silent;
	else
		run->result.decided[protocol]++;
	return true;
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

static bool read_targets(struct scan_run *run, struct arena *arena, struct error *error)
{
	struct scan_result *result = &run->result;
	for (size_t i = 0; i < result->target_count; i++)
		if (!scan_targets_add(&run->targets, slice_of(result->targets[i]),
				      result->names_mean_ipv6 ? SCAN_FAMILY_IPV6 : SCAN_FAMILY_ANY,
				      arena, error))
			return false;
	scan_targets_finish(&run->targets);
	return run->targets.total <= SCAN_ADDRESSES_MAX ||
	       error_set(error, ERROR_USAGE, "that is more than %u addresses",
			 (unsigned int)SCAN_ADDRESSES_MAX);
}

static bool read_source(struct scan_run *run, struct error *error)
{
	const char *from = run->options.from;
	if (!from || (address_parse(slice_of(from), &run->from) && scan_route_is_ours(run->from)))
		return true;
	error_set(error, ERROR_USAGE, "\"%s\" is no address of this host", from);
	error_advise(error, "answers to another address would not arrive here");
	return false;
}

static bool read_new(struct scan_run *run, const struct option_positionals *positionals,
		     struct arena *arena, struct error *error)
{
	const char *tcp = run->options.ports, *udp = run->options.udp_ports;
	if (positionals->count == 0) {
		error_set(error, ERROR_USAGE, "which host?");
		error_advise(error, "`ringfence scan HOST`: a name, an address, a network");
		return false;
	}
	run->result.targets = positionals->items;
	run->result.target_count = positionals->count;
	run->result.names_mean_ipv6 = run->options.ipv6;
	if (!tcp && !udp) {
		tcp = "-";
		udp = "pbx";
	}
	if (udp && strcmp(udp, "pbx") == 0)
		udp = UDP_PAYLOAD_PORTS;
	return read_targets(run, arena, error) &&
	       (!tcp || scan_ports_parse(slice_of(tcp), arena, &run->result.tcp, error)) &&
	       (!udp || scan_ports_parse(slice_of(udp), arena, &run->result.udp, error));
}

/* The hosts and ports of a scan that was stopped. */
static bool read_stopped(struct scan_run *run, const struct option_positionals *positionals,
			 struct arena *arena, struct error *error)
{
	const char *path = run->options.resume;
	if (positionals->count > 0 || run->options.ports || run->options.udp_ports) {
		error_set(error, ERROR_USAGE, "--resume has its hosts and ports from its file");
		error_advise(error, "name either a file to go on with, or hosts");
		return false;
	}
	const struct scan_result *stopped = saved_scan_load(path, arena, error);
	if (!stopped)
		return false;
	if (stopped->is_complete || stopped->target_count == 0) {
		error_set_at(error, ERROR_INPUT, path, 0,
			     stopped->is_complete ? "this scan came to its end"
						  : "this scan does not say what it was to scan");
		error_advise(error, "scan anew");
		return false;
	}
	run->result = *stopped;
	return read_targets(run, arena, error) && scan_resume(&run->result, &run->targets, error);
}

static bool read_arguments(struct scan_run *run, const struct option_positionals *positionals,
			   struct arena *arena, struct error *error)
{
	return read_source(run, error) &&
	       (run->options.resume ? read_stopped(run, positionals, arena, error)
				    : read_new(run, positionals, arena, error));
}

static struct syn_scan_options scan_options(struct scan_run *run, enum scan_protocol protocol,
					    const struct scan_ports *ports)
{
	return (struct syn_scan_options){
		.targets = &run->targets,
		.skip = run->result.decided[protocol],
		.ports = ports,
		.rate = run->options.rate,
		.from = run->from,
		.watch = { .context = run,
			   .host = take_host,
			   .progress = tell_progress,
			   .is_stopped = is_stopped },
	};
}

static bool scan_tcp(struct scan_run *run, struct error *error)
{
	const struct syn_scan_options options = scan_options(run, SCAN_TCP, &run->result.tcp);
	bool is_root = scan_privileges_are_there();
	if (run->result.tcp.count == 0 || options.skip == run->targets.total)
		return scan_privileges_drop(error);
	if (run->options.connect || !is_root) {
		run->result.method = "connect";
		(void)fprintf(stderr,
			      "%sconnecting to each port: services log it, it takes longer, and of "
			      "refusals by firewalls less is known\n",
			      is_root ? "" : "not root: ");
		return scan_privileges_drop(error) && connect_scan_run(&options, error);
	}
	run->result.method = "syn";
	struct syn_scan *scan = syn_scan_open(&options, error);
	if (!scan)
		return false;
	bool is_done = scan_privileges_drop(error) && syn_scan_run(scan, error);
	syn_scan_close(scan);
	return is_done;
}

/* Privileges are gone when the first stranger is spoken to. */
static bool scan_all(struct scan_run *run, struct error *error)
{
	if (!scan_tcp(run, error))
		return false;
	const struct syn_scan_options options = scan_options(run, SCAN_UDP, &run->result.udp);
	if (run->result.udp.count > 0 && stop_wanted == 0 && !udp_scan_run(&options, error))
		return false;
	const struct service_identify_options identify = { .may_test = run->options.may_test,
							   .is_stopped = is_stopped };
	progress_step(&run->progress, "asking what is open");
	return run->options.no_services || stop_wanted != 0 ||
	       service_identify(&run->result, &identify, error);
}

static void announce_tests(void)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, "what will be sent beyond the scan:\n");
	sip_outside_list(&text);
	(void)fputs(buffer_string(&text), stderr);
}

static bool write_result(const struct scan_run *run, const char *command_line, struct buffer *out,
			 struct error *error)
{
	struct slice format = slice_of(run->options.format ? run->options.format : "text");
	if (slice_is(format, "nmap"))
		return scan_write_nmap(&run->result, command_line, out, error);
	if (run->options.json || slice_is(format, "json"))
		scan_write_json(&run->result, out);
	else
		scan_write_text(&run->result, out);
	return true;
}

static int run(const struct command *command, int argument_count, char **arguments)
{
	struct scan_run run = { .result = { .is_complete = true, .method = "connect" } };
	struct option_positionals positionals;
	int status;
	/* Before the options are taken out of their order. */
	BUFFER_AUTO line = { 0 };
	buffer_append_string(&line, "ringfence scan");
	for (int i = 0; i < argument_count; i++)
		buffer_format(&line, " %s", arguments[i]);
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
	if (run.options.may_test)
		announce_tests();
	bool is_done = scan_all(&run, &error);
	progress_end(&run.progress);
	if (!is_done)
		return command_report_error(&error);
	run.result.is_complete = stop_wanted == 0;
	run.result.seconds = (double)(progress_clock_ms() - begun_ms) / 1000;
	BUFFER_AUTO out = { 0 };
	if (!write_result(&run, buffer_string(&line), &out, &error))
		return command_report_error(&error);
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
		"the first and last of a network. Without root, ports are connected to. UDP ports "
		"are asked in the language of their service; what stays silent is open|filtered, "
		"also where the host told of other closed ports and its limit for such messages "
		"kept it from telling of this one. What is open is then asked what it is, without "
		"any account. --i-may-test sends requests that only the owner of a host may send; "
		"they are listed first. Ctrl-C prints what is known; hosts that were decided stay "
		"so "
		"with --resume.",
	.examples =
		"ringfence scan pbx.example\tall TCP ports of a host, and what may be open of UDP\n"
		"ringfence scan -p 22,80,443,5060-5061 192.0.2.0/24\tsome ports of a network\n"
		"ringfence scan --resume scan.json\tgo on with what was stopped\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
