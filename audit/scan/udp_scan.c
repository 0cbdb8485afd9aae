/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/udp_scan.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "audit/base/buffer.h"
#include "audit/scan/scan_route.h"
#include "audit/scan/udp_payload.h"

#define MS 1000000U
/* As many states are held as for a SYN scan (syn_scan.c). */
#define BATCH_PORTS ((size_t)1024 * 1024)
#define BATCH_HOSTS ((size_t)4096)
/* Packets a second to one host without --rate; a datagram may make a service work. */
#define HOST_RATE 500
#define RATE_MAX 20000
#define ROUNDS 4
#define ROUND_WAIT_NS (800 * (uint64_t)MS)
/* A little over the second of icmp_ratelimit. */
#define PATIENT_PAUSE_NS (1050 * (uint64_t)MS)
/* Silent questions in a row after which a host is not limiting but silent. */
#define PATIENT_SILENT 4
/* The longest answer that is looked at. */
#define ANSWER_BYTES 2048

struct udp_scan {
	const struct syn_scan_options *options;
	struct scan_cursor cursor;
	int sockets[2];
	uint32_t token;
	struct scan_host *hosts;
	uint8_t *reasons;
	/* Of each host: errors in the patient round, silent questions in a row. */
	uint8_t *silent_asks;
	size_t host_room;
	size_t host_count;
	uint64_t unanswered;
	uint64_t errors;
	uint64_t sent;
	uint64_t open;
	uint64_t begun_ns;
	uint64_t told_ns;
	uint64_t hosts_done;
};

static int open_socket(const struct udp_scan *scan, int family)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	const int on = 1;
	bool is_good = fd >= 0 && setsockopt(fd, family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP,
					     family == AF_INET6 ? IPV6_RECVERR : IP_RECVERR, &on,
					     sizeof(on)) == 0;
	struct sockaddr_storage name;
	bool is_ipv6 = scan->options->from.family == ADDRESS_IPV6;
	if (is_good && scan->options->from.family != ADDRESS_NONE &&
	    is_ipv6 == (family == AF_INET6)) {
		socklen_t size = scan_route_sockaddr(scan->options->from, 0, 0, &name);
		is_good = bind(fd, (const struct sockaddr *)&name, size) == 0;
	}
	if (is_good)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static void decide(struct udp_scan *scan, struct address from, uint16_t port,
		   enum scan_reason reason)
{
	size_t index = scan_ports_find(scan->options->ports, port);
	size_t host = scan_hosts_find(scan->hosts, scan->host_count, from);
	if (index == scan->options->ports->count || host == scan->host_count)
		return;
	uint8_t *old = &scan->hosts[host].reasons[index];
	if (*old < reason) {
		scan->unanswered -= *old == REASON_NO_RESPONSE && !scan->hosts[host].refused;
		*old = (uint8_t)reason;
	}
	scan->silent_asks[host] = 0;
	scan->open += reason == REASON_UDP_RESPONSE;
	scan->errors += reason != REASON_UDP_RESPONSE;
}

/* RFC 1350 4: the answer of TFTP comes from a new port; it is data (3) or an error (5). */
static bool is_tftp(const uint8_t *answer, ssize_t size)
{
	return size >= 4 && answer[0] == 0 && (answer[1] == 3 || answer[1] == 5);
}

static void take_errors(struct udp_scan *scan, int fd)
{
	for (;;) {
		struct sockaddr_storage name = { 0 };
		uint8_t bytes[64];
		_Alignas(struct cmsghdr) char control[256];
		struct iovec vector = { .iov_base = bytes, .iov_len = sizeof(bytes) };
		struct msghdr message = {
			.msg_name = &name,
			.msg_namelen = sizeof(name),
			.msg_iov = &vector,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control),
		};
		if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return;
		for (struct cmsghdr *row = CMSG_FIRSTHDR(&message); row;
		     row = CMSG_NXTHDR(&message, row)) {
			bool is_ipv6 = row->cmsg_level == IPPROTO_IPV6;
			if (row->cmsg_type != (is_ipv6 ? IPV6_RECVERR : IP_RECVERR) ||
			    row->cmsg_len < CMSG_LEN(sizeof(struct sock_extended_err)))
				continue;
			struct sock_extended_err what;
			memcpy(&what, CMSG_DATA(row), sizeof(what));
			uint16_t port;
			struct address from = scan_route_address(&name, &port);
			enum scan_reason reason;
			if (what.ee_origin == SO_EE_ORIGIN_LOCAL)
				continue;
			if (scan_reason_of_icmp(what.ee_origin == SO_EE_ORIGIN_ICMP6, what.ee_type,
						what.ee_code, &reason))
				decide(scan, from, port, reason);
		}
	}
}

static void take_answers(struct udp_scan *scan)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(scan->sockets); i++) {
		int fd = scan->sockets[i];
		if (fd < 0)
			continue;
		take_errors(scan, fd);
		for (;;) {
			struct sockaddr_storage name = { 0 };
			socklen_t size = sizeof(name);
			uint8_t answer[ANSWER_BYTES];
			ssize_t got = recvfrom(fd, answer, sizeof(answer), 0,
					       (struct sockaddr *)&name, &size);
			if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
				/* An error that its queue has too; it is taken from there. */
				take_errors(scan, fd);
				continue;
			}
			if (got < 0)
				break;
			uint16_t port;
			struct address from = scan_route_address(&name, &port);
			if (scan_ports_find(scan->options->ports, port) ==
				    scan->options->ports->count &&
			    is_tftp(answer, got))
				port = 69;
			decide(scan, from, port, REASON_UDP_RESPONSE);
		}
	}
}

static void wait_ns(struct udp_scan *scan, uint64_t nanoseconds)
{
	struct pollfd fds[2] = { { .fd = scan->sockets[0], .events = POLLIN },
				 { .fd = scan->sockets[1], .events = POLLIN } };
	uint64_t until = scan_clock_ns(CLOCK_MONOTONIC) + nanoseconds;
	for (uint64_t now = scan_clock_ns(CLOCK_MONOTONIC);
	     now < until && !scan_watch_is_stopped(&scan->options->watch);
	     now = scan_clock_ns(CLOCK_MONOTONIC)) {
		uint64_t left = until - now > 100 * MS ? 100 * MS : until - now;
		const struct timespec patience = { .tv_nsec = (long)left };
		(void)ppoll(fds, 2, &patience, NULL);
		take_answers(scan);
		if (scan->unanswered == 0)
			return;
	}
}

static void refuse(struct udp_scan *scan, struct scan_host *host, int number)
{
	if (host->refused)
		return;
	host->refused = number == EACCES        ? "it is a broadcast address"
			: number == EPERM       ? "this host's own firewall forbids it"
			: number == ENETUNREACH ? "there is no route to it"
						: error_errno_text(number);
	for (size_t i = 0; i < scan->options->ports->count; i++)
		scan->unanswered -= host->reasons[i] == REASON_NO_RESPONSE;
}

static void ask(struct udp_scan *scan, struct scan_host *host, uint16_t port)
{
	BUFFER_AUTO question = { 0 };
	udp_payload_append(port, scan->token + port, &question);
	struct sockaddr_storage name;
	socklen_t size = scan_route_sockaddr(host->address, port, host->zone, &name);
	int fd = scan->sockets[host->address.family == ADDRESS_IPV6];
	struct slice bytes = buffer_slice(&question);
	/* An error that waits in the queue is reported by the next send: it is of another port. */
	for (int try = 0; try < 8; try++) {
		if (sendto(fd, bytes.data, bytes.size, 0, (const struct sockaddr *)&name, size) >=
		    0)
			break;
		int number = errno;
		if (number == EACCES || number == EPERM || number == ENETUNREACH ||
		    number == EINVAL) {
			refuse(scan, host, number);
			break;
		}
		if (number == EAGAIN || number == ENOBUFS)
			wait_ns(scan, MS);
		take_errors(scan, fd);
	}
	scan->sent++;
}

static void tell_progress(struct udp_scan *scan, double share)
{
	const struct scan_watch *watch = &scan->options->watch;
	uint64_t now = scan_clock_ns(CLOCK_MONOTONIC);
	if (!watch->progress || now - scan->told_ns < SECOND_NS / 5)
		return;
	scan->told_ns = now;
	double spent = (double)(now - scan->begun_ns) / SECOND_NS;
	struct scan_progress progress = {
		.probes_sent = scan->sent,
		.ports_open = scan->open,
		.rate = spent > 0 ? (double)scan->sent / spent : 0,
		.done = ((double)scan->hosts_done + share * (double)scan->host_count) /
			(double)(scan->options->targets->total - scan->options->skip),
	};
	if (progress.done > 0)
		progress.seconds_left = (uint64_t)(spent / progress.done - spent + 0.5);
	watch->progress(watch->context, &progress);
}

/* Each silent port of each host once; hosts in turn, so that none gets many at once. */
static void run_round(struct udp_scan *scan, unsigned int round)
{
	uint64_t rate = (uint64_t)HOST_RATE * scan->host_count;
	rate = rate > RATE_MAX ? RATE_MAX : rate;
	if (scan->options->rate && rate > scan->options->rate)
		rate = scan->options->rate;
	uint64_t begun = scan_clock_ns(CLOCK_MONOTONIC), asked = 0;
	for (size_t port = 0;
	     port < scan->options->ports->count && !scan_watch_is_stopped(&scan->options->watch);
	     port++) {
		for (size_t i = 0; i < scan->host_count; i++) {
			struct scan_host *host = &scan->hosts[i];
			if (host->refused || host->reasons[port] != REASON_NO_RESPONSE)
				continue;
			uint64_t due = begun + asked++ * SECOND_NS / rate,
				 now = scan_clock_ns(CLOCK_MONOTONIC);
			if (due > now)
				wait_ns(scan, due - now);
			ask(scan, host, scan->options->ports->ports[port]);
		}
		take_answers(scan);
		tell_progress(scan, ((double)(round - 1) +
				     (double)port / (double)scan->options->ports->count) /
					    (ROUNDS + 2));
	}
}

/* The next silent port from FIRST on. */
static size_t next_silent(const struct udp_scan *scan, const struct scan_host *host, size_t first)
{
	const struct scan_ports *ports = scan->options->ports;
	for (size_t at = first; at < ports->count; at++)
		if (host->reasons[at] == REASON_NO_RESPONSE)
			return at;
	return ports->count;
}

static void run_patiently(struct udp_scan *scan)
{
	if (scan->errors == 0)
		return;
	memset(scan->silent_asks, 0, scan->host_count);
	size_t *next = calloc(scan->host_count, sizeof(*next));
	if (!next)
		return;
	for (unsigned int second = 0; second < UDP_PATIENT_SECONDS && scan->unanswered > 0;
	     second++) {
		bool is_asked = false;
		for (size_t i = 0;
		     i < scan->host_count && !scan_watch_is_stopped(&scan->options->watch); i++) {
			struct scan_host *host = &scan->hosts[i];
			size_t port = next_silent(scan, host, next[i]);
			if (host->refused || port == scan->options->ports->count ||
			    scan->silent_asks[i] >= PATIENT_SILENT)
				continue;
			next[i] = port + 1;
			scan->silent_asks[i]++;
			ask(scan, host, scan->options->ports->ports[port]);
			is_asked = true;
		}
		if (!is_asked || scan_watch_is_stopped(&scan->options->watch))
			break;
		wait_ns(scan, PATIENT_PAUSE_NS);
		tell_progress(scan, (ROUNDS + 2.0 * second / UDP_PATIENT_SECONDS) / (ROUNDS + 2));
	}
	free(next);
}

static bool load_batch(struct udp_scan *scan)
{
	size_t ports = scan->options->ports->count;
	scan->errors = 0;
	memset(scan->reasons, REASON_NO_RESPONSE, scan->host_room * ports);
	scan->host_count = scan_hosts_take(scan->options->targets, &scan->cursor, scan->hosts,
					   scan->host_room, scan->reasons, ports);
	scan->unanswered = (uint64_t)scan->host_count * ports;
	return scan->host_count > 0;
}

static bool run_all(struct udp_scan *scan, struct error *error)
{
	const struct scan_watch *watch = &scan->options->watch;
	while (!scan_watch_is_stopped(&scan->options->watch) && load_batch(scan)) {
		for (unsigned int round = 1; round <= ROUNDS && scan->unanswered > 0; round++) {
			run_round(scan, round);
			wait_ns(scan, ROUND_WAIT_NS);
		}
		run_patiently(scan);
		for (size_t i = 0; i < scan->host_count; i++)
			if (!watch->host(watch->context, SCAN_UDP, &scan->hosts[i],
					 scan->options->ports))
				return error_memory(error);
		scan->hosts_done += scan->host_count;
	}
	return true;
}

bool udp_scan_run(const struct syn_scan_options *options, struct error *error)
{
	struct udp_scan scan = {
		.options = options,
		.cursor = scan_targets_skip(options->targets, options->skip),
	};
	size_t ports = options->ports->count ? options->ports->count : 1;
	scan.host_room = BATCH_PORTS / ports > BATCH_HOSTS ? BATCH_HOSTS : BATCH_PORTS / ports;
	if (scan.host_room > options->targets->total)
		scan.host_room = (size_t)options->targets->total;
	scan.hosts = calloc(scan.host_room, sizeof(*scan.hosts));
	scan.reasons = calloc(scan.host_room, ports);
	scan.silent_asks = calloc(scan.host_room, 1);
	scan.sockets[0] = open_socket(&scan, AF_INET);
	scan.sockets[1] = open_socket(&scan, AF_INET6);
	scan.begun_ns = scan.told_ns = scan_clock_ns(CLOCK_MONOTONIC);
	bool is_done = false;
	if (!scan.hosts || !scan.reasons || !scan.silent_asks ||
	    getrandom(&scan.token, sizeof(scan.token), 0) != sizeof(scan.token))
		(void)error_memory(error);
	else if (scan.sockets[0] < 0 && scan.sockets[1] < 0)
		error_set(error, ERROR_READ, "no UDP socket: %s", error_errno_text(errno));
	else
		is_done = run_all(&scan, error);
	for (unsigned int i = 0; i < ARRAY_SIZE(scan.sockets); i++)
		if (scan.sockets[i] >= 0)
			(void)close(scan.sockets[i]);
	free(scan.hosts);
	free(scan.reasons);
	free(scan.silent_asks);
	return is_done;
}
