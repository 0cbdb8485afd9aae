/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/prove/trial_sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audit/base/buffer.h"

/* SYNs that wait while the trial sends others. */
#define BACKLOG 4096

static int open_one(const struct trial_packet *packet, struct error *error)
{
	const int one = 1;
	bool is_ipv6 = packet->destination.family == ADDRESS_IPV6;
	bool is_tcp = trial_protocol(packet->kind, packet->source.family) == IPPROTO_TCP;
	struct sockaddr_in6 any6 = { .sin6_family = AF_INET6, .sin6_port = htons(packet->port) };
	struct sockaddr_in any4 = { .sin_family = AF_INET, .sin_port = htons(packet->port) };
	const struct sockaddr *any =
		is_ipv6 ? (const struct sockaddr *)&any6 : (const struct sockaddr *)&any4;
	int fd = socket(is_ipv6 ? AF_INET6 : AF_INET,
			(is_tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    (!is_ipv6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) == 0) &&
	    bind(fd, any, is_ipv6 ? sizeof(any6) : sizeof(any4)) == 0 &&
	    (!is_tcp || listen(fd, BACKLOG) == 0))
		return fd;
	error_set(error, ERROR_READ, "no socket on port %u: %s", packet->port,
		  error_errno_text(errno));
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static bool is_same_port(const struct trial_packet *a, const struct trial_packet *b)
{
	return a->port == b->port && a->source.family == b->source.family &&
	       trial_protocol(a->kind, a->source.family) ==
		       trial_protocol(b->kind, b->source.family);
}

bool trial_sockets_open(struct trial_sockets *sockets, const struct trial_packet *packets,
			size_t count, struct error *error)
{
	*sockets = (struct trial_sockets){ .items = calloc(count + 1, sizeof(int)) };
	if (!sockets->items)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		bool is_there = packets[i].kind == TRIAL_ECHO;
		for (size_t k = 0; k < i && !is_there; k++)
			is_there = is_same_port(&packets[k], &packets[i]);
		if (is_there)
			continue;
		int fd = open_one(&packets[i], error);
		if (fd < 0)
			return false;
		sockets->items[sockets->count++] = fd;
	}
	return true;
}

void trial_sockets_close(struct trial_sockets *sockets)
{
	for (size_t i = 0; i < sockets->count; i++)
		(void)close(sockets->items[i]);
	free(sockets->items);
	*sockets = (struct trial_sockets){ .count = 0 };
}

static void mark(unsigned int port, struct trial_packet *packets, size_t count)
{
	size_t index = port - TRIAL_FIRST_PORT;
	if (port >= TRIAL_FIRST_PORT && index < count)
		packets[index].outcome = TRIAL_PASSED;
}

static unsigned int port_of(const struct sockaddr_storage *from)
{
	struct sockaddr_in ipv4 = { .sin_port = 0 };
	struct sockaddr_in6 ipv6 = { .sin6_port = 0 };
	if (from->ss_family == AF_INET6)
		memcpy(&ipv6, from, sizeof(ipv6));
	else
		memcpy(&ipv4, from, sizeof(ipv4));
	return ntohs(from->ss_family == AF_INET6 ? ipv6.sin6_port : ipv4.sin_port);
}

/* One datagram, or one connection. */
static bool take_one(int fd, struct trial_packet *packets, size_t count)
{
	struct sockaddr_storage from = { .ss_family = AF_UNSPEC };
	socklen_t size = sizeof(from);
	char data[2048];
	int connection = accept4(fd, (struct sockaddr *)&from, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (connection >= 0) {
		mark(port_of(&from), packets, count);
		(void)recv(connection, data, sizeof(data), 0);
		(void)close(connection);
		return true;
	}
	if (errno != EOPNOTSUPP)
		return false;
	size = sizeof(from);
	if (recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&from, &size) < 0)
		return false;
	mark(port_of(&from), packets, count);
	return true;
}

bool trial_sockets_take(const struct trial_sockets *sockets, struct trial_packet *packets,
			size_t count)
{
	bool any = false;
	for (size_t i = 0; i < sockets->count; i++)
		while (take_one(sockets->items[i], packets, count))
			any = true;
	return any;
}

/* "SYN_RECV" of linux/tcp_states.h, as the file prints it. */
#define STATE_SYN_RECEIVED "03"

static bool port_of_hexadecimal(struct slice text, unsigned int *ret_port)
{
	unsigned int port = 0;
	text = slice_from(text, slice_find_last_byte(text, ':') + 1);
	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];
		unsigned int digit = byte_is_digit((unsigned char)byte)
					     ? (unsigned int)(byte - '0')
					     : (unsigned int)(byte - 'A') + 10;
		if (digit > 15 || port > UINT16_MAX / 16)
			return false;
		port = port * 16 + digit;
	}
	*ret_port = port;
	return text.size > 0;
}

/* "  0: LOCAL:PORT REMOTE:PORT ST ..." */
static void read_line(struct slice line, struct trial_packet *packets, size_t count)
{
	struct slice number, local, remote, state;
	unsigned int port;
	if (slice_next_word(&line, &number) && slice_next_word(&line, &local) &&
	    slice_next_word(&line, &remote) && slice_next_word(&line, &state) &&
	    slice_is(state, STATE_SYN_RECEIVED) && port_of_hexadecimal(remote, &port))
		mark(port, packets, count);
}

void trial_sockets_half_open(struct trial_packet *packets, size_t count)
{
	static const char *const paths[] = { "/proc/thread-self/net/tcp",
					     "/proc/thread-self/net/tcp6" };
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		BUFFER_AUTO text = { 0 };
		int fd = open(paths[i], O_RDONLY | O_CLOEXEC);
		ssize_t size = fd < 0 ? 0 : 1;
		while (size > 0) {
			char *room = buffer_reserve(&text, 65536);
			size = room ? read(fd, room, 65536) : 0;
			if (size > 0)
				buffer_commit(&text, (size_t)size);
		}
		if (fd >= 0)
			(void)close(fd);
		struct slice rest = buffer_slice(&text), line;
		while (slice_next_line(&rest, &line))
			read_line(line, packets, count);
	}
}
