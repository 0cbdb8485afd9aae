/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/syn_scan.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "audit/scan/scan_cookie.h"
#include "audit/scan/scan_pace.h"
#include "audit/scan/scan_route.h"
#include "audit/scan/syn_socket.h"

/* Hosts are scanned in batches, so large that the waits of a batch are nothing beside its sending,
 * and so small that they fit the memory promised. */
#define BATCH_PORTS ((size_t)3 * 1024 * 1024)
#define BATCH_HOSTS ((size_t)24 * 1024)
/* Packets of one system call. */
#define SEND_MAX 64
#define ROUNDS_MAX 30
/* Ports that answered and are asked again as controls. */
#define CONTROLS_KEPT 64
/* Probes whose time is taken. */
#define TIMED_KEPT 64
#define PROGRESS_NS 200000000U
/* Without --rate: what no feedback has allowed yet, and what is the most. Near is a network that
 * this host is on; beyond a router the line may be thin, and others use it. */
#define NEAR_RATE_MAX 2000000.0
#define NEAR_RATE_BLIND 150000.0
#define FAR_RATE_MAX 20000.0
#define FAR_RATE_BLIND 5000.0

_Static_assert(SYN_PORTS == 2 * SCAN_EPOCHS, "a source port for each epoch, twice");

struct control {
	uint32_t host;
	uint16_t port;
};

struct timed {
	uint64_t sent_ns;
	uint32_t host;
	uint16_t port;
	uint16_t our_port;
};

struct outgoing {
	uint32_t host;
	bool is_control;
};

struct syn_scan {
	struct syn_scan_options options;
	struct syn_socket socket;
	struct scan_key key;
	struct scan_pace pace;
	struct scan_cursor cursor;
	struct scan_host *hosts;
	struct address *sources;
	uint8_t *reasons;
	size_t host_room;
	size_t host_count;
	/* Of the batch. */
	uint64_t unanswered;
	uint64_t responders;
	/* Of the scan. */
	uint64_t sent;
	uint64_t open;
	uint64_t begun_ns;
	uint64_t told_ns;
	uint64_t told_sent;
	uint64_t ports_done;
	struct control controls[CONTROLS_KEPT];
	unsigned int control_count;
	unsigned int control_next;
	struct timed timed[TIMED_KEPT];
	/* The packets of one call. */
	uint8_t packets[SEND_MAX][SCAN_PACKET_BYTES_MAX];
	struct sockaddr_storage names[SEND_MAX];
	struct iovec vectors[SEND_MAX];
	struct mmsghdr messages[SEND_MAX];
	struct outgoing outgoing[SEND_MAX];
	unsigned int queued;
	unsigned int queued_controls;
};

struct syn_scan *syn_scan_open(const struct syn_scan_options *options, struct error *error)
{
	struct syn_scan *scan = calloc(1, sizeof(*scan));
	if (!scan) {
		(void)error_memory(error);
		return NULL;
	}
	scan->options = *options;
	scan->cursor = scan_targets_skip(options->targets, options->skip);
	bool wants_ipv4 = false, wants_ipv6 = false, is_near = true;
	for (size_t i = 0; i < options->targets->count; i++) {
		const struct scan_range *range = &options->targets->ranges[i];
		wants_ipv4 |= range->first.family == ADDRESS_IPV4;
		wants_ipv6 |= range->first.family == ADDRESS_IPV6;
		is_near &= scan_route_is_near(range->first) && scan_route_is_near(range->last);
	}
	uint32_t random;
	if (getrandom(&scan->key, sizeof(scan->key), 0) != sizeof(scan->key) ||
	    getrandom(&random, sizeof(random), 0) != sizeof(random)) {
		error_set(error, ERROR_READ, "no random numbers: %s", error_errno_text(errno));
		free(scan);
		return NULL;
	}
	size_t ports = options->ports->count ? options->ports->count : 1;
	scan->host_room = BATCH_PORTS / ports;
	scan->host_room = scan->host_room > BATCH_HOSTS ? BATCH_HOSTS : scan->host_room;
	if (scan->host_room > options->targets->total)
		scan->host_room = (size_t)options->targets->total;
	scan->hosts = calloc(scan->host_room, sizeof(*scan->hosts));
	scan->sources = calloc(scan->host_room, sizeof(*scan->sources));
	scan->reasons = calloc(scan->host_room, ports);
	if (!scan->hosts || !scan->sources || !scan->reasons) {
		(void)error_memory(error);
	} else if (syn_socket_open(&scan->socket, wants_ipv4, wants_ipv6, random, error)) {
		double most = options->rate ? (double)options->rate
			      : is_near     ? NEAR_RATE_MAX
					    : FAR_RATE_MAX;
		scan->begun_ns = scan->told_ns = scan_clock_ns(CLOCK_MONOTONIC);
		scan_pace_init(&scan->pace, scan->begun_ns, most,
			       is_near ? NEAR_RATE_BLIND : FAR_RATE_BLIND);
		return scan;
	}
	free(scan->hosts);
	free(scan->sources);
	free(scan->reasons);
	free(scan);
	return NULL;
}

void syn_scan_close(struct syn_scan *scan)
{
	if (!scan)
		return;
	syn_socket_close(&scan->socket);
	free(scan->hosts);
	free(scan->sources);
	free(scan->reasons);
	free(scan);
}

static void keep_control(struct syn_scan *scan, size_t host, uint16_t port)
{
	unsigned int slot = scan->control_count < CONTROLS_KEPT
				    ? scan->control_count++
				    : (unsigned int)(scan->responders % CONTROLS_KEPT);
	scan->controls[slot] = (struct control){ .host = (uint32_t)host, .port = port };
}

static void take_time(struct syn_scan *scan, size_t host, const struct scan_answer *answer,
		      uint64_t arrived_ns)
{
	struct timed *timed = &scan->timed[answer->port % TIMED_KEPT];
	if (timed->sent_ns == 0 || timed->host != host || timed->port != answer->port ||
	    timed->our_port != answer->our_port)
		return;
	if (arrived_ns > timed->sent_ns)
		scan_pace_rtt(&scan->pace, arrived_ns - timed->sent_ns);
	timed->sent_ns = 0;
}

static void receive(void *context, const struct scan_answer *answer, uint64_t arrived_ns)
{
	struct syn_scan *scan = context;
	unsigned int bank = (unsigned int)answer->our_port - scan->socket.first_port;
	if (bank >= SYN_PORTS || answer->cookie != scan_cookie(&scan->key, &answer->target,
							       answer->port, answer->our_port))
		return;
	size_t host = scan_hosts_find(scan->hosts, scan->host_count, answer->target);
	if (host == scan->host_count)
		return;
	size_t port = scan_ports_find(scan->options.ports, answer->port);
	if (port == scan->options.ports->count)
		return;
	bool is_from_target = answer->reason == REASON_RESET || answer->reason == REASON_SYN_ACK;
	if (is_from_target) {
		take_time(scan, host, answer, arrived_ns);
		if (bank >= SCAN_EPOCHS)
			scan_pace_answered(&scan->pace, bank - SCAN_EPOCHS);
	}
	uint8_t *reason = &scan->hosts[host].reasons[port];
	if (*reason >= answer->reason)
		return;
	if (*reason == REASON_NO_RESPONSE && !scan->hosts[host].refused)
		scan->unanswered--;
	if (is_from_target && *reason < REASON_RESET) {
		scan->responders++;
		keep_control(scan, host, answer->port);
	}
	if (answer->reason == REASON_SYN_ACK)
		scan->open++;
	*reason = (uint8_t)answer->reason;
}

/* Nothing more goes to HOST. */
static void refuse(struct syn_scan *scan, struct scan_host *host, int number)
{
	if (host->refused)
		return;
	switch (number) {
	case EACCES:
		host->refused = "it is a broadcast address";
		break;
	case EPERM:
		host->refused = "this host's own firewall forbids it";
		break;
	case ENETUNREACH:
	case EHOSTUNREACH:
		host->refused = "there is no route to it";
		break;
	default:
		host->refused = error_errno_text(number);
		break;
	}
	for (size_t i = 0; i < scan->options.ports->count; i++)
		if (host->reasons[i] == REASON_NO_RESPONSE)
			scan->unanswered--;
}

static void set_source(struct syn_scan *scan, size_t index)
{
	struct scan_host *host = &scan->hosts[index];
	int number = 0;
	if (scan->options.from.family != ADDRESS_NONE) {
		scan->sources[index] = scan->options.from;
		if (scan->options.from.family != host->address.family)
			refuse(scan, host, EHOSTUNREACH);
	} else if (!scan_route_source(host->address, host->zone, &scan->sources[index], &number)) {
		refuse(scan, host, number ? number : EHOSTUNREACH);
	}
}

/* Fills the next batch; false when no host is left. */
static bool load_batch(struct syn_scan *scan)
{
	size_t ports = scan->options.ports->count;
	scan->control_count = 0;
	scan->responders = 0;
	memset(scan->timed, 0, sizeof(scan->timed));
	memset(scan->reasons, 0, scan->host_room * ports);
	scan->host_count = scan_hosts_take(scan->options.targets, &scan->cursor, scan->hosts,
					   scan->host_room, scan->reasons, ports);
	scan->unanswered = (uint64_t)scan->host_count * ports;
	for (size_t i = 0; i < scan->host_count; i++)
		set_source(scan, i);
	return scan->host_count > 0;
}

static void queue(struct syn_scan *scan, size_t index, uint16_t port, bool is_control)
{
	struct scan_host *host = &scan->hosts[index];
	unsigned int slot = scan->queued++;
	unsigned int bank = scan_pace_epoch(&scan->pace) + (is_control ? SCAN_EPOCHS : 0);
	struct scan_probe probe = {
		.from = scan->sources[index],
		.to = host->address,
		.our_port = (uint16_t)(scan->socket.first_port + bank),
		.port = port,
	};
	probe.cookie = scan_cookie(&scan->key, &probe.to, port, probe.our_port);
	const struct scan_template *template =
		&scan->socket.templates[syn_socket_index(host->address.family)];
	scan_packet_patch(template, &probe, scan->packets[slot]);
	scan->vectors[slot] =
		(struct iovec){ .iov_base = scan->packets[slot], .iov_len = template->size };
	/* The port must be 0 for IPv6 (raw(7)). */
	socklen_t size = scan_route_sockaddr(host->address, 0, host->zone, &scan->names[slot]);
	scan->messages[slot].msg_hdr = (struct msghdr){
		.msg_name = &scan->names[slot],
		.msg_namelen = size,
		.msg_iov = &scan->vectors[slot],
		.msg_iovlen = 1,
	};
	scan->outgoing[slot] =
		(struct outgoing){ .host = (uint32_t)index, .is_control = is_control };
	scan->queued_controls += is_control;
	struct timed *timed = &scan->timed[port % TIMED_KEPT];
	/* Controls first: what never answers must not keep the places. */
	if (is_control || timed->sent_ns == 0)
		*timed = (struct timed){
			.sent_ns = scan_clock_ns(CLOCK_REALTIME),
			.host = (uint32_t)index,
			.port = port,
			.our_port = probe.our_port,
		};
}

static void wait_ns(struct syn_scan *scan, uint64_t nanoseconds)
{
	struct pollfd poll_fd = { .fd = syn_socket_capture_fd(&scan->socket), .events = POLLIN };
	const struct timespec patience = { .tv_sec = (time_t)(nanoseconds / SECOND_NS),
					   .tv_nsec = (long)(nanoseconds % SECOND_NS) };
	(void)ppoll(&poll_fd, 1, &patience, NULL);
	syn_socket_drain(&scan->socket, receive, scan);
}

/* Sends what is queued. Families are not mixed in a batch of messages but by chance, so a run of
 * one family goes in one call. */
static void flush(struct syn_scan *scan)
{
	unsigned int at = 0;
	while (at < scan->queued) {
		const struct scan_host *host = &scan->hosts[scan->outgoing[at].host];
		unsigned int run = 1;
		while (at + run < scan->queued &&
		       scan->hosts[scan->outgoing[at + run].host].address.family ==
			       host->address.family)
			run++;
		int count = sendmmsg(syn_socket_fd(&scan->socket, host->address.family),
				     &scan->messages[at], run, MSG_DONTWAIT);
		if (count > 0) {
			at += (unsigned int)count;
			continue;
		}
		if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM || errno == EINTR) {
			/* The queue or the table of neighbours is full: it empties by itself. */
			wait_ns(scan, 1000000);
			if (scan_watch_is_stopped(&scan->options.watch))
				break;
			continue;
		}
		refuse(scan, &scan->hosts[scan->outgoing[at].host], errno);
		at++;
	}
	scan->sent += at;
	scan_pace_sent(&scan->pace, scan->queued, scan->queued_controls);
	scan->queued = scan->queued_controls = 0;
	syn_socket_drain(&scan->socket, receive, scan);
}

static void tell_progress(struct syn_scan *scan, uint64_t now_ns, unsigned int round,
			  double round_done)
{
	const struct scan_watch *watch = &scan->options.watch;
	if (!watch->progress || now_ns - scan->told_ns < PROGRESS_NS)
		return;
	double total = (double)(scan->options.targets->total - scan->options.skip) *
		       (double)scan->options.ports->count;
	double batch = (double)scan->host_count * (double)scan->options.ports->count;
	/* A batch is done when all is sent twice and its answers are in; what comes beyond that is
	 * not known before. */
	double share = round == 1 ? round_done / 2 : 0.5 + 0.5 * round_done * (round > 2 ? 1 : 0.8);
	struct scan_progress progress = {
		.probes_sent = scan->sent,
		.ports_open = scan->open,
		.rate = (double)(scan->sent - scan->told_sent) * SECOND_NS /
			(double)(now_ns - scan->told_ns),
		.done = ((double)scan->ports_done + batch * share) / total,
		.is_repeating = round > 1,
	};
	double spent = (double)(now_ns - scan->begun_ns) / SECOND_NS;
	if (progress.done > 0)
		progress.seconds_left = (uint64_t)(spent / progress.done - spent + 0.5);
	scan->told_ns = now_ns;
	scan->told_sent = scan->sent;
	watch->progress(watch->context, &progress);
}

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/* A step through 0 to COUNT - 1 that meets each once, far from the last: no host and no run of
 * ports gets many probes in a row. */
static uint64_t stride_of(uint64_t count)
{
	uint64_t stride = (uint64_t)((double)count * 0.6180339887) | 1;
	while (greatest_divisor(stride, count) != 1)
		stride += 2;
	return stride;
}

/* One round: each port that has not answered is asked once. */
static void run_round(struct syn_scan *scan, unsigned int round)
{
	size_t ports = scan->options.ports->count;
	uint64_t count = (uint64_t)scan->host_count * ports, stride = stride_of(count);
	if (!count)
		return;
	uint64_t at = scan->key.words[0] % count, done = 0;
	while (done < count && scan->unanswered > 0 &&
	       !scan_watch_is_stopped(&scan->options.watch)) {
		uint64_t now = scan_clock_ns(CLOCK_MONOTONIC);
		unsigned int allowance = scan_pace_allowance(&scan->pace, now);
		if (allowance > SEND_MAX)
			allowance = SEND_MAX;
		while (scan->queued < allowance && done < count) {
			if (scan->control_count > 0 && scan_pace_wants_control(&scan->pace) &&
			    scan->queued_controls * 4 <= scan->queued) {
				const struct control *control =
					&scan->controls[scan->control_next++ % scan->control_count];
				queue(scan, control->host, control->port, true);
				continue;
			}
			size_t host = (size_t)(at % scan->host_count);
			size_t port = (size_t)(at / scan->host_count);
			at = (at + stride) % count;
			done++;
			if (scan->hosts[host].reasons[port] == REASON_NO_RESPONSE &&
			    !scan->hosts[host].refused)
				queue(scan, host, scan->options.ports->ports[port], false);
		}
		if (scan->queued > 0)
			flush(scan);
		else if (done < count)
			wait_ns(scan, scan_pace_wait_ns(&scan->pace));
		tell_progress(scan, now, round, (double)done / (double)count);
	}
}

static void wait_for_answers(struct syn_scan *scan, uint64_t patience_ns, unsigned int round)
{
	uint64_t now = scan_clock_ns(CLOCK_MONOTONIC), until = now + patience_ns;
	while (now < until && scan->unanswered > 0 &&
	       !scan_watch_is_stopped(&scan->options.watch)) {
		uint64_t left = until - now;
		wait_ns(scan, left < PROGRESS_NS ? left : PROGRESS_NS);
		now = scan_clock_ns(CLOCK_MONOTONIC);
		(void)scan_pace_allowance(&scan->pace, now);
		tell_progress(scan, now, round, 1);
	}
}

static void run_batch(struct syn_scan *scan)
{
	for (unsigned int round = 1; round <= ROUNDS_MAX; round++) {
		run_round(scan, round);
		if (scan->unanswered == 0 || scan_watch_is_stopped(&scan->options.watch))
			return;
		wait_for_answers(scan, scan_pace_timeout_ns(&scan->pace), round);
		if (scan->unanswered == 0 || scan_watch_is_stopped(&scan->options.watch))
			return;
		if (scan_pace_is_enough(&scan->pace, round, scan->responders))
			return;
	}
}

bool syn_scan_run(struct syn_scan *scan, struct error *error)
{
	const struct scan_watch *watch = &scan->options.watch;
	while (load_batch(scan)) {
		run_batch(scan);
		for (size_t i = 0; i < scan->host_count; i++)
			if (!watch->host(watch->context, SCAN_TCP, &scan->hosts[i],
					 scan->options.ports))
				return error_memory(error);
		scan->ports_done += (uint64_t)scan->host_count * scan->options.ports->count;
		if (scan_watch_is_stopped(&scan->options.watch))
			break;
	}
	return true;
}
