/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "audit/base/arena.h"
#include "checks/secret_strength.h"

static const struct slice names[] = { { "2041", 4 }, { "front-desk", 10 } };
static const struct secret_account account = {
	.names = names,
	.name_count = 2,
	.realm = { "asterisk", 8 },
};

#define SECRET(text) secret_of(SLICE(text))

static void the_seed_rule_needs_all_four_classes(void **state)
{
	(void)state;
	assert_true(secret_meets_seed_rule(SECRET("aB1-cd")));
	assert_false(secret_meets_seed_rule(SECRET("aB1-c")));
	assert_false(secret_meets_seed_rule(SECRET("aB1ccd")));
	assert_false(secret_meets_seed_rule(SECRET("ab1-cd")));
	assert_false(secret_meets_seed_rule(SECRET("AB1-CD")));
	assert_false(secret_meets_seed_rule(SECRET("aBx-cd")));
	assert_false(secret_meets_seed_rule(SECRET("")));
	/* Bytes beyond ASCII count as "other". */
	assert_true(secret_meets_seed_rule(SECRET("aB1\xc3\xa9z")));
}

static void names_are_found_in_disguise(void **state)
{
	(void)state;
	assert_non_null(secret_repeats(SECRET("2041"), &account));
	assert_non_null(secret_repeats(SECRET("1402"), &account));
	assert_non_null(secret_repeats(SECRET("20412041"), &account));
	assert_non_null(secret_repeats(SECRET("2041123"), &account));
	assert_non_null(secret_repeats(SECRET("secret2041"), &account));
	assert_non_null(secret_repeats(SECRET("sip-2041"), &account));
	assert_non_null(secret_repeats(SECRET("20412024"), &account));
	assert_non_null(secret_repeats(SECRET("Front-Desk"), &account));
	assert_null(secret_repeats(SECRET("2042"), &account));
	assert_null(secret_repeats(SECRET("x2041kq"), &account));
	assert_null(secret_repeats(SECRET(""), &account));
}

static void defaults_are_known(void **state)
{
	(void)state;
	assert_non_null(secret_published(SECRET("amp111")));
	assert_non_null(secret_published(SECRET("aE3%B8*$jk^G")));
	assert_non_null(secret_published(SECRET("M0r$H3d!100")));
	assert_non_null(secret_published(SECRET("0000")));
	assert_non_null(secret_published(SECRET("youwillneverguessit")));
	assert_null(secret_published(SECRET("Amp111")));
	assert_null(secret_published(SECRET("")));
}

static void digest_of(const EVP_MD *method, const char *text, char *ret_hex)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	assert_int_equal(EVP_Digest(text, strlen(text), digest, &size, method, NULL), 1);
	for (unsigned int i = 0; i < size; i++)
		snprintf(ret_hex + 2 * i, 3, "%02x", digest[i]);
}

static void digests_of_candidates_are_found(void **state)
{
	(void)state;
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	digest_of(EVP_md5(), "2041:asterisk:2041", hex);
	assert_non_null(secret_digest_guessed(secret_of(slice_of(hex)), SECRET_DIGEST_MD5,
					      SLICE("2041"), &account));
	digest_of(EVP_md5(), "2041:asterisk:mysecret", hex);
	assert_non_null(secret_digest_guessed(secret_of(slice_of(hex)), SECRET_DIGEST_MD5,
					      SLICE("2041"), &account));
	digest_of(EVP_sha256(), "2041:asterisk:20412041", hex);
	assert_non_null(secret_digest_guessed(secret_of(slice_of(hex)), SECRET_DIGEST_SHA256,
					      SLICE("2041"), &account));
	/* Another realm gives another digest. */
	digest_of(EVP_md5(), "2041:elsewhere:2041", hex);
	assert_null(secret_digest_guessed(secret_of(slice_of(hex)), SECRET_DIGEST_MD5,
					  SLICE("2041"), &account));
	assert_null(secret_digest_guessed(SECRET("not hexadecimal"), SECRET_DIGEST_MD5,
					  SLICE("2041"), &account));
}

static void guesses_order_secrets(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	const struct slice words[] = { { "Examplecorp", 11 } };
	struct secret_meter *meter = secret_meter_new(arena, words, 1);
	assert_non_null(meter);
	assert_int_equal(secret_guesses(meter, SECRET(""), &account), 0);
	assert_true(secret_guesses(meter, SECRET("2041"), &account) < 40);
	assert_true(secret_guesses(meter, SECRET("password"), &account) < 40);
	assert_true(secret_guesses(meter, SECRET("Pass1!"), &account) < 100);
	assert_true(secret_guesses(meter, SECRET("examplecorp"), &account) < 40);
	assert_true(secret_guesses(meter, SECRET("secret2041"), &account) < 100);
	assert_true(secret_guesses(meter, SECRET("vW8kqZt3Lm9xRb5f"), &account) >= 140);
	/* Asked again, and after many others: the same answer. */
	unsigned int first = secret_guesses(meter, SECRET("hT4z-9mQ"), &account);
	char texts[600][16];
	for (unsigned int i = 0; i < 600; i++) {
		snprintf(texts[i], sizeof(texts[i]), "k%uz-%u", i, i * 7);
		secret_guesses(meter, secret_of(slice_of(texts[i])), &account);
	}
	assert_int_equal(secret_guesses(meter, SECRET("hT4z-9mQ"), &account), first);
	arena_free(arena);
}

static void threads_measure_as_one_by_one(void **state)
{
	(void)state;
	enum {
		COUNT = 3000
	};
	static char texts[COUNT][24];
	struct arena *arena = arena_new(0);
	struct secret_meter *alone = secret_meter_new(arena, NULL, 0);
	struct secret_meter *together = secret_meter_new(arena, NULL, 0);
	assert_true(alone && together);
	for (unsigned int i = 0; i < COUNT; i++) {
		/* Every seventh holds the account's name, some come twice. */
		snprintf(texts[i], sizeof(texts[i]), "%s%x", i % 7 ? "pass" : "2041-",
			 (i - i % 3) * 2654435761u);
		secret_meter_expect(together, secret_of(slice_of(texts[i])), &account);
	}
	secret_meter_measure(together);
	for (unsigned int i = 0; i < COUNT; i++)
		assert_int_equal(secret_guesses(together, secret_of(slice_of(texts[i])), &account),
				 secret_guesses(alone, secret_of(slice_of(texts[i])), &account));
	arena_free(arena);
}

static void a_long_secret_is_measured_by_its_beginning(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct secret_meter *meter = secret_meter_new(arena, NULL, 0);
	char text[4000];
	memset(text, 'a', sizeof(text));
	struct slice bytes = { .data = text, .size = sizeof(text) };
	assert_true(secret_guesses(meter, secret_of(bytes), &account) < 100);
	arena_free(arena);
}

static void a_description_never_holds_the_secret(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	const char *text = secret_describe(arena, SECRET("qz7"));
	assert_string_equal(text, "3 characters of lower-case letters, digits");
	assert_string_equal(secret_describe(arena, SECRET("")), "an empty secret");
	assert_string_equal(secret_describe(arena, SECRET("Q")),
			    "1 character of upper-case letters");
	arena_free(arena);
}

static void equal_secrets_hash_alike(void **state)
{
	(void)state;
	assert_true(secret_hash(SECRET("one"), 1) == secret_hash(SECRET("one"), 1));
	assert_true(secret_hash(SECRET("one"), 1) != secret_hash(SECRET("one"), 2));
	assert_true(secret_hash(SECRET("one"), 1) != secret_hash(SECRET("two"), 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_seed_rule_needs_all_four_classes),
		cmocka_unit_test(names_are_found_in_disguise),
		cmocka_unit_test(defaults_are_known),
		cmocka_unit_test(digests_of_candidates_are_found),
		cmocka_unit_test(guesses_order_secrets),
		cmocka_unit_test(threads_measure_as_one_by_one),
		cmocka_unit_test(a_long_secret_is_measured_by_its_beginning),
		cmocka_unit_test(a_description_never_holds_the_secret),
		cmocka_unit_test(equal_secrets_hash_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
