/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban: does it run, does it watch what is attacked, and does a ban keep anybody out?
 */
#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/kernel/web_model.h"
#include "audit/logs/activity_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/check.h"
#include "checks/exposure_of.h"
#include "checks/fail2ban_remedy.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

/* What the catalogue asks of a jail (F2B-007): basic, and the seed paper's own numbers. */
#define RETRIES_MAX 5
#define RETRIES_SEED 3
#define BAN_SECONDS_MIN 86400
#define BAN_SECONDS_SEED 259200
#define FIND_SECONDS_MIN 600
/* F2B-008: so many failures within the find time ought to have been banned. */
#define BANS_LOOK_BACK_SECONDS ((int64_t)30 * 86400)

static bool asterisk_is_there(const struct model *model)
{
	const struct asterisk_model *asterisk = model->asterisk;
	return asterisk && asterisk->is_installed.state == FACT_PRESENT &&
	       asterisk->is_installed.value;
}

/* fail2ban's configuration, or why there is nothing to judge: another guard does the work, it is
 * not installed, it could not be read. */
static const struct jail_model *readable_jails(const struct model *model, struct verdict *verdict)
{
	const struct jail_model *jails = model->jails;
	if (!jails || jails->state == FACT_UNREADABLE) {
		if (jails && jails->unread)
			verdict_unknown(verdict, jails->unread);
		else
			verdict_unknown_because(verdict, "fail2ban's configuration",
						"it could not be read", "run as root");
		return NULL;
	}
	return jails;
}

static bool needs_asterisk_jail(const struct model *model, struct verdict *verdict)
{
	if (model->asterisk && asterisk_is_there(model))
		return true;
	if (model->asterisk && model->asterisk->is_installed.state == FACT_UNREADABLE)
		verdict_unknown(verdict, model->asterisk->is_installed.unread);
	else
		verdict_not_applicable(verdict, "there is no Asterisk on this host");
	return false;
}

static bool contains(struct slice text, const char *word)
{
	return slice_find(text, slice_of(word)) < text.size;
}

static bool has_asterisk_log(const struct jail *jail)
{
	for (size_t i = 0; i < jail->log_count; i++)
		if (contains(jail->logs[i].pattern, "asterisk"))
			return true;
	return false;
}

/* Is it a jail for Asterisk: by a log of Asterisk's, or by its filter? */
static bool watches_asterisk(const struct jail *jail)
{
	return has_asterisk_log(jail) || slice_starts_with(jail->filter.name, "asterisk");
}

static bool works(const struct jail *jail)
{
	return jail->is_enabled && !jail->refused;
}

static const struct jail *asterisk_jail(const struct jail_model *jails)
{
	for (size_t i = 0; i < jails->count; i++)
		if (works(&jails->jails[i]) && watches_asterisk(&jails->jails[i]))
			return &jails->jails[i];
	return NULL;
}

static const struct jail *ssh_jail(const struct jail_model *jails)
{
	for (size_t i = 0; i < jails->count; i++)
		if (works(&jails->jails[i]) &&
		    slice_starts_with(jails->jails[i].filter.name, "sshd"))
			return &jails->jails[i];
	return NULL;
}

static enum exposure sip_exposure(const struct model *model)
{
	return exposure_of_process(model, "asterisk", IPPROTO_UDP, 5060);
}

static enum exposure ssh_exposure(const struct model *model)
{
	return exposure_of_process(model, "sshd", IPPROTO_TCP, 22);
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
	enum exposure exposure = exposure_wider(sip_exposure(model), ssh_exposure(model));
	const struct jail_model *jails = readable_jails(model, verdict);
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

static bool is_absent(const struct jail_model *jails, struct verdict *verdict,
		      enum exposure exposure, const char *subject)
{
	if (jails->state != FACT_ABSENT)
		return false;
	if (jails->other_guard.size)
		verdict_not_applicable(verdict, "%.*s guards this host instead of fail2ban",
				       SLICE_ARG(jails->other_guard));
	else
		verdict_fail(verdict, exposure, ORIGIN_NONE, subject, "fail2ban is not installed");
	return true;
}

static void evaluate_asterisk_jail(const struct check *check, const struct model *model,
				   struct verdict *verdict)
{
	(void)check;
	if (!needs_asterisk_jail(model, verdict))
		return;
	const struct jail_model *jails = readable_jails(model, verdict);
	enum exposure exposure = sip_exposure(model);
	if (!jails || is_absent(jails, verdict, exposure, "Asterisk"))
		return;
	const struct jail *jail = asterisk_jail(jails);
	/* The journal, which has no path, counts. */
	if (jail && jail->log_count && !has_asterisk_log(jail)) {
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
		if (watches_asterisk(off))
			verdict_note(verdict, off->enabled_origin, verdict_text(verdict, off->name),
				     "%s", off->refused ? off->refused : "the jail is not enabled");
	}
	verdict_fail(verdict, exposure, ORIGIN_NONE, "Asterisk",
		     "no enabled jail watches a log of Asterisk");
}

#define ASTERISK_JAIL                                                                              \
	"[asterisk]\\nenabled = true\\nfilter = asterisk\\nlogpath = /var/log/asterisk/messages*"  \
	"\\n          /var/log/asterisk/security*\\nmaxretry = 3\\nfindtime = 21600\\nbantime = "  \
	"259200\\naction = %%(banaction_allports)s[name=asterisk, protocol=all]\\n"

static void remedy_asterisk_jail(const struct check *check, const struct model *model,
				 const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	if (model->jails && model->jails->state == FACT_ABSENT)
		fail2ban_remedy_install(model, remedy);
	fail2ban_remedy_write(remedy, "asterisk", ASTERISK_JAIL);
	fail2ban_remedy_reload(remedy, "asterisk", "asterisk");
}

/* The jail that F2B-003 to F2B-008 are about; false when there is none to judge. */
static bool need_asterisk_jail(const struct model *model, struct verdict *verdict,
			       const struct jail **ret_jail)
{
	if (!needs_asterisk_jail(model, verdict))
		return false;
	const struct jail_model *jails = readable_jails(model, verdict);
	if (!jails || is_absent(jails, verdict, sip_exposure(model), "Asterisk"))
		return false;
	*ret_jail = asterisk_jail(jails);
	if (*ret_jail)
		return true;
	if (jails->is_incomplete)
		verdict_unknown(verdict, jails->unread);
	else
		verdict_fail(verdict, sip_exposure(model), ORIGIN_NONE, "Asterisk",
			     "there is no enabled jail for it (F2B-002)");
	return false;
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
	if (!need_asterisk_jail(model, verdict, &jail))
		return;
	const struct jail_filter *filter = &jail->filter;
	if (!filter->fail_regex.size) {
		verdict_fail(verdict, sip_exposure(model), filter->origin,
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
			verdict_fail(verdict, sip_exposure(model), filter->origin,
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
	if (!need_asterisk_jail(model, verdict, &jail))
		return;
	if (slice_starts_with(jail->backend.text, "systemd")) {
		verdict_fail(verdict, sip_exposure(model), jail->backend.origin,
			     verdict_text(verdict, jail->name),
			     "it reads the journal (backend = systemd), and Asterisk writes files");
		return;
	}
	size_t live = 0;
	for (size_t i = 0; i < jail->log_count; i++)
		judge_log_path(model, jail, &jail->logs[i], verdict, &live);
	if (!live)
		verdict_fail(verdict, sip_exposure(model),
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
	if (!need_asterisk_jail(model, verdict, &jail))
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
		verdict_fail(verdict, sip_exposure(model), origin, subject,
			     "no action of it blocks packets");
	else if (!udp)
		verdict_fail(verdict, sip_exposure(model), origin, subject,
			     "a ban blocks TCP only, and SIP comes over UDP");
	else
		verdict_fail(verdict, sip_exposure(model), origin, subject,
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

static void judge_thresholds(const struct model *model, const struct jail *jail,
			     enum exposure exposure, bool has_recidive, struct verdict *verdict)
{
	bool strict = model->site && model->site->level == SITE_STRICT;
	int64_t retries = strict ? RETRIES_SEED : RETRIES_MAX;
	int64_t ban = strict ? BAN_SECONDS_SEED : BAN_SECONDS_MIN;
	const char *subject = verdict_text(verdict, jail->name);
	bool good = true;
	if (jail->max_retry > retries) {
		good = false;
		verdict_fail(verdict, exposure, jail->max_retry_text.origin, subject,
			     "maxretry is %lld, over %lld", (long long)jail->max_retry,
			     (long long)retries);
	}
	if (jail->ban_time >= 0 && jail->ban_time < ban && !jail->ban_time_increments &&
	    !has_recidive) {
		good = false;
		verdict_fail(verdict, exposure, jail->ban_time_text.origin, subject,
			     "bantime is %lld seconds, under %lld, and neither grows nor is "
			     "followed by a recidive jail",
			     (long long)jail->ban_time, (long long)ban);
	}
	if (jail->find_time < FIND_SECONDS_MIN) {
		good = false;
		verdict_fail(verdict, exposure, jail->find_time_text.origin, subject,
			     "findtime is %lld seconds, under %d", (long long)jail->find_time,
			     FIND_SECONDS_MIN);
	}
	if (good)
		verdict_pass(verdict, jail->max_retry_text.origin, subject,
			     "%lld failures within %lld seconds ban for %lld seconds",
			     (long long)jail->max_retry, (long long)jail->find_time,
			     (long long)jail->ban_time);
}

static const struct jail *recidive_jail(const struct jail_model *jails)
{
	const struct jail *jail = jail_find(jails, "recidive");
	return jail && works(jail) && (jail->ban_time < 0 || jail->ban_time >= 7 * 86400) ? jail
											  : NULL;
}

static void evaluate_thresholds(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	(void)check;
	const struct jail_model *jails = readable_jails(model, verdict);
	if (!jails)
		return;
	if (jails->state == FACT_ABSENT) {
		(void)is_absent(jails, verdict,
				exposure_wider(sip_exposure(model), ssh_exposure(model)),
				"thresholds");
		return;
	}
	const struct jail *asterisk = asterisk_is_there(model) ? asterisk_jail(jails) : NULL;
	const struct jail *ssh = ssh_jail(jails);
	bool has_recidive = recidive_jail(jails) != NULL;
	if (asterisk)
		judge_thresholds(model, asterisk, sip_exposure(model), has_recidive, verdict);
	if (ssh)
		judge_thresholds(model, ssh, ssh_exposure(model), has_recidive, verdict);
	if (asterisk || ssh)
		return;
	if (jails->is_incomplete)
		verdict_unknown(verdict, jails->unread);
	else
		verdict_fail(verdict, exposure_wider(sip_exposure(model), ssh_exposure(model)),
			     ORIGIN_NONE, "thresholds", "no jail for SSH or SIP is enabled");
}

static void remedy_thresholds(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	if (model->jails && model->jails->state == FACT_ABSENT)
		fail2ban_remedy_install(model, remedy);
	fail2ban_remedy_write(remedy, "thresholds",
			      "[asterisk]\\nmaxretry = 3\\nfindtime = 21600\\nbantime = "
			      "259200\\n[sshd]\\nmaxretry = 3\\nfindtime = 21600\\nbantime = "
			      "259200\\n");
	fail2ban_remedy_reload(remedy, "thresholds", "sshd");
}

/* The address was neither trusted nor banned although it tripped the thresholds lately. */
static bool escaped(const struct model *model, const struct activity_source *source)
{
	int64_t tripped = source->tripped_ssh > source->tripped_sip ? source->tripped_ssh
								    : source->tripped_sip;
	return tripped && !source->bans && !site_trusts(model->site, source->address) &&
	       source->last >= model->site->now - BANS_LOOK_BACK_SECONDS;
}

/* Evidence of single addresses; the rest is a number. */
#define ADDRESSES_SHOWN 20

static void evaluate_bans(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	const struct jail_model *jails = readable_jails(model, verdict);
	const struct activity_model *activity = model->activity;
	if (!jails || !model->site)
		return;
	if (is_absent(jails, verdict, exposure_wider(sip_exposure(model), ssh_exposure(model)),
		      "bans"))
		return;
	if (!activity || activity->log_count == 0) {
		verdict_unknown_because(verdict, "bans", "no log could be read", "run as root");
		return;
	}
	size_t escapes = 0;
	for (size_t i = 0; i < activity->source_count; i++) {
		const struct activity_source *source = &activity->sources[i];
		if (!escaped(model, source) || ++escapes > ADDRESSES_SHOWN)
			continue;
		BUFFER_AUTO address = { 0 };
		address_format(source->address, &address);
		verdict_fail(verdict, EXPOSURE_ANYWHERE, ORIGIN_NONE, buffer_string(&address),
			     "%llu failures at SSH, %llu at SIP, 10 of them within the find time, "
			     "and never banned",
			     (unsigned long long)source->ssh_failures,
			     (unsigned long long)source->sip_failures);
	}
	if (escapes > ADDRESSES_SHOWN)
		verdict_note(verdict, ORIGIN_NONE, "bans", "and %zu more addresses",
			     escapes - ADDRESSES_SHOWN);
	const struct activity_log *log = activity_newest_log(activity, ACTIVITY_LOG_FAIL2BAN);
	if (escapes)
		return;
	if (log)
		verdict_pass(verdict, ORIGIN_NONE, "bans",
			     "%llu bans in %s, and nobody who tripped a jail went without",
			     (unsigned long long)log->counts[LOG_BAN], log->path);
	else
		verdict_unknown_because(verdict, "bans", "fail2ban's log could not be read",
					"run as root");
}

static void evaluate_ssh_jail(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	enum exposure exposure = ssh_exposure(model);
	const struct jail_model *jails = readable_jails(model, verdict);
	if (!jails)
		return;
	if (exposure <= EXPOSURE_HOST) {
		verdict_not_applicable(verdict, "SSH is not reached from elsewhere");
		return;
	}
	if (is_absent(jails, verdict, exposure, "SSH"))
		return;
	const struct jail *jail = ssh_jail(jails);
	if (jail)
		verdict_pass(verdict, jail->enabled_origin, "SSH", "jail %s is enabled",
			     verdict_text(verdict, jail->name));
	else if (jails->is_incomplete)
		verdict_unknown(verdict, jails->unread);
	else
		verdict_fail(verdict, exposure, ORIGIN_NONE, "SSH", "no enabled jail watches sshd");
	bool strict = model->site && model->site->level == SITE_STRICT;
	if (recidive_jail(jails))
		verdict_pass(verdict, recidive_jail(jails)->enabled_origin, "repeaters",
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
	const struct jail_model *jails = readable_jails(model, verdict);
	if (!jails || is_absent(jails, verdict, exposure, "GUI"))
		return;
	for (size_t i = 0; i < jails->count; i++) {
		if (!works(&jails->jails[i]) || !watches_web(&jails->jails[i]))
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

static void evaluate_ignored(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	const struct jail_model *jails = readable_jails(model, verdict);
	size_t judged = 0;
	if (!jails)
		return;
	if (jails->state == FACT_ABSENT) {
		verdict_not_applicable(verdict, "fail2ban is not installed");
		return;
	}
	for (size_t i = 0; i < jails->count; i++) {
		if (!works(&jails->jails[i]))
			continue;
		judge_ignored(&jails->jails[i], verdict);
		judged++;
	}
	if (!judged)
		verdict_not_applicable(verdict, "no jail is enabled");
}

static void remedy_ignored(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)model;
	(void)verdict;
	remedy_command(remedy,
		       "# add your management networks and the trunk's address to the list");
	fail2ban_remedy_write(remedy, "ignoreip", "[DEFAULT]\\nignoreip = 127.0.0.1/8 ::1\\n");
	fail2ban_remedy_reload(remedy, "ignoreip", "sshd");
}

static const struct check rows[] = {
	{
		.id = "F2B-001",
		.title = "fail2ban runs and starts at boot",
		.why = "Without it a guesser may try for ever, from one address.",
		.evaluates = "Its configuration, process and unit; crowdsec and sshguard count as "
			     "equals. Does not apply where neither SSH nor SIP is reached.",
		.likelihood = 7,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.7" },
		.evaluate = evaluate_runs,
		.remedy = remedy_runs,
	},
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
		.remedy = remedy_asterisk_jail,
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
		.remedy = remedy_asterisk_jail,
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
	{
		.id = "F2B-007",
		.title = "A few failures ban for days",
		.why = "Ten tries and ten minutes of pause are 1,440 tries a day from each "
		       "address.",
		.evaluates = "maxretry (5; strict 3), findtime (600), bantime (a day; strict three "
			     "days; for ever, growing or with a recidive jail is enough) of the "
			     "jails for Asterisk and sshd.",
		.likelihood = 5,
		.impact = 5,
		.is_seed = true,
		.references = { "seed 4.7" },
		.evaluate = evaluate_thresholds,
		.remedy = remedy_thresholds,
	},
	{
		.id = "F2B-008",
		.title = "Bans really happen",
		.why = "Only the logs show whether the chain of log, filter, jail and firewall "
		       "holds.",
		.evaluates = "Addresses with ten failures within the find time, in the last 30 "
			     "days, that fail2ban's log never bans and that are not trusted.",
		.likelihood = 8,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.7 Figure 18" },
		.evaluate = evaluate_bans,
		.remedy = remedy_asterisk_jail,
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
		.why = "An address in ignoreip may guess for ever.",
		.evaluates = "ignoreip of every enabled jail: public ranges wider than /24 "
			     "(IPv6: /48).",
		.likelihood = 4,
		.impact = 6,
		.references = { "jail.conf" },
		.evaluate = evaluate_ignored,
		.remedy = remedy_ignored,
	},
};

CHECK_LIST(fail2ban_checks, rows);
