/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/nft_lex.h"

#include "audit/base/address.h"

static bool is_hex(unsigned char byte)
{
	unsigned char lower = byte_to_lower(byte);
	return byte_is_digit(byte) || (lower >= 'a' && lower <= 'f');
}

static bool is_name(unsigned char byte)
{
	return byte_is_alpha(byte) || byte_is_digit(byte) || byte == '_';
}

/* Bytes of an IPv6 or MAC address at the beginning of TEXT; 0: there is none. */
static size_t colon_address(struct slice text)
{
	size_t size = 0, colons = 0;
	while (size < text.size &&
	       (is_hex((unsigned char)text.data[size]) || text.data[size] == ':' ||
		(colons >= 2 && text.data[size] == '.')))
		colons += text.data[size++] == ':';
	if (colons < 2)
		return 0;
	/* A name may go on behind hexadecimal letters: "2001:db8::1:accept". */
	if (size < text.size && is_name((unsigned char)text.data[size]))
		while (size > 2 && text.data[size - 1] != ':')
			size--;
	/* "2001:db8::1:" with a port or mapping behind: the address ends before. */
	for (; size >= 2; size--) {
		struct address address;
		struct slice part = slice_part(text, 0, size);
		if (address_parse(part, &address))
			return size;
		if (colons == 5 && text.data[size - 1] != ':' && size >= 11)
			return size;
		if (text.data[size - 1] != ':' && text.data[size - 1] != '.')
			return 0;
	}
	return 0;
}

/* "192.0.2.1" at the beginning of TEXT; 0: none. */
static size_t dotted_address(struct slice text)
{
	size_t size = 0, dots = 0;
	while (size < text.size && (byte_is_digit((unsigned char)text.data[size]) ||
				    (text.data[size] == '.' && dots < 3)))
		dots += text.data[size++] == '.';
	return dots == 3 && text.data[size - 1] != '.' ? size : 0;
}

static size_t number_size(struct slice text)
{
	size_t size = 0;
	/* Hexadecimal, decimal, or a time as "1d2h", "512kbytes". */
	while (size < text.size && is_name((unsigned char)text.data[size]))
		size++;
	return size;
}

static size_t name_size(struct slice text)
{
	size_t size = 0;
	while (size < text.size) {
		unsigned char byte = (unsigned char)text.data[size];
		if (!is_name(byte) && byte != '/' && byte != '-' && byte != '.')
			break;
		size++;
	}
	/* "eth*" and "eth\*" */
	if (size + 1 < text.size && text.data[size] == '\\' && text.data[size + 1] == '*')
		return size + 2;
	return size < text.size && text.data[size] == '*' ? size + 1 : size;
}

static void skip_blanks(struct slice *rest)
{
	for (;;) {
		size_t skip = 0;
		if (rest->size && (rest->data[0] == ' ' || rest->data[0] == '\t' ||
				   rest->data[0] == '\r' || rest->data[0] == '\f'))
			skip = 1;
		else if (rest->size > 1 && rest->data[0] == '\\' && rest->data[1] == '\n')
			skip = 2;
		else if (rest->size > 2 && rest->data[0] == '\\' && rest->data[1] == '\r' &&
			 rest->data[2] == '\n')
			skip = 3;
		else if (rest->size && rest->data[0] == '#')
			skip = slice_find_byte(*rest, '\n');
		if (!skip)
			return;
		*rest = slice_from(*rest, skip);
	}
}

static struct nft_token take(struct slice *rest, enum nft_token_kind kind, size_t first,
			     size_t size, size_t all)
{
	struct nft_token token = { .kind = kind, .text = slice_part(*rest, first, size) };
	*rest = slice_from(*rest, all);
	return token;
}

static struct nft_token lex_sign(struct slice *rest)
{
	static const char *const doubles[] = { "==", "!=", "<=", ">=", "<<", ">>", "&&", "||" };
	for (size_t i = 0; i < ARRAY_SIZE(doubles); i++)
		if (slice_starts_with(*rest, doubles[i]))
			return take(rest, NFT_TOKEN_SIGN, 0, 2, 2);
	bool is_known = slice_find_byte(SLICE("{}()[],:.=<>!&|^*/-+"), rest->data[0]) <
			sizeof("{}()[],:.=<>!&|^*/-+") - 1;
	return take(rest, is_known ? NFT_TOKEN_SIGN : NFT_TOKEN_BAD, 0, 1, 1);
}

struct nft_token nft_lex(struct slice *rest)
{
	skip_blanks(rest);
	if (rest->size == 0)
		return (struct nft_token){ .kind = NFT_TOKEN_END, .text = *rest };
	unsigned char byte = (unsigned char)rest->data[0];
	if (byte == '\n' || byte == ';') {
		struct nft_token token = take(rest, NFT_TOKEN_BREAK, 0, 1, 1);
		token.is_semicolon = byte == ';';
		return token;
	}
	if (byte == '"') {
		struct slice inner = slice_from(*rest, 1);
		size_t size = slice_find_byte(inner, '"');
		return take(rest, size < inner.size ? NFT_TOKEN_STRING : NFT_TOKEN_BAD, 1, size,
			    size + 2);
	}
	if (byte == '$' || byte == '@') {
		struct slice inner = slice_from(*rest, 1);
		size_t size = name_size(inner);
		/* "@th,16,16" is raw payload; the parser sees its name and what follows. */
		return take(rest,
			    size == 0     ? NFT_TOKEN_BAD
			    : byte == '$' ? NFT_TOKEN_VARIABLE
					  : NFT_TOKEN_SET,
			    1, size, size + 1);
	}
	size_t size = colon_address(*rest);
	if (!size && byte_is_digit(byte))
		size = dotted_address(*rest);
	if (!size && byte_is_digit(byte))
		size = number_size(*rest);
	if (!size && (byte_is_alpha(byte) || byte == '_'))
		size = name_size(*rest);
	if (size)
		return take(rest, NFT_TOKEN_WORD, 0, size, size);
	return lex_sign(rest);
}
