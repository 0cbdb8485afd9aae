/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/secret_subjects.h"
#include "checks/exposure_of.h"

#include <netinet/in.h>

#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/iax_model.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/asterisk/voicemail_model.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/reach_model.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/verdict.h"

static void add_name(struct secret_subject *subject, struct slice name)
{
	for (size_t i = 0; i < subject->name_count; i++)
		if (slice_equal(subject->names[i], name))
			return;
	if (name.size && subject->name_count < SECRET_NAMES_MAX)
		subject->names[subject->name_count++] = name;
}

static enum exposure sip_exposure(const struct model *model, const struct sip_model *sip)
{
	const struct sip_general *general = &sip->general;
	enum exposure widest = EXPOSURE_HOST;
	if (general->udp.is_enabled)
		widest = exposure_of_port(model, IPPROTO_UDP, general->udp.port);
	if (general->tcp.is_enabled)
		widest = exposure_wider(widest,
					exposure_of_port(model, IPPROTO_TCP, general->tcp.port));
	if (general->tls.is_enabled)
		widest = exposure_wider(widest,
					exposure_of_port(model, IPPROTO_TCP, general->tls.port));
	return widest;
}

static const char *sip_kind(const struct sip_peer *peer)
{
	if (peer->is_user && peer->is_peer)
		return "SIP friend";
	return peer->is_user ? "SIP user" : "SIP peer";
}

static void visit_sip_peer(const struct sip_model *sip, const struct sip_peer *peer,
			   enum exposure exposure, secret_visit *visit, void *context)
{
	struct slice mailbox = peer->mailbox ? peer->mailbox->value : (struct slice){ 0 };
	struct secret_subject subject = {
		.use = sip_peer_is_static(peer) ? SECRET_OF_TRUNK : SECRET_OF_ACCOUNT,
		.kind = sip_kind(peer),
		.name = peer->name,
		.exposure = exposure,
	};
	struct secret digest = sip_peer_md5_secret(peer);
	add_name(&subject, peer->name);
	add_name(&subject, sip_peer_text(sip, peer, SIP_CID_NUMBER));
	add_name(&subject, slice_part(mailbox, 0, slice_find_byte(mailbox, '@')));
	add_name(&subject, sip_peer_text(sip, peer, SIP_USERNAME));
	if (secret_length(digest)) {
		/* md5secret beats secret (check_auth of chan_sip.c). */
		subject.form = SECRET_IS_MD5;
		subject.secret = digest;
		subject.realm = sip_realm(sip);
		subject.origin = peer->texts[SIP_MD5_SECRET]->origin;
		visit(context, &subject);
	} else if (secret_length(sip_peer_secret(peer))) {
		subject.secret = sip_peer_secret(peer);
		subject.origin = peer->texts[SIP_SECRET]->origin;
		visit(context, &subject);
	}
	const struct conf_variable *remote = peer->texts[SIP_REMOTE_SECRET];
	if (remote && remote->value.size) {
		subject.use = SECRET_OF_REGISTRATION;
		subject.form = SECRET_CLEAR;
		subject.secret = secret_of(remote->value);
		subject.origin = remote->origin;
		visit(context, &subject);
	}
}

static void visit_sip(const struct model *model, secret_visit *visit, void *context)
{
	const struct sip_model *sip = model->asterisk->sip;
	if (!sip)
		return;
	enum exposure exposure = sip_exposure(model, sip);
	for (size_t i = 0; i < sip->peer_count; i++)
		visit_sip_peer(sip, &sip->peers[i], exposure, visit, context);
	for (size_t i = 0; i < sip->general.registration_count; i++) {
		const struct sip_registration *registration = &sip->general.registrations[i];
		if (!secret_length(registration->secret))
			continue;
		struct secret_subject subject = {
			.use = SECRET_OF_REGISTRATION,
			.kind = "SIP registration",
			.name = registration->user,
			.secret = registration->secret,
			.origin = registration->variable->origin,
			.exposure = EXPOSURE_NOT_APPLICABLE,
		};
		add_name(&subject, registration->user);
		visit(context, &subject);
	}
}

/* Most registrations that are looked through for each auth; real hosts have a few. */
#define REGISTRATIONS_MAX 256

/* Is AUTH named by a registration only, so that this host logs in elsewhere with it? */
static bool is_outbound_auth(const struct pjsip_model *pjsip, const struct pjsip_auth *auth)
{
	for (size_t i = 0; i < pjsip->registration_count && i < REGISTRATIONS_MAX; i++)
		if (slice_equal(slice_trim(pjsip->registrations[i].outbound_auth),
				auth->object.name))
			return true;
	return false;
}

#define PJSIP_METHODS 3

/* The digest of each method that AUTH keeps; the last item for a method counts
 * (password_digest_handler of res_pjsip/config_auth.c). */
struct pjsip_digests {
	struct secret items[PJSIP_METHODS];
	const struct conf_variable *lines[PJSIP_METHODS];
};

static void read_digests(struct pjsip_digests *digests, const struct conf_variable *line)
{
	static const char *const methods[PJSIP_METHODS] = { "MD5", "SHA-256", "SHA-512-256" };
	static const size_t sizes[PJSIP_METHODS] = { 32, 64, 64 };
	struct slice rest = line->value, item;
	while (slice_next_field(&rest, ',', &item)) {
		size_t colon = slice_find_byte(item, ':');
		bool is_named = colon < item.size;
		struct slice method =
			is_named ? slice_trim(slice_part(item, 0, colon)) : SLICE("MD5");
		struct slice digest = slice_trim(is_named ? slice_from(item, colon + 1) : item);
		for (size_t i = 0; i < PJSIP_METHODS; i++) {
			if (!slice_is_ignore_case(method, methods[i]) || digest.size != sizes[i])
				continue;
			digests->items[i] = secret_of(digest);
			digests->lines[i] = line;
		}
	}
}

static void visit_pjsip_digests(const struct pjsip_auth *auth, bool takes_md5_cred,
				struct secret_subject subject, secret_visit *visit, void *context)
{
	static const enum secret_form forms[PJSIP_METHODS] = { SECRET_IS_MD5, SECRET_IS_SHA256,
							       SECRET_IS_SHA512_256 };
	struct pjsip_digests digests = { 0 };
	const struct conf_category *category = auth->object.category;
	for (size_t i = 0; category && i < category->variable_count; i++) {
		const struct conf_variable *line = &category->variables[i];
		if (slice_is(line->name, "password_digest") ||
		    (takes_md5_cred && slice_is(line->name, "md5_cred")))
			read_digests(&digests, line);
	}
	for (size_t i = 0; i < PJSIP_METHODS; i++) {
		if (!digests.lines[i])
			continue;
		subject.form = forms[i];
		subject.secret = digests.items[i];
		subject.origin = digests.lines[i]->origin;
		visit(context, &subject);
	}
}

static void visit_pjsip_auth(const struct pjsip_model *pjsip, const struct pjsip_auth *auth,
			     enum exposure exposure, secret_visit *visit, void *context)
{
	const struct conf_variable *realm = pjsip_global_line(pjsip, "default_realm");
	bool has_digests = pjsip_has_digests(pjsip->asterisk_version);
	struct secret_subject subject = {
		.use = is_outbound_auth(pjsip, auth) ? SECRET_OF_REGISTRATION : SECRET_OF_ACCOUNT,
		.kind = "PJSIP auth",
		.name = auth->object.name,
		.user = auth->username,
		.realm = auth->realm.size             ? auth->realm
			 : realm && realm->value.size ? realm->value
						      : SLICE("asterisk"),
		.origin = auth->secret_line ? auth->secret_line->origin : auth->object.origin,
		.exposure = exposure,
	};
	add_name(&subject, auth->username);
	add_name(&subject, auth->object.name);
	/* Older ones take the one or the other by auth_type; newer ones take what is there. */
	const struct conf_variable *password =
		has_digests ? conf_last(auth->object.category, "password") : NULL;
	subject.secret = password ? secret_of(password->value) : auth->password;
	if (password)
		subject.origin = password->origin;
	if (secret_length(subject.secret)) {
		visit(context, &subject);
	} else if (!has_digests && secret_length(auth->md5)) {
		subject.form = SECRET_IS_MD5;
		subject.secret = auth->md5;
		visit(context, &subject);
	}
	visit_pjsip_digests(auth, has_digests, subject, visit, context);
}

static void visit_pjsip(const struct model *model, secret_visit *visit, void *context)
{
	const struct pjsip_model *pjsip = model->asterisk->pjsip;
	enum exposure exposure = EXPOSURE_HOST;
	if (!pjsip)
		return;
	for (size_t i = 0; i < pjsip->transport_count; i++) {
		const struct pjsip_transport *transport = &pjsip->transports[i];
		uint8_t protocol = slice_is(transport->protocol, "udp") ? IPPROTO_UDP : IPPROTO_TCP;
		exposure = exposure_wider(exposure,
					  exposure_of_port(model, protocol, transport->port));
	}
	for (size_t i = 0; i < pjsip->auth_count; i++)
		visit_pjsip_auth(pjsip, &pjsip->auths[i], exposure, visit, context);
}

static void visit_iax(const struct model *model, secret_visit *visit, void *context)
{
	const struct iax_model *iax = model->asterisk->iax;
	if (!iax)
		return;
	enum exposure exposure = exposure_of_port(model, IPPROTO_UDP, iax->port);
	for (size_t i = 0; i < iax->entry_count; i++) {
		const struct iax_entry *entry = &iax->entries[i];
		if (!entry->secret || !entry->secret->value.size)
			continue;
		struct secret_subject subject = {
			.use = !entry->is_dynamic && entry->host ? SECRET_OF_TRUNK
								 : SECRET_OF_ACCOUNT,
			.kind = entry->is_user ? "IAX user" : "IAX peer",
			.name = entry->name,
			.secret = secret_of(entry->secret->value),
			.origin = entry->secret->origin,
			.exposure = exposure,
		};
		add_name(&subject, entry->name);
		visit(context, &subject);
	}
	for (size_t i = 0; i < iax->registration_count; i++) {
		const struct iax_registration *registration = &iax->registrations[i];
		if (!secret_length(registration->secret))
			continue;
		struct secret_subject subject = {
			.use = SECRET_OF_REGISTRATION,
			.kind = "IAX registration",
			.name = registration->user,
			.secret = registration->secret,
			.origin = registration->variable->origin,
			.exposure = EXPOSURE_NOT_APPLICABLE,
		};
		add_name(&subject, registration->user);
		visit(context, &subject);
	}
}

static void visit_voicemail(const struct model *model, secret_visit *visit, void *context)
{
	const struct voicemail_model *voicemail = model->asterisk->voicemail;
	for (size_t i = 0; voicemail && i < voicemail->mailbox_count; i++) {
		const struct mailbox *mailbox = &voicemail->mailboxes[i];
		if (!secret_length(mailbox->pin))
			continue;
		struct secret_subject subject = {
			.use = SECRET_OF_MAILBOX,
			.kind = "mailbox",
			.name = mailbox->number,
			.secret = mailbox->pin,
			.origin = mailbox->origin,
			.exposure = EXPOSURE_NOT_APPLICABLE,
		};
		add_name(&subject, mailbox->number);
		visit(context, &subject);
	}
}

static void visit_pbx(const struct model *model, secret_visit *visit, void *context)
{
	const struct pbx_model *pbx = model->asterisk->pbx;
	for (size_t i = 0; pbx && i < pbx->credential_count; i++) {
		const struct pbx_credential *credential = &pbx->credentials[i];
		struct secret_subject subject = {
			.use = SECRET_OF_SERVICE,
			.kind = credential->what,
			.name = credential->user.size ? credential->user : credential->key,
			.secret = credential->secret,
			.origin = credential->origin,
			.exposure = EXPOSURE_NOT_APPLICABLE,
		};
		add_name(&subject, credential->user);
		visit(context, &subject);
	}
}

static void visit_admin(const struct model *model, secret_visit *visit, void *context)
{
	const struct admin_access_model *admin = model->asterisk->admin;
	if (!admin)
		return;
	enum exposure manager = exposure_of_port(model, IPPROTO_TCP, admin->manager.port);
	for (size_t i = 0; i < admin->user_count; i++) {
		const struct manager_user *user = &admin->users[i];
		struct secret_subject subject = {
			.use = SECRET_OF_SERVICE,
			.kind = "manager user",
			.name = user->name,
			.secret = user->secret,
			.origin = user->secret_origin,
			.exposure = manager,
		};
		add_name(&subject, user->name);
		if (secret_length(user->secret))
			visit(context, &subject);
	}
	enum exposure http =
		exposure_wider(exposure_of_port(model, IPPROTO_TCP, admin->http.port),
			       exposure_of_port(model, IPPROTO_TCP, admin->https.port));
	for (size_t i = 0; i < admin->ari_user_count; i++) {
		const struct ari_user *user = &admin->ari_users[i];
		struct secret_subject subject = {
			.use = SECRET_OF_SERVICE,
			.form = user->is_crypt ? SECRET_IS_CRYPT : SECRET_CLEAR,
			.kind = "ARI user",
			.name = user->name,
			.secret = user->password,
			.origin = user->password_origin,
			.exposure = http,
		};
		add_name(&subject, user->name);
		if (secret_length(user->password))
			visit(context, &subject);
	}
}

void secret_subjects_each(const struct model *model, secret_visit *visit, void *context)
{
	if (!model->asterisk)
		return;
	visit_sip(model, visit, context);
	visit_pjsip(model, visit, context);
	visit_iax(model, visit, context);
	visit_voicemail(model, visit, context);
	visit_admin(model, visit, context);
	visit_pbx(model, visit, context);
}

static void file_unread(const struct conf_file *file, struct verdict *verdict)
{
	if (!file)
		return;
	if (file->state == FACT_UNREADABLE)
		verdict_unknown(verdict, file->unread);
	else if (file->is_incomplete)
		verdict_unknown(verdict, file->incomplete);
}

void secret_subjects_unread(const struct model *model, struct verdict *verdict)
{
	const struct asterisk_model *asterisk = model->asterisk;
	if (!asterisk || asterisk->is_installed.state == FACT_UNREADABLE) {
		verdict_unknown(verdict, asterisk ? asterisk->is_installed.unread : NULL);
		return;
	}
	if (asterisk->sip) {
		file_unread(asterisk->sip->file, verdict);
		if (asterisk->sip->is_realtime)
			verdict_unknown_because(verdict, "SIP entries in a database",
						"extconfig.conf moves them out of the files",
						"look at the database's secrets by hand");
	}
	if (asterisk->pjsip) {
		file_unread(asterisk->pjsip->file, verdict);
		if (asterisk->pjsip->is_realtime)
			verdict_unknown_because(verdict, "PJSIP objects in a database",
						"they are configured out of the files",
						"look at the database's secrets by hand");
	}
	if (asterisk->iax)
		file_unread(asterisk->iax->file, verdict);
	if (asterisk->admin) {
		file_unread(asterisk->admin->manager_file, verdict);
		file_unread(asterisk->admin->ari_file, verdict);
	}
	if (asterisk->voicemail)
		file_unread(asterisk->voicemail->file, verdict);
}

const char *secret_subject_text(struct verdict *verdict, const struct secret_subject *subject)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%s %s", subject->kind, verdict_text(verdict, subject->name));
	const char *kept = buffer_keep(&text, verdict->arena);
	if (!kept)
		verdict->memory_failed = true;
	return kept ? kept : subject->kind;
}
