/* SPDX-License-Identifier: Apache-2.0
 *
 * RTP: whose packets are believed, and whether dead calls end.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_fact.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

static const char see_rtp[] = "Settings, Asterisk SIP Settings, RTP Settings";

/* strictrtp: ast_false switches it off, "seqno" (13.19 and 15.2 on) is a stricter form, anything
 * else that is true switches it on (res_rtp_asterisk.c). Off by default before 11. */
static void evaluate_strict(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	const struct asterisk_settings *settings = model->asterisk->settings;
	const struct fact_slice *strict = &settings->strict_rtp;
	unsigned int version = model->asterisk->version_number;
	const enum exposure none = EXPOSURE_NOT_APPLICABLE;
	if (strict->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, strict->unread);
	} else if (strict->state == FACT_PRESENT) {
		if (conf_is_true(strict->value) || slice_is_ignore_case(strict->value, "seqno"))
			verdict_pass(verdict, strict->origin, "strictrtp", "%s",
				     verdict_text(verdict, strict->value));
		else
			verdict_fail(verdict, none, strict->origin, "strictrtp",
				     "%s: packets from any address enter a call's media",
				     verdict_text(verdict, strict->value));
	} else if (!version) {
		verdict_unknown_because(verdict, "strictrtp",
					"it is not set, it was off by default before Asterisk 11, "
					"and the version is not known",
					"give --allow-asterisk-cli, or set it to yes");
	} else if (version < 1100) {
		verdict_fail(verdict, none, asterisk_file_origin(settings->rtp_conf), "strictrtp",
			     "not set, and off by default in this version");
	} else {
		verdict_pass(verdict, ORIGIN_NONE, "strictrtp",
			     "not set, and on by default in this version");
	}
}

static void remedy_strict(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "rtp show settings", NULL };
	const struct asterisk_settings *settings = model->asterisk->settings;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	struct asterisk_place place =
		asterisk_place_of(settings->rtp_conf, "general", settings->strict_rtp.origin);
	place.page = see_rtp;
	asterisk_remedy_set(&change, &place, "strictrtp", "yes");
	asterisk_remedy_end(&change, "module reload res_rtp_asterisk.so", verify);
}

/* A number over 0 in one of chan_sip's sections. */
static bool sets_timeout(const struct conf_category *category, const char *name)
{
	const struct conf_variable *line = conf_last(category, name);
	int64_t value = 0;
	return line && conf_leading_number(line->value, &value) && value > 0;
}

static void evaluate_dead_calls(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	const struct sip_model *sip = model->asterisk->sip;
	if (asterisk_file_unread(sip->file, verdict))
		return;
	if (!sip->is_loaded || !sip->peer_count) {
		verdict_not_applicable(verdict, "chan_sip has no entry");
		return;
	}
	const struct conf_category *general = sip->general.category;
	if (sets_timeout(general, "rtptimeout")) {
		verdict_pass(verdict, conf_last(general, "rtptimeout")->origin, "rtptimeout",
			     "ends calls whose media stops");
		return;
	}
	if (sets_timeout(general, "session-expires") && conf_last(general, "session-timers") &&
	    slice_is_ignore_case(conf_last(general, "session-timers")->value, "originate")) {
		verdict_pass(verdict, conf_last(general, "session-timers")->origin,
			     "session-timers", "originate: dead calls are noticed");
		return;
	}
	size_t without = 0;
	const struct sip_peer *first = NULL;
	for (size_t i = 0; i < sip->peer_count; i++) {
		if (sets_timeout(sip->peers[i].category, "rtptimeout"))
			continue;
		first = first ? first : &sip->peers[i];
		without++;
	}
	if (without)
		verdict_fail(
			verdict, EXPOSURE_NOT_APPLICABLE, general ? general->origin : first->origin,
			"rtptimeout",
			"not set in [general], nor in %zu of %zu entries: a call whose far end "
			"has died runs on, and is paid",
			without, sip->peer_count);
	else
		verdict_pass(verdict, ORIGIN_NONE, "rtptimeout", "set in each entry");
}

static void remedy_dead_calls(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "sip show settings", NULL };
	const struct conf_file *file = model->asterisk->sip->file;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	static const char *const keys[][2] = { { "rtptimeout", "60" },
					       { "rtpholdtimeout", "300" } };
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct fact_slice line =
			conf_fact_slice(file, "general", keys[i][0], CONF_PICK_LAST);
		struct asterisk_place place = asterisk_place_of(file, "general", line.origin);
		place.page = "Settings, Asterisk SIP Settings, Chan SIP Settings";
		asterisk_remedy_set(&change, &place, keys[i][0], keys[i][1]);
	}
	asterisk_remedy_end(&change, "sip reload", verify);
}

static const struct check rows[] = {
	{
		.id = "RTP-001",
		.title = "Strict RTP is on",
		.why = "Without it anybody who sends packets to a call's port is heard in the "
		       "call, or receives its sound.",
		.evaluates = "rtp.conf [general] strictrtp: yes or seqno; unset it is off before "
			     "Asterisk 11 and on since.",
		.likelihood = 5,
		.impact = 6,
		.references = { "res_rtp_asterisk.c", "AST-2017-005", "AST-2017-008" },
		.evaluate = evaluate_strict,
		.remedy = remedy_strict,
	},
	{
		.id = "RTP-002",
		.title = "Dead calls end",
		.why = "A call that nobody hears any more still costs by the minute, and takes a "
		       "channel.",
		.evaluates = "chan_sip's rtptimeout in [general] and in each entry (0 and unset "
			     "mean never), session timers that this host starts.",
		.likelihood = 4,
		.impact = 6,
		.references = { "seed 2.4", "sip.conf.sample" },
		.evaluate = evaluate_dead_calls,
		.remedy = remedy_dead_calls,
	},
};

CHECK_LIST(media_checks, rows);
