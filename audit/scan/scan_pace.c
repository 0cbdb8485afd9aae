/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_pace.h"

#include <math.h>

#define MS 1000000.0
/* The first packets of a scan; a path that takes less than this is found out by its loss. */
#define FIRST_RATE 4000.0
/* Slower than this no path is taken to be. */
#define FLOOR_RATE 100.0
#define EPOCH_NS_MIN (5 * MS)
#define EPOCH_NS_MAX (250 * MS)
/* Controls of an epoch: enough to tell a half from the whole. */
#define EPOCH_CONTROLS 12
#define EPOCH_CONTROLS_MAX 48
/* What can go out at once: short enough for the small buckets of policers. */
#define BURST_NS (1 * MS)
#define BURST_MAX 128.0
#define TIMEOUT_NS_MIN (20 * MS)
#define TIMEOUT_NS_MAX (3000 * MS)
#define TIMEOUT_NS_FIRST (1000 * MS)
/* An epoch that delivers less than this share of the usual is a bad one. */
#define BAD_SHARE 0.75
/* The usual share is not lower than this unless a slower epoch proved it. */
#define SHARE_DRIFT_MIN 0.85
/* By this much a lower rate must deliver better to be the reason. */
#define BETTER_BY 0.12
#define HOPELESS_SHARE 0.3
#define CONTROLS_REMEMBERED 4000.0
/* Loss that is assumed until controls have told; and the hundredth of a port. */
#define LOSS_UNKNOWN 0.2
#define MISSED_MAX 0.01

void scan_pace_init(struct scan_pace *pace, uint64_t now_ns, double ceiling, double blind_ceiling)
{
	*pace = (struct scan_pace){
		.ceiling = ceiling,
		.blind_ceiling = fmin(blind_ceiling, ceiling),
		.share = 1,
		.tokens_ns = now_ns,
		.epochs[0].begun_ns = now_ns,
	};
	pace->rate = fmin(FIRST_RATE, pace->blind_ceiling);
}

unsigned int scan_pace_epoch(const struct scan_pace *pace)
{
	return (unsigned int)(pace->epoch % SCAN_EPOCHS);
}

void scan_pace_rtt(struct scan_pace *pace, uint64_t sample_ns)
{
	double sample = (double)sample_ns;
	if (pace->rtt_ns <= 0) {
		pace->rtt_ns = sample;
		pace->rtt_deviation_ns = sample / 2;
		return;
	}
	pace->rtt_deviation_ns += (fabs(sample - pace->rtt_ns) - pace->rtt_deviation_ns) / 4;
	pace->rtt_ns += (sample - pace->rtt_ns) / 8;
}

uint64_t scan_pace_timeout_ns(const struct scan_pace *pace)
{
	double timeout = pace->rtt_ns > 0 ? pace->rtt_ns + 4 * pace->rtt_deviation_ns + 5 * MS
					  : TIMEOUT_NS_FIRST;
	return (uint64_t)fmin(fmax(timeout, TIMEOUT_NS_MIN), TIMEOUT_NS_MAX);
}

/* After an epoch's end, until its answers are there. */
static double answer_ns(const struct scan_pace *pace)
{
	return pace->rtt_ns > 0
		       ? fmin(pace->rtt_ns + 4 * pace->rtt_deviation_ns + 2 * MS, TIMEOUT_NS_MAX)
		       : 10 * MS;
}

static double epoch_ns(const struct scan_pace *pace)
{
	/* So long that SCAN_EPOCHS of them outlast the answers. */
	return fmin(fmax(EPOCH_NS_MIN, answer_ns(pace) / 4), EPOCH_NS_MAX);
}

static void set_rate(struct scan_pace *pace, double rate, uint64_t now_ns)
{
	pace->rate = fmin(fmax(rate, FLOOR_RATE), pace->ceiling);
	pace->judge_from_ns = now_ns;
}

/* Beyond the rate where the path lost packets only small steps, but longer ones the longer it goes
 * well: the path may have changed, or the loss been chance. */
static double growth(const struct scan_pace *pace)
{
	if (pace->limit <= 0)
		return 2;
	if (pace->rate < pace->limit * 0.8)
		return 1.25;
	double good = pace->good;
	return fmin(1.05 + 0.02 * good * good, 1.5);
}

static void grow(struct scan_pace *pace, double actual, bool is_blind)
{
	double top = is_blind ? pace->blind_ceiling : pace->ceiling;
	/* A processor that can't keep up says nothing of the path. */
	if (actual >= pace->rate / 2 && pace->rate < top)
		pace->rate = fmin(pace->rate * growth(pace), top);
}

/* Did fewer controls come back than chance explains? Three in four of the usual share, less two
 * standard deviations of a binomial. */
static bool is_bad(const struct scan_pace *pace, double controls, double answered)
{
	double deviation = sqrt(controls * pace->share * (1 - pace->share));
	return answered < controls * pace->share * BAD_SHARE - 2 * deviation;
}

static void end_exploring(struct scan_pace *pace, double controls, double share, uint64_t now_ns)
{
	pace->is_exploring = false;
	/* Two deviations of the difference of two such shares. */
	double middle = (share + pace->explored_share) / 2;
	double deviation = sqrt(2 * middle * (1 - middle) / controls);
	bool is_better = share > pace->explored_share + fmin(fmax(BETTER_BY, 2 * deviation), 0.4);
	if (is_better ||
	    (pace->explored_share < HOPELESS_SHARE && share > 2 * pace->explored_share + 0.05)) {
		pace->limit = pace->rate;
		return;
	}
	/* Not slow enough to tell, or so much is lost that it can't be chance. */
	if (pace->rate > FLOOR_RATE && (pace->rate > pace->explored_rate / 16 ||
					fmin(share, pace->explored_share) < HOPELESS_SHARE)) {
		pace->is_exploring = true;
		set_rate(pace, pace->rate * fmin(fmax(share, 0.1), 0.25), now_ns);
		return;
	}
	/* Slower did not help: the path just loses. */
	pace->share = fmax((share + pace->explored_share) / 2, 0.05);
	set_rate(pace, pace->explored_rate, now_ns);
}

static void judge(struct scan_pace *pace, const struct scan_epoch *epoch, uint64_t now_ns)
{
	double seconds = (double)(epoch->last_ns - epoch->begun_ns) / (1000 * MS);
	double actual = (double)epoch->sent / fmax(seconds, 1e-4);
	if (epoch->controls < EPOCH_CONTROLS / 2) {
		if (pace->limit <= 0 && pace->controls <= 0)
			grow(pace, actual, true);
		return;
	}
	double controls = epoch->controls, answered = fmin(epoch->answered, controls);
	double share = answered / controls;
	pace->controls += controls;
	pace->controls_answered += answered;
	if (pace->controls > CONTROLS_REMEMBERED) {
		pace->controls /= 2;
		pace->controls_answered /= 2;
	}
	if (epoch->begun_ns < pace->judge_from_ns)
		return;
	if (pace->is_exploring) {
		end_exploring(pace, controls, share, now_ns);
	} else if (is_bad(pace, controls, answered)) {
		pace->good = 0;
		pace->is_exploring = true;
		pace->explored_rate = pace->rate;
		pace->explored_share = share;
		set_rate(pace, fmin(actual, pace->rate) * fmax(share, 0.1), now_ns);
	} else {
		/* What is usual follows slowly, but not into an overload that creeps in. */
		double usual = pace->share + (share - pace->share) / 8;
		pace->share = fmin(1, fmax(usual, fmin(pace->share, SHARE_DRIFT_MIN)));
		pace->good++;
		grow(pace, actual, false);
	}
}

static void turn_epochs(struct scan_pace *pace, uint64_t now_ns)
{
	struct scan_epoch *epoch = &pace->epochs[scan_pace_epoch(pace)];
	double age = (double)(now_ns - epoch->begun_ns);
	bool has_controls = epoch->controls >= EPOCH_CONTROLS || pace->controls <= 0;
	if (epoch->sent > 0 && age >= epoch_ns(pace) && (has_controls || age >= 4 * EPOCH_NS_MAX)) {
		epoch->ended_ns = now_ns;
		pace->epoch++;
		struct scan_epoch *next = &pace->epochs[scan_pace_epoch(pace)];
		if (next->ended_ns && !next->is_judged)
			judge(pace, next, now_ns);
		*next = (struct scan_epoch){ .begun_ns = now_ns };
	} else if (epoch->sent == 0) {
		epoch->begun_ns = now_ns;
	}
	for (unsigned int i = 1; i < SCAN_EPOCHS; i++) {
		struct scan_epoch *old = &pace->epochs[(pace->epoch + i) % SCAN_EPOCHS];
		if (!old->ended_ns || old->is_judged ||
		    (double)(now_ns - old->ended_ns) < answer_ns(pace))
			continue;
		old->is_judged = true;
		judge(pace, old, now_ns);
	}
}

static double burst(const struct scan_pace *pace)
{
	return fmin(fmax(pace->rate * BURST_NS / (1000 * MS), 1), BURST_MAX);
}

unsigned int scan_pace_allowance(struct scan_pace *pace, uint64_t now_ns)
{
	turn_epochs(pace, now_ns);
	double passed = (double)(now_ns - pace->tokens_ns) / (1000 * MS);
	pace->tokens_ns = now_ns;
	pace->tokens = fmin(pace->tokens + passed * pace->rate, burst(pace));
	return (unsigned int)pace->tokens;
}

uint64_t scan_pace_wait_ns(const struct scan_pace *pace)
{
	return pace->tokens >= 1 ? 0 : (uint64_t)((1 - pace->tokens) / pace->rate * 1000 * MS) + 1;
}

bool scan_pace_wants_control(const struct scan_pace *pace)
{
	const struct scan_epoch *epoch = &pace->epochs[scan_pace_epoch(pace)];
	unsigned int spacing = epoch->controls < EPOCH_CONTROLS ? 4 : 32;
	/* Slow paths: fewer, in longer epochs. */
	if (pace->rate < FIRST_RATE)
		spacing = 5;
	return epoch->controls < EPOCH_CONTROLS_MAX &&
	       epoch->sent >= (uint64_t)epoch->controls * spacing;
}

void scan_pace_sent(struct scan_pace *pace, unsigned int count, unsigned int controls)
{
	struct scan_epoch *epoch = &pace->epochs[scan_pace_epoch(pace)];
	epoch->sent += count;
	epoch->controls += controls;
	epoch->last_ns = pace->tokens_ns;
	pace->tokens -= count;
}

void scan_pace_answered(struct scan_pace *pace, unsigned int epoch)
{
	pace->epochs[epoch % SCAN_EPOCHS].answered++;
}

double scan_pace_loss(const struct scan_pace *pace)
{
	if (pace->controls <= 0)
		return LOSS_UNKNOWN;
	double lost = pace->controls - pace->controls_answered;
	/* Two more lost than seen: few controls prove little. */
	return fmin((lost + 2) / (pace->controls + 4), 0.95);
}

bool scan_pace_is_enough(const struct scan_pace *pace, unsigned int rounds, uint64_t responders)
{
	double all_lost = pow(scan_pace_loss(pace), rounds);
	double known = responders > 0 ? (double)responders : 1;
	return known * all_lost / (1 - all_lost) < MISSED_MAX;
}
