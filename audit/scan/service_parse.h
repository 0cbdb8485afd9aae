/* SPDX-License-Identifier: Apache-2.0
 *
 * What services say when they are spoken to. Every function takes bytes of a stranger: bounded by
 * their length, nothing is trusted, at most SERVICE_BYTES_MAX of them are looked at.
 */
#ifndef RINGFENCE_SCAN_SERVICE_PARSE_H
#define RINGFENCE_SCAN_SERVICE_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/slice.h"

/* A SIP answer of 64 KiB, a page with its title at the top. What comes after is not read. */
#define SERVICE_BYTES_MAX ((size_t)64 * 1024)
/* Header lines that are looked at. */
#define SERVICE_HEADERS_MAX 200
#define SERVICE_FACTS_MAX 40
#define SERVICE_VALUE_MAX 512

/* What was told. Values lie in `text`, so that threads need no arena. */
struct service_answer {
	/* "ssh", "sip"; NULL: not known. */
	const char *name;
	bool is_tls;
	struct {
		const char *key;
		size_t first;
		size_t size;
	} facts[SERVICE_FACTS_MAX];
	size_t count;
	struct buffer text;
};

/* Adds VALUE under KEY unless it is empty or the key is there; cut to SERVICE_VALUE_MAX. */
void service_answer_tell(struct service_answer *answer, const char *key, struct slice value);
struct slice service_answer_fact(const struct service_answer *answer, const char *key);
void service_answer_done(struct service_answer *answer);

/* Each returns whether TEXT is of its protocol, and then fills ANSWER. */

/* RFC 4253 4.2: "SSH-2.0-...", then, when it is there, the packet KEXINIT (7.1). */
bool service_parse_ssh(struct slice text, struct service_answer *answer);
/* RFC 9112: status line, Server, Location, title; the PBX product behind them. */
bool service_parse_http(struct slice text, struct service_answer *answer);
/* RFC 3261: status, Server, User-Agent, Allow, Supported, realm and algorithm of a challenge. */
bool service_parse_sip(struct slice text, struct service_answer *answer);
/* "Asterisk Call Manager/5.0.2" */
bool service_parse_ami(struct slice text, struct service_answer *answer);
/* Handshake V10 of MySQL and MariaDB; or the error that they send to hosts they refuse. */
bool service_parse_mysql(struct slice text, struct service_answer *answer);
/* RFC 5456 6.5 and 6.7: PONG, or INVAL. */
bool service_parse_iax(struct slice text, struct service_answer *answer);
/* The answer to "PING\r\n". */
bool service_parse_redis(struct slice text, struct service_answer *answer);
/* A line that greets: FTP, SMTP, POP3, IMAP, anything else that talks first. */
bool service_parse_greeting(struct slice text, struct service_answer *answer);

/* The SIP status code of TEXT; 0 when it is no SIP answer. */
unsigned int service_sip_status(struct slice text);

/* The value of header NAME (or its short form, may be NULL) in TEXT below its first line. */
struct slice service_header(struct slice text, const char *name, const char *short_name);

#endif
