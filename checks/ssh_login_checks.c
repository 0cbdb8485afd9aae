/* SPDX-License-Identifier: Apache-2.0
 *
 * Who logs in over SSH, and how: root, named users, passwords.
 */
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/login/login_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/sshd/sshd_access.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/ssh_remedy.h"
#include "checks/ssh_scope.h"
#include "checks/verdict.h"

/* SSH-001 */

static bool root_has_password(const struct ssh_view *view, const struct ssh_person *person,
			      const struct sshd_place *place, struct ssh_problem *ret_problem)
{
	if (!person->user.is_root)
		return false;
	struct sshd_access access = sshd_access_at(&person->user, place);
	if (!(access.methods & SSHD_BY_ANY_PASSWORD))
		return false;
	(void)view;
	ret_problem->origin = sshd_origin(place->options, SSHD_PERMIT_ROOT_LOGIN);
	ret_problem->text = ret_problem->origin.source
				    ? "a password lets in, PermitRootLogin is yes"
				    : "a password lets in, PermitRootLogin is yes by default";
	return true;
}

static bool root_has_key(const struct ssh_view *view, const struct ssh_person *person,
			 const struct sshd_place *place, struct ssh_problem *ret_problem)
{
	if (!person->user.is_root)
		return false;
	struct sshd_access access = sshd_access_at(&person->user, place);
	bool wants_all = access.combined && !(access.methods & SSHD_BY_ANY_PASSWORD);
	if (access.forced_commands_only || (access.methods & SSHD_BY_ANY_PASSWORD) ||
	    (!access.methods && !wants_all))
		return false;
	(void)view;
	ret_problem->origin = sshd_origin(place->options, SSHD_PERMIT_ROOT_LOGIN);
	ret_problem->text = "a key lets in, a password does not";
	return true;
}

static void evaluate_root_login(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	struct ssh_view view;
	(void)check;
	if (!ssh_view_begin(&view, model, verdict)) {
		ssh_view_done(&view);
		return;
	}
	const struct sshd_options *global = view.sshd->global;
	size_t failed = 0;
	if (!ssh_is_certain(&view, global, SSHD_PERMIT_ROOT_LOGIN))
		verdict_unknown_because(verdict, "sshd's version",
					"PermitRootLogin is not set, and its default changed with "
					"7.0",
					"give the package list or the output of `sshd -V`");
	else
		failed = ssh_fail_places(&view, root_has_password, SSH_SUBJECT_PERSON, "root");
	if (!failed && ssh_is_strict(model))
		failed = ssh_fail_places(&view, root_has_key, SSH_SUBJECT_PERSON, "root");
	else if (!failed)
		(void)ssh_note_places(&view, root_has_key, SSH_SUBJECT_PERSON, "root");
	if (!failed && !verdict->unknown_count)
		verdict_pass(verdict, sshd_origin(global, SSHD_PERMIT_ROOT_LOGIN), "root",
			     "no password lets root in");
	ssh_view_done(&view);
}

static void remedy_root_login(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	static const struct ssh_setting_line lines[] = {
		{ SSHD_PERMIT_ROOT_LOGIN, "PermitRootLogin no" },
	};
	(void)check;
	remedy_command(remedy, "# first log in as another account from a second terminal, and see "
			       "that `sudo -l` (or su) makes it root");
	ssh_remedy_settings(remedy, model, verdict, lines, ARRAY_SIZE(lines));
	remedy_disrupts(remedy, DISRUPTION_LOCKOUT_RISK);
}

/* SSH-002 */

static bool anybody_passes(const struct ssh_view *view, const struct ssh_person *person,
			   const struct sshd_place *place, struct ssh_problem *ret_problem)
{
	static const struct slice group = { .data = "ringfence-strangers", .size = 19 };
	const struct sshd_user stranger = {
		.name = SLICE("ringfence-stranger"),
		.groups = &group,
		.group_count = 1,
	};
	/* A block for one user cannot open the door for all. */
	if (!person->is_like_a_stranger || ssh_place_is_trusted(view, place) ||
	    !sshd_lists_admit(&stranger, place, NULL, NULL))
		return false;
	if (!sshd_access_at(&stranger, place).is_admitted)
		return false;
	bool listed = sshd_has_allow_list(place->options);
	const struct sshd_setting *users = sshd_get(place->options, SSHD_ALLOW_USERS);
	ret_problem->origin =
		users->count ? users->origin : sshd_origin(place->options, SSHD_ALLOW_GROUPS);
	ret_problem->text = listed ? "an entry of AllowUsers or AllowGroups takes every account"
				   : "no AllowUsers or AllowGroups says who may log in";
	return true;
}

static void evaluate_named_users(const struct check *check, const struct model *model,
				 struct verdict *verdict)
{
	struct ssh_view view;
	(void)check;
	if (ssh_view_begin(&view, model, verdict) &&
	    !ssh_fail_places(&view, anybody_passes, SSH_SUBJECT_SETTING, "sshd") &&
	    !verdict->unknown_count) {
		const struct sshd_setting *users = sshd_get(view.sshd->global, SSHD_ALLOW_USERS);
		const struct sshd_setting *groups = sshd_get(view.sshd->global, SSHD_ALLOW_GROUPS);
		verdict_pass(verdict, users->count ? users->origin : groups->origin, "sshd",
			     "only named users or groups get in from outside");
	}
	ssh_view_done(&view);
}

/* Accounts that are likely meant: a login shell, a password or a home of their own, and not root.
 */
static void append_account_names(const struct system_model *host, struct buffer *text)
{
	for (size_t i = 0; host && i < host->account_count; i++) {
		const struct system_account *account = &host->accounts[i];
		bool is_person = account->uid >= 1000 && account->uid < 60000;
		if (!account->has_login_shell || !is_person || account->password == PASSWORD_EMPTY)
			continue;
		buffer_append_byte(text, ' ');
		buffer_append_slice(text, account->name);
	}
}

static void remedy_named_users(const struct check *check, const struct model *model,
			       const struct verdict *verdict, struct remedy *remedy)
{
	BUFFER_AUTO text = { 0 };
	(void)check;
	buffer_append_string(&text, "AllowUsers");
	append_account_names(model->host, &text);
	bool has_names = text.size > sizeof("AllowUsers") - 1;
	if (!has_names)
		buffer_append_string(&text, " YOUR-ADMIN-ACCOUNT");
	remedy_command(remedy,
		       has_names ? "# take out of the next line who need not log in by SSH; "
				   "your own account must stay"
				 : "# put the accounts that log in by SSH into the next line, "
				   "your own first");
	const struct ssh_setting_line lines[] = {
		{ SSHD_ALLOW_USERS, slice_to_string(remedy->arena, buffer_slice(&text)) },
	};
	if (buffer_failed(&text) || !lines[0].text) {
		remedy->memory_failed = true;
		return;
	}
	ssh_remedy_settings(remedy, model, verdict, lines, ARRAY_SIZE(lines));
	remedy_disrupts(remedy, DISRUPTION_LOCKOUT_RISK);
}

/* SSH-004 */

static bool takes_password(const struct ssh_view *view, const struct ssh_person *person,
			   const struct sshd_place *place, struct ssh_problem *ret_problem)
{
	struct sshd_access access = sshd_access_at(&person->user, place);
	bool is_locked = person->account && person->account_count == 1 &&
			 !person->is_like_a_stranger &&
			 person->account->password == PASSWORD_LOCKED;
	if (!(access.methods & SSHD_BY_ANY_PASSWORD) || is_locked)
		return false;
	if (!ssh_is_strict(view->model) && ssh_place_is_trusted(view, place))
		return false;
	if (access.methods & SSHD_BY_PASSWORD) {
		ret_problem->origin = sshd_origin(place->options, SSHD_PASSWORD_AUTHENTICATION);
		ret_problem->text = ret_problem->origin.source
					    ? "PasswordAuthentication is yes"
					    : "PasswordAuthentication is yes by default";
	} else {
		ret_problem->origin =
			sshd_origin(place->options, SSHD_KBD_INTERACTIVE_AUTHENTICATION);
		ret_problem->text = "KbdInteractiveAuthentication and UsePAM ask for the password";
	}
	return true;
}

static void evaluate_passwords(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	struct ssh_view view;
	(void)check;
	if (ssh_view_begin(&view, model, verdict) &&
	    !ssh_fail_places(&view, takes_password, SSH_SUBJECT_PERSON, "sshd") &&
	    !verdict->unknown_count)
		verdict_pass(verdict, sshd_origin(view.sshd->global, SSHD_PASSWORD_AUTHENTICATION),
			     "sshd",
			     ssh_is_strict(model) ? "no password lets anybody in"
						  : "no password lets anybody in from outside");
	ssh_view_done(&view);
}

static void remedy_passwords(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	struct ssh_setting_line lines[] = {
		{ SSHD_PASSWORD_AUTHENTICATION, "PasswordAuthentication no" },
		{ SSHD_KBD_INTERACTIVE_AUTHENTICATION, "KbdInteractiveAuthentication no" },
	};
	(void)check;
	if (model->sshd->facts.version.release < SSHD_RELEASE(8, 7))
		lines[1] = (struct ssh_setting_line){
			SSHD_CHALLENGE_RESPONSE_AUTHENTICATION,
			"ChallengeResponseAuthentication no",
		};
	remedy_command(remedy, "# first install a key for every account that logs in (ssh-copy-id "
			       "ACCOUNT@HOST), and log in once with each");
	ssh_remedy_settings(remedy, model, verdict, lines, ARRAY_SIZE(lines));
	remedy_verify(remedy, "ssh -o PubkeyAuthentication=no localhost true  # must be refused");
	remedy_disrupts(remedy, DISRUPTION_LOCKOUT_RISK);
}

/* SSH-005 */

static bool permits_empty(const struct ssh_view *view, const struct ssh_person *person,
			  const struct sshd_place *place, struct ssh_problem *ret_problem)
{
	(void)view;
	(void)person;
	if (!sshd_flag(place->options, SSHD_PERMIT_EMPTY_PASSWORDS))
		return false;
	ret_problem->origin = sshd_origin(place->options, SSHD_PERMIT_EMPTY_PASSWORDS);
	ret_problem->text = "PermitEmptyPasswords is yes";
	return true;
}

/* Accounts whose password is empty, where PAM lets an empty one through. */
static void judge_empty_accounts(const struct model *model, struct verdict *verdict)
{
	const struct system_model *host = model->host;
	const struct pam_rule *nullok = model->login ? login_sshd_nullok(model->login) : NULL;
	if (!host || host->shadow_state != FACT_PRESENT) {
		if (host && host->shadow_unread)
			verdict_unknown(verdict, host->shadow_unread);
		else
			verdict_unknown_because(verdict, "/etc/shadow", "it is not there",
						"run as root, or give a copy of it");
		return;
	}
	for (size_t i = 0; i < host->account_count; i++) {
		const struct system_account *account = &host->accounts[i];
		if (account->password != PASSWORD_EMPTY || !account->has_login_shell)
			continue;
		const char *name = verdict_text(verdict, account->name);
		if (nullok)
			verdict_fail(verdict, ssh_exposure(model, 0), account->shadow_origin, name,
				     "has an empty password and a login shell, and PAM takes it "
				     "(%s has nullok at line %u)",
				     origin_path(nullok->origin), origin_line(nullok->origin));
		else
			verdict_note(verdict, account->shadow_origin, name,
				     "has an empty password; PAM does not take it");
	}
}

static void evaluate_empty_passwords(const struct check *check, const struct model *model,
				     struct verdict *verdict)
{
	struct ssh_view view;
	(void)check;
	if (ssh_view_begin(&view, model, verdict)) {
		(void)ssh_fail_places(&view, permits_empty, SSH_SUBJECT_SETTING, "sshd");
		judge_empty_accounts(model, verdict);
		if (!verdict->fail_count && !verdict->unknown_count)
			verdict_pass(verdict,
				     sshd_origin(view.sshd->global, SSHD_PERMIT_EMPTY_PASSWORDS),
				     "sshd", "takes no empty password, and no account has one");
	}
	ssh_view_done(&view);
}

static void remedy_empty_passwords(const struct check *check, const struct model *model,
				   const struct verdict *verdict, struct remedy *remedy)
{
	static const struct ssh_setting_line lines[] = {
		{ SSHD_PERMIT_EMPTY_PASSWORDS, "PermitEmptyPasswords no" },
	};
	const struct system_model *host = model->host;
	(void)check;
	for (size_t i = 0; host && i < host->account_count; i++) {
		const struct system_account *account = &host->accounts[i];
		if (account->password != PASSWORD_EMPTY || !account->has_login_shell)
			continue;
		const char *name = remedy_quote(remedy, account->name);
		remedy_command(remedy, "passwd -l %s", name);
		remedy_undo(remedy, "passwd -u -f %s", name);
	}
	remedy_verify(remedy, "awk -F: '$2 == \"\"' /etc/shadow");
	if (sshd_flag(model->sshd->global, SSHD_PERMIT_EMPTY_PASSWORDS) ||
	    ssh_verdict_names_line(model, verdict, SSHD_PERMIT_EMPTY_PASSWORDS))
		ssh_remedy_settings(remedy, model, verdict, lines, ARRAY_SIZE(lines));
}

static const struct check rows[] = {
	{
		.id = "SSH-001",
		.title = "Root cannot log in over SSH",
		.why = "Every scanner tries root first, and whoever guesses the password owns "
		       "the phone system. With a named account in between, two secrets must fall, "
		       "and the log says who came.",
		.evaluates =
			"PermitRootLogin as sshd has it in force for every account with uid 0, "
			"from "
			"every address and in every Match block, together with the methods that "
			"are "
			"on and with AllowUsers, DenyUsers, AllowGroups and DenyGroups. Keys alone "
			"are a note at basic and fail at strict; forced-commands-only passes.",
		.likelihood = 10,
		.impact = 10,
		.level = LEVEL_BASIC,
		.is_seed = true,
		.references = { "seed 4.1", "sshd_config(5) PermitRootLogin", "servconf.c",
				"CIS 5.1.20" },
		.evaluate = evaluate_root_login,
		.remedy = remedy_root_login,
	},
	{
		.id = "SSH-002",
		.title = "Only named users or groups may log in",
		.why = "A forgotten account with a weak password is enough to get in. A list of "
		       "those who may log in makes every other account worthless to an attacker.",
		.evaluates =
			"AllowUsers, AllowGroups, DenyUsers and DenyGroups in force from every "
			"address outside the trusted networks: would an account that no rule names "
			"be let in? Lines add up; an entry `*` names nobody.",
		.likelihood = 7,
		.impact = 6,
		.level = LEVEL_BASIC,
		.is_seed = true,
		.references = { "seed 4.1", "sshd_config(5) AllowUsers", "auth.c", "CIS 5.1.4" },
		.evaluate = evaluate_named_users,
		.remedy = remedy_named_users,
	},
	{
		.id = "SSH-004",
		.title = "Passwords are not accepted over SSH",
		.why = "A password can be guessed from anywhere, at any time, by anybody. A key "
		       "cannot.",
		.evaluates = "For every account that sshd admits, from every address: does "
			     "PasswordAuthentication, or KbdInteractiveAuthentication (before 8.7 "
			     "ChallengeResponseAuthentication) with UsePAM, let a password in? "
			     "AuthenticationMethods overrides both. Basic looks at addresses "
			     "outside the "
			     "trusted networks, strict at all.",
		.likelihood = 8,
		.impact = 7,
		.level = LEVEL_BASIC,
		.references = { "sshd_config(5) PasswordAuthentication", "auth2.c",
				"dev-sec ssh-baseline" },
		.evaluate = evaluate_passwords,
		.remedy = remedy_passwords,
	},
	{
		.id = "SSH-005",
		.title = "Empty passwords are refused",
		.why = "An account without a password is open to whoever knows its name.",
		.evaluates =
			"PermitEmptyPasswords in force for every account and address; accounts "
			"with a login shell and an empty field in /etc/shadow, and nullok in the "
			"PAM rules of sshd.",
		.likelihood = 5,
		.impact = 10,
		.level = LEVEL_BASIC,
		.references = { "sshd_config(5) PermitEmptyPasswords", "pam_unix(8)", "CIS 5.1.19",
				"CIS 5.3.3.4.1" },
		.evaluate = evaluate_empty_passwords,
		.remedy = remedy_empty_passwords,
	},
};

CHECK_LIST(ssh_login_checks, rows);
