/* SPDX-License-Identifier: Apache-2.0
 *
 * Rulesets with what they do, a file each in tests/cases/{iptables,ip6tables,nft}. Sections:
 *
 *   == ipset     what `ipset save` prints (may be left out)
 *   == rules     the ruleset
 *   == expect
 *   broken LINE                          the ruleset cannot be used; LINE is to blame
 *   refused LINE                         iptables would refuse that line
 *   tcp/22 from 192.0.2.1 by eth1 flags SA type 8 = accept    one packet with fresh tables
 *   tcp/22 accept = 192.0.2.0/24 ...     all sources with that verdict, exactly
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/buffer.h"
#include "audit/firewall/port_names.h"
#include "tests/firewall_text.h"

struct case_file {
	struct arena *arena;
	const char *path;
	enum address_family family;
	struct slice rules;
	struct slice ipsets;
	struct slice expect;
	/* The line of the file before the first expectation. */
	unsigned int line;
	unsigned int failures;
};

static struct slice read_whole(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "rb");
	BUFFER_AUTO bytes = { 0 };
	assert_non_null(file);
	char chunk[4096];
	size_t got;
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buffer_append(&bytes, chunk, got);
	fclose(file);
	char *copy = slice_to_string(arena, buffer_slice(&bytes));
	assert_non_null(copy);
	return (struct slice){ .data = copy, .size = bytes.size };
}

/* Rules keep the line numbers of the file: what stands before them is not theirs, so sections are
 * slices; lines count from each section's first. */
static void part_sections(struct case_file *test, struct slice text)
{
	struct slice *section = NULL, rest = text, line;
	unsigned int number = 0;
	while (slice_next_line(&rest, &line)) {
		number++;
		if (!slice_starts_with(line, "== ")) {
			if (section && !section->data)
				section->data = line.data;
			if (section)
				section->size = (size_t)(line.data + line.size - section->data);
			continue;
		}
		struct slice name = slice_from(line, 3);
		section = slice_is(name, "rules")   ? &test->rules
			  : slice_is(name, "ipset") ? &test->ipsets
						    : &test->expect;
		if (section == &test->expect)
			test->line = number;
	}
}

static void complain(struct case_file *test, const char *what, struct slice line)
{
	print_error("%s:%u: %s: %.*s\n", test->path, test->line, what, SLICE_ARG(line));
	test->failures++;
}

static const char *verdict_text(const struct evaluate_part *part)
{
	switch (part->verdict) {
	case EVALUATE_ACCEPT:
		return "accept";
	case EVALUATE_BLOCK:
		return part->is_before_input ? "undelivered" : "block";
	case EVALUATE_CONDITION:
		return "condition";
	case EVALUATE_UNKNOWN:
		return "unknown";
	}
	return "";
}

static void set_flags(struct packet *packet, struct slice letters)
{
	static const char names[] = "FSRPAU";
	unsigned int flags = 0;
	for (size_t i = 0; i < letters.size; i++)
		for (size_t k = 0; names[k]; k++)
			if (letters.data[i] == names[k])
				flags |= 1u << k;
	packet_set(packet, FIELD_TCP_FLAGS, flags);
	packet_track(packet);
}

static bool set_option(struct packet *packet, struct slice name, struct slice value)
{
	struct address address;
	uint64_t number;
	if (slice_is(name, "from") && address_parse(value, &address))
		packet_set(packet, FIELD_SOURCE, rule_value_of_address(address));
	else if (slice_is(name, "by"))
		packet_set_interface(packet, value);
	else if (slice_is(name, "flags"))
		set_flags(packet, value);
	else if (slice_is(name, "sport") && slice_to_uint64(value, &number))
		packet_set(packet, FIELD_SOURCE_PORT, number);
	else if (slice_is(name, "type") && slice_to_uint64(value, &number))
		packet_set(packet, FIELD_ICMP_TYPE, number);
	else
		return false;
	packet_track(packet);
	return true;
}

/* All sources whose verdict is WORD, as prefixes with blanks between them. */
static bool sources_of(struct arena *arena, const struct evaluate_answer *answer,
		       enum address_family family, struct slice word, struct buffer *text)
{
	struct address_set all = address_set_empty(family);
	const struct prefix *prefixes;
	size_t count;
	for (size_t i = 0; i < answer->count; i++)
		if (slice_is(word, verdict_text(&answer->parts[i])) &&
		    !address_set_union(arena, all, answer->parts[i].sources, &all))
			return false;
	if (!address_set_prefixes(arena, all, &prefixes, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		buffer_append_string(text, i ? " " : "");
		prefix_format(prefixes[i], text);
	}
	return !buffer_failed(text);
}

static void check_question(struct case_file *test, struct evaluator *evaluator, struct slice line)
{
	size_t equals = slice_find(line, SLICE(" ="));
	struct slice left = slice_part(line, 0, equals);
	struct slice right = slice_trim(slice_from(line, equals + 2)), word, value;
	uint64_t port = 0;
	uint8_t protocol;
	struct packet packet;
	struct evaluate_answer answer;
	if (!slice_next_word(&left, &word))
		return;
	size_t slash = slice_find_byte(word, '/');
	assert_true(protocol_parse(slice_part(word, 0, slash), &protocol));
	if (slash < word.size)
		assert_true(slice_to_uint64(slice_from(word, slash + 1), &port));
	firewall_packet(&packet, test->family, protocol, (uint16_t)port);
	struct slice verdict = SLICE("");
	while (slice_next_word(&left, &word)) {
		if (slice_is(word, "accept") || slice_is(word, "block") ||
		    slice_is(word, "condition") || slice_is(word, "unknown")) {
			verdict = word;
			continue;
		}
		if (!slice_next_word(&left, &value) || !set_option(&packet, word, value))
			complain(test, "not an option", word);
	}
	const struct evaluate_options options = { .is_fresh = verdict.size == 0 };
	assert_true(evaluator_ask(evaluator, &packet, &options, test->arena, &answer));
	BUFFER_AUTO got = { 0 };
	if (verdict.size)
		assert_true(sources_of(test->arena, &answer, test->family, verdict, &got));
	else
		buffer_append_string(&got, answer.count == 1 ? verdict_text(&answer.parts[0])
							     : "several");
	if (!slice_equal(buffer_slice(&got), right)) {
		complain(test, "expected", line);
		print_error("    got %s\n", buffer_string(&got));
	}
}

static void check_diagnostics(struct case_file *test, const struct ruleset *ruleset,
			      struct slice line)
{
	struct slice rest = line, word, number;
	uint64_t wanted = 0;
	bool is_found = false;
	assert_true(slice_next_word(&rest, &word) && slice_next_word(&rest, &number) &&
		    slice_to_uint64(number, &wanted));
	if (slice_is(word, "broken"))
		is_found = ruleset->is_broken && origin_line(ruleset->broken.origin) == wanted;
	else
		for (size_t i = 0; i < ruleset->diagnostics.count; i++)
			is_found = is_found ||
				   origin_line(ruleset->diagnostics.items[i].origin) == wanted;
	if (!is_found)
		complain(test, "not said", line);
}

static void run_case(struct case_file *test, enum firewall_language language)
{
	struct host_address addresses[2];
	struct evaluator_host host = firewall_host(addresses);
	part_sections(test, read_whole(test->arena, test->path));
	const struct ruleset *ruleset =
		firewall_read(test->arena, language, test->rules, test->ipsets);
	assert_non_null(ruleset);
	struct evaluator *evaluator = evaluator_new(ruleset, test->family, &host);
	assert_non_null(evaluator);
	struct slice line;
	bool says_broken = false;
	while (slice_next_line(&test->expect, &line)) {
		test->line++;
		line = slice_trim(line);
		if (line.size == 0 || line.data[0] == '#')
			continue;
		says_broken = says_broken || slice_starts_with(line, "broken ");
		if (slice_starts_with(line, "broken ") || slice_starts_with(line, "refused "))
			check_diagnostics(test, ruleset, line);
		else
			check_question(test, evaluator, line);
	}
	if (ruleset->is_broken && !says_broken)
		complain(test, ruleset->broken.message, SLICE(""));
	evaluator_free(evaluator);
}

static void run_folder(const char *pattern, enum firewall_language language)
{
	glob_t found;
	unsigned int failures = 0;
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct case_file test = {
			.arena = arena_new(0),
			.path = found.gl_pathv[i],
			.family = language == FIREWALL_IP6TABLES ? ADDRESS_IPV6 : ADDRESS_IPV4,
		};
		assert_non_null(test.arena);
		run_case(&test, language);
		failures += test.failures;
		arena_free(test.arena);
	}
	globfree(&found);
	assert_int_equal(failures, 0);
}

static void iptables_cases(void **state)
{
	(void)state;
	run_folder("tests/cases/iptables/*.case", FIREWALL_IPTABLES);
}

static void ip6tables_cases(void **state)
{
	(void)state;
	run_folder("tests/cases/ip6tables/*.case", FIREWALL_IP6TABLES);
}

static void nft_cases(void **state)
{
	(void)state;
	run_folder("tests/cases/nft/*.case", FIREWALL_NFT);
}

static void nft_json_cases(void **state)
{
	(void)state;
	run_folder("tests/cases/nft_json/*.case", FIREWALL_NFT_JSON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iptables_cases),
		cmocka_unit_test(ip6tables_cases),
		cmocka_unit_test(nft_cases),
		cmocka_unit_test(nft_json_cases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
