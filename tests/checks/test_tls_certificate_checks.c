/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "audit/certificate/certificate_model.h"
#include "tests/checks/literal_host.h"
#include "tests/literal_loader.h"
#include "tests/made_certificate.h"

struct tls_host {
	struct literal_host host;
	struct literal_loader files;
	struct made_certificate made;
	struct certificate_request request;
};

static struct literal_file *key_file(struct tls_host *self)
{
	return literal_find(&self->files, "/etc/asterisk/keys/pbx.key");
}

static void begin(struct tls_host *self, const struct made_request *request)
{
	memset(self, 0, sizeof(*self));
	literal_host_init(&self->host);
	literal_loader_init(&self->files);
	literal_service(&self->host, IPPROTO_TCP, 5061, "asterisk", "0.0.0.0/0", REACH_ACCEPT);
	make_certificate(request, &self->made);
	self->host.site.now = MADE_NOW;
	literal_loader_add(&self->files, "/etc/asterisk/keys/pbx.crt", self->made.certificate);
	struct literal_file *key =
		literal_loader_add(&self->files, "/etc/asterisk/keys/pbx.key", self->made.key);
	key->source.mode = 0640;
	self->request = (struct certificate_request){
		.service = CERTIFICATE_OF_PJSIP,
		.what = "PJSIP transport tls",
		.certificate = SLICE("/etc/asterisk/keys/pbx.crt"),
		.key = SLICE("/etc/asterisk/keys/pbx.key"),
		.port = 5061,
	};
}

static enum finding_status judge(struct tls_host *self)
{
	self->host.model.certificates =
		certificate_model_load(&self->files.loader, &self->request, 1);
	assert_non_null(self->host.model.certificates);
	return literal_judge(&self->host, "TLS-003");
}

static bool says(const struct tls_host *self, const char *text)
{
	for (size_t i = 0; i < self->host.verdict.count; i++)
		if (strstr(self->host.verdict.evidence[i].text, text))
			return true;
	return false;
}

static void end(struct tls_host *self)
{
	literal_loader_done(&self->files);
	literal_host_done(&self->host);
}

static const struct made_request good = {
	.subject = "pbx.example.com",
	.issuer = "Example CA",
	.names = "DNS:pbx.example.com",
	.first_day = -10,
	.last_day = 80,
};

static void assert_made(struct made_request request, enum finding_status expected, const char *text)
{
	struct tls_host self;
	begin(&self, &request);
	self.request.host_name = SLICE("pbx.example.com");
	assert_int_equal(judge(&self), expected);
	assert_true(says(&self, text));
	end(&self);
}

static void dates_keys_and_names_are_judged(void **state)
{
	(void)state;
	struct made_request request = good;
	assert_made(request, STATUS_PASS, "until 2026-04-23");
	request.last_day = -1;
	assert_made(request, STATUS_FAIL, "expired on");
	request.last_day = 20;
	request.first_day = -70;
	assert_made(request, STATUS_FAIL, "nothing has renewed it");
	/* A certificate of six days is not late with four of them left. */
	request.first_day = -2;
	request.last_day = 4;
	assert_made(request, STATUS_PASS, "until");
	request = good;
	request.first_day = 5;
	assert_made(request, STATUS_FAIL, "not valid before");
	request = good;
	request.rsa_bits = 1024;
	assert_made(request, STATUS_FAIL, "is RSA of 1024 bits");
	request = good;
	request.digest = "SHA1";
	assert_made(request, STATUS_FAIL, "SHA1");
	request = good;
	request.names = "DNS:other.example.com";
	assert_made(request, STATUS_FAIL, "is for other.example.com");
}

static void files_and_keys_are_judged(void **state)
{
	(void)state;
	struct tls_host self;
	static struct made_certificate other;
	begin(&self, &good);
	make_certificate(&good, &other);
	key_file(&self)->source.mode = 0644;
	assert_int_equal(judge(&self), STATUS_FAIL);
	assert_true(says(&self, "mode 0644"));
	assert_true(literal_commands_hold(&self.host, "chmod 0640"));
	/* Nothing of the key is told. */
	struct slice secret = slice_part(slice_from(slice_of(self.made.key), 28), 0, 20);
	for (size_t i = 0; i < self.host.verdict.count; i++)
		assert_null(strstr(self.host.verdict.evidence[i].text,
				   slice_to_string(self.host.arena, secret)));
	self.files.loader.modes_are_lost = true;
	assert_int_equal(judge(&self), STATUS_PASS);
	key_file(&self)->source.bytes = slice_of(other.key);
	assert_int_equal(judge(&self), STATUS_FAIL);
	assert_true(says(&self, "belongs to another certificate"));
	key_file(&self)->is_unreadable = true;
	assert_int_equal(judge(&self), STATUS_UNKNOWN);
	self.request.key = SLICE("/etc/asterisk/keys/none.key");
	assert_int_equal(judge(&self), STATUS_FAIL);
	/* Without a key's name it is in the certificate's file. */
	self.request.key = SLICE("");
	assert_int_equal(judge(&self), STATUS_FAIL);
	assert_true(says(&self, "no private key is in"));
	self.request.certificate = SLICE("/etc/asterisk/keys/none.crt");
	assert_int_equal(judge(&self), STATUS_UNKNOWN);
	self.files.loader.is_this_machine = true;
	assert_int_equal(judge(&self), STATUS_FAIL);
	self.request.certificate = SLICE("asterisk.pem");
	assert_int_equal(judge(&self), STATUS_UNKNOWN);
	literal_find(&self.files, "/etc/asterisk/keys/pbx.crt")->is_unreadable = true;
	self.request.certificate = SLICE("/etc/asterisk/keys/pbx.crt");
	assert_int_equal(judge(&self), STATUS_UNKNOWN);
	end(&self);
}

static void self_issued_ones_are_noted(void **state)
{
	(void)state;
	struct tls_host self;
	struct made_request request = good;
	request.issuer = NULL;
	request.digest = "SHA1";
	begin(&self, &request);
	assert_int_equal(judge(&self), STATUS_PASS);
	assert_true(says(&self, "vouches for itself"));
	self.host.site.level = SITE_STRICT;
	assert_int_equal(judge(&self), STATUS_FAIL);
	/* Media proves itself by a fingerprint. */
	self.request.service = CERTIFICATE_OF_DTLS;
	assert_int_equal(judge(&self), STATUS_PASS);
	end(&self);
}

static void chains_end_at_the_hosts_authorities(void **state)
{
	(void)state;
	struct tls_host self;
	static struct made_certificate root, link;
	static char both[8192];
	begin(&self, &good);
	make_certificate(&(struct made_request){ .subject = "Example Root", .last_day = 900 },
			 &root);
	make_certificate(&(struct made_request){ .subject = "Example CA",
						 .issuer = "Example Root",
						 .last_day = 900 },
			 &link);
	literal_loader_add(&self.files, "/etc/ssl/certs/ca-certificates.crt", root.certificate);
	judge(&self);
	assert_int_equal(self.host.model.certificates->uses[0].chain, CHAIN_OPEN);
	assert_true(says(&self, "an authority that this host does not know"));
	snprintf(both, sizeof(both), "%s%s", self.made.certificate, link.certificate);
	literal_find(&self.files, "/etc/asterisk/keys/pbx.crt")->source.bytes = slice_of(both);
	assert_int_equal(judge(&self), STATUS_PASS);
	assert_int_equal(self.host.model.certificates->uses[0].chain, CHAIN_TRUSTED);
	end(&self);
}

static void without_a_certificate_it_does_not_apply(void **state)
{
	(void)state;
	struct tls_host self;
	begin(&self, &good);
	self.host.model.certificates = certificate_model_load(&self.files.loader, NULL, 0);
	assert_int_equal(literal_judge(&self.host, "TLS-003"), STATUS_NOT_APPLICABLE);
	end(&self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_keys_and_names_are_judged),
		cmocka_unit_test(files_and_keys_are_judged),
		cmocka_unit_test(self_issued_ones_are_noted),
		cmocka_unit_test(chains_end_at_the_hosts_authorities),
		cmocka_unit_test(without_a_certificate_it_does_not_apply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
