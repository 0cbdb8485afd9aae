/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines, words and options. Built after iptables-restore: words as its add_param_to_argv makes them
 * (blanks part, double quotes hold together, a backslash in quotes escapes), a match module's
 * options once `-m` has named it or `-p` has (the protocol's own module is loaded when one of its
 * options comes).
 */
#include "audit/firewall/iptables_parse.h"

#include <netinet/in.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/iptables_line.h"
#include "audit/firewall/port_names.h"

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

/* The next word of *REST into *WORD; a copy in ARENA where quotes or escapes stand in it. */
static bool next_word(struct arena *arena, struct slice *rest, struct iptables_word *word)
{
	*rest = slice_trim_left(*rest);
	if (rest->size == 0)
		return false;
	size_t end = 0;
	bool in_quotes = false, is_plain = true;
	for (; end < rest->size && (in_quotes || !byte_is_space((unsigned char)rest->data[end]));
	     end++) {
		if (rest->data[end] == '"') {
			in_quotes = !in_quotes;
			is_plain = false;
		} else if (in_quotes && rest->data[end] == '\\' && end + 1 < rest->size) {
			end++;
		}
	}
	struct slice raw = slice_part(*rest, 0, end);
	*rest = slice_from(*rest, end);
	*word = (struct iptables_word){ .text = raw, .is_quoted = !is_plain };
	if (is_plain)
		return true;
	/* Quotes around a whole word are the usual case and need no copy. */
	struct slice inner = slice_part(raw, 1, raw.size - 2);
	if (raw.size >= 2 && raw.data[0] == '"' && raw.data[raw.size - 1] == '"' &&
	    slice_find_byte(inner, '"') == inner.size &&
	    slice_find_byte(inner, '\\') == inner.size) {
		word->text = inner;
		return true;
	}
	char *copy = arena_allocate(arena, raw.size + 1);
	if (!copy)
		return false;
	size_t size = 0;
	in_quotes = false;
	for (size_t i = 0; i < raw.size; i++) {
		if (raw.data[i] == '"') {
			in_quotes = !in_quotes;
			continue;
		}
		if (in_quotes && raw.data[i] == '\\' && i + 1 < raw.size)
			i++;
		copy[size++] = raw.data[i];
	}
	word->text = (struct slice){ .data = copy, .size = size };
	return true;
}

bool iptables_parse_number(struct slice text, uint64_t *ret_value)
{
	unsigned int base = 10;
	if (slice_starts_with(text, "0x") || slice_starts_with(text, "0X")) {
		base = 16;
		text = slice_from(text, 2);
	} else if (text.size > 1 && text.data[0] == '0') {
		base = 8;
		text = slice_from(text, 1);
	}
	uint64_t value = 0;
	for (size_t i = 0; i < text.size; i++) {
		unsigned char c = byte_to_lower((unsigned char)text.data[i]);
		unsigned int digit = 16;
		if (byte_is_digit(c))
			digit = (unsigned int)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned int)(c - 'a' + 10);
		if (digit >= base || __builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return false;
	}
	*ret_value = value;
	return text.size > 0;
}

bool iptables_parse_mark(struct slice text, uint32_t *ret_value, uint32_t *ret_mask)
{
	size_t slash = slice_find_byte(text, '/');
	uint64_t value, mask = UINT32_MAX;
	if (!iptables_parse_number(slice_part(text, 0, slash), &value) || value > UINT32_MAX)
		return false;
	if (slash < text.size &&
	    (!iptables_parse_number(slice_from(text, slash + 1), &mask) || mask > UINT32_MAX))
		return false;
	*ret_value = (uint32_t)value;
	*ret_mask = (uint32_t)mask;
	return true;
}

bool iptables_parse_rate(struct slice text, uint64_t *ret_count, uint64_t *ret_seconds)
{
	static const struct {
		const char *name;
		uint64_t seconds;
	} units[] = { { "second", 1 }, { "minute", 60 }, { "hour", 3600 }, { "day", 86400 } };
	size_t slash = slice_find_byte(text, '/');
	struct slice unit = slice_from(text, slash + 1);
	if (!slice_to_uint64(slice_part(text, 0, slash), ret_count) || *ret_count == 0)
		return false;
	*ret_seconds = 1;
	if (slash == text.size)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (unit.size && slice_equal_ignore_case(
					 unit, slice_part(slice_of(units[i].name), 0, unit.size))) {
			*ret_seconds = units[i].seconds;
			return true;
		}
	/* "sec", "min" are beginnings; "d" and "h" too. Nothing else is known. */
	return false;
}

/* ADDRESS/MASK where the mask is no prefix: "192.0.2.1/255.0.255.255". */
static bool build_odd_mask(struct iptables_rule *rule, enum packet_field field, struct slice text,
			   bool is_negated)
{
	size_t slash = slice_find_byte(text, '/');
	struct address address, mask;
	if (!address_parse(slice_part(text, 0, slash), &address) ||
	    !address_parse(slice_from(text, slash + 1), &mask) || address.family != rule->family ||
	    mask.family != rule->family)
		return false;
	unsigned __int128 bits = rule_value_of_address(mask);
	unsigned __int128 value = rule_value_of_address(address) & bits;
	build_match_masked(rule->builder, field, bits, value, value, is_negated);
	return true;
}

bool iptables_build_addresses(struct iptables_rule *rule, enum packet_field field,
			      struct slice text, bool is_negated)
{
	struct rule_set_draft draft = { .part_count = 1 };
	struct slice rest = text, word;
	struct prefix prefix;
	while (slice_next_field(&rest, ',', &word)) {
		if (!prefix_parse(word, &prefix)) {
			/* ip6tables takes a mask as an address too; "fe80::/ffc0::". */
			return slice_find_byte(text, ',') == text.size &&
			       build_odd_mask(rule, field, word, is_negated);
		}
		if (prefix.address.family != rule->family)
			return false;
		struct value_range range = rule_range_of_prefix(prefix);
		draft_add(rule->builder, &draft, &range, NULL);
	}
	if (draft.count == 1) {
		/* "0.0.0.0/0" says nothing, and its negation never matches. */
		if (prefix.length || is_negated)
			build_match_range(rule->builder, field, draft.elements[0].first,
					  draft.elements[0].last, is_negated);
		return true;
	}
	struct rule_set *set = build_set(rule->builder, rule->origin);
	if (!set)
		return true;
	draft_finish(rule->builder, &draft, set);
	build_match_set(rule->builder, field, set, is_negated);
	return true;
}

static void build_interface(struct iptables_rule *rule, enum packet_field field, struct slice name,
			    bool is_negated)
{
	bool is_prefix = slice_ends_with(name, "+");
	if (is_prefix)
		name = slice_part(name, 0, name.size - 1);
	if (is_prefix && name.size == 0 && !is_negated)
		return;
	struct value_range range = rule_range_of_interface(name, is_prefix);
	build_match_range(rule->builder, field, range.first, range.last, is_negated);
}

const struct iptables_use *iptables_find_use(const struct iptables_rule *rule, size_t module,
					     const char *name)
{
	for (size_t i = 0; i < rule->use_count; i++) {
		const struct iptables_use *use = &rule->uses[i];
		const char *is = use->option->same_as ? use->option->same_as : use->option->name;
		if (use->module == module && strcmp(is, name) == 0)
			return use;
	}
	return NULL;
}

static bool add_module(struct iptables_rule *rule, struct slice name)
{
	if (rule->module_count == IPTABLES_MODULES_MAX)
		return false;
	/* "-m icmp6" and its other names are one; so is a module that is named twice for
	 * libxtables (xtables_find_match clones it: both count). */
	rule->module_names[rule->module_count] = name;
	rule->modules[rule->module_count++] = iptables_find_module(name);
	return true;
}

/* The option called TEXT among the modules named so far, the newest first; *RET_MODULE says whose.
 */
static const struct iptables_option *find_option(const struct iptables_rule *rule,
						 struct slice text, size_t *ret_module)
{
	const struct iptables_option *partial = NULL;
	size_t partial_module = 0, count = 0;
	for (size_t i = rule->module_count; i-- > 0;) {
		if (!rule->modules[i])
			continue;
		size_t begins = 0;
		const struct iptables_option *option =
			iptables_find_option(rule->modules[i], text, &begins);
		if (option && begins == 0) {
			*ret_module = i;
			return option;
		}
		/* The same name of an older copy of the module is the same option. */
		if (option && !(partial && strcmp(partial->name, option->name) == 0)) {
			count += begins;
			partial = option;
			partial_module = i;
		}
	}
	*ret_module = partial_module;
	return count == 1 ? partial : NULL;
}

/* Loads the module of -p's protocol, if there is one and it was not named. */
static bool load_protocol_module(struct iptables_rule *rule)
{
	const char *name =
		rule->protocol == IPPROTO_ICMPV6 ? "icmp6" : protocol_name(rule->protocol);
	if (!rule->protocol || !name || !iptables_find_module(slice_of(name)))
		return false;
	for (size_t i = 0; i < rule->module_count; i++)
		if (slice_is(rule->module_names[i], name))
			return false;
	return add_module(rule, slice_of(name));
}

/* How far the words of one option go. */
struct word_walk {
	size_t at;
	bool is_negated;
	/* A value that stood in the option's own word: "-ptcp", "--dport=22". */
	struct slice attached;
};

static bool take_value(struct iptables_rule *rule, struct word_walk *walk, struct slice *ret_value)
{
	if (walk->attached.data) {
		*ret_value = walk->attached;
		walk->attached.data = NULL;
		return true;
	}
	/* "-s ! 192.0.2.1": the old place of the negation. */
	if (walk->at < rule->word_count && slice_is(rule->words[walk->at].text, "!") &&
	    !rule->words[walk->at].is_quoted) {
		walk->is_negated = true;
		walk->at++;
	}
	if (walk->at == rule->word_count)
		return false;
	*ret_value = rule->words[walk->at++].text;
	return true;
}

static bool take_module_option(struct iptables_rule *rule, struct word_walk *walk,
			       struct slice text)
{
	size_t equals = slice_find_byte(text, '=');
	if (equals < text.size) {
		walk->attached = slice_from(text, equals + 1);
		text = slice_part(text, 0, equals);
	}
	size_t module;
	const struct iptables_option *option = find_option(rule, text, &module);
	if (!option && load_protocol_module(rule))
		option = find_option(rule, text, &module);
	if (!option || rule->use_count == IPTABLES_USES_MAX)
		return false;
	struct iptables_use *use = &rule->uses[rule->use_count];
	*use = (struct iptables_use){ .option = option, .module = module };
	for (unsigned int i = 0; i < option->argument_count; i++)
		if (!take_value(rule, walk, &use->values[i]))
			return false;
	use->is_negated = walk->is_negated;
	rule->use_count++;
	return true;
}

/* The words that belong to something unknown: up to the next option. */
static void skip_values(struct iptables_rule *rule, struct word_walk *walk)
{
	while (walk->at < rule->word_count) {
		const struct iptables_word *word = &rule->words[walk->at];
		if (!word->is_quoted && word->text.size > 1 && word->text.data[0] == '-' &&
		    !byte_is_digit((unsigned char)word->text.data[1]))
			break;
		if (!word->is_quoted && slice_is(word->text, "!"))
			break;
		walk->at++;
	}
}

static void take_target_words(struct iptables_rule *rule, struct word_walk *walk, size_t first)
{
	skip_values(rule, walk);
	for (size_t i = first; i < walk->at; i++)
		if (rule->target_word_count < IPTABLES_WORDS_MAX)
			rule->target_words[rule->target_word_count++] = i;
}

/* Global options by letter, with their long names (iptables/xshared.c). */
static const struct {
	const char *name;
	char letter;
} globals[] = {
	{ "protocol", 'p' },     { "proto", 'p' },         { "source", 's' },
	{ "src", 's' },          { "destination", 'd' },   { "dst", 'd' },
	{ "in-interface", 'i' }, { "out-interface", 'o' }, { "jump", 'j' },
	{ "goto", 'g' },         { "match", 'm' },         { "fragment", 'f' },
	{ "fragments", 'f' },    { "set-counters", 'c' },  { "table", 't' },
	{ "ipv4", '4' },         { "ipv6", '6' },          { "wait", 'w' },
	{ "numeric", 'n' },      { "verbose", 'v' },
};

static char global_letter(struct slice text)
{
	for (size_t i = 0; i < ARRAY_SIZE(globals); i++)
		if (slice_is(text, globals[i].name))
			return globals[i].letter;
	return 0;
}

enum take_result {
	TAKE_DONE,
	/* Not an option of this kind. */
	TAKE_OTHER,
	/* iptables refuses the line. */
	TAKE_REFUSED,
	/* The line is not for this family. */
	TAKE_SKIP,
};

static enum take_result take_protocol(struct iptables_rule *rule, struct word_walk *walk)
{
	struct slice value;
	if (!take_value(rule, walk, &value) || !protocol_parse(value, &rule->protocol))
		return TAKE_REFUSED;
	/* ip6tables reads "icmp" as the protocol of IPv4, as iptables does the other. */
	rule->protocol_is_negated = walk->is_negated;
	if (rule->protocol)
		build_match_range(rule->builder, FIELD_PROTOCOL, rule->protocol, rule->protocol,
				  walk->is_negated);
	return TAKE_DONE;
}

static enum take_result take_address(struct iptables_rule *rule, struct word_walk *walk,
				     enum packet_field field)
{
	struct slice value;
	if (!take_value(rule, walk, &value))
		return TAKE_REFUSED;
	if (!iptables_build_addresses(rule, field, value, walk->is_negated))
		/* A host's name: iptables would ask the DNS when it loads the rule. */
		build_match_unknown(rule->builder, value);
	return TAKE_DONE;
}

static enum take_result take_global(struct iptables_rule *rule, struct word_walk *walk, char letter)
{
	struct slice value;
	switch (letter) {
	case 'p':
		return take_protocol(rule, walk);
	case 's':
		return take_address(rule, walk, FIELD_SOURCE);
	case 'd':
		return take_address(rule, walk, FIELD_DESTINATION);
	case 'i':
	case 'o':
		if (!take_value(rule, walk, &value))
			return TAKE_REFUSED;
		build_interface(rule, letter == 'i' ? FIELD_IN_INTERFACE : FIELD_OUT_INTERFACE,
				value, walk->is_negated);
		return TAKE_DONE;
	case 'm':
		return take_value(rule, walk, &value) && add_module(rule, value) ? TAKE_DONE
										 : TAKE_REFUSED;
	case 'j':
	case 'g':
		if (!take_value(rule, walk, &rule->target))
			return TAKE_REFUSED;
		rule->is_goto = letter == 'g';
		return TAKE_DONE;
	case 'f':
		/* Later fragments only; the first packet of a connection is whole. */
		if (!walk->is_negated)
			build_match_never(rule->builder);
		return TAKE_DONE;
	case 'c':
		walk->at = walk->at + 2 < rule->word_count ? walk->at + 2 : rule->word_count;
		return TAKE_DONE;
	case 't':
		return take_value(rule, walk, &value) ? TAKE_DONE : TAKE_REFUSED;
	case '4':
		return rule->family == ADDRESS_IPV4 ? TAKE_DONE : TAKE_SKIP;
	case '6':
		return rule->family == ADDRESS_IPV6 ? TAKE_DONE : TAKE_SKIP;
	case 'v':
	case 'n':
	case 'w':
		return TAKE_DONE;
	default:
		return TAKE_OTHER;
	}
}

/* An option that no known module has: of the target, or of a module that is not known. */
static enum take_result take_unknown(struct iptables_rule *rule, struct word_walk *walk,
				     size_t first)
{
	if (rule->target.size) {
		take_target_words(rule, walk, first);
		return TAKE_DONE;
	}
	if (rule->module_count && !rule->modules[rule->module_count - 1]) {
		skip_values(rule, walk);
		return TAKE_DONE;
	}
	/* Options of a target may stand before its -j in text of old versions; else it is none. */
	return TAKE_REFUSED;
}

static enum take_result take_option(struct iptables_rule *rule, struct word_walk *walk)
{
	size_t first = walk->at;
	const struct iptables_word *word = &rule->words[walk->at++];
	struct slice text = word->text;
	walk->attached.data = NULL;
	if (word->is_quoted || text.size < 2 || text.data[0] != '-')
		return TAKE_REFUSED;
	if (text.data[1] != '-') {
		char letter = text.data[1];
		if (text.size > 2)
			walk->attached = slice_from(text, 2);
		enum take_result result = take_global(rule, walk, letter);
		return result == TAKE_OTHER ? take_unknown(rule, walk, first) : result;
	}
	text = slice_from(text, 2);
	char letter = global_letter(text);
	if (letter)
		return take_global(rule, walk, letter);
	if (take_module_option(rule, walk, text))
		return TAKE_DONE;
	walk->at = first + 1;
	return take_unknown(rule, walk, first);
}

/* The steps of the modules, in the order in which they were named. */
static bool build_modules(struct iptables_rule *rule)
{
	for (size_t i = 0; i < rule->module_count; i++) {
		if (rule->modules[i]) {
			if (!rule->modules[i]->build(rule, i))
				return false;
			continue;
		}
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "the match %.*s", SLICE_ARG(rule->module_names[i]));
		build_match_unknown(rule->builder, buffer_slice(&text));
	}
	return true;
}

/* The words from FIRST on as one rule, into the builder. */
static enum take_result build_rule(struct iptables_rule *rule, size_t first)
{
	struct word_walk walk = { .at = first };
	while (walk.at < rule->word_count) {
		walk.is_negated = false;
		if (slice_is(rule->words[walk.at].text, "!") && !rule->words[walk.at].is_quoted) {
			walk.is_negated = true;
			if (++walk.at == rule->word_count)
				return TAKE_REFUSED;
		}
		enum take_result result = take_option(rule, &walk);
		if (result != TAKE_DONE)
			return result;
	}
	if (!build_modules(rule))
		return TAKE_REFUSED;
	size_t matches = rule->builder->step_count;
	iptables_build_target(rule);
	rule->builder->rule.is_inert = rule->builder->rule.verdict.kind == VERDICT_CONTINUE &&
				       rule->builder->step_count == matches;
	return TAKE_DONE;
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

static bool split_words(struct iptables_rule *rule, struct slice line)
{
	rule->word_count = 0;
	while (rule->word_count < IPTABLES_WORDS_MAX &&
	       next_word(rule->builder->arena, &line, &rule->words[rule->word_count]))
		rule->word_count++;
	return slice_trim(line).size == 0;
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
	switch (build_rule(rule, first)) {
	case TAKE_DONE:
		break;
	case TAKE_SKIP:
		return;
	case TAKE_OTHER:
	case TAKE_REFUSED:
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
	bool is_whole = split_words(file->rule, rest);
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
