/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/prove/frame_send.h"

#include <libnet.h>
#include <stdlib.h>

#include "audit/base/buffer.h"

/* The sequence number of a SYN. */
#define FIRST_SEQUENCE 1

struct frame_sender {
	libnet_t *libnet;
	uint8_t host_mac[6];
	uint8_t peer_mac[6];
};

struct frame_sender *frame_sender_new(const struct namespace_pair *pair, struct error *error)
{
	char reason[LIBNET_ERRBUF_SIZE] = "";
	struct frame_sender *sender = calloc(1, sizeof(*sender));
	if (!sender) {
		error_memory(error);
		return NULL;
	}
	memcpy(sender->host_mac, pair->host_mac, 6);
	memcpy(sender->peer_mac, pair->peer_mac, 6);
	sender->libnet = libnet_init(LIBNET_LINK, NAMESPACE_PEER_DEVICE, reason);
	if (!sender->libnet) {
		error_set(error, ERROR_READ, "packets cannot be sent: %s", reason);
		free(sender);
		return NULL;
	}
	return sender;
}

void frame_sender_free(struct frame_sender *sender)
{
	if (!sender)
		return;
	libnet_destroy(sender->libnet);
	free(sender);
}

/* One's complement sum of 16-bit words (RFC 1071). */
static uint32_t add_words(uint32_t sum, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)(data[i] << 8 | data[i + 1]);
	return size % 2 ? sum + (uint32_t)(data[size - 1] << 8) : sum;
}

/* libnet sums IPv4 itself; for ICMPv6 its versions differ, so IPv6 is summed here: RFC 8200, 8.1.
 */
static uint16_t checksum(const struct trial_packet *packet, uint8_t protocol,
			 const struct buffer *segment)
{
	size_t bytes = packet->source.family == ADDRESS_IPV6 ? 16 : 4;
	uint32_t sum = add_words(0, packet->source.bytes, bytes);
	sum = add_words(sum, packet->destination.bytes, bytes);
	sum += (uint32_t)segment->size + protocol;
	sum = add_words(sum, (const uint8_t *)segment->data, segment->size);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void put16(struct buffer *out, unsigned int value)
{
	buffer_append_byte(out, (char)(value >> 8));
	buffer_append_byte(out, (char)value);
}

struct segment {
	uint8_t protocol;
	uint8_t flags;
	uint32_t sequence;
	uint32_t acknowledged;
	const struct buffer *payload;
};

/* The header and payload as they go out, with a sum of zero: what is summed. */
static void flatten(const struct trial_packet *packet, const struct segment *segment,
		    struct buffer *out)
{
	switch (segment->protocol) {
	case IPPROTO_TCP:
		put16(out, packet->source_port);
		put16(out, packet->port);
		put16(out, segment->sequence >> 16);
		put16(out, segment->sequence & 0xffff);
		put16(out, segment->acknowledged >> 16);
		put16(out, segment->acknowledged & 0xffff);
		put16(out, 5U << 12 | segment->flags);
		put16(out, 65535);
		put16(out, 0);
		put16(out, 0);
		break;
	case IPPROTO_UDP:
		put16(out, packet->source_port);
		put16(out, packet->port);
		put16(out, (unsigned int)(8 + segment->payload->size));
		put16(out, 0);
		break;
	default:
		put16(out, (unsigned int)ICMP6_ECHO << 8);
		put16(out, 0);
		put16(out, packet->source_port);
		put16(out, 1);
	}
	buffer_append(out, segment->payload->data, segment->payload->size);
}

/* Puts the upper header on libnet's pile; -1 on failure. */
static int build_upper(struct frame_sender *sender, const struct trial_packet *packet,
		       const struct segment *segment)
{
	libnet_t *l = sender->libnet;
	const uint8_t *data = (const uint8_t *)segment->payload->data;
	uint32_t size = (uint32_t)segment->payload->size;
	uint16_t sum = 0;
	if (packet->source.family == ADDRESS_IPV6) {
		BUFFER_AUTO flat = { 0 };
		flatten(packet, segment, &flat);
		if (buffer_failed(&flat))
			return -1;
		/* In network order: libnet takes what is not zero as it is. */
		sum = checksum(packet, segment->protocol, &flat);
	}
	switch (segment->protocol) {
	case IPPROTO_TCP:
		return libnet_build_tcp(packet->source_port, packet->port, segment->sequence,
					segment->acknowledged, segment->flags, 65535, sum, 0,
					(uint16_t)(LIBNET_TCP_H + size), size ? data : NULL, size,
					l, 0);
	case IPPROTO_UDP:
		return libnet_build_udp(packet->source_port, packet->port,
					(uint16_t)(LIBNET_UDP_H + size), sum, size ? data : NULL,
					size, l, 0);
	case IPPROTO_ICMP:
		return libnet_build_icmpv4_echo(ICMP_ECHO, 0, 0, packet->source_port, 1,
						size ? data : NULL, size, l, 0);
	default:
		return libnet_build_icmpv6_echo(ICMP6_ECHO, 0, sum, packet->source_port, 1,
						size ? (uint8_t *)(uintptr_t)data : NULL, size, l,
						0);
	}
}

static int build_ip(struct frame_sender *sender, const struct trial_packet *packet,
		    const struct segment *segment, size_t upper_size)
{
	libnet_t *l = sender->libnet;
	uint8_t ttl = (uint8_t)trial_ttl(packet->kind);
	if (packet->source.family == ADDRESS_IPV6) {
		struct libnet_in6_addr from, to;
		memcpy(&from, packet->source.bytes, 16);
		memcpy(&to, packet->destination.bytes, 16);
		return libnet_build_ipv6(0, 0, (uint16_t)upper_size, segment->protocol, ttl, from,
					 to, NULL, 0, l, 0);
	}
	uint32_t from, to;
	memcpy(&from, packet->source.bytes, 4);
	memcpy(&to, packet->destination.bytes, 4);
	return libnet_build_ipv4((uint16_t)(LIBNET_IPV4_H + upper_size), 0, packet->source_port,
				 IP_DF, ttl, segment->protocol, 0, from, to, NULL, 0, l, 0);
}

static bool send_segment(struct frame_sender *sender, const struct trial_packet *packet,
			 const struct segment *segment, struct error *error)
{
	libnet_t *l = sender->libnet;
	size_t header = segment->protocol == IPPROTO_TCP ? LIBNET_TCP_H : LIBNET_UDP_H;
	uint16_t type = packet->source.family == ADDRESS_IPV6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
	libnet_clear_packet(l);
	if (build_upper(sender, packet, segment) < 0 ||
	    build_ip(sender, packet, segment, header + segment->payload->size) < 0 ||
	    libnet_build_ethernet(sender->host_mac, sender->peer_mac, type, NULL, 0, l, 0) < 0 ||
	    libnet_write(l) < 0)
		return error_set(error, ERROR_READ, "a packet cannot be sent: %s",
				 libnet_geterror(l));
	return true;
}

bool frame_send(struct frame_sender *sender, const struct trial_packet *packet, size_t index,
		struct error *error)
{
	BUFFER_AUTO payload = { 0 };
	const struct segment segment = {
		.protocol = trial_protocol(packet->kind, packet->source.family),
		.flags = TH_SYN,
		.sequence = FIRST_SEQUENCE,
		.payload = &payload,
	};
	if (segment.protocol != IPPROTO_TCP)
		trial_payload(packet, index, &payload);
	return buffer_failed(&payload) ? error_memory(error)
				       : send_segment(sender, packet, &segment, error);
}

bool frame_send_register(struct frame_sender *sender, const struct trial_packet *packet,
			 size_t index, uint32_t theirs, struct error *error)
{
	BUFFER_AUTO payload = { 0 };
	const struct segment segment = {
		.protocol = IPPROTO_TCP,
		.flags = TH_ACK | TH_PUSH,
		.sequence = FIRST_SEQUENCE + 1,
		.acknowledged = theirs + 1,
		.payload = &payload,
	};
	trial_payload(packet, index, &payload);
	return buffer_failed(&payload) ? error_memory(error)
				       : send_segment(sender, packet, &segment, error);
}
