/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_packet.h"

#include <arpa/inet.h>
#include <libnet.h>
#include <stdlib.h>
#include <string.h>

/* What Linux announces at first; a window or MSS of zero would be a mark of scanners. */
#define SYN_WINDOW 64240
#define SYN_HOPS 64

/* Offsets: RFC 791 3.1, RFC 8200 3, RFC 9293 3.1. */
enum {
	IPV4_BYTES = 20,
	IPV4_TOTAL = 2,
	IPV4_FRAGMENT = 6,
	IPV4_PROTOCOL = 9,
	IPV4_FROM = 12,
	IPV4_TO = 16,
	IPV6_BYTES = 40,
	IPV6_PAYLOAD = 4,
	IPV6_NEXT = 6,
	IPV6_FROM = 8,
	IPV6_TO = 24,
	TCP_BYTES = 20,
	TCP_TO = 2,
	TCP_SEQUENCE = 4,
	TCP_ACKNOWLEDGED = 8,
	TCP_FLAGS = 13,
	TCP_CHECKSUM = 16,
	/* Ports and sequence number: what RFC 792 promises of a quoted segment. */
	TCP_QUOTED = 8,
	ICMP_BYTES = 8,
	FLAG_SYN = 2,
	FLAG_RST = 4,
	FLAG_ACK = 16,
};

static uint16_t get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t get32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static void put16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

/* RFC 1071: the sum of 16-bit words, not yet folded. */
static uint64_t add_words(uint64_t sum, const uint8_t *bytes, size_t size)
{
	size_t at = 0;
	for (; at + 2 <= size; at += 2)
		sum += get16(bytes + at);
	if (at < size)
		sum += (uint64_t)bytes[at] << 8;
	return sum;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The pseudo-header: both addresses of SIZE bytes, one after the other, protocol and length. */
static uint64_t pseudo_sum(const uint8_t *addresses, size_t size, uint8_t protocol, size_t length)
{
	return add_words(protocol + (uint64_t)length, addresses, 2 * size);
}

bool scan_template_build(struct scan_template *template, void *handle, enum address_family family,
			 struct error *error)
{
	libnet_t *net = handle;
	/* RFC 9293 3.7.1: 1460 and 1440 are what Ethernet carries. */
	uint8_t options[4] = { 2, 4, 0, 0 };
	put16(options + 2, family == ADDRESS_IPV6 ? 1440 : 1460);
	const struct libnet_in6_addr none = { 0 };
	const uint16_t segment = TCP_BYTES + sizeof(options);
	bool is_built = libnet_build_tcp_options(options, sizeof(options), net, 0) != -1 &&
			libnet_build_tcp(0, 0, 0, 0, TH_SYN, SYN_WINDOW, 0, 0, segment, NULL, 0,
					 net, 0) != -1;
	if (is_built && family == ADDRESS_IPV6)
		is_built = libnet_build_ipv6(0, 0, segment, IPPROTO_TCP, SYN_HOPS, none, none, NULL,
					     0, net, 0) != -1;
	else if (is_built)
		is_built = libnet_build_ipv4((uint16_t)(IPV4_BYTES + segment), 0, 0, 0, SYN_HOPS,
					     IPPROTO_TCP, 0, 0, 0, NULL, 0, net, 0) != -1;
	uint8_t *packet = NULL;
	uint32_t size = 0;
	if (!is_built || libnet_pblock_coalesce(net, &packet, &size) == -1)
		return error_set(error, ERROR_INTERNAL, "no packet was built: %s",
				 libnet_geterror(net));
	if (size <= sizeof(template->bytes)) {
		memcpy(template->bytes, packet, size);
		template->size = size;
		template->family = family;
		template->header_size = family == ADDRESS_IPV6 ? IPV6_BYTES : IPV4_BYTES;
	}
	/* As libnet_write() frees it; libnet_adv_cull_packet() is for the link layer only. */
	free(packet - net->aligner);
	if (size > sizeof(template->bytes))
		return error_set(error, ERROR_INTERNAL, "a SYN of %u bytes", (unsigned int)size);
	return true;
}

void scan_packet_patch(const struct scan_template *template, const struct scan_probe *probe,
		       uint8_t *packet)
{
	memcpy(packet, template->bytes, template->size);
	bool is_ipv6 = template->family == ADDRESS_IPV6;
	size_t size = is_ipv6 ? 16 : 4;
	uint8_t *addresses = packet + (is_ipv6 ? IPV6_FROM : IPV4_FROM);
	memcpy(addresses, probe->from.bytes, size);
	memcpy(addresses + size, probe->to.bytes, size);
	uint8_t *segment = packet + template->header_size;
	put16(segment, probe->our_port);
	put16(segment + TCP_TO, probe->port);
	put16(segment + TCP_SEQUENCE, (uint16_t)(probe->cookie >> 16));
	put16(segment + TCP_SEQUENCE + 2, (uint16_t)probe->cookie);
	put16(segment + TCP_CHECKSUM, 0);
	size_t length = template->size - template->header_size;
	uint64_t sum = pseudo_sum(addresses, size, IPPROTO_TCP, length);
	put16(segment + TCP_CHECKSUM, (uint16_t)~fold(add_words(sum, segment, length)));
	/* The kernel writes the checksum of IPv4's header (raw(7)). */
}

struct layers {
	bool is_ipv6;
	uint8_t protocol;
	const uint8_t *addresses;
	size_t address_size;
	const uint8_t *payload;
	/* As captured, and as the header says. */
	size_t captured;
	size_t length;
};

static bool parse_ipv4(const uint8_t *packet, size_t size, struct layers *ret)
{
	size_t header = (size_t)(packet[0] & 15) * 4;
	if (size < IPV4_BYTES || header < IPV4_BYTES || size < header)
		return false;
	size_t total = get16(packet + IPV4_TOTAL);
	/* A fragment: more to come, or an offset. */
	if (total < header || get16(packet + IPV4_FRAGMENT) & 0x3fff)
		return false;
	*ret = (struct layers){
		.protocol = packet[IPV4_PROTOCOL],
		.addresses = packet + IPV4_FROM,
		.address_size = 4,
		.payload = packet + header,
		.captured = size - header,
		.length = total - header,
	};
	return true;
}

static bool parse_ipv6(const uint8_t *packet, size_t size, struct layers *ret)
{
	if (size < IPV6_BYTES)
		return false;
	/* No extension headers: a stack that answers a SYN sends none. */
	*ret = (struct layers){
		.is_ipv6 = true,
		.protocol = packet[IPV6_NEXT],
		.addresses = packet + IPV6_FROM,
		.address_size = 16,
		.payload = packet + IPV6_BYTES,
		.captured = size - IPV6_BYTES,
		.length = get16(packet + IPV6_PAYLOAD),
	};
	return true;
}

static bool parse_layers(const uint8_t *packet, size_t size, struct layers *ret)
{
	if (size < 1)
		return false;
	bool is_parsed = packet[0] >> 4 == 4   ? parse_ipv4(packet, size, ret)
			 : packet[0] >> 4 == 6 ? parse_ipv6(packet, size, ret)
					       : false;
	if (is_parsed && ret->captured > ret->length)
		ret->captured = ret->length;
	return is_parsed;
}

static struct address address_at(const struct layers *layers, size_t index)
{
	struct address address = { .family = layers->is_ipv6 ? ADDRESS_IPV6 : ADDRESS_IPV4 };
	memcpy(address.bytes, layers->addresses + index * layers->address_size,
	       layers->address_size);
	return address;
}

static bool checksum_is_fine(const struct layers *layers)
{
	if (layers->captured < layers->length)
		return true;
	uint64_t pseudo = pseudo_sum(layers->addresses, layers->address_size, layers->protocol,
				     layers->length);
	if (fold(add_words(pseudo, layers->payload, layers->length)) == 0xffff)
		return true;
	/* CHECKSUM_PARTIAL of include/linux/skbuff.h: across a veth pair or loopback. */
	return get16(layers->payload + TCP_CHECKSUM) == fold(pseudo);
}

static bool parse_segment(const struct layers *layers, struct scan_answer *ret_answer)
{
	if (layers->captured < TCP_BYTES || !checksum_is_fine(layers))
		return false;
	const uint8_t *segment = layers->payload;
	uint8_t flags = segment[TCP_FLAGS] & (FLAG_SYN | FLAG_RST | FLAG_ACK);
	if (flags != (FLAG_SYN | FLAG_ACK) && flags != (FLAG_RST | FLAG_ACK))
		return false;
	*ret_answer = (struct scan_answer){
		.target = address_at(layers, 0),
		.port = get16(segment),
		.our_port = get16(segment + TCP_TO),
		.reason = flags & FLAG_RST ? REASON_RESET : REASON_SYN_ACK,
		.cookie = get32(segment + TCP_ACKNOWLEDGED) - 1,
	};
	return true;
}

static bool parse_icmp(const struct layers *layers, struct scan_answer *ret_answer)
{
	enum scan_reason reason;
	struct layers quoted;
	if (layers->captured < ICMP_BYTES ||
	    !scan_reason_of_icmp(layers->is_ipv6, layers->payload[0], layers->payload[1],
				 &reason) ||
	    !parse_layers(layers->payload + ICMP_BYTES, layers->captured - ICMP_BYTES, &quoted) ||
	    quoted.is_ipv6 != layers->is_ipv6 || quoted.protocol != IPPROTO_TCP ||
	    quoted.captured < TCP_QUOTED)
		return false;
	*ret_answer = (struct scan_answer){
		.target = address_at(&quoted, 1),
		.port = get16(quoted.payload + TCP_TO),
		.our_port = get16(quoted.payload),
		.reason = reason,
		.cookie = get32(quoted.payload + TCP_SEQUENCE),
	};
	return true;
}

bool scan_packet_parse(const uint8_t *packet, size_t size, struct scan_answer *ret_answer)
{
	struct layers layers;
	if (!parse_layers(packet, size, &layers))
		return false;
	if (layers.protocol == IPPROTO_TCP)
		return parse_segment(&layers, ret_answer);
	if (layers.protocol == (layers.is_ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
		return parse_icmp(&layers, ret_answer);
	return false;
}
