/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/attributes.h"
#include "audit/scan/scan_pace.h"

#define MS 1000000U
#define IN_FLIGHT 65536

/* A path in simulated time: what it loses, how long it takes, what it lets through a second. */
struct path {
	double loss;
	uint64_t rtt_ns;
	double policer;
	double tokens;
	uint32_t random;
	uint64_t arrive_ns[IN_FLIGHT];
	unsigned int epochs[IN_FLIGHT];
	unsigned int head, tail;
	uint64_t sent, delivered;
};

static bool is_lost(struct path *path)
{
	path->random = path->random * 1664525U + 1013904223U;
	if ((path->random >> 8) / 16777216.0 < path->loss)
		return true;
	if (path->policer <= 0)
		return false;
	if (path->tokens < 1)
		return true;
	path->tokens--;
	return false;
}

/* Runs MILLISECONDS and returns the mean rate of the second half. */
static double run(struct scan_pace *pace, struct path *path, unsigned int milliseconds)
{
	uint64_t half_sent = 0;
	for (unsigned int ms = 1; ms <= milliseconds * 4; ms++) {
		uint64_t now = (uint64_t)ms * MS / 4;
		path->tokens += path->policer / 4000;
		path->tokens = path->tokens > 20 ? 20 : path->tokens;
		while (path->tail != path->head && path->arrive_ns[path->tail % IN_FLIGHT] <= now) {
			scan_pace_answered(pace, path->epochs[path->tail % IN_FLIGHT]);
			scan_pace_rtt(pace, path->rtt_ns);
			path->tail++;
		}
		unsigned int allowance = scan_pace_allowance(pace, now);
		for (unsigned int i = 0; i < allowance; i++) {
			bool is_control = scan_pace_wants_control(pace);
			scan_pace_sent(pace, 1, is_control);
			path->sent++;
			if (is_lost(path))
				continue;
			path->delivered++;
			if (!is_control)
				continue;
			path->arrive_ns[path->head % IN_FLIGHT] = now + path->rtt_ns;
			path->epochs[path->head % IN_FLIGHT] = scan_pace_epoch(pace);
			path->head++;
		}
		if (ms == milliseconds * 2)
			half_sent = path->sent;
	}
	return (double)(path->sent - half_sent) * 2000 / milliseconds;
}

static double rate_over(double loss, uint64_t rtt_ns, double policer, double ceiling)
{
	static struct path path;
	struct scan_pace pace;
	path = (struct path){ .loss = loss, .rtt_ns = rtt_ns, .policer = policer, .random = 7 };
	scan_pace_init(&pace, 0, ceiling, ceiling);
	return run(&pace, &path, 8000);
}

static void loss_alone_does_not_slow_down(void **state)
{
	(void)state;
	static const double losses[] = { 0, 0.01, 0.05, 0.1, 0.2, 0.36 };
	static const uint64_t rtts[] = { MS / 4, 20 * MS, 200 * MS };
	for (size_t i = 0; i < ARRAY_SIZE(losses); i++)
		for (size_t k = 0; k < ARRAY_SIZE(rtts); k++) {
			double rate = rate_over(losses[i], rtts[k], 0, 20000);
			/* A slow path takes a while to be known. */
			bool is_hard = rtts[k] > 100 * MS || losses[i] > 0.3;
			if (rate < (is_hard ? 3000 : 12000))
				fail_msg("%.0f a second at %.0f %% loss, %u ms", rate,
					 losses[i] * 100, (unsigned int)(rtts[k] / MS));
		}
}

static void a_policer_is_found_out(void **state)
{
	(void)state;
	static const double policers[] = { 500, 1000, 5000 };
	static const uint64_t rtts[] = { MS / 4, 20 * MS, 50 * MS };
	for (size_t i = 0; i < ARRAY_SIZE(policers); i++)
		for (size_t k = 0; k < ARRAY_SIZE(rtts); k++) {
			double rate = rate_over(0, rtts[k], policers[i], 200000);
			if (rate > 2.5 * policers[i] || rate < 0.5 * policers[i])
				fail_msg("%.0f a second through %.0f, %u ms", rate, policers[i],
					 (unsigned int)(rtts[k] / MS));
		}
}

static void never_faster_than_told(void **state)
{
	(void)state;
	static struct path path;
	struct scan_pace pace;
	path = (struct path){ .rtt_ns = MS };
	scan_pace_init(&pace, 0, 700, 150000);
	(void)run(&pace, &path, 4000);
	assert_in_range(path.sent, 2000, 2801);
}

static void more_loss_more_rounds(void **state)
{
	(void)state;
	struct scan_pace pace;
	scan_pace_init(&pace, 0, 1000, 1000);
	/* Nothing known: three. */
	assert_false(scan_pace_is_enough(&pace, 2, 0));
	assert_true(scan_pace_is_enough(&pace, 3, 0));
	pace.controls = pace.controls_answered = 1000;
	assert_true(scan_pace_is_enough(&pace, 2, 12));
	assert_false(scan_pace_is_enough(&pace, 1, 12));
	pace.controls_answered = 640;
	assert_false(scan_pace_is_enough(&pace, 6, 12));
	assert_true(scan_pace_is_enough(&pace, 8, 12));
	assert_false(scan_pace_is_enough(&pace, 14, 65535));
	assert_true(scan_pace_is_enough(&pace, 17, 65535));
}

static void the_timer_follows_the_path(void **state)
{
	(void)state;
	struct scan_pace pace;
	scan_pace_init(&pace, 0, 1000, 1000);
	assert_int_equal(scan_pace_timeout_ns(&pace), 1000 * MS);
	for (int i = 0; i < 50; i++)
		scan_pace_rtt(&pace, 200 * MS);
	assert_in_range(scan_pace_timeout_ns(&pace), 200 * MS, 230 * MS);
	for (int i = 0; i < 50; i++)
		scan_pace_rtt(&pace, MS / 10);
	assert_int_equal(scan_pace_timeout_ns(&pace), 20 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loss_alone_does_not_slow_down),
		cmocka_unit_test(a_policer_is_found_out),
		cmocka_unit_test(never_faster_than_told),
		cmocka_unit_test(more_loss_more_rounds),
		cmocka_unit_test(the_timer_follows_the_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
