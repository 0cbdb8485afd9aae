/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/service_talk.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "audit/scan/scan_route.h"

/* A pause after some bytes is the end of what is said. */
#define PAUSE_MS 250
#define CHUNK_BYTES 4096

static int64_t now_ms(void)
{
	struct timespec now = { 0 };
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_for(int fd, short events, int64_t until_ms)
{
	int64_t left = until_ms - now_ms();
	struct pollfd poll_fd = { .fd = fd, .events = events };
	return left > 0 && poll(&poll_fd, 1, (int)left) > 0;
}

bool service_talk_open(struct service_talk *talk, const struct service_place *place, int timeout_ms)
{
	struct sockaddr_storage name;
	socklen_t size = scan_route_sockaddr(place->address, place->port, place->zone, &name);
	int type = place->is_udp ? SOCK_DGRAM : SOCK_STREAM;
	int fd = socket(name.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	*talk = (struct service_talk){ .fd = fd };
	if (fd < 0)
		return false;
	int number = connect(fd, (const struct sockaddr *)&name, size) == 0 ? 0 : errno;
	if (number == EINPROGRESS) {
		socklen_t length = sizeof(number);
		if (!wait_for(fd, POLLOUT, now_ms() + timeout_ms) ||
		    getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &length) != 0)
			number = ETIMEDOUT;
	}
	if (number == 0)
		return true;
	(void)close(fd);
	talk->fd = -1;
	return false;
}

/* Waits for what OpenSSL wants; false when RESULT is an end or the time is over. */
static bool tls_goes_on(const struct service_talk *talk, int result, int64_t until_ms)
{
	switch (SSL_get_error(talk->tls, result)) {
	case SSL_ERROR_WANT_READ:
		return wait_for(talk->fd, POLLIN, until_ms);
	case SSL_ERROR_WANT_WRITE:
		return wait_for(talk->fd, POLLOUT, until_ms);
	default:
		return false;
	}
}

static void tell_name(struct service_answer *answer, const char *key, const X509_NAME *name)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;
	if (out && name &&
	    X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		long size = BIO_get_mem_data(out, &text);
		service_answer_tell(answer, key,
				    (struct slice){ .data = text, .size = (size_t)size });
	}
	BIO_free(out);
}

static void tell_certificate(struct service_answer *answer, X509 *certificate)
{
	tell_name(answer, "subject", X509_get_subject_name(certificate));
	tell_name(answer, "issuer", X509_get_issuer_name(certificate));
	struct tm end = { 0 };
	BUFFER_AUTO text = { 0 };
	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1) {
		buffer_append_time(&text, (int64_t)timegm(&end));
		service_answer_tell(answer, "certificate-ends", buffer_slice(&text));
	}
	if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
		service_answer_tell(answer, "certificate-problem", SLICE("expired"));
	else if (X509_NAME_cmp(X509_get_subject_name(certificate),
			       X509_get_issuer_name(certificate)) == 0)
		service_answer_tell(answer, "certificate-problem", SLICE("signed by itself"));
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	if (!key)
		return;
	buffer_clear(&text);
	buffer_format(&text, "%s %d", OBJ_nid2sn(EVP_PKEY_get_base_id(key)),
		      EVP_PKEY_get_bits(key));
	service_answer_tell(answer, "certificate-key", buffer_slice(&text));
}

bool service_talk_start_tls(struct service_talk *talk, struct service_answer *answer,
			    int timeout_ms)
{
	int64_t until = now_ms() + timeout_ms;
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	if (!context)
		return false;
	talk->tls_context = context;
	SSL_CTX_set_security_level(context, 0);
	(void)SSL_CTX_set_min_proto_version(context, 0);
	(void)SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
	SSL *tls = SSL_new(context);
	talk->tls = tls;
	if (!tls || SSL_set_fd(tls, talk->fd) != 1)
		return false;
	int result = SSL_connect(tls);
	while (result != 1 && tls_goes_on(talk, result, until))
		result = SSL_connect(tls);
	ERR_clear_error();
	if (result != 1)
		return false;
	answer->is_tls = true;
	service_answer_tell(answer, "tls-version", slice_of(SSL_get_version(tls)));
	service_answer_tell(answer, "cipher", slice_of(SSL_get_cipher_name(tls)));
	X509 *certificate = SSL_get1_peer_certificate(tls);
	if (certificate)
		tell_certificate(answer, certificate);
	X509_free(certificate);
	return true;
}

bool service_talk_send(struct service_talk *talk, struct slice text, int timeout_ms)
{
	int64_t until = now_ms() + timeout_ms;
	while (text.size > 0) {
		if (talk->tls) {
			int sent = SSL_write(talk->tls, text.data, (int)text.size);
			if (sent <= 0 && !tls_goes_on(talk, sent, until))
				return false;
			text = slice_from(text, sent > 0 ? (size_t)sent : 0);
			continue;
		}
		ssize_t sent = send(talk->fd, text.data, text.size, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (sent < 0 && !wait_for(talk->fd, POLLOUT, until))
			return false;
		text = slice_from(text, sent > 0 ? (size_t)sent : 0);
	}
	return true;
}

void service_talk_receive(struct service_talk *talk, struct buffer *text, const char *end,
			  int timeout_ms)
{
	int64_t until = now_ms() + timeout_ms;
	while (text->size < SERVICE_BYTES_MAX) {
		int64_t now = now_ms(), patience = until;
		if (text->size > 0 && now + PAUSE_MS < until)
			patience = now + PAUSE_MS;
		char chunk[CHUNK_BYTES];
		ssize_t got;
		if (talk->tls) {
			got = SSL_read(talk->tls, chunk, sizeof(chunk));
			if (got <= 0 && tls_goes_on(talk, (int)got, patience))
				continue;
		} else {
			if (!wait_for(talk->fd, POLLIN, patience))
				return;
			got = recv(talk->fd, chunk, sizeof(chunk), 0);
			if (got < 0 && (errno == EAGAIN || errno == EINTR))
				continue;
		}
		if (got <= 0)
			return;
		buffer_append(text, chunk, (size_t)got);
		struct slice all = buffer_slice(text);
		if (buffer_failed(text) || (end && slice_find(all, slice_of(end)) < all.size))
			return;
	}
}

void service_talk_close(struct service_talk *talk)
{
	SSL_free(talk->tls);
	SSL_CTX_free(talk->tls_context);
	ERR_clear_error();
	if (talk->fd >= 0)
		(void)close(talk->fd);
	*talk = (struct service_talk){ .fd = -1 };
}
