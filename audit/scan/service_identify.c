/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/service_identify.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/scan/service_talk.h"
#include "audit/scan/sip_outside.h"
#include "audit/scan/udp_payload.h"

#define WORKERS 16
#define CONNECT_MS 3000
/* Servers that talk first do so at once; Asterisk's manager and sshd wait for DNS at times. */
#define GREETING_MS 1200
#define ANSWER_MS 2500
#define TLS_MS 4000
/* RFC 4253 4.2: our side must speak before some servers send KEXINIT. */
#define OUR_SSH "SSH-2.0-ringfence\r\n"
#define HTTP_QUESTION "GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: ringfence\r\n\r\n"

struct job {
	struct service_place place;
	struct scan_port *port;
	struct service_answer answer;
};

struct crew {
	const struct service_identify_options *options;
	struct job *jobs;
	size_t count;
	atomic_size_t next;
};

static bool is_tls_port(uint16_t port)
{
	static const uint16_t ports[] = { 443,  465,  636,  990,  993,  995,  1443,
					  2443, 3443, 4443, 5039, 5061, 5161, 5349,
					  8001, 8003, 8089, 8443, 9443 };
	for (size_t i = 0; i < ARRAY_SIZE(ports); i++)
		if (ports[i] == port)
			return true;
	return false;
}

static bool is_sip_port(uint16_t port)
{
	return port >= 5060 && port <= 5199;
}

static bool parse_any(struct slice text, struct service_answer *answer)
{
	return service_parse_sip(text, answer) || service_parse_http(text, answer) ||
	       service_parse_redis(text, answer);
}

/* What the far end says by itself. */
static bool listen_first(struct job *job)
{
	struct service_talk talk;
	if (!service_talk_open(&talk, &job->place, CONNECT_MS))
		return false;
	BUFFER_AUTO text = { 0 };
	service_talk_receive(&talk, &text, NULL, GREETING_MS);
	if (slice_starts_with(buffer_slice(&text), "SSH-") &&
	    service_talk_send(&talk, slice_of(OUR_SSH), ANSWER_MS))
		service_talk_receive(&talk, &text, NULL, ANSWER_MS);
	service_talk_close(&talk);
	struct slice said = buffer_slice(&text);
	return said.size > 0 &&
	       (service_parse_ssh(said, &job->answer) || service_parse_ami(said, &job->answer) ||
		service_parse_mysql(said, &job->answer) ||
		service_parse_greeting(said, &job->answer));
}

/* Opens, asks QUESTION and understands the answer. */
static bool ask(struct job *job, bool wants_tls, struct slice question)
{
	struct service_talk talk;
	if (!service_talk_open(&talk, &job->place, CONNECT_MS))
		return false;
	bool is_known = false;
	BUFFER_AUTO text = { 0 };
	if (!wants_tls || service_talk_start_tls(&talk, &job->answer, TLS_MS)) {
		if (service_talk_send(&talk, question, ANSWER_MS))
			service_talk_receive(&talk, &text, NULL, ANSWER_MS);
		is_known = parse_any(buffer_slice(&text), &job->answer);
	}
	service_talk_close(&talk);
	return is_known;
}

static void append_options(struct buffer *question, const char *transport, uint16_t port)
{
	const struct udp_sip options = { .method = "OPTIONS",
					 .uri = "sip:ringfence@localhost",
					 .user = "ringfence",
					 .transport = transport,
					 .token = (uint32_t)port << 16 | 0x5246 };
	udp_payload_sip(&options, question);
}

/* Does the web server speak SIP over WebSocket (RFC 7118) at the place where Asterisk has it? */
static void ask_websocket(struct job *job)
{
	struct service_talk talk;
	if (!service_talk_open(&talk, &job->place, CONNECT_MS))
		return;
	struct service_answer unused = { .name = NULL };
	BUFFER_AUTO text = { 0 };
	/* The key of RFC 6455 1.3. */
	static const char upgrade[] = "GET /ws HTTP/1.1\r\nHost: localhost\r\n"
				      "Upgrade: websocket\r\nConnection: Upgrade\r\n"
				      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
				      "Sec-WebSocket-Protocol: sip\r\n"
				      "Sec-WebSocket-Version: 13\r\n\r\n";
	if ((!job->answer.is_tls || service_talk_start_tls(&talk, &unused, TLS_MS)) &&
	    service_talk_send(&talk, slice_of(upgrade), ANSWER_MS))
		service_talk_receive(&talk, &text, "\r\n\r\n", ANSWER_MS);
	service_answer_done(&unused);
	service_talk_close(&talk);
	struct slice said = buffer_slice(&text);
	if (slice_starts_with(said, "HTTP/1.1 101") &&
	    slice_is_ignore_case(service_header(said, "Sec-WebSocket-Protocol", NULL), "sip"))
		service_answer_tell(&job->answer, "websocket", SLICE("SIP at /ws"));
}

static void identify_tcp(struct job *job)
{
	uint16_t port = job->place.port;
	bool tls_first = is_tls_port(port);
	if (!tls_first && listen_first(job))
		return;
	BUFFER_AUTO sip = { 0 };
	append_options(&sip, tls_first ? "TLS" : "TCP", port);
	const struct slice first = is_sip_port(port) ? buffer_slice(&sip) : slice_of(HTTP_QUESTION);
	const struct slice second =
		is_sip_port(port) ? slice_of(HTTP_QUESTION) : buffer_slice(&sip);
	/* As the port's number says, then the other way round. */
	bool is_known = ask(job, tls_first, first) || ask(job, tls_first, second);
	if (!is_known && !job->answer.is_tls) {
		bool listens = tls_first ? listen_first(job) : ask(job, false, SLICE("PING\r\n"));
		if (!listens)
			(void)ask(job, !tls_first, first);
	}
	if (job->answer.name && strcmp(job->answer.name, "http") == 0)
		ask_websocket(job);
	if (!job->answer.name && job->answer.is_tls)
		job->answer.name = "tls";
}

/* Names of services whose answer to their question was seen by the scan. */
static const char *udp_name(uint16_t port)
{
	switch (port) {
	case 53:
		return "dns";
	case 69:
		return "tftp";
	case 111:
		return "rpcbind";
	case 123:
		return "ntp";
	case 161:
		return "snmp";
	case 1719:
		return "h323-ras";
	case 2427:
	case 2727:
		return "mgcp";
	case 3478:
		return "stun";
	case 5349:
		return "dtls";
	case 5353:
		return "mdns";
	default:
		return NULL;
	}
}

static void identify_udp(struct job *job)
{
	job->answer.name = udp_name(job->place.port);
	struct service_talk talk;
	if (job->answer.name || !service_talk_open(&talk, &job->place, CONNECT_MS))
		return;
	BUFFER_AUTO question = { 0 };
	BUFFER_AUTO text = { 0 };
	udp_payload_append(job->place.port, 0x52460000U | job->place.port, &question);
	for (int try = 0; try < 3 && text.size == 0; try++)
		if (service_talk_send(&talk, buffer_slice(&question), ANSWER_MS))
			service_talk_receive(&talk, &text, NULL, ANSWER_MS / 2);
	service_talk_close(&talk);
	struct slice said = buffer_slice(&text);
	if (said.size > 0 && !service_parse_sip(said, &job->answer))
		(void)service_parse_iax(said, &job->answer);
}

static void *work(void *context)
{
	struct crew *crew = context;
	for (;;) {
		size_t index = atomic_fetch_add(&crew->next, 1);
		if (index >= crew->count || crew->options->is_stopped(crew->options->context))
			return NULL;
		struct job *job = &crew->jobs[index];
		if (job->place.is_udp)
			identify_udp(job);
		else
			identify_tcp(job);
		if (crew->options->may_test && job->answer.name &&
		    strcmp(job->answer.name, "sip") == 0)
			sip_outside_ask(&job->place, job->answer.is_tls, &job->answer);
	}
}

static bool keep(struct scan_result *result, struct job *job)
{
	if (!job->answer.name)
		return true;
	struct scan_service *service = ARENA_NEW(result->arena, struct scan_service);
	if (!service)
		return false;
	service->name = job->answer.name;
	service->is_tls = job->answer.is_tls;
	for (size_t i = 0; i < job->answer.count; i++) {
		const char *key = job->answer.facts[i].key;
		if (!scan_service_tell(service, result->arena, key,
				       service_answer_fact(&job->answer, key)))
			return false;
	}
	job->port->service = service;
	return true;
}

static size_t list_jobs(const struct scan_result *result, struct job *jobs)
{
	size_t count = 0;
	for (size_t i = 0; i < result->count; i++) {
		const struct scan_found *host = &result->hosts[i];
		size_t of_host = 0;
		for (size_t k = 0; k < host->count && of_host < SERVICE_PORTS_MAX; k++) {
			if (host->ports[k].state != STATE_OPEN)
				continue;
			of_host++;
			if (jobs)
				jobs[count] = (struct job){
					.place = { .address = host->address,
						   .zone = host->zone,
						   .port = host->ports[k].port,
						   .is_udp = host->ports[k].protocol == SCAN_UDP },
					.port = &host->ports[k],
				};
			count++;
		}
	}
	return count;
}

bool service_identify(struct scan_result *result, const struct service_identify_options *options,
		      struct error *error)
{
	struct crew crew = { .options = options, .count = list_jobs(result, NULL) };
	if (crew.count == 0)
		return true;
	crew.jobs = calloc(crew.count, sizeof(*crew.jobs));
	if (!crew.jobs)
		return error_memory(error);
	(void)list_jobs(result, crew.jobs);
	pthread_t workers[WORKERS];
	size_t started = 0;
	while (started < WORKERS && started < crew.count &&
	       pthread_create(&workers[started], NULL, work, &crew) == 0)
		started++;
	if (started == 0)
		(void)work(&crew);
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(workers[i], NULL);
	bool is_kept = true;
	for (size_t i = 0; i < crew.count; i++) {
		is_kept = is_kept && keep(result, &crew.jobs[i]);
		service_answer_done(&crew.jobs[i].answer);
	}
	free(crew.jobs);
	return is_kept || error_memory(error);
}
