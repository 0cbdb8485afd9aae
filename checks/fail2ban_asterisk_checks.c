/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban: does a jail see what Asterisk logs, and does its ban cover SIP?
 */

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/logs/activity_model.h"
#include "audit/model/ban_model.h"
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

/* One line that this Asterisk writes, tried on the jail's own filter. */
static void judge_coverage(const struct model *model, const struct ban_coverage *coverage,
			   struct verdict *verdict)
{
	const struct jail_filter *filter = &coverage->jail->filter;
	const char *name = log_kind_name((enum log_kind)coverage->kind);
	uint64_t count = model->activity ? model->activity->counts[coverage->kind] : 0;
	if (coverage->is_found)
		verdict_pass(verdict, filter->origin, name, "the filter finds such a line");
	else if (count)
		verdict_fail(verdict, fail2ban_sip_exposure(model), filter->origin, name,
			     "%llu in the logs, and filter %s finds none of them: %s",
			     (unsigned long long)count, verdict_text(verdict, filter->name),
			     coverage->line);
	else
		verdict_note(verdict, filter->origin, name,
			     "filter %s does not find such a line: %s",
			     verdict_text(verdict, filter->name), coverage->line);
}

/* Several attacks write the same kind of line: told once. */
static bool is_told(const struct ban_proofs *proofs, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (proofs->coverage[i].jail == proofs->coverage[index].jail &&
		    proofs->coverage[i].kind == proofs->coverage[index].kind)
			return true;
	return false;
}

static void evaluate_filter(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	const struct jail *jail;
	if (!fail2ban_need_asterisk_jail(model, verdict, &jail))
		return;
	const struct jail_filter *filter = &jail->filter;
	const struct ban_trial_result *trial = ban_model_find(model->bans, jail);
	size_t found = 0, known = 0;
	if (!filter->fail_regex.size) {
		verdict_fail(verdict, fail2ban_sip_exposure(model), filter->origin,
			     verdict_text(verdict, jail->name), "its filter has no failregex");
		return;
	}
	for (size_t i = 0; model->bans && i < model->bans->proofs.coverage_count; i++) {
		const struct ban_coverage *coverage = &model->bans->proofs.coverage[i];
		if (coverage->jail != jail || !coverage->is_known ||
		    coverage->kind == LOG_SSH_FAILED_PASSWORD_ROOT ||
		    coverage->kind == LOG_GUI_FAILED || is_told(&model->bans->proofs, i))
			continue;
		known++;
		found += coverage->is_found;
		judge_coverage(model, coverage, verdict);
	}
	if (trial && !trial->not_run)
		verdict_note(verdict, filter->origin, verdict_text(verdict, jail->name),
			     "of %llu lines of its logs the filter finds %llu",
			     (unsigned long long)trial->lines, (unsigned long long)trial->matched);
	if (!known)
		verdict_unknown_because(verdict, "whether the filter matches",
					trial && trial->not_run ? trial->not_run
								: "no line could be tried on it",
					"see what `fail2ban-regex` says");
	else if (!found)
		verdict_fail(verdict, fail2ban_sip_exposure(model), filter->origin,
			     verdict_text(verdict, filter->name),
			     "it finds none of the lines that this Asterisk writes");
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

/* logger.conf, where it names files; NULL: it tells nothing. */
static const struct asterisk_settings *settings_with_channels(const struct model *model)
{
	const struct asterisk_settings *settings =
		model->asterisk ? model->asterisk->settings : NULL;
	return settings && settings->logger_channel_count ? settings : NULL;
}

static void judge_log_path(const struct model *model, const struct jail *jail,
			   const struct jail_log *log, struct verdict *verdict, size_t *live)
{
	const struct asterisk_settings *settings = settings_with_channels(model);
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
		if (settings && !logger_channel_of(settings, log->files.paths[i])) {
			verdict_note(verdict, log->origin, log->files.paths[i],
				     "there, but logger.conf has no such file: nothing is "
				     "written to it any more");
			continue;
		}
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

/* strftime's parts that tell a day: without one fail2ban has no date to go by. */
static bool tells_day(struct slice format)
{
	static const char *const parts[] = { "%d", "%e", "%F", "%D", "%c", "%s", "%x", "%j" };
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (contains(format, parts[i]))
			return true;
	return false;
}

static void judge_date_format(const struct asterisk_settings *settings, struct verdict *verdict,
			      enum exposure exposure)
{
	const struct conf_category *general =
		settings->logger_conf ? conf_find_category(settings->logger_conf, "general") : NULL;
	const struct conf_variable *format = general ? conf_last(general, "dateformat") : NULL;
	if (format && !tells_day(format->value))
		verdict_fail(verdict, exposure, format->origin, "dateformat",
			     "%s tells no day: fail2ban cannot tell when a line was written",
			     verdict_text(verdict, format->value));
}

/* The security level came with Asterisk 10. */
#define SECURITY_LEVEL_SINCE 1000

static void evaluate_levels(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	const struct jail *jail;
	const struct asterisk_settings *settings = settings_with_channels(model);
	enum exposure exposure = fail2ban_sip_exposure(model);
	bool notice = false, security = false, any = false;
	if (!fail2ban_need_asterisk_jail(model, verdict, &jail))
		return;
	if (!settings) {
		verdict_unknown_because(verdict, "what Asterisk logs",
					"logger.conf could not be read, or names no file",
					"run as root");
		return;
	}
	struct origin origin = jail->origin;
	for (size_t i = 0; i < jail->log_count; i++)
		for (size_t j = 0; j < jail->logs[i].files.count; j++) {
			const struct logger_channel *channel =
				logger_channel_of(settings, jail->logs[i].files.paths[j]);
			if (!channel)
				continue;
			any = true;
			origin = channel->origin;
			notice |= logger_levels_have(channel->levels, "notice");
			security |= logger_levels_have(channel->levels, "security");
			verdict_note(verdict, channel->origin, jail->logs[i].files.paths[j],
				     "takes %s", verdict_text(verdict, channel->levels));
		}
	const char *subject = verdict_text(verdict, jail->name);
	bool has_security = !model->asterisk->version_number ||
			    model->asterisk->version_number >= SECURITY_LEVEL_SINCE;
	if (!any)
		verdict_fail(verdict, exposure, origin, subject,
			     "it reads no file of logger.conf (F2B-004)");
	else if (!notice)
		verdict_fail(verdict, exposure, origin, subject,
			     "no log of it takes the level notice, which failed logins have");
	else if (has_security && !security)
		verdict_fail(verdict, exposure, origin, subject,
			     "no log of it takes the level security: some failures are told "
			     "there alone");
	else if (has_security &&
		 asterisk_module_state(settings, "res_security_log.so", NULL) == MODULE_NOT_LOADED)
		verdict_fail(verdict, exposure, origin, "res_security_log.so",
			     "it is not loaded, so the level security stays empty");
	else
		verdict_pass(verdict, origin, subject, "its logs take what failures are told in");
	judge_date_format(settings, verdict, exposure);
}

static void remedy_levels(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)model;
	(void)verdict;
	remedy_command(remedy, "cp -a /etc/asterisk/logger.conf /etc/asterisk/logger.conf.rf-bak");
	remedy_command(remedy, "# in [logfiles] of logger.conf (FreePBX: Settings, Asterisk "
			       "Logfile Settings), for the file that the jail reads: NAME => "
			       "notice,warning,error,security; in [general]: dateformat=%%F %%T");
	remedy_command(remedy, "asterisk -rx 'logger reload'");
	remedy_verify(remedy, "asterisk -rx 'logger show channels'");
	remedy_undo(remedy, "cp -a /etc/asterisk/logger.conf.rf-bak /etc/asterisk/logger.conf");
	remedy_undo(remedy, "asterisk -rx 'logger reload'");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
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
		.evaluates = "The jail's own expressions, run over the lines that this Asterisk "
			     "writes for each kind of failure, with its own time format: fails for "
			     "a kind that the logs hold and the filter does not find.",
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
		.id = "F2B-005",
		.title = "Asterisk logs what the jail needs",
		.why = "A filter finds only what is written: logger.conf's sample leaves the "
		       "security log out, and a level that is missing hides whole kinds of "
		       "attacks.",
		.evaluates = "The levels of logger.conf for the files that the jail reads: notice, "
			     "and security from Asterisk 10 on; res_security_log; whether "
			     "dateformat tells a day.",
		.likelihood = 7,
		.impact = 6,
		.is_seed = false,
		.references = { "logger.conf.sample" },
		.evaluate = evaluate_levels,
		.remedy = remedy_levels,
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
