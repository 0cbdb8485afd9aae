/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/certificate/certificate_parse.h"

#include <arpa/inet.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "audit/base/arena.h"

/* Longer names are cut: a subject is shown, never compared with. */
#define NAME_BYTES_MAX 512

static BIO *open_bytes(struct slice bytes)
{
	if (bytes.size == 0 || bytes.size > INT_MAX)
		return NULL;
	return BIO_new_mem_buf(bytes.data, (int)bytes.size);
}

static bool keep_bytes(struct arena *arena, const void *data, size_t size, struct slice *ret_slice)
{
	char *copy = arena_allocate(arena, size + 1);
	if (!copy)
		return false;
	if (size > 0)
		memcpy(copy, data, size);
	copy[size] = '\0';
	*ret_slice = (struct slice){ .data = copy, .size = size };
	return true;
}

static bool keep_name(struct arena *arena, const X509_NAME *name, struct slice *ret_text)
{
	BIO *out = BIO_new(BIO_s_mem());
	if (!out)
		return false;
	char *data = NULL;
	long size = 0;
	if (X509_NAME_print_ex(out, name, 0,
			       XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0)
		size = BIO_get_mem_data(out, &data);
	size_t kept = size > NAME_BYTES_MAX ? NAME_BYTES_MAX : size > 0 ? (size_t)size : 0;
	bool done = keep_bytes(arena, data, kept, ret_text);
	BIO_free(out);
	return done;
}

static int64_t seconds_of(const ASN1_TIME *when)
{
	struct tm parts;
	memset(&parts, 0, sizeof(parts));
	if (!when || !ASN1_TIME_to_tm(when, &parts))
		return 0;
	return (int64_t)timegm(&parts);
}

/* The last common name, as browsers took it before subjectAltName. */
static bool keep_common_name(struct arena *arena, const X509 *x509, struct slice *names,
			     size_t *count)
{
	const X509_NAME *subject = X509_get_subject_name(x509);
	int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	if (index < 0)
		return true;
	const ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index));
	unsigned char *utf8 = NULL;
	int size = ASN1_STRING_to_UTF8(&utf8, value);
	if (size < 0)
		return true;
	bool done = keep_bytes(arena, utf8, (size_t)size, &names[*count]);
	*count += done;
	OPENSSL_free(utf8);
	return done;
}

static bool keep_alternative_name(struct arena *arena, const GENERAL_NAME *name,
				  struct slice *ret_text, bool *ret_kept)
{
	*ret_kept = false;
	if (name->type == GEN_DNS) {
		int size = ASN1_STRING_length(name->d.dNSName);
		*ret_kept = size > 0;
		return size <= 0 || keep_bytes(arena, ASN1_STRING_get0_data(name->d.dNSName),
					       (size_t)size, ret_text);
	}
	if (name->type != GEN_IPADD)
		return true;
	char text[INET6_ADDRSTRLEN];
	int size = ASN1_STRING_length(name->d.iPAddress);
	int family = size == 4 ? AF_INET : size == 16 ? AF_INET6 : AF_UNSPEC;
	if (family == AF_UNSPEC ||
	    !inet_ntop(family, ASN1_STRING_get0_data(name->d.iPAddress), text, sizeof(text)))
		return true;
	*ret_kept = true;
	return keep_bytes(arena, text, strlen(text), ret_text);
}

static bool keep_names(struct arena *arena, X509 *x509, struct certificate *certificate)
{
	GENERAL_NAMES *list = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	int found = list ? sk_GENERAL_NAME_num(list) : 0;
	size_t room = found > CERTIFICATE_NAMES_MAX ? CERTIFICATE_NAMES_MAX : (size_t)found;
	struct slice *names = ARENA_ARRAY(arena, room + 1, struct slice);
	bool done = names != NULL;
	size_t count = 0;
	for (size_t i = 0; done && i < room; i++) {
		bool kept;
		done = keep_alternative_name(arena, sk_GENERAL_NAME_value(list, (int)i),
					     &names[count], &kept);
		count += done && kept;
	}
	if (done && !count)
		done = keep_common_name(arena, x509, names, &count);
	GENERAL_NAMES_free(list);
	certificate->names = names;
	certificate->name_count = count;
	return done;
}

/* OBJECT as OpenSSL calls it, "" for none. Its texts are static. */
static struct slice kind_name(int nid)
{
	const char *name = nid == NID_undef ? NULL : OBJ_nid2sn(nid);
	return name ? slice_of(name) : SLICE("");
}

static struct slice key_kind_of(const EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
	case EVP_PKEY_RSA_PSS:
		return SLICE("RSA");
	case EVP_PKEY_EC:
		return SLICE("EC");
	case EVP_PKEY_DSA:
		return SLICE("DSA");
	default:
		return kind_name(EVP_PKEY_get_base_id(key));
	}
}

static bool keep_public_key(struct arena *arena, X509 *x509, struct certificate *certificate)
{
	const EVP_PKEY *key = X509_get0_pubkey(x509);
	if (key) {
		int bits = EVP_PKEY_get_bits(key);
		certificate->key_kind = key_kind_of(key);
		certificate->key_bits = bits > 0 ? (unsigned int)bits : 0;
	}
	unsigned char *der = NULL;
	int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &der);
	if (size < 0)
		return true;
	bool done = keep_bytes(arena, der, (size_t)size, &certificate->public_key);
	OPENSSL_free(der);
	return done;
}

static bool read_certificate(struct arena *arena, X509 *x509, struct certificate *certificate)
{
	int digest = NID_undef, pkey = NID_undef, bits = 0;
	uint32_t flags = 0;
	*certificate = (struct certificate){
		.not_before = seconds_of(X509_get0_notBefore(x509)),
		.not_after = seconds_of(X509_get0_notAfter(x509)),
		.is_self_issued =
			X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0,
		.is_authority = X509_check_ca(x509) > 0,
	};
	if (X509_get_signature_info(x509, &digest, &pkey, &bits, &flags))
		certificate->digest = kind_name(digest);
	return keep_name(arena, X509_get_subject_name(x509), &certificate->subject) &&
	       keep_name(arena, X509_get_issuer_name(x509), &certificate->issuer) &&
	       keep_names(arena, x509, certificate) && keep_public_key(arena, x509, certificate);
}

/* Never asks anybody: a key with a passphrase stays closed. */
static int no_passphrase(char *data, int size, int is_writing, void *context)
{
	(void)data;
	(void)size;
	(void)is_writing;
	*(bool *)context = true;
	return -1;
}

bool certificates_parse(struct arena *arena, struct slice bytes,
			const struct certificate **ret_certificates, size_t *ret_count)
{
	BIO *in = open_bytes(bytes);
	struct certificate *certificates = NULL;
	size_t count = 0, capacity = 0;
	bool done = true, is_closed = false;
	while (in && done && count < CERTIFICATES_PER_FILE_MAX) {
		X509 *x509 = PEM_read_bio_X509(in, NULL, no_passphrase, &is_closed);
		if (!x509)
			break;
		struct certificate *grown =
			arena_grow(arena, certificates, count, &capacity, sizeof(*certificates));
		certificates = grown ? grown : certificates;
		done = grown && read_certificate(arena, x509, &certificates[count]);
		count += done;
		X509_free(x509);
	}
	BIO_free(in);
	ERR_clear_error();
	if (!done)
		return false;
	*ret_certificates = certificates;
	*ret_count = count;
	return true;
}

enum private_key_match private_key_compare(struct slice bytes,
					   const struct certificate *certificate)
{
	bool is_closed = false;
	BIO *in = open_bytes(bytes);
	EVP_PKEY *key = in ? PEM_read_bio_PrivateKey(in, NULL, no_passphrase, &is_closed) : NULL;
	BIO_free(in);
	ERR_clear_error();
	if (!key) {
		if (slice_find(bytes, SLICE("PRIVATE KEY-----")) == bytes.size)
			return PRIVATE_KEY_NONE;
		return is_closed ? PRIVATE_KEY_ENCRYPTED : PRIVATE_KEY_BROKEN;
	}
	unsigned char *der = NULL;
	int size = i2d_PUBKEY(key, &der);
	bool same = size > 0 && (size_t)size == certificate->public_key.size &&
		    memcmp(der, certificate->public_key.data, (size_t)size) == 0;
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return same ? PRIVATE_KEY_MATCHES : PRIVATE_KEY_DIFFERS;
}

bool certificate_names_host(const struct certificate *certificate, struct slice host)
{
	for (size_t i = 0; i < certificate->name_count; i++) {
		struct slice name = certificate->names[i];
		if (slice_equal_ignore_case(name, host))
			return true;
		if (!slice_starts_with(name, "*."))
			continue;
		size_t dot = slice_find_byte(host, '.');
		if (dot > 0 && dot < host.size &&
		    slice_equal_ignore_case(slice_from(name, 1), slice_from(host, dot)))
			return true;
	}
	return false;
}
