/* SPDX-License-Identifier: Apache-2.0
 *
 * What the logs tell of logins and of attacks on SSH and on the GUI. Addresses are those that the
 * programs wrote themselves (audit/logs/log_shapes.c); a log that covers less than a day decides
 * nothing.
 */
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/check.h"
#include "checks/log_facts.h"
#include "checks/remedy.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"

/* A log is stale when it has been silent so long, and others have not. */
#define STALE_SECONDS ((int64_t)2 * 24 * 60 * 60)
/* Silence inside a log that somebody or something must have caused (catalogue, LOG-001). */
#define GAP_SECONDS_MAX ((int64_t)6 * 60 * 60)
/* Failures on one day that want an answer (LOG-003), and failures before a success (LOG-005). */
#define SSH_DAY_MAX 50
#define FAILURES_BEFORE_MAX 5
/* One file of a log that is never rotated. */
#define LOG_SIZE_MAX ((uint64_t)1024 * 1024 * 1024)

/* Did another log write while LOG was silent? It did when it spans the silence and was never silent
 * as long itself. */
static const struct activity_log *wrote_meanwhile(const struct activity_model *activity,
						  const struct activity_log *log)
{
	for (size_t i = 0; i < activity->log_count; i++) {
		const struct activity_log *other = &activity->logs[i];
		if (other != log && other->state == FACT_PRESENT && other->first &&
		    other->first < log->gap_start &&
		    other->last > log->gap_start + log->gap_seconds &&
		    other->gap_seconds < log->gap_seconds)
			return other;
	}
	return NULL;
}

static int64_t newest_line(const struct activity_model *activity)
{
	int64_t newest = 0;
	for (size_t i = 0; i < activity->log_count; i++)
		if (activity->logs[i].last > newest)
			newest = activity->logs[i].last;
	return newest;
}

static void judge_log(const struct model *model, const struct activity_log *log,
		      struct verdict *verdict)
{
	const struct activity_log *other = wrote_meanwhile(model->activity, log);
	int64_t newest = newest_line(model->activity);
	if (newest < model->site->now - STALE_SECONDS)
		newest = model->site->now - STALE_SECONDS;
	if (log->size_bytes == 0 && log->line_count == 0)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, log->path,
			     "the file is empty");
	else if (log->last && log->last < newest - STALE_SECONDS / 2)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, log->path,
			     "nothing was written for %lld hours, until %s",
			     (long long)((model->site->now - log->last) / 3600),
			     log_time_text(verdict, log->last));
	else if (log->gap_seconds > GAP_SECONDS_MAX && other)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, log->path,
			     "%lld hours without a line from %s on, while %s went on",
			     (long long)(log->gap_seconds / 3600),
			     log_time_text(verdict, log->gap_start), other->path);
	else
		verdict_pass(verdict, ORIGIN_NONE, log->path, "last line %s",
			     log_time_text(verdict, log->last));
}

static void evaluate_current(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	const struct activity_log *log = activity_newest_log(model->activity, ACTIVITY_LOG_AUTH);
	const struct unread *unread = log_unread_of(model->activity, ACTIVITY_LOG_AUTH);
	if (log)
		judge_log(model, log, verdict);
	else if (unread)
		verdict_unknown(verdict, unread);
	else
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE,
			     "the authentication log",
			     "there is neither /var/log/auth.log nor /var/log/secure, nor a "
			     "journal with sshd's lines");
	verdict_advice(verdict, "A log that stops may have been stopped: look at who was logged in "
				"at that time, and at the disk.");
}

static void remedy_current(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	system_remedy_enable(remedy, model, "rsyslog");
	remedy_verify(remedy, "logger -p authpriv.info ringfence-test");
	remedy_verify(remedy, "tail -n 1 /var/log/secure /var/log/auth.log 2>/dev/null");
	remedy_restarts(remedy, "rsyslog.service");
}

static bool is_ssh_login(const struct activity_login *login)
{
	return login->kind >= LOG_SSH_ACCEPTED_PASSWORD && login->kind <= LOG_SSH_ACCEPTED_OTHER;
}

static void evaluate_root(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	for (size_t i = 0; i < model->activity->login_count; i++) {
		const struct activity_login *login = &model->activity->logins[i];
		if (!is_ssh_login(login) || !slice_is(login->account, "root"))
			continue;
		const char *from = log_address_text(verdict, login->address);
		if (log_is_trusted(model->site, login->address))
			verdict_note(verdict, ORIGIN_NONE, from,
				     "root logged in %llu times, last on %s; a trusted network",
				     (unsigned long long)login->count,
				     log_time_text(verdict, login->last));
		else
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, from,
				     "root logged in by %s %llu times, last on %s",
				     activity_login_method(login), (unsigned long long)login->count,
				     log_time_text(verdict, login->last));
	}
	log_close(verdict, model->activity, ACTIVITY_LOG_AUTH, "no root login from outside");
	verdict_advice(verdict, "Ask who that was. If nobody knows, take the host off the net, and "
				"close root's way in (SSH-001).");
}

static void evaluate_guessing(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	for (size_t i = 0; i < model->activity->source_count; i++) {
		const struct activity_source *source = &model->activity->sources[i];
		if (source->ssh_day_max <= SSH_DAY_MAX || source->bans || source->is_banned)
			continue;
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE,
			     log_address_text(verdict, source->address),
			     "%llu failed logins on one day, never banned",
			     (unsigned long long)source->ssh_day_max);
	}
	log_close(verdict, model->activity, ACTIVITY_LOG_AUTH,
		  "no address with over 50 failed logins a day went unanswered");
	verdict_advice(verdict, "Close SSH to strangers (FW-001) and let fail2ban watch it "
				"(F2B-009).");
}

/* The login over SSH that ADDRESS was let in by; NULL when there is none. */
static const struct activity_login *login_from(const struct activity_model *activity,
					       struct address address)
{
	for (size_t i = 0; i < activity->login_count; i++)
		if (is_ssh_login(&activity->logins[i]) &&
		    address_equal(activity->logins[i].address, address))
			return &activity->logins[i];
	return NULL;
}

static void evaluate_mapping(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	const struct activity_model *activity = model->activity;
	for (size_t i = 0; i < activity->source_count; i++) {
		const struct activity_source *source = &activity->sources[i];
		uint32_t alarms = source->counts[LOG_SSH_REVERSE_MAPPING];
		if (!alarms)
			continue;
		const char *from = log_address_text(verdict, source->address);
		const struct activity_login *login = login_from(activity, source->address);
		if (login)
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, from,
				     "%u alarms, and %s logged in from it on %s", alarms,
				     verdict_text(verdict, login->account),
				     log_time_text(verdict, login->last));
		else
			verdict_note(verdict, ORIGIN_NONE, from,
				     "%u alarms: its reverse and forward names disagree, no more",
				     alarms);
	}
	log_close(verdict, activity, ACTIVITY_LOG_AUTH, "no address with such an alarm was let in");
	verdict_advice(verdict, "The alarm proves nothing by itself: look at what that address did "
				"after it logged in.");
}

static void evaluate_success(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	for (size_t i = 0; i < model->activity->login_count; i++) {
		const struct activity_login *login = &model->activity->logins[i];
		if (login->failures_before < FAILURES_BEFORE_MAX)
			continue;
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE,
			     log_address_text(verdict, login->address),
			     "%u failures, %u of them as %s, then let in as that account on %s",
			     login->failures_before, login->same_account_before,
			     verdict_text(verdict, login->account),
			     log_time_text(verdict, login->failures_login));
	}
	log_close(verdict, model->activity, ACTIVITY_LOG_AUTH,
		  "no login followed a series of failures");
	verdict_advice(verdict, "Change that account's secret now, end its sessions, and look at "
				"what it did since.");
}

static void judge_records(const struct model *model, struct verdict *verdict)
{
	const struct login_records *records = &model->activity->records;
	if (records->wtmp_state == FACT_UNREADABLE)
		verdict_unknown(verdict, records->wtmp_unread);
	if (records->zeroed_count || records->disordered_count || records->trailing_bytes)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, "/var/log/wtmp",
			     "%zu records wiped, %zu out of order, %zu bytes left over: somebody "
			     "edited it, or it broke off",
			     records->zeroed_count, records->disordered_count,
			     records->trailing_bytes);
	for (size_t i = 0; i < records->session_count; i++) {
		const struct login_record *session = &records->sessions[i];
		if (session->kind != LOGIN_RECORD_SESSION ||
		    session->address.family == ADDRESS_NONE ||
		    log_is_trusted(model->site, session->address))
			continue;
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE,
			     log_address_text(verdict, session->address),
			     "%s was logged in on %s%s (wtmp)",
			     verdict_text(verdict, session->account),
			     log_time_text(verdict, session->start),
			     session->is_open ? ", and still is" : "");
	}
}

static void evaluate_known(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	(void)check;
	for (size_t i = 0; i < model->activity->login_count; i++) {
		const struct activity_login *login = &model->activity->logins[i];
		if (!is_ssh_login(login) || log_is_trusted(model->site, login->address))
			continue;
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE,
			     log_address_text(verdict, login->address),
			     "%s logged in %llu times, last on %s",
			     verdict_text(verdict, login->account),
			     (unsigned long long)login->count, log_time_text(verdict, login->last));
	}
	judge_records(model, verdict);
	log_close(verdict, model->activity, ACTIVITY_LOG_AUTH,
		  "all logins came from trusted networks");
	verdict_advice(verdict, "Ask each of them whether it was them; name the networks that are "
				"yours with --trusted or in ringfence.conf.");
}

static void evaluate_kept(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	for (size_t i = 0; i < model->activity->log_count; i++) {
		const struct activity_log *log = &model->activity->logs[i];
		if (log->state == FACT_UNREADABLE)
			verdict_unknown(verdict, log->unread);
		if (log->state != FACT_PRESENT)
			continue;
		if (log->size_bytes > LOG_SIZE_MAX && log->file_count <= 1)
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, log->path,
				     "%llu MiB, and no older file beside it: it is never rotated",
				     (unsigned long long)(log->size_bytes >> 20));
		else
			verdict_pass(verdict, ORIGIN_NONE, log->path, "%zu files, %llu MiB",
				     log->file_count, (unsigned long long)(log->size_bytes >> 20));
	}
	if (verdict->count == 0)
		verdict_not_applicable(verdict, "there is no log");
}

static void remedy_kept(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)model;
	for (size_t i = 0; i < verdict->count; i++) {
		if (verdict->evidence[i].role != EVIDENCE_FAILS)
			continue;
		const char *path = remedy_quote(remedy, slice_of(verdict->evidence[i].subject));
		remedy_command(
			remedy,
			"printf '%%s {\\n  weekly\\n  rotate 13\\n  compress\\n  missingok\\n"
			"  sharedscripts\\n  postrotate\\n    asterisk -rx \"logger reload\" "
			"> /dev/null 2>&1 || true\\n  endscript\\n}\\n' %s >> "
			"/etc/logrotate.d/ringfence",
			path);
	}
	remedy_verify(remedy, "logrotate -d /etc/logrotate.d/ringfence");
	remedy_undo(remedy, "rm -f /etc/logrotate.d/ringfence");
}

static const struct check rows[] = {
	{
		.id = "LOG-001",
		.title = "Authentication logs exist and are current",
		.why = "Without this log nobody sees who got in, and fail2ban is blind. One that "
		       "stopped, or has a "
		       "hole, may have been stopped.",
		.evaluates = "/var/log/auth.log, /var/log/secure or the journal: there, not empty, "
			     "written to within "
			     "two days, and no silence of over six hours while other logs went on.",
		.likelihood = 4,
		.impact = 7,
		.is_seed = true,
		.references = { "seed 4.2", "CIS 6.1" },
		.evaluate = evaluate_current,
		.remedy = remedy_current,
	},
	{
		.id = "LOG-002",
		.title = "No root login came in over SSH",
		.why = "A login as root from outside is either a habit that an attacker will find, "
		       "or the attacker.",
		.evaluates = "sshd's \"Accepted ... for root from\" lines of the last 90 days; su "
			     "and sudo apart. Logins "
			     "from trusted networks are told, and do not fail.",
		.likelihood = 6,
		.impact = 9,
		.is_seed = true,
		.references = { "seed 4.2" },
		.evaluate = evaluate_root,
	},
	{
		.id = "LOG-003",
		.title = "Password guessing at SSH is seen and answered",
		.why = "Who may guess for days without being stopped will find a weak password in "
		       "the end.",
		.evaluates = "Failed tries by source address and day, repeated lines multiplied, "
			     "one try counted once; "
			     "against the bans in fail2ban's log.",
		.likelihood = 7,
		.impact = 5,
		.is_seed = true,
		.references = { "seed 4.2" },
		.evaluate = evaluate_guessing,
	},
	{
		.id = "LOG-004",
		.title = "Name-mapping alarms are read rightly",
		.why = "\"POSSIBLE BREAK-IN ATTEMPT!\" only says that an address' names disagree. "
		       "It matters when the "
		       "same address was let in.",
		.evaluates = "sshd's reverse mapping messages, with and without the alarm's words, "
			     "against the accepted "
			     "logins of the same address.",
		.likelihood = 3,
		.impact = 5,
		.is_seed = true,
		.references = { "seed 4.2", "canohost.c" },
		.evaluate = evaluate_mapping,
	},
	{
		.id = "LOG-005",
		.title = "No success follows a guessing series",
		.why = "Many failures and then a success from one address is what a guessed "
		       "password looks like.",
		.evaluates = "Accepted SSH, manager and GUI logins from an address with five or "
			     "more failures in the hour "
			     "before; how many of them with the same account is told.",
		.likelihood = 7,
		.impact = 10,
		.references = { "seed 4.2" },
		.evaluate = evaluate_success,
	},
	{
		.id = "LOG-006",
		.title = "Logins come from known networks",
		.why = "A login from a network that nobody works from is the first sign of a "
		       "stolen account.",
		.evaluates = "Accepted SSH logins and the sessions in wtmp against the trusted "
			     "networks; records of wtmp "
			     "that were wiped, are out of order, or broken off.",
		.likelihood = 5,
		.impact = 8,
		.is_seed = true,
		.references = { "seed 4.2 Figure 3" },
		.evaluate = evaluate_known,
	},
	{
		.id = "LOG-012",
		.title = "Logs are rotated before they fill the disk",
		.why = "A log that is never rotated fills the disk, and then nothing is logged any "
		       "more, or Asterisk stops.",
		.evaluates = "Each log that was read: a single file of over 1 GiB without an older "
			     "one beside it.",
		.likelihood = 4,
		.impact = 5,
		.references = { "CIS 6.1.3", "seed 4.2" },
		.evaluate = evaluate_kept,
		.remedy = remedy_kept,
	},
};

CHECK_LIST(log_checks, rows);
