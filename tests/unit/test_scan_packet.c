/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/scan/scan_cookie.h"
#include "audit/scan/scan_packet.h"

/* From 192.0.2.2:22 to 192.0.2.1:40000, SYN and ACK of 0x01020304 + 1. */
static const uint8_t syn_ack[] = {
	0x45, 0,  0,    44,   0,    0,    0x40, 0, 64, 6,
	0,    0,  192,  0,    2,    2,    192,  0, 2,  1, /* IPv4 */
	0,    22, 0x9c, 0x40, 9,    9,    9,    9, 1,  2,
	3,    5,  0x60, 0x12, 0xfa, 0xf0, 0,    0, 0,  0, /* TCP */
	2,    4,  5,    0xb4,
};

static uint16_t tcp_checksum(const uint8_t *packet, size_t size)
{
	uint32_t sum = 6 + (uint32_t)(size - 20);
	for (size_t i = 12; i < size; i += 2)
		sum += (uint32_t)(packet[i] << 8 | packet[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void make(uint8_t *packet, uint8_t flags)
{
	memcpy(packet, syn_ack, sizeof(syn_ack));
	packet[33] = flags;
	uint16_t sum = tcp_checksum(packet, sizeof(syn_ack));
	packet[36] = (uint8_t)(sum >> 8);
	packet[37] = (uint8_t)sum;
}

static void answers_are_understood(void **state)
{
	(void)state;
	uint8_t packet[sizeof(syn_ack)];
	struct scan_answer answer;
	make(packet, 0x12);
	assert_true(scan_packet_parse(packet, sizeof(packet), &answer));
	assert_int_equal(answer.reason, REASON_SYN_ACK);
	assert_int_equal(answer.port, 22);
	assert_int_equal(answer.our_port, 40000);
	assert_int_equal(answer.cookie, 0x01020304);
	assert_int_equal(answer.target.bytes[3], 2);
	make(packet, 0x14);
	assert_true(scan_packet_parse(packet, sizeof(packet), &answer));
	assert_int_equal(answer.reason, REASON_RESET);
}

static void what_is_no_answer_is_refused(void **state)
{
	(void)state;
	uint8_t packet[sizeof(syn_ack)];
	struct scan_answer answer;
	/* A SYN, data, a reset that acknowledges nothing. */
	static const uint8_t flags[] = { 0x02, 0x18, 0x04, 0x10, 0x00 };
	for (size_t i = 0; i < sizeof(flags); i++) {
		make(packet, flags[i]);
		assert_false(scan_packet_parse(packet, sizeof(packet), &answer));
	}
	/* Cut anywhere before the end of the TCP header. */
	make(packet, 0x12);
	for (size_t size = 0; size < 40; size++)
		assert_false(scan_packet_parse(packet, size, &answer));
	/* A bit turned over in the segment. */
	for (size_t i = 20; i < sizeof(packet); i++) {
		make(packet, 0x12);
		packet[i] ^= 0x40;
		assert_false(scan_packet_parse(packet, sizeof(packet), &answer));
	}
	make(packet, 0x12);
	packet[6] = 0x20;
	assert_false(scan_packet_parse(packet, sizeof(packet), &answer));
	make(packet, 0x12);
	packet[0] = 0x41;
	assert_false(scan_packet_parse(packet, sizeof(packet), &answer));
	make(packet, 0x12);
	packet[3] = 10;
	assert_false(scan_packet_parse(packet, sizeof(packet), &answer));
}

/* Across a veth pair the kernel leaves the sum to hardware that is not there. */
static void a_sum_left_to_hardware_is_fine(void **state)
{
	(void)state;
	uint8_t packet[sizeof(syn_ack)];
	struct scan_answer answer;
	memcpy(packet, syn_ack, sizeof(packet));
	uint32_t sum = 6 + 24;
	for (size_t i = 12; i < 20; i += 2)
		sum += (uint32_t)(packet[i] << 8 | packet[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	packet[36] = (uint8_t)(sum >> 8);
	packet[37] = (uint8_t)sum;
	assert_true(scan_packet_parse(packet, sizeof(packet), &answer));
}

static void icmp_errors_speak_of_the_target(void **state)
{
	(void)state;
	/* 198.51.100.1, a router, about our SYN from 192.0.2.1:40000 to 192.0.2.2:23. */
	uint8_t packet[56] = {
		0x45, 0, 0,   56, 0, 0, 0,   0, 64, 1,    0,    0,    198, 51, 100, 1, 192, 0,  2,
		1,    3, 13,  0,  0, 0, 0,   0, 0,  0x45, 0,    0,    44,  0,  0,   0, 0,   63, 6,
		0,    0, 192, 0,  2, 1, 192, 0, 2,  2,    0x9c, 0x40, 0,   23, 1,   2, 3,   4,
	};
	struct scan_answer answer;
	assert_true(scan_packet_parse(packet, sizeof(packet), &answer));
	assert_int_equal(answer.reason, REASON_ADMIN_PROHIBITED);
	assert_int_equal(answer.port, 23);
	assert_int_equal(answer.target.bytes[0], 192);
	assert_int_equal(answer.target.bytes[3], 2);
	assert_int_equal(answer.cookie, 0x01020304);
	for (size_t size = 0; size < sizeof(packet); size++)
		assert_false(scan_packet_parse(packet, size, &answer));
	/* An echo reply, a quoted UDP datagram. */
	packet[20] = 0;
	assert_false(scan_packet_parse(packet, sizeof(packet), &answer));
	packet[20] = 3;
	packet[37] = 17;
	assert_false(scan_packet_parse(packet, sizeof(packet), &answer));
}

/* Vectors of the paper's appendix A and of its reference code: key 00 01 .. 0f, input 00 01 .. */
static void siphash_is_siphash(void **state)
{
	(void)state;
	const struct scan_key key = { { 0x0706050403020100U, 0x0f0e0d0c0b0a0908U } };
	uint8_t input[15];
	for (uint8_t i = 0; i < sizeof(input); i++)
		input[i] = i;
	assert_true(scan_siphash(&key, input, sizeof(input)) == 0xa129ca6149be45e5U);
	assert_true(scan_siphash(&key, input, 0) == 0x726fdb47dd0e0e31U);
}

static void cookies_differ_by_everything(void **state)
{
	(void)state;
	const struct scan_key key = { { 1, 2 } }, other = { { 1, 3 } };
	struct address a = { .family = ADDRESS_IPV4, .bytes = { 192, 0, 2, 1 } }, b = a;
	b.bytes[3] = 2;
	uint32_t cookie = scan_cookie(&key, &a, 22, 40000);
	assert_int_not_equal(cookie, scan_cookie(&key, &b, 22, 40000));
	assert_int_not_equal(cookie, scan_cookie(&key, &a, 23, 40000));
	assert_int_not_equal(cookie, scan_cookie(&key, &a, 22, 40001));
	assert_int_not_equal(cookie, scan_cookie(&other, &a, 22, 40000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_understood),
		cmocka_unit_test(what_is_no_answer_is_refused),
		cmocka_unit_test(a_sum_left_to_hardware_is_fine),
		cmocka_unit_test(icmp_errors_speak_of_the_target),
		cmocka_unit_test(siphash_is_siphash),
		cmocka_unit_test(cookies_differ_by_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
