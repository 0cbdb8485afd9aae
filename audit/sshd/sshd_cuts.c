/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_cuts.h"

#include <stdlib.h>

#include "audit/base/arena.h"

static void add_cut(struct sshd_cuts *cuts, struct address address)
{
	bool is_ipv4 = address.family == ADDRESS_IPV4;
	struct address **list = is_ipv4 ? &cuts->ipv4 : &cuts->ipv6;
	size_t *count = is_ipv4 ? &cuts->ipv4_count : &cuts->ipv6_count;
	size_t *capacity = is_ipv4 ? &cuts->ipv4_capacity : &cuts->ipv6_capacity;
	if (*count >= SSHD_CUTS_MAX) {
		cuts->is_inexact = true;
		return;
	}
	struct address *grown = arena_grow(cuts->arena, *list, *count, capacity, sizeof(**list));
	if (!grown) {
		cuts->memory_failed = true;
		return;
	}
	*list = grown;
	grown[(*count)++] = address;
}

static size_t address_size(struct address address)
{
	return address_bits(address.family) / 8;
}

/* Adds one to the bytes up to SIZE; false when they were all ones. */
static bool increment(struct address *address, size_t size)
{
	while (size-- > 0)
		if (++address->bytes[size])
			return true;
	return false;
}

struct address sshd_address_before(struct address address)
{
	size_t at = address_size(address);
	while (at-- > 0)
		if (address.bytes[at]--)
			break;
	return address;
}

void sshd_cut_prefix(struct sshd_cuts *cuts, struct prefix prefix)
{
	struct address end = prefix.address;
	size_t size = address_size(end);
	add_cut(cuts, prefix.address);
	/* The last address of the prefix, plus one. */
	for (size_t bit = prefix.length; bit < size * 8; bit++)
		end.bytes[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
	if (increment(&end, size))
		add_cut(cuts, end);
}

#define OCTETS 4

/* A pattern over dotted quads, octet by octet. */
struct octet_patterns {
	struct slice parts[OCTETS];
	size_t count;
};

static bool part_takes(struct slice part, unsigned int value)
{
	char text[4];
	size_t size = 0;
	if (value >= 100)
		text[size++] = (char)('0' + value / 100);
	if (value >= 10)
		text[size++] = (char)('0' + value / 10 % 10);
	text[size++] = (char)('0' + value % 10);
	return slice_glob(part, (struct slice){ .data = text, .size = size });
}

static bool takes_everything(const struct octet_patterns *patterns, size_t from)
{
	for (; from < patterns->count; from++)
		for (size_t i = 0; i < patterns->parts[from].size; i++)
			if (patterns->parts[from].data[i] != '*')
				return false;
	return true;
}

/* Cuts at the runs of values that octet AT may have, below the octets that are set in ADDRESS. At
 * most four levels. */
static void cut_octets(struct sshd_cuts *cuts, const struct octet_patterns *patterns,
		       struct address address, size_t at)
{
	bool before = false;
	bool is_leaf = at + 1 >= OCTETS || takes_everything(patterns, at + 1);
	for (unsigned int value = 0; value < 256 && !cuts->is_inexact; value++) {
		bool takes = part_takes(patterns->parts[at], value);
		address.bytes[at] = (uint8_t)value;
		if (takes && !is_leaf)
			cut_octets(cuts, patterns, address, at + 1);
		if (takes != before || (takes && !is_leaf))
			add_cut(cuts, address);
		before = takes;
	}
	/* The run that ends with the last value ends where the next octet's begins. */
	if (before && increment(&address, at + 1))
		add_cut(cuts, address);
}

void sshd_cut_pattern(struct sshd_cuts *cuts, struct slice pattern)
{
	struct octet_patterns patterns = { .count = 0 };
	struct slice rest = pattern, part;
	bool star_before_last = false;
	for (size_t i = 0; i < pattern.size; i++)
		if (!byte_is_digit((unsigned char)pattern.data[i]) &&
		    !strchr("*?.", pattern.data[i])) {
			/* A name or an IPv6 text: it takes no dotted quad, unless a '*' covers it.
			 */
			cuts->is_inexact =
				cuts->is_inexact || slice_find_byte(pattern, ':') < pattern.size;
			return;
		}
	while (slice_next_field(&rest, '.', &part)) {
		if (patterns.count == OCTETS)
			return;
		if (patterns.count && slice_find_byte(patterns.parts[patterns.count - 1], '*') <
					      patterns.parts[patterns.count - 1].size)
			star_before_last = true;
		patterns.parts[patterns.count++] = part;
	}
	/* With three dots no '*' covers one. With fewer, the last part's must cover the rest. */
	bool ends_open = slice_ends_with(pattern, "*");
	if (patterns.count < OCTETS && (!ends_open || star_before_last)) {
		bool is_hopeless = slice_find_byte(pattern, '*') == pattern.size;
		cuts->is_inexact = cuts->is_inexact || !is_hopeless;
		return;
	}
	/* "*" and "1*" also take IPv6 texts; all of them, or some by their first digits. */
	if (patterns.count == 1 && !takes_everything(&patterns, 0))
		cuts->is_inexact = true;
	if (takes_everything(&patterns, 0))
		return;
	cut_octets(cuts, &patterns, (struct address){ .family = ADDRESS_IPV4 }, 0);
}

void sshd_cut_networks(struct sshd_cuts *cuts, const struct sshd_network *networks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (networks[i].kind == SSHD_NETWORK_PREFIX)
			sshd_cut_prefix(cuts, networks[i].prefix);
		else if (networks[i].kind == SSHD_NETWORK_PATTERN)
			sshd_cut_pattern(cuts, networks[i].text);
	}
}

static int compare(const void *a, const void *b)
{
	return memcmp(((const struct address *)a)->bytes, ((const struct address *)b)->bytes, 16);
}

static size_t sort(struct address *list, size_t count)
{
	size_t kept = 0;
	if (!list)
		return 0;
	qsort(list, count, sizeof(*list), compare);
	for (size_t i = 0; i < count; i++)
		if (!kept || compare(&list[kept - 1], &list[i]) != 0)
			list[kept++] = list[i];
	return kept;
}

void sshd_cuts_finish(struct sshd_cuts *cuts)
{
	bool inexact = cuts->is_inexact;
	/* Within the limit: the first of a family is worth more than the last. */
	if (cuts->ipv4_count >= SSHD_CUTS_MAX)
		cuts->ipv4_count--;
	if (cuts->ipv6_count >= SSHD_CUTS_MAX)
		cuts->ipv6_count--;
	add_cut(cuts, (struct address){ .family = ADDRESS_IPV4 });
	add_cut(cuts, (struct address){ .family = ADDRESS_IPV6 });
	cuts->is_inexact = inexact;
	cuts->ipv4_count = sort(cuts->ipv4, cuts->ipv4_count);
	cuts->ipv6_count = sort(cuts->ipv6, cuts->ipv6_count);
}
