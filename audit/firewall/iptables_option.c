/* SPDX-License-Identifier: Apache-2.0
 *
 * Options of one rule: the global ones, those of match modules once `-m` has named them or `-p` has
 * (the protocol's own module is loaded when one of its options comes), and the target's.
 */
#include <netinet/in.h>
#include <string.h>

#include "audit/base/buffer.h"
#include "audit/firewall/iptables_line.h"
#include "audit/firewall/port_names.h"

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

static enum iptables_take take_protocol(struct iptables_rule *rule, struct word_walk *walk)
{
	struct slice value;
	if (!take_value(rule, walk, &value) || !protocol_parse(value, &rule->protocol))
		return IPTABLES_TAKE_REFUSED;
	/* ip6tables reads "icmp" as the protocol of IPv4, as iptables does the other. */
	rule->protocol_is_negated = walk->is_negated;
	if (rule->protocol)
		build_match_range(rule->builder, FIELD_PROTOCOL, rule->protocol, rule->protocol,
				  walk->is_negated);
	return IPTABLES_TAKE_DONE;
}

static enum iptables_take take_address(struct iptables_rule *rule, struct word_walk *walk,
				       enum packet_field field)
{
	struct slice value;
	if (!take_value(rule, walk, &value))
		return IPTABLES_TAKE_REFUSED;
	if (!iptables_build_addresses(rule, field, value, walk->is_negated))
		/* A host's name: iptables would ask the DNS when it loads the rule. */
		build_match_unknown(rule->builder, value);
	return IPTABLES_TAKE_DONE;
}

static enum iptables_take take_global(struct iptables_rule *rule, struct word_walk *walk,
				      char letter)
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
			return IPTABLES_TAKE_REFUSED;
		build_interface(rule, letter == 'i' ? FIELD_IN_INTERFACE : FIELD_OUT_INTERFACE,
				value, walk->is_negated);
		return IPTABLES_TAKE_DONE;
	case 'm':
		return take_value(rule, walk, &value) && add_module(rule, value)
			       ? IPTABLES_TAKE_DONE
			       : IPTABLES_TAKE_REFUSED;
	case 'j':
	case 'g':
		if (!take_value(rule, walk, &rule->target))
			return IPTABLES_TAKE_REFUSED;
		rule->is_goto = letter == 'g';
		return IPTABLES_TAKE_DONE;
	case 'f':
		/* Later fragments only; the first packet of a connection is whole. */
		if (!walk->is_negated)
			build_match_never(rule->builder);
		return IPTABLES_TAKE_DONE;
	case 'c':
		walk->at = walk->at + 2 < rule->word_count ? walk->at + 2 : rule->word_count;
		return IPTABLES_TAKE_DONE;
	case 't':
		return take_value(rule, walk, &value) ? IPTABLES_TAKE_DONE : IPTABLES_TAKE_REFUSED;
	case '4':
		return rule->family == ADDRESS_IPV4 ? IPTABLES_TAKE_DONE : IPTABLES_TAKE_SKIP;
	case '6':
		return rule->family == ADDRESS_IPV6 ? IPTABLES_TAKE_DONE : IPTABLES_TAKE_SKIP;
	case 'v':
	case 'n':
	case 'w':
		return IPTABLES_TAKE_DONE;
	default:
		return IPTABLES_TAKE_OTHER;
	}
}

/* An option that no known module has: of the target, or of a module that is not known. */
static enum iptables_take take_unknown(struct iptables_rule *rule, struct word_walk *walk,
				       size_t first)
{
	if (rule->target.size) {
		take_target_words(rule, walk, first);
		return IPTABLES_TAKE_DONE;
	}
	if (rule->module_count && !rule->modules[rule->module_count - 1]) {
		skip_values(rule, walk);
		return IPTABLES_TAKE_DONE;
	}
	/* Options of a target may stand before its -j in text of old versions; else it is none. */
	return IPTABLES_TAKE_REFUSED;
}

static enum iptables_take take_option(struct iptables_rule *rule, struct word_walk *walk)
{
	size_t first = walk->at;
	const struct iptables_word *word = &rule->words[walk->at++];
	struct slice text = word->text;
	walk->attached.data = NULL;
	if (word->is_quoted || text.size < 2 || text.data[0] != '-')
		return IPTABLES_TAKE_REFUSED;
	if (text.data[1] != '-') {
		char letter = text.data[1];
		if (text.size > 2)
			walk->attached = slice_from(text, 2);
		enum iptables_take result = take_global(rule, walk, letter);
		return result == IPTABLES_TAKE_OTHER ? take_unknown(rule, walk, first) : result;
	}
	text = slice_from(text, 2);
	char letter = global_letter(text);
	if (letter)
		return take_global(rule, walk, letter);
	if (take_module_option(rule, walk, text))
		return IPTABLES_TAKE_DONE;
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
enum iptables_take iptables_build_rule(struct iptables_rule *rule, size_t first)
{
	struct word_walk walk = { .at = first };
	while (walk.at < rule->word_count) {
		walk.is_negated = false;
		if (slice_is(rule->words[walk.at].text, "!") && !rule->words[walk.at].is_quoted) {
			walk.is_negated = true;
			if (++walk.at == rule->word_count)
				return IPTABLES_TAKE_REFUSED;
		}
		enum iptables_take result = take_option(rule, &walk);
		if (result != IPTABLES_TAKE_DONE)
			return result;
	}
	if (!build_modules(rule))
		return IPTABLES_TAKE_REFUSED;
	size_t matches = rule->builder->step_count;
	iptables_build_target(rule);
	rule->builder->rule.is_inert = rule->builder->rule.verdict.kind == VERDICT_CONTINUE &&
				       rule->builder->step_count == matches;
	return IPTABLES_TAKE_DONE;
}
