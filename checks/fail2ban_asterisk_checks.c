/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban: does a jail see what Asterisk logs, and does its ban cover SIP?
 */

#include "audit/fail2ban/jail_model.h"
#include "audit/logs/activity_model.h"
#include "audit/model/model.h"
#include "checks/check.h"
#include "checks/fail2ban_jails.h"
#include "checks/fail2ban_remedy.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

static bool contains(struct slice text, const char *word)
{
	return slice_find(text, slice_of(word)) < text.size;
}

static void evaluate_asterisk_jail(const struct check *check, const struct model *model,
				   struct verdict *verdict)
{
	(void)check;
	if (!fail2ban_wants_asterisk_jail(model, verdict))
		return;
	const struct jail_model *jails = fail2ban_readable_jails(model, verdict);
	enum exposure exposure = fail2ban_sip_exposure(model);
	if (!jails || fail2ban_is_absent(jails, verdict, exposure, "Asterisk"))
		return;
	const struct jail *jail = fail2ban_asterisk_jail(jails);
	/* The journal, which has no path, counts. */
	if (jail && jail->log_count && !fail2ban_reads_asterisk_log(jail)) {
		verdict_fail(verdict, exposure, jail->enabled_origin, "Asterisk",
			     "jail %s is enabled, but reads no log of Asterisk",
			     verdict_text(verdict, jail->name));
		return;
	}
	if (jail) {
		verdict_pass(verdict, jail->enabled_origin, "Asterisk", "jail %s is enabled",
			     verdict_text(verdict, jail->name));
		return;
	}
	if (jails->is_incomplete) {
		verdict_unknown(verdict, jails->unread);
		return;
	}
	for (size_t i = 0; i < jails->count; i++) {
		const struct jail *off = &jails->jails[i];
		if (fail2ban_watches_asterisk(off))
			verdict_note(verdict, off->enabled_origin, verdict_text(verdict, off->name),
				     "%s", off->refused ? off->refused : "the jail is not enabled");
	}
	verdict_fail(verdict, exposure, ORIGIN_NONE, "Asterisk",
		     "no enabled jail watches a log of Asterisk");
}

/* What the log holds, and the words that a filter needs in order to match it at all. */
static const struct {
	enum log_kind kind;
	const char *words;
} filter_needs[] = {
	{ LOG_SIP_REGISTRATION_WRONG_PASSWORD, "Wrong password" },
	{ LOG_SIP_REGISTRATION_NO_PEER, "No matching peer found" },
	{ LOG_SIP_REGISTRATION_USERNAME, "Username/auth name mismatch" },
	{ LOG_SIP_REGISTRATION_ACL, "Device does not match ACL" },
	{ LOG_SIP_EXTENSION_NOT_FOUND, "rejected because extension not found" },
	{ LOG_PJSIP_NO_ENDPOINT, "No matching endpoint found" },
	{ LOG_PJSIP_FAILED_AUTHENTICATION, "callid" },
	{ LOG_SECURITY_INVALID_PASSWORD, "InvalidPassword" },
	{ LOG_SECURITY_INVALID_ACCOUNT, "InvalidAccountID" },
	{ LOG_SECURITY_CHALLENGE_FAILED, "ChallengeResponseFailed" },
	{ LOG_AMI_FAILED, "to authenticate" },
	{ LOG_IAX_FAILED, "MD5 authentication" },
};

static void evaluate_filter(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	const struct jail *jail;
	if (!fail2ban_need_asterisk_jail(model, verdict, &jail))
		return;
	const struct jail_filter *filter = &jail->filter;
	if (!filter->fail_regex.size) {
		verdict_fail(verdict, fail2ban_sip_exposure(model), filter->origin,
			     verdict_text(verdict, jail->name), "its filter has no failregex");
		return;
	}
	size_t seen = 0;
	for (size_t i = 0; model->activity && i < ARRAY_SIZE(filter_needs); i++) {
		uint64_t count = model->activity->counts[filter_needs[i].kind];
		if (!count)
			continue;
		seen++;
		if (contains(filter->fail_regex, filter_needs[i].words))
			verdict_pass(verdict, filter->origin, log_kind_name(filter_needs[i].kind),
				     "the filter has a rule for it");
		else
			verdict_fail(verdict, fail2ban_sip_exposure(model), filter->origin,
				     log_kind_name(filter_needs[i].kind),
				     "%llu in the logs, and no rule of filter %s knows them",
				     (unsigned long long)count,
				     verdict_text(verdict, filter->name));
	}
	if (!seen)
		verdict_unknown_because(
			verdict, "whether the filter matches",
			"the logs hold no failure to try it on",
			"run it again when there are some, or see `fail2ban-regex`");
}

static void remedy_filter(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	fail2ban_remedy_install(model, remedy);
	remedy_command(remedy, "fail2ban-client reload");
	remedy_verify(remedy, "fail2ban-regex /var/log/asterisk/messages /etc/fail2ban/filter.d/"
			      "asterisk.conf");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

/* Is PATH a log that Asterisk writes now, by what was read of it? NULL: not known. */
static const struct activity_log *find_log(const struct model *model, const char *path)
{
	for (size_t i = 0; model->activity && i < model->activity->log_count; i++)
		if (slice_is(slice_of(path), model->activity->logs[i].path))
			return &model->activity->logs[i];
	return NULL;
}

/* A log that was not written for a day while another of Asterisk's was is not the one. */
#define STALE_SECONDS 86400

static void judge_log_path(const struct model *model, const struct jail *jail,
			   const struct jail_log *log, struct verdict *verdict, size_t *live)
{
	const struct activity_log *newest =
		model->activity ? activity_newest_log(model->activity, ACTIVITY_LOG_ASTERISK)
				: NULL;
	const char *subject = verdict_text(verdict, log->pattern);
	if (log->files.count == 0) {
		verdict_note(verdict, log->origin, subject, "matches no file");
		return;
	}
	for (size_t i = 0; i < log->files.count; i++) {
		const struct activity_log *known = find_log(model, log->files.paths[i]);
		if (known && newest && known->modified + STALE_SECONDS < newest->modified) {
			verdict_note(verdict, log->origin, log->files.paths[i],
				     "not written for %lld hours, while %s is",
				     (long long)(newest->modified - known->modified) / 3600,
				     newest->path);
			continue;
		}
		(*live)++;
		verdict_pass(verdict, log->origin, log->files.paths[i],
			     "there, and jail %s reads it", verdict_text(verdict, jail->name));
		return;
	}
}

static void evaluate_log_path(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	const struct jail *jail;
	if (!fail2ban_need_asterisk_jail(model, verdict, &jail))
		return;
	if (slice_starts_with(jail->backend.text, "systemd")) {
		verdict_fail(verdict, fail2ban_sip_exposure(model), jail->backend.origin,
			     verdict_text(verdict, jail->name),
			     "it reads the journal (backend = systemd), and Asterisk writes files");
		return;
	}
	size_t live = 0;
	for (size_t i = 0; i < jail->log_count; i++)
		judge_log_path(model, jail, &jail->logs[i], verdict, &live);
	if (!live)
		verdict_fail(verdict, fail2ban_sip_exposure(model),
			     jail->log_count ? jail->logs[0].origin : jail->origin,
			     verdict_text(verdict, jail->name),
			     "none of its log paths is a file that Asterisk writes");
}

/* Can a ban by ACTION keep SIP over UDP out? */
static bool blocks_udp(const struct jail_action *action)
{
	return action->is_firewall &&
	       (action->is_all_protocols || contains(action->protocol, "udp"));
}

static void evaluate_ban_width(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	const struct jail *jail;
	if (!fail2ban_need_asterisk_jail(model, verdict, &jail))
		return;
	bool everything = false, udp = false, any = false;
	for (size_t i = 0; i < jail->action_count; i++) {
		const struct jail_action *action = &jail->actions[i];
		any |= action->is_firewall;
		udp |= blocks_udp(action);
		everything |=
			action->is_firewall && action->is_all_ports && action->is_all_protocols;
		verdict_note(verdict, action->origin, verdict_text(verdict, action->name),
			     "%s, protocol %s",
			     action->is_all_ports ? "all ports" : "its own ports only",
			     action->is_all_protocols ? "any"
						      : verdict_text(verdict, action->protocol));
	}
	const char *subject = verdict_text(verdict, jail->name);
	struct origin origin = jail->action_count ? jail->actions[0].origin : jail->origin;
	if (everything)
		verdict_pass(verdict, origin, subject, "a ban blocks every port and protocol");
	else if (!any)
		verdict_fail(verdict, fail2ban_sip_exposure(model), origin, subject,
			     "no action of it blocks packets");
	else if (!udp)
		verdict_fail(verdict, fail2ban_sip_exposure(model), origin, subject,
			     "a ban blocks TCP only, and SIP comes over UDP");
	else
		verdict_fail(verdict, fail2ban_sip_exposure(model), origin, subject,
			     "a ban leaves other ports and protocols open to the same address");
}

static void remedy_ban_width(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)model;
	(void)verdict;
	fail2ban_remedy_write(remedy, "width",
			      "[asterisk]\\naction = %%(banaction_allports)s[name=asterisk, "
			      "protocol=all]\\n");
	fail2ban_remedy_reload(remedy, "width", "asterisk");
	remedy_verify(remedy, "fail2ban-client set asterisk banip 203.0.113.99; iptables-save | "
			      "grep 203.0.113.99; fail2ban-client set asterisk unbanip "
			      "203.0.113.99");
}

static const struct check rows[] = {
	{
		.id = "F2B-002",
		.title = "A jail for Asterisk is enabled",
		.why = "The packages enable a jail for SSH at most; SIP is what scanners try all "
		       "day.",
		.evaluates = "The merged configuration (jail.conf, jail.d, .local): a section that "
			     "watches a log of Asterisk or uses its filter, with enabled = true, "
			     "and that fail2ban does not skip.",
		.likelihood = 8,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.7" },
		.evaluate = evaluate_asterisk_jail,
		.remedy = fail2ban_remedy_asterisk_jail,
	},
	{
		.id = "F2B-003",
		.title = "The jail's filter matches this Asterisk's lines",
		.why = "A filter that was written for another version sees nothing and says so to "
		       "nobody.",
		.evaluates = "For every kind of failure that this host's logs hold: whether the "
			     "jail's failregex, interpolated, has a rule for it. Unknown where the "
			     "logs hold no failures.",
		.likelihood = 8,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.7", "fail2ban filter history" },
		.evaluate = evaluate_filter,
		.remedy = remedy_filter,
	},
	{
		.id = "F2B-004",
		.title = "The jail reads the file that Asterisk writes",
		.why = "Asterisk's log is called messages, messages.log, full or fail2ban, by "
		       "version and distribution; a jail on another file never bans.",
		.evaluates = "The jail's logpath globs against the files that are there, and "
			     "whether one is written while another grows; backend = systemd sees "
			     "no file at all.",
		.likelihood = 8,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.7", "logger.conf.sample" },
		.evaluate = evaluate_log_path,
		.remedy = fail2ban_remedy_asterisk_jail,
	},
	{
		.id = "F2B-006",
		.title = "A ban blocks every port and protocol",
		.why = "The usual action blocks TCP ports, while SIP comes over UDP: the guesser "
		       "goes on, or turns to SSH and the GUI.",
		.evaluates = "The jail's actions after interpolation, with their protocol, port "
			     "and type. One must block all ports of all protocols.",
		.likelihood = 7,
		.impact = 7,
		.is_seed = true,
		.references = { "seed 4.7", "jail.conf" },
		.evaluate = evaluate_ban_width,
		.remedy = remedy_ban_width,
	},
};

CHECK_LIST(fail2ban_asterisk_checks, rows);
