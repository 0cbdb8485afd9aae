/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/result_activity.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/logs/activity_model.h"

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

bool result_copy_activity(struct arena *arena, const struct activity_model *model,
			  struct result_activity *ret_activity)
{
	struct copying copying = { .arena = arena };
	const struct activity_log *bans = activity_newest_log(model, ACTIVITY_LOG_FAIL2BAN);
	struct result_activity activity = {
		.bans_known = bans && bans->state == FACT_PRESENT,
		.from = time_text(&copying, model->first),
		.to = time_text(&copying, model->last),
	};
	if (!copy_logins(&copying, model, &activity) ||
	    !copy_attackers(&copying, model, &activity) || copying.failed)
		return false;
	*ret_activity = activity;
	return true;
}
