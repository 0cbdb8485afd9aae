/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/service_parse.h"

#include <string.h>

/* Offsets of the binary packet protocol (RFC 4253 6 and 7.1). */
enum {
	SSH_LENGTH = 4,
	SSH_KEXINIT = 20,
	SSH_COOKIE = 16,
	SSH_LISTS = 8,
	/* Longer lines than this before the banner are no SSH (4.2 says 255). */
	SSH_LINES_MAX = 20,
};

static const char *const ssh_lists[SSH_LISTS] = {
	"kex", "host-key-algorithms", "ciphers", NULL, "macs", NULL, "compression", NULL,
};

void service_answer_tell(struct service_answer *answer, const char *key, struct slice value)
{
	value = slice_trim(value);
	if (value.size == 0 || answer->count == SERVICE_FACTS_MAX ||
	    service_answer_fact(answer, key).size > 0)
		return;
	size_t first = answer->text.size;
	buffer_append_printable(&answer->text, slice_part(value, 0, SERVICE_VALUE_MAX));
	if (buffer_failed(&answer->text))
		return;
	answer->facts[answer->count].key = key;
	answer->facts[answer->count].first = first;
	answer->facts[answer->count].size = answer->text.size - first;
	answer->count++;
}

struct slice service_answer_fact(const struct service_answer *answer, const char *key)
{
	for (size_t i = 0; i < answer->count; i++)
		if (strcmp(answer->facts[i].key, key) == 0)
			return slice_part(buffer_slice(&answer->text), answer->facts[i].first,
					  answer->facts[i].size);
	return (struct slice){ .data = NULL };
}

void service_answer_done(struct service_answer *answer)
{
	buffer_done(&answer->text);
	*answer = (struct service_answer){ .name = NULL };
}

static struct slice bounded(struct slice text)
{
	return slice_part(text, 0, SERVICE_BYTES_MAX);
}

static struct slice first_line(struct slice text)
{
	struct slice line = { .data = NULL };
	(void)slice_next_line(&text, &line);
	return slice_trim(line);
}

static uint32_t get32(struct slice text, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)text.data + at;
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static void parse_kexinit(struct slice packet, struct service_answer *answer)
{
	size_t at = SSH_LENGTH + 1;
	if (packet.size < at + 1 + SSH_COOKIE || (unsigned char)packet.data[at] != SSH_KEXINIT)
		return;
	at += 1 + SSH_COOKIE;
	for (size_t i = 0; i < SSH_LISTS; i++) {
		if (packet.size < at + 4)
			return;
		size_t size = get32(packet, at);
		at += 4;
		if (size > packet.size - at)
			return;
		if (ssh_lists[i])
			service_answer_tell(answer, ssh_lists[i], slice_part(packet, at, size));
		at += size;
	}
}

bool service_parse_ssh(struct slice text, struct service_answer *answer)
{
	struct slice rest = bounded(text), line;
	for (int i = 0; i < SSH_LINES_MAX && slice_next_line(&rest, &line); i++) {
		if (!slice_starts_with(line, "SSH-"))
			continue;
		answer->name = "ssh";
		service_answer_tell(answer, "banner", line);
		if (rest.data)
			parse_kexinit(rest, answer);
		return true;
	}
	return false;
}

struct slice service_header(struct slice text, const char *name, const char *short_name)
{
	struct slice line;
	text = bounded(text);
	(void)slice_next_line(&text, &line);
	for (int i = 0; i < SERVICE_HEADERS_MAX && slice_next_line(&text, &line); i++) {
		line = slice_trim_right(line);
		if (line.size == 0)
			break;
		size_t colon = slice_find_byte(line, ':');
		struct slice key = slice_trim(slice_part(line, 0, colon));
		if (slice_is_ignore_case(key, name) ||
		    (short_name && slice_is_ignore_case(key, short_name)))
			return slice_trim(slice_from(line, colon + 1));
	}
	return (struct slice){ .data = NULL };
}

struct product_row {
	const char *words;
	const char *product;
};

/* Marks in titles, bodies and Server lines of what administers a PBX or its telephones. */
static const struct product_row products[] = {
	{ "FreePBX", "FreePBX" },   { "Issabel", "Issabel" },         { "Elastix", "Elastix" },
	{ "3CX", "3CX" },           { "FusionPBX", "FusionPBX" },     { "VitalPBX", "VitalPBX" },
	{ "vicidial", "VICIdial" }, { "Grandstream", "Grandstream" }, { "Yealink", "Yealink" },
	{ "Asterisk", "Asterisk" },
};

static void tell_title(struct slice text, struct service_answer *answer)
{
	size_t at = slice_find(text, SLICE("<title"));
	if (at == text.size)
		at = slice_find(text, SLICE("<TITLE"));
	struct slice rest = slice_from(text, at);
	rest = slice_from(rest, slice_find_byte(rest, '>') + 1);
	service_answer_tell(answer, "title", slice_part(rest, 0, slice_find_byte(rest, '<')));
}

bool service_parse_http(struct slice text, struct service_answer *answer)
{
	text = bounded(text);
	if (!slice_starts_with(text, "HTTP/"))
		return false;
	answer->name = "http";
	service_answer_tell(answer, "status", first_line(text));
	service_answer_tell(answer, "server", service_header(text, "Server", NULL));
	service_answer_tell(answer, "location", service_header(text, "Location", NULL));
	tell_title(text, answer);
	for (size_t i = 0; i < ARRAY_SIZE(products); i++) {
		if (slice_find(text, slice_of(products[i].words)) == text.size)
			continue;
		service_answer_tell(answer, "product", slice_of(products[i].product));
		break;
	}
	return true;
}

unsigned int service_sip_status(struct slice text)
{
	uint64_t status;
	if (!slice_starts_with(text, "SIP/2.0 ") ||
	    !slice_to_uint64(slice_part(text, 8, 3), &status) || status < 100 || status > 699)
		return 0;
	return (unsigned int)status;
}

/* The parameter NAME of a challenge (RFC 3261 25.1): name="value" or name=value. */
static struct slice parameter(struct slice challenge, const char *name)
{
	struct slice rest = challenge, field;
	while (slice_next_field(&rest, ',', &field)) {
		size_t equals = slice_find_byte(field, '=');
		struct slice key = slice_trim(slice_part(field, 0, equals));
		size_t blank = slice_find_last_byte(key, ' ');
		if (blank < key.size)
			key = slice_from(key, blank + 1);
		struct slice value = slice_trim(slice_from(field, equals + 1));
		if (!slice_is_ignore_case(key, name))
			continue;
		if (value.size >= 2 && value.data[0] == '"')
			value = slice_part(value, 1, value.size - 2);
		return value;
	}
	return (struct slice){ .data = NULL };
}

bool service_parse_sip(struct slice text, struct service_answer *answer)
{
	text = bounded(text);
	if (service_sip_status(text) == 0)
		return false;
	answer->name = "sip";
	service_answer_tell(answer, "status", first_line(text));
	service_answer_tell(answer, "server", service_header(text, "Server", NULL));
	service_answer_tell(answer, "user-agent", service_header(text, "User-Agent", NULL));
	service_answer_tell(answer, "allow", service_header(text, "Allow", NULL));
	service_answer_tell(answer, "supported", service_header(text, "Supported", "k"));
	struct slice challenge = service_header(text, "WWW-Authenticate", NULL);
	if (challenge.size == 0)
		challenge = service_header(text, "Proxy-Authenticate", NULL);
	if (challenge.size == 0)
		return true;
	service_answer_tell(answer, "realm", parameter(challenge, "realm"));
	struct slice algorithm = parameter(challenge, "algorithm");
	service_answer_tell(answer, "digest", algorithm.size ? algorithm : SLICE("MD5"));
	return true;
}

bool service_parse_ami(struct slice text, struct service_answer *answer)
{
	if (!slice_starts_with(text, "Asterisk Call Manager/"))
		return false;
	answer->name = "asterisk-manager";
	service_answer_tell(answer, "banner", first_line(bounded(text)));
	return true;
}

bool service_parse_mysql(struct slice text, struct service_answer *answer)
{
	/* Length of three bytes, sequence 0, then protocol 10 or an error (0xff). */
	if (text.size < 6 || text.data[3] != 0)
		return false;
	const unsigned char *bytes = (const unsigned char *)text.data;
	size_t length = bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16;
	struct slice body = slice_part(text, 4, length);
	if (length < 2 || length > SERVICE_BYTES_MAX || body.size < 2)
		return false;
	if (bytes[4] == 0xff) {
		struct slice message = slice_from(body, 3);
		if (slice_find(message, SLICE("MySQL")) == message.size &&
		    slice_find(message, SLICE("MariaDB")) == message.size)
			return false;
		answer->name = "mysql";
		service_answer_tell(answer, "refuses", message);
		return true;
	}
	size_t end = slice_find_byte(slice_from(body, 1), '\0');
	if (bytes[4] != 10 || end == 0 || end >= body.size - 1)
		return false;
	answer->name = "mysql";
	service_answer_tell(answer, "version", slice_part(body, 1, end));
	return true;
}

bool service_parse_iax(struct slice text, struct service_answer *answer)
{
	/* A full frame to our call 1, type 6 (IAX control). */
	if (text.size < 12 || !((unsigned char)text.data[0] & 0x80) || text.data[10] != 6)
		return false;
	unsigned char subclass = (unsigned char)text.data[11] & 0x7f;
	answer->name = "iax2";
	service_answer_tell(answer, "answer",
			    subclass == 3    ? SLICE("PONG")
			    : subclass == 10 ? SLICE("INVAL")
					     : SLICE("other"));
	return true;
}

bool service_parse_redis(struct slice text, struct service_answer *answer)
{
	if (slice_starts_with(text, "+PONG")) {
		answer->name = "redis";
		service_answer_tell(answer, "finding", SLICE("answers without a password"));
		return true;
	}
	if (!slice_starts_with(text, "-NOAUTH") && !slice_starts_with(text, "-DENIED"))
		return false;
	answer->name = "redis";
	service_answer_tell(answer, "refuses", first_line(text));
	return true;
}

bool service_parse_greeting(struct slice text, struct service_answer *answer)
{
	struct slice line = first_line(bounded(text));
	if (line.size == 0)
		return false;
	if (slice_starts_with(line, "220"))
		answer->name = slice_find(line, SLICE("FTP")) < line.size ? "ftp" : "smtp";
	else if (slice_starts_with(line, "+OK"))
		answer->name = "pop3";
	else if (slice_starts_with(line, "* OK"))
		answer->name = "imap";
	else if (slice_starts_with(line, "RFB "))
		answer->name = "vnc";
	else
		answer->name = "unknown";
	service_answer_tell(answer, "banner", line);
	return true;
}
