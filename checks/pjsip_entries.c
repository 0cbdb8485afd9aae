/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/pjsip_entries.h"
#include "checks/exposure_of.h"

#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/base/buffer.h"
#include "audit/firewall/reach_model.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/verdict.h"

/* PJSIP came with Asterisk 12. */
#define VERSION_WITH_PJSIP 1200

static bool driver_is_absent(const struct asterisk_model *asterisk, struct verdict *verdict)
{
	if (asterisk->version_number && asterisk->version_number < VERSION_WITH_PJSIP) {
		verdict_not_applicable(verdict, "this Asterisk has no PJSIP");
		return true;
	}
	if (asterisk->settings &&
	    asterisk_module_state(asterisk->settings, "res_pjsip.so", NULL) == MODULE_NOT_LOADED) {
		verdict_not_applicable(verdict, "res_pjsip is not loaded");
		return true;
	}
	return false;
}

static bool file_is_usable(const struct pjsip_model *pjsip, struct verdict *verdict)
{
	if (pjsip->file->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, pjsip->file->unread);
		return false;
	}
	if (pjsip->file->state == FACT_ABSENT) {
		if (pjsip->is_realtime)
			verdict_unknown_because(verdict, "pjsip.conf",
						"its objects are kept in a database",
						"export the tables as /etc/asterisk/pjsip.conf");
		else
			verdict_not_applicable(verdict, "there is no pjsip.conf");
		return false;
	}
	if (!pjsip->is_loaded) {
		verdict_unknown_because(verdict, "pjsip.conf", "Asterisk calls the file invalid",
					"mend the file; what runs now is an older state of it");
		return false;
	}
	return true;
}

static void take_transports(struct pjsip_view *view)
{
	const struct pjsip_model *pjsip = view->pjsip;
	enum exposure widest = EXPOSURE_HOST;
	for (size_t i = 0; i < pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &pjsip->transports[i];
		bool is_udp = slice_is_ignore_case(transport->protocol, "udp");
		bool is_stream = slice_is_ignore_case(transport->protocol, "tcp") ||
				 slice_is_ignore_case(transport->protocol, "tls");
		sip_families_add(&view->families, transport->address);
		/* Websockets come through Asterisk's HTTP server, which has checks of its own. */
		if (is_udp || is_stream)
			widest = exposure_wider(widest,
						exposure_of_port(view->model,
								 is_udp ? IPPROTO_UDP : IPPROTO_TCP,
								 transport->port));
	}
	if (pjsip->transport_count == 0)
		view->families.ipv4 = true;
	view->exposure = widest;
}

bool pjsip_view_begin(struct pjsip_view *view, struct verdict *verdict, const struct model *model)
{
	*view = (struct pjsip_view){ .model = model };
	if (!asterisk_is_there(model, verdict) || driver_is_absent(model->asterisk, verdict))
		return false;
	view->pjsip = model->asterisk->pjsip;
	if (!file_is_usable(view->pjsip, verdict))
		return false;
	take_transports(view);
	for (size_t i = 0; i < view->pjsip->acl_count; i++)
		view->is_limited |=
			sip_sources_are_limited(view->families, &view->pjsip->acls[i].acl);
	return true;
}

void pjsip_view_end(const struct pjsip_view *view, struct verdict *verdict, size_t count,
		    const char *text, const char *nothing)
{
	const struct pjsip_model *pjsip = view->pjsip;
	if (pjsip->is_realtime)
		verdict_unknown_because(verdict, "objects of PJSIP",
					"extconfig.conf or sorcery.conf keeps some in a database",
					"export the tables into pjsip.conf");
	if (pjsip->file->is_incomplete)
		verdict_unknown(verdict, pjsip->file->incomplete);
	if (pjsip->wizard_file->state == FACT_UNREADABLE)
		verdict_unknown(verdict, pjsip->wizard_file->unread);
	if (verdict->fail_count || verdict->unknown_count)
		return;
	if (count)
		verdict_pass(verdict, asterisk_file_origin(pjsip->file), "PJSIP", "%s (%zu)", text,
			     count);
	else
		verdict_not_applicable(verdict, "%s", nothing);
}

enum exposure pjsip_endpoint_exposure(const struct pjsip_view *view,
				      const struct pjsip_endpoint *endpoint)
{
	enum exposure exposure =
		sip_sources_exposure(view->families, &endpoint->acl, view->exposure);
	for (size_t i = 0; i < view->pjsip->acl_count; i++)
		exposure =
			sip_sources_exposure(view->families, &view->pjsip->acls[i].acl, exposure);
	return exposure;
}

const char *pjsip_subject(struct verdict *verdict, const char *type, struct slice name)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, type);
	buffer_append_byte(&text, ' ');
	buffer_append_slice(&text, name);
	return verdict_text(verdict, buffer_slice(&text));
}

struct asterisk_place pjsip_place(const struct pjsip_object *object,
				  const struct conf_variable *line)
{
	return (struct asterisk_place){
		.file = object->is_from_wizard ? "pjsip_wizard.conf" : "pjsip.conf",
		.section = object->name,
		.header = object->origin,
		.line = line ? line->origin : ORIGIN_NONE,
		.page = "Applications, Extensions, Advanced, or Connectivity, Trunks",
	};
}
