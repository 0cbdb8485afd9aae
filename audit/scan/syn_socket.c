/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/syn_socket.h"

#include <errno.h>
#include <libnet.h>
#include <pcap/pcap.h>
#include <pcap/sll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audit/base/buffer.h"

/* Room for answers while a batch is sent: 8192 of them. */
#define CAPTURE_BYTES (2 * 1024 * 1024)
/* Link header, IPv6 header, TCP header with all its options; of an ICMP error the quoted ports. */
#define CAPTURE_SNAP 160
/* Tries of a run of free ports. */
#define PORT_TRIES 64
#define PORT_LOWEST 33000
#define PORT_HIGHEST 60000

static bool reserve_port(struct syn_socket *self, unsigned int index, uint16_t port)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		/* Not IPV6_V6ONLY: the port is taken for both families. */
		const int off = 0;
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
		const struct sockaddr_in6 any = { .sin6_family = AF_INET6,
						  .sin6_port = htons(port) };
		if (bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0) {
			self->reserved[index] = fd;
			return true;
		}
		(void)close(fd);
		if (errno == EADDRINUSE)
			return false;
	}
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	if (fd >= 0 && bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0) {
		self->reserved[index] = fd;
		return true;
	}
	if (fd >= 0)
		(void)close(fd);
	return false;
}

static void release_ports(struct syn_socket *self)
{
	for (unsigned int i = 0; i < SYN_PORTS; i++) {
		if (self->reserved[i] >= 0)
			(void)close(self->reserved[i]);
		self->reserved[i] = -1;
	}
}

static bool reserve_ports(struct syn_socket *self, uint32_t random, struct error *error)
{
	for (unsigned int try = 0; try < PORT_TRIES; try++) {
		uint32_t pick = (random + try * 7919U) % (PORT_HIGHEST - PORT_LOWEST);
		self->first_port = (uint16_t)(PORT_LOWEST + pick);
		unsigned int taken = 0;
		while (taken < SYN_PORTS &&
		       reserve_port(self, taken, (uint16_t)(self->first_port + taken)))
			taken++;
		if (taken == SYN_PORTS)
			return true;
		release_ports(self);
	}
	return error_set(error, ERROR_READ, "no %u free TCP ports in a row were found", SYN_PORTS);
}

static bool open_sender(struct syn_socket *self, enum address_family family, struct error *error)
{
	char reason[LIBNET_ERRBUF_SIZE] = "";
	unsigned int index = syn_socket_index(family);
	libnet_t *net = libnet_init(index ? LIBNET_RAW6 : LIBNET_RAW4, NULL, reason);
	if (!net)
		return error_set(error, ERROR_READ, "no raw socket: %s", reason);
	self->net[index] = net;
	/* libnet allows broadcast; the kernel shall refuse it. */
	const int off = 0;
	if (setsockopt(libnet_getfd(net), SOL_SOCKET, SO_BROADCAST, &off, sizeof(off)) != 0)
		return error_set(error, ERROR_READ, "no raw socket: %s", error_errno_text(errno));
	return scan_template_build(&self->templates[index], net, family, error);
}

static bool set_filter(struct syn_socket *self, pcap_t *capture)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "(tcp and dst portrange %u-%u) or icmp or icmp6", self->first_port,
		      self->first_port + SYN_PORTS - 1);
	struct bpf_program program;
	if (pcap_compile(capture, &program, buffer_string(&text), 1, PCAP_NETMASK_UNKNOWN) != 0)
		return false;
	bool is_set = pcap_setfilter(capture, &program) == 0;
	pcap_freecode(&program);
	return is_set;
}

static bool open_capture(struct syn_socket *self, struct error *error)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	/* "any": the answer may come in elsewhere than where the probe went out. */
	pcap_t *capture = pcap_create("any", reason);
	if (!capture)
		return error_set(error, ERROR_READ, "no capture: %s", reason);
	self->capture = capture;
	if (pcap_set_snaplen(capture, CAPTURE_SNAP) != 0 ||
	    pcap_set_buffer_size(capture, CAPTURE_BYTES) != 0 ||
	    pcap_set_immediate_mode(capture, 1) != 0)
		return error_set(error, ERROR_READ, "no capture: %s", pcap_geterr(capture));
	(void)pcap_set_tstamp_precision(capture, PCAP_TSTAMP_PRECISION_NANO);
	if (pcap_activate(capture) < 0 || pcap_setnonblock(capture, 1, reason) != 0 ||
	    !set_filter(self, capture) || pcap_setdirection(capture, PCAP_D_IN) != 0)
		return error_set(error, ERROR_READ, "no capture: %s", pcap_geterr(capture));
	const int on = 1;
#ifdef PACKET_IGNORE_OUTGOING
	/* Else the kernel copies each probe for the filter to look at. */
	(void)setsockopt(pcap_get_selectable_fd(capture), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
			 sizeof(on));
#endif
	(void)on;
	switch (pcap_datalink(capture)) {
	case DLT_LINUX_SLL:
		self->link_bytes = SLL_HDR_LEN;
		return true;
	case DLT_LINUX_SLL2:
		self->link_bytes = SLL2_HDR_LEN;
		return true;
	default:
		return error_set(error, ERROR_READ, "no capture: link type %d is not expected",
				 pcap_datalink(capture));
	}
}

bool syn_socket_open(struct syn_socket *self, bool wants_ipv4, bool wants_ipv6, uint32_t random,
		     struct error *error)
{
	*self = (struct syn_socket){ .capture = NULL };
	for (unsigned int i = 0; i < SYN_PORTS; i++)
		self->reserved[i] = -1;
	if (reserve_ports(self, random, error) &&
	    (!wants_ipv4 || open_sender(self, ADDRESS_IPV4, error)) &&
	    (!wants_ipv6 || open_sender(self, ADDRESS_IPV6, error)) && open_capture(self, error))
		return true;
	syn_socket_close(self);
	return false;
}

int syn_socket_fd(const struct syn_socket *self, enum address_family family)
{
	libnet_t *net = self->net[syn_socket_index(family)];
	return net ? libnet_getfd(net) : -1;
}

int syn_socket_capture_fd(const struct syn_socket *self)
{
	return pcap_get_selectable_fd(self->capture);
}

struct drain {
	const struct syn_socket *socket;
	syn_socket_receive *receive;
	void *context;
};

static void take_packet(unsigned char *user, const struct pcap_pkthdr *header,
			const unsigned char *bytes)
{
	struct drain drain;
	memcpy(&drain, user, sizeof(drain));
	unsigned int skip = drain.socket->link_bytes;
	struct scan_answer answer;
	if (header->caplen <= skip ||
	    !scan_packet_parse(bytes + skip, header->caplen - skip, &answer))
		return;
	uint64_t arrived = (uint64_t)header->ts.tv_sec * 1000000000U;
	/* PCAP_TSTAMP_PRECISION_NANO: the field holds nanoseconds. */
	drain.receive(drain.context, &answer, arrived + (uint64_t)header->ts.tv_usec);
}

void syn_socket_drain(struct syn_socket *self, syn_socket_receive *receive, void *context)
{
	struct drain drain = { .socket = self, .receive = receive, .context = context };
	while (pcap_dispatch(self->capture, 256, take_packet, (unsigned char *)&drain) > 0)
		continue;
}

void syn_socket_close(struct syn_socket *self)
{
	release_ports(self);
	for (unsigned int i = 0; i < ARRAY_SIZE(self->net); i++)
		if (self->net[i])
			libnet_destroy(self->net[i]);
	if (self->capture)
		pcap_close(self->capture);
	*self = (struct syn_socket){ .capture = NULL };
}
