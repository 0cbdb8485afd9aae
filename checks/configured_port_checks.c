/* SPDX-License-Identifier: Apache-2.0
 *
 * Where Asterisk's files say that it listens, against where it does.
 */
#include <stdlib.h>

#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/iax_model.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "audit/network/socket_model.h"
#include "checks/check.h"
#include "checks/service_reach.h"
#include "checks/verdict.h"

struct port_walk {
	struct verdict *verdict;
	const struct socket_model *sockets;
	/* Of each socket: a file asks for it. */
	bool *is_wanted;
};

/* One place where a file says that Asterisk listens. */
struct wanted_port {
	const char *what;
	enum transport_protocol protocol;
	uint16_t port;
	/* Unspecified, or of no family: all addresses. */
	struct address address;
	/* The line; ORIGIN_NONE: the default. */
	struct origin origin;
};

static bool may_be_asterisk(const struct listening_socket *socket)
{
	return !socket->process.size || slice_is(socket->process, "asterisk");
}

static bool is_any(struct address address)
{
	return address.family == ADDRESS_NONE || address_is_unspecified(address);
}

static void judge_wanted(struct port_walk *walk, const struct wanted_port *wanted)
{
	const struct listening_socket *holder = NULL;
	bool is_there = false;
	for (size_t i = 0; i < walk->sockets->count; i++) {
		const struct listening_socket *socket = &walk->sockets->sockets[i];
		if (socket->protocol != wanted->protocol || socket->port != wanted->port ||
		    (!is_any(socket->address) && !is_any(wanted->address) &&
		     !address_equal(socket->address, wanted->address)))
			continue;
		if (may_be_asterisk(socket)) {
			walk->is_wanted[i] = true;
			is_there = true;
		} else if (!holder) {
			holder = socket;
		}
	}
	const char *name =
		service_port_text(walk->verdict, (uint8_t)wanted->protocol, wanted->port);
	if (is_there)
		verdict_pass(walk->verdict, wanted->origin, name, "%s listens as configured",
			     wanted->what);
	else if (holder)
		verdict_fail(walk->verdict, EXPOSURE_NOT_APPLICABLE, wanted->origin, name,
			     "configured for %s, but %s has the port", wanted->what,
			     verdict_text(walk->verdict, holder->process));
	else
		verdict_fail(walk->verdict, EXPOSURE_NOT_APPLICABLE, wanted->origin, name,
			     "configured for %s, but Asterisk does not listen there: the module "
			     "did not start, or the line is newer than the last reload",
			     wanted->what);
}

static bool is_kept_out(const struct model *model, const char *module)
{
	return asterisk_module_state(model->asterisk->settings, module, NULL) == MODULE_NOT_LOADED;
}

static void walk_sip(struct port_walk *walk, const struct model *model)
{
	const struct sip_model *sip = model->asterisk->sip;
	if (!sip || !sip->is_loaded || is_kept_out(model, "chan_sip.so"))
		return;
	const struct {
		const char *what;
		enum transport_protocol protocol;
		const struct sip_bind *bind;
	} binds[] = {
		{ "SIP (chan_sip)", TRANSPORT_UDP, &sip->general.udp },
		{ "SIP over TCP (chan_sip)", TRANSPORT_TCP, &sip->general.tcp },
		{ "SIP over TLS (chan_sip)", TRANSPORT_TCP, &sip->general.tls },
	};
	for (size_t i = 0; i < ARRAY_SIZE(binds); i++) {
		const struct sip_bind *bind = binds[i].bind;
		const struct wanted_port wanted = {
			.what = binds[i].what,
			.protocol = binds[i].protocol,
			.port = bind->port,
			.address = bind->address,
			.origin = bind->variable ? bind->variable->origin : ORIGIN_NONE,
		};
		if (bind->is_enabled)
			judge_wanted(walk, &wanted);
	}
}

static void walk_pjsip(struct port_walk *walk, const struct model *model)
{
	const struct pjsip_model *pjsip = model->asterisk->pjsip;
	if (!pjsip || !pjsip->is_loaded || is_kept_out(model, "res_pjsip.so"))
		return;
	for (size_t i = 0; i < pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &pjsip->transports[i];
		bool is_udp = slice_is_ignore_case(transport->protocol, "udp");
		/* Those over WebSocket listen at the HTTP server, flows not at all. */
		if (!is_udp && !slice_is_ignore_case(transport->protocol, "tcp") &&
		    !slice_is_ignore_case(transport->protocol, "tls"))
			continue;
		const struct wanted_port wanted = {
			.what = "SIP (res_pjsip)",
			.protocol = is_udp ? TRANSPORT_UDP : TRANSPORT_TCP,
			.port = transport->port,
			.address = transport->address,
			.origin = transport->object.origin,
		};
		judge_wanted(walk, &wanted);
	}
}

static void walk_admin(struct port_walk *walk, const struct model *model)
{
	const struct admin_access_model *admin = model->asterisk->admin;
	const struct {
		const char *what;
		const struct admin_bind *bind;
	} binds[] = {
		{ "the manager", &admin->manager },
		{ "the manager over TLS", &admin->manager_tls },
		{ "the HTTP server", &admin->http },
		{ "the HTTPS server", &admin->https },
	};
	for (size_t i = 0; i < ARRAY_SIZE(binds); i++) {
		const struct admin_bind *bind = binds[i].bind;
		const struct wanted_port wanted = {
			.what = binds[i].what,
			.protocol = TRANSPORT_TCP,
			.port = bind->port,
			.address = bind->address,
			.origin = bind->origin,
		};
		if (bind->is_enabled)
			judge_wanted(walk, &wanted);
	}
}

static void walk_iax(struct port_walk *walk, const struct model *model)
{
	const struct iax_model *iax = model->asterisk->iax;
	if (!iax || !iax->is_loaded || is_kept_out(model, "chan_iax2.so"))
		return;
	const struct wanted_port wanted = {
		.what = "IAX2",
		.protocol = TRANSPORT_UDP,
		.port = iax->port,
		.origin = iax->general ? iax->general->origin : ORIGIN_NONE,
	};
	judge_wanted(walk, &wanted);
}

/* UDP is left out: media, answers of the DNS and clients have ports that no file names. */
static void judge_unasked(struct port_walk *walk)
{
	for (size_t i = 0; i < walk->sockets->count; i++) {
		const struct listening_socket *socket = &walk->sockets->sockets[i];
		if (!walk->is_wanted[i] && socket->protocol == TRANSPORT_TCP &&
		    slice_is(socket->process, "asterisk"))
			verdict_fail(walk->verdict,
				     listening_socket_is_loopback(socket) ? EXPOSURE_HOST
									  : EXPOSURE_NOT_APPLICABLE,
				     socket->origin,
				     service_port_text(walk->verdict, TRANSPORT_TCP, socket->port),
				     "Asterisk listens here, but none of sip.conf, pjsip.conf, "
				     "manager.conf and http.conf asks for it: another module, or "
				     "the files changed since Asterisk read them");
	}
}

static void evaluate_configured(const struct check *check UNUSED, const struct model *model,
				struct verdict *verdict)
{
	const struct socket_model *sockets = model->sockets;
	if (!service_list_is_known(verdict, model))
		return;
	bool is_running = false;
	for (size_t i = 0; i < sockets->count; i++)
		is_running |= slice_is(sockets->sockets[i].process, "asterisk");
	if (!is_running) {
		verdict_not_applicable(verdict, "no socket is known to be Asterisk's");
		return;
	}
	struct port_walk walk = { .verdict = verdict, .sockets = sockets };
	walk.is_wanted = calloc(sockets->count, sizeof(*walk.is_wanted));
	if (!walk.is_wanted) {
		verdict->memory_failed = true;
		return;
	}
	walk_sip(&walk, model);
	walk_pjsip(&walk, model);
	walk_admin(&walk, model);
	walk_iax(&walk, model);
	judge_unasked(&walk);
	if (verdict->fail_count)
		verdict_advice(
			verdict,
			"restart Asterisk when no call is up (core restart when convenient): "
			"a reload does not move a socket; then keep modules that nobody needs "
			"from loading in modules.conf");
	free(walk.is_wanted);
}

static const struct check rows[] = {
	{
		.id = "NET-009",
		.title = "Asterisk listens where its files say, and nowhere else",
		.why = "A port that is configured and not bound is a change that nobody loaded, or "
		       "two drivers that want the same port: what the files promise (TLS, another "
		       "address) is not what phones and attackers meet.",
		.evaluates =
			"Each bind address and port of sip.conf, pjsip.conf, manager.conf, "
			"http.conf and iax.conf of modules that are loaded, against the sockets of "
			"the process asterisk; and its listening TCP sockets against the files.",
		.likelihood = 3,
		.impact = 5,
		.references = { "chan_sip.c", "config_transport.c", "manager.c", "http.c" },
		.evaluate = evaluate_configured,
	},
};

CHECK_LIST(configured_port_checks, rows);
