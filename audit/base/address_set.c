/* SPDX-License-Identifier: Apache-2.0
 *
 * Budget: the firewall evaluator makes a few of these per rule, so every operation is one pass over
 * sorted ranges, with no allocation when the answer is one of the arguments.
 */
#include "audit/base/address_set.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"

/* The whole of each family: its first and its last address. */
static const struct address_range whole_ipv4[] = {
	{
		.first = { .family = ADDRESS_IPV4 },
		.last = { .family = ADDRESS_IPV4, .bytes = { 255, 255, 255, 255 } },
	},
};
static const struct address_range whole_ipv6[] = {
	{
		.first = { .family = ADDRESS_IPV6 },
		.last = { .family = ADDRESS_IPV6,
			  .bytes = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
				     255, 255, 255, 255 } },
	},
};

static size_t address_bytes(enum address_family family)
{
	return family == ADDRESS_IPV4 ? 4 : 16;
}

/* The next address; false past the last of the family. */
static bool address_next(struct address *address)
{
	for (size_t i = address_bytes(address->family); i-- > 0;)
		if (++address->bytes[i] != 0)
			return true;
	return false;
}

static bool address_previous(struct address *address)
{
	for (size_t i = address_bytes(address->family); i-- > 0;)
		if (address->bytes[i]-- != 0)
			return true;
	return false;
}

static int compare_bytes(const struct address *a, const struct address *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

struct address_set address_set_empty(enum address_family family)
{
	return (struct address_set){ .family = family };
}

struct address_set address_set_all(enum address_family family)
{
	return (struct address_set){
		.family = family,
		.ranges = family == ADDRESS_IPV4 ? whole_ipv4 : whole_ipv6,
		.count = 1,
	};
}

bool address_set_of_range(struct arena *arena, struct address first, struct address last,
			  struct address_set *ret_set)
{
	if (compare_bytes(&first, &last) > 0) {
		*ret_set = address_set_empty(first.family);
		return true;
	}
	struct address_range *range = ARENA_NEW(arena, struct address_range);
	if (!range)
		return false;
	*range = (struct address_range){ .first = first, .last = last };
	*ret_set = (struct address_set){ .family = first.family, .ranges = range, .count = 1 };
	return true;
}

/* The last address of PREFIX. */
static struct address prefix_last(struct prefix prefix)
{
	struct address last = prefix.address;
	for (unsigned int i = 0; i < address_bytes(last.family); i++) {
		unsigned int keep = prefix.length > i * 8 ? prefix.length - i * 8 : 0;
		if (keep < 8)
			last.bytes[i] = (uint8_t)(last.bytes[i] | (0xffu >> keep));
	}
	return last;
}

bool address_set_of_prefix(struct arena *arena, struct prefix prefix, struct address_set *ret_set)
{
	return address_set_of_range(arena, prefix_make(prefix.address, prefix.length).address,
				    prefix_last(prefix), ret_set);
}

static int compare_ranges(const void *a, const void *b)
{
	return compare_bytes(&((const struct address_range *)a)->first,
			     &((const struct address_range *)b)->first);
}

/* Appends RANGE to the COUNT ranges of OUT, which begin no later, joining what touches. Returns the
 * new count. */
static size_t append_range(struct address_range *out, size_t count, struct address_range range)
{
	if (count) {
		struct address_range *end = &out[count - 1];
		struct address after = end->last;
		bool is_last_of_family = !address_next(&after);
		if (is_last_of_family || compare_bytes(&range.first, &after) <= 0) {
			if (compare_bytes(&range.last, &end->last) > 0)
				end->last = range.last;
			return count;
		}
	}
	out[count] = range;
	return count + 1;
}

bool address_set_of_ranges(struct arena *arena, enum address_family family,
			   const struct address_range *ranges, size_t count,
			   struct address_set *ret_set)
{
	if (count == 0) {
		*ret_set = address_set_empty(family);
		return true;
	}
	struct address_range *sorted = ARENA_ARRAY(arena, count, struct address_range);
	if (!sorted)
		return false;
	size_t used = 0;
	for (size_t i = 0; i < count; i++)
		if (compare_bytes(&ranges[i].first, &ranges[i].last) <= 0)
			sorted[used++] = ranges[i];
	qsort(sorted, used, sizeof(*sorted), compare_ranges);
	size_t kept = 0;
	for (size_t i = 0; i < used; i++)
		kept = append_range(sorted, kept, sorted[i]);
	*ret_set = (struct address_set){ .family = family, .ranges = sorted, .count = kept };
	return true;
}

bool address_set_union(struct arena *arena, struct address_set a, struct address_set b,
		       struct address_set *ret_set)
{
	if (a.count == 0 || address_set_is_all(b)) {
		*ret_set = b;
		return true;
	}
	if (b.count == 0 || address_set_is_all(a)) {
		*ret_set = a;
		return true;
	}
	struct address_range *out = ARENA_ARRAY(arena, a.count + b.count, struct address_range);
	if (!out)
		return false;
	size_t count = 0, i = 0, j = 0;
	while (i < a.count || j < b.count) {
		bool take_a =
			j == b.count ||
			(i < a.count && compare_bytes(&a.ranges[i].first, &b.ranges[j].first) <= 0);
		count = append_range(out, count, take_a ? a.ranges[i++] : b.ranges[j++]);
	}
	*ret_set = (struct address_set){ .family = a.family, .ranges = out, .count = count };
	return true;
}

bool address_set_intersection(struct arena *arena, struct address_set a, struct address_set b,
			      struct address_set *ret_set)
{
	if (a.count == 0 || address_set_is_all(b)) {
		*ret_set = a;
		return true;
	}
	if (b.count == 0 || address_set_is_all(a)) {
		*ret_set = b;
		return true;
	}
	/* Each step ends one range of A or of B, and gives at most one. */
	struct address_range *out = ARENA_ARRAY(arena, a.count + b.count, struct address_range);
	if (!out)
		return false;
	size_t count = 0, i = 0, j = 0;
	while (i < a.count && j < b.count) {
		const struct address_range *x = &a.ranges[i], *y = &b.ranges[j];
		struct address first =
			compare_bytes(&x->first, &y->first) > 0 ? x->first : y->first;
		int ends = compare_bytes(&x->last, &y->last);
		struct address last = ends < 0 ? x->last : y->last;
		if (compare_bytes(&first, &last) <= 0)
			out[count++] = (struct address_range){ .first = first, .last = last };
		if (ends <= 0)
			i++;
		if (ends >= 0)
			j++;
	}
	*ret_set = (struct address_set){ .family = a.family, .ranges = out, .count = count };
	return true;
}

bool address_set_difference(struct arena *arena, struct address_set a, struct address_set b,
			    struct address_set *ret_set)
{
	if (a.count == 0 || b.count == 0) {
		*ret_set = a;
		return true;
	}
	if (address_set_is_all(b)) {
		*ret_set = address_set_empty(a.family);
		return true;
	}
	struct address_range *out = ARENA_ARRAY(arena, a.count + b.count, struct address_range);
	if (!out)
		return false;
	size_t count = 0, j = 0;
	for (size_t i = 0; i < a.count; i++) {
		struct address from = a.ranges[i].first;
		bool is_left = true;
		while (j < b.count && compare_bytes(&b.ranges[j].last, &from) < 0)
			j++;
		for (size_t k = j; is_left && k < b.count; k++) {
			if (compare_bytes(&b.ranges[k].first, &a.ranges[i].last) > 0)
				break;
			if (compare_bytes(&b.ranges[k].first, &from) > 0) {
				struct address before = b.ranges[k].first;
				(void)address_previous(&before);
				out[count++] =
					(struct address_range){ .first = from, .last = before };
			}
			from = b.ranges[k].last;
			is_left =
				address_next(&from) && compare_bytes(&from, &a.ranges[i].last) <= 0;
			j = k;
		}
		if (is_left)
			out[count++] =
				(struct address_range){ .first = from, .last = a.ranges[i].last };
	}
	*ret_set = (struct address_set){ .family = a.family, .ranges = out, .count = count };
	return true;
}

bool address_set_is_empty(struct address_set set)
{
	return set.count == 0;
}

bool address_set_is_all(struct address_set set)
{
	const struct address_range *whole = set.family == ADDRESS_IPV4 ? whole_ipv4 : whole_ipv6;
	return set.count == 1 && compare_bytes(&set.ranges[0].first, &whole->first) == 0 &&
	       compare_bytes(&set.ranges[0].last, &whole->last) == 0;
}

bool address_set_contains(struct address_set set, struct address address)
{
	if (set.family != address.family)
		return false;
	size_t low = 0, high = set.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_bytes(&set.ranges[middle].last, &address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set.count && compare_bytes(&set.ranges[low].first, &address) <= 0;
}

bool address_set_equal(struct address_set a, struct address_set b)
{
	if (a.family != b.family || a.count != b.count)
		return false;
	for (size_t i = 0; i < a.count; i++)
		if (compare_bytes(&a.ranges[i].first, &b.ranges[i].first) != 0 ||
		    compare_bytes(&a.ranges[i].last, &b.ranges[i].last) != 0)
			return false;
	return true;
}

bool address_set_covers(struct address_set outer, struct address_set inner)
{
	size_t j = 0;
	for (size_t i = 0; i < inner.count; i++) {
		while (j < outer.count &&
		       compare_bytes(&outer.ranges[j].last, &inner.ranges[i].first) < 0)
			j++;
		if (j == outer.count ||
		    compare_bytes(&outer.ranges[j].first, &inner.ranges[i].first) > 0 ||
		    compare_bytes(&outer.ranges[j].last, &inner.ranges[i].last) < 0)
			return false;
	}
	return true;
}

/* The widest prefix that begins at FIRST and ends at or before LAST. */
static struct prefix widest_prefix(struct address first, struct address last)
{
	struct prefix prefix = prefix_make(first, address_bits(first.family));
	while (prefix.length > 0) {
		struct prefix wider = prefix_make(first, prefix.length - 1u);
		struct address end = prefix_last(wider);
		if (compare_bytes(&wider.address, &first) != 0 || compare_bytes(&end, &last) > 0)
			break;
		prefix = wider;
	}
	return prefix;
}

bool address_set_prefixes(struct arena *arena, struct address_set set,
			  const struct prefix **ret_prefixes, size_t *ret_count)
{
	struct prefix *prefixes = NULL;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < set.count; i++) {
		struct address from = set.ranges[i].first;
		bool is_left = true;
		while (is_left) {
			prefixes = arena_grow(arena, prefixes, count, &capacity, sizeof(*prefixes));
			if (!prefixes)
				return false;
			prefixes[count] = widest_prefix(from, set.ranges[i].last);
			from = prefix_last(prefixes[count++]);
			is_left = compare_bytes(&from, &set.ranges[i].last) < 0 &&
				  address_next(&from);
		}
	}
	*ret_prefixes = prefixes;
	*ret_count = count;
	return true;
}
