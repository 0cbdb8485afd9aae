/* SPDX-License-Identifier: Apache-2.0
 *
 * What logs, registrations and call records tell of attacks on SIP and on the GUI, and of calls
 * that are not the business's own.
 */
#include <stdlib.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/live_model.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/firewall/reach_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/check.h"
#include "checks/log_facts.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

/* Failures on one day that want an answer (LOG-007). */
#define SIP_DAY_MAX 100
/* Calls of one account at the same time that a person does not have (LOG-010). */
#define CALLS_AT_ONCE_MAX 3
/* A destination is new when it was first dialled this shortly before. */
#define NEW_DESTINATION_SECONDS ((int64_t)24 * 60 * 60)
/* Call records older than this are history. */
#define RECENT_SECONDS ((int64_t)30 * 24 * 60 * 60)
/* Leading bytes of a number that stand for its destination: an access digit, 00, country, area. */
#define DESTINATION_BYTES 7
/* Records of one account looked back at for calls that still go on. */
#define LOOK_BACK 64

/* Do the rules let a packet of ADDRESS through to a SIP service now? True when that is not known.
 */
static bool reaches_sip(const struct model *model, struct address address)
{
	const struct reach_model *reach = model->reach;
	for (size_t i = 0; reach && i < reach->count; i++) {
		const struct reach_service *service = &reach->services[i];
		if (service->is_loopback || !slice_is(service->process, "asterisk"))
			continue;
		for (size_t k = 0; k < service->part_count; k++)
			if (service->parts[k].sources.family == address.family &&
			    service->parts[k].verdict != REACH_BLOCK &&
			    address_set_contains(service->parts[k].sources, address))
				return true;
	}
	return !reach || reach->count == 0;
}

static void evaluate_guessing(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	for (size_t i = 0; i < model->activity->source_count; i++) {
		const struct activity_source *source = &model->activity->sources[i];
		if (source->sip_day_max <= SIP_DAY_MAX || source->bans || source->is_banned)
			continue;
		const char *from = log_address_text(verdict, source->address);
		if (reaches_sip(model, source->address))
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, from,
				     "%llu failed tries on one day at %s%zu account%s, never "
				     "banned",
				     (unsigned long long)source->sip_day_max,
				     source->more_accounts ? "over " : "", source->account_count,
				     source->account_count == 1 ? "" : "s");
		else
			verdict_note(verdict, ORIGIN_NONE, from,
				     "%llu failed tries on one day; the firewall keeps it out now",
				     (unsigned long long)source->sip_day_max);
	}
	log_close(verdict, model->activity, ACTIVITY_LOG_ASTERISK,
		  "no address with over 100 failed tries a day went unanswered");
	verdict_advice(verdict, "Close SIP to strangers (FW-002), and let fail2ban watch Asterisk "
				"(F2B-002). A source address of UDP can be forged: one packet "
				"proves nothing.");
}

/* Is the account of a call record nobody's: an address in place of a name, or the anonymous
 * endpoint? */
static bool is_stranger(struct slice account)
{
	struct address address;
	return address_parse(account, &address) || slice_is(account, "anonymous");
}

static void evaluate_strangers(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	const struct live_model *live = model->asterisk->live;
	for (size_t i = 0; i < live->record_count; i++) {
		const struct call_record *record = &live->records[i];
		if (!record->is_answered || !record->is_dialled || !is_stranger(record->account))
			continue;
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, record->origin,
			     verdict_text(verdict, record->account),
			     "called %s for %llu seconds without an account",
			     verdict_text(verdict, record->number),
			     (unsigned long long)record->seconds);
	}
	uint64_t rejected = model->activity->counts[LOG_SIP_EXTENSION_NOT_FOUND] +
			    model->activity->counts[LOG_SIP_STRANGER_REJECTED];
	if (rejected)
		verdict_note(verdict, ORIGIN_NONE, "strangers' calls",
			     "%llu were rejected, as they should be", (unsigned long long)rejected);
	if (live->records_state == FACT_UNREADABLE)
		verdict_unknown(verdict, live->records_unread);
	else if (live->records_state == FACT_ABSENT)
		verdict_unknown_because(verdict, "the call records",
					"there is no cdr-csv/Master.csv",
					"load cdr_csv.so, or look into the CDR database");
	else
		verdict_pass(verdict, ORIGIN_NONE, "call records",
			     "none of %zu calls went out without an account", live->record_count);
	verdict_advice(verdict, "Close the way in: SIP-001, PJSIP-001, DIAL-001.");
}

/* Where registered phones may sit: the site's phones, its trusted networks, else private ranges. */
static bool is_phone_place(const struct site *site, struct address address)
{
	for (size_t i = 0; i < site->phone_count; i++)
		if (prefix_contains(site->phones[i], address))
			return true;
	return site->phone_count ? address_is_loopback(address) : site_trusts(site, address);
}

static void evaluate_contacts(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	const struct live_model *live = model->asterisk->live;
	if (live->contacts_state != FACT_PRESENT) {
		verdict_unknown_because(verdict, "the registered phones",
					"the running Asterisk was not asked",
					"give --allow-asterisk-cli");
		return;
	}
	size_t known = 0;
	for (size_t i = 0; i < live->contact_count; i++) {
		const struct live_contact *contact = &live->contacts[i];
		if (!contact->is_dynamic)
			continue;
		if (is_phone_place(model->site, contact->address))
			known++;
		else
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, contact->origin,
				     verdict_text(verdict, contact->account),
				     "registered from %s, outside the known networks",
				     log_address_text(verdict, contact->address));
	}
	verdict_pass(verdict, ORIGIN_NONE, "registered phones",
		     "%zu sit in the networks that are known", known);
	verdict_advice(verdict,
		       "If the owner of that account is not there, change its secret; name "
		       "home offices as phones in ringfence.conf.");
}

static void remedy_contacts(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)model;
	remedy_command(remedy, "# first change the account's secret, then:");
	for (size_t i = 0; i < verdict->count; i++) {
		if (verdict->evidence[i].role != EVIDENCE_FAILS)
			continue;
		BUFFER_AUTO line = { 0 };
		buffer_format(&line, "sip unregister %s", verdict->evidence[i].subject);
		remedy_command(remedy, "asterisk -rx %s",
			       remedy_quote(remedy, buffer_slice(&line)));
	}
	remedy_verify(remedy, "asterisk -rx 'sip show peers'");
	remedy_disrupts(remedy, DISRUPTION_CALLS_DROP);
}

static void judge_live_calls(const struct live_model *live, struct verdict *verdict)
{
	for (size_t i = 0; i < live->call_count; i++) {
		const struct live_call *call = &live->calls[i];
		size_t same = 0;
		bool is_first = true;
		for (size_t k = 0; k < live->call_count; k++) {
			if (!slice_equal(live->calls[k].account, call->account))
				continue;
			same++;
			is_first = is_first && k >= i;
		}
		if (is_first && same > CALLS_AT_ONCE_MAX)
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, call->origin,
				     verdict_text(verdict, call->account),
				     "%zu calls out at this moment, one of them to %s", same,
				     verdict_text(verdict, call->number));
	}
}

/* A record with when its destination was first dialled. */
struct dated_call {
	const struct call_record *record;
	int64_t first_dialled;
};

static struct slice destination_of(const struct call_record *record)
{
	return slice_part(record->number, 0, DESTINATION_BYTES);
}

static int by_destination(const void *a, const void *b)
{
	const struct call_record *first = ((const struct dated_call *)a)->record;
	const struct call_record *second = ((const struct dated_call *)b)->record;
	int order = slice_compare(destination_of(first), destination_of(second));
	return order ? order : (first->start > second->start) - (first->start < second->start);
}

static int by_account(const void *a, const void *b)
{
	const struct call_record *first = ((const struct dated_call *)a)->record;
	const struct call_record *second = ((const struct dated_call *)b)->record;
	int order = slice_compare(first->account, second->account);
	return order ? order : (first->start > second->start) - (first->start < second->start);
}

/* Calls to new destinations of the same account that go on when call AT starts, itself included. */
static size_t at_once(const struct dated_call *calls, size_t at)
{
	const struct call_record *record = calls[at].record;
	size_t count = 0;
	for (size_t k = at + 1; k-- > 0 && at - k < LOOK_BACK;) {
		const struct call_record *other = calls[k].record;
		if (!slice_equal(other->account, record->account))
			break;
		count += other->start + (int64_t)other->seconds > record->start &&
			 other->start - calls[k].first_dialled < NEW_DESTINATION_SECONDS;
	}
	return count;
}

static void judge_records(const struct live_model *live, int64_t now, struct verdict *verdict)
{
	struct dated_call *calls =
		ARENA_ARRAY(verdict->arena, live->record_count, struct dated_call);
	if (!calls) {
		verdict->memory_failed = true;
		return;
	}
	size_t count = 0;
	for (size_t i = 0; i < live->record_count; i++)
		if (live->records[i].is_dialled && live->records[i].is_answered)
			calls[count++].record = &live->records[i];
	qsort(calls, count, sizeof(*calls), by_destination);
	for (size_t i = 0; i < count; i++) {
		bool same = i > 0 && slice_equal(destination_of(calls[i].record),
						 destination_of(calls[i - 1].record));
		calls[i].first_dialled = same ? calls[i - 1].first_dialled : calls[i].record->start;
	}
	qsort(calls, count, sizeof(*calls), by_account);
	struct slice told = { .data = NULL };
	for (size_t i = 0; i < count; i++) {
		const struct call_record *record = calls[i].record;
		size_t same = at_once(calls, i);
		if (record->start < now - RECENT_SECONDS || same <= CALLS_AT_ONCE_MAX ||
		    (told.data && slice_equal(told, record->account)))
			continue;
		told = record->account;
		verdict_fail(
			verdict, EXPOSURE_NOT_APPLICABLE, record->origin,
			verdict_text(verdict, record->account),
			"%zu calls at once to numbers such as %s that were never dialled before",
			same, verdict_text(verdict, record->number));
	}
}

static void evaluate_calls(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	(void)check;
	const struct live_model *live = model->asterisk->live;
	judge_live_calls(live, verdict);
	if (live->records_state == FACT_PRESENT)
		judge_records(live, model->site->now, verdict);
	if (live->records_state == FACT_UNREADABLE)
		verdict_unknown(verdict, live->records_unread);
	else if (live->records_state == FACT_ABSENT)
		verdict_unknown_because(verdict, "the call records",
					"there is no cdr-csv/Master.csv",
					"load cdr_csv.so, or look into the CDR database");
	else
		verdict_pass(verdict, ORIGIN_NONE, "calls",
			     "%zu records and %zu calls now show no burst", live->record_count,
			     live->call_count);
	verdict_advice(verdict, "Hang up, block the route, call the carrier, then change the "
				"account's secret.");
}

static void remedy_calls(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	for (size_t i = 0; i < model->asterisk->live->call_count; i++) {
		BUFFER_AUTO line = { 0 };
		buffer_append_string(&line, "channel request hangup ");
		buffer_append_slice(&line, model->asterisk->live->calls[i].channel);
		remedy_command(remedy, "asterisk -rx %s",
			       remedy_quote(remedy, buffer_slice(&line)));
	}
	remedy_verify(remedy, "asterisk -rx 'core show channels'");
	remedy_disrupts(remedy, DISRUPTION_CALLS_DROP);
}

static void evaluate_gui(const struct check *check, const struct model *model,
			 struct verdict *verdict)
{
	(void)check;
	const struct activity_model *activity = model->activity;
	if (model->asterisk->pbx->kind == PBX_NONE) {
		verdict_not_applicable(verdict, "no GUI of FreePBX, Elastix or Issabel is here");
		return;
	}
	for (size_t i = 0; i < activity->source_count; i++) {
		const struct activity_source *source = &activity->sources[i];
		uint64_t actions = (uint64_t)source->counts[LOG_GUI_LOGIN] +
				   source->counts[LOG_GUI_ACTION] + source->counts[LOG_GUI_COMMAND];
		if (!actions || log_is_trusted(model->site, source->address))
			continue;
		verdict_fail(
			verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE,
			log_address_text(verdict, source->address),
			"%llu actions in the GUI, %u of them on a command line page, last on %s",
			(unsigned long long)actions, source->counts[LOG_GUI_COMMAND],
			log_time_text(verdict, source->last));
	}
	const struct activity_log *log = activity_newest_log(activity, ACTIVITY_LOG_GUI);
	const struct unread *unread = log_unread_of(activity, ACTIVITY_LOG_GUI);
	if (log)
		verdict_pass(verdict, ORIGIN_NONE, log->path,
			     "all actions came from trusted networks");
	else if (unread)
		verdict_unknown(verdict, unread);
	else
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, "the GUI's log",
			     "there is none: nobody can tell who did what");
	verdict_advice(verdict, "Close the GUI to strangers (WEB-001) and change the admin's "
				"password.");
}

static const struct check rows[] = {
	{
		.id = "LOG-007",
		.title = "SIP guessing is seen and answered",
		.why = "Scanners try every extension and password, day and night. Who is not "
		       "stopped gets in at the "
		       "first weak one, and calls at your cost.",
		.evaluates = "Failed registrations and calls by source and day, chan_sip, PJSIP "
			     "and security events "
			     "together, one try counted once; against bans and against what the "
			     "firewall lets in now.",
		.likelihood = 9,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.2, Figure 17" },
		.evaluate = evaluate_guessing,
	},
	{
		.id = "LOG-008",
		.title = "Strangers' call attempts are rejected and known",
		.why = "A call that a stranger placed and that was answered went out on your bill.",
		.evaluates = "Call records of channels named after an address or the anonymous "
			     "endpoint that were dialled "
			     "on and answered; rejected attempts in the log are told.",
		.likelihood = 8,
		.impact = 9,
		.references = { "seed 4.2" },
		.evaluate = evaluate_strangers,
	},
	{
		.id = "LOG-009",
		.title = "Registered phones sit where they should",
		.why = "An account that is registered from an unknown network is either somebody's "
		       "home, or somebody "
		       "else's loot.",
		.evaluates = "Addresses of `sip show peers` and `pjsip show contacts` that "
			     "registered, against the "
			     "phones' networks of the settings, else the trusted ones, else "
			     "private ranges.",
		.likelihood = 6,
		.impact = 8,
		.is_seed = true,
		.references = { "seed 4.2 Figure 4" },
		.evaluate = evaluate_contacts,
		.remedy = remedy_contacts,
	},
	{
		.id = "LOG-010",
		.title = "Calls now and by night look like the business",
		.why = "Toll fraud shows as many calls at once from one account to places that "
		       "nobody there ever called.",
		.evaluates = "Calls that are up (`core show channels`), and Master.csv of the last "
			     "30 days: more than "
			     "three calls at once of one account, to numbers whose first seven "
			     "digits were first dialled "
			     "within the day before.",
		.likelihood = 6,
		.impact = 9,
		.is_seed = true,
		.references = { "seed 4.2 Figures 5, 6" },
		.evaluate = evaluate_calls,
		.remedy = remedy_calls,
	},
	{
		.id = "LOG-011",
		.title = "GUI actions are recorded and known",
		.why = "Who is admin in the GUI owns the PBX. Actions from a foreign network mean "
		       "that the password is "
		       "known to others.",
		.evaluates = "Logins and actions in the audit log of Elastix, Issabel or FreePBX "
			     "by source address against "
			     "the trusted networks; a GUI without such a log fails.",
		.likelihood = 5,
		.impact = 8,
		.is_seed = true,
		.references = { "seed 4.2" },
		.evaluate = evaluate_gui,
	},
};

CHECK_LIST(log_call_checks, rows);
