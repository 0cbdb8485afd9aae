/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/conf_address.h"

#include <arpa/inet.h>
#include <string.h>

#define ADDRESS_TEXT_MAX 64

static bool parse_plain(struct slice text, struct address *ret_address)
{
	char copy[ADDRESS_TEXT_MAX];
	if (text.size == 0 || text.size >= sizeof(copy))
		return false;
	if (address_parse(text, ret_address))
		return true;
	for (size_t i = 0; i < text.size; i++)
		if (byte_is_space((unsigned char)text.data[i]) || text.data[i] == '\0')
			return false;
	memcpy(copy, text.data, text.size);
	copy[text.size] = '\0';
	struct in_addr ipv4;
	if (!inet_aton(copy, &ipv4))
		return false;
	struct address address = { .family = ADDRESS_IPV4 };
	memcpy(address.bytes, &ipv4, 4);
	*ret_address = address;
	return true;
}

/* ast_sockaddr_split_hostport: one ':' parts host and port, more are IPv6. */
static void split(struct slice text, struct slice *ret_host, struct slice *ret_port, bool *ret_has)
{
	*ret_has = false;
	*ret_port = SLICE("");
	if (slice_starts_with(text, "[")) {
		size_t close = slice_find_byte(text, ']');
		*ret_host = slice_part(text, 1, close - 1);
		struct slice rest = slice_from(text, close + 1);
		if (slice_starts_with(rest, ":")) {
			*ret_has = true;
			*ret_port = slice_from(rest, 1);
		}
		return;
	}
	size_t colon = slice_find_byte(text, ':');
	*ret_host = text;
	if (colon < text.size && slice_find_last_byte(text, ':') == colon) {
		*ret_has = true;
		*ret_host = slice_part(text, 0, colon);
		*ret_port = slice_from(text, colon + 1);
	}
}

bool conf_parse_host(struct slice text, struct address *ret_address)
{
	struct slice host, port;
	bool has_port;
	split(text, &host, &port, &has_port);
	return !has_port && parse_plain(host, ret_address);
}

bool conf_parse_address(struct slice text, struct address *ret_address, uint16_t *ret_port)
{
	struct slice host, port;
	struct address address;
	uint64_t number = 0;
	bool has_port;
	split(text, &host, &port, &has_port);
	if (!parse_plain(host, &address))
		return false;
	if (has_port && (!slice_to_uint64(port, &number) || number > UINT16_MAX))
		return false;
	*ret_address = address;
	*ret_port = (uint16_t)number;
	return true;
}

bool conf_parse_bind(struct slice text, struct address *ret_address, uint16_t *ret_port)
{
	size_t blank = 0;
	if (slice_find_byte(text, ':') < text.size)
		return conf_parse_address(text, ret_address, ret_port);
	while (blank < text.size && !byte_is_space((unsigned char)text.data[blank]))
		blank++;
	return conf_parse_address(slice_part(text, 0, blank), ret_address, ret_port);
}
