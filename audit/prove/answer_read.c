/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/prove/answer_read.h"

#include <netinet/in.h>
#include <string.h>

#define ETHERNET_BYTES 14
#define IPV4_BYTES_MIN 20
#define IPV6_BYTES 40

/* An IP packet taken apart; it may be cut behind the first eight bytes of its upper header, as in
 * an ICMP error. */
struct ip_view {
	struct address source;
	struct address destination;
	uint8_t protocol;
	const uint8_t *upper;
	size_t upper_size;
};

static unsigned int get16(const uint8_t *at)
{
	return (unsigned int)(at[0] << 8 | at[1]);
}

static bool view_ip(const uint8_t *data, size_t size, struct ip_view *view)
{
	size_t header;
	if (size < IPV4_BYTES_MIN)
		return false;
	if (data[0] >> 4 == 4) {
		header = (size_t)(data[0] & 15) * 4;
		view->protocol = data[9];
		view->source.family = view->destination.family = ADDRESS_IPV4;
		memcpy(view->source.bytes, data + 12, 4);
		memcpy(view->destination.bytes, data + 16, 4);
	} else if (data[0] >> 4 == 6 && size >= IPV6_BYTES) {
		header = IPV6_BYTES;
		view->protocol = data[6];
		view->source.family = view->destination.family = ADDRESS_IPV6;
		memcpy(view->source.bytes, data + 8, 16);
		memcpy(view->destination.bytes, data + 24, 16);
	} else {
		return false;
	}
	if (header < IPV4_BYTES_MIN || size < header + 8)
		return false;
	view->upper = data + header;
	view->upper_size = size - header;
	return true;
}

/* The packet from our address and port OURS to THEIRS. */
static bool find_packet(struct address ours, struct address theirs, uint8_t protocol,
			unsigned int our_port, unsigned int their_port,
			const struct trial_packet *packets, size_t count, size_t *ret_index)
{
	size_t index = our_port - TRIAL_FIRST_PORT;
	if (our_port < TRIAL_FIRST_PORT || index >= count)
		return false;
	const struct trial_packet *packet = &packets[index];
	*ret_index = index;
	return trial_protocol(packet->kind, packet->source.family) == protocol &&
	       packet->port == their_port && address_equal(packet->source, ours) &&
	       address_equal(packet->destination, theirs);
}

static bool is_icmp(uint8_t protocol)
{
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

/* An ICMP error quotes the packet that it refuses (RFC 792, RFC 4443). */
static bool read_refusal(const struct ip_view *view, const struct trial_packet *packets,
			 size_t count, struct trial_answer *answer)
{
	struct ip_view inner = { .protocol = 0 };
	if (!view_ip(view->upper + 8, view->upper_size - 8, &inner))
		return false;
	bool is_echo = is_icmp(inner.protocol);
	answer->outcome = TRIAL_REJECTED;
	return find_packet(inner.source, inner.destination, inner.protocol,
			   get16(inner.upper + (is_echo ? 4 : 0)),
			   is_echo ? 0 : get16(inner.upper + 2), packets, count, &answer->index);
}

static bool read_icmp(const struct ip_view *view, const struct trial_packet *packets, size_t count,
		      struct trial_answer *answer)
{
	bool is_ipv6 = view->protocol == IPPROTO_ICMPV6;
	uint8_t type = view->upper[0];
	/* Destination unreachable: 3, in IPv6 1. */
	if (type == (is_ipv6 ? 1 : 3))
		return read_refusal(view, packets, count, answer);
	if (type != (is_ipv6 ? 129 : 0))
		return false;
	answer->outcome = TRIAL_PASSED;
	return find_packet(view->destination, view->source, view->protocol, get16(view->upper + 4),
			   0, packets, count, &answer->index);
}

bool answer_read(const uint8_t *frame, size_t size, const struct trial_packet *packets,
		 size_t count, struct trial_answer *ret_answer)
{
	struct ip_view view = { .protocol = 0 };
	struct trial_answer answer = { .outcome = TRIAL_PASSED };
	bool is_ours = false;
	if (size < ETHERNET_BYTES || !view_ip(frame + ETHERNET_BYTES, size - ETHERNET_BYTES, &view))
		return false;
	if (is_icmp(view.protocol)) {
		is_ours = read_icmp(&view, packets, count, &answer);
	} else if (view.protocol == IPPROTO_TCP && view.upper_size >= 20) {
		uint8_t flags = view.upper[13];
		enum {
			SYN = 2,
			RST = 4,
			ACK = 16
		};
		answer.is_syn_ack = (flags & (SYN | ACK)) == (SYN | ACK);
		answer.outcome = flags & RST ? TRIAL_REJECTED : TRIAL_PASSED;
		answer.sequence = get16(view.upper + 4) << 16 | get16(view.upper + 6);
		is_ours = (answer.is_syn_ack || flags & RST) &&
			  find_packet(view.destination, view.source, IPPROTO_TCP,
				      get16(view.upper + 2), get16(view.upper), packets, count,
				      &answer.index);
	}
	*ret_answer = answer;
	return is_ours;
}
