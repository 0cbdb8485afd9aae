/* SPDX-License-Identifier: Apache-2.0
 *
 * A host made of a few literal files, for checks of SSH and accounts: the models are those that an
 * audit would build from them. For tests only.
 */
#ifndef RINGFENCE_TESTS_SSH_HOST_H
#define RINGFENCE_TESTS_SSH_HOST_H

#include "audit/kernel/system_model.h"
#include "audit/login/login_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/model/sshd_build.h"
#include "audit/sshd/sshd_model.h"
#include "checks/catalogue.h"
#include "checks/remedy.h"
#include "checks/ssh_access.h"
#include "checks/verdict.h"
#include "tests/literal_loader.h"

struct ssh_host {
	struct literal_loader files;
	struct site site;
	struct prefix trusted[2];
	struct model model;
	struct verdict verdict;
	struct remedy remedy;
};

#define SSH_HOST_NOW 1700000000

/* Debian 12 with root, alice (a person) and asterisk (no shell); nothing of sshd yet. */
UNUSED static void ssh_host_init(struct ssh_host *host)
{
	memset(host, 0, sizeof(*host));
	literal_loader_init(&host->files);
	literal_loader_add(&host->files, "/etc/os-release",
			   "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
	literal_loader_add(&host->files, "/etc/passwd",
			   "root:x:0:0:root:/root:/bin/bash\n"
			   "alice:x:1000:1000::/home/alice:/bin/bash\n"
			   "asterisk:x:990:990::/var/lib/asterisk:/usr/sbin/nologin\n");
	literal_loader_add(&host->files, "/etc/shadow",
			   "root:$6$salt$hash:19000:0:99999:7:::\n"
			   "alice:$6$salt$hash:19000:0:99999:7:::\n"
			   "asterisk:!:19000:0:99999:7:::\n");
	literal_loader_add(&host->files, "/etc/group",
			   "root:x:0:\nalice:x:1000:\nwheel:x:10:alice\nasterisk:x:990:\n");
	host->site.now = SSH_HOST_NOW;
	host->site.trusted = host->trusted;
}

/* Adds sshd of VERSION ("OpenSSH_9.2p1 Debian-2+deb12u10") with CONFIG. */
UNUSED static void ssh_host_sshd(struct ssh_host *host, const char *version, const char *config)
{
	literal_loader_add(&host->files, "/usr/sbin/sshd", "");
	literal_loader_add(&host->files, "sshd-version", version);
	literal_loader_add(&host->files, "/etc/ssh/sshd_config", config);
}

UNUSED static void ssh_host_trust(struct ssh_host *host, const char *prefix)
{
	assert_true(prefix_parse(slice_of(prefix), &host->trusted[host->site.trusted_count++]));
}

/* Builds the models, once all files are there. */
UNUSED static void ssh_host_build(struct ssh_host *host)
{
	struct system_model *system = system_model_load(&host->files.loader, SSH_HOST_NOW);
	assert_non_null(system);
	host->model = (struct model){
		.site = &host->site,
		.host = system,
		.sshd = sshd_build(&host->files.loader, system),
		.login = login_model_load(&host->files.loader),
	};
	assert_non_null(host->model.sshd);
	assert_non_null(host->model.login);
}

/* Runs the check, and its remedy when it failed. */
UNUSED static enum finding_status ssh_host_judge(struct ssh_host *host, const char *id)
{
	const struct check *check = catalogue_find(slice_of(id));
	assert_non_null(check);
	host->verdict = (struct verdict){ .arena = host->files.loader.arena };
	host->remedy = (struct remedy){ .arena = host->files.loader.arena };
	check->evaluate(check, &host->model, &host->verdict);
	assert_false(host->verdict.memory_failed);
	enum finding_status status = verdict_status(&host->verdict);
	if (status == STATUS_FAIL && check->remedy)
		check->remedy(check, &host->model, &host->verdict, &host->remedy);
	assert_false(host->remedy.memory_failed);
	return status;
}

UNUSED static void ssh_host_done(struct ssh_host *host)
{
	literal_loader_done(&host->files);
}

#define DEBIAN_12 "OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19\n"
#define CENTOS_6 "OpenSSH_5.3p1, OpenSSL 1.0.1e-fips 11 Feb 2013\n"

/* What check ID says of a host whose sshd of VERSION has CONFIG. */
UNUSED static enum finding_status ssh_judge_version(const char *version, const char *id,
						    const char *config)
{
	struct ssh_host host;
	ssh_host_init(&host);
	ssh_host_sshd(&host, version, config);
	ssh_host_build(&host);
	enum finding_status status = ssh_host_judge(&host, id);
	ssh_host_done(&host);
	return status;
}

UNUSED static enum finding_status ssh_judge(const char *id, const char *config)
{
	return ssh_judge_version(DEBIAN_12, id, config);
}

/* Does a command of the last remedy hold TEXT? */
UNUSED static bool ssh_host_commands_hold(const struct ssh_host *host, const char *text)
{
	for (size_t i = 0; i < host->remedy.commands.count; i++)
		if (strstr(host->remedy.commands.items[i], text))
			return true;
	return false;
}

/* Does a line of evidence of the last verdict hold TEXT? */
UNUSED static bool ssh_host_evidence_holds(const struct ssh_host *host, const char *text)
{
	for (size_t i = 0; i < host->verdict.count; i++)
		if (strstr(host->verdict.evidence[i].text, text))
			return true;
	return false;
}

#endif
