/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/sip_outside.h"

#include <time.h>

#include "audit/scan/udp_payload.h"

#define ANSWER_MS 2500
#define PAUSE_MS 500
/* No exchange has such a name, and most have such an extension. */
#define ABSENT "ringfence-absent-7d1e"
#define PROBABLE "100"
/* RFC 5737's and RFC 3261's idea of nobody: no dialplan routes it out. */
#define NOBODY "ringfence-nobody"

void sip_outside_list(struct buffer *out)
{
	buffer_append_string(
		out, "to each SIP server found, " /* as counted by SIP_OUTSIDE_REQUESTS_MAX */
		     "with half a second between:\n"
		     "  REGISTER of " ABSENT " without credentials\n"
		     "  REGISTER of " PROBABLE " without credentials\n"
		     "  INVITE to " NOBODY " without credentials, cancelled at once\n");
}

static void pause_between(void)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	(void)nanosleep(&pause, NULL);
}

struct exchange {
	const struct service_place *place;
	bool is_tls;
	size_t sent_bytes;
	size_t got_bytes;
};

static bool send_request(struct service_talk *talk, const struct udp_sip *sip)
{
	BUFFER_AUTO question = { 0 };
	udp_payload_sip(sip, &question);
	return service_talk_send(talk, buffer_slice(&question), ANSWER_MS);
}

/* A call that rings is cancelled (RFC 3261 9.1), one that was taken acknowledged and ended
 * (13.2.2.4 and 15.1.1). */
static void end_call(struct service_talk *talk, struct udp_sip sip, unsigned int status,
		     struct slice answer)
{
	struct slice to = service_header(answer, "To", "t");
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, slice_part(to, 0, 256));
	sip.method = status < 200 ? "CANCEL" : "ACK";
	if (status >= 200)
		sip.to = buffer_string(&text);
	bool is_sent = send_request(talk, &sip);
	if (status < 200 || !is_sent)
		return;
	sip.method = "BYE";
	sip.sequence = 2;
	if (!send_request(talk, &sip))
		return;
}

/* Sends SIP and gives the status of the first answer, whose text is TEXT. */
static unsigned int request(struct exchange *exchange, struct udp_sip sip, struct buffer *text)
{
	struct service_talk talk;
	if (!service_talk_open(&talk, exchange->place, ANSWER_MS))
		return 0;
	struct service_answer unused = { .name = NULL };
	sip.transport = exchange->place->is_udp ? "UDP" : exchange->is_tls ? "TLS" : "TCP";
	unsigned int status = 0;
	if ((!exchange->is_tls || service_talk_start_tls(&talk, &unused, ANSWER_MS)) &&
	    send_request(&talk, &sip)) {
		service_talk_receive(&talk, text, NULL, ANSWER_MS);
		status = service_sip_status(buffer_slice(text));
		BUFFER_AUTO question = { 0 };
		udp_payload_sip(&sip, &question);
		exchange->sent_bytes += question.size;
		exchange->got_bytes += text->size;
	}
	if (status > 0 && status < 300 && slice_is(slice_of(sip.method), "INVITE"))
		end_call(&talk, sip, status, buffer_slice(text));
	service_answer_done(&unused);
	service_talk_close(&talk);
	pause_between();
	return status;
}

static struct slice status_line(const struct buffer *text)
{
	struct slice rest = buffer_slice(text), line = { .data = NULL };
	(void)slice_next_line(&rest, &line);
	return slice_trim(line);
}

void sip_outside_ask(const struct service_place *place, bool is_tls, struct service_answer *answer)
{
	struct exchange exchange = { .place = place, .is_tls = is_tls };
	uint32_t token = (uint32_t)place->port << 12 | 0xf0000000U;
	BUFFER_AUTO absent = { 0 };
	BUFFER_AUTO probable = { 0 };
	BUFFER_AUTO invite = { 0 };
	struct udp_sip sip = {
		.method = "REGISTER", .uri = "sip:localhost", .user = ABSENT, .token = token
	};
	unsigned int first = request(&exchange, sip, &absent);
	sip.user = PROBABLE;
	sip.token++;
	unsigned int second = request(&exchange, sip, &probable);
	sip = (struct udp_sip){ .method = "INVITE",
				.uri = "sip:" NOBODY "@localhost",
				.user = "ringfence",
				.token = token + 2 };
	unsigned int third = request(&exchange, sip, &invite);
	service_answer_tell(answer, "register-absent", status_line(&absent));
	service_answer_tell(answer, "register-probable", status_line(&probable));
	service_answer_tell(answer, "invite", status_line(&invite));
	struct service_answer challenge = { .name = NULL };
	(void)service_parse_sip(buffer_slice(&probable), &challenge);
	service_answer_tell(answer, "realm", service_answer_fact(&challenge, "realm"));
	service_answer_tell(answer, "digest", service_answer_fact(&challenge, "digest"));
	service_answer_done(&challenge);
	BUFFER_AUTO text = { 0 };
	if (exchange.sent_bytes > 0 && place->is_udp) {
		buffer_format(&text, "%.1f bytes for each byte asked",
			      (double)exchange.got_bytes / (double)exchange.sent_bytes);
		service_answer_tell(answer, "amplification", buffer_slice(&text));
	}
	if (first && second && first != second)
		service_answer_tell(answer, "finding",
				    SLICE("its answers tell which extensions exist"));
	else if (second >= 200 && second < 300)
		service_answer_tell(answer, "finding", SLICE("it registers without a password"));
	else if (third == 404 || (third >= 180 && third < 300))
		/* 401, 403 and 407 come before the dialplan, 404 comes out of it. */
		service_answer_tell(answer, "finding",
				    SLICE("calls of strangers reach the dialplan"));
}
