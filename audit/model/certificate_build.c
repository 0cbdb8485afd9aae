/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/model/certificate_build.h"

#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/certificate/certificate_model.h"
#include "audit/kernel/web_model.h"
#include "audit/model/model.h"

struct request_list {
	struct arena *arena;
	struct certificate_request *items;
	size_t count;
	size_t capacity;
	bool memory_failed;
};

static bool is_listed(const struct request_list *list, const struct certificate_request *request)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].service == request->service &&
		    slice_equal(list->items[i].certificate, request->certificate) &&
		    slice_equal(list->items[i].key, request->key) &&
		    slice_equal(list->items[i].host_name, request->host_name))
			return true;
	return false;
}

/* WHAT and NAME make the subject: "PJSIP transport" and "tls". Twice the same is one request. */
static void add(struct request_list *list, const char *what, struct slice name,
		struct certificate_request request)
{
	BUFFER_AUTO text = { 0 };
	if (!request.certificate.size || list->count > CERTIFICATE_USES_MAX ||
	    is_listed(list, &request))
		return;
	buffer_append_string(&text, what);
	if (name.size) {
		buffer_append_byte(&text, ' ');
		buffer_append_slice(&text, name);
	}
	request.what = buffer_keep(&text, list->arena);
	struct certificate_request *grown =
		arena_grow(list->arena, list->items, list->count, &list->capacity, sizeof(*grown));
	if (!grown || !request.what) {
		list->memory_failed = true;
		return;
	}
	list->items = grown;
	grown[list->count++] = request;
}

static struct slice value_of(const struct conf_variable *line)
{
	return line ? line->value : (struct slice){ 0 };
}

static struct origin place_of(const struct conf_variable *line)
{
	return line ? line->origin : ORIGIN_NONE;
}

/* ast_tls_read_conf takes each name by itself, so the last line of any of them counts. */
static const struct conf_variable *sip_line(const struct conf_category *general, const char *name,
					    const char *old_name)
{
	const struct conf_variable *found = NULL;
	for (size_t i = 0; general && i < general->variable_count; i++)
		if (slice_is_ignore_case(general->variables[i].name, name) ||
		    slice_is_ignore_case(general->variables[i].name, old_name))
			found = &general->variables[i];
	return found;
}

static void add_sip(struct request_list *list, const struct sip_model *sip)
{
	if (!sip || !sip->is_loaded)
		return;
	const struct conf_category *general = sip->general.category;
	const struct conf_variable *certificate = sip_line(general, "tlscertfile", "sslcert");
	const struct conf_variable *dtls = conf_last(general, "dtlscertfile");
	if (sip->general.tls.is_enabled)
		add(list, "chan_sip", SLICE(""),
		    (struct certificate_request){
			    .service = CERTIFICATE_OF_SIP,
			    .port = sip->general.tls.port,
			    .certificate = value_of(certificate),
			    .key = value_of(sip_line(general, "tlsprivatekey", "sslprivatekey")),
			    .origin = place_of(certificate),
		    });
	add(list, "chan_sip, media of [general]", SLICE(""),
	    (struct certificate_request){
		    .service = CERTIFICATE_OF_DTLS,
		    .certificate = value_of(dtls),
		    .key = value_of(conf_last(general, "dtlsprivatekey")),
		    .origin = place_of(dtls),
	    });
	for (size_t i = 0; i < sip->peer_count; i++) {
		const struct conf_category *category = sip->peers[i].category;
		dtls = conf_last(category, "dtlscertfile");
		add(list, "media of", sip->peers[i].name,
		    (struct certificate_request){
			    .service = CERTIFICATE_OF_DTLS,
			    .certificate = value_of(dtls),
			    .key = value_of(conf_last(category, "dtlsprivatekey")),
			    .origin = place_of(dtls),
		    });
	}
}

static void add_pjsip(struct request_list *list, const struct pjsip_model *pjsip)
{
	if (!pjsip || !pjsip->is_loaded)
		return;
	for (size_t i = 0; i < pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &pjsip->transports[i];
		if (slice_is_ignore_case(transport->protocol, "tls"))
			add(list, "PJSIP transport", transport->object.name,
			    (struct certificate_request){
				    .service = CERTIFICATE_OF_PJSIP,
				    .port = transport->port,
				    .certificate = value_of(transport->cert_file),
				    .key = value_of(transport->priv_key_file),
				    .host_name = value_of(transport->domain),
				    .origin = place_of(transport->cert_file),
			    });
	}
	for (size_t i = 0; i < pjsip->endpoint_count; i++) {
		const struct conf_category *category = pjsip->endpoints[i].object.category;
		const struct conf_variable *dtls = conf_last(category, "dtls_cert_file");
		add(list, "media of", pjsip->endpoints[i].object.name,
		    (struct certificate_request){
			    .service = CERTIFICATE_OF_DTLS,
			    .certificate = value_of(dtls),
			    .key = value_of(conf_last(category, "dtls_private_key")),
			    .origin = place_of(dtls),
		    });
	}
}

static void add_admin(struct request_list *list, const struct admin_access_model *admin)
{
	if (!admin)
		return;
	if (admin->manager_tls.is_enabled)
		add(list, "manager interface", SLICE(""),
		    (struct certificate_request){
			    .service = CERTIFICATE_OF_MANAGER,
			    .port = admin->manager_tls.port,
			    .certificate = value_of(admin->manager_certificate.certificate),
			    .key = value_of(admin->manager_certificate.key),
			    .origin = place_of(admin->manager_certificate.certificate),
		    });
	if (admin->https.is_enabled)
		add(list, "Asterisk's HTTP server", SLICE(""),
		    (struct certificate_request){
			    .service = CERTIFICATE_OF_HTTP,
			    .port = admin->https.port,
			    .certificate = value_of(admin->http_certificate.certificate),
			    .key = value_of(admin->http_certificate.key),
			    .origin = place_of(admin->http_certificate.certificate),
		    });
}

/* A name that is a pattern, or none at all, tells no client's name. */
static struct slice plain_name(struct slice name)
{
	static const char *const none[] = { "_", "localhost", "_default_",
					    "localhost.localdomain" };
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		if (slice_is_ignore_case(name, none[i]))
			return (struct slice){ 0 };
	for (size_t i = 0; i < name.size; i++)
		if (name.data[i] == '*' || name.data[i] == '~' || name.data[i] == '$')
			return (struct slice){ 0 };
	return name;
}

static void add_web(struct request_list *list, const struct web_model *web)
{
	for (size_t i = 0; web && i < web->listener_count; i++) {
		const struct web_listener *listener = &web->listeners[i];
		if (!listener->is_tls)
			continue;
		BUFFER_AUTO port = { 0 };
		buffer_format(&port, "port %u", listener->port);
		const char *folder = slice_to_string(list->arena, listener->folder);
		list->memory_failed |= !folder;
		add(list, "web server,", buffer_slice(&port),
		    (struct certificate_request){
			    .service = CERTIFICATE_OF_WEB,
			    .port = listener->port,
			    .certificate = listener->certificate,
			    .key = listener->key,
			    .chain = listener->certificate_chain,
			    .folder = folder,
			    .host_name = plain_name(listener->name),
			    .origin = listener->certificate_origin,
		    });
	}
}

const struct certificate_model *certificates_build(const struct loader *loader,
						   const struct model *model)
{
	struct request_list list = { .arena = loader->arena };
	add_sip(&list, model->asterisk->sip);
	add_pjsip(&list, model->asterisk->pjsip);
	add_admin(&list, model->asterisk->admin);
	add_web(&list, model->web);
	if (list.memory_failed)
		return NULL;
	return certificate_model_load(loader, list.items, list.count);
}
