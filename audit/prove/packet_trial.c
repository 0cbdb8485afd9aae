/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/prove/packet_trial.h"

#include <errno.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "audit/base/buffer.h"
#include "audit/prove/answer_read.h"
#include "audit/prove/frame_send.h"
#include "audit/prove/namespace.h"
#include "audit/prove/trial_sockets.h"

/* Sent before what came back is looked at. */
#define BATCH 16
/* A veth delivers at once; a busy machine may take its time. */
#define QUIET_MS 300
#define LONGEST_MS 5000
#define CAPTURE_BYTES 2048
#define CAPTURE_BUFFER_BYTES (8 * 1024 * 1024)

unsigned int trial_ttl(enum trial_kind kind)
{
	return kind == TRIAL_TRACEROUTE ? 1 : 57;
}

uint16_t trial_source_port(size_t index)
{
	return (uint16_t)(TRIAL_FIRST_PORT + index);
}

const char *trial_kind_name(enum trial_kind kind)
{
	static const char *const names[] = {
		[TRIAL_SYN] = "SYN",
		[TRIAL_SYN_REGISTER] = "SYN, SIP REGISTER",
		[TRIAL_REGISTER] = "SIP REGISTER",
		[TRIAL_DATAGRAM] = "datagram",
		[TRIAL_ECHO] = "echo request",
		[TRIAL_TRACEROUTE] = "traceroute",
	};
	return names[kind];
}

uint8_t trial_protocol(enum trial_kind kind, enum address_family family)
{
	switch (kind) {
	case TRIAL_SYN:
	case TRIAL_SYN_REGISTER:
		return IPPROTO_TCP;
	case TRIAL_ECHO:
		return family == ADDRESS_IPV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	case TRIAL_REGISTER:
	case TRIAL_DATAGRAM:
	case TRIAL_TRACEROUTE:
		break;
	}
	return IPPROTO_UDP;
}

static void append_host(struct buffer *out, struct address address)
{
	bool is_ipv6 = address.family == ADDRESS_IPV6;
	buffer_append_string(out, is_ipv6 ? "[" : "");
	address_format(address, out);
	buffer_append_string(out, is_ipv6 ? "]" : "");
}

void trial_payload(const struct trial_packet *packet, size_t index, struct buffer *payload)
{
	bool is_tcp = packet->kind == TRIAL_SYN_REGISTER;
	if (packet->kind != TRIAL_REGISTER && !is_tcp) {
		buffer_format(payload, "ringfence %zu", index);
		return;
	}
	/* RFC 3261, 10.2. */
	buffer_append_string(payload, "REGISTER sip:");
	append_host(payload, packet->destination);
	buffer_format(payload, " SIP/2.0\r\nVia: SIP/2.0/%s ", is_tcp ? "TCP" : "UDP");
	append_host(payload, packet->source);
	buffer_format(payload,
		      ":%u;branch=z9hG4bKrf%zu\r\nMax-Forwards: 70\r\nFrom: "
		      "<sip:1001@example.com>;tag=rf%zu\r\nTo: <sip:1001@example.com>\r\nCall-ID: "
		      "rf%zu@example.com\r\nCSeq: 1 REGISTER\r\nContact: <sip:1001@",
		      packet->source_port, index, index, index);
	append_host(payload, packet->source);
	buffer_format(payload, ":%u>\r\nExpires: 60\r\nContent-Length: 0\r\n\r\n",
		      packet->source_port);
}

struct trial {
	const struct trial_setup *setup;
	struct trial_packet *packets;
	size_t count;
	struct namespace_pair pair;
	struct trial_sockets sockets;
	struct frame_sender *sender;
	pcap_t *capture;
	pcap_dumper_t *dump;
	struct error *error;
	bool is_failed;
};

static bool open_capture(struct trial *trial)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	FILE *file = NULL;
	int fd = dup(trial->setup->capture);
	trial->capture = pcap_create(NAMESPACE_PEER_DEVICE, reason);
	bool is_open = trial->capture && pcap_set_snaplen(trial->capture, CAPTURE_BYTES) == 0 &&
		       pcap_set_immediate_mode(trial->capture, 1) == 0 &&
		       pcap_set_buffer_size(trial->capture, CAPTURE_BUFFER_BYTES) == 0 &&
		       pcap_activate(trial->capture) >= 0 &&
		       pcap_setnonblock(trial->capture, 1, reason) == 0;
	if (!is_open)
		error_set(trial->error, ERROR_READ, "packets cannot be captured: %s",
			  trial->capture ? pcap_geterr(trial->capture) : reason);
	file = is_open && fd >= 0 ? fdopen(fd, "wb") : NULL;
	trial->dump = file ? pcap_dump_fopen(trial->capture, file) : NULL;
	if (is_open && !trial->dump)
		error_set(trial->error, ERROR_WRITE, "the capture cannot be written: %s",
			  error_errno_text(errno));
	return trial->dump != NULL;
}

static void take_frame(u_char *context, const struct pcap_pkthdr *head, const u_char *frame)
{
	struct trial *trial = (struct trial *)(void *)context;
	struct trial_answer answer;
	pcap_dump((u_char *)trial->dump, head, frame);
	if (head->caplen < 14 || memcmp(frame + 6, trial->pair.host_mac, 6) != 0 ||
	    !answer_read(frame, head->caplen, trial->packets, trial->count, &answer))
		return;
	struct trial_packet *packet = &trial->packets[answer.index];
	bool is_first = packet->outcome != TRIAL_PASSED;
	if (is_first)
		packet->outcome = answer.outcome;
	if (is_first && answer.is_syn_ack && packet->kind == TRIAL_SYN_REGISTER &&
	    !frame_send_register(trial->sender, packet, answer.index, answer.sequence,
				 trial->error))
		trial->is_failed = true;
}

/* What came so far; true when there was anything. */
static bool drain(struct trial *trial)
{
	int frames = pcap_dispatch(trial->capture, -1, take_frame, (u_char *)(void *)trial);
	bool any = trial_sockets_take(&trial->sockets, trial->packets, trial->count);
	if (frames < 0) {
		error_set(trial->error, ERROR_READ, "packets cannot be captured: %s",
			  pcap_geterr(trial->capture));
		trial->is_failed = true;
	}
	return frames > 0 || any;
}

static int64_t clock_ms(void)
{
	struct timespec now = { 0 };
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_until_quiet(struct trial *trial)
{
	struct pollfd frames = { .fd = pcap_get_selectable_fd(trial->capture), .events = POLLIN };
	int64_t start = clock_ms(), last = start;
	while (!trial->is_failed && clock_ms() - last < QUIET_MS &&
	       clock_ms() - start < LONGEST_MS) {
		(void)poll(&frames, 1, QUIET_MS / 10);
		if (drain(trial))
			last = clock_ms();
	}
}

static bool load(const char *const *arguments, struct slice text, struct error *error)
{
	return slice_trim(text).size == 0 || namespace_run(arguments, text, error);
}

static bool load_rules(const struct trial_rules *rules, struct error *error)
{
	static const char *const ipset[] = { "ipset", "restore", NULL };
	static const char *const ipv4[] = { "iptables-restore", NULL };
	static const char *const ipv6[] = { "ip6tables-restore", NULL };
	static const char *const json[] = { "nft", "-j", "-f", "-", NULL };
	static const char *const nft[] = { "nft", "-f", "-", NULL };
	return load(ipset, rules->ipset, error) && load(ipv4, rules->ipv4, error) &&
	       load(ipv6, rules->ipv6, error) && load(json, rules->nft_json, error) &&
	       load(nft, rules->nft, error);
}

static bool send_all(struct trial *trial)
{
	for (size_t i = 0; i < trial->count && !trial->is_failed; i++) {
		trial->packets[i].source_port = trial_source_port(i);
		trial->packets[i].outcome = TRIAL_DROPPED;
	}
	for (size_t i = 0; i < trial->count && !trial->is_failed; i++) {
		if (!frame_send(trial->sender, &trial->packets[i], i, trial->error))
			return false;
		if (i % BATCH == BATCH - 1)
			(void)drain(trial);
	}
	wait_until_quiet(trial);
	if (trial->is_failed || !namespace_enter(trial->pair.host, trial->error))
		return false;
	trial_sockets_half_open(trial->packets, trial->count);
	return true;
}

static bool run(struct trial *trial)
{
	const struct trial_setup *setup = trial->setup;
	struct error *error = trial->error;
	return namespace_pair_make(&trial->pair, setup->device, setup->addresses,
				   setup->address_count, error) &&
	       open_capture(trial) && namespace_enter(trial->pair.host, error) &&
	       trial_sockets_open(&trial->sockets, trial->packets, trial->count, error) &&
	       load_rules(&setup->rules, error) && namespace_enter(trial->pair.peer, error) &&
	       (trial->sender = frame_sender_new(&trial->pair, error)) && send_all(trial);
}

static bool finish_capture(struct trial *trial)
{
	bool is_written = !trial->dump || pcap_dump_flush(trial->dump) == 0;
	if (trial->dump)
		pcap_dump_close(trial->dump);
	if (trial->capture)
		pcap_close(trial->capture);
	return is_written || error_set(trial->error, ERROR_WRITE, "the capture cannot be written");
}

/* What the child tells its parent, in memory that both see. */
struct shared {
	struct error error;
	bool is_done;
	struct trial_packet packets[];
};

static void run_in_child(const struct trial_setup *setup, struct shared *shared, size_t count)
{
	struct trial trial = {
		.setup = setup,
		.packets = shared->packets,
		.count = count,
		.pair = { .host = -1, .peer = -1 },
		.error = &shared->error,
	};
	bool done = run(&trial);
	done = finish_capture(&trial) && done;
	frame_sender_free(trial.sender);
	trial_sockets_close(&trial.sockets);
	namespace_pair_close(&trial.pair);
	shared->is_done = done;
	_exit(0);
}

bool packet_trial_run(const struct trial_setup *setup, struct trial_packet *packets, size_t count,
		      struct error *error)
{
	size_t size = sizeof(struct shared) + count * sizeof(*packets);
	if (count > TRIAL_PACKETS_MAX)
		return error_set(error, ERROR_LIMIT, "more than %u packets", TRIAL_PACKETS_MAX);
	struct shared *shared =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return error_memory(error);
	memcpy(shared->packets, packets, count * sizeof(*packets));
	error_set(&shared->error, ERROR_INTERNAL, "the trial ended early");
	int status = 0;
	pid_t child = fork();
	if (child == 0)
		run_in_child(setup, shared, count);
	bool done = child > 0;
	while (done && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	done = done && shared->is_done;
	if (done)
		memcpy(packets, shared->packets, count * sizeof(*packets));
	else if (error)
		*error = shared->error;
	(void)munmap(shared, size);
	return done;
}
