/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban: when a jail bans, and whether the bans happened.
 */

#include "audit/base/buffer.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/firewall/reach_model.h"
#include "audit/logs/activity_model.h"
#include "audit/model/ban_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/check.h"
#include "checks/exposure_of.h"
#include "checks/fail2ban_jails.h"
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

/* A ban of one who comes again and again. */
#define BANS_OFTEN 20

/* Do bans grow to SECONDS? What is not understood counts as yes. */
static bool grows_to(const struct jail *jail, int64_t seconds)
{
	int64_t longest;
	return jail->ban_time_increments && jail->ban_time > 0 &&
	       (!ban_growth_seconds(&jail->ban_growth, jail->ban_time, BANS_OFTEN, &longest) ||
		longest >= seconds);
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
	if (jail->ban_time >= 0 && jail->ban_time < ban && !grows_to(jail, ban) && !has_recidive) {
		good = false;
		verdict_fail(verdict, exposure, jail->ban_time_text.origin, subject,
			     "bantime is %lld seconds, under %lld, and neither grows beyond that "
			     "nor is followed by a recidive jail",
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

static void evaluate_thresholds(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	(void)check;
	const struct jail_model *jails = fail2ban_readable_jails(model, verdict);
	if (!jails)
		return;
	if (jails->state == FACT_ABSENT) {
		(void)fail2ban_is_absent(
			jails, verdict,
			exposure_wider(fail2ban_sip_exposure(model), fail2ban_ssh_exposure(model)),
			"thresholds");
		return;
	}
	const struct jail *asterisk =
		fail2ban_asterisk_is_there(model) ? fail2ban_asterisk_jail(jails) : NULL;
	const struct jail *ssh = fail2ban_ssh_jail(jails);
	bool has_recidive = fail2ban_recidive_jail(jails) != NULL;
	if (asterisk)
		judge_thresholds(model, asterisk, fail2ban_sip_exposure(model), has_recidive,
				 verdict);
	if (ssh)
		judge_thresholds(model, ssh, fail2ban_ssh_exposure(model), has_recidive, verdict);
	if (asterisk || ssh)
		return;
	if (jails->is_incomplete)
		verdict_unknown(verdict, jails->unread);
	else
		verdict_fail(
			verdict,
			exposure_wider(fail2ban_sip_exposure(model), fail2ban_ssh_exposure(model)),
			ORIGIN_NONE, "thresholds", "no jail for SSH or SIP is enabled");
}

/* May NAME stand in a file's section, inside single quotes and behind printf, as it is? */
static bool is_plain_name(struct slice name)
{
	for (size_t i = 0; i < name.size; i++) {
		unsigned char byte = (unsigned char)name.data[i];
		if (!byte_is_alpha(byte) && !byte_is_digit(byte) && byte != '-' && byte != '_')
			return false;
	}
	return name.size != 0;
}

static void add_thresholds(const struct jail *jail, struct buffer *lines)
{
	if (jail && is_plain_name(jail->name))
		buffer_format(lines,
			      "[%.*s]\\nmaxretry = 3\\nfindtime = 21600\\nbantime = 259200\\n",
			      SLICE_ARG(jail->name));
}

/* Of the jails that work, under their own names: those of a jail that is off would change nothing,
 * and a jail for what is not here would keep fail2ban from starting. */
static void remedy_thresholds(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	const struct jail_model *jails = model->jails;
	const struct jail *ssh = jails ? fail2ban_ssh_jail(jails) : NULL;
	const struct jail *asterisk =
		jails && fail2ban_asterisk_is_there(model) ? fail2ban_asterisk_jail(jails) : NULL;
	const struct jail *shown = asterisk ? asterisk : ssh;
	BUFFER_AUTO lines = { 0 };
	add_thresholds(asterisk, &lines);
	add_thresholds(ssh, &lines);
	if (!shown || !lines.size) {
		fail2ban_remedy_asterisk_jail(check, model, verdict, remedy);
		return;
	}
	fail2ban_remedy_write(remedy, "thresholds", buffer_string(&lines));
	fail2ban_remedy_reload(remedy, "thresholds", remedy_quote(remedy, shown->name));
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

/* After how many tries each kind of attack ends here. */
static void tell_proofs(const struct ban_model *bans, struct verdict *verdict)
{
	for (size_t i = 0; i < bans->proofs.count; i++) {
		const struct ban_proof *proof = &bans->proofs.proofs[i];
		struct origin origin = proof->jail ? proof->jail->enabled_origin : ORIGIN_NONE;
		if (!proof->applies)
			continue;
		if (proof->tries && proof->jail)
			verdict_note(verdict, origin, proof->attack,
				     "tries until the packets drop: %u (jail %s)", proof->tries,
				     verdict_text(verdict, proof->jail->name));
		else if (proof->jail)
			verdict_note(verdict, origin, proof->attack,
				     "the packets never drop, because %s (jail %s)", proof->why,
				     verdict_text(verdict, proof->jail->name));
		else
			verdict_note(verdict, origin, proof->attack,
				     "the packets never drop, because %s", proof->why);
	}
}

/* What each jail would have done with the logs. */
static void tell_trials(const struct ban_model *bans, struct verdict *verdict)
{
	for (size_t i = 0; i < bans->count; i++) {
		const struct ban_trial_result *trial = &bans->trials[i];
		const char *subject = verdict_text(verdict, trial->jail->name);
		struct origin origin = trial->jail->enabled_origin;
		BUFFER_AUTO first = { 0 };
		if (trial->not_run) {
			verdict_note(verdict, origin, subject, "its filter cannot be tried: %s",
				     trial->not_run);
			continue;
		}
		if (trial->ban_count) {
			buffer_append_string(&first, "; the first is ");
			address_format(trial->bans[0].address, &first);
			buffer_append_string(&first, " on ");
			buffer_append_time(&first, trial->bans[0].when);
			buffer_format(&first, " after %u failures", trial->bans[0].tries);
		}
		verdict_note(verdict, origin, subject,
			     "its filter finds %llu of %llu lines, which would have made %s%zu "
			     "bans%s",
			     (unsigned long long)trial->matched, (unsigned long long)trial->lines,
			     trial->more_bans ? "more than " : "", trial->ban_count,
			     buffer_string(&first));
	}
}

/* Why did no jail ban ADDRESS? */
static const char *why_missed(const struct ban_model *bans, struct address address)
{
	for (size_t i = 0; bans && i < bans->count; i++)
		if (ban_trial_find(&bans->trials[i], address))
			return "a jail as it is now would have banned it: look whether fail2ban "
			       "ran";
	return bans ? "no jail as it is now would have banned it" : "";
}

/* Is there any attack that ends in a ban? Unknown counts as yes. */
static bool any_ban_is_possible(const struct ban_model *bans)
{
	bool applies = false;
	for (size_t i = 0; bans && i < bans->proofs.count; i++) {
		applies |= bans->proofs.proofs[i].applies;
		if (bans->proofs.proofs[i].applies && bans->proofs.proofs[i].tries)
			return true;
	}
	return !applies;
}

static void evaluate_bans(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	const struct jail_model *jails = fail2ban_readable_jails(model, verdict);
	const struct activity_model *activity = model->activity;
	if (!jails || !model->site)
		return;
	if (fail2ban_is_absent(
		    jails, verdict,
		    exposure_wider(fail2ban_sip_exposure(model), fail2ban_ssh_exposure(model)),
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
			     "and never banned; %s",
			     (unsigned long long)source->ssh_failures,
			     (unsigned long long)source->sip_failures,
			     why_missed(model->bans, source->address));
	}
	if (escapes > ADDRESSES_SHOWN)
		verdict_note(verdict, ORIGIN_NONE, "bans", "and %zu more addresses",
			     escapes - ADDRESSES_SHOWN);
	const struct activity_log *log = activity_newest_log(activity, ACTIVITY_LOG_FAIL2BAN);
	if (model->bans) {
		tell_proofs(model->bans, verdict);
		tell_trials(model->bans, verdict);
	}
	if (escapes)
		return;
	if (!any_ban_is_possible(model->bans))
		verdict_fail(
			verdict,
			exposure_wider(fail2ban_sip_exposure(model), fail2ban_ssh_exposure(model)),
			ORIGIN_NONE, "bans", "no kind of attack ends in a ban on this host");
	else if (log)
		verdict_pass(verdict, ORIGIN_NONE, "bans",
			     "%llu bans in %s, and nobody who tripped a jail went without",
			     (unsigned long long)log->counts[LOG_BAN], log->path);
	else
		verdict_unknown_because(verdict, "bans", "fail2ban's log could not be read",
					"run as root");
}

static const struct check rows[] = {
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
			     "days, that fail2ban's log never bans and that are not trusted. Each "
			     "jail's filter and counters are run over the logs to see whom it "
			     "would have banned; for each kind of attack, after how many tries the "
			     "packets drop, or why never.",
		.likelihood = 8,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.7 Figure 18" },
		.evaluate = evaluate_bans,
		.remedy = fail2ban_remedy_asterisk_jail,
	},
};

CHECK_LIST(fail2ban_ban_checks, rows);
