/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/sip_entries.h"
#include "checks/exposure_of.h"

#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/verdict.h"

/* chan_sip left the tree with Asterisk 21. */
#define VERSION_WITHOUT_CHAN_SIP 2100

/* Positive evidence that chan_sip does not run. */
static bool driver_is_absent(const struct asterisk_model *asterisk, struct verdict *verdict)
{
	if (asterisk->version_number >= VERSION_WITHOUT_CHAN_SIP) {
		verdict_not_applicable(verdict, "Asterisk 21 and later have no chan_sip");
		return true;
	}
	if (asterisk->settings &&
	    asterisk_module_state(asterisk->settings, "chan_sip.so", NULL) == MODULE_NOT_LOADED) {
		verdict_not_applicable(verdict, "chan_sip is not loaded");
		return true;
	}
	return false;
}

static bool file_is_usable(const struct sip_model *sip, struct verdict *verdict)
{
	if (sip->file->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, sip->file->unread);
		return false;
	}
	if (sip->file->state == FACT_ABSENT) {
		if (sip->is_realtime)
			verdict_unknown_because(verdict, "sip.conf",
						"extconfig.conf keeps it in a database",
						"export the table as /etc/asterisk/sip.conf");
		else
			verdict_not_applicable(verdict,
					       "there is no sip.conf: chan_sip does not load");
		return false;
	}
	if (!sip->is_loaded) {
		verdict_unknown_because(verdict, "sip.conf",
					sip->refused ? sip->refused : "Asterisk refuses it",
					"mend the file; what runs now is an older state of it");
		return false;
	}
	return true;
}

static void take_families(struct sip_view *view)
{
	const struct sip_bind *binds[] = { &view->sip->general.udp, &view->sip->general.tcp,
					   &view->sip->general.tls };
	for (size_t i = 0; i < ARRAY_SIZE(binds); i++) {
		if (!binds[i]->is_enabled)
			continue;
		sip_families_add(&view->families, binds[i]->address);
	}
}

static enum exposure exposure_of_binds(const struct model *model, const struct sip_model *sip)
{
	const struct sip_general *general = &sip->general;
	enum exposure widest = exposure_of_port(model, IPPROTO_UDP, general->udp.port);
	const struct sip_bind *streams[] = { &general->tcp, &general->tls };
	for (size_t i = 0; i < ARRAY_SIZE(streams); i++) {
		if (!streams[i]->is_enabled)
			continue;
		enum exposure exposure = exposure_of_port(model, IPPROTO_TCP, streams[i]->port);
		if (exposure > widest)
			widest = exposure;
	}
	return widest;
}

bool sip_view_begin(struct sip_view *view, struct verdict *verdict, const struct model *model)
{
	*view = (struct sip_view){ .model = model };
	if (!asterisk_is_there(model, verdict) || driver_is_absent(model->asterisk, verdict))
		return false;
	view->sip = model->asterisk->sip;
	if (!file_is_usable(view->sip, verdict))
		return false;
	view->exposure = exposure_of_binds(model, view->sip);
	take_families(view);
	return true;
}

void sip_view_end(const struct sip_view *view, struct verdict *verdict, size_t count,
		  const char *text)
{
	const struct sip_model *sip = view->sip;
	if (sip->is_realtime)
		verdict_unknown_because(verdict, "entries of chan_sip",
					"extconfig.conf keeps some in a database",
					"export the table into sip.conf");
	if (sip->file->is_incomplete)
		verdict_unknown(verdict, sip->file->incomplete);
	if (verdict->fail_count || verdict->unknown_count)
		return;
	if (count)
		verdict_pass(verdict, (struct origin){ .source = sip->file->source }, "chan_sip",
			     "%s (%zu %s)", text, count, count == 1 ? "entry" : "entries");
	else
		verdict_not_applicable(verdict, "chan_sip has no entry of that kind");
}

enum exposure sip_peer_exposure(const struct sip_view *view, const struct sip_peer *peer)
{
	return sip_sources_exposure(view->families, &peer->acl, view->exposure);
}

const char *sip_peer_subject(struct verdict *verdict, const struct sip_peer *peer)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, peer->is_user && peer->is_peer ? "friend "
				    : peer->is_user                ? "user "
								   : "peer ");
	buffer_append_slice(&text, peer->name);
	return verdict_text(verdict, buffer_slice(&text));
}

struct origin sip_line_or_section(const struct conf_variable *line, const struct sip_peer *peer)
{
	return line ? line->origin : peer->origin;
}

struct asterisk_place sip_peer_place(const struct sip_peer *peer, const struct conf_variable *line)
{
	return (struct asterisk_place){
		.file = peer->is_from_users ? "users.conf" : "sip.conf",
		.section = peer->name,
		.header = peer->origin,
		.line = line ? line->origin : ORIGIN_NONE,
		.page = sip_peer_is_static(peer) ? "Connectivity, Trunks"
						 : "Applications, Extensions, Advanced",
	};
}

struct asterisk_place sip_general_place(const struct sip_model *sip,
					const struct conf_variable *line)
{
	const struct conf_category *category = sip->general.category;
	return (struct asterisk_place){
		.file = "sip.conf",
		.section = SLICE("general"),
		.header = category ? category->origin : ORIGIN_NONE,
		.line = line ? line->origin : ORIGIN_NONE,
		.page = "Settings, Asterisk SIP Settings",
	};
}
