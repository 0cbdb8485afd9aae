/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of iptables-save: tables, chains with their policies, rules, COMMIT. Built after
 * iptables-restore.
 */
#include "audit/firewall/iptables_parse.h"

#include <string.h>

#include "audit/base/arena.h"
#include "audit/firewall/iptables_line.h"

struct iptables_file {
	struct rule_builder *builder;
	const struct source *source;
	enum address_family family;
	enum rule_backend backend;
	/* The table between "*name" and COMMIT. */
	struct rule_table *table;
	struct origin table_origin;
	/* Scratch for one line: large, so not on the stack. */
	struct iptables_rule *rule;
};

static struct origin line_origin(const struct iptables_file *file, struct slice line)
{
	return origin_of(file->source, line);
}

static void complain(struct iptables_file *file, struct origin origin, const char *what,
		     struct slice text)
{
	if (!diagnostics_add(&file->builder->ruleset->diagnostics, file->builder->arena,
			     DIAGNOSTIC_ERROR, origin, "%s: %.*s", what, SLICE_ARG(text)))
		file->builder->is_failed = true;
}

/* Where the built-in chains of each table hook in: Linux, net/ipv4/netfilter/iptable_*.c and
 * include/uapi/linux/netfilter_ipv4.h. */
static const struct {
	const char *table;
	const char *chain;
	enum hook hook;
	int32_t priority;
} builtins[] = {
	{ "raw", "PREROUTING", HOOK_PREROUTING, -300 },
	{ "raw", "OUTPUT", HOOK_OUTPUT, -300 },
	{ "mangle", "PREROUTING", HOOK_PREROUTING, -150 },
	{ "mangle", "INPUT", HOOK_INPUT, -150 },
	{ "mangle", "FORWARD", HOOK_FORWARD, -150 },
	{ "mangle", "OUTPUT", HOOK_OUTPUT, -150 },
	{ "mangle", "POSTROUTING", HOOK_POSTROUTING, -150 },
	{ "nat", "PREROUTING", HOOK_PREROUTING, -100 },
	{ "nat", "INPUT", HOOK_INPUT, 100 },
	{ "nat", "OUTPUT", HOOK_OUTPUT, -100 },
	{ "nat", "POSTROUTING", HOOK_POSTROUTING, 100 },
	{ "filter", "INPUT", HOOK_INPUT, 0 },
	{ "filter", "FORWARD", HOOK_FORWARD, 0 },
	{ "filter", "OUTPUT", HOOK_OUTPUT, 0 },
	{ "security", "INPUT", HOOK_INPUT, 50 },
	{ "security", "FORWARD", HOOK_FORWARD, 50 },
	{ "security", "OUTPUT", HOOK_OUTPUT, 50 },
};

static struct rule_chain *find_chain(struct iptables_file *file, struct slice name,
				     struct origin origin)
{
	struct rule_chain *chain = build_chain(file->builder, file->table, name, origin);
	if (!chain || chain->hook != HOOK_NONE)
		return chain;
	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++)
		if (slice_is(file->table->name, builtins[i].table) &&
		    slice_is(name, builtins[i].chain)) {
			chain->hook = builtins[i].hook;
			chain->priority = builtins[i].priority;
			chain->is_nat = slice_is(file->table->name, "nat");
		}
	return chain;
}

static bool set_policy(struct rule_chain *chain, struct slice policy, struct origin origin)
{
	if (slice_is(policy, "ACCEPT"))
		chain->policy = VERDICT_ACCEPT;
	else if (slice_is(policy, "DROP"))
		chain->policy = VERDICT_DROP;
	else
		return slice_is(policy, "-");
	chain->policy_origin = origin;
	return true;
}

/* "[12:3456]" at the beginning of a line of iptables-save -c. */
static bool take_counters(struct slice *line, uint64_t *ret_packets)
{
	if (!slice_starts_with(*line, "["))
		return false;
	size_t colon = slice_find_byte(*line, ':'), end = slice_find_byte(*line, ']');
	if (colon > end || end == line->size ||
	    !slice_to_uint64(slice_part(*line, 1, colon - 1), ret_packets))
		return false;
	*line = slice_trim_left(slice_from(*line, end + 1));
	return true;
}

/* -A, -I: a rule. */
static void parse_rule_line(struct iptables_file *file, char command, struct slice line,
			    bool has_counter, uint64_t packets)
{
	struct iptables_rule *rule = file->rule;
	size_t first = 2;
	uint64_t position = command == 'I' ? 1 : 0;
	rule->module_count = rule->use_count = rule->target_word_count = 0;
	rule->target = SLICE("");
	rule->is_goto = false;
	rule->protocol = 0;
	rule->protocol_is_negated = false;
	rule->origin = line_origin(file, line);
	build_rule_begin(file->builder, rule->origin);
	struct rule_chain *chain = find_chain(file, rule->words[1].text, rule->origin);
	if (command == 'I' && rule->word_count > 2 &&
	    slice_to_uint64(rule->words[2].text, &position))
		first = 3;
	switch (iptables_build_rule(rule, first)) {
	case IPTABLES_TAKE_DONE:
		break;
	case IPTABLES_TAKE_SKIP:
		return;
	case IPTABLES_TAKE_OTHER:
	case IPTABLES_TAKE_REFUSED:
		complain(file, rule->origin, "iptables would refuse this line", line);
		build_rule_begin(file->builder, rule->origin);
		build_match_unknown(file->builder, SLICE("a line that is not understood"));
		file->builder->rule.verdict.kind = VERDICT_UNKNOWN;
		break;
	}
	file->builder->rule.has_counter = has_counter;
	file->builder->rule.packets = packets;
	build_rule_end(file->builder, chain, (size_t)position);
}

/* -P, -N, -F, -X, -D, -Z: what a hand-written file may hold beside rules. */
static void parse_chain_command(struct iptables_file *file, char command, struct slice line)
{
	const struct iptables_rule *rule = file->rule;
	struct origin origin = line_origin(file, line);
	struct rule_chain *chain = NULL;
	switch (command) {
	case 'N':
		if (rule->word_count > 1)
			(void)find_chain(file, rule->words[1].text, origin);
		return;
	case 'P':
		if (rule->word_count > 2)
			chain = find_chain(file, rule->words[1].text, origin);
		if (!chain || !set_policy(chain, rule->words[2].text, origin))
			complain(file, origin, "not a policy", line);
		return;
	case 'F':
		/* Empties what the file itself filled before. */
		for (size_t i = 0; i < file->table->chain_count; i++)
			if (rule->word_count < 2 ||
			    slice_equal(file->table->chains[i]->name, rule->words[1].text))
				file->table->chains[i]->rule_count = 0;
		return;
	case 'X':
	case 'Z':
		return;
	default:
		ruleset_break(file->builder, origin, "a command that is not followed here: %.*s",
			      SLICE_ARG(line));
	}
}

static char command_letter(struct slice word)
{
	static const struct {
		const char *name;
		char letter;
	} names[] = {
		{ "--append", 'A' }, { "--insert", 'I' }, { "--new-chain", 'N' },
		{ "--policy", 'P' }, { "--flush", 'F' },  { "--delete-chain", 'X' },
		{ "--zero", 'Z' },   { "--delete", 'D' }, { "--replace", 'R' },
	};
	if (word.size == 2 && word.data[0] == '-')
		return word.data[1];
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_is(word, names[i].name))
			return names[i].letter;
	return 0;
}

/* ":INPUT DROP [0:0]" */
static void parse_chain_line(struct iptables_file *file, struct slice line)
{
	struct slice rest = slice_from(line, 1), name, policy = SLICE("-");
	struct origin origin = line_origin(file, line);
	if (!slice_next_word(&rest, &name)) {
		complain(file, origin, "a chain without a name", line);
		return;
	}
	(void)slice_next_word(&rest, &policy);
	struct rule_chain *chain = find_chain(file, name, origin);
	if (chain && !set_policy(chain, policy, origin))
		complain(file, origin, "not a policy", line);
}

/* "-4 -A INPUT ...": takes the options before the command away; false when they name the other
 * family. */
static bool is_for_family(struct iptables_rule *rule)
{
	bool is_for_us = true;
	size_t count = 0;
	for (; count < rule->word_count; count++) {
		struct slice word = rule->words[count].text;
		if (slice_is(word, "-4") || slice_is(word, "--ipv4"))
			is_for_us = is_for_us && rule->family == ADDRESS_IPV4;
		else if (slice_is(word, "-6") || slice_is(word, "--ipv6"))
			is_for_us = is_for_us && rule->family == ADDRESS_IPV6;
		else
			break;
	}
	rule->word_count -= count;
	memmove(rule->words, rule->words + count, rule->word_count * sizeof(rule->words[0]));
	return is_for_us;
}

static void parse_command_line(struct iptables_file *file, struct slice line)
{
	uint64_t packets = 0;
	struct slice rest = line;
	bool has_counter = take_counters(&rest, &packets);
	bool is_whole = iptables_split_words(file->rule, rest);
	if (!is_for_family(file->rule))
		return;
	char command = file->rule->word_count ? command_letter(file->rule->words[0].text) : 0;
	if (!is_whole) {
		ruleset_break(file->builder, line_origin(file, line), "more than %d words",
			      IPTABLES_WORDS_MAX);
		return;
	}
	switch (command) {
	case 'A':
	case 'I':
		if (file->rule->word_count > 1) {
			parse_rule_line(file, command, rest, has_counter, packets);
			return;
		}
		break;
	case 'N':
	case 'P':
	case 'F':
	case 'X':
	case 'Z':
	case 'D':
	case 'R':
	case 'E':
		parse_chain_command(file, command, rest);
		return;
	default:
		break;
	}
	complain(file, line_origin(file, line), "not a line of iptables-save", line);
}

static void parse_line(struct iptables_file *file, struct slice line)
{
	line = slice_trim(line);
	if (line.size == 0 || line.data[0] == '#')
		return;
	struct origin origin = line_origin(file, line);
	if (line.data[0] == '*') {
		if (file->table)
			ruleset_break(file->builder, file->table_origin, "the table has no COMMIT");
		file->table = build_table(file->builder,
					  file->family == ADDRESS_IPV4 ? TABLE_IPV4 : TABLE_IPV6,
					  slice_trim(slice_from(line, 1)), file->backend, origin);
		file->table_origin = origin;
	} else if (slice_is(line, "COMMIT")) {
		file->table = NULL;
	} else if (!file->table) {
		complain(file, origin, "outside a table", line);
	} else if (line.data[0] == ':') {
		parse_chain_line(file, line);
	} else {
		parse_command_line(file, line);
	}
}

bool iptables_is_nft_backend(const struct source *source)
{
	/* Debian and upstream 1.8.3 on; 1.8.0 to 1.8.2; names of the multi-call program. */
	static const char *const marks[] = { "(nf_tables)", "xtables-save", "-nft-save" };
	struct slice rest = source->bytes, line;
	for (int i = 0; i < 4 && slice_next_line(&rest, &line); i++)
		for (size_t k = 0; slice_starts_with(line, "#") && k < ARRAY_SIZE(marks); k++)
			if (slice_find(line, slice_of(marks[k])) < line.size)
				return true;
	/* Only the new backend warns of the old one (nft_check_xt_legacy in iptables). */
	return slice_find(source->bytes, SLICE("tables-legacy tables present")) <
	       source->bytes.size;
}

void iptables_parse(struct rule_builder *builder, const struct source *source,
		    enum address_family family, enum rule_backend backend)
{
	struct iptables_file file = {
		.builder = builder,
		.source = source,
		.family = family,
		.backend = iptables_is_nft_backend(source) ? BACKEND_IPTABLES_NFT : backend,
		.rule = ARENA_NEW(builder->arena, struct iptables_rule),
	};
	if (!file.rule) {
		builder->is_failed = true;
		return;
	}
	file.rule->builder = builder;
	file.rule->source = source;
	file.rule->family = family;
	struct slice rest = source->bytes, line, last = SLICE("");
	while (!builder->is_failed && slice_next_line(&rest, &line)) {
		parse_line(&file, line);
		if (slice_trim(line).size)
			last = line;
	}
	if (source->is_truncated)
		ruleset_break(builder, line_origin(&file, last),
			      "the text is longer than the limit and was cut here");
	else if (file.table)
		ruleset_break(builder, line_origin(&file, last),
			      "the text ends inside a table, without COMMIT");
}
