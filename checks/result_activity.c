/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/result_activity.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/logs/activity_model.h"
#include "audit/model/ban_model.h"
#include "audit/model/model.h"

/* A report is read by people: the newest logins, the busiest addresses. The totals are told beside.
 */
#define LOGINS_SHOWN_MAX 100
#define ATTACKERS_SHOWN_MAX 100

struct copying {
	struct arena *arena;
	bool failed;
};

static const char *kept(struct copying *copying, struct buffer *text)
{
	char *copy = buffer_keep(text, copying->arena);
	if (!copy)
		copying->failed = true;
	return copy ? copy : "";
}

static const char *printable(struct copying *copying, struct slice slice)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_printable(&text, slice);
	return kept(copying, &text);
}

/* "" for no time. */
static const char *time_text(struct copying *copying, int64_t when)
{
	BUFFER_AUTO text = { 0 };
	if (when)
		buffer_append_time(&text, when);
	return kept(copying, &text);
}

static const char *address_text(struct copying *copying, struct address address)
{
	BUFFER_AUTO text = { 0 };
	address_format(address, &text);
	return kept(copying, &text);
}

static bool copy_logins(struct copying *copying, const struct activity_model *model,
			struct result_activity *activity)
{
	size_t count =
		model->login_count < LOGINS_SHOWN_MAX ? model->login_count : LOGINS_SHOWN_MAX;
	struct result_login *rows = ARENA_ARRAY(copying->arena, count, struct result_login);
	if (!rows)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct activity_login *login = &model->logins[i];
		rows[i] = (struct result_login){
			.when = time_text(copying, login->last),
			.account = printable(copying, login->account),
			.address = address_text(copying, login->address),
			.method = activity_login_method(login),
		};
	}
	activity->logins = rows;
	activity->login_count = count;
	return true;
}

static const char *kinds_text(struct copying *copying, const struct activity_source *source)
{
	BUFFER_AUTO text = { 0 };
	for (int kind = LOG_NOTHING + 1; kind < LOG_KIND_COUNT; kind++) {
		if (source->counts[kind] == 0)
			continue;
		buffer_format(&text, "%s%s %u", text.size ? ", " : "",
			      log_kind_name((enum log_kind)kind), source->counts[kind]);
	}
	return kept(copying, &text);
}

static bool copy_attackers(struct copying *copying, const struct activity_model *model,
			   struct result_activity *activity)
{
	size_t room = model->source_count < ATTACKERS_SHOWN_MAX ? model->source_count
								: ATTACKERS_SHOWN_MAX;
	struct result_attacker *rows = ARENA_ARRAY(copying->arena, room, struct result_attacker);
	if (!rows)
		return false;
	for (size_t i = 0; i < model->source_count; i++) {
		const struct activity_source *source = &model->sources[i];
		uint64_t failures = activity_source_failures(source);
		activity->bans += source->bans;
		if (failures == 0)
			continue;
		activity->attacker_total++;
		if (activity->attacker_count == room)
			continue;
		rows[activity->attacker_count++] = (struct result_attacker){
			.address = address_text(copying, source->address),
			.first = time_text(copying, source->first),
			.last = time_text(copying, source->last),
			.events = failures,
			.kinds = kinds_text(copying, source),
			.banned = !activity->bans_known               ? "unknown"
				  : source->bans || source->is_banned ? "yes"
								      : "no",
		};
	}
	activity->attackers = rows;
	return true;
}

static bool copy_proofs(struct copying *copying, const struct ban_proofs *proofs,
			struct result_activity *activity)
{
	struct result_ban_proof *rows =
		ARENA_ARRAY(copying->arena, proofs->count, struct result_ban_proof);
	if (!rows)
		return false;
	activity->ban_proofs = rows;
	for (size_t i = 0; i < proofs->count; i++) {
		const struct ban_proof *proof = &proofs->proofs[i];
		if (!proof->applies)
			continue;
		rows[activity->ban_proof_count++] = (struct result_ban_proof){
			.attack = proof->attack,
			.attempts = proof->tries,
			.jail = proof->jail ? printable(copying, proof->jail->name) : "",
			.why = proof->why ? proof->why : "",
		};
	}
	return true;
}

static struct result_ban_risk risk_row(struct copying *copying, const struct ban_risk *risk)
{
	static const struct {
		const char *banned;
		const char *why;
	} answers[] = {
		[BAN_RISK_EXEMPT] = { "no", "it is exempt wherever a jail bans" },
		[BAN_RISK_BANNED] = { "yes", "it is not in ignoreip" },
		[BAN_RISK_FORGED] = { "yes", "it is not in ignoreip, and forged packets are "
					     "enough" },
		[BAN_RISK_UNKNOWN] = { "unknown",
				       "an ignorecommand or a name in ignoreip decides" },
	};
	BUFFER_AUTO address = { 0 };
	if (risk->prefix.length == address_bits(risk->prefix.address.family))
		address_format(risk->prefix.address, &address);
	else
		prefix_format(risk->prefix, &address);
	return (struct result_ban_risk){
		.who = ban_risk_who_text(risk->who),
		.address = kept(copying, &address),
		.banned = answers[risk->answer].banned,
		.jail = risk->jail ? printable(copying, risk->jail->name) : "",
		.why = risk->phone_count > 1 && risk->answer == BAN_RISK_BANNED
			       ? "it is not in ignoreip, and several phones share it"
			       : answers[risk->answer].why,
	};
}

static bool copy_risks(struct copying *copying, const struct ban_risks *risks,
		       struct result_activity *activity)
{
	struct result_ban_risk *rows =
		ARENA_ARRAY(copying->arena, risks->count, struct result_ban_risk);
	if (!rows)
		return false;
	for (size_t i = 0; i < risks->count; i++)
		rows[i] = risk_row(copying, &risks->risks[i]);
	activity->ban_risks = rows;
	activity->ban_risk_count = risks->count;
	return true;
}

bool result_copy_activity(struct arena *arena, const struct model *model,
			  struct result_activity *ret_activity)
{
	struct copying copying = { .arena = arena };
	const struct activity_log *bans =
		activity_newest_log(model->activity, ACTIVITY_LOG_FAIL2BAN);
	struct result_activity activity = {
		.bans_known = bans && bans->state == FACT_PRESENT,
		.from = time_text(&copying, model->activity->first),
		.to = time_text(&copying, model->activity->last),
	};
	if (!copy_logins(&copying, model->activity, &activity) ||
	    !copy_attackers(&copying, model->activity, &activity) ||
	    (model->bans && (!copy_proofs(&copying, &model->bans->proofs, &activity) ||
			     !copy_risks(&copying, &model->bans->risks, &activity))) ||
	    copying.failed)
		return false;
	*ret_activity = activity;
	return true;
}
