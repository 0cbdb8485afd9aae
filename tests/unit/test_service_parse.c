/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/scan/service_parse.h"
#include "audit/scan/udp_payload.h"

static void told(const struct service_answer *answer, const char *key, const char *expected)
{
	struct slice value = service_answer_fact(answer, key);
	if (!slice_is(value, expected))
		fail_msg("%s: \"%.*s\" is not \"%s\"", key, SLICE_ARG(value), expected);
}

static struct slice array_slice(const char *data, size_t size)
{
	return (struct slice){ .data = data, .size = size };
}

static void sip_answers(void **state)
{
	(void)state;
	struct service_answer answer = { 0 };
	assert_true(service_parse_sip(
		SLICE("SIP/2.0 401 Unauthorized\r\nVia: x\r\nserver:  Asterisk PBX 16.28.0 \r\n"
		      "Allow: INVITE, ACK\r\nk: replaces\r\n"
		      "WWW-Authenticate: Digest realm=\"a, b\", nonce=\"1\"\r\n\r\nServer: "
		      "body\r\n"),
		&answer));
	assert_string_equal(answer.name, "sip");
	told(&answer, "status", "SIP/2.0 401 Unauthorized");
	told(&answer, "server", "Asterisk PBX 16.28.0");
	told(&answer, "supported", "replaces");
	told(&answer, "digest", "MD5");
	service_answer_done(&answer);
	assert_true(service_parse_sip(SLICE("SIP/2.0 407 x\r\nProxy-Authenticate: Digest "
					    "algorithm=SHA-256,realm=pbx\r\n\r\n"),
				      &answer));
	told(&answer, "realm", "pbx");
	told(&answer, "digest", "SHA-256");
	service_answer_done(&answer);
	assert_false(service_parse_sip(SLICE("SIP/2.0 99 x\r\n\r\n"), &answer));
	assert_false(service_parse_sip(SLICE("SIP/2.0 "), &answer));
	assert_false(service_parse_sip(SLICE("HTTP/1.1 200 OK\r\n\r\n"), &answer));
	assert_int_equal(service_sip_status(SLICE("SIP/2.0 404 Not Found")), 404);
}

static void ssh_algorithms(void **state)
{
	(void)state;
	struct service_answer answer = { 0 };
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, "SSH-2.0-OpenSSH_9.2\r\n");
	static const uint8_t head[] = { 0, 0, 0, 100, 4, 20 };
	buffer_append(&text, head, sizeof(head));
	buffer_append(&text, "0123456789abcdef", 16);
	static const uint8_t kex[] = { 0, 0, 0, 5,   'a', ',', 'b', '-', 'c', 0,
				       0, 0, 7, 's', 's', 'h', '-', 'r', 's', 'a' };
	buffer_append(&text, kex, sizeof(kex));
	/* A list that claims more than there is. */
	static const uint8_t wrong[] = { 0xff, 0xff, 0xff, 0xff, 'x' };
	buffer_append(&text, wrong, sizeof(wrong));
	assert_true(service_parse_ssh(buffer_slice(&text), &answer));
	told(&answer, "banner", "SSH-2.0-OpenSSH_9.2");
	told(&answer, "kex", "a,b-c");
	told(&answer, "host-key-algorithms", "ssh-rsa");
	told(&answer, "ciphers", "");
	service_answer_done(&answer);
	/* Cut anywhere: no more than is there. */
	for (size_t size = 0; size < text.size; size++) {
		(void)service_parse_ssh(slice_part(buffer_slice(&text), 0, size), &answer);
		service_answer_done(&answer);
	}
}

static void web_pages(void **state)
{
	(void)state;
	struct service_answer answer = { 0 };
	assert_true(service_parse_http(SLICE("HTTP/1.1 200 OK\r\nServer: Apache\r\n\r\n<html><title"
					     ">FreePBX Administration</title>"),
				       &answer));
	told(&answer, "title", "FreePBX Administration");
	told(&answer, "product", "FreePBX");
	told(&answer, "server", "Apache");
	service_answer_done(&answer);
	assert_true(service_parse_http(SLICE("HTTP/1.0 200\r\n\r\n<title>never closed"), &answer));
	service_answer_done(&answer);
}

static void other_greetings(void **state)
{
	(void)state;
	struct service_answer answer = { 0 };
	assert_true(service_parse_ami(SLICE("Asterisk Call Manager/5.0.2\r\n"), &answer));
	told(&answer, "banner", "Asterisk Call Manager/5.0.2");
	service_answer_done(&answer);
	static const char mysql[] = "\x4a\0\0\0\x0a"
				    "10.11.4-MariaDB\0salt";
	assert_true(service_parse_mysql(array_slice(mysql, sizeof(mysql) - 1), &answer));
	told(&answer, "version", "10.11.4-MariaDB");
	service_answer_done(&answer);
	/* A version without an end, another protocol, another length. */
	assert_false(service_parse_mysql(SLICE("\x4a\0\0\0\x0a"
					       "10.11.4"),
					 &answer));
	assert_false(service_parse_mysql(SLICE("\x4a\0\0\0\x09"
					       "10.11.4\0x"),
					 &answer));
	assert_false(service_parse_mysql(SLICE("\0\0\0\0\0\0"), &answer));
	static const char refused[] = "\x40\0\0\0\xff\x6a\4Host '192.0.2.1' is not allowed to "
				      "connect to this MariaDB server";
	assert_true(service_parse_mysql(array_slice(refused, sizeof(refused) - 1), &answer));
	service_answer_done(&answer);
	static const char pong[] = "\x80\1\x80\1\0\0\0\0\0\1\6\3";
	assert_true(service_parse_iax(array_slice(pong, sizeof(pong) - 1), &answer));
	told(&answer, "answer", "PONG");
	service_answer_done(&answer);
	assert_false(
		service_parse_iax(slice_part(array_slice(pong, sizeof(pong) - 1), 0, 11), &answer));
	assert_true(service_parse_redis(SLICE("+PONG\r\n"), &answer));
	told(&answer, "finding", "answers without a password");
	service_answer_done(&answer);
	assert_true(service_parse_redis(SLICE("-NOAUTH Authentication required.\r\n"), &answer));
	told(&answer, "finding", "");
	service_answer_done(&answer);
	assert_true(service_parse_greeting(SLICE("220 \x1b[31mftp FTP\r\n"), &answer));
	assert_string_equal(answer.name, "ftp");
	/* No control byte reaches a terminal. */
	told(&answer, "banner", "220 \\x1b[31mftp FTP");
	service_answer_done(&answer);
}

static void hostile_answers_are_bounded(void **state)
{
	(void)state;
	struct service_answer answer = { 0 };
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, "SIP/2.0 200 OK\r\n");
	for (int i = 0; i < 1000; i++)
		buffer_format(&text, "X-%d: y\r\n", i);
	buffer_append_string(&text, "Server: after a thousand\r\n\r\n");
	assert_true(service_parse_sip(buffer_slice(&text), &answer));
	told(&answer, "server", "");
	service_answer_done(&answer);
	buffer_clear(&text);
	buffer_append_string(&text, "SIP/2.0 200 OK\r\nServer: ");
	for (int i = 0; i < 100000; i++)
		buffer_append_byte(&text, 'a');
	assert_true(service_parse_sip(buffer_slice(&text), &answer));
	assert_int_equal(service_answer_fact(&answer, "server").size, SERVICE_VALUE_MAX);
	service_answer_done(&answer);
}

static void questions_are_well_formed(void **state)
{
	(void)state;
	BUFFER_AUTO text = { 0 };
	const struct udp_sip sip = { .method = "REGISTER",
				     .uri = "sip:localhost",
				     .user = "100",
				     .transport = "UDP",
				     .token = 0x1234 };
	udp_payload_sip(&sip, &text);
	assert_true(slice_starts_with(buffer_slice(&text), "REGISTER sip:localhost SIP/2.0\r\n"));
	assert_true(
		slice_is(service_header(buffer_slice(&text), "To", "t"), "<sip:100@localhost>"));
	assert_true(slice_is(service_header(buffer_slice(&text), "CSeq", NULL), "1 REGISTER"));
	assert_true(slice_ends_with(buffer_slice(&text), "\r\n\r\n"));
	/* Lengths inside of binary questions are those of the questions. */
	buffer_clear(&text);
	udp_payload_append(161, 1, &text);
	assert_int_equal(text.size, 2 + text.data[1]);
	buffer_clear(&text);
	udp_payload_append(5349, 1, &text);
	assert_int_equal(text.size, 13 + text.data[12]);
	assert_int_equal(text.size, 25 + text.data[24]);
	buffer_clear(&text);
	udp_payload_append(123, 1, &text);
	assert_int_equal(text.size, 48);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sip_answers),
		cmocka_unit_test(ssh_algorithms),
		cmocka_unit_test(web_pages),
		cmocka_unit_test(other_greetings),
		cmocka_unit_test(hostile_answers_are_bounded),
		cmocka_unit_test(questions_are_well_formed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
