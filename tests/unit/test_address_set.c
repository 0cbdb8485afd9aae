/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/address_set.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"

static int open_arena(void **state)
{
	*state = arena_new(0);
	return *state ? 0 : -1;
}

static int close_arena(void **state)
{
	arena_free(*state);
	return 0;
}

/* The set of the prefixes in TEXT, separated by blanks. */
static struct address_set set_of(struct arena *arena, enum address_family family, const char *text)
{
	struct address_set set = address_set_empty(family), one;
	struct slice rest = slice_of(text), word;
	while (slice_next_word(&rest, &word)) {
		struct prefix prefix;
		assert_true(prefix_parse(word, &prefix));
		assert_true(address_set_of_prefix(arena, prefix, &one));
		assert_true(address_set_union(arena, set, one, &set));
	}
	return set;
}

static void assert_prefixes(struct arena *arena, struct address_set set, const char *expected)
{
	const struct prefix *prefixes;
	size_t count;
	assert_true(address_set_prefixes(arena, set, &prefixes, &count));
	BUFFER_AUTO text = { 0 };
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_append_byte(&text, ' ');
		prefix_format(prefixes[i], &text);
	}
	assert_string_equal(buffer_string(&text), expected);
}

static void joins_what_touches(void **state)
{
	struct arena *arena = *state;
	struct address_set set = set_of(arena, ADDRESS_IPV4, "192.0.2.128/25 192.0.2.0/25");
	assert_int_equal(set.count, 1);
	assert_prefixes(arena, set, "192.0.2.0/24");
	set = set_of(arena, ADDRESS_IPV4, "0.0.0.0/1 128.0.0.0/1");
	assert_true(address_set_is_all(set));
	assert_prefixes(arena, set, "0.0.0.0/0");
	set = set_of(arena, ADDRESS_IPV6, "2001:db8::/33 2001:db8:8000::/33 ::/0");
	assert_true(address_set_is_all(set));
}

static void ranges_become_prefixes(void **state)
{
	struct arena *arena = *state;
	struct address first, last;
	struct address_set set;
	assert_true(address_parse(SLICE("192.0.2.1"), &first));
	assert_true(address_parse(SLICE("192.0.2.6"), &last));
	assert_true(address_set_of_range(arena, first, last, &set));
	assert_prefixes(arena, set, "192.0.2.1/32 192.0.2.2/31 192.0.2.4/31 192.0.2.6/32");
	assert_true(address_set_of_range(arena, last, first, &set));
	assert_true(address_set_is_empty(set));
	assert_prefixes(arena, address_set_all(ADDRESS_IPV6), "::/0");
	assert_prefixes(arena, address_set_empty(ADDRESS_IPV4), "");
	assert_true(address_parse(SLICE("255.255.255.254"), &first));
	assert_true(address_parse(SLICE("255.255.255.255"), &last));
	assert_true(address_set_of_range(arena, first, last, &set));
	assert_prefixes(arena, set, "255.255.255.254/31");
}

static void subtracts(void **state)
{
	struct arena *arena = *state;
	struct address_set out;
	struct address_set a = set_of(arena, ADDRESS_IPV4, "10.0.0.0/8 192.0.2.0/24");
	struct address_set b =
		set_of(arena, ADDRESS_IPV4, "10.0.0.0/9 10.255.255.255 192.0.2.0/24");
	assert_true(address_set_difference(arena, a, b, &out));
	struct address_set back;
	assert_true(address_set_union(arena, out, b, &back));
	assert_true(address_set_equal(back, a));
	assert_true(address_set_intersection(arena, out, b, &back));
	assert_true(address_set_is_empty(back));
	assert_true(address_set_difference(arena, address_set_all(ADDRESS_IPV4), a, &out));
	assert_false(address_set_covers(out, a));
	assert_true(address_set_covers(a, b));
}

/* The slow reference: one bit for each of the 4,096 addresses of 192.0.0.0/20. */
#define REFERENCE_BITS 4096

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static struct address address_at(unsigned int index)
{
	return (struct address){ .family = ADDRESS_IPV4,
				 .bytes = { 192, 0, (uint8_t)(index >> 8), (uint8_t)index } };
}

static struct address_set random_set(struct arena *arena, uint32_t *seed, bool *bits)
{
	struct address_range ranges[16];
	size_t count = next_random(seed) % 16;
	memset(bits, 0, REFERENCE_BITS);
	for (size_t i = 0; i < count; i++) {
		unsigned int first = next_random(seed) % REFERENCE_BITS;
		unsigned int size = next_random(seed) % (next_random(seed) % 2 ? 4 : 600);
		unsigned int last =
			first + size < REFERENCE_BITS ? first + size : REFERENCE_BITS - 1;
		ranges[i] = (struct address_range){ address_at(first), address_at(last) };
		for (unsigned int k = first; k <= last; k++)
			bits[k] = true;
	}
	struct address_set set;
	assert_true(address_set_of_ranges(arena, ADDRESS_IPV4, ranges, count, &set));
	return set;
}

static void assert_bits(struct address_set set, const bool *bits)
{
	for (unsigned int i = 0; i < REFERENCE_BITS; i++)
		assert_int_equal(address_set_contains(set, address_at(i)), bits[i]);
	for (size_t i = 1; i < set.count; i++)
		assert_true(address_compare(set.ranges[i - 1].last, set.ranges[i].first) < 0);
}

static void agrees_with_bits(void **state)
{
	struct arena *arena = *state;
	static bool a_bits[REFERENCE_BITS], b_bits[REFERENCE_BITS], bits[REFERENCE_BITS];
	uint32_t seed = 1;
	for (int round = 0; round < 300; round++) {
		struct address_set a = random_set(arena, &seed, a_bits), out;
		struct address_set b = random_set(arena, &seed, b_bits);
		bool covers = true;
		assert_bits(a, a_bits);
		assert_true(address_set_union(arena, a, b, &out));
		for (int i = 0; i < REFERENCE_BITS; i++)
			bits[i] = a_bits[i] || b_bits[i];
		assert_bits(out, bits);
		assert_true(address_set_intersection(arena, a, b, &out));
		for (int i = 0; i < REFERENCE_BITS; i++)
			bits[i] = a_bits[i] && b_bits[i];
		assert_bits(out, bits);
		assert_true(address_set_difference(arena, a, b, &out));
		for (int i = 0; i < REFERENCE_BITS; i++) {
			bits[i] = a_bits[i] && !b_bits[i];
			covers = covers && (a_bits[i] || !b_bits[i]);
		}
		assert_bits(out, bits);
		assert_int_equal(address_set_covers(a, b), covers);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(joins_what_touches, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(ranges_become_prefixes, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(subtracts, open_arena, close_arena),
		cmocka_unit_test_setup_teardown(agrees_with_bits, open_arena, close_arena),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
