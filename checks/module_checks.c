/* SPDX-License-Identifier: Apache-2.0
 *
 * Asterisk's modules and its own limits against exhaustion.
 */
#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_fact.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/pjsip_entries.h"
#include "checks/remedy.h"
#include "checks/sip_entries.h"
#include "checks/verdict.h"

static void evaluate_limits(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	const struct asterisk_settings *settings = model->asterisk->settings;
	const struct {
		const struct fact_int *fact;
		const char *name;
	} limits[] = {
		{ &settings->max_calls, "maxcalls" },
		{ &settings->max_load, "maxload" },
		{ &settings->min_free_memory, "minmemfree" },
	};
	size_t set = 0;
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		if (limits[i].fact->state == FACT_UNREADABLE) {
			verdict_unknown(verdict, limits[i].fact->unread);
			return;
		}
		if (limits[i].fact->state != FACT_PRESENT || limits[i].fact->value <= 0)
			continue;
		verdict_pass(verdict, limits[i].fact->origin, limits[i].name,
			     "limits what Asterisk takes on");
		set++;
	}
	if (!set)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE,
			     asterisk_file_origin(settings->asterisk_conf), "asterisk.conf",
			     "maxcalls, maxload and minmemfree are all unset or 0: nothing stops "
			     "calls before the host breaks down");
}

static void remedy_limits(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "core show settings", NULL };
	const struct asterisk_settings *settings = model->asterisk->settings;
	const struct {
		const char *key;
		const char *value;
		struct origin line;
	} lines[] = {
		{ "maxcalls", "200", settings->max_calls.origin },
		{ "maxload", "4.0", settings->max_load.origin },
		{ "minmemfree", "64", settings->min_free_memory.origin },
	};
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct asterisk_place place =
			asterisk_place_of(settings->asterisk_conf, "options", lines[i].line);
		asterisk_remedy_set(&change, &place, lines[i].key, lines[i].value);
	}
	asterisk_remedy_end(&change, NULL, verify);
}

/* Most sessions that may wait or be open: five times the defaults. */
#define SESSIONS_MAX 500

static const char overload_key[] = "taskprocessor_overload_trigger";
static const char session_key[] = "sessionlimit";

/* chan_sip: unauthenticated TCP and TLS sessions; 100 of 30 seconds by default (sip.h). */
static void judge_sip_sessions(const struct model *model, struct verdict *verdict)
{
	struct sip_view view;
	if (!sip_view_begin(&view, verdict, model))
		return;
	const struct sip_model *sip = view.sip;
	struct fact_int limit =
		conf_fact_int(sip->file, "general", "tcpauthlimit", CONF_PICK_LAST, 100);
	struct fact_int seconds =
		conf_fact_int(sip->file, "general", "tcpauthtimeout", CONF_PICK_LAST, 30);
	if (!sip->general.tcp.is_enabled && !sip->general.tls.is_enabled)
		verdict_pass(verdict, ORIGIN_NONE, "chan_sip", "takes no TCP or TLS sessions");
	else if (limit.value > SESSIONS_MAX)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, limit.origin, "tcpauthlimit",
			     "over %d sessions may wait without a login", SESSIONS_MAX);
	else if (seconds.value > 120)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, seconds.origin, "tcpauthtimeout",
			     "a session may wait over two minutes without a login");
	else
		verdict_pass(verdict, limit.origin, "chan_sip",
			     "TCP sessions without a login are few and short");
}

/* res_pjsip takes no more requests while a queue is over its limit, unless that is switched off
 * (config_global.c, res_pjsip/pjsip_distributor.c); "global" where it is not set. */
static void judge_pjsip_queues(const struct model *model, struct verdict *verdict)
{
	struct pjsip_view view;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	const struct conf_variable *line =
		pjsip_global_line(view.pjsip, "taskprocessor_overload_trigger");
	struct origin origin =
		line ? line->origin : asterisk_file_origin(model->asterisk->pjsip->file);
	if (line && slice_is_ignore_case(line->value, "none"))
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, origin, overload_key,
			     "none: PJSIP takes requests however full its queues are");
	else
		verdict_pass(verdict, origin, "PJSIP",
			     "takes no new requests while its queues are full");
}

/* Sessions of the built-in HTTP server: 100 by default (main/http.c). */
static void judge_http_sessions(const struct model *model, struct verdict *verdict)
{
	const struct admin_access_model *admin = model->asterisk->admin;
	if (!admin || !admin->http.is_enabled)
		return;
	struct fact_int limit =
		conf_fact_int(admin->http_file, "general", session_key, CONF_PICK_LAST, 100);
	if (limit.state == FACT_PRESENT && limit.value > SESSIONS_MAX)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, limit.origin, session_key,
			     "over %d sessions of the HTTP server at once", SESSIONS_MAX);
	else
		verdict_pass(verdict, limit.origin, "HTTP server", "its sessions are limited");
}

static void evaluate_signalling(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	judge_sip_sessions(model, verdict);
	judge_pjsip_queues(model, verdict);
	judge_http_sessions(model, verdict);
}

static void remedy_signalling(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	static const struct {
		const char *key;
		const char *value;
		const char *section;
		const char *reload;
		const char *verify[2];
	} changes[] = {
		{ "tcpauthlimit", "100", "general", "sip reload", { "sip show settings" } },
		{ "tcpauthtimeout", "30", "general", "sip reload", { "sip show settings" } },
		{ overload_key, "global", "global", "pjsip reload", { "pjsip show settings" } },
		{ session_key, "100", "general", "http reload", { "http show status" } },
	};
	const struct asterisk_model *asterisk = model->asterisk;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
		for (size_t k = 0; k < verdict->count; k++) {
			const struct evidence *evidence = &verdict->evidence[k];
			if (evidence->role != EVIDENCE_FAILS ||
			    !slice_is(slice_of(evidence->subject), changes[i].key))
				continue;
			const struct conf_file *file = i < 2    ? asterisk->sip->file
						       : i == 2 ? asterisk->pjsip->file
								: asterisk->admin->http_file;
			struct asterisk_remedy change;
			asterisk_remedy_begin(&change, remedy, model);
			struct origin line = conf_fact_slice(file, changes[i].section,
							     changes[i].key, CONF_PICK_LAST)
						     .origin;
			struct asterisk_place place =
				asterisk_place_of(file, changes[i].section, line);
			if (i == 2) {
				const struct conf_variable *set =
					pjsip_global_line(asterisk->pjsip, overload_key);
				place.line = set ? set->origin : ORIGIN_NONE;
			}
			asterisk_remedy_set(&change, &place, changes[i].key, changes[i].value);
			asterisk_remedy_end(&change, changes[i].reload, changes[i].verify);
		}
}

static const struct check rows[] = {
	{
		.id = "DOS-001",
		.title = "Asterisk refuses calls before it breaks",
		.why = "Without a limit a flood of calls takes the processor and memory of the "
		       "whole host, and the calls that are up go down with it.",
		.evaluates =
			"asterisk.conf [options] maxcalls, maxload and minmemfree: one of them "
			"above 0. Values that Asterisk cannot read count as 0, as there.",
		.likelihood = 4,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 2.4", "seed 2.5", "main/options.c" },
		.evaluate = evaluate_limits,
		.remedy = remedy_limits,
	},
	{
		.id = "DOS-002",
		.title = "Signalling work is bounded",
		.why = "Half-open sessions and unbounded queues are what floods of malformed "
		       "requests aim at.",
		.evaluates = "chan_sip's tcpauthlimit (100, at most 500) and tcpauthtimeout (30 s, "
			     "at most 120) where TCP or TLS is on; PJSIP's "
			     "taskprocessor_overload_trigger not none; the HTTP server's "
			     "sessionlimit (100, at most 500).",
		.likelihood = 4,
		.impact = 5,
		.level = LEVEL_STRICT,
		.is_seed = true,
		.references = { "seed 2.5", "sip.h", "config_global.c" },
		.evaluate = evaluate_signalling,
		.remedy = remedy_signalling,
	},
};

CHECK_LIST(module_checks, rows);
