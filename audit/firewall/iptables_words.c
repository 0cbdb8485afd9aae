/* SPDX-License-Identifier: Apache-2.0
 *
 * Words of a line and values in them: numbers, marks, rates, addresses. Words are parted as
 * iptables-restore's add_param_to_argv does it (blanks part, double quotes hold together, a
 * backslash in quotes escapes).
 */
#include "audit/base/arena.h"
#include "audit/firewall/iptables_line.h"

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

bool iptables_split_words(struct iptables_rule *rule, struct slice line)
{
	rule->word_count = 0;
	while (rule->word_count < IPTABLES_WORDS_MAX &&
	       next_word(rule->builder->arena, &line, &rule->words[rule->word_count]))
		rule->word_count++;
	return slice_trim(line).size == 0;
}
