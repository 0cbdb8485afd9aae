/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/connect_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "audit/scan/scan_route.h"

/* Connections under way: less than the files a user may have open. */
#define SLOTS_MAX 512
#define FILES_KEPT 64
/* The kernel repeats a SYN after 1 s and 3 s (tcp(7), RFC 6298), so three are sent. */
#define PATIENCE_NS (3500 * 1000000ULL)
/* A silent host: after so many ports without any answer one repetition must do. */
#define SILENT_PORTS 64
#define SILENT_PATIENCE_NS (1500 * 1000000ULL)

struct slot {
	int fd;
	uint32_t port;
	uint64_t until_ns;
};

struct connect_scan {
	const struct syn_scan_options *options;
	struct scan_host host;
	int epoll;
	struct slot slots[SLOTS_MAX];
	unsigned int room;
	unsigned int busy;
	uint64_t answered;
	uint64_t silent;
	uint64_t sent;
	uint64_t open;
	uint64_t hosts_done;
	uint64_t begun_ns;
	uint64_t told_ns;
};

static enum scan_reason reason_of(int number)
{
	switch (number) {
	case 0:
		return REASON_SYN_ACK;
	case ECONNREFUSED:
		return REASON_CONNECTION_REFUSED;
	case EHOSTUNREACH:
		return REASON_HOST_UNREACHABLE;
	case ENETUNREACH:
		return REASON_NET_UNREACHABLE;
	case EACCES:
	case EPERM:
		return REASON_ADMIN_PROHIBITED;
	default:
		return REASON_NO_RESPONSE;
	}
}

static void decide(struct connect_scan *scan, uint32_t port, int number)
{
	enum scan_reason reason = reason_of(number);
	scan->host.reasons[port] = (uint8_t)reason;
	if (reason == REASON_NO_RESPONSE)
		scan->silent++;
	else
		scan->answered++;
	scan->open += reason == REASON_SYN_ACK;
}

static void finish(struct connect_scan *scan, struct slot *slot, int number)
{
	decide(scan, slot->port, number);
	/* A reset, not a FIN: the far end need not wait for a conversation. */
	const struct linger reset = { .l_onoff = 1 };
	(void)setsockopt(slot->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	(void)close(slot->fd);
	slot->fd = -1;
	scan->busy--;
}

/* False: no socket is to be had now. */
static bool begin(struct connect_scan *scan, uint32_t port)
{
	unsigned int index = 0;
	while (index < scan->room && scan->slots[index].fd >= 0)
		index++;
	struct sockaddr_storage name;
	socklen_t size = scan_route_sockaddr(scan->host.address, scan->options->ports->ports[port],
					     scan->host.zone, &name);
	int fd = index < scan->room
			 ? socket(name.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
			 : -1;
	if (fd < 0)
		return false;
	struct slot *slot = &scan->slots[index];
	*slot = (struct slot){ .fd = fd, .port = port };
	slot->until_ns = scan_clock_ns(CLOCK_MONOTONIC) +
			 (scan->answered == 0 && scan->silent > SILENT_PORTS ? SILENT_PATIENCE_NS
									     : PATIENCE_NS);
	scan->busy++;
	scan->sent++;
	struct sockaddr_storage from;
	if (scan->options->from.family == scan->host.address.family) {
		socklen_t from_size = scan_route_sockaddr(scan->options->from, 0, 0, &from);
		if (bind(fd, (const struct sockaddr *)&from, from_size) != 0) {
			finish(scan, slot, errno);
			return true;
		}
	}
	if (connect(fd, (const struct sockaddr *)&name, size) == 0) {
		finish(scan, slot, 0);
	} else if (errno == EAGAIN || errno == EADDRNOTAVAIL) {
		/* Our own ports are used up for a moment. */
		(void)close(fd);
		slot->fd = -1;
		scan->busy--;
		return false;
	} else if (errno != EINPROGRESS) {
		finish(scan, slot, errno);
	} else {
		struct epoll_event event = { .events = EPOLLOUT, .data.u32 = index };
		if (epoll_ctl(scan->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
			finish(scan, slot, ETIMEDOUT);
	}
	return true;
}

static void collect(struct connect_scan *scan, int patience_ms)
{
	struct epoll_event events[64];
	int count = epoll_wait(scan->epoll, events, ARRAY_SIZE(events), patience_ms);
	for (int i = 0; i < count; i++) {
		struct slot *slot = &scan->slots[events[i].data.u32];
		int number = 0;
		socklen_t size = sizeof(number);
		if (slot->fd < 0)
			continue;
		if (getsockopt(slot->fd, SOL_SOCKET, SO_ERROR, &number, &size) != 0)
			number = errno;
		finish(scan, slot, number);
	}
	uint64_t now = scan_clock_ns(CLOCK_MONOTONIC);
	for (unsigned int i = 0; i < scan->room; i++)
		if (scan->slots[i].fd >= 0 && scan->slots[i].until_ns <= now)
			finish(scan, &scan->slots[i], ETIMEDOUT);
}

static void tell_progress(struct connect_scan *scan, size_t port)
{
	const struct scan_watch *watch = &scan->options->watch;
	uint64_t now = scan_clock_ns(CLOCK_MONOTONIC);
	if (!watch->progress || now - scan->told_ns < SECOND_NS / 5)
		return;
	scan->told_ns = now;
	double spent = (double)(now - scan->begun_ns) / SECOND_NS;
	struct scan_progress progress = { .probes_sent = scan->sent, .ports_open = scan->open };
	progress.rate = spent > 0 ? (double)scan->sent / spent : 0;
	progress.done =
		((double)scan->hosts_done + (double)port / (double)scan->options->ports->count) /
		(double)(scan->options->targets->total - scan->options->skip);
	if (progress.done > 0)
		progress.seconds_left = (uint64_t)(spent / progress.done - spent + 0.5);
	watch->progress(watch->context, &progress);
}

static void scan_host(struct connect_scan *scan)
{
	size_t count = scan->options->ports->count, at = 0;
	memset(scan->host.reasons, REASON_NO_RESPONSE, count);
	scan->answered = scan->silent = 0;
	while ((at < count || scan->busy > 0) && !scan_watch_is_stopped(&scan->options->watch)) {
		uint64_t spent = scan_clock_ns(CLOCK_MONOTONIC) - scan->begun_ns;
		uint64_t allowed = scan->options->rate
					   ? spent / 1000000 * scan->options->rate / 1000 + 1
					   : UINT64_MAX;
		while (at < count && scan->sent < allowed && begin(scan, (uint32_t)at))
			at++;
		collect(scan, scan->busy > 0 && scan->sent < allowed ? 20 : 1);
		tell_progress(scan, at);
	}
	for (unsigned int i = 0; i < scan->room; i++)
		if (scan->slots[i].fd >= 0)
			finish(scan, &scan->slots[i], ETIMEDOUT);
}

static bool run_all(struct connect_scan *scan, struct error *error)
{
	const struct scan_watch *watch = &scan->options->watch;
	struct scan_cursor cursor = scan_targets_skip(scan->options->targets, scan->options->skip);
	const struct scan_range *range;
	while (!scan_watch_is_stopped(&scan->options->watch) &&
	       scan_targets_next(scan->options->targets, &cursor, &scan->host.address, &range)) {
		scan->host.zone = range->zone;
		scan->host.name = range->name;
		scan_host(scan);
		scan->hosts_done++;
		if (!watch->host(watch->context, SCAN_TCP, &scan->host, scan->options->ports))
			return error_memory(error);
	}
	return true;
}

bool connect_scan_run(const struct syn_scan_options *options, struct error *error)
{
	struct connect_scan *scan = calloc(1, sizeof(*scan));
	uint8_t *reasons = calloc(options->ports->count ? options->ports->count : 1, 1);
	if (!scan || !reasons) {
		free(scan);
		free(reasons);
		return error_memory(error);
	}
	struct rlimit files = { .rlim_cur = SLOTS_MAX };
	(void)getrlimit(RLIMIT_NOFILE, &files);
	scan->options = options;
	scan->host.reasons = reasons;
	scan->room = files.rlim_cur < SLOTS_MAX + FILES_KEPT ? (unsigned int)files.rlim_cur / 2
							     : SLOTS_MAX;
	for (unsigned int i = 0; i < SLOTS_MAX; i++)
		scan->slots[i].fd = -1;
	scan->begun_ns = scan->told_ns = scan_clock_ns(CLOCK_MONOTONIC);
	scan->epoll = epoll_create1(EPOLL_CLOEXEC);
	bool is_done = scan->epoll >= 0 ? run_all(scan, error)
					: error_set(error, ERROR_READ, "no epoll: %s",
						    error_errno_text(errno));
	if (scan->epoll >= 0)
		(void)close(scan->epoll);
	free(reasons);
	free(scan);
	return is_done;
}
