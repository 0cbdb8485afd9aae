/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts of the host: who is root, who could be, and how one becomes root.
 */
#include "audit/kernel/system_model.h"
#include "audit/login/login_model.h"
#include "audit/model/model.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

/* Accounts that services of a PBX run under. */
static const char *const service_accounts[] = {
	"asterisk", "apache", "www-data", "nginx",    "httpd",      "http", "lighttpd",
	"mysql",    "nobody", "daemon",   "postgres", "redis",      "tftp", "mail",
	"fail2ban", "vpbx",   "cyrus",    "postfix",  "spamfilter",
};

static bool is_service_account(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(service_accounts); i++)
		if (slice_is(name, service_accounts[i]))
			return true;
	return false;
}

static bool accounts_are_known(const struct model *model, struct verdict *verdict)
{
	const struct system_model *host = model->host;
	if (!host || host->accounts_state == FACT_ABSENT) {
		verdict_unknown_because(verdict, "/etc/passwd", "it is not there",
					"give a copy of /etc/passwd");
		return false;
	}
	if (host->accounts_state == FACT_UNREADABLE) {
		verdict_unknown(verdict, host->accounts_unread);
		return false;
	}
	return true;
}

/* ACC-001 */

static void judge_second_root(const struct system_model *host, struct verdict *verdict)
{
	for (size_t i = 0; i < host->account_count; i++) {
		const struct system_account *account = &host->accounts[i];
		if (account->uid != 0 || slice_is(account->name, "root"))
			continue;
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, account->origin,
			     verdict_text(verdict, account->name),
			     "has user id 0: it is root "
			     "under another name");
	}
}

static void judge_service_account(const struct system_model *host, struct verdict *verdict,
				  const struct system_account *account)
{
	const char *name = verdict_text(verdict, account->name);
	if (!account->has_login_shell || account->uid == 0)
		return;
	switch (account->password) {
	case PASSWORD_SET:
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, account->origin, name,
			     "a service account with the shell %s and a password",
			     verdict_text(verdict, account->shell));
		break;
	case PASSWORD_EMPTY:
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, account->origin, name,
			     "a service account with the shell %s and an empty password",
			     verdict_text(verdict, account->shell));
		break;
	case PASSWORD_UNKNOWN:
		if (host->shadow_unread)
			verdict_unknown(verdict, host->shadow_unread);
		else
			verdict_unknown_because(verdict, "/etc/shadow", "it is not there",
						"give a copy of /etc/shadow, or run as root");
		break;
	case PASSWORD_LOCKED:
		verdict_note(verdict, account->origin, name, "has the shell %s, but no password",
			     verdict_text(verdict, account->shell));
		break;
	}
}

static void evaluate_accounts(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	const struct system_model *host = model->host;
	(void)check;
	if (!accounts_are_known(model, verdict))
		return;
	judge_second_root(host, verdict);
	for (size_t i = 0; i < host->account_count; i++)
		if (is_service_account(host->accounts[i].name))
			judge_service_account(host, verdict, &host->accounts[i]);
	if (!verdict->fail_count && !verdict->unknown_count)
		verdict_pass(verdict, ORIGIN_NONE, "accounts",
			     "only root has user id 0, and no service account can log in with a "
			     "password");
}

static void remedy_accounts(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	const struct system_model *host = model->host;
	const char *shell = host->family == SYSTEM_REDHAT ? "/sbin/nologin" : "/usr/sbin/nologin";
	(void)check;
	(void)verdict;
	for (size_t i = 0; i < host->account_count; i++) {
		const struct system_account *account = &host->accounts[i];
		const char *name = remedy_quote(remedy, account->name);
		if (account->uid == 0 && !slice_is(account->name, "root")) {
			remedy_command(remedy, "# see who uses %s before you lock it", name);
			remedy_command(remedy, "passwd -l %s", name);
			remedy_undo(remedy, "passwd -u %s", name);
			remedy_verify(remedy, "awk -F: '$3 == 0' /etc/passwd");
		} else if (is_service_account(account->name) && account->has_login_shell &&
			   (account->password == PASSWORD_SET ||
			    account->password == PASSWORD_EMPTY)) {
			remedy_command(remedy, "passwd -l %s", name);
			remedy_command(remedy,
				       "# not where cron jobs or scripts run `su - %s`: there the "
				       "lock must do",
				       name);
			remedy_command(remedy, "usermod -s %s %s", shell, name);
			remedy_undo(remedy, "usermod -s %s %s",
				    remedy_quote(remedy, account->shell), name);
			remedy_undo(remedy, "passwd -u %s", name);
			remedy_verify(remedy, "getent passwd %s", name);
		}
	}
}

/* ACC-002 */

/* Programs that give a root shell, or any file, to whoever runs them as root. */
static const char *const shell_givers[] = {
	"sh",       "bash",        "dash",    "zsh",     "csh",     "ksh",     "su",
	"sudo",     "env",         "vi",      "vim",     "nano",    "ed",      "emacs",
	"less",     "more",        "man",     "find",    "awk",     "gawk",    "sed",
	"perl",     "python",      "python2", "python3", "ruby",    "php",     "lua",
	"node",     "tar",         "zip",     "cp",      "mv",      "dd",      "tee",
	"chmod",    "chown",       "ln",      "nmap",    "rpm",     "yum",     "dnf",
	"apt",      "apt-get",     "dpkg",    "crontab", "mount",   "strace",  "gdb",
	"ssh",      "scp",         "rsync",   "git",     "docker",  "mysql",   "tcpdump",
	"wget",     "curl",        "install", "visudo",  "useradd", "usermod", "passwd",
	"chpasswd", "systemd-run", "xargs",   "nsenter", "unshare", "busybox", "elastix-helper",
};

static struct slice program_of(struct slice command)
{
	struct slice word = slice_part(command, 0, slice_find_byte(command, ' '));
	return slice_from(word, slice_find_last_byte(word, '/') + 1 > word.size
					? 0
					: slice_find_last_byte(word, '/') + 1);
}

static bool gives_root(struct slice command)
{
	struct slice program = program_of(command);
	if (slice_is(command, "ALL") || slice_ends_with(command, "/") ||
	    slice_find_byte(program, '*') < program.size)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(shell_givers); i++)
		if (slice_is(program, shell_givers[i]))
			return true;
	return false;
}

/* Does the WHO of a rule cover a service account: by name, by ALL, or by its group? */
static bool covers_service(const struct system_model *host, struct slice who)
{
	if (slice_is(who, "ALL") || is_service_account(who))
		return true;
	if (!slice_starts_with(who, "%"))
		return false;
	const struct system_group *group =
		host ? system_find_group(host, slice_from(who, 1)) : NULL;
	for (size_t i = 0; group && i < host->account_count; i++)
		if (is_service_account(host->accounts[i].name) &&
		    system_account_in_group(host, &host->accounts[i], group))
			return true;
	return group == NULL && is_service_account(slice_from(who, 1));
}

static void judge_sudo(const struct model *model, struct verdict *verdict)
{
	const struct sudoers *sudoers = &model->login->sudoers;
	if (sudoers->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, sudoers->unread);
		return;
	}
	if (sudoers->is_cut)
		verdict_unknown_because(verdict, "/etc/sudoers", "it holds too many rules", "");
	for (size_t i = 0; i < sudoers->count; i++) {
		const struct sudoers_rule *rule = &sudoers->rules[i];
		if (rule->is_negated || !sudoers_rule_is_for_root(rule))
			continue;
		bool anything = slice_is(rule->command, "ALL");
		const char *who = verdict_text(verdict, rule->who);
		if (covers_service(model->host, rule->who) && gives_root(rule->command) &&
		    /* "ALL ALL = (ALL) ALL" asks for the password of root or of the caller. */
		    (rule->without_password || !slice_is(rule->who, "ALL")))
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, rule->origin, who,
				     "a service account may run %s as root%s, which makes it root",
				     anything ? "everything" : verdict_text(verdict, rule->command),
				     rule->without_password ? " without a password" : "");
		else if (anything && rule->without_password)
			verdict_note(verdict, rule->origin, who,
				     "may do everything as root without a password");
	}
	if (sudoers->state == FACT_PRESENT && !sudoers->uses_pty)
		verdict_note(verdict, ORIGIN_NONE, "sudo",
			     "Defaults use_pty is not set: a program can outlive its session");
}

static void judge_su(const struct model *model, struct verdict *verdict)
{
	const struct login_model *login = model->login;
	const struct system_model *host = model->host;
	const struct system_account *root = host ? system_find_account(host, SLICE("root")) : NULL;
	if (login->su.state == FACT_UNREADABLE) {
		verdict_unknown(verdict, login->su.unread);
		return;
	}
	const struct pam_rule *limit = login_su_limit(login);
	if (limit) {
		verdict_pass(verdict, limit->origin, "su", "is for members of one group only");
		return;
	}
	if (login->su.state == FACT_ABSENT) {
		verdict_pass(verdict, ORIGIN_NONE, "su", "has no PAM rules of its own here");
		return;
	}
	if (!root || root->password == PASSWORD_UNKNOWN) {
		if (host && host->shadow_unread)
			verdict_unknown(verdict, host->shadow_unread);
		else
			verdict_unknown_because(verdict, "root's password",
						"/etc/shadow could not be read", "run as root");
		return;
	}
	if (root->password == PASSWORD_LOCKED) {
		verdict_pass(verdict, root->shadow_origin, "su",
			     "is open to all, but root has no password to give");
		return;
	}
	verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, login->su.rules[0].origin, "su",
		     root->password == PASSWORD_EMPTY
			     ? "every account may become root, whose password is empty"
			     : "every account may try root's password: no pam_wheel limits su");
}

static void evaluate_becoming_root(const struct check *check, const struct model *model,
				   struct verdict *verdict)
{
	(void)check;
	if (!model->login) {
		verdict_unknown_because(verdict, "su and sudo", "they were not looked at", "");
		return;
	}
	judge_su(model, verdict);
	judge_sudo(model, verdict);
}

static bool failed_at(const struct verdict *verdict, const struct origin origin)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->evidence[i].role == EVIDENCE_FAILS &&
		    verdict->evidence[i].line == origin_line(origin) &&
		    strcmp(verdict->evidence[i].file, origin_path(origin)) == 0)
			return true;
	return false;
}

static void remedy_su(const struct model *model, const struct verdict *verdict,
		      struct remedy *remedy)
{
	const struct login_model *login = model->login;
	const struct system_group *wheel =
		model->host ? system_find_group(model->host, SLICE("wheel")) : NULL;
	const char *group = wheel ? "wheel" : "sudo";
	if (!login->su.count || !failed_at(verdict, login->su.rules[0].origin))
		return;
	remedy_command(remedy, "# your own account first: usermod -aG %s YOUR-ACCOUNT", group);
	remedy_command(remedy, "getent group %s", group);
	remedy_command(remedy, "cp -an /etc/pam.d/su /etc/pam.d/su.rf-bak");
	remedy_command(remedy,
		       "sed -i '0,/pam_rootok.so/s//&\\nauth required pam_wheel.so use_uid "
		       "group=%s/' /etc/pam.d/su",
		       group);
	remedy_verify(remedy, "grep pam_wheel /etc/pam.d/su");
	remedy_undo(remedy, "cp -a /etc/pam.d/su.rf-bak /etc/pam.d/su");
	remedy_disrupts(remedy, DISRUPTION_LOCKOUT_RISK);
}

static void remedy_becoming_root(const struct check *check, const struct model *model,
				 const struct verdict *verdict, struct remedy *remedy)
{
	const struct sudoers *sudoers = &model->login->sudoers;
	(void)check;
	remedy_su(model, verdict, remedy);
	for (size_t i = 0; i < sudoers->count; i++) {
		const struct sudoers_rule *rule = &sudoers->rules[i];
		/* A line makes many rows. */
		if (!failed_at(verdict, rule->origin) ||
		    (i && sudoers->rules[i - 1].origin.first == rule->origin.first &&
		     sudoers->rules[i - 1].origin.source == rule->origin.source))
			continue;
		const char *path = remedy_quote(remedy, slice_of(origin_path(rule->origin)));
		remedy_command(remedy, "cp -an %s %s.rf-bak", path, path);
		remedy_command(remedy,
			       "# in line %u leave only the commands that the service needs, "
			       "with their arguments",
			       origin_line(rule->origin));
		remedy_command(remedy, "visudo -f %s", path);
		remedy_verify(remedy, "visudo -c");
		remedy_verify(remedy, "sudo -l -U %s", remedy_quote(remedy, rule->who));
		remedy_undo(remedy, "cp -a %s.rf-bak %s", path, path);
	}
}

static const struct check rows[] = {
	{
		.id = "ACC-001",
		.title = "Only root has user id 0, and service accounts cannot log in",
		.why = "A second account with user id 0 is a back door. A service account with a "
		       "shell and a password turns a hole in a web page into a login.",
		.evaluates = "User ids and shells of /etc/passwd, and the password fields of "
			     "/etc/shadow, for the accounts that PBX services run under.",
		.likelihood = 4,
		.impact = 9,
		.level = LEVEL_BASIC,
		.references = { "CIS 5.4.2.1", "CIS 5.4.2.7", "passwd(5)", "shadow(5)" },
		.evaluate = evaluate_accounts,
		.remedy = remedy_accounts,
	},
	{
		.id = "ACC-002",
		.title = "Becoming root is limited and recorded",
		.why = "Whoever gets into any account may try root's password with su as often as "
		       "he likes, unless su is for one group. And a web server that may run "
		       "programs as root gives the host away with its first hole.",
		.evaluates = "pam_wheel in the PAM rules of su, whether root has a password, and "
			     "every sudoers rule, includes and aliases followed, that lets a "
			     "service account run as root what gives a shell.",
		.likelihood = 5,
		.impact = 9,
		.level = LEVEL_BASIC,
		.is_seed = true,
		.references = { "seed 4.1", "pam_wheel(8)", "sudoers(5)", "CIS 5.2.2",
				"CIS 5.2.7" },
		.evaluate = evaluate_becoming_root,
		.remedy = remedy_becoming_root,
	},
};

CHECK_LIST(account_checks, rows);
