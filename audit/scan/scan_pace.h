/* SPDX-License-Identifier: Apache-2.0
 *
 * How fast to send, how long to wait and how often to ask again. Ports that have answered before
 * are asked again now and then ("controls"): their silence is loss, which the silence of a port
 * nobody knows is not. Time is cut into epochs; each has its own source port, so an answer tells
 * the epoch of its probe. Pure: time comes in as nanoseconds.
 *
 * Loss by itself does not slow a scan down: a wireless path loses one in ten at any rate. Loss that
 * shrinks when the rate does (a policer, a queue) does. So a bad epoch is followed by one at the
 * rate that got through, and the two compared.
 */
#ifndef RINGFENCE_SCAN_SCAN_PACE_H
#define RINGFENCE_SCAN_SCAN_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Epochs whose answers are still awaited; as many source ports are used twice (probes, controls).
 */
#define SCAN_EPOCHS 16

struct scan_epoch {
	uint64_t begun_ns;
	/* 0: still open. */
	uint64_t ended_ns;
	/* When its last packet went: what follows is waiting, not sending. */
	uint64_t last_ns;
	uint64_t sent;
	uint32_t controls;
	uint32_t answered;
	bool is_judged;
};

struct scan_pace {
	/* Packets a second: now; at most; at most while nothing has answered yet. */
	double rate;
	double ceiling;
	double blind_ceiling;
	/* Share of controls answered when the path is not overloaded. */
	double share;
	/* The rate beyond which the path lost packets; 0: not met yet. */
	double limit;
	/* Good epochs in a row. */
	unsigned int good;
	bool is_exploring;
	double explored_rate;
	double explored_share;
	/* Epochs begun before this are of an old rate. */
	uint64_t judge_from_ns;
	double tokens;
	uint64_t tokens_ns;
	/* RFC 6298; 0: no sample yet. */
	double rtt_ns;
	double rtt_deviation_ns;
	/* Controls of late, for the estimate of loss; halved when they grow old. */
	double controls;
	double controls_answered;
	uint64_t epoch;
	struct scan_epoch epochs[SCAN_EPOCHS];
};

/* CEILING and BLIND_CEILING in packets a second, over 0. */
void scan_pace_init(struct scan_pace *pace, uint64_t now_ns, double ceiling, double blind_ceiling);

/* How many packets may go now. Ends and judges epochs. */
unsigned int scan_pace_allowance(struct scan_pace *pace, uint64_t now_ns);

/* Nanoseconds until at least one packet may go. */
uint64_t scan_pace_wait_ns(const struct scan_pace *pace);

/* Index of the current epoch, 0 to SCAN_EPOCHS - 1. */
unsigned int scan_pace_epoch(const struct scan_pace *pace);

/* Should the next packet be a control, if there is anybody to ask? */
bool scan_pace_wants_control(const struct scan_pace *pace);

/* COUNT packets went, CONTROLS of them controls; they were in the current epoch. */
void scan_pace_sent(struct scan_pace *pace, unsigned int count, unsigned int controls);

/* The control of epoch EPOCH was answered. */
void scan_pace_answered(struct scan_pace *pace, unsigned int epoch);

void scan_pace_rtt(struct scan_pace *pace, uint64_t sample_ns);

/* How long an answer may take: RFC 6298's timer between 20 ms and 3 s; 1 s without a sample. */
uint64_t scan_pace_timeout_ns(const struct scan_pace *pace);

/* How likely it is that a probe or its answer is lost: no less than the controls speak for. */
double scan_pace_loss(const struct scan_pace *pace);

/* Were ROUNDS probes of each silent port enough, where RESPONDERS ports have answered? Enough: less
 * than one hundredth of a port is expected to have been missed. */
bool scan_pace_is_enough(const struct scan_pace *pace, unsigned int rounds, uint64_t responders);

#endif
