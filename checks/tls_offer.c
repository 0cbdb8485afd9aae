/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/tls_offer.h"

#include "audit/base/attributes.h"

static unsigned int bit_of(enum tls_version version)
{
	return version == TLS_VERSION_NONE ? 0 : 1U << version;
}

static enum tls_version lowest_bit(unsigned int bits)
{
	for (enum tls_version version = TLS_VERSION_SSL3; version <= TLS_VERSION_1_3; version++)
		if (bits & bit_of(version))
			return version;
	return TLS_VERSION_NONE;
}

/* ssl_cmd_protocol_parse of mod_ssl: a word without sign replaces what stood before it. */
enum tls_version tls_lowest_of_apache(struct slice words, bool all_has_ssl3)
{
	unsigned int modern = bit_of(TLS_VERSION_1_0) | bit_of(TLS_VERSION_1_1) |
			      bit_of(TLS_VERSION_1_2) | bit_of(TLS_VERSION_1_3);
	unsigned int all = all_has_ssl3 ? modern | bit_of(TLS_VERSION_SSL3) : modern;
	unsigned int bits = 0;
	struct slice word;
	while (slice_next_word(&words, &word)) {
		char sign = word.data[0];
		bool has_sign = sign == '+' || sign == '-';
		struct slice name = has_sign ? slice_from(word, 1) : word;
		unsigned int named =
			slice_is_ignore_case(name, "all") ? all : bit_of(tls_version_of(name));
		if (sign == '-')
			bits &= ~named;
		else
			bits = has_sign ? bits | named : named;
	}
	return lowest_bit(bits);
}

enum tls_version tls_lowest_of_list(struct slice words)
{
	unsigned int bits = 0;
	struct slice word;
	while (slice_next_word(&words, &word))
		bits |= bit_of(tls_version_of(word));
	return lowest_bit(bits);
}

static bool next_cipher(struct slice *rest, struct slice *ret_word)
{
	while (rest->size) {
		size_t size = 0;
		while (size < rest->size && rest->data[size] != ':' && rest->data[size] != ',' &&
		       rest->data[size] != ' ')
			size++;
		*ret_word = slice_part(*rest, 0, size);
		*rest = slice_from(*rest, size + 1);
		if (ret_word->size)
			return true;
	}
	return false;
}

/* Does a '!' of LIST take out what WORD names? */
static bool is_excluded(struct slice list, const char *word)
{
	struct slice item;
	while (next_cipher(&list, &item))
		if (item.data[0] == '!' && slice_is_ignore_case(slice_from(item, 1), word))
			return true;
	return false;
}

static bool is_part(struct slice name, const char *part)
{
	struct slice rest = name, piece;
	bool found = false;
	while (slice_next_field(&rest, '-', &piece))
		found = found || slice_is_ignore_case(piece, part);
	return found;
}

/* "+WORD" at the beginning only moves ciphers; "RC4+RSA" means both. */
static bool is_weak_word(struct slice list, struct slice word)
{
	static const char *const classes[] = {
		"aNULL",    "eNULL", "NULL", "ADH",  "AECDH", "EXP", "EXPORT",         "EXPORT40",
		"EXPORT56", "LOW",   "RC4",  "3DES", "DES",   "MD5", "COMPLEMENTOFALL"
	};
	static const char *const parts[] = { "NULL", "EXP", "RC4", "DES", "3DES", "ADH", "AECDH" };
	struct slice first = slice_part(word, 0, slice_find_byte(word, '+'));
	if (word.data[0] == '!' || word.data[0] == '-' || word.data[0] == '+' ||
	    word.data[0] == '@')
		return false;
	if (slice_is(word, "ALL"))
		return !is_excluded(list, "aNULL") && !is_excluded(list, "ADH");
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (slice_is_ignore_case(first, classes[i]))
			return !is_excluded(list, classes[i]);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (is_part(first, parts[i]))
			return !is_excluded(list, parts[i]);
	return false;
}

struct slice tls_weak_cipher(struct slice list)
{
	struct slice rest = list, word;
	while (next_cipher(&rest, &word))
		if (is_weak_word(list, word))
			return word;
	return SLICE("");
}

bool tls_ciphers_lower_level(struct slice list)
{
	struct slice rest = list, word;
	while (next_cipher(&rest, &word))
		if (slice_is_ignore_case(word, "@SECLEVEL=0"))
			return true;
	return false;
}
