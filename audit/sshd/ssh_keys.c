/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/ssh_keys.h"

#include "audit/base/arena.h"

/* Enough of a blob to see the sizes: a 16384-bit RSA key takes 2100 bytes. */
#define BLOB_BYTES_MAX 4096

static const char *const key_types[] = {
	"ssh-ed25519",
	"ssh-rsa",
	"ssh-dss",
	"ecdsa-sha2-nistp256",
	"ecdsa-sha2-nistp384",
	"ecdsa-sha2-nistp521",
	"sk-ssh-ed25519@openssh.com",
	"sk-ecdsa-sha2-nistp256@openssh.com",
	"ssh-ed25519-cert-v01@openssh.com",
	"ssh-rsa-cert-v01@openssh.com",
	"ssh-dss-cert-v01@openssh.com",
	"ecdsa-sha2-nistp256-cert-v01@openssh.com",
};

static bool is_key_type(struct slice word)
{
	for (size_t i = 0; i < ARRAY_SIZE(key_types); i++)
		if (slice_is(word, key_types[i]))
			return true;
	return false;
}

static int base64_value(unsigned char byte)
{
	if (byte_is_upper(byte))
		return byte - 'A';
	if (byte_is_lower(byte))
		return byte - 'a' + 26;
	if (byte_is_digit(byte))
		return byte - '0' + 52;
	if (byte == '+')
		return 62;
	return byte == '/' ? 63 : -1;
}

/* Decodes the beginning of TEXT into BYTES of SIZE; how many there are. */
static size_t decode(struct slice text, unsigned char *bytes, size_t size)
{
	unsigned int collected = 0, bits = 0;
	size_t count = 0;
	for (size_t i = 0; i < text.size && count < size; i++) {
		int value = base64_value((unsigned char)text.data[i]);
		if (value < 0)
			break;
		collected = (collected << 6 | (unsigned int)value) & 0xffffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[count++] = (unsigned char)(collected >> bits);
		}
	}
	return count;
}

/* Takes a string with its length before it (RFC 4251 section 5) off the front of *REST. */
static bool take_string(struct slice *rest, struct slice *ret_string)
{
	if (rest->size < 4)
		return false;
	const unsigned char *bytes = (const unsigned char *)rest->data;
	size_t size =
		(size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
	if (size > rest->size - 4)
		return false;
	*ret_string = slice_part(*rest, 4, size);
	*rest = slice_from(*rest, 4 + size);
	return true;
}

/* Bits of a number without its leading zeros. */
static unsigned int number_bits(struct slice number)
{
	while (number.size && number.data[0] == 0)
		number = slice_from(number, 1);
	if (!number.size)
		return 0;
	unsigned int bits = (unsigned int)(number.size - 1) * 8;
	for (unsigned char top = (unsigned char)number.data[0]; top; top >>= 1)
		bits++;
	return bits;
}

/* Size of an RSA key (its modulus) or a DSA key (its prime). */
static unsigned int key_bits(struct slice type, struct slice blob)
{
	unsigned char bytes[BLOB_BYTES_MAX];
	struct slice field;
	bool is_rsa = slice_is(type, "ssh-rsa"), is_dsa = slice_is(type, "ssh-dss");
	if (!is_rsa && !is_dsa)
		return 0;
	struct slice rest = {
		.data = (const char *)bytes,
		.size = decode(blob, bytes, sizeof(bytes)),
	};
	/* The type, then for RSA the exponent. */
	if (!take_string(&rest, &field) || (is_rsa && !take_string(&rest, &field)) ||
	    !take_string(&rest, &field))
		return 0;
	return number_bits(field);
}

/* The options are one word with quotes in it. */
static struct slice take_options(struct slice *rest)
{
	bool quoted = false;
	size_t at = 0;
	for (; at < rest->size; at++) {
		char byte = rest->data[at];
		if (byte == '\\' && at + 1 < rest->size && rest->data[at + 1] == '"')
			at++;
		else if (byte == '"')
			quoted = !quoted;
		else if (!quoted && (byte == ' ' || byte == '\t'))
			break;
	}
	struct slice options = slice_part(*rest, 0, at);
	*rest = slice_trim_left(slice_from(*rest, at));
	return options;
}

/* The value of the option NAME, which is followed by ="; NULL data: not there. */
static struct slice option_value(struct slice options, const char *name)
{
	bool quoted = false, at_start = true;
	for (size_t i = 0; i < options.size; i++) {
		struct slice rest = slice_from(options, i);
		if (at_start && !quoted &&
		    slice_is_ignore_case(slice_part(rest, 0, strlen(name)), name)) {
			rest = slice_from(rest, strlen(name));
			return slice_part(rest, 0, slice_find_byte(rest, '"'));
		}
		at_start = !quoted && options.data[i] == ',';
		if (options.data[i] == '\\')
			i++;
		else if (options.data[i] == '"')
			quoted = !quoted;
	}
	return (struct slice){ .data = NULL };
}

static bool parse_line(const struct source *source, struct slice line, struct ssh_key *ret_key)
{
	struct slice rest = slice_trim(line), word = { .data = NULL };
	struct ssh_key key = { .origin = origin_of(source, line) };
	if (!rest.size || rest.data[0] == '#')
		return false;
	struct slice peek = rest;
	(void)slice_next_word(&peek, &word);
	if (!is_key_type(word))
		key.options = take_options(&rest);
	if (!slice_next_word(&rest, &key.type) || !is_key_type(key.type) ||
	    !slice_next_word(&rest, &key.blob))
		return false;
	key.comment = slice_trim(rest);
	key.bits = key_bits(key.type, key.blob);
	key.from = option_value(key.options, "from=\"");
	key.has_command = option_value(key.options, "command=\"").data != NULL;
	key.is_authority = option_value(key.options, "cert-authority").data != NULL;
	*ret_key = key;
	return true;
}

bool ssh_keys_parse(struct arena *arena, const struct source *source,
		    const struct ssh_key **ret_keys, size_t *ret_count)
{
	struct ssh_key *keys = NULL, key;
	size_t count = 0, capacity = 0;
	struct slice rest = source->bytes, line;
	while (count < SSH_KEYS_MAX && slice_next_line(&rest, &line)) {
		if (!parse_line(source, line, &key))
			continue;
		struct ssh_key *grown = arena_grow(arena, keys, count, &capacity, sizeof(*keys));
		if (!grown)
			return false;
		keys = grown;
		keys[count++] = key;
	}
	*ret_keys = keys;
	*ret_count = count;
	return true;
}
