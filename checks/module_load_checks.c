/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of Asterisk's modules run though nobody needs them.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/iax_model.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/exposure_of.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

static bool is_running(const struct asterisk_settings *settings, const char *name)
{
	enum module_state state = asterisk_module_state(settings, name, NULL);
	return state == MODULE_LOADED || state == MODULE_ASSUMED;
}

static bool is_any(struct address address)
{
	return address.family == ADDRESS_NONE || address_is_unspecified(address);
}

/* Would both sockets want the same packets? */
static bool overlap(const struct sip_bind *bind, const struct pjsip_transport *transport)
{
	uint16_t port = transport->port ? transport->port : 5060;
	return bind->is_enabled && bind->port == port &&
	       (is_any(bind->address) || is_any(transport->address) ||
		address_equal(bind->address, transport->address));
}

static bool sip_runs(const struct asterisk_model *asterisk)
{
	return asterisk->sip && asterisk->sip->is_loaded &&
	       is_running(asterisk->settings, "chan_sip.so");
}

static bool pjsip_runs(const struct asterisk_model *asterisk)
{
	return asterisk->pjsip && asterisk->pjsip->is_loaded &&
	       is_running(asterisk->settings, "res_pjsip.so");
}

static void judge_ports(const struct model *model, struct verdict *verdict)
{
	const struct asterisk_model *asterisk = model->asterisk;
	if (!sip_runs(asterisk) || !pjsip_runs(asterisk))
		return;
	const struct sip_general *general = &asterisk->sip->general;
	for (size_t i = 0; i < asterisk->pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &asterisk->pjsip->transports[i];
		const struct sip_bind *bind =
			slice_is_ignore_case(transport->protocol, "udp")   ? &general->udp
			: slice_is_ignore_case(transport->protocol, "tcp") ? &general->tcp
			: slice_is_ignore_case(transport->protocol, "tls") ? &general->tls
									   : NULL;
		if (bind && overlap(bind, transport))
			verdict_fail(
				verdict, EXPOSURE_NOT_APPLICABLE, transport->object.origin,
				"chan_sip.so",
				"wants port %u, as PJSIP's transport %s does: which of the two "
				"gets the calls depends on who starts first",
				bind->port, verdict_text(verdict, transport->object.name));
	}
}

static void judge_idle_drivers(const struct model *model, struct verdict *verdict)
{
	const struct asterisk_model *asterisk = model->asterisk;
	const struct sip_model *sip = asterisk->sip;
	const struct iax_model *iax = asterisk->iax;
	if (sip_runs(asterisk) && !sip->peer_count && !sip->is_realtime &&
	    !sip->general.registration_count && !sip->file->is_incomplete)
		verdict_fail(verdict, exposure_of_port(model, 17, sip->general.udp.port),
			     asterisk_file_origin(sip->file), "chan_sip.so",
			     "listens, and no entry is for it");
	if (iax && iax->file->state == FACT_PRESENT && !iax->entry_count &&
	    !iax->registration_count && !iax->is_realtime && !iax->file->is_incomplete &&
	    is_running(asterisk->settings, "chan_iax2.so"))
		verdict_fail(verdict, exposure_of_port(model, 17, 4569),
			     asterisk_file_origin(iax->file), "chan_iax2.so",
			     "listens, and no entry is for it");
}

/* Modules that test Asterisk itself; they are built with --enable-dev-mode alone. */
static void judge_test_modules(const struct model *model, struct verdict *verdict)
{
	const struct asterisk_settings *settings = model->asterisk->settings;
	bool is_live = settings->running_state == FACT_PRESENT;
	const struct slice *names = is_live ? settings->running_modules : settings->disk_modules;
	size_t count = is_live ? settings->running_module_count : settings->disk_module_count;
	for (size_t i = 0; i < count; i++) {
		BUFFER_AUTO name = { 0 };
		struct origin origin = ORIGIN_NONE;
		if (!slice_starts_with(names[i], "test_"))
			continue;
		buffer_append_slice(&name, names[i]);
		if (asterisk_module_state(settings, buffer_string(&name), &origin) != MODULE_LOADED)
			continue;
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, origin,
			     verdict_text(verdict, names[i]), "a test of Asterisk itself runs");
	}
}

static void evaluate_modules(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	const struct asterisk_settings *settings = model->asterisk->settings;
	if (asterisk_module_state(settings, "chan_sip.so", NULL) == MODULE_UNKNOWN) {
		if (asterisk_file_unread(settings->modules_conf, verdict))
			return;
		verdict_unknown_because(verdict, "Asterisk's modules",
					"neither modules.conf nor the running Asterisk tells them",
					"give --allow-asterisk-cli, or add modules.conf");
		return;
	}
	judge_ports(model, verdict);
	judge_idle_drivers(model, verdict);
	judge_test_modules(model, verdict);
	if (!verdict->fail_count)
		verdict_pass(verdict, asterisk_file_origin(settings->modules_conf), "modules",
			     "no driver without entries, no two on one port, no tests");
}

static void remedy_modules(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	static const char *const verify[] = { "module show like chan_", NULL };
	const struct conf_file *file = model->asterisk->settings->modules_conf;
	struct asterisk_remedy change;
	const char *last = "";
	(void)check;
	asterisk_remedy_begin(&change, remedy, model);
	for (size_t i = 0; i < verdict->count; i++) {
		const struct evidence *item = &verdict->evidence[i];
		BUFFER_AUTO line = { 0 };
		if (item->role != EVIDENCE_FAILS || slice_is(slice_of(last), item->subject))
			continue;
		last = item->subject;
		buffer_format(&line, "noload => %s", item->subject);
		const char *kept = buffer_keep(&line, remedy->arena);
		if (!kept) {
			remedy->memory_failed = true;
			return;
		}
		struct asterisk_place place = asterisk_place_of(file, "modules", ORIGIN_NONE);
		asterisk_remedy_add(&change, &place, kept);
	}
	asterisk_remedy_end(&change, NULL, verify);
}

static const struct check rows[] = {
	{
		.id = "MOD-001",
		.title = "Only needed modules load",
		.why = "Each driver that listens is one more door, and a hole in it counts though "
		       "nobody uses it.",
		.evaluates =
			"By modules.conf, the modules' folder and the running list: chan_sip and "
			"PJSIP on one port; chan_sip or chan_iax2 that run without any entry; "
			"test_* modules.",
		.likelihood = 4,
		.impact = 5,
		.level = LEVEL_STRICT,
		.references = { "modules.conf.sample", "main/loader.c" },
		.evaluate = evaluate_modules,
		.remedy = remedy_modules,
	},
};

CHECK_LIST(module_load_checks, rows);
