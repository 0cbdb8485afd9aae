/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/advisory/version_compare.h"

static struct slice take_epoch(struct slice *version)
{
	size_t colon = slice_find_byte(*version, ':');
	if (colon == version->size)
		return SLICE("0");
	struct slice epoch = slice_part(*version, 0, colon);
	*version = slice_from(*version, colon + 1);
	return epoch;
}

static struct slice take_digits(struct slice *text)
{
	size_t size = 0;
	while (size < text->size && byte_is_digit((unsigned char)text->data[size]))
		size++;
	struct slice digits = slice_part(*text, 0, size);
	*text = slice_from(*text, size);
	while (digits.size && digits.data[0] == '0')
		digits = slice_from(digits, 1);
	return digits;
}

/* Without leading zeros, the longer is the larger. */
static int compare_digits(struct slice a, struct slice b)
{
	if (a.size != b.size)
		return a.size < b.size ? -1 : 1;
	return slice_compare(a, b);
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

/* '~' before everything, even the end; letters before other bytes. */
static int dpkg_weight(struct slice text)
{
	if (!text.size || byte_is_digit((unsigned char)text.data[0]))
		return 0;
	unsigned char byte = (unsigned char)text.data[0];
	if (byte == '~')
		return -1;
	return byte_is_alpha(byte) ? byte : byte + 256;
}

static int compare_dpkg_part(struct slice a, struct slice b)
{
	while (a.size || b.size) {
		for (;;) {
			bool a_is_text = a.size && !byte_is_digit((unsigned char)a.data[0]);
			bool b_is_text = b.size && !byte_is_digit((unsigned char)b.data[0]);
			int difference = dpkg_weight(a) - dpkg_weight(b);
			if (!a_is_text && !b_is_text)
				break;
			if (difference)
				return sign(difference);
			a = slice_from(a, 1);
			b = slice_from(b, 1);
		}
		int order = compare_digits(take_digits(&a), take_digits(&b));
		if (order)
			return sign(order);
	}
	return 0;
}

/* At the last '-'; without one the revision is empty, which equals 0. */
static struct slice take_revision(struct slice *version)
{
	size_t dash = slice_find_last_byte(*version, '-');
	struct slice revision = slice_from(*version, dash + 1);
	*version = slice_part(*version, 0, dash);
	return revision;
}

int version_compare_dpkg(struct slice a, struct slice b)
{
	struct slice a_epoch = take_epoch(&a), b_epoch = take_epoch(&b);
	int order = compare_digits(take_digits(&a_epoch), take_digits(&b_epoch));
	if (order)
		return sign(order);
	struct slice a_revision = take_revision(&a), b_revision = take_revision(&b);
	order = compare_dpkg_part(a, b);
	return order ? order : compare_dpkg_part(a_revision, b_revision);
}

static bool is_rpm_separator(unsigned char byte)
{
	return !byte_is_digit(byte) && !byte_is_alpha(byte) && byte != '~' && byte != '^';
}

static struct slice skip_separators(struct slice text)
{
	size_t size = 0;
	while (size < text.size && is_rpm_separator((unsigned char)text.data[size]))
		size++;
	return slice_from(text, size);
}

static struct slice take_letters(struct slice *text)
{
	size_t size = 0;
	while (size < text->size && byte_is_alpha((unsigned char)text->data[size]))
		size++;
	struct slice letters = slice_part(*text, 0, size);
	*text = slice_from(*text, size);
	return letters;
}

static bool begins(struct slice text, char byte)
{
	return text.size && text.data[0] == byte;
}

/* rpmvercmp of rpmio/rpmvercmp.c: '~' sorts before the end, '^' after the end and before more. */
static int compare_rpm_part(struct slice a, struct slice b)
{
	for (;;) {
		a = skip_separators(a);
		b = skip_separators(b);
		if (begins(a, '~') || begins(b, '~')) {
			if (!begins(a, '~') || !begins(b, '~'))
				return begins(a, '~') ? -1 : 1;
			a = slice_from(a, 1);
			b = slice_from(b, 1);
			continue;
		}
		if (begins(a, '^') || begins(b, '^')) {
			if (!a.size || !b.size)
				return a.size ? 1 : -1;
			if (!begins(a, '^') || !begins(b, '^'))
				return begins(a, '^') ? -1 : 1;
			a = slice_from(a, 1);
			b = slice_from(b, 1);
			continue;
		}
		if (!a.size || !b.size)
			return (a.size > 0) - (b.size > 0);
		bool is_number = byte_is_digit((unsigned char)a.data[0]);
		/* A number is newer than letters. */
		if (is_number != byte_is_digit((unsigned char)b.data[0]))
			return is_number ? 1 : -1;
		int order = is_number ? compare_digits(take_digits(&a), take_digits(&b))
				      : slice_compare(take_letters(&a), take_letters(&b));
		if (order)
			return sign(order);
	}
}

int version_compare_rpm(struct slice a, struct slice b)
{
	struct slice a_epoch = take_epoch(&a), b_epoch = take_epoch(&b);
	int order = compare_digits(take_digits(&a_epoch), take_digits(&b_epoch));
	if (order)
		return sign(order);
	struct slice a_release = take_revision(&a), b_release = take_revision(&b);
	order = compare_rpm_part(a, b);
	if (order || !a_release.size || !b_release.size)
		return order;
	return compare_rpm_part(a_release, b_release);
}

struct slice version_upstream_part(struct slice version)
{
	(void)take_epoch(&version);
	(void)take_revision(&version);
	size_t size = 0;
	while (size < version.size && version.data[size] != '~' && version.data[size] != '+')
		size++;
	return slice_part(version, 0, size);
}

struct slice version_branch(struct slice version)
{
	size_t dot = slice_find_byte(version, '.');
	struct slice branch = slice_part(version, 0, dot);
	if (!slice_is(branch, "1") || dot == version.size)
		return branch;
	size_t second = slice_find_byte(slice_from(version, dot + 1), '.');
	return slice_part(version, 0, dot + 1 + second);
}
