/* SPDX-License-Identifier: Apache-2.0
 *
 * How strong a secret is, measured without ever letting it out: composition (the seed paper's
 * rule), zxcvbn's guesses, repetition of the account's own names, and a list of defaults that
 * manuals and products have printed. What comes out are numbers and fixed phrases.
 */
#ifndef RINGFENCE_CHECKS_SECRET_STRENGTH_H
#define RINGFENCE_CHECKS_SECRET_STRENGTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/secret.h"
#include "audit/base/slice.h"

struct arena;

/* zxcvbn's cost grows faster than the length; what is longer is measured by its first bytes
 * (catalogue, part (c) 5). */
#define SECRET_MEASURED_BYTES 100

struct secret_composition {
	size_t length;
	bool has_upper;
	bool has_lower;
	bool has_digit;
	bool has_other;
};

struct secret_composition secret_composition(struct secret secret);

/* The seed's rule (section 4.6): six bytes or more, with an upper-case letter, a lower-case
 * letter, a digit and another byte. */
bool secret_meets_seed_rule(struct secret secret);

/* Names that belong to an account: its name, extension, mailbox, caller id number. */
struct secret_account {
	const struct slice *names;
	size_t name_count;
	/* The digest realm; empty where there is none. */
	struct slice realm;
};

/* How the secret follows from ACCOUNT's names ("equal to the account's name", "a name twice"), as a
 * phrase; NULL when it does not. An empty secret gives NULL. */
const char *secret_repeats(struct secret secret, const struct secret_account *account);

/* Where the secret has been published ("the manager password that FreePBX ships"); NULL when it
 * is in none of the lists. Case matters. Logarithmic in the list. */
const char *secret_published(struct secret secret);

/* What makes PIN a bad one for a telephone's keys ("four digits or fewer", "one digit over and
 * over", "equal to the mailbox"), or NULL. Numbers of fewer than six digits are always bad. */
const char *secret_pin_fault(struct secret pin, const struct secret_account *account);

/* Hexadecimal digests that stand in place of a secret. */
enum secret_digest {
	/* md5("name:realm:secret"), 32 digits. */
	SECRET_DIGEST_MD5,
	SECRET_DIGEST_SHA256,
	/* SHA-512/256 */
	SECRET_DIGEST_SHA512_256,
};

/* Is the digest that of a candidate which secret_repeats or secret_published would name? A few
 * hundred candidates are tried, no more (catalogue, part (c) 6). The phrase, or NULL. NAME is the
 * user name in the digest. */
const char *secret_digest_guessed(struct secret digest, enum secret_digest kind, struct slice name,
				  const struct secret_account *account);

/* A memory of measures already taken, so that each distinct secret costs once. */
struct secret_meter;

/* WORDS are the site's (company, city, host name); they are copied into ARENA, where the meter
 * lives too. At most SECRET_WORDS_MAX count. NULL when memory is short. */
#define SECRET_WORDS_MAX 256
struct secret_meter *secret_meter_new(struct arena *arena, const struct slice *words,
				      size_t word_count) MUST_CHECK;

/* Tenths of log10 of the guesses that zxcvbn expects, with the meter's words and ACCOUNT's names as
 * user dictionary; 0 for an empty secret, at most SECRET_GUESSES_MAX. About 20 microseconds for a
 * new secret of 16 bytes. */
#define SECRET_GUESSES_MAX 999u
unsigned int secret_guesses(struct secret_meter *meter, struct secret secret,
			    const struct secret_account *account);

/* Says that secret_guesses is going to be asked for SECRET of ACCOUNT; secret_meter_measure then
 * measures all that are expected, on as many threads as there are processors (at most 9; libzxcvbn
 * keeps no state between calls). Both are for speed alone: answers are the same without them. The
 * secrets must live as long as the meter. */
void secret_meter_expect(struct secret_meter *meter, struct secret secret,
			 const struct secret_account *account);
void secret_meter_measure(struct secret_meter *meter);

/* "6 characters of lower-case letters and digits"; in ARENA, never NULL. Says nothing of the
 * bytes themselves. */
const char *secret_describe(struct arena *arena, struct secret secret);

/* A 64-bit hash for grouping equal secrets in memory; keyed by KEY, never to be stored. */
uint64_t secret_hash(struct secret secret, uint64_t key);

#endif
