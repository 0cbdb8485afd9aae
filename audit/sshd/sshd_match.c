/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_match.h"

#include <arpa/inet.h>

#include "audit/sshd/sshd_values.h"

/* Longest entry of a pattern list that sshd looks at; with a longer one nothing matches. */
#define PATTERN_BYTES_MAX 1023

/* Longest "address/length" text that sshd reads as such. */
#define ADDRESS_BYTES_MAX 63

/* '*' and '?' as slice_glob, with the pattern's capitals folded where LOWER. Greedy, with one place
 * to come back to, so never exponential. */
static bool match_pattern(struct slice text, struct slice pattern, bool lower)
{
	size_t t = 0, p = 0, star = SIZE_MAX, star_text = 0;
	while (t < text.size) {
		if (p < pattern.size && pattern.data[p] == '*') {
			star = p++;
			star_text = t;
			continue;
		}
		if (p < pattern.size) {
			unsigned char byte = (unsigned char)pattern.data[p];
			if (lower)
				byte = byte_to_lower(byte);
			if (byte == '?' || byte == (unsigned char)text.data[t]) {
				p++;
				t++;
				continue;
			}
		}
		if (star == SIZE_MAX)
			return false;
		p = star + 1;
		t = ++star_text;
	}
	while (p < pattern.size && pattern.data[p] == '*')
		p++;
	return p == pattern.size;
}

enum sshd_match sshd_match_pattern_list(struct slice text, struct slice patterns, bool lower)
{
	bool found = false;
	size_t at = 0;
	while (at < patterns.size) {
		bool negated = patterns.data[at] == '!';
		if (negated)
			at++;
		struct slice rest = slice_from(patterns, at);
		struct slice pattern = slice_part(rest, 0, slice_find_byte(rest, ','));
		if (pattern.size >= PATTERN_BYTES_MAX)
			return SSHD_MATCH_NO;
		at += pattern.size + 1;
		if (!match_pattern(text, pattern, lower))
			continue;
		if (negated)
			return SSHD_MATCH_NEGATED;
		found = true;
	}
	return found ? SSHD_MATCH_YES : SSHD_MATCH_NO;
}

/* Longest name that DNS knows; a longer text is no host name and is compared as it is. */
#define HOST_BYTES_MAX 255

enum sshd_match sshd_match_host(struct slice host, struct slice patterns)
{
	char lower[HOST_BYTES_MAX];
	if (host.size > sizeof(lower))
		return sshd_match_pattern_list(host, patterns, true);
	for (size_t i = 0; i < host.size; i++)
		lower[i] = (char)byte_to_lower((unsigned char)host.data[i]);
	return sshd_match_pattern_list((struct slice){ .data = lower, .size = host.size }, patterns,
				       true);
}

bool sshd_parse_address(struct slice text, struct address *ret_address)
{
	char buffer[ADDRESS_BYTES_MAX + 1];
	if (!text.size || text.size >= sizeof(buffer))
		return false;
	memcpy(buffer, text.data, text.size);
	buffer[text.size] = '\0';
	struct address address = { .family = ADDRESS_IPV4 };
	struct in_addr ipv4;
	/* inet_aton stops at a blank; a name with one is no address. */
	if (!strpbrk(buffer, " \t\n\v\f\r") && inet_aton(buffer, &ipv4)) {
		memcpy(address.bytes, &ipv4, sizeof(ipv4));
		*ret_address = address;
		return true;
	}
	char *zone = strchr(buffer, '%');
	if (zone)
		*zone = '\0';
	address.family = ADDRESS_IPV6;
	if (inet_pton(AF_INET6, buffer, address.bytes) != 1)
		return false;
	*ret_address = address;
	return true;
}

/* "ADDRESS[/LENGTH]": a prefix, something else (compared as text), or an impossible mask. */
static enum sshd_network_kind parse_network(struct slice text, struct prefix *ret_prefix)
{
	struct address address;
	if (text.size > ADDRESS_BYTES_MAX)
		return SSHD_NETWORK_PATTERN;
	size_t slash = slice_find_byte(text, '/');
	uint64_t length = UINT64_MAX;
	if (slash < text.size &&
	    (!slice_to_uint64(slice_from(text, slash + 1), &length) || length > 128 ||
	     !byte_is_digit((unsigned char)text.data[slash + 1])))
		return SSHD_NETWORK_PATTERN;
	if (!sshd_parse_address(slice_part(text, 0, slash), &address))
		return SSHD_NETWORK_PATTERN;
	if (slash == text.size)
		length = address_bits(address.family);
	if (length > address_bits(address.family))
		return SSHD_NETWORK_INVALID;
	*ret_prefix = prefix_make(address, (unsigned int)length);
	if (!address_equal(ret_prefix->address, address))
		return SSHD_NETWORK_INVALID;
	return SSHD_NETWORK_PREFIX;
}

bool sshd_next_network(struct slice *rest, struct sshd_network *ret_network)
{
	struct slice text;
	if (!slice_next_field(rest, ',', &text))
		return false;
	struct sshd_network network = { .negated = text.size && text.data[0] == '!' };
	if (network.negated)
		text = slice_from(text, 1);
	network.text = text;
	network.kind = text.size ? parse_network(text, &network.prefix) : SSHD_NETWORK_INVALID;
	*ret_network = network;
	return true;
}

enum sshd_match sshd_match_address(struct slice text, struct slice list)
{
	struct address address;
	bool given = text.data != NULL;
	enum sshd_match result = SSHD_MATCH_NO;
	if (given && !sshd_parse_address(text, &address))
		return SSHD_MATCH_NO;
	struct sshd_network network;
	while (sshd_next_network(&list, &network)) {
		if (network.kind == SSHD_NETWORK_INVALID)
			return SSHD_MATCH_INVALID;
		if (!given)
			continue;
		bool matches = network.kind == SSHD_NETWORK_PREFIX
				       ? prefix_contains(network.prefix, address)
				       : match_pattern(text, network.text, false);
		if (matches && network.negated)
			return SSHD_MATCH_NEGATED;
		if (matches)
			result = SSHD_MATCH_YES;
	}
	return result;
}

enum sshd_match sshd_match_networks(struct slice text, const struct sshd_network *networks,
				    size_t count)
{
	struct address address;
	bool found = false;
	if (!sshd_parse_address(text, &address))
		return SSHD_MATCH_NO;
	for (size_t i = 0; i < count; i++) {
		bool matches = networks[i].kind == SSHD_NETWORK_PREFIX
				       ? prefix_contains(networks[i].prefix, address)
				       : match_pattern(text, networks[i].text, false);
		if (matches && networks[i].negated)
			return SSHD_MATCH_NEGATED;
		found = found || matches;
	}
	return found ? SSHD_MATCH_YES : SSHD_MATCH_NO;
}

enum sshd_match sshd_match_user(struct slice user, struct slice host, struct slice address,
				struct slice pattern)
{
	size_t at = slice_find_byte(pattern, '@');
	if (!match_pattern(user, slice_part(pattern, 0, at), false))
		return SSHD_MATCH_NO;
	if (at == pattern.size)
		return SSHD_MATCH_YES;
	struct slice hosts = slice_from(pattern, at + 1);
	enum sshd_match by_address = sshd_match_address(address, hosts);
	if (by_address == SSHD_MATCH_INVALID)
		return SSHD_MATCH_INVALID;
	if (by_address == SSHD_MATCH_NEGATED)
		return SSHD_MATCH_NO;
	enum sshd_match by_name = sshd_match_host(host, hosts);
	if (by_name == SSHD_MATCH_NEGATED)
		return SSHD_MATCH_NO;
	return by_address == SSHD_MATCH_YES || by_name == SSHD_MATCH_YES ? SSHD_MATCH_YES
									 : SSHD_MATCH_NO;
}

bool sshd_user_pattern_is_valid(struct slice pattern)
{
	size_t at = slice_find_byte(pattern, '@');
	return at == pattern.size ||
	       sshd_match_address((struct slice){ .data = NULL }, slice_from(pattern, at + 1)) !=
		       SSHD_MATCH_INVALID;
}

bool sshd_match_groups(const struct slice *groups, size_t count, struct slice patterns)
{
	bool found = false;
	for (size_t i = 0; i < count; i++) {
		enum sshd_match match = sshd_match_pattern_list(groups[i], patterns, false);
		if (match == SSHD_MATCH_NEGATED)
			return false;
		found = found || match == SSHD_MATCH_YES;
	}
	return found;
}
