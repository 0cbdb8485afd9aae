/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/probe_packet.h"

#include <netinet/in.h>
#include <string.h>

#include "audit/firewall/port_names.h"

/* VALUE as a number: JSON's own, or decimal text. */
static bool read_number(const json_t *probe, const char *key, uint64_t fallback, uint64_t limit,
			uint64_t *ret_value)
{
	const json_t *value = json_object_get(probe, key);
	*ret_value = fallback;
	if (!value || json_is_null(value))
		return true;
	if (json_is_string(value)) {
		struct slice text = slice_of(json_string_value(value));
		return text.size == 0 || (slice_to_uint64(text, ret_value) && *ret_value <= limit);
	}
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	/* 0 and "" stand for the default, as in the probes' other readers. */
	uint64_t number = (uint64_t)json_integer_value(value);
	if (number)
		*ret_value = number;
	return *ret_value <= limit;
}

static bool read_exact(const json_t *probe, const char *key, uint64_t fallback, uint64_t *ret_value)
{
	const json_t *value = json_object_get(probe, key);
	*ret_value = fallback;
	if (!value)
		return true;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > UINT8_MAX)
		return false;
	*ret_value = (uint64_t)json_integer_value(value);
	return true;
}

static bool read_protocol(const json_t *probe, enum address_family family, uint8_t *ret_protocol)
{
	const json_t *value = json_object_get(probe, "proto");
	*ret_protocol = IPPROTO_UDP;
	if (json_is_integer(value)) {
		if (json_integer_value(value) < 0 || json_integer_value(value) > UINT8_MAX)
			return false;
		*ret_protocol = (uint8_t)json_integer_value(value);
	} else if (value && !(json_is_string(value) &&
			      protocol_parse(slice_of(json_string_value(value)), ret_protocol))) {
		return false;
	}
	if (family == ADDRESS_IPV6 && *ret_protocol == IPPROTO_ICMP)
		*ret_protocol = IPPROTO_ICMPV6;
	return true;
}

static bool read_address(const json_t *probe, const char *key, enum address_family family,
			 const char *fallback, struct packet *packet, enum packet_field field)
{
	const char *text = json_string_value(json_object_get(probe, key));
	struct address address;
	if (!address_parse(slice_of(text && *text ? text : fallback), &address) ||
	    address.family != family)
		return false;
	packet_set(packet, field, rule_value_of_address(address));
	return true;
}

static bool read_flags(const json_t *probe, struct packet *packet)
{
	static const char letters[] = "FSRPAU";
	const json_t *value = json_object_get(probe, "flags");
	unsigned int flags = 0;
	if (!value)
		return true;
	if (!json_is_string(value))
		return false;
	for (const char *c = json_string_value(value); *c; c++) {
		const char *at = strchr(letters, *c);
		if (!at)
			return false;
		flags |= 1u << (at - letters);
	}
	packet_set(packet, FIELD_TCP_FLAGS, flags);
	return true;
}

/* RTN_* of the source as far as the address alone tells. */
static unsigned int source_type(const struct packet *packet)
{
	unsigned __int128 value = packet->value[FIELD_SOURCE];
	if (packet->family == ADDRESS_IPV6)
		return value >> 120 == 0xff ? 5 : value == 1 ? 2 : 1;
	if (value >> 24 == 127 || value == packet->value[FIELD_DESTINATION])
		return 2;
	if (value == UINT32_MAX || value >> 24 == 0)
		return 3;
	return value >> 28 == 0xe ? 5 : 1;
}

static size_t upper_bytes(uint8_t protocol, size_t payload)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return 20;
	case IPPROTO_UDP:
		return 8 + payload;
	case IPPROTO_SCTP:
		return 32;
	default:
		return 16;
	}
}

bool probe_packet_read(const json_t *probe, enum address_family family, struct packet *ret_packet,
		       const char **ret_wrong)
{
	bool is_ipv6 = family == ADDRESS_IPV6;
	struct packet packet;
	uint8_t protocol;
	uint64_t source_port, port, ttl, type, code;
	*ret_wrong = "proto";
	if (!json_is_object(probe) || !read_protocol(probe, family, &protocol))
		return false;
	packet_init(&packet, family, protocol);
	*ret_wrong = "src";
	if (!read_address(probe, "src", family, is_ipv6 ? "2001:db8:9::9" : "203.0.113.9", &packet,
			  FIELD_SOURCE))
		return false;
	*ret_wrong = "dst";
	if (!read_address(probe, "dst", family, is_ipv6 ? "2001:db8:1::10" : "192.0.2.10", &packet,
			  FIELD_DESTINATION))
		return false;
	*ret_wrong = "sport or dport";
	if (!read_number(probe, "sport", 40000, UINT16_MAX, &source_port) ||
	    !read_number(probe, "dport", 5060, UINT16_MAX, &port))
		return false;
	if (packet.state[FIELD_SOURCE_PORT] != FIELD_ABSENT) {
		packet_set(&packet, FIELD_SOURCE_PORT, source_port);
		packet_set(&packet, FIELD_DESTINATION_PORT, port);
	}
	*ret_wrong = "flags";
	if (protocol == IPPROTO_TCP && !read_flags(probe, &packet))
		return false;
	*ret_wrong = "itype, icode or ttl";
	if (!read_exact(probe, "itype", is_ipv6 ? 128 : 8, &type) ||
	    !read_exact(probe, "icode", 0, &code) || !read_exact(probe, "ttl", 57, &ttl))
		return false;
	if (packet.state[FIELD_ICMP_TYPE] != FIELD_ABSENT) {
		packet_set(&packet, FIELD_ICMP_TYPE, type);
		packet_set(&packet, FIELD_ICMP_CODE, code);
	}
	packet_set(&packet, FIELD_TTL, ttl);
	packet_set(&packet, FIELD_TOS, 0);
	/* Probes are bare: 20 bytes of TCP. */
	packet.state[FIELD_TCP_OPTION] = FIELD_ABSENT;
	const char *interface = json_string_value(json_object_get(probe, "in"));
	if (!interface || !*interface)
		interface = "eth0";
	packet_set_interface(&packet, slice_of(interface));
	bool is_loopback = slice_is(slice_of(interface), "lo");
	/* The sender's card; loopback is no Ethernet (xt_mac.c looks at the kind of device). */
	if (is_loopback)
		packet.state[FIELD_SOURCE_MAC] = FIELD_ABSENT;
	else
		packet_set(&packet, FIELD_SOURCE_MAC, 0x020000000001);
	if (!is_loopback && !slice_is(slice_of(interface), "eth0"))
		packet_set(&packet, FIELD_REVERSE_PATH, 0);
	const char *payload = json_string_value(json_object_get(probe, "payload"));
	if (protocol == IPPROTO_UDP)
		packet.payload = slice_of(payload ? payload : "x");
	else if (protocol == IPPROTO_TCP)
		packet.payload = SLICE("");
	packet_set(&packet, FIELD_LENGTH,
		   (is_ipv6 ? 40u : 20u) + upper_bytes(protocol, packet.payload.size));
	packet_set(&packet, FIELD_SOURCE_TYPE, source_type(&packet));
	packet_track(&packet);
	*ret_packet = packet;
	return true;
}

bool probe_packet_is_routed(const struct packet *packet)
{
	if (packet->family != ADDRESS_IPV4)
		return true;
	unsigned __int128 source = packet->value[FIELD_SOURCE];
	return source >> 28 != 0xe && source != UINT32_MAX && source >> 24 != 0;
}
