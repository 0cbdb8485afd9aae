/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificates that Asterisk and the web server show, and the keys behind them.
 */
#include <netinet/in.h>
#include <sys/stat.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/certificate/certificate_model.h"
#include "audit/kernel/file_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/check.h"
#include "checks/exposure_of.h"
#include "checks/remedy.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"

#define DAY_SECONDS (24 * 3600)
/* Programs that renew begin a third of the life before the end, 30 days for Let's Encrypt; nine
 * days later they have failed for good. A life under 84 days leaves a quarter of it. */
#define EXPIRY_DAYS 21
#define EXPIRY_SHARE 4
/* NIST SP 800-57 part 1, table 2: 112 bits of security. */
#define RSA_BITS_MIN 2048
#define EC_BITS_MIN 224

struct judged {
	const struct model *model;
	struct verdict *verdict;
	const struct certificate_use *use;
	const char *subject;
	enum exposure exposure;
	size_t fails_before;
};

static bool is_strict(const struct model *model)
{
	return model->site && model->site->level == SITE_STRICT;
}

static const char *day_text(struct verdict *verdict, int64_t when)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_time(&text, when);
	return verdict_text(verdict, slice_part(buffer_slice(&text), 0, 10));
}

static void judge_dates(const struct judged *self, const struct certificate *certificate)
{
	int64_t now = self->model->site->now;
	int64_t left = certificate->not_after - now;
	int64_t life = certificate->not_after - certificate->not_before;
	int64_t margin = (int64_t)EXPIRY_DAYS * DAY_SECONDS;
	if (life / EXPIRY_SHARE < margin)
		margin = life / EXPIRY_SHARE;
	if (left < 0)
		verdict_fail(self->verdict, self->exposure, self->use->origin, self->subject,
			     "%s expired on %s", self->use->path,
			     day_text(self->verdict, certificate->not_after));
	else if (now < certificate->not_before)
		verdict_fail(self->verdict, self->exposure, self->use->origin, self->subject,
			     "%s is not valid before %s", self->use->path,
			     day_text(self->verdict, certificate->not_before));
	else if (left < margin)
		verdict_fail(self->verdict, self->exposure, self->use->origin, self->subject,
			     "%s expires on %s, and nothing has renewed it", self->use->path,
			     day_text(self->verdict, certificate->not_after));
}

static void judge_strength(const struct judged *self, const struct certificate *certificate)
{
	bool is_rsa = slice_is(certificate->key_kind, "RSA");
	bool is_weak =
		slice_is(certificate->key_kind, "DSA") ||
		(is_rsa && certificate->key_bits < RSA_BITS_MIN) ||
		(slice_is(certificate->key_kind, "EC") && certificate->key_bits < EC_BITS_MIN);
	if (is_weak)
		verdict_fail(self->verdict, self->exposure, self->use->origin, self->subject,
			     "the key of %s is %.*s of %u bits", self->use->path,
			     SLICE_ARG(certificate->key_kind), certificate->key_bits);
	/* Nobody relies on the signature of a certificate that vouches for itself. */
	if (!certificate->is_self_issued &&
	    (slice_is(certificate->digest, "SHA1") || slice_is(certificate->digest, "MD5")))
		verdict_fail(self->verdict, self->exposure, self->use->origin, self->subject,
			     "%s is signed with %.*s, which can be forged", self->use->path,
			     SLICE_ARG(certificate->digest));
}

static void judge_name(const struct judged *self, const struct certificate *certificate)
{
	struct slice host = self->use->host_name;
	if (!host.size || certificate_names_host(certificate, host))
		return;
	struct slice first = certificate->name_count ? certificate->names[0] : SLICE("nobody");
	verdict_fail(self->verdict, self->exposure, self->use->origin, self->subject,
		     "%s is for %s, and the service is called %s", self->use->path,
		     verdict_text(self->verdict, first), verdict_text(self->verdict, host));
}

/* Clients know a self-issued certificate only where somebody has given it to them. */
static void judge_chain(const struct judged *self)
{
	bool is_public = self->exposure == EXPOSURE_ANYWHERE;
	if (self->use->chain == CHAIN_OPEN) {
		verdict_note(self->verdict, self->use->origin, self->subject,
			     "%s was issued by an authority that this host does not know: clients "
			     "need that authority's certificate, or the file lacks a link",
			     self->use->path);
	} else if (self->use->chain == CHAIN_SELF_ISSUED) {
		if (is_public && is_strict(self->model))
			verdict_fail(self->verdict, self->exposure, self->use->origin,
				     self->subject,
				     "%s vouches for itself, and the service is open to the world",
				     self->use->path);
		else
			verdict_note(self->verdict, self->use->origin, self->subject,
				     "%s vouches for itself: clients must have been given it",
				     self->use->path);
	}
}

static void judge_key_mode(const struct judged *self)
{
	const struct certificate_use *use = self->use;
	if (self->model->certificates->modes_are_lost || !use->key_is_reachable)
		return;
	/* Those in the usual folders are the business of FILE-006. */
	if (self->model->files && file_model_find(self->model->files, FILE_ROLE_KEY, use->key_path))
		return;
	if (use->key_mode & (S_IROTH | S_IWOTH | S_IWGRP))
		verdict_fail(self->verdict, EXPOSURE_HOST, use->origin, self->subject,
			     "the private key %s has mode %04o: others may %s it", use->key_path,
			     use->key_mode & 07777, use->key_mode & S_IROTH ? "read" : "change");
}

static void judge_key(const struct judged *self)
{
	const struct certificate_use *use = self->use;
	const enum exposure none = EXPOSURE_NOT_APPLICABLE;
	if (use->key_state == FACT_UNREADABLE) {
		verdict_unknown(self->verdict, use->key_unread);
		return;
	}
	if (use->key_state == FACT_ABSENT) {
		verdict_fail(self->verdict, none, use->origin, self->subject,
			     "its private key %s does not exist", use->key_path);
		return;
	}
	switch (use->key_match) {
	case PRIVATE_KEY_NONE:
		verdict_fail(self->verdict, none, use->origin, self->subject,
			     "no private key is in %s", use->key_path);
		break;
	case PRIVATE_KEY_BROKEN:
		verdict_unknown_because(self->verdict, use->key_path,
					"the private key in it could not be parsed",
					"see `openssl pkey -noout -in FILE`");
		break;
	case PRIVATE_KEY_DIFFERS:
		verdict_fail(self->verdict, none, use->origin, self->subject,
			     "the private key in %s belongs to another certificate", use->key_path);
		break;
	case PRIVATE_KEY_ENCRYPTED:
		verdict_note(self->verdict, use->origin, self->subject,
			     "%s is kept with a passphrase: whether it belongs to the certificate "
			     "is not known",
			     use->key_path);
		break;
	case PRIVATE_KEY_MATCHES:
		break;
	}
	judge_key_mode(self);
}

static void judge_use(const struct judged *self)
{
	const struct certificate_use *use = self->use;
	if (use->state == FACT_UNREADABLE) {
		verdict_unknown(self->verdict, use->unread);
		return;
	}
	if (use->state == FACT_ABSENT && !use->folder_exists) {
		verdict_unknown_because(self->verdict, use->path,
					"the files that were given do not hold its folder",
					"add it to the copy");
		return;
	}
	if (use->state == FACT_ABSENT || !use->count) {
		verdict_fail(self->verdict, EXPOSURE_NOT_APPLICABLE, use->origin, self->subject,
			     use->state == FACT_ABSENT ? "its certificate %s does not exist"
						       : "no certificate is in %s",
			     use->path);
		return;
	}
	const struct certificate *certificate = &use->certificates[0];
	judge_dates(self, certificate);
	judge_strength(self, certificate);
	/* Media checks a fingerprint that came with the signalling (RFC 5763): names and chain do
	 * not matter. */
	if (use->service != CERTIFICATE_OF_DTLS) {
		judge_name(self, certificate);
		judge_chain(self);
	}
	judge_key(self);
	if (self->verdict->fail_count + self->verdict->unknown_count > self->fails_before)
		return;
	verdict_pass(self->verdict, use->origin, self->subject, "%s: %.*s of %u bits, until %s",
		     use->path, SLICE_ARG(certificate->key_kind), certificate->key_bits,
		     day_text(self->verdict, certificate->not_after));
}

static void evaluate_certificates(const struct check *check, const struct model *model,
				  struct verdict *verdict)
{
	(void)check;
	const struct certificate_model *certificates = model->certificates;
	for (size_t i = 0; i < certificates->count; i++) {
		const struct certificate_use *use = &certificates->uses[i];
		const struct judged self = {
			.model = model,
			.verdict = verdict,
			.use = use,
			.subject = verdict_text(verdict, slice_of(use->what)),
			.exposure = use->port ? exposure_of_port(model, IPPROTO_TCP, use->port)
					      : EXPOSURE_NOT_APPLICABLE,
			.fails_before = verdict->fail_count + verdict->unknown_count,
		};
		judge_use(&self);
	}
	if (certificates->is_cut)
		verdict_unknown_because(verdict, "certificates",
					"there are more than this program looks at",
					"audit the rest with another tool");
	if (!certificates->count)
		verdict_not_applicable(verdict,
				       "neither Asterisk nor a web server that was seen is "
				       "told to use a certificate");
	if (verdict->fail_count)
		verdict_advice(verdict,
			       "Renew the certificate where it came from (certbot renew; FreePBX: "
			       "Admin, Certificate Management), keep the old files until the new "
			       "ones serve, and reload the service.");
}

static void remedy_certificates(const struct check *check, const struct model *model,
				const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	const struct certificate_model *certificates = model->certificates;
	for (size_t i = 0; i < certificates->count; i++) {
		const struct certificate_use *use = &certificates->uses[i];
		bool is_listed =
			model->files && file_model_find(model->files, FILE_ROLE_KEY, use->key_path);
		if (use->key_state == FACT_PRESENT && !is_listed && use->key_is_reachable &&
		    !certificates->modes_are_lost &&
		    (use->key_mode & (S_IROTH | S_IWOTH | S_IWGRP)))
			system_remedy_permission(remedy, &(struct permission_change){
								 .path = slice_of(use->key_path),
								 .owner = use->key_owner,
								 .group = use->key_group,
								 .mode = use->key_mode & 07777,
								 .mode_without = 0027,
							 });
		if (use->state == FACT_PRESENT && use->count)
			remedy_verify(remedy, "openssl x509 -noout -checkend 2592000 -in %s",
				      remedy_quote(remedy, slice_of(use->path)));
	}
	(void)verdict;
}

static const struct check rows[] = {
	{
		.id = "TLS-003",
		.title = "Certificates are valid, strong, and right",
		.why = "An expired or wrong certificate stops phones from connecting, or teaches "
		       "people to click warnings away; a weak or foreign key protects nothing.",
		.evaluates =
			"Every certificate that chan_sip, PJSIP, DTLS, the manager interface, "
			"Asterisk's HTTP server, Apache and nginx are told to use: file there, "
			"not expired nor within 21 days of it (a quarter of its life, if that is "
			"less), RSA of 2048 bits or more, EC of 224, no SHA-1 or MD5 signature by "
			"an authority, key present, its own, and closed to others, name that of "
			"ServerName, server_name or the transport's domain. Self-issued ones are "
			"noted, and fail at strict where the world reaches the service.",
		.likelihood = 5,
		.impact = 6,
		.references = { "RFC 5280", "RFC 6125", "NIST SP 800-57" },
		.evaluate = evaluate_certificates,
		.remedy = remedy_certificates,
	},
};

CHECK_LIST(tls_certificate_checks, rows);
