/* SPDX-License-Identifier: Apache-2.0
 *
 * Laws of the firewall's evaluator over random rulesets: the answer with the source left open says
 * of each address what the answer for that address alone says; its parts are disjoint and cover all
 * sources; and sets of addresses obey the algebra of sets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/buffer.h"
#include "tests/firewall_text.h"

enum {
	RULESETS = 300,
	ADDRESSES = 40,
	RULES_MAX_HERE = 14,
};

/* xorshift64: the same rulesets in each run. */
static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static const char *pick(uint64_t *seed, const char *const *words, size_t count)
{
	return words[next_random(seed) % count];
}

#define PICK(seed, words) pick(seed, words, ARRAY_SIZE(words))

static const char *const networks[] = { "192.0.2.0/24",    "192.0.2.128/25", "192.0.2.77",
					"198.51.100.0/24", "203.0.113.9",    "10.0.0.0/8",
					"172.16.0.0/12",   "0.0.0.0/1",      "192.0.2.8/29" };
static const char *const ports[] = { "22", "5060", "5060:5061", "80", "1024:65535" };
static const char *const states[] = { "NEW", "ESTABLISHED,RELATED", "INVALID", "NEW,UNTRACKED" };
static const char *const targets[] = { "ACCEPT", "DROP", "REJECT", "RETURN", "C1", "C2", "ACCEPT" };
static const char *const others[] = {
	"-m limit --limit 5/min",
	"-m recent --name x --set",
	"-m recent --name x --rcheck --seconds 60",
	"-m geoip --src-cc DE",
	"-m iprange --src-range 192.0.2.60-198.51.100.9",
	"-m addrtype --src-type LOCAL",
	"-m mark --mark 1",
	"-m ttl --ttl-lt 64",
	"-i eth+",
	"! -i eth0",
};

static void write_rule(uint64_t *seed, struct buffer *text, int chain)
{
	static const char *const chains[] = { "INPUT", "C1", "C2" };
	const char *target = PICK(seed, targets);
	buffer_format(text, "-A %s", chains[chain]);
	if (next_random(seed) % 2)
		buffer_format(text, "%s -s %s", next_random(seed) % 4 ? "" : " !",
			      PICK(seed, networks));
	if (next_random(seed) % 2)
		buffer_format(text, " -p %s%s --dport %s", next_random(seed) % 2 ? "tcp" : "udp",
			      next_random(seed) % 5 ? "" : " !", PICK(seed, ports));
	if (next_random(seed) % 4 == 0)
		buffer_format(text, " -m conntrack --ctstate %s", PICK(seed, states));
	if (next_random(seed) % 4 == 0)
		buffer_format(text, " %s", PICK(seed, others));
	/* Jumps go forward only. */
	if (target[0] == 'C' && target[1] - '0' <= chain)
		target = "DROP";
	if (next_random(seed) % 10 == 0)
		buffer_append_string(text, " -j MARK --set-mark 1\n");
	else
		buffer_format(text, " -j %s\n", target);
}

/* Neighbours that differ in the source alone (rule_runs.h). */
static void write_run(uint64_t *seed, struct buffer *text, int chain)
{
	static const char *const chains[] = { "INPUT", "C1", "C2" };
	static const char *const ends[] = { "ACCEPT", "DROP", "REJECT", "RETURN" };
	const char *end = PICK(seed, ends), *port = PICK(seed, ports);
	for (int i = 0; i < 10; i++)
		buffer_format(text, "-A %s%s -s %s -p tcp --dport %s -j %s\n", chains[chain],
			      next_random(seed) % 9 ? "" : " !", PICK(seed, networks), port, end);
}

static void write_rules(uint64_t *seed, struct buffer *text)
{
	buffer_format(text, "*filter\n:INPUT %s [0:0]\n:C1 - [0:0]\n:C2 - [0:0]\n",
		      next_random(seed) % 2 ? "ACCEPT" : "DROP");
	for (int chain = 0; chain < 3; chain++) {
		for (uint64_t n = next_random(seed) % RULES_MAX_HERE; n > 0; n--)
			write_rule(seed, text, chain);
		if (next_random(seed) % 2)
			write_run(seed, text, chain);
		write_rule(seed, text, chain);
	}
	buffer_append_string(text, "COMMIT\n");
}

static uint32_t random_address(uint64_t *seed)
{
	static const uint32_t near[] = { 0xc0000200, 0xc000027f, 0xc0000280, 0xc00002ff, 0xc000024d,
					 0xc6336400, 0xcb007109, 0x0a000001, 0xac100000, 0x7fffffff,
					 0xc0000209, 0xc000090a, 0x80000000, 0xc000020a };
	if (next_random(seed) % 4 == 0)
		return (uint32_t)next_random(seed);
	return near[next_random(seed) % ARRAY_SIZE(near)] + (uint32_t)(next_random(seed) % 3) - 1;
}

static const struct evaluate_part *part_of(const struct evaluate_answer *answer,
					   struct address address)
{
	const struct evaluate_part *found = NULL;
	for (size_t i = 0; i < answer->count; i++)
		if (address_set_contains(answer->parts[i].sources, address)) {
			assert_null(found);
			found = &answer->parts[i];
		}
	return found;
}

static void assert_law(struct evaluator *evaluator, const struct packet *open, uint64_t *seed,
		       const char *text, struct arena *arena)
{
	const struct evaluate_options options = { .is_fresh = false };
	struct evaluate_answer answer;
	assert_true(evaluator_ask(evaluator, open, &options, arena, &answer));
	for (int i = 0; i < ADDRESSES; i++) {
		struct evaluate_answer alone;
		struct packet packet = *open;
		uint32_t value = random_address(seed);
		/* What a host itself would be is asked with its kind of address. */
		if (value >> 24 == 127 || value >> 28 >= 0xe || value >> 24 == 0 ||
		    value == 0xc000020a)
			continue;
		packet_set(&packet, FIELD_SOURCE, value);
		packet_set(&packet, FIELD_SOURCE_TYPE, 1);
		assert_true(evaluator_ask(evaluator, &packet, &options, arena, &alone));
		const struct evaluate_part *part =
			part_of(&answer, rule_address_of_value(ADDRESS_IPV4, value));
		assert_non_null(part);
		assert_int_equal(alone.count, 1);
		if (alone.parts[0].verdict != part->verdict) {
			print_error("source %08x: %d alone (%s), %d together (%s)\n", value,
				    (int)alone.parts[0].verdict, alone.parts[0].path,
				    (int)part->verdict, part->path);
			print_error("%s", text);
			fail();
		}
	}
}

static void open_sources_say_what_each_says(void **state)
{
	(void)state;
	uint64_t seed = 20240601;
	struct host_address addresses[2];
	const struct evaluator_host host = firewall_host(addresses);
	for (int i = 0; i < RULESETS; i++) {
		struct arena *arena = arena_new(0);
		BUFFER_AUTO text = { 0 };
		write_rules(&seed, &text);
		const struct ruleset *ruleset =
			firewall_read(arena, FIREWALL_IPTABLES, buffer_slice(&text), SLICE(""));
		assert_non_null(ruleset);
		assert_false(ruleset->is_broken);
		struct evaluator *evaluator = evaluator_new(ruleset, ADDRESS_IPV4, &host);
		assert_non_null(evaluator);
		static const uint16_t asked[] = { 22, 5060, 5061, 1023 };
		for (size_t k = 0; k < ARRAY_SIZE(asked) * 2; k++) {
			struct packet packet;
			firewall_packet(&packet, ADDRESS_IPV4, k % 2 ? IPPROTO_TCP : IPPROTO_UDP,
					asked[k / 2]);
			assert_law(evaluator, &packet, &seed, buffer_string(&text), arena);
		}
		evaluator_free(evaluator);
		arena_free(arena);
	}
}

static struct address_set random_set(uint64_t *seed, struct arena *arena)
{
	struct address_set set = address_set_empty(ADDRESS_IPV4), one;
	for (uint64_t n = next_random(seed) % 6; n > 0; n--) {
		const struct prefix prefix =
			prefix_make(rule_address_of_value(ADDRESS_IPV4, random_address(seed)),
				    (unsigned int)(next_random(seed) % 33));
		assert_true(address_set_of_prefix(arena, prefix, &one));
		assert_true(address_set_union(arena, set, one, &set));
	}
	return set;
}

static void sets_obey_their_algebra(void **state)
{
	(void)state;
	uint64_t seed = 7;
	for (int i = 0; i < RULESETS; i++) {
		struct arena *arena = arena_new(0);
		struct address_set a = random_set(&seed, arena), b = random_set(&seed, arena);
		struct address_set either, both, only, back;
		assert_true(address_set_union(arena, a, b, &either));
		assert_true(address_set_intersection(arena, a, b, &both));
		assert_true(address_set_difference(arena, a, b, &only));
		assert_true(address_set_union(arena, only, both, &back));
		assert_true(address_set_equal(back, a));
		assert_true(address_set_difference(arena, either, b, &back));
		assert_true(address_set_equal(back, only));
		for (int k = 0; k < ADDRESSES; k++) {
			struct address address =
				rule_address_of_value(ADDRESS_IPV4, random_address(&seed));
			bool in_a = address_set_contains(a, address);
			bool in_b = address_set_contains(b, address);
			assert_int_equal(address_set_contains(either, address), in_a || in_b);
			assert_int_equal(address_set_contains(both, address), in_a && in_b);
			assert_int_equal(address_set_contains(only, address), in_a && !in_b);
		}
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_sources_say_what_each_says),
		cmocka_unit_test(sets_obey_their_algebra),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
