/* SPDX-License-Identifier: Apache-2.0
 *
 * What sshd spends on strangers: its port, tries, time and connections before a login.
 */
#include "audit/base/buffer.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/network/socket_model.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/ssh_remedy.h"
#include "checks/ssh_scope.h"
#include "checks/verdict.h"

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

/* SSH-006 */

#define TRIES_MAX_BASIC 4
#define TRIES_MAX_STRICT 3

static bool allows_many_tries(const struct ssh_view *view, const struct ssh_person *person,
			      const struct sshd_place *place, struct ssh_problem *ret_problem)
{
	int64_t tries = sshd_number(place->options, SSHD_MAX_AUTH_TRIES);
	int64_t limit = ssh_is_strict(view->model) ? TRIES_MAX_STRICT : TRIES_MAX_BASIC;
	(void)person;
	if (tries <= limit)
		return false;
	ret_problem->origin = sshd_origin(place->options, SSHD_MAX_AUTH_TRIES);
	ret_problem->text = ssh_format(view, "MaxAuthTries is %lld", (long long)tries);
	return true;
}

static void evaluate_tries(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	struct ssh_view view;
	(void)check;
	if (ssh_view_begin(&view, model, verdict) &&
	    !ssh_fail_places(&view, allows_many_tries, SSH_SUBJECT_SETTING, "sshd") &&
	    !verdict->unknown_count)
		verdict_pass(verdict, sshd_origin(view.sshd->global, SSHD_MAX_AUTH_TRIES), "sshd",
			     "MaxAuthTries is %lld",
			     (long long)sshd_number(view.sshd->global, SSHD_MAX_AUTH_TRIES));
	ssh_view_done(&view);
}

static void remedy_tries(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	const struct ssh_setting_line lines[] = {
		{ SSHD_MAX_AUTH_TRIES, ssh_is_strict(model) ? "MaxAuthTries 3" : "MaxAuthTries 4" },
	};
	(void)check;
	ssh_remedy_settings(remedy, model, verdict, lines, ARRAY_SIZE(lines));
}

/* SSH-007 */

#define GRACE_SECONDS_MAX 60

/* CVE-2024-6387: 8.5 to 9.7, unless the distribution fixed it: Debian 12 with its third update. */
static bool may_want_no_grace(struct sshd_version version)
{
	if (version.release < SSHD_RELEASE(8, 5) || version.release >= SSHD_RELEASE(9, 8) ||
	    !version.is_known)
		return false;
	return !(version.vendor == SSHD_DEBIAN && version.distribution == 12 &&
		 version.update >= 3);
}

static void evaluate_grace(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	(void)check;
	if (!ssh_is_known(model, verdict))
		return;
	const struct sshd_options *global = model->sshd->global;
	struct origin origin = sshd_origin(global, SSHD_LOGIN_GRACE_TIME);
	long long seconds = (long long)sshd_number(global, SSHD_LOGIN_GRACE_TIME);
	if (seconds == 0 && may_want_no_grace(model->sshd->facts.version))
		verdict_pass(verdict, origin, "sshd",
			     "LoginGraceTime is 0, the stop-gap for CVE-2024-6387, which this "
			     "version may have");
	else if (seconds == 0)
		verdict_fail(verdict, ssh_exposure(model, 0), origin, "sshd",
			     "LoginGraceTime is 0: who does not log in may stay for ever");
	else if (seconds > GRACE_SECONDS_MAX)
		verdict_fail(verdict, ssh_exposure(model, 0), origin, "sshd",
			     "LoginGraceTime is %lld seconds%s, over %d", seconds,
			     origin.source ? "" : " by default", GRACE_SECONDS_MAX);
	else
		verdict_pass(verdict, origin, "sshd", "LoginGraceTime is %lld seconds", seconds);
}

static void remedy_grace(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	static const struct ssh_setting_line lines[] = {
		{ SSHD_LOGIN_GRACE_TIME, "LoginGraceTime 60" },
	};
	(void)check;
	ssh_remedy_settings(remedy, model, verdict, lines, ARRAY_SIZE(lines));
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
		.id = "SSH-006",
		.title = "At most four tries per connection",
		.why = "Fewer tries per connection make guessing slower and the attacker more "
		       "visible.",
		.evaluates = "MaxAuthTries in force for every account and address: over 4 at "
			     "basic, over 3 at strict.",
		.likelihood = 7,
		.impact = 3,
		.level = LEVEL_BASIC,
		.references = { "sshd_config(5) MaxAuthTries", "CIS 5.1.16", "Lynis SSH-7408" },
		.evaluate = evaluate_tries,
		.remedy = remedy_tries,
	},
	{
		.id = "SSH-007",
		.title = "Unauthenticated connections end within a minute",
		.why = "Connections that wait for a login take up places that real logins need.",
		.evaluates = "LoginGraceTime; 0 means for ever, and is accepted only where the "
			     "version may have CVE-2024-6387, whose stop-gap it is.",
		.likelihood = 5,
		.impact = 4,
		.level = LEVEL_BASIC,
		.references = { "sshd_config(5) LoginGraceTime", "CVE-2024-6387", "CIS 5.1.13" },
		.evaluate = evaluate_grace,
		.remedy = remedy_grace,
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

CHECK_LIST(ssh_limit_checks, rows);
