/* SPDX-License-Identifier: Apache-2.0
 *
 * Asterisk's modules and its own limits against exhaustion.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_fact.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/remedy.h"
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

/* chan_sip: unauthenticated TCP and TLS sessions; 100 of 30 seconds by default (sip.h). */
static void judge_sip_sessions(const struct model *model, struct verdict *verdict)
{
	const struct sip_model *sip = model->asterisk->sip;
	if (!sip)
		return;
	if (sip->file->state == FACT_UNREADABLE)
		verdict_unknown(verdict, sip->file->unread);
	if (!sip->is_loaded)
		return;
	struct fact_int limit =
		conf_fact_int(sip->file, "general", "tcpauthlimit", CONF_PICK_LAST, 100);
	struct fact_int seconds =
		conf_fact_int(sip->file, "general", "tcpauthtimeout", CONF_PICK_LAST, 30);
	if (!sip->general.tcp.is_enabled && !sip->general.tls.is_enabled)
		verdict_pass(verdict, ORIGIN_NONE, "chan_sip", "takes no TCP or TLS sessions");
	else if (limit.value > 500)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, limit.origin, "tcpauthlimit",
			     "over 500 sessions may wait without a login");
	else if (seconds.value > 120)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, seconds.origin, "tcpauthtimeout",
			     "a session may wait over two minutes without a login");
	else
		verdict_pass(verdict, limit.origin, "chan_sip",
			     "TCP sessions without a login are few and short");
}

static void evaluate_signalling(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	judge_sip_sessions(model, verdict);
	if (!verdict->count)
		verdict_not_applicable(verdict, "chan_sip is not configured");
}

static void remedy_signalling(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	static const char *const verify[] = { "sip show settings", NULL };
	const struct conf_file *file = model->asterisk->sip->file;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	for (size_t i = 0; i < verdict->count; i++) {
		const char *key = verdict->evidence[i].subject;
		if (verdict->evidence[i].role != EVIDENCE_FAILS)
			continue;
		struct fact_slice fact = conf_fact_slice(file, "general", key, CONF_PICK_LAST);
		struct asterisk_place place = asterisk_place_of(file, "general", fact.origin);
		asterisk_remedy_set(&change, &place, key,
				    slice_is(slice_of(key), "tcpauthlimit") ? "100" : "30");
	}
	asterisk_remedy_end(&change, "sip reload", verify);
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
			     "taskprocessor_overload_trigger not none.",
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
