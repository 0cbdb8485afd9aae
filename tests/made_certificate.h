/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates and keys made on the spot, so that tests need no files that expire. For tests only.
 */
#ifndef RINGFENCE_TESTS_MADE_CERTIFICATE_H
#define RINGFENCE_TESTS_MADE_CERTIFICATE_H

#include <stdint.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "audit/base/attributes.h"

#define MADE_NOW INT64_C(1770000000)
#define MADE_DAY INT64_C(86400)

struct made_request {
	const char *subject;
	/* NULL: itself. */
	const char *issuer;
	/* "DNS:pbx.example.com,IP:192.0.2.1"; NULL: none. */
	const char *names;
	/* Days from MADE_NOW. */
	int first_day;
	int last_day;
	/* 0: EC P-256. */
	unsigned int rsa_bits;
	/* NULL: SHA-256. */
	const char *digest;
};

struct made_certificate {
	/* NUL-terminated PEM. */
	char certificate[4096];
	char key[4096];
};

UNUSED static void made_read(BIO *bio, char *text, size_t size)
{
	int got = BIO_read(bio, text, (int)size - 1);
	assert_true(got > 0);
	text[got] = '\0';
	BIO_free(bio);
}

UNUSED static void made_name(X509_NAME *name, const char *common)
{
	assert_true(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
					       (const unsigned char *)common, -1, -1, 0));
}

UNUSED static void make_certificate(const struct made_request *request,
				    struct made_certificate *made)
{
	EVP_PKEY *key = request->rsa_bits ? EVP_RSA_gen(request->rsa_bits) : EVP_EC_gen("P-256");
	X509 *x509 = X509_new();
	assert_non_null(key);
	assert_non_null(x509);
	X509_set_version(x509, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
	ASN1_TIME_set(X509_getm_notBefore(x509), MADE_NOW + request->first_day * MADE_DAY);
	ASN1_TIME_set(X509_getm_notAfter(x509), MADE_NOW + request->last_day * MADE_DAY);
	X509_set_pubkey(x509, key);
	made_name(X509_get_subject_name(x509), request->subject);
	X509_NAME *issuer = X509_NAME_new();
	made_name(issuer, request->issuer ? request->issuer : request->subject);
	X509_set_issuer_name(x509, issuer);
	X509_NAME_free(issuer);
	if (request->names) {
		X509_EXTENSION *extension =
			X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, request->names);
		assert_non_null(extension);
		X509_add_ext(x509, extension, -1);
		X509_EXTENSION_free(extension);
	}
	const EVP_MD *digest =
		request->digest ? EVP_get_digestbyname(request->digest) : EVP_sha256();
	assert_true(X509_sign(x509, key, digest) > 0);
	BIO *out = BIO_new(BIO_s_mem());
	assert_true(PEM_write_bio_X509(out, x509));
	made_read(out, made->certificate, sizeof(made->certificate));
	out = BIO_new(BIO_s_mem());
	assert_true(PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL));
	made_read(out, made->key, sizeof(made->key));
	X509_free(x509);
	EVP_PKEY_free(key);
}

#endif
