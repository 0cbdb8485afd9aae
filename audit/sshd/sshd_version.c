/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_version.h"

#include <stdio.h>

struct sshd_version sshd_version_default(void)
{
	return (struct sshd_version){
		.release = SSHD_RELEASE(9, 2),
		.vendor = SSHD_DEBIAN,
		.text = SLICE("9.2p1-2+deb12u10"),
		.distribution = 12,
		.update = 10,
	};
}

/* Digits at *AT, of at most four; false when there is none. */
static bool take_number(struct slice text, size_t *at, uint16_t *ret_number)
{
	size_t first = *at;
	unsigned int number = 0;
	while (*at < text.size && *at - first < 4 && byte_is_digit((unsigned char)text.data[*at]))
		number = number * 10 + (unsigned int)(text.data[(*at)++] - '0');
	if (*at == first)
		return false;
	*ret_number = (uint16_t)number;
	return true;
}

/* The number right after the first WORD in TEXT; 0 when there is none. */
static uint16_t number_after(struct slice text, struct slice word, size_t *ret_end)
{
	size_t at = slice_find(text, word);
	uint16_t number = 0;
	if (at == text.size)
		return 0;
	at += word.size;
	if (!take_number(text, &at, &number))
		return 0;
	*ret_end = at;
	return number;
}

static bool contains(struct slice text, struct slice word)
{
	return slice_find(text, word) < text.size;
}

bool sshd_version_parse(struct slice text, enum sshd_vendor vendor,
			struct sshd_version *ret_version)
{
	struct sshd_version version = { .text = text, .vendor = vendor, .is_known = true };
	struct slice rest = text;
	size_t at = slice_find(rest, SLICE("OpenSSH_"));
	if (at < rest.size)
		rest = slice_from(rest, at + sizeof("OpenSSH_") - 1);
	/* An epoch, "1:9.2p1-2". */
	size_t colon = slice_find_byte(rest, ':');
	if (colon < rest.size && colon <= 2)
		rest = slice_from(rest, colon + 1);
	uint16_t major, minor = 0;
	at = 0;
	if (!take_number(rest, &at, &major) || major > 99)
		return false;
	if (at < rest.size && rest.data[at] == '.') {
		at++;
		if (!take_number(rest, &at, &minor) || minor > 99)
			return false;
	}
	version.release = SSHD_RELEASE(major, minor);
	size_t end = 0;
	if (contains(rest, SLICE("ebian")) || contains(rest, SLICE("ubuntu")) ||
	    contains(rest, SLICE("+deb")) || contains(rest, SLICE("Ubuntu")))
		version.vendor = SSHD_DEBIAN;
	else if (contains(rest, SLICE(".el")) || contains(rest, SLICE(".fc")))
		version.vendor = SSHD_REDHAT;
	else if (contains(rest, SLICE("upstream")) || contains(rest, SLICE("portable")))
		version.vendor = SSHD_UPSTREAM;
	version.distribution = number_after(rest, SLICE("+deb"), &end);
	if (version.distribution && end < rest.size && rest.data[end] == 'u') {
		end++;
		(void)take_number(rest, &end, &version.update);
	}
	if (!version.distribution)
		version.distribution = number_after(rest, SLICE(".el"), &end);
	*ret_version = version;
	return true;
}

const char *sshd_release_text(uint16_t release, char *buffer)
{
	(void)snprintf(buffer, SSHD_RELEASE_TEXT, "%u.%u", release / 100u, release % 100u);
	return buffer;
}
