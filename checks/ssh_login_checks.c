/* SPDX-License-Identifier: Apache-2.0
 *
 * Who logs in over SSH, and how: root, named users, passwords, attempts, floods.
 */
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"
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

/* SSH-003 */

#define SSH_USUAL_PORT 22

static bool is_ssh_socket(const struct listening_socket *socket)
{
	return socket->protocol == TRANSPORT_TCP &&
	       (slice_is(socket->process, "sshd") || slice_is(socket->unit, "ssh.socket") ||
		slice_is(socket->unit, "sshd.socket") ||
		(socket->process.size == 0 && socket->port == SSH_USUAL_PORT));
}

/* Sockets that listen now; how many there are of sshd's. */
static size_t judge_sockets(const struct model *model, struct verdict *verdict, bool *ret_on_usual)
{
	const struct socket_model *sockets = model->sockets;
	size_t count = 0;
	*ret_on_usual = false;
	for (size_t i = 0; sockets && sockets->state == FACT_PRESENT && i < sockets->count; i++) {
		const struct listening_socket *socket = &sockets->sockets[i];
		if (!is_ssh_socket(socket) || listening_socket_is_loopback(socket))
			continue;
		BUFFER_AUTO subject = { 0 };
		buffer_format(&subject, "tcp port %u on ", socket->port);
		address_format(socket->address, &subject);
		count++;
		if (socket->port != SSH_USUAL_PORT) {
			verdict_pass(verdict, socket->origin, buffer_string(&subject),
				     "sshd listens on another port");
			continue;
		}
		*ret_on_usual = true;
		verdict_fail(verdict, ssh_exposure(model, SSH_USUAL_PORT), socket->origin,
			     buffer_string(&subject),
			     "sshd listens where every scanner looks first");
	}
	return count;
}

static void judge_ports(const struct model *model, struct verdict *verdict, bool running)
{
	const struct sshd_setting *listen = sshd_get(model->sshd->global, SSHD_LISTEN_ADDRESS);
	for (size_t i = 0; i < listen->count; i++) {
		BUFFER_AUTO subject = { 0 };
		buffer_append_string(&subject, "tcp ");
		buffer_append_slice(&subject, listen->values[i].text);
		if (slice_starts_with(listen->values[i].text, "127.") ||
		    slice_starts_with(listen->values[i].text, "[::1]"))
			continue;
		if (listen->values[i].number == SSH_USUAL_PORT)
			verdict_fail(
				verdict, ssh_exposure(model, SSH_USUAL_PORT),
				listen->values[i].origin, buffer_string(&subject),
				listen->values[i].origin.source
					? "sshd is set to port 22"
					: "port 22 is the default, and no Port line changes it");
		else if (!running)
			verdict_pass(verdict, listen->values[i].origin, buffer_string(&subject),
				     "sshd is set to another port");
	}
}

static void evaluate_port(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	bool on_usual = false;
	(void)check;
	if (!ssh_is_known(model, verdict))
		return;
	size_t running = judge_sockets(model, verdict, &on_usual);
	if (!on_usual)
		judge_ports(model, verdict, running > 0);
	if (!verdict->fail_count && !verdict->pass_count)
		verdict_not_applicable(verdict, "sshd listens on loopback addresses only");
	if (verdict->fail_count)
		verdict_summary(verdict,
				"SSH answers on port 22. Another port makes the logs "
				"quieter; it protects nothing, since a port scan finds it");
}

static void remedy_port(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	static const struct ssh_setting_line lines[] = { { SSHD_PORT, "Port 2222" } };
	const struct sshd_setting *ports = sshd_get(model->sshd->global, SSHD_PORT);
	(void)check;
	remedy_command(remedy, "# first let tcp port 2222 through the firewall (see FW-001), and "
			       "set port = 2222 in fail2ban's jail (F2B-007)");
	if (model->host && model->host->family == SYSTEM_REDHAT)
		remedy_command(remedy, "semanage port -a -t ssh_port_t -p tcp 2222");
	/* Port lines add up: the old one must go, where there is one. */
	bool replaced = false;
	for (size_t i = 0; i < ports->count; i++) {
		if (!ports->values[i].origin.source || ports->values[i].number != SSH_USUAL_PORT)
			continue;
		ssh_remedy_replace(remedy, origin_path(ports->values[i].origin),
				   origin_line_text(ports->values[i].origin), "Port 2222");
		replaced = true;
	}
	if (replaced) {
		ssh_remedy_reload(remedy, model);
		remedy_verify(remedy, "ss -Hltn 'sport = :2222'");
		return;
	}
	ssh_remedy_settings(remedy, model, verdict, lines, ARRAY_SIZE(lines));
	remedy_verify(remedy, "ss -Hltn 'sport = :2222'");
	remedy_disrupts(remedy, DISRUPTION_LOCKOUT_RISK);
}

/* SSH-008 */

#define STARTUPS_FULL_MAX 100

static void evaluate_startups(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	if (!ssh_is_known(model, verdict))
		return;
	const struct sshd_options *global = model->sshd->global;
	const struct sshd_setting *startups = sshd_get(global, SSHD_MAX_STARTUPS);
	struct sshd_version version = model->sshd->facts.version;
	enum exposure exposure = ssh_exposure(model, 0);
	long long full = (long long)startups->numbers[2];
	if (full > STARTUPS_FULL_MAX)
		verdict_fail(verdict, exposure, startups->origin, "MaxStartups",
			     "%lld connections may wait for a login at a time, over %d", full,
			     STARTUPS_FULL_MAX);
	else
		verdict_pass(verdict, startups->origin, "MaxStartups",
			     "no more than %lld connections may wait for a login at a time", full);
	if (sshd_setting_is_printed(version, SSHD_PER_SOURCE_PENALTIES) &&
	    !global->penalties[SSHD_PENALTY_ENABLED])
		verdict_fail(verdict, exposure, sshd_origin(global, SSHD_PER_SOURCE_PENALTIES),
			     "PerSourcePenalties",
			     "addresses that fail again and again are not slowed down");
}

static void remedy_startups(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	struct sshd_version version = model->sshd->facts.version;
	struct ssh_setting_line lines[3] = { { SSHD_MAX_STARTUPS, "MaxStartups 10:30:60" } };
	const struct sshd_setting *startups = sshd_get(model->sshd->global, SSHD_MAX_STARTUPS);
	size_t count = 1;
	(void)check;
	/* Here the last line wins: the one in force must go. */
	if (startups->origin.source)
		ssh_remedy_replace(remedy, origin_path(startups->origin),
				   origin_line_text(startups->origin), NULL);
	if (sshd_setting_is_printed(version, SSHD_PER_SOURCE_MAX_STARTUPS))
		lines[count++] = (struct ssh_setting_line){ SSHD_PER_SOURCE_MAX_STARTUPS,
							    "PerSourceMaxStartups 5" };
	if (sshd_setting_is_printed(version, SSHD_PER_SOURCE_PENALTIES))
		lines[count++] = (struct ssh_setting_line){ SSHD_PER_SOURCE_PENALTIES,
							    "PerSourcePenalties yes" };
	ssh_remedy_settings(remedy, model, verdict, lines, count);
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
		.id = "SSH-003",
		.title = "SSH does not answer on port 22",
		.why = "Scanners knock on port 22 all day and fill the logs. Another port makes "
		       "them quieter, so that a real attack is seen; it is no protection by "
		       "itself.",
		.evaluates = "Listening sockets of sshd or of ssh.socket, else Port and "
			     "ListenAddress of the configuration.",
		.likelihood = 5,
		.impact = 2,
		.level = LEVEL_STRICT,
		.is_seed = true,
		.references = { "seed 4.1", "sshd_config(5) Port" },
		.evaluate = evaluate_port,
		.remedy = remedy_port,
	},
	{
		.id = "SSH-008",
		.title = "Connection floods at sshd are throttled",
		.why = "Without a limit, a flood of half-open logins keeps the administrator out "
		       "while the attack runs.",
		.evaluates = "MaxStartups (the last line wins) and, from OpenSSH 9.8 on, "
			     "PerSourcePenalties.",
		.likelihood = 5,
		.impact = 4,
		.level = LEVEL_BASIC,
		.is_seed = true,
		.references = { "seed 2.1", "seed 2.5", "sshd_config(5) MaxStartups",
				"CIS 5.1.18" },
		.evaluate = evaluate_startups,
		.remedy = remedy_startups,
	},
};

CHECK_LIST(ssh_login_checks, rows);
