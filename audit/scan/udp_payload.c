/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/udp_payload.h"

#include <string.h>

#include "audit/base/attributes.h"

/* RFC 1035: who are you (version.bind, class CHAOS), as in every name server's manual. */
static const uint8_t dns[] = "RF\1\0\0\1\0\0\0\0\0\0\7version\4bind\0\0\x10\0\3";
/* RFC 6763 9: which services are there; the top bit of the class asks for a unicast answer. */
static const uint8_t mdns[] =
	"\0\0\0\0\0\1\0\0\0\0\0\0\11_services\7_dns-sd\4_udp\5local\0\0\x0c\x80\1";
/* RFC 1157: get sysDescr.0 as "public", the community that devices ship with. */
static const uint8_t snmp[] = "\x30\x26\2\1\0\4\6public\xa0\x19\2\1\1\2\1\0\2\1\0\x30\x0e\x30\x0c"
			      "\6\10\x2b\6\1\2\1\1\1\0\5\0";
/* RFC 1350: read a file that is not there, in octets. */
static const uint8_t tftp[] = "\0\1ringfence-absent\0octet";
/* RFC 5456 6.5.1 and 8.1: full frame, call 1, type IAX (6), POKE (30). */
static const uint8_t iax[] = { 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 30 };
/* RFC 5531: call rpcbind version 2, procedure 0, which does nothing. */
static const uint8_t rpc[] = {
	'R', 'F', 'N', 'C', 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86, 0xa0, 0, 0, 0, 2,
	0,   0,   0,   0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,    0,    0, 0, 0, 0,
};
/* H.225.0 GatekeeperRequest in aligned PER: sequence number 1, protocol 0.0.8.2250.0.2, address
 * 0.0.0.0:0, a terminal. */
static const uint8_t ras[] = {
	0, 0, 0, 0, 6, 0, 8, 0x91, 0x4a, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0,
};
/* RFC 6347 ClientHello of DTLS 1.2: no session, no cookie, two suites, no extensions. */
static const uint8_t dtls[] = {
	22,  0xfe, 0xfd, 0,   0,   0,   0,   0,    0,    0,    0,    0,    56,   1,
	0,   0,    44,   0,   0,   0,   0,   0,    0,    0,    44,   0xfe, 0xfd, 'r',
	'i', 'n',  'g',  'f', 'e', 'n', 'c', 'e',  'r',  'i',  'n',  'g',  'f',  'e',
	'n', 'c',  'e',  'r', 'i', 'n', 'g', 'f',  'e',  'n',  'c',  'e',  'r',  'i',
	'n', 'g',  'f',  0,   0,   0,   4,   0xc0, 0x2b, 0xc0, 0x2f, 1,    0,
};
/* RFC 3550 5.1: version 2, PCMU, first packet, and no sound in it. */
static const uint8_t rtp[] = { 0x80, 0, 0, 1, 0, 0, 0, 0, 'R', 'F', 'N', 'C' };
/* RFC 3435 3.2: what do you know about your endpoints. */
static const char mgcp[] = "AUEP 1 *@localhost MGCP 1.0\r\n";
static const uint8_t blank[] = "\r\n\r\n";

void udp_payload_sip(const struct udp_sip *sip, struct buffer *out)
{
	BUFFER_AUTO to = { 0 };
	if (sip->to)
		buffer_append_string(&to, sip->to);
	/* RFC 3261 10.2: the address to be registered is To's. */
	else if (strcmp(sip->method, "REGISTER") == 0)
		buffer_format(&to, "<sip:%s@localhost>", sip->user);
	else
		buffer_format(&to, "<%s>", sip->uri);
	buffer_format(out,
		      "%s %s SIP/2.0\r\n"
		      "Via: SIP/2.0/%s ringfence.invalid;branch=z9hG4bK%08x%u;rport\r\n"
		      "Max-Forwards: 70\r\n"
		      "From: <sip:%s@ringfence.invalid>;tag=%08x\r\n"
		      "To: %s\r\n"
		      "Call-ID: %08x@ringfence.invalid\r\n"
		      "CSeq: %u %s\r\n"
		      "Contact: <sip:%s@ringfence.invalid>\r\n"
		      "User-Agent: ringfence\r\n"
		      "Content-Length: 0\r\n\r\n",
		      sip->method, sip->uri, sip->transport, sip->token,
		      sip->sequence ? sip->sequence : 1, sip->user, sip->token, buffer_string(&to),
		      sip->token, sip->sequence ? sip->sequence : 1, sip->method, sip->user);
}

static void append_options(uint32_t token, struct buffer *out)
{
	const struct udp_sip options = { .method = "OPTIONS",
					 .uri = "sip:ringfence@localhost",
					 .user = "ringfence",
					 .transport = "UDP",
					 .token = token };
	udp_payload_sip(&options, out);
}

static void append_stun(uint32_t token, struct buffer *out)
{
	/* RFC 5389 6: binding request, no attributes, the magic cookie, a transaction. */
	uint8_t request[20] = { 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42 };
	memcpy(request + 8, &token, sizeof(token));
	buffer_append(out, request, sizeof(request));
}

static void append_ntp(struct buffer *out)
{
	/* RFC 5905 7.3: leap unknown, version 4, client. */
	uint8_t request[48] = { 0xe3 };
	buffer_append(out, request, sizeof(request));
}

void udp_payload_append(uint16_t port, uint32_t token, struct buffer *out)
{
	switch (port) {
	case 53:
		buffer_append(out, dns, sizeof(dns) - 1);
		return;
	case 69:
		buffer_append(out, tftp, sizeof(tftp));
		return;
	case 111:
		buffer_append(out, rpc, sizeof(rpc));
		return;
	case 123:
		append_ntp(out);
		return;
	case 161:
		buffer_append(out, snmp, sizeof(snmp) - 1);
		return;
	case 1719:
		buffer_append(out, ras, sizeof(ras));
		return;
	case 2427:
	case 2727:
		buffer_append_string(out, mgcp);
		return;
	case 4433:
	case 5349:
		buffer_append(out, dtls, sizeof(dtls));
		return;
	case 3478:
		append_stun(token, out);
		return;
	case 4569:
		buffer_append(out, iax, sizeof(iax));
		return;
	case 5353:
		buffer_append(out, mdns, sizeof(mdns) - 1);
		return;
	default:
		break;
	}
	if (port >= 5060 && port <= 5199)
		append_options(token, out);
	else if (port >= 10000 && port <= 20000)
		buffer_append(out, rtp, sizeof(rtp));
	else
		buffer_append(out, blank, sizeof(blank) - 1);
}
