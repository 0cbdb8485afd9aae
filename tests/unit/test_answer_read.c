/* SPDX-License-Identifier: Apache-2.0
 *
 * Captured frames: answers to the trial's packets, refusals of them, and what is neither.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "audit/prove/answer_read.h"

static struct trial_packet packets[] = {
	{ .kind = TRIAL_SYN, .port = 22 },
	{ .kind = TRIAL_REGISTER, .port = 5060 },
	{ .kind = TRIAL_ECHO },
};

/* Ethernet and IPv4 from 192.0.2.1 to 203.0.113.77. */
#define HEAD(protocol)                                                                             \
	2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 40, 0, 0, 0, 0, 64, protocol, 0, 0,  \
		192, 0, 2, 1, 203, 0, 113, 77
/* Our IPv4 header, as an ICMP error quotes it. */
#define QUOTE(protocol)                                                                            \
	0x45, 0, 0, 28, 0, 0, 0, 0, 57, protocol, 0, 0, 203, 0, 113, 77, 192, 0, 2, 1
/* 33000, 33001, 33002 */
#define PORT_0 0x80, 0xe8
#define PORT_1 0x80, 0xe9
#define PORT_2 0x80, 0xea

static const uint8_t syn_ack[] = { HEAD(6), 0, 22,   PORT_0, 1, 2, 3, 4, 0, 0,
				   0,       2, 0x50, 0x12,   0, 0, 0, 0, 0, 0 };
static const uint8_t reset[] = { HEAD(6), 0, 22,   PORT_0, 1, 2, 3, 4, 0, 0,
				 0,       2, 0x50, 0x14,   0, 0, 0, 0, 0, 0 };
static const uint8_t stranger[] = { HEAD(6), 0, 23,   PORT_0, 1, 2, 3, 4, 0, 0,
				    0,       2, 0x50, 0x12,   0, 0, 0, 0, 0, 0 };
static const uint8_t refused[] = { HEAD(1),   3,      3,    0,    0, 0, 0, 0, 0,
				   QUOTE(17), PORT_1, 0x13, 0xc4, 0, 8, 0, 0 };
static const uint8_t pong[] = { HEAD(1), 0, 0, 0, 0, PORT_2, 0, 1 };
static const uint8_t ping_refused[] = { HEAD(1),  3, 10, 0, 0, 0,      0, 0, 0,
					QUOTE(1), 8, 0,  0, 0, PORT_2, 0, 1 };

static void read_all(const uint8_t *frame, size_t size, bool is_ours, size_t index,
		     enum trial_outcome outcome)
{
	struct trial_answer answer;
	/* Cut anywhere it is nothing, and nothing behind it is looked at. */
	for (size_t cut = 0; cut < size; cut++) {
		uint8_t *part = malloc(cut ? cut : 1);
		assert_non_null(part);
		memcpy(part, frame, cut);
		(void)!answer_read(part, cut, packets, 3, &answer);
		free(part);
	}
	assert_int_equal(answer_read(frame, size, packets, 3, &answer), is_ours);
	if (!is_ours)
		return;
	assert_int_equal(answer.index, index);
	assert_int_equal(answer.outcome, outcome);
}

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		packets[i].source =
			(struct address){ .family = ADDRESS_IPV4, .bytes = { 203, 0, 113, 77 } };
		packets[i].destination =
			(struct address){ .family = ADDRESS_IPV4, .bytes = { 192, 0, 2, 1 } };
	}
	read_all(syn_ack, sizeof(syn_ack), true, 0, TRIAL_PASSED);
	read_all(reset, sizeof(reset), true, 0, TRIAL_REJECTED);
	read_all(stranger, sizeof(stranger), false, 0, TRIAL_DROPPED);
	read_all(refused, sizeof(refused), true, 1, TRIAL_REJECTED);
	read_all(pong, sizeof(pong), true, 2, TRIAL_PASSED);
	read_all(ping_refused, sizeof(ping_refused), true, 2, TRIAL_REJECTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
