/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "audit/base/buffer.h"

unsigned int address_bits(enum address_family family)
{
	return family == ADDRESS_IPV4 ? 32 : family == ADDRESS_IPV6 ? 128 : 0;
}

static bool parse_ipv4(struct slice text, uint8_t bytes[4])
{
	for (int i = 0; i < 4; i++) {
		size_t end = i < 3 ? slice_find_byte(text, '.') : text.size;
		struct slice part = slice_part(text, 0, end);
		uint64_t value;
		if (part.size == 0 || part.size > 3 || (part.size > 1 && part.data[0] == '0') ||
		    !slice_to_uint64(part, &value) || value > 255)
			return false;
		if (i < 3 && end == text.size)
			return false;
		bytes[i] = (uint8_t)value;
		text = slice_from(text, end + 1);
	}
	return true;
}

bool address_parse(struct slice text, struct address *ret_address)
{
	struct address address = { .family = ADDRESS_IPV4 };
	if (parse_ipv4(text, address.bytes)) {
		*ret_address = address;
		return true;
	}
	size_t zone = slice_find_byte(text, '%');
	if (zone < text.size && zone + 1 == text.size)
		return false;
	text = slice_part(text, 0, zone);
	char copy[INET6_ADDRSTRLEN];
	if (text.size == 0 || text.size >= sizeof(copy) ||
	    slice_find_byte(text, ':') == text.size || memchr(text.data, '\0', text.size))
		return false;
	memcpy(copy, text.data, text.size);
	copy[text.size] = '\0';
	address = (struct address){ .family = ADDRESS_IPV6 };
	if (inet_pton(AF_INET6, copy, address.bytes) != 1)
		return false;
	*ret_address = address;
	return true;
}

struct prefix prefix_make(struct address address, unsigned int length)
{
	unsigned int bits = address_bits(address.family);
	if (length > bits)
		length = bits;
	for (unsigned int i = 0; i < bits / 8; i++) {
		unsigned int keep = length > i * 8 ? length - i * 8 : 0;
		if (keep < 8)
			address.bytes[i] = (uint8_t)(address.bytes[i] & (0xff00u >> keep));
	}
	return (struct prefix){ .address = address, .length = (uint8_t)length };
}

bool prefix_parse(struct slice text, struct prefix *ret_prefix)
{
	size_t slash = slice_find_byte(text, '/');
	struct address address;
	if (!address_parse(slice_part(text, 0, slash), &address))
		return false;
	unsigned int bits = address_bits(address.family);
	uint64_t length = bits;
	if (slash < text.size) {
		struct slice mask = slice_from(text, slash + 1);
		struct address mask_address;
		if (address.family == ADDRESS_IPV4 && address_parse(mask, &mask_address) &&
		    mask_address.family == ADDRESS_IPV4) {
			uint32_t value = (uint32_t)mask_address.bytes[0] << 24 |
					 (uint32_t)mask_address.bytes[1] << 16 |
					 (uint32_t)mask_address.bytes[2] << 8 |
					 mask_address.bytes[3];
			length = value ? 32u - (unsigned int)__builtin_ctz(value) : 0;
			if (length && value != UINT32_MAX << (32 - length))
				return false;
		} else if (mask.size > 3 || !slice_to_uint64(mask, &length) || length > bits) {
			return false;
		}
	}
	*ret_prefix = prefix_make(address, (unsigned int)length);
	return true;
}

void address_format(struct address address, struct buffer *buffer)
{
	char text[INET6_ADDRSTRLEN];
	int family = address.family == ADDRESS_IPV4 ? AF_INET : AF_INET6;
	if (address.family == ADDRESS_NONE || !inet_ntop(family, address.bytes, text, sizeof(text)))
		return;
	buffer_append_string(buffer, text);
}

void prefix_format(struct prefix prefix, struct buffer *buffer)
{
	address_format(prefix.address, buffer);
	buffer_append_byte(buffer, '/');
	buffer_append_uint(buffer, prefix.length);
}

bool address_equal(struct address a, struct address b)
{
	return a.family == b.family && memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

int address_compare(struct address a, struct address b)
{
	if (a.family != b.family)
		return a.family < b.family ? -1 : 1;
	return memcmp(a.bytes, b.bytes, sizeof(a.bytes));
}

bool prefix_contains(struct prefix prefix, struct address address)
{
	return prefix.address.family == address.family &&
	       address_equal(prefix_make(address, prefix.length).address, prefix.address);
}

bool prefix_contains_prefix(struct prefix outer, struct prefix inner)
{
	return inner.length >= outer.length && prefix_contains(outer, inner.address);
}

struct address address_unmap(struct address address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	if (address.family != ADDRESS_IPV6 || memcmp(address.bytes, mapped, 12) != 0)
		return address;
	struct address plain = { .family = ADDRESS_IPV4 };
	memcpy(plain.bytes, address.bytes + 12, 4);
	return plain;
}

static bool in_any(struct address address, const struct prefix *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (prefix_contains(prefixes[i], address))
			return true;
	return false;
}

#define IPV4_PREFIX(a, b, bits)                                                                    \
	{                                                                                          \
		.address = { .family = ADDRESS_IPV4, .bytes = { (a), (b) } }, .length = (bits)     \
	}
#define IPV6_PREFIX(a, b, bits)                                                                    \
	{                                                                                          \
		.address = { .family = ADDRESS_IPV6, .bytes = { (a), (b) } }, .length = (bits)     \
	}

bool address_is_loopback(struct address address)
{
	static const struct prefix prefixes[] = {
		IPV4_PREFIX(127, 0, 8),
		{ .address = { .family = ADDRESS_IPV6, .bytes = { [15] = 1 } }, .length = 128 },
	};
	return in_any(address_unmap(address), prefixes, ARRAY_SIZE(prefixes));
}

bool address_is_unspecified(struct address address)
{
	static const uint8_t zero[16];
	return address.family != ADDRESS_NONE && memcmp(address.bytes, zero, sizeof(zero)) == 0;
}

bool address_is_link_local(struct address address)
{
	static const struct prefix prefixes[] = {
		IPV4_PREFIX(169, 254, 16),
		IPV6_PREFIX(0xfe, 0x80, 10),
	};
	return in_any(address_unmap(address), prefixes, ARRAY_SIZE(prefixes));
}

static const struct prefix private_networks[] = {
	IPV4_PREFIX(10, 0, 8),      /* RFC 1918 */
	IPV4_PREFIX(172, 16, 12),   /* RFC 1918 */
	IPV4_PREFIX(192, 168, 16),  /* RFC 1918 */
	IPV4_PREFIX(100, 64, 10),   /* RFC 6598 */
	IPV4_PREFIX(127, 0, 8),     /* loopback */
	IPV4_PREFIX(169, 254, 16),  /* link-local */
	IPV6_PREFIX(0xfc, 0x00, 7), /* RFC 4193 */
	IPV6_PREFIX(0xfe, 0x80, 10),
	{ .address = { .family = ADDRESS_IPV6, .bytes = { [15] = 1 } }, .length = 128 },
};

const struct prefix *address_private_networks(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(private_networks);
	return private_networks;
}

bool address_is_private(struct address address)
{
	return in_any(address_unmap(address), private_networks, ARRAY_SIZE(private_networks));
}
