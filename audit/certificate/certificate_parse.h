/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands in a PEM file: certificates with the facts that others need, and whether a private
 * key belongs to one of them. OpenSSL does the parsing; no byte of a key leaves this file.
 */
#ifndef RINGFENCE_CERTIFICATE_CERTIFICATE_PARSE_H
#define RINGFENCE_CERTIFICATE_CERTIFICATE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

struct arena;

/* A chain has three or four; a file of a site's own authorities may have some dozens. */
#define CERTIFICATES_PER_FILE_MAX 64
/* Names of one certificate. Let's Encrypt allows 100. */
#define CERTIFICATE_NAMES_MAX 200

struct certificate {
	/* One line, as RFC 2253 writes it: "CN=pbx.example.com". */
	struct slice subject;
	struct slice issuer;
	/* dNSName and iPAddress of subjectAltName; where there is none, the common name (RFC 6125,
	 * 6.4.4). */
	const struct slice *names;
	size_t name_count;
	/* Seconds since 1970 UTC. */
	int64_t not_before;
	int64_t not_after;
	/* "RSA", "EC", "ED25519", "DSA" ...; "" where OpenSSL knows no such key. */
	struct slice key_kind;
	unsigned int key_bits;
	/* "SHA256"; "" where the algorithm has none of its own (Ed25519). */
	struct slice digest;
	/* Issued by its own subject. */
	bool is_self_issued;
	/* basicConstraints say that it may issue others. */
	bool is_authority;
	/* Of DER, for comparisons. */
	struct slice public_key;
};

/* Certificates of the PEM text BYTES, in order, into ARENA; text around them is passed over.
 * *RET_CERTIFICATES has *RET_COUNT of them, which may be 0. False when memory is short. */
bool certificates_parse(struct arena *arena, struct slice bytes,
			const struct certificate **ret_certificates, size_t *ret_count) MUST_CHECK;

enum private_key_match {
	/* No private key in PEM form is in the text. */
	PRIVATE_KEY_NONE,
	/* A passphrase keeps it closed. */
	PRIVATE_KEY_ENCRYPTED,
	/* It is there, and OpenSSL can't read it. */
	PRIVATE_KEY_BROKEN,
	PRIVATE_KEY_MATCHES,
	PRIVATE_KEY_DIFFERS,
};

/* Does the first private key of the PEM text BYTES belong to CERTIFICATE? */
enum private_key_match private_key_compare(struct slice bytes,
					   const struct certificate *certificate);

/* Does CERTIFICATE name HOST (a name or an address as text)? A '*' stands for the whole first label
 * (RFC 6125, 6.4.3). */
bool certificate_names_host(const struct certificate *certificate, struct slice host);

#endif
