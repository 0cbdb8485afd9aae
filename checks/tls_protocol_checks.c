/* SPDX-License-Identifier: Apache-2.0
 *
 * Versions of TLS and ciphers of every service that speaks it: chan_sip, PJSIP, the manager
 * interface, Asterisk's HTTP server, Apache and nginx.
 */
#include <netinet/in.h>

#include "audit/advisory/version_compare.h"
#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/certificate/certificate_model.h"
#include "audit/kernel/system_model.h"
#include "audit/kernel/web_model.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/exposure_of.h"
#include "checks/pjsip_entries.h"
#include "checks/remedy.h"
#include "checks/sip_entries.h"
#include "checks/tls_offer.h"
#include "checks/verdict.h"

struct offer {
	const char *subject;
	/* TLS_VERSION_NONE: the library's choice, which is not known. */
	enum tls_version lowest;
	struct origin lowest_origin;
	/* It sets the lowest version itself, whatever openssl.cnf has. */
	bool overrules_file;
	struct slice ciphers;
	struct origin cipher_origin;
	uint16_t port;
};

/* OpenSSL 3 lets TLS 1.0 and 1.1 through at its security level 0 alone, since they sign with SHA-1
 * (its CHANGES, 3.0). */
static bool has_openssl_3(const struct system_model *host)
{
	static const char *const names[] = { "libssl3", "libssl3t64" };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (system_find_package(host, names[i]))
			return true;
	const struct system_package *package = system_find_package(host, "openssl-libs");
	return package &&
	       version_compare_rpm(version_upstream_part(package->version), SLICE("3")) >= 0;
}

static enum tls_version floor_of(const struct model *model, const struct offer *offer)
{
	const struct tls_policy *policy = &model->certificates->policy;
	enum tls_version floor = TLS_VERSION_NONE;
	if (model->host && has_openssl_3(model->host) && !tls_ciphers_lower_level(offer->ciphers))
		floor = TLS_VERSION_1_2;
	if (!offer->overrules_file && policy->state == FACT_PRESENT && policy->lowest > floor)
		floor = policy->lowest;
	return floor;
}

static void judge_version(const struct model *model, struct verdict *verdict,
			  const struct offer *offer, enum exposure exposure)
{
	enum tls_version floor = floor_of(model, offer);
	enum tls_version lowest = offer->lowest > floor ? offer->lowest : floor;
	const struct tls_policy *policy = &model->certificates->policy;
	if (lowest >= TLS_VERSION_1_2)
		verdict_pass(verdict, offer->lowest_origin, offer->subject, "%s and later%s",
			     tls_version_name(lowest),
			     floor > offer->lowest ? ", by the system's own rule" : "");
	else if (!offer->overrules_file && policy->state == FACT_UNREADABLE)
		verdict_unknown(verdict, policy->unread);
	else if (lowest == TLS_VERSION_NONE)
		verdict_unknown_because(verdict, offer->subject,
					"no version is set, and what its library takes differs "
					"between releases",
					"set one: method=tlsv1_2 for PJSIP");
	else
		verdict_fail(verdict, exposure, offer->lowest_origin, offer->subject,
			     "%s can be negotiated", tls_version_name(lowest));
}

static void judge_offer(const struct model *model, struct verdict *verdict,
			const struct offer *offer)
{
	enum exposure exposure = exposure_of_port(model, IPPROTO_TCP, offer->port);
	struct slice weak = tls_weak_cipher(offer->ciphers);
	judge_version(model, verdict, offer, exposure);
	if (weak.size)
		verdict_fail(verdict, exposure, offer->cipher_origin, offer->subject,
			     "its cipher list takes weak ones: %s", verdict_text(verdict, weak));
}

static struct slice value_of(const struct conf_variable *line)
{
	return line ? line->value : SLICE("");
}

static struct origin origin_or(const struct conf_variable *line, const struct conf_file *file)
{
	return line ? line->origin : asterisk_file_origin(file);
}

/* main/tcptls.c: SSL 3.0 is off since AST-2014-011; 1.0 and 1.1 are until a line says so. */
static enum tls_version lowest_of_asterisk(const struct conf_variable *disable_v1,
					   const struct conf_variable *disable_v11)
{
	if (!disable_v1 || !conf_is_true(disable_v1->value))
		return TLS_VERSION_1_0;
	return disable_v11 && conf_is_true(disable_v11->value) ? TLS_VERSION_1_2 : TLS_VERSION_1_1;
}

static void judge_sip(const struct model *model, struct verdict *verdict)
{
	const struct sip_model *sip = model->asterisk->sip;
	if (!sip || !sip->is_loaded || !sip->general.tls.is_enabled)
		return;
	const struct conf_category *general = sip->general.category;
	const struct conf_variable *v1 = conf_last(general, "tlsdisablev1");
	const struct conf_variable *cipher = conf_last(general, "tlscipher");
	const struct offer offer = {
		.subject = "chan_sip",
		.lowest = lowest_of_asterisk(v1, conf_last(general, "tlsdisablev11")),
		.lowest_origin = origin_or(v1, sip->file),
		.ciphers = value_of(cipher),
		.cipher_origin = origin_or(cipher, sip->file),
		.port = sip->general.tls.port,
	};
	judge_offer(model, verdict, &offer);
}

static void judge_admin(const struct model *model, struct verdict *verdict, const char *subject,
			const struct admin_bind *bind, const struct admin_tls *tls,
			const struct conf_file *file)
{
	if (!bind->is_enabled)
		return;
	const struct offer offer = {
		.subject = subject,
		.lowest = lowest_of_asterisk(tls->disable_v1, tls->disable_v11),
		.lowest_origin = origin_or(tls->disable_v1, file),
		.ciphers = value_of(tls->cipher),
		.cipher_origin = origin_or(tls->cipher, file),
		.port = bind->port,
	};
	judge_offer(model, verdict, &offer);
}

static enum tls_version version_of_method(struct slice method)
{
	static const struct {
		const char *word;
		enum tls_version version;
	} words[] = {
		{ "tlsv1", TLS_VERSION_1_0 },   { "tlsv1_1", TLS_VERSION_1_1 },
		{ "tlsv1_2", TLS_VERSION_1_2 }, { "tlsv1_3", TLS_VERSION_1_3 },
		{ "sslv23", TLS_VERSION_1_0 },  { "sslv2", TLS_VERSION_SSL3 },
		{ "sslv3", TLS_VERSION_SSL3 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (slice_is_ignore_case(method, words[i].word))
			return words[i].version;
	return TLS_VERSION_NONE;
}

static void judge_pjsip(const struct model *model, struct verdict *verdict)
{
	const struct pjsip_model *pjsip = model->asterisk->pjsip;
	for (size_t i = 0; pjsip && pjsip->is_loaded && i < pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &pjsip->transports[i];
		if (!slice_is_ignore_case(transport->protocol, "tls"))
			continue;
		const struct offer offer = {
			.subject = pjsip_subject(verdict, "transport", transport->object.name),
			.lowest = version_of_method(value_of(transport->method)),
			.lowest_origin = transport->method ? transport->method->origin
							   : transport->object.origin,
			.ciphers = value_of(transport->cipher),
			.cipher_origin = transport->cipher ? transport->cipher->origin
							   : transport->object.origin,
			.port = transport->port,
		};
		judge_offer(model, verdict, &offer);
	}
}

/* SSLProtocol's "all" took SSL 3.0 in before Apache 2.4. */
static bool is_old_apache(const struct system_model *host)
{
	static const char *const names[] = { "httpd", "apache2" };
	for (size_t i = 0; host && i < ARRAY_SIZE(names); i++) {
		const struct system_package *package = system_find_package(host, names[i]);
		if (package)
			return version_compare_rpm(version_upstream_part(package->version),
						   SLICE("2.4")) < 0;
	}
	return false;
}

/* nginx had TLS 1.0 in its default until 1.27.3; Apache's is all. */
static enum tls_version lowest_of_web(const struct model *model,
				      const struct web_listener *listener)
{
	if (!listener->tls_protocols.size)
		return TLS_VERSION_1_0;
	return listener->server == WEB_NGINX
		       ? tls_lowest_of_list(listener->tls_protocols)
		       : tls_lowest_of_apache(listener->tls_protocols, is_old_apache(model->host));
}

static bool is_told(const struct web_model *web, size_t index)
{
	const struct web_listener *listener = &web->listeners[index];
	for (size_t i = 0; i < index; i++) {
		const struct web_listener *other = &web->listeners[i];
		if (other->is_tls && other->port == listener->port &&
		    slice_equal(other->tls_protocols, listener->tls_protocols) &&
		    slice_equal(other->tls_ciphers, listener->tls_ciphers))
			return true;
	}
	return false;
}

static void judge_web(const struct model *model, struct verdict *verdict)
{
	const struct web_model *web = model->web;
	for (size_t i = 0; web && i < web->listener_count; i++) {
		const struct web_listener *listener = &web->listeners[i];
		BUFFER_AUTO subject = { 0 };
		if (!listener->is_tls || is_told(web, i))
			continue;
		buffer_format(&subject, "web server, port %u", listener->port);
		const struct offer offer = {
			.subject = verdict_text(verdict, buffer_slice(&subject)),
			.lowest = lowest_of_web(model, listener),
			.lowest_origin = listener->tls_protocols.size
						 ? listener->tls_protocols_origin
						 : listener->origin,
			.overrules_file = listener->tls_protocols.size > 0,
			.ciphers = listener->tls_ciphers,
			.cipher_origin = listener->tls_ciphers_origin,
			.port = listener->port,
		};
		judge_offer(model, verdict, &offer);
	}
}

static void evaluate_protocols(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	const struct asterisk_model *asterisk = model->asterisk;
	const struct admin_access_model *admin = asterisk ? asterisk->admin : NULL;
	if (asterisk) {
		judge_sip(model, verdict);
		judge_pjsip(model, verdict);
	}
	if (admin) {
		judge_admin(model, verdict, "manager interface", &admin->manager_tls,
			    &admin->manager_certificate, admin->manager_file);
		judge_admin(model, verdict, "Asterisk's HTTP server", &admin->https,
			    &admin->http_certificate, admin->http_file);
	}
	judge_web(model, verdict);
	if (model->web && model->web->state == FACT_UNREADABLE)
		verdict_unknown(verdict, model->web->unread);
	if (!verdict->count)
		verdict_not_applicable(verdict, "no service that was seen is told to speak TLS");
}

static bool has_failed(const struct verdict *verdict, const char *subject)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->evidence[i].role == EVIDENCE_FAILS &&
		    slice_is(slice_of(verdict->evidence[i].subject), subject))
			return true;
	return false;
}

static void set_lines(struct asterisk_remedy *change, const struct conf_file *file)
{
	static const char *const keys[] = { "tlsdisablev1", "tlsdisablev11" };
	const struct conf_category *general = conf_find_category(file, "general");
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct conf_variable *line = conf_last(general, keys[i]);
		struct asterisk_place place =
			asterisk_place_of(file, "general", line ? line->origin : ORIGIN_NONE);
		asterisk_remedy_set(change, &place, keys[i], "yes");
	}
}

static void mend_asterisk(const struct model *model, const struct verdict *verdict,
			  struct remedy *remedy)
{
	static const char *const verify[] = { "pjsip show transports", "http show status", NULL };
	const struct asterisk_model *asterisk = model->asterisk;
	const struct pjsip_model *pjsip = asterisk->pjsip;
	struct asterisk_remedy change;
	bool any = false;
	asterisk_remedy_begin(&change, remedy, model);
	if (has_failed(verdict, "chan_sip")) {
		set_lines(&change, asterisk->sip->file);
		any = true;
	}
	if (has_failed(verdict, "manager interface")) {
		set_lines(&change, asterisk->admin->manager_file);
		any = true;
	}
	if (has_failed(verdict, "Asterisk's HTTP server")) {
		set_lines(&change, asterisk->admin->http_file);
		any = true;
	}
	for (size_t i = 0; pjsip && i < pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &pjsip->transports[i];
		struct verdict scratch = { .arena = remedy->arena };
		if (!has_failed(verdict,
				pjsip_subject(&scratch, "transport", transport->object.name)))
			continue;
		struct asterisk_place place = pjsip_place(&transport->object, transport->method);
		asterisk_remedy_set(&change, &place, "method", "tlsv1_2");
		any = true;
	}
	if (any)
		asterisk_remedy_end(&change, NULL, verify);
}

/* The one directive on its line; what else stands there stays. */
static void mend_web(const struct web_listener *listener, struct remedy *remedy)
{
	const char *file =
		remedy_quote(remedy, slice_of(origin_path(listener->tls_protocols_origin)));
	unsigned int line = origin_line(listener->tls_protocols_origin);
	bool nginx = listener->server == WEB_NGINX;
	if (!line)
		return;
	remedy_command(remedy, "cp -a %s %s.rf-bak", file, file);
	remedy_command(remedy,
		       nginx ? "sed -i '%us/ssl_protocols [^;]*;/ssl_protocols TLSv1.2 "
			       "TLSv1.3;/' %s"
			     : "sed -i '%us/SSLProtocol .*/SSLProtocol all -SSLv3 -TLSv1 "
			       "-TLSv1.1/I' %s",
		       line, file);
	remedy_command(remedy, nginx ? "nginx -t && systemctl reload nginx"
				     : "apachectl configtest && apachectl graceful");
	remedy_verify(remedy,
		      "openssl s_client -tls1 -connect 127.0.0.1:%u </dev/null  # must fail",
		      listener->port);
	remedy_undo(remedy, "cp -a %s.rf-bak %s", file, file);
	remedy_undo(remedy, nginx ? "systemctl reload nginx" : "apachectl graceful");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

static void remedy_protocols(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	if (model->asterisk)
		mend_asterisk(model, verdict, remedy);
	for (size_t i = 0; model->web && i < model->web->listener_count; i++) {
		const struct web_listener *listener = &model->web->listeners[i];
		BUFFER_AUTO subject = { 0 };
		buffer_format(&subject, "web server, port %u", listener->port);
		if (listener->is_tls && !is_told(model->web, i) &&
		    has_failed(verdict, buffer_string(&subject)))
			mend_web(listener, remedy);
	}
}

static const struct check rows[] = {
	{
		.id = "TLS-002",
		.title = "Only TLS 1.2 and later, sound ciphers",
		.why = "Older versions and weak ciphers can be broken by whoever records the "
		       "traffic or stands in between.",
		.evaluates =
			"chan_sip's, the manager's and the HTTP server's tlsdisablev1, "
			"tlsdisablev11 and tlscipher; method and cipher of PJSIP's TLS "
			"transports; SSLProtocol, SSLCipherSuite, ssl_protocols and ssl_ciphers. "
			"The system's MinProtocol (openssl.cnf, crypto policy) counts for "
			"programs that keep to it, and OpenSSL 3's own refusal for all.",
		.likelihood = 4,
		.impact = 6,
		.references = { "RFC 8996", "AST-2014-011", "AST-2016-001" },
		.evaluate = evaluate_protocols,
		.remedy = remedy_protocols,
	},
};

CHECK_LIST(tls_protocol_checks, rows);
