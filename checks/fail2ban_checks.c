/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban: does it run, is each service watched, is nobody exempt?
 */
#include <netinet/in.h>

#include "audit/base/buffer.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/kernel/web_model.h"
#include "audit/model/ban_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/check.h"
#include "checks/exposure_of.h"
#include "checks/fail2ban_jails.h"
#include "checks/fail2ban_remedy.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

static bool contains(struct slice text, const char *word)
{
	return slice_find(text, slice_of(word)) < text.size;
}

/* Who says that it runs: a process or an active unit. */
static bool guard_runs(const struct system_model *host, const char *process, const char *unit)
{
	const struct system_unit *found = system_find_unit(host, unit);
	return system_find_process(host, process) ||
	       (found && found->active_known && found->is_active);
}

static void judge_running(const struct model *model, struct verdict *verdict,
			  enum exposure exposure)
{
	const struct system_model *host = model->host;
	const struct system_unit *unit = system_find_unit(host, "fail2ban");
	bool runs = guard_runs(host, "fail2ban-server", "fail2ban") ||
		    system_find_process(host, "fail2ban-serve");
	bool knows = host->processes_state == FACT_PRESENT || (unit && unit->active_known);
	if (!runs && knows) {
		verdict_fail(verdict, exposure, unit ? unit->origin : ORIGIN_NONE, "fail2ban",
			     "it is installed and does not run");
		return;
	}
	if (!knows) {
		verdict_unknown_because(verdict, "whether fail2ban runs",
					"neither processes nor units could be read",
					"audit the running host, or collect its probes");
		return;
	}
	if (unit && !unit->is_enabled)
		verdict_fail(verdict, exposure, unit->origin, "fail2ban",
			     "it runs now and does not start at boot");
	else if (!unit && host->units_state != FACT_PRESENT)
		verdict_unknown_because(verdict, "whether fail2ban starts at boot",
					"the units could not be read", "run as root");
	else
		verdict_pass(verdict, unit ? unit->origin : ORIGIN_NONE, "fail2ban",
			     "it runs and starts at boot");
}

static void evaluate_runs(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	enum exposure exposure =
		exposure_wider(fail2ban_sip_exposure(model), fail2ban_ssh_exposure(model));
	const struct jail_model *jails = fail2ban_readable_jails(model, verdict);
	if (!jails || !model->host)
		return;
	if (jails->other_guard.size) {
		verdict_pass(verdict, ORIGIN_NONE, "guard", "%.*s does this work here",
			     SLICE_ARG(jails->other_guard));
		return;
	}
	if (exposure <= EXPOSURE_HOST) {
		verdict_not_applicable(verdict, "neither SSH nor SIP is reached from elsewhere");
		return;
	}
	if (jails->state == FACT_ABSENT)
		verdict_fail(verdict, exposure, ORIGIN_NONE, "fail2ban",
			     "it is not installed, and no other guard is");
	else if (jails->refused)
		verdict_fail(verdict, exposure, jails->refused_at, "fail2ban",
			     "it does not start with this configuration: %s", jails->refused);
	else
		judge_running(model, verdict, exposure);
}

static void remedy_runs(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	fail2ban_remedy_install(model, remedy);
}

static void evaluate_ssh_jail(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	enum exposure exposure = fail2ban_ssh_exposure(model);
	const struct jail_model *jails = fail2ban_readable_jails(model, verdict);
	if (!jails)
		return;
	if (exposure <= EXPOSURE_HOST) {
		verdict_not_applicable(verdict, "SSH is not reached from elsewhere");
		return;
	}
	if (fail2ban_is_absent(jails, verdict, exposure, "SSH"))
		return;
	const struct jail *jail = fail2ban_ssh_jail(jails);
	if (jail)
		verdict_pass(verdict, jail->enabled_origin, "SSH", "jail %s is enabled",
			     verdict_text(verdict, jail->name));
	else if (jails->is_incomplete)
		verdict_unknown(verdict, jails->unread);
	else
		verdict_fail(verdict, exposure, ORIGIN_NONE, "SSH", "no enabled jail watches sshd");
	bool strict = model->site && model->site->level == SITE_STRICT;
	if (fail2ban_recidive_jail(jails))
		verdict_pass(verdict, fail2ban_recidive_jail(jails)->enabled_origin, "repeaters",
			     "the jail recidive keeps them out for a week or more");
	else if (strict)
		verdict_fail(verdict, exposure, ORIGIN_NONE, "repeaters",
			     "no jail recidive with a bantime of a week or more");
}

static void remedy_ssh_jail(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	if (model->jails && model->jails->state == FACT_ABSENT)
		fail2ban_remedy_install(model, remedy);
	remedy_command(remedy, "# name sshd's real port if it is another than 22");
	fail2ban_remedy_write(remedy, "sshd",
			      "[sshd]\\nenabled = true\\nport = ssh\\nmaxretry = 3\\nbantime = "
			      "259200\\n[recidive]\\nenabled = true\\nbantime = 1209600\\n");
	fail2ban_remedy_reload(remedy, "sshd", "sshd");
}

static bool watches_web(const struct jail *jail)
{
	static const char *const words[] = { "freepbx", "pbx-gui",     "elastix",
					     "issabel", "apache-auth", "nginx-http-auth" };
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (slice_starts_with(jail->filter.name, words[i]))
			return true;
	for (size_t i = 0; i < jail->log_count; i++)
		if (contains(jail->logs[i].pattern, "freepbx_security") ||
		    contains(jail->logs[i].pattern, "elastix/audit") ||
		    contains(jail->logs[i].pattern, "issabel/audit"))
			return true;
	return false;
}

static void evaluate_web_jail(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	enum exposure exposure = exposure_wider(exposure_of_port(model, IPPROTO_TCP, 443),
						exposure_of_port(model, IPPROTO_TCP, 80));
	if (!model->web || model->web->state == FACT_UNREADABLE) {
		verdict_unknown_because(verdict, "the web GUI", "it could not be read",
					"run as root");
		return;
	}
	if (!model->web->has_gui) {
		verdict_not_applicable(verdict, "there is no GUI of a PBX on this host");
		return;
	}
	if (exposure <= EXPOSURE_HOST) {
		verdict_not_applicable(verdict, "the GUI is not reached from elsewhere");
		return;
	}
	const struct jail_model *jails = fail2ban_readable_jails(model, verdict);
	if (!jails || fail2ban_is_absent(jails, verdict, exposure, "GUI"))
		return;
	for (size_t i = 0; i < jails->count; i++) {
		if (!fail2ban_jail_works(&jails->jails[i]) || !watches_web(&jails->jails[i]))
			continue;
		verdict_pass(verdict, jails->jails[i].enabled_origin, "GUI", "jail %s is enabled",
			     verdict_text(verdict, jails->jails[i].name));
		return;
	}
	if (jails->is_incomplete)
		verdict_unknown(verdict, jails->unread);
	else
		verdict_fail(verdict, exposure, ORIGIN_NONE, "GUI",
			     "no enabled jail watches its logins");
}

static void remedy_web_jail(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	if (model->jails && model->jails->state == FACT_ABSENT)
		fail2ban_remedy_install(model, remedy);
	fail2ban_remedy_write(remedy, "web",
			      "[apache-auth]\\nenabled = true\\nmaxretry = 3\\nbantime = "
			      "259200\\n");
	fail2ban_remedy_reload(remedy, "web", "apache-auth");
}

/* Wider public ranges than this exempt strangers. */
#define IGNORED_PREFIX_IPV4_MIN 24
#define IGNORED_PREFIX_IPV6_MIN 48

static void judge_ignored(const struct jail *jail, struct verdict *verdict)
{
	struct slice rest = jail->ignore_ip.text, word;
	size_t wide = 0;
	while (slice_next_word(&rest, &word)) {
		struct prefix prefix;
		while (word.size && word.data[word.size - 1] == ',')
			word.size--;
		if (!prefix_parse(word, &prefix) ||
		    (prefix.length && address_is_private(prefix.address)))
			continue;
		unsigned int least = prefix.address.family == ADDRESS_IPV4
					     ? IGNORED_PREFIX_IPV4_MIN
					     : IGNORED_PREFIX_IPV6_MIN;
		if (prefix.length >= least)
			continue;
		wide++;
		verdict_fail(verdict, EXPOSURE_ANYWHERE, jail->ignore_ip.origin,
			     verdict_text(verdict, jail->name), "ignoreip exempts %s",
			     verdict_text(verdict, word));
	}
	if (!wide)
		verdict_pass(verdict, jail->ignore_ip.origin, verdict_text(verdict, jail->name),
			     "no wide public range is exempt");
	if (jail->ignore_command.text.size)
		verdict_note(verdict, jail->ignore_command.origin,
			     verdict_text(verdict, jail->name),
			     "an ignorecommand decides too, which is not evaluated");
}

/* Bans that the jails would have made of addresses that are trusted. */
static void judge_trusted(const struct model *model, struct verdict *verdict)
{
	for (size_t i = 0; model->bans && model->site && i < model->bans->count; i++) {
		const struct ban_trial_result *trial = &model->bans->trials[i];
		for (size_t j = 0; j < trial->ban_count; j++) {
			const struct ban_prediction *ban = &trial->bans[j];
			BUFFER_AUTO address = { 0 };
			BUFFER_AUTO when = { 0 };
			if (!site_trusts(model->site, ban->address) ||
			    ban_trial_find(trial, ban->address) != ban)
				continue;
			address_format(ban->address, &address);
			buffer_append_time(&when, ban->when);
			verdict_note(
				verdict, trial->jail->ignore_ip.origin, buffer_string(&address),
				"a trusted address, which jail %s would have banned on %s: it "
				"is not in ignoreip",
				verdict_text(verdict, trial->jail->name), buffer_string(&when));
		}
	}
}

/* Those whom forged packets are enough to lock out. Phones come and go; the rest is for ignoreip.
 */
static void judge_forged(const struct model *model, struct verdict *verdict)
{
	for (size_t i = 0; model->bans && i < model->bans->risks.count; i++) {
		const struct ban_risk *risk = &model->bans->risks.risks[i];
		BUFFER_AUTO subject = { 0 };
		if (risk->answer != BAN_RISK_FORGED ||
		    (risk->who != BAN_RISK_TRUSTED && risk->who != BAN_RISK_TRUNK))
			continue;
		buffer_format(&subject, "%s ", ban_risk_who_text(risk->who));
		prefix_format(risk->prefix, &subject);
		verdict_fail(verdict, fail2ban_sip_exposure(model), risk->jail->ignore_ip.origin,
			     buffer_string(&subject),
			     "forged UDP packets are enough to have it banned by jail %s: it is "
			     "not in ignoreip",
			     verdict_text(verdict, risk->jail->name));
	}
}

static void evaluate_ignored(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	const struct jail_model *jails = fail2ban_readable_jails(model, verdict);
	size_t judged = 0;
	if (!jails)
		return;
	if (jails->state == FACT_ABSENT) {
		verdict_not_applicable(verdict, "fail2ban is not installed");
		return;
	}
	for (size_t i = 0; i < jails->count; i++) {
		if (!fail2ban_jail_works(&jails->jails[i]))
			continue;
		judge_ignored(&jails->jails[i], verdict);
		judged++;
	}
	judge_trusted(model, verdict);
	judge_forged(model, verdict);
	if (!judged)
		verdict_not_applicable(verdict, "no jail is enabled");
}

static void remedy_ignored(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	BUFFER_AUTO lines = { 0 };
	buffer_append_string(&lines, "[DEFAULT]\\nignoreip = 127.0.0.1/8 ::1");
	for (size_t i = 0; model->bans && i < model->bans->risks.count; i++) {
		const struct ban_risk *risk = &model->bans->risks.risks[i];
		if (risk->who != BAN_RISK_TRUSTED && risk->who != BAN_RISK_TRUNK)
			continue;
		buffer_append_byte(&lines, ' ');
		prefix_format(risk->prefix, &lines);
	}
	buffer_append_string(&lines, "\\n");
	remedy_command(remedy,
		       "# your management networks and the trunk's address belong to the list");
	fail2ban_remedy_write(remedy, "ignoreip", buffer_string(&lines));
	fail2ban_remedy_reload(remedy, "ignoreip", "sshd");
}

static const struct check rows[] = {
	{
		.id = "F2B-001",
		.title = "fail2ban runs and starts at boot",
		.why = "Without it a guesser may try for ever, from one address.",
		.evaluates = "Its configuration (does it start with it?), process and unit; "
			     "crowdsec and sshguard count as "
			     "equals. Does not apply where neither SSH nor SIP is reached.",
		.likelihood = 7,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.7" },
		.evaluate = evaluate_runs,
		.remedy = remedy_runs,
	},
	{
		.id = "F2B-009",
		.title = "SSH has its jail, and repeaters stay out",
		.why = "Password guessing at SSH never stops by itself.",
		.evaluates = "An enabled jail with sshd's filter; strict: the jail recidive with a "
			     "bantime of a week or more.",
		.likelihood = 6,
		.impact = 5,
		.is_seed = true,
		.references = { "seed 4.7" },
		.evaluate = evaluate_ssh_jail,
		.remedy = remedy_ssh_jail,
	},
	{
		.id = "F2B-010",
		.title = "The web GUI has its jail",
		.why = "The GUI's password is worth as much as root's.",
		.evaluates = "An enabled jail on the GUI's own log or the web server's failed "
			     "logins, where the GUI is reached from elsewhere.",
		.likelihood = 6,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.7" },
		.evaluate = evaluate_web_jail,
		.remedy = remedy_web_jail,
	},
	{
		.id = "F2B-011",
		.title = "Nobody is exempt by mistake",
		.why = "An address in ignoreip may guess for ever; a trunk that is not in it can "
		       "be "
		       "banned by anybody who forges its address.",
		.evaluates =
			"ignoreip of every enabled jail: public ranges wider than /24 "
			"(IPv6: /48). Trusted networks and trunks (of ringfence.conf) that are "
			"not in it where forged UDP packets are enough for a ban. Trusted "
			"addresses that a jail would have banned are told.",
		.likelihood = 4,
		.impact = 6,
		.references = { "jail.conf" },
		.evaluate = evaluate_ignored,
		.remedy = remedy_ignored,
	},
};

CHECK_LIST(fail2ban_checks, rows);
