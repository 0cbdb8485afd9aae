/* SPDX-License-Identifier: Apache-2.0
 *
 * As whom Asterisk runs, and who may command it through its control socket.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/base/attributes.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/pbx_account.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

static void evaluate_run_user(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	struct pbx_account run = pbx_account_of(model);
	if (run.state == FACT_UNREADABLE) {
		verdict_unknown_because(verdict, "the account that Asterisk runs as",
					"neither processes nor a start script tell it",
					"save the output of the probe `processes`");
		return;
	}
	if (run.state == FACT_ABSENT)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE,
			     model->host->pbx_unit.count > 0 ? model->host->pbx_unit.items[0].origin
							     : ORIGIN_NONE,
			     "asterisk", "nothing names an account, so it runs as root");
	else if (run.uid == 0)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, run.origin, "asterisk",
			     "runs as root, says %s", run.said_by);
	else
		verdict_pass(verdict, run.origin, "asterisk", "runs as %s, says %s",
			     run.account ? verdict_text(verdict, run.account->name)
					 : "an account that is not root",
			     run.said_by);
}

static void remedy_run_user(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	if (!system_find_account(model->host, SLICE("asterisk"))) {
		remedy_command(remedy, "useradd --system --home-dir /var/lib/asterisk --shell "
				       "/usr/sbin/nologin asterisk");
		remedy_undo(remedy, "userdel asterisk");
	}
	remedy_command(remedy, "cp -a /etc/asterisk/asterisk.conf "
			       "/etc/asterisk/asterisk.conf.rf-bak");
	remedy_command(remedy, "sed -i -e '/^ *run\\(user\\|group\\) *=/d' -e '/^\\[options\\]/a "
			       "runuser = asterisk\\nrungroup = asterisk' "
			       "/etc/asterisk/asterisk.conf");
	remedy_command(remedy, "for d in /var/run /var/lib /var/spool /var/log; do chown -R "
			       "asterisk:asterisk \"$d/asterisk\"; done");
	remedy_command(remedy, "chown -R root:asterisk /etc/asterisk");
	remedy_command(remedy, "# then restart Asterisk in a quiet hour: calls drop");
	remedy_verify(remedy, "ps -o user= -C asterisk");
	remedy_undo(remedy, "cp -a /etc/asterisk/asterisk.conf.rf-bak "
			    "/etc/asterisk/asterisk.conf");
	remedy_restarts(remedy, "asterisk.service");
	remedy_disrupts(remedy, DISRUPTION_CALLS_DROP);
}

/* Accounts that may become root anyhow. */
static bool is_administrator(const struct system_model *host, const struct system_account *account)
{
	static const char *const groups[] = { "sudo", "wheel", "admin", "root" };
	if (account->uid == 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		const struct system_group *group = system_find_group(host, slice_of(groups[i]));
		if (group && system_account_in_group(host, account, group))
			return true;
	}
	return false;
}

static void judge_group(const struct model *model, const struct system_group *group,
			struct origin origin, struct verdict *verdict)
{
	struct pbx_account run = pbx_account_of(model);
	size_t found = 0;
	for (size_t i = 0; i < model->host->account_count; i++) {
		const struct system_account *account = &model->host->accounts[i];
		if (!system_account_in_group(model->host, account, group) ||
		    is_administrator(model->host, account) ||
		    (run.state == FACT_PRESENT && account->uid == run.uid) ||
		    slice_is(account->name, "asterisk"))
			continue;
		found++;
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, origin,
			     verdict_text(verdict, account->name),
			     "may command Asterisk, as a member of the group %s",
			     verdict_text(verdict, group->name));
	}
	if (found == 0)
		verdict_pass(verdict, origin, "asterisk.ctl",
			     "only Asterisk and administrators are in its group");
}

struct control_rights {
	uint32_t mode;
	const struct system_group *group;
	struct origin origin;
};

/* Octal, as asterisk.conf has it. */
static bool to_mode(struct slice text, uint32_t *ret_mode)
{
	*ret_mode = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '7' || text.size > 5)
			return false;
		*ret_mode = *ret_mode << 3 | (uint32_t)(text.data[i] - '0');
	}
	return text.size > 0;
}

static struct control_rights control_rights_of(const struct model *model)
{
	const struct system_control_socket *socket = &model->host->control_socket;
	if (socket->state == FACT_PRESENT)
		return (struct control_rights){ socket->mode,
						system_find_group_id(model->host, socket->group),
						socket->origin };
	/* Without a setting the socket is its owner's alone: to connect takes write permission,
	 * and Asterisk's umask leaves that to the owner. */
	struct control_rights rights = { .mode = 0755, .origin = ORIGIN_NONE };
	const struct asterisk_settings *settings = model->asterisk->settings;
	if (!settings)
		return rights;
	if (settings->control_permissions.state == FACT_PRESENT &&
	    to_mode(settings->control_permissions.value, &rights.mode))
		rights.origin = settings->control_permissions.origin;
	if (settings->control_group.state == FACT_PRESENT)
		rights.group = system_find_group(model->host, settings->control_group.value);
	return rights;
}

static void evaluate_control(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	if (model->host->control_socket.state == FACT_UNREADABLE) {
		verdict_unknown(verdict, model->host->control_socket.unread);
		return;
	}
	struct control_rights rights = control_rights_of(model);
	if (rights.mode & 02)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, rights.origin, "asterisk.ctl",
			     "mode %04o: every account of the host may command Asterisk",
			     rights.mode);
	else if (rights.mode & 020 && rights.group)
		judge_group(model, rights.group, rights.origin, verdict);
	else
		verdict_pass(verdict, rights.origin, "asterisk.ctl", "mode %04o", rights.mode);
}

static void remedy_control(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	struct control_rights rights = control_rights_of(model);
	if (!(rights.mode & 02)) {
		for (size_t i = 0; i < verdict->count; i++) {
			if (verdict->evidence[i].role != EVIDENCE_FAILS || !rights.group)
				continue;
			const char *user =
				remedy_quote(remedy, slice_of(verdict->evidence[i].subject));
			const char *group = remedy_quote(remedy, rights.group->name);
			remedy_command(remedy, "gpasswd -d %s %s", user, group);
			remedy_verify(remedy, "id -nG %s", user);
			remedy_undo(remedy, "gpasswd -a %s %s", user, group);
		}
		return;
	}
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	const struct asterisk_settings *settings = model->asterisk->settings;
	struct asterisk_place place =
		asterisk_place_of(settings ? settings->asterisk_conf : NULL, "files",
				  settings ? settings->control_permissions.origin : ORIGIN_NONE);
	place.file = "asterisk.conf";
	asterisk_remedy_set(&change, &place, "astctlpermissions", "0660");
	static const char *const nothing[] = { NULL };
	asterisk_remedy_end(&change, NULL, nothing);
	remedy_command(remedy, "chmod 0660 /var/run/asterisk/asterisk.ctl");
	remedy_verify(remedy, "stat -c '%%a %%U:%%G' /var/run/asterisk/asterisk.ctl");
}

static const struct check rows[] = {
	{
		.id = "FILE-002",
		.title = "Asterisk does not run as root",
		.why = "A hole in a program that talks to the whole Internet then is a hole into "
		       "root: into everything on the machine.",
		.evaluates =
			"The uid of the running process; else User= or -U of its unit, AST_USER "
			"of its start script, runuser of asterisk.conf. Where nothing names an "
			"account Asterisk stays root.",
		.likelihood = 4,
		.impact = 10,
		.level = LEVEL_BASIC,
		.references = { "README-SERIOUSLY.bestpractices.md", "main/asterisk.c" },
		.evaluate = evaluate_run_user,
		.remedy = remedy_run_user,
	},
	{
		.id = "FILE-004",
		.title = "The control socket is private",
		.why = "Whoever may write to Asterisk's control socket commands it: place calls, "
		       "read "
		       "secrets, run shell commands.",
		.evaluates =
			"Mode and group of the running asterisk.ctl, else astctlpermissions and "
			"astctlgroup of asterisk.conf; members of a group that may write, "
			"beside Asterisk's own account and administrators.",
		.likelihood = 4,
		.impact = 9,
		.level = LEVEL_BASIC,
		.references = { "GHSA-c7p6-7mvq-8jq2", "main/asterisk.c" },
		.evaluate = evaluate_control,
		.remedy = remedy_control,
	},
};

CHECK_LIST(run_user_checks, rows);
