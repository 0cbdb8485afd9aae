/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_values.h"

#include <limits.h>
#include <netinet/ip.h>

static unsigned int digit_value(char byte)
{
	if (byte_is_digit((unsigned char)byte))
		return (unsigned int)(byte - '0');
	unsigned char lower = byte_to_lower((unsigned char)byte);
	return byte_is_lower(lower) ? 10u + lower - 'a' : 99u;
}

/* The base that base 0 means at the beginning of TEXT, and the length of its prefix. */
static unsigned int guess_base(struct slice text, size_t *ret_prefix)
{
	*ret_prefix = 0;
	if (text.size >= 3 && text.data[0] == '0' &&
	    byte_to_lower((unsigned char)text.data[1]) == 'x' && digit_value(text.data[2]) < 16) {
		*ret_prefix = 2;
		return 16;
	}
	return text.size && text.data[0] == '0' ? 8 : 10;
}

bool sshd_take_long(struct slice *rest, unsigned int base, int64_t *ret_number)
{
	struct slice text = slice_trim_left(*rest);
	bool negative = text.size && text.data[0] == '-';
	if (text.size && (text.data[0] == '-' || text.data[0] == '+'))
		text = slice_from(text, 1);
	size_t at = 0;
	if (base == 0)
		base = guess_base(text, &at);
	size_t first = at;
	uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
	uint64_t number = 0;
	for (; at < text.size && digit_value(text.data[at]) < base; at++) {
		unsigned int digit = digit_value(text.data[at]);
		if (number > (limit - digit) / base)
			number = limit;
		else
			number = number * base + digit;
	}
	if (at == first)
		return false;
	*ret_number = negative ? (int64_t)(0 - number) : (int64_t)number;
	*rest = slice_from(text, at);
	return true;
}

bool sshd_parse_number(struct slice text, int64_t minimum, int64_t maximum, int64_t *ret_number)
{
	int64_t number;
	if (!sshd_take_long(&text, 10, &number) || text.size || number < minimum ||
	    number > maximum)
		return false;
	*ret_number = number;
	return true;
}

static int64_t time_multiplier(char unit)
{
	switch (byte_to_lower((unsigned char)unit)) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	case 'w':
		return 604800;
	default:
		return 0;
	}
}

int64_t sshd_parse_time(struct sshd_version version, struct slice text)
{
	int64_t total = 0;
	if (!text.size)
		return -1;
	while (text.size) {
		int64_t seconds, multiplier = 1;
		/* From 9.8 on neither a sign nor a blank stands before the digits. */
		if (version.release >= SSHD_RELEASE(9, 8) &&
		    !byte_is_digit((unsigned char)text.data[0]))
			return -1;
		if (!sshd_take_long(&text, 10, &seconds) || seconds < 0)
			return -1;
		if (text.size) {
			multiplier = time_multiplier(text.data[0]);
			if (!multiplier)
				return -1;
			text = slice_from(text, 1);
		}
		if (seconds > INT_MAX / multiplier || total > INT_MAX - seconds * multiplier)
			return -1;
		total += seconds * multiplier;
	}
	return total;
}

/* The port that NAME or one of its aliases has for TCP in SERVICES (services(5)); -1: none. */
static int port_in_services(struct slice name, struct slice services)
{
	struct slice line;
	while (slice_next_line(&services, &line)) {
		struct slice rest = slice_part(line, 0, slice_find_byte(line, '#'));
		struct slice word, port_word;
		if (!slice_next_word(&rest, &word) || !slice_next_word(&rest, &port_word))
			continue;
		size_t slash = slice_find_byte(port_word, '/');
		uint64_t port;
		if (!slice_is(slice_from(port_word, slash), "/tcp") ||
		    !slice_to_uint64(slice_part(port_word, 0, slash), &port) || port > 65535)
			continue;
		bool found = slice_equal(word, name);
		while (!found && slice_next_word(&rest, &word))
			found = slice_equal(word, name);
		if (found)
			return (int)port;
	}
	return -1;
}

int sshd_parse_port(struct slice text, struct slice services)
{
	const struct slice usual =
		SLICE("ftp 21/tcp\nssh 22/tcp\ntelnet 23/tcp\nsmtp 25/tcp mail\ndomain 53/tcp\n"
		      "http 80/tcp www\npop3 110/tcp pop-3\nimap2 143/tcp imap\nhttps 443/tcp\n"
		      "submission 587/tcp\nimaps 993/tcp\npop3s 995/tcp\nsip 5060/tcp\n");
	int64_t port;
	if (sshd_parse_number(text, 0, 65535, &port))
		return (int)port;
	return port_in_services(text, services.size ? services : usual);
}

static const struct {
	const char *name;
	int value;
} service_classes[] = {
	{ "none", INT_MAX },
	{ "af11", IPTOS_DSCP_AF11 },
	{ "af12", IPTOS_DSCP_AF12 },
	{ "af13", IPTOS_DSCP_AF13 },
	{ "af21", IPTOS_DSCP_AF21 },
	{ "af22", IPTOS_DSCP_AF22 },
	{ "af23", IPTOS_DSCP_AF23 },
	{ "af31", IPTOS_DSCP_AF31 },
	{ "af32", IPTOS_DSCP_AF32 },
	{ "af33", IPTOS_DSCP_AF33 },
	{ "af41", IPTOS_DSCP_AF41 },
	{ "af42", IPTOS_DSCP_AF42 },
	{ "af43", IPTOS_DSCP_AF43 },
	{ "cs0", IPTOS_CLASS_CS0 },
	{ "cs1", IPTOS_CLASS_CS1 },
	{ "cs2", IPTOS_CLASS_CS2 },
	{ "cs3", IPTOS_CLASS_CS3 },
	{ "cs4", IPTOS_CLASS_CS4 },
	{ "cs5", IPTOS_CLASS_CS5 },
	{ "cs6", IPTOS_CLASS_CS6 },
	{ "cs7", IPTOS_CLASS_CS7 },
	{ "ef", IPTOS_DSCP_EF },
	/* RFC 8622 */
	{ "le", 0x04 },
	{ "lowdelay", IPTOS_LOWDELAY },
	{ "throughput", IPTOS_THROUGHPUT },
	{ "reliability", IPTOS_RELIABILITY },
};

int sshd_parse_ipqos(struct slice text)
{
	for (size_t i = 0; i < ARRAY_SIZE(service_classes); i++)
		if (slice_is_ignore_case(text, service_classes[i].name))
			return service_classes[i].value;
	int64_t number;
	if (!sshd_take_long(&text, 0, &number) || text.size || number < 0 || number > 255)
		return -1;
	return (int)number;
}

const char *sshd_ipqos_name(int value)
{
	for (size_t i = 0; i < ARRAY_SIZE(service_classes); i++)
		if (service_classes[i].value == value)
			return service_classes[i].name;
	return NULL;
}

/* The factor of a scale letter; 0: none. */
static int64_t scale_factor(char letter)
{
	static const char letters[] = "bkmgtpe";
	unsigned char lower = byte_to_lower((unsigned char)letter);
	for (unsigned int i = 0; i < sizeof(letters) - 1; i++)
		if (lower == (unsigned char)letters[i])
			return (int64_t)1 << (10 * i);
	return 0;
}

/* Digits before the scale letter are at most 18, so that they fit. */
#define SCALED_DIGITS_MAX 18

bool sshd_parse_scaled(struct slice text, int64_t *ret_number)
{
	text = slice_trim_left(text);
	bool negative = text.size && text.data[0] == '-';
	if (text.size && (text.data[0] == '-' || text.data[0] == '+'))
		text = slice_from(text, 1);
	int64_t whole = 0, fraction = 0, fraction_unit = 1;
	size_t at = 0, digits = 0;
	bool after_point = false;
	for (; at < text.size; at++) {
		char byte = text.data[at];
		if (byte == '.' && !after_point) {
			after_point = true;
			continue;
		}
		if (!byte_is_digit((unsigned char)byte))
			break;
		if (!after_point) {
			if (++digits > SCALED_DIGITS_MAX)
				return false;
			whole = whole * 10 + (byte - '0');
		} else if (fraction_unit < 1000000) {
			fraction = fraction * 10 + (byte - '0');
			fraction_unit *= 10;
		}
	}
	int64_t factor = 1;
	if (at < text.size) {
		factor = scale_factor(text.data[at]);
		unsigned char next = at + 1 < text.size ? (unsigned char)text.data[at + 1] : ' ';
		if (!factor || byte_is_digit(next) || byte_is_alpha(next))
			return false;
	} else {
		fraction = 0;
	}
	int64_t number, part;
	if (__builtin_mul_overflow(whole, factor, &number))
		return false;
	if (__builtin_mul_overflow(fraction, factor, &part))
		part = 0;
	number += part / fraction_unit;
	*ret_number = negative ? -number : number;
	return true;
}

bool sshd_split_host_port(struct slice text, struct slice *ret_host, struct slice *ret_rest,
			  bool *ret_has_rest)
{
	size_t end;
	if (text.size && text.data[0] == '[') {
		end = slice_find_byte(text, ']');
		if (end == text.size)
			return false;
		end++;
	} else {
		size_t colon = slice_find_byte(text, ':');
		size_t slash = slice_find_byte(text, '/');
		end = colon < slash ? colon : slash;
	}
	/* "host/port" is an old form that sshd refuses here. */
	if (end < text.size && text.data[end] != ':')
		return false;
	*ret_host = slice_part(text, 0, end);
	*ret_has_rest = end < text.size;
	*ret_rest = slice_from(text, end + 1);
	return true;
}

struct slice sshd_clean_host(struct slice host)
{
	if (host.size >= 2 && host.data[0] == '[' && host.data[host.size - 1] == ']')
		return slice_part(host, 1, host.size - 2);
	return host;
}
