/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/certificate/certificate_parse.h"
#include "tests/made_certificate.h"

static const struct certificate *parse(struct arena *arena, const char *text, size_t expected)
{
	const struct certificate *certificates = NULL;
	size_t count = 99;
	assert_true(certificates_parse(arena, slice_of(text), &certificates, &count));
	assert_int_equal(count, expected);
	return certificates;
}

static void all_facts_are_read(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	static struct made_certificate made;
	make_certificate(&(struct made_request){ .subject = "pbx.example.com",
						 .issuer = "Example CA",
						 .names = "DNS:pbx.example.com,DNS:*.voice.example."
							  "com,IP:192.0.2.1,IP:2001:db8::1",
						 .first_day = -10,
						 .last_day = 80 },
			 &made);
	const struct certificate *found = parse(arena, made.certificate, 1);
	assert_true(slice_is(found->subject, "CN=pbx.example.com"));
	assert_true(slice_is(found->issuer, "CN=Example CA"));
	assert_int_equal(found->name_count, 4);
	assert_true(slice_is(found->names[2], "192.0.2.1"));
	assert_true(found->not_before == MADE_NOW - 10 * MADE_DAY);
	assert_true(found->not_after == MADE_NOW + 80 * MADE_DAY);
	assert_true(slice_is(found->key_kind, "EC"));
	assert_int_equal(found->key_bits, 256);
	assert_true(slice_is(found->digest, "SHA256"));
	assert_false(found->is_self_issued);
	assert_true(certificate_names_host(found, SLICE("PBX.example.com")));
	assert_true(certificate_names_host(found, SLICE("a.voice.example.com")));
	assert_true(certificate_names_host(found, SLICE("2001:db8::1")));
	assert_false(certificate_names_host(found, SLICE("a.b.voice.example.com")));
	assert_false(certificate_names_host(found, SLICE("voice.example.com")));
	assert_false(certificate_names_host(found, SLICE("example.com")));
	arena_free(arena);
}

static void the_common_name_counts_only_alone(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	static struct made_certificate made;
	make_certificate(&(struct made_request){ .subject = "old.example.com",
						 .first_day = 0,
						 .last_day = 1,
						 .rsa_bits = 1024,
						 .digest = "SHA1" },
			 &made);
	const struct certificate *found = parse(arena, made.certificate, 1);
	assert_true(found->is_self_issued);
	assert_true(slice_is(found->key_kind, "RSA"));
	assert_int_equal(found->key_bits, 1024);
	assert_true(slice_is(found->digest, "SHA1"));
	assert_true(certificate_names_host(found, SLICE("old.example.com")));
	arena_free(arena);
}

static void keys_are_told_apart(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	static struct made_certificate mine, other;
	static const struct made_request request = { .subject = "a", .last_day = 1 };
	make_certificate(&request, &mine);
	make_certificate(&request, &other);
	const struct certificate *found = parse(arena, mine.certificate, 1);
	assert_int_equal(private_key_compare(slice_of(mine.key), found), PRIVATE_KEY_MATCHES);
	assert_int_equal(private_key_compare(slice_of(other.key), found), PRIVATE_KEY_DIFFERS);
	assert_int_equal(private_key_compare(slice_of(mine.certificate), found), PRIVATE_KEY_NONE);
	assert_int_equal(private_key_compare(SLICE(""), found), PRIVATE_KEY_NONE);
	assert_int_equal(private_key_compare(SLICE("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END "
						   "PRIVATE KEY-----\n"),
					     found),
			 PRIVATE_KEY_BROKEN);
	static char closed[4096];
	BIO *in = BIO_new_mem_buf(mine.key, -1), *out = BIO_new(BIO_s_mem());
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
	assert_true(PEM_write_bio_PrivateKey(out, key, EVP_aes_128_cbc(),
					     (const unsigned char *)"secret", 6, NULL, NULL));
	made_read(out, closed, sizeof(closed));
	EVP_PKEY_free(key);
	BIO_free(in);
	assert_int_equal(private_key_compare(slice_of(closed), found), PRIVATE_KEY_ENCRYPTED);
	arena_free(arena);
}

static void combined_files_and_rubbish(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	static struct made_certificate mine, authority;
	static char text[16384];
	make_certificate(&(struct made_request){ .subject = "a", .issuer = "ca", .last_day = 1 },
			 &mine);
	make_certificate(&(struct made_request){ .subject = "ca", .last_day = 1 }, &authority);
	snprintf(text, sizeof(text), "Bag attributes\n%sfriendly name\n%s%s", mine.key,
		 mine.certificate, authority.certificate);
	const struct certificate *found = parse(arena, text, 2);
	assert_int_equal(private_key_compare(slice_of(text), found), PRIVATE_KEY_MATCHES);
	parse(arena, "", 0);
	parse(arena, "nothing here", 0);
	parse(arena, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 0);
	/* What stands before a broken one is kept. */
	snprintf(text, sizeof(text),
		 "%s-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
		 mine.certificate);
	parse(arena, text, 1);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_facts_are_read),
		cmocka_unit_test(the_common_name_counts_only_alone),
		cmocka_unit_test(keys_are_told_apart),
		cmocka_unit_test(combined_files_and_rubbish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
