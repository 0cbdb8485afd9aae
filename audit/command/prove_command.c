/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence prove`: the rules of before and after a plan, shown with real packets in network
 * namespaces of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/replace_file.h"
#include "audit/command/commands.h"
#include "audit/command/output.h"
#include "audit/command/plan_session.h"
#include "audit/command/proof.h"
#include "reports/plan_script.h"

struct prove_values {
	struct plan_options common;
	const char *output;
	bool json;
};

static const struct option_row rows[] = {
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "where before.pcap, after.pcap, proof.json and plan.sh go (default "
			"ringfence-proof)",
		.offset = offsetof(struct prove_values, output),
		.completion = COMPLETE_FOLDER,
	},
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "the table as JSON, for programs",
		.offset = offsetof(struct prove_values, json),
	},
	PLAN_OPTION_ROWS,
};

/* The capture is written beside its place and renamed when it is whole. */
static bool show(const struct plan_session *session, struct proof *proof, enum proof_moment moment,
		 int folder, const char *name, struct error *error)
{
	char draft[64];
	(void)snprintf(draft, sizeof(draft), ".%s.%ld", name, (long)getpid());
	int capture =
		openat(folder, draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (capture < 0)
		return error_set_at(error, ERROR_WRITE, name, 0, "cannot be written: %s",
				    error_errno_text(errno));
	bool done = proof_show(session, proof, moment, capture, error);
	if (done && (fsync(capture) != 0 || renameat(folder, draft, folder, name) != 0))
		done = error_set_at(error, ERROR_WRITE, name, 0, "cannot be written: %s",
				    error_errno_text(errno));
	if (!done)
		(void)unlinkat(folder, draft, 0);
	(void)close(capture);
	return done;
}

static bool write_files(const struct plan_session *session, const struct proof *proof, int folder,
			const char *path, struct error *error)
{
	BUFFER_AUTO json = { 0 };
	BUFFER_AUTO script = { 0 };
	proof_write_json(session, proof, &json);
	if (session->plan.service_count)
		plan_script_write(&session->plan, &script);
	if (buffer_failed(&json) || buffer_failed(&script))
		return error_memory(error);
	return replace_file(folder, "proof.json", path, buffer_slice(&json), error) &&
	       (script.size == 0 ||
		replace_file(folder, "plan.sh", path, buffer_slice(&script), error));
}

static bool prove(const struct plan_session *session, struct proof *proof, const char *path,
		  struct error *error)
{
	int folder = output_open_folder(path, error);
	bool done = folder >= 0 && proof_prepare(session, proof, error) &&
		    show(session, proof, PROOF_BEFORE, folder, "before.pcap", error) &&
		    show(session, proof, PROOF_AFTER, folder, "after.pcap", error) &&
		    write_files(session, proof, folder, path, error);
	if (folder >= 0)
		(void)close(folder);
	return done;
}

static int tell(const struct prove_values *values, const struct plan_session *session,
		const struct proof *proof, const char *path)
{
	BUFFER_AUTO out = { 0 };
	size_t wrong = proof_disagreements(proof);
	if (values->json)
		proof_write_json(session, proof, &out);
	else
		proof_write_text(proof, &out);
	int status = command_print(&out);
	(void)fprintf(stderr, "%zu packets each, before and after, in %s\n", proof->count, path);
	if (session->plan.service_count == 0)
		(void)fprintf(stderr, "Nothing is open to too many: after is as before.\n");
	if (wrong == 0) {
		(void)fprintf(stderr, "The kernel did what was predicted of every one.\n");
		return status;
	}
	(void)fprintf(
		stderr,
		"WRONG: the kernel did something else than predicted with %zu of them, marked "
		"NOT. Do not rely on this plan, and please report it.\n",
		wrong);
	return status ? status : 1;
}

static int run_prove(const struct command *command, int argument_count, char **arguments)
{
	struct prove_values values = { .output = NULL };
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, &values, &positionals, &status))
		return status;
	struct error error;
	if (positionals.count > 1) {
		error_set(&error, ERROR_USAGE, "prove wants one RESULT or TARGET");
		return command_report_error(&error);
	}
	if (geteuid() != 0) {
		error_set(&error, ERROR_READ,
			  "prove needs root: it loads rules into network "
			  "namespaces of its own");
		error_advise(&error, "sudo ringfence prove; nothing of this machine is changed");
		return command_report_error(&error);
	}
	output_catch_signals();
	const char *path = values.output ? values.output : "ringfence-proof";
	const char *name = positionals.count ? positionals.items[0] : NULL;
	struct plan_session session;
	struct proof proof;
	if (plan_session_open(&session, name, &values.common, &error) &&
	    prove(&session, &proof, path, &error))
		status = tell(&values, &session, &proof, path);
	else
		status = command_report_error(&error);
	plan_session_close(&session);
	return status;
}

const struct command prove_command = {
	.name = "prove",
	.arguments = "[RESULT | TARGET]",
	.about = "Show a plan's firewall before and after with real packets, in a namespace",
	.description =
		"Makes the plan that `ringfence plan` makes (same arguments), loads the rules of "
		"before and of after into fresh network\n"
		"namespaces that are joined by a veth, and sends real packets to every service: "
		"SIP REGISTER over UDP and TCP, TCP SYN,\n"
		"echo requests and traceroute probes, from trusted networks, the addresses beside "
		"them, and strangers, by IPv4 and IPv6.\n"
		"A packet has passed when a real socket got it, or the kernel answered as it does "
		"for one; an ICMP error or reset is a\n"
		"rejection. What went over the wire is in before.pcap and after.pcap, for "
		"Wireshark and tcpdump.\n"
		"Each outcome is held against what the evaluator predicted: one that differs is "
		"marked NOT, and the exit code is 1.\n"
		"Nothing of this machine is touched. Needs root (exit code 3 without), ip(8), and "
		"the programs that load the rules.",
	.examples = "sudo ringfence prove --trusted 192.0.2.0/24 -o proof/\tthis host's rules, and "
		    "the plan for them\n"
		    "sudo ringfence prove /mnt/image --trusted 192.0.2.0/24\tof a host by its "
		    "files and probes\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run_prove,
};
