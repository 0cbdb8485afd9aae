/* SPDX-License-Identifier: Apache-2.0
 *
 * Versions of the system below: OpenSSH, the distribution, and whether updates are in force.
 */
#include <netinet/in.h>

#include "audit/advisory/advisory_table.h"
#include "audit/advisory/version_compare.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"
#include "audit/sshd/sshd_model.h"
#include "checks/check.h"
#include "checks/exposure_of.h"
#include "checks/remedy.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"
#include "checks/version_judge.h"

/* fail2ban learnt IPv6 with 0.10. */
#define FAIL2BAN_WITH_IPV6 SLICE("0.10")

static bool packages_are_known(const struct model *model, struct verdict *verdict)
{
	if (model->host->packages_state == FACT_PRESENT)
		return true;
	if (model->host->packages_state == FACT_UNREADABLE && model->host->packages_unread)
		verdict_unknown(verdict, model->host->packages_unread);
	else
		verdict_unknown_because(verdict, "installed packages",
					"neither dpkg's list nor that of rpm was found",
					"save probes/packages");
	return false;
}

static const char *package_text(struct verdict *verdict, const struct system_package *package)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, package->name);
	buffer_append_byte(&text, ' ');
	buffer_append_slice(&text, package->version);
	return verdict_text(verdict, buffer_slice(&text));
}

static void evaluate_ssh(const struct check *check, const struct model *model,
			 struct verdict *verdict)
{
	(void)check;
	if (!packages_are_known(model, verdict))
		return;
	const struct system_package *package = system_find_package(model->host, "openssh-server");
	if (!package) {
		verdict_not_applicable(verdict, "the package openssh-server is not installed");
		return;
	}
	struct version_subject subject = version_of_package(verdict, model, package, "openssh");
	version_judge_holes(verdict, model, &subject, package_text(verdict, package),
			    package->origin, exposure_of_process(model, "sshd", IPPROTO_TCP, 22),
			    NULL);
	version_note_age(verdict, model);
}

static void remedy_ssh(const struct check *check, const struct model *model,
		       const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	bool is_debian = model->host->family == SYSTEM_DEBIAN;
	system_remedy_package(remedy, model, "openssh-server");
	remedy_command(remedy, "sshd -t");
	system_remedy_restart(remedy, model, is_debian ? "ssh.service" : "sshd.service");
}

static const struct end_of_life *system_end(const struct model *model, struct verdict *verdict)
{
	struct slice version = model->host->os_version;
	const struct end_of_life *end =
		advisory_end_of_life(model->advisories, model->host->os_id, version);
	if (end)
		return end;
	/* "8.10" is a state of 8. */
	(void)verdict;
	return advisory_end_of_life(model->advisories, model->host->os_id,
				    slice_part(version, 0, slice_find_byte(version, '.')));
}

static void judge_system_end(const struct model *model, struct verdict *verdict)
{
	const struct system_model *host = model->host;
	const struct end_of_life *end = system_end(model, verdict);
	const char *name = host->os_name.state == FACT_PRESENT
				   ? verdict_text(verdict, host->os_name.value)
				   : "the system";
	if (!end)
		verdict_unknown_because(verdict, name,
					"the table does not know how long it gets fixes",
					"give a table with --advisories that does");
	else if (model->site->now >= end->after)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, host->os_name.origin, name,
			     "has had no security fixes since %s",
			     end->date.size ? verdict_text(verdict, end->date) : "long ago");
	else
		verdict_pass(verdict, host->os_name.origin, name, "gets security fixes until %s",
			     verdict_text(verdict, end->date));
}

static void judge_fail2ban(const struct model *model, struct verdict *verdict)
{
	const struct system_package *package = system_find_package(model->host, "fail2ban");
	if (!package)
		package = system_find_package(model->host, "fail2ban-server");
	if (package &&
	    version_compare_rpm(version_upstream_part(package->version), FAIL2BAN_WITH_IPV6) < 0)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, package->origin,
			     package_text(verdict, package), "it bans IPv4 addresses only");
}

static void judge_sudo(const struct model *model, struct verdict *verdict)
{
	const struct system_package *package = system_find_package(model->host, "sudo");
	if (!package)
		return;
	struct version_subject subject = version_of_package(verdict, model, package, "sudo");
	version_judge_holes(verdict, model, &subject, package_text(verdict, package),
			    package->origin, EXPOSURE_NOT_APPLICABLE, NULL);
}

/* What installs security updates by itself. */
static void judge_automatic_updates(const struct model *model, struct verdict *verdict)
{
	static const char *const names[] = { "unattended-upgrades", "dnf-automatic", "yum-cron" };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct system_package *package = system_find_package(model->host, names[i]);
		if (!package)
			continue;
		verdict_pass(verdict, package->origin, names[i], "is installed");
		return;
	}
	if (model->site->level == SITE_STRICT)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, "automatic updates",
			     "nothing that installs security updates by itself is there");
}

static void evaluate_system(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	judge_system_end(model, verdict);
	if (!packages_are_known(model, verdict))
		return;
	judge_fail2ban(model, verdict);
	judge_sudo(model, verdict);
	judge_automatic_updates(model, verdict);
	if (verdict->fail_count)
		verdict_advice(verdict,
			       "A system past its end must be replaced: plan the move, and "
			       "let as few networks as possible reach it until then.");
}

static void remedy_system(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	const struct end_of_life *end = system_end(model, NULL);
	(void)check;
	(void)verdict;
	/* No command mends a system past its end. */
	if (end && model->site->now >= end->after)
		return;
	bool is_debian = model->host->family == SYSTEM_DEBIAN;
	remedy_command(remedy,
		       is_debian ? "apt-get update && apt-get upgrade" : "yum update --security");
	if (is_debian)
		remedy_command(remedy, "apt-get install unattended-upgrades");
	remedy_verify(remedy, is_debian ? "apt list --upgradable" : "yum check-update");
}

static const struct system_process *find_pid(const struct system_model *host, uint32_t pid)
{
	for (size_t i = 0; i < host->process_count; i++)
		if (host->processes[i].pid == pid)
			return &host->processes[i];
	return NULL;
}

static bool is_listening(const struct model *model, uint32_t pid)
{
	for (size_t i = 0; model->sockets && i < model->sockets->count; i++)
		if (model->sockets->sockets[i].pid == pid)
			return true;
	return false;
}

/* One line for a process, however many of its files are gone. */
static void judge_stale_processes(const struct model *model, struct verdict *verdict)
{
	const struct system_model *host = model->host;
	size_t listening = 0;
	for (size_t i = 0; i < host->stale_count;) {
		const struct system_stale *first = &host->stale[i];
		size_t files = 0;
		while (i < host->stale_count && host->stale[i].pid == first->pid) {
			files++;
			i++;
		}
		const struct system_process *process = find_pid(host, first->pid);
		if (!is_listening(model, first->pid))
			continue;
		listening++;
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, first->origin,
			     process ? verdict_text(verdict, process->name) : "a process",
			     "still runs %s%s, which an update replaced: restart it",
			     verdict_text(verdict, first->path), files > 1 ? " and others" : "");
	}
	if (!listening)
		verdict_pass(verdict, ORIGIN_NONE, "services",
			     "none that listens runs a program or library that was replaced");
}

/* "linux-image-6.1.0-18-amd64": the name has the release. "kernel 4.18.0-553.el8": the version. */
static struct slice kernel_release_of(const struct system_package *package)
{
	static const char prefix[] = "linux-image-";
	struct slice name = package->name;
	if (slice_starts_with(name, prefix) && name.size > sizeof(prefix) &&
	    byte_is_digit((unsigned char)name.data[sizeof(prefix) - 1]))
		return slice_from(name, sizeof(prefix) - 1);
	if (slice_is(name, "kernel") || slice_is(name, "kernel-core"))
		return package->version;
	return SLICE("");
}

static void judge_kernel(const struct model *model, struct verdict *verdict)
{
	const struct system_model *host = model->host;
	struct slice running = host->kernel_release.value;
	const struct system_package *newest = NULL;
	bool is_own = false;
	if (host->kernel_release.state != FACT_PRESENT || host->packages_state != FACT_PRESENT ||
	    (host->is_container.state == FACT_PRESENT && host->is_container.value))
		return;
	for (size_t i = 0; i < host->package_count; i++) {
		const struct system_package *package = &host->packages[i];
		struct slice release = kernel_release_of(package);
		if (!release.size)
			continue;
		/* uname adds the architecture to what rpm calls the version. */
		is_own = is_own || slice_equal(slice_part(running, 0, release.size), release);
		if (!newest || version_compare_rpm(release, kernel_release_of(newest)) > 0)
			newest = package;
	}
	/* A kernel that no package brought (a virtual server's host) is not ours to compare. */
	if (!newest || !is_own)
		return;
	struct slice release = kernel_release_of(newest);
	if (slice_equal(slice_part(running, 0, release.size), release))
		verdict_pass(verdict, newest->origin, "kernel", "the newest installed one runs");
	else
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, newest->origin, "kernel",
			     "%s is installed, and %s runs: restart the host",
			     verdict_text(verdict, release), verdict_text(verdict, running));
}

static void evaluate_in_force(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	const struct system_model *host = model->host;
	if (host->stale_state == FACT_UNREADABLE)
		verdict_unknown(verdict, host->stale_unread);
	else if (host->stale_state == FACT_PRESENT)
		judge_stale_processes(model, verdict);
	judge_kernel(model, verdict);
	if (!verdict->count)
		verdict_unknown_because(verdict, "running programs", "what they run was not asked",
					"audit the running host, or save probes/deleted-files");
}

static void remedy_in_force(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	for (size_t i = 0; i < verdict->count; i++) {
		const struct evidence *item = &verdict->evidence[i];
		if (item->role != EVIDENCE_FAILS)
			continue;
		struct slice name = slice_of(item->subject);
		if (slice_is(name, "kernel"))
			remedy_command(remedy,
				       "# restart the host in a maintenance window: reboot");
		else if (slice_is(name, "asterisk"))
			remedy_command(remedy, "asterisk -rx 'core restart gracefully'");
		else if (slice_is(name, "sshd"))
			system_remedy_restart(remedy, model,
					      model->host->family == SYSTEM_DEBIAN
						      ? "ssh.service"
						      : "sshd.service");
		else if (system_find_unit(model->host, item->subject))
			system_remedy_restart(remedy, model, item->subject);
	}
	remedy_verify(remedy, "grep -ls ' (deleted)$' /proc/[0-9]*/maps");
}

static const struct check rows[] = {
	{
		.id = "VER-004",
		.title = "OpenSSH has no remote hole",
		.why = "sshd runs as root and answers strangers before they log in.",
		.evaluates = "The package openssh-server against the table of holes, by the "
			     "distribution's own fixed versions; without a line for it, unknown.",
		.likelihood = 5,
		.impact = 10,
		.references = { "OpenSSH security page", "CVE-2024-6387", "CVE-2023-48795" },
		.evaluate = evaluate_ssh,
		.remedy = remedy_ssh,
	},
	{
		.id = "VER-005",
		.title = "The system gets security updates",
		.why = "After its end every new hole of a system stays open.",
		.evaluates = "ID and VERSION_ID of os-release against the table's ends of life; "
			     "fail2ban 0.10 or later; sudo's CVE-2021-3156; at strict a package "
			     "that installs updates by itself.",
		.likelihood = 6,
		.impact = 8,
		.references = { "CIS 1.2.2.1", "CVE-2021-3156" },
		.evaluate = evaluate_system,
		.remedy = remedy_system,
	},
	{
		.id = "VER-006",
		.title = "Updates are in force",
		.why = "A service goes on with the old library until it is restarted, and a host "
		       "with the old kernel until it is.",
		.evaluates = "Programs and libraries below /usr, /lib, /bin, /sbin and /opt that a "
			     "listening process has mapped although they were deleted; the newest "
			     "installed kernel package against the running release.",
		.likelihood = 4,
		.impact = 7,
		.references = { "needrestart(1)", "proc(5)" },
		.evaluate = evaluate_in_force,
		.remedy = remedy_in_force,
	},
};

CHECK_LIST(version_system_checks, rows);
