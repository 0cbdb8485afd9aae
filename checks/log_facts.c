/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/log_facts.h"

#include <time.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/model/site.h"
#include "checks/verdict.h"

/* Logs that cover less decide nothing (catalogue, "Logs and activity"). */
#define WINDOW_SECONDS_MIN ((int64_t)24 * 60 * 60)

static const char *kept(struct verdict *verdict, struct buffer *text)
{
	char *copy = buffer_keep(text, verdict->arena);
	if (!copy)
		verdict->memory_failed = true;
	return copy ? copy : "";
}

const char *log_time_text(struct verdict *verdict, int64_t when)
{
	BUFFER_AUTO text = { 0 };
	struct tm utc;
	time_t seconds = (time_t)when;
	if (when == 0 || !gmtime_r(&seconds, &utc))
		return "an unknown time";
	buffer_format(&text, "%04d-%02d-%02d %02d:%02d UTC", utc.tm_year + 1900, utc.tm_mon + 1,
		      utc.tm_mday, utc.tm_hour, utc.tm_min);
	return kept(verdict, &text);
}

const char *log_address_text(struct verdict *verdict, struct address address)
{
	BUFFER_AUTO text = { 0 };
	address_format(address, &text);
	return kept(verdict, &text);
}

bool log_is_trusted(const struct site *site, struct address address)
{
	address = address_unmap(address);
	for (size_t i = 0; i < site->phone_count; i++)
		if (prefix_contains(site->phones[i], address))
			return true;
	return site_trusts(site, address);
}

const struct unread *log_unread_of(const struct activity_model *activity,
				   enum activity_log_role role)
{
	for (size_t i = 0; i < activity->log_count; i++)
		if (activity->logs[i].role == role && activity->logs[i].state == FACT_UNREADABLE)
			return activity->logs[i].unread;
	return NULL;
}

static const char *role_text(enum activity_log_role role)
{
	static const char *const texts[ACTIVITY_LOG_ROLE_COUNT] = {
		[ACTIVITY_LOG_AUTH] = "the authentication log",
		[ACTIVITY_LOG_ASTERISK] = "Asterisk's log",
		[ACTIVITY_LOG_GUI] = "the GUI's log",
		[ACTIVITY_LOG_WEB] = "the web server's log",
		[ACTIVITY_LOG_FAIL2BAN] = "fail2ban's log",
	};
	return texts[role];
}

void log_close(struct verdict *verdict, const struct activity_model *activity,
	       enum activity_log_role role, const char *text)
{
	if (verdict->fail_count)
		return;
	const struct unread *unread = log_unread_of(activity, role);
	const struct activity_log *log = activity_newest_log(activity, role);
	if (unread)
		verdict_unknown(verdict, unread);
	else if (!log || log->first == 0)
		verdict_unknown_because(verdict, role_text(role), "there is none with lines in it",
					"");
	else if (log->last - log->first < WINDOW_SECONDS_MIN)
		verdict_unknown_because(verdict, role_text(role), "it covers less than a day",
					"audit again tomorrow");
	else
		verdict_pass(verdict, ORIGIN_NONE, log->path, "%s, from %s to %s", text,
			     log_time_text(verdict, log->first), log_time_text(verdict, log->last));
}
