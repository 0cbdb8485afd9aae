/* SPDX-License-Identifier: Apache-2.0
 *
 * A conversation with one port: TCP, TLS in it, or UDP, each step with an end in time.
 */
#ifndef RINGFENCE_SCAN_SERVICE_TALK_H
#define RINGFENCE_SCAN_SERVICE_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/scan/service_parse.h"

struct service_talk {
	int fd;
	/* SSL * and SSL_CTX *, or NULL. */
	void *tls;
	void *tls_context;
};

struct service_place {
	struct address address;
	uint32_t zone;
	uint16_t port;
	bool is_udp;
};

/* Connects. False: nobody answered in time; nothing stays open. */
bool service_talk_open(struct service_talk *talk, const struct service_place *place,
		       int timeout_ms) MUST_CHECK;

/* TLS from here on; tells version, cipher and certificate to ANSWER. The certificate is looked at,
 * not trusted. Old protocols are accepted, since to find them is the point. False: no TLS. */
bool service_talk_start_tls(struct service_talk *talk, struct service_answer *answer,
			    int timeout_ms) MUST_CHECK;

bool service_talk_send(struct service_talk *talk, struct slice text, int timeout_ms) MUST_CHECK;

/* Appends what comes until END is seen in it (NULL: until it pauses), TIMEOUT_MS are over, the far
 * end closes or SERVICE_BYTES_MAX are there. */
void service_talk_receive(struct service_talk *talk, struct buffer *text, const char *end,
			  int timeout_ms);

void service_talk_close(struct service_talk *talk);

#endif
