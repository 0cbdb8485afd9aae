/* SPDX-License-Identifier: Apache-2.0
 *
 * The one file of checks/ that sees the bytes of secrets. Budget: a distinct secret costs zxcvbn
 * about 20 microseconds once, shared by the processors; everything else is far below one. Copies
 * are on the stack and wiped.
 */
#include "checks/secret_strength.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
#include <zxcvbn.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "checks/secret_candidates.h"

/* Shorter names occur in random secrets too often to say anything. */
#define NAME_WORD_BYTES_MIN 3
/* Longest word of the site or the account that zxcvbn is told. */
#define WORD_BYTES_MAX 64
/* Fewer are measured sooner than a thread starts. */
#define THREADED_SECRETS_MIN 512
/* Most threads that measure; the audit of one host should not take a big machine for itself. */
#define THREADS_MAX 8
/* Slots that a thread takes at a time. */
#define SLOTS_AT_ONCE 256
/* Most names of one account that are told to zxcvbn. */
#define ACCOUNT_WORDS_MAX 8

struct secret_composition secret_composition(struct secret secret)
{
	struct slice bytes = secret_reveal(secret);
	struct secret_composition composition = { .length = bytes.size };
	for (size_t i = 0; i < bytes.size; i++) {
		unsigned char byte = (unsigned char)bytes.data[i];
		if (byte_is_upper(byte))
			composition.has_upper = true;
		else if (byte_is_lower(byte))
			composition.has_lower = true;
		else if (byte_is_digit(byte))
			composition.has_digit = true;
		else
			composition.has_other = true;
	}
	return composition;
}

bool secret_meets_seed_rule(struct secret secret)
{
	struct secret_composition composition = secret_composition(secret);
	return composition.length >= 6 && composition.has_upper && composition.has_lower &&
	       composition.has_digit && composition.has_other;
}

/* The longest run of digits in NAME, where it is a number inside a longer name ("ext-1001"). */
static struct slice digits_of(struct slice name)
{
	struct slice longest = { 0 };
	size_t start = 0;
	for (size_t i = 0; i <= name.size; i++) {
		if (i < name.size && byte_is_digit((unsigned char)name.data[i]))
			continue;
		if (i - start > longest.size)
			longest = slice_part(name, start, i - start);
		start = i + 1;
	}
	return longest.size >= NAME_WORD_BYTES_MIN && longest.size < name.size
		       ? longest
		       : (struct slice){ 0 };
}

const char *secret_repeats(struct secret secret, const struct secret_account *account)
{
	struct slice bytes = secret_reveal(secret);
	if (!bytes.size)
		return NULL;
	for (size_t i = 0; i < account->name_count; i++) {
		const char *phrase = candidate_repeats(bytes, account->names[i]);
		if (!phrase)
			phrase = candidate_repeats(bytes, digits_of(account->names[i]));
		if (phrase)
			return phrase;
	}
	return NULL;
}

const char *secret_published(struct secret secret)
{
	return candidate_published(secret_reveal(secret));
}

/* Each byte differs from the one before by the same STEP. */
static bool is_run(struct slice bytes, int step)
{
	for (size_t i = 1; i < bytes.size; i++)
		if (bytes.data[i] - bytes.data[i - 1] != step)
			return false;
	return bytes.size > 1;
}

const char *secret_pin_fault(struct secret pin, const struct secret_account *account)
{
	struct slice bytes = secret_reveal(pin);
	if (!bytes.size)
		return "empty: nothing is asked";
	const char *repeats = secret_repeats(pin, account);
	if (repeats)
		return repeats;
	if (is_run(bytes, 0))
		return "one key over and over";
	if (is_run(bytes, 1) || is_run(bytes, -1))
		return "keys in a row";
	return bytes.size < 6 ? "shorter than six digits" : NULL;
}

struct digest_search {
	EVP_MD_CTX *context;
	const EVP_MD *method;
	struct slice name;
	struct slice realm;
	unsigned char wanted[EVP_MAX_MD_SIZE];
	unsigned int wanted_size;
	const char *phrase;
};

static bool try_candidate(void *context, struct slice candidate, const char *phrase)
{
	struct digest_search *search = context;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	if (EVP_DigestInit_ex(search->context, search->method, NULL) != 1 ||
	    EVP_DigestUpdate(search->context, search->name.data, search->name.size) != 1 ||
	    EVP_DigestUpdate(search->context, ":", 1) != 1 ||
	    EVP_DigestUpdate(search->context, search->realm.data, search->realm.size) != 1 ||
	    EVP_DigestUpdate(search->context, ":", 1) != 1 ||
	    EVP_DigestUpdate(search->context, candidate.data, candidate.size) != 1 ||
	    EVP_DigestFinal_ex(search->context, digest, &size) != 1)
		return false;
	if (size != search->wanted_size || memcmp(digest, search->wanted, size) != 0)
		return false;
	search->phrase = phrase;
	return true;
}

static bool hex_value(char byte, unsigned int *ret_value)
{
	unsigned char lower = byte_to_lower((unsigned char)byte);
	if (byte_is_digit(lower))
		*ret_value = lower - '0';
	else if (lower >= 'a' && lower <= 'f')
		*ret_value = lower - 'a' + 10;
	else
		return false;
	return true;
}

static bool hex_decode(struct slice text, unsigned char *ret_bytes, unsigned int *ret_size)
{
	if (text.size % 2 || text.size / 2 > EVP_MAX_MD_SIZE)
		return false;
	for (size_t i = 0; i < text.size; i += 2) {
		unsigned int high, low;
		if (!hex_value(text.data[i], &high) || !hex_value(text.data[i + 1], &low))
			return false;
		ret_bytes[i / 2] = (unsigned char)(high << 4 | low);
	}
	*ret_size = (unsigned int)(text.size / 2);
	return true;
}

const char *secret_digest_guessed(struct secret digest, enum secret_digest kind, struct slice name,
				  const struct secret_account *account)
{
	struct digest_search search = { .name = name, .realm = account->realm };
	search.method = kind == SECRET_DIGEST_MD5      ? EVP_md5()
			: kind == SECRET_DIGEST_SHA256 ? EVP_sha256()
						       : EVP_sha512_256();
	if (!hex_decode(secret_reveal(digest), search.wanted, &search.wanted_size))
		return NULL;
	search.context = EVP_MD_CTX_new();
	if (!search.context)
		return NULL;
	bool found = candidate_each_published(try_candidate, &search);
	for (size_t i = 0; i < account->name_count && !found; i++)
		found = candidate_each_of_name(account->names[i], try_candidate, &search) ||
			candidate_each_of_name(digits_of(account->names[i]), try_candidate,
					       &search);
	EVP_MD_CTX_free(search.context);
	return search.phrase;
}

struct measured {
	struct secret secret;
	uint64_t hash;
	unsigned int guesses;
	bool is_used;
	/* Expected, and not measured yet. */
	bool is_pending;
};

struct secret_meter {
	struct arena *arena;
	/* Lower-cased, NULL after the last; room for an account's words in front of NULL. */
	const char **words;
	size_t word_count;
	/* Open addressing, a power of two. */
	struct measured *slots;
	size_t slot_count;
	size_t used;
	size_t pending;
};

static char *lower_copy(struct arena *arena, struct slice word)
{
	char *copy = slice_to_string(arena, word);
	for (size_t i = 0; copy && i < word.size; i++)
		copy[i] = (char)byte_to_lower((unsigned char)copy[i]);
	return copy;
}

struct secret_meter *secret_meter_new(struct arena *arena, const struct slice *words,
				      size_t word_count)
{
	struct secret_meter *meter = ARENA_NEW(arena, struct secret_meter);
	if (word_count > SECRET_WORDS_MAX)
		word_count = SECRET_WORDS_MAX;
	if (meter)
		meter->words = ARENA_ARRAY(arena, word_count + ACCOUNT_WORDS_MAX + 1, const char *);
	if (!meter || !meter->words)
		return NULL;
	meter->arena = arena;
	for (size_t i = 0; i < word_count; i++) {
		if (words[i].size < NAME_WORD_BYTES_MIN || words[i].size > WORD_BYTES_MAX)
			continue;
		char *word = lower_copy(arena, words[i]);
		if (!word)
			return NULL;
		meter->words[meter->word_count++] = word;
	}
	meter->slot_count = 256;
	meter->slots = ARENA_ARRAY(arena, meter->slot_count, struct measured);
	return meter->slots ? meter : NULL;
}

/* Tenths of log10 out of bits: 10 * log10(2) a bit. */
static unsigned int tenths_of_bits(double bits)
{
	double tenths = bits * 3.0102999566398120;
	if (!(tenths > 0))
		return 0;
	return tenths > SECRET_GUESSES_MAX ? SECRET_GUESSES_MAX : (unsigned int)tenths;
}

static unsigned int measure(const char **words, struct slice bytes)
{
	char text[SECRET_MEASURED_BYTES + 1];
	size_t size = bytes.size < SECRET_MEASURED_BYTES ? bytes.size : SECRET_MEASURED_BYTES;
	/* zxcvbn ends at a NUL. */
	for (size_t i = 0; i < size; i++)
		text[i] = bytes.data[i] ? bytes.data[i] : '\1';
	text[size] = '\0';
	unsigned int tenths = tenths_of_bits(ZxcvbnMatch(text, words, NULL));
	explicit_bzero(text, sizeof(text));
	return tenths;
}

/* Bytes that zxcvbn may take for one another in a word (its letter substitutions, joined into
 * classes), so that a name is never overlooked. */
static unsigned char fold(unsigned char byte)
{
	switch (byte) {
	case '4':
	case '@':
		return 'a';
	case '8':
		return 'b';
	case '(':
	case '{':
	case '[':
	case '<':
		return 'c';
	case '3':
		return 'e';
	case '6':
	case '9':
		return 'g';
	case '1':
	case '!':
	case '|':
	case '7':
	case '+':
	case 'l':
	case 'L':
	case 't':
	case 'T':
	case 'I':
		return 'i';
	case '0':
		return 'o';
	case '$':
	case '5':
		return 's';
	case '%':
		return 'x';
	case '2':
		return 'z';
	default:
		return byte_to_lower(byte);
	}
}

static bool may_contain(struct slice bytes, struct slice name)
{
	if (name.size < NAME_WORD_BYTES_MIN || name.size > bytes.size)
		return false;
	for (size_t first = 0; first + name.size <= bytes.size; first++) {
		size_t i = 0;
		while (i < name.size && fold((unsigned char)bytes.data[first + i]) ==
						fold((unsigned char)name.data[i]))
			i++;
		if (i == name.size)
			return true;
	}
	return false;
}

/* With ACCOUNT's names as words in front of the site's end; not remembered. */
static unsigned int measure_with_names(struct secret_meter *meter, struct slice bytes,
				       const struct secret_account *account)
{
	char copies[ACCOUNT_WORDS_MAX][WORD_BYTES_MAX + 1];
	size_t count = 0;
	for (size_t i = 0; i < account->name_count && count < ACCOUNT_WORDS_MAX; i++) {
		struct slice name = account->names[i];
		if (name.size < NAME_WORD_BYTES_MIN || name.size > WORD_BYTES_MAX)
			continue;
		for (size_t k = 0; k < name.size; k++)
			copies[count][k] = (char)byte_to_lower((unsigned char)name.data[k]);
		copies[count][name.size] = '\0';
		meter->words[meter->word_count + count] = copies[count];
		count++;
	}
	unsigned int tenths = measure(meter->words, bytes);
	for (size_t i = 0; i < count; i++)
		meter->words[meter->word_count + i] = NULL;
	return tenths;
}

static struct measured *find_slot(struct measured *slots, size_t slot_count, uint64_t hash,
				  struct secret secret)
{
	size_t at = (size_t)hash & (slot_count - 1);
	while (slots[at].is_used &&
	       !(slots[at].hash == hash && secret_equal(slots[at].secret, secret)))
		at = (at + 1) & (slot_count - 1);
	return &slots[at];
}

/* Doubles the table when it is half full. False: memory is short; the old table stays usable. */
static bool make_room(struct secret_meter *meter)
{
	if (meter->used * 2 < meter->slot_count)
		return true;
	size_t slot_count = meter->slot_count * 2;
	struct measured *slots = ARENA_ARRAY(meter->arena, slot_count, struct measured);
	if (!slots)
		return false;
	for (size_t i = 0; i < meter->slot_count; i++)
		if (meter->slots[i].is_used)
			*find_slot(slots, slot_count, meter->slots[i].hash,
				   meter->slots[i].secret) = meter->slots[i];
	meter->slots = slots;
	meter->slot_count = slot_count;
	return true;
}

/* Does one of ACCOUNT's names stand in BYTES, so that the measure is this account's own? */
static bool holds_a_name(struct slice bytes, const struct secret_account *account)
{
	struct slice measured = slice_part(bytes, 0, SECRET_MEASURED_BYTES);
	for (size_t i = 0; i < account->name_count; i++)
		if (may_contain(measured, account->names[i]))
			return true;
	return false;
}

/* The slot of SECRET, new ones pending; NULL: memory is short. */
static struct measured *slot_of(struct secret_meter *meter, struct secret secret)
{
	uint64_t hash = secret_hash(secret, (uint64_t)(uintptr_t)meter);
	struct measured *slot = find_slot(meter->slots, meter->slot_count, hash, secret);
	if (slot->is_used)
		return slot;
	if (!make_room(meter))
		return NULL;
	slot = find_slot(meter->slots, meter->slot_count, hash, secret);
	*slot = (struct measured){
		.secret = secret, .hash = hash, .is_used = true, .is_pending = true
	};
	meter->used++;
	meter->pending++;
	return slot;
}

void secret_meter_expect(struct secret_meter *meter, struct secret secret,
			 const struct secret_account *account)
{
	struct slice bytes = secret_reveal(secret);
	/* What finds no room is measured when it is asked for. */
	if (bytes.size && !holds_a_name(bytes, account))
		(void)slot_of(meter, secret);
}

/* What the threads of one secret_meter_measure share: they read the words, and each slot belongs to
 * the one that took its number. */
struct measuring {
	struct secret_meter *meter;
	atomic_size_t next;
};

static void *measure_slots(void *context)
{
	struct measuring *measuring = context;
	struct secret_meter *meter = measuring->meter;
	for (;;) {
		size_t first = atomic_fetch_add(&measuring->next, SLOTS_AT_ONCE);
		if (first >= meter->slot_count)
			return NULL;
		for (size_t i = first; i < first + SLOTS_AT_ONCE && i < meter->slot_count; i++) {
			struct measured *slot = &meter->slots[i];
			if (!slot->is_pending)
				continue;
			slot->guesses = measure(meter->words, secret_reveal(slot->secret));
			slot->is_pending = false;
		}
	}
}

void secret_meter_measure(struct secret_meter *meter)
{
	struct measuring measuring = { .meter = meter };
	pthread_t threads[THREADS_MAX];
	size_t count = 0;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (meter->pending < THREADED_SECRETS_MIN)
		processors = 1;
	/* This thread is one of them, and does all the work where no other starts. */
	while (count < THREADS_MAX && (long)count + 1 < processors &&
	       pthread_create(&threads[count], NULL, measure_slots, &measuring) == 0)
		count++;
	(void)measure_slots(&measuring);
	for (size_t i = 0; i < count; i++)
		(void)pthread_join(threads[i], NULL);
	meter->pending = 0;
}

unsigned int secret_guesses(struct secret_meter *meter, struct secret secret,
			    const struct secret_account *account)
{
	struct slice bytes = secret_reveal(secret);
	if (!bytes.size)
		return 0;
	if (holds_a_name(bytes, account))
		return measure_with_names(meter, bytes, account);
	struct measured *slot = slot_of(meter, secret);
	if (slot && !slot->is_pending)
		return slot->guesses;
	unsigned int tenths = measure(meter->words, bytes);
	if (slot) {
		slot->guesses = tenths;
		slot->is_pending = false;
		meter->pending--;
	}
	return tenths;
}

const char *secret_describe(struct arena *arena, struct secret secret)
{
	struct secret_composition composition = secret_composition(secret);
	BUFFER_AUTO text = { 0 };
	if (!composition.length)
		return "an empty secret";
	buffer_format(&text, "%zu character%s of ", composition.length,
		      composition.length == 1 ? "" : "s");
	const char *separator = "";
	const struct {
		bool is_there;
		const char *name;
	} classes[] = {
		{ composition.has_upper, "upper-case letters" },
		{ composition.has_lower, "lower-case letters" },
		{ composition.has_digit, "digits" },
		{ composition.has_other, "other characters" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (!classes[i].is_there)
			continue;
		buffer_format(&text, "%s%s", separator, classes[i].name);
		separator = ", ";
	}
	const char *kept = buffer_keep(&text, arena);
	return kept ? kept : "";
}

uint64_t secret_hash(struct secret secret, uint64_t key)
{
	/* FNV-1a over the bytes, started from the key and stirred at the end (splitmix64), so that
	 * nobody outside can aim at one slot of a table. */
	struct slice bytes = secret_reveal(secret);
	uint64_t hash = 14695981039346656037u ^ (key * 0x9e3779b97f4a7c15u);
	for (size_t i = 0; i < bytes.size; i++)
		hash = (hash ^ (unsigned char)bytes.data[i]) * 1099511628211u;
	hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9u;
	hash = (hash ^ hash >> 27) * 0x94d049bb133111ebu;
	return hash ^ hash >> 31;
}
